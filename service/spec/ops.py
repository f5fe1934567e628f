"""The operations, all together and by name."""

from typing import Annotated, get_args

from pydantic import Field

from service.spec.base import Strict
from service.spec.curved import (
    Arc,
    Barrel,
    Bulge,
    Depolar,
    Displacement,
    Lens,
    Mesh,
    Polar,
    Swirl,
    ThinPlateSpline,
    Wave,
)
from service.spec.projective import (
    AffinePoints,
    Crop,
    Flip,
    Identity,
    Matrix,
    Perspective,
    Resize,
    Rotate,
    Scale,
    Shear,
    Skew,
    Translate,
)

Op = Annotated[
    Identity
    | Matrix
    | Translate
    | Scale
    | Rotate
    | Shear
    | Skew
    | Flip
    | Crop
    | Resize
    | AffinePoints
    | Perspective
    | Lens
    | Barrel
    | Polar
    | Depolar
    | Swirl
    | Arc
    | Wave
    | Bulge
    | ThinPlateSpline
    | Mesh
    | Displacement,
    Field(discriminator="op"),
]

OPS: dict[str, type[Strict]] = {
    get_args(model.model_fields["op"].annotation)[0]: model for model in get_args(get_args(Op)[0])
}
"""The operations by name."""
