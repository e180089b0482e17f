/* Hands what a pop-up brought to the frame that opened it: a ticket, or what was connected. The
   frame is a page of ours, so the message goes to our own origin and to no other. */
(() => {
  "use strict";
  const { ticket, event } = document.getElementById("handover").dataset;
  const outcome = document.getElementById("outcome");
  if (!window.opener) {
    document.getElementById("lost").hidden = false;
    return;
  }
  const value = outcome ? JSON.parse(outcome.textContent) : undefined;
  window.opener.postMessage({ type: event, ticket, value }, location.origin);
  if (ticket) window.close();
})();
