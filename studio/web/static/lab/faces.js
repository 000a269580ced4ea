// @ts-check
// Exhibit 9: faces of a small StyleGAN2, mixed, walked between, added and looked for; the two decoders of a face swap; a film before and after it.
import { num, t } from "../core.js";
import { chart, curves, Pad } from "./charts.js";
import { button, caption, Exhibit, figure, h, help, pair, table, tile, tiles } from "./exhibit.js";

/** The controls that what is shown needs. @type {Record<string, string[]>} */
const NEEDS = { grid: ["second"], walk: ["second"], direction: ["direction", "amount"], projection: ["second", "pad"] };
const FACES = ["show", "first", "second", "direction", "amount", "truncation"],
  SWAP = ["who", "expression", "yaw"],
  FILM = ["pulse", "strength", "blinks"];

export default class Faces extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.made = this.film = /** @type {any} */ (null);
    this.pad = new Pad(t("Paper for a face"), () => this.host.changed());
    this.padded = h("div", help(t("Doodle a face, or leave it empty.")), this.pad.element);
    this.drawing = this.job(
      t("Draw the faces"),
      async () => {
        const portrait = this.value("show") === "projection" ? await this.pad.id() : null,
          settings = { ...this.values(...FACES), seed: this.seed };
        return { pipeline: "lab.faces", settings, inputs: portrait ? { portrait } : {} };
      },
      made => this.got(made),
      { json: "faces.json" },
    );
    this.swapping = this.job(
      t("Swap the faces"),
      () => ({ pipeline: "lab.swap", settings: this.values(...SWAP) }),
      made => this.exchanged(made),
      { json: "swap.json" },
    );
    this.filming = this.job(
      t("Film and swap"),
      () => ({ pipeline: "lab.signs", settings: this.values(...FILM) }),
      made => this.filmed(made),
      { json: "signs.json" },
    );
    const live = () => h("div.lab-tiles", { "aria-live": "polite" });
    this.tiles = live();
    this.swapped = live();
    this.moments = live();
    this.said = help("");
    this.swapSaid = help("");
    this.words = h("div");
    this.sheet = h("canvas", { width: 640, height: 320, hidden: true });
    this.spectrum = chart(
      t("Power at each frequency: made and drawn faces"),
      560,
      220,
      (pen, width, height) => {
        if (!this.made) return false;
        const { made, drawn } = this.made.spectrum,
          lines = [
            { name: t("made"), ink: "--low-sun", values: made },
            { name: t("drawn by code"), ink: "--ink", values: drawn },
          ];
        curves(pen, width, height, lines, { x: made.map((_, n) => String(n)) });
      },
      t("The spectrum appears here."),
    );
    const waves = (label, sign) =>
      chart(
        label,
        400,
        200,
        (pen, width, height) => {
          if (!this.film) return false;
          const { filmed, swapped, rate_hz: rate } = this.film,
            lines = [
              { name: t("filmed"), ink: "--ink", values: filmed[sign].series },
              { name: t("swapped"), ink: "--low-sun", values: swapped[sign].series },
            ];
          curves(pen, width, height, lines, { x: lines[0].values.map((_, n) => num(n / rate, 0)), every: 2 * rate });
        },
        t("The curve appears here."),
      );
    this.waves = [
      waves(t("Colour of the skin over time: filmed and swapped"), "pulse"),
      waves(t("Openness of the eyes over time: filmed and swapped"), "blinks"),
    ];
    this.element.append(
      this.tools(
        ...FACES,
        button("secondary", t("Other people"), () => {
          this.seed = (this.seed + 1) % 1000;
          this.host.changed();
          this.drawing.start();
        }),
      ),
      this.padded,
      this.drawing.element,
      this.tiles,
      this.sheet,
      this.said,
      h("h2", t("What a detector looks at: the spectrum")),
      this.spectrum.canvas,
      help(t("Networks often leave too little or too much in the fine part.")),
      h("h2", t("A face swap between two drawn people")),
      this.tools(...SWAP),
      this.swapping.element,
      this.swapped,
      this.swapSaid,
      h("h2", t("What a film gives away: pulse and blinks")),
      help(t("The face is filmed for 12 seconds, with pulse and blinks, then swapped.")),
      this.tools(...FILM),
      this.filming.element,
      this.moments,
      pair(
        figure(this.waves[0].canvas, caption(t("Pulse: the skin's colour over 12 seconds"))),
        figure(this.waves[1].canvas, caption(t("Blinks: how far the eyes are open"))),
      ),
      this.words,
    );
  }
  async begin() {
    for (const job of this.jobs) if (!this.gone) await job.start();
  }
  moved(key, settled) {
    this.fit();
    if (settled) (SWAP.includes(key) ? this.swapping : FILM.includes(key) ? this.filming : this.drawing).start();
  }
  /** Only the controls that what is shown needs. */
  fit() {
    const needed = NEEDS[this.value("show")] ?? [];
    for (const key of ["second", "direction", "amount"]) this.controls[key].element.hidden = !needed.includes(key);
    this.padded.hidden = !needed.includes("pad");
  }
  /** @param {import("./exhibit.js").Made} result */
  got({ said, files, picture }) {
    this.made = said;
    this.tiles.replaceChildren(
      ...said.names.map((name, n) => tile(files[`${n + 1}.png`], this.named(said.show, name, n))),
    );
    this.said.textContent = said.curve
      ? t("The difference fell from {from} to {to} levels in {n} steps.", {
          from: num(said.curve[0], 1),
          to: num(said.curve.at(-1), 1),
          n: said.curve.length,
        })
      : said.noise_moves === undefined
        ? ""
        : t("Noise moves a pixel by {levels} levels of 255.", { levels: said.noise_moves });
    this.sheet.width = picture.naturalWidth;
    this.sheet.height = picture.naturalHeight;
    this.sheet.getContext("2d").drawImage(picture, 0, 0);
    this.spectrum.again();
  }
  named(show, name, n) {
    if (show === "grid")
      return n === 7
        ? t("the first face")
        : n === 0
          ? t("the second face")
          : t("second face from layer {n} on", { n: n + 1 });
    if (show === "walk" || show === "truncation" || show === "direction") return name;
    return t(name);
  }
  /** @param {import("./exhibit.js").Made} result */
  exchanged({ said, files }) {
    const names = [
      ["source", t("what goes in")],
      ["own", t("its own decoder")],
      ["swapped", t("the other person's decoder")],
      ["drawn", t("the other person, drawn to compare")],
    ];
    this.swapped.replaceChildren(...tiles(names, files));
    this.swapSaid.textContent = t("The swapped face is {levels} levels of 255 from the drawn one.", {
      levels: said.levels_from_drawn,
      own: said.levels_from_source,
    });
  }
  /** @param {import("./exhibit.js").Made} result */
  filmed({ said, files }) {
    this.film = said;
    const names = [
      ["filmed-0", t("filmed, eyes open")],
      ["filmed-1", t("filmed, in a blink")],
      ["swapped-0", t("swapped, the same moment")],
      ["swapped-1", t("swapped, in the blink")],
    ];
    this.moments.replaceChildren(...tiles(names, files));
    const rows = [
      ["filmed", t("Filmed")],
      ["swapped", t("Swapped")],
    ].flatMap(([key, film]) => [
      [`${film}: ${t("pulse")}`, said[key].pulse.finding],
      [`${film}: ${t("blinks")}`, said[key].blinks.finding],
    ]);
    this.words.replaceChildren(
      table(t("What is read"), [t("Film and sign"), t("What is read")], rows),
      help(t("No verdict rests on these signs.")),
    );
    for (const one of this.waves) one.again();
  }
  restored() {
    this.fit();
    for (const one of [this.spectrum, ...this.waves]) one.again();
  }
}
