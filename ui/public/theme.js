// Sets the theme before the first paint. It is a file of its own because the
// Content-Security-Policy allows no inline script. Mantine reads the same key.
(function () {
  var choice = null;
  try {
    choice = window.localStorage.getItem("vedette-theme");
  } catch {
    // Storage may be blocked; the system's choice is then taken.
  }
  var dark =
    choice === "dark" ||
    (choice !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
