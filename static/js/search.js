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
