// What can be set in a tab: the way of working, and its settings, drawn from the signatures that studio/web/controls.py writes into the page.
import { bus, button, closing, dialog, fill, h, num, say, select, suggesting, t, tell, translated } from "./core.js";
import { strangeWords } from "./strange_words.js";

/** What the page compares and looks up, and nobody reads: it stays as it is in every language. */
export const COMPARED = [
  "pipeline",
  "name",
  "value",
  "default",
  "sort",
  "editor",
  "over",
  "picture",
  "pictured",
  "page",
  "slots",
  "known",
  "hints",
  "group",
];
const tabs = translated(JSON.parse(document.getElementById("studio-forms").textContent), COMPARED);
for (const method of Object.values(tabs).flat())
  for (const [name, hint] of Object.entries(method.hints ?? {})) method.hints[name] = translated(hint);
const FEW = 3; // options laid open rather than listed
const MANY = 150; // options that are typed and suggested rather than listed
const SHOWN = 9; // methods of a tab that are all in sight; of more, one group at a time
let serial = 0;

export const formOf = tab => document.querySelector(`studio-form[tab="${tab}"]`);
export const slotOf = (tab, name) => document.querySelector(`studio-slot[tab="${tab}"][name="${name}"]`);
const chosen = new Map(); // tab -> pipeline
export const methodOf = tab => tabs[tab].find(one => one.pipeline === chosen.get(tab)) ?? tabs[tab][0];
export const verbOf = (tab, pipeline) => tabs[tab].find(one => one.pipeline === pipeline)?.verb ?? "";
export const hintOf = (tab, slot) => methodOf(tab).hints?.[slot];
export const hasTab = tab => tab in tabs;
export const bareMethod = pipeline => pipeline.split(".").at(-1); // a method's name in an address, where the family is the tab's own
export const pipelineOf = (tab, bare) => tabs[tab].find(one => bareMethod(one.pipeline) === bare)?.pipeline ?? null;
export const homeOf = pipeline =>
  Object.keys(tabs).find(tab => tabs[tab].some(one => one.pipeline === pipeline)) ?? null;
export const wantedMethod = new Map(); // tab -> the pipeline that the address asked for; what the browser kept does not replace it
bus.addEventListener("deliver", () => wantedMethod.clear());
export const hasMethod = (tab, pipeline) => tabs[tab].some(one => one.pipeline === pipeline);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const methodNamed = (tab, pipeline) => tabs[tab].find(one => one.pipeline === pipeline) ?? tabs[tab][0];
const thumbnail = (method, size) =>
  method.picture
    ? h(`img.method-picture.${size}`, {
        src: `studio/assets/${method.picture}`,
        alt: "",
        loading: "lazy",
        width: 160,
        height: 120,
      })
    : h(`span.method-picture.${size}`, { "aria-hidden": "true" });

class Methods extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.tab = this.getAttribute("tab");
    const name = `method-${++serial}`,
      all = tabs[this.tab];
    this.groups = [...new Set(all.map(one => one.group))];
    const shown = this.groups.filter(group => group !== "Lab");
    this.open = all.length <= SHOWN || shown.length < 2; // all in sight, under their headings
    const one = method =>
      h(
        "label.method",
        { title: method.blurb, "data-group": method.group },
        h("input", { type: "radio", name, value: method.pipeline, onchange: () => this.choose(method.pipeline) }),
        thumbnail(method, "small"),
        h("span", method.title),
      );
    const rows = this.groups
      .flatMap(group => [
        this.open && shown.length > 1 && group !== "Lab" && h("span.method-group", { "aria-hidden": "true" }, t(group)),
        ...all.filter(method => method.group === group).map(one),
      ])
      .filter(Boolean);
    this.chips = this.open
      ? []
      : shown.map(group => button("chip", t(group), () => this.show(group), { "data-group": group }));
    fill(
      this,
      this.chips.length > 0 &&
        h("div.method-chips", { role: "group", "aria-label": t("Groups of methods") }, this.chips),
      h("fieldset.methods", h("legend", t("How")), rows),
      all.length > 3 &&
        button("link.all-methods", t("All methods with pictures"), () => this.browse(), {
          "aria-haspopup": "dialog",
        }),
    );
    this.receive(this.value);
  }
  /** Show the methods of one group; the others are one click away, those of the Lab under "All methods". */
  show(group) {
    for (const label of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".method")))
      label.hidden = label.dataset.group !== group && (!this.open || label.dataset.group === "Lab");
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.group === group));
  }
  /** Every method of the tab with a picture and a sentence. */
  browse() {
    const all = tabs[this.tab];
    const tile = method =>
      closing(
        "method-tile",
        [thumbnail(method, "large"), h("strong", method.title), h("span.help", method.blurb)],
        () => {
          this.choose(method.pipeline);
          this.receive(method.pipeline);
        },
        { "aria-current": method.pipeline === this.value ? "true" : null },
      );
    const box = dialog(
      t("Methods of {tab}", { tab: t(this.tab) }),
      ...this.groups.map(group =>
        h(
          "section",
          this.groups.length > 1 && h("h3", t(group)),
          h("div.method-tiles", all.filter(method => method.group === group).map(tile)),
        ),
      ),
    );
    box.classList.add("wide");
    box.querySelector('[aria-current="true"]')?.focus();
  }
  choose(pipeline) {
    wantedMethod.delete(this.tab);
    this.value = this.told = pipeline;
    this.announce();
    this.dispatchEvent(new CustomEvent("pick", { detail: pipeline }));
  }
  announce() {
    chosen.set(this.tab, this.value);
    bus.dispatchEvent(new CustomEvent("method", { detail: { tab: this.tab } }));
  }
  receive(value) {
    value = wantedMethod.get(this.getAttribute("tab")) ?? value;
    const found = value && tabs[this.getAttribute("tab")].some(one => one.pipeline === value);
    this.value = found ? value : (this.value ?? tabs[this.getAttribute("tab")][0].pipeline);
    if (!this.tab) return;
    this.querySelectorAll("input").forEach(input => {
      input.checked = input.value === this.value;
    });
    this.show(methodNamed(this.tab, this.value).group);
    this.announce();
    if (!found || value === this.told) return;
    this.told = value;
    this.dispatchEvent(new CustomEvent("pick", { detail: value })); // Python chose: it is kept, and its time asked for
  }
}
customElements.define("studio-methods", Methods);

// one field a setting: an element with `id`, and `show(value)` that puts a value in

const helped = (setting, id) => (setting.help ? [h("p.help", { id: `${id}-help` }, setting.help)] : []);
/** Puts a value into fields. */
const into =
  (...fields) =>
  value => {
    for (const field of fields) field.value = value ?? "";
  };
const about = (setting, id) => (setting.help ? { "aria-describedby": `${id}-help` } : {});

function range(setting, id, change) {
  const limits = { min: setting.low, max: setting.high, step: setting.step };
  const number = h("input", { type: "number", id, ...limits, ...about(setting, id) }),
    bounds = h("p.help", { role: "status", hidden: true }),
    slider = h("input", { type: "range", ...limits, "aria-label": t("{label}, slider", { label: setting.label }) });
  const take = (value, late) => {
    if (value === "" || !Number.isFinite(Number(value))) {
      if (late) show(setting.default);
      return;
    }
    const clamped = Math.min(setting.high, Math.max(setting.low, Number(value))),
      found = setting.whole ? Math.round(clamped) : clamped;
    slider.value = found;
    if (late) number.value = found;
    const outside = clamped !== Number(value);
    say(bounds, outside ? t("From {low} to {high}.", setting) : "");
    change(found, late);
  };
  const show = into(number, slider);
  number.addEventListener("input", () => take(number.value, false));
  number.addEventListener("change", () => take(number.value, true));
  slider.addEventListener("input", () => {
    number.value = slider.value;
    change(Number(slider.value), false);
  });
  slider.addEventListener("change", () => change(Number(slider.value), true));
  return [
    show,
    h("div.setting-head", h("label", { for: id }, setting.label), number),
    slider,
    bounds,
    ...helped(setting, id),
  ];
}
function few(setting, id, change) {
  const inputs = setting.options.map(one =>
    h("input", { type: "radio", name: id, value: one.value, onchange: () => change(one.value, true) }),
  );
  const show = value => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return [
    show,
    h(
      "fieldset",
      about(setting, id),
      h("legend", setting.label),
      h(
        "div.segments",
        inputs.map((input, n) => h("label", input, h("span", setting.options[n].words))),
      ),
    ),
    ...helped(setting, id),
  ];
}
function choice(setting, id, change) {
  if (setting.options.length <= FEW) return few(setting, id, change);
  if (setting.options.length > MANY) return typed(setting, id, change);
  const list = select(
    { id, onchange: () => change(list.value, true), ...about(setting, id) },
    setting.options.map(one => [one.value, one.words]),
  );
  return [into(list), h("label", { for: id }, setting.label), list, ...helped(setting, id)];
}
/** One of very many: its name is typed, and suggested while it is typed. */
function typed(setting, id, change) {
  const field = h("input", { type: "text", id, list: `${id}-names`, autocomplete: "off", ...about(setting, id) }),
    [none, ...names] = setting.options;
  const show = value => {
    field.value = names.find(one => one.value === value)?.words ?? value ?? "";
  };
  field.placeholder = none.words;
  field.addEventListener("change", () => {
    const words = field.value.trim().toLowerCase();
    change(names.find(one => one.words.toLowerCase() === words)?.value ?? words, true);
  });
  return [
    show,
    h("label", { for: id }, setting.label),
    field,
    suggesting(
      `${id}-names`,
      names.map(one => one.words),
    ),
    ...helped(setting, id),
  ];
}
function looks(setting, id, change) {
  const picker = h("studio-picker", {
    label: setting.label,
    help: setting.help || null,
    "data-props": JSON.stringify({ options: setting.options }),
  });
  picker.addEventListener("pick", event => change(event.detail, true));
  return [value => picker.receive(value), picker];
}
function text(setting, id, change) {
  const area = setting.lines > 1 ? h("textarea", { rows: setting.lines }) : h("input", { type: "text" });
  const said = h("p.help", { hidden: true, role: "status" });
  const count = () => {
    const length = area.value.length;
    said.hidden = length < setting.most * 0.8;
    said.classList.toggle("problem", length > setting.most);
    said.textContent = said.hidden
      ? ""
      : t("{length} of at most {most} characters", { length: num(length), most: num(setting.most) });
  };
  for (const [name, value] of Object.entries({
    id,
    placeholder: setting.placeholder,
    autocomplete: "off",
    ...about(setting, id),
  }))
    if (value) area.setAttribute(name, value);
  area.addEventListener("input", () => {
    count();
    change(area.value, false);
  });
  area.addEventListener("change", () => change(area.value, true));
  return [
    value => {
      if (area.value !== value) area.value = value ?? "";
      count();
    },
    h("label", { for: id }, setting.label),
    area,
    said,
    ...helped(setting, id),
    setting.pictured && strangeWords(area, setting.pictured, value => write(area, value)), // what its words become
    setting.known && suggested(setting, area),
  ];
}
/** Write into a field as a visitor does. */
function write(area, value) {
  area.value = value;
  for (const kind of ["input", "change"]) area.dispatchEvent(new Event(kind, { bubbles: true }));
}
/** The words that the model knows: a click writes one where the caret is. */
function suggested(setting, area) {
  const put = word => {
    const before = area.value.slice(0, area.selectionStart).trimEnd(),
      after = area.value.slice(area.selectionEnd).trimStart();
    const begun = before ? `${before} ${word}` : word;
    area.value = after ? `${begun} ${after}` : begun;
    area.setSelectionRange(begun.length, begun.length);
    write(area, area.value);
  };
  const list = h("div.known"),
    box = h(
      "details.suggested",
      {
        ontoggle: () => {
          if (box.open && !list.firstChild)
            list.append(...setting.known.map(word => button("quiet", word, () => put(word))));
        },
      },
      h("summary", t("What it can draw ({length})", { length: setting.known.length })),
      list,
    );
  return box;
}
function written(setting, id, change, where) {
  const { label, help, placeholder, most, lines, name, editor, over } = setting;
  const element = h("studio-writing", {
    label,
    help: help || null,
    placeholder: placeholder || null,
    most,
    lines,
    name,
    editor,
    over: over || null,
    ...where,
  });
  element.addEventListener("pick", event => change(event.detail, true));
  return [value => customElements.whenDefined("studio-writing").then(() => element.receive(value ?? "")), element];
}
function toggle(setting, id, change) {
  const box = h("input", { type: "checkbox", id, onchange: () => change(box.checked, true), ...about(setting, id) });
  const page =
    setting.page &&
    h(
      "a.about-page",
      { href: `studio/static/${setting.page}.html`, target: "_blank", rel: "noopener" },
      t("Law and consent"),
    );
  return [
    value => {
      box.checked = Boolean(value);
    },
    h("label.check", { for: id }, box, setting.label),
    ...helped(setting, id),
    ...(page ? [page] : []),
  ];
}
function seed(setting, id, change) {
  const number = h("input", {
    type: "number",
    id,
    min: 0,
    max: setting.high,
    step: 1,
    placeholder: t("a new one each time"),
    ...about(setting, id),
  });
  const take = late =>
    change(number.value === "" ? null : Math.min(setting.high, Math.max(0, Math.round(Number(number.value)))), late);
  number.addEventListener("input", () => take(false));
  number.addEventListener("change", () => take(true));
  return [into(number), h("div.setting-head", h("label", { for: id }, setting.label), number), ...helped(setting, id)];
}
const FIELDS = { range, choice, looks, toggle, seed, text };

class Form extends HTMLElement {
  connectedCallback() {
    if (this.tab) return;
    this.tab = this.getAttribute("tab");
    this.drawn = new Map(); // pipeline -> { element, fields }
    this.value ??= {};
    bus.addEventListener("method", event => event.detail.tab === this.tab && this.draw());
    bus.addEventListener("flush", () => this.flush());
    this.addEventListener("focusout", () => this.flush());
    this.draw();
  }
  receive(value) {
    const given = value && typeof value === "object" ? value : {};
    if (same(given, this.value)) return;
    this.value = structuredClone(given);
    if (!this.drawn) return;
    this.draw();
    this.pick(true);
  }
  get method() {
    return methodOf(this.tab);
  }
  get(name) {
    const set = this.value[this.method.pipeline] ?? {};
    return name in set ? set[name] : this.method.settings.find(one => one.name === name)?.default;
  }
  /** A setting of the chosen method, as if the visitor had set it. */
  set(name, value) {
    this.change(this.method, name, value, true);
    this.draw();
  }
  change(method, name, value, now) {
    const set = (this.value[method.pipeline] ??= {});
    if (same(value, method.settings.find(one => one.name === name).default)) delete set[name];
    else set[name] = value;
    if (!Object.keys(set).length) delete this.value[method.pipeline];
    if (method === this.method && method.settings.some(one => one.given === name)) this.narrow(method);
    this.count();
    this.pick(now);
  }
  pick(now) {
    clearTimeout(this.wait);
    this.waiting = () => {
      this.waiting = null;
      clearTimeout(this.wait);
      this.dispatchEvent(new CustomEvent("pick", { detail: structuredClone(this.value) }));
    };
    if (now) this.waiting();
    else this.wait = setTimeout(() => this.waiting?.(), 200);
  }
  flush() {
    this.waiting?.();
  }
  draw() {
    const method = this.method;
    if (!this.drawn.has(method.pipeline)) this.drawn.set(method.pipeline, this.build(method));
    const { element, fields } = this.drawn.get(method.pipeline);
    if (this.firstChild !== element) this.replaceChildren(element);
    for (const [name, show] of fields) show(this.get(name));
    this.narrow(method);
    this.count();
  }
  /** Offer only what fits another choice, such as what the chosen model takes; a value that does not is put back. */
  narrow(method) {
    for (const setting of method.settings.filter(one => one.offered)) {
      const fits = setting.offered[this.get(setting.given)],
        { element, fields } = this.drawn.get(method.pipeline);
      const row = element.querySelector(`[id="${`set-${method.pipeline}-${setting.name}`.replaceAll(".", "-")}"]`);
      for (const one of row.querySelectorAll("option, .segments input")) {
        const shut = Boolean(fits) && !fits.includes(one.value);
        one.disabled = shut;
        (one.closest("label") ?? one).hidden = shut;
      }
      if (fits && !fits.includes(this.get(setting.name))) {
        delete this.value[method.pipeline]?.[setting.name];
        fields.get(setting.name)(setting.default);
      }
    }
  }
  build(method) {
    const fields = new Map();
    const row = setting => {
      const id = `in-${method.pipeline}-${setting.name}`.replaceAll(".", "-");
      const change = (value, now) => this.change(method, setting.name, value, now);
      const make = setting.editor ? written : FIELDS[setting.sort];
      const [show, ...parts] = make(setting, id, change, { tab: this.tab, pipeline: method.pipeline });
      fields.set(setting.name, show);
      return h(
        `div.setting.sort-${setting.sort}`,
        { id: `set-${method.pipeline}-${setting.name}`.replaceAll(".", "-") },
        ...parts,
      );
    };
    const more = method.settings.filter(setting => setting.more);
    const element = h(
      "div.settings",
      h("p.blurb", method.blurb),
      method.how && h("details.how", h("summary", t("How it works")), h("p.help", method.how)),
      method.settings.filter(setting => !setting.more).map(row),
      more.length > 0 && this.more(more.map(row)),
    );
    return { element, fields };
  }
  more(rows) {
    const inside = h(
      "div.more-body",
      { id: `more-${++serial}`, hidden: true },
      rows,
      button("link.reset", t("Back to the defaults"), () => this.reset()),
    );
    const head = h(
      "button.more-head",
      {
        "aria-expanded": "false",
        "aria-controls": inside.id,
        onclick: () => {
          inside.hidden = !inside.hidden;
          head.setAttribute("aria-expanded", String(!inside.hidden));
        },
      },
      h("span", t("More")),
      h("span.changed"),
    );
    return h("div.more", head, inside);
  }
  /** How many of the settings that are out of sight are not as they were. */
  count() {
    const method = this.method,
      set = this.value[method.pipeline] ?? {},
      element = this.drawn.get(method.pipeline)?.element;
    const changed = method.settings.filter(setting => setting.more && setting.name in set).length;
    const said = element?.querySelector(".changed");
    if (said) said.textContent = changed ? t("{changed} changed", { changed }) : "";
    const reset = element?.querySelector(".reset");
    if (reset) reset.disabled = !Object.keys(set).length;
  }
  reset() {
    const before = structuredClone(this.value);
    delete this.value[this.method.pipeline];
    this.draw();
    this.pick(true);
    tell(t("Every setting has its default value again."), {
      label: t("Undo"),
      run: () => this.receive(before),
    });
  }
}
customElements.define("studio-form", Form);
