/* Panels of the search page: values offered while somebody types, and buttons that decide one.
   Without it the box and the buttons send the form by themselves. */
"use strict";

(() => {
  const filters = document.getElementById("filters");
  if (!filters) return;

  /* The panel in which somebody works gets the focus back once it was replaced. */
  let worked = null;

  document.addEventListener("htmx:afterSettle", () => {
    const panel = worked && document.getElementById(worked);
    worked = null;
    if (panel && !panel.contains(document.activeElement)) panel.querySelector("summary").focus();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const panel = event.target.closest?.("details.facet");
    if (event.target === panel && panel.contains(document.activeElement)) worked = panel.id;
  });

  /* Add a value to the form and search anew. */
  function choose(panel, name, value) {
    for (const box of panel.querySelectorAll("input[type=checkbox]:checked")) {
      if (box.value === value) box.checked = false;
    }
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.setAttribute("form", "search");
    panel.append(field);
    panel.dispatchEvent(new Event("change", { bubbles: true }));
  }

  filters.addEventListener("click", (event) => {
    const button = event.target.closest("button.state");
    if (!button) return;
    event.preventDefault();
    worked = button.closest("details").id;
    choose(button.closest("details"), button.name, button.value);
  });

  /* ------------------------------------------------------------------ the list under the box */
  const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));

  function show(box, open) {
    const list = listOf(box);
    list.hidden = !open || !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) mark(box, null);
  }

  function mark(box, option) {
    for (const each of listOf(box).children) each.setAttribute("aria-selected", String(each === option));
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function take(box, option) {
    const panel = box.closest("details");
    box.value = "";
    show(box, false);
    choose(panel, panel.dataset.kind, option.dataset.value);
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.target.matches(".facet-options")) return;
    const box = event.target.parentElement.querySelector("input");
    mark(box, null);
    show(box, document.activeElement === box);
  });

  filters.addEventListener("keydown", (event) => {
    if (!event.target.matches("[role=combobox]")) return;
    const box = event.target;
    const options = [...listOf(box).children];
    const at = options.findIndex((each) => each.id === box.getAttribute("aria-activedescendant"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) return;
      event.preventDefault();
      show(box, true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(box, options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length]);
    } else if (event.key === "Escape") {
      show(box, false);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(box, options[at]);
    }
  });

  /* The box keeps the focus while somebody points at its list. */
  filters.addEventListener("mousedown", (event) => {
    if (event.target.closest(".facet-options")) event.preventDefault();
  });
  filters.addEventListener("click", (event) => {
    const option = event.target.closest(".facet-options [role=option]");
    if (option) take(option.closest(".facet-box").querySelector("input"), option);
  });
  filters.addEventListener("focusout", (event) => {
    if (event.target.matches("[role=combobox]")) show(event.target, false);
  });
})();
