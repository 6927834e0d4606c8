// In static files nobody answers a form: the filters work on the cards of the page, and stay in its address.
"use strict";
(function () {
  const form = document.querySelector("[data-filters]");
  if (!form || !document.documentElement.hasAttribute("data-static")) return;
  const cards = Array.from(document.querySelectorAll("article.card"));
  const count = document.querySelector("[data-count]");
  const empty = document.querySelector("[data-empty]");

  function has(list, value) { return (list || "").split(" ").includes(value); }

  function fits(card, f) {
    const d = card.dataset;
    if (f.actor) {
      const agent = has(d.agents, f.actor), addressee = has(d.addressees, f.actor);
      if (f.role === "agent" ? !agent : f.role === "addressee" ? !addressee : !(agent || addressee)) return false;
    }
    return (!f.whom || has(d.addressees, f.whom)) && (!f.type || has(d.type, f.type)) &&
      (!f.topic || has(d.topics, f.topic)) && (!f.outlet || has(d.outlets, f.outlet)) &&
      (!f.polarity || has(d.polarity, f.polarity)) &&
      (!f.since || (d.until && d.until >= f.since)) && (!f.until || (d.day && d.day <= f.until)) &&
      (!f.undated || !d.day);
  }

  function apply() {
    const f = Object.fromEntries(Array.from(new FormData(form)).filter((pair) => pair[1]));
    let shown = 0;
    for (const card of cards) { card.hidden = !fits(card, f); if (!card.hidden) shown += 1; }
    for (const month of document.querySelectorAll(".month")) {
      month.hidden = !month.querySelector("article.card:not([hidden])");
    }
    count.textContent = shown + " / " + cards.length;
    empty.hidden = shown > 0;
    return f;
  }

  const asked = new URLSearchParams(location.search);
  for (const [name, value] of asked) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value === "yes";
    else field.value = value;
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const query = new URLSearchParams(apply()).toString();
    history.replaceState(null, "", location.pathname + (query ? "?" + query : ""));
  });
  if (asked.toString()) apply();
})();
