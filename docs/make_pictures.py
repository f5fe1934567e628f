"""Makes the README's pictures by running the README's own curl lines against a running service.

python docs/make_pictures.py http://127.0.0.1:8000
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ADDRESS = "http://127.0.0.1:8000"


def curl_lines() -> dict[str, str]:
    """Give the README's curl lines by the name of the picture that each makes."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("curl ")]
    return {line.rpartition(" -o ")[2]: line for line in lines}


def run(line: str, address: str, folder: Path) -> None:
    """Run one of the lines as it stands, but for the address and where the picture goes."""
    command, _, name = line.replace(ADDRESS, address).rpartition(" -o ")
    subprocess.run(
        f"{command} --fail-with-body --silent --show-error -o '{folder / name}'", shell=True, check=True, cwd=ROOT
    )


if __name__ == "__main__":
    for line in curl_lines().values():
        run(line, sys.argv[1] if len(sys.argv) > 1 else ADDRESS, ROOT / "docs" / "pictures")
