// Wires: who says so by colour and word, how a column is used by the dash; two moments compared by both.
import { el } from "./svg.js";

const BEND = 7;
const NOTE = { width: 72, height: 18 }; // the room that a word takes
const PARTS = [1 / 2, 1 / 4, 3 / 4]; // of a stretch, where a word may stand
export const USES = {
  identity: "as it is",
  transformation: "transformed",
  aggregation: "aggregated",
  conditional: "in a condition",
  window: "in a window",
  order_by: "orders rows",
  group_by: "groups rows",
  join: "joins rows",
  filter: "filters rows",
  unknown: "not known how",
};
const DIRECT = ["identity", "transformation", "aggregation"];
export const CHANGES = { added: "added", removed: "removed", same: "as before" };

// One line of the key for each dash: what only decides, and is no part of the value, has one in common.
export function dashes(uses) {
  const lines = DIRECT.filter((use) => uses.has(use)).map((use) => [`use-${use}`, USES[use]]);
  const other = [...uses].filter((use) => use !== "unknown" && !DIRECT.includes(use));
  if (other.length) lines.push(["use-filter", "only decides: filter, join, order …"]);
  if (uses.has("unknown")) lines.push(["use-unknown", USES.unknown]);
  return lines;
}

export function wireOf(wire, { far }) {
  const { edge } = wire;
  const kind = wire.use ? `use-${wire.use}` : "";
  const change = edge.change ? `is-${edge.change}` : "";
  const stated = edge.confidence.includes("stated") ? "is-stated" : "";
  const path = track(wire);
  const made = el("g", {
    class: ["lin-wire", kind, change, stated].filter(Boolean).join(" "),
    "data-wire": wire.id, "data-edge": edge.id,
  });
  if (!far && edge.evidence_url) made.append(el("path", { class: "lin-wire-reach", d: path }));
  made.append(el("path", { class: "lin-wire-line", d: path }));
  if (!far) made.append(el("path", { class: "lin-wire-tip", d: tip(wire.points.at(-1)) }));
  const word = edge.change && edge.change !== "same" ? CHANGES[edge.change] : wire.use ? USES[wire.use] : "";
  if (!far && word) made.append(el("title", {}, `${wire.fromColumn || "rows"} → ${wire.toColumn || (DIRECT.includes(wire.use) ? "all of it" : "rows")}: ${word}`));
  if (!far && wire.note) made.append(note(wire.note, word));
  return made;
}

const tip = ({ x, y }) => `M${x - 7} ${y - 4}L${x - 0.5} ${y}L${x - 7} ${y + 4}`;

// Only a change is written on the wire itself; a use is told when one points at it.
const note = ({ x, y }, word) =>
  el("text", { class: "lin-wire-note", x, y: y - 5, "text-anchor": "middle" }, word === "added" ? "+ added" : `− ${word}`);

// Words over one another cannot be read: each has a place of its own along its wire, or none, and colour and dash tell it.
export function placeNotes(wires) {
  const taken = new Set();
  for (const wire of wires) {
    if (!wire.edge.change || wire.edge.change === "same") continue;
    wire.note = spots(wire.points).find((spot) => !cellsAround(spot).some((cell) => taken.has(cell)));
    if (wire.note) taken.add(cellOf(wire.note));
  }
}

const cellOf = ({ x, y }, right = 0, down = 0) => `${Math.floor(x / NOTE.width) + right}:${Math.floor(y / NOTE.height) + down}`;
const cellsAround = (spot) => [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((down) => cellOf(spot, right, down)));

// The longest stretch from left to right first: there a word has room, and wires that share their ends lie apart.
function spots(points) {
  const stretches = points.slice(1).map((to, at) => [points[at], to]);
  const wide = ([from, to]) => Math.abs(to.x - from.x);
  return stretches
    .sort((one, other) => wide(other) - wide(one))
    .flatMap((stretch, at) => (at && wide(stretch) < NOTE.width ? [] : PARTS.map((part) => along(stretch, part))));
}

const along = ([from, to], part) => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });

function track({ points, curved }) {
  if (curved) {
    const [a, b] = points;
    const bow = Math.max(40, Math.abs(b.x - a.x) / 2);
    return `M${a.x} ${a.y}C${a.x + bow} ${a.y} ${b.x - bow} ${b.y} ${b.x} ${b.y}`;
  }
  let path = `M${points[0].x} ${points[0].y}`;
  for (let at = 1; at < points.length - 1; at += 1) path += corner(points[at - 1], points[at], points[at + 1]);
  return `${path}L${points.at(-1).x} ${points.at(-1).y}`;
}

function corner(before, here, after) {
  const [a, b] = [toward(here, before), toward(here, after)];
  return `L${a.x} ${a.y}Q${here.x} ${here.y} ${b.x} ${b.y}`;
}

function toward(from, to) {
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  const step = Math.min(BEND, far / 2) / (far || 1);
  return { x: from.x + (to.x - from.x) * step, y: from.y + (to.y - from.y) * step };
}

export function extent(wire) {
  const xs = wire.points.map((point) => point.x);
  const ys = wire.points.map((point) => point.y);
  const slack = wire.curved ? 60 : 0;
  return { left: Math.min(...xs) - slack, right: Math.max(...xs) + slack, top: Math.min(...ys), bottom: Math.max(...ys) };
}
