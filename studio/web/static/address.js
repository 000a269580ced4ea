// The address bar says where one is, and where it says, the page goes: Back and Forward, bookmarks, a second window; each place has its own title.
import { ask, bus, currentTab, openTab, t, tabNames, tell, until } from "./core.js";
import { bareMethod, methodOf, hasTab, pipelineOf, wantedMethod } from "./form.js";
import { addressOf, placeOf } from "./place.js";

const NAME = "Afternoon Studio";
const RELOADED = /** @type {any} */ (performance.getEntriesByType("navigation")[0])?.type === "reload";
const film = () => /** @type {any} */ (document.querySelector("studio-film"));
const labElement = () => /** @type {any} */ (document.querySelector("studio-lab"));
const panelOf = tab => document.querySelector(`studio-panel[tab="${tab}"]`);
const tabNamed = lower => tabNames().find(name => name.toLowerCase() === lower) ?? null;
if (new URLSearchParams(location.search).get("view") === "api") location.replace("studio/api"); // where Gradio's own list would be
let going = null,
  led = null,
  fresh = 0,
  scene = null,
  timer = 0,
  begun = false; // led: where an address led last; begun: the first address is being followed

/** Where the visitor is; null while the page is not there yet. */
function here() {
  const name = currentTab(),
    tab = name.toLowerCase();
  if (!name) return null;
  const shelf = document.querySelector("studio-shelf input[type=search]")?.value.trim() ?? "",
    none = { tab, method: null, film: null, scene: null, result: null, shelf };
  if (name === "Film") {
    const open = film()?.film;
    return {
      ...none,
      film: open?.id ?? null,
      scene: open?.storyboard?.scenes.some(one => one.id === scene) ? scene : null,
    };
  }
  if (name === "Lab") return { ...none, ...(labElement()?.place ?? {}) };
  if (!hasTab(name)) return none;
  return { ...none, method: bareMethod(methodOf(name).pipeline), result: panelOf(name)?.place ?? null };
}

function titled(place) {
  const name = tabNamed(place.tab) ?? "",
    parts = [NAME];
  if (name) parts.unshift(name);
  if (name && hasTab(name)) parts.unshift(methodOf(name).title);
  const shown = place.film
    ? film()?.film?.storyboard?.title || t("Untitled")
    : place.result
      ? panelOf(name)?.card?.title
      : "";
  if (shown) parts.unshift(shown);
  document.title = [...new Set(parts)].join(" · ");
}

/** A step of its own in the history for a tab, a method, a film or a result; a scene and a search only change the address. */
const step = ({ tab, method, film, result }) => JSON.stringify([tab, method, film, result]);

function write() {
  clearTimeout(timer);
  const now = begun && here();
  if (!now) return;
  const name = tabNamed(now.tab);
  if (going) {
    if (step(now) !== step(going) && Date.now() < going.until) {
      timer = setTimeout(write, 150);
      return;
    }
    going = null;
  }
  const before = placeOf();
  if (fresh && before?.tab !== now.tab && Date.now() - fresh < 2000) {
    timer = setTimeout(write, 100);
    return;
  } // the tab is still opening
  if (panelOf(name)?.busy && before && before.tab === now.tab && before.method === now.method)
    now.result = before.result;
  const address = addressOf(now);
  if (address !== location.hash) {
    const bare = hasTab(name) && before?.tab === now.tab && !before.method; // an address without a method is no place of its own: Back would lead here again
    const how =
      before && step(before) !== step(now) && !bare && !(fresh && before.tab === now.tab)
        ? "pushState"
        : "replaceState";
    history[how](null, "", address);
  }
  if (before?.tab === now.tab) fresh = 0;
  titled(now);
}
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(write, 60);
};

/** Go where an address says. */
async function go(place, first = false) {
  const name = place && tabNamed(place.tab);
  if (place && !name) tell(t("There is no such tab."));
  if (!name) return;
  const mine = (going = led = { ...place, until: Date.now() + 5000 });
  if (!first && currentTab() !== name) scrollTo(0, 0); // another tab begins at its top
  openTab(name);
  if (name === "Film") await goFilm(place, first);
  else if (name === "Lab") {
    if (!first) await labElement()?.go?.(place.method, place.state);
    else if (!(await opened("Lab", () => labElement()?.firstChild))) return; // it reads the address itself when it is drawn
    if (going === mine) going = null;
  } else if (hasTab(name)) await goMethod(name, place, first);
  else {
    await opened(name, () => true);
    if (going === mine) going = null;
  }
  if (led !== mine) return; // Back or Forward was pressed again meanwhile
  const search = document.querySelector("studio-shelf input[type=search]");
  if (search && search.value !== place.shelf) {
    search.value = place.shelf;
    search.dispatchEvent(new Event("input"));
  }
  soon();
}
async function goFilm(place, first) {
  scene = place.scene;
  if (!first) await film()?.goTo(place.film);
  if (scene) reveal(place.film, scene);
}
/**
 * Bring a scene into view as soon as its film is open; what is still being drawn above it is waited for.
 * @param {string} id
 * @param {string} wanted
 */
async function reveal(id, wanted) {
  const board = () => film()?.film?.id === id && film().board,
    drawn = await until(() => scene !== wanted || board()?.cards?.has(wanted));
  if (drawn && scene === wanted) setTimeout(() => board()?.reveal?.(wanted), 250);
}
/**
 * Wait until a tab is open and drawn; until then the address stays. Whether the visitor still waits for it.
 * @param {string} name
 * @param {() => unknown} ready
 */
async function opened(name, ready, tries = 3600) {
  const asked = going;
  asked.until = Date.now() + 50 * tries;
  await until(() => going !== asked || (currentTab() === name && ready()), tries);
  asked.until = Date.now() + 5000;
  return going === asked;
}
const methodsDrawn = name =>
  panelOf(name)?.ready && document.querySelector(`studio-methods[tab="${name}"]`)?.firstChild;
async function goMethod(name, place, first) {
  const pipeline = place.method && pipelineOf(name, place.method);
  if (pipeline) wantedMethod.set(name, pipeline);
  const mine = going;
  if (!(await opened(name, () => methodsDrawn(name)))) return; // the visitor went elsewhere meanwhile
  const methods = document.querySelector(`studio-methods[tab="${name}"]`);
  if (place.method && !pipeline) tell(t("There is no such method."));
  if (pipeline && methods) {
    methods.told = null;
    methods.receive(pipeline);
  } // what was told while the tab was drawn, nobody may have heard
  going.method = bareMethod(methodOf(name).pipeline);
  const panel = panelOf(name);
  if (first && RELOADED) return; // the panel knows what was open, and what was asked for since
  if (!place.result) {
    if (!first && panel?.place) panel.open(null);
    return;
  }
  const found = await ask(`artifacts/${place.result}`).catch(() => null);
  if (led !== mine) return; // Back or Forward was pressed again before the answer
  if (found) {
    if (panel?.place !== place.result) panel?.open(place.result);
  } else {
    tell(t("This is not on your shelf."));
    going = null;
    panel?.open(null);
  }
}

document.addEventListener("click", event => {
  if (event.isTrusted && event.target.closest?.("[data-tab], .method")) going = null;
}); // the visitor goes elsewhere
document.addEventListener("click", event => {
  const pressed = event.isTrusted && event.target.closest?.("[data-tab]"),
    tab = pressed && pressed.dataset.tab.toLowerCase();
  if (!tab || placeOf()?.tab === tab || !/^[a-z-]+$/.test(tab)) return;
  history.pushState(null, "", `#/${tab}`); // at once, so that a reload in the next moment stays here; the rest of the address follows
  fresh = Date.now();
  scrollTo(0, 0);
});
addEventListener("popstate", () => {
  document.querySelectorAll("dialog[open]").forEach(one => /** @type {HTMLDialogElement} */ (one).close());
  go(placeOf());
});
for (const event of ["method", "place", "shelf-search"]) bus.addEventListener(event, soon);
document.addEventListener("focusin", event => {
  const card = event.target.closest?.(".scene-card");
  if (card && card.dataset.id !== scene) {
    scene = card.dataset.id;
    soon();
  }
});

/** Begin when the tabs are there. */
function begin() {
  const place = placeOf();
  begun = true;
  bus.addEventListener("tab", soon);
  if (place) go(place, true);
  else soon();
}
if (currentTab()) begin();
else bus.addEventListener("tab", begin, { once: true });
