// Nothing typed is ever lost: a form with data-draft-url keeps a draft on the server while a person types.
//   GET url -> {"fields": {...}} or 204; POST url with the form's fields keeps it; DELETE happens on the server on submit.
import { all, post } from "./dom";
import { toast } from "./toast";
import { word } from "./words";

const PAUSE = 1200;
const RETRY = 5000;

function say(form: HTMLFormElement, text: string, state: string): void {
  const place = form.querySelector<HTMLElement>("[data-draft-state]");
  if (!place) return;
  place.textContent = text;
  place.dataset["state"] = state;
}

function fill(form: HTMLFormElement, fields: Record<string, string | string[]>): number {
  let filled = 0;
  for (const control of all<HTMLInputElement>("input[name], textarea[name], select[name]", form)) {
    const value = fields[control.name];
    if (value === undefined || ["hidden", "file", "password"].includes(control.type) || control.name === "csrfmiddlewaretoken") continue;
    if (control.type === "checkbox" || control.type === "radio") {
      const wanted = [value].flat().includes(control.value);
      filled += Number(control.checked !== wanted);
      control.checked = wanted;
    } else if (typeof value === "string" && control.value !== value) {
      control.value = value;
      control.dispatchEvent(new Event("draft:filled", { bubbles: true }));
      filled += 1;
    }
  }
  return filled;
}

async function restore(form: HTMLFormElement, url: string): Promise<void> {
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (answer.status !== 200) return;
  const { fields } = (await answer.json()) as { fields?: Record<string, string | string[]> };
  if (fields && fill(form, fields)) {
    say(form, word("restored"), "saved");
    toast(word("restored"));
  }
}

function keep(form: HTMLFormElement, url: string): void {
  let timer = 0;
  let unsent = false;
  let running = false;
  const body = (): URLSearchParams => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
    return fields;
  };
  const save = async (): Promise<void> => {
    if (running || !form.isConnected) return;
    running = true;
    unsent = false;
    say(form, word("saving"), "saving");
    try {
      const answer = await post(url, body());
      if (!answer.ok) throw new Error(String(answer.status));
      say(form, word("saved"), "saved");
    } catch {
      unsent = true;
      say(form, word("unsaved"), "failed");
      timer = window.setTimeout(() => void save(), RETRY);
    } finally {
      running = false;
    }
    if (unsent && !timer) later();
  };
  const later = (): void => {
    unsent = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      void save();
    }, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    unsent = false;
    window.clearTimeout(timer);
  });
  // The page is being left in the pause between two drafts: send the last one along.
  window.addEventListener("pagehide", () => {
    if (!unsent || !form.isConnected) return;
    navigator.sendBeacon(url, body());
  });
}

export function startDrafts(root: ParentNode = document): void {
  for (const form of all<HTMLFormElement>("form[data-draft-url]", root)) {
    const url = form.dataset["draftUrl"] ?? "";
    if (form.dataset["draftOn"] || !url) continue;
    form.dataset["draftOn"] = "yes";
    void restore(form, url).catch(() => undefined);
    keep(form, url);
  }
}
