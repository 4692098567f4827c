// Places for cards and ways for wires, by elkjs in a worker: the page stays awake however long it takes.
import "../../vendor/elk-api.js";
import { portY } from "./boxes.js";

const MOST_WIRES = 700; // above it the pairs of assets decide the places, and columns are joined by plain curves
const MANY = 150; // cards: from here on a good order counts less than an early one
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": "26",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "9",
  "elk.spacing.componentComponent": "48",
  "elk.layered.spacing.nodeNodeBetweenLayers": "76",
  "elk.layered.spacing.edgeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "9",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.considerModelOrder.strategy": "PREFER_NODES",
};

export class Layout {
  constructor(workerUrl) {
    this.workerUrl = workerUrl;
    this.elk = this.fresh(); // it takes a moment to start, so it starts before there is anything to do
    this.running = false;
    this.turn = 0;
  }

  fresh() {
    return new window.ELK({ workerFactory: () => new Worker(this.workerUrl) });
  }

  // `boxes`: {id: box}; `before`: {id: {x, y}} of what was shown, whose order is kept. Null where a later call overtook it.
  async place(graph, boxes, { grain, before, anchor }) {
    this.stop();
    const turn = this.turn;
    const wires = wiresOf(graph, boxes, grain);
    const simple = wires.length > MOST_WIRES;
    const told = asked(graph, boxes, simple ? pairs(graph) : wires, before, anchor);
    this.elk ??= this.fresh();
    this.running = true;
    try {
      const placed = await this.elk.layout(told, { layoutOptions: { ...OPTIONS, ...quick(graph), ...stable(graph, before) } });
      return turn === this.turn ? answer(placed, wires, boxes, simple) : null;
    } finally {
      if (turn === this.turn) this.running = false;
    }
  }

  // A worker that is not idle is ended, not waited for: its answer is of no use any more.
  stop() {
    this.turn += 1;
    if (!this.running) return;
    this.elk.terminateWorker();
    this.elk = null;
    this.running = false;
  }
}

// Every line to be drawn: one a pair of assets, or one a pair of columns where those are asked for and known.
export function wiresOf(graph, boxes, grain) {
  return graph.edges.flatMap((edge) => {
    const pair = { id: edge.id, edge, from: edge.from, to: edge.to, fromColumn: "", toColumn: "", use: "" };
    if (grain !== "column" || !edge.columns.length) return [pair];
    const seen = new Set();
    return edge.columns.flatMap((one, index) => {
      const ends = [portY(boxes.get(edge.from), one.from), portY(boxes.get(edge.to), one.to)].join();
      if (seen.has(ends)) return []; // both behind one fold
      seen.add(ends);
      return [{ ...pair, id: `${edge.id}#${index}`, fromColumn: one.from, toColumn: one.to, use: one.use }];
    });
  });
}

const pairs = (graph) => graph.edges.map((edge) => ({ id: edge.id, from: edge.from, to: edge.to }));
const port = (id, side, y) => `${id}|${side}|${y}`;

function asked(graph, boxes, wires, before, anchor) {
  const ports = new Map([...graph.nodes.keys()].map((id) => [id, new Map()]));
  const edges = wires.map((wire) => {
    const [out, into] = [portY(boxes.get(wire.from), wire.fromColumn), portY(boxes.get(wire.to), wire.toColumn)];
    const [source, target] = [port(wire.from, "out", out), port(wire.to, "in", into)];
    ports.get(wire.from).set(source, { x: boxes.get(wire.from).width, y: out, side: "EAST" });
    ports.get(wire.to).set(target, { x: 0, y: into, side: "WEST" });
    return { id: wire.id, sources: [source], targets: [target] };
  });
  const children = ordered(graph, before, anchor).map((id) => ({
    id,
    width: boxes.get(id).width,
    height: boxes.get(id).height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [...ports.get(id)].map(([name, at]) => ({
      id: name, x: at.x, y: at.y, width: 0, height: 0, layoutOptions: { "elk.port.side": at.side },
    })),
  }));
  return { id: "root", children, edges };
}

// New cards come where their opener is, all others keep their order from top to bottom.
function ordered(graph, before, anchor) {
  const ids = [...graph.nodes.keys()];
  if (!before.size) return ids;
  const opened = before.get(anchor)?.y ?? 0;
  const place = new Map(ids.map((id, index) => [id, before.get(id)?.y ?? opened + 0.5 + index / 1000]));
  return ids.sort((one, other) => place.get(one) - place.get(other));
}

const quick = (graph) => (graph.nodes.size > MANY ? { "elk.layered.thoroughness": "2" } : {});

function stable(graph, before) {
  const kept = [...graph.nodes.keys()].filter((id) => before.has(id)).length;
  return kept > 1 ? { "elk.layered.crossingMinimization.forceNodeModelOrder": "true" } : {};
}

function answer(placed, wires, boxes, simple) {
  const places = new Map(placed.children.map((child) => [child.id, { x: child.x, y: child.y }]));
  const ways = new Map();
  if (!simple) for (const edge of placed.edges) ways.set(edge.id, points(edge.sections?.[0]));
  const drawn = wires.map((wire) => {
    const [a, b] = [places.get(wire.from), places.get(wire.to)];
    const [from, to] = [boxes.get(wire.from), boxes.get(wire.to)];
    const start = { x: a.x + from.width, y: a.y + portY(from, wire.fromColumn) };
    const end = { x: b.x, y: b.y + portY(to, wire.toColumn) };
    return { ...wire, points: ways.get(wire.id) ?? [start, end], curved: !ways.get(wire.id) };
  });
  return { places, wires: drawn, width: placed.width, height: placed.height };
}

const points = (section) => section && [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
