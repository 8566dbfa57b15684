// Small menus (<details data-menu>) and dialogs (<dialog>), without a framework.
import { all, on } from "./dom";
import { toast } from "./toast";
import { word } from "./words";

function closeMenus(but?: Element | null): void {
  for (const menu of all<HTMLDetailsElement>("details[data-menu][open]")) if (menu !== but) menu.open = false;
}

export function openDialog(dialog: HTMLDialogElement): void {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector<HTMLElement>("[autofocus], .is-invalid, input:not([type=hidden]), select, textarea")?.focus();
}

/** Close whatever is on top; true when there was something. */
export function closeTop(): boolean {
  const menu = document.querySelector<HTMLDetailsElement>("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    return true;
  }
  return false;
}

function moveInMenu(event: KeyboardEvent, menu: HTMLElement): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = all("a[href], button:not([disabled])", menu.querySelector(".pop-panel") ?? menu);
  if (!items.length) return;
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? items.length - 1 : at - 1;
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
}

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    const inside = event.target instanceof Element ? event.target.closest("details[data-menu]") : null;
    closeMenus(inside);
  });
  on("keydown", "details[data-menu][open]", moveInMenu);
  on("click", "[data-dialog-open]", (_event, button) => {
    const dialog = document.getElementById(button.dataset["dialogOpen"] ?? "");
    if (dialog instanceof HTMLDialogElement) openDialog(dialog);
  });
  on("click", "[data-dialog-close]", (_event, button) => button.closest("dialog")?.close());
  on("click", "dialog", (event, dialog) => {
    if (event.target === dialog && dialog instanceof HTMLDialogElement && !dialog.querySelector("form")) dialog.close();
  });
  on("click", "[data-back]", () => history.back());
  on("click", "[data-print]", () => window.print());
  on("click", "[data-copy]", (_event, element) => {
    void navigator.clipboard?.writeText(element.dataset["copy"] || (element.textContent ?? "")).then(() => toast(word("copied"), "green"));
  });
  // A fragment fetched into a dialog opens it; the server's `close-dialog` event closes it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.target instanceof Element ? event.target.closest("dialog") : null;
    if (dialog) openDialog(dialog);
  });
  document.addEventListener("close-dialog", () => {
    for (const dialog of all<HTMLDialogElement>("dialog[open]")) dialog.close();
  });
}
