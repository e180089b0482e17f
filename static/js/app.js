/* Small things that every page shares. Pages work without it. */
"use strict";

/* Escape closes what is open on top. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[open][data-closes]");
  if (open) {
    open.removeAttribute("open");
    open.querySelector("summary").focus();
  }
});
