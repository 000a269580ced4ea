// @ts-check
// What exhibits over the studio's large networks share: a job with its preview and its files, a pad to doodle on, labelled controls, charts.
import { num, t, upload } from "../core.js";
import { Making } from "./lab.js";
import { colour, h } from "./plane.js";

/** @typedef {{ card: any, files: Record<string, string>, said: any, picture: HTMLImageElement }} Made */

/** A picture of an address, ready to be drawn. @param {string} url */
export async function pictureOf(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** A hidden field for a picture of the visitor's own. @param {(id: string) => void} took hears what it is called on the shelf @param {(words: string) => void} failed */
export function ownPicture(took, failed) {
  const bring = async () => {
    const chosen = field.files[0];
    field.value = "";
    if (!chosen) return;
    try {
      took((await upload(chosen, "image")).id);
    } catch (error) {
      failed(/** @type {Error} */ (error).message);
    }
  };
  const field = h("input", {
    type: "file",
    accept: "image/*",
    hidden: true,
    "aria-label": t("A picture of yours"),
    onchange: bring,
  });
  return field;
}

/**
 * A button that starts a job and shows how it goes; `call` may upload something first. `preview` hears the address of each picture of the way.
 */
export class Runner {
  /** @param {string} words @param {() => Promise<{ pipeline: string, settings: object, inputs?: object }>} call @param {string} json name of the file that says what the result is
   *  @param {(made: Made) => unknown} done @param {(url: string) => void} [preview] */
  constructor(words, call, json, done, preview) {
    this.words = words;
    this.call = call;
    this.json = json;
    this.done = done;
    this.preview = preview;
    this.making = /** @type {Making | null} */ (null);
    this.number = 0;
    this.bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": words });
    this.said = h("p.help", { role: "status" });
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.button = h("button.primary", { type: "button", onclick: () => this.start() }, words);
    this.element = h("div.lab-maker", {}, this.button, this.bar, this.said, this.problem);
  }
  /** @param {any} job */
  heard(job) {
    this.bar.value = job.fraction;
    this.said.textContent = job.state === "queued" ? t("Waiting to start") : job.label;
    if (job.preview && job.preview !== this.number && this.preview) {
      this.number = job.preview;
      this.preview(`studio/jobs/${job.id}/preview?n=${job.preview}`);
    }
  }
  async start() {
    if (this.making) {
      this.making.stop();
      return;
    }
    this.problem.hidden = true;
    this.bar.hidden = false;
    this.bar.value = 0;
    this.number = 0;
    this.button.textContent = t("Stop");
    const began = performance.now();
    try {
      const asked = await this.call();
      this.making = new Making(asked, { progress: job => this.heard(job) });
      const { card } = await this.making.run();
      const files = Object.fromEntries(card.files.map((/** @type {any} */ one) => [one.name, one.url]));
      const said = await (await fetch(files[this.json])).json();
      await this.done({ card, files, said, picture: await pictureOf(card.url) });
      this.said.textContent = t("Done in {seconds} s.", { seconds: num((performance.now() - began) / 1000, 1) });
      this.element.dataset.runs = String(Number(this.element.dataset.runs ?? 0) + 1);
    } catch (error) {
      this.said.textContent = "";
      this.problem.textContent = /** @type {Error} */ (error).message;
      this.problem.hidden = false;
    }
    this.making = null;
    this.bar.hidden = true;
    this.button.textContent = this.words;
  }
  stop() {
    this.making?.stop();
  }
}

/** @param {string} label @param {[string, string][]} options @param {() => void} changed */
export function choice(label, options, changed) {
  const select = h(
    "select",
    { "aria-label": label, onchange: changed },
    options.map(([value, words]) => h("option", { value }, words)),
  );
  return {
    select,
    element: h("label", {}, h("span", {}, label), select),
    show: (/** @type {unknown} */ value) => {
      if (options.some(([known]) => known === value)) select.value = String(value);
    },
  };
}
/** @param {string} label @param {number} low @param {number} high @param {number} step @param {() => void} changed */
export function range(label, low, high, step, changed, moved = () => {}) {
  const out = h("output", {}),
    input = h("input", {
      type: "range",
      min: low,
      max: high,
      step,
      "aria-label": label,
      oninput: () => {
        out.textContent = input.value;
        moved();
      },
      onchange: changed,
    });
  const show = (/** @type {unknown} */ value) => {
    const number = Number(value);
    input.value = String(Number.isFinite(number) ? number : low);
    out.textContent = input.value;
  };
  return {
    input,
    show,
    get value() {
      return Number(input.value);
    },
    element: h("label", {}, h("span", {}, label, " ", out), input),
  };
}
/** @param {string} label @param {string} placeholder @param {() => void} changed */
export function words(label, placeholder, changed, most = 120) {
  const input = h("input", { type: "text", maxlength: most, placeholder, "aria-label": label, onchange: changed });
  return {
    input,
    show: (/** @type {unknown} */ value) => {
      input.value = typeof value === "string" ? value.slice(0, most) : "";
    },
    element: h("label", {}, h("span", {}, label), input),
  };
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
          type: "button",
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
      {},
      this.canvas,
      h(
        "div.lab-tools",
        {},
        this.inks,
        h("button.secondary", { type: "button", onclick: () => this.clear(true) }, t("Clear")),
      ),
    );
  }
  /** @param {string} ink */
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
  /** @param {number} x @param {number} y @param {number} [fromX] @param {number} [fromY] */
  mark(x, y, fromX = x, fromY = y) {
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
    let last = /** @type {number[] | null} */ (null);
    const place = (/** @type {PointerEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) / box.width) * this.side,
        ((event.clientY - box.top) / box.height) * this.side,
      ];
    };
    this.canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      this.canvas.setPointerCapture(event.pointerId);
      last = place(event);
      this.mark(last[0], last[1]);
    });
    this.canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (!last) return;
      const now = place(event);
      this.mark(now[0], now[1], last[0], last[1]);
      last = now;
    });
    for (const name of ["pointerup", "pointercancel"])
      this.canvas.addEventListener(name, () => {
        if (last) this.changed();
        last = null;
      });
    this.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (move) {
        this.cursor = this.cursor.map((v, k) => Math.min(this.side, Math.max(0, v + 12 * move[k])));
        event.preventDefault();
      } else if (event.key === " ") {
        this.mark(this.cursor[0], this.cursor[1]);
        this.changed();
        event.preventDefault();
      }
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

/** Numbers that came as base64. @param {string} text */
export const bytesOf = text => Uint8Array.from(atob(text), one => one.charCodeAt(0));

/** A canvas that is drawn again when the colours of the page change. One that is wider than high takes the width that it is shown with, in the screen's own pixels; a square keeps its coordinates.
 * @param {string} label @param {number} width @param {number} height @param {(pen: CanvasRenderingContext2D, width: number, height: number) => void} draw */
export function chart(label, width, height, draw) {
  const canvas = h("canvas.lab-wide", { width, height, role: "img", "aria-label": label }),
    pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let shown = width;
  const again = () => {
    const scale = canvas.width / shown;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = colour("--field") || "#fff";
    pen.fillRect(0, 0, shown, height);
    draw(pen, shown, height);
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
  pen.font = "13px Inter, system-ui, sans-serif";
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
    at = (/** @type {number} */ n, /** @type {number} */ count) =>
      left + ((width - left - right) * n) / Math.max(1, count - 1),
    up = (/** @type {number} */ v) => top + (height - top - bottom) * (1 - (v - low) / (high - low));
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

/** A table. @param {string} caption @param {string[]} head @param {(string | number)[][]} rows */
export const table = (caption, head, rows) =>
  h(
    "div.lab-scroll",
    { tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table.lab-table",
      {},
      h("caption.sr", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map(one => h("th", { scope: "col" }, one)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(([first, ...rest]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, first),
            rest.map(one => h("td", {}, String(one))),
          ),
        ),
      ),
    ),
  );

/** A captioned picture. @param {string} url @param {string} name */
export const tile = (url, name) =>
  h("figure.lab-tile", {}, h("img", { src: url, alt: name, width: 160, height: 160 }), h("figcaption", {}, name));
