// The spec that a state stands for, and the way back from a place in it.

export const opsInUse = (state) => state.ops.filter(({on}) => on);

export function specOf(state) {
  return {ops: opsInUse(state).map(({values}) => values), ...state.options};
}

// Where an error belongs: the operation's id, or null, and the path below it.
export function placeOf(pointer, state) {
  const [head, ...path] = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (head !== "ops") return {id: null, path: head === undefined ? [] : [head, ...path]};
  const op = opsInUse(state)[Number(path[0])];
  return {id: op?.id ?? null, path: op ? path.slice(1) : []};
}
