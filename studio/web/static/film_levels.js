// @ts-check
// The film's music against its voice: a curve of both levels, how far below the voice it lies, and hit points at which it has an accent.
import { h, t } from "./core.js";
import { makeButton, number } from "./film_parts.js";

const HIGH = -10,
  LOW = -60; // LUFS
const FOLLOWS = { under: 13, pauses: 6 },
  MOST_HITS = 20;
const shared = new Map(); // artifact -> promise of its levels

/** How loud voice and music are, every tenth of a second; null where that was not measured. */
function levelsOf(id) {
  if (!shared.has(id))
    shared.set(
      id,
      fetch(`studio/media/${id}/files/levels.json`)
        .then(answer => (answer.ok ? answer.json() : null))
        .catch(() => null),
    );
  return shared.get(id);
}

export class Levels {
  constructor(timeline) {
    this.timeline = timeline;
    this.row = h("div.tl-row.tl-levels");
    const distance = (label, name) =>
      number(label, value => this.put({ [name]: value }), { low: 1, high: 24, step: 1 });
    this.under = distance(t("Music below the voice while it speaks (dB)"), "under");
    this.pauses = distance(t("Music below the voice in pauses (dB)"), "pauses");
    this.fields = h(
      "div.tl-distances",
      { role: "group", "aria-label": t("The music follows the voice") },
      this.under.element,
      this.pauses.element,
    );
  }
  get music() {
    return this.timeline.film.storyboard.music ?? {};
  }
  put(change) {
    const { film } = this.timeline;
    film.storyboard.music = { ...this.music, ...(this.music.under ? {} : FOLLOWS), ...change };
    this.timeline.change(t("Music"));
  }
  /** The gain that was drawn by hand at a moment, in dB. */
  drawn(at) {
    const points = this.music.gain ?? [],
      after = points.findIndex(point => point[0] >= at);
    if (!points.length) return 0;
    if (after <= 0) return after ? points.at(-1)[1] : points[0][1];
    const [[from, low], [to, high]] = [points[after - 1], points[after]];
    return low + ((high - low) * (at - from)) / (to - from);
  }
  draw() {
    const { plan } = this.timeline,
      step = plan.steps.find(one => one.kind === "music"),
      none = this.music.from === "none";
    this.under.show(this.music.under);
    this.pauses.show(this.music.under ? this.music.pauses : null);
    this.fields.hidden = none;
    const say = words => this.row.replaceChildren(h("span.tl-none", words));
    if (none || !step) say(t("No music"));
    else if (!step.artifact) say(t("Not made yet"));
    else
      levelsOf(step.artifact).then(levels =>
        levels ? this.show(levels) : say(t("Make the film to see the music's level here.")),
      );
    return this.row;
  }
  show({ step, music, voice = [] }) {
    const { zoom } = this.timeline,
      width = Math.max(1, music.length),
      y = level => ((100 * (HIGH - Math.max(LOW, Math.min(HIGH, level)))) / (HIGH - LOW)).toFixed(1);
    const heard = music.map((level, n) => level + this.drawn(n * step)),
      name = t("Level of the music, from {high} to {low} LUFS", { high: HIGH, low: LOW });
    this.row.replaceChildren(
      h(
        "svg:svg",
        {
          viewBox: `0 0 ${width} 100`,
          preserveAspectRatio: "none",
          role: "img",
          "aria-label": name,
          style: `width: ${width * step * zoom}px`,
        },
        voice.length > 0 &&
          h("svg:path", {
            d: `M0 100${voice.map((level, n) => `L${n} ${y(level)}`).join("")}L${voice.length - 1} 100Z`,
          }),
        h("svg:polyline", {
          points: heard.map((level, n) => `${n},${y(level)}`).join(" "),
          "vector-effect": "non-scaling-stroke",
        }),
      ),
    );
    this.row.title = name;
  }
}

/** Moments at which composed music has an accent: set at the playhead, moved by mouse, finger or keys, removed with Delete. */
export class Hits {
  constructor(timeline) {
    this.timeline = timeline;
    this.element = h("div.tl-hits", { role: "group", "aria-label": t("Loud beats of the music") });
    this.button = makeButton("secondary", t("Loud beat here"), () => this.add(timeline.now()), {
      title: t("The music has an accent here"),
    });
  }
  get music() {
    return this.timeline.film.storyboard.music ?? {};
  }
  get hits() {
    return this.music.hits ?? [];
  }
  set(hits) {
    this.music.hits = [
      ...new Set(hits.map(at => Math.round(Math.max(0, Math.min(this.timeline.plan.seconds, at)) * 10) / 10)),
    ].sort((a, b) => a - b);
    this.timeline.change(t("Loud beats of the music"));
  }
  add(at) {
    this.set([...this.hits, at]);
    this.timeline.say(t("The music will have an accent at {at} s.", { at: Math.round(at * 10) / 10 }));
  }
  draw() {
    const composed = (this.music.from ?? "composed") === "composed" && !this.timeline.film.storyboard.engines?.music;
    this.button.hidden = !composed;
    this.button.disabled = this.hits.length >= MOST_HITS;
    this.element.replaceChildren(...(composed ? this.hits.map((at, n) => this.handle(at, n)) : []));
    return this.element;
  }
  handle(at, n) {
    const { zoom } = this.timeline;
    return this.timeline.point("tl-hit", {
      id: `hit-${n}`,
      name: t("Loud beat at {at} s", { at }),
      style: `left: ${at * zoom}px`,
      key: event => {
        const by = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
        if (event.key === "Delete" || event.key === "Backspace") return this.set(this.hits.toSpliced(n, 1));
        return by ? this.set(this.hits.with(n, at + by)) : false;
      },
      drag: button => {
        let now = at;
        const move = next => {
          now = this.timeline.at(next);
          button.style.left = `${now * zoom}px`;
        };
        return [move, () => now !== at && this.set(this.hits.with(n, now))];
      },
    });
  }
}
