// The planner's grid: arrows walk, a letter gives a shift, a shift is dragged to another place. The server judges.
import htmx from "htmx.org";
import { on } from "./dom";

const GIVES: Record<string, string> = { e: "early", m: "mid", l: "late", Delete: "", Backspace: "" };
type Place = { person: string; day: string };
let kept: Place | null = null;

function gridOf(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>("[data-planner]");
}

function placeOf(cell: HTMLElement): Place {
  return { person: cell.closest<HTMLElement>("[data-person]")?.dataset["person"] ?? "", day: cell.dataset["day"] ?? "" };
}

function send(grid: HTMLElement, values: Record<string, string>): void {
  void htmx.ajax("post", grid.dataset["placeUrl"] ?? "", { target: "#dialog-body", swap: "innerHTML", values });
}

function focus(cell: HTMLElement | null | undefined): void {
  if (!cell) return;
  for (const other of gridOf(cell)?.querySelectorAll<HTMLElement>(".roster-cell[tabindex='0']") ?? []) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}

function beside(cell: HTMLElement, rows: number, columns: number): HTMLElement | null {
  const row = cell.closest("tr");
  const column = [...(row?.querySelectorAll<HTMLElement>("[data-day]") ?? [])].indexOf(cell) + columns;
  let target: Element | null | undefined = row;
  if (rows) target = rows > 0 ? row?.nextElementSibling : row?.previousElementSibling;
  return [...(target?.querySelectorAll<HTMLElement>("[data-day]") ?? [])][column] ?? null;
}

function open(cell: HTMLElement, grid: HTMLElement): void {
  const { person, day } = placeOf(cell);
  void htmx.ajax("get", `${grid.dataset["cellUrl"] ?? ""}${person}/${day}/`, { target: "#dialog-body", swap: "innerHTML" });
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function typed(event: KeyboardEvent, cell: HTMLElement): void {
  const grid = gridOf(cell);
  if (!grid || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const step = STEPS[event.key];
  const given = GIVES[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (step) focus(beside(cell, ...step));
  else if (given !== undefined && "open" in grid.dataset) {
    kept = placeOf(cell);
    send(grid, { ...placeOf(cell), shift: given });
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

let dragged: HTMLElement | null = null;
let pressed = false; // a cell is held down: what is about to be dragged must not be drawn again under the hand
let dropped = false; // the answer to what was dropped draws the grid by itself
let missed = false; // the grid was to be drawn again meanwhile

/** Nothing is held or dragged any more: draw what was put off. */
function letGo(): void {
  pressed = false;
  if (missed && !dragged && !dropped) htmx.trigger(document.body, "plan-changed", {});
  if (!dragged) dropped = false;
}

function startDragging(): void {
  on("pointerdown", "[data-planner] [data-day]", () => {
    pressed = true;
  });
  for (const ends of ["pointerup", "pointercancel"]) document.addEventListener(ends, letGo);
  on("dragstart", "[data-planner] [data-day]", (event, cell) => {
    dragged = cell;
    cell.classList.add("is-dragged");
    (event as DragEvent).dataTransfer?.setData("text/plain", cell.getAttribute("aria-label") ?? "");
  });
  on("dragend", "[data-planner] [data-day]", (_event, cell) => {
    dragged = null;
    cell.classList.remove("is-dragged");
    document.querySelector(".is-target")?.classList.remove("is-target");
    letGo();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ target: Element; shouldSwap: boolean }>).detail;
    if (!detail.target.querySelector("[data-planner]")) return;
    missed = Boolean(dragged) || pressed;
    if (missed) detail.shouldSwap = false;
  });
  on("dragover", "[data-planner] [data-day]", (event, cell) => {
    if (!dragged || gridOf(dragged) !== gridOf(cell)) return;
    event.preventDefault();
    document.querySelector(".is-target")?.classList.remove("is-target");
    cell.classList.add("is-target");
  });
  on("drop", "[data-planner] [data-day]", (event, cell) => {
    const grid = gridOf(cell);
    if (!dragged || !grid || dragged === cell) return;
    event.preventDefault();
    dropped = true;
    const from = placeOf(dragged);
    kept = placeOf(cell);
    send(grid, { from_person: from.person, from_day: from.day, ...placeOf(cell) });
  });
}

/** After the grid was drawn again, the same place has the focus. */
function restore(): void {
  const grid = document.querySelector<HTMLElement>("[data-planner]");
  if (!grid) return;
  const first = grid.querySelector<HTMLElement>("[data-day]");
  if (first && !grid.querySelector(".roster-cell[tabindex='0']")) first.tabIndex = 0;
  if (!kept || document.querySelector("dialog[open]")) return;
  focus(grid.querySelector<HTMLElement>(`[data-person="${kept.person}"] [data-day="${kept.day}"]`));
}

export function startPlanner(): void {
  on("keydown", "[data-planner] [data-day]", (event, cell) => typed(event, cell));
  on("click", "[data-planner] [data-day]", (_event, cell) => {
    const grid = gridOf(cell);
    if (!grid) return;
    kept = placeOf(cell);
    open(cell, grid);
  });
  startDragging();
  document.addEventListener("htmx:afterSettle", restore);
  restore();
}
