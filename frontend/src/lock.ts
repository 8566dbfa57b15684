// Leaving the seat locks it: after data-lock-after seconds without input, in whichever tab, the page posts data-lock-url.
import { post } from "./dom";

const KEY = "hotline:last-input";

export function startLock(): void {
  const url = document.body.dataset["lockUrl"];
  const after = Number(document.body.dataset["lockAfter"] ?? 0) * 1000;
  if (!url || !after) return;
  // The machine's own clock is good enough here: only differences between two readings of it count.
  let last = Date.now();
  let told = 0;
  const touch = (): void => {
    last = Date.now();
    if (last - told > 5000) {
      told = last;
      try {
        localStorage.setItem(KEY, String(last));
      } catch {
        // Without storage each tab counts for itself.
      }
    }
  };
  for (const type of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(type, touch, { passive: true, capture: true });
  }
  window.addEventListener("storage", (event) => {
    if (event.key === KEY) last = Math.max(last, Number(event.newValue));
  });
  window.setInterval(() => {
    if (Date.now() - last < after) return;
    last = Date.now();
    void post(url)
      .then((answer) => location.assign(answer.redirected ? answer.url : document.body.dataset["signInUrl"] || "/"))
      .catch(() => location.assign(document.body.dataset["signInUrl"] || "/"));
  }, 5000);
}
