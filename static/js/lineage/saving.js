// What is shown, as a file: a picture, a table of edges, or the answer itself. All made here, so it is what one sees.
import { cardOf } from "./cards.js";
import { el } from "./svg.js";
import { wireOf } from "./wires.js";

const EDGE = 32;
const MOST_PIXELS = 12_000; // browsers refuse larger pictures
const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor"];

export async function save(form, explorer) {
  const made = { svg: asSvg, png: asPng, csv: asCsv, json: asJson }[form];
  hand(await made(explorer), `lineage-${nameOf(explorer)}.${form}`);
}

const nameOf = ({ graph }) => (graph.focus?.path || "selection").replace(/[^\w.-]+/g, "_").slice(0, 80);

function hand(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// The whole graph with its styles written into it: a file knows no style sheet and no variables.
function picture(explorer) {
  const { plan } = explorer.scene;
  const { x, y, width, height } = explorer.scene.bounds();
  const size = { width: Math.ceil(width + 2 * EDGE), height: Math.ceil(height + 2 * EDGE) };
  const svg = el("svg", { xmlns: "http://www.w3.org/2000/svg", class: "lin-picture", ...size, viewBox: `${x - EDGE} ${y - EDGE} ${size.width} ${size.height}` });
  const stage = explorer.stage;
  svg.append(stage.querySelector("defs").cloneNode(true));
  svg.append(el("rect", { class: "lin-paper", x: x - EDGE, y: y - EDGE, ...size }));
  for (const wire of plan.wires) svg.append(wireOf(wire, { far: false }));
  for (const [id, place] of plan.places) {
    const card = cardOf(plan.graph.nodes.get(id), plan.boxes.get(id), { ...plan.look, far: false });
    card.setAttribute("transform", `translate(${place.x} ${place.y})`);
    svg.append(card);
  }
  const holder = Object.assign(document.createElement("div"), { className: "lin-dark-room" });
  holder.append(svg);
  stage.parentElement.append(holder);
  for (const one of svg.querySelectorAll("*:not(defs, symbol, symbol *, title)")) fix(one);
  holder.remove();
  for (const one of svg.querySelectorAll(".lin-wire-reach")) one.remove();
  return { svg, ...size };
}

function fix(one) {
  const style = getComputedStyle(one);
  for (const name of DRAWN) {
    const value = style.getPropertyValue(name);
    if (value) one.setAttribute(name, value);
  }
  for (const name of ["class", "role", "tabindex", "data-id", "aria-label"]) one.removeAttribute(name);
}

function asSvg(explorer) {
  return new Blob([new XMLSerializer().serializeToString(picture(explorer).svg)], { type: "image/svg+xml" });
}

async function asPng(explorer) {
  const { svg, width, height } = picture(explorer);
  const scale = Math.min(2, MOST_PIXELS / width, MOST_PIXELS / height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function asJson({ graph }) {
  const told = { ...graph.answer, nodes: [...graph.nodes.values()], edges: graph.edges };
  return new Blob([JSON.stringify(told, null, 2)], { type: "application/json" });
}

// One line an edge, or one a pair of columns where they are shown.
function asCsv({ graph }) {
  const head = ["from", "from_column", "to", "to_column", "use", "confidence", "sources", "jobs", "first_seen", "last_seen", "change"];
  const lines = graph.edges.flatMap((edge) => (edge.columns.length ? edge.columns : [{}]).map((pair) => [
    named(graph, edge.from), pair.from, named(graph, edge.to), pair.to, pair.use,
    edge.confidence.join(" "), (edge.origins ?? []).map((one) => one.title).join(" "),
    (edge.jobs ?? []).map((one) => one.title).join(" "), edge.first_seen, edge.last_seen, edge.change,
  ]));
  return new Blob([[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

const named = (graph, id) => graph.nodes.get(id).path ?? "restricted";

// A spreadsheet takes what begins like a formula for one.
function cell(value) {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
