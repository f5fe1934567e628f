// Elements of the page, made in one line each.

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  return filled(made, properties, children);
}

export function svg(name, attributes = {}) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, []);
}

// The icon of that name, from the page's own list of drawings.
export function icon(name) {
  const drawing = svg("svg", {class: "icon", "aria-hidden": "true"});
  drawing.append(svg("use", {href: `#icon-${name}`}));
  return drawing;
}

// What starts with "on" listens, what the element has is set, the rest become attributes.
function filled(made, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
