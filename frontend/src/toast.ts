// Short messages that come, are read aloud, and go; refusals stay until closed.
import { all, icon } from "./dom";
import { word } from "./words";

const STAY = 6000;

function leave(line: HTMLElement): void {
  line.classList.add("leaving");
  window.setTimeout(() => line.remove(), 200);
}

function settle(line: HTMLElement): void {
  if (line.dataset["settled"]) return;
  line.dataset["settled"] = "yes";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-quiet toast-close";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => leave(line));
  line.append(close);
  if (line.dataset["toast"] !== "stay") window.setTimeout(() => line.matches(":hover, :focus-within") || leave(line), STAY);
}

export function toast(text: string, tone = "blue"): void {
  const line = document.createElement("div");
  line.className = `toast-line tone-${tone}`;
  line.dataset["toast"] = "";
  const words = document.createElement("span");
  words.textContent = text;
  line.append(icon(tone === "red" ? "alert-triangle" : tone === "green" ? "circle-check" : "info-circle"), words);
  document.getElementById("toasts")?.append(line);
  settle(line);
}

export function startToasts(): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  const settleAll = (): void => all("[data-toast]", place).forEach(settle);
  settleAll();
  new MutationObserver(settleAll).observe(place, { childList: true });
  document.addEventListener("toast", (event) => {
    const detail = (event as CustomEvent<{ value?: string; tone?: string }>).detail;
    if (detail?.value) toast(detail.value, detail.tone);
  });
}
