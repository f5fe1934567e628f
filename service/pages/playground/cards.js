// The operations as cards in the order in which they are applied: added, reordered, switched off, removed.

import {element, icon} from "./elements.js";
import {form, wordsOf} from "./fields.js";
import {resampledMesh, withPairAt} from "./points.js";
import {newOp} from "./store.js";
import {withUnit} from "./units.js";

export class Cards {
  constructor(list, schema, store, workshop) {
    Object.assign(this, {list, schema, store, workshop});
    this.cards = new Map();
  }

  // Shows the state. Cards are kept, so that whoever types in one goes on.
  update(hints = {}) {
    const {ops, selected} = this.store.state;
    const focused = document.activeElement;
    for (const [id, card] of this.cards) {
      if (ops.some((op) => op.id === id)) continue;
      card.element.remove();
      this.cards.delete(id);
    }
    ops.forEach((op, index) => {
      if (this.cards.get(op.id)?.name !== op.values.op) this.cards.set(op.id, this.make(op));
      const card = this.cards.get(op.id);
      if (this.list.children[index] !== card.element) this.list.insertBefore(card.element, this.list.children[index] ?? null);
      card.update(op, {selected: op.id === selected, first: index === 0, last: index === ops.length - 1, hints: hints[op.id]});
    });
    if (this.list.contains(focused) && document.activeElement !== focused) focused.focus();
    this.list.hidden = !ops.length;
  }

  add(name) {
    const {state} = this.store;
    const op = newOp(structuredClone(this.schema.ops.get(name).example));
    this.store.change({...state, ops: [...state.ops, op], selected: op.id});
    this.cards.get(op.id)?.title.focus();
  }

  move(id, to) {
    const {state} = this.store;
    const from = state.ops.findIndex((op) => op.id === id);
    if (to < 0 || to >= state.ops.length || to === from) return;
    const ops = state.ops.filter((op) => op.id !== id);
    ops.splice(to, 0, state.ops[from]);
    this.store.change({...state, ops}, `order ${id}`);
  }

  remove(id) {
    const {state} = this.store;
    const index = state.ops.findIndex((op) => op.id === id);
    const ops = state.ops.filter((op) => op.id !== id);
    const next = ops[Math.min(index, ops.length - 1)] ?? null;
    this.store.change({...state, ops, selected: next?.id ?? null});
    (next ? this.cards.get(next.id).title : document.querySelector("#add")).focus();
  }

  find(id, path) {
    const card = this.cards.get(id);
    if (!card) return null;
    return card.form.find(path) ?? card.title;
  }

  make({id, values}) {
    const name = values.op;
    const {description, fields} = this.schema.ops.get(name) ?? {description: "The service does not know this operation.", fields: []};
    const parts = form(fields, (changed, field) => this.change(id, {op: name, ...changed}, field));
    const indexOf = () => this.store.state.ops.findIndex((op) => op.id === id);
    const button = (sign, label, onclick) => element("button", {type: "button", class: "small", "aria-label": `${label} ${wordsOf(name)}`, title: label, onclick}, icon(sign));
    const grip = element("span", {class: "grip", title: "Drag to reorder", onpointerdown: (event) => this.drag(event, id)}, icon("grip"));
    const used = element("input", {type: "checkbox", "aria-label": `Use ${wordsOf(name)}`, title: "Switch on or off", onchange: () => this.use(id, used.checked)});
    const brief = element("span", {class: "brief"});
    const title = element("button", {type: "button", class: "title", onclick: () => this.toggle(id)}, element("span", {}, wordsOf(name)), brief);
    const up = button("up", "Move up", () => this.move(id, indexOf() - 1));
    const down = button("down", "Move down", () => this.move(id, indexOf() + 1));
    const remove = button("remove", "Remove", () => this.remove(id));
    const body = element("div", {class: "body", id: `card-${id}`}, element("p", {class: "about"}, description), ...parts.elements, ...this.extras(id, name));
    title.setAttribute("aria-controls", body.id);
    const head = element("div", {class: "head"}, grip, used, title, up, down, remove);
    const card = element("li", {class: "card"}, head, body);
    const update = (op, {selected, first, last, hints}) => {
      used.checked = op.on;
      card.classList.toggle("off", !op.on);
      card.classList.toggle("selected", selected);
      title.setAttribute("aria-expanded", String(selected));
      body.hidden = !selected;
      [up.disabled, down.disabled] = [first, last];
      brief.textContent = briefOf(op.values);
      parts.update(op.values, hints);
    };
    return {element: card, title, name, update, form: parts};
  }

  // What some operations need besides their fields.
  extras(id, name) {
    if (this.schema.ops.get(name)?.pairs) {
      const add = () => this.addPair(id);
      const hint = element("p", {class: "hint"}, "Or press twice on the picture. The picture stays as it is until the point is moved.");
      return [element("button", {type: "button", onclick: add}, icon("add"), "Add a point"), hint];
    }
    return name === "displacement" ? [this.workshop.mapChooser()] : [];
  }

  async addPair(id) {
    const op = this.store.state.ops.find((one) => one.id === id);
    this.store.changeOp(id, await withPairAt(op.values, this.workshop.frameBefore(id)));
  }

  // Some fields change others with them: the unit all lengths, the cells of a mesh its nodes.
  change(id, values, field) {
    const {values: old} = this.store.state.ops.find((op) => op.id === id);
    const gesture = `${id} ${field}`;
    if (field === "unit") return this.store.changeOp(id, withUnit(old, values.unit, this.workshop.frameBefore(id)));
    const cells = [values.columns, values.rows];
    if (values.op === "mesh" && field !== "points" && cells.every((count) => count >= 1 && count <= 50 && Number.isInteger(count))) {
      return this.store.changeOp(id, resampledMesh(old, values), gesture);
    }
    return this.store.changeOp(id, values, gesture);
  }

  use(id, on) {
    const {state} = this.store;
    this.store.change({...state, ops: state.ops.map((op) => (op.id === id ? {...op, on} : op))});
  }

  toggle(id) {
    this.store.select(this.store.state.selected === id ? null : id);
  }

  drag(event, id) {
    if (event.button) return;
    event.preventDefault();
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const move = ({clientY}) => {
      const places = [...this.list.children].map((card) => card.getBoundingClientRect());
      const over = places.findIndex(({top, bottom}) => clientY >= top && clientY < bottom);
      if (over >= 0) this.move(id, over);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("lostpointercapture", () => grip.removeEventListener("pointermove", move), {once: true});
  }
}

// The numbers and words of an operation, as far as they are short.
function briefOf({op: _, unit, ...values}) {
  const words = Object.entries(values).map(([name, value]) => {
    if (!Array.isArray(value)) return `${wordsOf(name)} ${value}`;
    return value.length === 2 && typeof value[0] === "number" ? `${wordsOf(name)} ${value.join(" ")}` : null;
  });
  return words.filter(Boolean).join(", ");
}
