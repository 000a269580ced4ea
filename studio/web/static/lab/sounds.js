// @ts-check
// A sound as rows of codes; how it sounds and looks with the first few of them, what each adds, and Opus beside it.
import { num, t } from "../core.js";
import { chart } from "./charts.js";
import { colour, Exhibit, h, ownFile, pair, table } from "./exhibit.js";

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
  const element = h("figure.lab-figure", h("figcaption.help", words), look, audio);
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

export default class Sounds extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.made = /** @type {any} */ (null);
    this.own = /** @type {string | null} */ (null);
    this.encoding = this.job(
      t("Encode it"),
      () => ({
        pipeline: "lab.codec",
        settings: this.values("source", "start"),
        inputs: this.own ? { sound: this.own } : {},
      }),
      made => this.got(made),
      { json: "codes.json" },
    );
    this.rate = h("p.lab-count", { role: "status" });
    this.codes = chart(
      t("The codes: a row for each codebook"),
      640,
      192,
      (pen, width, height) => this.rows(pen, width, height),
      t("The codes appear here."),
    );
    this.players = {
      source: player(t("The sound itself")),
      heard: player(t("From the chosen codebooks")),
      added: player(t("What the last of them adds")),
      opus: player(t("Opus at 6,000 bits a second")),
    };
    this.distances = h("div");
    this.element.append(
      this.tools(
        "source",
        "start",
        ownFile("sound", t("Use a sound of yours"), t("A sound of yours"), id => {
          this.own = id;
          this.encoding.start();
        }),
      ),
      this.encoding.element,
      this.tools("books"),
      this.rate,
      this.codes.canvas,
      pair(...Object.values(this.players).map(one => one.element)),
      h("h2", t("How far from the sound")),
      this.distances,
    );
  }
  begin() {
    this.encoding.start();
  }
  moved(key, settled) {
    if (key === "books") this.show();
    else if (settled) {
      if (key === "source") this.own = null;
      this.encoding.start();
    }
  }
  got({ said, files, picture }) {
    this.made = { ...said, files, picture };
    const { distances, opus, bits_a_second: bits, used, book } = said;
    this.distances.replaceChildren(
      table(
        t("How far from the sound"),
        [t("Codebooks"), t("Bits a second"), t("Codes used of {book}", { book }), t("Spectral distance")],
        [
          ...distances.map((apart, n) => [n + 1, num(bits * (n + 1)), used[n], num(apart, 3)]),
          ["Opus", num(opus.bits_a_second), "–", num(opus.distance, 3)],
        ],
      ),
      h("p.help", t("0 is the same sound; listen too.")),
    );
    this.show();
  }
  show() {
    if (!this.made) return;
    const books = this.value("books"),
      { files, bits_a_second: bits, frames_a_second: frames } = this.made;
    this.rate.textContent = t("{bits} bits a second; the sound itself has {raw}.", {
      bits: num(bits * books),
      frames: num(frames),
      books,
      raw: num(24000 * 16),
    });
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
  rows(pen, width, height) {
    if (!this.made) return false;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.made.picture, 0, 0, width, height);
    pen.globalAlpha = 0.85;
    pen.fillStyle = colour("--field");
    const high = (height / BOOKS) * this.value("books");
    pen.fillRect(0, high, width, height - high);
    pen.globalAlpha = 1;
  }
  restored() {
    this.codes.again();
    this.show();
  }
  stop() {
    super.stop();
    for (const { audio } of Object.values(this.players)) audio.pause();
  }
}
