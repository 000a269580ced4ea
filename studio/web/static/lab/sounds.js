// @ts-check
// A sound as rows of codes; how it sounds and looks with the first few of them, what each adds, and Opus beside it.
import { num, t, upload } from "../core.js";
import { colour, h } from "./plane.js";
import { chart, choice, range, Runner, table } from "./run.js";
import { check, held } from "./ui.js";

const BOOKS = 8;

/** A sound with its words above, and perhaps a picture of it. @param {string} words */
function player(words) {
  const audio = h("audio", { controls: true, preload: "none", "aria-label": words }),
    look = h("img", {
      alt: t("Spectrogram: {name}", { name: words }),
      width: 640,
      height: 192,
      style: "max-width: 100%; height: auto",
      hidden: true,
    });
  const element = h("figure.lab-figure", {}, h("figcaption.help", {}, words), look, audio);
  const show = (/** @type {string | undefined} */ sound, /** @type {string} */ picture = "") => {
    element.hidden = !sound;
    if (sound && audio.getAttribute("src") !== sound) audio.src = sound;
    if (picture) {
      look.src = picture;
      look.hidden = false;
    }
  };
  return { audio, element, show };
}

/** How a small transformer goes on with two seconds of the sound, with and without kept keys and values. */
class Continuation {
  /** @param {any} host @param {string} pipeline @param {() => { settings: object, inputs: object }} sound */
  constructor(host, pipeline, sound) {
    const noted = () => host.changed();
    this.seed = 1;
    this.made = /** @type {any} */ (null);
    this.took = /** @type {Record<string, any>} */ ({});
    this.seconds = range(t("Seconds of continuation"), 0.5, 3, 0.5, noted);
    this.heat = range(t("Temperature"), 0, 1.5, 0.1, noted);
    this.keep = check(t("Keep keys and values"), noted);
    this.runner = new Runner(
      t("Let it go on"),
      async () => {
        const { settings, inputs } = sound();
        return { pipeline, settings: { ...settings, ...this.settings() }, inputs };
      },
      "codes.json",
      made => this.got(made),
    );
    this.codes = chart(t("Codes that are given, and codes that the network wrote"), 640, 120, (pen, width, height) =>
      this.draw(pen, width, height),
    );
    this.players = {
      given: player(t("Two seconds that are given")),
      continued: player(t("How the network goes on")),
      whole: player(t("Both together")),
      really: player(t("What really follows")),
    };
    this.show();
    this.count = h("p.lab-count", { role: "status" });
    this.speed = h("div", {});
    this.element = h(
      "section",
      {},
      h("h2", {}, t("Let the codes go on")),
      h(
        "p.help",
        {},
        t(
          "A small transformer reads two seconds of the first four codebooks and writes what comes next, as MusicGen does. It is small and learned for some minutes of one core: expect a sound of the same kind, no tune and no words.",
        ),
      ),
      h(
        "div.lab-tools",
        {},
        this.seconds.element,
        this.heat.element,
        this.keep.element,
        h(
          "button.secondary",
          {
            type: "button",
            onclick: () => {
              this.seed++;
              noted();
              this.runner.start();
            },
          },
          t("Another one"),
        ),
      ),
      this.runner.element,
      this.codes.canvas,
      this.count,
      h(
        "div.lab-pair",
        {},
        Object.values(this.players).map(one => one.element),
      ),
      this.speed,
    );
  }
  settings() {
    return { seconds: this.seconds.value, temperature: this.heat.value, cache: this.keep.on, seed: this.seed };
  }
  /** @param {any} state */
  restore(state) {
    this.seconds.show(held(state.seconds, 0.5, 3, 2));
    this.heat.show(held(state.temperature, 0, 1.5, 0.8));
    this.keep.box.checked = state.cache !== false;
    this.seed = Math.round(held(state.seed, 0, 1e6, 1));
  }
  /** @param {import("./run.js").Made} result */
  got({ said, files, picture }) {
    this.made = { ...said, files, picture };
    this.took[said.cache ? "with" : "without"] = said;
    const row = (/** @type {string} */ name, /** @type {string} */ words) => {
      const one = this.took[name];
      return one ? [words, one.steps, num(one.seconds, 2), num(one.steps_a_second, 1)] : [words, "–", "–", "–"];
    };
    this.speed.replaceChildren(
      table(
        t("Steps a second"),
        [t("Keys and values"), t("Steps"), t("Seconds"), t("Steps a second")],
        [row("with", t("are kept")), row("without", t("are computed again at every step"))],
      ),
      h(
        "p.help",
        {},
        t("The codes are the same either way, but for rounding. Take the tick away and run it again to compare."),
      ),
    );
    const { given_frames: given, frames, repeated } = said;
    this.count.textContent = t(
      "{given} frames are given, {new} are new; {share} % of the new codes are those of the frame before.",
      { given: num(given), new: num(frames - given), share: num(100 * repeated, 0) },
    );
    this.show();
    this.codes.again();
  }
  show() {
    const files = this.made?.files ?? {};
    for (const [name, one] of Object.entries(this.players))
      one.show(files[`${name}.flac`], name === "whole" ? files["spectrum.png"] : "");
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  draw(pen, width, height) {
    pen.font = "13px Inter, system-ui, sans-serif";
    if (!this.made) {
      pen.fillStyle = colour("--soft");
      pen.fillText(t("The codes appear here."), 16, 28);
      return;
    }
    const at = (width * this.made.given_frames) / this.made.frames;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.made.picture, 0, 24, width, height - 24);
    pen.fillStyle = colour("--ink");
    pen.fillText(t("given"), 4, 16);
    pen.fillText(t("continued"), at + 6, 16);
    pen.fillRect(at - 1, 0, 2, height);
  }
  stop() {
    this.runner.stop();
    for (const { audio } of Object.values(this.players)) audio.pause();
  }
}

class Sounds {
  /** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
  constructor(host, exhibit) {
    this.host = host;
    this.made = /** @type {any} */ (null);
    this.own = /** @type {string | null} */ (null);
    const fresh = () => {
      this.own = null;
      this.host.changed();
      this.runner.start();
    };
    this.source = choice(
      t("Sound of the studio"),
      [
        ["music", t("A piece of the composer")],
        ["voice", t("A voice of the studio")],
      ],
      fresh,
    );
    this.start = range(t("From second"), 0, 60, 0.5, () => {
      this.host.changed();
      this.runner.start();
    });
    this.books = range(
      t("Codebooks"),
      1,
      BOOKS,
      1,
      () => {
        this.host.changed();
        this.show();
      },
      () => this.show(),
    );
    this.file = h("input", {
      type: "file",
      accept: "audio/*",
      hidden: true,
      "aria-label": t("A sound of yours"),
      onchange: () => this.bring(),
    });
    this.runner = new Runner(
      t("Encode it"),
      async () => ({ pipeline: exhibit.pipelines[0], ...this.chosen() }),
      "codes.json",
      made => this.got(made),
    );
    this.rate = h("p.lab-count", { role: "status" });
    this.codes = chart(t("The codes: a row for each codebook, time to the right"), 640, 192, (pen, width, height) =>
      this.rows(pen, width, height),
    );
    this.players = {
      source: player(t("The sound itself")),
      heard: player(t("From the chosen codebooks")),
      added: player(t("What the last of them adds")),
      opus: player(t("Opus at 6,000 bits a second")),
    };
    this.distances = h("div", {});
    this.more = new Continuation(host, exhibit.pipelines[1], () => this.chosen());
    this.element = h(
      "div.lab-exhibit",
      {},
      h(
        "div.lab-tools",
        {},
        this.source.element,
        this.start.element,
        h("button.secondary", { type: "button", onclick: () => this.file.click() }, t("Use a sound of yours")),
        this.file,
      ),
      this.runner.element,
      h("div.lab-tools", {}, this.books.element),
      this.rate,
      this.codes.canvas,
      h(
        "div.lab-pair",
        {},
        Object.values(this.players).map(one => one.element),
      ),
      h("h2", {}, t("How far from the sound")),
      this.distances,
      this.more.element,
    );
    this.known = false;
  }
  settings() {
    return { source: this.source.select.value, start: this.start.value };
  }
  chosen() {
    return { settings: this.settings(), inputs: this.own ? { sound: this.own } : {} };
  }
  async bring() {
    const chosen = this.file.files[0];
    this.file.value = "";
    if (!chosen) return;
    try {
      this.own = (await upload(chosen, "sound")).id;
      this.runner.start();
    } catch (error) {
      this.rate.textContent = /** @type {Error} */ (error).message;
    }
  }
  /** @param {import("./run.js").Made} result */
  got({ said, files, picture }) {
    this.made = { ...said, files, picture };
    const { distances, opus, bits_a_second: bits, used, book } = said;
    this.distances.replaceChildren(
      table(
        t("How far from the sound"),
        [t("Codebooks"), t("Bits a second"), t("Codes used of {book}", { book }), t("Spectral distance")],
        [
          ...distances.map((/** @type {number} */ apart, /** @type {number} */ n) => [
            n + 1,
            num(bits * (n + 1)),
            used[n],
            num(apart, 3),
          ]),
          ["Opus", num(opus.bits_a_second), "–", num(opus.distance, 3)],
        ],
      ),
      h(
        "p.help",
        {},
        t(
          "The distance compares spectra of five window lengths (nats and shares); 0 is the same sound. It is no ear: listen too.",
        ),
      ),
    );
    this.show();
  }
  show() {
    if (!this.made) return;
    const books = this.books.value,
      { files, bits_a_second: bits, frames_a_second: frames } = this.made;
    this.rate.textContent = t(
      "{bits} bits a second: {frames} frames with {books} codes of 10 bits each. The sound itself has {raw}.",
      { bits: num(bits * books), frames: num(frames), books, raw: num(24000 * 16) },
    );
    const parts = /** @type {[string, string, string][]} */ ([
      ["source", "source.flac", "spectrum-0.png"],
      ["heard", `heard-${books}.flac`, `spectrum-${books}.png`],
      ["added", `added-${books}.flac`, ""],
      ["opus", "opus.flac", "spectrum-opus.png"],
    ]);
    for (const [name, sound, look] of parts)
      this.players[/** @type {"source" | "heard" | "added" | "opus"} */ (name)].show(files[sound], files[look]);
    this.codes.again();
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  rows(pen, width, height) {
    if (!this.made) {
      pen.fillStyle = colour("--soft");
      pen.font = "13px Inter, system-ui, sans-serif";
      pen.fillText(t("The codes appear here."), 16, 28);
      return;
    }
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.made.picture, 0, 0, width, height);
    pen.globalAlpha = 0.85;
    pen.fillStyle = colour("--field") || "#fff";
    const high = (height / BOOKS) * this.books.value;
    pen.fillRect(0, high, width, height - high);
    pen.globalAlpha = 1;
  }
  state() {
    return { ...this.settings(), ...this.more.settings(), books: this.books.value };
  }
  /** @param {any} state */
  restore(state) {
    this.source.show(state.source);
    this.start.show(state.start >= 0 && state.start <= 60 ? state.start : 0);
    this.books.show(state.books >= 1 && state.books <= BOOKS ? state.books : BOOKS);
    this.more.restore(state);
    this.codes.again();
    this.show();
    if (!this.known) {
      this.known = true;
      this.runner.start();
    }
  }
  canvases() {
    return [this.codes.canvas, this.more.codes.canvas];
  }
  stop() {
    this.runner.stop();
    this.more.stop();
    for (const { audio } of Object.values(this.players)) audio.pause();
  }
  /** @param {any} settings */
  delivered(settings) {
    this.restore({ ...settings, books: this.books.value });
    this.runner.start();
  }
}

/** @param {any} host @param {import("./lab.js").Exhibit} exhibit */
export default (host, exhibit) => new Sounds(host, exhibit);

/** The picture of its card: a wave over rows of codes. @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
export function card(pen, width, height) {
  const names = ["--low-sun", "--sun", "--wash", "--raised", "--edge"],
    cell = 16;
  pen.fillStyle = colour("--field") || "#fff";
  pen.fillRect(0, 0, width, height);
  pen.strokeStyle = colour("--low-sun") || "#D9622B";
  pen.lineWidth = 2;
  pen.beginPath();
  for (let x = 0; x <= width; x += 2) pen.lineTo(x, 42 + 26 * Math.sin(x / 9) * Math.sin(x / 61) * Math.cos(x / 160));
  pen.stroke();
  for (let row = 0; row < 6; row++)
    for (let column = 0; column < width / cell; column++) {
      pen.fillStyle =
        colour(names[(row * 7 + column * column * (row + 3) + column) % (2 + Math.min(3, row))]) || "#ccc";
      pen.fillRect(column * cell, 90 + row * (cell + 1), cell - 1, cell);
    }
}
