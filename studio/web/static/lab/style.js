// @ts-check
// Exhibit 5: the Gram matrix of a painting while one paints on it; pictures made again from one layer.
import { bundled, num, onDrag, post, t } from "../core.js";
import { button, colour, Exhibit, figure, h, numbers, pair } from "./exhibit.js";
import { readTensors } from "./net.js";

const SIDE = 72,
  FILTERS = 64,
  SHOWN = 480;

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

export default class Style extends Exhibit {
  constructor(host, about) {
    const pictures = list => Object.fromEntries(list.map(one => [one.asset, one.caption])),
      { photo, painting } = about.controls;
    photo.options = pictures(bundled.samples);
    painting.options = pictures(bundled.styles);
    super(host, about);
    this.file = null;
    this.first = /** @type {Float64Array | null} */ (null);
    const square = words => h("canvas.lab-plane", { width: SHOWN, height: SHOWN, role: "img", "aria-label": words });
    this.canvas = square(t("The painting: paint on it, or press Enter to drop paint"));
    this.canvas.tabIndex = 0;
    this.gram = square(t("Its Gram matrix"));
    this.gram.style.cursor = "default";
    this.said = h("p.lab-count");
    this.paint = h("input", { type: "color", value: "#d9622b", "aria-label": t("Paint") });
    this.opening = this.job(
      t("Open the first layer"),
      () => ({ pipeline: "lab.gram", settings: {} }),
      made => {
        this.file = readTensors(made.bytes);
        this.measure(true);
      },
    );
    this.strip = h("div.lab-strip");
    const rebuilding = this.job(
      t("Rebuild it from noise"),
      async () => ({ pipeline: "lab.layers", settings: this.values("keep", "layer"), inputs: await this.adopted() }),
      made => {
        const words = ["keep", "layer"].map(key => this.controls[key].input.selectedOptions[0].textContent).join(", ");
        this.strip.prepend(h("figure", h("img", { src: made.card.url, alt: words }), h("figcaption.help", words)));
      },
    );
    this.element.append(
      this.tools(
        "photo",
        "painting",
        h("label", h("span", t("Paint")), this.paint),
        "brush",
        button("secondary", t("Move a part"), () => this.move()),
        button("secondary", t("Clean painting"), () => this.show()),
      ),
      this.opening.element,
      pair(figure(this.canvas), figure(this.gram, this.said)),
      h("h2", t("From one layer")),
      this.tools("keep", "layer"),
      rebuilding.element,
      this.strip,
    );
    const dab = (x, y) => {
      const pen = this.canvas.getContext("2d");
      pen.fillStyle = this.paint.value;
      pen.beginPath();
      pen.arc(x * SHOWN, y * SHOWN, this.value("brush") / 2, 0, 2 * Math.PI);
      pen.fill();
      this.soon();
    };
    onDrag(this.canvas, { down: at => dab(at[0], at[1]), move: at => dab(at[0], at[1]) });
    this.canvas.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      dab(0.125 + 0.75 * Math.random(), 0.125 + 0.75 * Math.random());
    });
  }
  moved(key) {
    if (key === "photo" || key === "painting") this.show();
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
    picture.src = `studio/assets/${this.value("painting")}`;
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
      this.said.textContent = t("The Gram matrix appears with the first layer.");
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
    this.said.textContent = t("It has changed by {share} %.", {
      share: num(100 * Math.sqrt(apart / whole), 1),
    });
  }
  async adopted() {
    const [photo, painting] = await Promise.all([
      post("adopt", { asset: this.value("photo") }),
      post("adopt", { asset: this.value("painting") }),
    ]);
    return { photo: photo.id, painting: painting.id };
  }
  restored() {
    this.show();
  }
  begin() {
    this.opening.start();
  }
  delivered(settings) {
    for (const key of ["keep", "layer"]) this.controls[key].show(settings[key]);
    this.begin();
  }
}
