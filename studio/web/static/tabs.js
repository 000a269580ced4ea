// @ts-check
// The bar of tabs, and Models and Help in the header: which tab is open is known here, and Gradio is told through this element's value.
import { placeOf } from "./place.js";
import { bus } from "./server.js";

const OPEN_TAB = "studio-open-tab"; // the tab that was open before a reload is open after it
const buttons = () => /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("button[data-tab]")]);
let open = "",
  wanted = placeOf() ? "" : (sessionStorage.getItem(OPEN_TAB) ?? "");
/** @type {Tabs | null} The element, once Gradio listens to it. */
let bar = null;

/** The names of all tabs, whatever the language. */
export const tabNames = () => buttons().map(button => button.dataset.tab ?? "");
export const currentTab = () => open;

/** Open a tab; before the page is there, as soon as it is. @param {string} name */
export function openTab(name) {
  if (!bar) wanted = name;
  else if (name !== open && tabNames().includes(name)) {
    open = name;
    sessionStorage.setItem(OPEN_TAB, name);
    bar.dispatchEvent(new CustomEvent("pick", { detail: name }));
    bar.mark();
    bus.dispatchEvent(new Event("tab"));
  }
}

class Tabs extends HTMLElement {
  /** Gradio listens from here on. */
  receive() {
    if (bar) return;
    bar = this;
    open = this.tabs()[0]?.dataset.tab ?? "";
    for (const button of buttons()) button.disabled = false;
    openTab(wanted);
    this.mark();
    bus.dispatchEvent(new Event("tab"));
  }
  tabs() {
    return /** @type {HTMLButtonElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
  }
  /** Mark the tab that is open, and bring it into sight where the bar is longer than the page. */
  mark() {
    const inBar = this.tabs(),
      chosen = inBar.find(button => button.dataset.tab === open);
    for (const button of buttons())
      if (!inBar.includes(button)) button.setAttribute("aria-current", button.dataset.tab === open ? "page" : "false");
    for (const button of inBar) {
      button.setAttribute("aria-selected", String(button === chosen));
      button.tabIndex = button === (chosen ?? inBar[0]) ? 0 : -1;
    }
    if (chosen) this.reveal(chosen);
  }
  /** Scroll the bar, and nothing but the bar, until a tab is in sight. @param {HTMLElement} tab */
  reveal(tab) {
    const place = tab.getBoundingClientRect(),
      room = this.getBoundingClientRect(),
      air = 40;
    if (place.left < room.left + air) this.scrollLeft += place.left - room.left - air;
    else if (place.right > room.right - air) this.scrollLeft += place.right - room.right + air;
  }
}
customElements.define("studio-tabs", Tabs);

document.addEventListener("click", event => {
  const pressed =
    event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-tab]")) : null;
  if (pressed) openTab(pressed.dataset.tab ?? "");
});
document.addEventListener("keydown", event => {
  const from = event.target instanceof HTMLElement && event.target.closest("studio-tabs [role=tab]");
  const way = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!bar || !from || way === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const tabs = bar.tabs(),
    ahead = document.documentElement.dir === "rtl" && Number.isFinite(way) ? -way : way;
  const next = tabs[Math.max(0, Math.min(tabs.length - 1, tabs.findIndex(tab => tab === from) + ahead))];
  next?.focus();
  openTab(next?.dataset.tab ?? "");
});
addEventListener("resize", () => bar?.mark());
