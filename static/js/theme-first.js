// Runs before the first paint, so that nobody who chose the night sees a flash of day.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("theme");
  } catch (error) {
    // storage may be forbidden; the system's theme it is
  }
  if (choice !== "light" && choice !== "dark") {
    choice = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.setAttribute("data-bs-theme", choice);
  document.documentElement.classList.add("js");
})();
