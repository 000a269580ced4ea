// The editor of a character: a picture that follows every change, and its clothes, head, body and colours as controls. The studio paints; nothing is kept here.
import { h, post, select, t } from "./core.js";

/**
 * @typedef {{ name: string, label: string, group: string, sort: string, value: any, options?: Record<string, string>, low?: number, high?: number, step?: number, optional?: boolean }} Control
 * @typedef {{ character: any, controls: Control[], notes: string[], picture: string, width: number, height: number }} Shown
 * @typedef {{ prompt?: string, character?: any }} Base
 */

const VIEWS = [
  ["three_quarters", t("Three quarters")],
  ["side", t("Side")],
  ["front", t("Front")],
  ["back", t("Back")],
];
const FACES = [
  ["", t("Plain")],
  ["happy", t("Happy")],
  ["sad", t("Sad")],
  ["angry", t("Angry")],
  ["afraid", t("Afraid")],
  ["surprised", t("Surprised")],
  ["tired", t("Tired")],
  ["in_love", t("In love")],
];
const POSES = [
  ["stand", t("Standing")],
  ["walk", t("Walking")],
  ["wave", t("Waving")],
  ["sit", t("Sitting")],
  ["talk", t("Talking")],
  ["give", t("Giving")],
];
const WAIT_MS = 90;
let serial = 0;

/** @type {Map<string, Promise<Shown>>} */
const painted = new Map();
/** Somebody's picture from the studio, asked for once. @param {any} character @param {number} height @returns {Promise<Shown>} */
export function portrait(character, height = 200) {
  const key = `${height} ${JSON.stringify(character)}`;
  let found = painted.get(key);
  if (!found) {
    found = post("figure", { character, height_px: height });
    found.catch(() => painted.delete(key));
    if (painted.size > 200) painted.clear();
    painted.set(key, found);
  }
  return found;
}

export class CharacterEditor {
  /** @param {(shown: Shown, changes: Record<string, any>) => void} changed @param {{ height?: number }} options */
  constructor(changed, { height = 300 } = {}) {
    this.changed = changed;
    this.height = height;
    /** @type {Base} */
    this.base = {};
    /** @type {Record<string, any>} */
    this.changes = {};
    /** @type {{ name?: string, voice?: string }} */
    this.person = {};
    this.kind = "";
    this.busy = this.again = this.touched = false;
    /** @type {Map<string, (value: any) => void>} */
    this.shows = new Map();
    this.picture = h("img", { alt: "", hidden: true });
    this.said = h("p.help", { role: "status" });
    this.view = this.list(t("Seen from"), VIEWS);
    this.pose = this.list(t("Pose"), POSES);
    this.face = this.list(t("Face"), FACES);
    this.groups = h("div.character-groups");
    this.element = h(
      "div.character-editor",
      h(
        "div.character-shown",
        h("div.character-frame", this.picture),
        h("div.character-views", this.view.parentElement, this.pose.parentElement, this.face.parentElement),
        this.said,
      ),
      this.groups,
    );
  }
  /** @param {string} label @param {string[][]} options @returns {HTMLSelectElement} */
  list(label, options) {
    const id = `character-${++serial}`;
    const list = select({ id, onchange: () => this.soon() }, options);
    h("div.field", h("label", { for: id }, label), list);
    return list;
  }
  /** Whom to edit, and what was changed of them before. @param {Base} base @param {Record<string, any>} changes */
  show(base, changes = {}) {
    this.base = base;
    this.changes = { ...changes };
    this.touched = false;
    this.soon(0);
  }
  set(name, value) {
    this.changes[name] = value;
    this.touched = true;
    this.soon();
  }
  /** @param {{ name?: string, voice?: string }} said */
  call(said) {
    Object.assign(this.person, said);
    this.touched = true;
    this.soon();
  }
  soon(wait = WAIT_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }
  /** When the studio has answered to the last change. */
  async settled() {
    clearTimeout(this.timer);
    if (this.touched && !this.busy) await this.ask();
    while (this.busy || this.again) await new Promise(resolve => setTimeout(resolve, 30));
  }
  async ask() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    const touched = this.touched;
    this.touched = false;
    try {
      const asked = {
        ...this.base,
        changes: this.changes,
        ...this.person,
        view: this.view.value,
        action: this.pose.value,
        expression: this.face.value,
        height_px: this.height,
      };
      const shown = /** @type {Shown} */ (await post("figure", asked));
      this.draw(shown);
      if (touched) this.changed(shown, { ...this.changes });
    } catch (error) {
      this.said.textContent = error.message;
      this.said.classList.add("problem");
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      await this.ask();
    }
  }
  /** @param {Shown} shown */
  draw(shown) {
    this.said.classList.remove("problem");
    this.said.textContent = shown.notes.join(" ");
    this.picture.src = shown.picture;
    this.picture.alt = t("The character as it looks now");
    this.picture.hidden = false;
    if (shown.character.kind !== this.kind) {
      this.kind = shown.character.kind;
      this.build(shown.controls);
    }
    for (const control of shown.controls) this.shows.get(control.name)?.(control.value);
  }
  /** @param {Control[]} controls */
  build(controls) {
    this.shows.clear();
    const names = [...new Set(controls.map(one => one.group))];
    const open = new Set([...this.groups.querySelectorAll("details[open]")].map(one => one.getAttribute("data-group")));
    this.groups.replaceChildren(
      ...names.map((name, n) =>
        h(
          "details",
          { "data-group": name, open: open.size ? open.has(name) : n === 0 },
          h("summary", t(name)),
          h(
            "div.character-controls",
            controls.filter(one => one.group === name).map(one => this.control(one)),
          ),
        ),
      ),
    );
  }
  /** @param {Control} one @returns {HTMLElement} */
  control(one) {
    const { name, low: min, high: max, step } = one,
      id = `character-${++serial}`,
      label = h("label", { for: id }, t(one.label));
    if (one.sort === "toggle") {
      const box = h("input", { type: "checkbox", id, onchange: () => this.set(name, box.checked) });
      this.shows.set(name, value => {
        box.checked = Boolean(value);
      });
      return h("div.field", h("label.check", { for: id }, box, t(one.label)));
    }
    if (one.sort !== "choice" && one.sort !== "range") return this.colour(one, id, label);
    const set = () => this.set(name, one.sort === "range" ? Number(field.value) : field.value),
      field =
        one.sort === "range"
          ? h("input", { type: "range", id, min, max, step, oninput: set })
          : select(
              { id, onchange: set },
              Object.entries(one.options ?? {}).map(([value, words]) => [value, t(words)]),
            );
    this.shows.set(name, value => {
      if (one.sort === "choice" || document.activeElement !== field) field.value = value;
    });
    return h("div.field", label, field);
  }
  /** @param {Control} one @param {string} id @param {HTMLElement} label @returns {HTMLElement} */
  colour(one, id, label) {
    const picker = h("input", {
      type: "color",
      id,
      oninput: () => {
        if (worn) worn.checked = true;
        this.set(one.name, picker.value);
      },
    });
    const worn = one.optional
      ? h("input", {
          type: "checkbox",
          "aria-label": t("With: {what}", { what: t(one.label) }),
          onchange: () => this.set(one.name, worn.checked ? picker.value : ""),
        })
      : null;
    this.shows.set(one.name, value => {
      if (worn) worn.checked = Boolean(value);
      if (value && document.activeElement !== picker) picker.value = value;
      else if (!value && picker.value === "#000000") picker.value = "#c8483f";
    });
    return h("div.field.character-colour", label, worn, picker);
  }
}
