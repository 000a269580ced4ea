// @ts-check
// The named shapes of the plane, the very points of pipelines/lab/parts/plane.py, and numbers of chance.

export const COUNT = 300;
const spread = i => [(0.5 + i * 0.7548776662466927) % 1, (0.5 + i * 0.5698402909980532) % 1];
/** @type {Record<string, (i: number) => number[]>} */
export const FORMULAS = {
  islands(i) {
    const [u, v] = spread(i),
      angle = 2 * Math.PI * v,
      radius = 0.13 * Math.sqrt(-2 * Math.log(1 - 0.98 * u)),
      centre = Math.PI / 2 + (2 * Math.PI * (i % 3)) / 3;
    return [0.85 * Math.cos(centre) + radius * Math.cos(angle), 0.85 * Math.sin(centre) + radius * Math.sin(angle)];
  },
  moons(i) {
    const [u, v] = spread(i),
      angle = Math.PI * u,
      width = 0.12 * (v - 0.5),
      x = (0.8 + width) * Math.cos(angle),
      y = (0.8 + width) * Math.sin(angle);
    return i % 2 ? [x - 0.4, y - 0.25] : [0.4 - x, 0.25 - y];
  },
  ring(i) {
    const [u, v] = spread(i),
      radius = 1 + 0.1 * (v - 0.5);
    return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)];
  },
  spiral(i) {
    const [u, v] = spread(i),
      turn = 3.5 * Math.PI * Math.sqrt(0.05 + 0.95 * u),
      radius = (1.2 * turn) / (3.5 * Math.PI) + 0.06 * (v - 0.5);
    return [radius * Math.cos(turn), radius * Math.sin(turn)];
  },
  board(i) {
    const [u, v] = spread(i),
      n = i % 8,
      column = Math.floor(n / 2),
      row = n % 2;
    return [-1.2 + 0.6 * (column + u), -1.2 + 0.6 * (2 * row + (column % 2) + v)];
  },
};
export const rounded = v => Math.round(v * 1000) / 1000;
/** The points [2n] of a shape, rounded as the page sends them. @param {string} shape */
export const shaped = shape =>
  Float64Array.from(
    Array.from({ length: COUNT }, (_, i) => FORMULAS[shape](i))
      .flat()
      .map(rounded),
  );

/** Random numbers that are the same for the same seed. @param {number} seed */
export function random(seed) {
  let a = seed >>> 0;
  const uniform = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let v = Math.imul(a ^ (a >>> 15), 1 | a);
    v = (v + Math.imul(v ^ (v >>> 7), 61 | v)) ^ v;
    return ((v ^ (v >>> 14)) >>> 0) / 4294967296;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}
