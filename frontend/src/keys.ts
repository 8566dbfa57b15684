// Keyboard first: `/` search, `?` the page's keys, one-key actions (data-key), Ctrl+Enter, Esc.
import { all, isTyping } from "./dom";
import { closeTop, openDialog } from "./menus";

function visible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0 && !element.hasAttribute("disabled");
}

function labelOf(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const key of all("kbd, .count", copy)) key.remove();
  return element.dataset["keyLabel"] ?? element.getAttribute("aria-label") ?? copy.textContent?.trim() ?? "";
}

function listKeys(list: Element): void {
  list.replaceChildren(
    ...all("[data-key]")
      .filter(visible)
      .map((element) => {
        const row = document.createElement("div");
        const key = document.createElement("kbd");
        key.textContent = (element.dataset["key"] ?? "").toUpperCase();
        const term = document.createElement("dt");
        term.append(key);
        const text = document.createElement("dd");
        text.textContent = labelOf(element);
        row.append(term, text);
        return row;
      }),
  );
}

function showKeys(): void {
  const dialog = document.getElementById("keys");
  const list = dialog?.querySelector("[data-key-list]");
  if (!(dialog instanceof HTMLDialogElement) || !list) return;
  listKeys(list);
  openDialog(dialog);
}

/** Elements of an open dialog win over those of the page behind it. */
function press(key: string): boolean {
  const root = document.querySelector("dialog[open]") ?? document;
  const target = all(`[data-key]`, root).find((element) => element.dataset["key"] === key && visible(element));
  if (!target) return false;
  if (isTyping(target)) target.focus();
  else {
    if (target.matches("details[data-menu] > summary")) target.focus(); // the arrows go on from there
    target.click();
  }
  return true;
}

function submit(from: Element | null): boolean {
  const form = from?.closest("form") ?? document.querySelector<HTMLFormElement>("form[data-submit-key]");
  if (!form) return false;
  const button = form.querySelector<HTMLButtonElement>("[data-primary], button[type=submit], button:not([type])");
  form.requestSubmit(button);
  return true;
}

function handle(event: KeyboardEvent): boolean {
  const focus = document.activeElement;
  if (event.isComposing) return false;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return submit(focus);
  if (event.key === "Escape") {
    if (closeTop()) return true;
    if (isTyping(focus) && !focus?.closest("dialog")) {
      (focus as HTMLElement).blur();
      return true;
    }
    return false;
  }
  if (event.altKey && !event.ctrlKey && event.key.length === 1) return press(`Alt+${event.key.toLowerCase()}`);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(focus)) return false;
  if (event.key === "/") {
    const search = document.querySelector<HTMLInputElement>("[data-search]");
    search?.focus();
    search?.select();
    return search !== null;
  }
  if (event.key === "?") {
    showKeys();
    return true;
  }
  return event.key.length === 1 && press(event.key.toLowerCase());
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && handle(event)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-keys-open]")) showKeys();
  });
}
