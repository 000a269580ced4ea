// @ts-check
// Exhibit 10: a small nudge with a large effect, and the curve of what noise takes away.
import { num, t } from "../core.js";
import { chart, curves } from "./charts.js";
import { Exhibit, h, help, ownFile, table, tiles } from "./exhibit.js";

export default class Nudge extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.own = /** @type {string | null} */ (null);
    this.made = /** @type {any} */ (null);
    this.bringing = ownFile("image", t("Use a picture"), t("A picture of yours"), id => {
      this.own = id;
      this.begin();
    });
    const looking = this.job(
      t("Look for the nudge"),
      () => ({
        pipeline: "lab.nudge",
        settings: this.settings(),
        inputs: this.own && this.ofPicture ? { picture: this.own } : {},
      }),
      made => this.got(made),
      { json: "nudge.json" },
    );
    this.tiles = h("div.lab-tiles", { "aria-live": "polite" });
    this.said = h("p", { role: "status" });
    this.sheet = h("canvas", { width: 640, height: 256, hidden: true });
    this.curve = chart(
      t("What is left of nudge and picture, for each level of noise"),
      560,
      240,
      (pen, width, height) => this.lines(pen, width, height),
      t("The curve appears here."),
    );
    this.numbers = h("div");
    this.verdicts = h("div");
    this.element.append(
      this.tools("what", "prompt", "towards", "budget", "levels", this.bringing),
      looking.element,
      this.tiles,
      this.sheet,
      this.said,
      this.verdicts,
      h("h2", t("Noise is added and removed")),
      this.curve.canvas,
      this.numbers,
    );
  }
  begin() {
    this.jobs[0].start();
  }
  get ofPicture() {
    return this.value("what") === "picture";
  }
  moved() {
    for (const key of ["prompt", "towards", "budget"]) this.controls[key].element.hidden = this.ofPicture;
    this.controls.levels.element.hidden = this.bringing.hidden = !this.ofPicture;
  }
  settings() {
    const { prompt, towards, ...rest } = this.values("what", "prompt", "towards", "budget", "levels");
    return { ...rest, prompt: prompt || "a fox", towards: towards || "a house", seed: this.seed };
  }
  /** @param {import("./exhibit.js").Made} result */
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
    this.tiles.replaceChildren(...tiles(names, files));
    this.said.textContent = drawing
      ? t("The nudge has {share} % of the length.", { share: num(100 * said.length, 1) })
      : t("The score was {before}, and after the nudge {after}. From {limit} on Detect says likely AI.", {
          before: num(said.before, 2),
          after: num(said.after, 2),
          limit: num(said.limit, 2),
        });
    this.judged(said.verdicts);
    this.sheet.width = picture.naturalWidth;
    this.sheet.height = picture.naturalHeight;
    this.sheet.getContext("2d").drawImage(picture, 0, 0);
    const rows = said.purified.map(one =>
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
      said = one => (one?.applicable ? num(one.ratio, 2) : t("does not apply"));
    const other = new Map(after.signals.map(one => [one.title, one]));
    this.verdicts.replaceChildren(
      h("h2", t("The whole verdict")),
      h("p", h("strong", t("Before: ")), t(before.sentence)),
      h("p", h("strong", t("After the nudge: ")), t(after.sentence)),
      table(
        t("Signals before and after the nudge"),
        [t("Signal"), t("Before"), t("After the nudge")],
        before.signals
          .filter(one => one.ratio || /** @type {any} */ (other.get(one.title))?.ratio)
          .map(one => [t(one.title), said(one), said(other.get(one.title))]),
      ),
      ...(before.decides ? [help(`${t("The signal that decides")}: ${t(before.decides)}.`)] : []),
      help(t("Above 0 a number speaks for a machine.")),
    );
  }
  lines(pen, width, height) {
    if (!this.made) return false;
    const rows = this.made.purified,
      line = (name, ink, key) => ({ name, ink, values: rows.map(row => row[key]) });
    const lines =
      this.made.what === "picture"
        ? [
            line(t("nudged picture"), "--low-sun", "nudged"),
            line(t("plain picture"), "--ink", "plain"),
            line(t("levels lost"), "--soft", "changed"),
          ]
        : [line(t("like the first"), "--ink", "own"), line(t("like the other"), "--low-sun", "other")];
    curves(pen, width, height, lines, { x: rows.map(row => String(row.level)) });
  }
  restored() {
    this.moved();
    this.curve.again();
  }
}
