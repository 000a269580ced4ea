// @ts-check
// Exhibit 6: a drawing that is written pixel by pixel, with what the network expects of each, and what it can see.
import { arrow, num, t } from "../core.js";
import { chart, Pad } from "./charts.js";
import { button, caption, colour, Exhibit, figure, h, help, numbers, pair, pictureOf, table } from "./exhibit.js";
import { calm, Loop } from "./motion.js";

const N = 32,
  CELL = 12;

/** Numbers that came as base64. @param {string} text */
const bytesOf = text => Uint8Array.from(atob(text), one => one.charCodeAt(0));
/** Bytes packed by zlib. @param {string} text */
async function unzipped(text) {
  const stream = new Blob([/** @type {BlobPart} */ (bytesOf(text))])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export default class Pixels extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.written = 0;
    this.place = [16, 16];
    this.made = /** @type {any} */ (null);
    this.pad = new Pad(t("Paper for the upper half of a drawing"), () => this.host.changed());
    this.writing = this.job(
      t("Write the drawing"),
      async () => {
        const doodle = await this.pad.id();
        return { pipeline: "lab.pixels", settings: this.settings(), inputs: doodle ? { doodle } : {} };
      },
      made => this.got(made),
      { json: "steps.json", preview: url => this.preview(url) },
    );
    this.canvas = h("canvas.lab-plane.lab-pixelled", {
      width: N * CELL,
      height: N * CELL,
      tabindex: 0,
      role: "img",
      "aria-label": t("Press a pixel to ask what it depends on."),
      onclick: event => {
        const box = this.canvas.getBoundingClientRect();
        this.ask(((event.clientY - box.top) / box.height) * N, ((event.clientX - box.left) / box.width) * N);
      },
      onkeydown: event => {
        const way = arrow(event);
        if (!way) return;
        event.preventDefault();
        this.ask(this.place[0] + way[1], this.place[1] + way[0]);
      },
    });
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: N * N,
      step: 1,
      value: 0,
      "aria-label": t("How far the drawing is written"),
      oninput: () => {
        this.loop.running = false;
        this.written = Number(this.slider.value);
        this.draw();
      },
    });
    this.play = button("secondary", t("Play"), () => {
      if (this.loop.running) this.loop.pause();
      else {
        if (this.written >= N * N) this.written = this.made?.first ?? 0;
        this.loop.start();
      }
      this.draw();
    });
    this.said = h("p.lab-count");
    this.expected = chart(
      t("What the network expects of the next pixel"),
      560,
      200,
      (pen, width, height) => this.chances(pen, width, height),
      t("What the network expects appears here."),
    );
    const small = (label, words, draw) => ({ ...chart(label, 224, 224, draw), words });
    this.fields = [
      small(t("What the gated network sees"), t("Seen by the gated network"), pen => this.field(pen, "gated")),
      small(t("What the network with the blind spot sees"), t("Seen with the blind spot"), pen =>
        this.field(pen, "blind"),
      ),
      small(t("Bits of each pixel; bright ones were not expected"), t("Bits that each pixel took"), pen =>
        this.heatmap(pen),
      ),
    ];
    this.tables = h("div");
    this.element.append(
      pair(
        figure(caption(t("Your upper half (you can leave it empty)")), this.pad.element),
        figure(
          caption(t("The drawing while it is written")),
          this.canvas,
          this.tools(this.play, h("label", h("span", t("Pixels written")), this.slider)),
          this.said,
        ),
      ),
      this.tools(
        "prompt",
        "style",
        "network",
        this.another(t("Another one"), () => this.writing.start()),
      ),
      this.writing.element,
      this.expected.canvas,
      h("div.lab-trio", ...this.fields.map(one => figure(one.canvas, caption(one.words)))),
      this.tables,
    );
    this.loop = new Loop(this.element, () => this.step());
  }
  async begin() {
    const half = await pictureOf("studio/assets/lab/pixels-begin.png");
    if (this.gone || this.asked) return; // somebody began meanwhile
    this.pad.show(half);
    this.writing.start();
  }
  ask(row, column) {
    this.place = [row, column].map(v => Math.min(N - 1, Math.max(0, Math.floor(v))));
    this.host.changed();
    this.said.textContent = t("Row {row}, column {column}. Press “Write the drawing”.", {
      row: this.place[0] + 1,
      column: this.place[1] + 1,
    });
    this.draw(false);
  }
  settings() {
    const place = N * this.place[0] + this.place[1];
    return { ...this.values("prompt", "style", "network"), place, seed: this.seed };
  }
  preview(url) {
    const image = new Image();
    image.onload = () => {
      if (!this.writing.running) return;
      const pen = this.canvas.getContext("2d");
      pen.imageSmoothingEnabled = false;
      pen.drawImage(image, 0, 0, N * CELL, N * CELL);
    };
    image.src = url;
  }
  async got({ said }) {
    this.made = {
      ...said,
      levels: bytesOf(said.levels),
      begin: bytesOf(said.begin),
      chances: await unzipped(said.distributions),
    };
    this.written = calm() ? N * N : said.first;
    this.tell();
    for (const one of this.fields) one.again();
    if (!calm()) this.loop.start();
    this.draw();
  }
  step() {
    if (!this.made) return;
    this.written = Math.min(N * N, this.written + 3);
    this.draw();
    if (this.written >= N * N) {
      this.loop.running = false;
      this.draw();
    }
  }
  draw(counted = true) {
    this.play.textContent = this.loop.running ? t("Pause") : t("Play");
    this.slider.value = String(this.written);
    const pen = this.canvas.getContext("2d"),
      made = this.made;
    if (made) {
      for (let i = 0; i < N * N; i++) {
        const source = i < this.written ? made.levels : made.begin,
          grey = i >= this.written && i >= made.first;
        pen.fillStyle = grey ? colour("--raised") : `rgb(${source[3 * i]},${source[3 * i + 1]},${source[3 * i + 2]})`;
        pen.fillRect((i % N) * CELL, Math.floor(i / N) * CELL, CELL, CELL);
      }
      if (counted)
        this.said.textContent = t("{n} of 1,024 pixels, {bits} bits in all", {
          n: this.written,
          bits: num(made.bits_per_dimension, 3),
        });
      this.expected.again();
    } else {
      pen.fillStyle = colour("--field");
      pen.fillRect(0, 0, N * CELL, N * CELL);
    }
    pen.strokeStyle = colour("--sun");
    pen.lineWidth = 2;
    pen.strokeRect(this.place[1] * CELL - 1, this.place[0] * CELL - 1, CELL + 2, CELL + 2);
    if (made && this.written < N * N)
      pen.strokeRect((this.written % N) * CELL, Math.floor(this.written / N) * CELL, CELL, CELL);
  }
  chances(pen, width, height) {
    if (!this.made) return false;
    const { chances, bins, first } = this.made,
      at = Math.min(N * N - 1, Math.max(first, this.written)),
      from = 3 * bins * (at - first),
      names = [t("red"), t("green"), t("blue")],
      inks = ["#c8483f", "#4f8f4c", "#3f6fb0"],
      wide = (width - 64) / 3;
    for (let c = 0; c < 3; c++) {
      const left = 16 + c * (wide + 16);
      pen.fillStyle = inks[c];
      for (let b = 0; b < bins; b++) {
        const high = (chances[from + c * bins + b] / 255) * (height - 52);
        pen.fillRect(left + (b / bins) * wide, height - 24 - high, Math.max(1, wide / bins - 0.5), high);
      }
      const level = this.made.levels[3 * at + c],
        x = left + (level / 256) * wide;
      pen.fillStyle = colour("--ink");
      pen.fillRect(x, 24, 1.5, height - 48);
      pen.fillText(t("{colour}: {level}", { colour: names[c], level }), left, 16);
      pen.fillStyle = colour("--soft");
      pen.fillText("0", left, height - 8);
      pen.fillText("255", left + wide - 24, height - 8);
    }
  }
  field(pen, name) {
    const values = this.made?.fields[name],
      cell = 7,
      [red, green, blue] = numbers(colour("--low-sun"));
    for (let i = 0; i < N * N; i++) {
      const share = values ? values[i] : 0;
      pen.fillStyle =
        share > 0 ? `rgba(${red},${green},${blue},${(0.18 + 0.82 * share ** 0.25).toFixed(3)})` : colour("--raised");
      pen.fillRect((i % N) * cell, Math.floor(i / N) * cell, cell - 0.5, cell - 0.5);
    }
    const [row, column] = this.made?.place ?? this.place;
    pen.strokeStyle = colour("--ink");
    pen.lineWidth = 2;
    pen.strokeRect(column * cell, row * cell, cell, cell);
  }
  heatmap(pen) {
    const bits = this.made?.bits,
      cell = 7,
      [red, green, blue] = numbers(colour("--low-sun"));
    for (let i = 0; i < N * N; i++) {
      pen.fillStyle = colour("--raised");
      pen.fillRect((i % N) * cell, Math.floor(i / N) * cell, cell, cell);
      if (!bits) continue;
      pen.fillStyle = `rgba(${red},${green},${blue},${Math.min(1, Math.max(0, bits[i] / 24)).toFixed(3)})`;
      pen.fillRect((i % N) * cell, Math.floor(i / N) * cell, cell, cell);
    }
  }
  tell() {
    const { race, others, bits_per_dimension: own } = this.made,
      { kept, naive } = race;
    this.tables.replaceChildren(
      table(
        t("Kept activations"),
        [t("How"), t("Layers calculated for a pixel"), t("Seconds")],
        [
          [t("with kept activations"), num(kept.layers), num(kept.seconds, 2)],
          [
            t("everything anew for each pixel"),
            num(naive.layers),
            t("{seconds} (from {n} pixels)", { seconds: num(naive.seconds, 1), n: naive.measured_pixels }),
          ],
        ],
      ),
      h("p.help", naive.same ? t("Both ways gave the same.") : t("The two ways differ.")),
      table(
        t("Bits for each colour value of this drawing"),
        [t("Written as"), t("Bits")],
        [
          [t("PixelCNN"), num(own, 3)],
          ["PNG", num(others.PNG, 3)],
          ["gzip", num(others.gzip, 3)],
          [t("plain levels"), "8.000"],
        ],
      ),
    );
  }
  state() {
    return this.settings();
  }
  restored({ place }) {
    const known = Number.isInteger(place) && place >= 0 && place < N * N ? place : 528;
    this.place = [Math.floor(known / N), known % N];
    this.draw();
    for (const one of [this.expected, ...this.fields]) one.again();
  }
  stop() {
    super.stop();
    this.loop.stop();
  }
}
