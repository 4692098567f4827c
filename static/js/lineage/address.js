// What is shown stands in the address, and nowhere else: a link carries it, "back" undoes it, a reload keeps it.
const KNOWN = {
  asset: "",
  column: "",
  select: "",
  direction: "both",
  up: "2",
  down: "2",
  grain: "table",
  as_of: "",
  compare: "",
  kinds: "",
  platform: "",
  schema: "",
  expand: "",
  shut: "",
  layers: "quality",
  view: "graph",
};
const SEVERAL = new Set(["kinds", "platform", "schema", "expand", "shut", "layers"]); // in the address once for each value
const DRAWN_ALIKE = new Set(["shut", "layers", "view"]); // what the server need not be asked for again

export class Address {
  // `fixed` are values that the page itself gives (an asset's own tab); they never stand in its address.
  constructor(fixed, changed) {
    this.fixed = fixed;
    this.changed = changed;
    this.values = this.read();
    addEventListener("popstate", this.back);
  }

  back = () => {
    const before = this.values;
    this.values = this.read();
    this.changed(this.values, before);
  };

  read() {
    const given = new URL(location.href).searchParams;
    const value = (name) => (SEVERAL.has(name) ? given.has(name) && given.getAll(name).join(",") : given.get(name));
    return Object.fromEntries(
      Object.entries(KNOWN).map(([name, otherwise]) => {
        const said = this.fixed[name] ?? value(name);
        return [name, said === null || said === false ? otherwise : said];
      }),
    );
  }

  // A step that "back" should undo is pushed; a mere adjustment takes the place of what is there.
  set(changes, { push = true } = {}) {
    const before = this.values;
    this.values = { ...before, ...changes };
    if (Object.keys(changes).every((name) => before[name] === this.values[name])) return;
    history[push ? "pushState" : "replaceState"]({}, "", this.url());
    this.changed(this.values, before);
  }

  url() {
    const here = new URL(location.href);
    this.write(here.searchParams, (name) => !(name in this.fixed));
    return here;
  }

  // What the server is asked, whoever asks: the graph, the table, an export.
  query() {
    const asked = new URLSearchParams();
    this.write(asked, (name) => !DRAWN_ALIKE.has(name), { whole: true });
    return asked;
  }

  write(params, wanted, { whole = false } = {}) {
    for (const [name, otherwise] of Object.entries(KNOWN)) {
      params.delete(name);
      const value = this.values[name];
      if (!wanted(name) || (value === otherwise && !(whole && value))) continue;
      if (SEVERAL.has(name)) for (const one of value ? value.split(",") : [""]) params.append(name, one);
      else params.set(name, value);
    }
  }

  asksAnew(before) {
    return Object.keys(KNOWN).some((name) => !DRAWN_ALIKE.has(name) && this.values[name] !== before[name]);
  }

  list(name) {
    return this.values[name] ? this.values[name].split(",").filter(Boolean) : [];
  }

  leave() {
    removeEventListener("popstate", this.back);
  }
}
