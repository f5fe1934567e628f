"""One picture in every mode that files have, each beside the samples that stand in it, known without a decoder."""

import io

import numpy as np
from PIL import Image

from tests import files, pictures

WIDTH, HEIGHT = 12, 7


def sources():
    """Name -> (file, samples as they must come out: (height, width), or with channels)."""
    gray, gray_alpha = (pictures.random(WIDTH, HEIGHT, n) for n in (1, 2))
    rgb, rgba = (pictures.random(WIDTH, HEIGHT, n) for n in (3, 4))
    deep = pictures.random(WIDTH, HEIGHT, 1, np.uint16)
    bits, pairs, nibbles = (gray >> shift for shift in (7, 6, 4))
    colours = pictures.random(16, 1, 3, seed=1)[0]
    alphas = pictures.random(16, 1, 1, seed=2)[0, :, 0]
    return {
        "gray": (files.png(gray, files.GRAY), gray[..., 0]),
        "gray, alpha": (files.png(gray_alpha, files.GRAY_ALPHA), gray_alpha),
        "RGB": (files.png(rgb, files.RGB), rgb),
        "RGB, interlaced": (files.png(rgb, files.RGB, interlace=True), rgb),
        "RGBA": (files.png(rgba, files.RGBA), rgba),
        "palette": (files.png(nibbles, files.PALETTE, 8, before=[files.plte(*colours)]), colours[nibbles[..., 0]]),
        "palette of 4 bits": (
            files.png(nibbles, files.PALETTE, 4, before=[files.plte(*colours)]),
            colours[nibbles[..., 0]],
        ),
        "palette, transparent": (
            files.png(nibbles, files.PALETTE, 8, before=[files.plte(*colours), files.trns_alphas(*alphas)]),
            np.dstack([colours[nibbles[..., 0]], alphas[nibbles[..., 0]]]),
        ),
        "1 bit": (files.png(bits, files.GRAY, 1), bits[..., 0] * np.uint8(255)),
        "2 bits": (files.png(pairs, files.GRAY, 2), pairs[..., 0] * np.uint8(85)),
        "1 bit, key 1": (
            files.png(bits, files.GRAY, 1, before=[files.trns_key(1)]),
            with_key(bits * np.uint8(255), 255),
        ),
        "2 bits, key 2": (files.png(pairs, files.GRAY, 2, before=[files.trns_key(2)]), with_key(pairs * 85, 170)),
        "gray, key": (files.png(gray, files.GRAY, before=[key_of(gray)]), with_key(gray, gray[2, 3])),
        "RGB, key": (files.png(rgb, files.RGB, before=[key_of(rgb)]), with_key(rgb, rgb[2, 3])),
        "gray of 16 bits": (files.png(deep, files.GRAY, 16), deep[..., 0]),
        "CMYK JPEG": cmyk_jpeg(),
    }  # fmt: skip


def key_of(samples):
    """One of the picture's own colours as the transparent one."""
    return files.trns_key(*samples[2, 3].tolist())


def with_key(samples, key):
    """The samples and an alpha channel, 0 where the pixel is the key."""
    is_key = (samples == key).all(axis=-1)
    assert is_key.any()
    assert not is_key.all()
    return np.dstack([samples.astype(np.uint8), np.where(is_key, 0, 255).astype(np.uint8)])


def cmyk_jpeg():
    """Smooth, so that it stays what it was; what is in it now only a decoder can tell."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    inks = np.stack([9 * x, 20 * y, 5 * x + 7 * y, 3 * x], axis=-1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(file, "JPEG", quality=95)
    with Image.open(file) as image:
        return file.getvalue(), np.asarray(image.convert("RGB"))


SOURCES = sources()
