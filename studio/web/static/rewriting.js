// @ts-check
// Other wordings of one sentence: shown in their place, word by word against the original, chosen by a click or by a key.
import { button, copy, deliver, h, num, t } from "./core.js";

/**
 * @typedef {{text: string, alike: number | null, nats: number | null, words: number, diff: [string, string][]}} Way
 * @typedef {{text: string, original: string, start: number, end: number, tone: string, ways: Way[], notes?: string[], cost: {network_calls: number, seconds: number}}} Rewriting
 */

/** The view of a rewriting. @param {Rewriting} found @param {any} card @param {(text: string, card: any) => void} send @returns {Element[]} */
export function rewriteView(found, card, send) {
  let chosen = 0;
  const before = found.text.slice(0, found.start),
    after = found.text.slice(found.end);
  const sentence = () => (chosen < 0 ? found.original : found.ways[chosen].text);
  const text = () => before + sentence() + after;
  const place = h("mark.rewritten");
  const page = h(
    "div.page-text",
    { tabindex: 0, role: "region", "aria-label": t("The text with the sentence in its place") },
    before,
    place,
    after,
  );
  const rows = [...found.ways, null].map((way, n) => row(way, way ? n : -1));
  const list = h(
    "ol.ways",
    { role: "radiogroup", "aria-label": t("Wordings") },
    rows.map(one => h("li", one)),
  );
  /** @param {Way | null} way @param {number} at */
  function row(way, at) {
    const key = way ? String(at + 1) : "0";
    const words = way ? differences(way.diff) : [found.original];
    const about =
      way?.alike === null
        ? ""
        : way
          ? t("{words} words; {share} % of the meaning kept", {
              words: num(way.words),
              share: num(Math.round(100 * way.alike)),
            })
          : t("The original, {words} words", { words: num(found.original.split(/\s+/).length) });
    return h(
      "button.way",
      {
        role: "radio",
        "aria-checked": "false",
        "data-at": at,
        title: t("Press {key}", { key }),
        onclick: () => choose(at),
      },
      h("kbd", { "aria-hidden": "true" }, key),
      h("span.said", words),
      h("span.help", about),
    );
  }
  function choose(at) {
    chosen = at;
    place.textContent = sentence();
    for (const one of rows) one.setAttribute("aria-checked", String(Number(one.getAttribute("data-at")) === at));
  }
  const edit = value => deliver({ tab: "Write", pipeline: "infill.rewrite", settings: { text: value } });
  const view = h(
    "div.writing-view",
    list,
    h(
      "div.buttons",
      button("primary", t("Accept and go on"), () => edit(text())),
      button("secondary", t("Rewrite this wording again"), () => edit(`${before}[[${sentence()}]]${after}`)),
      button("secondary", t("Send this wording to"), () => send(text(), card)),
      button("secondary", t("Copy"), () => copy(text())),
    ),
    h("p.help", t("Keys: 1 to {n} choose, 0 takes the original back, Enter accepts.", { n: num(found.ways.length) })),
    ...(found.notes ?? []).map(note => h("p.help", t(note))),
  );
  const whole = h("div.rewriting", page, view);
  whole.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.key === "0" ? -1 : Number(event.key) - 1;
    if (/^\d$/.test(event.key)) {
      event.preventDefault();
      event.stopPropagation(); // a digit opens a tab elsewhere
      if (at < found.ways.length) {
        choose(at);
        focusRow(at);
      }
    } else if (
      event.key === "Enter" &&
      (event.target === page || /** @type {Element} */ (event.target).matches(".way"))
    ) {
      edit(text());
      event.preventDefault();
    }
  });
  const focusRow = (/** @type {number} */ at, preventScroll = false) =>
    /** @type {HTMLElement | undefined} */ (rows.find(one => Number(one.getAttribute("data-at")) === at))?.focus({
      preventScroll,
    });
  choose(0);
  setTimeout(() => {
    if (whole.isConnected && document.activeElement?.matches("button.make, .make button")) focusRow(0, true);
  }); // so that the keys choose a wording and open no tab
  return [whole];
}

/** Words kept, taken out and put in. @param {[string, string][]} diff */
export function differences(diff) {
  return diff.flatMap(([sign, words]) => [
    sign === "-" ? h("del", words) : sign === "+" ? h("ins", words) : words,
    " ",
  ]);
}
