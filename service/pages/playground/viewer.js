// The picture as it is looked at: which part of the warp is shown, the handles on it, and what is said of it.

import {handlesOf, viewsOf} from "./handles.js";
import {IDENTITY} from "./matrices.js";
import {withPairAt, withPairTo} from "./points.js";
import {Preview} from "./preview.js";
import {opsInUse, specOf} from "./spec.js";
import {Stage} from "./stage.js";

const INSET = 320; // pixels of its longer side

// Says "show" when a picture is shown, "exact" when it is the exact one, and "refuse" when there is none.
export class Viewer extends EventTarget {
  constructor(store, album, schema) {
    super();
    Object.assign(this, {store, album, schema});
    this.stage = new Stage(document.querySelector("#stage"));
    this.preview = new Preview((found) => this.take(found));
    this.chosen = {id: null, view: null};
    this.geometry = null; // of what is shown
    this.scene = null; // what is shown of it
    this.exact = null; // the exact result, while it is what is shown
    this.hurry = false;
    this.choice = document.querySelector("#views");
    this.inset = document.querySelector("#inset");
    this.listen();
  }

  listen() {
    const {stage, store} = this;
    stage.addEventListener("move", ({detail}) => {
      store.changeOp(store.state.selected, detail.values, `drag ${detail.id}`);
      this.hold(); // the handles follow at once
    });
    stage.addEventListener("remove", ({detail}) => store.changeOp(store.state.selected, detail.values));
    stage.addEventListener("place", ({detail}) => this.addPair(detail.point));
    stage.addEventListener("zoom", ({detail}) => this.tell("#zoom-level", `${Math.round(detail.scale * 100 * devicePixelRatio)} %`));
    this.choice.addEventListener("change", ({target}) => {
      this.chosen = {id: store.state.selected, view: target.value};
      this.ask();
    });
    const press = (id, act) => document.querySelector(id).addEventListener("click", act);
    press("#zoom-in", () => stage.zoomBy(1.5));
    press("#zoom-out", () => stage.zoomBy(1 / 1.5));
    press("#zoom-fit", () => stage.setZoom(null));
    press("#zoom-pixels", () => stage.zoomTo(1 / devicePixelRatio));
    document.querySelector("#compare").addEventListener("change", ({target}) => stage.compare(target.checked));
  }

  get dragging() {
    return Boolean(this.stage.dragged);
  }

  // The maps that the operations in use refer to.
  get maps() {
    return opsInUse(this.store.state).some(({values}) => values.op === "displacement") ? this.album.maps : [];
  }

  // Asks for the picture of the state as it is now; at once, if the hand has just let go.
  ask({hurry = false} = {}) {
    const {state} = this.store;
    const step = opsInUse(state).findIndex(({id}) => id === state.selected);
    const still = !this.dragging;
    this.exact = null;
    this.preview.want({state, photo: this.album.photo, maps: this.maps, spec: specOf(state), step, view: this.view, still, hurry});
    this.tell("#state", "Working");
  }

  // Whether the handles are on the operation's result, or on what it is given.
  get view() {
    const op = this.store.selectedOp;
    if (!op?.on) return "result";
    const views = viewsOf(op.values);
    return this.chosen.id === op.id && views.includes(this.chosen.view) ? this.chosen.view : views[0];
  }

  take(found) {
    if (found.wish.photo !== this.album.photo) return;
    if (found.refusal) this.refuse(found);
    else if (found.exact) this.showExact(found.exact);
    else this.show(found);
  }

  show({wish, geometry, seen, picture, result}) {
    const {photo} = wish;
    Object.assign(this, {geometry, scene: seen});
    this.showViews();
    this.showInset(seen.part && result);
    document.querySelector("#bent").hidden = Boolean(geometry.tail) || wish.view === "before";
    this.tell("#size", `${geometry.output.width} × ${geometry.output.height}`);
    this.tell("#state", "Preview");
    // Once all that takes room from it is there: so the picture has its place at once.
    this.stage.show({...(seen.part ?? seen.result), picture, photo: photo.bitmap, size: photo.size});
    this.hold();
    this.stage.root.classList.add("ready");
    this.dispatchEvent(new Event("show"));
  }

  showExact(exact) {
    this.exact = exact;
    if (exact.picture && this.scene.part) this.showInset(exact.picture);
    if (exact.picture && !this.scene.part) this.stage.show({...this.stage.shown, picture: exact.picture});
    const shown = exact.picture ? "" : "; too large for this browser to show";
    this.tell("#state", `Exact, in ${Math.round(exact.milliseconds)} ms${shown}`);
    this.dispatchEvent(new Event("exact"));
  }

  refuse({wish, refusal}) {
    this.tell("#state", refusal.problem.status === 503 ? "Waiting for the service" : "Not possible");
    this.dispatchEvent(new CustomEvent("refuse", {detail: {refusal, state: wish.state}}));
  }

  hold() {
    const op = this.store.selectedOp;
    const found = op?.on ? handlesOf(op.values, this.view, this.geometry) : {handles: [], outlines: []};
    this.stage.hold(found, this.scene.part ? IDENTITY : this.geometry.tail);
  }

  showViews() {
    const op = this.store.selectedOp;
    this.choice.hidden = !op?.on || viewsOf(op.values).length < 2;
    for (const input of this.choice.querySelectorAll("input")) input.checked = input.value === this.view;
  }

  // The result beside the part that is shown.
  showInset(bitmap) {
    this.inset.hidden = !bitmap;
    if (!bitmap) return;
    const canvas = this.inset.querySelector("canvas");
    const share = Math.min(1, INSET / Math.max(bitmap.width, bitmap.height));
    [canvas.width, canvas.height] = [Math.max(1, bitmap.width * share), Math.max(1, bitmap.height * share)];
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }

  // What would be there without a value, by operation and field.
  get hints() {
    const op = this.store.selectedOp;
    if (!op || !this.geometry) return {};
    const {width, height} = op.values.op === "depolar" ? this.geometry.after : this.geometry.before;
    const fraction = op.values.unit === "fraction";
    const center = fraction ? [0.5, 0.5] : [width / 2, height / 2];
    const radius = fraction ? 0.5 : Math.min(width, height) / 2;
    const y = op.values.op === "scale" ? op.values.x : undefined;
    return {[op.id]: {center, radius, y, y_scale: op.values.x_scale, focal: Math.max(width, height)}};
  }

  frameBefore() {
    return this.geometry?.before ?? this.album.photo.size;
  }

  async addPair(point) {
    const op = this.store.selectedOp;
    if (!op?.on || !this.schema.ops.get(op.values.op)?.pairs) return;
    const add = this.view === "before" ? withPairAt : withPairTo;
    this.store.changeOp(op.id, await add(op.values, this.geometry.before, point));
  }

  tell(id, text) {
    document.querySelector(id).textContent = text;
  }
}
