// Lengths in pixels and in fractions of the frame: what an operation means by its numbers.

const shorter = ({width, height}) => Math.min(width, height);

const POINTS = ["center", "src", "dst", "points"];
const LENGTHS = {
  translate: {x: (frame) => frame.width, y: (frame) => frame.height},
  crop: {
    x: (frame) => frame.width,
    y: (frame) => frame.height,
    width: (frame) => frame.width,
    height: (frame) => frame.height,
  },
  swirl: {radius: shorter},
  bulge: {radius: shorter},
  wave: {
    amplitude: (frame, {axis}) => (axis === "x" ? frame.width : frame.height),
    wavelength: (frame, {axis}) => (axis === "x" ? frame.height : frame.width),
  },
};
const WHOLE = {crop: true}; // in pixels

const HUNDREDTHS = 100; // of a pixel
const FINE = 10_000; // of a side

const rounded = (value, steps) => Math.round(value * steps) / steps;

// Reads and writes the lengths of one operation as pixels of a frame.
export class Lengths {
  constructor(values, frame) {
    this.values = values;
    this.frame = frame;
    this.fraction = values.unit === "fraction";
  }

  readPoint([x, y]) {
    return this.fraction ? [x * this.frame.width, y * this.frame.height] : [x, y];
  }

  writePoint([x, y]) {
    return [this.write(x, this.frame.width), this.write(y, this.frame.height)];
  }

  read(name) {
    const value = this.values[name];
    return this.fraction ? value * this.side(name) : value;
  }

  writeAs(name, pixels) {
    return this.write(pixels, this.side(name));
  }

  side(name) {
    return LENGTHS[this.values.op][name](this.frame, this.values);
  }

  write(pixels, side) {
    return this.fraction ? rounded(pixels / side, FINE) : rounded(pixels, WHOLE[this.values.op] ? 1 : HUNDREDTHS);
  }
}

// The same operation with its lengths in the other unit.
export function withUnit(values, unit, frame) {
  const from = new Lengths(values, frame);
  const to = new Lengths({...values, unit}, frame);
  const isPoint = (value) => Array.isArray(value) && value.every((entry) => typeof entry === "number");
  const convert = (value) => (isPoint(value) ? to.writePoint(from.readPoint(value)) : value.map(convert));
  const changed = {...values, unit};
  for (const name of POINTS) if (Array.isArray(values[name])) changed[name] = convert(values[name]);
  for (const name of Object.keys(LENGTHS[values.op] ?? {})) {
    if (typeof values[name] === "number") changed[name] = to.writeAs(name, from.read(name));
  }
  return changed;
}
