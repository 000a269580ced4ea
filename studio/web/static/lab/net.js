// @ts-check
// Small networks of the Lab evaluated in the page: the same numbers from the same tensors as pipelines/lab/parts/networks.py.
import { Cloud, exponential } from "./cloud.js";

/**
 * The tensors of a safetensors file by name, and what its header says.
 * @param {ArrayBuffer} buffer
 * @returns {{ tensors: Record<string, { shape: number[], values: Float32Array }>, about: Record<string, string> }}
 */
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: about = {}, ...rest } = header;
  /** @type {Record<string, { shape: number[], values: Float32Array }>} */
  const tensors = {};
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(rest)) {
    if (dtype !== "F32") throw new Error(`The tensor ${name} is not of 32 bits.`);
    tensors[name] = { shape, values: new Float32Array(buffer.slice(8 + length + from, 8 + length + to)) };
  }
  return { tensors, about };
}

const silu = v => v / (1 + Math.exp(-v));
const FEATURES = 11;

/** Three linear layers with SiLU between them. */
export class Net {
  /** @param {{ weight: Float32Array, bias: Float32Array, inputs: number }[]} layers */
  constructor(layers) {
    this.layers = layers;
    this.inputs = layers[0].inputs;
    this.outputs = layers[layers.length - 1].bias.length;
    this.work = layers.map(layer => new Float64Array(layer.bias.length));
    this.slopes = layers.map(layer => new Float64Array(layer.bias.length));
    this.first = new Float64Array(this.inputs);
    this.firstSlope = new Float64Array(this.inputs);
    this.cloud = new Cloud(layers); // the same function for many points at once
  }
  /** One network of a file, by its name there. @param {ReturnType<typeof readTensors>} file @param {string} name */
  static from(file, name) {
    const layers = [];
    for (let k = 0; file.tensors[`${name}.layers.${k}.weight`]; k++) {
      const weight = file.tensors[`${name}.layers.${k}.weight`];
      layers.push({
        weight: weight.values,
        bias: file.tensors[`${name}.layers.${k}.bias`].values,
        inputs: weight.shape[1],
      });
    }
    if (!layers.length) throw new Error(`The file has no network called ${name}.`);
    return new Net(layers);
  }
  /** What stands in `this.first`, through all layers; the result is a view that the next call overwrites. */
  run() {
    let input = this.first;
    for (let k = 0; k < this.layers.length; k++) {
      const { weight, bias, inputs } = this.layers[k],
        out = this.work[k],
        last = k === this.layers.length - 1;
      for (let o = 0, at = 0; o < bias.length; o++) {
        let sum = bias[o],
          other = 0,
          i = 0;
        for (; i + 1 < inputs; i += 2, at += 2) {
          sum += weight[at] * input[i];
          other += weight[at + 1] * input[i + 1];
        }
        if (i < inputs) sum += weight[at++] * input[i];
        out[o] = last ? sum + other : silu(sum + other);
      }
      input = out;
    }
    return input;
  }
  /** The point and the time as the network's features. @param {number} x @param {number} y @param {number} t */
  see(x, y, t) {
    const f = this.first;
    f[0] = x;
    f[1] = y;
    f[2] = t;
    for (let k = 1, at = 3; k <= 2; k++, at += 4) {
      f[at] = Math.sin(Math.PI * k * x);
      f[at + 1] = Math.sin(Math.PI * k * y);
      f[at + 2] = Math.cos(Math.PI * k * x);
      f[at + 3] = Math.cos(Math.PI * k * y);
    }
  }
  /** At a point and a time; the result is a view that the next call overwrites. @param {number} x @param {number} y @param {number} t */
  at(x, y, t) {
    if (this.inputs === FEATURES) this.see(x, y, t);
    else {
      this.first[0] = x;
      this.first[1] = y;
      if (this.inputs > 2) this.first[2] = t;
    }
    return this.run();
  }
  /**
   * The change of every output along a direction of the point (forward-mode differentiation), at the point of the last `at`.
   * @param {number} x @param {number} y @param {number} dx @param {number} dy
   */
  along(x, y, dx, dy) {
    const d = this.firstSlope.fill(0);
    d[0] = dx;
    d[1] = dy;
    if (this.inputs === FEATURES) {
      for (let k = 1, at = 3; k <= 2; k++, at += 4) {
        const w = Math.PI * k;
        d[at] = w * Math.cos(w * x) * dx;
        d[at + 1] = w * Math.cos(w * y) * dy;
        d[at + 2] = -w * Math.sin(w * x) * dx;
        d[at + 3] = -w * Math.sin(w * y) * dy;
      }
    }
    let slope = d,
      input = this.first;
    for (let k = 0; k < this.layers.length; k++) {
      const { weight, bias, inputs } = this.layers[k],
        out = this.slopes[k],
        last = k === this.layers.length - 1;
      for (let o = 0, at = 0; o < bias.length; o++) {
        let sum = 0,
          value = bias[o];
        for (let i = 0; i < inputs; i++, at++) {
          sum += weight[at] * slope[i];
          if (!last) value += weight[at] * input[i];
        }
        if (!last) {
          const s = 1 / (1 + Math.exp(-value));
          sum *= s * (1 + value * (1 - s));
        }
        out[o] = sum;
      }
      input = this.work[k];
      slope = out;
    }
    return slope;
  }
}

/**
 * A denoiser of points: fill(x [2n], sigma, out [2n]); `evaluations` counts its calls for a whole cloud.
 * @typedef {{ fill: (x: Float64Array, sigma: number, out: Float64Array) => void, name: string }} Denoiser
 */

/** A learned denoiser (Karras et al. 2022, table 1; for PFGM++ at the level that a point speaks of, as `level` in networks.py). @param {Net} net @param {number} spread @returns {Denoiser} */
export function learned(net, spread, dimensions = Infinity) {
  let near = new Float64Array(),
    times = new Float64Array();
  return {
    name: "network",
    fill(x, sigma, out) {
      if (near.length < x.length) {
        near = new Float64Array(x.length);
        times = new Float64Array(x.length / 2);
      }
      const squared = i =>
        dimensions === Infinity
          ? sigma * sigma
          : (x[i] * x[i] + x[i + 1] * x[i + 1] + dimensions * sigma * sigma) / (2 + dimensions);
      for (let i = 0; i < x.length; i += 2) {
        const s2 = squared(i),
          root = Math.sqrt(s2 + spread * spread);
        near[i] = x[i] / root;
        near[i + 1] = x[i + 1] / root;
        times[i / 2] = Math.log(s2) / 8;
      }
      net.cloud.fill(near.subarray(0, x.length), times, out);
      for (let i = 0; i < x.length; i += 2) {
        const s2 = squared(i),
          total = s2 + spread * spread,
          skip = (spread * spread) / total,
          scale = Math.sqrt(s2 / total) * spread;
        out[i] = skip * x[i] + scale * out[i];
        out[i + 1] = skip * x[i + 1] + scale * out[i + 1];
      }
    },
  };
}

/** `ratio` to the power `(2 + dimensions) / 2`, for whole numbers of dimensions without a logarithm. @param {number} ratio @param {number} dimensions */
function falling(ratio, dimensions) {
  if (!Number.isInteger(dimensions)) return ratio ** (1 + dimensions / 2);
  let power = dimensions & 1 ? Math.sqrt(ratio) : 1;
  for (let base = ratio, n = 1 + (dimensions >> 1); n; n >>= 1, base *= base) if (n & 1) power *= base;
  return power;
}

/**
 * The posterior mean of the data in closed form, as pipelines/lab/parts/exact.py has it: data weighed by a Gaussian of the distance, or by a power of it.
 * @param {Float64Array} data @param {number} dimensions @returns {Denoiser}
 */
export function exact(data, dimensions = Infinity) {
  const apart = new Float64Array(data.length / 2),
    gaussian = dimensions === Infinity;
  return {
    name: "exact",
    fill(x, sigma, out) {
      const narrow = -0.5 / (sigma * sigma),
        r2 = gaussian ? 0 : sigma * sigma * dimensions,
        far = gaussian ? -30 / narrow : Infinity;
      for (let i = 0; i < x.length; i += 2) {
        const px = x[i],
          py = x[i + 1];
        let least = Infinity;
        for (let j = 0, k = 0; j < data.length; j += 2, k++) {
          const dx = px - data[j],
            dy = py - data[j + 1],
            squared = dx * dx + dy * dy + r2;
          apart[k] = squared;
          if (squared < least) least = squared;
        }
        let sum = 0,
          sx = 0,
          sy = 0;
        for (let j = 0, k = 0; j < data.length; j += 2, k++) {
          if (apart[k] - least > far) continue;
          const w = gaussian ? exponential((apart[k] - least) * narrow) : falling(least / apart[k], dimensions);
          sum += w;
          sx += w * data[j];
          sy += w * data[j + 1];
        }
        out[i] = sx / sum;
        out[i + 1] = sy / sum;
      }
    },
  };
}
