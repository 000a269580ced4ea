// The storyboard: one card a scene, edited in place; moved by dragging its handle, by buttons, or with Alt and the arrows.
import { ask, bus, h, later, num, poll, post, state, t, tell, tn, upload } from "./core.js";
import {
  attempt,
  fromShelf,
  long,
  lookChoice,
  makeButton,
  Marks,
  number,
  openMenu,
  put,
  say,
  select,
  textOf,
  words,
} from "./film_parts.js";
import { showTakes } from "./film_takes.js";
import { SceneEngines } from "./film_engines.js";
import { rewording } from "./film_wording.js";
import { choices as wordChoices } from "./film_words.js";
import { stageOf } from "./film_stage.js";

const SCENE = "application/x-studio-scene",
  ARTIFACT = "application/x-studio-artifact";
const PICTURES = ["image", "layers", "video"],
  CONTROLS = "studio-film-controls"; // whether every scene shows all that can be changed in it
export const fresh = () => `s${Math.random().toString(36).slice(2, 10)}`;
const empty = () => ({
  id: fresh(),
  picture: { prompt: "" },
  look: null,
  motion: { text: "", camera: "auto", shot: "auto", energy: 1 },
  line: "",
  voice: null,
  sound: null,
  seconds: null,
  transition: { kind: "crossfade", seconds: 0.5 },
});

function icon(path) {
  return h(
    "svg:svg",
    { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    h("svg:path", { d: path }),
  );
}
const ICONS = {
  up: "M10 16V4M5 9l5-5 5 5",
  down: "M10 4v12M5 11l5 5 5-5",
  copy: "M7 7h9v9H7zM4 13V4h9",
  split: "M10 3v14M6 7 3 10l3 3M14 7l3 3-3 3",
  bin: "M4 6h12M8 6V4h4v2M6 6l1 10h6l1-10",
  grip: "M7 5v.01M7 10v.01M7 15v.01M13 5v.01M13 10v.01M13 15v.01",
};
const tool = (name, does, run) => makeButton("tool", icon(ICONS[name]), run, { title: does, "aria-label": does });

class Scene {
  constructor(board, id) {
    this.board = board;
    this.film = board.film;
    this.id = id;
    this.name = h("h3", { tabindex: -1 });
    this.about = h("span.help");
    this.picture = h("img", { alt: "", width: 320, height: 180, hidden: true });
    this.nothing = h("span.help");
    this.said = h("p.problem", { role: "alert", hidden: true });
    this.build();
  }
  get scene() {
    return this.film.storyboard.scenes.find(one => one.id === this.id);
  }
  get place() {
    return this.film.storyboard.scenes.findIndex(one => one.id === this.id);
  }
  /** Change this scene; `what` tells the step that undo takes back. */
  change(what, edit, now = true) {
    this.told = null;
    edit(this.scene);
    this.film.changed(t("{what} of scene {n}", { what, n: this.place + 1 }), now);
  }
  /** What a field of this scene does with its value; `place` is where that stands. */
  set(what, place) {
    return (value, now) => this.change(what, scene => put(scene, place, value), now);
  }
  problem(error) {
    this.said.textContent = error.message;
    this.said.hidden = false;
  }

  build() {
    this.line = words(t("What is said"), this.set(later("What is said"), "line"), {
      lines: 2,
      placeholder: t("Leave this empty for a silent scene"),
    });
    this.line.element.classList.add("line-field");
    this.line.element.append(rewording(this.line.area, () => this.caret ?? 0));
    this.prompt = words(
      t("What is seen"),
      (value, now) => this.set(later("Picture"), "picture")({ prompt: value }, now),
      { lines: 2, placeholder: t("A red fox beside a lighthouse by the sea"), most: 300 },
    );
    this.given = h("div.given", { hidden: true });
    this.words = h("div");
    this.checked = h("div.help", { role: "status", hidden: true });
    this.byHand = h("p.help.by-hand", { hidden: true });
    this.toStage = makeButton("link", t("Change it on the stage"), () => stageOf(this));
    this.look = lookChoice(t("Look"), this.set(later("Look"), "look"), t("As the film"));
    this.shot = select(t("Shot"), this.set(later("Shot"), "motion.shot"));
    this.camera = select(t("Camera"), this.set(later("Camera"), "motion.camera"));
    this.transition = select(t("Begins with"), this.set(later("Transition"), "transition.kind"));
    this.motion = words(t("What moves"), this.set(later("What moves"), "motion.text"), {
      placeholder: t("As the text says"),
      most: 400,
    });
    this.energy = number(t("How lively the motion is"), this.set(later("How lively the motion is"), "motion.energy"), {
      low: 0,
      high: 2,
      step: 0.1,
    });
    this.voice = select(t("Voice"), this.set(later("Voice"), "voice"));
    this.also = words(t("Subtitles in the second language"), this.set(later("Subtitles"), "also"), { lines: 2 });
    this.also.element.classList.add("second-line");
    this.seconds = number(t("At least this long (seconds)"), this.set(later("Length"), "seconds"), {
      low: 1,
      high: 60,
      empty: t("as long as the line"),
    });
    this.fade = number(t("The transition takes (seconds)"), this.set(later("Transition"), "transition.seconds"), {
      low: 0.25,
      high: 2,
      step: 0.25,
    });
    this.level = number(
      t("Its loudness (dB)"),
      value => this.scene.sound && this.set(later("Sound"), "sound.level_db")(value),
      { low: -40, high: 6, step: 1 },
    );
    this.sound = h("div.field");
    this.engines = new SceneEngines(this);
    const more = h(
      "div.scene-more",
      this.also.element,
      this.motion.element,
      this.energy.element,
      this.voice.element,
      this.seconds.element,
      this.fade.element,
      this.sound,
      this.level.element,
      ...this.engines.elements,
    );
    this.sentence = h("p.scene-sentence");
    this.opener = makeButton("secondary.scene-change", "", () => this.open(!this.body.isConnected));
    this.steps = new Marks("", step => showTakes(this.film, step, t("scene {n}", { n: this.place + 1 })));
    this.grip = h(
      "span.grip",
      { draggable: "true", title: t("Drag to move this scene"), "aria-hidden": "true" },
      icon(ICONS.grip),
    );
    this.tools = {
      up: tool("up", "", () => this.move(-1)),
      down: tool("down", "", () => this.move(1)),
      copy: tool("copy", "", () => this.duplicate()),
      split: tool("split", "", () => this.split()),
      bin: tool("bin", "", () => this.remove()),
    };
    this.stale = h("span.badge", { hidden: true }, t("to be made"));
    this.file = h("input", {
      type: "file",
      accept: "image/*,video/*,.ora",
      tabindex: -1,
      onchange: () => {
        if (this.file.files[0]) this.takeFile(this.file.files[0]);
        this.file.value = "";
      },
    });
    this.element = h(
      "li.scene-card",
      { "data-id": this.id, "data-drop": "scene" },
      h("div.scene-head", this.grip, this.name, this.about, this.stale),
      h("div.scene-picture", h("div.still", this.picture, this.nothing)),
      h("div.scene-fields", this.sentence, h("div.buttons", this.opener, this.toStage), this.said),
    );
    this.body = h(
      "div.scene-fields.scene-body",
      h("div.tools", { role: "group" }, Object.values(this.tools)),
      this.line.element,
      this.prompt.element,
      this.given,
      this.byHand,
      this.words,
      this.checked,
      h(
        "div.buttons.picture-buttons",
        makeButton("link", t("Picture from the shelf"), () => this.choose()),
        makeButton("link", t("Upload one"), () => this.file.click()),
        this.file,
      ),
      h("div.scene-row", this.look.element, this.shot.element, this.camera.element, this.transition.element),
      more,
      this.steps.element,
    );
    this.file.hidden = true;
    this.open(Boolean(localStorage.getItem(CONTROLS)));
    this.line.area.addEventListener("blur", () => {
      this.caret = this.line.area.selectionStart;
    });
    this.element.addEventListener("keydown", event => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      this.move(event.key === "ArrowUp" ? -1 : 1, document.activeElement);
    });
    this.dragging();
  }
  /** Show all that can be changed in this scene, or its picture and sentence alone. */
  open(whole = true) {
    if (whole) this.element.append(this.body);
    else this.body.remove();
    this.sentence.hidden = whole;
    this.opener.textContent = whole ? t("Less") : t("Change");
    this.opener.setAttribute("aria-expanded", String(whole));
  }
  /** What became of words without a picture, with choices; shown again only when something changed. */
  showWords(scene, artifact) {
    const told = artifact || scene.record?.hand ? null : scene.told,
      key = told ? JSON.stringify([told.unpictured, told.substitutions, told.decided, scene.picture?.prompt]) : "";
    if (key === this.wordsKey) return;
    this.wordsKey = key;
    const decide = (word, prompt) =>
      this.change(later("Words"), one => {
        if (one.told) one.told.decided = [...(one.told.decided ?? []), word];
        if (prompt !== undefined) one.picture = { prompt };
      });
    this.words.replaceChildren(
      ...[told && wordChoices({ told, prompt: scene.picture?.prompt ?? "" }, decide, () => this.file.click())].filter(
        Boolean,
      ),
    );
  }
  /** Say that a scene was staged by hand, and offer to let the words decide again. */
  showHand(scene, artifact) {
    const hand = !artifact && Boolean(scene.record?.hand),
      changed = hand && scene.record.prompt !== (scene.picture?.prompt ?? "");
    this.toStage.hidden = Boolean(artifact);
    const key = `${hand} ${changed}`;
    if (key === this.handKey) return;
    this.handKey = key;
    this.byHand.hidden = !hand;
    this.byHand.replaceChildren(
      h("strong", t("Staged by hand.")),
      changed ? t("The words have changed since; the staging stays.") : t("It stays when the words change."),
      makeButton("link", t("Let the words decide again"), () =>
        this.change(later("Let the words decide"), one => {
          one.record = one.thing = null;
        }),
      ),
    );
  }
  /** What the check after painting says, and another seed by one press. @param {string[]} notes */
  showChecked(notes) {
    const key = notes.join("\n");
    if (key === this.checkedKey) return;
    this.checkedKey = key;
    this.checked.hidden = !notes.length;
    this.checked.replaceChildren(
      h(
        "ul.plain",
        notes.map(note => h("li", t(note))),
      ),
      makeButton("link", t("Paint it with another seed"), () => paintAgain(this.film, this.id, this.place + 1)),
    );
  }
  show(film) {
    const { scene, place } = this,
      { choices } = this.film;
    const planned = film.plan.scenes.find(one => one.id === this.id),
      where = t("scene {n}", { n: place + 1 });
    say(this.name, t("Scene {n}", { n: place + 1 }));
    say(this.about, planned ? long(planned.seconds) : "");
    this.stale.hidden = !planned?.stale;
    const count = this.film.storyboard.scenes.length;
    const names = {
      up: t("Move {where} up", { where }),
      down: t("Move {where} down", { where }),
      copy: t("Duplicate {where}", { where }),
      split: t("Split {where}", { where }),
      bin: t("Delete {where}", { where }),
    };
    for (const [name, button] of Object.entries(this.tools)) {
      button.title = names[name];
      button.setAttribute("aria-label", names[name]);
    }
    this.tools.up.disabled = place === 0;
    this.tools.down.disabled = place === count - 1;
    this.element.setAttribute("aria-label", `Scene ${place + 1} of ${count}`);
    this.steps.element.setAttribute("aria-label", `Steps of ${where}`);
    say(this.sentence, scene.line || scene.picture?.prompt || t("A silent scene"));
    this.line.show(scene.line);
    const artifact = scene.picture?.artifact;
    this.prompt.element.hidden = Boolean(artifact);
    this.given.hidden = !artifact;
    if (artifact !== this.artifact) {
      this.artifact = artifact;
      if (artifact)
        this.name_(artifact, this.given, t("Picture"), () =>
          this.set(later("Picture"), "picture")({ prompt: this.before ?? "" }),
        );
    }
    if (!artifact) this.prompt.show(scene.picture?.prompt ?? "");
    this.look.show(scene.look, choices.looks);
    this.showWords(scene, artifact);
    this.showHand(scene, artifact);
    this.showChecked(planned?.checked ?? []);
    this.shot.show(scene.motion?.shot ?? "auto", choices.shots);
    this.camera.show(scene.motion?.camera ?? "auto", choices.cameras);
    this.transition.show(scene.transition?.kind ?? "cut", choices.transitions);
    this.motion.show(scene.motion?.text ?? "");
    this.also.show(scene.also ?? "");
    this.also.element.hidden = !this.film.storyboard.subtitles.second;
    this.motion.area.placeholder = planned?.motion
      ? t("As the text says: {motion}", { motion: t(planned.motion) })
      : t("As the text says");
    this.energy.show(scene.motion?.energy ?? 1);
    this.voice.show(scene.voice ?? "", [{ value: "", label: t("As the film") }, ...choices.voices]);
    this.seconds.show(scene.seconds);
    this.engines.show(scene, choices, place);
    this.fade.show(scene.transition?.seconds ?? 0.5);
    this.level.element.hidden = !scene.sound;
    this.level.show(scene.sound?.level_db ?? -8);
    this.showSound(scene.sound?.artifact ?? null);
    this.showSteps(film, planned, where);
    const said =
      this.film.problemsOf(place + 1, film).join(" ") ||
      t(film.plan.steps.find(step => step.scene === this.id && step.state === "failed")?.problem);
    if (said !== this.told) {
      this.told = said;
      this.said.hidden = !said;
      this.said.textContent = said && said[0].toUpperCase() + said.slice(1);
    }
  }
  showSteps(film, planned, where) {
    const own = film.plan.steps.filter(
      step => step.scene === this.id && ["picture", "look", "motion", "line"].includes(step.kind),
    );
    this.steps.show(own, where);
    const running = own.find(step => step.state === "running" && step.job),
      live = running && state.jobs.find(job => job.id === running.job);
    const painting = own.some(step => step.kind === "picture" && ["queued", "running"].includes(step.state));
    const before = painting ? this.picture.getAttribute("src") : ""; // its preview, until the studio has the thumbnail
    const source = live?.preview
      ? `studio/jobs/${live.id}/preview?n=${live.preview}`
      : (planned?.thumbnail ?? before ?? "");
    if (source && this.picture.getAttribute("src") !== source) this.picture.src = source;
    this.picture.hidden = !source;
    this.nothing.hidden = Boolean(source);
    say(this.nothing, painting ? t("Being painted…") : t("No picture yet"));
    const alt = t("Picture of {where}: {prompt}", {
      where,
      prompt: this.scene.picture?.prompt || t("from your shelf"),
    });
    if (this.picture.alt !== alt) this.picture.alt = alt;
  }
  showSound(id) {
    if (id === this.soundShown) return;
    this.soundShown = id;
    if (id) return this.name_(id, this.sound, t("Sound"), () => this.set(later("Sound"), "sound")(null));
    this.sound.replaceChildren(
      h("span.field-label", t("Sound")),
      makeButton("link", t("From the shelf"), async () => {
        const card = await fromShelf(t("A sound for this scene"), ["sound"]);
        if (card) this.take(card);
      }),
    );
  }
  /** Say what of the shelf stands here, with a way to take it out. */
  async name_(id, box, label, remove) {
    const card = await ask(`artifacts/${id}`).catch(() => null);
    box.replaceChildren(
      h("span.field-label", label),
      h("span", card ? card.title : t("It is not on your shelf any more")),
      makeButton("link", label === "Picture" ? t("Describe the picture instead") : t("Remove"), remove),
    );
  }
  async choose() {
    const card = await fromShelf(t("A picture for scene {n}", { n: this.place + 1 }), PICTURES);
    if (card) this.take(card);
  }
  /** Something of the shelf, put where it belongs in this scene. */
  async take(card, into = "line") {
    this.said.hidden = true;
    try {
      if (PICTURES.includes(card.kind)) {
        this.before = this.scene.picture?.prompt || this.before;
        this.set(later("Picture"), "picture")({ artifact: card.id });
      } else if (card.kind === "sound")
        this.set(later("Sound"), "sound")({ artifact: card.id, level_db: this.scene.sound?.level_db ?? -8 });
      else if (card.kind === "words") {
        const text = await textOf(card),
          most = into === "prompt" ? 300 : 800;
        if (text.length > most)
          throw new Error(
            t("This text has {length} characters; {most} is the most.", { length: num(text.length), most: num(most) }),
          );
        if (into === "prompt") this.set(later("Picture"), "picture")({ prompt: text });
        else this.set(later("What is said"), "line")(text);
      } else throw new Error(t("A scene takes a picture, video, sound or text."));
      tell(t("“{title}” is in scene {n}.", { title: card.title, n: this.place + 1 }));
    } catch (error) {
      this.problem(error);
    }
  }
  takeFile(file) {
    return attempt(
      async () => this.take(await upload(file)),
      error => this.problem(error),
    );
  }
  move(by, focus = null) {
    const { scenes } = this.film.storyboard,
      from = this.place,
      to = from + by;
    if (to < 0 || to >= scenes.length) return;
    this.board.reorder(this.id, to);
    const button = this.tools[by < 0 ? "up" : "down"];
    (focus ?? (button.disabled ? this.tools[by < 0 ? "down" : "up"] : button)).focus();
    this.board.announce(
      t("Scene {n} is now scene {to} of {length}.", { n: from + 1, to: to + 1, length: scenes.length }),
    );
  }
  duplicate() {
    const copy = { ...structuredClone(this.scene), id: fresh() };
    this.film.storyboard.scenes.splice(this.place + 1, 0, copy);
    this.film.changed(later("Duplicated scene {n}", { n: this.place + 1 }));
    this.board.focus(copy.id);
  }
  split() {
    const { line } = this.scene,
      at = cutOf(line, this.caret);
    if (!at) return this.problem(new Error(t("This line is too short to split.")));
    const second = {
      ...structuredClone(this.scene),
      id: fresh(),
      line: line.slice(at).trim(),
      transition: { kind: "cut", seconds: 0.5 },
    };
    const n = this.place + 1;
    this.scene.line = line.slice(0, at).trim();
    this.caret = 0;
    this.film.storyboard.scenes.splice(n, 0, second);
    this.film.changed(later("Split scene {n}", { n }));
    this.board.focus(second.id);
  }
  remove() {
    const n = this.place,
      { scenes } = this.film.storyboard,
      [gone] = scenes.splice(n, 1);
    this.film.changed(later("Deleted scene {n}", { n: n + 1 }));
    this.board.focus((scenes[n] ?? scenes.at(-1))?.id);
    tell(t("Scene {n} was deleted.", { n: n + 1 }), {
      label: t("Undo"),
      run: () => {
        this.film.storyboard.scenes.splice(Math.min(n, this.film.storyboard.scenes.length), 0, gone);
        this.film.changed(later("Brought back scene {n}", { n: n + 1 }));
        this.board.focus(gone.id);
      },
    });
  }
  dragging() {
    this.grip.addEventListener("dragstart", event => {
      event.dataTransfer.setData(SCENE, this.id);
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(this.element, 16, 16);
    });
    this.element.addEventListener("dragover", event => {
      const kinds = [...event.dataTransfer.types];
      if (!kinds.some(kind => [SCENE, ARTIFACT, "Files"].includes(kind))) return;
      event.preventDefault();
      const after = event.clientY > this.element.getBoundingClientRect().top + this.element.offsetHeight / 2;
      this.element.dataset.over = kinds.includes(SCENE) ? (after ? "after" : "before") : "into";
    });
    this.element.addEventListener("dragleave", event => {
      if (!this.element.contains(event.relatedTarget)) delete this.element.dataset.over;
    });
    this.element.addEventListener("drop", async event => {
      event.preventDefault();
      const over = this.element.dataset.over,
        moved = event.dataTransfer.getData(SCENE),
        id = event.dataTransfer.getData(ARTIFACT);
      delete this.element.dataset.over;
      const into = this.prompt.element.contains(event.target) ? "prompt" : "line";
      if (moved && moved !== this.id) {
        const from = this.film.storyboard.scenes.findIndex(one => one.id === moved),
          to = this.place + (over === "after" ? 1 : 0);
        return this.board.reorder(moved, from < to ? to - 1 : to);
      }
      if (id) {
        const card = await ask(`artifacts/${id}`).catch(error => this.problem(error));
        if (card) this.take(card, into);
        return;
      }
      for (const file of event.dataTransfer.files) await this.takeFile(file);
    });
  }
}

/** Paint the picture of scene number `n` with another seed, as a take. @param {any} film @param {string} id @param {number} n */
const paintAgain = (film, id, n) =>
  attempt(async () => {
    await post(`films/${film.film.id}/reroll`, { step: `${id}.picture`, size: film.size });
    tell(t("The picture of scene {n} is being painted again.", { n }));
    poll();
  });

/** Where a line is cut in two: at the caret if it stands inside, else after the sentence or word nearest to the middle. */
export function cutOf(line, caret = 0) {
  const inside = at => line.slice(0, at).trim() && line.slice(at).trim();
  if (caret && inside(caret)) return caret;
  const places = [/[.!?…]["”’)]*\s+/g, /\s+/g]
    .map(mark => [...line.matchAll(mark)].map(found => found.index + found[0].length).filter(inside))
    .find(found => found.length);
  return places ? places.sort((a, b) => Math.abs(a - line.length / 2) - Math.abs(b - line.length / 2))[0] : 0;
}

export class Board {
  constructor(film) {
    this.film = film;
    this.cards = new Map();
    this.list = h("ol.scenes", { "aria-label": t("Scenes") });
    this.live = h("p.sr", { role: "status" });
    this.invite = h("p.help", t("No scene yet."));
    this.element = h(
      "section.board",
      { "aria-label": t("Storyboard") },
      h(
        "div.board-head",
        h("h2", t("Storyboard")),
        (this.about = h("span.help")),
        makeButton("link", t("Show or hide all controls"), () => this.openAll()),
      ),
      this.invite,
      this.list,
      this.live,
      makeButton("secondary.add-scene", t("Add a scene"), () => this.add()),
    );
    bus.addEventListener(
      "state",
      () => this.element.isConnected && this.film.film?.render && this.draw(this.film.film),
    );
  }
  draw(film) {
    const { scenes } = this.film.storyboard;
    const cards = scenes.map(scene => {
      if (!this.cards.has(scene.id)) this.cards.set(scene.id, new Scene(this, scene.id));
      return this.cards.get(scene.id);
    });
    for (const [id, card] of this.cards)
      if (!scenes.some(scene => scene.id === id)) {
        card.element.remove();
        this.cards.delete(id);
      }
    cards.forEach((card, n) => {
      if (this.list.children[n] !== card.element) this.list.insertBefore(card.element, this.list.children[n] ?? null);
    });
    for (const card of cards) card.show(film);
    this.invite.hidden = scenes.length > 0;
    say(this.about, scenes.length ? tn("{n} scene", "{n} scenes", scenes.length) : "");
  }
  openAll() {
    if (localStorage.getItem(CONTROLS)) localStorage.removeItem(CONTROLS);
    else localStorage.setItem(CONTROLS, "shown");
    for (const card of this.cards.values()) card.open(Boolean(localStorage.getItem(CONTROLS)));
  }
  reorder(id, to) {
    const { scenes } = this.film.storyboard,
      from = scenes.findIndex(one => one.id === id);
    if (from < 0 || from === to) return;
    scenes.splice(to, 0, ...scenes.splice(from, 1));
    this.film.changed(later("Moved scene {n}", { n: from + 1 }));
  }
  add(scene = empty()) {
    this.film.storyboard.scenes.push(scene);
    this.film.changed(later("A new scene"));
    const card = this.cards.get(scene.id);
    card.open();
    card.element.scrollIntoView({ block: "nearest" });
    card.line.area.focus();
    return card;
  }
  /** Put the caret where something is missing in a scene. */
  point(id) {
    const card = this.cards.get(id);
    if (!card) return;
    card.open();
    card.element.scrollIntoView({ block: matchMedia("(max-width: 56.25em)").matches ? "center" : "nearest" });
    (card.prompt.element.hidden ? card.name : card.prompt.area).focus({ preventScroll: true });
  }
  focus(id) {
    this.cards.get(id)?.name.focus();
  }
  reveal(id) {
    this.cards.get(id)?.element.scrollIntoView({
      block: "nearest",
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
  }
  announce(text) {
    this.live.textContent = text;
  }
}

/** Show a scene once the tab is there. */
function shown(film, id, tries = 60) {
  if (!film.offsetParent && tries) return requestAnimationFrame(() => shown(film, id, tries - 1));
  film.reveal(id);
  film.board.cards.get(id)?.line.area.focus({ preventScroll: true });
}

/** Something of the shelf in a new scene. */
function takeInto(film, card, place = "line") {
  film.come();
  const scene = film.board.add();
  scene.take(card, place);
  shown(film, scene.id);
}

/** Where a card of the shelf, or a wording (a card with `text`), can go in the film that is open: lines for "Send to"; it begins a film where none is open. */
export function scenePlaces(film, card) {
  const taken = PICTURES.includes(card.kind) || card.kind === "sound" || card.kind === "words";
  if (!film.film && film.choices && taken)
    return [
      {
        label: t("Film"),
        run: () =>
          attempt(async () => {
            film.open(await post(`films?size=${film.size}`, {}));
            takeInto(film, card);
          }),
      },
    ];
  if (!film.film || !taken) return [];
  const into =
    card.kind === "words"
      ? [
          ["line", t("what is said")],
          ["prompt", t("what is seen")],
        ]
      : [["line", card.kind === "sound" ? t("sound") : t("picture")]];
  return into.map(([place, label]) => ({
    label: t("Film: {label} in a scene of “{title}”", { label, title: film.storyboard.title || t("Untitled") }),
    run: () =>
      openMenu(t("Which scene?"), [
        ...film.storyboard.scenes.map((scene, n) => [
          t("Scene {n}: {line}", { n: n + 1, line: scene.line || scene.picture?.prompt || t("empty") }),
          () => {
            film.come();
            film.board.cards.get(scene.id)?.take(card, place);
            film.reveal(scene.id);
          },
        ]),
        [t("A new scene"), () => takeInto(film, card, place)],
      ]),
  }));
}
