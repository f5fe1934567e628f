"""Has the source of a kernel changed? A stamp over its module and every module of ours that it is made from.

Numba looks at the one file that a function stands in. A kernel contains what it calls, and constants as well, so a
change in another file would leave old machine code in use (numba's issue 8851).
"""

import ast
import hashlib
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path


@cache
def source_stamp(module: str, *surroundings: str) -> str:
    """Hash the sources that a module's functions are made from.

    Args:
        module: its full name.
        surroundings: what else the machine code depends on, such as versions.

    Returns:
        A short hexadecimal text; neither the files' times nor the place of the folder matter.
    """
    digest = hashlib.sha256(repr(surroundings).encode())
    for name in sorted(_made_from(module)):
        digest.update(name.encode() + b"\0" + hashlib.sha256(_source(name)).digest())
    return digest.hexdigest()[:20]


def _made_from(module: str) -> set[str]:
    """Walk along the imports, from a module to all that it needs of its own top-level package and of this one."""
    ours = {module.partition(".")[0], __name__.partition(".")[0]}
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found and name.partition(".")[0] in ours:
            found.add(name)
            waiting += [_home(package, part) for package, part in _imports(name) if package.partition(".")[0] in ours]
    return found


@cache
def _imports(module: str) -> tuple[tuple[str, str], ...]:
    """List what the text of a module imports, as (from where, the name or "")."""
    package = module if _is_package(module) else module.rpartition(".")[0]
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package) if node.level else str(node.module)
            found += [(origin, alias.name) for alias in node.names]
    return tuple(found)


@cache
def _home(origin: str, name: str) -> str:
    """Tell which module to look at for `from origin import name`: a package hands on what stands elsewhere."""
    if not name or not _is_package(origin):
        return origin
    if find_spec(f"{origin}.{name}"):
        return f"{origin}.{name}"
    return next((_home(*handed_on) for handed_on in _imports(origin) if handed_on[1] == name), origin)


@cache
def _is_package(module: str) -> bool:
    spec = find_spec(module)
    return spec is not None and spec.submodule_search_locations is not None


@cache
def _source(module: str) -> bytes:
    spec = find_spec(module)
    return Path(spec.origin).read_bytes() if spec and spec.origin and spec.origin.endswith(".py") else b""
