"""docker-compose.yml taken apart, as Compose reads it where nothing is set in the environment."""

import re

import yaml

from tests.contract.server import ROOT

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def defaulted(value: object) -> object:
    """Put each variable's default in its place."""
    if isinstance(value, dict):
        return {key: defaulted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [defaulted(each) for each in value]
    return VARIABLE.sub(r"\2", value) if isinstance(value, str) else value


TEXT = FILE.read_text(encoding="utf-8")
AS_WRITTEN = yaml.safe_load(TEXT)
SERVICES = defaulted(AS_WRITTEN["services"])


def seconds(written: str) -> float:
    """Read a time as Compose and HAProxy write it."""
    number, unit = re.fullmatch(r"(\d+)(ms|s|m)", written).groups()
    return int(number) * {"ms": 0.001, "s": 1, "m": 60}[unit]
