// The playground: what the person gives and does, and what is shown of it. See the other modules for each part.

import {fromFragment, toFragment} from "./address.js";
import {Batch} from "./batch.js";
import {Cards} from "./cards.js";
import {element, icon} from "./elements.js";
import {Errors, form, wordsOf} from "./fields.js";
import {handlesOf, viewsOf} from "./handles.js";
import {IDENTITY} from "./matrices.js";
import {Photo} from "./photos.js";
import {withPairAt, withPairTo} from "./points.js";
import {Preview} from "./preview.js";
import {Schema} from "./schema.js";
import {access, address, describe, Refusal, warp} from "./service.js";
import {SNIPPETS} from "./snippets.js";
import {opsInUse, placeOf, specOf} from "./spec.js";
import {Stage} from "./stage.js";
import {newOp, Store} from "./store.js";

const $ = (selector) => document.querySelector(selector);
const SAMPLE = "playground/chelsea.jpg";
const FIRST = "perspective"; // what is shown to somebody who comes without a link

const photos = [];
const maps = [];
let photo = null;
let chosenView = {id: null, view: null};
let geometry = null; // of the picture that is shown
let scene = null; // what of it is shown
let exact = null; // the exact result, while it is one of what is shown
let hurry = false;

const stage = new Stage($("#stage"));
const errors = new Errors();
const batch = new Batch($("#batch"));
const preview = new Preview(show);
let store;
let schema;
let cards;
let options;

// ---------------------------------------------------------------------------------------------------------- start

async function start() {
  try {
    schema = new Schema(await describe());
  } catch (refusal) {
    return complain(refusal);
  }
  store = new Store(stateFromAddress() ?? firstState());
  cards = new Cards($("#ops"), schema, store, {mapChooser, frameBefore: () => geometry?.before ?? photo.size});
  options = form(schema.options, (values, name) => {
    store.change({...store.state, options: values}, `option ${name}`);
  });
  $("#options").append(...options.elements);
  listOps();
  store.addEventListener("change", renew);
  $("#token").hidden = !schema.protected;
  await takeSample();
}

function firstState() {
  const op = newOp(structuredClone(schema.ops.get(FIRST).example));
  return {ops: [op], options: {}, selected: op.id};
}

function stateFromAddress() {
  try {
    return fromFragment(location.hash);
  } catch (fault) {
    say(`The link's spec cannot be read: ${fault.message}.`);
    return null;
  }
}

// ------------------------------------------------------------------------------------------------- photos and maps

async function takeSample() {
  const answer = await fetch(address(SAMPLE));
  await take([new File([await answer.blob()], SAMPLE.split("/").at(-1), {type: "image/jpeg"})], {replace: true});
}

async function take(files, {replace = false} = {}) {
  const isSample = photos.length === 1 && photos[0].sample;
  if (replace || isSample) photos.length = 0;
  $("#busy").hidden = false;
  for (const [index, file] of files.entries()) {
    if (files.length > 1) say(`Reading ${index + 1} of ${files.length}`);
    try {
      const read = await Photo.read(file);
      read.sample = replace;
      photos.push(read);
      choose(photos.at(-1));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      complain(refusal, file);
      if (refusal.problem.status === 401) break;
    }
  }
  $("#busy").hidden = true;
  if (!photos.length && !replace) await takeSample();
  showFilm();
}

function choose(next) {
  photo = next;
  stage.setZoom(null);
  showFilm();
  renew();
}

function showFilm() {
  const film = $("#film");
  film.hidden = photos.length < 2;
  $("#warp-all").hidden = photos.length < 2;
  $("#warp-all span").textContent = `Warp all ${photos.length}`;
  film.replaceChildren(
    ...photos.map((one) => {
      const thumbnail = element("canvas", {width: 96, height: 72, "aria-hidden": "true"});
      drawInside(thumbnail, one.bitmap);
      const pick = element("button", {type: "button", class: "frame", "aria-label": one.name, "aria-pressed": String(one === photo), onclick: () => choose(one)}, thumbnail);
      const drop = element("button", {type: "button", class: "small", "aria-label": `Remove ${one.name}`, onclick: () => dropPhoto(one)}, icon("remove"));
      return element("li", {}, pick, drop);
    }),
  );
}

function dropPhoto(one) {
  photos.splice(photos.indexOf(one), 1);
  if (one === photo) choose(photos[0]);
  else showFilm();
  ($("#film button") ?? $("#choose")).focus();
}

function drawInside(canvas, bitmap) {
  const share = Math.min(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const [width, height] = [bitmap.width * share, bitmap.height * share];
  canvas.getContext("2d").drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
}

// The pictures that a displacement moves pixels by; they go along with the photos, and are counted from 1.
function mapChooser() {
  const list = element("ol", {class: "maps"});
  const input = element("input", {type: "file", accept: "image/*", class: "visually-hidden", onchange: () => takeMap(input.files[0])});
  const box = element("div", {}, list, element("label", {class: "button"}, input, icon("add"), "Choose a map"));
  const refresh = () => list.replaceChildren(...maps.map(({name}) => element("li", {}, name)));
  document.addEventListener("maps", refresh);
  refresh();
  return box;
}

async function takeMap(file) {
  if (!file) return;
  try {
    const read = await Photo.read(file);
    maps.push({id: read.id, file, name: file.name, size: read.size});
    document.dispatchEvent(new Event("maps"));
    renew();
  } catch (refusal) {
    complain(refusal, file);
  }
}

const mapsInUse = () => (opsInUse(store.state).some(({values}) => values.op === "displacement") ? maps : []);

// ----------------------------------------------------------------------------------------------------- what is shown

// The place of the selected operation among those in use, or -1.
function step() {
  return opsInUse(store.state).findIndex(({id}) => id === store.state.selected);
}

function view() {
  const op = store.selectedOp;
  if (!op?.on) return "result";
  const views = viewsOf(op.values);
  return chosenView.id === op.id && views.includes(chosenView.view) ? chosenView.view : views[0];
}

// After every change. During a drag only the handles and the picture follow, and the fields with it: the rest takes time
// that is missed then.
function renew() {
  if (!photo) return;
  if (stage.dragged) {
    exact = null;
    holdHandles();
  } else {
    $("#undo").disabled = !store.past.length;
    $("#redo").disabled = !store.future.length;
    history.replaceState(null, "", toFragment(store.state));
    exact = null;
    showTakeaway();
    showFields();
    batch.expire(specOf(store.state));
  }
  ask();
}

function showFields() {
  cards.update(hintsOf());
  options.update(store.state.options);
}

function ask() {
  const spec = specOf(store.state);
  preview.want({photo, maps: mapsInUse(), spec, step: step(), view: view(), still: !stage.dragged, hurry, state: store.state});
  hurry = false;
  $("#state").textContent = "Working";
}

function show({wish, geometry: found, seen, picture, result, exact: made, refusal}) {
  if (wish.photo !== photo) return;
  if (refusal) return refuse(wish, refusal);
  if (made) return showExact(made);
  forgive();
  geometry = found;
  scene = seen;
  stage.show({...(seen.part ?? seen.result), picture, photo: photo.bitmap, size: photo.size});
  $("#bent").hidden = Boolean(found.tail) || wish.view === "before";
  holdHandles();
  showViews();
  showInset(seen.part && result);
  const {output} = found;
  $("#size").textContent = `${output.width} × ${output.height}`;
  $("#state").textContent = "Preview";
  $("#stage").classList.add("ready");
  showFields();
}

function showExact(made) {
  exact = made;
  if (scene.part) showInset(made.picture);
  else stage.show({...stage.shown, picture: made.picture});
  $("#state").textContent = `Exact, in ${Math.round(made.milliseconds)} ms`;
  showTakeaway();
}

function holdHandles() {
  const op = store.selectedOp;
  if (!op?.on) return stage.hold({handles: [], outlines: []}, IDENTITY);
  return stage.hold(handlesOf(op.values, view(), geometry), scene.part ? IDENTITY : geometry.tail);
}

// Where the handles of an operation can be: on its result, on what it is given, or on both, one at a time.
function showViews() {
  const op = store.selectedOp;
  const views = op?.on ? viewsOf(op.values) : ["result"];
  const choice = $("#views");
  choice.hidden = views.length < 2;
  if (choice.hidden) return;
  for (const input of choice.querySelectorAll("input")) input.checked = input.value === view();
}

function showInset(bitmap) {
  const inset = $("#inset");
  inset.hidden = !bitmap;
  if (!bitmap) return;
  const canvas = inset.querySelector("canvas");
  const share = Math.min(1, 320 / Math.max(bitmap.width, bitmap.height));
  [canvas.width, canvas.height] = [Math.max(1, bitmap.width * share), Math.max(1, bitmap.height * share)];
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
}

// What would be there without a value: shown in the empty fields.
function hintsOf() {
  const op = store.selectedOp;
  if (!op || !geometry) return {};
  const {width, height} = op.values.op === "depolar" ? geometry.after : geometry.before;
  const fraction = op.values.unit === "fraction";
  const center = fraction ? [0.5, 0.5] : [width / 2, height / 2];
  const radius = fraction ? 0.5 : Math.min(width, height) / 2;
  return {[op.id]: {center, radius, y: op.values.op === "scale" ? op.values.x : undefined, y_scale: op.values.x_scale, focal: Math.max(width, height)}};
}

// ------------------------------------------------------------------------------------------------------- refusals

function refuse(wish, refusal) {
  const {problem} = refusal;
  const places = [];
  const rest = [];
  for (const {pointer, detail} of problem.errors) {
    const {id, path} = placeOf(pointer, wish.state);
    const input = id === null ? options.find(path) : cards.find(id, path);
    if (id !== null && id !== store.state.selected) store.select(id);
    if (input && (id !== null || path.length)) places.push({input, detail});
    else rest.push(detail);
  }
  errors.show(places);
  $("#state").textContent = problem.status === 503 ? "Waiting for the service" : places.length ? "See the marked field" : "";
  if (problem.status === 401 || problem.status === 403) $("#token").hidden = false;
  if (!places.length || rest.length) complain(refusal);
}

function forgive() {
  errors.show([]);
  if ($("#problem").dataset.of === "warp") $("#problem").hidden = true;
}

// What is said of a warp goes when another is well; what is said of a file stays until it is dismissed.
function complain(refusal, file = null) {
  const box = $("#problem");
  box.dataset.of = file ? "file" : "warp";
  box.querySelector("p").textContent = `${file ? `${file.name}: ` : ""}${refusal.problem.detail}`;
  box.hidden = false;
}

function say(text) {
  $("#said").textContent = text;
}

// ------------------------------------------------------------------------------------------- what is taken away

const batchShown = () => !$("#batch").hidden;

function requestOf() {
  const spec = specOf(store.state);
  const pictures = batchShown() ? photos : [photo];
  const format = spec.output?.format ?? "png";
  const stem = photo.name.replace(/\.[^.]*$/, "");
  const download = batchShown() ? "warped.zip" : (exact?.name ?? `${stem}-warped.${format === "jpeg" ? "jpg" : format}`);
  return {spec, pictures: pictures.map(({name}) => name), maps: mapsInUse().map(({name}) => name), download, sample: pictures.some(({sample}) => sample) && address(SAMPLE)};
}

function showTakeaway() {
  const kind = $("#takeaway input:checked").value;
  $("#code").textContent = SNIPPETS[kind](requestOf());
  const link = $("#download");
  link.hidden = batchShown(); // the ZIP has its own
  link.setAttribute("aria-disabled", String(!exact));
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.removeAttribute("href");
  if (!exact) return;
  link.href = URL.createObjectURL(exact.file);
  link.download = exact.name;
}

async function copy(text, button) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copySelected(text); // of a page that did not come by HTTPS, nor from this machine
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = "Copied";
  say("Copied");
  setTimeout(() => (label.textContent = before), 1500);
}

function copySelected(text) {
  const area = element("textarea", {class: "visually-hidden", "aria-hidden": "true"}, text);
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

// ------------------------------------------------------------------------------------------------------- the list

function listOps() {
  const list = $("#palette ul");
  for (const {name, description} of schema.ops.values()) {
    const add = () => {
      $("#palette").hidePopover();
      cards.add(name);
    };
    const button = element("button", {type: "button", onclick: add}, element("b", {}, wordsOf(name)), element("span", {}, description));
    list.append(element("li", {"data-words": `${wordsOf(name)} ${description}`.toLowerCase()}, button));
  }
}

function search() {
  const words = $("#search").value.toLowerCase().split(/\s+/);
  for (const item of $("#palette ul").children) item.hidden = !words.every((word) => item.dataset.words.includes(word));
}

// ------------------------------------------------------------------------------------------------------- listening

stage.addEventListener("move", ({detail}) => store.changeOp(store.state.selected, detail.values, `drag ${store.state.selected} ${detail.id}`));
stage.addEventListener("rest", () => {
  store.endGesture();
  hurry = true;
  renew();
});
stage.addEventListener("remove", ({detail}) => store.changeOp(store.state.selected, detail.values));
stage.addEventListener("zoom", ({detail}) => ($("#zoom-level").textContent = `${Math.round(detail.scale * 100 * devicePixelRatio)} %`));
stage.addEventListener("place", async ({detail}) => {
  const op = store.selectedOp;
  if (!op?.on || !["affine_points", "thin_plate_spline"].includes(op.values.op)) return;
  const add = view() === "before" ? withPairAt : withPairTo;
  store.changeOp(op.id, await add(op.values, geometry.before, detail.point));
});

$("#views").addEventListener("change", ({target}) => {
  chosenView = {id: store.state.selected, view: target.value};
  renew();
});
$("#compare").addEventListener("change", ({target}) => stage.compare(target.checked));
$("#zoom-in").addEventListener("click", () => stage.zoomBy(1.5));
$("#zoom-out").addEventListener("click", () => stage.zoomBy(1 / 1.5));
$("#zoom-fit").addEventListener("click", () => stage.setZoom(null));
$("#zoom-pixels").addEventListener("click", () => stage.zoomTo(1 / devicePixelRatio));
$("#undo").addEventListener("click", () => store.undo());
$("#redo").addEventListener("click", () => store.redo());
$("#search").addEventListener("input", search);
$("#palette").addEventListener("toggle", ({newState}) => {
  if (newState !== "open") return;
  $("#search").value = "";
  search();
  $("#search").focus();
});
$("#files").addEventListener("change", async ({target}) => {
  await take([...target.files]);
  target.value = "";
});
$("#choose").addEventListener("click", () => $("#files").click());
$("#sample").addEventListener("click", takeSample);
$("#warp-all").addEventListener("click", () => {
  $("#batch").hidden = false;
  $("#single").hidden = true;
  showTakeaway();
  batch.run(photos, mapsInUse(), specOf(store.state));
  $("#batch h2").focus();
});
$("#batch .again").addEventListener("click", () => batch.run(photos, mapsInUse(), specOf(store.state)));
$("#batch .back").addEventListener("click", () => {
  batch.stop();
  $("#batch").hidden = true;
  $("#single").hidden = false;
  showTakeaway();
  stage.place();
});
$("#takeaway").addEventListener("change", showTakeaway);
$("#copy").addEventListener("click", ({currentTarget}) => copy($("#code").textContent, currentTarget));
$("#link").addEventListener("click", ({currentTarget}) => copy(location.href, currentTarget));
$("#token").addEventListener("submit", async (event) => {
  event.preventDefault();
  access.token = $("#token input").value.trim();
  $("#problem").hidden = true;
  if (photo) renew();
  else await takeSample();
});
$("#problem button").addEventListener("click", () => ($("#problem").hidden = true));
window.addEventListener("hashchange", () => {
  const state = stateFromAddress();
  if (state) store.change(state);
});
document.addEventListener("paste", ({clipboardData}) => clipboardData.files.length && take([...clipboardData.files]));
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", ({relatedTarget}) => relatedTarget ?? document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
});
document.addEventListener("focusout", () => store?.endGesture());
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input[type=text], input[type=number], input[type=search], input[type=password], textarea");
  if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) store.redo();
  else store.undo();
});

start();
