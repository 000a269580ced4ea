// @ts-check
// PyTorch's random numbers on a processor: MT19937, floats of 24 bits, normal numbers by Box and Muller in blocks of sixteen. The same seed gives the same draws.

const N = 624,
  M = 397;

export class Chance {
  /** @param {number} seed */
  constructor(seed) {
    this.words = new Uint32Array(N);
    this.words[0] = seed >>> 0;
    for (let i = 1; i < N; i++) {
      const before = this.words[i - 1] ^ (this.words[i - 1] >>> 30);
      this.words[i] = Math.imul(1812433253, before) + i;
    }
    this.at = N;
  }
  turn() {
    const { words } = this;
    for (let i = 0; i < N; i++) {
      const y = (words[i] & 0x80000000) | (words[(i + 1) % N] & 0x7fffffff);
      words[i] = words[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.at = 0;
  }
  /** A whole number of 32 bits. */
  word() {
    if (this.at >= N) this.turn();
    let y = this.words[this.at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }
  /** Between 0 and 1, in 32 bits. */
  share() {
    return (this.word() & 0xffffff) / 0x1000000;
  }
  /** @param {number} n */
  shares(n) {
    return Float64Array.from({ length: n }, () => this.share());
  }
  /** Whole numbers below `high`. @param {number} high @param {number} n */
  wholes(high, n) {
    return Int32Array.from({ length: n }, () => this.word() % high);
  }
  /** Normal numbers; `n` is at least 16. @param {number} n */
  normals(n) {
    const out = this.shares(n);
    const block = (/** @type {number} */ from) => {
      for (let j = from; j < from + 8; j++) {
        const radius = Math.fround(Math.sqrt(-2 * Math.log(1 - out[j]))),
          angle = Math.fround(2 * Math.PI * out[j + 8]);
        out[j] = Math.fround(radius * Math.cos(angle));
        out[j + 8] = Math.fround(radius * Math.sin(angle));
      }
    };
    for (let from = 0; from + 16 <= n; from += 16) block(from);
    if (n % 16) {
      for (let j = n - 16; j < n; j++) out[j] = this.share();
      block(n - 16);
    }
    return out;
  }
  /** The weights and biases that a linear layer of PyTorch begins with, rounded once as a fused multiply and add does. @param {number} inputs @param {number} outputs */
  layer(inputs, outputs) {
    const bound = Math.fround(1 / Math.sqrt(inputs)),
      wide = Math.fround(bound + bound);
    const drawn = (/** @type {number} */ n) =>
      Float64Array.from({ length: n }, () => Math.fround(this.share() * wide - bound));
    return { weight: drawn(inputs * outputs), bias: drawn(outputs), inputs };
  }
}
