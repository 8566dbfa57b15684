// Maps without a tile server: our own districts as polygons on a plain ground, cases as points, close points as one.
//   <div class="map" data-map data-districts-url="…geojson" data-points-url="…geojson"></div>
//   <div class="map" data-map data-point="31.2,121.4" data-pick-lat="id_latitude" data-pick-lng="id_longitude"></div>
import L from "leaflet";
import type { Feature, FeatureCollection, Point } from "geojson";
import { all } from "./dom";

const CELL = 44;

async function load(url: string | undefined): Promise<FeatureCollection | null> {
  if (!url) return null;
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? ((await answer.json()) as FeatureCollection) : null;
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

function districts(map: L.Map, shapes: FeatureCollection): L.GeoJSON {
  return L.geoJSON(shapes, {
    style: { className: "map-district" },
    onEachFeature: (feature, layer) => {
      const name = String(feature.properties?.["name"] ?? "");
      const count = feature.properties?.["count"] as number | undefined;
      layer.bindTooltip(words([name, count === undefined ? undefined : String(count)]), { permanent: false, direction: "center", className: "map-name" });
      const url = feature.properties?.["url"] as string | undefined;
      if (url) layer.on("click", () => location.assign(url));
    },
  }).addTo(map);
}

function mark(feature: Feature<Point>): L.CircleMarker {
  const [lng = 0, lat = 0] = feature.geometry.coordinates;
  const about = feature.properties ?? {};
  const marker = L.circleMarker([lat, lng], { radius: 6, className: `map-point tone-${String(about["tone"] ?? "blue")}` });
  marker.bindTooltip(words([about["title"] as string, about["text"] as string]));
  if (about["url"]) marker.on("click", () => location.assign(String(about["url"])));
  return marker;
}

function group(map: L.Map, features: Feature<Point>[]): Feature<Point>[][] {
  const cells = new Map<string, Feature<Point>[]>();
  for (const feature of features) {
    const [lng = 0, lat = 0] = feature.geometry.coordinates;
    const at = map.project([lat, lng]);
    const key = `${Math.floor(at.x / CELL)}:${Math.floor(at.y / CELL)}`;
    cells.set(key, [...(cells.get(key) ?? []), feature]);
  }
  return [...cells.values()];
}

function cluster(map: L.Map, members: Feature<Point>[]): L.Marker {
  const spots = members.map((one) => L.latLng(one.geometry.coordinates[1] ?? 0, one.geometry.coordinates[0] ?? 0));
  const bounds = L.latLngBounds(spots);
  const size = members.length > 99 ? 40 : members.length > 9 ? 34 : 28;
  const label = document.createElement("span");
  label.textContent = String(members.length);
  const marker = L.marker(bounds.getCenter(), { icon: L.divIcon({ className: "map-cluster", html: label, iconSize: [size, size] }), alt: label.textContent, keyboard: true });
  marker.on("click", () => (bounds.isValid() && !spots.every((spot) => spot.equals(spots[0]!)) ? map.fitBounds(bounds, { padding: [30, 30] }) : map.setZoomAround(bounds.getCenter(), map.getZoom() + 2)));
  return marker;
}

function points(map: L.Map, shapes: FeatureCollection): void {
  const features = shapes.features.filter((one): one is Feature<Point> => one.geometry?.type === "Point");
  const layer = L.layerGroup().addTo(map);
  const draw = (): void => {
    layer.clearLayers();
    const near = map.getZoom() >= map.getMaxZoom() - 1;
    for (const members of near ? features.map((one) => [one]) : group(map, features)) {
      layer.addLayer(members.length === 1 ? mark(members[0]!) : cluster(map, members));
    }
  };
  map.on("zoomend", draw);
  draw();
}

function pick(map: L.Map, element: HTMLElement): void {
  const lat = document.getElementById(element.dataset["pickLat"] ?? "") as HTMLInputElement | null;
  const lng = document.getElementById(element.dataset["pickLng"] ?? "") as HTMLInputElement | null;
  if (!lat || !lng) return;
  let marker: L.CircleMarker | null = null;
  const put = (at: L.LatLng): void => {
    marker?.remove();
    marker = L.circleMarker(at, { radius: 8, className: "map-point tone-red" }).addTo(map);
  };
  if (lat.value && lng.value) put(L.latLng(Number(lat.value), Number(lng.value)));
  map.on("click", (event) => {
    put(event.latlng);
    lat.value = event.latlng.lat.toFixed(6);
    lng.value = event.latlng.lng.toFixed(6);
    for (const input of [lat, lng]) input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function start(element: HTMLElement): Promise<void> {
  element.dataset["mapOn"] = "yes";
  const map = L.map(element, { attributionControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 18, preferCanvas: false, scrollWheelZoom: element.hasAttribute("data-wheel") });
  const [shapes, cases] = await Promise.all([load(element.dataset["districtsUrl"]), load(element.dataset["pointsUrl"])]);
  const ground = shapes ? districts(map, shapes) : null;
  const [lat, lng] = (element.dataset["point"] ?? "").split(",").map(Number);
  if (lat !== undefined && lng !== undefined && !Number.isNaN(lat) && !Number.isNaN(lng)) {
    map.setView([lat, lng], 15);
    L.circleMarker([lat, lng], { radius: 8, className: "map-point tone-red" }).addTo(map);
  } else if (ground?.getBounds().isValid()) map.fitBounds(ground.getBounds(), { padding: [8, 8] });
  else map.setView([31.23, 121.47], 11);
  if (cases) points(map, cases);
  if (element.dataset["pickLat"]) pick(map, element);
  L.control.scale({ imperial: false }).addTo(map);
}

function startAll(): void {
  for (const element of all("[data-map]:not([data-map-on])")) void start(element);
}

startAll();
document.addEventListener("htmx:afterSettle", startAll);
