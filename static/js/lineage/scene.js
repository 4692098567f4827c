// The drawing: cards and wires of one layout. Only what is in sight is in the page, and only as much of it as can be read.
import { cardOf, knobsOf } from "./cards.js";
import { extent, placeNotes, wireOf } from "./wires.js";
import { el } from "./svg.js";

const MARGIN = 0.4; // of a screen around what is seen: panning that far needs no new elements
const MOST_GLIDING = 80;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Scene {
  constructor(world) {
    this.world = world;
    this.wires = el("g", { class: "lin-wires", "aria-hidden": "true" });
    this.cards = el("g", { class: "lin-cards" });
    this.knobs = el("g", { class: "lin-knobs" });
    world.append(this.wires, this.cards, this.knobs);
    this.drawn = new Map(); // id -> {card, knobs}
    this.drawnWires = new Map();
    this.held = null; // the card that has the focus stays in the page wherever one looks
  }

  // `plan`: {graph, boxes, places, wires, sides(id), look}; the cards that were there glide to where they belong.
  show(plan) {
    const before = this.plan;
    const at = new Map([...this.drawn.keys()].map((id) => [id, before?.places.get(id)]));
    this.clear();
    this.plan = plan;
    placeNotes(plan.wires);
    this.fine = plan.wires.map((wire) => ({ ...extent(wire), wire }));
    this.coarse = wholePairs(plan.wires).map((wire) => ({ ...extent(wire), wire }));
    this.area = null;
    if (before && at.size <= MOST_GLIDING && !STILL.matches) this.from = at;
  }

  clear() {
    for (const group of [this.wires, this.cards, this.knobs]) group.replaceChildren();
    this.drawn.clear();
    this.drawnWires.clear();
  }

  empty() {
    this.clear();
    this.plan = null;
  }

  bounds(ids = [...this.plan.places.keys()]) {
    const [xs, ys] = [[], []];
    for (const id of ids) {
      const [{ x, y }, box] = [this.plan.places.get(id), this.plan.boxes.get(id)];
      xs.push(x, x + box.width);
      ys.push(y, y + box.height);
    }
    const [x, y] = [xs.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.min(a, b))];
    return { x, y, width: xs.reduce((a, b) => Math.max(a, b)) - x, height: ys.reduce((a, b) => Math.max(a, b)) - y };
  }

  boxAt(id) {
    const [place, box] = [this.plan.places.get(id), this.plan.boxes.get(id)];
    return { x: place.x, y: place.y, width: box.width, height: box.height };
  }

  // Called for every frame in which one moves; does something only where that leads out of what is drawn.
  see(seen, far) {
    if (!this.plan) return false;
    if (far === this.far && this.area && holds(this.area, seen)) return false;
    if (far !== this.far) this.clear();
    this.far = far;
    this.area = around(seen);
    this.draw();
    return true;
  }

  draw() {
    const { places, boxes } = this.plan;
    const wanted = new Set();
    for (const [id, place] of places) {
      const box = boxes.get(id);
      if (id === this.held || meets(this.area, place.x - 40, place.y, place.x + box.width + 40, place.y + box.height)) wanted.add(id);
    }
    for (const [id, { card, knobs }] of this.drawn) {
      if (wanted.has(id)) continue;
      card.remove();
      for (const knob of knobs) knob.remove();
      this.drawn.delete(id);
    }
    for (const id of wanted) if (!this.drawn.has(id)) this.addCard(id);
    const kept = new Set(this.lines.filter((one) => meets(this.area, one.left, one.top, one.right, one.bottom)).map((one) => one.wire));
    for (const [wire, element] of this.drawnWires) {
      if (kept.has(wire)) continue;
      element.remove();
      this.drawnWires.delete(wire);
    }
    for (const wire of kept) if (!this.drawnWires.has(wire)) this.addWire(wire);
    this.from = null;
  }

  addCard(id) {
    const { graph, boxes, places, look, sides } = this.plan;
    const [node, box, place] = [graph.nodes.get(id), boxes.get(id), places.get(id)];
    const card = cardOf(node, box, { ...look, far: this.far });
    const knobs = node.restricted || this.far ? [] : knobsOf(node, box, sides(node)).map((knob) => el("g", {}, knob));
    for (const part of [card, ...knobs]) this.put(part, place, this.from?.get(id));
    if (this.from && !this.from.get(id)) for (const part of [card, ...knobs]) part.classList.add("is-new");
    this.drawn.set(id, { card, knobs });
    this.cards.append(card);
    this.knobs.append(...knobs);
  }

  // From afar nobody tells columns apart: one line a pair of assets.
  get lines() {
    return this.far ? this.coarse : this.fine;
  }

  addWire(wire) {
    const made = wireOf(wire, { far: this.far });
    if (this.from) made.classList.add("is-new");
    this.drawnWires.set(wire, made);
    this.wires.append(made);
  }

  put(part, place, before) {
    part.style.transform = `translate(${place.x}px, ${place.y}px)`;
    if (before && (before.x !== place.x || before.y !== place.y)) {
      const start = `translate(${before.x}px, ${before.y}px)`;
      part.animate([{ transform: start }, { transform: part.style.transform }], { duration: 240, easing: "ease-out" });
    }
  }

  element(id) {
    return this.drawn.get(id)?.card ?? null;
  }
}

function wholePairs(wires) {
  const found = new Map();
  for (const wire of wires) if (!found.has(wire.edge.id)) found.set(wire.edge.id, { ...wire, id: wire.edge.id, use: "" });
  return [...found.values()];
}

const meets = (area, left, top, right, bottom) =>
  left < area.right && right > area.left && top < area.bottom && bottom > area.top;
const holds = (area, seen) =>
  seen.left >= area.left && seen.right <= area.right && seen.top >= area.top && seen.bottom <= area.bottom;

function around(seen) {
  const [dx, dy] = [(seen.right - seen.left) * MARGIN, (seen.bottom - seen.top) * MARGIN];
  return { left: seen.left - dx, right: seen.right + dx, top: seen.top - dy, bottom: seen.bottom + dy };
}
