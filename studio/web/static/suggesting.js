// @ts-check
// Words for the blank at the cursor, a moment after the writer paused.
import { h, post, t } from "./core.js";

const PAUSE_MS = 250,
  SLOW_MS = 900;
const BLANK = /_{2,}/g;

/** The blank for one word that the cursor touches, or the nearest before it in the same sentence, also when its full stop has just been written. @param {string} text @param {number} at @returns {[number, number] | null} */
export function blankAt(text, at) {
  /** @type {[number, number] | null} */
  let near = null;
  for (const found of text.matchAll(BLANK)) {
    const start = found.index ?? 0,
      end = start + found[0].length;
    if (start > at) break;
    if (end >= at || !/[.!?\n]/.test(text.slice(end, at).replace(/[.!?]+["”’')]*\s*$/, ""))) near = [start, end];
  }
  return near;
}

/** A row of suggestions under a text area; a click, or Alt and a digit, puts the word into the blank. @param {HTMLTextAreaElement} area @param {(start: number, end: number, word: string) => void} put */
export function suggestions(area, put) {
  const row = h("div.suggestions", { role: "group", "aria-label": t("Words for this blank"), hidden: true });
  const memory = new Map();
  let wait = 0,
    asking = false,
    again = false;
  /** @param {[number, number]} blank @param {{words: {words: string, share: number}[], note?: string}} found */
  const show = (blank, { words: found, note }) => {
    if (note) {
      say(t(note));
      return;
    }
    row.replaceChildren(
      ...found.map((one, n) =>
        h(
          "button",
          {
            title: t("Press Alt and {n}", { n: n + 1 }),
            onclick: () => {
              put(blank[0], blank[1], one.words);
              row.hidden = true;
            },
          },
          h("kbd", { "aria-hidden": "true" }, n ? String(n + 1) : "Alt 1"),
          h("span.word", one.words),
        ),
      ),
    );
    row.hidden = !found.length;
  };
  const say = words => {
    row.replaceChildren(h("p.help", { role: "status" }, words));
    row.hidden = false;
  };
  const look = async () => {
    const text = area.value,
      blank = blankAt(text, area.selectionStart);
    if (!blank || area.hidden) {
      row.hidden = true;
      return;
    }
    const key = `${blank[0]}|${text}`;
    if (!memory.has(key)) {
      if (asking) {
        again = true;
        return;
      } // one at a time: what was written meanwhile is looked at when the answer is here
      asking = true;
      const patience = window.setTimeout(() => say(t("Looking for words…")), SLOW_MS);
      try {
        memory.set(key, await post("suggest", { text, at: blank[0] }));
      } catch {
        row.hidden = true;
        return;
      } finally {
        // nothing is shown where nothing can be suggested: the button's own run says why
        clearTimeout(patience);
        asking = false;
        if (again) {
          again = false;
          soon();
        }
      }
      if (memory.size > 60) memory.delete(memory.keys().next().value);
    }
    const now = blankAt(area.value, area.selectionStart);
    if (area.value === text && now && now[0] === blank[0]) show(blank, memory.get(key));
    else if (area.value !== text) row.hidden = true;
  };
  const soon = () => {
    clearTimeout(wait);
    wait = window.setTimeout(look, PAUSE_MS);
  };
  for (const kind of ["input", "keyup", "click"]) area.addEventListener(kind, soon);
  area.addEventListener("keydown", event => {
    const digit = /^Digit([1-5])$/.exec(event.code);
    if (!event.altKey || !digit || row.hidden) return;
    const button = /** @type {HTMLElement | undefined} */ (row.children[Number(digit[1]) - 1]);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
  return row;
}
