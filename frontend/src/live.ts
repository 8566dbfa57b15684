// Live parts of a page. One stream carries topics and versions only; an element that names a changed topic fetches itself
// again (hx-trigger="live"). What a person is typing in, has focused or has selected is never replaced under his hands.
import { all, isEdited, isTyping, meta, on } from "./dom";
import { toast } from "./toast";
import { duration, word } from "./words";

type Versions = Record<string, number>;

const POLL = 5000;
const STALE = 5000;
const SILENT = 20000;
const HIDDEN = 30000;

const drawn = Number(meta("live-version")) || 0;
const seen: Versions = {};
const waiting = new Set<HTMLElement>();
const fetched = new WeakMap<HTMLElement, number>();
let stream: EventSource | null = null;
let topicsOpen = "";
let heard = performance.now();
let beating = false;
let attempt = 0;
let down = false;
let poller = 0;

function topicsOf(element: HTMLElement): string[] {
  return (element.dataset["liveTopic"] ?? "").split(/[\s,]+/).filter(Boolean);
}

function topics(): string[] {
  return [...new Set(all("[data-live-topic]").flatMap(topicsOf))].sort();
}

/** Whether somebody is at work inside: focus, edited input, an open menu or a selection. What must be seen at once (a
 * telephone that rings) waits for nobody. */
function inUse(element: HTMLElement): boolean {
  if (element.hasAttribute("data-live-at-once")) return false;
  const focus = document.activeElement;
  if (focus && focus !== document.body && element.contains(focus) && (isTyping(focus) || !focus.id)) return true;
  if (all("input, textarea, select", element).some((control) => !control.matches("[data-select-all]") && isEdited(control))) return true;
  if (element.querySelector("details[open], dialog[open]")) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && selection.anchorNode && element.contains(selection.anchorNode));
}

function refresh(element: HTMLElement): void {
  if (!element.isConnected) return void waiting.delete(element);
  if (inUse(element)) {
    waiting.add(element);
    element.dataset["liveHeld"] = word("held");
    return;
  }
  waiting.delete(element);
  delete element.dataset["liveHeld"];
  element.dispatchEvent(new CustomEvent("live", { bubbles: false }));
}

function take(versions: Versions): void {
  const changed = new Set<string>();
  for (const [topic, version] of Object.entries(versions)) {
    if (version > (seen[topic] ?? drawn)) changed.add(topic);
    seen[topic] = Math.max(version, seen[topic] ?? 0);
  }
  if (!changed.size) return;
  for (const element of all("[data-live-topic]")) if (topicsOf(element).some((topic) => changed.has(topic))) refresh(element);
}

function setDown(now: boolean): void {
  if (down === now) return;
  down = now;
  const bar = document.getElementById("connection");
  const text = bar?.querySelector("span");
  if (bar && text) {
    text.textContent = now ? word("lost") : "";
    bar.hidden = !now;
  }
  document.documentElement.toggleAttribute("data-offline", now);
  if (!now) toast(word("back"), "green");
  window.clearInterval(poller);
  if (now) poller = window.setInterval(() => void poll(), POLL);
}

async function poll(): Promise<void> {
  const url = document.body.dataset["versionsUrl"];
  if (!url) return;
  try {
    const answer = await fetch(`${url}?topics=${encodeURIComponent(topics().join(","))}`, {
      credentials: "same-origin",
      headers: { "HX-Request": "true" },
    });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere || answer.redirected || answer.status === 401) return leave(elsewhere ?? answer.url);
    if (answer.status !== 200) return;
    heard = performance.now();
    take((await answer.json()) as Versions);
    if (down && !stream) connect();
  } catch {
    // Still away: the bar says so, the next round tries again.
  }
}

/** Go where the server sends us, unless we are there (a locked seat, a second factor still to be set up); without a
 * wish, ask for this page again: the server answers with the sign-in page and comes back here afterwards. */
function leave(to?: string): void {
  stream?.close();
  stream = null;
  if (!to) location.assign(location.pathname + location.search);
  else if (new URL(to, location.href).pathname !== location.pathname) location.assign(to);
}

function again(): void {
  stream?.close();
  stream = null;
  attempt += 1;
  const wait = Math.min(15000, 500 * 2 ** Math.min(attempt, 5)) * (0.75 + Math.random() / 2);
  window.setTimeout(connect, wait);
}

function connect(): void {
  const base = document.body.dataset["liveUrl"];
  const wanted = topics().join(",");
  if (!base || !wanted) return;
  if ((stream && topicsOpen === wanted) || document.hidden) return;
  stream?.close();
  topicsOpen = wanted;
  const opened = new EventSource(`${base}?topics=${encodeURIComponent(wanted)}`);
  stream = opened;
  const alive = (): void => {
    heard = performance.now();
    attempt = 0;
    setDown(false);
  };
  opened.addEventListener("open", () => {
    alive();
    // What moved while no stream was open, the first moments of the page included.
    void poll();
  });
  opened.addEventListener("message", (event) => {
    alive();
    take(JSON.parse(event.data as string) as Versions);
  });
  opened.addEventListener("beat", () => {
    beating = true;
    alive();
  });
  opened.addEventListener("bye", () => leave());
  opened.addEventListener("error", () => {
    if (stream !== opened) return;
    setDown(true);
    void poll();
    again();
  });
}

function showAges(): void {
  const quiet = down || (stream !== null && beating && performance.now() - heard > SILENT);
  for (const element of all("[data-live-topic]")) {
    const late = quiet || waiting.has(element);
    const since = late ? performance.now() - Math.max(fetched.get(element) ?? 0, waiting.has(element) ? 0 : heard) : 0;
    const text = since > STALE ? word("age", { age: duration(since / 1000) }) : "";
    element.toggleAttribute("data-stale", Boolean(text));
    for (const place of all("[data-age]", element)) if (place.textContent !== text) place.textContent = text;
  }
}

/** A number that changed flashes once. */
function flashes(element: HTMLElement): Map<string, string> {
  return new Map(all("[data-flash]", element).map((one) => [one.dataset["flash"] ?? "", one.textContent ?? ""]));
}

/** A menu that was open in what has been replaced is open still, with the cursor where it was. */
function reopen(was?: [menu: string, focus: string]): void {
  const summary = was && document.getElementById(was[0]);
  if (!(summary?.parentElement instanceof HTMLDetailsElement)) return;
  summary.parentElement.open = true;
  (document.getElementById(was?.[1] ?? "") ?? summary).focus();
}

function watchSwaps(): void {
  const before = new WeakMap<HTMLElement, Map<string, string>>();
  const menus = new WeakMap<HTMLElement, [menu: string, focus: string]>();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent).detail;
    const target = detail.target as HTMLElement;
    const asked = detail.requestConfig?.triggeringEvent as Event | undefined;
    if (asked?.type !== "live") return;
    if (inUse(target)) {
      detail.shouldSwap = false;
      waiting.add(target);
      return;
    }
    before.set(target, flashes(target));
    const menu = target.querySelector("details[data-menu][open] > summary[id]");
    if (menu) menus.set(target, [menu.id, document.activeElement?.id ?? ""]);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.target as HTMLElement;
    fetched.set(target, performance.now());
    reopen(menus.get(target));
    menus.delete(target);
    const old = before.get(target);
    if (!old) return;
    for (const one of all("[data-flash]", target)) {
      const text = old.get(one.dataset["flash"] ?? "");
      if (text !== undefined && text !== one.textContent) one.classList.add("flash");
    }
  });
  document.addEventListener("htmx:afterSettle", () => connect());
}

export function startLive(): void {
  if (!document.body.dataset["liveUrl"]) return;
  for (const element of all("[data-live-topic]")) fetched.set(element, performance.now());
  watchSwaps();
  connect();
  const release = (): void => void window.setTimeout(() => [...waiting].forEach(refresh), 150);
  document.addEventListener("focusout", release);
  document.addEventListener("selectionchange", () => getSelection()?.isCollapsed && waiting.size && release());
  document.addEventListener("toggle", release, true);
  on("click", "[data-live-refresh]", (_event, button) => {
    const element = button.closest<HTMLElement>("[data-live-topic]");
    if (element) refresh(element);
  });
  window.addEventListener("offline", () => setDown(true));
  window.addEventListener("online", () => {
    attempt = 0;
    again();
  });
  // A browser opens few connections to one server: a tab in the background gives its own back.
  let hiding = 0;
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(hiding);
    if (document.hidden) {
      hiding = window.setTimeout(() => {
        stream?.close();
        stream = null;
      }, HIDDEN);
    } else if (!stream) connect();
  });
  window.addEventListener("pagehide", () => stream?.close());
  window.addEventListener("pageshow", (event) => event.persisted && ((topicsOpen = ""), connect()));
  window.setInterval(() => {
    if (stream && beating && !down && performance.now() - heard > SILENT) {
      setDown(true);
      topicsOpen = "";
      again();
    }
    showAges();
  }, 1000);
}

