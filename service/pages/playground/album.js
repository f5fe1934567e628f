// The photos that the person gave, one of which is shown, and the maps that a displacement moves pixels by.

import {element, icon} from "./elements.js";
import {complain, say} from "./notices.js";
import {Photo} from "./photos.js";
import {address, Refusal} from "./service.js";

const SAMPLE = "playground/chelsea.jpg";
const THUMBNAIL = {width: 96, height: 72};

// Says "choose" when another photo is shown, and "maps" when there is another map.
export class Album extends EventTarget {
  constructor() {
    super();
    this.photos = [];
    this.maps = [];
    this.photo = null;
    this.film = document.querySelector("#film");
    this.busy = document.querySelector("#busy");
  }

  // Where one of these comes from, if it is the page's own.
  sampleAmong(photos) {
    return photos.some(({sample}) => sample) ? address(SAMPLE) : null;
  }

  async takeSample() {
    const there = this.photos.find(({sample}) => sample);
    if (there) return this.choose(there);
    const answer = await fetch(address(SAMPLE));
    const file = new File([await answer.blob()], SAMPLE.split("/").at(-1), {type: "image/jpeg"});
    const photo = await this.read(file);
    if (!photo) return;
    photo.sample = true;
    this.photos.push(photo);
    this.choose(photo);
  }

  // Takes photos. The first one takes the place of the sample that the page began with.
  async take(files) {
    for (const [index, file] of files.entries()) {
      if (files.length > 1) say(`Reading ${index + 1} of ${files.length}`);
      const photo = await this.read(file);
      if (!photo) continue;
      if (this.photos.every(({sample}) => sample)) this.photos = [];
      this.photos.push(photo);
      this.choose(photo);
    }
  }

  async takeMap(file) {
    const photo = await this.read(file);
    if (!photo) return;
    this.maps.push({id: photo.id, file, name: file.name, size: photo.size});
    this.dispatchEvent(new Event("maps"));
  }

  // The photo, or null if the service does not read it, which is said.
  async read(file) {
    this.busy.hidden = false;
    try {
      return await Photo.read(file);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      complain(refusal, file);
      this.dispatchEvent(new CustomEvent("refuse", {detail: refusal}));
      return null;
    } finally {
      this.busy.hidden = true;
    }
  }

  choose(photo) {
    this.photo = photo;
    this.show();
    this.dispatchEvent(new Event("choose"));
  }

  drop(photo) {
    this.photos = this.photos.filter((one) => one !== photo);
    if (photo === this.photo) this.choose(this.photos[0]);
    else this.show();
    (this.film.querySelector("button") ?? document.querySelector("#choose")).focus();
  }

  show() {
    const several = this.photos.length > 1;
    const all = document.querySelector("#warp-all");
    all.hidden = this.film.hidden = !several;
    all.querySelector("span").textContent = `Warp all ${this.photos.length}`;
    this.film.replaceChildren(...(several ? this.photos : []).map((photo) => this.frame(photo)));
  }

  frame(photo) {
    const thumbnail = element("canvas", {...THUMBNAIL, "aria-hidden": "true"});
    drawInside(thumbnail, photo.bitmap);
    const pressed = String(photo === this.photo);
    const choose = element("button", {type: "button", class: "frame", "aria-label": photo.name, "aria-pressed": pressed, onclick: () => this.choose(photo)}, thumbnail);
    const drop = element("button", {type: "button", class: "small", "aria-label": `Remove ${photo.name}`, onclick: () => this.drop(photo)}, icon("remove"));
    return element("li", {}, choose, drop);
  }

  // A list of the maps, counted from 1 as a displacement counts them, with a way to add one.
  mapChooser() {
    const list = element("ol", {class: "maps"});
    const input = element("input", {type: "file", accept: "image/*", class: "visually-hidden", onchange: () => input.files[0] && this.takeMap(input.files[0])});
    const show = () => list.replaceChildren(...this.maps.map(({name}) => element("li", {}, name)));
    this.addEventListener("maps", show);
    show();
    return element("div", {}, list, element("label", {class: "button"}, input, icon("add"), "Choose a map"));
  }
}

function drawInside(canvas, bitmap) {
  const share = Math.min(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const [width, height] = [bitmap.width * share, bitmap.height * share];
  canvas.getContext("2d").drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
}
