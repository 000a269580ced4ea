// @ts-check
// Backpropagation for the playground's networks: matrices of 64-bit numbers, and a tape of what is to be undone. Slopes of slopes come from tangents on the tape.
import { summedByVectors } from "./vectors.js";

/** Rows and columns of numbers with the slope of the loss; `kept` says whether anybody asks for that slope. */
export class Matrix {
  /** @param {number} rows @param {number} columns */
  constructor(rows, columns, value = new Float64Array(rows * columns), kept = false) {
    this.rows = rows;
    this.columns = columns;
    this.value = value;
    this.kept = kept;
    this.slope = kept ? new Float64Array(value.length) : value;
  }
}

/** x [n,i] by the rows of the weights [o,i], and a bias; two rows by four outputs at once, since reading numbers takes longer than calculating with them. @param {Float64Array} x @param {Float64Array} weight @param {Float64Array | null} bias @param {Float64Array} out @param {number} rows @param {number} inputs @param {number} outputs */
function product(x, weight, bias, out, rows, inputs, outputs) {
  if (inputs % 4 === 0) {
    // then as sums of the rows of the turned weights, which go by vectors
    const turned = new Float64Array(weight.length);
    for (let o = 0, w = 0; o < outputs; o++) for (let i = 0; i < inputs; i++, w++) turned[i * outputs + o] = weight[w];
    if (bias) for (let m = 0; m < rows; m++) out.set(bias, m * outputs);
    summed(out, rows, x, inputs, 1, turned, outputs, inputs);
    return;
  }
  for (let m = 0; m < rows; m += 2) {
    const from = m * inputs,
      to = m * outputs,
      two = m + 1 < rows,
      next = two ? inputs : 0,
      below = two ? outputs : 0;
    let o = 0;
    for (; o + 3 < outputs; o += 4) {
      const w0 = o * inputs,
        w1 = w0 + inputs,
        w2 = w1 + inputs,
        w3 = w2 + inputs;
      let a = bias ? bias[o] : 0,
        b = bias ? bias[o + 1] : 0,
        c = bias ? bias[o + 2] : 0,
        d = bias ? bias[o + 3] : 0,
        e = a,
        f = b,
        g = c,
        k = d;
      for (let i = 0; i < inputs; i++) {
        const v = x[from + i],
          u = x[from + next + i],
          p = weight[w0 + i],
          q = weight[w1 + i],
          r = weight[w2 + i],
          s = weight[w3 + i];
        a += p * v;
        b += q * v;
        c += r * v;
        d += s * v;
        e += p * u;
        f += q * u;
        g += r * u;
        k += s * u;
      }
      const at = to + o,
        under = at + below;
      out[under] = e;
      out[under + 1] = f;
      out[under + 2] = g;
      out[under + 3] = k;
      out[at] = a;
      out[at + 1] = b;
      out[at + 2] = c;
      out[at + 3] = d;
    }
    for (; o < outputs; o++) {
      let sum = bias ? bias[o] : 0,
        other = sum;
      for (let i = 0, w = o * inputs; i < inputs; i++, w++) {
        sum += weight[w] * x[from + i];
        other += weight[w] * x[from + next + i];
      }
      out[to + below + o] = other;
      out[to + o] = sum;
    }
  }
}

/**
 * Onto rows of `sum`, each `wide` numbers: `count` rows of `row` by factors; that of row k for sum m stands at m * along + k * apart. Two sums by four rows at once.
 * @param {Float64Array} sum @param {number} sums @param {Float64Array} factor @param {number} along @param {number} apart @param {Float64Array} row @param {number} wide @param {number} count
 */
function summed(sum, sums, factor, along, apart, row, wide, count) {
  if (summedByVectors(sum, sums, factor, along, apart, row, wide, count)) return;
  let m = 0;
  for (; m + 1 < sums; m += 2) {
    const first = m * wide,
      second = first + wide;
    let k = 0,
      at = m * along;
    for (; k + 3 < count; k += 4, at += 4 * apart) {
      const a = factor[at],
        b = factor[at + apart],
        c = factor[at + 2 * apart],
        d = factor[at + 3 * apart],
        below = at + along;
      const e = factor[below],
        f = factor[below + apart],
        g = factor[below + 2 * apart],
        j = factor[below + 3 * apart];
      const r0 = k * wide,
        r1 = r0 + wide,
        r2 = r1 + wide,
        r3 = r2 + wide;
      for (let i = 0; i < wide; i++) {
        const p = row[r0 + i],
          q = row[r1 + i],
          r = row[r2 + i],
          s = row[r3 + i];
        sum[first + i] += a * p + b * q + c * r + d * s;
        sum[second + i] += e * p + f * q + g * r + j * s;
      }
    }
    for (; k < count; k++, at += apart)
      for (let i = 0, r = k * wide; i < wide; i++, r++) {
        sum[first + i] += factor[at] * row[r];
        sum[second + i] += factor[at + along] * row[r];
      }
  }
  for (; m < sums; m++)
    for (let k = 0, at = m * along, r = 0; k < count; k++, at += apart)
      for (let i = m * wide; i < (m + 1) * wide; i++, r++) sum[i] += factor[at] * row[r];
}

export class Tape {
  constructor() {
    /** @type {(() => void)[]} */
    this.undo = [];
  }
  /** @param {number} rows @param {number} columns @param {Matrix[]} from */
  made(rows, columns, ...from) {
    return new Matrix(
      rows,
      columns,
      undefined,
      from.some(one => one.kept),
    );
  }
  /** x [n,i] through weights [o,i], with a bias unless it is a tangent. @param {Matrix} x @param {Matrix} weight @param {Matrix | null} bias */
  linear(x, weight, bias) {
    const { rows, columns: inputs } = x,
      outputs = weight.rows,
      out = this.made(rows, outputs, x, weight);
    product(x.value, weight.value, bias?.value ?? null, out.value, rows, inputs, outputs);
    if (out.kept)
      this.undo.push(() => {
        if (bias?.kept)
          for (let m = 0, at = 0; m < rows; m++) for (let o = 0; o < outputs; o++, at++) bias.slope[o] += out.slope[at];
        if (x.kept) summed(x.slope, rows, out.slope, outputs, 1, weight.value, inputs, outputs);
        if (weight.kept) summed(weight.slope, outputs, out.slope, 1, outputs, x.value, inputs, rows);
      });
    return out;
  }
  /** A function of each number, and its slope. @param {Matrix} x @param {(v: number) => number} f @param {(v: number) => number} slope */
  each(x, f, slope) {
    const out = this.made(x.rows, x.columns, x),
      n = x.value.length;
    for (let i = 0; i < n; i++) out.value[i] = f(x.value[i]);
    if (x.kept)
      this.undo.push(() => {
        for (let i = 0; i < n; i++) x.slope[i] += out.slope[i] * slope(x.value[i]);
      });
    return out;
  }
  /** v / (1 + e^-v). @param {Matrix} x */
  silu(x) {
    const out = this.made(x.rows, x.columns, x),
      n = x.value.length,
      shares = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      shares[i] = 1 / (1 + Math.exp(-x.value[i]));
      out.value[i] = x.value[i] * shares[i];
    }
    if (x.kept)
      this.undo.push(() => {
        for (let i = 0; i < n; i++) x.slope[i] += out.slope[i] * shares[i] * (1 + x.value[i] * (1 - shares[i]));
      });
    return out;
  }
  /** @param {Matrix} a @param {Matrix} b */
  times(a, b) {
    const out = this.made(a.rows, a.columns, a, b),
      n = a.value.length;
    for (let i = 0; i < n; i++) out.value[i] = a.value[i] * b.value[i];
    if (out.kept)
      this.undo.push(() => {
        for (let i = 0; i < n; i++) {
          if (a.kept) a.slope[i] += out.slope[i] * b.value[i];
          if (b.kept) b.slope[i] += out.slope[i] * a.value[i];
        }
      });
    return out;
  }
  /** a + scale b. @param {Matrix} a @param {Matrix} b */
  plus(a, b, scale = 1) {
    const out = this.made(a.rows, a.columns, a, b),
      n = a.value.length;
    for (let i = 0; i < n; i++) out.value[i] = a.value[i] + scale * b.value[i];
    if (out.kept)
      this.undo.push(() => {
        for (let i = 0; i < n; i++) {
          if (a.kept) a.slope[i] += out.slope[i];
          if (b.kept) b.slope[i] += scale * out.slope[i];
        }
      });
    return out;
  }
  /** Some columns. @param {Matrix} x @param {number} from @param {number} count */
  columns(x, from, count) {
    const out = this.made(x.rows, count, x);
    for (let m = 0; m < x.rows; m++)
      for (let c = 0; c < count; c++) out.value[m * count + c] = x.value[m * x.columns + from + c];
    if (x.kept)
      this.undo.push(() => {
        for (let m = 0; m < x.rows; m++)
          for (let c = 0; c < count; c++) x.slope[m * x.columns + from + c] += out.slope[m * count + c];
      });
    return out;
  }
  /** A number that is the sum of f over all of x, by a weight for each; gives the number and notes its slope. @param {Matrix} x @param {(v: number, i: number) => number} f @param {(v: number, i: number) => number} slope */
  loss(x, f, slope) {
    let sum = 0;
    for (let i = 0; i < x.value.length; i++) sum += f(x.value[i], i);
    if (x.kept)
      this.undo.push(() => {
        for (let i = 0; i < x.value.length; i++) x.slope[i] += slope(x.value[i], i);
      });
    return sum;
  }
  /** From the losses back to the weights. */
  back() {
    for (let n = this.undo.length - 1; n >= 0; n--) this.undo[n]();
  }
}

const sigmoid = (/** @type {number} */ v) => 1 / (1 + Math.exp(-v));
const silu1 = (/** @type {number} */ v) => {
  const s = sigmoid(v);
  return s * (1 + v * (1 - s));
};
const silu2 = (/** @type {number} */ v) => {
  const s = sigmoid(v);
  return s * (1 - s) * (2 + v * (1 - 2 * s));
};
/** log(1 + e^v) and its slope. @param {number} v */
export const softplus = v => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
export { sigmoid };

/** Three linear layers with SiLU between them, as PlaneNet of pipelines/lab/parts/networks.py; without features it takes the point itself. */
export class PlaneNet {
  /** @param {import("./chance.js").Chance} chance @param {number} outputs @param {number} inputs @param {number} width */
  constructor(chance, outputs = 2, inputs = 11, width = 64) {
    this.plain = inputs !== 11;
    this.layers = [
      [inputs, width],
      [width, width],
      [width, outputs],
    ].map(([from, to]) => {
      const { weight, bias } = chance.layer(from, to);
      return { weight: new Matrix(to, from, weight, true), bias: new Matrix(1, to, bias, true) };
    });
  }
  get weights() {
    return this.layers.flatMap(one => [one.weight, one.bias]);
  }
  /**
   * The outputs at points x [n,2] and times [n], and how they change along each of `ways` (0: the first coordinate, 1: the second).
   * @param {Tape} tape @param {Matrix} x @param {ArrayLike<number> | null} times @param {number[]} ways
   */
  run(tape, x, times = null, ways = []) {
    let here = this.plain ? x : features(tape, x, times),
      along = ways.map(way => (this.plain ? unit(x.rows, x.columns, way) : featuresAlong(tape, x, way)));
    this.layers.forEach(({ weight, bias }, k) => {
      const sum = tape.linear(here, weight, bias),
        sums = along.map(one => tape.linear(one, weight, null));
      if (k === this.layers.length - 1) {
        here = sum;
        along = sums;
        return;
      }
      here = tape.silu(sum);
      if (!sums.length) return;
      const bent = tape.each(sum, silu1, silu2);
      along = sums.map(one => tape.times(one, bent));
    });
    return { out: here, along };
  }
  forget() {
    for (const one of this.weights) one.slope.fill(0);
  }
}

/** @param {number} rows @param {number} columns @param {number} way */
function unit(rows, columns, way) {
  const made = new Matrix(rows, columns);
  for (let m = 0; m < rows; m++) made.value[m * columns + way] = 1;
  return made;
}

const WAVES = [Math.PI, 2 * Math.PI];
/** @param {Tape} tape @param {Matrix} x @param {ArrayLike<number> | null} times */
function features(tape, x, times) {
  const out = tape.made(x.rows, 11, x),
    { value } = out;
  for (let m = 0; m < x.rows; m++) {
    value[11 * m + 2] = times ? times[m] : 0;
    for (let c = 0; c < 2; c++) {
      const v = x.value[2 * m + c];
      value[11 * m + c] = v;
      WAVES.forEach((w, k) => {
        value[11 * m + 3 + 4 * k + c] = Math.sin(w * v);
        value[11 * m + 5 + 4 * k + c] = Math.cos(w * v);
      });
    }
  }
  if (x.kept)
    tape.undo.push(() => {
      for (let m = 0; m < x.rows; m++)
        for (let c = 0; c < 2; c++) {
          let sum = out.slope[11 * m + c];
          WAVES.forEach((w, k) => {
            sum +=
              w *
              (out.slope[11 * m + 3 + 4 * k + c] * value[11 * m + 5 + 4 * k + c] -
                out.slope[11 * m + 5 + 4 * k + c] * value[11 * m + 3 + 4 * k + c]);
          });
          x.slope[2 * m + c] += sum;
        }
    });
  return out;
}
/** How the features change along one coordinate. @param {Tape} tape @param {Matrix} x @param {number} way */
function featuresAlong(tape, x, way) {
  const out = tape.made(x.rows, 11, x);
  for (let m = 0; m < x.rows; m++) {
    const v = x.value[2 * m + way];
    out.value[11 * m + way] = 1;
    WAVES.forEach((w, k) => {
      out.value[11 * m + 3 + 4 * k + way] = w * Math.cos(w * v);
      out.value[11 * m + 5 + 4 * k + way] = -w * Math.sin(w * v);
    });
  }
  if (x.kept)
    tape.undo.push(() => {
      for (let m = 0; m < x.rows; m++) {
        const v = x.value[2 * m + way];
        WAVES.forEach((w, k) => {
          x.slope[2 * m + way] -=
            w *
            w *
            (out.slope[11 * m + 3 + 4 * k + way] * Math.sin(w * v) +
              out.slope[11 * m + 5 + 4 * k + way] * Math.cos(w * v));
        });
      }
    });
  return out;
}

/** Adam (Kingma & Ba 2015), as PyTorch has it. */
export class Adam {
  /** @param {Matrix[]} weights @param {number} rate */
  constructor(weights, rate, first = 0.9, second = 0.999) {
    this.weights = weights;
    this.rate = rate;
    this.first = first;
    this.second = second;
    this.steps = 0;
    this.means = weights.map(one => new Float64Array(one.value.length));
    this.squares = weights.map(one => new Float64Array(one.value.length));
  }
  step() {
    const { first, second } = this;
    this.steps++;
    const rate = this.rate / (1 - first ** this.steps),
      root = Math.sqrt(1 - second ** this.steps);
    this.weights.forEach(({ value, slope }, k) => {
      const mean = this.means[k],
        square = this.squares[k];
      for (let i = 0; i < value.length; i++) {
        const g = slope[i];
        mean[i] += (1 - first) * (g - mean[i]);
        square[i] = second * square[i] + (1 - second) * g * g;
        value[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) / root + 1e-8);
      }
    });
  }
}
