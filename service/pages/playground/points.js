// More points for operations that are made of points, without changing what they do to the picture.

import {plan} from "./service.js";
import {Lengths} from "./units.js";

const PLACES = 9; // candidates in each direction
const STEPS = 6; // towards the point that is moved to a given one; each divides the distance, of all but wild maps

// The pair whose point of the source lies at `src`, or farthest from the others if it is not given.
export async function withPairAt(values, frame, src = emptiest(values, frame)) {
  const lengths = new Lengths(values, frame);
  const dst = (await mapped(values, frame, src)) ?? src;
  return {...values, src: [...values.src, lengths.writePoint(src)], dst: [...values.dst, lengths.writePoint(dst)]};
}

// The pair whose point of the result lies at `dst`.
export async function withPairTo(values, frame, dst) {
  let src = dst;
  for (let step = 0; step < STEPS; step++) {
    const reached = await mapped(values, frame, src);
    if (!reached) break;
    src = [src[0] + dst[0] - reached[0], src[1] + dst[1] - reached[1]];
  }
  return withPairAt(values, frame, src);
}

async function mapped(values, frame, point) {
  const {points} = await plan({spec: {ops: [values]}, source: frame, points: [point]});
  return points[0];
}

function emptiest(values, frame) {
  const lengths = new Lengths(values, frame);
  const taken = values.src.map((point) => lengths.readPoint(point));
  const room = ([x, y]) => Math.min(...taken.map(([a, b]) => Math.hypot(x - a, y - b)));
  const shares = Array.from({length: PLACES}, (_, index) => (index + 1) / (PLACES + 1));
  const places = shares.flatMap((across) => shares.map((down) => [across * frame.width, down * frame.height]));
  return places.reduce((best, place) => (room(place) > room(best) ? place : best));
}

// A mesh of other cells that bends the picture as nearly the same as it can: each node where the old mesh has that place.
export function resampledMesh(values, {columns, rows}) {
  const across = values.columns + 1;
  const node = (column, row) => values.points[row * across + column];
  const between = (a, b, share) => a.map((value, axis) => value + share * (b[axis] - value));
  const at = (x, y) => {
    const [column, row] = [Math.min(Math.floor(x), values.columns - 1), Math.min(Math.floor(y), values.rows - 1)];
    const upper = between(node(column, row), node(column + 1, row), x - column);
    return between(upper, between(node(column, row + 1), node(column + 1, row + 1), x - column), y - row);
  };
  const digits = values.unit === "fraction" ? 1e4 : 1e2;
  const points = [];
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const place = at((column * values.columns) / columns, (row * values.rows) / rows);
      points.push(place.map((value) => Math.round(value * digits) / digits));
    }
  }
  return {...values, columns, rows, points};
}
