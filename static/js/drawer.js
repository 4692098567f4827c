// The side panel. A link with hx-target="#drawer-body" fills it; without htmx the same link opens the whole page.
const drawer = document.querySelector("[data-drawer]");
const body = document.querySelector("#drawer-body");
let opener = null;

function close() {
  if (!drawer?.open) return;
  drawer.close();
  body.replaceChildren();
  for (const row of document.querySelectorAll("[data-shown]")) row.removeAttribute("data-shown");
  opener?.focus({ preventScroll: true });
}

if (drawer) {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === body) opener = event.detail.elt;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    for (const row of document.querySelectorAll("[data-shown]")) row.removeAttribute("data-shown");
    opener?.closest("tr, [data-result]")?.setAttribute("data-shown", "");
    if (!drawer.open) drawer.show(); // not modal: one walks on through the table beside it
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-drawer] [data-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drawer.open && !document.querySelector("dialog:modal")) close();
  });
}
