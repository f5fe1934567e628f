// What the person leaves with: the picture, the link, and the request in the words of others.

import {element} from "./elements.js";
import {say} from "./notices.js";
import {SNIPPETS} from "./snippets.js";

const LONG_ENOUGH_TO_READ = 1500;

export class Takeaway {
  constructor(root) {
    this.choice = root.querySelector("#takeaway");
    this.code = root.querySelector("#code");
    this.link = root.querySelector("#download");
    this.request = null;
    this.choice.addEventListener("change", () => this.write());
    root.querySelector("#copy").addEventListener("click", ({currentTarget}) => copy(this.code.textContent, currentTarget));
    root.querySelector("#link").addEventListener("click", ({currentTarget}) => copy(location.href, currentTarget));
  }

  // Shows a request, and offers its exact picture, {file, name}, once there is one.
  show(request, exact) {
    this.request = {...request, download: request.download ?? exact?.name ?? likelyName(request)};
    this.write();
    if (this.link.href) URL.revokeObjectURL(this.link.href);
    this.link.removeAttribute("href");
    this.link.setAttribute("aria-disabled", String(!exact));
    if (!exact) return;
    this.link.href = URL.createObjectURL(exact.file);
    this.link.download = exact.name;
  }

  write() {
    this.code.textContent = SNIPPETS[this.choice.querySelector(":checked").value](this.request);
  }
}

// As the service names its answers.
function likelyName({spec, pictures: [name]}) {
  const format = spec.output?.format ?? "png";
  return `${name.replace(/\.[^.]*$/, "")}-warped.${format === "jpeg" ? "jpg" : format}`;
}

async function copy(text, button) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copySelected(text); // of a page that came neither by HTTPS nor from this machine
  const label = button.querySelector("span");
  const words = (button.dataset.words ??= label.textContent); // it may say "Copied" still
  label.textContent = "Copied";
  say("Copied");
  setTimeout(() => (label.textContent = words), LONG_ENOUGH_TO_READ);
}

function copySelected(text) {
  const area = element("textarea", {class: "visually-hidden"}, text);
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
