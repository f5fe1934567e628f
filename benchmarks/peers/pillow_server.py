"""A peer: FastAPI and Pillow, a picture turned by 30 degrees about its centre."""

import io

from PIL import Image

from benchmarks.peers.raw_upload import served


def turned(body: bytes) -> bytes:
    file = io.BytesIO()
    with Image.open(io.BytesIO(body)) as source:
        source.rotate(-30, Image.Resampling.BILINEAR).save(file, "PNG")  # its angles are counter-clockwise
    return file.getvalue()


app = served(turned)
