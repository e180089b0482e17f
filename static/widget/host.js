/* The page that holds a frame of ours. Never what a query string claims: the browser names it,
   and only an origin on the server's list is spoken to. */
(() => {
  "use strict";
  const allowed = JSON.parse(document.body.dataset.origins);
  const claimed = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  const origin = allowed.includes(claimed) ? claimed : allowed.length === 1 ? allowed[0] : "";
  const tell = (type, more) => {
    if (origin && parent !== window) parent.postMessage({ type, version: 1, ...more }, origin);
  };
  let last = 0;
  const measure = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height !== last) tell("rsc:resize", { height });
    last = height;
  };
  addEventListener("load", () => {
    tell("rsc:ready");
    measure();
    new ResizeObserver(measure).observe(document.body);
  });
  window.rscHost = { origin, tell };
})();
