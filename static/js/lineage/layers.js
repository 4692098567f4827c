// What a layer says of a node, as tone, shape and word. The tones are those of the badges everywhere else.
const UNKNOWN = { tone: "quiet", icon: "circle-dashed" };

export const LAYERS = {
  quality: {
    label: "Quality",
    mark: (node) => node.marks?.quality ?? { ...UNKNOWN, word: "Not checked" },
    legend: [
      ["good", "circle-check", "Healthy"],
      ["attention", "alert-triangle", "Warning"],
      ["bad", "circle-x", "Failing"],
      ["quiet", "circle-dashed", "Not checked"],
    ],
  },
  freshness: {
    label: "Freshness",
    mark: (node) => node.marks?.freshness ?? { ...UNKNOWN, icon: "clock-pause", word: "No promise" },
    legend: [
      ["good", "clock", "Fresh"],
      ["attention", "hourglass", "Late"],
      ["bad", "alert-octagon", "Stale"],
      ["quiet", "clock-pause", "No promise"],
    ],
  },
  pii: {
    label: "Personal data",
    mark: (node) => node.pii?.length
      ? { tone: "info", icon: "shield-lock", word: node.pii.join(", ") }
      : { tone: "quiet", icon: "minus", word: "None known" },
    legend: [["info", "shield-lock", "Personal data"], ["quiet", "minus", "None known"]],
  },
  owner: {
    label: "Owner",
    mark: (node) => node.owner
      ? { tone: "good", icon: "user-check", word: node.owner }
      : { tone: "attention", icon: "user-x", word: "Nobody" },
    legend: [["good", "user-check", "Owned"], ["attention", "user-x", "Nobody"]],
  },
  contract: {
    label: "Contract",
    mark: (node) => node.marks?.contract ?? { tone: "quiet", icon: "file", word: "No contract" },
    legend: [["info", "file-check", "Contract"], ["bad", "file-alert", "Contract broken"], ["quiet", "file", "No contract"]],
  },
};

// The marks of the layers that are on, in their order.
export function marksOf(node, layers) {
  return layers.filter((name) => name in LAYERS).map((name) => ({ layer: name, ...LAYERS[name].mark(node) }));
}
