// @ts-check
// Exhibit 3: a continuous flow from noise to data, with the density that marbles carry along, and back.
import { t } from "../core.js";
import { button, colour, h, held, numbers, pair } from "./exhibit.js";
import { calm } from "./motion.js";
import { Net } from "./net.js";
import { slicedWasserstein } from "./plane.js";
import { Playground } from "./playground.js";
import { random } from "./shapes.js";

const COUNT = 600,
  MESH = 19;
/** Where each solver looks within a step, and how much each look counts. @type {Record<string, [number, number][]>} */
const STAGES = {
  euler: [[0, 1]],
  midpoint: [
    [0, 0],
    [0.5, 1],
  ],
  rk4: [
    [0, 1 / 6],
    [0.5, 1 / 3],
    [0.5, 1 / 3],
    [1, 1 / 6],
  ],
};
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
    const { values, slopes } = net.along(x, y, time, 1, 0);
    out[0] = values[0];
    out[1] = values[1];
    out[2] = slopes[0];
    out[2] += net.along(x, y, time, 0, 1).slopes[1];
  };
}

export default class Flow extends Playground {
  constructor(host, about) {
    super(host, about, t("Train the network"), ["learning"]);
    this.marbles = this.plane(t("Marbles on their way; draw here"));
    this.bent = this.plane(t("A net of lines that the flow bends"), false);
    this.net = null;
    this.measured = h("p.lab-count");
    this.element.append(
      h(
        "div.lab-tools.lab-play",
        button("secondary", t("Run"), () => this.restart()),
        button("secondary", t("Run backwards"), () => this.backwards()),
        this.controls.time.element,
      ),
      this.dataTools(),
      pair(this.marbles.element, this.bent.element),
      this.tools("steps", "solver", "mesh", "learning"),
      this.training.element,
      this.measured,
    );
  }
  moved(key) {
    if (key === "steps" || key === "solver") this.restart();
    if (key === "time") this.loop.running = false;
    this.loop.once();
  }
  learnt(file, last) {
    const { log_likelihood: likelihood, back, evaluations } = file.about;
    this.net = Net.from(file, "velocity");
    this.measured.textContent = likelihood
      ? t("Log-likelihood of the data: {likelihood} nats.", { likelihood, n: evaluations, back })
      : "";
    if (last || !calm()) this.restart(); // a whole flow at each arrival would let the page stand still
  }
  fresh() {
    this.net = null;
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
    this.history = this.empty ? [] : [{ points, density, mesh }];
    this.error = /** @type {number | null} */ (null);
    this.evaluations = 0;
    this.shown = 0;
    this.run();
  }
  /** All steps at once. */
  finish() {
    while (this.history.length && this.history.length <= this.value("steps")) this.advance();
    this.controls.time.show(1);
  }
  /** One step of the solver for a cloud, with the change of the log-density where there is one. @param {Float64Array} from @param {number} time @param {number} step @param {Float64Array | null} density */
  stepped(from, time, step, density) {
    const velocity = this.velocity,
      to = new Float64Array(from.length),
      one = new Float64Array(3),
      stages = STAGES[this.value("solver")];
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
      step = 1 / this.value("steps");
    const { to, density, evaluations } = this.stepped(last.points, at * step, step, last.density);
    this.evaluations += evaluations;
    this.history.push({
      points: to,
      density: Float64Array.from(density ?? []),
      mesh: this.stepped(last.mesh, at * step, step, null).to,
    });
  }
  backwards() {
    this.finish();
    if (!this.history.length) return;
    const step = 1 / this.value("steps"),
      ends = this.history[this.history.length - 1].points;
    let x = Float64Array.from(ends);
    /** @type {Float64Array[]} */
    const back = [x];
    for (let k = this.value("steps"); k > 0; k--) {
      x = Float64Array.from(this.stepped(x, k * step, -step, null).to);
      back.push(x);
    }
    const first = this.history[0].points;
    let worst = 0;
    for (let i = 0; i < x.length; i += 2) worst = Math.max(worst, Math.hypot(x[i] - first[i], x[i + 1] - first[i + 1]));
    this.error = worst;
    this.back = back;
    this.loop.running = false;
    this.controls.time.show(0);
    this.loop.once();
  }
  frame() {
    const steps = this.value("steps");
    if (this.loop.running && this.history.length) {
      this.shown += 1 / 150;
      while (this.history.length <= Math.min(steps, Math.ceil(this.shown * steps))) this.advance();
      this.controls.time.show(Math.min(1, Math.round(this.shown * 100) / 100));
      if (this.shown >= 1) this.loop.running = false;
    }
    this.draw(Math.min(this.value("time") * steps, this.history.length - 1));
  }
  /** @param {number} at which step, between two of them too */
  draw(at) {
    const low = this.history[Math.floor(at)],
      high = this.history[Math.ceil(at)],
      share = at - Math.floor(at),
      left = this.marbles.plane,
      right = this.bent.plane;
    left.ground(null);
    right.ground(null);
    left.dots(this.data.points, colour("--low-sun"), 4, 0.5);
    if (!low || !high) {
      this.marbles.said.textContent = t("Draw at least three points.");
      left.pointer();
      return;
    }
    const mix = (a, b) => a.map((v, i) => v + share * (b[i] - v));
    this.coloured(mix(low.points, high.points), mix(low.density, high.density));
    if (this.error !== null && this.back && this.value("time") === 0)
      left.dots(this.back[this.back.length - 1], colour("--bad"), 2, 0.9);
    left.pointer();
    if (this.value("mesh")) this.lines(mix(low.mesh, high.mesh));
    right.dots(this.data.points, colour("--low-sun"), 3, 0.5);
    const mean = low.density.reduce((sum, v) => sum + v, 0) / COUNT;
    const end =
      this.error === null
        ? ""
        : t(" After the way back the largest error is {error}.", { error: this.error.toExponential(1) });
    this.marbles.said.textContent =
      t("{field}: {n} evaluations, mean log-density of the marbles {density}, distance {distance}.", {
        field: this.net ? t("The network") : t("The exact flow"),
        n: this.evaluations,
        density: mean.toFixed(2),
        distance: slicedWasserstein(low.points, this.data.points, 8, 64).toFixed(3),
      }) + end;
    this.bent.said.textContent = t("Lines never cross.");
  }
  /** Marbles by the density that they carry: dark ones are where points are dense. @param {Float64Array} points @param {Float64Array} density */
  coloured(points, density) {
    const { plane } = this.marbles,
      { pen } = plane,
      dense = numbers(colour("--ink")),
      thin = numbers(colour("--edge"));
    for (let i = 0; i < density.length; i++) {
      const share = Math.min(1, Math.max(0, (density[i] + 5) / 6)),
        tone = thin.map((v, c) => Math.round(v + share * (dense[c] - v)));
      pen.fillStyle = `rgb(${tone.join(",")})`;
      pen.fillRect(plane.px(points[2 * i]) - 2, plane.py(points[2 * i + 1]) - 2, 4, 4);
    }
  }
  lines(mesh) {
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
    this.bent.plane.trails(lines, colour("--soft"));
  }
  restored(state) {
    super.restored(state);
    if (typeof state.time !== "number" || state.time >= 1) return;
    this.finish();
    this.loop.running = false;
    this.controls.time.show(held(state.time, 0, 1, 1));
    this.loop.once();
  }
}
