// From what is wanted to what is seen: the plan, a picture at preview size, and once the hand rests the exact one.
//
// Only the newest wish counts. One preview is under way at a time, so that a drag never queues work at the service.

import {Refusal, warp} from "./service.js";
import {survey} from "./survey.js";

const FEWEST_PIXELS = 40_000;
const MOST_PIXELS = 300_000;
const TOO_SLOW = 90; // milliseconds for one step of a drag
const FAST = 45;
const COARSE = 0.4; // output pixels for one of the source, down to which a drag does without antialiasing, to be faster
const REST = 120; // milliseconds without a change, after which the exact picture is worth its work
const SOON = 250; // milliseconds that the exact picture after a drag may take to come instead of one more preview

// A wish is {photo, maps, spec, step, view, still, hurry}: `step` is the place of the operation whose handles are shown,
// or -1; `view` is "result" or "before" that operation; `still` is whether nothing is being dragged, `hurry` whether that
// has just come to its end, so that the exact picture is wanted at once.
export class Preview {
  // `show` takes what is found, with its wish: {geometry, seen, picture, result}, {exact} or {refusal}.
  constructor(show) {
    this.show = show;
    this.pixels = 150_000; // of a preview
    this.took = 0; // milliseconds that the last step of a drag took
    this.wanted = null;
    this.running = false;
    this.last = {}; // pictures, by what they are of
    this.seen = null; // what was shown last
    this.exact = new AbortController();
    this.exactTook = Infinity; // milliseconds, the last time
  }

  want(wish) {
    this.exact.abort();
    clearTimeout(this.timer);
    this.wanted = {...wish, exact: wish.hurry && this.makeExact(wish)};
    if (!this.running) this.run();
  }

  async run() {
    this.running = true;
    try {
      while (this.wanted) await this.runOnce();
    } finally {
      this.running = false;
    }
  }

  async runOnce() {
    const wish = this.wanted;
    this.wanted = null;
    try {
      await this.serve(wish);
      if (wish.hurry) this.showExact(wish, wish.exact);
      else if (wish.still && !this.wanted) this.timer = setTimeout(() => this.showExact(wish, this.makeExact(wish)), REST);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.refuse(wish, refusal);
    }
  }

  async serve(wish) {
    const key = JSON.stringify([wish.photo.id, wish.maps.map(({id}) => id), wish.spec, wish.step, wish.view]);
    if (wish.hurry && key === this.seen?.key) return this.show({wish, ...this.seen.found}); // the last step of the drag
    const begun = performance.now();
    if (!wish.still) this.adapt();
    const guessed = this.guess(wish);
    const geometry = await survey(wish.spec, wish.step, wish.photo, wish.maps);
    const seen = sceneOf(wish, geometry);
    await guessed;
    const coarse = (!wish.still || wish.hurry) && geometry.scale.smallest > COARSE; // the last of a drag stays
    const soon = wish.hurry && !seen.part && this.exactTook < SOON && (await within(SOON, wish.exact));
    const result = soon?.picture ?? (await this.draw("result", seen.result, wish, coarse));
    const picture = seen.part ? await this.draw("part", seen.part, wish, coarse) : result;
    if (!wish.still) this.took = performance.now() - begun;
    this.geometry = geometry;
    this.seen = {key, found: {geometry, seen, picture, result}};
    this.show({wish, ...this.seen.found});
  }

  // A drag rarely changes the sizes: so the picture is asked for beside the plan, and once more only if it does.
  async guess(wish) {
    if (wish.still || !this.geometry) return;
    const {result} = sceneOf(wish, this.geometry);
    try {
      await this.draw("result", result, wish, this.geometry.scale.smallest > COARSE);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal; // the plan says it better
    }
  }

  // The same picture is not asked for twice: while points of the source are moved, what lies below them stays.
  async draw(role, scene, {photo, maps}, coarse) {
    const spec = {...previewSpec(scene, photo, this.pixels), ...(coarse && {antialias: false})};
    const key = JSON.stringify([photo.id, maps.map(({id}) => id), spec]);
    if (this.last[role]?.key === key) return this.last[role].picture;
    const answer = await warp([photo.reduced], maps, spec);
    const picture = await createImageBitmap(await answer.blob());
    this.last[role] = {key, picture};
    return picture;
  }

  // Slow machines and connections get smaller previews, so that they still follow the hand.
  adapt() {
    if (this.took > TOO_SLOW) this.pixels = Math.max(FEWEST_PIXELS, this.pixels / 1.5);
    if (this.took > 0 && this.took < FAST) this.pixels = Math.min(MOST_PIXELS, this.pixels * 1.2);
  }

  // The exact picture: {file, picture, name, milliseconds}, or {refusal}; null if something else is wanted by then.
  async makeExact(wish) {
    this.exact = new AbortController();
    const {signal} = this.exact;
    const begun = performance.now();
    try {
      const answer = await warp([wish.photo], wish.maps, wish.spec, signal);
      const file = await answer.blob();
      const picture = await createImageBitmap(file).catch(() => null); // larger than the browser can show
      if (signal.aborted) return null;
      this.exactTook = performance.now() - begun;
      return {file, picture, name: nameOf(answer), milliseconds: this.exactTook};
    } catch (refusal) {
      if (refusal.name === "AbortError" || signal.aborted) return null;
      if (!(refusal instanceof Refusal)) throw refusal;
      return {refusal};
    }
  }

  // In its turn, so that no step of a drag that is still under way takes an error away again.
  async showExact(wish, making) {
    const exact = await making;
    if (!exact || this.wanted) return;
    if (exact.refusal) this.refuse(wish, exact.refusal);
    else this.show({wish, exact});
  }

  // A full service is asked again when it says so, unless something else is wanted by then.
  refuse(wish, refusal) {
    this.show({wish, refusal});
    if (refusal.problem.status === 503) {
      this.timer = setTimeout(() => this.wanted ?? this.want(wish), 1000 * refusal.retryAfter);
    }
  }
}

// What comes within some milliseconds; null if it does not.
const within = (milliseconds, coming) => Promise.race([coming, new Promise((tell) => setTimeout(tell, milliseconds, null))]);

// What is drawn: the result, and as `part` what leads to it, if that is where the handles are: what the operation is
// given, or what it gives, where those behind it bend the picture. Each with its size, and its rectangle in the pixels of
// a frame.
function sceneOf({spec, step, view}, geometry) {
  const result = {spec, output: geometry.output, rectangle: geometry.rectangle, frame: geometry.frame};
  const until = (count, frame) => ({
    spec: {...spec, ops: spec.ops.slice(0, count), canvas: "same"},
    output: frame,
    rectangle: {left: 0, top: 0, ...frame},
    frame,
  });
  if (view === "before") return {result, part: until(step, geometry.before)};
  return geometry.tail ? {result, part: null} : {result, part: until(step + 1, geometry.after)};
}

// The spec that draws the same with fewer pixels, from the reduced photo.
function previewSpec({spec, output}, {size, reduced}, pixels) {
  const share = Math.min(1, Math.sqrt(pixels / (output.width * output.height)));
  if (share === 1 && reduced.size.width === size.width) return quick(spec);
  const {region, ops, canvas = "same", ...rest} = spec;
  const cut = region && fractionOf(region, size);
  const full = cut ? {width: Math.max(1, Math.round(cut.width * size.width)), height: Math.max(1, Math.round(cut.height * size.height))} : size;
  const enlarged = [{op: "resize", ...full}, ...ops];
  return quick({...rest, ...(cut && {region: cut}), ...atShare(canvas, enlarged, output, share)});
}

// Encoding WebP takes long, and only JPEG looks different: it has no transparency.
const quick = ({output, ...spec}) => (output?.format === "jpeg" ? {...spec, output} : spec);

function fractionOf(region, {width, height}) {
  if (region.unit === "fraction") return region;
  const {x = 0, y = 0} = region;
  return {x: x / width, y: y / height, width: region.width / width, height: region.height / height, unit: "fraction"};
}

// The canvas with a share of its sides. The ways in which a size may be filled do what the other canvases do.
function atShare(canvas, ops, output, share) {
  const width = Math.max(1, Math.round(output.width * share));
  const height = Math.max(1, Math.round(output.height * share));
  if (canvas === "same") return {ops, canvas: {width, height, fit: "stretch"}};
  if (canvas === "expand") return {ops, canvas: {width, height, fit: "contain"}};
  if (canvas === "inscribed") return {ops: [...ops, {op: "scale", x: share, center: [0, 0]}], canvas};
  if ((canvas.fit ?? usualFit(ops)) !== "none") return {ops, canvas: {width, height, fit: canvas.fit ?? "stretch"}};
  const part = {op: "crop", x: 0, y: 0, width: canvas.width, height: canvas.height};
  return {ops: [...ops, part], canvas: {width, height, fit: "stretch"}};
}

function usualFit(ops) {
  const last = ops.at(-1);
  return last.op === "matrix" && (last.convention ?? "normalized") === "normalized" ? "stretch" : "none";
}

// The name in its extended form (RFC 6266), which says every letter.
function nameOf(answer) {
  return decodeURIComponent(/filename\*=UTF-8''([^;]*)/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "warped");
}
