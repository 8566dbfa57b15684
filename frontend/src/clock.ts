// The server's time in the browser. The machine's own clock is never used: seats have wrong clocks, and a demonstration
// may run faster than the wall.
import { meta } from "./dom";

let shown = Date.parse(meta("server-time")) || Date.now();
let since = performance.now();
const speed = Number(meta("clock-speed")) || 1;

/** Milliseconds since 1970 on the server's clock. */
export function now(): number {
  return shown + (performance.now() - since) * speed;
}

/** Shown seconds in a real one. */
export function pace(): number {
  return speed;
}

/** Take the server's word again when we are off by more than an answer travels: a machine that slept stops counting. */
export function correct(iso: string | null): void {
  const moment = iso ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(moment) || Math.abs(moment - now()) < 3000 * speed) return;
  shown = moment;
  since = performance.now();
}
