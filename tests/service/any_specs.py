"""Valid specs of any kind for hypothesis: every op and option, with numbers up to the greatest that are allowed.

They are made for pictures of about 9 x 7 pixels. What they ask for may be impossible, or larger than a limit.
"""

from hypothesis import strategies as st

from core import CONVENTIONS

NUMBER = st.floats(-1e6, 1e6) | st.floats(-3, 3) | st.integers(-8, 8) | st.sampled_from([1e-9, -1e-6, 1e6, -1e6, 0.5])
POSITIVE = st.floats(1e-3, 20) | st.sampled_from([1e-9, 1e6, 0.5])
POINT = st.tuples(NUMBER, NUMBER)
NEARBY = st.tuples(*[st.floats(-20, 20) | st.integers(-2, 14)] * 2)
UNIT = st.sampled_from(["px", "fraction"])
CENTRED = {"center": POINT, "unit": UNIT}
INVERSE = {"inverse": st.booleans()}
FIT = st.sampled_from(["stretch", "contain", "cover"])
SIDE = st.integers(1, 40)
ROWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=2, max_size=3)
RAW = st.fixed_dictionaries({"matrix": ROWS, "convention": st.sampled_from(list(CONVENTIONS))})


def ops_of(name, required=(), optional=(), *, needed=None, **more):
    """Ops of a kind, with numbers in the fields named."""
    return st.fixed_dictionaries(
        {"op": st.just(name), **dict.fromkeys(required, NUMBER), **(needed or {})},
        optional=dict.fromkeys(optional, NUMBER) | more,
    )


def pairs(name, least, most, **more):
    """Ops by pairs of points, the images of some of them near to where they were."""
    both = st.lists(st.tuples(NEARBY, NEARBY | POINT), min_size=least, max_size=most, unique_by=lambda pair: pair[1])
    extras = st.fixed_dictionaries({}, optional={"unit": UNIT, **more})
    return st.builds(
        lambda found, extra: {"op": name, "src": [a for a, _ in found], "dst": [b for _, b in found], **extra},
        both,
        extras,
    )


@st.composite
def meshes(draw):
    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    moved = draw(st.floats(0, 2))
    points = [
        [4 * column + draw(st.floats(-1, 1)) * moved, 4 * row + draw(st.floats(-1, 1)) * moved]
        for row in range(rows + 1)
        for column in range(columns + 1)
    ]
    return {"op": "mesh", "columns": columns, "rows": rows, "points": points}


def whole_unless_fraction(rectangle):
    px = rectangle.get("unit", "px") == "px"
    return rectangle | {name: int(rectangle[name]) + 1 for name in ("width", "height") if px}


CORNERS = st.tuples(
    *(st.tuples(*(st.floats(side - 3, side + 3) for side in at)) for at in [(0, 0), (9, 0), (9, 7), (0, 7)])
)
ANY_OP = {
    "matrix": RAW.map(lambda raw: {"op": "matrix", **raw}),
    "identity": ops_of("identity"),
    "translate": ops_of("translate", (), ("x", "y"), unit=UNIT),
    "scale": ops_of("scale", ("x",), ("y",), **CENTRED),
    "rotate": ops_of("rotate", ("angle",), **CENTRED),
    "shear": ops_of("shear", (), ("x", "y"), **CENTRED),
    "skew": ops_of("skew", (), ("x", "y"), **CENTRED),
    "flip": st.sampled_from([{"op": "flip", "axis": axis} for axis in ("horizontal", "vertical", "both")]),
    "crop": ops_of("crop", (), ("x", "y"), needed={"width": POSITIVE, "height": POSITIVE}, unit=UNIT).map(
        whole_unless_fraction
    ),
    "resize": ops_of("resize", needed={"width": SIDE}, height=SIDE, fit=FIT),
    "affine_points": pairs("affine_points", 1, 5),
    "perspective": ops_of("perspective", needed={"dst": CORNERS}, src=CORNERS),
    "lens": ops_of("lens", (), ("k1", "k2", "k3", "p1", "p2"), focal=POSITIVE, **CENTRED, **INVERSE),
    "barrel": ops_of("barrel", (), ("a", "b", "c", "d"), **CENTRED, **INVERSE),
    "polar": ops_of("polar", log=st.booleans(), **CENTRED),
    "depolar": ops_of("depolar", log=st.booleans(), **CENTRED),
    "swirl": ops_of("swirl", ("strength",), radius=POSITIVE, **CENTRED),
    "arc": ops_of("arc", needed={"angle": st.floats(-360, 360).filter(bool)}),
    "wave": ops_of(
        "wave", ("amplitude",), ("phase",), needed={"wavelength": POSITIVE}, axis=st.sampled_from("xy"), unit=UNIT
    ),
    "bulge": ops_of("bulge", needed={"strength": st.floats(-1, 0.95)}, radius=POSITIVE, **CENTRED),
    "thin_plate_spline": pairs("thin_plate_spline", 3, 6, smoothing=st.floats(0, 1e6)),
    "mesh": meshes(),
    "displacement": ops_of("displacement", ("x_scale",), ("y_scale",), map=st.integers(1, 2)),
}
WHOLE = st.integers(0, 6)
REGION = st.fixed_dictionaries({"x": WHOLE, "y": WHOLE, "width": SIDE, "height": SIDE}) | st.fixed_dictionaries(
    {"unit": st.just("fraction"), "width": st.floats(1e-9, 1), "height": st.floats(1e-9, 1)},
    optional={"x": st.floats(0, 1), "y": st.floats(0, 1)},
)
OPTIONS = {
    "region": REGION,
    "canvas": st.sampled_from(["same", "expand", "inscribed"])
    | st.fixed_dictionaries({"width": SIDE, "height": SIDE}, optional={"fit": st.just("none") | FIT}),
    "filter": st.sampled_from(["nearest", "bilinear", "bicubic", "lanczos3"]),
    "antialias": st.booleans(),
    "border": st.sampled_from(["clip", "constant", "edge", "reflect", "mirror", "wrap"]),
    "fill": st.sampled_from(["transparent", "white", "red", "#f008"]),
    "light": st.sampled_from(["srgb", "linear"]),
}
ANY_SPEC = st.fixed_dictionaries({"ops": st.lists(st.one_of(*ANY_OP.values()), max_size=4)}, optional=OPTIONS) | (
    st.builds(dict.__or__, RAW, st.fixed_dictionaries({}, optional=OPTIONS))
)
