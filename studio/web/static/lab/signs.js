// @ts-check
// Below exhibit 9: a film of a drawn face with a pulse and blinks, the same film after a face swap, and what can be read from both.
import { num, t } from "../core.js";
import { colour, h } from "./plane.js";
import { chart, curves, range, Runner, table, tile } from "./run.js";

export class Signs {
  /** @param {any} host */
  constructor(host) {
    const again = () => {
      host.changed();
      this.runner.start();
    };
    this.made = /** @type {any} */ (null);
    this.pulse = range(t("Pulse, beats a minute"), 0, 120, 4, again);
    this.strength = range(t("Strength of the pulse, levels"), 0, 4, 0.5, again);
    this.blinks = range(t("Blinks a minute"), 0, 40, 5, again);
    this.noise = range(t("Noise of the camera, levels"), 0, 6, 0.5, again);
    this.runner = new Runner(
      t("Film and swap"),
      async () => ({ pipeline: "lab.signs", settings: this.settings() }),
      "signs.json",
      made => this.got(made),
    );
    this.tiles = h("div.lab-tiles", { "aria-live": "polite" });
    this.waves = chart(t("Colour of the skin over time: filmed and swapped"), 400, 200, (pen, width, height) =>
      this.lines(pen, width, height, "pulse"),
    );
    this.eyes = chart(t("Openness of the eyes over time: filmed and swapped"), 400, 200, (pen, width, height) =>
      this.lines(pen, width, height, "blinks"),
    );
    this.words = h("div", {});
    this.element = h(
      "section",
      {},
      h("h2", {}, t("What a film gives away: pulse and blinks")),
      h(
        "p.help",
        {},
        t(
          "The face is filmed for 12 seconds. A pulse changes the colour of its skin by a level or two, and it blinks. Then every picture is swapped.",
        ),
      ),
      h("div.lab-tools", {}, this.pulse.element, this.strength.element, this.blinks.element, this.noise.element),
      this.runner.element,
      this.tiles,
      h(
        "div.lab-pair",
        {},
        h(
          "figure.lab-figure",
          {},
          this.waves.canvas,
          h("figcaption.help", {}, t("Pulse: the skin's colour over 12 seconds")),
        ),
        h("figure.lab-figure", {}, this.eyes.canvas, h("figcaption.help", {}, t("Blinks: how far the eyes are open"))),
      ),
      this.words,
    );
  }
  settings() {
    return {
      pulse: this.pulse.value,
      strength: this.strength.value,
      blinks: this.blinks.value,
      noise: this.noise.value,
    };
  }
  state() {
    return {
      pulse: this.pulse.value,
      strength: this.strength.value,
      blinks: this.blinks.value,
      noise: this.noise.value,
    };
  }
  /** @param {any} state */
  restore(state) {
    const held = (/** @type {any} */ v, /** @type {number} */ high, /** @type {number} */ usual) =>
      Number.isFinite(v) ? Math.min(high, Math.max(0, v)) : usual;
    this.pulse.show(held(state.pulse, 120, 72));
    this.strength.show(held(state.strength, 4, 1.5));
    this.blinks.show(held(state.blinks, 40, 20));
    this.noise.show(held(state.noise, 6, 1));
    this.waves.again();
    this.eyes.again();
  }
  /** @param {import("./run.js").Made} result */
  got({ said, files }) {
    this.made = said;
    const names = [
      ["filmed-0", t("filmed, eyes open")],
      ["filmed-1", t("filmed, in a blink")],
      ["swapped-0", t("swapped, the same moment")],
      ["swapped-1", t("swapped, in the blink")],
    ];
    this.tiles.replaceChildren(...names.map(([name, words]) => tile(files[`${name}.png`], words)));
    const row = (/** @type {string} */ film, /** @type {string} */ sign, /** @type {any} */ one) => [
      `${film}: ${sign}`,
      one.finding,
    ];
    this.words.replaceChildren(
      table(
        t("What is read"),
        [t("Film and sign"), t("What is read")],
        [
          ["filmed", t("Filmed")],
          ["swapped", t("Swapped")],
        ].flatMap(([key, film]) => [row(film, t("pulse"), said[key].pulse), row(film, t("blinks"), said[key].blinks)]),
      ),
      h(
        "p.help",
        {},
        t(
          "No verdict rests on these signs: a good forgery keeps the pulse of the face that drives it, and a hard-saved film has lost a real one.",
        ),
      ),
    );
    this.waves.again();
    this.eyes.again();
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height @param {"pulse" | "blinks"} sign */
  lines(pen, width, height, sign) {
    if (!this.made) {
      pen.font = "13px Inter, sans-serif";
      pen.fillStyle = colour("--soft");
      pen.fillText(t("The curve appears here."), 16, 28);
      return;
    }
    const { filmed, swapped, rate_hz: rate } = this.made,
      x = filmed[sign].series.map((/** @type {number} */ _, /** @type {number} */ n) => num(n / rate, 0));
    curves(
      pen,
      width,
      height,
      [
        { name: t("filmed"), ink: "--ink", values: filmed[sign].series },
        { name: t("swapped"), ink: "--low-sun", values: swapped[sign].series },
      ],
      { x, every: 2 * rate },
    );
  }
}
