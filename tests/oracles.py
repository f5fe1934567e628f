"""What the output must be: the plain formula in float64, and other libraries told in their own words.

Nothing here comes from the core. Every function takes our inverse map (pixels, corner origin, 3x3) and gives the
unrounded or, where the library rounds, the rounded output of the same rectangle.

Known deviations of the libraries, each with its reason:
- SciPy with order 0 rounds halves its own way: compare away from ties.
- scikit-image and PyTorch equal the formula to rounding of float64.
- OpenCV computes coordinates in float32 and rounds ties its own way: see `opencv_error`. Beyond a horizon its
  warpPerspective draws the mirror image of what lies before it: compare only where the denominator is positive.
- Pillow drops the fraction instead of rounding, and cuts the picture off half a pixel inside its edge: compare with
  the formula's floor, in the interior.
"""

import cv2
import numpy as np
import scipy.ndimage
import skimage.transform
from PIL import Image

NUMPY_PAD = {"edge": "edge", "reflect": "symmetric", "mirror": "reflect", "wrap": "wrap"}

SCIPY_MODES = {
    "constant": "grid-constant",
    "edge": "nearest",
    "reflect": "reflect",
    "mirror": "mirror",
    "wrap": "grid-wrap",
}

FLOAT64_ERROR = 1e-9
"""Levels: at 255 a pixel, 20 roundings of 2^-53 of a coordinate below 1000 make 6e-10."""


def opencv_error(*sides):
    """Levels from the formula before OpenCV's rounding: half a level, and the slip of its coordinates.

    Both coordinates take some 8 roundings of 2^-24 of the longest side; the steepest picture falls by 255 a pixel.
    """
    return 0.5 + 2 * 8 * 2**-24 * max(sides) * 255


def source_points(src_from_dst, width, height):
    """Where each output pixel's centre falls in the source: x, y and the denominator."""
    column, row = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    x, y, denominator = np.tensordot(src_from_dst, np.stack([column, row, np.ones_like(row)]), axes=1)
    return x / denominator, y / denominator, denominator


def triangle(t):
    return np.maximum(0, 1 - np.abs(t))


def keys(t, a=-0.5):
    """Cubic convolution: Keys 1981, equation 4, whose constant is a = -1/2 in equation 15."""
    t = np.abs(t)
    inner, outer = (a + 2) * t**3 - (a + 3) * t**2 + 1, a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a
    return np.where(t <= 1, inner, np.where(t < 2, outer, 0))


def lanczos(t):
    return np.where(np.abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0)


KERNELS = {"bilinear": (triangle, 1), "bicubic": (keys, 2), "lanczos3": (lanczos, 3)}
"""The filters as functions of the distance, and their radius; the weights of a point are divided by their sum."""


def bilinear(pixels, src_from_dst, width, height, border, fill=()):
    """The formula: the unrounded straight samples in float64. Under `constant` the taps outside read `fill`."""
    return filtered(pixels, src_from_dst, width, height, border, fill, "bilinear")


def filtered(pixels, src_from_dst, width, height, border, fill=(), filter="bilinear"):
    """The formula of any filter in KERNELS, as for `bilinear`; what it overshoots is cut."""
    x, y, _ = source_points(src_from_dst, width, height)
    outside = premultiplied(np.array(fill, pixels.dtype))
    return straight(interpolate(premultiplied(pixels), x, y, border, outside, filter), pixels)


def interpolate(values, x, y, border, fill=(), filter="bilinear"):
    """Read float64 values (height, width, channels) at points, between their neighbours."""
    columns, rows = taps_of(x, filter), taps_of(y, filter)
    return sum(
        (row_weight * column_weight)[..., np.newaxis] * tap(values, column, row, border, fill)
        for row, row_weight in rows
        for column, column_weight in columns
    )


def taps_of(x, filter):
    """The pixels that a point reads along one axis, and their weights."""
    kernel, radius = KERNELS[filter]
    first = np.floor(x - 0.5).astype(int) - radius + 1
    indices = [first + number for number in range(2 * radius)]
    weights = [kernel(x - 0.5 - index) for index in indices]
    return [(index, weight / sum(weights)) for index, weight in zip(indices, weights, strict=True)]


def tap(values, column, row, border, fill=()):
    """Read one pixel a point; what lies outside is told by np.pad."""
    height, width = values.shape[:2]
    if border != "constant":
        return values[folded(row, height, border), folded(column, width, border)]
    outside = (column < 0) | (column >= width) | (row < 0) | (row >= height)
    read = values[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
    return np.where(outside[..., np.newaxis], fill, read)


def folded(index, side, border):
    """Fold indices into 0..side-1 as np.pad repeats the numbers 0..side-1."""
    before, after = max(0, -int(index.min())), max(0, int(index.max()) - side + 1)
    return np.pad(np.arange(side), (before, after), mode=NUMPY_PAD[border])[index + before]


def premultiplied(pixels):
    values = np.array(pixels, np.float64)
    if values.shape[-1] in {2, 4}:
        values[..., :-1] *= values[..., -1:] / np.iinfo(pixels.dtype).max
    return values


def straight(values, pixels):
    """Undo the premultiplication; where alpha rounds to 0 the colour is 0, and beyond black and white all is cut."""
    full = np.iinfo(pixels.dtype).max
    if values.shape[-1] in {2, 4}:
        alpha = values[..., -1:]
        visible = alpha >= 0.5
        colours = values[..., :-1] * full / np.where(visible, alpha, 1)
        values = np.concatenate([np.where(visible, colours, 0), alpha], axis=-1)
    return np.clip(values, 0, full)


def half_up(exact):
    return np.floor(exact + 0.5)


def lattice(src_from_dst):
    """The same map for libraries that put the centre of the first pixel at (0, 0)."""
    to_corner = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    return np.linalg.inv(to_corner) @ src_from_dst @ to_corner


def unit_square(src_from_dst, source, canvas):
    """The same map for libraries whose pictures span [-1, 1] from edge to edge: 2x3."""
    pixels_from_unit = [np.array([[w / 2, 0, w / 2], [0, h / 2, h / 2], [0, 0, 1]]) for w, h in (source, canvas)]
    return (np.linalg.inv(pixels_from_unit[0]) @ src_from_dst @ pixels_from_unit[1])[:2]


def scipy_ndimage(pixels, src_from_dst, width, height, border, order=1):
    """SciPy map_coordinates on each channel, unrounded; outside is 0."""
    column, row, _ = source_points(src_from_dst, width, height)
    at = np.stack([row - 0.5, column - 0.5])
    mode = SCIPY_MODES[border]
    channels = np.moveaxis(pixels.astype(np.float64), -1, 0)
    return np.stack([scipy_channel(channel, at, order=order, mode=mode) for channel in channels], axis=-1)


def scipy_channel(channel, at, **options):
    return scipy.ndimage.map_coordinates(channel, at, prefilter=False, **options)


def scikit_image(pixels, src_from_dst, width, height):
    """skimage.transform.warp, bilinear, unrounded; outside is 0."""
    return skimage.transform.warp(
        pixels.astype(np.float64), lattice(src_from_dst), output_shape=(height, width), order=1, clip=False
    )


def opencv(pixels, src_from_dst, width, height):
    """OpenCV warpAffine or warpPerspective, bilinear, rounded; outside is 0."""
    how = {"flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, "borderMode": cv2.BORDER_CONSTANT, "borderValue": 0}
    inverse_map = lattice(src_from_dst)
    if np.array_equal(inverse_map[2], [0, 0, 1]):
        warped = cv2.warpAffine(pixels, inverse_map[:2], (width, height), **how)
    else:
        warped = cv2.warpPerspective(pixels, inverse_map, (width, height), **how)
    return warped.reshape(height, width, -1)


def pillow(pixels, src_from_dst, width, height):
    """Pillow's Image.transform, bilinear, rounded down; outside is 0."""
    picture = Image.fromarray(pixels.squeeze(axis=2) if pixels.shape[2] == 1 else pixels)
    coefficients = (src_from_dst / src_from_dst[2, 2]).ravel()[:8]
    how, numbers = Image.Transform.PERSPECTIVE, coefficients
    if np.array_equal(src_from_dst[2], [0, 0, 1]):
        how, numbers = Image.Transform.AFFINE, coefficients[:6]
    warped = picture.transform((width, height), how, tuple(numbers), resample=Image.Resampling.BILINEAR)
    return np.asarray(warped).reshape(height, width, -1)


def opencv_lens(radial, tangential, focal, centre, width, height):
    """cv2.initUndistortRectifyMap: where each output pixel's centre falls in the source, in float32."""
    camera, coefficients = opencv_camera(radial, tangential, focal, centre)
    x, y = cv2.initUndistortRectifyMap(camera, coefficients, None, camera, (width, height), cv2.CV_32FC1)
    return x.astype(np.float64) + 0.5, y.astype(np.float64) + 0.5


def opencv_undistorted(radial, tangential, focal, centre, x, y):
    """cv2.undistortPoints, iterated until it stands still: where points of the distorted picture go."""
    camera, coefficients = opencv_camera(radial, tangential, focal, centre)
    points = np.stack([np.ravel(x), np.ravel(y)], axis=-1)[:, np.newaxis] - 0.5
    until = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 1000, 1e-14)
    found = cv2.undistortPoints(points, camera, coefficients, P=camera, criteria=until) + 0.5
    return found[:, 0, 0].reshape(np.shape(x)), found[:, 0, 1].reshape(np.shape(y))


def opencv_camera(radial, tangential, focal, centre):
    """OpenCV measures the principal point from the first pixel's centre, and lists k1 k2 p1 p2 k3."""
    (x, y), (k1, k2, k3) = centre, radial
    return np.array([[focal, 0, x - 0.5], [0, focal, y - 0.5], [0, 0, 1]]), np.array([k1, k2, *tangential, k3])


def coordinate_pictures(width, height):
    """Two pictures whose samples are their own x and y: between pixels they tell where they are read."""
    return np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)


def bin_starts(radius, angles):
    """Where the first sample of a polar strip is at (0, 0): OpenCV and scikit-image measure from there, half a bin
    before the centre of ours. So these are the points of our strip to compare with theirs."""
    return np.meshgrid(np.arange(radius, dtype=float), np.arange(angles, dtype=float))


def opencv_polar(pixels, centre, radius, angles, log):
    """cv2.warpPolar at `bin_starts`, bilinear, of float32. Its logarithm is that of rho + 1, up to maxRadius at R."""
    how = cv2.INTER_LINEAR | cv2.WARP_FILL_OUTLIERS | (cv2.WARP_POLAR_LOG if log else 0)
    lattice_centre, reach = (centre[0] - 0.5, centre[1] - 0.5), radius + 1 if log else radius
    return cv2.warpPolar(pixels.astype(np.float32), (radius, angles), lattice_centre, reach, how)


def scikit_image_polar(pixels, centre, radius, angles):
    """skimage.transform.warp_polar at `bin_starts`, bilinear, linear in rho; its centre is (row, column)."""
    lattice_centre = (centre[1] - 0.5, centre[0] - 0.5)
    shape = (angles, radius)
    return skimage.transform.warp_polar(pixels, lattice_centre, radius=radius, output_shape=shape, clip=False)


def scikit_image_swirl(pixels, strength, radius, centre):
    """skimage.transform.swirl, bilinear; its strength turns the sampling points, hence the picture the other way."""
    lattice_centre = (centre[0] - 0.5, centre[1] - 0.5)
    return skimage.transform.swirl(pixels, lattice_centre, -strength, radius, mode="edge", clip=False)
