// Light and dark: what the system says, until the reader says otherwise.
"use strict";
(function () {
  const key = "kgbuild-theme";
  const root = document.documentElement;
  function stored() {
    try { return localStorage.getItem(key); } catch (error) { return null; }
  }
  const chosen = stored();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  document.addEventListener("DOMContentLoaded", function () {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.addEventListener("click", function () {
        const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
        const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
        root.dataset.theme = next;
        try { localStorage.setItem(key, next); } catch (error) { /* not kept then */ }
        document.dispatchEvent(new CustomEvent("themechange"));
      });
    }
    for (const box of document.querySelectorAll(".filter-box")) {
      if (matchMedia("(max-width: 60rem)").matches) box.open = false;
    }
  });
})();
