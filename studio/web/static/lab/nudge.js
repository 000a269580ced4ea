// @ts-check
// Exhibit 10: a small nudge with a large effect, and the curve of what noise takes away.
import { num, t } from "../core.js";
import { colour, h } from "./plane.js";
import { chart, choice, curves, ownPicture, range, Runner, table, tile, words } from "./run.js";

class Nudge {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.seed = 1;
    this.known = false;
    this.own = /** @type {string | null} */ (null);
    this.made = /** @type {any} */ (null);
    const noted = () => {
      this.host.changed();
      this.fit();
    };
    this.what = choice(
      t("Nudge"),
      [
        ["picture", t("a picture that Detect reads")],
        ["noise", t("the noise it begins with")],
        ["words", t("the numbers of the words")],
      ],
      noted,
    );
    this.prompt = words(t("Drawn"), t("a fox"), noted);
    this.towards = words(t("Towards"), t("a house"), noted);
    this.budget = range(t("Budget, as a share"), 0, 0.6, 0.01, noted);
    this.levels = range(t("Levels of 255"), 0, 8, 0.5, noted);
    this.steps = range(t("Steps of the search"), 1, 30, 1, noted);
    this.file = ownPicture(
      id => {
        this.own = id;
        this.runner.start();
      },
      problem => {
        this.said.textContent = problem;
      },
    );
    this.bringing = h("button.secondary", { type: "button", onclick: () => this.file.click() }, t("Use a picture"));
    this.runner = new Runner(
      t("Look for the nudge"),
      () => this.asked(exhibit),
      "nudge.json",
      made => this.got(made),
    );
    this.tiles = h("div.lab-tiles", { "aria-live": "polite" });
    this.said = h("p", { role: "status" });
    this.sheet = h("canvas", { width: 640, height: 256, hidden: true });
    this.curve = chart(
      t("What is left of the nudge and what is lost of the picture, for each level of noise"),
      560,
      240,
      (pen, width, height) => this.lines(pen, width, height),
    );
    this.numbers = h("div", {});
    this.verdicts = h("div", {});
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools",
        {},
        this.what.element,
        this.prompt.element,
        this.towards.element,
        this.budget.element,
        this.levels.element,
        this.steps.element,
        this.bringing,
        this.file,
      ),
      this.runner.element,
      this.tiles,
      this.said,
      this.verdicts,
      h("h2", {}, t("Noise is added and removed")),
      this.curve.canvas,
      this.numbers,
    );
  }
  fit() {
    const picture = this.what.select.value === "picture";
    for (const one of [this.prompt, this.towards, this.budget]) one.element.hidden = picture;
    this.levels.element.hidden = this.bringing.hidden = !picture;
  }
  settings() {
    return {
      what: this.what.select.value,
      prompt: this.prompt.input.value.trim() || "a fox",
      towards: this.towards.input.value.trim() || "a house",
      budget: this.budget.value,
      levels: this.levels.value,
      steps: this.steps.value,
      seed: this.seed,
    };
  }
  /** @param {import("./lab.js").Exhibit} exhibit */
  async asked(exhibit) {
    return {
      pipeline: exhibit.pipelines[0],
      settings: this.settings(),
      inputs: this.own && this.what.select.value === "picture" ? { picture: this.own } : {},
    };
  }
  /** @param {import("./run.js").Made} result */
  got({ said, files, picture }) {
    this.made = said;
    const drawing = said.what !== "picture";
    const names = [
      ["before", t("before")],
      ["after", t("after the nudge")],
      ...(drawing ? [["towards", t("what it shall become")]] : []),
      ["nudge", drawing ? t("the nudge, made large") : t("the difference times ten")],
      [
        "purified",
        drawing
          ? t("after noise of level {level}", { level: said.best })
          : t("after noise of {level} levels", { level: said.cleaned }),
      ],
    ];
    this.tiles.replaceChildren(...names.map(([name, words]) => tile(files[`${name}.png`], words)));
    this.said.textContent = drawing
      ? t(
          "The nudge has {share} % of the length of what it changes. CLIP's likeness to the first drawing is {own}, to the other {other}; before it was 1 and {before}.",
          {
            share: num(100 * said.length, 1),
            own: num(said.reads.own, 2),
            other: num(said.reads.other, 2),
            before: num(said.reads.before.other, 2),
          },
        )
      : t(
          "The signal that decides said {before}, and after the nudge {after}. From {limit} on Detect calls a picture likely AI. No pixel moved by more than {most} levels.",
          { before: num(said.before, 2), after: num(said.after, 2), limit: num(said.limit, 2), most: said.most },
        );
    this.judged(said.verdicts);
    this.sheet.width = picture.naturalWidth;
    this.sheet.height = picture.naturalHeight;
    this.sheet.getContext("2d").drawImage(picture, 0, 0);
    const rows = said.purified.map((/** @type {any} */ one) =>
      drawing
        ? [String(one.level), num(one.own, 3), num(one.other, 3), num(one.changed, 1)]
        : [String(one.level), num(one.nudged, 2), num(one.plain, 2), num(one.changed, 2)],
    );
    this.numbers.replaceChildren(
      table(
        t("Purification"),
        drawing
          ? [t("Noise level"), t("Like the first"), t("Like the other"), t("Levels from the first")]
          : [t("Noise, levels"), t("Nudged picture"), t("Plain picture"), t("Levels lost")],
        rows,
      ),
    );
    this.curve.again();
  }
  /** The whole verdict on both pictures, signal by signal. @param {any} verdicts */
  judged(verdicts) {
    if (!verdicts) {
      this.verdicts.replaceChildren();
      return;
    }
    const { before, after } = verdicts,
      said = (/** @type {any} */ one) => (one?.applicable ? num(one.ratio, 2) : t("does not apply"));
    const other = new Map(after.signals.map((/** @type {any} */ one) => [one.title, one]));
    this.verdicts.replaceChildren(
      h("h2", {}, t("The whole verdict")),
      h("p", {}, h("strong", {}, t("Before: ")), t(before.sentence)),
      h("p", {}, h("strong", {}, t("After the nudge: ")), t(after.sentence)),
      table(
        t("Signals before and after the nudge"),
        [t("Signal"), t("Before"), t("After the nudge")],
        before.signals
          .filter((/** @type {any} */ one) => one.ratio || /** @type {any} */ (other.get(one.title))?.ratio)
          .map((/** @type {any} */ one) => [t(one.title), said(one), said(other.get(one.title))]),
      ),
      ...(before.decides ? [h("p.help", {}, `${t("The signal that decides")}: ${t(before.decides)}.`)] : []),
      h(
        "p.help",
        {},
        t(
          "Numbers are log-likelihood ratios: above 0 they speak for a machine. Only the signal that decides has a part in the verdict on a picture.",
        ),
      ),
    );
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  lines(pen, width, height) {
    if (!this.made) {
      pen.font = "13px Inter, sans-serif";
      pen.fillStyle = colour("--soft");
      pen.fillText(t("The curve appears here."), 16, 28);
      return;
    }
    const rows = this.made.purified,
      x = rows.map((/** @type {any} */ one) => String(one.level)),
      of = (/** @type {string} */ key) => rows.map((/** @type {any} */ one) => one[key]);
    if (this.made.what === "picture")
      curves(
        pen,
        width,
        height,
        [
          { name: t("nudged picture"), ink: "--low-sun", values: of("nudged") },
          { name: t("plain picture"), ink: "--ink", values: of("plain") },
          { name: t("levels lost"), ink: "--soft", values: of("changed") },
        ],
        { x },
      );
    else
      curves(
        pen,
        width,
        height,
        [
          { name: t("like the first"), ink: "--ink", values: of("own") },
          { name: t("like the other"), ink: "--low-sun", values: of("other") },
        ],
        { x },
      );
  }
  state() {
    return this.settings();
  }
  /** @param {any} state */
  restore(state) {
    const held = (
      /** @type {any} */ v,
      /** @type {number} */ low,
      /** @type {number} */ high,
      /** @type {number} */ usual,
    ) => (Number.isFinite(v) ? Math.min(high, Math.max(low, v)) : usual);
    this.what.show(state.what);
    this.prompt.show(state.prompt);
    this.towards.show(state.towards);
    this.budget.show(held(state.budget, 0, 0.6, 0.2));
    this.levels.show(held(state.levels, 0, 8, 2));
    this.steps.show(held(Math.round(state.steps), 1, 30, 8));
    this.seed = held(Math.round(state.seed), 0, 999, 1);
    this.fit();
    this.curve.again();
    if (!this.known) {
      this.known = true;
      this.runner.start();
    }
  }
  canvases() {
    return [this.sheet, this.curve.canvas];
  }
  stop() {
    this.runner.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.known = true;
    this.restore(settings);
    this.runner.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Nudge(host, exhibit);

/** The picture of its card: two waves that differ by a little. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  pen.fillStyle = colour("--field") || "#fff";
  pen.fillRect(0, 0, width, height);
  for (const [ink, much] of /** @type {[string, number][]} */ ([
    ["--ink", 0],
    ["--low-sun", 9],
  ])) {
    pen.strokeStyle = colour(ink) || "#000";
    pen.lineWidth = 2;
    pen.beginPath();
    for (let x = 0; x <= width; x += 2) {
      const y = height / 2 - 50 * Math.sin(x / 42) + much * Math.sin(x * 0.9) * Math.exp(-(((x - 170) / 70) ** 2));
      if (x) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    }
    pen.stroke();
  }
}
