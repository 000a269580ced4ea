// The Film tab: the first screen, and the page of one film. What is edited is saved as it is typed; what is made is asked of the studio again and again.
import {
  ask,
  bus,
  currentTab,
  dialog,
  fail,
  h,
  later,
  openTab,
  places,
  playing,
  poll,
  post,
  seconds,
  state,
  t,
  tell,
  tn,
  translated,
  withTime,
} from "./core.js";
import {
  attempt,
  folding,
  lookChoice,
  makeButton,
  number,
  openMenu,
  put,
  say,
  segments,
  select,
  toggle,
  words,
} from "./film_parts.js";
import { Cast, castPlaces } from "./film_cast.js";
import { Engines } from "./film_engines.js";
import { Board, scenePlaces } from "./film_scenes.js";
import { addressOf, placeOf } from "./place.js";
import { opener, projectLink } from "./projects.js";
import { Player } from "./film_player.js";
import { Second } from "./film_second.js";
import { Story } from "./film_story.js";
import { Timeline } from "./film_timeline.js";

const OPEN = "studio-film-open",
  STORY = "studio-film-story",
  SIZE = "studio-film-size",
  BUSY = ["queued", "running"];
const LEVELS = { low: -24, high: 12, step: 1 };
const PAUSE = 1000; // milliseconds without a key until what was typed is saved

/** A film to be opened: its picture, its title and what is said of it. */
const example = (picture, title, about, run) =>
  makeButton(
    "example",
    [
      picture ? h("img", { src: picture, alt: "", width: 128, height: 72, loading: "lazy" }) : h("span.nolook"),
      h("span", title, h("span.help", about)),
    ],
    run,
  );

class Film extends HTMLElement {
  async connectedCallback() {
    if (this.firstChild) return;
    this.append(h("p.help.film-wait", { role: "status" }, t("Opening…")));
    this.size = localStorage.getItem(SIZE) === "full" ? "full" : "draft";
    bus.addEventListener("state", () => this.isConnected && this.follow());
    bus.addEventListener("flush", () => this.save());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.refresh();
    }); // it may have been changed in another window
    bus.addEventListener("stop", () => this.offsetParent && this.running && this.cancel());
    addEventListener("pagehide", () => {
      if (this.waiting) this.send({ keepalive: true }).catch(() => {});
    });
    places.push(card => [...castPlaces(this, card), ...scenePlaces(this, card)]);
    await this.begin();
  }
  async begin() {
    try {
      this.choices = translated(await ask("films/choices"), ["value", "name", "picture", "poster", "film"]);
    } catch (error) {
      return this.replaceChildren(
        h(
          "div.invitation",
          { role: "alert" },
          h("p", error.message),
          makeButton("secondary", t("Try again"), () => this.begin()),
        ),
      );
    }
    const asked = placeOf(),
      held = asked?.tab === "film" ? asked.film : localStorage.getItem(OPEN);
    if (held)
      try {
        return this.open(await ask(`films/${held}?size=${this.size}`));
      } catch (error) {
        localStorage.removeItem(OPEN);
        if (asked?.film) tell(error.message);
      }
    this.home();
  }
  /** Open the film of an address, or the first screen. */
  async goTo(id) {
    const way = (this.way = {}); // whoever goes elsewhere meanwhile is not taken back by a late answer
    if ((this.film?.id ?? null) === id) return;
    try {
      await this.flushed();
      const film = id ? await ask(`films/${id}?size=${this.size}`) : null;
      if (this.way !== way) return;
      if (film) this.open(film);
      else this.home();
    } catch (error) {
      if (this.way === way) tell(error.message);
    }
  }
  /** Show this tab, whatever was open. */
  come() {
    if (currentTab() !== "Film") openTab("Film");
  }
  reveal(id) {
    this.board.reveal(id);
  }

  // the first screen

  async home() {
    this.way = null;
    this.film = null;
    bus.dispatchEvent(new Event("place"));
    localStorage.removeItem(OPEN);
    const story = new Story(this.choices.director, () => {
      said.hidden = true;
      sessionStorage.setItem(STORY, story.words.area.value);
    });
    const format = segments(t("Shape"), value => {
      this.shape = value;
      format.show(value, this.choices.formats);
    });
    const said = h("p.problem", { role: "alert", hidden: true });
    const run = async (button, make) => {
      button.disabled = true;
      said.hidden = true;
      try {
        this.open(await make());
        const heading = this.querySelector("h1"); // where a reader of the page goes on
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      } catch (error) {
        said.textContent = error.message;
        said.hidden = false;
        said.scrollIntoView({ block: "nearest" });
        if (error.field) error.field.focus();
      }
      button.disabled = false;
    };
    const begin = makeButton("primary.make", t("Turn it into scenes"), () => run(begin, () => this.fromStory(story)));
    const blank = makeButton("link", t("or begin with an empty storyboard"), () =>
      run(blank, () => post(`films?size=${this.size}`, {})),
    );
    const examples = this.choices.examples,
      shown = examples.find(one => one.film) ?? examples[0];
    const card = one =>
      example(one.poster && `studio/assets/${one.poster}`, h("strong", { lang: "en" }, one.title), one.about, event =>
        run(event.currentTarget, () => post(`films?size=${this.size}`, { example: one.name })),
      );
    const project = opener(async id => this.open(await ask(`films/${id}?size=${this.size}`)));
    const mine = h("section.mine", { "aria-label": t("Your films"), hidden: true });
    this.shape ??= this.choices.formats[0].value;
    format.show(this.shape, this.choices.formats);
    this.replaceChildren(
      h(
        "div.film-home",
        h(
          "div.controls.film-begin",
          h("h1", t("Make a film this afternoon")),
          h(
            "p.blurb",
            this.choices.director?.host
              ? t("Type a few sentences; the studio makes the film.")
              : t("Type a few sentences; the studio makes the film. Nothing leaves this machine."),
          ),
          story.element,
          said,
          format.element,
          begin,
          blank,
          project,
          mine,
        ),
        h(
          "div.stage.film-show",
          shown && this.showing(shown),
          h("h2", t("Or open one of these and change it")),
          h("div.examples", examples.map(card)),
          h("h2", t("Begin with a template")),
          h(
            "div.templates",
            this.choices.templates.map(one =>
              makeButton("template", [h("strong", { lang: "en" }, one.title), h("span.help", one.about)], event =>
                run(event.currentTarget, () => post(`films?size=${this.size}`, { template: one.name })),
              ),
            ),
          ),
          h("p.tour-offer", h("button.link", { "data-tour": "film" }, t("Take the guided tour (two minutes)"))),
        ),
      ),
    );
    story.words.show(sessionStorage.getItem(STORY)); // a reload or a step back loses no word of it
    scrollTo(0, 0);
    this.list(mine);
  }
  /** A finished example, playing. */
  showing({ title, about, film, poster }) {
    return h(
      "figure",
      h("div.film-frame", playing(film, poster, `${title}: ${about}`)),
      h("figcaption", t("“{title}”, made here. Turn the sound on.", { title })),
    );
  }
  async list(box) {
    const { films } = await ask("films").catch(() => ({ films: [] }));
    box.hidden = !films.length;
    const line = one => {
      const name = one.title || t("Untitled"),
        said = h("p.problem", { role: "alert" });
      const wrong = error => (said.textContent = error.message);
      const count = one.cut
        ? tn("{n} scene, rendered", "{n} scenes, rendered", one.scenes)
        : tn("{n} scene", "{n} scenes", one.scenes);
      const button = example(one.thumbnail, h("strong", name), count, () => {
        said.textContent = "";
        return attempt(async () => this.open(await ask(`films/${one.id}?size=${this.size}`)), wrong);
      });
      const remove = makeButton(
        "quiet",
        t("Delete"),
        () =>
          attempt(async () => {
            await post(`films/${one.id}/delete`);
            this.list(box);
            tell(t("The film “{name}” was deleted.", { name }), {
              label: t("Undo"),
              run: () => post(`films/${one.id}/undelete`).then(() => this.list(box), fail),
            });
          }, wrong),
        { "aria-label": t("Delete the film {name}", { name }) },
      );
      return h("li.film-line", button, remove, one.problem && h("p.problem", t(one.problem)), said);
    };
    box.replaceChildren(h("h2", t("Your films")), h("ul.plain-list", films.map(line)));
  }
  async fromStory(story) {
    const { title, scenes, notes, voice } = await story.read();
    const film = await post(`films?size=${this.size}`, {
      storyboard: { title, format: this.shape, scenes, voice, text_by: story.by },
    });
    const standIns = scenes.flatMap(scene =>
      (scene.told?.substitutions ?? []).map(one => `“${one.word}” is drawn as “${one.drawn}”`),
    );
    const near = notes.filter(note => standIns.some(said => note.includes(said)));
    this.notes = { near, missing: notes.filter(note => !near.includes(note)) };
    return film;
  }

  // one film

  open(film) {
    this.way = null;
    this.film = film;
    this.storyboard = film.storyboard;
    this.edits = this.known = 0; // edits made here, and how many of them the studio's plan has
    bus.dispatchEvent(new Event("place"));
    localStorage.setItem(OPEN, film.id);
    const set =
      (what, edit) =>
      (value, now = true) => {
        if (typeof edit === "string") put(this.storyboard, edit, value);
        else edit(this.storyboard, value);
        this.changed(what, now);
      };
    const sound = name => (one, value) => put(one, `sounds.${name}`, value ? 0 : null);
    const reseed = (one, value) => put(one, "seed", Math.round(value));
    this.player = new Player(this);
    this.timeline = new Timeline(this);
    this.cast = new Cast(this);
    this.engines = new Engines(this);
    this.second = new Second(this);
    this.board = new Board(this);
    this.heading = words(
      t("Title of the film"),
      set(later("Title of the film"), (one, value) => put(one, "title", value.replaceAll("\n", " "))),
      { hidden: true, most: 120, placeholder: t("Untitled") },
    );
    this.heading.area.classList.add("film-title");
    const quiet = (label, run, name = label) => makeButton("quiet", label, run, { "aria-label": name });
    this.undo = quiet(t("Undo"), () => this.step("undo"));
    this.redo = quiet(t("Redo"), () => this.step("redo"));
    this.saved = h("span.help", { role: "status" });
    this.trouble = h("div.film-trouble", { role: "alert" });
    this.fields = {
      format: segments(t("Shape"), set(later("Shape"), "format")),
      mood: select(
        t("Music"),
        set(later("Music"), (one, value) => {
          put(one, "music.from", value === "none" ? "none" : "composed");
          if (value !== "none") one.mood = value;
        }),
      ),
      voice: select(t("Voice"), set(later("Voice"), "voice")),
      look: lookChoice(t("Look"), set(later("Look"), "look")),
      subtitles: select(t("Subtitles"), set(later("Subtitles"), "subtitles.mode")),
      substyle: select(t("Subtitle style"), set(later("Subtitles"), "subtitles.style")),
      subsize: select(t("Subtitle size"), set(later("Subtitles"), "subtitles.size")),
      titles: toggle(t("A title at the beginning"), set(later("A title at the beginning"), "titles.show")),
      subtitle: words(t("Under the title"), set(later("A title at the beginning"), "titles.text"), {
        most: 120,
        placeholder: t("A film by Ada"),
      }),
      described: toggle(t("Audio description, on a second sound track"), set(later("Audio description"), "described")),
      loudness: select(t("Loudness"), set(later("Loudness"), "loudness")),
      ambience: toggle(t("Ambience: rain, waves, birds"), set(later("Ambience"), sound("ambience"))),
      ambienceLevel: number(t("Level of the ambience (dB)"), set(later("Ambience"), "sounds.ambience"), LEVELS),
      effects: toggle(t("Effects: steps, doors, splashes"), set(later("Effects"), sound("effects"))),
      effectsLevel: number(t("Level of the effects (dB)"), set(later("Effects"), "sounds.effects"), LEVELS),
      credits: toggle(t("Credits at the end"), set(later("Credits"), "credits.show")),
      thanks: words(t("Your own lines in the credits"), set(later("Credits"), "credits.text"), {
        most: 400,
        placeholder: t("With thanks to …"),
      }),
      seed: number(t("Seed"), set(later("Seed"), reseed), { low: 0, high: 2147483647, step: 1 }),
    };
    this.replaceChildren(
      h(
        "div.film-page",
        h("h1.sr", t("Film")),
        this.settings(),
        h(
          "div.stage.film-stage",
          h(
            "div.film-head",
            makeButton("quiet", t("All films"), () => this.leave()),
            this.heading.element,
            this.saved,
            this.undo,
            this.redo,
            quiet("⋯", () => this.menu(), t("More for this film")),
          ),
          this.trouble,
          this.player.element,
          this.timeline.element,
          this.cast.element,
          this.board.element,
        ),
      ),
    );
    if (this.notes?.near.length || this.notes?.missing.length) this.trouble.append(this.whatWasRead(this.notes));
    this.notes = null;
    this.adopt(film);
    poll();
    scrollTo(0, 0);
  }
  /** What the reader of a story has to say: what is left out is read at once, what another picture stands for is one click away. */
  whatWasRead({ near, missing }) {
    const list = ones =>
      h(
        "ul.plain",
        ones.map(one => h("li", t(one))),
      );
    const box = h(
      "div.note",
      missing.length > 0 && list(missing),
      near.length > 0 &&
        h(
          "details",
          h(
            "summary",
            tn("{n} word is shown by another picture.", "{n} words are shown by another picture.", near.length),
          ),
          list(near),
        ),
      makeButton("link", t("Got it"), () => box.remove()),
    );
    return box;
  }
  settings() {
    const fields = names => names.split(" ").map(name => this.fields[name].element);
    const shown = "substyle subsize described loudness ambience ambienceLevel effects effectsLevel";
    const more = h("div.more-body", { id: "film-more", hidden: true }, this.second.element, fields(shown));
    more.append(...fields("titles subtitle credits thanks seed"));
    const body = h(
      "div.film-settings",
      { id: "film-settings" },
      fields("format look voice mood subtitles"),
      this.engines.element,
      h("div.more", folding(t("Titles, credits, subtitle style, sound"), more), more),
    );
    const open = shown => body.classList.toggle("open", shown);
    const fold = folding(t("The film: shape, look, voice, music"), body, open, "more-head.film-fold");
    this.which = segments(t("What to make"), value => this.choose(value), { hidden: true });
    this.estimate = h("p.help.film-estimate", { role: "status" });
    this.bar = h("progress", { max: 1, "aria-label": t("The film is being made"), hidden: true });
    this.failed = h("p.problem", { role: "alert", hidden: true });
    this.render = h("button.primary.make", { onclick: () => this.start() });
    this.stop = makeButton("secondary", t("Stop"), () => this.cancel(), { hidden: true });
    return h(
      "div.controls.film-controls",
      fold,
      body,
      h(
        "div.film-bar",
        this.which.element,
        this.engines.costs,
        this.estimate,
        this.bar,
        this.failed,
        h("div.film-run", this.render, this.stop),
      ),
    );
  }
  async leave() {
    await this.attempt(async () => {
      await this.flushed();
      this.home();
    });
  }
  menu() {
    openMenu(
      this.storyboard.title || t("Untitled"),
      [
        h(
          "a.line",
          { href: addressOf({ tab: "film", film: this.film.id }), target: "_blank", rel: "noopener" },
          t("Open in a new window"),
        ),
        [
          t("Share this film"),
          async () => {
            await this.flushed();
            bus.dispatchEvent(
              new CustomEvent("share", { detail: ["film", this.film.id, this.storyboard.title || t("Untitled")] }),
            );
          },
        ],
        projectLink(this.film),
        this.ready &&
          h(
            "a.line",
            { href: `studio/media/${this.film.plan.cut}?download=film.mp4`, download: "film.mp4" },
            t("Download MP4"),
          ),
        [
          t("Duplicate this film"),
          async () => {
            await this.flushed();
            this.open(await post(`films/${this.film.id}/duplicate?size=${this.size}`));
            tell(t("This is the copy."));
          },
        ],
        [
          t("Delete this film"),
          async () => {
            const { id } = this.film;
            await post(`films/${id}/delete`);
            this.waiting = false;
            this.home();
            tell(t("The film was deleted; its pictures stay on the shelf."), {
              label: t("Undo"),
              run: () =>
                post(`films/${id}/undelete`)
                  .then(() => ask(`films/${id}?size=${this.size}`))
                  .then(film => this.open(film), fail),
            });
          },
        ],
      ],
      run => this.attempt(run),
    );
  }
  attempt(work) {
    return attempt(work, error => this.problem(error.message));
  }
  problem(text) {
    this.failed.textContent = text ?? "";
    this.failed.hidden = !text;
  }
  /** What stands in the way of rendering, of one scene (from 1), or of the film where `n` is 0. */
  problemsOf(n, film) {
    return film.problems
      .filter(one => {
        const found = one.match(/^Scene (\d+): /);
        return found ? Number(found[1]) === n : n === 0;
      })
      .map(one => t(one.replace(/^Scene \d+: /, "")));
  }

  // what is edited, and how it is saved

  changed(what, now = true) {
    this.edits++;
    this.what = what;
    this.waiting = true;
    this.problem("");
    this.draw();
    say(this.saved, t("Saving…"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), now ? 0 : PAUSE);
  }
  async save() {
    if (!this.waiting || !this.film) return;
    try {
      await this.flushed();
    } catch (error) {
      if (error.status === 409) this.conflict(error);
      else
        this.unsaved(
          error,
          makeButton("link", t("Save again"), () => this.save()),
        );
    }
  }
  async send(options = {}) {
    const at = this.edits,
      { id } = this.film;
    this.waiting = false;
    try {
      const film = await ask(
        `films/${id}?size=${this.size}`,
        { version: this.film.version, storyboard: this.storyboard, what: this.what },
        { method: "PUT", ...options },
      );
      if (this.film?.id !== id) return;
      this.known = at;
      this.adopt(film, at !== this.edits);
      poll();
    } catch (error) {
      this.waiting = true;
      throw error;
    }
  }
  /** Everything typed is with the studio; raises what stood in the way. */
  async flushed() {
    clearTimeout(this.timer);
    if (this.saving) await this.saving.catch(() => {});
    if (this.waiting) {
      this.saving = this.send();
      try {
        await this.saving;
      } finally {
        this.saving = null;
      }
    }
  }
  unsaved(error, ...ways) {
    say(this.saved, t("Not saved"));
    this.trouble.replaceChildren(h("p.problem", error.message, " ", ways));
  }
  conflict(error) {
    const newest = error.said?.version;
    /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]:has(.staging)"))?.close(); // the question stands on the film's page
    this.unsaved(
      error,
      makeButton("link", t("Show the newer one"), async () => {
        this.waiting = false;
        this.open(await ask(`films/${this.film.id}?size=${this.size}`));
      }),
      newest &&
        makeButton("link", t("Keep mine"), () => {
          this.film.version = newest;
          this.save();
        }),
    );
  }
  /** Undo or redo; one after another however quickly they are asked for, so that the last answer is that of the last step. */
  step(which) {
    const before = this.stepping ?? Promise.resolve(),
      { id } = this.film;
    this.stepping = before.then(async () => {
      if (this.film?.id !== id) return;
      await this.attempt(async () => {
        await this.flushed();
        this.heard(await post(`films/${id}/${which}?size=${this.size}`));
      });
    });
    return this.stepping;
  }
  /** Take an answer that is not about the last edit: where an edit is on its way to the studio, the page's own storyboard stays. */
  heard(film) {
    this.adopt(film, Boolean(this.saving));
  }
  /** Take what the studio says; with `newer` the page holds edits that it does not know yet. */
  adopt(film, newer = false) {
    if (!this.film || film.id !== this.film.id) return;
    this.film = film;
    if (!newer && !this.waiting) {
      if (film.storyboard) this.storyboard = film.storyboard;
      say(this.saved, t("Saved"));
      this.trouble.querySelectorAll("p.problem").forEach(one => one.remove());
    }
    film.storyboard = this.storyboard;
    this.draw();
  }

  // what is made

  get settled() {
    return this.known === this.edits;
  }
  get running() {
    return BUSY.includes(this.film?.render?.state);
  }
  async choose(size) {
    this.size = size;
    localStorage.setItem(SIZE, size);
    await this.attempt(async () => {
      await this.flushed();
      const film = await ask(`films/${this.film.id}?size=${size}`);
      if (this.size === size) this.heard(film);
    });
  }
  async start() {
    if (this.ready && this.size === "full") return this.menu();
    if (this.ready) await this.choose("full");
    this.problem("");
    this.render.disabled = true;
    this.player.begun = true;
    try {
      await this.flushed();
      this.heard(await post(`films/${this.film.id}/render?size=${this.size}`, { size: this.size }));
      poll();
      this.begun();
    } catch (error) {
      this.problem(error.message);
      this.point(error.said?.problem ?? "");
    }
    this.render.disabled = false;
    this.drawBar();
  }
  /** Say wherever one is that the film is there, and play it from its beginning. */
  finished() {
    tell(t("Your film is ready."), {
      label: t("Play"),
      run: () => {
        this.come();
        this.begun();
        this.player.video?.play();
      },
    });
  }
  /** On a narrow page the film stands above the storyboard: go there when it is being made. */
  begun() {
    if (matchMedia("(max-width: 56.25em)").matches) this.player.element.scrollIntoView({ block: "start" });
  }
  /** Go to the scene that a sentence is about. */
  point(text) {
    const found = text.match(/^Scene (\d+): /),
      scene = found && this.storyboard.scenes[Number(found[1]) - 1];
    if (scene) this.board.point(scene.id);
  }
  async cancel() {
    this.stop.disabled = true;
    await this.attempt(async () => {
      this.heard(await post(`films/${this.film.id}/cancel?size=${this.size}`));
    });
    this.stop.disabled = false;
    poll();
  }
  /** Ask again while anything of this film is being made, and once after it. */
  follow() {
    if (!this.film || this.asking) return;
    const busy = this.running || state.jobs.some(job => job.tab === "Film" && BUSY.includes(job.state));
    if (!busy && !this.wasBusy) return;
    this.wasBusy = busy;
    this.refresh();
  }
  async refresh() {
    if (this.asking || !this.film) return;
    this.asking = true;
    const { id } = this.film;
    try {
      const found = await ask(`films/${id}/state?size=${this.size}`);
      if (this.film?.id === id && !this.waiting && !this.saving && found.plan.size === this.size) {
        if (found.version !== this.film.version) this.heard(await ask(`films/${id}?size=${this.size}`));
        else {
          const rendered = this.running && found.render?.state === "done";
          this.film = { ...this.film, ...found, storyboard: this.storyboard };
          this.draw();
          if (rendered) this.finished();
        }
      }
    } catch (error) {
      if (error.status) this.problem(error.message);
    } finally {
      this.asking = false;
    }
  }

  // drawing: everything is put right in place, so that nothing jumps

  draw() {
    const { film, storyboard: board, fields: f, choices } = this;
    this.heading.show(board.title);
    this.undo.disabled = !film.undo;
    this.redo.disabled = !film.redo;
    this.undo.title = film.undo ? t("Undo: {undo}", { undo: t(film.undo) }) : t("Nothing to undo");
    this.redo.title = film.redo ? t("Redo: {redo}", { redo: t(film.redo) }) : t("Nothing to redo");
    f.format.show(board.format, choices.formats);
    f.look.show(board.look, choices.looks);
    f.voice.show(board.voice, choices.voices);
    f.mood.show(board.music?.from === "none" ? "none" : board.mood, [
      ...choices.moods,
      { value: "none", label: t("No music") },
    ]);
    f.subtitles.show(board.subtitles.mode, choices.subtitle_modes);
    this.second.show();
    f.substyle.show(board.subtitles.style, choices.subtitle_styles);
    f.subsize.show(board.subtitles.size, choices.subtitle_sizes);
    f.described.show(board.described);
    f.loudness.show(board.loudness ?? "-16", choices.loudness);
    for (const name of ["ambience", "effects"]) {
      const level = board.sounds?.[name] ?? null;
      f[name].show(level !== null);
      f[`${name}Level`].show(level);
      f[`${name}Level`].element.hidden = level === null;
    }
    f.titles.show(board.titles.show);
    f.subtitle.show(board.titles.text);
    f.credits.show(board.credits.show);
    f.thanks.show(board.credits.text);
    f.seed.show(board.seed);
    this.which.show(this.size, [
      { value: "draft", label: t("Draft") },
      { value: "full", label: t("Full size") },
    ]);
    this.player.show(film);
    this.cast.draw(film);
    this.engines.draw(film);
    this.board.draw(film);
    this.timeline.draw();
    this.drawBar();
  }
  drawBar() {
    const { film } = this,
      { plan, render } = film,
      general = this.problemsOf(0, film).join(" ");
    const full = this.size === "full",
      upToDate = plan.stale === 0 && Boolean(plan.cut),
      empty = !this.storyboard.scenes.length;
    this.stop.hidden = this.bar.hidden = !this.running;
    this.render.hidden = this.running;
    this.ready = upToDate && !empty;
    this.render.textContent = this.ready
      ? full
        ? t("Share or download")
        : t("Make it full size")
      : full
        ? t("Render the film")
        : t("Make a draft");
    if (this.running) {
      if (render.state === "queued") this.bar.removeAttribute("value");
      else this.bar.value = render.fraction ?? 0;
    }
    if (general || this.general) this.problem(general);
    this.general = general;
    if (!general && render?.state === "failed" && render.id !== this.toldOf) {
      this.toldOf = render.id;
      this.problem(t(render.problem ?? later("The render did not work.")));
    }
    say(
      this.estimate,
      this.running
        ? withTime(t(render.label || later("About to start")), render.seconds_left)
        : empty
          ? t("Add a scene first.")
          : upToDate
            ? t("Your film is ready.")
            : t(plan.words),
    );
  }
}
customElements.define("studio-film", Film);
