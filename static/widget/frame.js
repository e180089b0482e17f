/* The profile's frame: signs in, keeps the ticket, tells the host page of links. */
(() => {
  "use strict";
  const { body } = document;
  const content = document.getElementById("content");
  const { origin: host, tell } = window.rscHost;
  let ticket = ""; // in memory only
  // The ATS's word for who looks stands in the fragment, which no server and no log sees.
  let voucher = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  if (voucher) history.replaceState(null, "", location.pathname + location.search);
  let popup = null;
  let acted = false;

  const say = (text) => { document.getElementById("status").textContent = text; };
  const show = (id) => {
    content.replaceChildren(document.getElementById(id).content.cloneNode(true));
    content.querySelector("[data-lead]").focus();
    say("");
  };

  const signIn = (choose) => {
    if (!host) return show("unknown-host");
    if (self.origin === "null") return show("sandboxed");
    const address = new URL(body.dataset.signInAddress, location.href);
    address.searchParams.set("origin", host);
    if (choose) address.searchParams.set("choose", "yes");
    popup = window.open(address, "_blank", "popup,width=520,height=680");
    if (popup) say("Sign in in the window that has opened.");
    else show("no-window");
  };

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || !popup || source !== popup) return;
    if (data?.type === "rsc:no-seat") show("no-seat");
    if (data?.type === "rsc:ticket") {
      ticket = data.ticket;
      acted = true;
      htmx.trigger(content, "rsc:signed-in");
    }
  });
  document.addEventListener("click", ({ target }) => {
    const door = target.closest("button[data-sign-in]");
    if (door) signIn(door.dataset.signIn);
    const cancel = target.closest("[data-cancel]");
    if (cancel) {
      const open = cancel.closest("details");
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
  body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (voucher) detail.headers.Authorization = `Voucher ${voucher}`;
    if (ticket) detail.headers.Authorization = `Ticket ${ticket}`;
    voucher = ""; // it counts once
    detail.parameters.origin = host;
    acted = acted || detail.triggeringEvent?.type === "submit";
  });
  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    ticket = detail.xhr.status === 401 ? "" : detail.xhr.getResponseHeader("RSC-Ticket") || ticket;
  });
  body.addEventListener("htmx:afterSwap", ({ detail }) => {
    const lead = detail.target.querySelector("[data-lead]");
    if (acted && lead) lead.focus(); // what a person did moves the focus, the first load does not
    acted = false;
    say("");
  });
  for (const broken of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
    body.addEventListener(broken, ({ detail }) => {
      if (!detail.xhr || detail.xhr.status === 0 || detail.xhr.status >= 500)
        say("Recruiter does not answer. Try again in a moment.");
    });
  for (const event of ["rsc:linked", "rsc:unlinked"])
    body.addEventListener(event, ({ detail }) => tell(event, { value: detail.person }));

  for (const button of document.querySelectorAll("[data-sign-in][disabled]")) button.disabled = false;
  addEventListener("load", () => {
    if (voucher) htmx.trigger(content, "rsc:signed-in");
  });
})();
