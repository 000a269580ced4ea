// @ts-check
// Words of a prompt that have no picture of their own, or cannot be played: said under the field before the button is pressed, with choices.
import { h, post, t } from "./core.js";
import { choices, open_ } from "./film_words.js";

const PAUSE_MS = 700;

/** What a prompt's words become, from the reader that `kind` names. @param {string} text @param {string} kind */
export const read = (text, kind) => post("strange-words", { text, kind });

/** What was understood of a wish for music, in the words of the form. @param {{ read?: string[], unread?: boolean, note?: string }} found */
function understood({ read: labels = [], unread, note }) {
  if (note) return h("p.help.unread", t(note));
  // labels beside those of the form: t("Slower") t("Faster") t("No drums")
  if (unread) return h("p.help.unread", t("No word of this is known; name a mood, a style, an instrument or a tempo."));
  return labels.length
    ? h("p.help", t("Understood: {words}", { words: labels.map(label => t(label)).join(", ") }))
    : null;
}

/**
 * A list under a prompt's field that follows what is written there. `put` writes another prompt.
 * @param {HTMLInputElement | HTMLTextAreaElement} area
 * @param {string} kind
 * @param {(text: string) => void} put
 */
export function strangeWords(area, kind, put) {
  const element = h("div.strange-words", { role: "status", hidden: true });
  /** @type {Set<string>} */
  const decided = new Set();
  let wait = 0,
    turn = 0;
  const show = found => {
    const told = { ...found, decided: [...decided] };
    const decide = (word, prompt) => {
      decided.add(word);
      if (prompt !== undefined && prompt !== area.value) put(prompt);
      else show(found);
    };
    const list = open_(told).length ? choices({ told, prompt: area.value, own: true }, decide) : null;
    const shown = [understood(found), list].filter(Boolean);
    element.hidden = !shown.length;
    element.replaceChildren(...shown);
  };
  const look = async left => {
    const text = area.value.trim(),
      mine = ++turn;
    if (text.length < 3) {
      element.hidden = true;
      return;
    }
    try {
      const found = await read(text, kind);
      if (mine === turn && area.value.trim() === text) show(found);
    } catch {
      // the one before may still be under way; the run itself says what cannot be drawn
      element.hidden = true;
      if (left && mine === turn) wait = window.setTimeout(() => look(left - 1), 2 * PAUSE_MS);
    }
  };
  area.addEventListener("input", () => {
    clearTimeout(wait);
    wait = window.setTimeout(() => look(3), PAUSE_MS);
  });
  return element;
}
