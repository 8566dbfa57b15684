// The sentences of these modules, in the page's language, as the server wrote them into the page.

const found = document.getElementById("words")?.textContent;
const words: Record<string, string> = found ? JSON.parse(found) : {};

export function word(key: string, values: Record<string, string | number> = {}): string {
  let text = words[key] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, String(value));
  return text;
}

/** `4分32秒` or `4m 32s`: the same shapes as the server's `duration`. */
export function duration(seconds: number): string {
  const total = Math.floor(Math.abs(seconds));
  const gap = document.documentElement.lang.startsWith("zh") ? "" : " ";
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [d, h, m, s] = [Math.floor(total / 86400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60, total % 60];
  if (d) return `${d}${word("d")}${gap}${h}${word("h")}`;
  if (h) return `${h}${word("h")}${gap}${pad(m)}${word("m")}`;
  if (m) return `${m}${word("m")}${gap}${pad(s)}${word("s")}`;
  return `${s}${word("s")}`;
}
