// @ts-check
// Exhibit 1: two clouds of marbles on the same score field, each with a sampler of its own.
import { t } from "../core.js";
import { button, colour, h, pair } from "./exhibit.js";
import { exact, learned, Net } from "./net.js";
import { grid, slicedWasserstein } from "./plane.js";
import { Playground } from "./playground.js";
import { Walk } from "./samplers.js";

const ARROWS = grid(19),
  LAND = 44,
  COUNT = 1000;

/** The landscape whose slope is nearest to the score field [n*n of the grid] in least squares: a Poisson equation, by Gauss-Seidel. @param {Float64Array} field @param {number} n @param {Float64Array} energy */
export function landscape(field, n, energy, rounds = 80) {
  for (let round = 0; round < rounds; round++) {
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) {
        const i = row * n + column;
        let sum = 0,
          count = 0;
        if (column > 0) {
          sum += energy[i - 1] - (field[2 * i] + field[2 * (i - 1)]) / 2;
          count++;
        }
        if (column < n - 1) {
          sum += energy[i + 1] + (field[2 * i] + field[2 * (i + 1)]) / 2;
          count++;
        }
        if (row > 0) {
          sum += energy[i - n] + (field[2 * i + 1] + field[2 * (i - n) + 1]) / 2;
          count++;
        }
        if (row < n - 1) {
          sum += energy[i + n] - (field[2 * i + 1] + field[2 * (i + n) + 1]) / 2;
          count++;
        }
        energy[i] += 1.8 * (sum / count - energy[i]);
      }
    }
  }
  return energy;
}

const PLACES = grid(LAND),
  ALL = Float64Array.from([...ARROWS, ...PLACES]),
  PARTS = 6;

/** The score field of one plane at the noise level of its marbles. A new level is computed in parts over several frames, so that none of them is late. */
class Field {
  constructor() {
    this.version = 0; // changes with every picture of the field
    this.forget();
  }
  forget() {
    this.version++;
    this.sigma = Number.NaN; // of the shown picture
    this.next = Number.NaN; // of the one that is being computed
    this.part = 0;
    this.begun = -Infinity;
    this.scores = new Float64Array(ALL.length);
    /** @type {Float64Array | null} */
    this.energy = null;
    /** @type {Float64Array | null} */
    this.arrows = null;
  }
  /** Go on towards this level, or reach it at once. @param {import("./net.js").Denoiser | null} denoiser @param {number} sigma @param {boolean} still */
  follow(denoiser, sigma, still) {
    if (!denoiser) return;
    const first = !this.energy,
      whole = first || (still && sigma !== this.sigma);
    if (whole) {
      this.next = sigma;
      this.part = 0;
    } else if (Number.isNaN(this.next)) {
      if (sigma === this.sigma || performance.now() - this.begun < 150) return;
      this.next = sigma;
      this.part = 0;
    }
    if (this.part === 0) this.begun = performance.now();
    const length = 2 * Math.ceil(ALL.length / 2 / PARTS);
    do {
      const from = this.part * length,
        places = ALL.subarray(from, from + length),
        out = this.scores.subarray(from, from + length);
      denoiser.fill(places, this.next, out);
      for (let i = 0; i < out.length; i++) out[i] = (out[i] - places[i]) / (this.next * this.next);
      this.part++;
    } while (whole && this.part < PARTS);
    if (this.part < PARTS) return;
    this.arrows = this.scores.slice(0, ARROWS.length);
    this.energy = landscape(
      this.scores.subarray(ARROWS.length).map(v => (v * 2 * 1.8) / LAND),
      LAND,
      this.energy ?? new Float64Array(LAND * LAND),
      first ? 90 : 12,
    );
    this.sigma = this.next;
    this.next = Number.NaN;
    this.version++;
  }
}

export default class Score extends Playground {
  constructor(host, about) {
    super(host, about);
    this.net = null;
    this.spread = 1;
    this.sides = ["left", "right"].map(side => this.side(side));
    this.running = button("secondary", t("Run"), () => {
      if (this.loop.running) this.loop.pause();
      else this.loop.start();
      this.seen();
    });
    this.element.append(
      h(
        "div.lab-tools.lab-play",
        this.running,
        this.another(t("New start"), () => this.restart()),
        button("secondary", t("Same start again"), () => this.restart()),
      ),
      this.dataTools(),
      pair(...this.sides.map(side => side.element)),
      this.tools("field", "sigma", "steps", "lessons", "arrows", "land"),
      this.training.element,
    );
  }
  side(side) {
    const made = this.plane(side === "right" ? t("The right plane") : t("The left plane; draw here"));
    made.element.prepend(this.controls[side].input);
    made.element.dataset.side = side;
    return { ...made, key: side, walk: null, field: new Field(), done: 0, told: 0 };
  }
  moved(key) {
    if (key === "arrows" || key === "land") {
      this.loop.once();
      return;
    }
    if (key === "field" && this.value("field") === "network" && !this.net) {
      this.controls.field.show("exact");
      this.training.start();
    }
    this.restart();
  }
  settings() {
    return { ...super.settings(), steps: this.value("lessons") };
  }
  learnt(file, last) {
    this.net = Net.from(file, "denoiser");
    this.spread = Number(file.about.spread);
    this.controls.field.show("network");
    for (const one of this.sides) {
      one.field.sigma = Number.NaN;
      if (one.walk) one.walk.denoiser = this.denoiser;
    }
    if (last) this.restart();
    this.loop.once();
  }
  get denoiser() {
    return this.value("field") === "network" && this.net ? learned(this.net, this.spread) : exact(this.data.points);
  }
  fresh() {
    this.net = null;
    this.controls.field.show("exact");
    this.restart();
  }
  restart() {
    const { steps, sigma } = this.values("steps", "sigma");
    for (const one of this.sides) {
      const options = { count: COUNT, steps, seed: this.seed, sigma };
      one.walk = this.empty ? null : new Walk(this.value(one.key), this.denoiser, options);
      one.field.forget();
      one.done = one.told = 0;
    }
    this.run();
    this.seen();
  }
  seen() {
    this.running.textContent = this.loop.running ? t("Pause") : t("Run");
  }
  frame() {
    let open = false;
    const shown = /** @type {any} */ (this.values("land", "arrows"));
    for (const one of this.sides) {
      const { plane, walk, said, field } = one;
      if (walk && this.loop.running && !walk.done) {
        one.done = walk.kind === "single" ? walk.at + 1 : Math.min(walk.total, one.done + walk.total / 240);
        while (walk.at < Math.floor(one.done) && !walk.done) walk.step();
      }
      if (walk && !walk.done) open = true;
      field.follow(this.empty ? null : this.denoiser, Math.max(0.08, walk ? walk.sigma : 0.3), !this.loop.running);
      const key = `${field.version} ${shown.land} ${shown.arrows}`;
      plane.frame(key, () => this.still(one, shown), walk ? walk.x : [], walk ? walk.paths : []);
      if (!walk) said.textContent = t("Draw at least three points.");
      else if (walk.done || !(performance.now() - one.told < 200)) {
        one.told = performance.now();
        said.textContent = t("{n} evaluations, noise level {sigma}, distance to the data {distance}", {
          n: walk.evaluations,
          sigma: walk.sigma.toFixed(2),
          distance: slicedWasserstein(walk.x, this.data.points, 8, 64).toFixed(3),
        });
      }
    }
    if (!open && this.loop.running) {
      this.loop.pause();
      this.seen();
    }
  }
  /** The landscape, the arrows and the data of one side. */
  still({ plane, field }, { land, arrows }) {
    plane.ground(land ? field.energy : null, LAND);
    if (arrows && field.arrows) plane.arrows(ARROWS, field.arrows);
    plane.dots(this.data.points, colour("--low-sun"), 4, 0.8);
  }
  restored(state) {
    super.restored(state);
    if (state.field === "network") this.training.start();
  }
}
