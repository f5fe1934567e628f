"""How well pictures are shrunk, beside other libraries' warps: prints a table in Markdown.

    python -m benchmarks.shrinking

A warp that shrinks a picture should show in each pixel what the pixel covers. So the truth is the mean of 16 x 16
points in it of the picture, interpolated bilinearly in float64; the figures are PSNR in dB of the rounded 8 bits, over
the pixels whose points all lie inside the picture, so that no library's border matters. The rounding alone, to values
that are spread evenly between two levels, leaves 10 log10(12 · 255²) = 58.9 dB.

Ours is the default. OpenCV and Pillow are bilinear, in brackets the best of their other filters where one is better;
whichever it is, they read single points. ImageMagick averages over ellipses, its default for -distort. The last column
is no warp: it is the best that resizing does in the straight rows.
Needs Debian's imagemagick beside the test dependencies.
"""

import subprocess
from collections.abc import Callable, Iterator
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from core import Chain, Size, warp
from tests import oracles, pictures

FACTORS = (2, 3, 4, 6, 8, 12, 16)
POINTS = 16
CONVERT = "convert-im6"


class Case(NamedTuple):
    """A map that shrinks, src_from_dst in pixels from the corners, and the canvas that it fills."""

    src_from_dst: np.ndarray
    canvas: Size


def straight(source: Size, factor: float) -> Case:
    return Case(np.diag([factor, factor, 1.0]), _shrunk(source, factor))


def turned(source: Size, factor: float) -> Case:
    cosine, sine = np.cos(np.radians(30)), np.sin(np.radians(30))
    canvas = _shrunk(source, factor)
    return Case(_between_centres(source, canvas, [[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]], factor), canvas)


def in_perspective(source: Size, factor: float) -> Case:
    """By the factor at the centre, by 0.7 to 1.5 times as much in the corners; the canvas lies in the picture."""
    canvas = _shrunk(source, factor / 0.7)
    bent = [[1, 0.06, 0], [-0.04, 1, 0], [0.3 / source.width, -0.2 / source.height, 1]]
    return Case(_between_centres(source, canvas, bent, factor), canvas)


MAPS: dict[str, Callable[[Size, float], Case]] = {
    "straight": straight,
    "turned by 30°": turned,
    "in perspective": in_perspective,
}


def _shrunk(source: Size, factor: float) -> Size:
    return Size(int(source.width / factor), int(source.height / factor))


def _between_centres(source: Size, canvas: Size, bent: list[list[float]], factor: float) -> np.ndarray:
    to_source = np.array([[1, 0, source.width / 2], [0, 1, source.height / 2], [0, 0, 1]])
    from_canvas = np.array([[1, 0, -canvas.width / 2], [0, 1, -canvas.height / 2], [0, 0, 1]])
    return to_source @ np.array(bent) @ np.diag([factor, factor, 1.0]) @ from_canvas


def zone_plate(side: int) -> np.ndarray:
    """Rings that come closer together from the centre outwards, up to half a wave a pixel at the middle of a side."""
    x, y = np.meshgrid(*(np.arange(side) + 0.5 - side / 2,) * 2)
    rings = np.rint(127.5 + 127.5 * np.cos(np.pi * (x * x + y * y) / side)).astype(np.uint8)
    return np.repeat(rings[..., np.newaxis], 3, axis=2)


def truth(pixels: np.ndarray, case: Case) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the points of each pixel, and whether they all lie inside the picture."""
    height, width = pixels.shape[:2]
    values, (columns, rows) = pixels.astype(np.float64), case.canvas
    finely = case.src_from_dst @ np.diag([1 / POINTS, 1 / POINTS, 1])
    means, inside = [], []
    for row in range(rows):
        down = finely @ np.array([[1, 0, 0], [0, 1, POINTS * row], [0, 0, 1.0]])
        x, y, _ = oracles.source_points(down, POINTS * columns, POINTS)
        read = oracles.interpolate(values, x, y, "edge")
        means.append(read.reshape(POINTS, columns, POINTS, -1).mean(axis=(0, 2)))
        inside.append(((x >= 0) & (x <= width) & (y >= 0) & (y <= height)).reshape(POINTS, columns, POINTS).all((0, 2)))
    return np.stack(means), np.stack(inside)


def psnr(warped: np.ndarray, exact: np.ndarray, inside: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((warped[inside] - exact[inside]) ** 2) / 255**2))


def ours(pixels: np.ndarray, case: Case) -> np.ndarray:
    strips = list(warp(pixels, Chain.inverse(case.src_from_dst), case.canvas))
    return np.concatenate(strips)[..., : pixels.shape[2]]


OPENCV = {
    "linear": cv2.INTER_LINEAR,
    "nearest": cv2.INTER_NEAREST,
    "cubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
    "Lanczos4": cv2.INTER_LANCZOS4,
}
PILLOW = {
    "bilinear": Image.Resampling.BILINEAR,
    "nearest": Image.Resampling.NEAREST,
    "bicubic": Image.Resampling.BICUBIC,
}


def opencv(pixels: np.ndarray, case: Case, name: str) -> np.ndarray:
    lattice = oracles.lattice(case.src_from_dst)
    how = {"flags": OPENCV[name] | cv2.WARP_INVERSE_MAP, "borderMode": cv2.BORDER_REPLICATE}
    if _is_affine(case):
        warped = cv2.warpAffine(pixels, lattice[:2], case.canvas, **how)
    else:
        warped = cv2.warpPerspective(pixels, lattice, case.canvas, **how)
    return warped.reshape(*warped.shape[:2], -1)


def pillow(pixels: np.ndarray, case: Case, name: str) -> np.ndarray:
    numbers = (case.src_from_dst / case.src_from_dst[2, 2]).ravel()
    how, count = (Image.Transform.AFFINE, 6) if _is_affine(case) else (Image.Transform.PERSPECTIVE, 8)
    warped = _to_pillow(pixels).transform(case.canvas, how, tuple(numbers[:count]), resample=PILLOW[name])
    return np.asarray(warped).reshape(case.canvas.height, case.canvas.width, -1)


def imagemagick_command(pixels: np.ndarray, case: Case) -> list[str]:
    """-distort measures from the corners, as we do, and takes matrices source -> output."""
    (a, b, c), (d, e, f), (g, h, _) = (forward := np.linalg.inv(case.src_from_dst)) / forward[2, 2]
    by = ["AffineProjection", _listed(a, d, b, e, c, f)]
    if not _is_affine(case):
        by = ["PerspectiveProjection", _listed(a, b, c, d, e, f, g, h)]
    (height, width, channels), samples = pixels.shape, {1: "gray:-", 3: "rgb:-"}
    viewport = f"distort:viewport={case.canvas.width}x{case.canvas.height}+0+0"
    read = [CONVERT, "-size", f"{width}x{height}", "-depth", "8", samples[channels]]
    how = ["-virtual-pixel", "edge", "-define", viewport, "-distort", *by]
    return [*read, *how, "-depth", "8", samples[channels]]


def imagemagick(pixels: np.ndarray, case: Case) -> np.ndarray:
    done = subprocess.run(imagemagick_command(pixels, case), input=pixels.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(case.canvas.height, case.canvas.width, -1)


def imagemagick_version() -> str:
    done = subprocess.run([CONVERT, "-version"], capture_output=True, check=True, text=True)
    return done.stdout.splitlines()[0].removeprefix("Version: ").split(" http")[0]


def resized(pixels: np.ndarray, factor: int, canvas: Size) -> Iterator[tuple[str, np.ndarray]]:
    """The libraries' resizing of what a straight canvas covers."""
    covered = np.ascontiguousarray(pixels[: factor * canvas.height, : factor * canvas.width])
    yield "OpenCV area", cv2.resize(covered, canvas, interpolation=cv2.INTER_AREA)
    for name in ("BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"):
        yield f"Pillow {name.lower()}", np.asarray(_to_pillow(covered).resize(canvas, Image.Resampling[name]))


def _is_affine(case: Case) -> bool:
    return np.array_equal(case.src_from_dst[2], [0, 0, 1])


def _to_pillow(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels.squeeze(axis=2) if pixels.shape[2] == 1 else pixels)


def _listed(*numbers: float) -> str:
    return ",".join(f"{number:.17g}" for number in numbers)


PICTURES: dict[str, Callable[[], np.ndarray]] = {
    "zone plate": lambda: zone_plate(512),
    "astronaut": pictures.astronaut,
    "coffee": pictures.coffee,
    "chelsea": pictures.chelsea,
}


def best(figures: dict[str, float]) -> str:
    """Tell the figure of the default, and the best one if that is another."""
    (default, figure), winner = next(iter(figures.items())), max(figures, key=figures.__getitem__)
    return f"{figure:.1f}" if winner == default else f"{figure:.1f} ({winner} {figures[winner]:.1f})"


def row(pixels: np.ndarray, name: str, factor: int) -> list[str]:
    case = MAPS[name](Size(pixels.shape[1], pixels.shape[0]), factor)
    exact, inside = truth(pixels, case)
    own = psnr(ours(pixels, case), exact, inside)
    by_opencv = {way: psnr(opencv(pixels, case, way), exact, inside) for way in OPENCV}
    by_pillow = {way: psnr(pillow(pixels, case, way), exact, inside) for way in PILLOW}
    by_imagemagick = psnr(imagemagick(pixels, case), exact, inside)
    resizes = {}
    if name == "straight":
        resizes = {way: psnr(small, exact, inside) for way, small in resized(pixels, factor, case.canvas)}
    own_is_best = own > max(*by_opencv.values(), *by_pillow.values(), by_imagemagick)
    own_figure = f"**{own:.1f}**" if own_is_best else f"{own:.1f}"
    resize = max(resizes, key=resizes.__getitem__, default="")
    last = f"{resizes[resize]:.1f} ({resize})" if resizes else ""
    return [f"{factor}×", own_figure, best(by_opencv), best(by_pillow), f"{by_imagemagick:.1f}", last]


def main() -> None:
    print(f"PSNR in dB. OpenCV {cv2.__version__}, Pillow {Image.__version__}, {imagemagick_version()}.\n")
    print("| picture | map | shrunk by | ours | OpenCV warp | Pillow transform | ImageMagick -distort | best resize |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for title, picture in PICTURES.items():
        pixels = picture()
        for name in MAPS:
            for factor in FACTORS:
                print("|", " | ".join([title, name, *row(pixels, name, factor)]), "|", flush=True)


if __name__ == "__main__":
    main()
