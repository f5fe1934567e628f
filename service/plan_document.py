"""A warp's resolved geometry as clients read it: as headers beside a picture, and as JSON."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import Chain, LocalScale, Matrix, local_scale, sampled_scale
from service.pipeline import Job
from service.resolve import Plan

EDGE_POINTS = 65
"""Looked at along each side of a box, and in each direction inside, where a map may bend its sides."""

FEWEST_EDGE_POINTS, MOST_POINTS = 5, 1 << 18
"""Of many boxes fewer are looked at, so that all together have no more than that, or little more."""

POINTS_AT_ONCE = 1 << 16
"""Of some boxes, so that the memory does not grow with how many there are."""


def describe_in_headers(job: Job) -> dict[str, str]:
    """Say in headers what was done to a picture."""
    plan, header = job.plan, job.picture.header
    headers = {
        "Warp-Source-Size": f"{plan.picture.width}x{plan.picture.height}",
        "Warp-Output-Size": f"{plan.canvas.width}x{plan.canvas.height}",
    }
    projective = plan.output_from_picture.projective
    if projective is not None:
        numbers = (entry for row in _rows(projective.dst_from_src_matrix) for entry in row)
        headers["Warp-Matrix"] = ", ".join(map(repr, numbers))
    if header.source_depth > header.depth:
        headers["Warp-Source-Depth"] = f"{header.source_depth};reduced"
    if header.animation:
        headers["Warp-Source-Animation"] = header.animation
    return headers


def describe_geometry(plan: Plan) -> dict[str, Any]:
    """Write sizes and maps as JSON values; the matrices have 3x3 numbers, in pixels, corner origin, or are null."""
    projective = plan.output_from_picture.projective
    return {
        "source": plan.picture._asdict(),
        "output": plan.canvas._asdict(),
        "output_from_source": None if projective is None else _rows(projective.dst_from_src_matrix),
        "source_from_output": None if projective is None else _rows(projective.src_from_dst_matrix),
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
    output_from_source = plan.output_from_picture
    mapped = {} if points is None else {"points": _map_points(output_from_source, points)}
    mapped |= {} if boxes is None else {"boxes": _map_boxes(output_from_source, boxes)}
    return {
        **describe_geometry(plan),
        "scale": {name: _or_none(extreme) for name, extreme in _scale(plan)._asdict().items()},
        "uncovered": plan.uncovered,
        "exact_copy": plan.is_copy,
        **mapped,
        "cost": plan.cost._asdict() | {"total": plan.cost.total},
    }


def _scale(plan: Plan) -> LocalScale:
    projective = plan.chain.projective
    if projective is None:
        return sampled_scale(plan.chain, plan.canvas, plan.source)
    return local_scale(projective.dst_from_src_matrix, plan.source)


def _map_points(output_from_source: Chain, points: Sequence[Sequence[float]]) -> list[list[float] | None]:
    x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return _or_null(np.stack(output_from_source.dst_from_src(x, y), axis=-1))


def _map_boxes(output_from_source: Chain, boxes: Sequence[Sequence[float]]) -> list[list[float] | None]:
    """Bound the image of each box: by its corners if lines stay lines, so that nothing of it is farther out."""
    corners = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    most = math.isqrt(MOST_POINTS // max(1, len(corners)))
    along = 2 if output_from_source.projective else min(max(most, FEWEST_EDGE_POINTS), EDGE_POINTS)
    step = max(1, POINTS_AT_ONCE // along**2)
    parts = [corners[start : start + step] for start in range(0, len(corners), step)]
    return [box for part in parts for box in _bounds(output_from_source, part, np.linspace(0.0, 1.0, along))]


def _bounds(
    output_from_source: Chain, boxes: NDArray[np.float64], ends: NDArray[np.float64]
) -> list[list[float] | None]:
    """Bound the images of points of each box (n, 4) at these shares of its sides."""
    x0, y0, x1, y1 = boxes.T
    across, down = (part.reshape(-1, 1) for part in np.meshgrid(ends, ends))
    x, y = output_from_source.dst_from_src(x0 + across * (x1 - x0), y0 + down * (y1 - y0))
    return _or_null(np.stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)], axis=-1))


def _or_none(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _or_null(rows: NDArray[np.float64]) -> list[list[float] | None]:
    """Write rows of numbers; one with a NaN, which JSON has not, is null."""
    return [None if any(map(math.isnan, row)) else row for row in rows.tolist()]


def _rows(matrix: Matrix) -> list[list[float]]:
    """Write a matrix, its last number 1 where it can be: a projective one means the same times any factor."""
    rows: list[list[float]] = matrix.tolist()
    pivot = rows[2][2]
    divisor = pivot if abs(pivot) > 1e-9 * max(map(abs, rows[2])) else 1.0
    return [[entry / divisor + 0.0 for entry in row] for row in rows]
