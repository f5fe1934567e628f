"""A warp's resolved geometry as clients read it: as headers beside a picture, and as JSON."""

from typing import Any

import numpy as np

from core import Matrix, homography
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
    return headers


def describe_geometry(plan: Plan) -> dict[str, Any]:
    """Write sizes and maps as JSON values; the matrices have 3x3 numbers, in pixels, corner origin."""
    return {
        "source": plan.source._asdict(),
        "output": plan.canvas._asdict(),
        "output_from_source": _rows(_output_from_source(plan)),
        "source_from_output": _rows(plan.source_from_canvas),
    }


def _output_from_source(plan: Plan) -> Matrix:
    return homography.invert(plan.source_from_canvas)


def _rows(matrix: Matrix) -> list[list[float]]:
    """Write a matrix, its last number 1 where it can be: a projective one means the same times any factor."""
    pivot = matrix[2, 2]
    scaled = matrix / (pivot if abs(pivot) > 1e-9 * np.abs(matrix[2]).max() else 1.0) + 0.0
    rows: list[list[float]] = scaled.tolist()
    return rows
