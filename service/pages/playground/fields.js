// Controls for the fields that the schema describes. A control is {element, update(value, hint), find(path)}: it shows a
// value that came from elsewhere, and gives the element where an error at a path below it is shown.

import {element} from "./elements.js";

let lastId = 0;

const CONTROLS = {choice, switch: onOff, number, text, colour, point, numbers, points, rows, object, named, variant, json};

// The control with its label, description and room for an error; `change` is told each new value, undefined for none.
export function labelled(field, change) {
  const id = `field-${++lastId}`;
  const hint = element("p", {class: "hint", id: `${id}-hint`}, field.description);
  const control = CONTROLS[field.kind](field, change, id);
  const group = ["point", "numbers", "points", "rows"].includes(field.kind);
  const name = wordsOf(field.name);
  const title = group ? element("span", {class: "name", id: `${id}-name`}, name) : element("label", {class: "name", for: id}, name);
  const box = element("div", {class: `field ${field.kind}`, ...(group && {role: "group", "aria-labelledby": `${id}-name`})});
  box.append(title, control.element, hint);
  (group ? box : box.querySelector(`#${id}`)).setAttribute("aria-describedby", `${id}-hint`);
  return {...control, element: box, name: field.name};
}

export const wordsOf = (name) => name.replaceAll("_", " ");

// Form fields of an object: one control each. `change` is told the whole object.
export function form(fields, change) {
  let current = {};
  const controls = fields.map((field) =>
    labelled(field, (value) => {
      const {[field.name]: _, ...rest} = current;
      current = value === undefined ? rest : {...rest, [field.name]: value};
      change(current, field.name);
    }),
  );
  return {
    elements: controls.map((control) => control.element),
    update(values, hints = {}) {
      current = values;
      for (const control of controls) control.update(values[control.name], hints[control.name]);
    },
    find([name, ...path]) {
      return controls.find((control) => control.name === name)?.find(path) ?? null;
    },
  };
}

const shown = (value) => (value === undefined || value === null ? "" : String(value));

// Somebody who types is not interrupted by what they typed.
function set(input, value) {
  const text = shown(value);
  if (input.value === text || (document.activeElement === input && Number(input.value) === Number(text) && text !== "")) return;
  input.value = text;
}

function choice(field, change, id) {
  const select = element("select", {id, onchange: () => change(select.value || undefined)});
  const none = !field.required && field.fallback === undefined;
  if (none) select.append(element("option", {value: ""}, "automatic"));
  for (const name of field.choices) select.append(element("option", {value: name}, name));
  const update = (value) => (select.value = value ?? field.fallback ?? "");
  update();
  return {element: select, update, find: () => select};
}

function onOff(field, change, id) {
  const box = element("input", {type: "checkbox", id, onchange: () => change(box.checked)});
  return {element: box, update: (value = field.fallback) => (box.checked = Boolean(value)), find: () => box};
}

function number(field, change, id) {
  const input = numberInput(field, () => change(valueOf(input)), {id});
  const update = (value, hint) => {
    set(input, value);
    input.placeholder = shown(hint ?? field.fallback);
  };
  if (!(field.max - field.min <= 10) || field.whole) return {element: input, update, find: () => input};
  const slide = () => {
    input.value = slider.value;
    change(Number(slider.value));
  };
  const {min, max} = field;
  const slider = element("input", {type: "range", min, max, step: "0.01", tabindex: "-1", "aria-hidden": "true", oninput: slide});
  const both = (value, hint) => {
    update(value, hint);
    slider.value = value ?? hint ?? field.fallback ?? 0;
  };
  return {element: element("div", {class: "slid"}, slider, input), update: both, find: () => input};
}

// A step says how far the arrow keys go; the service alone decides what is valid.
function numberInput({min, max, whole}, change, attributes = {}) {
  const step = whole ? 1 : max - min <= 10 ? 0.05 : "any";
  return element("input", {type: "number", inputmode: "decimal", min, max, step, autocomplete: "off", oninput: change, ...attributes});
}

const valueOf = (input) => (input.value === "" ? undefined : Number(input.value));

function text(field, change, id) {
  const input = element("input", {type: "text", id, spellcheck: "false", autocomplete: "off", oninput: () => change(input.value || undefined)});
  input.placeholder = shown(field.fallback);
  return {element: input, update: (value) => set(input, value), find: () => input};
}

// Any CSS colour as text, and the browser's chooser for those that it can choose.
function colour(field, change, id) {
  const written = text(field, change, id);
  const choose = () => {
    written.update(chooser.value);
    change(chooser.value);
  };
  const chooser = element("input", {type: "color", "aria-label": `Choose the ${field.name}`, oninput: choose});
  const update = (value) => {
    written.update(value);
    if (/^#[0-9a-f]{6}$/i.test(value ?? "")) chooser.value = value;
  };
  return {element: element("div", {class: "coloured"}, chooser, written.element), update, find: () => written.element};
}

function point(field, change) {
  return numbers({...field, names: ["x", "y"]}, change);
}

// So many numbers; while some are missing the others stand beside what would be there without them.
function numbers(field, change) {
  const inputs = Array.from({length: field.count}, (_, index) =>
    numberInput(field, tell, {"aria-label": `${wordsOf(field.name)} ${field.names?.[index] ?? index + 1}`}),
  );
  function tell() {
    const values = inputs.map((input) => valueOf(input) ?? (input.placeholder === "" ? null : Number(input.placeholder)));
    change(inputs.every((input) => input.value === "") && !field.required ? undefined : values);
  }
  const update = (values, hint) => {
    inputs.forEach((input, index) => {
      set(input, values?.[index]);
      input.placeholder = shown(hint?.[index]);
    });
  };
  return {element: element("div", {class: "numbers"}, ...inputs), update, find: ([index]) => inputs[index] ?? inputs[0]};
}

// Lines of numbers: points that are moved on the picture, and a matrix.
function lines(columns, labelOf, tell, bounds) {
  const body = element("div", {class: "lines"});
  let inputs = [];
  const line = (index) => Array.from({length: columns}, (_, column) => numberInput(bounds, tell, {"aria-label": labelOf(index, column)}));
  return {
    element: body,
    get values() {
      return inputs.map((row) => row.map((input) => valueOf(input) ?? null));
    },
    update(values) {
      while (inputs.length > values.length) inputs.pop()[0].parentElement.remove();
      while (inputs.length < values.length) {
        const row = line(inputs.length);
        body.append(element("div", {class: "numbers"}, ...row));
        inputs.push(row);
      }
      values.forEach((row, index) => inputs[index].forEach((input, column) => set(input, row?.[column])));
    },
    find: ([row, column]) => inputs[row]?.[column ?? 0] ?? inputs[0]?.[0] ?? body,
  };
}

function points(field, change) {
  const label = (row, column) => `${wordsOf(field.name)} ${row + 1} ${"xy"[column]}`;
  const table = lines(2, label, () => change(table.values), {});
  const summary = element("summary", {}, "none");
  const box = element("details", {}, summary, table.element);
  const update = (values) => {
    summary.textContent = Array.isArray(values) ? `${values.length} points` : "by default";
    table.update(Array.isArray(values) ? values : []);
  };
  const find = (path) => {
    box.open = true;
    return path.length ? table.find(path) : summary;
  };
  return {element: box, update, find};
}

// A matrix of two or three rows, or the six numbers of CSS.
function rows(field, change) {
  const label = (row, column) => `${wordsOf(field.name)} row ${row + 1} column ${column + 1}`;
  const table = lines(field.columns, label, () => change(read()), {});
  const third = element("input", {type: "checkbox", onchange: () => change(third.checked ? [...table.values, [0, 0, 1]] : table.values.slice(0, 2))});
  let six = false;
  const read = () => (six ? table.values[0].flatMap((_, column) => table.values.slice(0, 2).map((row) => row[column])) : table.values);
  const update = (values = []) => {
    six = typeof values[0] === "number";
    const shownRows = six ? [0, 1].map((row) => [values[row], values[row + 2], values[row + 4]]) : values;
    table.update(shownRows);
    third.checked = shownRows.length > 2;
    third.disabled = six;
  };
  const find = ([row, column]) => (six ? table.find([row % 2, Math.floor(row / 2)]) : table.find([row ?? 0, column]));
  const choose = element("label", {class: "choose"}, third, "a third row, for perspective");
  return {element: element("div", {}, table.element, choose), update, find};
}

function object(field, change, id) {
  let inside = null;
  const used = element("input", {type: "checkbox", id, onchange: () => change(used.checked ? startOf(field) : undefined)});
  const parts = form(field.fields, (values) => change(values));
  const box = element("div", {class: "parts", role: "group", "aria-label": wordsOf(field.name)}, ...parts.elements);
  const update = (value) => {
    inside = value;
    used.checked = Boolean(inside);
    box.hidden = !inside;
    if (inside) parts.update(inside);
  };
  update();
  return {element: element("div", {class: "optional"}, used, box), update, find: (path) => (inside && parts.find(path)) || used};
}

const startOf = (field) => field.example ?? Object.fromEntries(field.fields.filter(({required}) => required).map(({name}) => [name, 1]));

// One of some names, or an object: a size, if none of them fits.
function named(field, change, id) {
  const select = element("select", {id, onchange: () => change(select.value === "" ? startOf(field) : select.value)});
  for (const name of field.choices) select.append(element("option", {value: name}, name));
  select.append(element("option", {value: ""}, field.fields.map(({name}) => name).slice(0, 2).join(" × ")));
  const parts = form(field.fields, (values) => change(values));
  const box = element("div", {class: "parts", role: "group", "aria-label": wordsOf(field.name)}, ...parts.elements);
  const update = (value = field.fallback) => {
    const whole = typeof value === "object";
    select.value = whole ? "" : value;
    box.hidden = !whole;
    if (whole) parts.update(value);
  };
  update();
  return {element: element("div", {}, select, box), update, find: (path) => (path.length && parts.find(path)) || select};
}

// One of several kinds of object, told apart by a field.
function variant(field, change, id) {
  const {tag, variants} = field;
  const select = element("select", {id, onchange: () => change({[tag]: select.value})});
  const forms = new Map();
  const box = element("div", {class: "parts", role: "group", "aria-label": wordsOf(field.name)});
  for (const [name, fields] of variants) {
    select.append(element("option", {value: name}, name));
    forms.set(name, form(fields, (values) => change({[tag]: name, ...values})));
  }
  const update = (value = field.fallback) => {
    const name = value[tag];
    if (select.value !== name || !box.hasChildNodes()) box.replaceChildren(...(forms.get(name)?.elements ?? []));
    select.value = name;
    box.hidden = !box.hasChildNodes();
    const {[tag]: _, ...rest} = value;
    forms.get(name)?.update(rest);
  };
  update();
  const find = ([first, ...path]) => forms.get(select.value)?.find(first === select.value ? path : [first, ...path]) ?? select;
  return {element: element("div", {}, select, box), update, find};
}

// What no other control knows.
function json(field, change, id) {
  const area = element("textarea", {id, rows: "3", spellcheck: "false", oninput: tell});
  function tell() {
    try {
      change(area.value === "" ? undefined : JSON.parse(area.value));
    } catch {
      change(area.value); // the service says what is wrong with it
    }
  }
  const update = (value) => document.activeElement === area || (area.value = value === undefined ? "" : JSON.stringify(value));
  return {element: area, update, find: () => area};
}
