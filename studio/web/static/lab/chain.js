// @ts-check
// Exhibit 11: the tree of a finished piece with each model, its time and its licence; which model for which job.
import { ask, num, post, t } from "../core.js";
import { button, colour, Exhibit, h, table } from "./exhibit.js";

export default class Chain extends Exhibit {
  constructor(host, about) {
    super(host, about);
    this.chosen = "";
    this.select = h("select", {
      "aria-label": t("A result of your shelf"),
      onchange: () => {
        this.open(this.select.value);
        host.changed();
      },
    });
    this.tree = h("div.lab-tree", { role: "region", "aria-label": t("The chain"), tabindex: 0 });
    this.canvas = h("canvas.lab-wide", {
      width: 900,
      height: 120,
      role: "img",
      "aria-label": t("Seconds of each part"),
    });
    const making = this.job(
      t("Make a small chain now"),
      async () => {
        const [content, style] = await Promise.all([
          post("adopt", { asset: "samples/moose.jpg" }),
          post("adopt", { asset: "styles/hokusai-great-wave.jpg" }),
        ]);
        return { pipeline: "stylize.painting", settings: {}, inputs: { content: content.id, style: style.id } };
      },
      made => this.list(made.card.id),
    );
    this.element.append(
      this.tools(
        h("label", h("span", t("A result of your shelf")), this.select),
        button("secondary", t("Look again"), () => this.list(this.chosen)),
      ),
      making.element,
      this.canvas,
      this.tree,
      h("h2", t("Which model for which job")),
      table(
        t("Which model for which job"),
        [t("Job"), t("Where"), t("When a person must look")],
        about.guide.map(row => row.map(cell => t(cell))),
      ),
    );
  }
  async list(wanted) {
    const { cards } = await ask("shelf").catch(() => ({ cards: [] })),
      made = cards.filter(one => one.pipeline),
      films = made.filter(one => one.pipeline === "film.cut");
    const ordered = [...films, ...made.filter(one => one.pipeline !== "film.cut")];
    this.select.replaceChildren(
      ...ordered.map(one => h("option", { value: one.id }, `${one.title} (${one.made_with})`)),
    );
    this.jobs[0].element.hidden = films.length > 0;
    const first = ordered.find(one => one.id === wanted) ?? ordered[0];
    if (!first) {
      this.tree.replaceChildren(h("p", t("Your shelf is empty. Make a film first.")));
      this.bars([]);
      return;
    }
    this.select.value = first.id;
    await this.open(first.id);
  }
  async open(id) {
    this.chosen = id;
    const found = await ask(`lab/chain/${id}`).catch(error => error);
    if (found instanceof Error) {
      this.tree.replaceChildren(h("p.problem", { role: "alert" }, found.message));
      return;
    }
    const seen = new Set();
    this.tree.replaceChildren(h("ul", this.part(found, found.result, "", seen)));
    this.bars(Object.values(found.parts).filter(one => one.seconds));
  }
  /** One part and what it was made from; one that stood already is only named. @param {any} found @param {string} id @param {string} slot @param {Set<string>} seen @returns {any} */
  part(found, id, slot, seen) {
    const one = found.parts[id];
    if (!one) return h("li", slot ? `${slot}: ` : "", h("span.help", t("no longer on your shelf")));
    const again = seen.has(id);
    seen.add(id);
    const models = one.models.map(model => h("li.lab-model", model.name, h("span.help", ` ${model.licence}`)));
    return h(
      "li",
      slot && h("span.help", `${slot}: `),
      h("strong", one.title),
      " ",
      h(
        "span.help",
        [one.method ?? t("a file of yours"), one.seconds ? t("{n} s", { n: num(one.seconds, 1) }) : ""]
          .filter(Boolean)
          .join(", "),
      ),
      again && h("span.help", t(" (as above)")),
      !again && (models.length || one.inputs.length)
        ? h(
            "ul",
            models,
            one.inputs.map(input => this.part(found, input.id, input.slot, seen)),
          )
        : null,
    );
  }
  bars(parts) {
    const shown = parts.sort((a, b) => b.seconds - a.seconds).slice(0, 8),
      pen = this.canvas.getContext("2d"),
      most = Math.max(0.1, ...shown.map(one => one.seconds));
    this.canvas.height = Math.max(40, 26 * shown.length + 12);
    pen.fillStyle = colour("--field");
    pen.fillRect(0, 0, 900, this.canvas.height);
    pen.font = "13px Inter, sans-serif";
    pen.textBaseline = "middle";
    shown.forEach((one, row) => {
      pen.fillStyle = colour("--low-sun");
      pen.fillRect(250, 10 + 26 * row, (520 * one.seconds) / most, 16);
      pen.fillStyle = colour("--ink");
      pen.fillText(one.title.length > 34 ? `${one.title.slice(0, 33)}…` : one.title, 8, 18 + 26 * row, 234);
      pen.fillText(t("{n} s", { n: num(one.seconds, 1) }), 258 + (520 * one.seconds) / most, 18 + 26 * row);
    });
  }
  state() {
    return { result: this.chosen };
  }
  restored(state) {
    this.bars([]);
    this.list(typeof state.result === "string" ? state.result : "");
  }
}
