// The search box: palette on "/" and Ctrl/⌘K, arrows and Enter in its matches, arrows and "p" on the results page.
const palette = document.querySelector("[data-palette]");

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

function openPalette() {
  if (!palette || palette.open) return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
  palette.showModal();
  const input = palette.querySelector("input");
  input.select();
}

document.addEventListener("click", (event) => {
  const trigger = event.target.closest("[data-open-palette]");
  if (trigger && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openPalette();
  }
  if (event.target === palette) palette.close(); // the veil around the box
});

document.addEventListener("keydown", (event) => {
  const chord = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !typing(event.target);
  if (chord || slash) {
    event.preventDefault();
    const own = document.querySelector("[data-search-box]");
    if (slash && own && !palette?.open) own.focus();
    else openPalette();
  }
});

// A combobox: the focus stays in the input, aria-activedescendant says which match is meant.
function options(form) {
  return [...form.querySelectorAll('[role="option"]')];
}

function activate(form, option) {
  const input = form.querySelector('[role="combobox"]');
  for (const other of options(form)) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function step(form, by) {
  const list = options(form);
  if (!list.length) return;
  const now = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = now + by;
  activate(form, next < 0 ? null : list[Math.min(next, list.length - 1)]);
}

// A filter that is completed goes back into the box, where one goes on writing.
function complete(form, option) {
  const input = form.querySelector('[role="combobox"]');
  input.value = option.dataset.complete;
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function fold(form) {
  const box = form.querySelector('[role="listbox"]');
  box.replaceChildren();
  form.querySelector('[role="combobox"]').setAttribute("aria-expanded", "false");
  activate(form, null);
}

for (const form of document.querySelectorAll("[data-combobox]")) {
  const input = form.querySelector('[role="combobox"]');
  const inline = form.hasAttribute("data-inline");
  form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(form, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const chosen = options(form).find((option) => option.getAttribute("aria-selected") === "true");
      if (chosen) {
        event.preventDefault();
        if (chosen.dataset.complete) complete(form, chosen);
        else if (event.ctrlKey || event.metaKey) window.open(chosen.href, "_blank", "noopener");
        else location.assign(chosen.href);
      }
    } else if (event.key === "Escape" && inline && input.getAttribute("aria-expanded") === "true") {
      event.preventDefault();
      fold(form);
    } else if (event.key === "Escape" && !inline) {
      // a search box would only empty itself and keep the dialog open
      event.preventDefault();
      form.closest("dialog")?.close();
    }
  });
  form.addEventListener("click", (event) => {
    const option = event.target.closest("[data-complete]");
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    complete(form, option);
  });
  form.addEventListener("htmx:afterSwap", () => {
    const shown = options(form).length > 0;
    input.setAttribute("aria-expanded", String(shown));
    activate(form, null);
  });
  if (inline) {
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) fold(form);
    });
  }
}

// The results page: ↑ ↓ walk the cards, Enter opens (it is a link), p peeks.
document.addEventListener("keydown", (event) => {
  const cards = [...document.querySelectorAll("[data-result]")];
  if (!cards.length || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || palette?.open) return;
  const links = cards.map((card) => card.querySelector("[data-result-link]"));
  const now = cards.findIndex((card) => card.contains(document.activeElement));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = event.key === "ArrowDown" ? now + 1 : now - 1;
    if (next >= 0 && next < links.length) {
      event.preventDefault();
      links[next].focus();
      links[next].scrollIntoView({ block: "nearest" });
    }
  } else if (event.key === "p" && now >= 0) {
    event.preventDefault();
    cards[now].querySelector("[data-peek]")?.click();
  }
});

// What is peeked at stands in the address, so that a reload keeps it; closed, it leaves it, and the focus goes to the result.
document.querySelector("[data-drawer]")?.addEventListener("close", () => {
  const here = new URL(location.href);
  if (here.searchParams.has("peek")) {
    here.searchParams.delete("peek");
    history.replaceState(history.state, "", here);
  }
  document.activeElement?.closest?.("[data-result]")?.querySelector("[data-result-link]").focus({ preventScroll: true });
});
