// 3x3 matrices of projective maps, as arrays of rows; points are [x, y].

export const IDENTITY = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

// Where a point goes, or null where it has no image: at the horizon and beyond it.
export function project(matrix, [x, y]) {
  const [u, v, w] = matrix.map(([a, b, c]) => a * x + b * y + c);
  return w > 0 ? [u / w, v / w] : null;
}

// The inverse times the determinant's size: as a projective map the same as the inverse. The sign is kept, since
// `project` looks at it.
export function invert([[a, b, c], [d, e, f], [g, h, i]]) {
  const adjugate = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  const determinant = a * adjugate[0][0] + b * adjugate[1][0] + c * adjugate[2][0];
  return adjugate.map((row) => row.map((entry) => entry / determinant));
}

export const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
