// A state as the page's fragment, which is never sent to any server: `#spec=` with the JSON that the API takes, and
// `off=` with the places of the operations that are switched off.

import {viewsOf} from "./handles.js";
import {newOp} from "./store.js";

export function toFragment({ops, options}) {
  const spec = {ops: ops.map(({values}) => values), ...options};
  const off = ops.flatMap(({on}, index) => (on ? [] : [index]));
  return `#spec=${encodeURIComponent(JSON.stringify(spec))}${off.length ? `&off=${off}` : ""}`;
}

// The state, null without any, or a SyntaxError that can be shown.
export function fromFragment(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B") /* not a space */);
  if (!parameters.has("spec")) return null;
  const {matrix, convention, ops = [], ...options} = JSON.parse(parameters.get("spec"));
  const listed = matrix === undefined ? ops : [{op: "matrix", matrix, ...(convention && {convention})}];
  if (!Array.isArray(listed) || listed.some((values) => typeof values?.op !== "string")) {
    throw new SyntaxError("its operations are no list of objects with a field op");
  }
  const off = new Set((parameters.get("off") ?? "").split(",").filter(Boolean).map(Number));
  const made = listed.map((values, index) => newOp(values, !off.has(index)));
  return {ops: made, options, selected: made.findLast(showsItsResult)?.id ?? null};
}

// Who follows a link sees what it makes, with handles if they do not need another picture.
const showsItsResult = ({on, values}) => on && viewsOf(values)[0] === "result";
