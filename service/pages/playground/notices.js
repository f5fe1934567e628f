// What is said to the person: at a field, above the picture, or to a screen reader.

import {element, icon} from "./elements.js";

const box = document.querySelector("#problem");

box.querySelector("button").addEventListener("click", () => (box.hidden = true));

// What is said of a warp goes when another is well; what is said of a file stays until it is dismissed.
export function complain(refusal, file = null) {
  box.dataset.of = file ? "file" : "warp";
  box.querySelector("p").textContent = `${file ? `${file.name}: ` : ""}${refusal.problem.detail}`;
  box.hidden = false;
}

export function forgive() {
  if (box.dataset.of === "warp") box.hidden = true;
}

export function say(text) {
  document.querySelector("#said").textContent = text;
}

// Errors at the fields that they belong to.
export class FieldErrors {
  constructor() {
    this.count = 0;
    this.shown = [];
  }

  // Shows these, {input, detail} each, in place of those that were shown before; the same ones stay as they are, and are
  // not read out again.
  show(places) {
    const same = (one, index) => one.input === places[index].input && one.detail === places[index].detail;
    if (places.length === this.shown.length && this.shown.every(same)) return;
    for (const {input, note, described} of this.shown.toReversed()) {
      note.remove();
      input.removeAttribute("aria-invalid");
      input.setAttribute("aria-describedby", described);
    }
    this.shown = places.map(({input, detail}) => {
      const described = input.getAttribute("aria-describedby") ?? "";
      const note = element("p", {class: "error", id: `error-${++this.count}`}, icon("warning"), detail);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${described} ${note.id}`.trim());
      (input.closest(".field, .card, .panel") ?? input).append(note);
      return {input, detail, note, described};
    });
    if (places.length) say(places.map(({detail}) => detail).join(". "));
  }
}
