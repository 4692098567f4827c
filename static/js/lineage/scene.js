// The drawing: cards and wires of one layout. Only what is in sight is in the page, and only as much of it as can be read.
import { cardOf, knobsOf } from "./cards.js";
import { extent, placeNotes, wireOf } from "./wires.js";
import { el } from "./svg.js";

const MARGIN = 0.4; // of a screen around what is seen: panning that far needs no new elements
const MOST_GLIDING = 80;
const PIECES = 24; // cards and wires that a frame has time for
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Scene {
  // `grown`: called when more of it has come into the page.
  constructor(world, grown) {
    Object.assign(this, { world, grown, rest: [] });
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
    this.rest = [];
    this.wait();
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
    this.seen = seen;
    if (far === this.far && this.area && holds(this.area, seen)) return false;
    if (far !== this.far) this.clear();
    this.far = far;
    this.area = around(seen);
    this.draw();
    return true;
  }

  draw() {
    const kept = { cards: new Set(this.cardsIn(this.area)), wires: new Set(this.wiresIn(this.area)) };
    if (this.held && this.plan.places.has(this.held)) kept.cards.add(this.held);
    for (const [id, { card, knobs }] of this.drawn) {
      if (kept.cards.has(id)) continue;
      for (const part of [card, ...knobs]) part.remove();
      this.drawn.delete(id);
    }
    for (const [wire, element] of this.drawnWires) {
      if (kept.wires.has(wire)) continue;
      element.remove();
      this.drawnWires.delete(wire);
    }
    const first = this.from ? this.area : this.seen; // what glides has to be there when it begins
    for (const id of [this.held, ...this.cardsIn(first)]) if (kept.cards.has(id)) this.addCard(id);
    for (const wire of this.wiresIn(first)) this.addWire(wire);
    this.from = null;
    this.rest = [...[...kept.cards].map((id) => () => this.addCard(id)), ...[...kept.wires].map((wire) => () => this.addWire(wire))];
    this.wait();
  }

  // The margin around what is in sight comes in pieces, so that no frame is late for it.
  wait() {
    cancelAnimationFrame(this.waiting);
    this.waiting = this.rest.length ? requestAnimationFrame(this.more) : 0;
  }

  more = () => {
    let added = 0;
    while (this.rest.length && added < PIECES) added += this.rest.shift()();
    this.wait();
    this.grown();
  };

  cardsIn(area) {
    const { places, boxes } = this.plan;
    const inside = ([id, { x, y }]) => meets(area, x - 40, y, x + boxes.get(id).width + 40, y + boxes.get(id).height);
    return [...places].filter(inside).map(([id]) => id);
  }

  wiresIn(area) {
    return this.lines.filter((one) => meets(area, one.left, one.top, one.right, one.bottom)).map((one) => one.wire);
  }

  // Whether it was not there yet; so for wires.
  addCard(id) {
    if (this.drawn.has(id)) return false;
    const { graph, boxes, places, look, sides } = this.plan;
    const [node, box, place] = [graph.nodes.get(id), boxes.get(id), places.get(id)];
    const card = cardOf(node, box, { ...look, far: this.far });
    const knobs = node.restricted || this.far ? [] : knobsOf(node, box, sides(node)).map((knob) => el("g", {}, knob));
    for (const part of [card, ...knobs]) this.put(part, place, this.from?.get(id));
    if (this.from && !this.from.get(id)) for (const part of [card, ...knobs]) part.classList.add("is-new");
    this.drawn.set(id, { card, knobs });
    this.cards.append(card);
    this.knobs.append(...knobs);
    return true;
  }

  // From afar nobody tells columns apart: one line a pair of assets.
  get lines() {
    return this.far ? this.coarse : this.fine;
  }

  addWire(wire) {
    if (this.drawnWires.has(wire)) return false;
    const made = wireOf(wire, { far: this.far });
    if (this.from) made.classList.add("is-new");
    this.drawnWires.set(wire, made);
    this.wires.append(made);
    return true;
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
