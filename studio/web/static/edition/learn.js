// @ts-check
// The playground's networks learn in the browser: the steps of pipelines/lab/score.py, flow.py and contrast.py, with gradients written by hand.
import { FORMULAS, random, shaped } from "../lab/shapes.js";

const FEATURES = 11,
  WIDTH = 64,
  WAVES = [Math.PI, 2 * Math.PI];
const BATCH = 256, // half as many as in the studio
  RATE = 4e-3,
  LOW = 0.02,
  HIGH = 5,
  APART = 1e-3; // between two points whose difference stands for a slope
const sigmoid = v => 1 / (1 + Math.exp(-v));
const softplus = v => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
const mean = values => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Adds to rows of `sum`: each gets the rows of a table, weighed by factors; four of them at a time, which is quick. @param {Float64Array} sum @param {Float64Array} factors @param {number} along from a row of the sum to the next @param {number} apart from a row of the table to the next @param {Float64Array} table @param {number} wide */
function multiply(sum, factors, along, apart, table, wide) {
  const last = table.length - wide;
  for (let from = 0, row = 0; from < sum.length; from += wide, row += along)
    for (let at = row, first = 0; first <= last; at += 4 * apart, first += 4 * wide) {
      const second = first + wide,
        third = second + wide,
        fourth = third + wide,
        a = factors[at],
        b = second > last ? 0 : factors[at + apart],
        c = third > last ? 0 : factors[at + 2 * apart],
        d = fourth > last ? 0 : factors[at + 3 * apart];
      if (fourth <= last)
        for (let i = 0; i < wide; i++)
          sum[from + i] += a * table[first + i] + b * table[second + i] + c * table[third + i] + d * table[fourth + i];
      else
        for (let i = 0; i < wide; i++)
          sum[from + i] +=
            a * table[first + i] +
            (b && b * table[second + i]) +
            (c && c * table[third + i]) +
            (d && d * table[fourth + i]);
    }
}
const turned = (table, wide) =>
  table.map((_, i) => table[(i % (table.length / wide)) * wide + Math.floor(i / (table.length / wide))]);

/** Three linear layers with SiLU between them, as PlaneNet of pipelines/lab/parts/networks.py, and Adam (Kingma & Ba 2015) for their weights. */
class PlaneNet {
  /** @param {() => number} uniform @param {any} about */
  constructor(uniform, { outputs = 2, plain = false, rate = RATE, first = 0.9, second = 0.999 } = {}) {
    this.plain = plain;
    this.rate = rate;
    this.first = first;
    this.second = second;
    this.steps = 0;
    const sizes = [plain ? 2 : FEATURES, WIDTH, WIDTH, outputs];
    this.layers = [0, 1, 2].map(k => {
      const drawn = n => Float64Array.from({ length: n }, () => (2 * uniform() - 1) / Math.sqrt(sizes[k]));
      return { inputs: sizes[k], weight: drawn(sizes[k] * sizes[k + 1]), bias: drawn(sizes[k + 1]) };
    });
    this.learnt = this.layers
      .flatMap(({ weight, bias }) => [weight, bias])
      .map(value => ({ value, slope: value.map(() => 0), mean: value.map(() => 0), square: value.map(() => 0) }));
  }
  /** The outputs at points [2n] and times [n], and what `back` needs. @param {Float64Array} points @param {ArrayLike<number>} [times] */
  run(points, times) {
    const n = points.length / 2,
      /** @type {{ input: Float64Array, sum: Float64Array }[]} */
      kept = [];
    let input = this.plain ? points : features(points, times);
    for (const { inputs, weight, bias } of this.layers) {
      const outputs = bias.length,
        sum = new Float64Array(n * outputs);
      for (let m = 0; m < n; m++) sum.set(bias, m * outputs);
      multiply(sum, input, inputs, 1, turned(weight, inputs), outputs);
      kept.push({ input, sum });
      input = kept.length < 3 ? sum.map(v => v * sigmoid(v)) : sum;
    }
    return { out: input, kept, points };
  }
  /** From slopes of the outputs to those of the weights, which are added up, and of the points. @param {ReturnType<PlaneNet["run"]>} run @param {Float64Array} slopes */
  back({ kept, points }, slopes) {
    let slope = slopes;
    for (let k = 2; k >= 0; k--) {
      const { inputs, weight, bias } = this.layers[k],
        { input, sum } = kept[k],
        biases = this.learnt[2 * k + 1].slope,
        before = new Float64Array(input.length);
      if (k < 2)
        slope = slope.map((v, i) => {
          const share = sigmoid(sum[i]);
          return v * share * (1 + sum[i] * (1 - share));
        });
      for (let i = 0; i < slope.length; i++) biases[i % bias.length] += slope[i];
      multiply(this.learnt[2 * k].slope, slope, 1, bias.length, input, inputs);
      multiply(before, slope, bias.length, 1, weight, inputs);
      slope = before;
    }
    return this.plain ? slope : featuresBack(points, slope);
  }
  forget() {
    for (const one of this.learnt) one.slope.fill(0);
  }
  /** One step of Adam by the slopes, which begin anew. */
  learn() {
    const { first, second } = this;
    this.steps++;
    const rate = this.rate / (1 - first ** this.steps),
      root = Math.sqrt(1 - second ** this.steps);
    for (const { value, slope, mean, square } of this.learnt)
      for (let i = 0; i < value.length; i++) {
        mean[i] += (1 - first) * (slope[i] - mean[i]);
        square[i] += (1 - second) * (slope[i] ** 2 - square[i]);
        value[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) / root + 1e-8);
      }
    this.forget();
  }
}

/** The points, the times, and two octaves of sines of the points [11n]. @param {Float64Array} points @param {ArrayLike<number>} times */
function features(points, times) {
  const out = new Float64Array((points.length / 2) * FEATURES);
  for (let i = 0; i < points.length; i++) {
    const at = (i >> 1) * FEATURES + (i & 1);
    out[at] = points[i];
    out[(i >> 1) * FEATURES + 2] = times[i >> 1];
    WAVES.forEach((wave, k) => {
      out[at + 3 + 4 * k] = Math.sin(wave * points[i]);
      out[at + 5 + 4 * k] = Math.cos(wave * points[i]);
    });
  }
  return out;
}
/** @param {Float64Array} points @param {Float64Array} slope of the features */
const featuresBack = (points, slope) =>
  points.map((v, i) => {
    const at = (i >> 1) * FEATURES + (i & 1);
    return WAVES.reduce(
      (sum, wave, k) =>
        sum + wave * (slope[at + 3 + 4 * k] * Math.cos(wave * v) - slope[at + 5 + 4 * k] * Math.sin(wave * v)),
      slope[at],
    );
  });

/** Points [2n] and their four neighbours [10n]: to the right and left, above and below. @param {Float64Array} points */
function neighbours(points) {
  const n = points.length,
    out = new Float64Array(5 * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < 5; k++)
      out[k * n + i] = points[i] + (k && (k <= 2 ? 0 : 1) === (i & 1) ? (k % 2 ? APART : -APART) : 0);
  return out;
}
/** A network at points and their neighbours: also its divergence [n], or, of a network with one output, its slope along both ways. @param {PlaneNet} net @param {Float64Array} points @param {number} [time] */
function around(net, points, time) {
  const run = net.run(neighbours(points), new Float64Array((5 * points.length) / 2).fill(time)),
    n = run.out.length / 5,
    part = k => run.out.subarray(k * n, (k + 1) * n);
  return {
    run,
    n,
    out: part(0),
    across: part(1).map((v, i) => (v - part(2)[i]) / (2 * APART)),
    down: part(3).map((v, i) => (v - part(4)[i]) / (2 * APART)),
  };
}
/** Back from slopes of what `around` gives; those of the points. */
function backAround(net, { run, n }, out, across, down) {
  const slopes = new Float64Array(5 * n);
  slopes.set(out);
  [across, down].forEach((values, way) => {
    slopes.set(
      values.map(v => v / (2 * APART)),
      (2 * way + 1) * n,
    );
    slopes.set(
      values.map(v => -v / (2 * APART)),
      (2 * way + 2) * n,
    );
  });
  const slope = net.back(run, slopes),
    points = slope.length / 5;
  return slope
    .subarray(0, points)
    .map((v, i) => v + slope[points + i] + slope[2 * points + i] + slope[3 * points + i] + slope[4 * points + i]);
}

/** @typedef {{ networks: Record<string, PlaneNet>, total: number, about: Record<string, unknown>, step: (n: number) => number }} Learning */

/** What every exhibit begins with: the data, numbers of chance, and some of the points. */
function beginning({ data, seed = 0 } = /** @type {any} */ ({})) {
  const points = FORMULAS[data]
      ? shaped(data)
      : Float64Array.from(
          data
            .split(/[\s,]+/)
            .filter(Boolean)
            .map(Number),
        ),
    { uniform, normal } = random(seed),
    normals = n => Float64Array.from({ length: n }, normal);
  const chosen = (from, n) => {
    const out = new Float64Array(2 * n);
    for (let m = 0; m < n; m++) {
      const at = 2 * Math.floor((uniform() * from.length) / 2);
      out.set(from.subarray(at, at + 2), 2 * m);
    }
    return out;
  };
  return { points, uniform, normals, chosen };
}
const falling = (n, total) => RATE * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * n) / total)));

/** One step on the mean squared error. @param {PlaneNet} net */
function fitted(net, points, times, wanted) {
  const run = net.run(points, times),
    error = run.out.map((v, i) => v - wanted[i]);
  net.back(
    run,
    error.map(v => (2 * v) / error.length),
  );
  net.learn();
  return mean(error.map(v => v * v));
}

/** Denoising score matching by Gaussian noise or the kernel of PFGM++ (denoising.py). @returns {Learning} */
function score({ dimensions: extra = "inf", ...settings }) {
  const { points, uniform, normals, chosen } = beginning(settings),
    dimensions = extra === "inf" ? Infinity : Number(extra),
    middle = mean(points),
    spread = Math.sqrt(points.reduce((sum, v) => sum + (v - middle) ** 2, 0) / (points.length - 1)),
    net = new PlaneNet(uniform);
  /** Noise [2] of level sigma. */
  const noise = sigma => {
    if (dimensions === Infinity) return normals(2).map(v => sigma * v);
    const kept = Math.max(1e-7, uniform()) ** (2 / dimensions),
      length = sigma * Math.sqrt(dimensions) * Math.sqrt((1 - kept) / kept),
      angle = 2 * Math.PI * uniform();
    return [length * Math.cos(angle), length * Math.sin(angle)];
  };
  const step = n => {
    net.rate = falling(n, settings.steps);
    const y = chosen(points, BATCH),
      near = new Float64Array(2 * BATCH),
      times = new Float64Array(BATCH),
      wanted = new Float64Array(2 * BATCH);
    for (let m = 0; m < BATCH; m++) {
      const sigma = LOW * (HIGH / LOW) ** uniform(),
        x = noise(sigma).map((v, k) => v + y[2 * m + k]),
        level =
          dimensions === Infinity ? sigma ** 2 : (x[0] ** 2 + x[1] ** 2 + dimensions * sigma ** 2) / (2 + dimensions),
        total = level + spread ** 2;
      times[m] = Math.log(level) / 8;
      for (let k = 0; k < 2; k++) {
        near[2 * m + k] = x[k] / Math.sqrt(total);
        wanted[2 * m + k] = (y[2 * m + k] - (spread ** 2 / total) * x[k]) / (Math.sqrt(level / total) * spread);
      }
    }
    return fitted(net, near, times, wanted);
  };
  return {
    networks: { denoiser: net },
    total: settings.steps,
    about: { spread, low: LOW, high: HIGH, dimensions: extra },
    step,
  };
}

/** A flow by matching or by likelihood (flow.py). @returns {Learning} */
function flow(settings) {
  const { points, uniform, normals, chosen } = beginning(settings),
    net = new PlaneNet(uniform),
    likely = settings.learning === "likelihood",
    total = likely ? Math.max(20, Math.floor(settings.steps / 10)) : settings.steps;
  const match = () => {
    const y = chosen(points, BATCH),
      noise = normals(2 * BATCH),
      times = Float64Array.from({ length: BATCH }, uniform);
    return fitted(
      net,
      noise.map((v, i) => v + times[i >> 1] * (y[i] - v)),
      times,
      y.map((v, i) => v - noise[i]),
    );
  };
  /** The data go to the noise in six steps of the midpoint method, and their slopes come back (Chen et al. 2018, section 4). */
  const solve = () => {
    const n = 96,
      count = 6,
      step = -1 / count,
      noise = normals(2 * n),
      ends = [];
    let x = chosen(points, n).map((v, i) => v + 0.02 * noise[i]),
      gained = 0;
    for (let k = 0; k < count; k++) {
      const time = 1 + k * step,
        begin = net.run(x, new Float64Array(n).fill(time)),
        middle = around(
          net,
          x.map((v, i) => v + (step / 2) * begin.out[i]),
          time + step / 2,
        );
      ends.push({ begin, middle });
      for (let i = 0; i < n; i++) gained += step * (middle.across[2 * i] + middle.down[2 * i + 1]);
      x = x.map((v, i) => v + step * middle.out[i]);
    }
    const loss = (0.5 * x.reduce((sum, v) => sum + v * v, 0) - gained) / n + Math.log(2 * Math.PI),
      ways = [0, 1].map(way => Float64Array.from({ length: 2 * n }, (_, i) => ((i & 1) === way ? -step / n : 0)));
    let slope = x.map(v => v / n);
    for (const { begin, middle } of ends.reverse()) {
      const half = backAround(
          net,
          middle,
          slope.map(v => step * v),
          ways[0],
          ways[1],
        ),
        whole = net.back(
          begin,
          half.map(v => (step / 2) * v),
        );
      slope = slope.map((v, i) => v + half[i] + whole[i]);
    }
    net.learn();
    return loss;
  };
  const step = n => {
    net.rate = falling(n, total);
    return likely ? solve() : match();
  };
  return { networks: { velocity: net }, total, about: { learning: settings.learning }, step };
}

/** A GAN, a VAE and an energy side by side (contrast.py). @returns {Learning} */
function contrast({ penalty = 0, blur = 0.15, steps, ...settings }) {
  const { points, uniform, normals, chosen } = beginning(settings),
    n = 128,
    edge = 1.5,
    net = (outputs, first) => new PlaneNet(uniform, { outputs, plain: true, rate: 2e-3, first, second: 0.99 }),
    networks = {
      generator: net(2, 0.5),
      critic: net(1, 0.5),
      encoder: net(4, 0.9),
      decoder: net(2, 0.9),
      energy: net(1, 0.9),
    },
    { generator, critic, encoder, decoder, energy } = networks,
    chains = Float64Array.from({ length: 1024 }, () => (2 * uniform() - 1) * edge);
  const adversarial = () => {
    const real = around(critic, chosen(points, n)),
      fake = critic.run(generator.run(normals(2 * n)).out);
    backAround(
      critic,
      real,
      real.out.map(v => -sigmoid(-v) / n),
      ...[real.across, real.down].map(way => way.map(v => (penalty * v) / n)),
    );
    critic.back(
      fake,
      fake.out.map(v => sigmoid(v) / n),
    );
    critic.learn();
    const loss =
      mean(real.out.map(v => softplus(-v))) +
      mean(fake.out.map(softplus)) +
      (penalty / 2) * mean(real.across.map((v, i) => v * v + real.down[i] ** 2));
    const made = generator.run(normals(2 * n)),
      judged = critic.run(made.out);
    generator.back(
      made,
      critic.back(
        judged,
        judged.out.map(v => -sigmoid(-v) / n),
      ),
    );
    generator.learn();
    critic.forget();
    return loss;
  };
  const variational = () => {
    const x = chosen(points, n),
      coded = encoder.run(x),
      noise = normals(2 * n),
      code = i => coded.out[4 * (i >> 1) + (i & 1)],
      spread = i => Math.min(3, Math.max(-6, coded.out[4 * (i >> 1) + 2 + (i & 1)])),
      drawn = decoder.run(x.map((_, i) => code(i) + Math.exp(spread(i)) * noise[i])),
      slope = decoder.back(
        drawn,
        drawn.out.map((v, i) => (v - x[i]) / blur ** 2 / n),
      ),
      slopes = new Float64Array(4 * n);
    for (let i = 0; i < 2 * n; i++) {
      const s = spread(i);
      slopes[4 * (i >> 1) + (i & 1)] = slope[i] + code(i) / n;
      if (s > -6 && s < 3)
        slopes[4 * (i >> 1) + 2 + (i & 1)] = slope[i] * Math.exp(s) * noise[i] + (Math.exp(2 * s) - 1) / n;
    }
    encoder.back(coded, slopes);
    for (const one of [encoder, decoder]) one.learn();
  };
  const contrastive = () => {
    const which = Array.from({ length: n }, () => Math.floor(512 * uniform())),
      ones = new Float64Array(n).fill(1);
    let x = new Float64Array(2 * n);
    which.forEach((at, m) => {
      const fresh = uniform() < 0.05;
      for (let k = 0; k < 2; k++) x[2 * m + k] = fresh ? (2 * uniform() - 1) * edge : chains[2 * at + k];
    });
    for (let k = 0; k < 5; k++) {
      const slope = energy.back(energy.run(x), ones),
        noise = normals(2 * n);
      x = x.map((v, i) => Math.min(2, Math.max(-2, v - 0.01 * slope[i] + Math.sqrt(0.02) * noise[i])));
    }
    energy.forget();
    which.forEach((at, m) => chains.set(x.subarray(2 * m, 2 * m + 2), 2 * at));
    for (const [where, sign] of /** @type {[Float64Array, number][]} */ ([
      [chosen(points, n), 1],
      [x, -1],
    ])) {
      const run = energy.run(where);
      energy.back(
        run,
        run.out.map(v => (sign + 0.04 * v) / n),
      );
    }
    energy.learn();
  };
  const step = () => {
    const loss = adversarial();
    variational();
    contrastive();
    return loss;
  };
  return { networks, total: steps, about: { blur, penalty }, step };
}

/** What learns here, by pipeline. @type {Record<string, (settings: any) => Learning>} */
export const LEARNS = { "lab.score": score, "lab.flow": flow, "lab.contrast": contrast };

/** The networks as a safetensors file, as the studio writes it. @param {Learning} learning @param {Record<string, unknown>} more */
export function packed({ networks, about }, more) {
  const known = { format: "afternoon-studio/lab-plane", ...about, ...more },
    /** @type {Record<string, unknown>} */
    header = { __metadata__: Object.fromEntries(Object.entries(known).map(([name, value]) => [name, String(value)])) },
    /** @type {Float32Array[]} */
    parts = [];
  let at = 0;
  for (const [name, net] of Object.entries(networks))
    net.layers.forEach(({ weight, bias, inputs }, k) => {
      for (const [key, value, shape] of /** @type {[string, Float64Array, number[]][]} */ ([
        ["weight", weight, [bias.length, inputs]],
        ["bias", bias, [bias.length]],
      ])) {
        header[`${name}.layers.${k}.${key}`] = { dtype: "F32", shape, data_offsets: [at, at + 4 * value.length] };
        parts.push(Float32Array.from(value));
        at += 4 * value.length;
      }
    });
  const plain = JSON.stringify(header),
    text = new TextEncoder().encode(plain + " ".repeat((8 - (new TextEncoder().encode(plain).length % 8)) % 8)),
    out = new Uint8Array(8 + text.length + at);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  at = 8 + text.length;
  for (const part of parts) {
    out.set(new Uint8Array(part.buffer), at);
    at += part.byteLength;
  }
  return out.buffer;
}
