// @ts-check
// Exhibit 1: two clouds of marbles on the same score field, each with a sampler of its own.
import { t } from "../core.js";
import { maker } from "./lab.js";
import { calm, Loop } from "./motion.js";
import { exact, learned, Net, readTensors } from "./net.js";
import { colour, Data, dataTools, grid, h, Plane, slicedWasserstein } from "./plane.js";
import { Walk } from "./samplers.js";

const KINDS = () => [
  ["single", t("Langevin, one noise level")],
  ["annealed", t("Langevin, falling noise levels")],
  ["sde", t("SDE (ancestral)")],
  ["heun", t("ODE, Heun")],
  ["ddim", t("ODE, DDIM (Euler's steps)")],
  ["dpm", t("ODE, DPM-Solver++ (2M)")],
];
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

class Score {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.data = new Data();
    this.net = /** @type {Net | null} */ (null);
    this.spread = 1;
    this.seed = 1;
    this.sides = ["left", "right"].map((side, n) => this.side(side, n));
    this.build(exhibit);
    this.loop = new Loop(this.element, () => this.frame());
    this.data.addEventListener("change", () => {
      this.net = null;
      this.fieldChoice.value = "exact";
      this.restart();
      this.noted();
    });
  }
  /** @param {string} side @param {number} n */
  side(side, n) {
    const plane = new Plane(
      n
        ? t("The right plane, with marbles on the score field")
        : t("The left plane, with marbles on the score field; draw here"),
      this.data,
      520,
    );
    const kind = h(
      "select",
      {
        "aria-label": n ? t("Sampler on the right") : t("Sampler on the left"),
        onchange: () => {
          this.restart();
          this.noted();
        },
      },
      KINDS().map(([value, words]) => h("option", { value }, words)),
    );
    const said = h("p.lab-count", {});
    return {
      plane,
      kind,
      said,
      walk: /** @type {Walk | null} */ (null),
      field: new Field(),
      done: 0,
      told: 0,
      element: h("figure.lab-figure", { "data-side": side }, kind, plane.canvas, said),
    };
  }
  /** @param {import("./lab.js").Exhibit} exhibit */
  build(exhibit) {
    const range = (
      /** @type {string} */ label,
      /** @type {number} */ low,
      /** @type {number} */ high,
      /** @type {number} */ step,
    ) => {
      const out = h("output", {}),
        input = h("input", {
          type: "range",
          min: low,
          max: high,
          step,
          "aria-label": label,
          oninput: () => {
            out.textContent = input.value;
            this.restart();
          },
          onchange: () => this.noted(),
        });
      return {
        input,
        show: (/** @type {number} */ v) => {
          input.value = String(v);
          out.textContent = String(v);
        },
        element: h("label", {}, h("span", {}, label, " ", out), input),
      };
    };
    this.sigma = range(t("Noise level of the single one"), 0.03, 1.5, 0.01);
    this.steps = range(t("Steps"), 4, 200, 1);
    this.lessons = range(t("Training steps"), 100, 6000, 100);
    this.fieldChoice = h(
      "select",
      {
        "aria-label": t("Score from"),
        onchange: () => {
          if (this.fieldChoice.value === "network" && !this.net) {
            this.fieldChoice.value = "exact";
            this.training.start();
          }
          this.restart();
          this.noted();
        },
      },
      h("option", { value: "exact" }, t("the exact formula")),
      h("option", { value: "network" }, t("the network")),
    );
    this.run = h(
      "button.secondary",
      {
        type: "button",
        onclick: () => {
          if (this.loop.running) this.loop.pause();
          else this.loop.start();
          this.seen();
        },
      },
      t("Run"),
    );
    this.training = maker(
      t("Train the network"),
      () => ({ pipeline: exhibit.pipelines[0], settings: this.settings() }),
      made => this.learnt(made.bytes, true),
      bytes => this.learnt(bytes, false),
    );
    this.showArrows = h("input", { type: "checkbox", checked: true, onchange: () => this.loop.once() });
    this.showLand = h("input", { type: "checkbox", checked: true, onchange: () => this.loop.once() });
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools.lab-play",
        {},
        this.run,
        h(
          "button.secondary",
          {
            type: "button",
            onclick: () => {
              this.seed++;
              this.restart();
              this.noted();
            },
          },
          t("New start"),
        ),
        h("button.secondary", { type: "button", onclick: () => this.restart() }, t("Same start again")),
      ),
      dataTools(this.data),
      h(
        "div.lab-pair",
        {},
        this.sides.map(one => one.element),
      ),
      h(
        "div.lab-tools",
        {},
        h("label", {}, h("span", {}, t("Score from")), this.fieldChoice),
        this.sigma.element,
        this.steps.element,
        this.lessons.element,
        h("label.check", {}, this.showArrows, t("Arrows")),
        h("label.check", {}, this.showLand, t("Landscape")),
      ),
      this.training.element,
    );
  }
  settings() {
    return {
      points: this.data.written,
      shape: this.data.shape === "own" ? "islands" : this.data.shape,
      steps: Number(this.lessons.input.value),
      seed: 0,
    };
  }
  /** @param {ArrayBuffer} bytes @param {boolean} last */
  learnt(bytes, last) {
    const file = readTensors(bytes);
    this.net = Net.from(file, "denoiser");
    this.spread = Number(file.about.spread);
    this.fieldChoice.value = "network";
    for (const one of this.sides) {
      one.field.sigma = Number.NaN;
      if (one.walk) one.walk.denoiser = this.denoiser;
    }
    if (last) this.restart();
    this.loop.once();
  }
  get denoiser() {
    return this.fieldChoice.value === "network" && this.net ? learned(this.net, this.spread) : exact(this.data.points);
  }
  restart() {
    for (const one of this.sides) {
      one.walk =
        this.data.points.length < 6
          ? null
          : new Walk(one.kind.value, this.denoiser, {
              count: COUNT,
              steps: Number(this.steps.input.value),
              seed: this.seed,
              sigma: Number(this.sigma.input.value),
            });
      one.field.forget();
      one.done = 0;
      one.told = 0;
    }
    if (calm()) this.loop?.once();
    else this.loop?.start();
    this.seen();
  }
  seen() {
    this.run.textContent = this.loop?.running ? t("Pause") : t("Run");
  }
  noted() {
    this.host.changed();
  }
  frame() {
    let open = false;
    for (const one of this.sides) {
      const { plane, walk, said, field } = one;
      if (walk && this.loop.running && !walk.done) {
        const due = walk.kind === "single" ? 1 : Math.min(walk.total, (one.done ?? 0) + walk.total / 240);
        one.done = due;
        if (walk.kind === "single") walk.step();
        else while (walk.at < Math.floor(due) && !walk.done) walk.step();
      }
      if (walk && !walk.done) open = true;
      field.follow(
        this.data.points.length < 6 ? null : this.denoiser,
        Math.max(0.08, walk ? walk.sigma : 0.3),
        !this.loop.running,
      );
      plane.frame(
        `${field.version} ${this.showLand.checked} ${this.showArrows.checked}`,
        () => this.still(one),
        walk ? walk.x : [],
        walk ? walk.paths : [],
      );
      if (!walk) said.textContent = t("Draw at least three points.");
      else if (walk.done || !(performance.now() - one.told < 200)) {
        one.told = performance.now();
        said.textContent = t("{n} network evaluations, noise level {sigma}, distance to the data {distance}", {
          n: walk.evaluations,
          sigma: walk.sigma.toFixed(2),
          distance: slicedWasserstein(walk.x, this.data.points, 8, 64).toFixed(3),
        });
      }
    }
    this.element.dataset.fps = this.loop.rate.toFixed(1);
    this.element.dataset.frame = this.loop.busy.toFixed(1);
    if (!open && this.loop.running) {
      this.loop.pause();
      this.seen();
    }
  }
  /** The landscape, the arrows and the data of one side. @param {any} one */
  still({ plane, field }) {
    plane.ground(this.showLand.checked ? field.energy : null, LAND);
    if (this.showArrows.checked && field.arrows) plane.arrows(ARROWS, field.arrows);
    plane.dots(this.data.points, colour("--low-sun"), 4, 0.8);
  }
  state() {
    return {
      ...this.data.state,
      left: this.sides[0].kind.value,
      right: this.sides[1].kind.value,
      field: this.fieldChoice.value,
      sigma: Number(this.sigma.input.value),
      steps: Number(this.steps.input.value),
      lessons: Number(this.lessons.input.value),
      seed: this.seed,
    };
  }
  /** @param {any} state */
  restore(state) {
    this.data.restore(state);
    this.sides.forEach((one, n) => {
      const value = String(state[n ? "right" : "left"]);
      if (KINDS().some(([kind]) => kind === value)) one.kind.value = value;
    });
    const held = (
      /** @type {any} */ v,
      /** @type {number} */ low,
      /** @type {number} */ high,
      /** @type {number} */ usual,
    ) => (Number.isFinite(v) ? Math.min(high, Math.max(low, v)) : usual);
    this.sigma.show(held(state.sigma, 0.03, 1.5, 0.15));
    this.steps.show(held(Math.round(state.steps), 4, 200, 120));
    this.lessons.show(held(Math.round(state.lessons), 100, 6000, 1500));
    this.seed = held(Math.round(state.seed), 0, 1e6, 1);
    this.restart();
    if (state.field === "network") this.training.start();
  }
  canvases() {
    return this.sides.map(one => one.plane.canvas);
  }
  stop() {
    this.loop.stop();
    this.training.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    const own =
      typeof settings.points === "string"
        ? settings.points
            .split(/[\s,]+/)
            .map(Number)
            .filter(Number.isFinite)
        : [];
    this.data.use(own.length > 4 ? "own" : (settings.shape ?? "islands"), own.length > 4 ? own : null);
    this.training.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Score(host, exhibit);

/** The picture of its card: arrows of the exact score, and the data. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const plane = new Plane("", null, width),
    data = new Data("islands"),
    denoiser = exact(data.points),
    places = grid(15),
    out = new Float64Array(places.length);
  denoiser.fill(places, 0.35, out);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] - places[i]) / 0.12;
  plane.ground(null);
  plane.arrows(places, out, 0.2);
  plane.dots(data.points, colour("--low-sun"), 3);
  pen.drawImage(plane.canvas, 0, (width - height) / 2, width, height, 0, 0, width, height);
}
