// The own position, asked from the device only when somebody taps: <button data-locate> fills `latitude` and `longitude`
// of its form (data-locate-form); a form that is sent by GET goes off at once. [data-locate-state] carries the words.
import { on } from "./dom";

const PATIENCE = 15000;

function say(form: HTMLFormElement, what: "asking" | "found" | "failed"): void {
  const place = form.querySelector<HTMLElement>("[data-locate-state]");
  if (place) place.textContent = place.dataset[what] ?? "";
}

function fill(form: HTMLFormElement, at: GeolocationCoordinates): void {
  for (const [name, value] of [["latitude", at.latitude], ["longitude", at.longitude]] as const) {
    const input = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (!input) continue;
    input.value = value.toFixed(6);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function startLocate(): void {
  on("click", "[data-locate]", (_event, button) => {
    const form = button.closest<HTMLFormElement>("form[data-locate-form]");
    if (!form) return;
    if (!("geolocation" in navigator)) return say(form, "failed");
    say(form, "asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill(form, coords);
        say(form, "found");
        if (form.method === "get") form.requestSubmit();
      },
      () => say(form, "failed"),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 30000 },
    );
  });
}
