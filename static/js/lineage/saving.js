// What is shown, as a file: a picture, a table of edges, or the answer itself. All made here, so it is what one sees.
import { cardOf, knobsOf } from "./cards.js";
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
async function picture(explorer) {
  const { plan } = explorer.scene;
  const stage = explorer.stage;
  const wires = new Map(plan.wires.map((wire) => [wire, wireOf(wire, { far: false })]));
  const drawn = new Map([...plan.places].map(([id, place]) => [id, cardAt(plan, id, place)]));
  const { x, y, width, height } = explorer.scene.bounds();
  const knobs = [...drawn.values()].flatMap((one) => one.knobs);
  const edge = Math.max(EDGE, ...knobs.map((knob) => 12 + Number(knob.querySelector(".lin-knob-face").getAttribute("width"))));
  const size = { width: Math.ceil(width + 2 * edge), height: Math.ceil(height + 2 * edge) };
  const svg = el("svg", { xmlns: "http://www.w3.org/2000/svg", class: "lin-picture", ...size, viewBox: `${x - edge} ${y - edge} ${size.width} ${size.height}` });
  svg.append(stage.querySelector("defs").cloneNode(true));
  svg.append(el("rect", { class: "lin-paper", x: x - edge, y: y - edge, ...size }));
  svg.append(...wires.values());
  svg.append(...[...drawn.values()].map(({ card }) => card));
  svg.append(el("g", { class: "lin-knobs" }, ...knobs));
  explorer.pointing.paint({ drawn, drawnWires: wires, far: false });
  explorer.finding.paint(drawn);
  const holder = Object.assign(document.createElement("div"), { className: "lin-dark-room" });
  holder.append(svg);
  stage.parentElement.append(holder);
  const unseen = svg.querySelectorAll(".lin-wire-reach, .lin-reach");
  // all are looked at before any loses its class: what is within another looks as the other's class says
  const looks = [...svg.querySelectorAll("*:not(defs, symbol, symbol *, title)")].map((one) => [one, lookOf(one)]);
  for (const [one, look] of looks) fix(one, look);
  holder.remove();
  for (const one of unseen) one.remove();
  svg.prepend(el("style", {}, await faces()));
  return { svg, ...size };
}

// Our faces go along: a file knows none but those of who opens it.
async function faces() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSFontFaceRule);
  const used = rules.filter(({ style }) => style.src.includes("latin-") && !/latin-ext|italic|600/.test(style.src));
  return (await Promise.all(used.map(face))).join("");
}

async function face({ style, parentStyleSheet }) {
  const [, file] = style.src.match(/url\("?([^")]+)/);
  const data = await fetch(new URL(file, parentStyleSheet.href)).then((found) => found.blob());
  const told = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(data);
  });
  return `@font-face{font-family:${style.fontFamily};font-weight:${style.fontWeight};src:url(${told}) format("woff2")}`;
}

// With what says that there is more; what only folds away is a handle, no part of the picture.
function cardAt(plan, id, place) {
  const [node, box] = [plan.graph.nodes.get(id), plan.boxes.get(id)];
  const card = cardOf(node, box, { ...plan.look, far: false });
  const knobs = knobsOf(node, box, plan.sides(node).filter((side) => side.more)).map((knob) => el("g", {}, knob));
  for (const part of [card, ...knobs]) part.setAttribute("transform", `translate(${place.x} ${place.y})`);
  return { card, knobs };
}

function lookOf(one) {
  const style = getComputedStyle(one);
  return DRAWN.map((name) => [name, style.getPropertyValue(name)]);
}

function fix(one, look) {
  for (const [name, value] of look) if (value) one.setAttribute(name, value);
  for (const name of ["class", "role", "tabindex", "aria-label"]) one.removeAttribute(name);
  for (const name of Object.keys(one.dataset)) delete one.dataset[name];
}

async function asSvg(explorer) {
  const { svg } = await picture(explorer);
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

async function asPng(explorer) {
  const { svg, width, height } = await picture(explorer);
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
