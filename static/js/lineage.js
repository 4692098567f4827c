// Starts the lineage explorer wherever one comes into the page; until then its modules are not fetched.
async function start() {
  for (const root of document.querySelectorAll("[data-explorer]:not([data-started])")) {
    try {
      const { start: begin } = await import(root.dataset.explorer);
      begin(root);
    } catch (error) {
      root.dataset.view = "table"; // the same graph can still be read
      throw error;
    }
  }
}

document.addEventListener("htmx:afterSettle", start);
start();
