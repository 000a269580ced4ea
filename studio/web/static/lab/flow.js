// @ts-check
// Exhibit 3: a continuous flow from noise to data, with the density that marbles carry along, and back.
import { num, t } from "../core.js";
import { maker } from "./lab.js";
import { calm, Loop } from "./motion.js";
import { Net, readTensors } from "./net.js";
import { colour, Data, dataTools, h, numbers, Plane, random, slicedWasserstein } from "./plane.js";
import { button, check, choice, dataSettings, detailOf, held, slider, table, useSettings } from "./ui.js";

const COUNT = 600,
  MESH = 19;
/** A velocity and its divergence at one point: at(x, y, t) -> [v_x, v_y, divergence]. @typedef {(x: number, y: number, t: number, out: Float64Array) => void} Velocity */

/** The exact flow to a mixture of narrow Gaussians at the data, as `mixture_velocity` in pipelines/lab/parts/flows.py. @param {Float64Array} data @returns {Velocity} */
export function exactFlow(data, spread = 0.06) {
  const weights = new Float64Array(data.length / 2);
  return (x, y, time, out) => {
    const variance = (1 - time) ** 2 + (time * spread) ** 2,
      slope = (time * spread * spread - (1 - time)) / variance;
    let top = -Infinity;
    for (let j = 0; j < data.length; j += 2) {
      const w = -((x - time * data[j]) ** 2 + (y - time * data[j + 1]) ** 2) / (2 * variance);
      weights[j / 2] = w;
      if (w > top) top = w;
    }
    let sum = 0,
      mx = 0,
      my = 0,
      square = 0;
    for (let j = 0; j < data.length; j += 2) {
      if (weights[j / 2] < top - 30) continue;
      const w = Math.exp(weights[j / 2] - top);
      sum += w;
      mx += w * data[j];
      my += w * data[j + 1];
      square += w * (data[j] ** 2 + data[j + 1] ** 2);
    }
    mx /= sum;
    my /= sum;
    out[0] = mx + slope * (x - time * mx);
    out[1] = my + slope * (y - time * my);
    out[2] = 2 * slope + (((1 - slope * time) * time) / variance) * (square / sum - mx * mx - my * my);
  };
}
/** The learned flow; its divergence by forward-mode derivatives along both axes. @param {Net} net @returns {Velocity} */
export function learnedFlow(net) {
  return (x, y, time, out) => {
    const v = net.at(x, y, time);
    out[0] = v[0];
    out[1] = v[1];
    out[2] = net.along(x, y, 1, 0)[0];
    out[2] += net.along(x, y, 0, 1)[1];
  };
}

class Flow {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.data = new Data("moons");
    this.left = new Plane(
      t("Marbles on their way, coloured by the density that they carry; draw here"),
      this.data,
      520,
    );
    this.right = new Plane(t("A net of lines that the flow bends"), null, 520);
    this.net = /** @type {Net | null} */ (null);
    this.result = /** @type {string} */ ("");
    const noted = () => host.changed();
    this.when = slider(
      t("Time"),
      0,
      1,
      0.01,
      () => {
        this.loop.running = false;
        this.loop.once();
      },
      noted,
    );
    this.steps = slider(t("Solver's steps"), 2, 60, 1, () => this.restart(), noted);
    this.solver = choice(
      t("Solver"),
      [
        ["euler", t("Euler")],
        ["midpoint", t("Midpoint")],
        ["rk4", t("Runge-Kutta 4")],
      ],
      () => {
        this.restart();
        noted();
      },
    );
    this.learning = choice(
      t("Learns by"),
      [
        ["matching", t("Flow matching")],
        ["likelihood", t("Maximum likelihood")],
      ],
      noted,
    );
    this.mesh = check(t("Net"), () => this.loop.once());
    this.said = h("p.lab-count", {});
    this.second = h("p.lab-count", {});
    this.training = maker(
      t("Train the network"),
      () => ({ pipeline: "lab.flow", settings: this.settings() }),
      made => {
        this.result = made.card.id;
        this.learnt(made.bytes);
      },
      bytes => this.learnt(bytes),
    );
    this.measured = h("div", {});
    this.measuring = maker(
      t("Measure this flow"),
      () => this.measureCall(),
      made => this.show(detailOf(made.bytes)),
    );
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools.lab-play",
        {},
        button(t("Run"), () => this.restart()),
        button(t("Run backwards"), () => this.backwards()),
        this.when.element,
      ),
      dataTools(this.data),
      h(
        "div.lab-pair",
        {},
        h("figure.lab-figure", {}, this.left.canvas, this.said),
        h("figure.lab-figure", {}, this.right.canvas, this.second),
      ),
      h("div.lab-tools", {}, this.steps.element, this.solver.element, this.mesh.element, this.learning.element),
      h("div.lab-pair", {}, this.training.element, this.measuring.element),
      this.measured,
    );
    this.loop = new Loop(this.element, () => this.frame());
    this.data.addEventListener("change", () => {
      this.net = null;
      this.result = "";
      this.restart();
      noted();
    });
    void exhibit;
  }
  settings() {
    return { ...dataSettings(this.data), learning: this.learning.value, steps: 1500, seed: 0 };
  }
  measureCall() {
    if (!this.result) {
      this.training.start();
      return null;
    }
    return {
      pipeline: "lab.measure_flow",
      inputs: { network: this.result },
      settings: { ...dataSettings(this.data), seed: 0 },
    };
  }
  /** @param {ArrayBuffer} bytes */
  learnt(bytes) {
    this.net = Net.from(readTensors(bytes), "velocity");
    this.restart();
  }
  get velocity() {
    return this.net ? learnedFlow(this.net) : exactFlow(this.data.points);
  }
  restart() {
    const { normal } = random(3),
      points = Float64Array.from({ length: 2 * COUNT }, normal),
      mesh = new Float64Array(2 * MESH * MESH);
    for (let n = 0; n < MESH * MESH; n++) {
      mesh[2 * n] = (((n % MESH) / (MESH - 1)) * 2 - 1) * 2.4;
      mesh[2 * n + 1] = ((Math.floor(n / MESH) / (MESH - 1)) * 2 - 1) * 2.4;
    }
    const density = new Float64Array(COUNT);
    for (let i = 0; i < COUNT; i++)
      density[i] = -0.5 * (points[2 * i] ** 2 + points[2 * i + 1] ** 2) - Math.log(2 * Math.PI);
    this.history = this.data.points.length < 6 ? [] : [{ points, density, mesh }];
    this.error = /** @type {number | null} */ (null);
    this.evaluations = 0;
    this.shown = 0;
    if (calm()) {
      while (this.history.length && this.history.length <= this.steps.value) this.advance();
      this.when.show(1);
      this.loop?.once();
    } else this.loop?.start();
  }
  /** One step of the solver for a cloud, with the change of the log-density where there is one. @param {Float64Array} from @param {number} time @param {number} step @param {Float64Array | null} density */
  moved(from, time, step, density) {
    const velocity = this.velocity,
      to = new Float64Array(from.length),
      one = new Float64Array(3),
      kind = this.solver.value;
    const stages =
      kind === "euler"
        ? [[0, 1]]
        : kind === "midpoint"
          ? [
              [0, 0],
              [0.5, 1],
            ]
          : [
              [0, 1 / 6],
              [0.5, 1 / 3],
              [0.5, 1 / 3],
              [1, 1 / 6],
            ];
    const carried = density ? new Float64Array(density.length) : null;
    for (let i = 0; i < from.length; i += 2) {
      let vx = 0,
        vy = 0,
        sx = 0,
        sy = 0,
        gain = 0;
      for (const [share, weight] of stages) {
        velocity(from[i] + share * step * vx, from[i + 1] + share * step * vy, time + share * step, one);
        vx = one[0];
        vy = one[1];
        sx += weight * vx;
        sy += weight * vy;
        gain += weight * one[2];
      }
      to[i] = from[i] + step * sx;
      to[i + 1] = from[i + 1] + step * sy;
      if (carried && density) carried[i / 2] = density[i / 2] - step * gain;
    }
    return { to, density: carried, evaluations: stages.length };
  }
  advance() {
    const at = this.history.length - 1,
      last = this.history[at],
      step = 1 / this.steps.value;
    const { to, density, evaluations } = this.moved(last.points, at * step, step, last.density);
    this.evaluations += evaluations;
    this.history.push({
      points: to,
      density: Float64Array.from(density ?? []),
      mesh: this.moved(last.mesh, at * step, step, null).to,
    });
  }
  backwards() {
    while (this.history.length && this.history.length <= this.steps.value) this.advance();
    if (!this.history.length) return;
    const step = 1 / this.steps.value,
      ends = this.history[this.history.length - 1].points;
    let x = Float64Array.from(ends);
    /** @type {Float64Array[]} */
    const back = [x];
    for (let k = this.steps.value; k > 0; k--) {
      x = Float64Array.from(this.moved(x, k * step, -step, null).to);
      back.push(x);
    }
    const first = this.history[0].points;
    let worst = 0;
    for (let i = 0; i < x.length; i += 2) worst = Math.max(worst, Math.hypot(x[i] - first[i], x[i + 1] - first[i + 1]));
    this.error = worst;
    this.back = back;
    this.loop.running = false;
    this.when.show(0);
    this.loop.once();
  }
  frame() {
    const steps = this.steps.value;
    if (this.loop.running && this.history.length) {
      this.shown += 1 / 150;
      while (this.history.length <= Math.min(steps, Math.ceil(this.shown * steps))) this.advance();
      this.when.show(Math.min(1, Math.round(this.shown * 100) / 100));
      if (this.shown >= 1) this.loop.running = false;
    }
    this.draw(Math.min(this.when.value * steps, this.history.length - 1));
    this.element.dataset.fps = this.loop.rate.toFixed(1);
  }
  /** @param {number} at which step, between two of them too */
  draw(at) {
    const low = this.history[Math.floor(at)],
      high = this.history[Math.ceil(at)],
      share = at - Math.floor(at);
    this.left.ground(null);
    this.right.ground(null);
    this.left.dots(this.data.points, colour("--low-sun"), 4, 0.5);
    if (!low || !high) {
      this.said.textContent = t("Draw at least three points.");
      this.left.pointer();
      return;
    }
    const mix = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) =>
      a.map((v, i) => v + share * (b[i] - v));
    this.coloured(mix(low.points, high.points), mix(low.density, high.density));
    if (this.error !== null && this.back && this.when.value === 0)
      this.left.dots(this.back[this.back.length - 1], colour("--bad"), 2, 0.9);
    this.left.pointer();
    if (this.mesh.on) this.net2(mix(low.mesh, high.mesh));
    this.right.dots(this.data.points, colour("--low-sun"), 3, 0.5);
    const mean = low.density.reduce((sum, v) => sum + v, 0) / COUNT;
    const end =
      this.error === null
        ? ""
        : t(" After the way back the largest error is {error}.", { error: this.error.toExponential(1) });
    this.said.textContent =
      t("{field}: {n} evaluations, mean log-density of the marbles {density}, distance {distance}.", {
        field: this.net ? t("The network") : t("The exact flow"),
        n: this.evaluations,
        density: mean.toFixed(2),
        distance: slicedWasserstein(low.points, this.data.points, 8, 64).toFixed(3),
      }) + end;
    this.second.textContent = t("Lines never cross: that is why every point has one way back.");
  }
  /** Marbles by the density that they carry: dark ones are where points are dense. @param {Float64Array} points @param {Float64Array} density */
  coloured(points, density) {
    const { pen } = this.left,
      dense = numbers(colour("--ink")),
      thin = numbers(colour("--edge"));
    for (let i = 0; i < density.length; i++) {
      const share = Math.min(1, Math.max(0, (density[i] + 5) / 6)),
        tone = thin.map((v, c) => Math.round(v + share * (dense[c] - v)));
      pen.fillStyle = `rgb(${tone.join(",")})`;
      pen.fillRect(this.left.px(points[2 * i]) - 2, this.left.py(points[2 * i + 1]) - 2, 4, 4);
    }
  }
  /** @param {Float64Array} mesh */
  net2(mesh) {
    const lines = [];
    for (let k = 0; k < MESH; k++) {
      const across = [],
        down = [];
      for (let j = 0; j < MESH; j++) {
        const a = 2 * (k * MESH + j),
          b = 2 * (j * MESH + k);
        across.push(mesh[a], mesh[a + 1]);
        down.push(mesh[b], mesh[b + 1]);
      }
      lines.push(across, down);
    }
    this.right.trails(lines, colour("--soft"));
  }
  /** @param {any} found */
  show(found) {
    const kb = (/** @type {number} */ v) => num(v / 1000, 0),
      { likelihood, coupling } = found;
    this.measured.replaceChildren(
      table(
        [t("Tolerance"), t("Evaluations"), t("Error after the way back")],
        found.tolerances.map((/** @type {any} */ row) => [
          row.tolerance.toExponential(0),
          row.evaluations,
          row.back.toExponential(1),
        ]),
        t("Tolerance and evaluations of Dormand-Prince 5(4)"),
      ),
      h(
        "p",
        {},
        t(
          "Log-likelihood of the data: {exact} nats with the exact trace, {guess} with Hutchinson's (single points differ by {apart}).",
          {
            exact: likelihood.exact.toFixed(3),
            guess: likelihood.hutchinson.toFixed(3),
            apart: likelihood.apart.toFixed(2),
          },
        ),
      ),
      table(
        [
          t("Solver's steps"),
          t("Backpropagation keeps, kB"),
          t("Adjoint keeps, kB"),
          t("Backpropagation, s"),
          t("Adjoint, s"),
        ],
        found.memory.map((/** @type {any} */ row) => [
          row.depth,
          kb(row.backpropagation),
          kb(row.adjoint),
          num(row.backpropagation_seconds, 2),
          num(row.adjoint_seconds, 2),
        ]),
        t("Memory as depth grows"),
      ),
      table(
        [t("Model"), t("Weights"), t("Log-likelihood, nats"), t("Distance")],
        [
          [t("Continuous flow"), coupling.flow_weights, num(likelihood.exact, 3), num(coupling.flow_distance, 3)],
          [t("RealNVP"), coupling.weights, num(coupling.log_likelihood, 3), num(coupling.distance, 3)],
        ],
        t("A continuous flow against RealNVP"),
      ),
      h(
        "figure.lab-figure",
        {},
        this.cloudOf(coupling.points),
        h(
          "p.lab-count",
          {},
          t("What RealNVP draws: its six steps cannot tear the cloud apart, so threads remain between islands."),
        ),
      ),
    );
  }
  /** @param {number[][]} points */
  cloudOf(points) {
    const plane = new Plane(t("Points drawn by RealNVP"), null, 300);
    plane.ground(null);
    plane.dots(this.data.points, colour("--low-sun"), 3, 0.6);
    plane.dots(points.flat(), colour("--ink"), 3, 0.8);
    plane.canvas.style.maxWidth = "300px";
    return plane.canvas;
  }
  state() {
    return {
      ...this.data.state,
      time: this.when.value,
      steps: this.steps.value,
      solver: this.solver.value,
      learning: this.learning.value,
    };
  }
  /** @param {any} state */
  restore(state) {
    this.steps.show(held(state.steps, 2, 60, 24));
    this.solver.show(state.solver);
    this.learning.show(state.learning);
    this.data.restore(state);
    this.restart();
    if (typeof state.time === "number" && state.time < 1) {
      while (this.history.length && this.history.length <= this.steps.value) this.advance();
      this.loop.running = false;
      this.when.show(held(state.time, 0, 1, 1));
      this.loop.once();
    }
  }
  canvases() {
    return [this.left.canvas, this.right.canvas];
  }
  stop() {
    this.loop.stop();
    this.training.stop();
    this.measuring.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.learning.show(settings.learning);
    useSettings(this.data, settings);
    this.training.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Flow(host, exhibit);

/** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const plane = new Plane("", null, width),
    data = new Data("moons"),
    velocity = exactFlow(data.points),
    { normal } = random(3),
    one = new Float64Array(3),
    lines = [];
  for (let n = 0; n < 90; n++) {
    let x = normal(),
      y = normal();
    const line = [x, y];
    for (let k = 0; k < 30; k++) {
      velocity(x, y, k / 30, one);
      x += one[0] / 30;
      y += one[1] / 30;
      line.push(x, y);
    }
    lines.push(line);
  }
  plane.ground(null);
  plane.trails(lines, colour("--edge"));
  plane.dots(data.points, colour("--low-sun"), 3);
  pen.drawImage(plane.canvas, 0, (width - height) / 2, width, height, 0, 0, width, height);
}
