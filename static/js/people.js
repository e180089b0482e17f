/* Ticking people: how many there are, and all of a page at once. Forms work without this. */
"use strict";

(() => {
  const MOST = 500; /* people in one go, as recruiter/people.py has it */
  const ticks = () => [...document.querySelectorAll('input[name="person"][form="chosen"]')];

  function recount() {
    const bar = document.getElementById("chosen");
    if (!bar) return;
    const all = ticks();
    const everybody = bar.querySelector("[data-choose-everybody]:checked");
    const ticked = all.filter((tick) => tick.checked).length;
    const chosen = everybody ? Number(everybody.dataset.chooseEverybody) : ticked;
    const every = bar.querySelector("[data-choose-all]");
    every.closest("label").hidden = all.length === 0;
    every.checked = ticked > 0 && ticked === all.length;
    every.indeterminate = ticked > 0 && ticked < all.length;
    bar.querySelector("[data-chosen-count]").textContent = chosen ? `${Math.min(chosen, MOST)} selected` : "";
    bar.classList.toggle("nobody", chosen === 0);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-all]")) {
      for (const tick of ticks()) tick.checked = event.target.checked;
    }
    if (event.target.matches('[data-choose-all], [data-choose-everybody], input[name="person"]')) recount();
  });

  /* One menu is open at a time. */
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches("details.people-menu") || !event.target.open) return;
    for (const other of document.querySelectorAll("details.people-menu[open]")) {
      if (other !== event.target) other.open = false;
    }
  }, true);
  document.addEventListener("click", (event) => {
    const inside = event.target.closest("details.people-menu");
    for (const open of document.querySelectorAll("details.people-menu[open]")) {
      if (open !== inside) open.open = false;
    }
  });

  document.addEventListener("htmx:afterSwap", recount);
  window.addEventListener("pageshow", recount); /* going back keeps the ticks */
  recount();
})();
