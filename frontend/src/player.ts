// The drawn wave of a recording is where one listens: it shows the place, and a press or the arrow keys go elsewhere.
import { all } from "./dom";

const STEP = 5;

function tie(player: HTMLElement): void {
  const sound = player.querySelector<HTMLAudioElement>("audio");
  const wave = player.querySelector<HTMLElement>("[data-wave]");
  const now = player.querySelector<HTMLElement>("[data-wave-now]");
  if (!sound || !wave || !now || player.dataset.tied) return;
  player.dataset.tied = "1";
  const length = (): number => (Number.isFinite(sound.duration) ? sound.duration : Number(wave.getAttribute("aria-valuemax")));
  const show = (): void => {
    const whole = length();
    now.style.setProperty("inset-inline-start", `${whole ? (100 * sound.currentTime) / whole : 0}%`);
    wave.setAttribute("aria-valuenow", String(Math.round(sound.currentTime)));
  };
  const go = (to: number): void => {
    sound.currentTime = Math.min(Math.max(to, 0), length());
    show();
  };
  wave.addEventListener("pointerdown", (event) => {
    const box = wave.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * length());
  });
  wave.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowLeft: -STEP, ArrowRight: STEP };
    const step = steps[event.key];
    if (step !== undefined) go(sound.currentTime + step);
    else if (event.key === " " || event.key === "Enter") void (sound.paused ? sound.play() : sound.pause());
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  sound.addEventListener("timeupdate", show);
}

export function startPlayers(root: ParentNode = document): void {
  for (const player of all("[data-player]", root)) tie(player);
}
