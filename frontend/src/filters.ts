// On a phone the filters of a list fold behind one button, so that the list itself stands on the first screen. Without
// scripts they stand open, as on a desk.
import { all } from "./dom";
import { word } from "./words";

const KEPT = `filters:${location.pathname}`;

/** How many filters after the first field, which stays in sight, narrow the list now. */
function inUse(form: Element): number {
  const controls = all<HTMLInputElement>(":scope > .field ~ .field :is(input, select)", form);
  const narrows = (one: HTMLInputElement): boolean => (one.type === "checkbox" ? one.checked : one.type !== "hidden" && !one.required && one.value !== "");
  return controls.filter(narrows).length;
}

function setOpen(form: HTMLElement, button: HTMLElement, open: boolean): void {
  form.toggleAttribute("data-open", open);
  button.setAttribute("aria-expanded", String(open));
}

export function startFilters(root: ParentNode = document): void {
  for (const form of all<HTMLElement>("form.filters", root)) {
    const [first, second, third] = all<HTMLElement>(":scope > .field", form);
    if (!first || !second || !third || form.querySelector(":scope > .filters-fold")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn filters-fold";
    button.textContent = word("filters");
    const count = inUse(form);
    if (count) {
      const mark = document.createElement("span");
      mark.className = "count";
      mark.textContent = String(count);
      button.append(mark);
    }
    first.after(button);
    setOpen(form, button, sessionStorage.getItem(KEPT) === "open" || form.querySelector(".is-invalid") !== null);
    button.addEventListener("click", () => {
      const open = !form.hasAttribute("data-open");
      setOpen(form, button, open);
      sessionStorage.setItem(KEPT, open ? "open" : "");
    });
  }
}
