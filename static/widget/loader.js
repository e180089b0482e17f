/* Puts the Recruiter profile into every element with data-rsc-widget, also into later ones.
   data-api-key, data-ats-candidate-id, data-integration-context; optional: data-width (px),
   data-onlink and data-onunlink (names of functions that get the person's URN),
   data-show-unlink="false", data-confirm-unlink="false".
   Take the element or its data-rsc-widget away, and the frame and all its ties are gone. */
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const mounts = new Map();

  const call = (name, person) => { // a plain path of names, looked up and never evaluated
    if (!/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(name || "")) return;
    const found = name.split(".").reduce((at, part) => at?.[part], window);
    if (typeof found === "function") found(person);
  };
  const addressFor = ({ apiKey, atsCandidateId, integrationContext, showUnlink, confirmUnlink }) =>
    `${home}/widget/v1/frame?${new URLSearchParams({
      api_key: apiKey ?? "", ats_candidate_id: atsCandidateId ?? "", integration_context: integrationContext ?? "",
      show_unlink: showUnlink ?? "true", confirm_unlink: confirmUnlink ?? "true" })}`;
  const explain = ({ frame, note }) => {
    note.textContent = "The Recruiter profile does not appear here. Whoever runs this ATS can check: " +
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
    const frame = Object.assign(document.createElement("iframe"), { title: "Recruiter profile", referrerPolicy: "origin", src: address });
    const width = parseInt(holder.dataset.width, 10) || 0;
    Object.assign(frame.style, { width: width > 0 ? `${width}px` : "100%", maxWidth: "100%", height: "160px", border: "0" });
    const note = Object.assign(document.createElement("p"), { hidden: true });
    const state = { frame, note, address, timer: setTimeout(() => explain(state), 5000) };
    mounts.set(holder, state);
    holder.append(frame, note);
  };
  const look = () => {
    for (const [holder, state] of mounts)
      if (!holder.isConnected || !holder.matches("[data-rsc-widget]") || addressFor(holder.dataset) !== state.address) unmount(holder, state);
    for (const holder of document.querySelectorAll("[data-rsc-widget]"))
      if (!mounts.has(holder) && !holder.querySelector("iframe")) mount(holder, addressFor(holder.dataset));
  };
  addEventListener("message", ({ origin, source, data }) => { // only from our origin, only from frames made above
    const [holder, state] = [...mounts].find(([, { frame }]) => frame.contentWindow === source) ?? [];
    if (origin !== home || !state || typeof data !== "object" || !data) return;
    if (data.type === "rsc:ready") { clearTimeout(state.timer); [state.frame.hidden, state.note.hidden] = [false, true]; }
    if (data.type === "rsc:resize") state.frame.style.height = `${Math.min(Math.max(Number(data.height) || 0, 120), 10000)}px`;
    if (data.type === "rsc:linked") call(holder.dataset.onlink, data.person);
    if (data.type === "rsc:unlinked") call(holder.dataset.onunlink, data.person);
  });
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true,
    attributeFilter: ["data-rsc-widget", "data-api-key", "data-ats-candidate-id", "data-integration-context"] });
  look();
})();
