// The picture with its handles: zoom, comparison with the photo, and what is dragged.
//
// Everything on it is placed in pixels of the last frame, which `layout` puts on the sheet: so the picture stays where it
// is while a canvas grows around it. During a drag the layout does not change.

import {element, svg} from "./elements.js";
import {IDENTITY, invert, project} from "./matrices.js";

const MARGIN = 28; // CSS pixels around the picture when it fits
const ROOM = 0.25; // of the picture's sides around it, for handles that leave it
const LARGEST_FIT = 2; // a small picture is enlarged no more than that to fit
const PIXELS_SHOW = 3; // CSS pixels of a pixel, from where on it is drawn as a square
const [LEAST_ZOOM, MOST_ZOOM] = [0.02, 32];
const STEP = 1; // of an arrow key, in pixels; with Shift ten

export class Stage extends EventTarget {
  constructor(root) {
    super();
    this.root = root;
    this.sheet = root.querySelector(".sheet");
    this.layers = {before: root.querySelector(".before"), after: root.querySelector(".after")};
    this.canvases = {before: this.layers.before.querySelector("canvas"), after: this.layers.after.querySelector("canvas")};
    this.outline = root.querySelector(".outline");
    this.knobs = root.querySelector(".knobs");
    this.divider = root.querySelector(".divider");
    this.buttons = new Map();
    this.handles = [];
    this.toStage = IDENTITY;
    this.comparing = false;
    this.zoom = null; // null: as large as fits
    this.dragged = null;
    this.shown = null;
    this.divider.addEventListener("input", () => this.split());
    this.knobs.addEventListener("keydown", (event) => this.press(event));
    this.knobs.addEventListener("pointerdown", (event) => this.grab(event));
    this.sheet.addEventListener("dblclick", (event) => this.say("place", {point: this.pointAt(event), fromStage: invert(this.toStage)}));
    root.addEventListener("wheel", (event) => this.turn(event), {passive: false});
    new ResizeObserver(() => this.place()).observe(root);
  }

  // Shows a picture in its rectangle, and the photo for comparison: {picture, rectangle, frame, photo, size}.
  show(scene) {
    const smaller = this.shown?.photo !== scene.photo;
    this.shown = scene;
    if (smaller) paint(this.canvases.before, scene.photo);
    paint(this.canvases.after, scene.picture);
    this.place();
  }

  // Puts handles on the picture; `toStage` takes their pixels to the last frame's.
  hold({handles, outlines}, toStage) {
    this.handles = handles;
    this.outlines = outlines;
    this.toStage = toStage;
    this.renewButtons();
    this.placeHandles();
  }

  compare(on) {
    this.comparing = on;
    this.root.classList.toggle("comparing", on);
    this.split();
  }

  setZoom(zoom) {
    this.zoom = zoom && Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
    this.place();
  }

  get scale() {
    return this.layout?.scale ?? 1;
  }

  // The layout: which part of the frame's plane the sheet shows, and how large.
  place() {
    if (!this.shown || !this.root.clientWidth) return;
    if (!this.dragged) this.layout = this.arrange();
    const {scale, origin, width, height} = this.layout;
    Object.assign(this.sheet.style, {width: `${width * scale}px`, height: `${height * scale}px`});
    const {rectangle, frame, size} = this.shown;
    const same = size.width === frame.width && size.height === frame.height;
    this.put(this.canvases.after, rectangle);
    this.put(this.canvases.before, same ? {left: 0, top: 0, ...frame} : fitted(size, rectangle));
    const pixel = (rectangle.width * scale) / this.canvases.after.width;
    this.root.classList.toggle("pixels", pixel >= PIXELS_SHOW);
    this.outline.setAttribute("viewBox", `${origin[0]} ${origin[1]} ${width} ${height}`);
    this.divider.style.width = this.canvases.after.style.width;
    this.divider.style.left = this.canvases.after.style.left;
    this.divider.style.top = this.canvases.after.style.top;
    this.divider.style.height = this.canvases.after.style.height;
    this.split();
    this.placeHandles();
    this.say("zoom", {scale});
  }

  arrange() {
    const {rectangle, frame} = this.shown;
    const left = Math.min(0, rectangle.left);
    const top = Math.min(0, rectangle.top);
    const right = Math.max(frame.width, rectangle.left + rectangle.width);
    const bottom = Math.max(frame.height, rectangle.top + rectangle.height);
    const [availableWidth, availableHeight] = [this.root.clientWidth - 2 * MARGIN, this.root.clientHeight - 2 * MARGIN];
    const fit = Math.min(availableWidth / (right - left), availableHeight / (bottom - top), LARGEST_FIT);
    const scale = this.zoom ?? Math.max(fit, LEAST_ZOOM / 4);
    const room = (length) => (this.zoom === null ? MARGIN / scale : Math.max(MARGIN / scale, ROOM * length));
    const [across, down] = [room(right - left), room(bottom - top)];
    return {scale, origin: [left - across, top - down], width: right - left + 2 * across, height: bottom - top + 2 * down};
  }

  put(item, {left, top, width, height}) {
    const {scale, origin} = this.layout;
    Object.assign(item.style, {
      left: `${(left - origin[0]) * scale}px`,
      top: `${(top - origin[1]) * scale}px`,
      width: `${width * scale}px`,
      height: `${height * scale}px`,
    });
  }

  split() {
    const left = parseFloat(this.divider.style.left) || 0;
    const x = left + (parseFloat(this.divider.style.width) || 0) * (this.divider.value / this.divider.max);
    const on = this.comparing;
    this.layers.before.style.clipPath = on ? `inset(0 calc(100% - ${x}px) 0 0)` : "";
    this.layers.after.style.clipPath = on ? `inset(0 0 0 ${x}px)` : "";
    this.root.querySelector(".seam").style.left = `${x}px`;
  }

  renewButtons() {
    const old = this.buttons;
    this.buttons = new Map(this.handles.map(({id}) => [id, old.get(id) ?? element("button", {type: "button"})]));
    for (const [id, button] of old) if (!this.buttons.has(id)) button.remove();
    for (const handle of this.handles) {
      const button = this.buttons.get(handle.id);
      button.className = `knob ${handle.shape}`;
      button.dataset.id = handle.id;
      button.setAttribute("aria-label", handle.label);
      button.setAttribute("aria-description", handle.remove ? "Arrow keys move it, Delete removes it" : "Arrow keys move it");
      if (!button.isConnected) this.knobs.append(button);
    }
  }

  placeHandles() {
    if (!this.layout) return;
    const {scale, origin} = this.layout;
    for (const handle of this.handles) {
      const button = this.buttons.get(handle.id);
      const at = project(this.toStage, handle.at);
      button.hidden = !at || !at.every(Number.isFinite);
      if (button.hidden) continue;
      button.style.left = `${(at[0] - origin[0]) * scale}px`;
      button.style.top = `${(at[1] - origin[1]) * scale}px`;
    }
    const lines = (this.outlines ?? []).map((points) => points.map((point) => project(this.toStage, point)).filter(Boolean));
    const drawn = lines.flatMap((points) => ["halo", "line"].map((name) => svg("polyline", {class: name, points: points.join(" ")})));
    this.outline.replaceChildren(...drawn);
  }

  // The place of a pointer in the pixels that the handles are in.
  pointAt({clientX, clientY}) {
    const {scale, origin} = this.layout;
    const sheet = this.sheet.getBoundingClientRect();
    const onStage = [(clientX - sheet.left) / scale + origin[0], (clientY - sheet.top) / scale + origin[1]];
    return project(invert(this.toStage), onStage) ?? onStage;
  }

  handleOf(button) {
    return this.handles.find(({id}) => id === button?.dataset.id);
  }

  grab(event) {
    const button = event.target.closest(".knob");
    const handle = this.handleOf(button);
    if (!handle || event.button) return;
    event.preventDefault();
    button.focus({preventScroll: true});
    button.setPointerCapture(event.pointerId);
    const from = this.pointAt(event);
    this.dragged = {id: handle.id, offset: [handle.at[0] - from[0], handle.at[1] - from[1]]};
    const move = (moved) => this.drag(moved);
    const end = () => {
      button.removeEventListener("pointermove", move);
      this.dragged = null;
      this.say("rest", {});
    };
    button.addEventListener("pointermove", move);
    button.addEventListener("lostpointercapture", end, {once: true});
  }

  drag(event) {
    const handle = this.handles.find(({id}) => id === this.dragged?.id);
    if (!handle) return;
    const {offset} = this.dragged;
    const [x, y] = this.pointAt(event);
    this.say("move", {id: handle.id, values: handle.move([x + offset[0], y + offset[1]], {snap: event.shiftKey})});
  }

  press(event) {
    const handle = this.handleOf(event.target);
    if (!handle) return;
    const steps = event.shiftKey ? 10 * STEP : STEP;
    const [across, down] = {ArrowLeft: [-steps, 0], ArrowRight: [steps, 0], ArrowUp: [0, -steps], ArrowDown: [0, steps]}[event.key] ?? [0, 0];
    if (across || down) {
      event.preventDefault();
      this.say("move", {id: handle.id, values: handle.nudge ? handle.nudge(across - down) : handle.move(this.beside(handle, across, down))});
      this.say("rest", {});
    } else if (["Delete", "Backspace"].includes(event.key) && handle.remove) {
      event.preventDefault();
      this.say("remove", {values: handle.remove()});
    }
  }

  beside(handle, across, down) {
    const [x, y] = project(this.toStage, handle.at) ?? handle.at;
    return project(invert(this.toStage), [x + across, y + down]) ?? handle.at;
  }

  // Ctrl and the wheel, or two fingers on a touchpad, zoom at the pointer; the wheel alone scrolls.
  turn(event) {
    if (!event.ctrlKey || !this.layout) return;
    event.preventDefault();
    this.zoomAt(event, this.scale * Math.exp(-event.deltaY / 300));
  }

  // Zooms at the middle of what is seen.
  zoomBy(factor) {
    this.zoomTo(this.scale * factor);
  }

  zoomTo(zoom) {
    const {left, top, width, height} = this.root.getBoundingClientRect();
    this.zoomAt({clientX: left + width / 2, clientY: top + height / 2}, zoom);
  }

  zoomAt({clientX, clientY}, zoom) {
    const sheet = this.sheet.getBoundingClientRect();
    const {origin, scale} = this.layout;
    const [x, y] = [(clientX - sheet.left) / scale + origin[0], (clientY - sheet.top) / scale + origin[1]];
    this.setZoom(zoom);
    const now = this.sheet.getBoundingClientRect();
    const after = this.layout;
    const [toX, toY] = [now.left + (x - after.origin[0]) * after.scale, now.top + (y - after.origin[1]) * after.scale];
    this.root.scrollBy(toX - clientX, toY - clientY);
  }

  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}));
  }
}

function paint(canvas, bitmap) {
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
}

function fitted(size, {left, top, width, height}) {
  const share = Math.min(width / size.width, height / size.height);
  const [across, down] = [size.width * share, size.height * share];
  return {left: left + (width - across) / 2, top: top + (height - down) / 2, width: across, height: down};
}
