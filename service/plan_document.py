"""A warp's resolved geometry as clients read it: as headers beside a picture, and as JSON."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import FILTERS, Matrix, homography, image_of, local_scale
from service.pipeline import Job
from service.resolve import Plan


def describe_in_headers(job: Job) -> dict[str, str]:
    """Say in headers what was done to a picture."""
    plan, header = job.plan, job.picture.header
    headers = {
        "Warp-Source-Size": f"{plan.source.width}x{plan.source.height}",
        "Warp-Output-Size": f"{plan.canvas.width}x{plan.canvas.height}",
        "Warp-Matrix": ", ".join(repr(entry) for row in _rows(_output_from_source(plan)) for entry in row),
    }
    if header.source_depth > header.depth:
        headers["Warp-Source-Depth"] = f"{header.source_depth};reduced"
    if header.animation:
        headers["Warp-Source-Animation"] = header.animation
    return headers


def describe_geometry(plan: Plan) -> dict[str, Any]:
    """Write sizes and maps as JSON values; the matrices have 3x3 numbers, in pixels, corner origin."""
    return {
        "source": plan.source._asdict(),
        "output": plan.canvas._asdict(),
        "output_from_source": _rows(_output_from_source(plan)),
        "source_from_output": _rows(plan.source_from_canvas),
    }


def describe_plan(
    plan: Plan, points: Sequence[Sequence[float]] | None = None, boxes: Sequence[Sequence[float]] | None = None
) -> dict[str, Any]:
    """Write all that is known of a warp before its pixels as JSON values.

    Args:
        plan: the warp's.
        points: [x, y] of the source each, to be mapped to the output; None leaves the member out.
        boxes: [x0, y0, x1, y1] of the source each, likewise.
    """
    output_from_source = _output_from_source(plan)
    scale = local_scale(output_from_source, plan.source)
    mapped = {} if points is None else {"points": _map_points(output_from_source, points)}
    mapped |= {} if boxes is None else {"boxes": _map_boxes(output_from_source, boxes)}
    return {
        **describe_geometry(plan),
        "scale": {name: extreme if math.isfinite(extreme) else None for name, extreme in scale._asdict().items()},
        "uncovered": plan.uncovered,
        "exact_copy": homography.is_copy(plan.source_from_canvas),
        **mapped,
        "cost": _cost(plan),
    }


def _map_points(output_from_source: Matrix, points: Sequence[Sequence[float]]) -> list[list[float] | None]:
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return _or_null(np.stack(image_of(output_from_source, x, y), axis=-1))


def _map_boxes(output_from_source: Matrix, boxes: Sequence[Sequence[float]]) -> list[list[float] | None]:
    """Bound the image of each box by those of its corners: lines stay lines, so nothing of it is farther out."""
    x0, y0, x1, y1 = np.array(boxes, dtype=np.float64).reshape(-1, 4).T
    x, y = image_of(output_from_source, np.stack([x0, x1, x1, x0]), np.stack([y0, y0, y1, y1]))
    return _or_null(np.stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)], axis=-1))


def _or_null(rows: NDArray[np.float64]) -> list[list[float] | None]:
    """Write rows of numbers; one with a NaN, which JSON has not, is null."""
    return [None if any(map(math.isnan, row)) else row for row in rows.tolist()]


def _cost(plan: Plan) -> dict[str, int]:
    """Count what is read: each source pixel once by the decoder, and the taps of each output pixel."""
    along_an_axis = 1 if homography.is_copy(plan.source_from_canvas) else len(FILTERS[plan.filter](np.zeros(1)))
    taps = along_an_axis**2
    return {
        "source_pixels": plan.source.pixels,
        "output_pixels": plan.canvas.pixels,
        "taps": taps,
        "total": plan.source.pixels + plan.canvas.pixels * taps,
    }


def _output_from_source(plan: Plan) -> Matrix:
    return homography.invert(plan.source_from_canvas)


def _rows(matrix: Matrix) -> list[list[float]]:
    """Write a matrix, its last number 1 where it can be: a projective one means the same times any factor."""
    pivot = matrix[2, 2]
    scaled = matrix / (pivot if abs(pivot) > 1e-9 * np.abs(matrix[2]).max() else 1.0) + 0.0
    rows: list[list[float]] = scaled.tolist()
    return rows
