// Search within what is drawn: names and columns; Enter walks from one to the next.
export class Finding {
  constructor(field, note, explorer) {
    Object.assign(this, { field, note, explorer, found: [], at: -1 });
    field.addEventListener("input", () => this.find());
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.step(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape" && field.value) {
        event.stopPropagation();
        field.value = "";
        this.find();
      }
    });
  }

  find() {
    const text = this.field.value.trim().toLowerCase();
    const { graph } = this.explorer;
    this.at = -1;
    this.found = text ? [...graph.nodes.values()].filter((node) => matches(node, text)).map((node) => node.id) : [];
    this.note.textContent = text ? `${this.found.length} found` : "";
    this.paint();
  }

  paint(drawn = this.explorer.scene.drawn) {
    const marked = new Set(this.found);
    for (const [id, { card }] of drawn) card.classList.toggle("is-found", marked.has(id));
  }

  step(by) {
    if (!this.found.length) return;
    this.at = (this.at + by + this.found.length) % this.found.length;
    const { scene, camera } = this.explorer;
    const box = scene.boxAt(this.found[this.at]);
    camera.centre(box.x + box.width / 2, box.y + box.height / 2, Math.max(camera.k, 0.7));
    this.note.textContent = `${this.at + 1} of ${this.found.length}`;
  }
}

function matches(node, text) {
  if (node.restricted) return false;
  if (`${node.path} ${node.title}`.toLowerCase().includes(text)) return true;
  return (node.columns ?? []).some((column) => column.name.toLowerCase().includes(text));
}
