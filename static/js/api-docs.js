/* The explorer of the API reference; without this script the page lists the operations itself. */
(() => {
  const place = document.querySelector("[data-document]");
  if (!place || !window.SwaggerUIBundle) return;
  // The explorer takes its dark colours from a class, not from the system.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", paint);
  paint();
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    validatorUrl: null, // nothing leaves this server
    persistAuthorization: false,
    // The page has a title of its own, and the server is always this one.
    plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null, ServersContainer: () => () => null } })],
  });
})();
