"""What computes our pixels and our bytes in every benchmark: the compiled loops, as in the service."""

from core.compiled.render import render
from service.png.compiled import COMPILED

RENDER = render
LOOPS = COMPILED
