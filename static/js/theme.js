// Before the page is drawn: the reader's choice of light or dark, else that of their system.
(function () {
  "use strict";
  function chosen() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is closed: the system's choice holds
    }
  }
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    document.documentElement.dataset.bsTheme = chosen() || (system.matches ? "dark" : "light");
  }
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", next);
    } catch {
      // it holds for this page then
    }
    document.documentElement.dataset.bsTheme = next;
  });
})();
