"""The reference's formulas as they are called with `Lanes`: the very functions, of other types."""

from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np

from core import antialias, border, coverage, fill, filters, homography, image, light, sampling, windows
from core.compiled.llvm.lanes import Lanes
from core.compiled.llvm.memory import Memory
from core.maps import map as maps
from core.maps import projective

Pair: TypeAlias = tuple[Lanes, Lanes]
Three: TypeAlias = tuple[Lanes, Lanes, Lanes]
Four: TypeAlias = tuple[Lanes, Lanes, Lanes, Lanes]
Matrix: TypeAlias = tuple[tuple[Lanes, ...], ...]
"""The rows of a 3x3 matrix; an entry is the same in all lanes."""

where = cast("Callable[[Lanes, Any, Any], Lanes]", np.where)
minimum = cast("Callable[[Lanes, Lanes], Lanes]", np.minimum)
maximum = cast("Callable[[Lanes, Lanes], Lanes]", np.maximum)

apply_affine = cast("Callable[[Matrix, Lanes, Lanes], Pair]", homography.apply_affine)
apply_projective = cast("Callable[[Matrix, Lanes, Lanes], Three]", homography.apply_projective)
projective_jacobian = cast("Callable[[Matrix, Lanes, Lanes, Lanes], Four]", projective.projective_jacobian)
jacobian = cast("Callable[..., Four]", maps.Jacobian)

in_front = cast("Callable[[Pair], Lanes]", coverage.in_front)
line = cast("Callable[..., Four]", coverage.Line)
to_line = cast("Callable[[Four, Pair], Lanes]", coverage.to_line)
distances = cast("Callable[[Lanes, Lanes, Lanes, Lanes], Four]", coverage.Distances)
share_between = cast("Callable[[Four, Lanes], Lanes]", coverage.share_between)

side_of = cast("Callable[..., Three]", antialias.Side)
sides_beyond = cast("Callable[[Four, Lanes, Lanes], tuple[Three, Three]]", antialias.sides_beyond)
coarseness = cast("Callable[[Three, Three], Lanes]", antialias.coarseness)
share_of_reduction = cast("Callable[[Lanes, Lanes, Lanes], Lanes]", antialias.share_of_reduction)
knots_of = cast("Callable[[Three], Lanes]", antialias.knots_of)
along = cast("Callable[[Three, Lanes], Pair]", antialias.along)

place = cast("Callable[[Lanes, Lanes], Three]", windows.place)
corner_shares = cast("Callable[[Lanes, Lanes], Four]", windows.corner_shares)
between = cast("Callable[[Four, Four], Lanes]", windows.between)

TapsOf: TypeAlias = Callable[[Lanes], list[Pair]]
FILTERS = cast("dict[str, TapsOf]", filters.FILTERS)
BORDERS = cast("dict[str, Callable[[Lanes, Lanes], Lanes]]", border.BORDERS)
POINT_FOLDS = cast("dict[str, Callable[[Lanes, Lanes], Lanes]]", border.POINT_FOLDS)
is_within = cast("Callable[[Lanes, Lanes], Lanes]", sampling.is_within)

weighted = cast("Callable[[Lanes, Lanes, int], Lanes]", image.weighted)
straight = cast("Callable[[Lanes, Lanes, int], Lanes]", image.straight)
rounded = cast("Callable[[Lanes, int], Lanes]", image.rounded)
over = cast("Callable[[Lanes, Lanes, Lanes], Lanes]", fill.over)
opaque = cast("Callable[[Lanes, int], Lanes]", fill.opaque)
nearest_entry = cast("Callable[[Lanes, Memory], Lanes]", light.nearest_entry)
between_entries = cast("Callable[[Lanes, Memory], Lanes]", light.between_entries)
