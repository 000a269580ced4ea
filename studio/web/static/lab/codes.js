// @ts-check
// Exhibit 7: a drawing as 8 × 8 codes that can be copied, set and decoded; how rounding passes a gradient.
import { arrow, num, t } from "../core.js";
import { chart, Pad } from "./charts.js";
import {
  button,
  caption,
  colour,
  Exhibit,
  figure,
  h,
  help,
  numbers,
  ownFile,
  pair,
  pictureOf,
  table,
} from "./exhibit.js";

const N = 8,
  SIDE = 384,
  CELL = SIDE / N,
  BOOK = 6000;
const within = (value, end) => Number.isInteger(value) && value >= 0 && value < end;

export default class Codes extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.place = 27;
    /** @type {Record<string, number>} */
    this.edits = {};
    this.copied = /** @type {number | null} */ (null);
    this.made = /** @type {any} */ (null);
    this.own = /** @type {string | null} */ (null);
    this.pad = new Pad(t("Paper for a drawing"), () => {
      this.edits = {};
      this.own = null;
      this.host.changed();
    });
    this.grid = h("canvas.lab-plane.lab-pixelled", {
      width: SIDE,
      height: SIDE,
      tabindex: 0,
      role: "application",
      "aria-label": t("The 64 codes. Press a place."),
      onclick: event => {
        const box = this.grid.getBoundingClientRect(),
          cell = share => Math.min(N - 1, Math.max(0, Math.floor(share * N)));
        this.choose(cell((event.clientY - box.top) / box.height) * N + cell((event.clientX - box.left) / box.width));
      },
      onkeydown: event => {
        const way = arrow(event);
        if (!way) return;
        event.preventDefault();
        this.choose((this.place + way[0] + N * way[1] + N * N) % (N * N));
      },
    });
    this.result = h("canvas.lab-plane", {
      width: SIDE,
      height: SIDE,
      role: "img",
      "aria-label": t("The drawing that the codes give"),
    });
    this.said = h("p.lab-count", { role: "status" });
    const bounds = { min: 0, max: BOOK - 1, step: 1 };
    this.number = h("input", { ...bounds, type: "number", "aria-label": t("Code of this place") });
    this.dragged = h("input", {
      ...bounds,
      type: "range",
      "aria-label": t("Code of this place, slider"),
      oninput: () => {
        this.number.value = this.dragged.value;
      },
      onchange: () => this.set({ [this.place]: Number(this.dragged.value) }),
    });
    const encoding = this.job(
      t("Encode it"),
      async () => {
        const drawing = this.own ?? (await this.pad.id()),
          edits = Object.entries(this.edits).map(([place, code]) => `${place}=${code}`);
        return {
          pipeline: "lab.codes",
          settings: { edits: edits.join(" "), place: this.place },
          inputs: drawing ? { drawing } : {},
        };
      },
      made => this.got(made),
      { json: "codes.json" },
    );
    this.use = chart(
      t("How often each level is used"),
      560,
      180,
      (pen, width, height) => this.levels(pen, width, height),
      t("The use of the codes appears here."),
    );
    this.rounding = h("div");
    this.element.append(
      pair(
        figure(caption(t("The 64 codes, each painted alone")), this.grid, this.said),
        figure(caption(t("What they give together")), this.result),
      ),
      this.tools(
        button("secondary", t("Copy"), () => {
          this.copied = this.code(this.place);
          this.tell();
        }),
        button("secondary", t("Paste here"), () => this.copied !== null && this.set({ [this.place]: this.copied })),
        button("secondary", t("Swap with the next"), () => {
          const next = (this.place + 1) % (N * N);
          this.set({ [this.place]: this.code(next), [next]: this.code(this.place) });
        }),
        h("label", h("span", t("Code of this place")), this.number, this.dragged),
        button("secondary", t("Set this code"), () => {
          const code = Number(this.number.value);
          if (within(code, BOOK)) this.set({ [this.place]: code });
        }),
        button("secondary", t("Undo all"), () => {
          this.edits = {};
          this.set({});
        }),
      ),
      encoding.element,
      h(
        "details",
        h("summary", t("Use a drawing of your own")),
        this.pad.element,
        ownFile("image", t("Use a picture"), t("A picture of yours"), id => {
          this.own = id;
          this.edits = {};
          this.begin();
        }),
      ),
      h("h2", t("How the codebook is used")),
      this.use.canvas,
      h("h2", t("How a gradient passes the rounding")),
      this.rounding,
    );
  }
  begin() {
    this.jobs[0].start();
  }
  code(place) {
    return this.edits[place] ?? this.made?.before[place] ?? 0;
  }
  choose(place) {
    this.place = place;
    this.tell();
    this.draw();
    this.host.changed();
  }
  /** @param {Record<string, number>} edits */
  set(edits) {
    this.edits = { ...this.edits, ...edits };
    this.host.changed();
    this.begin();
  }
  tell() {
    this.number.value = this.dragged.value = String(this.code(this.place));
    const said = t("Place {place}: code {code}", { place: this.place, code: this.code(this.place) });
    this.said.textContent = this.copied === null ? said : `${said}. ${t("Copied: {code}", { code: this.copied })}`;
  }
  async got({ said, files, picture }) {
    this.made = said;
    this.tiles = await pictureOf(files["tiles.png"]);
    this.picture = picture;
    this.tell();
    this.draw();
    this.use.again();
    this.rounded();
  }
  draw() {
    const pen = this.grid.getContext("2d"),
      other = this.result.getContext("2d");
    pen.fillStyle = other.fillStyle = colour("--field");
    pen.fillRect(0, 0, SIDE, SIDE);
    if (!this.made) return;
    pen.drawImage(this.tiles, 0, 0, SIDE, SIDE);
    other.drawImage(this.picture, 0, 0, SIDE, SIDE);
    const [red, green, blue] = numbers(colour("--low-sun")),
      most = Math.max(4, ...this.made.changed);
    this.made.changed.forEach((value, i) => {
      if (value < 1) return;
      other.strokeStyle = `rgba(${red},${green},${blue},${(0.2 + (0.8 * value) / most).toFixed(2)})`;
      other.lineWidth = 2;
      other.strokeRect((i % N) * CELL + 1, Math.floor(i / N) * CELL + 1, CELL - 2, CELL - 2);
    });
    pen.strokeStyle = colour("--soft");
    pen.lineWidth = 1;
    for (const place of Object.keys(this.edits))
      pen.strokeRect((Number(place) % N) * CELL + 4, Math.floor(Number(place) / N) * CELL + 4, CELL - 8, CELL - 8);
    pen.strokeStyle = colour("--sun");
    pen.lineWidth = 3;
    pen.strokeRect((this.place % N) * CELL + 1, Math.floor(this.place / N) * CELL + 1, CELL - 2, CELL - 2);
  }
  levels(pen, width, height) {
    if (!this.made) return false;
    const { used, book } = this.made,
      wide = (width - 16) / used.digits.length;
    pen.fillText(
      t("{different} of {book} codes in {drawings} drawings", {
        different: used.different,
        book,
        drawings: used.drawings,
        perplexity: used.perplexity,
      }),
      16,
      18,
      width - 32,
    );
    used.digits.forEach((counts, d) => {
      const most = Math.max(...counts),
        bar = (wide - 18) / counts.length;
      counts.forEach((count, n) => {
        const high = (count / most) * (height - 66);
        pen.fillStyle = colour("--low-sun");
        pen.fillRect(16 + d * wide + n * bar, height - 28 - high, bar - 2, high);
      });
      pen.fillStyle = colour("--soft");
      pen.fillText(t("number {n}", { n: d + 1 }), 16 + d * wide, height - 8);
    });
  }
  rounded() {
    const { rounding } = this.made,
      show = v => (v === 0 ? "0" : v.toExponential(1));
    this.rounding.replaceChildren(
      h("p.help", t("Place {place}. Training follows the passed slope.", { place: rounding.place })),
      table(
        t("Rounding at one place"),
        [t("Number"), t("Encoder"), t("Within its levels"), t("Rounded"), t("Slope that is passed"), t("True slope")],
        rounding.z.map((z, n) => [
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
  state() {
    return { edits: this.edits, place: this.place };
  }
  restored({ edits, place }) {
    const known = Object.entries(edits && typeof edits === "object" ? edits : {});
    this.edits = Object.fromEntries(known.filter(([at, code]) => within(Number(at), N * N) && within(code, BOOK)));
    this.place = within(place, N * N) ? place : 27;
    this.draw();
    this.use.again();
  }
  delivered({ edits, place }) {
    const pairs = [...String(edits ?? "").matchAll(/(\d+)=(\d+)/g)].map(([, at, code]) => [at, Number(code)]);
    super.delivered({ edits: Object.fromEntries(pairs), place });
  }
}
