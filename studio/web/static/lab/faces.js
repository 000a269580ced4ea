// @ts-check
// Exhibit 9: faces of a small StyleGAN2, mixed, walked between, added and looked for; below it the two decoders of a face swap.
import { num, t } from "../core.js";
import { colour, h } from "./plane.js";
import { chart, choice, curves, Pad, range, Runner, tile } from "./run.js";
import { Signs } from "./signs.js";

const SHOWS = () =>
  /** @type {[string, string][]} */ ([
    ["grid", t("Mix by layer")],
    ["walk", t("Walk from one to the other")],
    ["truncation", t("Truncation")],
    ["direction", t("Add a direction")],
    ["noise", t("What the noise does")],
    ["projection", t("Find my portrait")],
  ]);
const WAYS = () =>
  /** @type {[string, string][]} */ ([
    ["smile", t("smile")],
    ["turn", t("turn of the head")],
    ["glasses", t("glasses")],
    ["beard", t("beard")],
    ["grey hair", t("grey hair")],
    ["dark skin", t("darker skin")],
    ["hat", t("hat")],
  ]);
const MOODS = () =>
  /** @type {[string, string][]} */ ([
    ["neutral", t("neutral")],
    ["happy", t("happy")],
    ["sad", t("sad")],
    ["angry", t("angry")],
    ["surprised", t("surprised")],
    ["tired", t("tired")],
    ["afraid", t("afraid")],
  ]);
const NEEDS = /** @type {Record<string, string[]>} */ ({
  grid: ["second"],
  walk: ["second"],
  truncation: [],
  direction: ["direction", "amount"],
  noise: [],
  projection: ["second", "pad"],
});

class Faces {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.seed = 0;
    this.known = false;
    const noted = () => {
        this.host.changed();
        this.fit();
      },
      again = () => {
        noted();
        this.runner.start();
      };
    this.show = choice(t("What to do"), SHOWS(), again);
    this.first = range(t("First face"), 1, 60, 1, again);
    this.second = range(t("Second face"), 1, 60, 1, again);
    this.way = choice(t("Direction"), WAYS(), again);
    this.amount = range(t("How much"), 0.2, 2, 0.2, again);
    this.truncation = range(t("Truncation"), 0, 1.5, 0.05, again);
    this.pad = new Pad(t("Paper for a face"), noted);
    this.padded = h(
      "div",
      {},
      h("p.help", {}, t("Doodle a face. Without a doodle the studio draws somebody.")),
      this.pad.element,
    );
    this.runner = new Runner(
      t("Draw the faces"),
      () => this.asked(exhibit),
      "faces.json",
      made => this.got(made),
    );
    this.tiles = h("div.lab-tiles", { "aria-live": "polite" });
    this.said = h("p.help", {});
    this.sheet = h("canvas", { width: 640, height: 320, hidden: true });
    this.spectrum = chart(t("Power at each frequency: made and drawn faces"), 560, 220, (pen, width, height) =>
      this.lines(pen, width, height),
    );
    this.who = choice(
      t("Whose face goes in"),
      [
        ["first", t("the first person")],
        ["second", t("the second person")],
      ],
      () => {
        this.host.changed();
        this.swap.start();
      },
    );
    this.mood = choice(t("Expression"), MOODS(), () => {
      this.host.changed();
      this.swap.start();
    });
    this.yaw = range(t("Turned"), 46, 134, 1, () => {
      this.host.changed();
      this.swap.start();
    });
    this.swapped = h("div.lab-tiles", { "aria-live": "polite" });
    this.swapSaid = h("p.help", {});
    this.swap = new Runner(
      t("Swap the faces"),
      async () => ({
        pipeline: exhibit.pipelines[1],
        settings: { who: this.who.select.value, expression: this.mood.select.value, yaw: this.yaw.value },
      }),
      "swap.json",
      made => this.exchanged(made),
    );
    this.signs = new Signs(host);
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools",
        {},
        this.show.element,
        this.first.element,
        this.second.element,
        this.way.element,
        this.amount.element,
        this.truncation.element,
        h(
          "button.secondary",
          {
            type: "button",
            onclick: () => {
              this.seed = (this.seed + 1) % 1000;
              again();
            },
          },
          t("Other people"),
        ),
      ),
      this.padded,
      this.runner.element,
      this.tiles,
      this.said,
      h("h2", {}, t("What a detector looks at: the spectrum")),
      this.spectrum.canvas,
      h(
        "p.help",
        {},
        t(
          "Power in decibels, from coarse on the left to fine on the right. Networks often leave too little or too much in the fine part.",
        ),
      ),
      h("h2", {}, t("Two decoders: a face swap between two drawn people")),
      h("div.lab-tools", {}, this.who.element, this.mood.element, this.yaw.element),
      this.swap.element,
      this.swapped,
      this.swapSaid,
      this.signs.element,
    );
  }
  /** Only the controls that what is shown needs. */
  fit() {
    const needed = NEEDS[this.show.select.value] ?? [];
    this.second.element.hidden = !needed.includes("second");
    this.way.element.hidden = !needed.includes("direction");
    this.amount.element.hidden = !needed.includes("amount");
    this.padded.hidden = !needed.includes("pad");
  }
  settings() {
    return {
      show: this.show.select.value,
      first: this.first.value,
      second: this.second.value,
      direction: this.way.select.value,
      amount: this.amount.value,
      truncation: this.truncation.value,
      seed: this.seed,
    };
  }
  /** @param {import("./lab.js").Exhibit} exhibit */
  async asked(exhibit) {
    const portrait = this.show.select.value === "projection" ? await this.pad.id() : null;
    return { pipeline: exhibit.pipelines[0], settings: this.settings(), inputs: portrait ? { portrait } : {} };
  }
  /** @param {import("./run.js").Made} result */
  got({ said, files, picture }) {
    this.made = said;
    this.tiles.replaceChildren(
      ...said.names.map((/** @type {string} */ name, /** @type {number} */ n) =>
        tile(files[`${n + 1}.png`], this.named(said.show, name, n)),
      ),
    );
    this.said.textContent = said.curve
      ? t("The mean difference fell from {from} to {to} levels of 255 in {n} steps.", {
          from: num(said.curve[0], 1),
          to: num(said.curve.at(-1), 1),
          n: said.curve.length,
        })
      : said.noise_moves === undefined
        ? ""
        : t("Noise moves a pixel by {levels} levels of 255 on average.", { levels: said.noise_moves });
    this.sheet.width = picture.naturalWidth;
    this.sheet.height = picture.naturalHeight;
    this.sheet.getContext("2d").drawImage(picture, 0, 0);
    this.spectrum.again();
  }
  /** @param {string} show @param {string} name @param {number} n */
  named(show, name, n) {
    if (show === "grid")
      return n === 7
        ? t("the first face")
        : n === 0
          ? t("the second face")
          : t("second face from layer {n} on", { n: n + 1 });
    if (show === "walk" || show === "truncation" || show === "direction") return name;
    return t(name);
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  lines(pen, width, height) {
    if (!this.made) {
      pen.font = "13px Inter, sans-serif";
      pen.fillStyle = colour("--soft");
      pen.fillText(t("The spectrum appears here."), 16, 28);
      return;
    }
    const { made, drawn } = this.made.spectrum;
    curves(
      pen,
      width,
      height,
      [
        { name: t("made"), ink: "--low-sun", values: made },
        { name: t("drawn by code"), ink: "--ink", values: drawn },
      ],
      { x: made.map((/** @type {number} */ _, /** @type {number} */ n) => String(n)) },
    );
  }
  /** @param {import("./run.js").Made} result */
  exchanged({ said, files }) {
    const names = [
      ["source", t("what goes in")],
      ["own", t("its own decoder")],
      ["swapped", t("the other person's decoder")],
      ["drawn", t("the other person, drawn to compare")],
    ];
    this.swapped.replaceChildren(...names.map(([name, words]) => tile(files[`${name}.png`], words)));
    this.swapSaid.textContent = t(
      "The swapped face is {levels} levels of 255 from the drawn one on average; the own decoder is {own} from what went in.",
      { levels: said.levels_from_drawn, own: said.levels_from_source },
    );
  }
  state() {
    return {
      ...this.settings(),
      who: this.who.select.value,
      expression: this.mood.select.value,
      yaw: this.yaw.value,
      ...this.signs.state(),
    };
  }
  /** @param {any} state */
  restore(state) {
    const held = (
      /** @type {any} */ v,
      /** @type {number} */ low,
      /** @type {number} */ high,
      /** @type {number} */ usual,
    ) => (Number.isFinite(v) ? Math.min(high, Math.max(low, v)) : usual);
    this.show.show(state.show);
    this.first.show(held(Math.round(state.first), 1, 60, 3));
    this.second.show(held(Math.round(state.second), 1, 60, 12));
    this.way.show(state.direction);
    this.amount.show(held(state.amount, 0.2, 2, 1));
    this.truncation.show(held(state.truncation, 0, 1.5, 0.8));
    this.seed = held(Math.round(state.seed), 0, 999, 0);
    this.who.show(state.who);
    this.mood.show(state.expression);
    this.yaw.show(held(Math.round(state.yaw), 46, 134, 100));
    this.signs.restore(state);
    this.fit();
    this.spectrum.again();
    if (!this.known) {
      this.known = true;
      this.runner
        .start()
        .then(() => this.element.isConnected && this.swap.start())
        .then(() => this.element.isConnected && this.signs.runner.start());
    }
  }
  canvases() {
    return [this.sheet, this.spectrum.canvas];
  }
  stop() {
    this.runner.stop();
    this.swap.stop();
    this.signs.runner.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.known = true;
    this.restore(settings);
    this.runner.start();
  }
}
// names that the pipeline gives to what it shows, for the catalogue: t("the portrait") t("where the encoder puts it") t("after the search") t("and smiling")
// t("with the second's fine layers") t("no noise") t("noise 1") t("noise 2") t("noise 3") t("noise 4") t("noise 5") t("noise 6") t("where it moves")

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Faces(host, exhibit);

/** The picture of its card: faces between two. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  pen.fillStyle = colour("--field") || "#fff";
  pen.fillRect(0, 0, width, height);
  for (let n = 0; n < 5; n++) {
    const share = n / 4,
      x = 40 + n * 60,
      y = height / 2 + 8,
      mix = (/** @type {number} */ a, /** @type {number} */ b) => Math.round(a + (b - a) * share);
    const round = (
      /** @type {number} */ dx,
      /** @type {number} */ dy,
      /** @type {number} */ r,
      /** @type {string} */ fill,
    ) => {
      pen.fillStyle = fill;
      pen.beginPath();
      pen.arc(x + dx, y + dy, r, 0, 7);
      pen.fill();
    };
    round(0, -8, 30, `rgb(${mix(224, 60)},${mix(120, 40)},${mix(50, 40)})`);
    round(0, 0, 26, `rgb(${mix(242, 122)},${mix(201, 74)},${mix(166, 48)})`);
    for (const side of [-1, 1]) {
      round(side * 9, -2, 5, "#fff");
      round(side * 9, -2, 3, "#2b2026");
    }
    pen.strokeStyle = "#5c2029";
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.moveTo(x - 9, y + 12);
    pen.quadraticCurveTo(x, y + 12 + 8 * (1 - 2 * share), x + 9, y + 12);
    pen.stroke();
  }
}
