// @ts-check
// Exhibit 8: the order in which the places of a text are decided.
import { num, t } from "../core.js";
import { maker } from "./lab.js";
import { colour, h, numbers } from "./plane.js";
import { button, choice, detailOf, held } from "./ui.js";

const ORDERS = () =>
  /** @type {[string, string][]} */ ([
    ["confidence", t("the surest place first")],
    ["margin", t("the clearest choice first")],
    ["entropy", t("the least doubt first")],
    ["ancestral", t("by chance (ancestral)")],
  ]);

class Text {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    const noted = () => host.changed();
    this.text = h("textarea", { rows: 2, maxlength: 400, "aria-label": t("Text with blanks"), onchange: noted });
    this.seed = 1;
    this.sampler = choice(t("Order"), ORDERS(), noted);
    this.canvas = h("canvas.lab-wide", {
      width: 900,
      height: 220,
      role: "img",
      "aria-label": t("Heat map: when each place was decided"),
    });
    this.drafts = h("div", {});
    this.ordering = maker(
      t("Fill it six times"),
      () => ({
        pipeline: "lab.order",
        settings: { text: this.text.value, sampler: this.sampler.value, drafts: 6, seed: this.seed },
      }),
      made => this.heat(detailOf(made.bytes)),
    );
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools",
        {},
        h("label.lab-long", {}, h("span", {}, t("A text with blanks")), this.text),
        this.sampler.element,
        button(t("Another seed"), () => {
          this.seed++;
          noted();
          this.ordering.start();
        }),
      ),
      this.ordering.element,
      this.canvas,
      this.drafts,
    );
    void exhibit;
  }
  /** When each place was decided in each draft, and on average: light is early, dark is late. @param {any} found */
  heat(found) {
    const { places, drafts } = found,
      pen = this.canvas.getContext("2d"),
      left = 90,
      wide = (900 - left - 10) / Math.max(1, places.length),
      tall = 200 / (drafts.length + 1);
    const early = numbers(colour("--wash")),
      late = numbers(colour("--low-sun"));
    this.canvas.height = 220;
    pen.fillStyle = colour("--field");
    pen.fillRect(0, 0, 900, 220);
    pen.font = "13px Inter, sans-serif";
    pen.textBaseline = "middle";
    drafts.forEach((/** @type {any} */ draft, /** @type {number} */ row) => {
      const decided = draft.steps.filter((/** @type {any} */ one) => one.piece !== undefined),
        last = Math.max(2, ...decided.map((/** @type {any} */ one) => one.step));
      pen.fillStyle = colour("--ink");
      pen.fillText(t("Draft {n}", { n: row + 1 }), 6, 10 + (row + 0.5) * tall);
      places.forEach((/** @type {any} */ place, /** @type {number} */ column) => {
        const one = decided.filter((/** @type {any} */ d) => d.blank === place.blank && d.place === place.place).pop();
        if (one)
          this.cell(
            pen,
            left + column * wide,
            10 + row * tall,
            wide,
            tall,
            (one.step - 1) / (last - 1),
            `${one.step}. ${one.piece}`,
            early,
            late,
          );
      });
    });
    pen.fillStyle = colour("--ink");
    pen.fillText(t("Mean"), 6, 10 + (drafts.length + 0.5) * tall);
    places.forEach((/** @type {any} */ place, /** @type {number} */ column) =>
      this.cell(
        pen,
        left + column * wide,
        10 + drafts.length * tall,
        wide,
        tall,
        place.rank,
        num(place.rank, 2),
        early,
        late,
      ),
    );
    this.drafts.replaceChildren(
      h(
        "ol",
        {},
        drafts.map((/** @type {any} */ draft) => h("li", {}, draft.text)),
      ),
    );
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} w @param {number} v @param {number} share @param {string} words @param {number[]} early @param {number[]} late */
  cell(pen, x, y, w, v, share, words, early, late) {
    const tone = early.map((c, k) => c + share * (late[k] - c)),
      bright = tone[0] * 0.3 + tone[1] * 0.59 + tone[2] * 0.11 > 120;
    pen.fillStyle = `rgb(${tone.map(Math.round).join(",")})`;
    pen.fillRect(x + 1, y + 1, w - 2, v - 2);
    pen.fillStyle = bright ? "#16130F" : "#FBF8F3";
    pen.fillText(words, x + 6, y + v / 2, w - 10);
  }
  state() {
    return { text: this.text.value, sampler: this.sampler.value, seed: this.seed };
  }
  /** @param {any} state */
  restore(state) {
    this.text.value = String(state.text ?? "").slice(0, 400);
    this.sampler.show(state.sampler);
    this.seed = held(state.seed, 0, 1e6, 1);
    this.gone = false;
    setTimeout(() => this.gone || this.ordering.start(), 300);
  }
  canvases() {
    return [this.canvas];
  }
  stop() {
    this.gone = true;
    this.ordering.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    if (typeof settings.text === "string") this.text.value = settings.text;
    this.sampler.show(settings.sampler);
    this.ordering.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Text(host, exhibit);

/** Lines of words and masks. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  pen.fillStyle = colour("--field");
  pen.fillRect(0, 0, width, height);
  [
    [40, 0, 60, 90],
    [0, 55, 80, 0],
    [70, 40, 0, 60],
    [0, 90, 50, 0],
  ].forEach((line, row) => {
    let x = 24;
    line.forEach((w, k) => {
      const long = w || 56;
      pen.fillStyle = w ? colour("--edge") : colour("--low-sun");
      pen.fillRect(x, 34 + row * 38, long, 14);
      x += long + 12 + k;
    });
  });
}
