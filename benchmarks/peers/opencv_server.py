"""A peer: FastAPI and OpenCV, a picture turned by 30 degrees about its centre.

How many threads OpenCV has itself, the environment says: see `benchmarks/services.py`.
"""

import cv2
import numpy as np

from benchmarks.peers.raw_upload import served


def turned(body: bytes) -> bytes:
    source = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    height, width = source.shape[:2]
    centre = ((width - 1) / 2, (height - 1) / 2)  # OpenCV counts from the first pixel's centre
    dst_from_src = cv2.getRotationMatrix2D(centre, -30, 1)  # and its angles are counter-clockwise
    warped = cv2.warpAffine(source, dst_from_src, (width, height), flags=cv2.INTER_LINEAR)
    return cv2.imencode(".png", warped)[1].tobytes()


app = served(turned)
