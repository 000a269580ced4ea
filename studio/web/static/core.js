// What every part of the page shares: requests, the state of the studio, dialogs, short messages, keys.

import { button, h } from "./dom.js";
import { num, t, tn } from "./say.js";
import { bus, poll, upload } from "./server.js";
import { currentTab, openTab } from "./tabs.js";

export * from "./dom.js";
export { day, language, later, num, t, tn, translated } from "./say.js";
export { answered, ask, bus, patiently, poll, post, state, upload, weightsOf } from "./server.js";
export { currentTab, openTab, tabNames } from "./tabs.js";

export const bundled = JSON.parse(document.getElementById("studio-bundled").textContent);

// pointers and arrow keys

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** Which way an arrow key points, to the right and down; null for another key. */
export const arrow = event => WAYS[event.key] ?? null;
/** A pointer that is down on an element: each function hears where it is, as shares of the element's width and height. `move` also hears where it was; `false` keeps that place. */
export function onDrag(element, { down = null, move = null, up = null }) {
  let last = null;
  const place = event => {
    const box = element.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  element.addEventListener("pointerdown", event => {
    element.setPointerCapture(event.pointerId);
    last = place(event);
    down?.(last);
  });
  element.addEventListener("pointermove", event => {
    if (!last) return;
    const now = place(event);
    if (move?.(now, last) !== false) last = now;
  });
  for (const name of ["pointerup", "pointercancel"])
    element.addEventListener(name, () => {
      if (last) up?.();
      last = null;
    });
}

// short messages, dialogs

let live;
/** Say something for a moment, or with `stay` until the caller removes what is returned. */
export function tell(text, action = null, stay = false) {
  if (!live || !live.isConnected)
    document.body.append((live = h("div.toasts", { role: "status", "aria-live": "polite" })));
  const toast = h(
    "div.toast",
    h("span", text),
    action &&
      button("link", action.label, () => {
        action.run();
        toast.remove();
      }),
    !stay && button("quiet.close", "×", () => toast.remove(), { "aria-label": t("Dismiss") }),
  );
  live.append(toast);
  if (!stay) setTimeout(() => toast.remove(), action ? 12000 : 6000);
  return toast;
}
export const fail = error => tell(error.message);

export function dialog(title, ...content) {
  const heading = h("h2", title);
  const box = h(
    "dialog.sheet",
    { "aria-label": title },
    h(
      "div.sheet-head",
      heading,
      button("quiet.close", "×", () => box.close(), { "aria-label": t("Close") }),
    ),
    h("div.sheet-body", ...content),
  );
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", event => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}

/** A button of a dialog: it closes the dialog, then does what it says. @returns {any} */
export const closing = (look, label, run, attributes = {}) =>
  button(
    look,
    label,
    event => {
      event.currentTarget.closest("dialog").close();
      run();
    },
    attributes,
  );
/** A button that is pressed or not; `change` hears which. */
export function toggle(look, label, change, attributes = {}) {
  const made = button(
    look,
    label,
    () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(on));
      change(on);
    },
    { "aria-pressed": "false", ...attributes },
  );
  return made;
}
/** Wait, a twentieth of a second a try, until something is there; what is there. @param {() => any} ready */
export async function until(ready, tries = 200) {
  for (; tries && !ready(); tries--) await new Promise(done => setTimeout(done, 50));
  return ready();
}
/** A link that saves an artifact's file. */
export const download = (look, card, words = t("Download")) =>
  h(
    `a.${look}`,
    { href: `${card.url}?download=${encodeURIComponent(card.file_name)}`, download: card.file_name },
    words,
  );
/** Put a text on the clipboard, and say whether the browser allowed it. */
export const copy = (text, done = t("Copied."), otherwise = t("The browser did not allow copying.")) =>
  Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
    () => tell(done),
    () => tell(otherwise),
  );

// time in words

export function seconds(value) {
  if (value === null || value === undefined) return "";
  if (value < 1.5) return t("a second");
  if (value < 90) return tn("{n} second", "{n} seconds", value > 20 ? 10 * Math.round(value / 10) : Math.round(value));
  return value < 5400
    ? tn("{n} minute", "{n} minutes", Math.round(value / 60))
    : t("{n} hours", { n: num(value / 3600, (value / 3600) % 1 < 0.05 ? 0 : 1) });
}
/** What is known of a job's time: how long it waits for others, and apart from that how long it works. */
export function times(job) {
  const work = job.seconds_left === null || job.seconds_left === undefined ? "" : seconds(job.seconds_left);
  if (job.state === "running") return work && t("about {time} left", { time: work });
  if (job.state !== "queued" || job.later) return "";
  return [
    job.wait >= 1.5 && t("starts in about {time}", { time: seconds(job.wait) }),
    work && t("takes about {time}", { time: work }),
  ]
    .filter(Boolean)
    .join(", ");
}
/** What is being done, and how long it will still take where that is known. */
export const withTime = (text, left) =>
  left ? t("{what}, about {time} left", { what: text, time: seconds(left) }) : text;

// the courier carries a hand-off to Python, which fills slots and opens the tab

let courier;
class Courier extends HTMLElement {
  connectedCallback() {
    courier = this;
  }
  receive(value) {
    if (!value) return;
    if (value.problem) tell(t(value.problem));
    if (value.said) tell(t(value.said));
    if (value.tab) openTab(value.tab);
    if (value.tab && DRAWER.matches) toggleShelf(false); // it would lie over what has just arrived
    if (value.tab) bus.dispatchEvent(new CustomEvent("delivered", { detail: { tab: value.tab, lab: value.lab } }));
  }
}
customElements.define("studio-courier", Courier);
export function deliver(message) {
  bus.dispatchEvent(new Event("deliver"));
  courier.dispatchEvent(new CustomEvent("pick", { detail: { ...message, at: Date.now() } }));
}

/** Places of the page's own that an artifact can be sent to, besides slots: functions from a card to [{ label, run }]. */
export const places = [];

/** A button's answer from Python: a job that was queued, or a sentence. */
class Notice extends HTMLElement {
  receive(value) {
    this.replaceChildren();
    if (!value) return;
    if (value.problem) value = { ...value, problem: t(value.problem) };
    if (value.problem)
      this.append(h("p.problem", { role: "alert" }, t(value.problem), value.models ? t(" See the Models tab.") : ""));
    poll();
    bus.dispatchEvent(new CustomEvent("asked", { detail: { tab: this.getAttribute("tab"), ...value } }));
  }
}
customElements.define("studio-notice", Notice);

// light and dark: the visitor's choice, else the system's

/** Do something as soon as the page has an element: scripts can run before Gradio has drawn it. @param {string} selector @param {() => void} run */
export function onceThere(selector, run) {
  if (document.querySelector(selector)) return run();
  const watch = new MutationObserver(() => {
    if (!document.querySelector(selector)) return;
    watch.disconnect();
    run();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
}

const THEME = "afternoon-studio-theme";
function applyTheme() {
  const chosen = localStorage.getItem(THEME);
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", dark);
  document.querySelectorAll('[data-do="dark"]').forEach(button => {
    button.textContent = dark ? t("Use light colours") : t("Use dark colours");
  });
}
function toggleTheme() {
  localStorage.setItem(THEME, document.body.classList.contains("dark") ? "light" : "dark");
  applyTheme();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);

/** What a tab is called on the page. @param {string} name */
export const shownName = name => t(name.replace("-", " "));

// header buttons and keys

export const DRAWER = matchMedia("(max-width: 73.75em)"); // the shelf has no column of its own and opens over the page
function shelfSeen() {
  const visible = DRAWER.matches
    ? document.body.classList.contains("shelf-open")
    : !document.body.classList.contains("shelf-shut");
  document
    .querySelectorAll('[data-do="shelf"]')
    .forEach(button => button.setAttribute("aria-expanded", String(visible)));
}
DRAWER.addEventListener("change", shelfSeen);
export function toggleShelf(open = null) {
  const shut = open === null ? !document.body.classList.contains("shelf-shut") : !open;
  const phone = DRAWER.matches;
  document.body.classList.toggle("shelf-shut", shut && !phone);
  document.body.classList.toggle(
    "shelf-open",
    phone && (open === null ? !document.body.classList.contains("shelf-open") : open),
  );
  shelfSeen();
}
const KEYS = [
  ["Ctrl Enter", t("Press the main button of this tab")],
  ["1 … 9", t("Open a tab")],
  ["/", t("Search the shelf")],
  ["s", t("Show or hide the shelf")],
  ["q", t("Show the queue")],
  ["x", t("Stop what runs in this tab")],
  ["Alt ↑ ↓", t("Film: move the scene up or down")],
  ["d", t("Use light or dark colours")],
  ["Ctrl V", t("Put a copied picture into the empty slot")],
  ["?", t("This list")],
  ["Esc", t("Close")],
];
const KEYS_ON = "afternoon-studio-keys";
/** Letters and digits do something of their own once the visitor wants it: speech input and typing slips press them too. */
const singleKeys = () => localStorage.getItem(KEYS_ON) === "1";
function showKeys() {
  const box = h("input", {
    type: "checkbox",
    id: "single-keys",
    checked: singleKeys(),
    onchange: () => {
      localStorage.setItem(KEYS_ON, box.checked ? "1" : "");
    },
  });
  dialog(
    t("Keyboard"),
    h("label.check", { for: "single-keys" }, box, t("Single-key shortcuts")),
    h(
      "dl.keys",
      KEYS.flatMap(([key, does]) => [h("dt", ...key.split(" ").map(k => h("kbd", k))), h("dd", does)]),
    ),
  );
}
/** On a narrow page what is used seldom stands in a menu of the header. @param {boolean} [open] */
function moreTools(open) {
  const button = document.querySelector('[data-do="more"]');
  button?.setAttribute("aria-expanded", String(open ?? button.getAttribute("aria-expanded") !== "true"));
}
const actions = {
  more: () => moreTools(),
  dark: toggleTheme,
  keys: showKeys,
  shelf: () => toggleShelf(),
  queue: () => bus.dispatchEvent(new Event("queue")),
};
document.addEventListener("click", event => {
  if (event.target.closest?.("[data-skip]")) {
    event.preventDefault();
    const panel = document.querySelector("#tab-" + currentTab().toLowerCase());
    panel?.setAttribute("tabindex", "-1");
    panel?.focus();
  }
  const button = event.target.closest?.("[data-do]");
  if (button?.dataset.do !== "more") moreTools(false);
  if (button) actions[button.dataset.do]?.();
});
document.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    bus.dispatchEvent(new Event("flush")); // what was typed a moment ago counts
    [...document.querySelectorAll("button.make, .make button")].find(button => button.offsetParent)?.click();
    return;
  }
  if (event.key === "Escape") moreTools(false);
  if (
    event.key === "Escape" &&
    DRAWER.matches &&
    document.body.classList.contains("shelf-open") &&
    !document.querySelector("dialog[open]")
  ) {
    toggleShelf(false);
    document.querySelector('[data-do="shelf"]')?.focus();
    return;
  }
  const typing = event.target.closest?.(
    "input:not([type=radio], [type=checkbox], [type=range], [type=file]), textarea, select, [contenteditable]",
  );
  if (
    typing ||
    !singleKeys() ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    document.querySelector("dialog[open]")
  )
    return;
  if (event.key === "?") showKeys();
  else if (event.key === "/") {
    event.preventDefault();
    toggleShelf(true);
    document.querySelector("studio-shelf input")?.focus();
  } else if (event.key === "s") toggleShelf();
  else if (event.key === "q") actions.queue();
  else if (event.key === "d") toggleTheme();
  else if (event.key === "x") bus.dispatchEvent(new Event("stop"));
  else if (/^[1-9]$/.test(event.key)) document.querySelectorAll(".tabbar [data-tab]")[event.key - 1]?.click();
});

// a file dropped anywhere but on a slot: a studio file brings its settings back, anything else goes to the shelf

for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, event => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files") || event.target.closest?.("studio-slot, [data-drop]"))
      return;
    event.preventDefault();
    if (name === "drop") takeFiles(event.dataTransfer.files);
  });
}
export async function takeFiles(files) {
  for (const file of files) {
    try {
      const card = await upload(file);
      if (currentTab() === "Detect" && ["image", "layers", "video", "sound"].includes(card.kind)) {
        bus.dispatchEvent(new CustomEvent("verify", { detail: card.id }));
        continue;
      }
      if (card.restorable) deliver({ restore: card.id });
      else tell(t("{title} is on your shelf.", { title: card.title }));
      bus.dispatchEvent(new CustomEvent("open", { detail: card.id }));
    } catch (error) {
      fail(error);
    }
  }
}

new MutationObserver(() => {
  applyTheme();
  shelfSeen();
}).observe(document.body, { childList: true });
applyTheme();
onceThere(".masthead .tools", () => {
  applyTheme();
  shelfSeen();
});
poll();
