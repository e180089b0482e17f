/* Links and buttons with data-dialog open their page in the dialog of base.html; where this does
   not run they are ordinary links and buttons. A button sends along what its form has chosen. */
"use strict";

(() => {
  const FAILED = "This could not be loaded. Close it and try again.";
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  let opener = null;

  function addressOf(element) {
    if (element.matches("a")) return element.href;
    const address = new URL(element.formAction);
    for (const [name, value] of new FormData(element.form, element)) address.searchParams.append(name, value);
    return address.href;
  }

  function say(text) {
    const paragraph = document.createElement("p");
    paragraph.className = "quiet";
    paragraph.textContent = text;
    body.replaceChildren(paragraph);
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const element = event.target.closest("[data-dialog]");
    if (element) {
      event.preventDefault();
      opener = element.closest("details.menu") ? element.closest("details.menu").querySelector("summary") : element;
      element.closest("details.menu")?.removeAttribute("open");
      say("One moment …");
      dialog.showModal();
      htmx.ajax("GET", addressOf(element), { target: body, swap: "innerHTML" });
    } else if (event.target === dialog || event.target.closest("[data-dialog-close]")) {
      if (!dialog.open) return; /* on a page of its own, Cancel is a link */
      event.preventDefault();
      dialog.close();
    }
  });

  dialog.addEventListener("close", () => {
    body.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== body) return;
    (body.querySelector("[autofocus]") || document.getElementById("dialog-title"))?.focus();
  });

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      if (event.detail.target === body) say(FAILED);
    });
  }
})();
