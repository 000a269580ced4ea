// @ts-check
// The bar of tabs, and Models and Help in the header. Which tab is open, Gradio knows: its own buttons are out of sight and are pressed for the visitor.
import { currentTab, onceThere, openTab, tabButtons } from "./core.js";

const shown = () => /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("button[data-tab]")]);

/** Mark the tab that is open, and bring it into sight where the bar is longer than the page. */
function follow() {
  const open = currentTab(),
    inBar = shown().filter(one => one.getAttribute("role") === "tab");
  for (const one of shown()) {
    one.disabled = false; // from here on a press is heard
    const chosen = one.dataset.tab === open;
    if (one.getAttribute("role") !== "tab") {
      one.setAttribute("aria-current", chosen ? "page" : "false");
      continue;
    }
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen || (one === inBar[0] && !inBar.some(other => other.dataset.tab === open)) ? 0 : -1;
    if (chosen) within(one);
  }
}

/** Scroll the bar, and nothing but the bar, until a tab is in sight. @param {HTMLElement} one */
function within(one) {
  const bar = one.closest(".tabbar");
  if (!bar) return;
  const place = one.getBoundingClientRect(),
    room = bar.getBoundingClientRect(),
    air = 40;
  if (place.left < room.left + air) bar.scrollLeft += place.left - room.left - air;
  else if (place.right > room.right - air) bar.scrollLeft += place.right - room.right + air;
}

let wanted = "";
/** Open the tab that was pressed last; what Gradio did not hear yet is pressed again. @param {string} name @param {number} [tries] */
function press(name, tries = 600) {
  if (tries === 600) wanted = name;
  if (wanted !== name) return;
  if (currentTab() === name) {
    wanted = "";
    return;
  }
  openTab(name);
  if (tries) setTimeout(() => press(name, tries - 1), 100);
}
document.addEventListener("click", event => {
  const pressed =
    event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-tab]")) : null;
  if (pressed) press(pressed.dataset.tab ?? "");
});
addEventListener("popstate", () => {
  wanted = "";
});
document.addEventListener("keydown", event => {
  const from = event.target instanceof HTMLElement && event.target.closest(".tabbar [role=tab]");
  const way = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!from || way === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const bar = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".tabbar [role=tab]")]),
    ahead = document.documentElement.dir === "rtl" && Number.isFinite(way) ? -way : way;
  const place = Math.max(0, Math.min(bar.length - 1, bar.indexOf(/** @type {HTMLElement} */ (from)) + ahead)),
    next = bar[place];
  next?.focus();
  press(next?.dataset.tab ?? "");
});
onceThere("#tabs [data-tab-id]", () => {
  const tabs = document.querySelector("#tabs");
  if (tabs)
    new MutationObserver(follow).observe(tabs, {
      attributes: true,
      subtree: true,
      childList: true,
      attributeFilter: ["aria-selected"],
    });
  if (tabButtons().length) follow();
});
onceThere(".tabbar", follow);
addEventListener("resize", follow);
