// What lies around the drawing: its buttons, the full window, files, the same graph as a table.
import { drawerIsOpen } from "./panel.js";
import { save } from "./saving.js";

export class Wider {
  constructor(root, explorer) {
    Object.assign(this, { root, explorer, holder: root.querySelector("[data-table-holder]"), stale: false });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.verbs[button.dataset.do]?.(button);
    });
    document.addEventListener("keydown", this.key);
    document.addEventListener("click", this.fromDrawer);
    new ResizeObserver(() => explorer.scene.plan && explorer.moved()).observe(explorer.stage);
    new MutationObserver(() => this.repaint()).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  }

  repaint() {
    const { minimap, scene } = this.explorer;
    if (scene.plan) minimap.show(scene.plan, scene.bounds());
  }

  verbs = {
    fit: () => this.explorer.fit(),
    "zoom-in": () => this.explorer.camera.zoom(1.25),
    "zoom-out": () => this.explorer.camera.zoom(0.8),
    home: () => this.explorer.home(),
    full: () => this.full(),
    table: () => this.explorer.address.set({ view: "table" }),
    graph: () => this.explorer.address.set({ view: "graph" }),
    now: () => this.explorer.address.set({ as_of: "", compare: "" }),
    save: (button) => save(button.dataset.form, this.explorer).catch(() => this.explorer.telling.say("The file could not be made.")),
    link: async (button) => {
      await navigator.clipboard.writeText(this.explorer.address.url().href);
      button.classList.add("is-done");
      setTimeout(() => button.classList.remove("is-done"), 1600);
      this.explorer.telling.say("The link is copied.");
    },
  };

  full(on = !document.documentElement.classList.contains("lin-full")) {
    document.documentElement.classList.toggle("lin-full", on);
    if (on) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    requestAnimationFrame(() => this.explorer.scene.plan && this.explorer.home());
  }

  key = (event) => {
    if (!this.root.isConnected) return document.removeEventListener("keydown", this.key);
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, dialog")) return;
    if (event.key === "f") this.explorer.fit();
    else if (event.key === "t") this.explorer.address.set({ view: this.root.dataset.view === "table" ? "graph" : "table" });
    else if (event.key === "Escape" && !drawerIsOpen() && document.documentElement.classList.contains("lin-full")) this.full(false);
    else return;
    event.preventDefault();
  };

  // The panel of a hub's neighbours brings more of them into the drawing.
  fromDrawer = (event) => {
    const button = event.target.closest("[data-show-more]");
    if (!button || !this.root.isConnected) return;
    this.explorer.expandBy(button.dataset.of, button.dataset.showMore, Number(button.dataset.by));
  };

  // Nor is the table that was read before an answer.
  refused(words) {
    this.shown = null;
    this.holder.replaceChildren(Object.assign(document.createElement("p"), { className: "field-error", textContent: words }));
  }

  // The table is the server's, of the same question; it is fetched when somebody wants to read it.
  table(values, before) {
    const asked = this.explorer.address.query().toString();
    if (!before && "filled" in this.holder.dataset) this.shown = asked;
    if (values.view !== "table" || asked === this.shown) return;
    this.shown = asked;
    window.htmx.ajax("GET", `${this.root.dataset.table}?${asked}&view=table`, { target: this.holder, swap: "innerHTML", source: this.holder });
  }
}
