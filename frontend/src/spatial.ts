// The spatial view: open cases as clusters that the server makes, heat by sub-class, a day replayed.
//   <div class="map" data-spatial="open|heat|day" data-ground-url data-data-url data-tiles? data-list-url?></div>
import L from "leaflet";
import type { Feature, FeatureCollection, Point, Polygon } from "geojson";

type Data = FeatureCollection & { bounds?: number[]; is_cut?: boolean; unplaced?: number };
const DAY = 1440;
const FRESH = 30; // minutes for which a report of the replay stands out
const TURN = 120; // milliseconds a step of the replay takes
const STEP = 10; // minutes

const element = document.querySelector<HTMLElement>("[data-spatial]");
const note = document.getElementById("spatial-note");
const legend = document.getElementById("spatial-legend");

async function load(url: string, signal?: AbortSignal): Promise<Data | null> {
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) }).catch(() => null);
  return answer?.ok ? ((await answer.json()) as Data) : null;
}

function words(lines: (string | undefined)[]): HTMLElement {
  const box = document.createElement("div");
  for (const line of lines.filter(Boolean)) {
    const row = document.createElement("div");
    row.textContent = line ?? "";
    box.append(row);
  }
  return box;
}

function say(data: Data): void {
  if (!note || !element) return;
  const said: string[] = [];
  if (!data.features.length) said.push(element.dataset["wordNone"] ?? "");
  if (data.is_cut) said.push(element.dataset["wordCut"] ?? "");
  if (data.unplaced) said.push(`${element.dataset["wordUnplaced"] ?? ""} ${data.unplaced}`);
  note.textContent = said.join(" ");
}

function spot(feature: Feature): L.LatLngTuple {
  const [lng = 0, lat = 0] = (feature.geometry as Point).coordinates;
  return [lat, lng];
}

function mark(feature: Feature): L.CircleMarker {
  const about = feature.properties ?? {};
  const marker = L.circleMarker(spot(feature), { radius: 6, className: `map-point tone-${String(about["tone"] ?? "blue")}` });
  marker.bindTooltip(words([about["title"] as string, about["text"] as string]));
  if (about["url"]) marker.on("click", () => location.assign(String(about["url"])));
  return marker;
}

function cluster(map: L.Map, feature: Feature): L.Marker {
  const about = feature.properties ?? {};
  const count = Number(about["count"]);
  const size = count > 999 ? 46 : count > 99 ? 40 : count > 9 ? 34 : 28;
  const label = document.createElement("span");
  label.textContent = String(count);
  const marker = L.marker(spot(feature), { icon: L.divIcon({ className: "map-cluster", html: label, iconSize: [size, size] }), alt: label.textContent, keyboard: true });
  const [south = 0, west = 0, north = 0, east = 0] = about["bounds"] as number[];
  marker.on("click", () => (north - south > 1e-6 || east - west > 1e-6 ? map.fitBounds([[south, west], [north, east]], { padding: [30, 30] }) : map.setView(spot(feature), Math.min(map.getZoom() + 3, map.getMaxZoom()))));
  return marker;
}

function showOpen(map: L.Map, url: string): void {
  const layer = L.layerGroup().addTo(map);
  let asked: AbortController | null = null;
  const draw = async (): Promise<void> => {
    asked?.abort();
    asked = new AbortController();
    const mine = asked;
    const box = map.getBounds().pad(0.1).toBBoxString();
    const data = await load(`${url}&zoom=${Math.max(1, Math.round(map.getZoom()))}&box=${box}`, mine.signal);
    if (!data || mine !== asked) return;
    layer.clearLayers();
    for (const feature of data.features) layer.addLayer(feature.properties?.["count"] ? cluster(map, feature) : mark(feature));
    say(data);
  };
  map.on("moveend", () => void draw());
  void draw();
}

function key(level: number, text: string): HTMLElement {
  const row = document.createElement("span");
  row.className = "heat-key";
  row.innerHTML = `<svg width="16" height="12" aria-hidden="true"><rect class="heat heat-${level}" width="16" height="12"></rect></svg>`;
  row.append(text);
  return row;
}

async function showHeat(map: L.Map, url: string): Promise<void> {
  const data = await load(url);
  if (!data || !element) return;
  const listed = element.dataset["listUrl"];
  const category = new URLSearchParams(location.search).get("category") ?? "";
  L.geoJSON(data, {
    style: (feature) => ({ className: `heat heat-${Number(feature?.properties["level"] ?? 1)}` }),
    onEachFeature: (feature: Feature<Polygon>, layer) => {
      const about = feature.properties ?? {};
      layer.bindTooltip(words([String(about["name"] ?? ""), `${element.dataset["wordReports"] ?? ""} ${Number(about["count"])}`]));
      if (listed) layer.on("click", () => location.assign(`${listed}&cell=${String(about["cell"])}${/^\d+$/.test(category) ? `&category=${category}` : ""}`));
    },
  }).addTo(map);
  let low = 1;
  (data.bounds ?? []).forEach((bound, at) => {
    legend?.append(key(at + 1, low < bound ? `${low}–${bound}` : String(bound)));
    low = bound + 1;
  });
  say(data);
}

function clockOf(minute: number): string {
  const shown = Math.min(minute, DAY);
  return `${String(Math.floor(shown / 60)).padStart(2, "0")}:${String(shown % 60).padStart(2, "0")}`;
}

async function showDay(map: L.Map, url: string): Promise<void> {
  const slider = document.getElementById("player-time") as HTMLInputElement | null;
  const button = document.getElementById("player-play");
  const told = document.getElementById("player-clock");
  const count = document.getElementById("player-count");
  const data = await load(url);
  if (!data || !slider || !button) return;
  const reports = data.features.map((feature) => ({ minute: Number(feature.properties?.["minute"]), marker: mark(feature), shown: false }));
  const layer = L.layerGroup().addTo(map);
  const draw = (): void => {
    const now = Number(slider.value);
    let seen = 0;
    for (const report of reports) {
      const is = report.minute < now;
      if (is) seen += 1;
      if (is !== report.shown) {
        if (is) layer.addLayer(report.marker);
        else layer.removeLayer(report.marker);
        report.shown = is;
      }
      if (is) report.marker.getElement()?.classList.toggle("map-fresh", now - report.minute <= FRESH);
    }
    if (told) told.textContent = clockOf(now);
    if (count) count.textContent = `${element?.dataset["wordReports"] ?? ""} ${seen} / ${reports.length}`;
    slider.setAttribute("aria-valuetext", clockOf(now));
  };
  let timer = 0;
  const play = (on: boolean): void => {
    window.clearInterval(timer);
    timer = 0;
    button.setAttribute("aria-pressed", String(on));
    for (const part of button.querySelectorAll<HTMLElement>("[data-when]")) part.hidden = (part.dataset["when"] === "on") !== on;
    if (!on) return;
    if (Number(slider.value) >= DAY) slider.value = "0";
    timer = window.setInterval(() => {
      slider.value = String(Number(slider.value) + STEP);
      draw();
      if (Number(slider.value) >= DAY) play(false);
    }, TURN);
  };
  button.addEventListener("click", () => play(!timer));
  slider.addEventListener("input", draw);
  slider.value = reports.length ? String(Math.max(0, Math.floor((reports[0]?.minute ?? 0) / STEP) * STEP)) : "0";
  draw();
  say(data);
}

async function start(on: HTMLElement): Promise<void> {
  const map = L.map(on, { attributionControl: false, zoomSnap: 0.25, minZoom: 4, maxZoom: 18 });
  const tiles = on.dataset["tiles"];
  if (tiles) {
    on.classList.add("has-tiles");
    L.tileLayer(tiles, { maxZoom: 19 }).addTo(map);
    const by = on.dataset["tilesBy"];
    if (by) {
      const safe = document.createElement("span");
      safe.textContent = by;
      L.control.attribution({ prefix: false }).addAttribution(safe.innerHTML).addTo(map);
    }
  }
  const shapes = await load(on.dataset["groundUrl"] ?? "");
  const ground = shapes ? L.geoJSON(shapes, { style: { className: "map-district" }, interactive: false }).addTo(map) : null;
  if (ground?.getBounds().isValid()) map.fitBounds(ground.getBounds(), { padding: [8, 8] });
  else map.setView([35, 105], 5);
  L.control.scale({ imperial: false }).addTo(map);
  const url = on.dataset["dataUrl"] ?? "";
  if (on.dataset["spatial"] === "heat") await showHeat(map, url);
  else if (on.dataset["spatial"] === "day") await showDay(map, url);
  else showOpen(map, url);
}

if (element) void start(element);
