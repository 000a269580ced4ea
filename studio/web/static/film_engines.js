// Who makes the parts of a film: the studio's own methods or models of a model hub, for the film and for single scenes; what they cost before a render.
import { ask, fail, h, later, num, post, t, tell } from "./core.js";
import { folding, fromShelf, makeButton, say, select, toggle, words } from "./film_parts.js";

/** @typedef {{ value: string, label: string, way_label?: string, size_bytes?: number, source?: string }} Option */
/** @typedef {{ name: string, slots: string[], present: boolean, known: boolean, size_bytes: number, licence: string, commercial: boolean, caveat: string, memory_gb: number, source: string, fetchable: boolean }} Use */

const LABELS = {
  picture: t("Pictures made by"),
  motion: t("Motion made by"),
  voice: t("Voice made by"),
  music: t("Music made by"),
};
const SCENE_LABELS = { picture: t("Picture made by"), motion: t("Motion made by"), voice: t("Voice made by") };
const gigabytes = bytes => num(bytes / 1e9, 1);

/** One line of a menu. @param {Option} one */
function line(one) {
  if (!one.size_bytes)
    return { value: one.value, label: one.way_label ? `${t(one.way_label)}: ${t(one.label)}` : t(one.label) };
  const values = { name: one.label, size: gigabytes(one.size_bytes) };
  return {
    value: one.value,
    label: one.way_label ? `${t(one.way_label)}: ${t("{name} ({size} GB)", values)}` : t("{name} ({size} GB)", values),
  };
}

const OTHER = /^((?:picture:|words:|ends:|acted:)?other:)(.*)$/;

/** A menu of models with a line for the id of another. @param {string} label @param {(value: string) => void} put */
function choice(label, put) {
  let begun = "";
  const menu = select(label, value => {
    begun = OTHER.test(value) ? value : "";
    id.element.hidden = !begun;
    if (begun) {
      id.show("");
      id.area.focus();
    } else put(value);
  });
  const id = words(
    t("Its id on the model hub"),
    (text, done) => {
      if (done && text.trim()) {
        const [, way] = OTHER.exec(menu.value()) ?? [];
        begun = "";
        put(`${way}${text.trim()}`);
      }
    },
    { placeholder: "owner/name", most: 300 },
  );
  id.element.hidden = true;
  const show = (value, options) => {
    const [, way, named] = OTHER.exec(value) ?? [];
    menu.show(way ?? (begun || value), options);
    id.element.hidden = !way && !begun;
    if (named) id.show(named);
  };
  return { element: h("div", menu.element, id.element), show };
}

/** Whether a choice of a slot is this model. @param {string} written @param {Use} use @param {Option[]} options */
function isOf(written, use, options) {
  if (!written || written === "own") return false;
  return (
    options.some(one => one.value === written && one.source === use.source) ||
    written.endsWith(`other:${use.source.replace(/^hub:/, "")}`)
  );
}

/** How free a model's picture is of our drawing. @param {(free: number) => void} put */
function freedom(put) {
  const menu = select(t("Our drawing"), value => put(Number(value)));
  /** @param {any} engines @param {string} usual what nothing chosen means @param {string} picture the picture's model @param {any[]} models */
  const show = (engines, usual, picture, models) => {
    const chosen = engines?.free ? String(engines.free) : "",
      known = [
        ["0.3", t("Kept closely")],
        ["0.6", t("Kept in part")],
        ["0.9", t("Mostly free")],
      ];
    const others =
      chosen && !known.some(([value]) => value === chosen)
        ? [[chosen, t("{share} % free", { share: num(100 * engines.free) })]]
        : [];
    menu.show(
      chosen,
      [["", usual], ...known, ...others].map(([value, label]) => ({ value, label })),
    );
    menu.element.hidden = !models.find(
      one => one.value === picture || (one.value === "other:" && picture.startsWith("other:")),
    )?.drawing;
  };
  return { element: menu.element, show };
}

/** How often a picture is painted again by itself. @param {(again: number) => void} put */
function again(put) {
  const menu = select(t("Where the check after painting finds faults"), value => put(Number(value)));
  const known = [
    ["", t("Say so and keep the picture")],
    ["1", t("Try one other seed")],
    ["2", t("Try two other seeds")],
  ];
  return {
    element: menu.element,
    show: (engines, shown) => {
      menu.show(
        engines.again ? String(engines.again) : "",
        known.map(([value, label]) => ({ value, label })),
      );
      menu.element.hidden = !shown;
    },
  };
}

export class Engines {
  /** @param {any} film */
  constructor(film) {
    this.film = film;
    this.drawn = "";
    /** @type {Record<string, any>} */
    this.fields = Object.fromEntries(
      Object.entries(LABELS).map(([slot, label]) => [slot, choice(label, value => this.put(slot, value))]),
    );
    this.free = freedom(value => this.put("free", value));
    this.again = again(value => this.put("again", value));
    this.body = h(
      "div.more-body",
      { id: "film-engines", hidden: true },
      Object.values(this.fields).map(one => one.element),
      this.free.element,
      this.again.element,
    );
    this.costs = h("div.film-before", { role: "region", "aria-label": t("Before you render"), hidden: true });
    this.element = h("div.more.film-engines", folding(t("Models that make the film"), this.body), this.body);
  }
  /** @param {string} slot @param {string | number} value */
  put(slot, value) {
    const engines = { ...(this.film.storyboard.engines ?? {}) };
    if (value) engines[slot] = value;
    else delete engines[slot];
    this.film.storyboard.engines = engines;
    this.film.changed(later("Models"));
  }
  /** @param {any} film */
  draw(film) {
    const own = this.film.storyboard.engines ?? {},
      menus = this.film.choices.engines;
    for (const [slot, field] of Object.entries(this.fields)) field.show(own[slot] ?? "", menus[slot].map(line));
    this.free.show(own, t("From words alone"), own.picture ?? "", menus.picture);
    this.again.show(own, Boolean(own.free || this.film.storyboard.scenes.some(scene => scene.engines?.free)));
    const before = film.plan?.before ?? { models: [] },
      wanted = JSON.stringify([before, this.fetching]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.costs.hidden = !before.models.length;
    this.costs.replaceChildren(...(before.models.length ? this.summed(before) : []));
    if (before.models.some(one => !one.present)) this.mayFetch();
  }
  /** @param {any} before */
  summed(before) {
    const missing = before.models.filter(one => !one.present);
    return [
      h(
        "p.help",
        missing.length
          ? t("To be downloaded: {size} GB.", { size: gigabytes(before.download_bytes) })
          : t("Every model is on this machine."),
        " ",
        t("Memory of a GPU: about {size} GB.", { size: num(before.memory_gb) }),
        " ",
        before.models.some(one => !one.known)
          ? t("Read its licence on its page.")
          : before.commercial
            ? t("Commercial use is allowed.")
            : t("Not for commercial use."),
      ),
      h(
        "ul.plain",
        before.models.map(one => this.model(one)),
      ),
    ];
  }
  /** @param {Use} use */
  model(use) {
    const being = this.fetching?.sources.includes(use.source) && this.fetching.fetching;
    const state = use.present ? t("here") : being ? t("being fetched") : t("not fetched");
    return h(
      "li.film-model",
      { "data-present": String(use.present) },
      h("strong", use.name),
      h("span.badge", state),
      h(
        "p.help",
        !use.known
          ? t("Read its licence on its page.")
          : t("{size} GB. {licence}. {what} {caveat}", {
              size: gigabytes(use.size_bytes),
              licence: use.licence,
              what: use.commercial ? t("Commercial use allowed.") : t("Not for commercial use."),
              caveat: t(use.caveat),
            }),
      ),
      being &&
        h("progress", {
          max: 1,
          value: this.fetching.fraction,
          "aria-label": t("Fetching {name}", { name: use.name }),
        }),
      !use.present &&
        h(
          "div.buttons",
          use.fetchable &&
            this.fetching?.may_fetch &&
            !being &&
            makeButton("secondary", t("Fetch"), () => this.fetch(use), {
              "aria-label": t("Fetch {name}", { name: use.name }),
            }),
          makeButton("link", t("Use the studio’s own method"), () => this.fallBack(use), {
            "aria-label": t("Use the studio’s own method instead of {name}", { name: use.name }),
          }),
        ),
    );
  }
  /** Ask once whether this visitor may fetch models, and follow a fetch that is under way. */
  async mayFetch() {
    if (this.asked && !this.fetching?.fetching) return;
    this.asked = true;
    const { may_fetch, fetching, fraction, sources, problem } = await ask("models").catch(() => ({
      may_fetch: false,
      fetching: false,
      fraction: 0,
      sources: [],
      problem: "",
    }));
    const was = this.fetching?.fetching;
    this.fetching = { may_fetch, fetching, fraction, sources };
    if (problem && was) fail(new Error(t(problem)));
    if (was && !fetching) await this.film.refresh();
    if (this.film.film) this.draw(this.film.film);
    if (fetching) setTimeout(() => this.mayFetch(), 1000);
  }
  /** @param {Use} use */
  async fetch(use) {
    try {
      await post("models", { source: use.source });
    } catch (error) {
      return fail(error);
    }
    this.fetching = { ...this.fetching, fetching: true, fraction: 0, sources: [use.source] };
    this.mayFetch();
  }
  /** Only because the visitor says so: the studio's own method wherever this model was chosen. @param {Use} use */
  fallBack(use) {
    const board = this.film.storyboard,
      menus = this.film.choices.engines,
      engines = { ...(board.engines ?? {}) };
    for (const slot of use.slots) {
      if (isOf(engines[slot], use, menus[slot])) delete engines[slot];
      for (const scene of board.scenes)
        if (isOf(scene.engines?.[slot], use, menus[slot])) scene.engines = { ...scene.engines, [slot]: "own" };
    }
    board.engines = engines;
    this.film.changed(later("Models"));
    tell(t("The film does without {name} now.", { name: use.name }));
  }
}

/** The choices of one scene. */
export class SceneEngines {
  /** @param {any} card */
  constructor(card) {
    this.card = card;
    /** @type {Record<string, any>} */
    this.fields = Object.fromEntries(
      Object.entries(SCENE_LABELS).map(([slot, label]) => [slot, choice(label, value => this.put({ [slot]: value }))]),
    );
    this.on = toggle(t("Goes on from the scene before"), value => this.put({ goes_on: value }));
    this.free = freedom(value => this.put({ free: value }));
    this.elements = [...Object.values(this.fields).map(one => one.element), this.free.element, this.on.element];
  }
  /** @param {Record<string, any>} change */
  put(change) {
    this.card.change(later("Models"), scene => {
      const engines = Object.fromEntries(
        Object.entries({ ...(scene.engines ?? {}), ...change }).filter(([, value]) => value),
      );
      if (Object.keys(engines).length) scene.engines = engines;
      else delete scene.engines;
    });
  }
  /** @param {any} scene @param {any} choices @param {number} place */
  show(scene, choices, place) {
    for (const [slot, field] of Object.entries(this.fields)) {
      const [own, ...hub] = choices.engines[slot].map(line);
      field.show(scene.engines?.[slot] ?? "", [
        { value: "", label: t("As the film") },
        { ...own, value: "own" },
        ...hub,
      ]);
    }
    const film = this.card.film.storyboard.engines ?? {};
    this.free.show(
      scene.engines,
      t("As the film"),
      scene.engines?.picture ?? film.picture ?? "",
      choices.engines.picture,
    );
    this.on.show(scene.engines?.goes_on);
    this.on.element.hidden = place === 0;
  }
}

/** A picture of the shelf that models are shown for a member of the cast, put or taken out. @param {any} film @param {string} word */
export async function showPicture(film, word) {
  const engines = { ...(film.storyboard.engines ?? {}) },
    references = { ...(engines.references ?? {}) };
  if (references[word]) delete references[word];
  else {
    const card = await fromShelf(t("A picture of {who} for such models", { who: word }), [
      "image",
      "layers",
      "character",
    ]);
    if (!card) return;
    references[word] = card.id;
  }
  if (Object.keys(references).length) engines.references = references;
  else delete engines.references;
  film.storyboard.engines = engines;
  film.changed(later("Cast"));
}
