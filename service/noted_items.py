"""What a request's record tells of its results."""

from collections.abc import Sequence

from starlette.types import Scope

from service.items import Item, output_pixels, source_pixels
from service.pipeline import Job
from service.record import record_of
from service.spec import MatrixSpec
from service.spec.sources import PlacedSpec


def note_items(scope: Scope, items: Sequence[Item], specs: Sequence[PlacedSpec]) -> None:
    """Note how many results there are and how large, the operations of the first spec, and the sizes of the first."""
    record = record_of(scope)
    record.items = len(items)
    record.source_pixels, record.output_pixels = source_pixels(items), output_pixels(items)
    first = specs[0].spec
    record.ops = ("matrix",) if isinstance(first, MatrixSpec) else tuple(op.op for op in first.ops)
    if isinstance(items[0].work, Job):
        plan = items[0].work.plan
        record.source = f"{plan.picture.width}x{plan.picture.height}"
        record.output = f"{plan.canvas.width}x{plan.canvas.height}"
