// What the person is making, and how it came about. States are never changed, only followed by others:
// {ops: [{id, on, values}], options: {name: value}, selected: id or null}.

let lastId = 0;

export const newOp = (values, on = true) => ({id: ++lastId, on, values});

export class Store extends EventTarget {
  constructor(state) {
    super();
    this.state = state;
    this.past = [];
    this.future = [];
    this.gesture = null;
  }

  // Go on to a state. Changes of one gesture, such as a drag or the typing into one field, are undone together.
  change(state, gesture = null) {
    if (gesture === null || gesture !== this.gesture) this.past.push(this.state);
    this.gesture = gesture;
    this.future = [];
    this.show(state);
  }

  changeOp(id, values, gesture = null) {
    const ops = this.state.ops.map((op) => (op.id === id ? {...op, values} : op));
    this.change({...this.state, ops}, gesture);
  }

  // What is selected is no part of the work, so it is not undone.
  select(id) {
    if (id !== this.state.selected) this.show({...this.state, selected: id});
  }

  endGesture() {
    this.gesture = null;
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  step(from, to) {
    if (!from.length) return;
    to.push(this.state);
    this.gesture = null;
    const state = from.pop();
    const selected = state.ops.some(({id}) => id === this.state.selected) ? this.state.selected : state.selected;
    this.show({...state, selected});
  }

  get selectedOp() {
    return this.state.ops.find(({id}) => id === this.state.selected) ?? null;
  }

  show(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
