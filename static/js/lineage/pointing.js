// What one points at, or has the focus on, shows its way through the graph; what is pressed opens.
export class Pointing {
  constructor(stage, explorer) {
    Object.assign(this, { stage, explorer, lit: null, kept: null, mouse: null });
    stage.addEventListener("pointermove", (event) => (this.mouse = event.pointerType === "mouse" ? { x: event.clientX, y: event.clientY } : null));
    stage.addEventListener("pointerover", (event) => explorer.camera.moves || this.over(event.target));
    stage.addEventListener("pointerleave", () => {
      this.mouse = null;
      this.light(this.kept);
    });
    stage.addEventListener("focusin", (event) => this.focused(event.target));
    stage.addEventListener("focusout", () => this.light(this.kept));
    stage.addEventListener("click", (event) => this.pressed(event.target));
    stage.addEventListener("dblclick", (event) => {
      const card = event.target.closest("[data-id]");
      if (card && !card.classList.contains("lin-stub")) explorer.refocus(card.dataset.id);
    });
  }

  get graph() {
    return this.explorer.graph;
  }

  over(target) {
    const row = target.closest(".lin-row");
    const card = target.closest("[data-id]");
    const wire = target.closest("[data-wire]");
    if (row) this.light(this.graph.columnWay(card.dataset.id, row.dataset.column));
    else if (card) this.light(this.graph.way(card.dataset.id));
    else if (wire) this.light(this.ofWire(wire.dataset));
    else this.light(this.kept);
  }

  // While one looks around, what passes under the mouse is not meant; where one stops, what is there is.
  rested() {
    const here = this.mouse && document.elementFromPoint(this.mouse.x, this.mouse.y);
    if (here && this.stage.contains(here)) this.over(here);
  }

  focused(target) {
    const card = target.closest("[data-id]");
    if (card && target.matches(":focus-visible")) this.light(this.graph.way(card.dataset.id));
  }

  ofWire({ wire, edge: id }) {
    const edge = this.graph.edge.get(id);
    const pair = edge.columns[Number(wire.split("#")[1])];
    if (!pair) return { nodes: new Set([edge.from, edge.to]), edges: new Set([id]) };
    const lit = this.graph.columnWay(edge.from, pair.from);
    return lit;
  }

  light(lit) {
    this.lit = lit;
    this.paint();
  }

  // Also called when elements came into sight that are part of what is lit.
  paint(scene = this.explorer.scene) {
    for (const [id, { card, knobs }] of scene.drawn) {
      const on = !this.lit || this.lit.nodes.has(id);
      card.classList.toggle("is-dim", !on);
      for (const knob of knobs) knob.classList.toggle("is-dim", !on);
      if (!scene.far) for (const row of card.querySelectorAll(".lin-row")) this.paintRow(id, row);
    }
    for (const [wire, element] of scene.drawnWires) {
      const on = this.lit && (this.lit.pairs && wire.use ? this.lit.pairs.has(wire.id) : this.lit.edges.has(wire.edge.id));
      element.classList.toggle("is-lit", Boolean(on));
      element.classList.toggle("is-dim", Boolean(this.lit) && !on);
    }
  }

  paintRow(id, row) {
    const on = this.lit?.pairs && this.lit.columns.has(`${id} ${row.dataset.column.toLowerCase()}`);
    row.classList.toggle("is-lit", Boolean(on));
  }

  // A column that was asked for stays lit while nothing else is pointed at.
  keep(id, column) {
    this.kept = id && column ? this.graph.columnWay(id, column) : null;
    this.light(this.kept);
  }

  pressed(target) {
    const knob = target.closest("[data-knob]");
    const fold = target.closest("[data-fold]");
    const card = target.closest("[data-id]");
    const wire = target.closest("[data-wire]");
    if (knob) this.explorer.knob(knob.dataset);
    else if (fold) this.explorer.fold(fold.dataset.fold);
    else if (card) this.explorer.open(card.dataset.id, target.closest(".lin-row")?.dataset.column);
    else if (wire) this.explorer.openEdge(wire.dataset.edge, wire);
  }
}
