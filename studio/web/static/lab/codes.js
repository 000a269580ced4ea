// @ts-check
// Exhibit 7: a drawing as 8 × 8 codes that can be copied, set and decoded; how rounding passes a gradient; the race of predictions.
import { num, t } from "../core.js";
import { colour, h, numbers } from "./plane.js";
import { chart, ownPicture, Pad, pictureOf, Runner, table, tile, words } from "./run.js";

const N = 8,
  SIDE = 384,
  CELL = SIDE / N;

class Codes {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.place = 27;
    this.seed = 1;
    /** @type {Record<string, number>} */
    this.edits = {};
    this.copied = /** @type {number | null} */ (null);
    this.made = /** @type {any} */ (null);
    this.own = /** @type {string | null} */ (null);
    const fresh = () => {
      this.edits = {};
      this.own = null;
      this.host.changed();
    };
    this.pad = new Pad(t("Paper for a drawing"), fresh);
    this.file = ownPicture(
      id => {
        this.own = id;
        this.edits = {};
        this.runner.start();
      },
      problem => {
        this.said.textContent = problem;
      },
    );
    this.grid = h("canvas.lab-plane.lab-pixelled", {
      width: SIDE,
      height: SIDE,
      tabindex: 0,
      role: "application",
      "aria-label": t("The 64 codes. Press a place, or move with the arrow keys."),
    });
    this.grid.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const box = this.grid.getBoundingClientRect(),
        cell = (/** @type {number} */ share) => Math.min(N - 1, Math.max(0, Math.floor(share * N)));
      this.choose(cell((event.clientY - box.top) / box.height) * N + cell((event.clientX - box.left) / box.width));
    });
    this.grid.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -N, ArrowDown: N }[event.key];
      if (move === undefined) return;
      event.preventDefault();
      this.choose((this.place + move + N * N) % (N * N));
    });
    this.result = h("canvas.lab-plane", {
      width: SIDE,
      height: SIDE,
      role: "img",
      "aria-label": t("The drawing that the codes give"),
    });
    this.said = h("p.lab-count", { role: "status" });
    this.number = h("input", { type: "number", min: 0, max: 5999, step: 1, "aria-label": t("Code of this place") });
    this.dragged = h("input", {
      type: "range",
      min: 0,
      max: 5999,
      step: 1,
      "aria-label": t("Code of this place, slider"),
      oninput: () => {
        this.number.value = this.dragged.value;
      },
      onchange: () => this.set(this.place, Number(this.dragged.value)),
    });
    const button = (/** @type {string} */ said, /** @type {() => void} */ does) =>
      h("button.secondary", { type: "button", onclick: does }, said);
    this.runner = new Runner(
      t("Encode it"),
      () => this.asked(exhibit),
      "codes.json",
      made => this.got(made),
    );
    this.use = chart(t("How often each level of the five numbers is used"), 560, 180, (pen, width, height) =>
      this.levels(pen, width, height),
    );
    this.rounding = h("div", {});
    this.critic = h("div", { "aria-live": "polite" });
    this.prompt = words(t("What to draw"), t("a cat"), () => this.host.changed());
    this.lanes = h("div.lab-tiles", {});
    this.race = new Runner(
      t("Start the race"),
      async () => ({
        pipeline: exhibit.pipelines[1],
        settings: { prompt: this.prompt.input.value.trim() || "a cat", seed: this.seed },
      }),
      "predictions.json",
      made => this.raced(made),
    );
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-pair",
        {},
        h(
          "figure.lab-figure",
          {},
          h("figcaption.help", {}, t("The 64 codes, each as the decoder paints it alone")),
          this.grid,
          this.said,
        ),
        h("figure.lab-figure", {}, h("figcaption.help", {}, t("What they give together")), this.result),
      ),
      h(
        "div.lab-tools",
        {},
        button(t("Copy"), () => {
          this.copied = this.code(this.place);
          this.tell();
        }),
        button(t("Paste here"), () => {
          if (this.copied !== null) this.set(this.place, this.copied);
        }),
        button(t("Swap with the next"), () => this.swap()),
        h("label", {}, h("span", {}, t("Code of this place")), this.number, this.dragged),
        button(t("Set this code"), () => {
          const code = Number(this.number.value);
          if (Number.isInteger(code) && code >= 0 && code < 6000) this.set(this.place, code);
        }),
        button(t("Undo all"), () => {
          this.edits = {};
          this.host.changed();
          this.runner.start();
        }),
      ),
      this.runner.element,
      h(
        "details",
        {},
        h("summary", {}, t("Use a drawing of your own")),
        this.pad.element,
        button(t("Use a picture"), () => this.file.click()),
        this.file,
      ),
      h("h2", {}, t("With and without the adversarial loss")),
      this.critic,
      h("h2", {}, t("How the codebook is used")),
      this.use.canvas,
      h("h2", {}, t("How a gradient passes the rounding")),
      this.rounding,
      h("h2", {}, t("Race of predictions")),
      h("div.lab-tools", {}, this.prompt.element),
      this.race.element,
      this.lanes,
    );
    this.known = false;
  }
  settings() {
    return {
      edits: Object.entries(this.edits)
        .map(([place, code]) => `${place}=${code}`)
        .join(" "),
      place: this.place,
    };
  }
  /** @param {import("./lab.js").Exhibit} exhibit */
  async asked(exhibit) {
    const drawing = this.own ?? (await this.pad.id());
    return { pipeline: exhibit.pipelines[0], settings: this.settings(), inputs: drawing ? { drawing } : {} };
  }
  /** @param {number} place */
  code(place) {
    return this.edits[place] ?? this.made?.before[place] ?? 0;
  }
  /** @param {number} place */
  choose(place) {
    this.place = place;
    this.number.value = this.dragged.value = String(this.code(place));
    this.tell();
    this.draw();
    this.host.changed();
  }
  /** @param {number} place @param {number} code */
  set(place, code) {
    this.edits = { ...this.edits, [place]: code };
    this.host.changed();
    this.runner.start();
  }
  swap() {
    const next = (this.place + 1) % (N * N),
      [a, b] = [this.code(this.place), this.code(next)];
    this.edits = { ...this.edits, [this.place]: b, [next]: a };
    this.host.changed();
    this.runner.start();
  }
  tell() {
    const said = t("Place {place}: code {code}", { place: this.place, code: this.code(this.place) });
    this.said.textContent = this.copied === null ? said : `${said}. ${t("Copied: {code}", { code: this.copied })}`;
  }
  /** @param {import("./run.js").Made} result */
  async got({ said, files, picture }) {
    this.made = said;
    this.tiles = await pictureOf(files["tiles.png"]);
    this.picture = picture;
    this.number.value = this.dragged.value = String(this.code(this.place));
    this.tell();
    this.draw();
    this.use.again();
    this.rounded();
    this.compared(files);
  }
  /** The same codes by both decoders, and what the adversarial loss brought in each setting. @param {Record<string, string>} files */
  compared(files) {
    const { apart, setting, steps, table: tried } = this.made.critic,
      shown = (/** @type {number | undefined} */ v, /** @type {number} */ digits) =>
        v === undefined ? "–" : num(v, digits);
    const rows = tried.map((/** @type {any} */ one) => [
      t(one.setting),
      one.steps,
      one.diverged === undefined ? "–" : one.diverged ? t("yes") : t("no"),
      shown(one["levels of 255"], 2),
      shown(one["VGG distance"], 3),
      shown(one["CLIP Fréchet"], 3),
      shown(one.sharpness, 2),
    ]);
    this.critic.replaceChildren(
      h(
        "div.lab-pair.lab-three",
        {},
        tile(files["source.png"], t("The drawing")),
        tile(files["after.png"], t("without the adversarial loss")),
        tile(files["critic.png"], `${t("with the adversarial loss")} (${t(setting)}, ${t("Steps")}: ${steps})`),
      ),
      h(
        "p.help",
        {},
        t(
          "The codes are the same; only the fine half of the decoder differs. The two pictures are {levels} levels of 255 apart on average.",
          { levels: apart },
        ),
      ),
      table(
        t("With and without the adversarial loss"),
        [
          t("Setting"),
          t("Steps"),
          t("Diverged"),
          t("Levels of 255 from the drawing"),
          t("VGG distance"),
          t("Fréchet distance (CLIP)"),
          t("Sharpness (drawings: 1)"),
        ],
        rows,
      ),
      h(
        "p.help",
        {},
        t(
          "Measured on drawings that neither decoder was trained on. Smaller distances are better; a sharpness above 1 is sharper than the drawings are.",
        ),
      ),
    );
  }
  draw() {
    const pen = this.grid.getContext("2d"),
      other = this.result.getContext("2d");
    pen.fillStyle = other.fillStyle = colour("--field") || "#fff";
    pen.fillRect(0, 0, SIDE, SIDE);
    if (!this.made) return;
    pen.drawImage(this.tiles, 0, 0, SIDE, SIDE);
    other.drawImage(this.picture, 0, 0, SIDE, SIDE);
    const [red, green, blue] = numbers(colour("--low-sun") || "#D9622B"),
      most = Math.max(4, ...this.made.changed);
    this.made.changed.forEach((/** @type {number} */ value, /** @type {number} */ i) => {
      if (value < 1) return;
      other.strokeStyle = `rgba(${red},${green},${blue},${(0.2 + (0.8 * value) / most).toFixed(2)})`;
      other.lineWidth = 2;
      other.strokeRect((i % N) * CELL + 1, Math.floor(i / N) * CELL + 1, CELL - 2, CELL - 2);
    });
    pen.strokeStyle = colour("--soft");
    pen.lineWidth = 1;
    for (const place of Object.keys(this.edits))
      pen.strokeRect((Number(place) % N) * CELL + 4, Math.floor(Number(place) / N) * CELL + 4, CELL - 8, CELL - 8);
    pen.strokeStyle = colour("--sun") || "#f60";
    pen.lineWidth = 3;
    pen.strokeRect((this.place % N) * CELL + 1, Math.floor(this.place / N) * CELL + 1, CELL - 2, CELL - 2);
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  levels(pen, width, height) {
    pen.font = "13px Inter, system-ui, sans-serif";
    pen.fillStyle = colour("--soft");
    if (!this.made) {
      pen.fillText(t("The use of the codes appears here."), 16, 28);
      return;
    }
    const { used, book } = this.made,
      wide = (width - 16) / used.digits.length;
    pen.fillText(
      t("{different} of {book} codes in {drawings} drawings; as even as {perplexity} equal ones", {
        different: used.different,
        book,
        drawings: used.drawings,
        perplexity: used.perplexity,
      }),
      16,
      18,
      width - 32,
    );
    used.digits.forEach((/** @type {number[]} */ counts, /** @type {number} */ d) => {
      const most = Math.max(...counts),
        bar = (wide - 18) / counts.length;
      counts.forEach((count, n) => {
        const high = (count / most) * (height - 66);
        pen.fillStyle = colour("--low-sun") || "#D9622B";
        pen.fillRect(16 + d * wide + n * bar, height - 28 - high, bar - 2, high);
      });
      pen.fillStyle = colour("--soft");
      pen.fillText(t("number {n}", { n: d + 1 }), 16 + d * wide, height - 8);
    });
  }
  rounded() {
    const { rounding } = this.made,
      show = (/** @type {number} */ v) => (v === 0 ? "0" : v.toExponential(1));
    this.rounding.replaceChildren(
      h(
        "p.help",
        {},
        t(
          "Place {place}. The passed slope is what training follows; the true slope is measured with a change of 0.001.",
          { place: rounding.place },
        ),
      ),
      table(
        t("Rounding at one place"),
        [t("Number"), t("Encoder"), t("Within its levels"), t("Rounded"), t("Slope that is passed"), t("True slope")],
        rounding.z.map((/** @type {number} */ z, /** @type {number} */ n) => [
          String(n + 1),
          num(z, 3),
          num(rounding.bounded[n], 3),
          rounding.rounded[n],
          show(rounding.passed[n]),
          show(rounding.true[n]),
        ]),
      ),
    );
  }
  /** @param {import("./run.js").Made} result */
  raced({ said, files }) {
    const names = /** @type {Record<string, string>} */ ({
      codes: t("64 codes"),
      steps: t("six steps"),
      pixels: t("1,024 pixels"),
    });
    this.lanes.replaceChildren(
      ...Object.keys(said.lanes).map(name => tile(files[`${name}.png`], names[name])),
      table(
        t("Race of predictions"),
        [t("As"), t("Predictions in a row"), t("Numbers made"), t("Seconds")],
        Object.entries(said.lanes).map(([name, lane]) => [
          names[name],
          lane.predictions,
          num(lane.numbers),
          num(lane.seconds, 2),
        ]),
      ),
      h("p.help", {}, t("At 64 × 64 pixels PixelCNN would make 12,288 predictions in a row where the codes need 64.")),
    );
  }
  state() {
    return { edits: this.edits, place: this.place, prompt: this.prompt.input.value, seed: this.seed };
  }
  /** @param {any} state */
  restore(state) {
    const found = state.edits && typeof state.edits === "object" ? state.edits : {};
    this.edits = Object.fromEntries(
      Object.entries(found).filter(
        ([place, code]) =>
          /^\d{1,2}$/.test(place) &&
          Number(place) < 64 &&
          Number.isInteger(code) &&
          Number(code) >= 0 &&
          Number(code) < 6000,
      ),
    );
    this.place = Number.isInteger(state.place) && state.place >= 0 && state.place < 64 ? state.place : 27;
    this.prompt.show(state.prompt);
    this.seed = Number.isInteger(state.seed) && state.seed >= 0 && state.seed < 1e6 ? state.seed : 1;
    this.draw();
    this.use.again();
    if (!this.known) {
      this.known = true;
      this.runner.start();
    }
  }
  canvases() {
    return [this.grid, this.result];
  }
  stop() {
    this.runner.stop();
    this.race.stop();
  }
  /** @param {any} settings */
  delivered(settings) {
    const edits = Object.fromEntries(
      String(settings.edits ?? "")
        .split(/[\s,]+/)
        .map(one => one.split("="))
        .filter(pair => pair.length === 2)
        .map(([place, code]) => [place, Number(code)]),
    );
    this.restore({ ...settings, edits });
    this.runner.start();
  }
}

// names of settings that the pipeline gives, for the catalogue: t("landed decoder") t("no critic") t("fixed weight") t("adaptive weight") t("R1") t("R1 and R2")
// t("LeCam") t("spectral norm") t("R1 and LeCam")

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Codes(host, exhibit);

/** The picture of its card: a grid of codes. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const cell = 25,
    names = ["--low-sun", "--wash", "--sun", "--raised", "--edge"];
  pen.fillStyle = colour("--field") || "#fff";
  pen.fillRect(0, 0, width, height);
  pen.font = "10px Inter, sans-serif";
  for (let row = 0; row < N; row++)
    for (let column = 0; column < N; column++) {
      const code = (row * 1733 + column * 911 + row * column * 37) % 6000,
        inside = Math.hypot(row - 3.5, column - 3.5) < 3.2;
      pen.fillStyle = inside ? colour(names[code % 3]) || "#ccc" : colour(names[3 + (code % 2)]) || "#eee";
      pen.fillRect(60 + column * cell, row * cell, cell - 1, cell - 1);
    }
}
