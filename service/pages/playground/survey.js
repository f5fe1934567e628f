// Where things lie: the sizes and places that a picture with handles needs, all of them from the service's plans.

import {IDENTITY} from "./matrices.js";
import {plan, Refusal} from "./service.js";

const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9]; // of the source's sides: points of which one or other has an image

// Plans a spec, and what surrounds its operation `step` (-1: none).
//
// Gives {output, scale, frame, rectangle, before, after, tail}: the output's size and the local scales, the last frame's, the output's rectangle in
// the last frame's pixels, the frames before and after the operation, and the matrix that takes the frame after it to the
// last one, null if the operations behind bend lines. Raises a Refusal that points into the spec, or the AbortError.
export async function survey(spec, step, photo, maps, signal) {
  const until = (count) => ({...bare(spec), ops: spec.ops.slice(0, count)});
  const own = (spec.canvas ?? "same") === "same" ? bare(spec) : spec;
  const specs = [own, bare(spec), ...(step < 0 ? [] : [until(step), until(step + 1)])];
  const [full, framed, before, after] = await plans(specs, photo, maps, signal);
  const found = {output: full.output, scale: full.scale, frame: framed.output, rectangle: rectangleOf(full, framed)};
  if (step < 0) return {...found, before: framed.output, after: framed.output, tail: IDENTITY};
  const tail = await tailOf(spec.ops.slice(step + 1), after.output, maps, signal);
  return {...found, before: before.output, after: after.output, tail};
}

// The spec whose output is the last frame.
function bare({ops, region}) {
  return {ops, ...(region && {region}), canvas: "same"};
}

async function plans(specs, photo, maps, signal) {
  const points = SHARES.flatMap((x) => SHARES.map((y) => [x * photo.size.width, y * photo.size.height]));
  const map_sizes = maps.map(({size}) => size);
  const texts = specs.map((spec) => JSON.stringify(spec));
  const different = [...new Set(texts)]; // often the last operation is selected, and the canvas is the frame
  let entries;
  try {
    const spec = different.map((text) => JSON.parse(text));
    entries = await plan({spec, source: photo.size, points, map_sizes}, signal);
  } catch (refusal) {
    throw ofTheFirst(refusal);
  }
  const refused = entries.find(({problem}) => problem);
  if (refused) throw ofTheFirst(new Refusal(refused.problem));
  return texts.map((text) => entries[different.indexOf(text)].plan);
}

// All specs are made from the first, so its faults are theirs.
function ofTheFirst(refusal) {
  if (!refusal.problem) return refusal;
  const own = ({pointer}) => !/^\/spec\/[1-9]/.test(pointer);
  const pointer = (error) => ({...error, pointer: error.pointer.replace(/^\/spec\/\d+/, "")});
  const errors = (refusal.problem.errors ?? []).filter((error, _, all) => own(error) || !all.some(own)).map(pointer);
  refusal.problem = {...refusal.problem, errors};
  return refusal;
}

// Every canvas shows the last frame shifted and stretched, so two points that are apart tell how.
function rectangleOf(full, framed) {
  const along = (axis, name) => {
    const pairs = full.points
      .map((point, index) => point && framed.points[index] && [point[axis], framed.points[index][axis]])
      .filter(Boolean)
      .toSorted((one, other) => one[1] - other[1]);
    const [first, last] = [pairs[0], pairs.at(-1)];
    const ratio = pairs.length > 1 && last[1] - first[1] > 1e-6 ? (last[0] - first[0]) / (last[1] - first[1]) : 1;
    const start = pairs.length ? first[1] - first[0] / ratio : (framed.output[name] - full.output[name]) / 2;
    return [start, full.output[name] / ratio];
  };
  const [left, width] = along(0, "width");
  const [top, height] = along(1, "height");
  return {left, top, width, height};
}

// While a handle is dragged, the operations behind are always the same.
const known = {key: "", tail: IDENTITY};

async function tailOf(ops, source, maps, signal) {
  if (!ops.length) return IDENTITY;
  const key = JSON.stringify([ops, source]);
  if (key !== known.key) {
    const map_sizes = maps.map(({size}) => size);
    const {output_from_source: tail} = await plan({spec: {ops}, source, map_sizes}, signal);
    Object.assign(known, {key, tail});
  }
  return known.tail;
}
