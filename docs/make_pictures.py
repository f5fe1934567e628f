"""Makes every picture of the pages, by running their own requests against a service of its own.

python -m docs.make_pictures
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from docs.examples import ROOT, examples, pages, run
from docs.sources import DRAWN


@contextmanager
def service() -> Iterator[str]:
    """Run the service on a free port while the pictures are made; gives its address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDWARP_")}
    command = [sys.executable, "-m", "service"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment | {"GRIDWARP_PORT": "0", "GRIDWARP_LOG_LEVEL": "warning"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            welcome = iter(process.stdout or ())
            yield next(found[1] for line in welcome if (found := re.search(r"(http://\S+)/v1/warp", line)))
        finally:
            process.terminate()


if __name__ == "__main__":
    for name, draw in DRAWN.items():
        draw().save(ROOT / "docs" / "pictures" / "specs" / f"{name}.png")
    with service() as address:
        for _ in range(2):  # some are made of others
            for page in pages():
                for example in examples(page):
                    run(example.line, address, example.picture)
