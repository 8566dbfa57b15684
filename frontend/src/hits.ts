// A search box with its hits: down and up walk through them, Enter opens the first, typing goes back to the box.
import { all, on } from "./dom";

function move(event: KeyboardEvent, root: HTMLElement): void {
  const box = root.querySelector<HTMLInputElement>("input[type=search]");
  const hits = all("[data-hit]", root).filter((hit) => hit.getClientRects().length > 0);
  const focus = document.activeElement;
  const at = hits.indexOf(focus as HTMLElement);
  if (!box || event.isComposing || (focus !== box && at < 0)) return;
  if (event.key === "ArrowDown") (hits[at + 1] ?? hits[at] ?? box).focus();
  else if (event.key === "ArrowUp") (at > 0 ? hits[at - 1] : box)?.focus();
  else if (event.key === "Enter" && focus === box && hits[0] && !event.ctrlKey) hits[0].click();
  else if (event.key === "Escape" && focus !== box) box.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function startHits(): void {
  on("keydown", "[data-hits]", move);
}
