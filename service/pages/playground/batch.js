// Many photos, one spec: a grid that fills while the results stream in, and the ZIP that they came in.

import {element, icon} from "./elements.js";
import {Refusal, warp} from "./service.js";
import {entriesOf} from "./zip_stream.js";

export class Batch {
  constructor(root) {
    this.root = root;
    this.grid = root.querySelector(".grid");
    this.progress = root.querySelector("progress");
    this.status = root.querySelector("[role=status]");
    this.download = root.querySelector("a.button");
    this.again = root.querySelector(".again");
    this.addresses = [];
    this.running = new AbortController();
  }

  async run(photos, maps, spec) {
    this.running.abort();
    this.running = new AbortController();
    const {signal} = this.running;
    this.made = JSON.stringify(spec);
    const figures = this.begin(photos);
    const chunks = [];
    let done = 0;
    try {
      const answer = await warp(photos, maps, spec, signal);
      for await (const {name, bytes} of entriesOf(answer.body, (chunk) => chunks.push(chunk))) {
        if (name === "manifest.json") this.report(JSON.parse(new TextDecoder().decode(bytes)), figures);
        else this.fill(figures[Number(name.slice(0, 4)) - 1], bytes, name, ++done, photos.length);
      }
      this.finish(chunks, done, photos.length);
    } catch (fault) {
      if (fault.name === "AbortError") return;
      if (!(fault instanceof Refusal) && fault.constructor !== Error) throw fault;
      this.status.textContent = fault.message;
      this.root.classList.add("failed");
    }
  }

  // The warp is another now; what was made stays until it is made again.
  expire(spec) {
    if (!this.grid.hasChildNodes() || JSON.stringify(spec) === this.made) return;
    this.again.classList.add("primary");
    this.status.textContent = "The warp has changed since";
  }

  stop() {
    this.running.abort();
  }

  begin(photos) {
    for (const address of this.addresses.splice(0)) URL.revokeObjectURL(address);
    this.root.classList.remove("failed");
    this.again.classList.remove("primary");
    this.download.hidden = true;
    Object.assign(this.progress, {value: 0, max: photos.length});
    this.progress.hidden = false;
    this.status.textContent = `0 of ${photos.length} pictures`;
    const figures = photos.map(({name}) => element("figure", {"aria-busy": "true"}, element("div", {class: "frame"}), element("figcaption", {}, name)));
    this.grid.replaceChildren(...figures);
    return figures;
  }

  fill(figure, bytes, name, done, count) {
    const address = this.addressOf(new Blob([bytes]));
    const link = element("a", {href: address, download: name}, element("img", {src: address, alt: `${figure.querySelector("figcaption").textContent}, warped`}));
    figure.querySelector(".frame").replaceChildren(link);
    figure.removeAttribute("aria-busy");
    this.progress.value = done;
    this.status.textContent = `${done} of ${count} pictures`;
  }

  report({items}, figures) {
    for (const {index, problem} of items.filter((item) => item.problem)) {
      const note = element("p", {class: "error"}, icon("warning"), problem.detail);
      figures[index - 1].querySelector(".frame").replaceChildren(note);
      figures[index - 1].removeAttribute("aria-busy");
    }
  }

  finish(chunks, done, count) {
    this.progress.hidden = true;
    const failed = count - done;
    this.status.textContent = failed ? `${done} of ${count} pictures; ${failed} could not be warped` : `All ${count} pictures`;
    this.download.href = this.addressOf(new Blob(chunks, {type: "application/zip"}));
    this.download.hidden = false;
  }

  addressOf(blob) {
    this.addresses.push(URL.createObjectURL(blob));
    return this.addresses.at(-1);
  }
}
