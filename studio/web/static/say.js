// @ts-check
// The page's words in the visitor's language. The English text is the key of the catalogue; what the catalogue does not have is said in English.

/** @typedef {{ language: string, direction: string, words: Record<string, string>, plurals: Record<string, string[]>, forms: string[] }} Catalogue */

/** @type {Catalogue | null} The script of studio/words/ stands before this one where the language is not English. */
const catalogue = /** @type {any} */ (globalThis).studioWords ?? null;
export const language = catalogue?.language ?? "en";
export const direction = catalogue?.direction ?? "ltr";
const locale = language === "en" ? "en-GB" : language;
const HOLE = /\{(\w+)\}/g;
const END = /(?<=[.!?])\s+/u;
const LEAST = 4; // letters that a sentence with holes must have for another to be recognised by it

/** @param {string} words @param {Record<string, any>} values */
const filled = (words, values) => words.replace(HOLE, (whole, name) => (name in values ? String(values[name]) : whole));

/** t("{n} files of {name}", { n: 3, name }): the words in the visitor's language. A sentence that came from the studio complete is recognised by its pattern.
 * @param {string | null | undefined} text @param {Record<string, any>} [values] @returns {string} */
export function t(text, values) {
  if (!text) return "";
  if (values) return filled(catalogue?.words[text] ?? text, values);
  return catalogue ? (catalogue.words[text] ?? recognised(text)) : text;
}

/** tn("{n} scene", "{n} scenes", 2): the form that the language has for a number.
 * @param {string} one @param {string} many @param {number} n @param {Record<string, any>} [values] */
export function tn(one, many, n, values = {}) {
  const forms = catalogue?.plurals[one],
    rule = new Intl.PluralRules(locale).select(n);
  const found = forms
    ? (forms[Math.max(0, catalogue?.forms.indexOf(rule) ?? 0)] ?? forms.at(-1))
    : n === 1
      ? one
      : many;
  return filled(found ?? many, { n: num(n), ...values });
}

/** Words that are translated later, where they are shown: they stay English, with their values put in.
 * @param {string} text @param {Record<string, any>} [values] */
export const later = (text, values) => (values ? filled(text, values) : text);

/** A number as the language writes it. @param {number} value @param {number} [digits] */
export const num = (value, digits = 0) =>
  Number(value).toLocaleString(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits });

/** A day as the language writes it. @param {number | string | Date} when */
export const day = when =>
  new Date(when).toLocaleDateString(locale, { year: "numeric", month: "long", day: "numeric" });

/** All texts of something that the studio sent, translated; what stands under `keep` stays as it is.
 * @template T @param {T} value @param {readonly string[]} [keep] @returns {T} */
export function translated(value, keep = []) {
  if (!catalogue || value === null) return value;
  if (typeof value === "string") return /** @type {any} */ (t(value));
  if (Array.isArray(value)) return /** @type {any} */ (value.map(one => translated(one, keep)));
  if (typeof value !== "object") return value;
  return /** @type {any} */ (
    Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, keep.includes(name) ? one : translated(one, keep)]),
    )
  );
}

/** @type {{ key: string, expression: RegExp, names: string[] }[] | null} */
let patterns = null;
/** @type {Map<string, string>} */
const known = new Map();

const literal = text => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A text that came from the studio with its values already in it. @param {string} text @returns {string} */
function recognised(text) {
  const before = known.get(text);
  if (before !== undefined) return before;
  const found = matched(text) ?? sentences(text) ?? named(text) ?? matched(text, true) ?? text;
  if (known.size > 2000) known.clear();
  known.set(text, found);
  return found;
}

/** By the longest pattern that fits; a value holds the end of a sentence only `across`. @param {string} text */
function matched(text, across = false) {
  if (!catalogue) return null;
  const { words } = catalogue;
  patterns ??= Object.keys(words)
    .filter(key => key.includes("{") && key.replace(HOLE, "").replace(/[^\p{L}]/gu, "").length >= LEAST)
    .sort((a, b) => b.replace(HOLE, "").length - a.replace(HOLE, "").length)
    .map(key => ({
      key,
      expression: new RegExp(
        `^${key
          .split(/\{\w+\}/)
          .map(literal)
          .join("(.+?)")}$`,
        "su",
      ),
      names: [...key.matchAll(HOLE)].map(one => one[1] ?? ""),
    }));
  for (const { key, expression, names } of patterns) {
    const found = text.match(expression);
    if (!found || (!across && found.slice(1).some(one => END.test(one)))) continue;
    const values = Object.fromEntries(names.map((name, n) => [name, value(found[n + 1] ?? "")]));
    return filled(words[key] ?? key, values);
  }
  return null;
}

/** A value that stood in a sentence: a word of the catalogue is translated, a decimal written as the language does. @param {string} text */
const value = text =>
  catalogue?.words[text] ?? (/^\d+\.\d+$/.test(text) ? num(Number(text), text.split(".")[1]?.length ?? 0) : text);

/** A name that the catalogue has, a colon and what is said of it. @param {string} text @returns {string | null} */
function named(text) {
  const [, name = "", rest = ""] = text.match(/^([^:.]{2,60}): (.+)$/su) ?? [];
  return catalogue?.words[name]
    ? `${catalogue.words[name]}: ${catalogue.words[rest] ?? matched(rest) ?? sentences(rest) ?? rest}`
    : null;
}

/** Several sentences, each by itself. @param {string} text */
function sentences(text) {
  const parts = text.split(END);
  if (parts.length < 2) return null;
  const said = parts.map(part => catalogue?.words[part] ?? matched(part) ?? part);
  return said.some((one, n) => one !== parts[n]) ? said.join(" ") : null;
}
