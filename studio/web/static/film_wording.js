// @ts-check
// A spoken line made shorter, or short enough for a number of seconds, without leaving the film.
import { ask, bus, dialog, h, num, poll, post, state, t } from "./core.js";
import { differences } from "./rewriting.js";
import { makeButton } from "./film_parts.js";

export const WORDS_A_SECOND = 2.5; // of the narrator at a calm pace; the film's own time is measured when the line is spoken
/** The sentence of a line at a place: its start and end in characters. @param {string} line @param {number} at @returns {[number, number]} */
export function sentenceAt(line, at) {
  let start = 0;
  for (const found of line.matchAll(/[^.!?]+[.!?]*["”’)]*\s*/g)) {
    const end = (found.index ?? 0) + found[0].length;
    start = found.index ?? 0;
    if (at < end || end >= line.length) {
      const lead = found[0].length - found[0].trimStart().length;
      return [start + lead, start + found[0].trimEnd().length];
    }
  }
  return [start, line.length];
}

/** Wait for a job; resolves to its result as JSON. @param {string} id @param {(said: string) => void} told @param {AbortSignal} stop @returns {Promise<any>} */
function finished(id, told, stop) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const job = /** @type {any} */ (state.jobs.find((/** @type {any} */ one) => one.id === id));
      if (!job) return;
      if (job.state === "done") {
        end();
        ask(`artifacts/${job.artifact}`)
          .then(card => fetch(card.url))
          .then(answer => answer.json())
          .then(resolve, reject);
      } else if (job.state === "failed" || job.state === "cancelled") {
        end();
        reject(new Error(job.problem || t("Nothing was made.")));
      } else told(job.label || t("Waiting"));
    };
    const end = () => bus.removeEventListener("state", look);
    stop.addEventListener("abort", () => {
      end();
      post(`jobs/${id}/cancel`).catch(() => {});
    });
    bus.addEventListener("state", look);
    poll();
  });
}

/** A link that opens other wordings of a line. @param {HTMLTextAreaElement} area @param {() => number} caret @returns {Element} */
export function rewording(area, caret) {
  return makeButton("link", t("Make it shorter"), () => open(area, caret()));
}

/** @param {HTMLTextAreaElement} area @param {number} caret */
function open(area, caret) {
  const line = area.value,
    [start, end] = sentenceAt(line, caret),
    sentence = line.slice(start, end),
    count = sentence.split(/\s+/).filter(Boolean).length;
  const stop = new AbortController(),
    said = h("p.help", { role: "status" }),
    list = h("div.list");
  const longest = h("input", {
    type: "number",
    min: 1,
    max: 30,
    step: 0.5,
    placeholder: num(count / WORDS_A_SECOND, 1),
    "aria-label": t("At most this many seconds"),
  });
  const go = makeButton("primary", t("Rewrite the sentence"), () => run());
  const box = dialog(
    t("Make it shorter"),
    h("p", sentence || t("This line is empty.")),
    h("div.scene-row", h("label.field", t("At most (seconds)"), longest)),
    h("div.buttons", go),
    said,
    list,
  );
  box.addEventListener("close", () => stop.abort());
  async function run() {
    go.disabled = true;
    list.replaceChildren();
    try {
      const words = longest.value ? Math.min(40, Math.max(3, Math.round(Number(longest.value) * WORDS_A_SECOND))) : 0;
      const text = `${line.slice(0, start)}[[${sentence}]]${line.slice(end)}`;
      const { job } = await post("make", {
        pipeline: "infill.rewrite",
        inputs: {},
        settings: { text, words },
        tab: "Film",
      });
      const made = await finished(
        job,
        now => {
          said.textContent = now;
        },
        stop.signal,
      );
      said.textContent = t("About {before} seconds before. Choose a wording:", {
        before: num(count / WORDS_A_SECOND, 1),
      });
      list.replaceChildren(
        ...made.ways.map((/** @type {any} */ way) =>
          makeButton(
            "line",
            [
              h("span.said", differences(way.diff)),
              h("span.help", t("About {n} seconds", { n: num(way.words / WORDS_A_SECOND, 1) })),
            ],
            () => take(way.text),
          ),
        ),
      );
      list.querySelector("button")?.focus();
    } catch (error) {
      said.textContent = /** @type {Error} */ (error).message;
    }
    go.disabled = false;
  }
  /** @param {string} wording */
  function take(wording) {
    area.value = line.slice(0, start) + wording + line.slice(end);
    for (const kind of ["input", "change"]) area.dispatchEvent(new Event(kind, { bubbles: true }));
    box.close();
    area.focus();
  }
}
