// @ts-check
// Exhibit 6: a drawing that is written pixel by pixel, with what the network expects of each, and what it can see.
import { num, t } from "../core.js";
import { calm, Loop } from "./motion.js";
import { colour, h, numbers } from "./plane.js";
import { bytesOf, chart, choice, Pad, range, Runner, table, words } from "./run.js";

const N = 32,
  CELL = 12;

/** Bytes packed by zlib. @param {string} text */
async function unzipped(text) {
  const stream = new Blob([/** @type {BlobPart} */ (bytesOf(text))])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class Pixels {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.seed = 1;
    this.at = 0;
    this.place = [16, 16];
    this.made = /** @type {any} */ (null);
    this.known = false;
    const noted = () => this.host.changed();
    this.pad = new Pad(t("Paper for the upper half of a drawing"), noted);
    this.prompt = words(t("What to draw"), t("a cat"), noted);
    this.style = choice(
      t("Style"),
      [
        ["any", t("any style")],
        ["soft 3d", t("soft 3d")],
        ["flat", t("flat")],
        ["cartoon", t("cartoon")],
      ],
      noted,
    );
    this.network = choice(
      t("Network"),
      [
        ["gated", t("gated, two stacks")],
        ["blind", t("one stack, with the blind spot")],
      ],
      noted,
    );
    this.heat = range(t("Temperature"), 0.3, 1.2, 0.05, noted);
    this.runner = new Runner(
      t("Write the drawing"),
      () => this.asked(exhibit),
      "steps.json",
      made => this.got(made),
      url => this.preview(url),
    );
    this.canvas = h("canvas.lab-plane.lab-pixelled", {
      width: N * CELL,
      height: N * CELL,
      tabindex: 0,
      role: "img",
      "aria-label": t("The drawing so far. Press a pixel to ask what it depends on."),
    });
    this.canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect(),
        cell = (/** @type {number} */ share) => Math.min(N - 1, Math.max(0, Math.floor(share * N)));
      this.ask(cell((event.clientY - box.top) / box.height), cell((event.clientX - box.left) / box.width));
    });
    this.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!move) return;
      event.preventDefault();
      this.ask(
        Math.min(N - 1, Math.max(0, this.place[0] + move[0])),
        Math.min(N - 1, Math.max(0, this.place[1] + move[1])),
      );
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
        this.at = Number(this.slider.value);
        this.draw();
      },
    });
    this.play = h(
      "button.secondary",
      {
        type: "button",
        onclick: () => {
          if (this.loop.running) {
            this.loop.pause();
            this.draw();
          } else {
            if (this.at >= N * N) this.at = this.made?.first ?? 0;
            this.loop.start();
            this.draw();
          }
        },
      },
      t("Play"),
    );
    this.said = h("p.lab-count", {});
    this.expected = chart(
      t("What the network expects of the next pixel: chances of red, green and blue"),
      560,
      200,
      (pen, width, height) => this.chances(pen, width, height),
    );
    this.fields = ["gated", "blind"].map(name => ({
      name,
      chart: chart(
        name === "gated" ? t("What the gated network sees") : t("What the network with the blind spot sees"),
        224,
        224,
        pen => this.field(pen, name),
      ),
    }));
    this.bits = chart(t("Bits that each pixel took; bright ones were not expected"), 224, 224, pen =>
      this.heatmap(pen),
    );
    this.tables = h("div", {});
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-pair",
        {},
        h(
          "figure.lab-figure",
          {},
          h("figcaption.help", {}, t("Your upper half (you can leave it empty)")),
          this.pad.element,
        ),
        h(
          "figure.lab-figure",
          {},
          h("figcaption.help", {}, t("The drawing while it is written")),
          this.canvas,
          h("div.lab-tools", {}, this.play, h("label", {}, h("span", {}, t("Pixels written")), this.slider)),
          this.said,
        ),
      ),
      h(
        "div.lab-tools",
        {},
        this.prompt.element,
        this.style.element,
        this.network.element,
        this.heat.element,
        h(
          "button.secondary",
          {
            type: "button",
            onclick: () => {
              this.seed++;
              this.host.changed();
              this.runner.start();
            },
          },
          t("Another one"),
        ),
      ),
      this.runner.element,
      this.expected.canvas,
      h(
        "div.lab-trio",
        {},
        this.fields.map(one =>
          h(
            "figure.lab-figure",
            {},
            one.chart.canvas,
            h(
              "figcaption.help",
              {},
              one.name === "gated"
                ? t("Seen by the gated network from the marked pixel")
                : t("Seen with the blind spot"),
            ),
          ),
        ),
        h("figure.lab-figure", {}, this.bits.canvas, h("figcaption.help", {}, t("Bits that each pixel took"))),
      ),
      this.tables,
    );
    this.loop = new Loop(this.element, () => this.step());
  }
  /** @param {number} row @param {number} column */
  ask(row, column) {
    this.place = [row, column];
    this.host.changed();
    this.said.textContent = t(
      "Row {row}, column {column}. Press “Write the drawing” to see what this pixel depends on.",
      { row: row + 1, column: column + 1 },
    );
    this.draw(false);
  }
  settings() {
    return {
      prompt: this.prompt.input.value.trim(),
      style: this.style.select.value,
      network: this.network.select.value,
      rows: 16,
      row: this.place[0],
      column: this.place[1],
      temperature: this.heat.value,
      seed: this.seed,
    };
  }
  /** @param {import("./lab.js").Exhibit} exhibit */
  async asked(exhibit) {
    const doodle = await this.pad.id();
    return { pipeline: exhibit.pipelines[0], settings: this.settings(), inputs: doodle ? { doodle } : {} };
  }
  /** @param {string} url */
  preview(url) {
    const image = new Image();
    image.onload = () => {
      if (!this.runner.making) return;
      const pen = this.canvas.getContext("2d");
      pen.imageSmoothingEnabled = false;
      pen.drawImage(image, 0, 0, N * CELL, N * CELL);
    };
    image.src = url;
  }
  /** @param {import("./run.js").Made} result */
  async got({ said }) {
    this.made = {
      ...said,
      levels: bytesOf(said.levels),
      begin: bytesOf(said.begin),
      chances: await unzipped(said.distributions),
    };
    this.at = calm() ? N * N : said.first;
    this.tell();
    for (const one of this.fields) one.chart.again();
    this.bits.again();
    if (!calm()) this.loop.start();
    this.draw();
  }
  step() {
    if (!this.made) return;
    this.at = Math.min(N * N, this.at + 3);
    this.draw();
    if (this.at >= N * N) {
      this.loop.running = false;
      this.draw();
    }
  }
  draw(count = true) {
    this.play.textContent = this.loop.running ? t("Pause") : t("Play");
    this.slider.value = String(this.at);
    const pen = this.canvas.getContext("2d"),
      made = this.made;
    if (made) {
      for (let i = 0; i < N * N; i++) {
        const source = i < this.at ? made.levels : made.begin,
          grey = i >= this.at && i >= made.first;
        pen.fillStyle = grey
          ? colour("--raised") || "#ddd"
          : `rgb(${source[3 * i]},${source[3 * i + 1]},${source[3 * i + 2]})`;
        pen.fillRect((i % N) * CELL, Math.floor(i / N) * CELL, CELL, CELL);
      }
      if (count)
        this.said.textContent = t("{n} of 1,024 pixels, {bits} bits a dimension in all", {
          n: this.at,
          bits: num(made.bits_per_dimension, 3),
        });
      this.expected.again();
    } else {
      pen.fillStyle = colour("--field") || "#fff";
      pen.fillRect(0, 0, N * CELL, N * CELL);
    }
    pen.strokeStyle = colour("--sun") || "#f60";
    pen.lineWidth = 2;
    pen.strokeRect(this.place[1] * CELL - 1, this.place[0] * CELL - 1, CELL + 2, CELL + 2);
    if (made && this.at < N * N) pen.strokeRect((this.at % N) * CELL, Math.floor(this.at / N) * CELL, CELL, CELL);
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  chances(pen, width, height) {
    pen.font = "13px Inter, system-ui, sans-serif";
    pen.fillStyle = colour("--soft");
    if (!this.made) {
      pen.fillText(t("What the network expects of each pixel appears here."), 16, 28);
      return;
    }
    const { chances, bins, first } = this.made,
      at = Math.min(N * N - 1, Math.max(first, this.at)),
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
  /** @param {CanvasRenderingContext2D} pen @param {string} name */
  field(pen, name) {
    const values = this.made?.fields[name],
      cell = 7,
      [red, green, blue] = numbers(colour("--low-sun") || "#D9622B");
    for (let i = 0; i < N * N; i++) {
      const share = values ? values[i] : 0;
      pen.fillStyle =
        share > 0
          ? `rgba(${red},${green},${blue},${(0.18 + 0.82 * share ** 0.25).toFixed(3)})`
          : colour("--raised") || "#eee";
      pen.fillRect((i % N) * cell, Math.floor(i / N) * cell, cell - 0.5, cell - 0.5);
    }
    const [row, column] = this.made?.place ?? this.place;
    pen.strokeStyle = colour("--ink");
    pen.lineWidth = 2;
    pen.strokeRect(column * cell, row * cell, cell, cell);
  }
  /** @param {CanvasRenderingContext2D} pen */
  heatmap(pen) {
    const bits = this.made?.bits,
      cell = 7,
      [red, green, blue] = numbers(colour("--low-sun") || "#D9622B");
    for (let i = 0; i < N * N; i++) {
      pen.fillStyle = colour("--raised") || "#eee";
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
      h("p.help", {}, naive.same ? t("Both ways gave the same levels, byte for byte.") : t("The two ways differ.")),
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
    return { ...this.settings(), rows: undefined };
  }
  /** @param {any} state */
  restore(state) {
    this.prompt.show(state.prompt);
    this.style.show(state.style);
    this.network.show(state.network);
    this.heat.show(Number.isFinite(state.temperature) ? state.temperature : 0.9);
    this.seed = Number.isInteger(state.seed) && state.seed >= 0 && state.seed < 1e6 ? state.seed : 1;
    const cell = (/** @type {any} */ v) => (Number.isInteger(v) && v >= 0 && v < N ? v : 16);
    this.place = [cell(state.row), cell(state.column)];
    this.draw();
    for (const one of [this.expected, this.bits, ...this.fields.map(field => field.chart)]) one.again();
    if (!this.known) {
      this.known = true;
      this.runner.start();
    }
  }
  canvases() {
    return [this.canvas, this.expected.canvas];
  }
  stop() {
    this.loop.stop();
    this.runner.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.restore(settings);
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Pixels(host, exhibit);

/** The picture of its card: the order of writing. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const cell = 20,
    columns = width / cell,
    last = Math.floor(height / cell / 2) * columns + 9;
  pen.fillStyle = colour("--field") || "#fff";
  pen.fillRect(0, 0, width, height);
  for (let i = 0; i < (columns * height) / cell; i++) {
    const x = i % columns,
      y = Math.floor(i / columns),
      away = Math.hypot(x - 7.5, (y - 4.5) * 1.2);
    pen.fillStyle =
      i < last
        ? away < 4
          ? colour("--low-sun") || "#D9622B"
          : colour("--wash") || "#fbe6d4"
        : colour("--raised") || "#eee";
    pen.fillRect(x * cell + 1, y * cell + 1, cell - 2, cell - 2);
  }
  pen.strokeStyle = colour("--ink") || "#000";
  pen.lineWidth = 2;
  pen.strokeRect((last % columns) * cell, Math.floor(last / columns) * cell, cell, cell);
}
