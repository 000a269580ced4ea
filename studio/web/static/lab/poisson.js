// @ts-check
// Exhibit 2: charges on the plane, their field lines in three dimensions, and marbles that follow them for any number of extra dimensions.
import { num, t } from "../core.js";
import { maker } from "./lab.js";
import { calm, Loop } from "./motion.js";
import { exact, learned, Net, readTensors } from "./net.js";
import { colour, Data, dataTools, h, Plane, slicedWasserstein } from "./plane.js";
import { Walk } from "./samplers.js";
import { button, choice, dataSettings, detailOf, held, slider, table, useSettings } from "./ui.js";

const DIMENSIONS = () =>
  /** @type {[string, string][]} */ ([
    ["1", t("1: Poisson flow")],
    ["4", "4"],
    ["16", "16"],
    ["64", "64"],
    ["256", "256"],
    ["inf", t("without end: diffusion")],
  ]);
const number = (/** @type {string} */ d) => (d === "inf" ? Infinity : Number(d));
const TOP = 2.4,
  LINES = 72,
  STEPS = 56,
  COUNT = 1000;

/** Field lines from far away to the charges: each a list of x, y, z with z = sigma (for D = 1 the distance from the plane). @param {Float64Array} data @param {number} dimensions */
export function fieldLines(data, dimensions) {
  const few = [],
    every = Math.max(1, Math.ceil(data.length / 2 / 90));
  for (let i = 0; i < data.length; i += 2 * every) few.push(data[i], data[i + 1]);
  const denoiser = exact(Float64Array.from(few), dimensions),
    lines = [],
    x = new Float64Array(2),
    x0 = new Float64Array(2);
  for (let n = 0; n < LINES; n++) {
    const share = (n + 0.5) / LINES,
      angle = n * 2.399963229728653;
    let z = TOP,
      radius =
        TOP *
        Math.sqrt(
          dimensions === Infinity
            ? -2 * Math.log(1 - 0.98 * share)
            : dimensions * ((1 - 0.9 * share) ** (-2 / dimensions) - 1),
        );
    if (dimensions === 1) {
      z = TOP * (1 - 0.94 * share);
      radius = Math.sqrt(TOP * TOP - z * z);
    } // even on the hemisphere
    x[0] = radius * Math.cos(angle);
    x[1] = radius * Math.sin(angle);
    const line = [x[0], x[1], z],
      ratio = (0.015 / z) ** (1 / STEPS);
    for (let step = 0; step < STEPS; step++) {
      denoiser.fill(x, z, x0);
      const then = z * ratio;
      for (let k = 0; k < 2; k++) x[k] = x0[k] + (then / z) * (x[k] - x0[k]);
      z = then;
      line.push(x[0], x[1], z);
    }
    lines.push(line);
  }
  return lines;
}

class Poisson {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.data = new Data();
    this.space = new Plane(t("Field lines in three dimensions; drag or use the arrow keys to turn them"), null, 520);
    this.plane = new Plane(t("Marbles on the plane; draw here"), this.data, 520);
    this.turn = [0.7, 0.5];
    this.net = /** @type {Net | null} */ (null);
    this.trained = "";
    this.seed = 1;
    const noted = () => host.changed();
    this.dimensions = choice(t("Extra dimensions D"), DIMENSIONS(), () => {
      this.fresh();
      noted();
    });
    this.steps = slider(t("Steps"), 3, 60, 1, () => this.restart(), noted);
    this.said = h("p.lab-count", {});
    this.seen = h("p.lab-count", {});
    this.training = maker(
      t("Train the network"),
      () => ({ pipeline: "lab.poisson", settings: this.settings() }),
      made => this.learnt(made.bytes, true),
      bytes => this.learnt(bytes, false),
    );
    this.measured = h("div", {});
    this.racing = maker(
      t("Count the steps against diffusion"),
      () => ({ pipeline: "lab.race", settings: this.settings() }),
      made => this.raced(detailOf(made.bytes)),
    );
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools.lab-play",
        {},
        button(t("Run again"), () => this.restart()),
        button(t("New start"), () => {
          this.seed++;
          this.restart();
          noted();
        }),
      ),
      dataTools(this.data),
      h(
        "div.lab-pair",
        {},
        h("figure.lab-figure", {}, this.space.canvas, this.seen),
        h("figure.lab-figure", {}, this.plane.canvas, this.said),
      ),
      h("div.lab-tools", {}, this.dimensions.element, this.steps.element),
      h("div.lab-pair", {}, this.training.element, h("div", {}, this.racing.element, this.measured)),
    );
    this.loop = new Loop(this.element, () => this.frame());
    this.data.addEventListener("change", () => {
      this.fresh();
      noted();
    });
    this.turnable();
    void exhibit;
  }
  turnable() {
    const { canvas } = this.space;
    let last = /** @type {number[] | null} */ (null);
    canvas.tabIndex = 0;
    const turn = (/** @type {number} */ dx, /** @type {number} */ dy) => {
      this.turn = [this.turn[0] + dx, Math.min(1.45, Math.max(0.05, this.turn[1] + dy))];
      this.loop.once();
    };
    canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      canvas.setPointerCapture(event.pointerId);
      last = [event.clientX, event.clientY];
    });
    canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (last) {
        turn((event.clientX - last[0]) / 120, (event.clientY - last[1]) / 160);
        last = [event.clientX, event.clientY];
      }
    });
    for (const name of ["pointerup", "pointercancel"])
      canvas.addEventListener(name, () => {
        if (last) this.host.changed();
        last = null;
      });
    canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const move = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
      if (move) {
        turn(move[0], move[1]);
        event.preventDefault();
      }
    });
  }
  settings() {
    return { ...dataSettings(this.data), dimensions: this.dimensions.value, steps: 1500, seed: 0 };
  }
  /** Other data or another D: the network does not fit any more. */
  fresh() {
    this.net = null;
    this.lines = this.data.points.length < 6 ? [] : fieldLines(this.data.points, number(this.dimensions.value));
    this.restart();
  }
  /** @param {ArrayBuffer} bytes @param {boolean} last */
  learnt(bytes, last) {
    const file = readTensors(bytes);
    if (
      file.about.dimensions !==
      (this.dimensions.value === "inf" ? "inf" : `${Number(this.dimensions.value).toFixed(1)}`)
    )
      return;
    this.net = Net.from(file, "denoiser");
    this.spread = Number(file.about.spread);
    if (last) this.restart();
  }
  get denoiser() {
    const d = number(this.dimensions.value);
    return this.net ? learned(this.net, this.spread ?? 1, d) : exact(this.data.points, d);
  }
  restart() {
    const dimensions = number(this.dimensions.value);
    this.walk =
      this.data.points.length < 6
        ? null
        : new Walk("heun", this.denoiser, { count: COUNT, steps: this.steps.value, seed: this.seed, dimensions });
    this.due = 0;
    if (calm()) {
      while (this.walk && !this.walk.done) this.walk.step();
      this.loop?.once();
    } else this.loop?.start();
  }
  frame() {
    const { walk, plane } = this;
    if (walk && !walk.done && this.loop.running) {
      this.due = (this.due ?? 0) + walk.total / 150;
      while (walk.at < Math.floor(this.due) && !walk.done) walk.step();
    }
    plane.ground(null);
    plane.dots(this.data.points, colour("--low-sun"), 4, 0.8);
    if (walk) {
      plane.trails(walk.paths, colour("--edge"));
      plane.dots(walk.x, colour("--ink"), 3, 0.75);
      this.said.textContent = t("{field}: {n} evaluations, distance to the data {distance}", {
        field: this.net ? t("The network") : t("The sum over all charges"),
        n: walk.evaluations,
        distance: slicedWasserstein(walk.x, this.data.points, 8, 64).toFixed(3),
      });
    } else this.said.textContent = t("Draw at least three points.");
    plane.pointer();
    this.drawSpace();
    this.element.dataset.fps = this.loop.rate.toFixed(1);
    if ((!walk || walk.done) && this.loop.running) this.loop.running = false;
  }
  drawSpace() {
    const { space } = this,
      { pen, side } = space,
      [yaw, pitch] = this.turn,
      scale = side / 6.4;
    space.ground(null);
    const see = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
      const u = x * Math.cos(yaw) - y * Math.sin(yaw),
        v = x * Math.sin(yaw) + y * Math.cos(yaw);
      return [side / 2 + scale * u, side * 0.68 - scale * (v * Math.sin(pitch) + z * Math.cos(pitch))];
    };
    const path = (/** @type {number[]} */ points, /** @type {string} */ stroke, /** @type {number} */ width) => {
      pen.strokeStyle = stroke;
      pen.lineWidth = width;
      pen.beginPath();
      for (let i = 0; i < points.length; i += 3) {
        const [a, b] = see(points[i], points[i + 1], points[i + 2]);
        if (i) pen.lineTo(a, b);
        else pen.moveTo(a, b);
      }
      pen.stroke();
    };
    path([-1.6, -1.6, 0, 1.6, -1.6, 0, 1.6, 1.6, 0, -1.6, 1.6, 0, -1.6, -1.6, 0], colour("--edge"), 1);
    if (this.dimensions.value === "1")
      for (const z of [0, 1.2, 2])
        path(
          Array.from({ length: 65 }, (_, k) => {
            const r = Math.sqrt(TOP * TOP - z * z),
              a = (k * Math.PI) / 32;
            return [r * Math.cos(a), r * Math.sin(a), z];
          }).flat(),
          colour("--hair"),
          1,
        );
    pen.globalAlpha = 0.75;
    for (const line of this.lines ?? []) path(line, colour("--soft"), 1.1);
    pen.globalAlpha = 1;
    pen.fillStyle = colour("--low-sun");
    for (let i = 0; i < this.data.points.length; i += 2) {
      const [a, b] = see(this.data.points[i], this.data.points[i + 1], 0);
      pen.fillRect(a - 1.5, b - 1.5, 3, 3);
    }
    this.seen.textContent =
      this.dimensions.value === "1"
        ? t("Lines of the electric field from a hemisphere to the charges. Drag to turn.")
        : t("Lines for this D; upwards is the noise level. Drag to turn.");
  }
  /** @param {any} found */
  raced(found) {
    const rows = found.rows,
      counts = rows[0].curve.map((/** @type {any} */ p) => p.evaluations);
    const name = (/** @type {any} */ row) =>
      row.dimensions === "inf" ? t("Diffusion") : t("D = {d}", { d: row.dimensions });
    this.measured.replaceChildren(
      h(
        "p",
        {},
        t("A distance of {target} needs: {needs}.", {
          target: num(found.target, 3),
          needs: rows
            .map((/** @type {any} */ row) => t("{name} {n} evaluations", { name: name(row), n: row.needed }))
            .join(", "),
        }),
      ),
      table(
        [t("Evaluations"), ...rows.map(name)],
        counts.map((/** @type {number} */ n, /** @type {number} */ k) => [
          n,
          ...rows.map((/** @type {any} */ row) => num(row.curve[k].distance, 3)),
        ]),
        t("Distance to the data for each number of evaluations"),
      ),
    );
  }
  state() {
    return {
      ...this.data.state,
      dimensions: this.dimensions.value,
      steps: this.steps.value,
      seed: this.seed,
      turn: this.turn.map(v => Math.round(v * 100) / 100),
    };
  }
  /** @param {any} state */
  restore(state) {
    this.dimensions.show(state.dimensions);
    this.steps.show(held(state.steps, 3, 60, 18));
    this.seed = held(state.seed, 0, 1e6, 1);
    if (Array.isArray(state.turn))
      this.turn = [held(state.turn[0], -100, 100, 0.7), held(state.turn[1], 0.05, 1.45, 0.5)];
    this.data.restore(state);
    this.fresh();
  }
  canvases() {
    return [this.space.canvas, this.plane.canvas];
  }
  stop() {
    this.loop.stop();
    this.training.stop();
    this.racing.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.dimensions.show(settings.dimensions);
    useSettings(this.data, settings);
    this.training.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Poisson(host, exhibit);

/** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const shown = /** @type {any} */ (Object.create(Poisson.prototype)),
    data = new Data("ring");
  Object.assign(shown, {
    data,
    space: new Plane("", null, width),
    turn: [0.7, 0.45],
    dimensions: { value: "1" },
    lines: fieldLines(data.points, 1),
    seen: {},
  });
  shown.drawSpace();
  pen.drawImage(shown.space.canvas, 0, width * 0.3, width, height, 0, 0, width, height);
}
