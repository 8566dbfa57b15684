// Light, dark or as the machine says; kept in a cookie that the server reads. And the width of the side menu.
import { all, on, post, setCookie } from "./dom";

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function show(choice: string): void {
  const fixed = choice === "light" || choice === "dark";
  root.toggleAttribute("data-theme-fixed", fixed);
  root.setAttribute("data-bs-theme", fixed ? choice : dark.matches ? "dark" : "light");
  for (const button of all("[data-set-theme]")) button.setAttribute("aria-pressed", String(button.dataset["setTheme"] === choice));
}

function chosen(): string {
  return root.hasAttribute("data-theme-fixed") ? (root.getAttribute("data-bs-theme") ?? "auto") : "auto";
}

export function startTheme(): void {
  show(chosen());
  dark.addEventListener("change", () => show(chosen()));
  on("click", "[data-set-theme]", (_event, button) => {
    const choice = button.dataset["setTheme"] ?? "auto";
    setCookie("theme", choice);
    show(choice);
    const url = document.body.dataset["themeUrl"];
    if (url) void post(url, new URLSearchParams({ theme: choice }), { "HX-Request": "true" }).catch(() => undefined);
  });
  on("click", "[data-nav-toggle]", () => {
    const wideNow = root.dataset["nav"] ? root.dataset["nav"] === "wide" : innerWidth >= 1200;
    root.dataset["nav"] = wideNow ? "narrow" : "wide";
    setCookie("nav", root.dataset["nav"]);
  });
}
