// The contract's editor: line numbers beside the text, faults marked on them, a press on a fault goes to its line.
const editor = document.querySelector("[data-editor]");
const text = editor?.querySelector("textarea");
const lines = editor?.querySelector(".editor-lines");

function number() {
  const wanted = text.value.split("\n").length;
  while (lines.childElementCount > wanted) lines.lastElementChild.remove();
  while (lines.childElementCount < wanted) {
    lines.append(Object.assign(document.createElement("span"), { textContent: lines.childElementCount + 1 }));
  }
  lines.scrollTop = text.scrollTop;
}

function mark() {
  const bad = new Set((document.querySelector("#check")?.dataset.badLines ?? "").split(" "));
  for (const line of lines.children) line.classList.toggle("is-bad", bad.has(line.textContent));
}

function goTo(line) {
  const before = text.value.split("\n").slice(0, line - 1).join("\n");
  const start = before.length + (line > 1 ? 1 : 0);
  const end = text.value.indexOf("\n", start);
  text.focus();
  text.setSelectionRange(start, end < 0 ? text.value.length : end);
  text.scrollTop = Math.max(0, (line - 4) * Number.parseFloat(getComputedStyle(text).lineHeight));
}

if (text) {
  number();
  mark();
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => (lines.scrollTop = text.scrollTop));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!text.dataset.typed) return; // who only walks through the page with Tab gets past
    event.preventDefault();
    text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  text.addEventListener("beforeinput", () => (text.dataset.typed = "yes"));
  text.addEventListener("blur", () => delete text.dataset.typed);
  document.addEventListener("htmx:afterSwap", mark);
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    if (line) goTo(Number(line.dataset.line));
  });
}
