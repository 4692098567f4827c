// Small conveniences: copy, menus that close, messages that go, a table's filter, forms that are sent once.
document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = copy.dataset.copyFrom ? document.querySelector(copy.dataset.copyFrom) : null;
    await navigator.clipboard.writeText(source ? source.textContent : copy.dataset.copy);
    copy.classList.add("is-done");
    setTimeout(() => copy.classList.remove("is-done"), 1600);
  }
  const done = event.target.closest("[data-dismiss]");
  if (done) (done.dataset.dismiss ? done.closest(done.dataset.dismiss) : done.parentElement).remove();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
  for (const fold of document.querySelectorAll("[data-open-when-wide]")) fold.open = true;
}

function filterRows(input) {
  const wanted = input.value.trim().toLowerCase();
  const table = document.getElementById(input.dataset.filter);
  let shown = 0;
  for (const row of table.querySelectorAll("[data-row]")) {
    row.hidden = wanted !== "" && !row.dataset.row.toLowerCase().includes(wanted);
    if (!row.hidden) shown += 1;
  }
  const note = document.getElementById(input.dataset.filterNote);
  if (note) note.textContent = wanted ? `${shown} shown` : "";
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-filter]")) filterRows(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  if (event.target.matches("input[type=file][data-file-list]")) {
    const list = document.getElementById(event.target.dataset.fileList);
    list.replaceChildren(
      ...[...event.target.files].map((file) => Object.assign(document.createElement("li"), { textContent: file.name })),
    );
  }
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method === "get") return;
  setTimeout(() => (button.disabled = true)); // after the browser has read the form
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // back from the browser's memory: what was sent can be sent again
  for (const button of document.querySelectorAll("button[type=submit][disabled]")) button.disabled = false;
});
