/* Hands the ticket to the frame that opened this window. The frame is a page of ours, so the
   message goes to our own origin and to no other. */
(() => {
  "use strict";
  const { ticket, event } = document.getElementById("handover").dataset;
  if (!window.opener) {
    document.getElementById("lost").hidden = false;
    return;
  }
  window.opener.postMessage(ticket ? { type: event, ticket } : { type: event }, location.origin);
  if (ticket) window.close();
})();
