// The photos that were given: each as its bytes, and large ones once more at the size of a preview.

import {inspect, warp} from "./service.js";

// Source pixels of a preview. Twice as many take the service and the browser twice as long for each step of a drag.
export const PREVIEW_PIXELS = 300_000;

let lastId = 0;

export class Photo {
  constructor(file, name, size) {
    this.id = ++lastId;
    this.file = file;
    this.name = name;
    this.size = size; // {width, height}, upright
    this.reduced = {file, name, size}; // as it is, while no smaller one is needed or there
  }

  // Raises a Refusal where the service cannot read the picture.
  static async read(file, name = file.name) {
    const size = await inspect(file, name);
    const photo = new Photo(file, name, size);
    if (size.width * size.height > PREVIEW_PIXELS) photo.reduced = await reduce(photo);
    photo.bitmap = await bitmapOf(photo);
    return photo;
  }
}

// The service makes it: it reads formats that a browser does not, and turns the picture upright.
async function reduce({file, name, size}) {
  const share = Math.sqrt(PREVIEW_PIXELS / (size.width * size.height));
  const width = Math.max(1, Math.round(size.width * share));
  const height = Math.max(1, Math.round(size.height * share));
  const canvas = {width, height, fit: "stretch"};
  const answer = await warp([{file, name}], [], {ops: [], canvas, output: {format: "webp", quality: 90}});
  return {file: await answer.blob(), name: "preview.webp", size: {width, height}};
}

// What is shown as the picture before the warp.
async function bitmapOf({file, reduced}) {
  try {
    return await createImageBitmap(file);
  } catch {
    return createImageBitmap(reduced.file); // a format that the browser does not read
  }
}
