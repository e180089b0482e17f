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

/* Who was signed out meanwhile signs in on a whole page, not inside a part of one. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (!answered || !new URL(answered).pathname.startsWith("/accounts/")) return;
  event.detail.shouldSwap = false;
  window.location.reload();
});
