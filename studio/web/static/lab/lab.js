// @ts-check
// The Lab: a page of exhibits, one opened exhibit, and the afternoon school. An exhibit's own code is loaded when it is opened.
import { bus, button, copy, fail, t, tell, translated } from "../core.js";
import { placeOf } from "../place.js";
import { h } from "./exhibit.js";
import { savePicture, saveVideo } from "./keep.js";
import { certificate, questionOf, schoolOf } from "./school.js";

/**
 * An exhibit as assets/lab/exhibits.json records it.
 * @typedef {import("./exhibit.js").Exhibit} Shown
 * @typedef {{ name: string, title: string, group: string, begin: string, drag: string, words: { term: string, means: string }[], about: string[], equations: string[], symbols: { symbol: string, means: string }[], papers: { name: string, address: string }[],
 *   tries: string[], use: { label: string, address: string }, question: { text: string, answers: string[], right: number, why: string }, controls: { [key: string]: import("./exhibit.js").Control }, guide: string[][], pipelines: string[], start: any, minutes: number }} Record
 */

export const lab = /** @type {{ groups: { [group: string]: string }, heading: string, exhibits: Record[] }} */ (
  translated(JSON.parse(document.getElementById("studio-lab")?.textContent ?? "{}"), [
    "name",
    "group",
    "equations",
    "symbol",
    "papers",
    "address",
    "pipelines",
    "start",
  ])
);

/** A state as the address carries it, and back. @param {object} value */
export const packed = value =>
  btoa(unescape(encodeURIComponent(JSON.stringify(value))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
/** @param {string | null | undefined} text */
export function unpacked(text) {
  try {
    const found = JSON.parse(decodeURIComponent(escape(atob((text ?? "").replaceAll("-", "+").replaceAll("_", "/")))));
    return found && typeof found === "object" && !Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}

/** MathML of our own declarations, as an element. @param {string} source */
export function equation(source) {
  const made = new DOMParser().parseFromString(source, "application/xml").documentElement;
  return document.importNode(made, true);
}

class Lab extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.exhibit = /** @type {Record | null} */ (null);
    this.shown = /** @type {Shown | null} */ (null);
    this.view = "";
    this.asked = /** @type {string | null} */ (null);
    bus.addEventListener("delivered", event => this.received(/** @type {CustomEvent} */ (event).detail));
    const place = placeOf();
    this.go(place?.tab === "lab" ? place.method : null, place?.tab === "lab" ? place.state : null);
  }
  /** Settings of a result that are restored open its exhibit. @param {any} detail */
  received(detail) {
    const { pipeline, settings } = detail.lab ?? {},
      found = lab.exhibits.filter(one => one.pipelines.includes(pipeline));
    // two exhibits learn by `lab.score`: the second one shows extra dimensions
    const wanted = found.at(settings?.dimensions === "inf" ? 0 : -1);
    if (wanted)
      this.go(wanted.name, null).then(() => {
        if (!this.shown) return;
        this.shown.asked = true;
        this.shown.delivered(settings);
      });
  }
  /** The part of the address that is this tab's own. */
  get place() {
    const drawn = this.exhibit && this.shown && this.touched;
    return {
      method: this.view || null,
      state: drawn ? packed(/** @type {Shown} */ (this.shown).state()) : this.exhibit && this.asked,
    };
  }
  /** @param {string | null} name @param {string | null} [text] */
  async go(name, text = null) {
    if (name && name === this.view && (text ?? null) === (this.place.state ?? null)) return;
    const found = lab.exhibits.find(one => one.name === name) ?? null,
      known = unpacked(text);
    this.shown?.stop();
    this.shown = null;
    this.asked = known ? text : null; // the address keeps what it asks for until it is shown: a page that is drawn again reads it from there
    this.touched = Boolean(known);
    this.exhibit = found;
    if (found) await this.open(found, known);
    else if (name === "school") this.become("school", schoolOf(this, lab));
    else if (name === "certificate") this.become("certificate", certificate(this, lab));
    else {
      if (name) tell(t("The Lab has no such exhibit."));
      this.become("", this.home());
    }
  }
  /** @param {string} view @param {...HTMLElement} content */
  become(view, ...content) {
    this.view = view;
    this.replaceChildren(...content);
    bus.dispatchEvent(new Event("place"));
  }
  /** The visitor changed something: the address follows. */
  changed() {
    this.touched = true;
    bus.dispatchEvent(new Event("place"));
  }
  home() {
    const link = one => {
      const drawn = ["", "-dark"].map(ending =>
        h(`img${ending ? ".in-dark" : ".in-light"}`, {
          src: `studio/assets/lab/${one.name}${ending}.webp`,
          alt: "",
          width: 320,
          height: 200,
          loading: "lazy",
        }),
      );
      return h(
        "a.lab-card",
        { href: `#/lab/${one.name}` },
        drawn,
        h("strong", t(one.title)),
        h("span.help", t(one.begin)),
      );
    };
    const groups = Object.entries(lab.groups)
      .map(([group, title]) => [title, lab.exhibits.filter(one => one.group === group)])
      .filter(([, found]) => found.length);
    return h(
      "div.lab-home",
      h("h1", t(lab.heading)),
      h("p.lab-lead", t("Draw something, drag something, break something.")),
      h(
        "p.lab-begin",
        h("a.button", { href: "#/lab/school" }, t("Begin the afternoon school")),
        h(
          "span.help",
          t("All exhibits in order, with questions: about {minutes} minutes.", {
            minutes: lab.exhibits.reduce((sum, one) => sum + one.minutes, 0),
          }),
        ),
        h("a", { href: "studio/lessons/chapter.html" }, t("Lessons to print, and the chapter in one table")),
      ),
      ...groups.map(([title, found]) =>
        h(
          "section",
          h("h2", t(/** @type {string} */ (title))),
          h("div.lab-cards", /** @type {Record[]} */ (found).map(link)),
        ),
      ),
    );
  }
  /** @param {Record} one @param {any} known */
  async open(one, known) {
    const stage = h("div.lab-stage", h("p.help", { role: "status" }, t("Opening…")));
    this.become(
      one.name,
      h("div.lab-page", this.head(one), h("div.lab-body", stage, this.side(one), this.explained(one))),
    );
    try {
      const module = await import(`./${one.name}.js`);
      if (this.exhibit !== one) return;
      this.shown = /** @type {Shown} */ (new module.default(this, one));
      this.shown.restore({ ...one.start, ...known });
      this.asked = null;
      stage.replaceChildren(this.shown.element);
    } catch (error) {
      stage.replaceChildren(h("p.problem", { role: "alert" }, /** @type {Error} */ (error).message));
    }
    bus.dispatchEvent(new Event("place"));
  }
  /** @param {Record} one */
  head(one) {
    const at = lab.exhibits.indexOf(one),
      next = lab.exhibits[at + 1];
    return h(
      "div.lab-head",
      h(
        "p.lab-crumbs",
        h("a", { href: "#/lab" }, t("All exhibits")),
        next && h("a", { href: `#/lab/${next.name}` }, t("Next: {title}", { title: t(next.title) })),
      ),
      h("h1", t(one.title)),
      h("p.lab-lead", t(one.begin), " ", h("strong.lab-drag", t(one.drag))),
    );
  }
  /** @param {Record} one */
  side(one) {
    const link = button("secondary", t("Copy a link to this state"), async () => {
      this.changed();
      const address = `${location.href.split("#")[0]}#/lab/${one.name}?state=${packed(this.shown?.state() ?? {})}`;
      await copy(address, t("The link is copied."), address);
    });
    const act = does => async () => {
      try {
        if (this.shown) await does(this.shown);
      } catch (error) {
        fail(error);
      }
    };
    return h(
      "aside.lab-side",
      { "aria-label": t("About this exhibit") },
      h("h2", t("What to try")),
      h(
        "ul",
        one.tries.map(text => h("li", t(text))),
      ),
      h("h2", t("Take it with you")),
      h(
        "div.buttons",
        button(
          "secondary",
          t("Save the picture"),
          act(shown => savePicture(shown, one)),
        ),
        button(
          "secondary",
          t("Record 6 seconds"),
          act(shown => saveVideo(shown, one)),
        ),
        link,
      ),
      h("p", h("a", { href: `studio/lessons/${one.name}.html` }, t("The lesson to print"))),
      h("p.lab-use", h("a.button", { href: one.use }, t("Use it in the studio"))),
      questionOf(this, one, lab),
    );
  }
  /** What the words mean, how it works, the equations with their symbols, and the papers. @param {Record} one */
  explained(one) {
    const title = one.equations.length > 1 ? t("The equations") : t("The equation");
    return h(
      "section.lab-explained",
      h(
        "details.lab-terms",
        h("summary", t("What the words mean")),
        h(
          "dl",
          one.words.flatMap(({ term, means }) => [h("dt", t(term)), h("dd", t(means))]),
        ),
      ),
      h("h2", t("How it works")),
      one.about.map(text => h("p.lab-about", t(text))),
      h("h2", title),
      h(
        "div.lab-pair",
        h("div.lab-equation", { tabindex: 0, role: "region", "aria-label": title }, one.equations.map(equation)),
        h(
          "dl.lab-symbols",
          one.symbols.map(({ symbol, means }) => h("div", h("dt", equation(symbol)), h("dd", t(means)))),
        ),
      ),
      h(
        "p.help",
        t("Papers: "),
        one.papers.flatMap((paper, n) => [
          n ? ", " : "",
          h("a", { href: paper.address, target: "_blank", rel: "noopener noreferrer" }, paper.name),
        ]),
      ),
    );
  }
}
customElements.define("studio-lab", Lab);
