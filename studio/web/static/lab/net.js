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

const FEATURES = 11;

/** Three linear layers with SiLU between them. */
export class Net {
  /** @param {{ weight: Float32Array, bias: Float32Array, inputs: number }[]} layers */
  constructor(layers) {
    this.layers = layers;
    this.inputs = layers[0].inputs;
    const room = () => [this.inputs, ...layers.map(layer => layer.bias.length)].map(size => new Float64Array(size));
    this.values = room();
    this.slopes = room();
    this.cloud = new Cloud(layers); // the values alone, for many points at once
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
  /**
   * The outputs at a point and a time, and their change along a direction of the point (forward-mode differentiation): views that the next call overwrites.
   * @param {number} x @param {number} y @param {number} t @param {number} dx @param {number} dy
   */
  along(x, y, t, dx, dy) {
    const [first] = this.values,
      [d] = this.slopes;
    first[0] = x;
    first[1] = y;
    d[0] = dx;
    d[1] = dy;
    if (this.inputs > 2) first[2] = t;
    if (this.inputs === FEATURES)
      for (let k = 1, at = 3; k <= 2; k++, at += 4) {
        const w = Math.PI * k;
        first[at] = Math.sin(w * x);
        first[at + 1] = Math.sin(w * y);
        first[at + 2] = Math.cos(w * x);
        first[at + 3] = Math.cos(w * y);
        d[at] = w * first[at + 2] * dx;
        d[at + 1] = w * first[at + 3] * dy;
        d[at + 2] = -w * first[at] * dx;
        d[at + 3] = -w * first[at + 1] * dy;
      }
    this.layers.forEach(({ weight, bias, inputs }, k) => {
      const input = this.values[k],
        slope = this.slopes[k],
        last = k === this.layers.length - 1;
      for (let o = 0, at = 0; o < bias.length; o++) {
        let value = bias[o],
          change = 0;
        for (let i = 0; i < inputs; i++, at++) {
          value += weight[at] * input[i];
          change += weight[at] * slope[i];
        }
        const share = last ? 1 : 1 / (1 + Math.exp(-value)); // SiLU
        this.values[k + 1][o] = value * share;
        this.slopes[k + 1][o] = last ? change : change * share * (1 + value * (1 - share));
      }
    });
    return { values: this.values[this.layers.length], slopes: this.slopes[this.layers.length] };
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
