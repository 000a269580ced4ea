// @ts-check
// Exhibit 4: a GAN, a VAE and an energy learn the same points side by side, while one looks.
import { t } from "../core.js";
import { chart, curves } from "./charts.js";
import { caption, colour, figure, h, pair } from "./exhibit.js";
import { Net } from "./net.js";
import { grid, slicedWasserstein } from "./plane.js";
import { Playground } from "./playground.js";
import { random } from "./shapes.js";

const COUNT = 700,
  LAND = 40,
  STEP = 0.01,
  NEAR = 0.2,
  EVERY = 50; // a point counts as covered with a marble so near; weights come every so many steps

export default class Contrast extends Playground {
  constructor(host, about) {
    super(host, about, t("Train all three"), ["penalty", "blur"], 1000);
    this.planes = [t("GAN"), t("VAE"), t("Energy")].map((name, n) => {
      const made = this.plane(`${name}. ${n ? "" : t("Draw here.")}`, !n, 400);
      made.element.prepend(h("strong", name));
      return { name, ...made };
    });
    this.file = null;
    this.places = grid(LAND);
    /** @type {number[][]} shares of the data that GAN, VAE and energy cover, one row for each arrival of weights */
    this.shares = [];
    this.covers = chart(
      t("Share of your points that each of the three covers"),
      400,
      200,
      (pen, width, height) => this.lines(pen, width, height),
      t("The curves appear while the three learn."),
    );
    this.element.append(
      this.dataTools(),
      this.training.element,
      h("div.lab-pair.lab-three", ...this.planes.map(one => one.element)),
      this.tools(
        "penalty",
        "blur",
        this.another(t("Another seed"), () => this.training.start()),
      ),
      pair(figure(this.covers.canvas, caption(t("Points with a marble near them, in %. Red points are forgotten.")))),
    );
  }
  settings() {
    this.shares = [];
    return { ...super.settings(), seed: this.seed };
  }
  fresh() {
    this.file = null;
    this.shares = [];
    this.covers.again();
    this.scatter();
  }
  begin() {
    this.training.start();
  }
  /** Marbles as they are before anything is learned. */
  scatter() {
    const { normal, uniform } = random(5);
    this.z = Float64Array.from({ length: 2 * COUNT }, normal);
    this.chain = Float64Array.from({ length: 2 * COUNT }, () => (uniform() * 2 - 1) * 1.5);
    this.noise = random(6);
    this.steps = 0;
    this.loop.once();
  }
  learnt(file) {
    this.file = {
      generator: Net.from(file, "generator"),
      decoder: Net.from(file, "decoder"),
      energy: Net.from(file, "energy"),
      critic: Net.from(file, "critic"),
      blur: Number(file.about.blur),
    };
    this.lands = null;
    this.shares.push(
      [this.through(this.file.generator, 0), this.through(this.file.decoder, this.file.blur), this.chain].map(
        cloud =>
          100 * (1 - this.missed(/** @type {Float64Array} */ (cloud)).length / Math.max(1, this.data.points.length)),
      ),
    );
    this.covers.again();
    this.run();
  }
  finish() {
    for (let k = 0; k < 10; k++) this.roll(); // each of thirty arrivals: the page must not stand still
  }
  /** Langevin on the learned energy: x - step grad E + sqrt(2 step) noise. */
  roll() {
    const { energy } = this.file,
      chain = /** @type {Float64Array} */ (this.chain),
      fresh = Math.sqrt(2 * STEP);
    for (let i = 0; i < chain.length; i += 2) {
      const dx = energy.along(chain[i], chain[i + 1], 0, 1, 0).slopes[0],
        dy = energy.along(chain[i], chain[i + 1], 0, 0, 1).slopes[0];
      chain[i] = Math.min(2, Math.max(-2, chain[i] - STEP * dx + fresh * this.noise.normal()));
      chain[i + 1] = Math.min(2, Math.max(-2, chain[i + 1] - STEP * dy + fresh * this.noise.normal()));
    }
    this.steps++;
  }
  /** The noise through a network, with a Gaussian of this spread added. @param {Net} net @param {number} blur */
  through(net, blur) {
    const z = /** @type {Float64Array} */ (this.z),
      out = new Float64Array(z.length),
      { normal } = random(9);
    net.cloud.fill(z, 0, out);
    for (let i = 0; blur && i < z.length; i++) out[i] += blur * normal();
    return out;
  }
  /** The data [2n] that have no point of a cloud near them. @param {Float64Array} cloud */
  missed(cloud) {
    const { points } = this.data,
      out = [];
    for (let j = 0; j < points.length; j += 2) {
      let near = false;
      for (let i = 0; i < cloud.length && !near; i += 2)
        near = (cloud[i] - points[j]) ** 2 + (cloud[i + 1] - points[j + 1]) ** 2 < NEAR * NEAR;
      if (!near) out.push(points[j], points[j + 1]);
    }
    return Float64Array.from(out);
  }
  lines(pen, width, height) {
    if (this.shares.length < 2) return false;
    const inks = ["--bad", "--ink", "--low-sun"];
    curves(
      pen,
      width,
      height,
      this.planes.map(({ name }, n) => ({ name, ink: inks[n], values: this.shares.map(row => row[n]) })),
      { x: this.shares.map((_, n) => String(n * EVERY)), low: 0, high: 100 },
    );
  }
  /** The values of a network with one output over the plane. @param {Net} net @param {number} sign */
  land(net, sign) {
    const out = new Float64Array(LAND * LAND);
    net.cloud.fill(this.places, 0, out);
    return out.map(v => sign * v);
  }
  frame() {
    const clouds = [],
      z = /** @type {Float64Array} */ (this.z);
    if (this.file) {
      this.lands ??= [this.land(this.file.critic, -1), null, this.land(this.file.energy, 1)];
      if (this.loop.running) this.roll();
      clouds.push(this.through(this.file.generator, 0), this.through(this.file.decoder, this.file.blur), this.chain);
    }
    this.planes.forEach(({ plane, said, name }, n) => {
      plane.ground(this.lands?.[n] ?? null, LAND);
      plane.dots(this.data.points, colour("--low-sun"), 3, 0.8);
      if (n === 0 && this.file)
        plane.dots(this.missed(/** @type {Float64Array} */ (clouds[0])), colour("--bad"), 5, 0.9);
      const cloud = clouds[n] ?? (n === 2 ? this.chain : z);
      plane.dots(/** @type {Float64Array} */ (cloud), colour("--ink"), 3, this.file ? 0.75 : 0.25);
      plane.pointer();
      said.textContent = this.file
        ? t("{n} evaluations a point, distance to the data {distance}", {
            n: n === 2 ? this.steps : 1,
            distance: slicedWasserstein(/** @type {Float64Array} */ (cloud), this.data.points, 8, 64).toFixed(3),
          })
        : t("{name} before training: noise", { name });
    });
  }
}
