// @ts-check
// The playground's networks learn in the browser: the same steps, with the same random numbers, as pipelines/lab/score.py, poisson.py, flow.py and contrast.py.
import { Chance } from "./chance.js";
import { shaped } from "../lab/shapes.js";
import { Adam, Matrix, PlaneNet, sigmoid, softplus, Tape } from "./tape.js";

const LOW = 0.02,
  HIGH = 5,
  BATCH = 512,
  RATE = 4e-3,
  SOLVED_STEPS = 6,
  SOLVED_BATCH = 192;
const SMALL_BATCH = 128,
  SMALL_RATE = 2e-3,
  CHAIN_STEPS = 5,
  CHAIN_STEP = 0.01,
  EDGE = 1.5,
  FAR = 2;

/** @typedef {{ networks: Record<string, PlaneNet>, total: number, every: number, about: Record<string, unknown>, step: (n: number) => number }} Learning */

/** The data of a call: points in writing, or a shape. @param {any} settings */
function dataOf({ points, shape }) {
  const own = String(points ?? "")
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  return (own.length ? Float64Array.from(own) : shaped(shape)).map(Math.fround);
}
/** Some of the points. @param {Float64Array} data @param {Int32Array} which */
function chosen(data, which) {
  const out = new Float64Array(2 * which.length);
  which.forEach((at, m) => {
    out[2 * m] = data[2 * at];
    out[2 * m + 1] = data[2 * at + 1];
  });
  return out;
}
/** @param {Float64Array} values */
function spreadOf(values) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}
const falling = (/** @type {number} */ n, /** @type {number} */ total) =>
  RATE * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * n) / total)));

/** Denoising score matching by Gaussian noise or the kernel of PFGM++ (denoising.py). @param {any} settings @param {number} dimensions @param {string} exhibit @returns {Learning} */
function denoising(settings, dimensions, exhibit) {
  const data = dataOf(settings),
    spread = spreadOf(data),
    chance = new Chance(settings.seed),
    network = new PlaneNet(new Chance(settings.seed)),
    adam = new Adam(network.weights, RATE);
  const step = (/** @type {number} */ n) => {
    adam.rate = falling(n, settings.steps);
    const y = chosen(data, chance.wholes(data.length / 2, BATCH)),
      sigma = chance.shares(BATCH).map(share => Math.exp(Math.log(LOW) + share * Math.log(HIGH / LOW))),
      x = noised(y, sigma, dimensions, chance);
    const near = new Matrix(BATCH, 2),
      times = new Float64Array(BATCH),
      wanted = new Float64Array(2 * BATCH);
    for (let m = 0; m < BATCH; m++) {
      const i = 2 * m,
        level2 =
          dimensions === Infinity
            ? sigma[m] ** 2
            : (x[i] ** 2 + x[i + 1] ** 2 + dimensions * sigma[m] ** 2) / (2 + dimensions),
        total = level2 + spread ** 2,
        skip = spread ** 2 / total,
        out = Math.sqrt(level2 / total) * spread;
      times[m] = Math.log(level2) / 8;
      for (const k of [i, i + 1]) {
        near.value[k] = x[k] / Math.sqrt(total);
        wanted[k] = (y[k] - skip * x[k]) / out;
      }
    }
    return fitted(network, adam, near, times, wanted);
  };
  return {
    networks: { denoiser: network },
    total: settings.steps,
    every: 50,
    about: {
      exhibit,
      spread,
      low: LOW,
      high: HIGH,
      dimensions: dimensions === Infinity ? "inf" : dimensions.toFixed(1),
    },
    step,
  };
}
/** @param {Float64Array} y @param {Float64Array} sigma @param {number} dimensions @param {Chance} chance */
function noised(y, sigma, dimensions, chance) {
  if (dimensions === Infinity) {
    const noise = chance.normals(y.length);
    return y.map((v, i) => v + sigma[i >> 1] * noise[i]);
  }
  const u = chance.shares(sigma.length).map(v => Math.max(1e-7, v)),
    turns = chance.shares(sigma.length),
    out = new Float64Array(y.length);
  sigma.forEach((level, m) => {
    const kept = u[m] ** (2 / dimensions),
      length = level * Math.sqrt(dimensions) * Math.sqrt((1 - kept) / kept),
      angle = 2 * Math.PI * turns[m];
    out[2 * m] = y[2 * m] + length * Math.cos(angle);
    out[2 * m + 1] = y[2 * m + 1] + length * Math.sin(angle);
  });
  return out;
}
/** One step on the mean squared error. @param {PlaneNet} network @param {Adam} adam @param {Matrix} x @param {ArrayLike<number>} times @param {Float64Array} wanted */
function fitted(network, adam, x, times, wanted) {
  const tape = new Tape(),
    { out } = network.run(tape, x, times),
    n = wanted.length;
  network.forget();
  const loss = tape.loss(
    out,
    (v, i) => (v - wanted[i]) ** 2 / n,
    (v, i) => (2 * (v - wanted[i])) / n,
  );
  tape.back();
  adam.step();
  return loss;
}

/** A flow by matching or by likelihood (flow.py). @param {any} settings @returns {Learning} */
function flow(settings) {
  const data = dataOf(settings),
    chance = new Chance(settings.seed),
    network = new PlaneNet(new Chance(settings.seed)),
    adam = new Adam(network.weights, RATE),
    matching = settings.learning !== "likelihood",
    total = matching ? settings.steps : Math.max(20, Math.floor(settings.steps / 10));
  const match = () => {
    const y = chosen(data, chance.wholes(data.length / 2, BATCH)),
      noise = chance.normals(2 * BATCH),
      times = chance.shares(BATCH),
      x = new Matrix(BATCH, 2);
    for (let i = 0; i < y.length; i++) x.value[i] = noise[i] + times[i >> 1] * (y[i] - noise[i]);
    return fitted(
      network,
      adam,
      x,
      times,
      y.map((v, i) => v - noise[i]),
    );
  };
  const likely = () => {
    const tape = new Tape(),
      y = chosen(data, chance.wholes(data.length / 2, SOLVED_BATCH)),
      fresh = chance.normals(2 * SOLVED_BATCH),
      d = -1 / SOLVED_STEPS;
    let x = new Matrix(
        SOLVED_BATCH,
        2,
        y.map((v, i) => v + 0.02 * fresh[i]),
      ),
      gained = new Matrix(SOLVED_BATCH, 1);
    for (let k = 0; k < SOLVED_STEPS; k++) {
      // the midpoint method from time 1 to 0
      const time = 1 + k * d,
        first = network.run(tape, x, new Float64Array(SOLVED_BATCH).fill(time)).out,
        half = tape.plus(x, first, d / 2);
      const { out, along } = network.run(tape, half, new Float64Array(SOLVED_BATCH).fill(time + d / 2), [0, 1]);
      gained = tape.plus(gained, tape.plus(tape.columns(along[0], 0, 1), tape.columns(along[1], 1, 1)), d);
      x = tape.plus(x, out, d);
    }
    network.forget();
    const loss =
      tape.loss(
        x,
        v => (0.5 * v * v) / SOLVED_BATCH,
        v => v / SOLVED_BATCH,
      ) +
      Math.log(2 * Math.PI) +
      tape.loss(
        gained,
        v => -v / SOLVED_BATCH,
        () => -1 / SOLVED_BATCH,
      );
    tape.back();
    adam.step();
    return loss;
  };
  const step = (/** @type {number} */ n) => {
    adam.rate = falling(n, total);
    return matching ? match() : likely();
  };
  return {
    networks: { velocity: network },
    total,
    every: matching ? 50 : 5,
    about: { exhibit: "flow", learning: settings.learning },
    step,
  };
}

/** A GAN, a VAE and an energy side by side (contrast.py). @param {any} settings @returns {Learning} */
function contrast(settings) {
  const data = dataOf(settings),
    chance = new Chance(settings.seed),
    begin = new Chance(settings.seed),
    { penalty, blur } = settings;
  const [generator, critic, encoder, decoder, energy] = [2, 1, 4, 2, 1].map(outputs => new PlaneNet(begin, outputs, 2));
  const groups = [[generator], [critic], [encoder, decoder], [energy]],
    adams = groups.map(
      (group, k) =>
        new Adam(
          group.flatMap(one => one.weights),
          SMALL_RATE,
          k < 2 ? 0.5 : 0.9,
          0.99,
        ),
    );
  const chains = chance.shares(1024).map(v => (v * 2 - 1) * EDGE),
    n = SMALL_BATCH;
  const real = () => new Matrix(n, 2, chosen(data, chance.wholes(data.length / 2, n))),
    noise = () => new Matrix(n, 2, chance.normals(2 * n));
  const learned = (/** @type {number} */ which, /** @type {Tape} */ tape) => {
    for (const one of groups[which]) one.forget();
    tape.back();
    adams[which].step();
  };
  const positive = (/** @type {Tape} */ tape, /** @type {Matrix} */ x, /** @type {number} */ sign) =>
    tape.loss(
      x,
      v => softplus(sign * v) / n,
      v => (sign * sigmoid(sign * v)) / n,
    );
  const adversarial = () => {
    const tape = new Tape(),
      { out, along } = critic.run(tape, real(), null, penalty > 0 ? [0, 1] : []),
      made = generator.run(new Tape(), noise()).out;
    let loss = positive(tape, out, -1) + positive(tape, critic.run(tape, new Matrix(n, 2, made.value)).out, 1);
    for (const one of along)
      loss += tape.loss(
        one,
        v => ((penalty / 2) * v * v) / n,
        v => (penalty * v) / n,
      );
    learned(1, tape);
    const second = new Tape();
    positive(second, critic.run(second, generator.run(second, noise()).out).out, -1);
    learned(0, second);
    return loss;
  };
  const variational = () => {
    const tape = new Tape(),
      x = real(),
      { out } = encoder.run(tape, x),
      mean = tape.columns(out, 0, 2),
      spread = tape.each(
        tape.columns(out, 2, 2),
        v => Math.min(3, Math.max(-6, v)),
        v => (v < -6 || v > 3 ? 0 : 1),
      );
    const z = tape.plus(mean, tape.times(tape.each(spread, Math.exp, Math.exp), noise())),
      { out: drawn } = decoder.run(tape, z);
    tape.loss(
      drawn,
      (v, i) => (v - x.value[i]) ** 2 / (2 * blur ** 2) / n,
      (v, i) => (v - x.value[i]) / blur ** 2 / n,
    );
    tape.loss(
      mean,
      v => (0.5 * v * v) / n,
      v => v / n,
    );
    tape.loss(
      spread,
      v => (0.5 * (Math.exp(2 * v) - 1 - 2 * v)) / n,
      v => (Math.exp(2 * v) - 1) / n,
    );
    learned(2, tape);
  };
  const contrastive = () => {
    const which = chance.wholes(chains.length / 2, n),
      x = new Matrix(n, 2, chosen(chains, which)),
      fresh = chance.shares(n).map(v => (v < Math.fround(0.05) ? 1 : 0));
    fresh.forEach((new_, m) => {
      if (new_) for (const k of [2 * m, 2 * m + 1]) x.value[k] = (chance.share() * 2 - 1) * EDGE;
    });
    for (let k = 0; k < CHAIN_STEPS; k++) {
      const { along } = energy.run(new Tape(), x, null, [0, 1]),
        shaken = noise();
      for (let m = 0; m < n; m++)
        for (let c = 0; c < 2; c++)
          x.value[2 * m + c] = Math.min(
            FAR,
            Math.max(
              -FAR,
              x.value[2 * m + c] - CHAIN_STEP * along[c].value[m] + Math.sqrt(2 * CHAIN_STEP) * shaken.value[2 * m + c],
            ),
          );
    }
    which.forEach((at, m) => {
      chains[2 * at] = x.value[2 * m];
      chains[2 * at + 1] = x.value[2 * m + 1];
    });
    const tape = new Tape(),
      low = energy.run(tape, real()).out,
      high = energy.run(tape, x).out;
    tape.loss(
      low,
      v => (v + 0.02 * v * v) / n,
      v => (1 + 0.04 * v) / n,
    );
    tape.loss(
      high,
      v => (-v + 0.02 * v * v) / n,
      v => (-1 + 0.04 * v) / n,
    );
    learned(3, tape);
  };
  const step = () => {
    const loss = adversarial();
    variational();
    contrastive();
    return loss;
  };
  return {
    networks: { generator, critic, encoder, decoder, energy },
    total: settings.steps,
    every: 50,
    about: { exhibit: "contrast", blur, penalty },
    step,
  };
}

/** @type {Record<string, (settings: any) => Learning>} */
export const LEARNS = {
  "lab.score": settings => denoising(settings, Infinity, "score"),
  "lab.poisson": settings =>
    denoising(settings, settings.dimensions === "inf" ? Infinity : Number(settings.dimensions), "poisson"),
  "lab.flow": flow,
  "lab.contrast": contrast,
};
const DEFAULTS = {
  points: "",
  shape: "islands",
  dimensions: "1",
  learning: "matching",
  steps: 1500,
  seed: 0,
  penalty: 0,
  blur: 0.15,
};

/** A network that begins to learn. @param {string} pipeline @param {any} settings */
export const begun = (pipeline, settings) => LEARNS[pipeline]({ ...DEFAULTS, ...settings });

/** The networks as a safetensors file, as `packed` of networks.py writes it. @param {Learning} learning @param {Record<string, unknown>} more */
export function packed({ networks, about }, more) {
  /** @type {Record<string, unknown>} */
  const header = {
    __metadata__: Object.fromEntries(
      Object.entries({ format: "afternoon-studio/lab-plane", ...about, ...more }).map(([name, value]) => [
        name,
        String(value),
      ]),
    ),
  };
  const parts = /** @type {Float32Array[]} */ ([]);
  let at = 0;
  for (const [name, network] of Object.entries(networks)) {
    network.layers.forEach((layer, k) => {
      for (const sort of /** @type {const} */ (["weight", "bias"])) {
        const { value, rows, columns } = layer[sort],
          numbers = Float32Array.from(value);
        header[`${name}.layers.${k}.${sort}`] = {
          dtype: "F32",
          shape: sort === "bias" ? [columns] : [rows, columns],
          data_offsets: [at, at + numbers.byteLength],
        };
        parts.push(numbers);
        at += numbers.byteLength;
      }
    });
  }
  const text = new TextEncoder().encode(JSON.stringify(header)),
    length = 8 * Math.ceil(text.length / 8),
    bytes = new Uint8Array(8 + length + at).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let from = 8 + length;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer), from);
    from += part.byteLength;
  }
  return bytes.buffer;
}
