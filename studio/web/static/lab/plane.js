// @ts-check
// The plane of the playground: data that a visitor draws, canvases that show them, distances. Shapes are those of pipelines/lab/parts/plane.py.
import { arrow, onDrag, select, t } from "../core.js";
import { button, colour, h, numbers } from "./exhibit.js";
import { Moving } from "./moving.js";
import { FORMULAS, random, rounded, shaped } from "./shapes.js";

export const EDGE = 1.5,
  VIEW = 1.8;
/** @returns {[string, string][]} */
export const shapes = () => [
  ["islands", t("Islands")],
  ["moons", t("Two moons")],
  ["ring", t("Ring")],
  ["spiral", t("Spiral")],
  ["board", t("Checkerboard")],
  ["own", t("Your own")],
];

/** The data of an exhibit: a shape or the visitor's own points; a "change" event says that they are others. */
export class Data extends EventTarget {
  constructor(shape = "islands") {
    super();
    /** @type {number[]} */
    this.own = [];
    this.shape = shape;
    this.points = new Float64Array();
    this.use(shape);
  }
  /** @param {string} shape @param {number[] | null} own */
  use(shape, own = null) {
    if (own) this.own = own;
    this.shape = FORMULAS[shape] ? shape : "own";
    this.points = this.shape === "own" ? Float64Array.from(this.own) : shaped(this.shape);
    this.dispatchEvent(new Event("change"));
  }
  add(x = 0, y = 0) {
    if (this.shape !== "own") {
      this.own = [];
      this.shape = "own";
    }
    if (this.own.length >= 1200) return;
    const held = v => rounded(Math.min(EDGE, Math.max(-EDGE, v)));
    this.own.push(held(x), held(y));
    this.use("own");
  }
  /** As the pipelines take them: the name of a shape, or points. */
  get setting() {
    if (this.shape !== "own") return this.shape;
    const out = [];
    for (let i = 0; i < this.points.length; i += 2)
      out.push(`${this.points[i].toFixed(3)},${this.points[i + 1].toFixed(3)}`);
    return out.join(" ");
  }
  /** What `setting` said. @param {string} setting */
  take(setting) {
    if (FORMULAS[setting]) this.use(setting);
    else
      this.use(
        "own",
        setting
          .split(/[\s,]+/)
          .map(Number)
          .filter(Number.isFinite),
      );
  }
  /** For the address. */
  get state() {
    return this.shape === "own" ? { shape: "own", points: Array.from(this.points) } : { shape: this.shape };
  }
  /** @param {{ shape?: string, points?: number[] }} state */
  restore(state) {
    const own = Array.isArray(state.points)
      ? state.points.filter(v => Number.isFinite(v) && Math.abs(v) <= EDGE).slice(0, 1200)
      : null;
    this.use(typeof state.shape === "string" ? state.shape : "islands", own && own.length % 2 ? own.slice(0, -1) : own);
  }
}

/** Points from the dark parts of a picture. @param {CanvasImageSource} source @param {number} width @param {number} height */
export function pointsOf(source, width, height, count = 360) {
  const side = 128,
    canvas = document.createElement("canvas"),
    scale = side / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height),
    points = [];
  let least = 255,
    most = 0;
  for (let i = 0; i < data.length; i += 4) {
    const v = (data[i] + data[i + 1] + data[i + 2]) / 3;
    least = Math.min(least, v);
    most = Math.max(most, v);
  }
  const { uniform } = random(7),
    reach = 2.4 / side;
  for (let tried = 0; tried < 60000 && points.length < 2 * count; tried++) {
    const u = uniform(),
      v = uniform(),
      at = 4 * (Math.floor(v * canvas.height) * canvas.width + Math.floor(u * canvas.width));
    const dark = (most - (data[at] + data[at + 1] + data[at + 2]) / 3) / Math.max(1, most - least);
    if (uniform() < dark * dark)
      points.push(rounded((u - 0.5) * canvas.width * reach), rounded((0.5 - v) * canvas.height * reach));
  }
  return points;
}
/** Points in the shape of a word. @param {string} word */
export function pointsOfWord(word) {
  const canvas = document.createElement("canvas"),
    context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const font = "700 100px Fraunces, Georgia, serif";
  context.font = font;
  const width = Math.ceil(context.measureText(word).width) + 16;
  canvas.width = width;
  canvas.height = 130;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, 130);
  context.fillStyle = "#000";
  context.font = font;
  context.fillText(word, 8, 96);
  return pointsOf(canvas, width, 130);
}

/** Which data: a shape, a drawing, a word or a picture. @param {Data} data */
export function dataTools(data) {
  const choice = select({ "aria-label": t("Data"), onchange: () => data.use(choice.value) }, shapes());
  const word = h("input", { type: "text", maxlength: 12, placeholder: t("A word"), "aria-label": t("A word as data") });
  const useWord = () => {
    const said = word.value.trim();
    if (said) data.use("own", pointsOfWord(said));
  };
  word.addEventListener("keydown", event => {
    if (event.key === "Enter") useWord();
  });
  const file = h("input", {
    type: "file",
    accept: "image/*",
    hidden: true,
    "aria-label": t("A picture as data"),
    onchange: async () => {
      const chosen = file.files[0];
      file.value = "";
      const bitmap = chosen && (await createImageBitmap(chosen).catch(() => null));
      if (bitmap) data.use("own", pointsOf(bitmap, bitmap.width, bitmap.height));
    },
  });
  const seen = () => {
    choice.value = data.shape;
  };
  data.addEventListener("change", seen);
  seen();
  return h(
    "div.lab-tools",
    h("label", h("span", t("Data")), choice),
    h("label", h("span", t("A word")), h("span.lab-word", word, button("secondary", t("Use"), useWord))),
    button("secondary", t("A picture"), () => file.click()),
    file,
    button("secondary", t("Undo"), () => data.use("own", data.own.slice(0, -20))),
    button("secondary", t("Clear"), () => data.use("own", [])),
  );
}

/** A square canvas over the plane, on which one can draw with a pointer, a finger or the keys. */
export class Plane {
  /** @param {string} label @param {Data | null} data */
  constructor(label, data = null, side = 560) {
    this.side = side;
    this.canvas = h("canvas.lab-plane", {
      width: side,
      height: side,
      role: "img",
      "aria-label": label,
      tabindex: data ? 0 : null,
    });
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.moving = new Moving(this.pen, side);
    this.layer = document.createElement("canvas"); // what changes rarely: the landscape
    this.cursor = [0, 0];
    this.keyed = false;
    if (data) this.draws(data);
  }
  px(x) {
    return ((x / VIEW + 1) * this.side) / 2;
  }
  py(y) {
    return ((1 - y / VIEW) * this.side) / 2;
  }
  /** @param {Data} data */
  draws(data) {
    const { canvas } = this,
      place = ([across, down]) => [(across * 2 - 1) * VIEW, (1 - down * 2) * VIEW];
    onDrag(canvas, {
      down: at => data.add(...place(at)),
      move: (at, from) => {
        const [x, y] = place(at),
          [a, b] = place(from);
        if (Math.hypot(x - a, y - b) < 0.035) return false;
        data.add(x, y);
      },
    });
    canvas.addEventListener("keydown", event => {
      const way = arrow(event);
      if (way) {
        const [x, y] = this.cursor,
          inside = v => Math.min(EDGE, Math.max(-EDGE, v));
        this.cursor = [inside(x + 0.06 * way[0]), inside(y - 0.06 * way[1])];
        this.keyed = true;
      } else if (event.key === " " || event.key === "Enter") data.add(...this.cursor);
      else return;
      event.preventDefault();
    });
    canvas.addEventListener("blur", () => {
      this.keyed = false;
    });
  }
  /** Paper, or a landscape: values [n*n], low ones deep. @param {Float64Array | null} values */
  ground(values, n = 0) {
    const { pen, side } = this;
    pen.fillStyle = colour("--field");
    pen.fillRect(0, 0, side, side);
    if (!values) return;
    let low = Infinity,
      high = -Infinity;
    for (const v of values) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
    high = Math.min(high, low + 14);
    const deep = numbers(colour("--low-sun")),
      flat = numbers(colour("--field")),
      picture = new ImageData(n, n);
    for (let i = 0; i < values.length; i++) {
      const share = Math.min(1, (values[i] - low) / Math.max(1e-9, high - low)),
        band = Math.floor(share * 14) % 2 ? 0.02 : 0,
        w = 0.62 * (1 - share) ** 1.6 + band;
      for (let c = 0; c < 3; c++) picture.data[4 * i + c] = flat[c] + (deep[c] - flat[c]) * w;
      picture.data[4 * i + 3] = 255;
    }
    this.layer.width = this.layer.height = n;
    /** @type {CanvasRenderingContext2D} */ (this.layer.getContext("2d")).putImageData(picture, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(this.layer, 0, 0, side, side);
  }
  /** Places of the plane [2n] as pixels, in an array that the next call overwrites. @param {ArrayLike<number>} points */
  pixels(points) {
    if (!this.placed || this.placed.length !== points.length) this.placed = new Float64Array(points.length);
    const { placed } = this,
      scale = this.side / 2 / VIEW,
      middle = this.side / 2;
    for (let i = 0; i < points.length; i += 2) {
      placed[i] = middle + points[i] * scale;
      placed[i + 1] = middle - points[i + 1] * scale;
    }
    return placed;
  }
  /** Marbles and trails over what stands still, which `still` draws only when `key` or the colours of the page change. @param {string} key @param {() => void} still @param {ArrayLike<number>} marbles @param {number[][]} trails */
  frame(key, still, marbles, trails = [], size = 3, alpha = 0.75) {
    const { moving } = this,
      edge = colour("--edge"),
      ink = colour("--ink");
    moving.begin(`${key} ${edge} ${ink} ${this.keyed ? this.cursor : ""}`, () => {
      still();
      this.pointer();
    });
    const tone = numbers(edge);
    for (const line of trails) {
      const at = this.pixels(line);
      for (let i = 2; i < at.length; i += 2) moving.line(at[i - 2], at[i - 1], at[i], at[i + 1], tone);
    }
    moving.dots(this.pixels(marbles), numbers(ink), size, alpha);
    moving.end();
  }
  /** @param {ArrayLike<number>} points @param {string} fill */
  dots(points, fill, size = 3, alpha = 1) {
    const { pen } = this;
    pen.globalAlpha = alpha;
    pen.fillStyle = fill;
    for (let i = 0; i < points.length; i += 2)
      pen.fillRect(this.px(points[i]) - size / 2, this.py(points[i + 1]) - size / 2, size, size);
    pen.globalAlpha = 1;
  }
  /** Arrows at the places [2m] along the vectors [2m], none longer than `most`. @param {Float64Array} places @param {Float64Array} vectors */
  arrows(places, vectors, most = 0.13) {
    const { pen } = this;
    pen.strokeStyle = colour("--soft");
    pen.lineWidth = 1.3;
    pen.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      const length = Math.hypot(vectors[i], vectors[i + 1]);
      if (!(length > 1e-9)) continue;
      const shown = (most * length) / (length + 1),
        dx = (vectors[i] / length) * shown,
        dy = (vectors[i + 1] / length) * shown;
      const x = this.px(places[i] + dx / 2),
        y = this.py(places[i + 1] + dy / 2),
        back = this.side / 2 / VIEW;
      pen.moveTo(x - dx * back, y + dy * back);
      pen.lineTo(x, y);
      const a = Math.atan2(-dy, dx),
        head = Math.min(5, shown * back * 0.5);
      pen.lineTo(x - head * Math.cos(a - 0.6), y - head * Math.sin(a - 0.6));
      pen.moveTo(x, y);
      pen.lineTo(x - head * Math.cos(a + 0.6), y - head * Math.sin(a + 0.6));
    }
    pen.stroke();
  }
  trails(lines, stroke) {
    const { pen } = this;
    pen.strokeStyle = stroke;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (const line of lines)
      for (let i = 0; i < line.length; i += 2) {
        if (i) pen.lineTo(this.px(line[i]), this.py(line[i + 1]));
        else pen.moveTo(this.px(line[0]), this.py(line[1]));
      }
    pen.stroke();
  }
  /** The place of the keyboard's pen, while it is used. */
  pointer() {
    if (!this.keyed) return;
    const x = this.px(this.cursor[0]),
      y = this.py(this.cursor[1]);
    this.pen.strokeStyle = colour("--sun");
    this.pen.lineWidth = 2;
    this.pen.strokeRect(x - 7, y - 7, 14, 14);
  }
}

/** The places of a grid of n × n over the view, from the upper left. @param {number} n */
export function grid(n) {
  const places = new Float64Array(2 * n * n);
  for (let row = 0, at = 0; row < n; row++)
    for (let column = 0; column < n; column++) {
      places[at++] = (((column + 0.5) / n) * 2 - 1) * VIEW;
      places[at++] = (1 - ((row + 0.5) / n) * 2) * VIEW;
    }
  return places;
}

/** Mean distance of the shadows of two clouds over 32 directions, as sliced_wasserstein in Python. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function slicedWasserstein(a, b, directions = 32, levels = 256) {
  if (a.length < 2 || b.length < 2) return Number.NaN;
  let total = 0;
  for (let k = 0; k < directions; k++) {
    const c = Math.cos((Math.PI * k) / directions),
      s = Math.sin((Math.PI * k) / directions);
    const shadow = p => {
      const out = new Float64Array(p.length / 2);
      for (let i = 0; i < out.length; i++) out[i] = c * p[2 * i] + s * p[2 * i + 1];
      return out.sort();
    };
    const first = shadow(a),
      second = shadow(b),
      at = (v, q) => v[Math.min(v.length - 1, Math.floor(q * v.length))];
    for (let i = 0; i < levels; i++) {
      const q = (i + 0.5) / levels;
      total += Math.abs(at(first, q) - at(second, q)) / levels;
    }
  }
  return total / directions;
}
