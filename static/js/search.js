/* The search page keeps its place while parts of it are replaced. It works without this. */
"use strict";

/* Panels that somebody opened or closed stay so when new counts arrive. */
const panelStates = new Map();

document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.facet")) panelStates.set(event.target.id, event.target.open);
}, true);

document.addEventListener("htmx:oobAfterSwap", () => {
  for (const [id, open] of panelStates) {
    const panel = document.getElementById(id);
    if (panel) panel.open = open;
  }
});

/* A link that is gone after the swap hands the focus to the heading of the results. */
document.addEventListener("htmx:afterSettle", (event) => {
  const trigger = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (!trigger || !trigger.matches("[data-turn]")) return;
  if (trigger.matches("[data-clears-text]")) document.getElementById("q").value = "";
  const heading = document.getElementById("results-title");
  if (heading && event.target.id === "results") heading.focus({ preventScroll: true });
});

/* j and k go through the results, x chooses, / goes to the search box, ? lists the keys (see
   recruiter/views/search_dialogs.py). Enter is the link's own, since it has the focus. */
(() => {
  const cards = () => [...document.querySelectorAll("#results .result")];
  const linkOf = (card) => card.querySelector("h3 a");
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  function step(by) {
    const all = cards();
    if (!all.length) return;
    const now = all.findIndex((card) => card.contains(document.activeElement));
    const next = all[Math.min(Math.max(now === -1 ? (by > 0 ? 0 : all.length - 1) : now + by, 0), all.length - 1)];
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function choose() {
    const card = document.activeElement.closest("#results .result");
    const tick = card && card.querySelector('input[name="person"]');
    if (!tick) return;
    tick.click();
    const name = linkOf(card).textContent;
    document.getElementById("status").textContent = tick.checked ? `${name} is chosen` : `${name} is not chosen`;
  }

  const deeds = {
    j: () => step(1),
    k: () => step(-1),
    x: choose,
    "/": () => document.getElementById("q").focus(),
    "?": () => document.querySelector("[data-keys]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const deed = Object.hasOwn(deeds, event.key) ? deeds[event.key] : null;
    if (!deed) return;
    event.preventDefault();
    deed();
  });
})();

/* Who was ticked stays so while pages are turned; another question begins anew. */
(() => {
  const kept = document.getElementById("chosen-elsewhere");
  const ticks = () => [...document.querySelectorAll('#results input[name="person"]')];

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!kept || event.target.id !== "results") return;
    const trigger = event.detail.requestConfig.elt;
    if (!trigger.closest(".pages, .orders")) return kept.replaceChildren();
    for (const tick of ticks()) {
      if (!tick.checked) continue;
      const copy = tick.cloneNode();
      copy.checked = true;
      kept.append(copy);
    }
  });

  /* Ahead of people.js, which counts after the swap. */
  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    for (const tick of ticks()) {
      const copy = [...kept.children].find((each) => each.value === tick.value);
      if (!copy) continue;
      tick.checked = true;
      copy.remove();
    }
  });
})();
