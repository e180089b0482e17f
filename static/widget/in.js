/* Lets pages that carry <script type="IN/HcmWidget"> or IN/ATSIntegrationWidget tags work with
   the loader next door. The page loads this file with lines of "name: value" inside its script
   element, of which api_key counts. What stands after @ in extensions names another server and
   is ignored: the loader knows both widgets. */
(() => {
  "use strict";
  const self = document.currentScript;
  const line = /^\s*api_key\s*:\s*["']?([^"'\s]+)/m.exec(self.textContent);
  const copied = ["data-ats-candidate-id", "data-integration-context", "data-token", "data-width", "data-onlink", "data-onunlink", "data-onintegrate"];
  const kinds = { "IN/HcmWidget": "", "IN/ATSIntegrationWidget": "onboarding" };
  const wanted = Object.keys(kinds).map((type) => `script[type="${type}"]:not([data-rsc-seen])`).join();

  const translate = () => {
    for (const tag of document.querySelectorAll(wanted)) {
      const holder = document.createElement("div");
      for (const name of copied) if (tag.hasAttribute(name)) holder.setAttribute(name, tag.getAttribute(name));
      holder.dataset.apiKey = line ? line[1] : "";
      holder.dataset.showUnlink = String(tag.dataset.showUnlinkUrl === "true");
      holder.dataset.confirmUnlink = String(tag.dataset.confirmUnlink === "true");
      holder.dataset.bundles = tag.dataset.supportedBundledIntegrationTypes ?? "";
      holder.dataset.rscWidget = kinds[tag.type];
      tag.dataset.rscSeen = "";
      tag.after(holder);
    }
  };
  if (!line) console.error("rsc: write the line api_key: <client id> between the script tags that load in.js");
  new MutationObserver(translate).observe(document, { subtree: true, childList: true });
  translate();
  const loader = document.createElement("script");
  loader.src = new URL("/widget/v1/loader.js", self.src);
  document.head.append(loader);
})();
