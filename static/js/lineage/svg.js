// Elements of SVG, and text that fits: SVG neither breaks nor cuts it.
const SPACE = "http://www.w3.org/2000/svg";

export function el(name, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

// The icons stand in the page, as the server knows them; each becomes a symbol once and is only pointed at.
export function symbols(holder) {
  return [...holder.querySelectorAll("[data-icon]")].map((one) => {
    const made = el("symbol", { id: `lin-${one.dataset.icon}`, viewBox: "0 0 24 24" });
    made.append(...[...one.querySelector("svg").children].map((child) => child.cloneNode(true)));
    return made;
  });
}

export function icon(name, x, y, size, css = "") {
  return el("use", { href: `#lin-${name}`, x, y, width: size, height: size, class: `lin-icon ${css}`.trim() });
}

const canvas = document.createElement("canvas").getContext("2d");
const widths = new Map();

export function width(text, font) {
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    canvas.font = font;
    if (widths.size > 20_000) widths.clear();
    widths.set(key, canvas.measureText(text).width);
  }
  return widths.get(key);
}

// The end of a name tells more than its middle, so that is what is left out.
export function cut(text, font, room) {
  if (width(text, font) <= room) return text;
  let [low, high] = [1, text.length - 1];
  while (low < high) {
    const keep = Math.ceil((low + high) / 2);
    if (width(shortened(text, keep), font) <= room) low = keep;
    else high = keep - 1;
  }
  return shortened(text, low);
}

function shortened(text, keep) {
  const tail = keep > 8 ? Math.floor(keep / 3) : 0;
  return `${text.slice(0, keep - tail)}…${tail ? text.slice(-tail) : ""}`;
}

// A mark in a legend: an icon, or a stretch of a wire.
export function symbolOf(name, css = "") {
  if (name) return el("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, icon(name, 0, 0, 24));
  return el("svg", { class: "lin-sample", viewBox: "0 0 30 12", "aria-hidden": "true" },
    el("g", { class: `lin-wire ${css}` }, el("path", { class: "lin-wire-line", d: "M1 6H29" })));
}
