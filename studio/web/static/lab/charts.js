// @ts-check
// Drawings of exhibits: charts that follow the colours of the page, and paper to doodle on.
import { arrow, onDrag, t, upload } from "../core.js";
import { button, colour, h } from "./exhibit.js";

const FONT = "13px Inter, system-ui, sans-serif";

/** A canvas that is drawn again when the colours of the page change. One that is wider than high takes the width that it is shown with, in the screen's own pixels; a square keeps its coordinates.
 * @param {string} label @param {number} width @param {number} height @param {(pen: CanvasRenderingContext2D, width: number, height: number) => unknown} draw gives `false` while there is nothing to draw @param {string} [waiting] what is said then */
export function chart(label, width, height, draw, waiting = "") {
  const canvas = h("canvas.lab-wide", { width, height, role: "img", "aria-label": label }),
    pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let shown = width;
  const again = () => {
    const scale = canvas.width / shown;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = colour("--field");
    pen.fillRect(0, 0, shown, height);
    pen.font = FONT;
    pen.fillStyle = colour("--soft");
    if (draw(pen, shown, height) === false) pen.fillText(waiting, 16, 28);
  };
  new MutationObserver(again).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  if (width > height)
    new ResizeObserver(() => {
      if (!canvas.clientWidth || canvas.clientWidth === shown) return;
      shown = canvas.clientWidth;
      canvas.width = Math.round(shown * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
      again();
    }).observe(canvas);
  return { canvas, again };
}

/** Lines over the same axis, each with its name. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height
 * @param {{ name: string, ink: string, values: number[] }[]} lines @param {{ x: string[], low?: number, high?: number, unit?: string, every?: number }} axis `every`: which of the words of x are written */
export function curves(pen, width, height, lines, axis) {
  const all = lines.flatMap(one => one.values),
    low = axis.low ?? Math.min(...all),
    high = Math.max(axis.high ?? Math.max(...all), low + 1e-9);
  const ticks = [0, 1, 2, 3].map(k => low + ((high - low) * k) / 3),
    digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10((high - low) / 3)) + 1)),
    named = ticks.map(value => value.toFixed(digits).replace(/^-(?=[0.]*$)/, ""));
  const left = Math.max(36, ...named.map(one => pen.measureText(one).width + 14)),
    right = 12,
    places = legend(
      pen,
      lines.map(one => one.name),
      left,
      width - right,
    ),
    top = 26 + (places.at(-1)?.[1] ?? 0),
    bottom = 26,
    at = (n, count) => left + ((width - left - right) * n) / Math.max(1, count - 1),
    up = v => top + (height - top - bottom) * (1 - (v - low) / (high - low));
  pen.strokeStyle = colour("--hair");
  pen.fillStyle = colour("--soft");
  pen.lineWidth = 1;
  ticks.forEach((value, k) => {
    const y = up(value);
    pen.beginPath();
    pen.moveTo(left, y);
    pen.lineTo(width - right, y);
    pen.stroke();
    pen.textAlign = "right";
    pen.fillText(named[k], left - 6, y + 4);
  });
  pen.textAlign = "center";
  const every = axis.every ?? (axis.x.length <= 9 ? 1 : Math.ceil(axis.x.length / 8));
  axis.x.forEach((said, n) => {
    if (n % every === 0) pen.fillText(said, at(n, axis.x.length), height - 8);
  });
  lines.forEach(({ name, ink, values }, which) => {
    pen.strokeStyle = pen.fillStyle = colour(ink) || ink;
    pen.lineWidth = 2;
    pen.beginPath();
    values.forEach((value, n) => {
      const [px, py] = [at(n, values.length), up(value)];
      if (n) pen.lineTo(px, py);
      else pen.moveTo(px, py);
    });
    pen.stroke();
    const [x, y] = places[which];
    pen.fillRect(x, y + 8, 12, 8);
    pen.textAlign = "left";
    pen.fillStyle = colour("--ink");
    pen.fillText(name, x + 17, y + 16);
  });
}

/** Where the names of the lines stand: a new row where the next one would not fit. @param {CanvasRenderingContext2D} pen @param {string[]} names @param {number} left @param {number} right @returns {[number, number][]} */
function legend(pen, names, left, right) {
  let x = left,
    y = 0;
  return names.map(name => {
    const wide = 34 + pen.measureText(name).width;
    if (x > left && x + wide - 17 > right) {
      x = left;
      y += 18;
    }
    const place = /** @type {[number, number]} */ ([x, y]);
    x += wide;
    return place;
  });
}

const INKS = ["#1E1B18", "#A11D12", "#E06C1F", "#F2B632", "#5B8C3E", "#2F7FB8", "#7A4FA3", "#7B4B2A"];
/** White paper of 256 pixels to doodle on, by pointer, finger or keys. `changed` hears that something was drawn. */
export class Pad {
  /** @param {string} label @param {() => void} changed */
  constructor(label, changed, side = 256) {
    this.side = side;
    this.changed = changed;
    this.empty = true;
    this.sent = /** @type {string | null} */ (null);
    this.ink = INKS[0];
    this.cursor = [side / 2, side / 4];
    this.canvas = h("canvas.lab-pad", {
      width: side,
      height: side,
      tabindex: 0,
      role: "application",
      "aria-label": `${label}. ${t("Arrow keys move the brush, Space draws.")}`,
    });
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.inks = h(
      "span.lab-inks",
      { role: "radiogroup", "aria-label": t("Colour") },
      INKS.map((ink, n) =>
        h("button", {
          role: "radio",
          "aria-checked": n === 0 ? "true" : "false",
          "aria-label": t("Colour {n}", { n: n + 1 }),
          style: `background:${ink}`,
          onclick: () => this.use(ink),
        }),
      ),
    );
    this.clear(false);
    this.draws();
    this.element = h(
      "div.lab-padded",
      this.canvas,
      h(
        "div.lab-tools",
        this.inks,
        button("secondary", t("Clear"), () => this.clear(true)),
      ),
    );
  }
  use(ink) {
    this.ink = ink;
    [...this.inks.children].forEach((one, n) => one.setAttribute("aria-checked", String(INKS[n] === ink)));
  }
  clear(tell = true) {
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, this.side, this.side);
    this.empty = true;
    this.sent = null;
    if (tell) this.changed();
  }
  mark(x = 0, y = 0, fromX = x, fromY = y) {
    const { pen } = this;
    pen.strokeStyle = this.ink;
    pen.lineWidth = 18;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(x, y + 0.01);
    pen.stroke();
    this.empty = false;
    this.sent = null;
  }
  draws() {
    const { canvas, side } = this,
      scaled = place => place.map(share => share * side);
    onDrag(canvas, {
      down: at => this.mark(...scaled(at)),
      move: (at, from) => this.mark(...scaled(at), ...scaled(from)),
      up: () => this.changed(),
    });
    canvas.addEventListener("keydown", event => {
      const way = arrow(event);
      if (way) this.cursor = this.cursor.map((v, k) => Math.min(side, Math.max(0, v + 12 * way[k])));
      else if (event.key === " ") {
        this.mark(...this.cursor);
        this.changed();
      } else return;
      event.preventDefault();
    });
  }
  /** Show a picture on the paper. @param {CanvasImageSource} picture */
  show(picture) {
    this.clear(false);
    this.pen.imageSmoothingEnabled = false;
    this.pen.drawImage(picture, 0, 0, this.side, this.side);
    this.empty = false;
  }
  /** The id of what is drawn, uploaded once; null for empty paper. */
  async id() {
    if (this.empty) return null;
    if (!this.sent) {
      const blob = /** @type {Blob} */ (await new Promise(resolve => this.canvas.toBlob(resolve, "image/png")));
      this.sent = (await upload(new File([blob], "doodle.png", { type: "image/png" }), "image")).id;
    }
    return this.sent;
  }
}
