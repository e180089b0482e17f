/* Puts the Recruiter profile into every <rsc-profile> and every element with data-rsc-widget,
   also into later ones. Attributes, on the custom element without "data-": data-api-key,
   data-ats-candidate-id, data-integration-context; optional: data-token (a JWT that says who
   looks), data-width (px), data-onlink and data-onunlink (names of functions that get the
   person's URN), data-show-unlink="false", data-confirm-unlink="false".
   data-rsc-widget="onboarding" is the administrator's: data-api-key, data-bundles,
   data-onintegrate. Each call is also an event on the element: rsc-link, rsc-unlink,
   rsc-integrate. Take the element or its data-rsc-widget away, and the frame is gone. */
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const mounts = new Map();
  const calls = { "rsc:linked": "link", "rsc:unlinked": "unlink", "rsc:integrated": "integrate" };

  const call = (holder, verb, value) => { // a plain path of names, looked up and never evaluated
    holder.dispatchEvent(new CustomEvent(`rsc-${verb}`, { bubbles: true, detail: value }));
    const name = holder.dataset[`on${verb}`] || "";
    if (!/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(name)) return;
    const found = name.split(".").reduce((at, part) => at?.[part], window);
    if (typeof found === "function") found(value);
  };
  const isOnboarding = ({ dataset }) => dataset.rscWidget === "onboarding";
  const addressFor = (holder) => {
    const { apiKey, atsCandidateId, integrationContext, showUnlink, confirmUnlink, bundles } = holder.dataset;
    const asked = isOnboarding(holder) ? { bundles: bundles ?? "" } : {
      ats_candidate_id: atsCandidateId ?? "", integration_context: integrationContext ?? "",
      show_unlink: showUnlink ?? "true", confirm_unlink: confirmUnlink ?? "true" };
    const page = isOnboarding(holder) ? "onboarding" : "frame";
    return `${home}/widget/v1/${page}?${new URLSearchParams({ api_key: apiKey ?? "", ...asked })}`;
  };
  const explain = ({ frame, note }) => {
    note.textContent = "Recruiter does not appear here. Whoever runs this ATS can check: " +
      `does ${home} answer; does its list of allowed origins for this ATS hold exactly ${location.origin}; ` +
      "do data-api-key and data-integration-context belong together; if this page has a " +
      `Content-Security-Policy, does it allow frame-src ${home}?`;
    [frame.hidden, note.hidden] = [true, false];
    console.error(`rsc: ${note.textContent}`);
  };
  const unmount = (holder, { frame, note, timer }) => {
    clearTimeout(timer);
    for (const part of [frame, note]) part.remove();
    mounts.delete(holder);
  };
  const mount = (holder, address) => {
    const { token, width } = holder.dataset;
    const frame = Object.assign(document.createElement("iframe"), {
      title: isOnboarding(holder) ? "Connect with Recruiter" : "Recruiter profile",
      referrerPolicy: "origin",
      src: token ? `${address}#token=${encodeURIComponent(token)}` : address, // a fragment reaches no server's log
    });
    const wide = parseInt(width, 10) || 0;
    Object.assign(frame.style, { width: wide > 0 ? `${wide}px` : "100%", maxWidth: "100%", height: "160px", border: "0" });
    const note = Object.assign(document.createElement("p"), { hidden: true });
    const state = { frame, note, address, timer: setTimeout(() => explain(state), 5000) };
    mounts.set(holder, state);
    holder.append(frame, note);
  };
  const look = () => {
    for (const [holder, state] of mounts)
      if (!holder.isConnected || !holder.matches("[data-rsc-widget]") || addressFor(holder) !== state.address) unmount(holder, state);
    for (const holder of document.querySelectorAll("[data-rsc-widget]"))
      if (!mounts.has(holder) && !holder.querySelector("iframe")) mount(holder, addressFor(holder));
  };
  addEventListener("message", ({ origin, source, data }) => { // only from our origin, only from frames made above
    const [holder, state] = [...mounts].find(([, { frame }]) => frame.contentWindow === source) ?? [];
    if (origin !== home || !state || typeof data !== "object" || !data) return;
    if (data.type === "rsc:ready") { clearTimeout(state.timer); [state.frame.hidden, state.note.hidden] = [false, true]; }
    if (data.type === "rsc:resize") state.frame.style.height = `${Math.min(Math.max(Number(data.height) || 0, 120), 10000)}px`;
    if (Object.hasOwn(calls, data.type)) call(holder, calls[data.type], data.value);
  });

  const attributes = ["api-key", "ats-candidate-id", "integration-context", "token", "width", "onlink", "onunlink", "show-unlink", "confirm-unlink"];
  if (!customElements.get("rsc-profile")) customElements.define("rsc-profile", class extends HTMLElement {
    static observedAttributes = attributes;
    connectedCallback() { this.style.display ||= "block"; this.dataset.rscWidget = ""; }
    attributeChangedCallback(name, _, value) { value === null ? this.removeAttribute(`data-${name}`) : this.setAttribute(`data-${name}`, value); }
  });
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true,
    attributeFilter: ["data-rsc-widget", "data-api-key", "data-ats-candidate-id", "data-integration-context"] });
  look();
})();
