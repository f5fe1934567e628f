"""Lists of operations and canvases of any kind, for hypothesis."""

from hypothesis import strategies as st

from core import FITS

degrees, moves = st.floats(-360, 360), st.floats(-15, 15)
factors = st.floats(0.7, 1.6) | st.floats(-1.6, -0.7)
tilts = st.floats(-1e-3, 1e-3)

ANY_STRAIGHT_OP = st.one_of(
    st.just({"op": "identity"}),
    st.builds(lambda x, y: {"op": "translate", "x": x, "y": y}, moves, moves),
    st.builds(lambda x, y: {"op": "scale", "x": x, "y": y}, factors, factors),
    st.builds(lambda angle: {"op": "rotate", "angle": angle}, degrees),
    st.builds(lambda x, y: {"op": "shear", "x": x, "y": y}, st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)),
    st.builds(lambda x, y: {"op": "skew", "x": x, "y": y}, st.floats(-20, 20), st.floats(-20, 20)),
    st.builds(lambda axis: {"op": "flip", "axis": axis}, st.sampled_from(["horizontal", "vertical", "both"])),
    st.builds(
        lambda x, y: {"op": "matrix", "matrix": [[1, 0, 0], [0, 1, 0], [x, y, 1]], "convention": "css"}, tilts, tilts
    ),
)
ANY_BENT_OP = st.one_of(
    st.builds(lambda strength: {"op": "swirl", "strength": strength}, st.floats(-60, 60)),
    st.builds(lambda strength: {"op": "bulge", "strength": strength}, st.floats(-0.5, 0.4)),
    st.builds(
        lambda amplitude, phase, axis: {
            "op": "wave",
            "amplitude": amplitude,
            "wavelength": 50,
            "phase": phase,
            "axis": axis,
        },
        st.floats(-3, 3),
        degrees,
        st.sampled_from("xy"),
    ),
    st.builds(lambda k1: {"op": "lens", "k1": k1}, st.floats(-0.2, 0.3)),
    st.builds(lambda angle: {"op": "arc", "angle": angle}, st.floats(20, 90) | st.floats(-90, -20)),
)
ANY_OP = ANY_STRAIGHT_OP | ANY_BENT_OP

SIDES = st.integers(60, 120)
ANY_CANVAS = st.just("expand") | st.builds(
    lambda width, height, fit: {"width": width, "height": height, "fit": fit}, SIDES, SIDES, st.sampled_from(list(FITS))
)
