"""Samples through an ICC profile to sRGB, where their colour type changes and the profile cannot go with them.

A profile is a small program from a stranger. LittleCMS runs most of it in bounded time; it is not handed one that has
chains of processing elements (the tags D2B0 to D2B3), of which one element may stand for thousands, each computed for
every step of a table: a profile of 240 KB takes 60 s.

Source: ICC.1:2022, sections 7.3 (the tag table) and 9.2.17 to 9.2.20 (DToB0 to DToB3).
"""

import struct
from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_MOST_TAGS = 100  # LittleCMS's own limit
_TAG_TABLE = 128
_CHAINS = frozenset({b"D2B0", b"D2B1", b"D2B2", b"D2B3"})

# Of CMYK a table of 23 steps an ink is made, and read by interpolation, as all programs do: 0.2 of a level off in the
# mean, five times as fast (98 ms a megapixel). Of gray 256 samples are enough, and the table would be 10 levels off.
_BY_TABLE, _EXACTLY = ImageCms.Flags.NONE, ImageCms.Flags.NOOPTIMIZE

Convert = Callable[[Image.Image], Image.Image]


def cmyk_to_srgb(icc: bytes) -> Convert | None:
    """Give what makes RGB of CMYK (pictures of Pillow, 8 bits); None if the profile is unusable.

    Args:
        icc: a profile whose header says CMYK.
    """
    return _to_srgb(icc, "CMYK", _BY_TABLE)


def gray_to_srgb(samples: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8] | None:
    """Convert gray by its profile.

    Args:
        samples: (H, W, 1) or, with alpha, (H, W, 2); alpha stays as it is.
        icc: a profile whose header says gray.

    Returns:
        (H, W, 3) or (H, W, 4); None if the profile is unusable.
    """
    convert = _to_srgb(icc, "L", _EXACTLY)
    if convert is None:
        return None
    grays = np.arange(256, dtype=np.uint8).reshape(1, 256)
    colours = np.asarray(convert(Image.fromarray(grays)))[0]
    height, width, channels = samples.shape
    out = np.empty((height, width, channels + 2), np.uint8)
    np.take(colours, samples[..., 0], axis=0, out=out[..., :3], mode="clip")  # "raise" would take a copy
    out[..., 3:] = samples[..., 1:]
    return out


def _to_srgb(icc: bytes, mode: str, flags: ImageCms.Flags) -> Convert | None:
    """Build a transform, perceptual as in browsers, so that black stays black; threads share nothing of it."""
    if not _is_harmless(icc):
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(icc))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        return ImageCms.ImageCmsTransform(source, srgb, mode, "RGB", flags=flags).apply
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None


def _is_harmless(icc: bytes) -> bool:
    (count,) = struct.unpack_from(">I", icc, _TAG_TABLE)
    tags = icc[_TAG_TABLE + 4 : _TAG_TABLE + 4 + 12 * min(count, _MOST_TAGS)]
    names = {tags[start : start + 4] for start in range(0, len(tags), 12)}
    return count <= _MOST_TAGS and not names & _CHAINS
