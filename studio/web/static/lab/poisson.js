// @ts-check
// Exhibit 2: charges on the plane, their field lines in three dimensions, and marbles that follow them for any number of extra dimensions.
import { arrow, onDrag, t } from "../core.js";
import { button, colour, h, held, pair } from "./exhibit.js";
import { exact, learned, Net } from "./net.js";
import { slicedWasserstein } from "./plane.js";
import { Playground } from "./playground.js";
import { Walk } from "./samplers.js";

const number = d => (d === "inf" ? Infinity : Number(d));
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

export default class Poisson extends Playground {
  constructor(host, about) {
    super(host, about, t("Train the network"), ["dimensions"]);
    this.space = this.plane(t("Field lines; drag or use the arrow keys to turn them"), false);
    this.flat = this.plane(t("Marbles on the plane; draw here"));
    this.angles = [0.7, 0.5];
    this.net = null;
    this.element.append(
      h(
        "div.lab-tools.lab-play",
        button("secondary", t("Run again"), () => this.restart()),
        this.another(t("New start"), () => this.restart()),
      ),
      this.dataTools(),
      pair(this.space.element, this.flat.element),
      this.tools("dimensions", "steps"),
      this.training.element,
    );
    this.turnable();
  }
  turnable() {
    const { canvas } = this.space.plane;
    canvas.tabIndex = 0;
    const turn = (yaw, pitch) => {
      this.angles = [this.angles[0] + yaw, Math.min(1.45, Math.max(0.05, this.angles[1] + pitch))];
      this.loop.once();
    };
    onDrag(canvas, {
      move: (at, from) => turn(4 * (at[0] - from[0]), 3 * (at[1] - from[1])),
      up: () => this.host.changed(),
    });
    canvas.addEventListener("keydown", event => {
      const way = arrow(event);
      if (!way) return;
      turn(0.1 * way[0], 0.1 * way[1]);
      event.preventDefault();
    });
  }
  moved(key) {
    if (key === "dimensions") this.fresh();
    else this.restart();
  }
  get dimensions() {
    return number(this.value("dimensions"));
  }
  /** Other data or another D: the network does not fit any more. */
  fresh() {
    this.net = null;
    this.lines = this.empty ? [] : fieldLines(this.data.points, this.dimensions);
    this.restart();
  }
  learnt(file, last) {
    if (number(file.about.dimensions) !== this.dimensions) return;
    this.net = Net.from(file, "denoiser");
    this.spread = Number(file.about.spread);
    if (last) this.restart();
  }
  get denoiser() {
    return this.net ? learned(this.net, this.spread, this.dimensions) : exact(this.data.points, this.dimensions);
  }
  restart() {
    const options = { count: COUNT, steps: this.value("steps"), seed: this.seed, dimensions: this.dimensions };
    this.walk = this.empty ? null : new Walk("heun", this.denoiser, options);
    this.due = 0;
    this.run();
  }
  finish() {
    while (this.walk && !this.walk.done) this.walk.step();
  }
  frame() {
    const { walk } = this,
      { plane, said } = this.flat;
    if (walk && !walk.done && this.loop.running) {
      this.due += walk.total / 150;
      while (walk.at < Math.floor(this.due) && !walk.done) walk.step();
    }
    plane.ground(null);
    plane.dots(this.data.points, colour("--low-sun"), 4, 0.8);
    if (walk) {
      plane.trails(walk.paths, colour("--edge"));
      plane.dots(walk.x, colour("--ink"), 3, 0.75);
      said.textContent = t("{field}: {n} evaluations, distance to the data {distance}", {
        field: this.net ? t("The network") : t("The sum over all charges"),
        n: walk.evaluations,
        distance: slicedWasserstein(walk.x, this.data.points, 8, 64).toFixed(3),
      });
    } else said.textContent = t("Draw at least three points.");
    plane.pointer();
    this.drawSpace();
    if ((!walk || walk.done) && this.loop.running) this.loop.running = false;
  }
  drawSpace() {
    const { plane: space, said } = this.space,
      { pen, side } = space,
      [yaw, pitch] = this.angles,
      scale = side / 6.4;
    space.ground(null);
    const see = (x, y, z) => {
      const u = x * Math.cos(yaw) - y * Math.sin(yaw),
        v = x * Math.sin(yaw) + y * Math.cos(yaw);
      return [side / 2 + scale * u, side * 0.68 - scale * (v * Math.sin(pitch) + z * Math.cos(pitch))];
    };
    const path = (points, stroke, width) => {
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
    if (this.value("dimensions") === "1")
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
    said.textContent =
      this.value("dimensions") === "1"
        ? t("Field lines from a hemisphere to the charges. Drag to turn.")
        : t("Lines for this D. Drag to turn.");
  }
  state() {
    return { ...super.state(), turn: this.angles.map(v => Math.round(v * 100) / 100) };
  }
  restored(state) {
    const [yaw, pitch] = Array.isArray(state.turn) ? state.turn : [];
    this.angles = [held(yaw, -100, 100, 0.7), held(pitch, 0.05, 1.45, 0.5)];
    super.restored(state);
  }
}
