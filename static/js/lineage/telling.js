// Everything beside the drawing: what it lacks, what the marks mean, that something is going on, and words for ears.
import { LAYERS } from "./layers.js";
import { symbolOf } from "./svg.js";
import { CHANGES, dashes } from "./wires.js";

const PATIENCE = 300; // milliseconds before a wait is told

export class Telling {
  constructor(root, explorer) {
    const part = (name) => root.querySelector(`[data-${name}]`);
    Object.assign(this, {
      root, explorer, banner: part("partial"), since: part("since"), legend: part("legend"), live: part("live"), wait: part("wait"),
      trouble: part("trouble"), nothing: part("nothing"), scale: part("scale"), count: part("count"), ghosts: part("ghosts"),
    });
    this.since.addEventListener("click", (event) => {
      event.preventDefault();
      explorer.address.set(firstKnown(explorer.answer));
    });
    if (matchMedia("(max-width: 47.99rem)").matches) this.legend.closest("details").open = false;
  }

  show(values) {
    this.root.dataset.view = values.view;
    this.root.toggleAttribute("data-selected", Boolean(values.select));
    this.trouble.hidden = true;
    this.values = values;
    this.keys();
  }

  layerName(name) {
    return LAYERS[name].label;
  }

  waiting(text) {
    const timer = setTimeout(() => {
      this.wait.hidden = false;
      this.wait.querySelector("[data-wait-text]").textContent = text;
    }, PATIENCE);
    return () => {
      clearTimeout(timer);
      this.wait.hidden = true;
    };
  }

  failed(again, text = "") {
    this.trouble.hidden = false;
    this.trouble.querySelector("[data-trouble-text]").textContent = text || "The graph could not be fetched.";
    const button = this.trouble.querySelector("button");
    button.hidden = !again;
    button.onclick = () => {
      this.trouble.hidden = true;
      again();
    };
  }

  // The question itself has no answer: asking it again would not help.
  refused(words) {
    this.failed(null, words || "There is nothing to show.");
    for (const part of [this.banner, this.ghosts, this.nothing, this.root.querySelector("[data-circles]")]) part.hidden = true;
    this.count.textContent = "";
    this.keys(null);
    if (this.values.select) this.heading({ focus: null, nodes: [] });
  }

  // "There is more" is said by the knobs; the banner is for what nobody sees otherwise.
  answered(answer) {
    const reasons = answer.reasons.filter((reason) => reason.code !== "depth");
    this.banner.hidden = !reasons.length;
    this.banner.querySelector("[data-reasons]").textContent = reasons.map((reason) => reason.message).join(" ");
    this.since.hidden = !answer.known_since;
    this.circles(answer);
    this.keys(answer);
    this.heading(answer);
  }

  circles(answer) {
    const banner = this.root.querySelector("[data-circles]");
    const paths = new Map(answer.nodes.map((node) => [node.id, node.path]));
    const told = answer.circles.map(([first, ...rest]) => `${paths.get(first)} is made from itself, by way of ${rest.map((id) => paths.get(id)).join(", ")}.`);
    banner.hidden = !told.length;
    banner.querySelector("[data-circles-text]").textContent = told.join(" ");
  }

  // The page's own heading goes along when the focus does.
  heading(answer) {
    const heading = this.root.querySelector("[data-heading]");
    this.impact(answer);
    if (!heading || this.headed === undefined) return (this.headed = named(answer));
    if (this.headed === named(answer)) return;
    this.headed = named(answer);
    const focus = answer.nodes.find((node) => node.id === answer.focus);
    const link = Object.assign(document.createElement("a"), { href: focus?.url ?? "", className: "data-name", textContent: focus?.path ?? "" });
    heading.replaceChildren(...(focus ? [symbolOf(focus.icon), link] : ["Lineage of a selection"]));
    document.title = `Lineage${focus ? ` of ${focus.path}` : ""} · Gazetteer`;
    const impact = this.root.querySelector("[data-impact]");
  }

  // What a change would hit, of the same thing and at the same moment.
  impact({ focus, column, as_of }) {
    const link = this.root.querySelector("[data-impact]");
    if (!link) return;
    link.hidden = !focus;
    const asked = Object.entries({ asset: focus, column, as_of }).filter(([, value]) => value);
    link.search = new URLSearchParams(asked);
  }

  empty(nothing) {
    this.ghosts.hidden = true;
    this.nothing.hidden = !nothing;
  }

  drawn(graph) {
    const nodes = [...graph.nodes.values()].filter((node) => !node.restricted).length;
    this.count.textContent = `${nodes} ${nodes === 1 ? "asset" : "assets"}, ${graph.edges.length} ${graph.edges.length === 1 ? "edge" : "edges"}`;
    this.say(`${this.count.textContent} shown`);
  }

  say(text) {
    this.live.textContent = text;
  }

  zoomed(k) {
    const text = `${Math.round(k * 100)} %`;
    if (this.scale.textContent !== text) this.scale.textContent = text;
  }

  // The legend has only what can be seen now.
  keys(answer = this.explorer.answer) {
    const layers = this.values.layers.split(",").filter((name) => name in LAYERS);
    const groups = layers.map((name) => [LAYERS[name].label, LAYERS[name].legend.map(mark)]);
    const uses = new Set((answer?.edges ?? []).flatMap((edge) => edge.columns ?? []).map((pair) => pair.use));
    if (uses.size) groups.push(["How a column is used", dashes(uses).map(([css, word]) => line(css, word))]);
    if (answer?.compare) groups.push(["Compared", Object.keys(CHANGES).map((change) => line(`is-${change}`, CHANGES[change]))]);
    this.legend.replaceChildren(...groups.map(([title, items]) => {
      const list = document.createElement("ul");
      list.append(...items);
      const group = document.createElement("div");
      group.append(Object.assign(document.createElement("p"), { textContent: title }), list);
      return group;
    }));
    this.legend.hidden = !groups.length;
  }
}

// Moments that lie before the first evidence, moved to it.
function firstKnown({ known_since: first, ...answer }) {
  const early = ["as_of", "compare"].filter((name) => Date.parse(answer[name]) < Date.parse(first));
  return Object.fromEntries(early.map((name) => [name, first]));
}

const named = (answer) => `${answer.focus} ${answer.column ?? ""}`;

function mark([tone, icon, word]) {
  const item = document.createElement("li");
  item.className = `tone-${tone}`;
  item.append(symbolOf(icon), word);
  return item;
}

function line(css, word) {
  const item = document.createElement("li");
  item.append(symbolOf(null, css), word);
  return item;
}
