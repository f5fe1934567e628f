"""Makes every picture of the pages, by running their own requests against a running service.

python -m docs.make_pictures http://127.0.0.1:8000
"""

import sys

from docs.examples import ADDRESS, ROOT, examples, pages, run
from docs.sources import card, row

if __name__ == "__main__":
    drawn = ROOT / "docs" / "pictures" / "specs"
    card().save(drawn / "card.png")
    row().save(drawn / "row.png")
    for page in pages():
        for example in examples(page):
            run(example.line, sys.argv[1] if len(sys.argv) > 1 else ADDRESS, example.picture)
