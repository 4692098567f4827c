// The graph by keyboard: one stop for Tab, then arrows walk along the wires and among neighbours.
export class Keys {
  constructor(stage, explorer) {
    Object.assign(this, { stage, explorer, at: null });
    stage.addEventListener("keydown", this.pressed);
    stage.addEventListener("focusin", (event) => {
      const id = event.target.closest("[data-id]")?.dataset.id;
      if (id) this.stop(id);
    });
  }

  // The one card that Tab comes to.
  stop(id) {
    const { scene } = this.explorer;
    scene.element(this.at)?.setAttribute("tabindex", "-1");
    this.at = id;
    scene.held = id;
    scene.element(id)?.setAttribute("tabindex", "0");
  }

  drawn() {
    const { graph, scene } = this.explorer;
    if (!graph.nodes.has(this.at)) this.at = graph.answer.focus ?? graph.nodes.keys().next().value ?? null;
    if (this.at) this.stop(this.at);
    return scene.element(this.at);
  }

  go(id) {
    const { scene, camera } = this.explorer;
    if (!id) return;
    scene.held = id;
    scene.addCard(id);
    this.stop(id);
    camera.reveal(scene.boxAt(id));
    scene.element(id).focus({ preventScroll: true });
  }

  pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const knob = event.target.closest("[data-knob]");
    const verb = this.verbs[event.key];
    if (!verb) return;
    event.preventDefault();
    if (knob && (event.key === "Enter" || event.key === " ")) this.explorer.knob(knob.dataset);
    else verb();
  };

  verbs = {
    ArrowRight: () => this.go(this.along("down")),
    ArrowLeft: () => this.go(this.along("up")),
    ArrowDown: () => this.go(this.among(1)),
    ArrowUp: () => this.go(this.among(-1)),
    Home: () => this.go(this.explorer.graph.answer.focus),
    Enter: () => this.explorer.open(this.at),
    " ": () => this.explorer.open(this.at),
    "+": () => this.explorer.openMore(this.at),
    "-": () => this.explorer.closeSide(this.at),
    e: () => this.explorer.openEdge(this.edgeHere()),
    c: () => this.explorer.refocus(this.at),
  };

  // The neighbour that stands highest, or the one that one came from.
  along(side) {
    const { graph, scene } = this.explorer;
    const near = graph.beside(this.at, side).sort((a, b) => scene.boxAt(a).y - scene.boxAt(b).y);
    const next = near.includes(this.last) ? this.last : near[0];
    if (next) this.last = this.at;
    return next;
  }

  // The next card above or below in the same column of the drawing.
  among(step) {
    const { scene } = this.explorer;
    const here = scene.boxAt(this.at);
    const column = [...scene.plan.places.keys()]
      .map((id) => ({ id, ...scene.boxAt(id) }))
      .filter((box) => box.x < here.x + here.width && box.x + box.width > here.x && (box.y - here.y) * step > 0)
      .sort((a, b) => (a.y - b.y) * step);
    return column[0]?.id;
  }

  // The wire by which one came, else the first that leads on.
  edgeHere() {
    const { graph } = this.explorer;
    const edges = [...(graph.in.get(this.at) ?? []), ...(graph.out.get(this.at) ?? [])];
    return (edges.find((edge) => edge.from === this.last || edge.to === this.last) ?? edges[0])?.id;
  }
}
