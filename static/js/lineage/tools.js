// The tool bar is a plain form that works by itself; here its fields act at once and follow the address.
const MOMENTS = ["as_of", "compare"];
const NUMBERS = new Set(["up", "down"]);

export class Tools {
  constructor(form, explorer) {
    Object.assign(this, { form, explorer, seen: { kinds: new Map(), platform: new Map(), schema: new Map() } });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    form.addEventListener("change", (event) => {
      if (event.target.name && !event.target.matches("[data-on-enter]")) this.take();
    });
    form.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]");
      if (step) this.step(step.dataset.step, Number(step.dataset.by));
      const clear = event.target.closest("[data-clear]");
      if (clear) explorer.address.set(Object.fromEntries(clear.dataset.clear.split(" ").map((name) => [name, ""])));
    });
  }

  take() {
    const given = new FormData(this.form);
    const names = new Set([...this.form.elements].map((field) => field.name).filter(Boolean));
    const changes = {};
    for (const name of names) changes[name] = given.getAll(name).filter(Boolean).join(",");
    for (const name of MOMENTS) if (changes[name] && this.explorer.address.values[name].startsWith(changes[name])) delete changes[name];
    const { select, asset } = this.explorer.address.values;
    const asksElse = changes.select !== select || (changes.asset ?? asset) !== asset;
    this.explorer.address.set(asksElse ? { ...changes, expand: "", shut: "" } : changes);
  }

  step(name, by) {
    const field = this.form.elements[name];
    const value = Math.min(Number(field.max), Math.max(Number(field.min), Number(field.value) + by));
    if (String(value) !== field.value) this.explorer.address.set({ [name]: String(value) });
  }

  // The fields say what the address says, also after "back".
  show(values) {
    for (const field of this.form.elements) {
      if (!(field.name in values)) continue;
      const value = values[field.name];
      if (field.type === "checkbox") field.checked = value.split(",").includes(field.value);
      else if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "date") field.value = value.slice(0, 10); // the address may say the moment
      else if (document.activeElement !== field || NUMBERS.has(field.name)) field.value = value;
    }
    for (const menu of this.form.querySelectorAll("[data-chosen]")) {
      const names = menu.dataset.chosen.split(" ");
      const count = names.flatMap((name) => (values[name] ?? "").split(",").filter(Boolean)).length;
      menu.textContent = count || "";
      menu.hidden = !count;
    }
  }

  // What there is to filter by grows with what was seen; a value that is filtered away can be chosen again.
  learn(graph) {
    for (const node of graph.answer.nodes) {
      if (node.restricted) continue;
      this.seen.kinds.set(node.kind, node.kind_label);
      if (node.platform) this.seen.platform.set(node.platform, node.platform);
      if (node.schema) this.seen.schema.set(node.schema, node.schema);
    }
    for (const [name, known] of Object.entries(this.seen)) {
      for (const value of this.explorer.address.list(name)) if (!known.has(value)) known.set(value, value);
      this.options(name, known);
    }
  }

  options(name, known) {
    const holder = this.form.querySelector(`[data-options="${name}"]`);
    if (!holder) return;
    const chosen = new Set(this.explorer.address.list(name));
    const have = new Set([...holder.querySelectorAll("input")].map((input) => input.value));
    for (const [value, label] of [...known].sort((one, other) => one[1].localeCompare(other[1]))) {
      if (have.has(value)) continue;
      const input = Object.assign(document.createElement("input"), { type: "checkbox", name, value, checked: chosen.has(value), className: "form-check-input" });
      const line = Object.assign(document.createElement("label"), { className: "lin-choice" });
      line.append(input, Object.assign(document.createElement("span"), { textContent: label }));
      holder.append(line);
    }
  }

  // What the server did not understand stands at the field that it is about.
  complain(errors) {
    for (const note of this.form.querySelectorAll("[data-error]")) {
      const texts = errors[note.dataset.error] ?? [];
      note.textContent = texts.join(" ");
      note.hidden = !texts.length;
      this.form.elements[note.dataset.error]?.setAttribute?.("aria-invalid", String(texts.length > 0));
    }
  }
}
