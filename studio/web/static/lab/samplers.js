// @ts-check
// Samplers of clouds in the plane, a step at a time; the same methods as pipelines/diffusion/sampling.py.
import { random } from "./shapes.js";

/** @typedef {import("./net.js").Denoiser} Denoiser */

/** Karras et al. 2022, equation 5. @param {number} steps @param {number} low @param {number} high */
export function karras(steps, low = 0.02, high = 5, rho = 7) {
  const a = high ** (1 / rho),
    b = low ** (1 / rho);
  return [...Array.from({ length: steps }, (_, i) => (a + (steps > 1 ? i / (steps - 1) : 0) * (b - a)) ** rho), 0];
}
/** Even in the logarithm. @param {number} steps @param {number} low @param {number} high */
export const geometric = (steps, low = 0.02, high = 5) => [
  ...Array.from({ length: steps }, (_, i) => high * (low / high) ** (steps > 1 ? i / (steps - 1) : 0)),
  0,
];

/** The cloud that every sampler begins with: the prior at `high`, Gaussian or that of PFGM++. @param {number} count @param {number} high @param {number} seed */
export function beginning(count, high, seed, dimensions = Infinity) {
  const { uniform, normal } = random(seed),
    x = new Float64Array(2 * count);
  for (let i = 0; i < x.length; i += 2) {
    if (dimensions === Infinity) {
      x[i] = high * normal();
      x[i + 1] = high * normal();
      continue;
    }
    const kept = Math.max(1e-7, uniform()) ** (2 / dimensions),
      length = high * Math.sqrt(dimensions) * Math.sqrt((1 - kept) / kept),
      angle = 2 * Math.PI * uniform();
    x[i] = length * Math.cos(angle);
    x[i + 1] = length * Math.sin(angle);
  }
  return x;
}

const EACH = 5,
  STEP = 0.1; // steps at every level of annealed Langevin, and their size over sigma squared

/** A cloud on its way. `kind`: single (which begins in a corner), annealed, sde, heun, ddim, dpm. */
export class Walk {
  /**
   * @param {string} kind @param {Denoiser} denoiser
   * @param {{ count: number, steps: number, seed: number, sigma?: number, low?: number, high?: number, dimensions?: number, trails?: number }} options
   */
  constructor(
    kind,
    denoiser,
    { count, steps, seed, sigma = 0.15, low = 0.02, high = 5, dimensions = Infinity, trails = 24 },
  ) {
    this.kind = kind;
    this.denoiser = denoiser;
    this.noise = random(seed + 1);
    this.sigmas =
      kind === "single"
        ? [sigma, sigma]
        : kind === "annealed"
          ? geometric(Math.max(2, Math.round(steps / EACH)), low, high)
          : karras(steps, low, high);
    this.x =
      kind === "single"
        ? beginning(count, 0.35, seed).map((v, i) => v - (i % 2 ? 0.8 : 1))
        : beginning(count, this.sigmas[0], seed, dimensions);
    this.x0 = new Float64Array(2 * count);
    this.second = new Float64Array(2 * count);
    this.before = /** @type {Float64Array | null} */ (null);
    this.at = 0;
    this.evaluations = 0;
    this.done = false;
    /** @type {number[][]} */
    this.paths = Array.from({ length: Math.min(trails, count) }, (_, i) => [this.x[2 * i], this.x[2 * i + 1]]);
  }
  /** The level at which the cloud stands. */
  get sigma() {
    return this.sigmas[
      Math.min(this.kind === "annealed" ? Math.floor(this.at / EACH) : this.at, this.sigmas.length - 2)
    ];
  }
  get total() {
    return this.kind === "single"
      ? Infinity
      : this.kind === "annealed"
        ? EACH * (this.sigmas.length - 1) + 1
        : this.sigmas.length - 1;
  }
  ask(x, sigma, out) {
    this.denoiser.fill(x, sigma, out);
    this.evaluations++;
  }
  step() {
    if (this.done) return;
    if (this.kind === "single" || this.kind === "annealed") this.langevin();
    else this.solve();
    this.at++;
    if (this.at >= this.total) this.done = true;
    const most = this.kind === "single" || this.kind === "annealed" ? 40 : 4000; // Langevin wanders: only its last steps can be read
    this.paths.forEach((path, i) => {
      path.push(this.x[2 * i], this.x[2 * i + 1]);
      if (path.length > most) path.splice(0, 2);
    });
  }
  langevin() {
    const { x, x0, sigma } = this;
    this.ask(x, sigma, x0);
    if (this.kind === "annealed" && this.at + 1 >= this.total) {
      x.set(x0);
      return;
    }
    const half = STEP / 2,
      fresh = Math.sqrt(STEP) * sigma;
    for (let i = 0; i < x.length; i++) x[i] += half * (x0[i] - x[i]) + fresh * this.noise.normal();
  }
  solve() {
    const { x, x0, second, sigmas, at, kind } = this,
      now = sigmas[at],
      then = sigmas[at + 1];
    this.ask(x, now, x0);
    if (kind === "ddim") for (let i = 0; i < x.length; i++) x[i] = x0[i] + (then / now) * (x[i] - x0[i]);
    else if (kind === "sde") {
      const fresh = then * Math.sqrt(Math.max(0, 1 - (then / now) ** 2)),
        kept = Math.sqrt(Math.max(0, then ** 2 - fresh ** 2)) / now;
      for (let i = 0; i < x.length; i++)
        x[i] = x0[i] + kept * (x[i] - x0[i]) + (fresh > 0 ? fresh * this.noise.normal() : 0);
    } else if (kind === "heun") {
      const slope = new Float64Array(x.length),
        nearer = new Float64Array(x.length);
      for (let i = 0; i < x.length; i++) {
        slope[i] = (x[i] - x0[i]) / now;
        nearer[i] = x[i] + (then - now) * slope[i];
      }
      if (then > 0) {
        this.ask(nearer, then, second);
        for (let i = 0; i < x.length; i++) slope[i] = (slope[i] + (nearer[i] - second[i]) / then) / 2;
      }
      for (let i = 0; i < x.length; i++) x[i] += (then - now) * slope[i];
    } else {
      const before = this.before,
        r = before && then > 0 ? Math.log(sigmas[at - 1] / now) / Math.log(now / then) : 0;
      for (let i = 0; i < x.length; i++) {
        const ahead = before && then > 0 ? (1 + 1 / (2 * r)) * x0[i] - before[i] / (2 * r) : x0[i];
        x[i] = (then / now) * x[i] + (1 - then / now) * ahead;
      }
      this.before = Float64Array.from(x0);
    }
  }
}
