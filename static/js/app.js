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

/* Words typed before this script ran count as typed now. */
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("input[type=search]")) {
    if (box.value !== box.defaultValue) box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

/* Who was signed out meanwhile signs in on a whole page, not inside a part of one. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (!answered || !new URL(answered).pathname.startsWith("/accounts/")) return;
  event.detail.shouldSwap = false;
  window.location.reload();
});
