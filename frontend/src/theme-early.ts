// Runs before the first paint, so that a dark page never flashes white. A chosen theme is written by the server.

const root = document.documentElement;
if (!root.hasAttribute("data-theme-fixed") && matchMedia("(prefers-color-scheme: dark)").matches) {
  root.setAttribute("data-bs-theme", "dark");
}
