// Timers: time left to data-due (neutral, amber from 80 %, red past due), time passed since data-since, the clock.
import { now, pace } from "./clock";
import { all, icon } from "./dom";
import { duration, word } from "./words";

const ICONS: Record<string, string> = { left: "clock", near: "clock-exclamation", late: "alert-triangle" };

function levelOf(due: number, start: number, at: number): string {
  if (at > due) return "late";
  if (!Number.isNaN(start) && due > start && at - start >= (due - start) * 0.8) return "near";
  return "left";
}

function write(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function drawCountdown(element: HTMLElement, at: number): void {
  const due = Date.parse(element.dataset["due"] ?? "");
  if (Number.isNaN(due)) return;
  const limit = Number(element.dataset["limit"] ?? Number.NaN) * 1000;
  const start = element.dataset["start"] ? Date.parse(element.dataset["start"]) : due - limit;
  const level = levelOf(due, start, at);
  if (element.dataset["level"] !== level) {
    const was = element.dataset["level"];
    element.dataset["level"] = level;
    element.querySelector("svg")?.replaceWith(icon(ICONS[level] ?? "clock"));
    write(element.querySelector(".countdown-word"), word(level === "late" ? "over" : level));
    if (was) element.dispatchEvent(new CustomEvent(`countdown:${level}`, { bubbles: true }));
  }
  write(element.querySelector(".countdown-time") ?? element, duration(Math.abs(due - at) / 1000));
}

function drawClock(element: HTMLElement, at: number): void {
  const parts = new Intl.DateTimeFormat(document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: "Asia/Shanghai",
  });
  write(element, parts.format(at));
}

export function drawTimers(): void {
  const at = now();
  for (const element of all("[data-due]")) drawCountdown(element, at);
  for (const element of all("[data-since]")) {
    const since = Date.parse(element.dataset["since"] ?? "");
    if (!Number.isNaN(since)) write(element, duration(Math.max(0, at - since) / 1000));
  }
  for (const element of all("[data-clock]")) drawClock(element, at);
}

export function startTimers(): void {
  drawTimers();
  window.setInterval(() => document.hidden || drawTimers(), pace() > 1 ? 250 : 1000);
  document.addEventListener("visibilitychange", () => document.hidden || drawTimers());
  document.addEventListener("htmx:afterSettle", drawTimers);
}
