// What became of the words of a scene that have no picture of their own: said before anything is made, with choices.
// @ts-check
import { deliver, h, openTab, post, t, tn } from "./core.js";
import { makeButton } from "./film_parts.js";

/**
 * @typedef {{ word: string, drawn?: string, why?: string, nearest?: string[], sort?: "style" | "abstract" | "music", instead?: string[] }} Word
 * @typedef {{ told: any, prompt: string, own?: boolean }} Read
 */

/** @type {Map<string, string>} */
const pictures = new Map();

/** Small pictures of words, asked for once. @param {string[]} words */
export async function shown(words) {
  const missing = words.filter(word => !pictures.has(word)).slice(0, 8);
  if (missing.length) {
    const found = (await post("films/pictured", { words: missing })).pictures;
    for (const word of missing) pictures.set(word, found[word] ?? "");
  }
  return pictures;
}

/** A prompt with one thing more, before where it is. @param {string} prompt @param {string} word */
export const withWord = (prompt, word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}${prompt ? `, ${prompt}` : ""}`;

/** A prompt with another word for a thing. @param {string} prompt @param {string} before @param {string} after */
export const withOther = (prompt, before, after) => {
  const article = /^[aeiou]/.test(after) ? "an" : "a";
  const whole = new RegExp(`\\b(?:an?\\s+)?((?:[a-z]+\\s+)?)${before.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\b`);
  return prompt.replace(whole, (_, colour) => `${colour ? `a ${colour}` : `${article} `}${after}`);
};

/** A prompt without a thing. @param {string} prompt @param {string} word */
export const without = (prompt, word) =>
  prompt
    .replace(new RegExp(`(?:^|,\\s*)(?:an?\\s+)?(?:[a-z]+\\s+)?${word}\\b(?=\\s*(?:,|$|in |by |at ))`), "")
    .replace(/^,\s*/, "");

/** A prompt in which what cannot be drawn by itself is said by something that can. @param {string} prompt @param {string} before @param {string} after */
export const withInstead = (prompt, before, after) => {
  const said = before.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return prompt.replace(new RegExp(`(?:\\b(?:an?|the)\\s+)?(?:\\b\\w+ of\\s+)?\\b${said}\\b`, "i"), () => after).trim();
};

/** A prompt in another style: the style that there is not goes, the other is said at the end. @param {string} prompt @param {string} before @param {string} after */
export const inStyle = (prompt, before, after) => {
  const said = before.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const rest = prompt
    .replace(
      new RegExp(
        `(?:,\\s*)?(?:\\bin (?:an? |the )?)?(?:\\b(?:an?|the)\\s+)?\\b${said}\\b(?: (?:painting|picture|drawing|style)\\b)?(?: of\\b)?`,
        "i",
      ),
      " ",
    )
    .replace(/\s+/g, " ")
    .replace(/\s+,/g, ",")
    .trim()
    .replace(/^,\s*/, "");
  return after ? `${rest}, ${after}` : rest;
};

/** The row of a word that cannot be played, that is a style, or that can only be felt or thought: what can be done instead. @param {Word} one @param {Read} read @param {(word: string, prompt?: string) => void} decide */
function otherwise(one, read, decide) {
  const { word, sort } = one,
    put = sort === "style" ? inStyle : withInstead;
  const said =
    sort === "music"
      ? t("“{word}” cannot be played here. Near it are:", { word })
      : sort === "style"
        ? t("“{word}” is a style; repaint the picture in Stylize.", { word })
        : t("“{word}” cannot be seen; show it by a mood or by somebody.", { word });
  const hub =
    sort === "music"
      ? { tab: "Compose", pipeline: "compose.sample", settings: { text: read.prompt } }
      : { tab: "Generate", pipeline: "generate.diffusion", settings: { prompt: read.prompt } };
  const leaveOut = () => {
    if (sort === "abstract") return undefined;
    const rest = put(read.prompt, word, "");
    return sort === "music" ? rest.replace(/^(with|and|for)\b\s*|\s*\b(with|and|for)$/g, "") : rest;
  };
  return h(
    "li",
    h("span", said),
    h(
      "div.buttons",
      (one.instead ?? []).map(other =>
        makeButton("word-choice", other, () => decide(word, put(read.prompt, word, other))),
      ),
      (sort === "music" || read.own) && makeButton("link", t("Use a hub model"), () => deliver(hub)),
      makeButton("link", t("Leave it out"), () => decide(word, leaveOut())),
    ),
  );
}

/** The words of a scene that nothing was decided about. @param {any} told @returns {Word[]} */
export const open_ = told =>
  [...(told?.unpictured ?? []), ...(told?.substitutions ?? []).filter((/** @type {Word} */ one) => one.drawn)].filter(
    one => !(told.decided ?? []).includes(one.word),
  );

/**
 * The choices of a scene. `decide` gets the word, and the prompt that it leads to (or undefined where nothing changes). With `own` the
 * prompt holds the word that was written, else the word that is drawn for it.
 * @param {Read} read
 * @param {(word: string, prompt?: string) => void} decide
 * @param {() => void} [upload] where a picture can be brought instead
 */
export function choices(read, decide, upload) {
  const list = open_(read.told).slice(0, 6);
  if (!list.length) return null;
  /** @param {Word} one */
  const row = one => {
    if (one.sort) return otherwise(one, read, decide);
    const held = read.own ? one.word : one.drawn;
    const nearest = (one.nearest ?? []).filter(word => word !== one.drawn).slice(0, 3);
    const said = one.drawn
      ? t("“{word}” is drawn as “{drawn}”.", { word: one.word, drawn: one.drawn })
      : t("“{word}” has no picture and is left out.", { word: one.word });
    const options = [
      ...(one.drawn ? [makeButton("link", t("Keep it"), () => decide(one.word))] : []),
      ...nearest.map(word =>
        makeButton(
          "word-choice",
          [h("img", { alt: "", width: 32, height: 32, hidden: true }), h("span", word)],
          () => decide(one.word, held ? withOther(read.prompt, held, word) : withWord(read.prompt, word)),
          { "data-word": word, "aria-label": t("Draw “{word}” as “{other}”", { word: one.word, other: word }) },
        ),
      ),
      ...(upload ? [makeButton("link", t("Upload a picture"), upload)] : []),
      makeButton("link", t("Leave it out"), () =>
        decide(one.word, held && one.drawn ? without(read.prompt, held) : undefined),
      ),
    ];
    return h("li", h("span", said), h("div.buttons", options));
  };
  const missing = list.filter(one => !one.drawn),
    near = list.filter(one => one.drawn);
  const asked = read.own || list.length === 1 ? list : missing; // in a film, what another picture stands for is one click away
  const folded =
    asked === missing &&
    near.length > 0 &&
    h(
      "li",
      h(
        "details",
        h(
          "summary",
          tn("{n} word is shown by another picture.", "{n} words are shown by another picture.", near.length),
        ),
        h("ul.scene-words.plain", near.map(row)),
      ),
    );
  const element = h(
    "ul.scene-words.plain",
    {
      "aria-label":
        list[0].sort === "music" ? t("Words that cannot be played") : t("Words without a picture of their own"),
    },
    asked.map(row),
    folded,
    list.some(one => !one.drawn && !one.sort && one.nearest?.length) && // what is near nothing is no word
      h(
        "li.buttons",
        makeButton("link", t("A real picture model can draw it."), () => openTab("Models")),
      ),
  );
  const words = [
    ...new Set([...element.querySelectorAll("[data-word]")].map(one => one.getAttribute("data-word") ?? "")),
  ];
  if (words.length)
    shown(words)
      .then(found => {
        for (const one of element.querySelectorAll("[data-word]")) {
          const picture = one.querySelector("img"),
            address = found.get(one.getAttribute("data-word") ?? "");
          if (picture && address) {
            picture.src = address;
            picture.hidden = false;
          }
        }
      })
      .catch(() => {}); // without pictures the words are a choice too
  return element;
}
