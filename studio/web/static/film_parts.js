// Small parts of the Film page: fields, the choice of a look by its picture, marks of what is made and what is not.
import { ask, dialog, fail, h, num, t } from "./core.js";

let serial = 0;
export const clock = value => `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}`;
export const long = value => (value < 10 ? `${num(value, 1)} s` : value < 90 ? `${Math.round(value)} s` : clock(value));

/** Change text only where it changed, so that a live region says it once. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Do something; what goes wrong is said. */
export async function attempt(work, failed = fail) {
  try {
    await work();
  } catch (error) {
    failed(error);
  }
}

/** A menu over the page; an entry is an element, or its words and what a press does. @param {any[]} entries */
export function openMenu(title, entries, carry = attempt) {
  const line = (words, run) =>
    makeButton("line", words, () => {
      box.close();
      carry(run);
    });
  const box = dialog(
    title,
    h(
      "div.list",
      entries.map(one => (Array.isArray(one) ? line(one[0], one[1]) : one)),
    ),
  );
}

/** Tiles over the page: pictures with their names, of which one may be `pressed`; `take` is told which was chosen. */
function showTiles(title, kind, tiles, take) {
  const tile = one => {
    const picture = one.picture ? h("img", { src: one.picture, alt: "", loading: "lazy" }) : h("span.nolook");
    const choose = () => {
      take(one.value);
      box.close();
    };
    return makeButton("tile", [picture, h("span", one.label)], choose, { "aria-pressed": one.pressed });
  };
  const box = dialog(
    title,
    tiles.length
      ? h(kind, tiles.map(tile))
      : h("p", t("Nothing suitable is on your shelf yet. You can also drop a file.")),
  );
  return box;
}

/** A button: its class after "button.", what it says, what a press does. */
export const makeButton = (kind, words, run, more = {}) => h(`button.${kind}`, { onclick: run, ...more }, words);

/** A heading that opens and closes the part of the page under it. */
export function folding(label, body, open = shown => (body.hidden = !shown), kind = "more-head") {
  const toggle = () => {
    const shown = head.getAttribute("aria-expanded") !== "true";
    head.setAttribute("aria-expanded", String(shown));
    open(shown);
  };
  const head = makeButton(kind, h("span", label), toggle, { "aria-expanded": "false", "aria-controls": body.id });
  return head;
}

/** Put a value into a record at a place such as "subtitles.mode". */
export function put(record, place, value) {
  const [name, inner] = place.split(".");
  record[name] = inner ? { ...record[name], [inner]: value } : value;
}

/** A labelled list: { element, show(value, options) }. */
export function select(label, change, { hidden = false } = {}) {
  const id = `film-${++serial}`,
    list = h("select", { id, onchange: () => change(list.value) });
  const element = h("div.field", h(hidden ? "label.sr" : "label", { for: id }, label), list);
  let drawn = "";
  const show = (value, options) => {
    const wanted = JSON.stringify(options);
    if (wanted !== drawn) {
      drawn = wanted;
      list.replaceChildren(...options.map(one => h("option", { value: one.value }, one.label)));
    }
    const held = String(value ?? "");
    if (!options.some(one => String(one.value) === held)) {
      // what is not in this studio any more is still said
      list.append(h("option", { value: held }, t("{held} (not here any more)", { held })));
      drawn = "";
    }
    if (list.value !== held) list.value = held;
  };
  return { element, show, focus: () => list.focus(), value: () => list.value };
}

/** A labelled text that grows with its words: { element, show(value), area }. What is being typed is never overwritten. */
export function words(label, change, { lines = 1, placeholder = "", most = 800, hidden = false, title = "" } = {}) {
  const id = `film-${++serial}`,
    area = h("textarea", { id, rows: lines, placeholder, spellcheck: "true" });
  const said = h("p.help", { role: "status" });
  const grow = () => {
    area.style.height = "auto";
    if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`;
  };
  const count = () => {
    const length = area.value.length;
    say(
      said,
      length > 0.8 * most ? t("{length} of at most {most} characters", { length: num(length), most: num(most) }) : "",
    );
    said.classList.toggle("problem", length > most);
  };
  area.addEventListener("input", () => {
    grow();
    count();
    if (area.value.length <= most) change(area.value, false);
  });
  area.addEventListener("change", () => {
    if (area.value.length <= most) change(area.value, true);
  });
  const element = h("div.field", h(hidden ? "label.sr" : "label", { for: id, title }, label), area, said);
  new ResizeObserver(() => {
    if (area.clientWidth !== area.drawnWidth) {
      area.drawnWidth = area.clientWidth;
      grow();
    }
  }).observe(area);
  const show = value => {
    if (document.activeElement !== area && area.value !== (value ?? "")) {
      area.value = value ?? "";
      grow();
      count();
    }
  };
  return { element, show, area };
}

export function toggle(label, change) {
  const id = `film-${++serial}`,
    box = h("input", { type: "checkbox", id, onchange: () => change(box.checked) });
  return {
    element: h("label.check", { for: id }, box, label),
    show: value => {
      box.checked = Boolean(value);
    },
  };
}

/** A number between limits; empty where `empty` says what that means. */
export function number(label, change, { low, high, step = 0.5, empty = "" }) {
  const id = `film-${++serial}`;
  const input = h("input", {
    type: "number",
    id,
    min: low,
    max: high,
    step,
    placeholder: empty || null,
    onchange: () => {
      if (input.value === "" && empty) return change(null);
      const found = Math.min(high, Math.max(low, Number.isNaN(input.valueAsNumber) ? low : input.valueAsNumber));
      input.value = found;
      change(found);
    },
  });
  return {
    element: h("div.field", h("label", { for: id }, label), input),
    show: value => {
      if (document.activeElement !== input) input.value = value ?? "";
    },
  };
}

/** A few options laid open. */
export function segments(label, change, { hidden = false } = {}) {
  const name = `film-${++serial}`,
    box = h("div.segments");
  const element = h("fieldset.field", h(hidden ? "legend.sr" : "legend", label), box);
  let drawn = "";
  const show = (value, options) => {
    const wanted = JSON.stringify(options);
    if (wanted !== drawn) {
      drawn = wanted;
      box.replaceChildren(
        ...options.map(one =>
          h(
            "label",
            h("input", { type: "radio", name, value: one.value, onchange: () => change(one.value) }),
            h("span", one.label),
          ),
        ),
      );
    }
    for (const input of box.querySelectorAll("input")) input.checked = input.value === value;
  };
  return { element, show };
}

/** A look chosen by its picture; `inherit` names what null means (the film's look). */
export function lookChoice(label, change, inherit = "") {
  const picture = h("img", { alt: "", width: 44, height: 33, hidden: true }),
    name = h("span");
  const id = `film-${++serial}`;
  let now = null,
    looks = [];
  const all = () => [
    ...(inherit ? [{ value: null, label: inherit }] : []),
    { value: "", label: t("As it is drawn") },
    ...looks,
  ];
  const open = () => {
    const tiles = all().map(one => ({
      ...one,
      picture: one.picture && `studio/assets/${one.picture}`,
      pressed: String(one.value === now),
    }));
    showTiles(label, "div.look-grid", tiles, change).querySelector('[aria-pressed="true"]')?.focus();
  };
  const button = makeButton("look-button", [picture, name], open, { id, "aria-haspopup": "dialog" });
  const show = (value, options) => {
    now = value ?? (inherit ? null : "");
    looks = options;
    const found = all().find(one => one.value === now);
    say(name, found?.label ?? t("{now} (not here any more)", { now }));
    button.setAttribute("aria-label", `${label}: ${name.textContent}`);
    picture.hidden = !found?.picture;
    if (found?.picture && !picture.src.endsWith(found.picture)) picture.src = `studio/assets/${found.picture}`;
  };
  return { element: h("div.field", h("span.field-label", { "aria-hidden": "true" }, label), button), show };
}

const STATES = {
  made: t("made"),
  stale: t("to be made"),
  queued: t("waiting"),
  running: t("being made"),
  failed: t("did not work"),
  given: t("from your shelf"),
};
/** One step of the film as a mark: a button where it has takes to choose from. */
class Mark {
  constructor(open) {
    this.word = h("span");
    this.left = h("span.left");
    this.element = makeButton(
      "mark",
      [h("i", { "aria-hidden": "true" }), this.word, this.left],
      () => open(this.step),
      { "aria-haspopup": "dialog" },
    );
  }
  show(step, where) {
    this.step = step;
    const takes = step.takes > 1 ? t(", {takes} takes", { takes: step.takes }) : "",
      percent = step.state === "running" && step.fraction ? ` ${Math.round(100 * step.fraction)} %` : "";
    this.element.dataset.state = step.state;
    this.element.disabled = !TAKES.has(step.kind) || step.state === "given" || (!step.takes && step.state !== "failed");
    say(this.word, t(step.label));
    say(this.left, percent || (step.takes > 1 ? ` ${step.takes}` : ""));
    const said = t("{label} of {where}: {what}{percent}{takes}", {
      label: t(step.label),
      where,
      what: STATES[step.state] ?? step.state,
      percent,
      takes,
    });
    if (this.element.getAttribute("aria-label") !== said) {
      this.element.setAttribute("aria-label", said);
      this.element.title = said;
    }
  }
}
/** The marks of several steps, put right in place. */
export class Marks {
  constructor(label, open) {
    this.open = open;
    this.marks = new Map();
    this.element = h("div.marks", { role: "group", "aria-label": label });
  }
  show(steps, where) {
    const marks = steps.map(step => {
      if (!this.marks.has(step.key)) this.marks.set(step.key, new Mark(this.open));
      const mark = this.marks.get(step.key);
      mark.show(step, where);
      return mark.element;
    });
    const { children } = this.element;
    if (marks.length !== children.length || marks.some((mark, n) => children[n] !== mark))
      this.element.replaceChildren(...marks);
  }
}
const TAKES = new Set(["picture", "line", "motion", "music", "score"]);

/** Choose something of the shelf by its picture. */
export async function fromShelf(title, kinds) {
  const found = await Promise.all(kinds.map(kind => ask(`shelf?kind=${kind}`))).catch(error => {
    fail(error);
    return null;
  });
  if (!found) return null;
  const cards = [...new Map(found.flatMap(one => one.cards).map(card => [card.id, card])).values()].sort(
    (a, b) => b.created - a.created,
  );
  const tiles = cards.map(card => ({ picture: card.thumbnail, label: card.title, value: card }));
  return new Promise(resolve =>
    showTiles(title, "div.grid", tiles, resolve).addEventListener("close", () => resolve(null)),
  );
}

/** What a text of the shelf says. */
export async function textOf(card) {
  if (card.text !== undefined) return card.text.trim(); // a wording that is not on the shelf
  const raw = await (await fetch(card.url)).text();
  if (card.media_type !== "application/json") return raw.trim();
  try {
    return String(JSON.parse(raw).text ?? raw).trim();
  } catch {
    return raw.trim();
  }
}
