// A trigger opens its act and lights up its words; an address can point at an act or at characters.
"use strict";
(function () {
  const text = document.querySelector("[data-text]");
  if (!text) return;
  const panels = Array.from(document.querySelectorAll("details.act"));
  const pieces = Array.from(text.querySelectorAll("[data-s]"));
  const roles = ["agent", "addressee", "source", "time", "condition"];

  function clear() {
    for (const piece of pieces) {
      piece.classList.remove("lit", "lit-trigger", "cited", ...roles.map((role) => "lit-" + role));
    }
  }

  function light(number) {
    clear();
    for (const piece of pieces) {
      if ((piece.dataset.acts || "").split(" ").includes(number)) piece.classList.add("lit");
      if ((piece.dataset.trigger || "").split(" ").includes(number)) piece.classList.add("lit-trigger");
      for (const pair of (piece.dataset.roles || "").trim().split(" ")) {
        const [act, role] = pair.split(":");
        if (act === number && roles.includes(role)) piece.classList.add("lit-" + role);
      }
    }
    const panel = panels.find((one) => one.dataset.panel === number);
    text.dataset.family = panel ? Array.from(panel.classList).find((c) => c.startsWith("fam-")) : "";
  }

  function triggerOf(number) {
    return pieces.find((piece) => (piece.dataset.trigger || "").split(" ").includes(number));
  }

  function open(panel, focus) {
    for (const other of panels) if (other !== panel) other.open = false;
    panel.open = true;
    light(panel.dataset.panel);
    panel.scrollIntoView({ block: "nearest" });
    if (focus) panel.querySelector("summary").focus({ preventScroll: true });
  }

  function back(number) {
    const place = triggerOf(number);
    if (place) { place.scrollIntoView({ block: "center" }); place.focus(); }
  }

  text.addEventListener("click", function (event) {
    const place = event.target.closest("[data-trigger]");
    if (!place) return;
    event.preventDefault();
    const numbers = place.dataset.trigger.split(" ");
    const shown = panels.find((one) => one.open);
    const next = numbers[(numbers.indexOf(shown ? shown.dataset.panel : "") + 1) % numbers.length];
    const panel = panels.find((one) => one.dataset.panel === next);
    if (panel) { history.replaceState(null, "", "#" + panel.id); open(panel, true); }
  });

  for (const panel of panels) {
    panel.addEventListener("toggle", function () {
      if (panel.open) light(panel.dataset.panel);
      else if (!panels.some((one) => one.open)) clear();
    });
    panel.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { panel.open = false; back(panel.dataset.panel); }
    });
    for (const link of panel.querySelectorAll("[data-back]")) {
      link.addEventListener("click", function (event) { event.preventDefault(); back(link.dataset.back); });
    }
  }

  function follow() {
    const place = location.hash.slice(1);
    const panel = panels.find((one) => one.id === place);
    if (panel) {
      open(panel, false);
      const trigger = triggerOf(panel.dataset.panel);
      if (trigger) trigger.scrollIntoView({ block: "center" });
      return;
    }
    const found = /^c(\d+)-(\d+)$/.exec(place);
    if (!found) return;
    const start = Number(found[1]), end = Number(found[2]);
    clear();
    const hit = pieces.filter((one) => Number(one.dataset.s) < end && Number(one.dataset.e) > start);
    for (const one of hit) one.classList.add("cited");
    if (hit.length) hit[0].scrollIntoView({ block: "center" });
  }

  addEventListener("hashchange", follow);
  follow();
})();
