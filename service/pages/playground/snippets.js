// The same request in the words of others. Each is complete: pasted into a file or a shell, it does what the page does.

import {access, address} from "./service.js";

export const SNIPPETS = {JSON: json, curl, Python: python, JavaScript: javascript};

// Of a request: {spec, pictures: [name], maps: [name], download: the answer's name, sample: where the picture is, if it is
// not the person's own}.
function json({spec}) {
  return JSON.stringify(spec, null, 2).replace(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (_, numbers) => `[${numbers.replace(/\s+/g, " ")}]`);
}

function curl({spec, pictures, maps, download, sample}) {
  const files = [...pictures.map((name) => ["image", name]), ...maps.map((name) => ["map", name])];
  const parts = files.map(([part, name]) => `-F ${inShell(`${part}=@"${name.replace(/["\\]/g, "\\$&")}"`)}`);
  const token = access.token ? [`-H ${inShell(`Authorization: Bearer ${access.token}`)}`] : [];
  const lines = [...token, ...parts, `--form-string ${inShell(`spec=${JSON.stringify(spec)}`)}`, `${inShell(address("v1/warp"))} -o ${inShell(download)}`];
  const fetched = sample ? `curl -fO ${inShell(sample)}\n` : "";
  return `${fetched}curl -f ${lines.join(" \\\n  ")}`;
}

function python({spec, pictures, maps, download, sample}) {
  const files = [...pictures.map((name) => ["image", name]), ...maps.map((name) => ["map", name])];
  const token = access.token ? [`    headers={"Authorization": ${inPython(`Bearer ${access.token}`)}},`] : [];
  return [
    ...(sample ? [`# The picture: ${sample}`] : []),
    "from pathlib import Path",
    "",
    "import httpx",
    "",
    `spec = """${JSON.stringify(spec).replaceAll("\\", "\\\\")}"""`,
    `files = [${files.map((pair) => `(${pair.map(inPython).join(", ")})`).join(", ")}]`,
    "answer = httpx.post(",
    `    ${inPython(address("v1/warp"))},`,
    "    files=[(part, (name, Path(name).read_bytes())) for part, name in files],",
    '    data={"spec": spec},',
    ...token,
    "    timeout=60,",
    ")",
    "if answer.is_error:",
    "    raise SystemExit(answer.text)",
    `Path(${inPython(download)}).write_bytes(answer.content)`,
  ].join("\n");
}

function javascript({spec, pictures, maps, download, sample}) {
  const append = (part) => (name) => `form.append(${JSON.stringify(part)}, new Blob([await readFile(${JSON.stringify(name)})]), ${JSON.stringify(name)});`;
  const token = access.token ? `, headers: {Authorization: ${JSON.stringify(`Bearer ${access.token}`)}}` : "";
  return [
    "// Node 18 or newer, as a module: warp.mjs",
    ...(sample ? [`// The picture: ${sample}`] : []),
    'import {readFile, writeFile} from "node:fs/promises";',
    "",
    "const form = new FormData();",
    ...pictures.map(append("image")),
    ...maps.map(append("map")),
    `form.append("spec", ${JSON.stringify(JSON.stringify(spec))});`,
    "",
    `const answer = await fetch(${JSON.stringify(address("v1/warp"))}, {method: "POST", body: form${token}});`,
    "if (!answer.ok) throw new Error(await answer.text());",
    `await writeFile(${JSON.stringify(download)}, Buffer.from(await answer.arrayBuffer()));`,
  ].join("\n");
}

const inShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const inPython = (text) => JSON.stringify(text);
