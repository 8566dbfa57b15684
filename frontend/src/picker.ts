// A choice with search: <input data-picker-url> asks the server (which knows pinyin initials), <select data-picker>
// searches its own options (text and data-initials). The original control stays and carries the value.
import { all } from "./dom";
import { word } from "./words";

interface Option {
  value: string;
  label: string;
  detail?: string;
  initials?: string;
}
type Source = (query: string, abort: AbortSignal) => Promise<Option[]>;

let serial = 0;

function fromServer(url: string): Source {
  return async (query, signal) => {
    const address = new URL(url, location.href);
    address.searchParams.set("q", query);
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" }, signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return ((await answer.json()) as { options: Option[] }).options;
  };
}

function fromSelect(select: HTMLSelectElement): Source {
  const options = [...select.options]
    .filter((option) => option.value)
    .map((option) => ({
      value: option.value,
      label: option.text.trim(),
      detail: option.dataset["detail"] ?? "",
      initials: (option.dataset["initials"] ?? "").toLowerCase(),
    }));
  return (query) => {
    const wanted = query.trim().toLowerCase();
    return Promise.resolve(options.filter((o) => !wanted || o.label.toLowerCase().includes(wanted) || o.initials.startsWith(wanted) || o.initials.includes(wanted)));
  };
}

class Picker {
  private readonly box = document.createElement("div");
  private readonly input = document.createElement("input");
  private readonly list = document.createElement("ul");
  private readonly id = `picker-${++serial}`;
  private options: Option[] = [];
  private at = -1;
  private label: string;
  private abort: AbortController | null = null;
  private timer = 0;

  constructor(
    private readonly control: HTMLInputElement | HTMLSelectElement,
    private readonly source: Source,
  ) {
    this.label = control instanceof HTMLSelectElement ? (control.value ? (control.selectedOptions[0]?.text.trim() ?? "") : "") : (control.dataset["pickerLabel"] ?? "");
    this.build();
    this.listen();
  }

  private build(): void {
    const { control, input, list, box } = this;
    box.className = "picker";
    input.type = "text";
    input.className = "form-control picker-input";
    input.autocomplete = "off";
    input.value = this.label;
    input.placeholder = control.getAttribute("placeholder") ?? "";
    input.disabled = control.disabled;
    for (const name of ["aria-describedby", "aria-invalid", "data-key", "data-key-label", "autofocus", "data-autofocus"]) {
      const value = control.getAttribute(name);
      if (value !== null) input.setAttribute(name, value);
    }
    if (control.classList.contains("is-invalid")) input.classList.add("is-invalid");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.id);
    list.id = this.id;
    list.className = "picker-list";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    const named = control.id ? document.querySelector<HTMLLabelElement>(`label[for="${CSS.escape(control.id)}"]`) : null;
    if (named) {
      input.id = `${control.id}_search`;
      named.htmlFor = input.id;
      list.setAttribute("aria-label", named.textContent?.trim() ?? "");
    } else {
      input.setAttribute("aria-label", control.getAttribute("aria-label") ?? "");
    }
    if (control.required) {
      input.required = true;
      control.required = false;
    }
    control.removeAttribute("data-key");
    control.removeAttribute("data-autofocus");
    if (control instanceof HTMLInputElement) control.type = "hidden";
    else control.hidden = true;
    control.after(box);
    box.append(input, list);
  }

  private listen(): void {
    const { input, list } = this;
    input.addEventListener("input", () => this.search());
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => list.hidden && this.search(true));
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.leave());
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at]") : null;
      if (item) this.choose(Number(item.dataset["at"]));
    });
    this.control.addEventListener("draft:filled", () => void this.relabel());
  }

  private search(whole = false): void {
    window.clearTimeout(this.timer);
    const query = whole ? "" : this.input.value;
    this.timer = window.setTimeout(() => void this.ask(query), this.control instanceof HTMLSelectElement ? 0 : 150);
  }

  private async ask(query: string): Promise<void> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    if (this.list.hidden && !(this.control instanceof HTMLSelectElement)) this.show([], word("searching"));
    try {
      const found = await this.source(query, abort.signal);
      if (!abort.signal.aborted && document.activeElement === this.input) this.show(found, found.length ? "" : word("none"));
    } catch {
      if (!abort.signal.aborted) this.show([], word("offline"));
    }
  }

  private show(options: Option[], note: string): void {
    this.options = options;
    this.at = options.length && this.input.value !== this.label ? 0 : options.findIndex((o) => o.value === this.control.value);
    const items = options.slice(0, 200).map((option, at) => {
      const item = document.createElement("li");
      item.id = `${this.id}-${at}`;
      item.dataset["at"] = String(at);
      item.setAttribute("role", "option");
      const label = document.createElement("span");
      label.className = "picker-label";
      label.textContent = option.label;
      item.append(label);
      if (option.detail) {
        const detail = document.createElement("span");
        detail.className = "picker-detail";
        detail.textContent = option.detail;
        item.append(detail);
      }
      return item;
    });
    if (note) {
      const item = document.createElement("li");
      item.className = "picker-note";
      item.setAttribute("role", "presentation");
      item.textContent = note;
      items.push(item);
    }
    this.list.replaceChildren(...items);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark();
  }

  private mark(): void {
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === this.at)));
    const current = this.list.children[this.at];
    if (current && this.at >= 0) {
      this.input.setAttribute("aria-activedescendant", current.id);
      current.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) this.search(true);
      else if (this.options.length) {
        this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + this.options.length) % this.options.length;
        this.mark();
      }
    } else if (event.key === "Enter" && !event.ctrlKey && open && this.at >= 0) this.choose(this.at);
    else if (event.key === "Escape" && open) this.close(true);
    else if (event.key === "Tab" && open && this.at >= 0 && this.input.value !== this.label) {
      this.choose(this.at);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(at: number): void {
    const option = this.options[at];
    if (!option) return;
    this.label = option.label;
    this.set(option.value);
    this.close(true);
  }

  private set(value: string): void {
    if (this.control.value === value) return;
    this.control.value = value;
    this.control.dispatchEvent(new Event("input", { bubbles: true }));
    this.control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private leave(): void {
    if (!this.input.value.trim()) {
      this.label = "";
      this.set("");
    }
    this.close(true);
  }

  private close(reset: boolean): void {
    window.clearTimeout(this.timer);
    this.abort?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (reset) this.input.value = this.label;
  }

  /** A draft put a value in: show its words. */
  private async relabel(): Promise<void> {
    const value = this.control.value;
    if (this.control instanceof HTMLSelectElement) this.label = value ? (this.control.selectedOptions[0]?.text.trim() ?? "") : "";
    else {
      const found = await this.source(value, new AbortController().signal).catch(() => []);
      this.label = found.find((option) => option.value === value)?.label ?? value;
    }
    this.input.value = this.label;
  }
}

export function startPickers(root: ParentNode = document): void {
  for (const control of all<HTMLInputElement | HTMLSelectElement>("input[data-picker-url], select[data-picker]", root)) {
    if (control.dataset["pickerOn"]) continue;
    control.dataset["pickerOn"] = "yes";
    new Picker(control, control instanceof HTMLSelectElement ? fromSelect(control) : fromServer(control.dataset["pickerUrl"] ?? ""));
  }
}
