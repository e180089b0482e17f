/* Cards of the board are dragged: with the mouse at once, with a finger after a long press, so that
   a finger that moves sooner scrolls the page. Keyboards use each card's menu. */
"use strict";

(() => {
  const FAR_ENOUGH = 6; /* pixels: less is a click, or a finger that rests */
  const LONG = 400; /* milliseconds until a finger lifts a card */
  const EDGE = 48; /* pixels from the board's side within which it scrolls */
  const STEP = 8; /* pixels a frame */
  let drag = null;

  document.addEventListener("pointerdown", (event) => {
    if (drag) return putDown(); /* a second finger */
    if (event.button !== 0) return;
    const card = event.target.closest("[data-drags]");
    if (!card || event.target.closest("a, input, label, button, details")) return;
    const [x, y] = [event.clientX, event.clientY];
    const isMouse = event.pointerType === "mouse";
    drag = { card, id: event.pointerId, isMouse, from: { x, y }, x, y, ghost: null, column: null };
    if (isMouse) event.preventDefault(); /* no text is selected on the way */
    else drag.press = setTimeout(lift, LONG);
  });

  function lift() {
    drag.ghost = drag.card.cloneNode(true);
    drag.ghost.removeAttribute("data-drags");
    drag.ghost.setAttribute("aria-hidden", "true");
    drag.ghost.inert = true;
    drag.ghost.classList.add("ghost");
    drag.ghost.style.width = `${drag.card.offsetWidth}px`;
    document.body.append(drag.ghost);
    drag.card.classList.add("lifted");
    follow();
  }

  /* Frame by frame, because the board may scroll below a finger that rests. */
  function follow() {
    if (!drag?.ghost) return;
    drag.ghost.style.left = `${drag.x + 8}px`;
    drag.ghost.style.top = `${drag.y + 8}px`;
    const board = drag.card.closest(".board");
    const { left, right } = board.getBoundingClientRect();
    if (drag.x < drag.from.x && drag.x < left + EDGE) board.scrollLeft -= STEP;
    if (drag.x > drag.from.x && drag.x > right - EDGE) board.scrollLeft += STEP;
    mark();
    requestAnimationFrame(follow);
  }

  function mark() {
    const column = document.elementFromPoint(drag.x, drag.y)?.closest(".column") ?? null;
    if (column === drag.column) return;
    drag.column?.classList.remove("over");
    column?.classList.add("over");
    drag.column = column;
  }

  document.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drag?.id) return;
    [drag.x, drag.y] = [event.clientX, event.clientY];
    if (drag.ghost || Math.hypot(drag.x - drag.from.x, drag.y - drag.from.y) < FAR_ENOUGH) return;
    if (drag.isMouse) lift();
    else putDown(); /* it scrolls the page */
  });

  function putDown() {
    clearTimeout(drag.press);
    drag.ghost?.remove();
    drag.card.classList.remove("lifted");
    drag.column?.classList.remove("over");
    const { card, column, ghost } = drag;
    drag = null;
    return ghost && column && column !== card.closest(".column") ? [card, column] : null;
  }

  document.addEventListener("pointerup", (event) => {
    if (event.pointerId !== drag?.id) return;
    if (drag.ghost) mark();
    const dropped = putDown();
    if (!dropped) return;
    const [card, column] = dropped;
    const form = document.getElementById("drop");
    form.elements.person.value = card.dataset.drags;
    form.elements.to.value = column.dataset.stage;
    column.querySelector(".column-cards").prepend(card); /* there it stays while the server is asked */
    form.requestSubmit();
  });

  for (const end of ["pointercancel", "blur"]) {
    window.addEventListener(end, () => drag && putDown());
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) putDown();
  });
  /* What a browser makes of a long press: scrolling, and a menu of its own. */
  document.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (event) => drag && !drag.isMouse && event.preventDefault());
})();
