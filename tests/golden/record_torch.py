"""Records torch_affine_grid.npz: what PyTorch's affine_grid and grid_sample make of a small picture, in float64.

Run once with PyTorch installed (2.13.0 made the committed file): python tests/golden/record_torch.py
"""

from itertools import product
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import affine_grid, grid_sample

WIDTH, HEIGHT = 13, 9

THETAS = (
    [[1, 0, 0], [0, 1, 0]],
    [[1, 0, 0.5], [0, 1, 0]],
    [[0.707, -0.707, 0], [0.707, 0.707, 0]],
    [[0.83, 0.21, -0.17], [-0.32, 0.71, 0.29]],
    [[-0.6, 0.1, 0.3], [0.2, 0.9, -0.4]],
)


def main():
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
