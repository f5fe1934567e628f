"""Run the experiment on the stack that runs: `make stack`, or `python3 -m tests.stack`. Needs Docker's command.

Status 0 says that all is as docs/operations.md promises.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.stack.docker import address, docker, replicas, wait_until_in_use
from tests.stack.load import asking, photo

CLIENTS = 8
MOMENT = 3  # seconds of load before and after what is done
PACE = 10  # seconds in which answers are counted
NEW = ("compose", "up", "--detach", "--wait", "--no-deps", "--no-build", "--no-recreate", "--scale")
NOT_SLOWER = 0.9  # what two replicas do at least, beside one: a machine of few processors may be busy with one


class Row(NamedTuple):
    """One line of the table."""

    what: str
    found: str
    demanded: str
    holds: bool = True


def killed(body: bytes, large: bytes) -> list[Row]:
    """Kill a replica under load, and have it back."""
    first, *others = replicas()
    with asking(address(), body, CLIENTS) as load, asking(address(), large, 1) as uploads:
        time.sleep(MOMENT)
        docker("kill", first)
        time.sleep(MOMENT)
        docker("start", first)
        back = wait_until_in_use(1 + len(others))
        time.sleep(MOMENT)
    return [
        nothing_lost(f"docker kill and start: of {len(load.seen)} warps of {len(body) >> 10} KiB, lost", load.lost),
        Row("from docker start until it is asked again", f"{back:.1f} s", "told only"),
        Row(f"of {len(uploads.seen)} of {len(large) >> 10} KiB, which are not sent again, lost", told(uploads.lost),
            "told only"),
    ]  # fmt: skip


def restarted(body: bytes, large: bytes) -> list[Row]:
    """Stop and start one replica after the other, under load."""
    all_of_them = replicas()
    slowest, statuses = 0.0, []
    with asking(address(), body, CLIENTS) as load, asking(address(), large, 2) as uploads:
        time.sleep(MOMENT)
        for each in all_of_them:
            began = time.monotonic()
            docker("stop", "--time", "40", each)
            slowest = max(slowest, time.monotonic() - began)
            statuses.append(docker("inspect", "--format", "{{.State.ExitCode}}", each))
            wait_until_in_use(len(all_of_them) - 1)
            docker("start", each)
            wait_until_in_use(len(all_of_them))
        time.sleep(MOMENT)
    return [
        nothing_lost(f"one after the other restarted: of {len(load.seen)} warps, lost", load.lost),
        nothing_lost(f"and of {len(uploads.seen)} of {len(large) >> 10} KiB", uploads.lost),
        Row("slowest docker stop", f"{slowest:.1f} s", "at most 30 s", slowest <= 30),
        Row("exit statuses", ", ".join(statuses), "all 0", set(statuses) == {"0"}),
    ]


def updated(body: bytes, large: bytes) -> list[Row]:
    """Bring containers with other settings under load, as docs/operations.md says, and let the old ones go."""
    old = replicas()
    with asking(address(), body, CLIENTS) as load, asking(address(), large, 2) as uploads:
        time.sleep(MOMENT)
        docker(*NEW, f"api={2 * len(old)}", "api", environment={"GRIDWARP_LOG_LEVEL": "debug"})
        wait_until_in_use(2 * len(old))
        docker("stop", "--time", "40", *old)
        docker("rm", *old)
        wait_until_in_use(len(old))
        time.sleep(MOMENT)
    new = replicas()
    levels = {
        setting
        for each in new
        for setting in docker("inspect", "--format", "{{json .Config.Env}}", each).split('"')
        if setting.startswith("GRIDWARP_LOG_LEVEL=")
    }
    are_new = len(new) == len(old) and not set(old) & set(new) and levels == {"GRIDWARP_LOG_LEVEL=debug"}
    return [
        nothing_lost(f"replaced by containers with other settings: of {len(load.seen)} warps, lost", load.lost),
        nothing_lost(f"and of {len(uploads.seen)} of {len(large) >> 10} KiB", uploads.lost),
        Row("replicas afterwards", f"{len(new)}, {', '.join(sorted(levels))}", "new ones, as many", are_new),
    ]


def paced(body: bytes, _large: bytes) -> list[Row]:
    """Count what all replicas answer, and what one does."""
    others = replicas()[1:]
    together = pace(body)
    for each in others:
        docker("stop", "--time", "40", each)
    wait_until_in_use(1)
    alone = pace(body)
    for each in others:
        docker("start", each)
    wait_until_in_use(1 + len(others))
    ratio = together / alone if alone else 0.0
    return [
        Row(f"warps a second by {1 + len(others)} replicas, and by one", f"{together:.1f}, {alone:.1f}", "told only"),
        Row("that is", f"{ratio:.2f} times", f"at least {NOT_SLOWER}", ratio >= NOT_SLOWER),
    ]


def pace(body: bytes) -> float:
    """Count whole answers a second."""
    with asking(address(), body, CLIENTS) as load:
        time.sleep(1)
        before = load.outcomes["200"]
        time.sleep(PACE)
        after = load.outcomes["200"]
    return (after - before) / PACE


def nothing_lost(what: str, lost: list[str]) -> Row:
    return Row(what, told(lost), "0", not lost)


def told(lost: list[str]) -> str:
    return f"{len(lost)}: {', '.join(sorted(set(lost)))}" if lost else "0"


EXPERIMENTS: dict[str, Callable[[bytes, bytes], list[Row]]] = {
    "kill": killed,
    "restart": restarted,
    "update": updated,
    "pace": paced,
}


def main() -> int:
    """Run all, or those that are named, and print the table."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.stack", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXPERIMENTS))
    names = parser.parse_args().names or list(EXPERIMENTS)
    if len(replicas()) < 2:
        raise SystemExit("this needs two replicas: docker compose up --detach --wait --scale api=2")
    wait_until_in_use(len(replicas()))
    small, large = photo(640, 400), photo(1600, 1000)
    rows = []
    for name in names:
        sys.stdout.write(f"{EXPERIMENTS[name].__doc__} ...\n")
        sys.stdout.flush()
        rows += EXPERIMENTS[name](small, large)
    lines = ["| what | found | demanded |", "|---|---|---|"]
    lines += [f"| {row.what} | {row.found if row.holds else f'**{row.found}**'} | {row.demanded} |" for row in rows]
    sys.stdout.write("\n".join([*lines, ""]))
    return int(not all(row.holds for row in rows))


if __name__ == "__main__":
    sys.exit(main())
