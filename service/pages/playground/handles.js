// What of an operation can be taken hold of on the picture: where it is, and what the operation becomes when it is moved.
//
// Coordinates are pixels of a frame: of the one after the operation where its result is shown ("result"), of the one
// before it where what it is given is shown ("before"). A handle is {id, label, shape, at, move(point, fine), nudge?,
// remove?}; `move`, `nudge` and `remove` give the operation's new values. Outlines are lists of points.

import {distance} from "./matrices.js";
import {Lengths} from "./units.js";

const CORNERS = ["Top-left corner", "Top-right corner", "Bottom-right corner", "Bottom-left corner"];
const LEAST_SCALE = 0.01;
const CIRCLE = Array.from({length: 65}, (_, index) => (2 * Math.PI * index) / 64);

const cornersOf = ({width, height}) => [[0, 0], [width, 0], [width, height], [0, height]];
const middleOf = ({width, height}) => [width / 2, height / 2];
const closed = (points) => [...points, points[0]];
const circle = ([x, y], radius) => CIRCLE.map((angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
const tenths = (value) => Math.round(value * 10) / 10;
const thousandths = (value) => Math.round(value * 1000) / 1000;
const replaced = (list, index, item) => list.map((old, place) => (place === index ? item : old));
const NOTHING = {handles: [], outlines: []};

// By operation and view. The first view of an operation is the one that it opens with.
const HANDLES = {
  translate: {result: moved},
  rotate: {result: turned},
  scale: {result: scaled},
  shear: {result: slid},
  skew: {result: leaned},
  crop: {before: cropped},
  affine_points: {result: points("dst", "Target"), before: points("src", "Point")},
  perspective: {result: corners("dst"), before: corners("src")},
  lens: {result: lens},
  barrel: {result: centred},
  polar: {before: centred},
  depolar: {result: centred},
  swirl: {result: round},
  bulge: {result: round},
  thin_plate_spline: {result: points("dst", "Target"), before: points("src", "Point")},
  mesh: {result: mesh},
};

export function viewsOf(values) {
  const views = Object.keys({...HANDLES[values.op], result: null});
  return values.op === "perspective" && values.src && !values.dst ? views.toReversed() : views;
}

export function handlesOf(values, view, {before, after}) {
  const find = HANDLES[values.op]?.[view];
  // A spline's points may be incomplete while somebody types.
  return find ? find(values, values.op === "depolar" ? after : before) : NOTHING;
}

function centre(values, frame) {
  const lengths = new Lengths(values, frame);
  const at = values.center ? lengths.readPoint(values.center) : middleOf(frame);
  const move = (point) => ({...values, center: lengths.writePoint(point)});
  const reset = () => without(values, "center");
  return {id: "center", label: "Centre", shape: "centre", at, move, remove: values.center && reset};
}

function centred(values, frame) {
  return {handles: [centre(values, frame)], outlines: []};
}

function moved(values, frame) {
  const lengths = new Lengths({x: 0, y: 0, ...values}, frame);
  const [x, y] = middleOf(frame);
  const shift = [lengths.read("x"), lengths.read("y")];
  const move = (point) => ({...values, x: lengths.writeAs("x", point[0] - x), y: lengths.writeAs("y", point[1] - y)});
  const outline = cornersOf(frame).map((corner) => [corner[0] + shift[0], corner[1] + shift[1]]);
  const handle = {id: "shift", label: "Picture", shape: "move", at: [x + shift[0], y + shift[1]], move};
  return {handles: [handle], outlines: [closed(outline)]};
}

function turned(values, frame) {
  const pivot = centre(values, frame);
  const arm = 0.4 * Math.min(frame.width, frame.height);
  const radians = (values.angle * Math.PI) / 180;
  const at = [pivot.at[0] + arm * Math.sin(radians), pivot.at[1] - arm * Math.cos(radians)];
  const withAngle = (angle) => ({...values, angle: tenths(angle)});
  const move = ([x, y], {snap = false} = {}) => {
    const angle = (Math.atan2(x - pivot.at[0], pivot.at[1] - y) * 180) / Math.PI;
    return withAngle(snap ? 15 * Math.round(angle / 15) : angle);
  };
  const nudge = (steps) => withAngle(values.angle + steps);
  const knob = {id: "angle", label: "Angle", shape: "knob", at, move, nudge};
  return {handles: [knob, pivot], outlines: [[pivot.at, at], circle(pivot.at, arm)]};
}

function scaled(values, frame) {
  const pivot = centre(values, frame);
  const factors = {x: values.x, y: values.y ?? values.x};
  const place = ([x, y]) => [pivot.at[0] + factors.x * (x - pivot.at[0]), pivot.at[1] + factors.y * (y - pivot.at[1])];
  const factor = (value) => thousandths(Math.abs(value) < LEAST_SCALE ? LEAST_SCALE : value);
  const along = (point, from, axis) => factor((point[axis] - pivot.at[axis]) / (from[axis] - pivot.at[axis]));
  const even = (point, from) => {
    const [ax, ay] = [from[0] - pivot.at[0], from[1] - pivot.at[1]];
    const [bx, by] = [point[0] - pivot.at[0], point[1] - pivot.at[1]];
    return {...values, x: factor((ax * bx + ay * by) / (ax * ax + ay * ay))};
  };
  const uneven = (point, from) => ({...values, x: along(point, from, 0), y: along(point, from, 1)});
  const corner = (from, index) => ({
    id: `corner/${index}`,
    label: CORNERS[index],
    shape: "corner",
    at: place(from),
    move: (point) => (values.y === undefined ? even(point, from) : uneven(point, from)),
  });
  const {width, height} = frame;
  const [right, bottom] = [[width, height / 2], [width / 2, height]];
  const sides = [
    {id: "x", label: "Right side", at: place(right), move: (point) => ({...values, x: along(point, right, 0), y: factors.y})},
    {id: "y", label: "Bottom side", at: place(bottom), move: (point) => ({...values, y: along(point, bottom, 1)})},
  ].map((side) => ({...side, shape: "side"}));
  const outline = cornersOf(frame).map(place);
  return {handles: [...cornersOf(frame).map(corner), ...sides, pivot], outlines: [closed(outline)]};
}

function slid(values, frame) {
  const write = (slope) => thousandths(slope);
  return leaning(values, frame, {x: values.x ?? 0, y: values.y ?? 0}, write);
}

function leaned(values, frame) {
  const slope = (degrees = 0) => Math.tan((degrees * Math.PI) / 180);
  const write = (value) => tenths((Math.atan(value) * 180) / Math.PI);
  return leaning(values, frame, {x: slope(values.x), y: slope(values.y)}, write);
}

// Rows slide by `slopes.x` for each pixel down, columns by `slopes.y` for each pixel to the right.
function leaning(values, frame, slopes, write) {
  const pivot = centre(values, frame);
  const [cx, cy] = pivot.at;
  const place = ([x, y]) => [x + slopes.x * (y - cy), y + slopes.y * (x - cx)];
  const [bottom, right] = [[frame.width / 2, frame.height], [frame.width, frame.height / 2]];
  const handles = [
    {id: "x", label: "Bottom side", at: place(bottom), move: ([x]) => ({...values, x: write((x - bottom[0]) / (bottom[1] - cy))})},
    {id: "y", label: "Right side", at: place(right), move: ([, y]) => ({...values, y: write((y - right[1]) / (right[0] - cx))})},
  ].map((handle) => ({...handle, shape: "side"}));
  return {handles: [...handles, pivot], outlines: [closed(cornersOf(frame).map(place))]};
}

function cropped(values, frame) {
  const lengths = new Lengths({x: 0, y: 0, ...values}, frame);
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => lengths.read(name));
  const rectangle = (left, top, right, bottom) => ({
    ...values,
    x: lengths.writeAs("x", left),
    y: lengths.writeAs("y", top),
    width: lengths.writeAs("width", Math.max(1, right - left)),
    height: lengths.writeAs("height", Math.max(1, bottom - top)),
  });
  const [right, bottom] = [x + width, y + height];
  const moves = [
    (point) => rectangle(Math.min(point[0], right - 1), Math.min(point[1], bottom - 1), right, bottom),
    (point) => rectangle(x, Math.min(point[1], bottom - 1), point[0], bottom),
    (point) => rectangle(x, y, point[0], point[1]),
    (point) => rectangle(Math.min(point[0], right - 1), y, right, point[1]),
  ];
  const outline = [[x, y], [right, y], [right, bottom], [x, bottom]];
  const handles = outline.map((at, index) => ({id: `corner/${index}`, label: CORNERS[index], shape: "corner", at, move: moves[index]}));
  const middle = [x + width / 2, y + height / 2];
  const shift = (point) => ({
    ...values,
    x: lengths.writeAs("x", point[0] - width / 2),
    y: lengths.writeAs("y", point[1] - height / 2),
  });
  return {handles: [...handles, {id: "shift", label: "Rectangle", shape: "move", at: middle, move: shift}], outlines: [closed(outline)]};
}

function corners(name) {
  return (values, frame) => {
    const lengths = new Lengths(values, frame);
    const list = values[name] ?? cornersOf(frame).map((corner) => lengths.writePoint(corner));
    const places = list.map((point) => lengths.readPoint(point));
    const handles = places.map((at, index) => ({
      id: `${name}/${index}`,
      label: CORNERS[index],
      shape: "corner",
      at,
      move: (point) => ({...values, [name]: replaced(list, index, lengths.writePoint(point))}),
    }));
    return {handles, outlines: [closed(places)]};
  };
}

function points(name, label) {
  return (values, frame) => {
    const lengths = new Lengths(values, frame);
    const least = values.op === "thin_plate_spline" ? 3 : 1;
    const without = (index) => ({...values, src: omit(values.src, index), dst: omit(values.dst, index)});
    const handles = values[name].map((point, index) => ({
      id: `${name}/${index}`,
      label: `${label} ${index + 1}`,
      shape: "point",
      at: lengths.readPoint(point),
      move: (to) => ({...values, [name]: replaced(values[name], index, lengths.writePoint(to))}),
      remove: values.src.length > least && values.src.length === values.dst.length && (() => without(index)),
    }));
    return {handles, outlines: []};
  };
}

function lens(values, frame) {
  const middle = centre(values, frame);
  const focal = values.focal ?? Math.max(frame.width, frame.height);
  const write = (radius) => ({...values, focal: Math.max(1, tenths(radius))});
  return ring(middle, focal, {id: "focal", label: "Focal length"}, write);
}

function round(values, frame) {
  const lengths = new Lengths(values, frame);
  const middle = centre(values, frame);
  const radius = values.radius === undefined ? Math.min(frame.width, frame.height) / 2 : lengths.read("radius");
  const write = (pixels) => ({...values, radius: lengths.writeAs("radius", Math.max(1, pixels))});
  return ring(middle, radius, {id: "radius", label: "Radius"}, write);
}

function ring(middle, radius, name, write) {
  const rim = {
    ...name,
    shape: "knob",
    at: [middle.at[0] + radius, middle.at[1]],
    move: (point) => write(distance(point, middle.at)),
    nudge: (steps) => write(radius + steps),
  };
  return {handles: [rim, middle], outlines: [circle(middle.at, radius)]};
}

function mesh(values, frame) {
  const lengths = new Lengths(values, frame);
  const places = values.points.map((point) => lengths.readPoint(point));
  const across = values.columns + 1;
  const rows = Array.from({length: values.rows + 1}, (_, row) => places.slice(row * across, (row + 1) * across));
  const columns = Array.from({length: across}, (_, column) => rows.map((row) => row[column]).filter(Boolean));
  const handles = places.map((at, index) => ({
    id: `points/${index}`,
    label: `Node ${(index % across) + 1} of row ${Math.floor(index / across) + 1}`,
    shape: "point",
    at,
    move: (point) => ({...values, points: replaced(values.points, index, lengths.writePoint(point))}),
  }));
  return {handles, outlines: [...rows, ...columns]};
}

const omit = (list, index) => list.filter((_, place) => place !== index);

function without(values, name) {
  const {[name]: _, ...rest} = values;
  return rest;
}
