"""How fast the core warps, beside other libraries on the same work: prints a table in Markdown.

    python -m benchmarks.core

One megapixel is turned by 30 degrees about its centre, bilinear, outside black, on one thread. Each library runs in
turn with the core, pair by pair, so that a busy machine slows both; the ratio is the median of the pairs' ratios.
Opaque results must agree to a level before they are timed; with alpha the core alone weighs colours by it.

A second table times the first picture of a sampling grid against the next ones, which share it: the best of several
turns, and the bytes that the grid remembers for a pixel of the canvas.
"""

import statistics
import time
from collections.abc import Callable
from itertools import product

import cv2
import numpy as np
import scipy.ndimage
import skimage.transform
from PIL import Image
from skimage import data

from core import BLACK, BORDERS, FILTERS, Chain, SamplingGrid, Size, homography, warp, warp_through

SIDE = 1000
PAIRS = 7
SIZE = Size(SIDE, SIDE)
SRC_FROM_DST = homography.about(*SIZE.centre, homography.rotate(np.radians(30)))
CHAIN = Chain.inverse(SRC_FROM_DST)
LATTICE = homography.compose(homography.translate(-0.5, -0.5), SRC_FROM_DST, homography.translate(0.5, 0.5))
"""The same map between pixel centres at whole numbers."""


def photograph(channels: int) -> np.ndarray:
    """A photograph enlarged to one megapixel, with an alpha that falls from left to right as its fourth channel."""
    colours = cv2.resize(data.astronaut(), SIZE)
    alpha = np.broadcast_to(np.linspace(0, 255, SIDE).astype(np.uint8), SIZE)
    return np.ascontiguousarray(np.dstack([colours, alpha])[..., :channels])


def ours(picture: np.ndarray) -> np.ndarray:
    return np.concatenate(list(warp(picture, CHAIN, SIZE, border="constant", fill=BLACK)))


def opencv(picture: np.ndarray) -> np.ndarray:
    return cv2.warpAffine(picture, LATTICE[:2], SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def scikit_image(picture: np.ndarray) -> np.ndarray:
    warped = skimage.transform.warp(picture, LATTICE, order=1, preserve_range=True)
    return np.rint(warped).astype(np.uint8)


def scipy_ndimage(picture: np.ndarray) -> np.ndarray:
    linear, shift = LATTICE[:2, :2][::-1, ::-1], LATTICE[:2, 2][::-1]  # it counts (row, column)
    channels = np.moveaxis(picture, -1, 0)
    return np.stack(
        [scipy.ndimage.affine_transform(c, linear, shift, order=1, mode="grid-constant") for c in channels], -1
    )


def pillow(picture: np.ndarray) -> np.ndarray:
    source = Image.fromarray(picture.squeeze(axis=2) if picture.shape[2] == 1 else picture)
    numbers = tuple(SRC_FROM_DST[:2].ravel())
    return np.asarray(source.transform(SIZE, Image.Transform.AFFINE, numbers, resample=Image.Resampling.BILINEAR))


PEERS = {
    "OpenCV `warpAffine`": opencv,
    "scikit-image `warp`": scikit_image,
    "SciPy `affine_transform`": scipy_ndimage,
    "Pillow `transform`": pillow,
}


def seconds(function: Callable[[np.ndarray], np.ndarray], picture: np.ndarray) -> float:
    start = time.perf_counter()
    function(picture)
    return time.perf_counter() - start


def check_same_work(own: np.ndarray, theirs: np.ndarray) -> None:
    """Compare the middle: at the edge some cut the picture off."""
    if own.shape[2] not in {2, 4}:
        middle = slice(SIDE // 5, -SIDE // 5)
        differences = own[middle, middle].astype(int) - theirs.reshape(own.shape)[middle, middle]
        np.testing.assert_array_less(np.abs(differences), 2)


def compare(peer: Callable[[np.ndarray], np.ndarray], picture: np.ndarray) -> tuple[float, float, float]:
    """MP/s of the core and of the peer, and the median over pairs of how many times as fast the core is."""
    check_same_work(ours(picture), peer(picture))  # and warm both
    pairs = [(seconds(ours, picture), seconds(peer, picture)) for _ in range(PAIRS)]
    own, theirs = (SIZE.pixels / 1e6 / statistics.median(times) for times in zip(*pairs, strict=True))
    return own, theirs, statistics.median(their / our for our, their in pairs)


def grid_of(name: str, border: str) -> SamplingGrid:
    return SamplingGrid(CHAIN, SIZE, SIZE, filter=name, border=border, kept_bytes=1 << 30)


def through(grid: SamplingGrid) -> Callable[[np.ndarray], np.ndarray]:
    return lambda picture: np.concatenate(list(warp_through(grid, picture, fill=BLACK)))


def bytes_a_pixel(grid: SamplingGrid) -> float:
    (read,) = grid.strip(range(SIDE))
    taps = read.neighbours.rows + read.neighbours.columns
    return (read.share.nbytes + sum(array.nbytes for tap in taps for array in tap)) / SIZE.pixels


def share_a_grid(picture: np.ndarray, name: str, border: str) -> tuple[float, float, float]:
    """Milliseconds of a grid's first picture and of the next, and bytes a pixel."""
    used = grid_of(name, border)
    np.testing.assert_array_equal(through(used)(picture), through(used)(picture))  # and warm it
    pairs = [(seconds(through(grid_of(name, border)), picture), seconds(through(used), picture)) for _ in range(PAIRS)]
    first, following = (1e3 * min(times) for times in zip(*pairs, strict=True))
    return first, following, bytes_a_pixel(used)


def compare_with_peers() -> None:
    print("| picture | library | its MP/s | our MP/s | ours / its |")
    print("|---|---|--:|--:|--:|")
    for name, channels in (("gray", 1), ("RGB", 3), ("RGBA", 4)):
        picture = photograph(channels)
        for library, peer in PEERS.items():
            own, theirs, ratio = compare(peer, picture)
            print(f"| {name} | {library} | {theirs:.0f} | {own:.1f} | {ratio:.2f} |", flush=True)


def compare_within_a_grid() -> None:
    print("| picture | filter | border | first ms | next ms | first / next | bytes a pixel |")
    print("|---|---|---|--:|--:|--:|--:|")
    for (kind, channels), name, border in product((("gray", 1), ("RGB", 3)), FILTERS, BORDERS):
        first, following, size = share_a_grid(photograph(channels), name, border)
        ratio = first / following
        print(f"| {kind} | {name} | {border} | {first:.0f} | {following:.0f} | {ratio:.1f} | {size:.0f} |", flush=True)


def main() -> None:
    cv2.setNumThreads(1)
    compare_with_peers()
    print()
    compare_within_a_grid()


if __name__ == "__main__":
    main()
