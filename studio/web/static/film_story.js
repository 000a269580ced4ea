// The story on the first screen of Film: who reads it, how far the reading is, and a language model that writes when it is asked.
import { ask, dialog, h, t } from "./core.js";
import { makeButton, say, segments, words } from "./film_parts.js";

const MOST_MET = 40,
  MOST_NAME = 120, // of who was met in the parts before
  PAUSE = 800, // milliseconds without a key until the story is read
  LONG = 3000; // after which a reading is said to take longer
const WAYS = () => [
  ["story", t("A story of this idea")],
  ["shorter", t("Shorter")],
  ["dialogue", t("More dialogue")],
  ["young", t("For children of four")],
];

export class Story {
  /** `model` is the language model that the administrator named, { name, host }, or null. */
  constructor(model, changed) {
    this.model = model;
    this.reader = "rules";
    this.by = ""; // the model that wrote the text
    this.before = []; // texts that were replaced by written ones
    this.words = words(
      t("Your story"),
      value => {
        if (!value.trim()) this.by = "";
        this.told();
        changed();
        clearTimeout(this.typed);
        if (value.trim() && this.reader === "rules") this.typed = setTimeout(() => this.scenesOf(value), PAUSE);
      },
      {
        lines: 5,
        most: 6000,
        placeholder: t(
          "A little fox lives by the sea. Every morning she runs to the lighthouse. One night the light goes out…",
        ),
      },
    );
    this.said = h("p.help", { role: "status" });
    this.problem = h("p.problem", { role: "alert" });
    this.halt = makeButton("secondary", t("Stop"), () => this.stop?.abort(), { hidden: true });
    this.undo = makeButton("link", t("Undo: my text again"), () => this.back(), { hidden: true });
    this.author = h("p.help");
    this.element = h(
      "div.film-story",
      this.words.element,
      model && this.writing(),
      this.author,
      this.undo,
      this.readers(),
      this.said,
      this.halt,
      this.problem,
    );
  }
  /** Who reads the story: our rules, or the administrator's language model where there is one. */
  readers() {
    const model = this.model;
    if (!model) return h("p.help", t("Write the story in English, in plain sentences."));
    const about = h("p.help"),
      box = segments(t("Read by"), value => show(value));
    const show = value => {
      this.reader = value;
      box.show(value, [
        { value: "rules", label: t("Our rules") },
        { value: "model", label: model.name },
      ]);
      about.textContent =
        value === "rules"
          ? t("At once, in English only.")
          : model.host
            ? t("Any language. Your story is sent to {host}.", { host: model.host })
            : t("Any language, on this machine. It can take minutes.");
    };
    show("rules");
    return h("div", box.element, about);
  }
  /** What the model may be asked to write. */
  writing() {
    const { name, host } = this.model;
    this.asks = WAYS().map(([value, label]) => makeButton("secondary", label, () => this.write(value)));
    return h(
      "details.film-writing",
      h("summary", t("Let {name} write", { name })),
      h("p.help", host ? t("Your text is sent to {host}.", { host }) : t("On this machine.")),
      h("div.buttons", this.asks),
    );
  }
  /** Ask the studio for something that takes a while and can be stopped. */
  async waited(work) {
    this.stop = new AbortController();
    this.halt.hidden = false;
    this.problem.textContent = "";
    for (const button of this.asks) button.disabled = true;
    try {
      return await work((path, body) => ask(path, body, { signal: this.stop.signal }));
    } catch (error) {
      throw this.stop.signal.aborted ? new Error(t("Stopped. Nothing was changed.")) : error;
    } finally {
      this.halt.hidden = true;
      say(this.said, "");
      for (const button of this.asks) button.disabled = false;
    }
  }
  async write(way) {
    const text = this.words.area.value;
    try {
      const made = await this.waited(send => {
        say(this.said, t("{name} is writing…", { name: this.model.name }));
        return send("films/write", { text, ask: way });
      });
      this.beside(text, made);
    } catch (error) {
      this.problem.textContent = error.message;
    }
  }
  /** The new text beside the old one; it is taken by a press only. */
  beside(text, made) {
    const column = (label, value) =>
      h("section", { "aria-label": label }, h("h3", label), h("p.page-text", { tabindex: 0 }, value));
    const take = () => {
      this.before.push({ text: this.words.area.value, by: this.by });
      this.put(made.text, made.by);
      box.close();
    };
    const box = dialog(
      t("Take this text?"),
      h("div.side-by-side", column(t("Yours"), text), column(t("By {name}", { name: made.by }), made.text)),
      h(
        "div.buttons",
        makeButton("primary", t("Take the new text"), take),
        makeButton("secondary", t("Keep mine"), () => box.close()),
      ),
    );
  }
  back() {
    const { text, by } = this.before.pop();
    this.put(text, by);
  }
  put(text, by) {
    this.words.area.value = text;
    this.words.area.dispatchEvent(new Event("input"));
    this.by = by;
    this.told();
    this.words.area.focus();
  }
  /** Say who wrote the text, and whether there is one before it. */
  told() {
    this.undo.hidden = !this.before.length;
    this.author.textContent = this.by
      ? t("Written by {name}; the film's credential will say so.", { name: this.by })
      : "";
  }
  /** What our rules read in a text. It is asked while the visitor thinks, so that at the press the answer is there or near. */
  scenesOf(text) {
    if (this.asked !== text) {
      this.asked = text;
      this.scenes = ask("films/story", { text, director: "rules" });
      this.scenes.catch(() => (this.asked = null)); // it is asked again, and then said
    }
    return this.scenes;
  }
  /** The story as a title, scenes and notes; a language model reads it part by part, each a short request. */
  async read() {
    const text = this.words.area.value;
    if (!text.trim())
      throw Object.assign(new Error(t("Type a few sentences first.")), {
        field: this.words.area,
      });
    if (this.reader === "rules") {
      say(this.said, t("Reading your story…"));
      const long = setTimeout(() => say(this.said, t("Reading your story… The first one takes longest.")), LONG);
      return this.scenesOf(text).finally(() => {
        clearTimeout(long);
        say(this.said, "");
      });
    }
    return this.waited(async send => {
      const whole = { title: "", scenes: [], notes: [], voice: "" };
      let met = [];
      for (let part = 0, parts = 1; part < parts; part++) {
        say(this.said, part ? t("Reading {part} of {parts}…", { part: part + 1, parts }) : t("Reading the beginning…"));
        const found = await send("films/story", { text, director: "model", part, met });
        whole.scenes.push(...found.scenes);
        whole.notes.push(...found.notes);
        met = [...new Set([...met, ...found.met.map(name => name.slice(0, MOST_NAME))])].slice(-MOST_MET);
        parts = found.parts;
        whole.voice ||= found.voice;
      }
      return whole;
    });
  }
}
