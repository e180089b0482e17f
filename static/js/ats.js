/* The ATS hovercard and the pane on the right. Both are links where this does not run. */
"use strict";

(() => {
  const OPENS_AFTER = 150; /* milliseconds: passing over a badge is not asking */
  const CLOSES_AFTER = 250;
  const FAILED = "This could not be loaded. The profile has it too.";
  let shown = null; /* the one open hovercard's wrapper */
  let timer = 0;
  let returning = false; /* while focus goes back to a badge, its card stays closed */

  const partsOf = (hover) => [hover.querySelector(".hovercard-opener"), hover.querySelector(".hovercard-body")];

  function show(hover) {
    clearTimeout(timer);
    const [opener, card] = partsOf(hover);
    if (!card || shown === hover) return;
    hide();
    shown = hover;
    card.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    if (!card.dataset.loaded) htmx.trigger(card, "shown");
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    const [opener, card] = partsOf(shown);
    card.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    shown = null;
  }

  function later(action, delay) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  const hoverOf = (event) => event.target instanceof Element && event.target.closest(".hovercard");

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const hover = hoverOf(event);
    if (hover && hover === shown) clearTimeout(timer);
    else if (hover) later(() => show(hover), OPENS_AFTER);
    else if (shown && !shown.contains(document.activeElement)) later(hide, CLOSES_AFTER);
    else if (!shown) clearTimeout(timer);
  });

  document.addEventListener("focusin", (event) => {
    const hover = hoverOf(event);
    if (hover && !returning) show(hover);
    else if (!hover) hide();
  });

  /* A tap or Enter opens the card; with a modifier key the link is a link. */
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const opener = event.target.closest(".hovercard-opener");
    if (opener && opener.parentElement.querySelector(".hovercard-body")) {
      event.preventDefault();
      show(opener.parentElement);
      return;
    }
    const link = event.target.closest("a[data-pane]");
    if (link) {
      event.preventDefault();
      openPane(link);
    } else if (!event.target.closest(".hovercard")) {
      hide();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    const [opener] = partsOf(shown);
    const inside = shown.contains(document.activeElement);
    hide();
    if (inside) giveFocus(opener);
  });

  function giveFocus(element) {
    returning = true;
    element.focus();
    returning = false;
  }

  function openPane(link) {
    const pane = document.getElementById("ats-pane");
    const body = document.getElementById("ats-pane-body");
    const hover = link.closest(".hovercard");
    const back = hover ? partsOf(hover)[0] : link;
    if (hover) document.getElementById("ats-pane-title").textContent = hover.dataset.title;
    hide();
    body.replaceChildren(note("One moment …"));
    pane.addEventListener("close", () => giveFocus(back), { once: true });
    pane.showModal();
    htmx.ajax("GET", link.dataset.pane, { target: body, swap: "innerHTML" });
  }

  /* A click on the dark area beside the pane closes it. */
  document.addEventListener("click", (event) => {
    if (event.target.id === "ats-pane") event.target.close();
  });

  function note(text) {
    const paragraph = document.createElement("p");
    paragraph.className = "quiet";
    paragraph.textContent = text;
    return paragraph;
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches(".hovercard-body")) event.target.dataset.loaded = "yes";
  });

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      const target = event.detail.target;
      if (target && target.matches(".hovercard-body, #ats-pane-body")) target.replaceChildren(note(FAILED));
    });
  }
})();
