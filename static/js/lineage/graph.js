// One answer of the server as a graph: who stands beside whom, and what a node or a column reaches in what is shown.
export class Graph {
  // `shut`: sides ("<id>:down") that somebody folded away; what is reached through them alone is not shown.
  constructor(answer, shut = new Set()) {
    this.answer = answer;
    const edges = answer.edges.map((edge) => ({ columns: [], confidence: [], ...edge }));
    const kept = reached(answer, edges, shut);
    this.nodes = new Map(answer.nodes.filter((node) => kept.has(node.id)).map((node) => [node.id, node]));
    this.edges = edges.filter((edge) => this.nodes.has(edge.from) && this.nodes.has(edge.to));
    this.edge = new Map(this.edges.map((edge) => [edge.id, edge]));
    this.out = grouped(this.edges, "from");
    this.in = grouped(this.edges, "to");
  }

  get focus() {
    return this.nodes.get(this.answer.focus);
  }

  beside(id, side) {
    return side === "up"
      ? (this.in.get(id) ?? []).map((edge) => edge.from)
      : (this.out.get(id) ?? []).map((edge) => edge.to);
  }

  // Everything on the way to and from a node: {nodes, edges}.
  way(id) {
    const lit = { nodes: new Set([id]), edges: new Set(), columns: new Set() };
    for (const [next, far] of [[this.out, "to"], [this.in, "from"]]) {
      walk([id], (at) => (next.get(at) ?? []).map((edge) => {
        lit.edges.add(edge.id);
        lit.nodes.add(edge[far]);
        return edge[far];
      }));
    }
    return lit;
  }

  // The same for a column: only what its values, or the rows that it decides, pass through.
  columnWay(id, column) {
    const first = spot(id, column);
    const lit = { nodes: new Set([id]), edges: new Set(), columns: new Set([first]), pairs: new Set() };
    for (const [next, here, there] of [[this.out, "from", "to"], [this.in, "to", "from"]]) {
      walk([first], (at) => {
        const [asset, name] = parted(at);
        if (!name) return [];
        return (next.get(asset) ?? []).flatMap((edge) => edge.columns.flatMap((pair, index) => {
          if (folded(pair[here]) !== name) return [];
          const far = spot(edge[there], pair[there]);
          lit.edges.add(edge.id);
          lit.pairs.add(`${edge.id}#${index}`);
          lit.nodes.add(edge[there]);
          lit.columns.add(far);
          return [far];
        }));
      });
    }
    return lit;
  }
}

export const folded = (name) => name.toLowerCase();
export const spot = (id, column) => `${id} ${folded(column ?? "")}`;
const parted = (at) => [at.slice(0, at.indexOf(" ")), at.slice(at.indexOf(" ") + 1)];

function reached(answer, edges, shut) {
  const all = new Set(answer.nodes.map((node) => node.id));
  if (!shut.size || !answer.focus) return all;
  const [out, into] = [grouped(edges, "from"), grouped(edges, "to")];
  const seen = new Set([answer.focus]);
  walk([answer.focus], (at) => {
    const down = shut.has(`${at}:down`) ? [] : (out.get(at) ?? []).map((edge) => edge.to);
    const up = shut.has(`${at}:up`) ? [] : (into.get(at) ?? []).map((edge) => edge.from);
    for (const next of [...down, ...up]) seen.add(next);
    return [...down, ...up];
  });
  return seen;
}

function grouped(edges, end) {
  const found = new Map();
  for (const edge of edges) {
    if (!found.has(edge[end])) found.set(edge[end], []);
    found.get(edge[end]).push(edge);
  }
  return found;
}

function walk(start, steps) {
  const seen = new Set(start);
  const rest = [...start];
  while (rest.length) {
    for (const next of steps(rest.pop())) {
      if (!seen.has(next)) {
        seen.add(next);
        rest.push(next);
      }
    }
  }
}
