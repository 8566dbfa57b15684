// Forms: the first error gets the focus, a form is sent once, a page with unsent input asks before it is left.
import { all, isEdited } from "./dom";

export function focusFirstError(root: ParentNode = document): void {
  const first = root.querySelector<HTMLElement>(".is-invalid:not([type=hidden]):not([hidden]), [data-autofocus]");
  first?.focus();
}

export function startForms(): void {
  focusFirstError();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method === "get" || form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset["sent"]) return event.preventDefault();
    form.dataset["sent"] = "yes";
    // After the browser has read which button was pressed.
    window.setTimeout(() => all<HTMLButtonElement>("button:not([type=button])", form).forEach((button) => (button.disabled = true)));
  });
  window.addEventListener("pageshow", () => {
    for (const form of all<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset["sent"];
      all<HTMLButtonElement>("button", form).forEach((button) => (button.disabled = false));
    }
  });
  window.addEventListener("beforeunload", (event) => {
    const asked = all<HTMLFormElement>("form[data-guard]:not([data-sent])");
    if (asked.some((form) => [...form.elements].some(isEdited))) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control instanceof HTMLElement && control.closest("form")?.hasAttribute("data-auto-submit")) control.closest("form")?.requestSubmit();
  });
}
