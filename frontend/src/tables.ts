// Lists: rows by keyboard (j, k, arrows, Enter, x), selection with a bulk bar.
import { all, isTyping, on } from "./dom";
import { word } from "./words";

function rowsOf(table: Element): HTMLElement[] {
  return all("tbody tr[data-href], tbody tr[data-row]", table);
}

function focusRow(row: HTMLElement | undefined): void {
  if (!row) return;
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function open(row: HTMLElement): void {
  const link = row.querySelector<HTMLAnchorElement>("a[data-open], td a[href], th a[href]");
  if (link) link.click();
  else if (row.dataset["href"]) location.assign(row.dataset["href"]);
}

function move(event: KeyboardEvent): boolean {
  const focus = document.activeElement;
  if (isTyping(focus) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return false;
  if (focus?.closest("details[open], [role=listbox], [role=radiogroup]")) return false;
  const row = focus?.closest<HTMLElement>("tr[data-href], tr[data-row]") ?? null;
  const table = row?.closest("table") ?? document.querySelector("table[data-table]");
  if (!table) return false;
  const rows = rowsOf(table);
  const at = row ? rows.indexOf(row) : -1;
  const steps: Record<string, number> = { j: at + 1, k: at - 1 };
  if (row || focus === document.body || focus?.id === "main") {
    Object.assign(steps, { ArrowDown: at + 1, ArrowUp: at - 1 });
  }
  if (row) Object.assign(steps, { Home: 0, End: rows.length - 1 });
  const step = steps[event.key];
  if (step !== undefined) {
    focusRow(rows[Math.max(0, Math.min(rows.length - 1, step))]);
    return rows.length > 0;
  }
  if (!row || focus !== row) return false;
  if (event.key === "Enter") {
    open(row);
    return true;
  }
  const box = row.querySelector<HTMLInputElement>("input[data-select]");
  if ((event.key === "x" || event.key === " ") && box) {
    box.click();
    return true;
  }
  return false;
}

function count(table: Element): void {
  const boxes = all<HTMLInputElement>("input[data-select]", table);
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr")?.toggleAttribute("data-selected", box.checked);
  const whole = table.querySelector<HTMLInputElement>("input[data-select-all]");
  if (whole) {
    whole.checked = chosen.length > 0 && chosen.length === boxes.length;
    whole.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  const bar = (table.closest("form") ?? document).querySelector<HTMLElement>("[data-bulk]");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const text = bar.querySelector("[data-bulk-count]");
  if (text) text.textContent = word("selected", { n: chosen.length });
}

export function startTables(): void {
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && move(event)) event.preventDefault();
  });
  on("change", "input[data-select-all]", (_event, whole) => {
    const table = whole.closest("table");
    if (!table) return;
    for (const box of all<HTMLInputElement>("input[data-select]", table)) box.checked = (whole as HTMLInputElement).checked;
    count(table);
  });
  on("change", "input[data-select]", (_event, box) => {
    const table = box.closest("table");
    if (table) count(table);
  });
  on("click", "tr[data-href]", (event, row) => {
    const target = event.target as Element;
    if (target.closest("a, button, input, label, select, summary") || getSelection()?.isCollapsed === false) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset["href"], "_blank", "noopener");
    else open(row);
  });
}
