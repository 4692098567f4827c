// The theme: as the system says, until somebody chooses.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function stored() {
  try {
    return localStorage.getItem("theme") ?? "auto";
  } catch {
    return "auto";
  }
}

function show(choice) {
  root.dataset.bsTheme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
  for (const button of document.querySelectorAll("[data-theme-choice] button")) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === choice));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice] button");
  if (!button) return;
  try {
    if (button.dataset.theme === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", button.dataset.theme);
  } catch {
    // the choice then lasts as long as the page
  }
  show(button.dataset.theme);
});

system.addEventListener("change", () => show(stored()));
show(stored());
