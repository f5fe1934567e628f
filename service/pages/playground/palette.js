// The list of operations that can be added, with a search.

import {element} from "./elements.js";
import {wordsOf} from "./fields.js";

export class Palette {
  constructor(root, ops, add) {
    this.root = root;
    this.list = root.querySelector("ul");
    this.search = root.querySelector("input");
    this.list.append(...Array.from(ops.values(), (op) => this.item(op, add)));
    this.search.addEventListener("input", () => this.filter());
    root.addEventListener("toggle", ({newState}) => newState === "open" && this.open());
  }

  item({name, description, fields}, add) {
    const choose = () => {
      this.root.hidePopover();
      add(name);
    };
    const button = element("button", {type: "button", onclick: choose}, element("b", {}, wordsOf(name)), element("span", {}, description));
    const words = [wordsOf(name), description, ...fields.map((field) => field.description)].join(" ").toLowerCase();
    return element("li", {"data-words": words}, button);
  }

  open() {
    this.search.value = "";
    this.filter();
    this.search.focus();
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/);
    for (const item of this.list.children) item.hidden = !words.every((word) => item.dataset.words.includes(word));
  }
}
