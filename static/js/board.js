/* Cards of the board are dragged with the mouse; keyboards and fingers use each card's menu. */
"use strict";

(() => {
  const FAR_ENOUGH = 6; /* pixels: less is a click */
  let drag = null;

  document.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    const card = event.target.closest("[data-drags]");
    if (!card || event.target.closest("a, input, label, button, details")) return;
    drag = { card, x: event.clientX, y: event.clientY, ghost: null, column: null };
    event.preventDefault(); /* no text is selected on the way */
  });

  function columnAt(event) {
    const below = document.elementFromPoint(event.clientX, event.clientY);
    return below && below.closest(".column");
  }

  function lift() {
    drag.ghost = drag.card.cloneNode(true);
    drag.ghost.removeAttribute("data-drags");
    drag.ghost.setAttribute("aria-hidden", "true");
    drag.ghost.inert = true;
    drag.ghost.classList.add("ghost");
    drag.ghost.style.width = `${drag.card.offsetWidth}px`;
    document.body.append(drag.ghost);
    drag.card.classList.add("lifted");
  }

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.ghost && Math.hypot(x, y) < FAR_ENOUGH) return;
    if (!drag.ghost) lift();
    drag.ghost.style.left = `${event.clientX + 8}px`;
    drag.ghost.style.top = `${event.clientY + 8}px`;
    const column = columnAt(event);
    if (column === drag.column) return;
    drag.column?.classList.remove("over");
    column?.classList.add("over");
    drag.column = column;
  });

  function putDown() {
    drag.ghost?.remove();
    drag.card.classList.remove("lifted");
    drag.column?.classList.remove("over");
    const { card, column, ghost } = drag;
    drag = null;
    return ghost && column && column !== card.closest(".column") ? [card, column] : null;
  }

  document.addEventListener("pointerup", () => {
    const dropped = drag && putDown();
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
})();
