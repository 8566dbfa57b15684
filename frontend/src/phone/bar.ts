// The bar above the work: what only the browser's own line can do is asked of the telephone's window, everything else
// of the server.
import { all, on } from "../dom";
import { toast } from "../toast";
import { word } from "../words";
import { Talk, WINDOW, type Ask, type Line, type Word } from "./talk";

const PATIENCE = 800;
let line: Line | null = null;
let heard = 0;

function show(): void {
  const there = line !== null;
  document.documentElement.toggleAttribute("data-phone-window", there);
  for (const button of all("[data-phone-mute]")) {
    button.setAttribute("aria-pressed", String(Boolean(line?.muted)));
    button.dataset["phoneDo"] = line?.muted ? "unmute" : "mute";
  }
  for (const place of all("[data-phone-line]")) {
    place.hidden = there && !line?.problem;
    const text = !there ? word("phone_closed") : line?.problem ? word(line.problem) : "";
    if (place.textContent !== text) place.textContent = text;
  }
}

/** In the telephone's own window the wish is heard there; elsewhere it is sent to that window. */
function send(talk: Talk, said: Word): void {
  if (document.getElementById("telephone")) document.dispatchEvent(new CustomEvent("phone:do", { detail: said }));
  else talk.say(said);
}

/** What stands beside a call stays there, with its keys, until all of it has been fetched again. */
function keepBesideCall(): void {
  const beside = (): HTMLElement | null => document.querySelector<HTMLElement>("#phone [data-phone-call]");
  const waiting = ':scope > [hx-trigger="load"]';
  let kept: { call: string; nodes: Node[] } | null = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ((event as CustomEvent).detail.target?.id !== "phone") return;
    const old = beside();
    const shown = old?.querySelector(":scope > [data-phone-kept]") ?? old;
    const nodes = shown ? [...shown.childNodes].filter((node) => !(node instanceof Element && node.matches('[hx-trigger="load"]'))) : [];
    kept = old && nodes.length ? { call: old.dataset["phoneCall"] ?? "", nodes } : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!(event.target instanceof Element) || event.target.id !== "phone") return;
    const now = beside();
    if (kept && now?.dataset["phoneCall"] === kept.call && now.querySelector(waiting)) {
      const before = document.createElement("div");
      before.dataset["phoneKept"] = "";
      before.append(...kept.nodes);
      now.prepend(before);
      const looks = new MutationObserver(() => {
        if (now.querySelector(waiting)) return;
        looks.disconnect();
        before.remove();
      });
      looks.observe(now, { childList: true });
    }
    kept = null;
  });
}

export function startPhoneBar(): void {
  if (!document.getElementById("phone")) return;
  keepBesideCall();
  const talk = new Talk((said) => {
    if (!said.line) return;
    line = said.line;
    heard = performance.now();
    show();
  });
  const look = (): void => {
    talk.say({ ask: "tell" });
    window.setTimeout(() => {
      if (performance.now() - heard > PATIENCE * 2) line = null;
      show();
    }, PATIENCE);
  };
  on("click", "[data-phone-open]", (event, link) => {
    event.preventDefault();
    const opened = window.open(link.getAttribute("href") ?? "", WINDOW, "popup,width=440,height=720");
    if (!opened) toast(word("phone_popup"), "amber");
  });
  on("click", "[data-phone-do]", (_event, button) => {
    const said: Word = { ask: button.dataset["phoneDo"] as Ask };
    if (button.dataset["phoneKeys"]) said.keys = button.dataset["phoneKeys"];
    send(talk, said);
    if (!document.getElementById("telephone")) {
      window.setTimeout(() => {
        if (line === null) toast(word("phone_closed"), "amber");
      }, PATIENCE);
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof Element && event.target.id === "phone") show();
  });
  window.setInterval(look, 10_000);
  look();
}
