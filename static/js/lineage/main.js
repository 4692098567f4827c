// The lineage explorer: the address says what is shown, the server what there is, elk where it stands.
import { Address } from "./address.js";
import { boxOf } from "./boxes.js";
import { Camera, FAR } from "./camera.js";
import { spoken, useFonts } from "./cards.js";
import { Finding } from "./finding.js";
import { Graph } from "./graph.js";
import { Keys } from "./keys.js";
import { Layout } from "./layout.js";
import { Minimap } from "./minimap.js";
import { openInDrawer } from "./panel.js";
import { Pointing } from "./pointing.js";
import { Scene } from "./scene.js";
import { el, symbols } from "./svg.js";
import { Telling } from "./telling.js";
import { Tools } from "./tools.js";
import { Wider } from "./wider.js";

const PAGE = 50; // neighbours that one press brings of a node that has many
const AT_ONCE = 12; // up to so many come without asking for pages

export class Explorer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.unfolded = new Set();
    this.world = el("svg", { class: "lin-world" }, el("defs", {}, ...symbols(root)));
    this.stage.append(this.world);
    this.faces = useFonts(root);
    this.address = new Address(JSON.parse(root.dataset.fixed || "{}"), this.turned);
    this.layout = new Layout(root.dataset.worker);
    this.scene = new Scene(this.world, () => this.after());
    this.camera = new Camera(this.stage, this.world, { moved: this.moved, rested: () => this.pointing.rested() });
    this.minimap = new Minimap(root.querySelector("[data-minimap]"), this.camera);
    this.telling = new Telling(root, this);
    this.tools = new Tools(root.querySelector("[data-tools]"), this);
    this.pointing = new Pointing(this.stage, this);
    this.keys = new Keys(this.stage, this);
    this.finding = new Finding(root.querySelector("[data-find]"), root.querySelector("[data-found]"), this);
    this.wider = new Wider(root, this);
    this.turned(this.address.values, null);
  }

  // The address says something else: fetch what the server must say anew, draw what only looks different.
  turned = (values, before) => {
    this.tools.show(values);
    this.telling.show(values);
    if (!before) this.begin();
    else if (this.address.asksAnew(before)) this.fetch(this.sameFocus(before));
    else if (this.answer) this.draw({ keepView: true, moved: values.shut !== before.shut });
    this.wider.table(values, before);
  };

  sameFocus(before) {
    return before.asset === this.address.values.asset && before.select === this.address.values.select;
  }

  // The page brings its first answer along.
  begin() {
    const brought = this.root.querySelector("script[type='application/json']");
    if (brought) this.take(JSON.parse(brought.textContent), false);
    else this.fetch(false);
  }

  async fetch(keepView) {
    this.asking?.abort();
    this.asking = new AbortController();
    const done = this.telling.waiting("Asking for the graph");
    try {
      const url = `${this.root.dataset.graph}?${this.address.query()}`;
      const response = await fetch(url, { signal: this.asking.signal, headers: { Accept: "application/json" } });
      if (!response.ok) return await this.refused(response);
      await this.take(await response.json(), keepView);
    } catch (error) {
      if (error.name !== "AbortError") this.telling.failed(() => this.fetch(keepView));
    } finally {
      done();
    }
  }

  async refused(response) {
    if (response.status === 403 || response.status === 401) return location.reload(); // the session has ended
    const problem = await response.json().catch(() => ({}));
    const errors = problem.errors ?? {};
    this.tools.complain(errors);
    if (response.status >= 500) return this.telling.failed(() => this.fetch(true), problem.detail);
    this.clear();
    const words = Object.values(errors).flat().join(" ") || problem.detail;
    this.telling.refused(words);
    this.wider.refused(words);
  }

  // What was shown is no answer to what the address asks now.
  clear() {
    this.layout.stop();
    this.answer = null;
    this.scene.empty();
    this.minimap.empty();
  }

  async take(answer, keepView) {
    this.tools.complain({});
    this.answer = answer;
    this.telling.answered(answer);
    await this.draw({ keepView, moved: true });
    this.tools.learn(this.graph);
  }

  // Boxes, places, cards. Without `moved` the graph is the same and only its look changes.
  async draw({ keepView, moved, anchor = this.anchor }) {
    await this.faces;
    const values = this.address.values;
    const graph = new Graph(this.answer, new Set(this.address.list("shut")));
    const look = { grain: this.answer.grain, unfolded: this.unfolded, column: values.column };
    const boxes = new Map([...graph.nodes.values()].map((node) => [node.id, boxOf(node, look)]));
    const before = keepView && this.scene.plan ? this.scene.plan.places : new Map();
    let placed = moved ? null : { places: this.scene.plan.places, wires: this.scene.plan.wires };
    if (!placed) {
      const done = this.telling.waiting("Laying it out");
      placed = await this.layout.place(graph, boxes, { grain: this.answer.grain, before, anchor }).finally(done);
    }
    if (!placed) return; // a later one overtook it
    this.anchor = null;
    this.keepAt(graph, placed, before, anchor);
    this.graph = graph;
    const layers = this.address.list("layers");
    const lineOf = (mark) => `${this.telling.layerName(mark.layer)}: ${mark.word}`;
    this.scene.show({ graph, boxes, ...placed, sides: this.sides, look: { layers, focus: this.answer.focus, lineOf } });
    this.stage.classList.toggle("is-large", graph.nodes.size > 80);
    if (!graph.nodes.size) return this.telling.empty(true);
    const why = this.answer.known_since || this.answer.reasons.some((reason) => reason.code === "filter");
    this.telling.empty(graph.nodes.size === 1 && !graph.edges.length && !why);
    this.minimap.show(this.scene.plan, this.scene.bounds());
    if (!keepView || !before.size) this.home();
    this.scene.see(this.camera.seen, this.camera.k < FAR);
    this.after();
    this.pointing.keep(this.answer.focus, this.answer.column);
    this.telling.drawn(this.graph);
  }

  // What stays must not jump: the card that was opened keeps its place, and all others move around it.
  keepAt(graph, placed, before, anchor) {
    const held = [anchor, this.answer.focus, ...before.keys()].find((id) => before.has(id) && placed.places.has(id));
    if (!held || before === placed.places) return;
    const [was, is] = [before.get(held), placed.places.get(held)];
    const [dx, dy] = [was.x - is.x, was.y - is.y];
    for (const place of placed.places.values()) {
      place.x += dx;
      place.y += dy;
    }
    for (const wire of placed.wires) wire.points = wire.points.map(({ x, y }) => ({ x: x + dx, y: y + dy }));
  }

  moved = () => {
    if (!this.scene.plan) return;
    if (this.scene.see(this.camera.seen, this.camera.k < FAR)) this.after();
    this.minimap.moved();
    this.telling.zoomed(this.camera.k);
  };

  after() {
    this.keys.drawn();
    this.pointing.paint();
    this.finding.paint();
  }

  // All of it where it can be read so, else the focus in the middle.
  home() {
    if (!this.scene.plan) return;
    const bounds = this.scene.bounds();
    const { width, height } = this.camera.size;
    const { free } = this.camera;
    const focus = this.graph.nodes.has(this.answer.focus) && this.scene.boxAt(this.answer.focus);
    if (Math.min(free.width / bounds.width, free.height / bounds.height) >= FAR || !focus) this.camera.fit(bounds, { smooth: false });
    else this.camera.centre(focus.x + focus.width / 2, focus.y + Math.min(focus.height, height) / 2, width < 600 ? 0.75 : 0.85, false);
  }

  fit() {
    if (this.scene.plan) this.camera.fit(this.scene.bounds());
  }

  // Which sides of a card can be opened or closed.
  sides = (node) => {
    if (node.restricted) return [];
    return ["up", "down"].flatMap((side) => {
      const shut = this.address.list("shut").includes(`${node.id}:${side}`);
      const drawn = this.beside(node.id, side);
      const folded = shut ? this.folded(node.id, side) : [];
      const more = (node.more?.[side] ?? 0) + folded.length;
      const changed = (change) => (node.more_changed?.[side][change] ?? 0) + folded.filter((edge) => edge.change === change).length;
      const away = node.level === 0 || Math.sign(node.level) === (side === "down" ? 1 : -1);
      if (more) return [{ side, more, open: drawn, added: changed("added"), removed: changed("removed") }];
      return drawn && away ? [{ side, more: 0, open: drawn }] : [];
    });
  };

  beside(id, side) {
    return this.graph.beside(id, side).length;
  }

  folded(id, side) {
    const [here, there] = side === "down" ? ["from", "to"] : ["to", "from"];
    return this.answer.edges.filter((edge) => edge[here] === id && !this.graph.nodes.has(edge[there]));
  }

  knob({ of: id, knob: side, more, open }) {
    const key = `${id}:${side}`;
    const shut = this.address.list("shut");
    this.anchor = id;
    if (shut.includes(key)) this.address.set({ shut: shut.filter((one) => one !== key).join(",") });
    else if (!Number(more)) this.address.set({ shut: [...shut, key].join(",") });
    else if (Number(more) > AT_ONCE) this.openNeighbours(id, side);
    else this.expand(id, side, Number(open) + Number(more));
  }

  expand(id, side, count) {
    this.anchor = id;
    const others = this.address.list("expand").filter((one) => !one.startsWith(`${id}:${side}`));
    this.address.set({ expand: [...others, `${id}:${side}:${count}`].join(",") });
  }

  expandBy(id, side, count = PAGE) {
    this.expand(id, side, this.beside(id, side) + count);
  }

  openMore(id) {
    const side = this.sides(this.graph.nodes.get(id)).find((one) => one.more);
    if (side) this.knob({ of: id, knob: side.side, more: side.more, open: side.open });
  }

  closeSide(id) {
    const side = this.sides(this.graph.nodes.get(id)).find((one) => !one.more);
    if (side) this.knob({ of: id, knob: side.side, more: 0 });
  }

  fold(id) {
    if (!this.unfolded.delete(id)) this.unfolded.add(id);
    this.draw({ keepView: true, moved: true, anchor: id });
  }

  refocus(id) {
    const node = this.graph.nodes.get(id);
    if (!node || node.restricted) return;
    if ("asset" in this.address.fixed) location.assign(`${node.url}?tab=lineage`);
    else this.address.set({ asset: id, column: "", select: "", expand: "", shut: "" });
  }

  open(id, column) {
    const node = this.graph.nodes.get(id);
    if (!node || node.restricted) return;
    this.telling.say(spoken(node, this.address.list("layers")));
    const from = this.scene.element(id);
    if (column) openInDrawer(`${node.url}?column=${encodeURIComponent(column)}`, from);
    else openInDrawer(this.root.dataset.peek.replace(this.root.dataset.nobody, id), from);
  }

  openEdge(id, from = this.scene.element(this.keys.at)) {
    const edge = this.graph.edge.get(id);
    if (edge?.evidence_url) openInDrawer(edge.evidence_url, from);
  }

  openNeighbours(id, side) {
    const url = new URL(this.root.dataset.neighbours, location.href);
    url.search = new URLSearchParams([...this.address.query(), ["of", id], ["side", side]]);
    openInDrawer(url.pathname + url.search, this.scene.element(id));
  }
}

export function start(root) {
  if (!root.dataset.started) {
    root.dataset.started = "yes";
    root.explorer = new Explorer(root);
  }
}
