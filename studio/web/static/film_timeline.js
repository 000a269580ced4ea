// @ts-check
// The film in time: scenes, captions, voice and music in rows with names. Trimmed, moved and split by mouse, finger or keys.
import { h, t, tn } from "./core.js";
import { cutOf, fresh } from "./film_scenes.js";
import { clock, long, makeButton } from "./film_parts.js";
import { Gain } from "./film_gain.js";
import { Hits, Levels } from "./film_levels.js";

const OPEN = "studio-timeline-open",
  ZOOM = "studio-timeline-zoom",
  LEAST = 1,
  STEP = 0.5;
const shared = new Map(); // artifact -> promise of its peaks

/** The loudest moments of a sound, 20 a second, from 0 to 1; decoded by the browser. */
function peaksOf(id) {
  if (!shared.has(id))
    shared.set(
      id,
      (async () => {
        const data = await (await fetch(`studio/media/${id}`)).arrayBuffer();
        const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(data),
          one = sound.getChannelData(0),
          every = Math.round(sound.sampleRate / 20);
        const peaks = [];
        for (let at = 0; at < one.length; at += every) {
          let top = 0;
          for (let n = at; n < Math.min(at + every, one.length); n += 8) top = Math.max(top, Math.abs(one[n]));
          peaks.push(top);
        }
        return peaks;
      })().catch(() => []),
    );
  return shared.get(id);
}

export class Timeline {
  constructor(film) {
    this.film = film;
    this.zoom = Number(localStorage.getItem(ZOOM)) || 14; // pixels a second
    this.trimmed = new Map(); // scene -> its new length, until the studio's plan has it: keys are faster than its answers
    this.live = h("p.sr", { role: "status" });
    this.rows = h("div.tl-rows");
    this.head = h("span.tl-head", { "aria-hidden": "true" });
    const button = (words, run, name) => makeButton("secondary", words, run, { "aria-label": name, title: name });
    this.split = makeButton("secondary", t("Split here"), () => this.splitAt(this.now()));
    this.gain = new Gain(this);
    this.levels = new Levels(this);
    this.hits = new Hits(this);
    this.tools = h(
      "div.tl-tools",
      { role: "group", "aria-label": t("Timeline") },
      button("−", () => this.scale(1 / 1.4), t("Show more of the film")),
      button("+", () => this.scale(1.4), t("Show it larger")),
      this.split,
      this.hits.button,
      (this.time = h("span.help", {})),
    );
    this.scroll = h(
      "div.tl-scroll",
      { tabindex: 0, role: "region", "aria-label": t("The film in time") },
      this.rows,
      this.head,
    );
    this.names = h(
      "div.tl-names",
      { "aria-hidden": "true" },
      [t("Scenes"), t("Captions"), t("Voice"), t("Music"), t("Levels")].map(name => h("span", name)),
    );
    this.help = h(
      "p.help",
      t(
        "Drag a scene to move it, its right edge to trim it. Keys: ← →, Shift trims, Alt moves, S splits, Enter edits.",
      ),
      " ",
      t("Click the music to add a point of its gain; drag it, or press Delete."),
    );
    this.element = h(
      "details.tl",
      {
        open: localStorage.getItem(OPEN) === "1",
        ontoggle: () => {
          localStorage.setItem(OPEN, this.element.open ? "1" : "0");
          if (this.element.open) this.draw();
        },
      },
      h("summary", t("Timeline")),
      this.tools,
      h("div.tl-frame", this.names, this.scroll),
      this.levels.fields,
      this.help,
      this.live,
    );
    this.scroll.addEventListener("pointerdown", event => {
      if (event.target.closest(".tl-scene, .tl-caption, .tl-gain, .tl-hit")) return;
      this.seek(this.at(event));
    });
  }
  get plan() {
    return this.film.film.plan;
  }
  get scenes() {
    return this.film.storyboard.scenes;
  }
  /** The scenes of the plan, with the lengths that it does not know yet. */
  get planned() {
    let later = 0;
    return this.plan.scenes.map(one => {
      const seconds = this.trimmed.get(one.id) ?? one.seconds,
        start = one.start + later;
      later += seconds - one.seconds;
      return { ...one, start, seconds };
    });
  }
  now() {
    return this.film.player.video?.currentTime ?? 0;
  }
  at(event) {
    return Math.max(0, (event.clientX - this.rows.getBoundingClientRect().left) / this.zoom);
  }
  seek(seconds) {
    const { video } = this.film.player;
    if (video) video.currentTime = Math.min(seconds, video.duration || seconds);
    this.follow();
  }
  scale(by) {
    this.zoom = Math.min(80, Math.max(3, this.zoom * by));
    localStorage.setItem(ZOOM, String(this.zoom));
    this.draw();
  }
  follow() {
    const at = this.now();
    this.head.style.left = `${at * this.zoom}px`;
    this.time.textContent = `${clock(at)} / ${clock(this.plan.seconds)}`;
  }
  change(what) {
    this.film.changed(what, true);
  }

  draw() {
    if (!this.element.open || !this.film.film) return;
    if (this.dragging || this.rows.querySelector(".tl-edit")) return this.follow(); // what is under the hand is not taken away
    if (this.film.settled) this.trimmed.clear();
    const held = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.tl,
      planned = this.planned;
    this.rows.style.width = `${Math.max(this.plan.seconds, 1, ...planned.map(one => one.start + one.seconds)) * this.zoom}px`;
    this.rows.replaceChildren(
      h(
        "ol.tl-row.tl-scenes",
        { "aria-label": t("Scenes") },
        planned.map((one, n) => this.scene(one, n)),
      ),
      h(
        "ol.tl-row.tl-captions",
        { "aria-label": t("Captions") },
        planned.map((one, n) => this.caption(one, n)),
      ),
      this.wave("voice", t("Voice")),
      h("div.tl-row.tl-music", this.wave("music", t("Music"), "div.tl-under"), this.gain.draw(), this.hits.draw()),
      this.levels.draw(),
    );
    if (held)
      /** @type {HTMLElement | null} */ (this.rows.querySelector(`[data-tl="${held}"]`))?.focus({
        preventScroll: true,
      });
    this.follow();
  }
  place(one) {
    return `left: ${one.start * this.zoom}px; width: ${Math.max(8, one.seconds * this.zoom - 2)}px`;
  }
  scene(one, n) {
    const scene = this.scenes.find(other => other.id === one.id),
      kind = scene?.transition?.kind ?? "cut";
    const name = t("Scene {n}, from {start}, {length}", {
      n: n + 1,
      start: clock(one.start),
      length: long(one.seconds),
    });
    const edge = h("span.tl-edge", { title: t("Drag to trim"), onpointerdown: event => this.trimBy(event, one) });
    const block = h(
      "button.tl-scene",
      {
        style: this.place(one),
        "data-tl": `scene-${one.id}`,
        "aria-label": name,
        onkeydown: event => this.key(event, one),
        onpointerdown: event => this.moveBy(event, one),
      },
      one.thumbnail && h("img", { src: one.thumbnail, alt: "", draggable: "false" }),
      h("span", String(n + 1)),
      n > 0 && h("i.tl-cut", { title: kind, "data-kind": kind }),
      edge,
    );
    return h("li", block);
  }
  caption(one, n) {
    const scene = this.scenes.find(other => other.id === one.id),
      line = scene?.line ?? "";
    const block = makeButton(
      "tl-caption",
      line || "–",
      event => {
        if (event.detail === 0) this.edit(one, block);
        else this.seek(one.start + 0.02);
      },
      {
        style: this.place(one),
        "data-tl": `caption-${one.id}`,
        title: line,
        "aria-label": t("Caption of scene {n}: {words}", { n: n + 1, words: line || t("silent") }),
        ondblclick: () => this.edit(one, block),
      },
    );
    return h("li", block);
  }
  /** A caption's words are changed where they stand; they are what is said. */
  edit(one, block) {
    const scene = this.scenes.find(other => other.id === one.id),
      n = this.scenes.indexOf(scene);
    const area = h("textarea.tl-edit", {
      rows: 3,
      value: scene.line,
      maxlength: 800,
      "aria-label": t("Words of scene {n}", { n: n + 1 }),
      style: `left: ${Math.max(0, Math.min(one.start * this.zoom, this.scroll.scrollLeft + this.scroll.clientWidth - 240))}px`,
    });
    let over = false;
    const done = keep => {
      if (over) return; // taking it out of the page also takes the focus away
      over = true;
      area.remove();
      if (keep && area.value.trim() !== scene.line) {
        scene.line = area.value.trim();
        this.change(t("Words of scene {n}", { n: n + 1 }));
      }
      this.draw();
      /** @type {HTMLElement | null} */ (this.rows.querySelector(`[data-tl="caption-${one.id}"]`))?.focus();
    };
    area.addEventListener("keydown", event => {
      event.stopPropagation();
      if (event.key === "Escape") done(false);
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        done(true);
      }
    });
    area.addEventListener("blur", () => done(true));
    block.closest(".tl-row").append(area);
    area.focus();
    area.select();
  }
  wave(kind, name, tag = "div.tl-row.tl-wave") {
    const row = h(tag, { role: "img", "aria-label": t("Loudness of {what}", { what: name }) }),
      step = this.plan.steps.find(one => one.kind === kind);
    if (!step) {
      row.append(h("span.tl-none", kind === "music" ? t("No music") : t("Nobody speaks")));
      return row;
    }
    if (!step.artifact) {
      row.append(h("span.tl-none", t("Not made yet")));
      return row;
    }
    const draw = peaks => {
      const top = Math.max(0.05, ...peaks),
        wide = Math.max(1, peaks.length);
      row.append(
        h(
          "svg:svg",
          {
            viewBox: `0 -1 ${wide} 2`,
            preserveAspectRatio: "none",
            style: `width: ${(wide / 20) * this.zoom}px`,
            "aria-hidden": "true",
          },
          h("svg:path", {
            d: `M0 0${peaks.map((peak, n) => `L${n} ${(-peak / top).toFixed(2)}`).join("")}${peaks.map((_, n) => `L${wide - 1 - n} ${(peaks[wide - 1 - n] / top).toFixed(2)}`).join("")}Z`,
          }),
        ),
      );
    };
    peaksOf(step.artifact).then(peaks => row.isConnected !== false && draw(peaks));
    return row;
  }

  // by mouse or finger

  follow_(event, move, end) {
    event.preventDefault();
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    this.dragging = true;
    const stop = last => {
      target.removeEventListener("pointermove", move);
      for (const kind of ["pointerup", "pointercancel"]) target.removeEventListener(kind, stop);
      this.dragging = false;
      end(last);
    };
    target.addEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"]) target.addEventListener(kind, stop);
  }
  /** A point in a row: moved by keys, and by `drag(button)`, which gives back what a move and the end of it do. */
  point(tag, { id, name, style, key, drag }) {
    const button = h(`button.${tag}`, {
      "data-tl": id,
      "aria-label": name,
      title: name,
      style,
      onkeydown: event => {
        if (key(event) === false) return;
        event.preventDefault();
        event.stopPropagation();
      },
      onpointerdown: event => {
        event.stopPropagation();
        button.focus();
        this.follow_(event, ...drag(button));
      },
    });
    return button;
  }
  trimBy(event, one) {
    event.stopPropagation();
    const block = event.currentTarget.parentElement,
      from = event.clientX;
    let seconds = one.seconds;
    this.follow_(
      event,
      next => {
        seconds = Math.max(LEAST, Math.round((one.seconds + (next.clientX - from) / this.zoom) * 2) / 2);
        block.style.width = `${seconds * this.zoom - 2}px`;
      },
      () => this.trim(one, seconds),
    );
  }
  moveBy(event, one) {
    if (event.button) return;
    const block = event.currentTarget,
      from = event.clientX;
    let moved = false;
    block.focus({ preventScroll: true });
    this.follow_(
      event,
      next => {
        if (!moved && Math.abs(next.clientX - from) < 6) return;
        moved = true;
        block.classList.add("moving");
        block.style.transform = `translateX(${next.clientX - from}px)`;
      },
      last => {
        block.classList.remove("moving");
        block.style.transform = "";
        if (!moved) return this.film.player.jump(one);
        const at = this.at(last),
          others = this.planned.filter(other => other.id !== one.id);
        this.film.board.reorder(one.id, others.filter(other => other.start + other.seconds / 2 < at).length);
      },
    );
  }

  // by keys, and what both do

  key(event, one) {
    const n = this.scenes.findIndex(other => other.id === one.id),
      by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (event.ctrlKey || event.metaKey) return;
    if (by && event.shiftKey) this.trim(one, Math.max(LEAST, Math.round((one.seconds + by * STEP) * 2) / 2));
    else if (by && event.altKey) {
      if (this.scenes[n + by]) {
        this.film.board.reorder(one.id, n + by);
        this.say(t("Scene {from} is now scene {to}.", { from: n + 1, to: n + by + 1 }));
      }
    } else if (by)
      /** @type {HTMLElement | null} */ (
        this.rows.querySelector(`[data-tl="scene-${this.scenes[n + by]?.id}"]`)
      )?.focus();
    else if (event.key.toLowerCase() === "s" && !event.altKey)
      this.splitAt(
        this.now() > one.start && this.now() < one.start + one.seconds ? this.now() : one.start + one.seconds / 2,
      );
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  say(words) {
    this.live.textContent = words;
  }
  trim(one, seconds) {
    const scene = this.scenes.find(other => other.id === one.id),
      n = this.scenes.indexOf(scene) + 1;
    if (!scene || seconds === one.seconds) return this.draw();
    scene.seconds = Math.min(60, seconds);
    this.trimmed.set(one.id, scene.seconds);
    this.change(t("Scene {n}", { n }));
    const shortest = scene.line && seconds < one.seconds;
    this.say(
      shortest
        ? t("Scene {n} cannot be shorter.", { n })
        : t("Scene {n} lasts {length}.", { n, length: long(seconds) }),
    );
  }
  splitAt(at) {
    const one = this.planned.find(other => at > other.start && at < other.start + other.seconds) ?? this.planned[0];
    const scene = one && this.scenes.find(other => other.id === one.id),
      n = this.scenes.indexOf(scene);
    if (!scene) return;
    const share = Math.min(0.95, Math.max(0.05, (at - one.start) / one.seconds)),
      second = { ...structuredClone(scene), id: fresh(), transition: { kind: "cut", seconds: 0.5 } };
    if (scene.line) {
      const place = scene.line.length > 3 ? cutOf(scene.line, nearestGap(scene.line, share)) : 0;
      if (!place) return this.say(t("The line of scene {n} is too short to split.", { n: n + 1 }));
      second.line = scene.line.slice(place).trim();
      scene.line = scene.line.slice(0, place).trim();
    }
    second.seconds = scene.line ? null : Math.max(LEAST, Math.round(one.seconds * (1 - share) * 2) / 2);
    scene.seconds = scene.line ? null : Math.max(LEAST, Math.round(one.seconds * share * 2) / 2);
    this.scenes.splice(n + 1, 0, second);
    this.change(t("Split scene {n}", { n: n + 1 }));
    this.say(
      tn(
        "Scene {at} was split; the film has {n} scene.",
        "Scene {at} was split; the film has {n} scenes.",
        this.scenes.length,
        { at: n + 1 },
      ),
    );
  }
}

/** The space in a line that is nearest to a share of it. */
function nearestGap(line, share) {
  const gaps = [...line.matchAll(/\s+/g)].map(found => found.index + found[0].length),
    wanted = share * line.length;
  return gaps.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? 0;
}
