// @ts-check
// Exhibit 8: the order in which the places of a text are decided.
import { num, t } from "../core.js";
import { colour, Exhibit, h, numbers } from "./exhibit.js";

export default class Text extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.canvas = h("canvas.lab-wide", {
      width: 900,
      height: 220,
      role: "img",
      "aria-label": t("Heat map: when each place was decided"),
    });
    this.drafts = h("div");
    this.ordering = this.job(
      t("Fill it six times"),
      () => ({ pipeline: "lab.order", settings: { ...this.values("text", "sampler"), seed: this.seed } }),
      made => this.heat(JSON.parse(new TextDecoder().decode(made.bytes))),
    );
    this.element.append(
      this.tools(
        "text",
        "sampler",
        this.another(t("Another seed"), () => this.ordering.start()),
      ),
      this.ordering.element,
      this.canvas,
      this.drafts,
    );
  }
  begin() {
    this.ordering.start();
  }
  /** When each place was decided in each draft, and on average: light is early, dark is late. @param {any} found */
  heat(found) {
    const { places, drafts } = found,
      pen = this.canvas.getContext("2d"),
      left = 90,
      wide = (900 - left - 10) / Math.max(1, places.length),
      tall = 200 / (drafts.length + 1);
    const early = numbers(colour("--wash")),
      late = numbers(colour("--low-sun"));
    this.canvas.height = 220;
    pen.fillStyle = colour("--field");
    pen.fillRect(0, 0, 900, 220);
    pen.font = "13px Inter, sans-serif";
    pen.textBaseline = "middle";
    const cell = (column, row, share, words) => {
      const x = left + column * wide,
        y = 10 + row * tall,
        tone = early.map((c, k) => c + share * (late[k] - c)),
        bright = tone[0] * 0.3 + tone[1] * 0.59 + tone[2] * 0.11 > 120;
      pen.fillStyle = `rgb(${tone.map(Math.round).join(",")})`;
      pen.fillRect(x + 1, y + 1, wide - 2, tall - 2);
      pen.fillStyle = bright ? "#16130F" : "#FBF8F3";
      pen.fillText(words, x + 6, y + tall / 2, wide - 10);
    };
    const name = (row, words) => {
      pen.fillStyle = colour("--ink");
      pen.fillText(words, 6, 10 + (row + 0.5) * tall);
    };
    drafts.forEach((draft, row) => {
      const decided = draft.steps.filter(one => one.piece !== undefined),
        last = Math.max(2, ...decided.map(one => one.step));
      name(row, t("Draft {n}", { n: row + 1 }));
      places.forEach((place, column) => {
        const one = decided.findLast(d => d.blank === place.blank && d.place === place.place);
        if (one) cell(column, row, (one.step - 1) / (last - 1), `${one.step}. ${one.piece}`);
      });
    });
    name(drafts.length, t("Mean"));
    places.forEach((place, column) => cell(column, drafts.length, place.rank, num(place.rank, 2)));
    this.drafts.replaceChildren(
      h(
        "ol",
        drafts.map(draft => h("li", draft.text)),
      ),
    );
  }
}
