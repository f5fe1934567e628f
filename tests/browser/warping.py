"""What the playground shows and gives, beside what the service answers to the same request."""

import io
import json
import os
import subprocess
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from tests.browser.playground_page import PlaygroundPage

SAMPLE = Path(__file__).parents[2] / "service/pages/playground/chelsea.jpg"


def warped(service: str, photo: Path, spec: object) -> bytes:
    """The service's answer."""
    files = {"image": (photo.name, photo.read_bytes())}
    answer = httpx.post(f"{service}/v1/warp", files=files, data={"spec": json.dumps(spec)}, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.content


def assert_shows(playground: PlaygroundPage, data: bytes) -> None:
    """The canvas shows this picture, but for what it loses: it keeps colour times alpha as whole numbers."""
    shown = _premultiplied(playground.pixels())
    expected = _premultiplied(np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")))
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).max() <= 1


def run(command: str, folder: Path) -> None:
    """Run what the page gives, in a shell."""
    environment = os.environ | {"NO_PROXY": "*"}
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _premultiplied(pixels: np.ndarray) -> np.ndarray:
    return np.concatenate([pixels[..., :3].astype(int) * pixels[..., 3:] / 255, pixels[..., 3:]], axis=-1)
