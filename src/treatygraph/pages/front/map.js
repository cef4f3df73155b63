// The map that can be moved, the slider, and the panel that follows them. Everything here also works without, by the server.
import { CircleMarker, LatLngBounds, Map, Polygon, SVG, Tooltip, control } from "leaflet/dist/leaflet-src.esm.js";
import "leaflet/dist/leaflet.css";

const NOBODY = "#d8d8d8";
const OUTLINE = "#3c3c3c";
const DAY = 86400000;
const STEP = 1200; // milliseconds that a change is shown while playing
const LISTED = 60; // names of places that cannot be drawn
const SPACE = "http://www.w3.org/2000/svg";

const root = document.querySelector(".explorer");
const language = document.documentElement.lang;
const state = { date: root.dataset.date, island: root.dataset.island, layer: root.dataset.layer };
const dossiers = {};
let geo, map, shapes, playing;

const dayOf = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
const isoOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const written = new Intl.DateTimeFormat({ en: "en-GB" }[language] ?? language, { dateStyle: "long", timeZone: "UTC" });

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Markup of our own server, parsed without running anything.
const parsed = (text) => [...new DOMParser().parseFromString(text, "text/html").body.childNodes];

// Certain: start latest <= day < end earliest. Possible: start earliest <= day < end latest. As in positions.py.
function certainty(date, [startEarliest, startLatest, endEarliest, endLatest], seen) {
  const inside = !seen.length || seen.some(([first, after]) => first <= date && (!after || date < after));
  if (!inside || (startEarliest && date < startEarliest) || (endLatest && date >= endLatest)) return "";
  return startLatest && endEarliest && startLatest <= date && date < endEarliest ? "certain" : "possible";
}

// ---------------------------------------------------------------- colours and hatching, as the drawn map has them
function mixed(colour, other, share) {
  const part = (at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * (1 - share) + other * share);
  return `#${[1, 3, 5].map((at) => part(at).toString(16).padStart(2, "0")).join("")}`;
}

function shape(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function pattern(id, size, angle) {
  let defs = map.getPanes().overlayPane.querySelector("defs");
  if (!defs) {
    defs = shape("defs", {});
    map.getPanes().overlayPane.querySelector("svg").prepend(defs);
  }
  const found = defs.querySelector(`#${id}`);
  if (found) return null;
  const made = shape("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` });
  defs.append(made);
  return made;
}

function fillOfOne([holder, sure]) {
  const { colour, angle } = geo.holders[holder];
  const id = `fill-${holder}-${sure ? "certain" : "possible"}`;
  const made = pattern(id, 6, -angle);
  if (made) {
    made.append(shape("rect", { width: 6, height: 6, fill: sure ? colour : mixed(colour, 255, 0.8) }));
    made.append(shape("rect", { width: 6, height: 1.3, fill: mixed(colour, 0, 0.25) }));
  }
  return `url(#${id})`;
}

function fillOf(tints) {
  if (!tints.length) return NOBODY;
  if (tints.length === 1) return fillOfOne(tints[0]);
  const id = `fill-${tints.map(([holder, sure]) => `${holder}${sure ? "c" : "p"}`).join("-")}`;
  const width = 8;
  const made = pattern(id, width * tints.length, -70);
  tints.forEach((tint, at) => {
    const fill = fillOfOne(tint);
    made?.append(shape("rect", { x: at * width, width, height: width * tints.length, fill }));
  });
  return `url(#${id})`;
}

// ---------------------------------------------------------------- the map
function holdingsOn(date, layer) {
  const found = geo.places.map(() => []);
  for (const [place, holder, kind, itsLayer, manner, se, sl, ee, el, span] of geo.holdings) {
    if (itsLayer !== layer) continue;
    const now = certainty(date, [se, sl, ee, el], geo.spans[span]);
    if (now) found[place].push({ holder, kind, manner, sure: now === "certain" });
  }
  return found;
}

function covered(date) {
  return geo.spans.some((seen) => !seen.length || seen.some(([first, after]) => first <= date && (!after || date < after)));
}

const tintsOf = (held) => {
  const filling = held.filter(({ manner }) => manner !== "ring");
  return [...new Set(filling.map(({ holder }) => holder))].sort((a, b) => a - b).map((holder) => [holder, filling.some((each) => each.holder === holder && each.sure)]);
};

function told(place, held) {
  const nobody = covered(state.date) ? geo.nobody[state.layer] : geo.words.uncovered;
  const lines = held.map(({ holder, kind, sure }) => `${geo.holders[holder].label}: ${kind}, ${geo.words[sure ? "certain" : "possible"]}`);
  return [place.label, ...(lines.length ? lines : [nobody])];
}

function draw() {
  const holder = root.querySelector(".map");
  const live = node("div", { class: "live" });
  holder.replaceChildren(live);
  map = new Map(live, { renderer: new SVG({ padding: 0.6 }), zoomSnap: 0.25, minZoom: 3, maxZoom: 12, scrollWheelZoom: false, attributionControl: false });
  control.scale({ imperial: false }).addTo(map);
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  const points = (wanted) => geo.places.filter(wanted).flatMap((place) => [...place.rings.flat(), ...place.points].map(([x, y]) => [y, x]));
  const outlined = points((place) => place.rings.length && place.slug);
  const bounds = new LatLngBounds(outlined.length ? outlined : points(() => true));
  map.fitBounds(focusBounds() ?? bounds, { paddingTopLeft: [10, 10], paddingBottomRight: [map.getSize().x / 5, 10] }); // names stand to the right
  const order = geo.places.map((_, number) => number).filter((number) => geo.places[number].rings.length || geo.places[number].points.length);
  order.sort((a, b) => geo.places[b].parts.length - geo.places[a].parts.length || areaOf(geo.places[b]) - areaOf(geo.places[a]));
  shapes = order.map((number) => {
    const place = geo.places[number];
    const drawn = place.rings.length
      ? new Polygon(place.rings.map((ring) => ring.map(([x, y]) => [y, x])), { weight: 1, color: OUTLINE, fillOpacity: 1 })
      : new CircleMarker([place.points[0][1], place.points[0][0]], { radius: place.group ? 7 : 5, weight: 1, color: OUTLINE, fillOpacity: 1 });
    drawn.addTo(map);
    const ring = place.rings.length ? new Polygon(drawn.getLatLngs(), { weight: 7, fill: false, interactive: false, opacity: 0 }).addTo(map) : null;
    ring?.bringToBack();
    const name = new Tooltip({ permanent: true, direction: "right", className: "name", interactive: false });
    name.setLatLng(place.rings.length ? eastOf(place) : drawn.getLatLng()).setContent(() => node("span", {}, place.label)).addTo(map);
    if (place.slug) drawn.on("click", () => set({ island: place.slug }));
    drawn.bindTooltip("", { sticky: true, className: "told" });
    const path = drawn.getElement();
    if (place.slug) {
      path.setAttribute("role", "button");
      path.setAttribute("tabindex", "0");
      path.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          set({ island: place.slug });
        }
      });
    } else {
      path.setAttribute("role", "img");
    }
    path.dataset.island = place.slug;
    return { number, place, drawn, ring, name };
  });
  map.on("zoomend moveend", tidy);
}

function focusBounds() {
  // Begin with the places that were claimed by the same as the chosen one, through all the years.
  const claimed = geo.places.map(() => new Set());
  for (const [place, holder, , layer] of geo.holdings) if (layer === "claims") claimed[place].add(holder);
  const same = claimed.map((holders) => [...holders].sort().join());
  const chosen = same[geo.places.findIndex(({ slug }) => slug && slug === state.island)];
  const points = geo.places.flatMap((place, number) => (same[number] === chosen && place.rings.length && !place.parts.length ? place.rings.flat() : []));
  return points.length ? new LatLngBounds(points.map(([x, y]) => [y, x])).pad(0.08) : null;
}

function show(slug) {
  if (!map) return;
  // Bring a place that is out of sight or too small to see into the picture.
  const found = shapes.find(({ place }) => place.slug === slug);
  if (!found) return;
  const bounds = found.drawn.getBounds?.() ?? new LatLngBounds([found.drawn.getLatLng()]);
  const [from, to] = [map.latLngToContainerPoint(bounds.getNorthWest()), map.latLngToContainerPoint(bounds.getSouthEast())];
  if (!map.getBounds().contains(bounds) || Math.max(to.x - from.x, to.y - from.y) < 12) map.fitBounds(bounds.pad(2), { maxZoom: 9 });
}

const areaOf = (place) => {
  const ring = place.rings[0] ?? [];
  return Math.abs(ring.reduce((sum, [x, y], at) => sum + x * ring[(at + 1) % ring.length][1] - ring[(at + 1) % ring.length][0] * y, 0)) / 2;
};

function eastOf(place) {
  const points = place.rings.flat();
  const east = Math.max(...points.map(([x]) => x));
  const near = points.filter(([x]) => x > east - 0.02).map(([, y]) => y);
  return [near.reduce((a, b) => a + b, 0) / near.length, east];
}

// Names that would lie on one another: the larger place keeps its own, and the chosen one before all.
function tidy() {
  const taken = [];
  const frame = map.getContainer().getBoundingClientRect();
  const order = [...shapes].sort((a, b) => (b.place.slug === state.island) - (a.place.slug === state.island) || areaOf(b.place) - areaOf(a.place));
  for (const { name } of order) {
    const element = name.getElement();
    if (!element) continue;
    element.classList.remove("away");
    const box = element.getBoundingClientRect();
    const out = box.right > frame.right || box.left < frame.left || box.top < frame.top || box.bottom > frame.bottom;
    const over = taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
    if (out || over) element.classList.add("away");
    else taken.push(box);
  }
}

function paint() {
  if (!map) return;
  const found = holdingsOn(state.date, state.layer);
  const isCovered = covered(state.date);
  const focus = getComputedStyle(root).getPropertyValue("--focus").trim();
  for (const { number, place, drawn, ring } of shapes) {
    const held = found[number];
    const tints = tintsOf(held);
    const around = held.find(({ manner }) => manner === "ring");
    const heavy = held.some(({ manner }) => manner === "heavy");
    const unsure = tints.length > 0 && !tints.some(([, sure]) => sure);
    const chosen = place.slug && place.slug === state.island;
    drawn.setStyle({ fillColor: isCovered ? fillOf(tints) : "#ffffff", color: chosen ? focus : OUTLINE, weight: chosen ? 3 : heavy ? 2.2 : 1, dashArray: unsure ? "4 3" : null });
    ring?.setStyle({ opacity: around ? 1 : 0, color: around ? geo.holders[around.holder].colour : OUTLINE });
    const lines = told(place, held);
    drawn.setTooltipContent(() => node("span", {}, ...lines.flatMap((line, at) => (at ? [node("br"), line] : [node("strong", {}, line)]))));
    const path = drawn.getElement();
    path.setAttribute("aria-label", lines.join("; "));
    path.dataset.fill = tints.map(([holder, sure]) => `${holder}${sure ? "" : "?"}`).join(" ");
    if (place.slug) path.setAttribute("aria-pressed", String(Boolean(chosen)));
  }
  legend(found);
  tidy();
}

function legend(found) {
  const figure = root.querySelector(".plate");
  const held = found.flat();
  const items = [...new Set(held.map(({ holder }) => holder))].sort((a, b) => a - b).flatMap((holder) =>
    [true, false].filter((sure) => held.some((each) => each.holder === holder && each.sure === sure)).map((sure) =>
      node("li", {}, ...parsed(geo.holders[holder].swatches[sure ? 0 : 1]), `${geo.holders[holder].label}, ${geo.words[sure ? "certain" : "possible"]}`),
    ),
  );
  if (found.some((each) => tintsOf(each).length > 1)) items.push(node("li", {}, geo.words.several));
  items.push(node("li", { class: "nobody" }, node("i"), geo.nobody[state.layer]));
  const manners = geo.manners[state.layer] ?? {};
  for (const [manner, text] of Object.entries(manners)) if (held.some((each) => each.manner === manner)) items.push(node("li", {}, text));
  const absent = geo.places.filter((place, number) => !place.rings.length && !place.points.length && found[number].length);
  const notes = geo.notes[state.layer].map((note) => node("p", { class: "legend-note" }, note));
  if (absent.length) notes.push(node("p", { class: "legend-note" }, `${geo.words.unplaced}: ${absent.slice(0, LISTED).map(({ label }) => label).join("; ")}${absent.length > LISTED ? ` … ${absent.length}` : ""}`));
  notes.push(node("p", { class: "legend-note" }, geo.words.outlines));
  figure.querySelector(".key")?.remove();
  figure.append(node("div", { class: "key" }, node("ul", { class: "legend" }, ...items), ...notes));
}

// ---------------------------------------------------------------- the panel
async function panel() {
  const place = state.island;
  const link = document.querySelector(`.places [data-island="${CSS.escape(place)}"]`);
  if (!link) return;
  if (!dossiers[place]) {
    const answer = await fetch(link.dataset.dossier);
    if (!answer.ok) return;
    dossiers[place] = parsed(await answer.text());
    for (const part of dossiers[place]) {
      // Links of the fragment lead from where it lies, which in a site of files is another folder.
      for (const to of part.querySelectorAll?.("a[href]") ?? []) if (!to.getAttribute("href").startsWith("#")) to.href = new URL(to.getAttribute("href"), answer.url);
    }
  }
  if (place !== state.island) return; // another was chosen meanwhile
  const target = document.getElementById("panel");
  if (target.dataset.island !== place) {
    target.replaceChildren(...dossiers[place].map((part) => part.cloneNode(true)));
    target.dataset.island = place;
  }
  narrow(target);
}

function narrow(target) {
  for (const article of target.querySelectorAll(".position")) {
    const [se, sl, ee, el, seen] = JSON.parse(article.dataset.bounds);
    const now = certainty(state.date, [se, sl, ee, el], seen);
    article.hidden = !now;
    article.dataset.now = now;
    const badge = article.querySelector(".certainty");
    badge.className = `certainty ${now}`;
    badge.textContent = now ? article.dataset[now] : "";
  }
  for (const section of target.querySelectorAll(".section")) {
    section.querySelector(".nothing").hidden = Boolean(section.querySelector(".position:not([hidden])"));
    short(section);
  }
  for (const shown of document.querySelectorAll(".panel .shown, .slider .shown")) shown.textContent = written.format(dayOf(state.date) * DAY);
}

// The answer in one line, from what the panel shows.
function short(section) {
  const list = document.querySelector(`.short [data-section="${section.id}"] ul`);
  if (!list) return;
  const who = {};
  for (const article of section.querySelectorAll(".position:not([hidden])")) {
    const key = `${article.querySelector(".holder").textContent} ${article.querySelector(".kind").textContent}`;
    if (!who[key] || (article.dataset.now === "certain" && who[key].dataset.now !== "certain")) who[key] = article;
  }
  const items = Object.values(who).map((article) => {
    const now = article.dataset.now;
    const swatch = article.querySelector(now === "certain" ? ".sure .swatch" : ".unsure .swatch").cloneNode(true);
    const holder = node("strong", {}, article.querySelector(".holder").textContent);
    const link = node("a", { href: `#${article.id}` }, holder, ` ${article.querySelector(".kind").textContent}`);
    return node("li", {}, swatch, link, ", ", node("span", { class: now }, article.dataset[now]));
  });
  list.replaceChildren(...(items.length ? items : [node("li", { class: "nothing" }, section.querySelector(".nothing").textContent)]));
}

// ---------------------------------------------------------------- state, address and controls
function address(link, changed) {
  const url = new URL(link, location.href);
  for (const [key, value] of Object.entries(changed)) url.searchParams.set(key, value);
  return url;
}

function set(changed, keep = false) {
  Object.assign(state, changed);
  const url = address(location.href, { date: state.date, island: state.island, layer: state.layer });
  url.searchParams.delete("year");
  url.hash = "";
  history.replaceState(null, "", url);
  for (const link of document.querySelectorAll(".languages a, .places a, .layers a, .changes a")) {
    const { date, island, layer } = state;
    const own = { ...(link.dataset.date ? { date: link.dataset.date } : { date }), ...(link.dataset.island ? { island: link.dataset.island } : { island }) };
    link.href = address(link.href, { ...own, layer: link.dataset.layer ?? layer });
  }
  for (const link of root.querySelectorAll(".layers a")) link.toggleAttribute("aria-current", link.dataset.layer === state.layer);
  const select = document.getElementById("island");
  if (!select.options || [...select.options].some((option) => option.value === state.island)) select.value = state.island;
  document.getElementById("date").value = state.date;
  const range = document.getElementById("year");
  range.value = dayOf(state.date);
  range.setAttribute("aria-valuetext", written.format(dayOf(state.date) * DAY));
  steps();
  paint();
  panel();
  if (!keep && playing) play();
}

function steps() {
  const before = geo.marks.filter(([date]) => date < state.date).at(-1);
  const after = geo.marks.find(([date]) => date > state.date);
  for (const [name, mark] of [["earlier", before], ["later", after]]) {
    const link = root.querySelector(`.steps .${name}`);
    if (!link) continue;
    link.hidden = !mark;
    if (mark) {
      link.dataset.date = mark[0];
      link.title = `${mark[0]}: ${mark[1].join("; ")}`;
      link.href = address(location.href, { date: mark[0] });
    }
  }
}

function play() {
  const button = root.querySelector(".play");
  if (playing) {
    clearInterval(playing);
    playing = undefined;
    button.textContent = geo.words.play;
    return;
  }
  button.textContent = geo.words.stop;
  const next = () => {
    const after = geo.marks.find(([date]) => date > state.date);
    if (after) set({ date: after[0] }, true);
    else play();
  };
  if (!geo.marks.some(([date]) => date > state.date)) set({ date: geo.marks[0][0] }, true);
  playing = setInterval(next, STEP);
}

function controls() {
  const range = document.getElementById("year");
  range.min = dayOf(`${geo.years[0]}-01-01`);
  range.max = dayOf(`${geo.years[1]}-12-31`);
  range.removeAttribute("name");
  range.addEventListener("input", () => set({ date: isoOf(Number(range.value)) }));
  root.querySelector(".go").hidden = true;
  const button = root.querySelector(".play");
  button.hidden = !geo.marks.length; // nothing to play
  button.addEventListener("click", play);
  const date = document.getElementById("date");
  date.addEventListener("change", () => /^\d{4}-\d\d-\d\d$/.test(date.value) && set({ date: date.value }));
  document.getElementById("island").addEventListener("change", (event) => {
    set({ island: event.target.value });
    show(event.target.value);
  });
  for (const form of document.querySelectorAll(".ask, .slider")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      set({ date: date.value || state.date, island: document.getElementById("island").value });
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".layers a, .changes a, .places a, .steps a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { layer, date: day, island } = link.dataset;
    set({ ...(layer && { layer }), ...(day && { date: day }), ...(island && { island }) });
    if (island) {
      show(island);
      document.getElementById("panel").scrollIntoView({ block: "nearest" });
    }
  });
}

async function start() {
  const answer = await fetch(root.dataset.geography);
  if (!answer.ok) return; // the drawn map stays
  geo = await answer.json();
  const asked = new URLSearchParams(location.search);
  if (/^\d{4}-\d\d-\d\d$/.test(asked.get("date") ?? "")) state.date = asked.get("date");
  if (geo.manners[asked.get("layer")]) state.layer = asked.get("layer");
  if (geo.places.some((place) => place.slug && place.slug === asked.get("island"))) state.island = asked.get("island");
  // Where no place has a position there is no map: the sentence of the server stays, and everything else works.
  if (geo.places.some((place) => place.rings.length || place.points.length)) draw();
  controls();
  set({});
  root.dataset.ready = "true";
}

start();
