"""Which way of running each peer is its best: variants in turn, their answers a second beside the first one's.

    python -m benchmarks.trials

`benchmarks/services.py` runs each peer in the way that did best here; where two were alike, in the simpler one.
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.end_to_end import FORMS, round_of
from benchmarks.record import Row
from benchmarks.servers import Service, running
from benchmarks.services import OPENCV_SERVICE, PILLOW_SERVICE, PROCESSORS, SHARP_SERVICE
from benchmarks.tables import markdown

CONNECTIONS = 4
ROUNDS = 5
SECONDS = 4
PICTURES = (("JPEG", 0.4), ("PNG", 0.4), ("JPEG", 2))


def in_processes(service: Service, count: int) -> Service:
    """Have uvicorn run so many processes, each with its own pool of threads."""
    return service._replace(name=f"{count} processes", command=(*service.command, "--workers", str(count)))


def with_environment(service: Service, name: str, **more: str) -> Service:
    """Set other variables."""
    return service._replace(name=name, environment={**service.environment, **more})


VARIANTS = (
    (
        OPENCV_SERVICE,
        with_environment(OPENCV_SERVICE, "OpenCV's own threads too", OPENCV_FOR_THREADS_NUM=str(PROCESSORS)),
        in_processes(OPENCV_SERVICE, PROCESSORS),
    ),
    (SHARP_SERVICE, with_environment(SHARP_SERVICE, "Node's 4 threads", UV_THREADPOOL_SIZE="4")),
    (PILLOW_SERVICE, in_processes(PILLOW_SERVICE, PROCESSORS)),
)


def compare(variants: tuple[Service, ...], folder: Path) -> list[Row]:
    """Run the variants of one peer, on every picture."""
    rows = []
    with ExitStack() as stack:
        servers = [stack.enter_context(running(each, folder / f"{index}.log")) for index, each in enumerate(variants)]
        for form, megapixels in PICTURES:
            picture = folder / "picture"
            picture.write_bytes(FORMS[form](megapixels))
            seconds = {each.name: SECONDS for each in servers}
            rounds = [
                [run.load.per_second for run in round_of(servers, picture, CONNECTIONS, seconds).values()]
                for _ in range(ROUNDS)
            ]
            for index, variant in enumerate(variants):
                rows.append(
                    {
                        "peer": variants[0].name,
                        "variant": variant.name if index else "as in services.py",
                        "in": form,
                        "MP": megapixels,
                        "answers a second": median(some[index] for some in rounds),
                        "beside the first": median(some[index] / some[0] for some in rounds if some[0]),
                    }
                )
    return rows


def main() -> int:
    """See the module."""
    for variants in VARIANTS:
        with tempfile.TemporaryDirectory() as name:
            print(markdown(compare(variants, Path(name))), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
