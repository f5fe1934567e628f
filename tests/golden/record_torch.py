"""Records what PyTorch makes, in float64: of a small picture, and of the lines of docs/migration.md.

torch_affine_grid.npz has the small picture by affine_grid and grid_sample; torch_lines.npz has, of each line's result,
the size and every 19th row of every 23rd column as float32, and how the page writes its theta out.
Run once with PyTorch and torchvision installed (2.13.0 and 0.28.0 made the committed files), and again when those
lines or their code change (httpx is needed too): python -m tests.golden.record_torch
"""

from itertools import product
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import affine_grid, grid_sample

from tests.docs.migration import code_of, lines_of, turned_lines

WIDTH, HEIGHT = 13, 9

THETAS = (
    [[1, 0, 0], [0, 1, 0]],
    [[1, 0, 0.5], [0, 1, 0]],
    [[0.707, -0.707, 0], [0.707, 0.707, 0]],
    [[0.83, 0.21, -0.17], [-0.32, 0.71, 0.29]],
    [[-0.6, 0.1, 0.3], [0.2, 0.9, -0.4]],
)


STEP = (19, 23)


def main():
    record_affine_grid()
    record_lines()


def record_lines():
    code, names = code_of("") + code_of("PyTorch"), {}
    exec(code, names)  # noqa: S102 (the page's own code)
    lines = list(dict.fromkeys(line.there for line in (*lines_of("PyTorch"), *turned_lines("PyTorch"))))
    results = [eval(line, names)[0].permute(1, 2, 0).numpy() for line in lines]  # noqa: S307 (the page's own code)
    np.savez_compressed(
        Path(__file__).with_name("torch_lines.npz"),
        code=np.array(code),
        theta=np.array(names["numbers"](names["theta"])),
        there=np.array(lines),
        sizes=np.array([(result.shape[1], result.shape[0]) for result in results]),
        step=np.array(STEP),
        torch=np.array(torch.__version__),
        **{
            f"samples_{index}": result[:: STEP[0], :: STEP[1]].astype(np.float32)
            for index, result in enumerate(results)
        },
    )


def record_affine_grid():
    pixels = np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    batch = torch.from_numpy(pixels.astype(np.float64)).permute(2, 0, 1)[None]
    cases = list(product(THETAS, ("bilinear", "nearest"), ("zeros", "border", "reflection")))
    warped = []
    for theta, mode, padding in cases:
        grid = affine_grid(torch.tensor([theta], dtype=torch.float64), (1, 3, HEIGHT, WIDTH), align_corners=False)
        sampled = grid_sample(batch, grid, mode=mode, padding_mode=padding, align_corners=False)
        warped.append(sampled[0].permute(1, 2, 0).numpy())
    np.savez_compressed(
        Path(__file__).with_name("torch_affine_grid.npz"),
        pixels=pixels,
        theta=np.array([theta for theta, _, _ in cases], np.float64),
        mode=np.array([mode for _, mode, _ in cases]),
        padding=np.array([padding for _, _, padding in cases]),
        warped=np.stack(warped),
        torch=np.array(torch.__version__),
    )


if __name__ == "__main__":
    main()
