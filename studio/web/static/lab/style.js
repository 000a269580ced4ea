// @ts-check
// Exhibit 5: the Gram matrix of a painting while one paints on it; pictures made again from one layer; content against style.
import { bundled, num, post, t } from "../core.js";
import { maker } from "./lab.js";
import { colour, h, numbers } from "./plane.js";
import { readTensors } from "./net.js";
import { button, choice, slider } from "./ui.js";

const SIDE = 72,
  FILTERS = 64;
const LAYERS = () =>
  /** @type {[string, string][]} */ ([
    ["conv1_1", t("first (conv1_1)")],
    ["conv2_1", t("second block (conv2_1)")],
    ["conv3_1", t("third block (conv3_1)")],
    ["conv4_1", t("fourth block (conv4_1)")],
    ["conv5_1", t("fifth block (conv5_1)")],
  ]);

/** The Gram matrix [64*64] of the first layer of VGG for a picture of RGBA bytes: ReLU(conv), then F Fᵀ over its places. @param {Uint8ClampedArray} pixels @param {number} w @param {number} hgt @param {ReturnType<typeof readTensors>} file */
export function gramOf(pixels, w, hgt, file) {
  const { weight, bias, mean } = file.tensors,
    places = w * hgt,
    features = new Float32Array(FILTERS * places),
    input = new Float32Array(3 * (w + 2) * (hgt + 2));
  for (let y = 0; y < hgt; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < 3; c++)
        input[c * (w + 2) * (hgt + 2) + (y + 1) * (w + 2) + x + 1] = pixels[4 * (y * w + x) + 2 - c] - mean.values[c];
  for (let f = 0; f < FILTERS; f++) {
    for (let y = 0; y < hgt; y++) {
      for (let x = 0; x < w; x++) {
        let sum = bias.values[f];
        for (let c = 0, k = f * 27; c < 3; c++)
          for (let dy = 0; dy < 3; dy++) {
            const at = c * (w + 2) * (hgt + 2) + (y + dy) * (w + 2) + x;
            for (let dx = 0; dx < 3; dx++) sum += weight.values[k++] * input[at + dx];
          }
        features[f * places + y * w + x] = sum > 0 ? sum : 0;
      }
    }
  }
  const gram = new Float64Array(FILTERS * FILTERS);
  for (let i = 0; i < FILTERS; i++) {
    for (let j = i; j < FILTERS; j++) {
      let sum = 0;
      for (let k = 0, a = i * places, b = j * places; k < places; k++) sum += features[a + k] * features[b + k];
      gram[i * FILTERS + j] = gram[j * FILTERS + i] = sum / places;
    }
  }
  return gram;
}

class Style {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.file = /** @type {ReturnType<typeof readTensors> | null} */ (null);
    this.first = /** @type {Float64Array | null} */ (null);
    const noted = () => host.changed();
    const options = (/** @type {any[]} */ list) =>
      /** @type {[string, string][]} */ (list.map(one => [one.asset, one.caption]));
    this.photo = choice(t("Photo"), options(bundled.samples), () => {
      this.show();
      noted();
    });
    this.painting = choice(t("Painting"), options(bundled.styles), () => {
      this.show();
      noted();
    });
    this.canvas = h("canvas.lab-plane", {
      width: 480,
      height: 480,
      role: "img",
      tabindex: 0,
      "aria-label": t(
        "The painting; paint on it with the pointer, or press Enter to drop paint in a place of the brush's choice",
      ),
    });
    this.gram = h("canvas.lab-plane", {
      width: 480,
      height: 480,
      role: "img",
      "aria-label": t("Its Gram matrix: 64 by 64 features of the first layer"),
    });
    this.gram.style.cursor = "default";
    this.said = h("p.lab-count", {});
    this.paint = h("input", { type: "color", value: "#d9622b", "aria-label": t("Paint") });
    this.brush = slider(t("Brush"), 8, 120, 2, () => {});
    this.brush.show(48);
    this.opening = maker(
      t("Open the first layer"),
      () => ({ pipeline: "lab.gram", settings: {} }),
      made => {
        this.file = readTensors(made.bytes);
        this.measure(true);
      },
    );
    this.keep = choice(
      t("Rebuild"),
      [
        ["content", t("the photo's content")],
        ["style", t("the painting's Gram matrix")],
      ],
      noted,
    );
    this.layer = choice(t("Layer"), LAYERS(), noted);
    this.strip = h("div.lab-strip", {});
    this.rebuilding = maker(
      t("Rebuild it from noise"),
      () => this.call2(),
      made =>
        this.keepPicture(
          made.card,
          `${this.keep.select.selectedOptions[0].textContent}, ${this.layer.select.selectedOptions[0].textContent}`,
        ),
    );
    this.sheet = h("div", {});
    this.balancing = maker(
      t("Paint all eight"),
      () => this.call3(),
      made =>
        this.sheet.replaceChildren(
          h(
            "figure.lab-figure",
            {},
            h("img.lab-wide", {
              src: made.card.url,
              alt: t("Eight pictures: columns from much content to much style, rows from an early and a late layer"),
            }),
            h(
              "p.lab-count",
              {},
              t(
                "From left to right beta over alpha is 0.1, 1, 10 and 100. Above, content comes from conv2_1, below from conv4_1.",
              ),
            ),
          ),
        ),
    );
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools",
        {},
        this.photo.element,
        this.painting.element,
        h("label", {}, h("span", {}, t("Paint")), this.paint),
        this.brush.element,
        button(t("Move a part"), () => this.move()),
        button(t("Clean painting"), () => this.show()),
      ),
      this.opening.element,
      h("div.lab-pair", {}, h("figure.lab-figure", {}, this.canvas), h("figure.lab-figure", {}, this.gram, this.said)),
      h("h2", {}, t("From one layer")),
      h("div.lab-tools", {}, this.keep.element, this.layer.element),
      this.rebuilding.element,
      this.strip,
      h("h2", {}, t("Content against style")),
      this.balancing.element,
      this.sheet,
    );
    this.paints();
    void exhibit;
  }
  paints() {
    let down = false;
    const at = (/** @type {PointerEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * 480, ((event.clientY - box.top) / box.height) * 480];
    };
    const dab = (/** @type {number} */ x, /** @type {number} */ y) => {
      const pen = this.canvas.getContext("2d");
      pen.fillStyle = this.paint.value;
      pen.beginPath();
      pen.arc(x, y, this.brush.value / 2, 0, 2 * Math.PI);
      pen.fill();
      this.soon();
    };
    this.canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      down = true;
      this.canvas.setPointerCapture(event.pointerId);
      const [x, y] = at(event);
      dab(x, y);
    });
    this.canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (down) {
        const [x, y] = at(event);
        dab(x, y);
      }
    });
    for (const name of ["pointerup", "pointercancel"])
      this.canvas.addEventListener(name, () => {
        down = false;
      });
    this.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        dab(60 + 360 * Math.random(), 60 + 360 * Math.random());
      }
    });
  }
  /** A third of the painting changes places with another: the same things elsewhere. */
  move() {
    const pen = this.canvas.getContext("2d"),
      left = pen.getImageData(0, 0, 240, 480),
      right = pen.getImageData(240, 0, 240, 480);
    pen.putImageData(right, 0, 0);
    pen.putImageData(left, 240, 0);
    this.soon();
  }
  soon() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined;
      this.measure();
    });
  }
  async show() {
    const picture = new Image();
    picture.src = `studio/assets/${this.painting.value}`;
    await picture.decode().catch(() => {});
    const side = Math.min(picture.naturalWidth, picture.naturalHeight);
    if (side)
      this.canvas
        .getContext("2d")
        .drawImage(
          picture,
          (picture.naturalWidth - side) / 2,
          (picture.naturalHeight - side) / 2,
          side,
          side,
          0,
          0,
          480,
          480,
        );
    this.measure(true);
  }
  measure(fresh = false) {
    const small = document.createElement("canvas"),
      view = this.gram.getContext("2d");
    small.width = small.height = SIDE;
    const pen = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d", { willReadFrequently: true }));
    pen.imageSmoothingQuality = "high";
    pen.drawImage(this.canvas, 0, 0, SIDE, SIDE);
    if (!this.file) {
      view.fillStyle = colour("--raised");
      view.fillRect(0, 0, 480, 480);
      this.said.textContent = t("The Gram matrix appears when the first layer is open.");
      return;
    }
    const gram = gramOf(pen.getImageData(0, 0, SIDE, SIDE).data, SIDE, SIDE, this.file);
    if (fresh || !this.first) this.first = gram;
    let most = 0,
      apart = 0,
      whole = 0;
    for (let i = 0; i < gram.length; i++) {
      most = Math.max(most, gram[i]);
      apart += (gram[i] - this.first[i]) ** 2;
      whole += this.first[i] ** 2;
    }
    const low = numbers(colour("--field")),
      high = numbers(colour("--low-sun")),
      picture = new ImageData(FILTERS, FILTERS);
    for (let i = 0; i < gram.length; i++) {
      const share = Math.sqrt(gram[i] / most);
      for (let c = 0; c < 3; c++) picture.data[4 * i + c] = low[c] + share * (high[c] - low[c]);
      picture.data[4 * i + 3] = 255;
    }
    small.width = small.height = FILTERS;
    pen.putImageData(picture, 0, 0);
    view.imageSmoothingEnabled = false;
    view.drawImage(small, 0, 0, 480, 480);
    this.said.textContent = t("It has changed by {share} % since the painting was opened.", {
      share: num(100 * Math.sqrt(apart / whole), 1),
    });
  }
  async adopted() {
    const [photo, painting] = await Promise.all([
      post("adopt", { asset: this.photo.value }),
      post("adopt", { asset: this.painting.value }),
    ]);
    return { photo: photo.id, painting: painting.id };
  }
  /** @returns {any} a call whose files are put on the shelf first */
  call2() {
    return {
      pipeline: "lab.layers",
      inputs: () => this.adopted(),
      settings: { keep: this.keep.value, layer: this.layer.value, size: 160, steps: 80, seed: 0 },
    };
  }
  /** @returns {any} */
  call3() {
    return { pipeline: "lab.balance", inputs: () => this.adopted(), settings: { steps: 40, seed: 0 } };
  }
  /** @param {any} card @param {string} words */
  keepPicture(card, words) {
    this.strip.prepend(h("figure", {}, h("img", { src: card.url, alt: words }), h("figcaption.help", {}, words)));
  }
  state() {
    return { photo: this.photo.value, painting: this.painting.value, keep: this.keep.value, layer: this.layer.value };
  }
  /** @param {any} state */
  restore(state) {
    for (const [control, value] of /** @type {[any, unknown][]} */ ([
      [this.photo, state.photo],
      [this.painting, state.painting],
      [this.keep, state.keep],
      [this.layer, state.layer],
    ]))
      control.show(value);
    this.show();
    setTimeout(() => this.gone || this.opening.start(), 200);
  }
  canvases() {
    return [this.canvas, this.gram];
  }
  stop() {
    this.gone = true;
    for (const one of [this.opening, this.rebuilding, this.balancing]) one.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.keep.show(settings.keep);
    this.layer.show(settings.layer);
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Style(host, exhibit);

/** A painting and squares that know no places. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const picture = new Image();
  picture.onload = () =>
    pen.drawImage(picture, 0, 0, width, (((height * picture.naturalHeight) / picture.naturalWidth) * width) / height);
  picture.src = "studio/assets/small/styles/hokusai-great-wave.jpg";
  pen.fillStyle = colour("--raised");
  pen.fillRect(0, 0, width, height);
}
