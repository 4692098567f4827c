// The side panel: an asset at a glance, the evidence of an edge, neighbours beyond what is drawn.
export function openInDrawer(url, from) {
  window.htmx.ajax("GET", url, { source: from ?? document.body, target: "#drawer-body", swap: "innerHTML" });
}

export function drawerIsOpen() {
  return Boolean(document.querySelector("[data-drawer]")?.open);
}
