// @ts-check
// Exhibit 4: a GAN, a VAE and an energy learn the same points side by side, while one looks.
import { t } from "../core.js";
import { maker } from "./lab.js";
import { calm, Loop } from "./motion.js";
import { Net, readTensors } from "./net.js";
import { colour, Data, dataTools, grid, h, Plane, random, slicedWasserstein } from "./plane.js";
import { chart, curves } from "./run.js";
import { button, dataSettings, held, slider, useSettings } from "./ui.js";

const COUNT = 700,
  LAND = 40,
  STEP = 0.01,
  NEAR = 0.2,
  EVERY = 50; // a point counts as covered with a marble so near; weights come every so many steps

class Contrast {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.data = new Data();
    this.planes = [t("GAN"), t("VAE"), t("Energy")].map((name, n) => {
      const plane = new Plane(`${name}. ${n ? "" : t("Draw here.")}`, n ? null : this.data, 400),
        said = h("p.lab-count", {});
      return { name, plane, said, element: h("figure.lab-figure", {}, h("strong", {}, name), plane.canvas, said) };
    });
    this.file = /** @type {any} */ (null);
    this.places = grid(LAND);
    const noted = () => host.changed();
    this.penalty = slider(t("Gradient penalty R1 of the GAN"), 0, 2, 0.05, () => {}, noted);
    this.blur = slider(t("Spread of the VAE's output"), 0.02, 0.5, 0.01, () => {}, noted);
    this.seed = 0;
    /** @type {number[][]} shares of the data that GAN, VAE and energy cover, one row for each arrival of weights */
    this.shares = [];
    this.covers = chart(
      t("Share of your points that each of the three covers while it learns"),
      400,
      200,
      (pen, width, height) => this.lines(pen, width, height),
    );
    this.training = maker(
      t("Train all three"),
      () => {
        this.shares = [];
        return { pipeline: "lab.contrast", settings: this.settings() };
      },
      made => this.learnt(made.bytes),
      bytes => this.learnt(bytes),
    );
    this.element = h(
      "div.lab-exhibit",
      {},
      dataTools(this.data),
      this.training.element,
      h(
        "div.lab-pair.lab-three",
        {},
        this.planes.map(one => one.element),
      ),
      h(
        "div.lab-tools",
        {},
        this.penalty.element,
        this.blur.element,
        button(t("Another seed"), () => {
          this.seed++;
          noted();
          this.training.start();
        }),
      ),
      h(
        "div.lab-pair",
        {},
        h(
          "figure.lab-figure",
          {},
          this.covers.canvas,
          h(
            "figcaption.help",
            {},
            t(
              "Share of your points with a marble near them, in %, while the three learn. Points that the GAN has forgotten are red: that is mode collapse.",
            ),
          ),
        ),
      ),
    );
    this.loop = new Loop(this.element, () => this.frame());
    this.data.addEventListener("change", () => {
      this.file = null;
      this.shares = [];
      this.covers.again();
      this.begin();
      noted();
    });
    void exhibit;
  }
  settings() {
    return {
      ...dataSettings(this.data),
      penalty: this.penalty.value,
      blur: this.blur.value,
      steps: 1000,
      seed: this.seed,
    };
  }
  begin() {
    const { normal, uniform } = random(5);
    this.z = Float64Array.from({ length: 2 * COUNT }, normal);
    this.chain = Float64Array.from({ length: 2 * COUNT }, () => (uniform() * 2 - 1) * 1.5);
    this.noise = random(6);
    this.steps = 0;
    this.loop?.once();
  }
  /** @param {ArrayBuffer} bytes */
  learnt(bytes) {
    const file = readTensors(bytes);
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
    if (calm()) {
      for (let k = 0; k < 150; k++) this.roll();
      this.loop.once();
    } else this.loop.start();
  }
  /** Langevin on the learned energy: x - step grad E + sqrt(2 step) noise. */
  roll() {
    const { energy } = this.file,
      chain = /** @type {Float64Array} */ (this.chain),
      fresh = Math.sqrt(2 * STEP);
    for (let i = 0; i < chain.length; i += 2) {
      energy.at(chain[i], chain[i + 1], 0);
      const dx = energy.along(chain[i], chain[i + 1], 1, 0)[0],
        dy = energy.along(chain[i], chain[i + 1], 0, 1)[0];
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
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  lines(pen, width, height) {
    if (this.shares.length < 2) {
      pen.font = "13px Inter, sans-serif";
      pen.fillStyle = colour("--soft");
      pen.fillText(t("The curves appear while the three learn."), 16, 28);
      return;
    }
    const names = [t("GAN"), t("VAE"), t("Energy")],
      inks = ["--bad", "--ink", "--low-sun"];
    curves(
      pen,
      width,
      height,
      names.map((name, n) => ({ name, ink: inks[n], values: this.shares.map(row => row[n]) })),
      { x: this.shares.map((_, n) => String(n * EVERY)), low: 0, high: 100 },
    );
  }
  /** The values of a network with one output over the plane. @param {Net} net @param {number} sign */
  land(net, sign) {
    const out = new Float64Array(LAND * LAND);
    for (let i = 0; i < out.length; i++) out[i] = sign * net.at(this.places[2 * i], this.places[2 * i + 1], 0)[0];
    return out;
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
        ? t("{n} network evaluations a point, distance to the data {distance}", {
            n: n === 2 ? this.steps : 1,
            distance: slicedWasserstein(/** @type {Float64Array} */ (cloud), this.data.points, 8, 64).toFixed(3),
          })
        : t("{name} before training: noise", { name });
    });
    this.element.dataset.fps = this.loop.rate.toFixed(1);
  }
  state() {
    return { ...this.data.state, penalty: this.penalty.value, blur: this.blur.value, seed: this.seed };
  }
  /** @param {any} state */
  restore(state) {
    this.penalty.show(held(state.penalty, 0, 2, 0));
    this.blur.show(held(state.blur, 0.02, 0.5, 0.15));
    this.seed = held(state.seed, 0, 1e6, 0);
    this.data.restore(state);
    this.covers.again();
    this.begin();
    setTimeout(() => this.loop.gone || this.training.start(), 300);
  }
  canvases() {
    return [...this.planes.map(one => one.plane.canvas), this.covers.canvas];
  }
  stop() {
    this.loop.stop();
    this.training.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.penalty.show(held(settings.penalty, 0, 2, 0));
    useSettings(this.data, settings);
    this.training.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Contrast(host, exhibit);

/** The idea of the exhibit: all marbles on one of three islands. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const plane = new Plane("", null, width),
    data = new Data("islands"),
    own = data.points.filter((_, i) => Math.floor(i / 2) % 3 === 1);
  plane.ground(null);
  plane.dots(data.points, colour("--low-sun"), 4);
  plane.dots(
    own.map(v => v * 1.02 + 0.02),
    colour("--ink"),
    4,
  );
  pen.drawImage(plane.canvas, 0, (width - height) / 2, width, height, 0, 0, width, height);
}
