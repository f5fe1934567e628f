// Requests to the service that the page came from. The addresses are relative, so that a prefix in front is kept.

export const access = {token: ""}; // lives as long as the page does

// What the service answers instead of what was asked for: an RFC 9457 problem.
export class Refusal extends Error {
  constructor(problem, retryAfter) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

export function address(path) {
  return new URL(path, document.baseURI).href;
}

export async function describe() {
  return (await ask("openapi.json")).json();
}

// The geometry of several specs for a picture of a size, each a plan or a problem.
export async function plan(question, signal) {
  const body = JSON.stringify(question);
  return (await ask("v1/plan", {method: "POST", body, headers: {"Content-Type": "application/json"}, signal})).json();
}

// What is known of a picture before it is decoded.
export async function inspect(file, name) {
  const [entry] = await (await ask("v1/plan", {method: "POST", body: form([{file, name}], [], {ops: []})})).json();
  if (entry.problem) throw new Refusal(entry.problem);
  return entry.plan.source;
}

// The answer, whose body is a picture, or a ZIP of several.
export async function warp(pictures, maps, spec, signal) {
  return ask("v1/warp", {method: "POST", body: form(pictures, maps, spec), signal});
}

function form(pictures, maps, spec) {
  const parts = new FormData();
  for (const {file, name} of pictures) parts.append("image", file, name);
  for (const {file, name} of maps) parts.append("map", file, name);
  parts.append("spec", JSON.stringify(spec));
  return parts;
}

async function ask(path, {headers = {}, ...request} = {}) {
  const authorization = access.token ? {Authorization: `Bearer ${access.token}`} : {};
  let answer;
  try {
    answer = await fetch(address(path), {...request, headers: {...headers, ...authorization}});
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Refusal({status: 0, title: "No answer", detail: "The service does not answer; is it still running?", errors: []});
  }
  if (answer.ok) return answer;
  throw new Refusal(await problemOf(answer), Number(answer.headers.get("Retry-After")) || 1);
}

async function problemOf(answer) {
  const text = await answer.text();
  try {
    return {errors: [], ...JSON.parse(text)};
  } catch {
    const title = `${answer.status} ${answer.statusText}`; // of a proxy in front
    return {status: answer.status, title, detail: title, errors: []};
  }
}
