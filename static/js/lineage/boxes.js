// How large a card is and where its lines stand: what the layout needs to know before anything is drawn.
export const WIDTH = 248;
export const HEAD = 50;
export const FOOT = 28;
export const ROW = 22;
export const FOLD = 8; // columns of a card before "n more"
const STUB = { width: 132, height: 36 };

export function boxOf(node, { grain, unfolded, column }) {
  if (node.restricted) return { ...STUB, rows: [], rest: 0, middle: STUB.height / 2 };
  const all = grain === "column" ? node.columns ?? [] : [];
  const shown = unfolded.has(node.id) ? all : firstOf(all, column);
  const rest = all.length - shown.length;
  const foldable = all.length > FOLD;
  const lines = shown.length + (foldable ? 1 : 0);
  const rows = shown.map((one, index) => ({ ...one, y: HEAD + index * ROW }));
  const columns = lines ? lines * ROW + 6 : 0;
  return {
    width: WIDTH,
    height: HEAD + columns + FOOT,
    rows,
    rest,
    fold: foldable ? HEAD + shown.length * ROW : null,
    foot: HEAD + columns,
    middle: HEAD / 2,
  };
}

// A column that is asked for never hides behind the fold.
function firstOf(all, column) {
  if (all.length <= FOLD) return all;
  const first = all.slice(0, FOLD);
  const meant = column && all.find((one) => one.name.toLowerCase() === column.toLowerCase());
  return meant && !first.includes(meant) ? [...first.slice(0, FOLD - 1), meant] : first;
}

// Where a wire meets the card: at the column's line, at the fold where that hides the column, else at the head.
export function portY(box, column) {
  if (!column) return box.middle;
  const name = column.toLowerCase();
  const row = box.rows.find((one) => one.name.toLowerCase() === name);
  if (row) return row.y + ROW / 2;
  return box.fold === null || box.fold === undefined ? box.middle : box.fold + ROW / 2;
}
