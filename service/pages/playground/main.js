// The playground: its parts, and how they work together.

import {fromFragment, toFragment} from "./address.js";
import {Album} from "./album.js";
import {Batch} from "./batch.js";
import {Cards} from "./cards.js";
import {form} from "./fields.js";
import {complain, FieldErrors, forgive, say} from "./notices.js";
import {Palette} from "./palette.js";
import {Schema} from "./schema.js";
import {access, describe, Refusal} from "./service.js";
import {placeOf, specOf} from "./spec.js";
import {newOp, Store} from "./store.js";
import {Takeaway} from "./takeaway.js";
import {Viewer} from "./viewer.js";

const $ = (selector) => document.querySelector(selector);
const FIRST = "perspective"; // what somebody sees who comes without a link

const schema = await readSchema();
const store = new Store(stateFromAddress() ?? firstState());
const album = new Album();
const viewer = new Viewer(store, album, schema);
const batch = new Batch($("#batch"));
const takeaway = new Takeaway($(".side"));
const errors = new FieldErrors();
const cards = new Cards($("#ops"), schema, store, {mapChooser: () => album.mapChooser(), frameBefore: () => viewer.frameBefore()});
const options = form(schema.options, (values, name) => store.change({...store.state, options: values}, `option ${name}`));

async function readSchema() {
  try {
    return new Schema(await describe());
  } catch (refusal) {
    if (refusal instanceof Refusal) complain(refusal);
    throw refusal;
  }
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

// After every change. During a drag only the picture follows, and the fields with it: the rest takes time that is missed
// then.
function renew({hurry = false} = {}) {
  if (!album.photo) return;
  if (!viewer.dragging) {
    $("#undo").disabled = !store.past.length;
    $("#redo").disabled = !store.future.length;
    history.replaceState(null, "", toFragment(store.state));
    showFields();
    batch.expire(specOf(store.state));
  }
  viewer.ask({hurry});
  if (!viewer.dragging) showTakeaway();
}

function showFields() {
  cards.update(viewer.hints);
  options.update(store.state.options);
}

const batchShown = () => !$("#batch").hidden;

function showTakeaway() {
  const several = batchShown();
  const pictures = several ? album.photos : [album.photo];
  const request = {
    spec: specOf(store.state),
    pictures: pictures.map(({name}) => name),
    maps: viewer.maps.map(({name}) => name),
    sample: album.sampleAmong(pictures),
    download: several ? "warped.zip" : null,
  };
  $("#download").hidden = several; // the ZIP has a link of its own
  takeaway.show(request, viewer.exact);
}

function showBatch(on) {
  $("#batch").hidden = !on;
  $("#single").hidden = on;
  showTakeaway();
}

function runBatch() {
  batch.run(album.photos, viewer.maps, specOf(store.state));
}

// Errors go to the fields that they point to, in the cards of their operations; what has no place is said above.
function refuse({refusal, state}) {
  const {problem} = refusal;
  const found = problem.errors.map(({pointer, detail}) => ({...placeOf(pointer, state), detail}));
  const card = found.find(({id}) => id !== null);
  if (card && !found.some(({id}) => id === store.state.selected)) store.select(card.id);
  const places = found.map(({id, path, detail}) => ({input: id === null ? options.find(path) : cards.find(id, path), detail}));
  errors.show(places.filter(({input}) => input));
  if (places.length && places.every(({input}) => input)) $("#state").textContent = "See the marked field";
  else complain(refusal);
  askForToken(refusal);
}

function askForToken({problem}) {
  if (problem.status === 401 || problem.status === 403) $("#token").hidden = false;
}

viewer.addEventListener("show", () => {
  errors.show([]);
  forgive();
  showFields();
});
viewer.addEventListener("exact", showTakeaway);
viewer.addEventListener("refuse", ({detail}) => refuse(detail));
viewer.stage.addEventListener("rest", () => {
  store.endGesture();
  renew({hurry: true});
});
album.addEventListener("choose", () => {
  viewer.stage.setZoom(null);
  renew();
});
album.addEventListener("maps", () => renew());
album.addEventListener("refuse", ({detail}) => askForToken(detail));
store.addEventListener("change", () => renew());

$("#undo").addEventListener("click", () => store.undo());
$("#redo").addEventListener("click", () => store.redo());
$("#choose").addEventListener("click", () => $("#files").click());
$("#files").addEventListener("change", async ({target}) => {
  await album.take([...target.files]);
  target.value = "";
});
$("#sample").addEventListener("click", () => album.takeSample());
$("#warp-all").addEventListener("click", () => {
  showBatch(true);
  runBatch();
  $("#batch h2").focus();
});
$("#batch .again").addEventListener("click", runBatch);
$("#batch .back").addEventListener("click", () => {
  batch.stop();
  showBatch(false);
  $("#warp-all").focus();
});
$("#token").addEventListener("submit", (event) => {
  event.preventDefault();
  access.token = $("#token input").value.trim();
  $("#problem").hidden = true;
  if (album.photo) renew();
  else album.takeSample();
});
window.addEventListener("hashchange", () => {
  const state = stateFromAddress();
  if (state) store.change(state);
});
document.addEventListener("paste", ({clipboardData}) => clipboardData.files.length && album.take([...clipboardData.files]));
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", ({relatedTarget}) => relatedTarget ?? document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  if (event.dataTransfer.files.length) album.take([...event.dataTransfer.files]);
});
document.addEventListener("focusout", () => store.endGesture());
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea");
  const key = event.key.toLowerCase();
  if (typing || !(event.ctrlKey || event.metaKey) || event.altKey || !["y", "z"].includes(key)) return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) store.redo();
  else store.undo();
});

new Palette($("#palette"), schema.ops, (name) => cards.add(name));
$("#options").append(...options.elements);
$("#token").hidden = !schema.protected;
await album.takeSample();
