/* The onboarding frame: opens the pop-up and hands its outcome to the host page, once. */
(() => {
  "use strict";
  const { origin: host, tell } = window.rscHost;
  const said = document.getElementById("said");
  let popup = null;
  const say = (text) => {
    said.textContent = text;
    said.hidden = false;
  };
  const button = document.getElementById("open");
  if (button) button.disabled = false;
  button?.addEventListener("click", () => {
    const address = new URL(document.body.dataset.address, location.href);
    address.searchParams.set("origin", host);
    popup = host ? window.open(address, "_blank", "popup,width=560,height=760") : null;
    say(popup ? "Go on in the window that has opened." : "The window could not open. Allow pop-ups for this page, then try again.");
  });
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || !popup || source !== popup || data?.type !== "rsc:connected") return;
    popup = null;
    say("Connected. The makers of this ATS can now name the features, and then you can enable them in Recruiter.");
    tell("rsc:integrated", { value: data.value });
  });
})();
