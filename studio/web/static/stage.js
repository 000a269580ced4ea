// The stage: a scene's picture in which everybody and everything can be pointed at, moved and changed. A change goes to the studio, which answers with the changed scene and with the layers that look different.
// @ts-check
import { arrow, ask, button, fail, fill, h, later, num, post, say, suggesting, t, tell, upload } from "./core.js";
import { fromShelf } from "./film_parts.js";
import { shown } from "./film_words.js";
import { read } from "./strange_words.js";

const STEP = 0.01,
  LARGE_STEP = 0.05,
  PAUSE_MS = 500,
  SEEN_MOVE = 0.012, // of the picture, by which a frame of the film has moved at the end
  MOST_FOUND = 8;
const KINDS = [
  later("on"),
  later("in"),
  later("under"),
  later("behind"),
  later("in front of"),
  later("beside"),
  later("left of"),
  later("right of"),
  later("above"),
];
const sides = () => [
  ["left", t("to the left")],
  ["right", t("to the right")],
];
const MARKS = { shown: "", replaced: "≈", left: "✕", unseen: "?" };
const SAID = {
  shown: later("{word}: shown"),
  replaced: later("{word}: shown by another picture"),
  left: later("{word}: left out"),
  unseen: later("{word}: not shown"),
};

/** @type {Promise<any> | null} */
let offered = null;
/** What can be chosen on any stage, asked for once. */
const choices = () =>
  (offered ??= ask("stage/choices").catch(error => {
    offered = null;
    throw error;
  }));

/**
 * Where a stage belongs: `of` names the picture or the film's scene, `scene` its record (null: as it is read); `keep` gets every changed record,
 * what changed and the record before, `back` takes the last change back and gives the record before it; `others` are actors of the scene before; `make` paints it; `own` is
 * the visitor's own thing in it; in a film only, `elsewhere` counts the other scenes of an actor and `everywhere` changes all of them, `line` is what is said, `latest` the record as the film has it now, `moves` whether words decide what moves.
 * @typedef {{ of: any, scene: any, keep: (answer: any, what: string, before: any) => void, back: () => Promise<any>, canGoBack: () => boolean, others: any[], make?: (call: any) => Promise<void>, own: () => any, elsewhere?: (actor: any) => number, everywhere?: (actor: any, change: any, what: string) => Promise<void>, line?: () => string, latest?: () => any, moves?: () => boolean }} Host
 */

/** The solid part of a picture at a share of its width and height. @param {HTMLImageElement} image @param {number} u @param {number} v */
function solid(image, u, v) {
  const canvas = h("canvas", { width: 1, height: 1 }),
    pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, -Math.floor(u * image.naturalWidth), -Math.floor(v * image.naturalHeight));
  return pen.getImageData(0, 0, 1, 1).data[3] > 40;
}

/** Lay an element over a part of the picture, by shares of it. @param {HTMLElement} element @param {number[]} shares */
function lay(element, ...shares) {
  for (const [n, side] of ["left", "top", "width", "height"].entries()) element.style[side] = `${100 * shares[n]}%`;
}

/** What somebody or something is called. @param {any} one */
export const nameOf = one => one.cast || one.said || one.noun;

/** The box round some boxes. @param {number[][]} boxes */
const around = boxes => [0, 1, 2, 3].map(n => Math[n < 2 ? "min" : "max"](...boxes.map(box => box[n])));

/** What a part is called in the list: its own noun where one word became several, with a number where that is the same. @param {any} one @param {any[]} all */
export function calledIn(one, all) {
  const name = other =>
    other.cast ||
    (other.said && all.filter(another => another.said === other.said).length === 1 ? other.said : other.noun);
  const same = all.filter(other => name(other) === name(one));
  return same.length > 1
    ? t("{what} {n}", { what: name(one), n: same.findIndex(other => other.id === one.id) + 1 })
    : name(one);
}

/** A few buttons under a question. @param {string} title @param {any} buttons @param {string} [kind] */
const group = (title, buttons, kind = "") =>
  h(`div.staging-others${kind}`, { role: "group", "aria-label": title }, h("span.field-label", title), buttons);

export class Stage {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.scene = host.scene;
    this.kept = JSON.stringify(host.scene);
    this.urls = new Map();
    this.chosen = "";
    this.answer = null;
    this.menu = null;
    this.turn = Promise.resolve();
    this.line = h("p.staging-line", { "aria-label": t("The words of the scene") });
    this.key = h(
      "p.help.staging-key",
      t("Underlined: shown. ≈ another picture. ✕ left out. ? not shown. Click a word to change that."),
    );
    this.images = h("div.staging-layers");
    this.frame = h("div.staging-frame", { hidden: true });
    this.handle = h(
      "button.staging-handle",
      { tabindex: -1, hidden: true, "aria-hidden": "true", title: t("Drag to where they go") },
      "➜",
    );
    this.shots = h("div");
    this.arrows = h("svg:svg.staging-arrows", {
      viewBox: "0 0 100 100",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    this.picture = h(
      "div.staging-picture",
      { role: "group", "aria-label": t("The stage") },
      this.images,
      this.shots,
      this.arrows,
      this.frame,
      this.handle,
      h("p.staging-wait", { role: "status" }, t("The stage is being painted.")),
    );
    this.list = h("div.staging-list", { role: "group", "aria-label": t("On the stage") });
    this.panel = h("div.staging-panel");
    this.around = h("div.staging-around", { role: "group", "aria-label": t("Place and time") });
    this.finder = h("div.staging-find");
    this.where = h("div");
    this.deeds = h("div.staging-deeds");
    this.notes = h("div.staging-notes");
    this.bar = h("div.buttons.staging-bar");
    this.live = h("p.sr", { role: "status" });
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.element = h(
      "div.staging",
      { "aria-busy": "true" },
      this.line,
      this.key,
      h(
        "div.staging-rows",
        h("div.staging-seen", this.picture, this.bar, this.problem, this.deeds),
        h("div.staging-side", this.list, this.panel, this.where, this.finder, this.around),
      ),
      this.notes,
      this.live,
    );
    this.picture.addEventListener("pointerdown", event => this.press(event));
    this.handle.addEventListener("pointerdown", event => this.lead(event));
    this.element.addEventListener("keydown", event => this.press_key(event));
    this.ask(null);
  }
  /** One change after another, however quickly they are asked for. @param {any} change @param {string} [what] */
  ask(change, what = "") {
    this.turn = this.turn.then(async () => {
      this.element.setAttribute("aria-busy", "true");
      this.problem.hidden = true;
      try {
        if (this.host.latest && JSON.stringify(this.host.latest()) !== this.kept) {
          // never overwritten unasked
          this.fresh();
          if (change) {
            change = null;
            say(this.problem, t("This scene was changed in another window; make your change again."));
          }
        }
        this.menu ??= await choices();
        const known = (this.answer?.layers ?? []).map(one => one.key);
        const answer = await post("stage", {
          of: this.host.of,
          scene: this.scene,
          change,
          known,
          own: this.own ?? this.host.own(),
          line: this.host.line?.(),
        });
        const before = new Set((this.scene ? this.parts() : []).map(one => one.id));
        const earlier = this.scene;
        for (const one of answer.layers) if (one.url) this.urls.set(one.key, one.url);
        this.answer = answer;
        this.scene = answer.scene;
        if (change?.do === "add") this.chosen = this.parts().find(one => !before.has(one.id))?.id ?? this.chosen;
        if (!this.parts().some(one => one.noun === this.own?.name)) this.own = null;
        if (change) {
          this.host.keep(answer, what, earlier);
          this.kept = JSON.stringify(answer.scene);
          this.live.textContent = this.said(change, what);
          this.askWhere(change, what, earlier.actors ?? []);
        }
      } catch (error) {
        say(this.problem, error.message);
      }
      this.element.setAttribute("aria-busy", "false");
      this.draw();
    });
    return this.turn;
  }
  /** A scene as its host has it, whatever stood here. */
  fresh(scene = this.host.latest?.() ?? null) {
    this.scene = scene;
    this.kept = JSON.stringify(this.scene);
    this.own = null;
  }
  /** @returns {any[]} */
  parts() {
    return [...(this.scene.actors ?? []).map(one => ({ ...one, actor: true })), ...(this.scene.things ?? [])];
  }
  /** @param {string} id @returns {any} */
  part(id) {
    return this.parts().find(one => one.id === id);
  }
  called(one) {
    return calledIn(one, this.parts());
  }
  relations(id) {
    return (this.scene.relations ?? []).filter(one => one.subject === id);
  }
  said(change, what) {
    const part = this.part(change.id),
      on = change.do === "move" && part && this.relations(part.id).find(one => ["on", "in"].includes(one.kind));
    return on
      ? t("{what} is {kind} {other}.", {
          what: this.called(part),
          kind: t(on.kind),
          other: this.called(this.part(on.object)),
        })
      : t(what);
  }

  // drawing

  draw() {
    if (!this.answer) return this.drawBar();
    const held = this.element.contains(document.activeElement)
      ? document.activeElement?.getAttribute("data-key")
      : null;
    const { width, height, layers } = this.answer;
    if (!this.part(this.chosen)) this.chosen = "";
    this.picture.style.setProperty("aspect-ratio", `${width} / ${height}`);
    this.picture.style.setProperty("--ratio", String(width / height));
    this.images.replaceChildren(
      ...layers.map(one => {
        const image = h(`img.staging-${one.kind}`, {
          src: this.urls.get(one.key),
          alt: "",
          draggable: "false",
          "data-part": one.part || null,
          "data-figure": one.figure || null,
        });
        lay(image, one.x / width, one.y / height, one.width / width, one.height / height);
        return image;
      }),
    );
    this.drawLine();
    this.drawList();
    this.drawFrame();
    this.drawPanel();
    this.drawAround();
    this.drawDeeds();
    this.drawBar();
    this.notes.replaceChildren(...(this.answer.notes ?? []).map(note => h("p.help", t(note))));
    if (held)
      /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-key="${CSS.escape(held)}"]`))?.focus({
        preventScroll: true,
      });
  }
  drawLine() {
    const text = this.answer.line ?? "",
      made = [];
    let at = 0;
    for (const one of this.answer.words) {
      made.push(
        text.slice(at, one.start),
        one.state === "spoken"
          ? h("span.staging-word.quoted", one.word)
          : h(
              `button.staging-word.${one.state}`,
              {
                "data-key": `word-${one.start}`,
                "aria-label": t(SAID[one.state], { word: one.word }),
                title: t(one.because) || null,
                "aria-pressed": String(Boolean(one.part) && one.part === this.chosen),
                onclick: () => this.word(one),
              },
              one.word,
              MARKS[one.state] && h("sup", { "aria-hidden": "true" }, MARKS[one.state]),
            ),
      );
      at = one.end;
    }
    this.line.replaceChildren(...made, text.slice(at));
    this.line.hidden = this.key.hidden = !text;
  }
  drawList() {
    const rows = this.parts().map(one =>
      button("staging-row", this.called(one), () => this.choose(one.id), {
        "data-key": `part-${one.id}`,
        "aria-pressed": String(one.id === this.chosen),
      }),
    );
    this.list.replaceChildren(...(rows.length ? rows : [h("p.help", t("Nobody and nothing is here yet."))]));
  }
  drawFrame() {
    const [, box] = this.member(this.chosen, 0),
      part = this.part(this.chosen);
    this.frame.hidden = !box;
    this.handle.hidden = !box || !part?.actor;
    if (box) {
      lay(this.frame, box[0], box[1], box[2] - box[0], box[3] - box[1]);
      Object.assign(this.handle.style, {
        left: `${Math.min(96, 100 * box[2])}%`,
        top: `${(100 * (box[1] + box[3])) / 2}%`,
      });
    }
    this.drawShots();
    this.arrows.replaceChildren(
      ...(this.scene.deeds ?? [])
        .filter(deed => deed.toward)
        .map(deed => this.arrow(deed))
        .filter(Boolean),
    );
  }
  /** The film's frame, or that of the beginning and that of the end; what neither shows is shaded. */
  drawShots() {
    const [first, last] = this.answer.frames ?? [];
    if (!first) return fill(this.shots);
    const moves = first.some((at, n) => Math.abs(at - last[n]) > SEEN_MOVE);
    const box = (kind, /** @type {number[]} */ [x0, y0, x1, y1], words) => {
      const frame = h(`div.staging-shot${kind}`, h("span", words));
      lay(frame, x0, y0, x1 - x0, y1 - y0);
      return frame;
    };
    const ends = [box("", first, t("The film begins here")), box(".last", last, t("It ends here"))];
    fill(this.shots, box(".outside", around([first, last]), t("The film’s frame")), moves && ends);
  }
  arrow(deed) {
    const [, from] = this.member(deed.who[0], 0),
      [, to] = this.member(deed.goal, 0);
    if (!from) return null;
    const x0 = 50 * (from[0] + from[2]),
      y0 = 100 * from[3] - 4;
    const x1 = to ? 50 * (to[0] + to[2]) : deed.toward === "left" ? 2 : deed.toward === "right" ? 98 : x0,
      y1 = to ? 100 * to[3] - 4 : deed.toward === "left" || deed.toward === "right" ? y0 : y0 - 25;
    return h("svg:line", { x1: x0, y1: y0, x2: x1, y2: y1, "vector-effect": "non-scaling-stroke" });
  }
  /** Where a member of a part stands, and the box round all of it. @param {string} id @param {number} number @returns {[any, number[] | null]} */
  member(id, number) {
    const own = (this.answer?.members ?? []).filter(one => one.part === id);
    return [own.find(one => one.member === number) ?? null, own.length ? around(own.map(one => one.box)) : null];
  }
  /** A labelled list in the panel. @param {string} key @param {string} label @param {any} value @param {any[][]} options @param {(value: string) => void} change */
  pick(key, label, value, options, change) {
    const held = String(value ?? ""),
      all = options.some(([one]) => one === held) ? options : [...options, [held, held]];
    return h(
      "label.staging-field",
      h("span", label),
      h(
        "select",
        { "data-key": key, "aria-label": label, onchange: event => change(event.target.value) },
        all.map(([one, words]) => h("option", { value: one, selected: one === held }, words)),
      ),
    );
  }
  /** A labelled field in the panel, with suggestions. @param {string} key @param {string} label @param {any} value @param {string} list @param {(value: string) => void} change @param {object} [more] */
  type(key, label, value, list, change, more) {
    const onchange = event => change(event.target.value);
    return h(
      "label.staging-field",
      h("span", label),
      h("input", { type: "text", "data-key": key, value: value ?? "", maxlength: 200, list, onchange, ...more }),
    );
  }
  drawPanel() {
    const one = this.part(this.chosen);
    if (!one) return fill(this.panel, h("p.help", t("Click something in the picture, or a word.")));
    const set = field => value => this.edit(one, { do: "set", field, value, to: one.object ?? "" });
    const plain = words => [["", "–"], ...words.map(word => [word, t(word.replace("_", " "))])];
    const others = this.parts()
      .filter(other => other.id !== one.id)
      .map(other => [other.id, this.called(other)]);
    const fields = one.actor ? this.actorFields(one, set, plain, others) : this.thingFields(one, set);
    const stands = this.relations(one.id).find(relation => relation.kind !== "held by" && relation.kind !== "wearing"),
      kind = stands?.kind ?? "";
    const numbers = [..."123456"].map(n => [n, n]);
    fill(
      this.panel,
      h("h3", this.called(one)),
      fields,
      this.pick("count", t("Number"), one.count ?? 1, numbers, value => set("count")(Number(value))),
      this.pick("size", t("Size"), one.size, plain(this.menu.sizes), set("size")),
      h(
        "div.staging-pair",
        this.pick("kind", t("Stands"), kind, [["", t("freely")], ...KINDS.map(word => [word, t(word)])], value =>
          this.stand(one, value, stands?.object),
        ),
        kind && this.pick("to", t("of what"), stands?.object, others, value => this.stand(one, kind, value)),
      ),
      h(
        "div.buttons",
        this.answer.redrawable.includes(one.id) &&
          this.button("redraw", t("Another drawing"), () => this.edit(one, { do: "redraw" })),
        this.button("swap", t("Swap"), () =>
          this.find({ id: one.id, title: t("Instead of {what}", { what: this.called(one) }) }),
        ),
        this.button("remove", t("Take out"), () => this.remove(one)),
      ),
    );
  }
  button(key, words, run) {
    return button("secondary", words, run, { "data-key": key });
  }
  /** Something about a part is another. @param {any} one @param {any} change */
  edit(one, change) {
    return this.ask({ id: one.id, ...change }, later("Changed {what}", { what: this.called(one) }));
  }
  actorFields(one, set, plain, others) {
    const holds = (this.scene.relations ?? []).find(tie => tie.kind === "held by" && tie.object === one.id)?.subject;
    const goes = (this.scene.deeds ?? []).find(
      deed => deed.who.length === 1 && deed.who[0] === one.id && (deed.toward || deed.way === "leave"),
    );
    const acts = Object.entries(this.menu.acts).map(([act, words]) => [act, t(words)]),
      ends = others.map(([id, what]) => [`thing:${id}`, t("to {what}", { what })]);
    const way = goes ? (goes.goal ? `thing:${goes.goal}` : goes.toward) : "",
      things = (this.scene.things ?? []).map(other => [other.id, this.called(other)]);
    const spoken = (this.scene.speeches ?? []).filter(speech => speech.who === one.id).map(speech => speech.text);
    const { settings, inputs } = this.answer.call,
      cast = JSON.parse(settings.cast || "{}"),
      played = Boolean(one.cast && (inputs.character || one.cast.toLowerCase() in cast));
    const look = this.type("look", t("Looks and wears"), one.look, "staging-worn", set("look"), {
      placeholder: t("girl with a red scarf"),
      disabled: played,
    });
    return [
      this.pick("act", t("Does"), one.act, [["", "–"], ...acts], set("act")),
      one.act &&
        this.pick("object", t("with or to"), one.object, [["", "–"], ...others], value =>
          this.edit(one, { do: "set", field: "act", value: one.act ?? "", to: value }),
        ),
      this.pick("mood", t("Feels"), one.mood, plain(this.menu.moods), set("mood")),
      this.pick("holds", t("Holds"), holds, [["", t("nothing")], ...things], what =>
        this.edit(one, { do: "hold", what }),
      ),
      look,
      played && h("p.help", t("A member of the cast")),
      this.facing(one, others),
      this.pick("goes", t("Goes"), way, [["", t("nowhere")], ...sides(), ["afar", t("away")], ...ends], to =>
        this.go(one, to),
      ),
      ...this.saysFields(one, spoken),
    ].filter(Boolean);
  }
  /** What somebody says: a field for each of their speeches that the line still has, an empty one where it has none. In a picture it is only told. @param {any} one @param {string[]} spoken */
  saysFields(one, spoken) {
    const line = this.answer.narration ?? null;
    if (line === null)
      return spoken.length
        ? [h("p.help", t("Says: “{text}”", { text: spoken.join(" ") }), " ", t("This is heard in a film only."))]
        : [];
    const said = spoken.filter(text => line.includes(text));
    return (said.length ? said : [""]).map((was, n) =>
      h(
        "label.staging-field",
        h("span", t("Says")),
        h("textarea", {
          "data-key": `says-${n}`,
          rows: 2,
          maxlength: 400,
          value: was.replace(/,$/, ""),
          placeholder: t("nothing"),
          onchange: event => this.edit(one, { do: "say", was, text: event.target.value }),
        }),
      ),
    );
  }
  facing(one, others) {
    const ways = [["", t("as it suits")], ...sides(), ...others];
    return this.pick("faces", t("Faces"), one.facing, ways, to => this.edit(one, { do: "face", to }));
  }
  thingFields(one, set) {
    const states = this.answer.states[one.id] ?? [];
    return [
      h(
        "div.staging-colours",
        { role: "group", "aria-label": t("Colour") },
        ["", ...this.menu.colours].map(colour =>
          h("button.staging-colour", {
            "data-key": `colour-${colour}`,
            "aria-label": colour ? t(colour) : t("Own colours"),
            title: colour ? t(colour) : t("Own colours"),
            "aria-pressed": String((one.colour ?? "") === colour),
            style: colour ? `background: ${colour}` : null,
            onclick: () => set("colour")(colour),
          }),
        ),
      ),
      states.length > 1 &&
        this.pick(
          "state",
          t("State"),
          one.noun,
          states.map(noun => [noun, t(noun)]),
          noun => this.edit(one, { do: "swap", noun }),
        ),
      this.facing(one, []),
    ].filter(Boolean);
  }
  drawAround() {
    const { setting } = this.answer,
      change = field => value => this.ask({ do: "setting", field, value }, later("Place and time"));
    const words = (list, first) => [...(first ? [["", first]] : []), ...list.map(word => [word, t(word)])];
    const named = place => this.menu.places.find(one => t(one).toLowerCase() === place) ?? place;
    this.around.replaceChildren(
      this.type("place", t("Place"), t(setting.place ?? ""), "staging-places", place =>
        change("place")(named(place.trim().toLowerCase())),
      ),
      this.pick("hour", t("Time of day"), setting.hour, words(this.menu.hours), change("hour")),
      this.pick("weather", t("Weather"), setting.weather, words(this.menu.weathers), change("weather")),
      this.pick("season", t("Season"), setting.season, words(this.menu.seasons, t("any")), change("season")),
      suggesting("staging-worn", this.menu.worn),
      suggesting(
        "staging-places",
        this.menu.places.map(place => t(place)),
      ),
    );
    if (!this.finder.firstChild) this.find(null);
  }
  drawDeeds() {
    const name = id => (this.part(id) ? this.called(this.part(id)) : "");
    const does = act => t(this.menu.acts[act] ?? act),
      { times, deeds: shares } = this.answer;
    const ways = Object.fromEntries([...sides(), ["afar", t("away")]]);
    const told = ({ act, also, goal, to, object, toward }) => {
      const acts = [act, also].filter(one => one && one !== "stand").map(does);
      const end = name(goal) || name(to) || name(object) || ways[toward];
      return [acts.join(", ") || does("stand"), end].filter(Boolean).join(" → ");
    };
    const lines = (this.scene.deeds ?? []).map((deed, n) => {
      const share = times && shares.find(one => one[1] === n),
        [from, to] = (share ?? []).slice(2).map(one => one * times.seconds);
      const words = share ? times.words.filter(one => one[1] < to && one[2] > from).map(one => one[0]) : [];
      const when = share && ` ${t("{from} to {to} s", { from: num(from, 1), to: num(to, 1) })}`;
      return h(
        "li",
        h("strong", deed.who.map(name).join(", ")),
        ` ${told(deed)}`,
        when && h("span.help", when, words.length > 0 && `: ${words.join(" ")}`),
      );
    });
    fill(
      this.deeds,
      lines.length || times?.words.length
        ? [h("h3", t("Who does what, in turn")), h("ol", lines), times && this.drawTimes(told)]
        : [],
    );
  }
  /** The clip as a bar: the words of the voice, and below them a row for whoever does something; the list above it says the same in words. @param {(deed: any) => string} told */
  drawTimes(told) {
    const { times, deeds: shares } = this.answer,
      place = (from, to) => `left: ${(100 * from) / times.seconds}%; width: ${(100 * (to - from)) / times.seconds}%`;
    const rows = [...new Set(shares.map(one => one[0]))]
      .filter(id => this.part(id))
      .map(id =>
        h(
          "div.staging-track",
          shares
            .filter(one => one[0] === id)
            .map(([, n, from, to]) =>
              h(
                "span.staging-deed",
                { style: place(from * times.seconds, to * times.seconds) },
                `${this.called(this.part(id))}: ${told((this.scene.deeds ?? [])[n] ?? {})}`,
              ),
            ),
        ),
      );
    return h(
      "div.staging-times",
      this.host.moves?.() && h("p.help", t("Its words decide until you change something here.")),
      times.words.length > 0 &&
        h(
          "p.help",
          times.estimated
            ? t("The times of the words are estimated.")
            : t("The words stand where the voice says them."),
        ),
      h(
        "div.staging-clip",
        { role: "group", tabindex: 0, "aria-label": t("The clip in time") },
        h(
          "div.staging-track.staging-voice",
          times.words.map(([text, from, to]) => h("span", { style: place(from, to) }, text)),
        ),
        rows,
      ),
    );
  }
  drawBar() {
    const paints = this.host.make && this.answer,
      undo = { "data-key": "undo", disabled: !this.host.canGoBack() };
    fill(
      this.bar,
      paints && button("secondary.apply", t("Paint this scene"), () => this.paint(), { "data-key": "make" }),
      button("secondary", t("Undo"), () => this.back(), undo),
    );
  }

  /** Paint the scene as it is after every change that was asked for. */
  async paint() {
    await this.turn;
    await this.host.make?.(this.answer.call).then(() => tell(t("The picture is being painted.")), fail);
  }

  /** Whether somebody who was swapped or dressed is changed in the whole film. */
  askWhere(change, what, actors) {
    const actor = actors.find(one => one.id === change.id),
      other = (change.do === "swap" && change.noun !== this.own?.name) || change.field === "look";
    if (!actor || !other || !this.host.elsewhere?.(actor)) return fill(this.where, []);
    const title = t("Where is {what} changed?", { what: this.called(this.part(actor.id)) });
    const everywhere = () => {
      fill(this.where, []);
      this.turn = this.turn.then(() => this.host.everywhere?.(actor, change, what)).catch(fail);
    };
    const here = button("secondary", t("In this scene"), () => fill(this.where, []));
    fill(this.where, group(title, [here, button("secondary", t("In the whole film"), everywhere)]));
  }

  // what is chosen, found, moved

  choose(id) {
    this.chosen = id === this.chosen ? "" : id;
    this.draw();
  }
  word(one) {
    this.chosen = one.part;
    this.draw();
    const { word, field, value, because } = one,
      id = field ? "" : one.part,
      title = id ? t("Another picture for “{word}”", { word }) : t("What shows “{word}”?", { word });
    if (field && !value) {
      this.find(null); // its own list stands beside the picture
      return void (/** @type {HTMLElement | null} */ (this.element.querySelector(`[data-key="${field}"]`))?.focus());
    }
    this.find({ id, words: id ? "" : word, ask: word, title, because, says: field && one });
  }
  /** Who does what a verb says, or is as an adjective says; a press lets them. @param {any} said a word of the line */
  who({ word, part, field, value }) {
    const title = field === "act" ? t("Who does it: “{word}”?", { word }) : t("Who or what is “{word}”?", { word }),
      able = this.parts().filter(one => one.actor || ["colour", "size"].includes(field));
    const choose = async one => {
      this.chosen = one.id;
      this.find(null);
      if (one[field] === value) this.draw();
      else await this.edit(one, { do: "set", field, value, to: one.object ?? "" });
      this.panel.querySelector(`[data-key="${field}"]`)?.focus();
    };
    return (
      able.length > 0 &&
      group(
        title,
        able.map(one =>
          button("secondary", this.called(one), () => choose(one), { "aria-pressed": String(one.id === part) }),
        ),
        ".staging-who",
      )
    );
  }
  /** The search for what is added, or put in the place of something. @param {any} wanted */
  find(wanted) {
    const title = wanted?.title ?? t("Add"),
      found = h("div.staging-found", { role: "group", "aria-label": t("Found") });
    const field = h("input", {
      type: "search",
      "data-key": "find",
      "aria-label": title,
      placeholder: t("a person, an animal or a thing"),
      maxlength: 40,
      autocomplete: "off",
      oninput: () => look(field.value),
      onkeydown: event => event.key === "Enter" && !event.isComposing && found.querySelector("button")?.click(),
    });
    const put = noun => {
      this.find(null);
      this.ask(
        wanted?.id ? { do: "swap", id: wanted.id, noun } : { do: "add", noun, words: wanted?.words ?? "" },
        later("Put in {what}", { what: noun }),
      );
    };
    const list = nouns => {
      const pictures = shown(nouns);
      const choices = nouns.map(noun => {
        const image = h("img", { alt: "", width: 48, height: 48, hidden: true });
        pictures
          .then(known => known.get(noun) && Object.assign(image, { src: known.get(noun), hidden: false }))
          .catch(() => {});
        return h("button.staging-choice", { "data-noun": noun, onclick: () => put(noun) }, image, h("span", t(noun)));
      });
      fill(found, choices);
    };
    const look = text => {
      const asked = text.trim().toLowerCase(),
        all = [...this.menu.people, ...this.menu.animals, ...this.menu.things],
        names = noun => [noun, t(noun).toLowerCase()],
        rank = noun => (names(noun).includes(asked) ? 2 : Number(names(noun).some(name => name.startsWith(asked))));
      const fits = all.filter(noun => names(noun).some(name => name.includes(asked))).sort((a, b) => rank(b) - rank(a));
      list(asked ? fits.slice(0, MOST_FOUND) : []);
      if (asked && !fits.length) found.append(h("p.help", t("The studio has no picture called that.")));
      own.hidden = !asked;
    };
    const mine = card => {
      if (!card) return;
      this.own = { id: card.id, name: field.value.trim().toLowerCase() };
      put(this.own.name);
    };
    const file = h("input", {
      type: "file",
      accept: "image/*",
      hidden: true,
      onchange: () => upload(file.files[0]).then(mine, fail),
    });
    const own = h(
      "div.buttons",
      { hidden: true },
      this.button("own", t("Upload your own picture of it"), () => file.click()),
      this.button("shelf", t("From the shelf"), () => fromShelf(t("A picture of it"), ["image"]).then(mine, fail)),
      file,
    );
    const bring =
      !wanted &&
      this.host.others.length > 0 &&
      group(
        t("From the scene before"),
        this.host.others.map(actor =>
          button("secondary", nameOf(actor), () =>
            this.ask({ do: "add", actor }, later("Put in {what}", { what: nameOf(actor) })),
          ),
        ),
      );
    fill(
      this.finder,
      wanted?.says && this.who(wanted.says),
      h("label.staging-field", h("span", title), field),
      wanted?.because && h("p.help", t(wanted.because)),
      found,
      own,
      wanted && button("link", t("Leave it"), () => this.find(null)),
      bring,
    );
    if (!wanted) return;
    /** @type {HTMLElement} */ (this.finder.querySelector(".staging-who button") ?? field).focus();
    if (wanted.ask)
      read(wanted.ask, "scene")
        .then(told => {
          const near = [...(told.unpictured ?? []), ...(told.substitutions ?? [])]
            .flatMap(one => one.nearest ?? [])
            .filter(noun => typeof noun === "string");
          if (near.length && !field.value) list([...new Set(near)].slice(0, MOST_FOUND));
        })
        .catch(() => {}); // without them there is the search
  }
  stand(one, kind, to = this.nearest(one.id)) {
    this.ask({ do: "stand", id: one.id, kind, to: kind ? to : "" }, later("Moved {what}", { what: this.called(one) }));
  }
  nearest(id) {
    const box = of => this.member(of, 0)[1] ?? [9, 9, 9, 9],
      away = other => Number(Boolean(other.actor)) + Math.hypot(...box(id).map((at, n) => at - box(other.id)[n]));
    const others = this.parts().filter(other => other.id !== id);
    return others.sort((a, b) => away(a) - away(b))[0]?.id;
  }
  go(one, way) {
    const [toward, goal] = way.split(":");
    this.ask({ do: "go", id: one.id, toward, goal: goal ?? "" }, later("Moved {what}", { what: this.called(one) }));
  }
  remove(one) {
    this.ask({ do: "remove", id: one.id }, later("Took out {what}", { what: this.called(one) })).then(() =>
      this.list.querySelector("button")?.focus(),
    );
  }
  async back() {
    await this.turn;
    try {
      this.fresh(await this.host.back());
      await this.ask(null);
      this.live.textContent = t("Undone");
    } catch (error) {
      fail(error);
    }
  }
  at(event) {
    const box = this.picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
  /** The front layer that is solid at a point; else one whose box is there. @returns {any} */
  under(x, y) {
    const { width, height } = this.answer,
      images = /** @type {HTMLImageElement[]} */ ([...this.images.children]);
    const there = this.answer.layers
      .map((layer, n) => ({
        layer,
        image: images[n],
        u: (x * width - layer.x) / layer.width,
        v: (y * height - layer.y) / layer.height,
      }))
      .filter(
        one => one.layer.kind === "figure" && one.layer.part && one.u >= 0 && one.u < 1 && one.v >= 0 && one.v < 1,
      );
    return (there.findLast(one => one.image.naturalWidth && solid(one.image, one.u, one.v)) ?? there.at(-1))?.layer;
  }
  /** What moves with a part: itself, what it holds, and what is on or in it. @param {string} id @returns {string[]} */
  following(id) {
    const own = (this.scene.relations ?? [])
      .filter(one => ["on", "in", "held by"].includes(one.kind) && one.object === id)
      .map(one => one.subject);
    return [id, ...own.filter(one => one !== id)];
  }
  numbers(part) {
    return [
      ...new Set(this.answer.layers.filter(one => one.part === part && one.kind === "figure").map(one => one.figure)),
    ].sort((a, b) => Number(a.split("-").pop()) - Number(b.split("-").pop()));
  }
  press(event) {
    if (event.button || !this.answer || event.target === this.handle) return;
    const [x, y] = this.at(event),
      hit = this.under(x, y);
    if (!hit) return this.choose("");
    event.preventDefault();
    const number = Math.max(0, this.numbers(hit.part).indexOf(hit.figure));
    if (this.chosen !== hit.part) this.choose(hit.part);
    let by = [0, 0];
    this.follow(
      event,
      next => {
        const [nx, ny] = this.at(next);
        by = this.within(hit.part, number, nx - x, ny - y);
        this.shift(hit.part, hit.figure, by[0], by[1]);
      },
      () => {
        if (Math.hypot(by[0], by[1]) > 0.006) this.moved(hit.part, number, by[0], by[1]);
        else this.shift(hit.part, hit.figure, 0, 0);
      },
    );
  }
  /** Follow a pointer until it is let go. */
  follow(event, move, end) {
    this.picture.setPointerCapture(event.pointerId);
    const over = new AbortController();
    const stop = last => {
      over.abort();
      end(last);
    };
    for (const [name, hear] of Object.entries({ pointermove: move, pointerup: stop, pointercancel: stop }))
      this.picture.addEventListener(name, hear, { signal: over.signal });
  }
  /** Show a part, and what goes with it, somewhere else until the studio has moved it. */
  shift(part, figure, dx, dy) {
    const box = this.picture.getBoundingClientRect(),
      with_ = this.following(part),
      way = dx || dy ? `translate(${dx * box.width}px, ${dy * box.height}px)` : "";
    for (const image of /** @type {NodeListOf<HTMLElement>} */ (this.images.querySelectorAll("[data-part]")))
      if (
        image.dataset.part === part
          ? !figure || image.dataset.figure === figure
          : with_.includes(image.dataset.part ?? "")
      )
        image.style.transform = way;
    this.frame.style.transform = this.handle.style.transform = way;
  }
  /** How far a member goes at most: not out of the picture, nor onto the ground where subtitles are read. */
  within(part, number, dx, dy) {
    const { x, y } = this.member(part, number)[0] ?? { x: 0, y: 0 },
      limit = (value, most) => Math.min(most, Math.max(-0.2, value));
    return [limit(x + dx, 1.2) - x, limit(y + dy, Math.max(y, this.answer.lowest)) - y];
  }
  moved(part, number, dx, dy) {
    const [member] = this.member(part, number);
    if (!member) return;
    const boxes = Object.fromEntries(
      this.parts()
        .map(one => [one.id, this.member(one.id, 0)[1]])
        .filter(([, box]) => box),
    );
    const { x, y, spread } = member,
      change = { do: "move", id: part, member: number, x: x + dx, y: y + dy, boxes, spread };
    this.ask(change, later("Moved {what}", { what: this.called(this.part(part)) })).then(() => {
      this.frame.style.transform = this.handle.style.transform = "";
    });
  }
  /** Draw an arrow from somebody to where they go. */
  lead(event) {
    const one = this.part(this.chosen);
    if (!one) return;
    event.preventDefault();
    event.stopPropagation();
    const [, box] = this.member(one.id, 0),
      middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2],
      line = h("svg:line", { x1: 100 * middle[0], y1: 100 * middle[1], "vector-effect": "non-scaling-stroke" });
    const endAt = (/** @type {number[]} */ [x, y]) => {
      line.setAttribute("x2", String(100 * x));
      line.setAttribute("y2", String(100 * y));
    };
    endAt(middle);
    this.arrows.append(line);
    this.follow(
      event,
      next => endAt(this.at(next)),
      last => {
        const [x, y] = this.at(last),
          hit = this.under(x, y);
        line.remove();
        if (hit && hit.part !== one.id) this.go(one, `thing:${hit.part}`);
        else if (Math.abs(x - middle[0]) > 0.05) this.go(one, x < middle[0] ? "left" : "right");
      },
    );
  }
  press_key(event) {
    const one = this.part(this.chosen);
    if (!one || event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const step = event.shiftKey ? LARGE_STEP : STEP,
      way = arrow(event);
    if (!way && event.key !== "Delete") return;
    event.preventDefault();
    if (!way) return this.remove(one);
    event.stopPropagation();
    const before = this.walk?.id === one.id ? this.walk.by : [0, 0];
    this.walk = { id: one.id, by: this.within(one.id, 0, before[0] + step * way[0], before[1] + step * way[1]) };
    this.shift(one.id, "", this.walk.by[0], this.walk.by[1]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { id, by } = this.walk;
      this.walk = null;
      this.moved(id, 0, by[0], by[1]);
    }, PAUSE_MS);
  }
}
