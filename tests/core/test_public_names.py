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
    "Reversed",
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
    "sampled_scale",
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
    assert set(core.FILTERS) == {"nearest", "bilinear", "bicubic", "lanczos3"}
    assert set(core.CONVENTIONS) == {"normalized", "pixel", "opencv", "skimage", "css"}
    assert set(core.CANVASES) == {"same", "expand", "inscribed"}
    assert set(core.FITS) == {"none", "stretch", "contain", "cover"}
    assert set(core.RESIZES) == {"stretch", "contain", "cover"}
    assert set(core.LIGHTS) == {"srgb", "linear"}
