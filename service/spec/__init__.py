"""The transform spec: its models, and how the client's text becomes them.

`sources` finds the text in a request, `shorthand` rewrites the query's short form, `text` reads the JSON, `models` say
what is allowed, and `violations` point to what is not.
"""

from service.spec.models import (
    OPS,
    CanvasSize,
    Centred,
    Flip,
    Identity,
    Matrix,
    MatrixSpec,
    Op,
    OpsSpec,
    Options,
    RawMatrix,
    Rotate,
    Row,
    Scale,
    Shear,
    Six,
    Skew,
    Spec,
    Strict,
    Translate,
)

__all__ = [
    "OPS",
    "CanvasSize",
    "Centred",
    "Flip",
    "Identity",
    "Matrix",
    "MatrixSpec",
    "Op",
    "OpsSpec",
    "Options",
    "RawMatrix",
    "Rotate",
    "Row",
    "Scale",
    "Shear",
    "Six",
    "Skew",
    "Spec",
    "Strict",
    "Translate",
]
