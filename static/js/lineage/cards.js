// One asset as a card, in full or, seen from afar, as a name and its tone.
import { FOOT, HEAD, ROW, WIDTH } from "./boxes.js";
import { marksOf } from "./layers.js";
import { cut, el, icon, width } from "./svg.js";

let fonts = null;

// The faces come from the style sheet; text is measured in them before it is drawn, so they must be there.
export async function useFonts(root) {
  const style = getComputedStyle(root);
  const [sans, mono] = [style.getPropertyValue("--sans"), style.getPropertyValue("--mono")];
  fonts = {
    title: `500 13px ${mono}`, place: `400 12px ${sans}`, column: `400 12px ${mono}`, type: `400 11px ${mono}`,
    mark: `500 12px ${sans}`, far: `500 24px ${mono}`,
  };
  await Promise.race([
    Promise.all([fonts.title, fonts.column, fonts.mark].map((font) => document.fonts.load(font))),
    new Promise((done) => setTimeout(done, 400)),
  ]).catch(() => {});
}

export function cardOf(node, box, { far, layers, focus, lineOf }) {
  if (node.restricted) return stub(node, box);
  const card = el("g", {
    class: `lin-card${node.id === focus ? " is-focus" : ""}${node.change ? ` is-${node.change}` : ""}`,
    "data-id": node.id, role: "button", tabindex: "-1", "aria-label": spoken(node, layers),
  });
  const marks = marksOf(node, layers);
  card.append(
    el("rect", { class: "lin-face", width: box.width, height: box.height, rx: 7 }),
    el("path", { class: `lin-tone tone-${marks[0]?.tone ?? "none"}`, d: leftEdge(box.height) }),
  );
  if (far) return farCard(card, node, box, marks);
  head(card, node);
  for (const row of box.rows) card.append(line(node, row));
  if (box.fold !== null && box.fold !== undefined) card.append(fold(node, box));
  foot(card, node, box, marks, lineOf);
  return card;
}

export function spoken(node, layers) {
  const told = marksOf(node, layers).map((mark) => mark.word);
  const place = node.level === 0 ? "in focus" : `${Math.abs(node.level)} ${node.level < 0 ? "upstream" : "downstream"}`;
  return [`${node.kind_label} ${node.path || node.title}`, place, ...told].join(", ");
}

const leftEdge = (height) => `M7 .5H5V${height - 0.5}H7A6.5 6.5 0 0 1 .5 ${height - 7}V7A6.5 6.5 0 0 1 7 .5Z`;

function head(card, node) {
  card.append(
    el("title", {}, node.path || node.title),
    icon(node.icon, 14, 11, 16),
    el("text", { class: "lin-title", x: 37, y: 24 }, cut(node.title, fonts.title, WIDTH - 48)),
    el("text", { class: "lin-place", x: 37, y: 40 }, cut(place(node), fonts.place, WIDTH - 48)),
  );
}

const place = (node) => [node.schema || node.kind_label, node.platform].filter(Boolean).join(" · ");

function line(node, row) {
  const room = WIDTH - 28;
  const type = cut((row.type ?? "").toLowerCase(), fonts.type, 70);
  const taken = type ? width(type, fonts.type) + 10 : 0;
  const pii = row.pii ? 18 : 0;
  return el("g", { class: "lin-row", "data-column": row.name, transform: `translate(0 ${row.y})` },
    el("rect", { class: "lin-row-face", x: 1, width: WIDTH - 2, height: ROW }),
    el("text", { class: "lin-column", x: 14, y: 15 }, cut(row.name, fonts.column, room - taken - pii)),
    pii && icon("shield-lock", WIDTH - 14 - taken - 15, 4, 14, "lin-pii"),
    type && el("text", { class: "lin-type", x: WIDTH - 12, y: 15, "text-anchor": "end" }, type),
  );
}

function fold(node, box) {
  const text = box.rest ? `${box.rest} more ${box.rest === 1 ? "column" : "columns"}` : "Show fewer";
  return el("g", { class: "lin-fold", "data-fold": node.id, transform: `translate(0 ${box.fold})` },
    el("rect", { class: "lin-row-face", x: 1, width: WIDTH - 2, height: ROW }),
    icon(box.rest ? "chevron-down" : "chevron-up", 12, 4, 14),
    el("text", { class: "lin-place", x: 30, y: 15 }, text),
  );
}

// Marks with their words as long as there is room, then by shape alone; their words stay as titles.
function foot(card, node, box, marks, lineOf) {
  const y = box.foot;
  card.append(el("path", { class: "lin-rule", d: `M12 ${y}H${WIDTH - 12}` }));
  const counted = node.column_count ? `${node.column_count} col` : "";
  const side = counted ? width(counted, fonts.place) + 16 : 0;
  let x = 13;
  marks.forEach((mark, index) => {
    const later = (marks.length - index - 1) * 22;
    const word = cut(mark.word, fonts.mark, Math.min(130, WIDTH - 13 - side - later - x - 24));
    const said = word.length > 3 || word === mark.word ? word : "";
    card.append(el("g", { class: `lin-mark tone-${mark.tone}` },
      el("title", {}, lineOf(mark)),
      icon(mark.icon, x, y + 7, 14),
      el("text", { x: x + 18, y: y + 18.5 }, said)));
    x += 22 + (said ? width(said, fonts.mark) + 8 : 0);
  });
  if (counted) card.append(el("text", { class: "lin-place lin-count", x: WIDTH - 12, y: y + 18.5, "text-anchor": "end" }, counted));
}

function farCard(card, node, box, marks) {
  const middle = box.height / 2;
  card.append(icon(node.icon, 18, middle - 14, 28),
    el("text", { class: "lin-far", x: 56, y: middle + 8 }, cut(node.title, fonts.far, WIDTH - 66 - (marks.length ? 26 : 0))));
  if (marks.length) {
    card.append(el("g", { class: `lin-mark tone-${marks[0].tone}` }, icon(marks[0].icon, WIDTH - 34, middle - 12, 24)));
  }
  return card;
}

function stub(node, box) {
  return el("g", { class: "lin-card lin-stub", "data-id": node.id, role: "img", tabindex: "-1", "aria-label": "Restricted: something that you may not see" },
    el("title", {}, "Something that you may not see"),
    el("rect", { class: "lin-face", width: box.width, height: box.height, rx: 7 }),
    icon("lock", 14, 10, 16),
    el("text", { class: "lin-place", x: 38, y: 23 }, "Restricted"));
}

// What opens and closes a side of a card: "+12" where there is more, "−" where something can be folded away.
export function knobsOf(node, box, sides) {
  return sides.map(({ side, more, open, added, removed }) => {
    const news = [added && `${added.toLocaleString("en")} new`, removed && `${removed.toLocaleString("en")} gone`].filter(Boolean);
    const text = more ? [`+${more.toLocaleString("en")}`, ...news].join(", ") : "−";
    const wide = Math.max(24, width(text, fonts.mark) + 14);
    const x = side === "down" ? box.width - 4 : 4 - wide;
    const said = more
      ? [`Show ${more.toLocaleString("en")} more ${side}stream of ${node.title}`, ...news].join(", ")
      : `Hide what is ${side}stream of ${node.title}`;
    return el("g", {
      class: `lin-knob${more ? "" : " is-less"}${news.length ? " is-news" : ""}`, role: "button", tabindex: "-1", "aria-label": said,
      "data-knob": side, "data-of": node.id, "data-more": more, "data-open": open,
      transform: `translate(${x} ${box.height - FOOT + 2})`,
    },
      el("title", {}, said),
      el("rect", { class: "lin-reach", x: (wide - 44) / 2, y: -10, width: 44, height: 44 }),
      el("rect", { class: "lin-knob-face", width: wide, height: 24, rx: 12 }),
      el("text", { x: wide / 2, y: 16.5, "text-anchor": "middle" }, text));
  });
}

export const headY = HEAD / 2;
