import subprocess
import sys

import core

NAMES = {
    "Arc",
    "BLACK",
    "BORDERS",
    "Barrel",
    "Bulge",
    "CANVASES",
    "CONVENTIONS",
    "Canvas",
    "Chain",
    "Colour",
    "DegeneratePoints",
    "Depolar",
    "Displacement",
    "FILTERS",
    "FITS",
    "FoldedMesh",
    "HorizonAtCentre",
    "HorizonInView",
    "InvalidMatrix",
    "InvalidPixels",
    "InvalidQuad",
    "InvalidSize",
    "LIGHTS",
    "Lens",
    "LocalScale",
    "Map",
    "Matrix",
    "Mesh",
    "NoImage",
    "NothingInscribed",
    "Pixels",
    "Polar",
    "Projective",
    "RESIZES",
    "Raster",
    "Render",
    "Reversed",
    "RowsOf",
    "SamplingGrid",
    "SingularMap",
    "Size",
    "State",
    "Swirl",
    "TRANSPARENT",
    "ThinPlateSpline",
    "Unknown",
    "UnknownName",
    "WarpError",
    "Wave",
    "affine_from_points",
    "fill_shows",
    "homography",
    "image_of",
    "local_scale",
    "most_taps",
    "output_channels",
    "perspective_from_quads",
    "reference",
    "sampled_scale",
    "warp",
    "warp_batch",
    "warp_through",
    "warped_rows",
}


def test_the_exported_names_change_only_on_purpose():
    assert set(core.__all__) == NAMES
    assert len(core.__all__) == len(NAMES)
    assert all(hasattr(core, name) for name in NAMES)


def test_the_names_that_requests_use_change_only_on_purpose():
    assert set(core.BORDERS) == {"clip", "constant", "edge", "reflect", "mirror", "wrap"}
    assert set(core.FILTERS) == {"nearest", "bilinear", "bicubic", "lanczos3"}
    assert set(core.CONVENTIONS) == {"normalized", "pixel", "opencv", "skimage", "css"}
    assert set(core.CANVASES) == {"same", "expand", "inscribed"}
    assert set(core.FITS) == {"none", "stretch", "contain", "cover"}
    assert set(core.RESIZES) == {"stretch", "contain", "cover"}
    assert set(core.LIGHTS) == {"srgb", "linear"}


def test_the_core_is_imported_without_numba_and_llvm():
    script = "import core, sys; print(*{'numba', 'llvmlite'} & {name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
