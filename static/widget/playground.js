/* Shows what the frame says to the page that holds it. */
(() => {
  "use strict";
  const list = document.getElementById("messages");
  if (!list) return;
  const heard = (what, value) => {
    const line = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = `${new Date().toLocaleTimeString()}  ${what}  ${JSON.stringify(value)}`;
    line.append(code);
    list.append(line);
    if (list.children.length > 50) list.firstElementChild.remove();
  };
  addEventListener("message", ({ source, data }) => {
    if (source === document.querySelector("#widget iframe")?.contentWindow) heard("message", data);
  });
  for (const name of ["rsc-link", "rsc-unlink"]) addEventListener(name, ({ detail }) => heard(`event ${name}`, detail));
})();
