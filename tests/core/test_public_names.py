import core

NAMES = {
    "BLACK",
    "BORDERS",
    "CANVASES",
    "CONVENTIONS",
    "FILTERS",
    "FITS",
    "TRANSPARENT",
    "Canvas",
    "Colour",
    "HorizonAtCentre",
    "HorizonInView",
    "InvalidMatrix",
    "InvalidPixels",
    "InvalidSize",
    "LocalScale",
    "Matrix",
    "Pixels",
    "SamplingGrid",
    "SingularMap",
    "Size",
    "State",
    "UnknownName",
    "WarpError",
    "fill_shows",
    "homography",
    "image_of",
    "local_scale",
    "output_channels",
    "warp",
    "warp_batch",
    "warp_through",
}


def test_the_exported_names_change_only_on_purpose():
    assert set(core.__all__) == NAMES
    assert len(core.__all__) == len(NAMES)
    assert all(hasattr(core, name) for name in NAMES)


def test_the_names_that_requests_use_change_only_on_purpose():
    assert set(core.BORDERS) == {"clip", "constant", "edge", "reflect", "mirror", "wrap"}
    assert set(core.FILTERS) == {"nearest", "bilinear"}
    assert set(core.CONVENTIONS) == {"normalized", "pixel", "opencv", "skimage", "css"}
    assert set(core.CANVASES) == {"same", "expand"}
    assert set(core.FITS) == {"none", "stretch", "contain", "cover"}
