// The cast of a film: everybody whom its pictures show, changed in one place or taken from the shelf.
import { dialog, fail, h, later, t, tell } from "./core.js";
import { CharacterEditor, portrait } from "./character.js";
import { showPicture } from "./film_engines.js";
import { attempt, fromShelf, makeButton, openMenu, say, select, words } from "./film_parts.js";
import { make } from "./layers.js";

/** @typedef {{ word: string, character: any, artifact: string, changed: boolean, scenes: string[] }} Member */

const PORTRAIT_PX = 160;

/** The character that a card of the shelf has with it, and the word for it. @param {any} card */
async function characterOf(card) {
  const file = (card.files ?? []).find(one => one.name === "character.json");
  if (!file) throw new Error(t("This picture has no character with it."));
  const character = await (await fetch(file.url)).json();
  return { character, word: (character.name || character.kind.replaceAll("_", " ")).toLowerCase() };
}

/** The name by which the story calls somebody, else the word of the pictures. @param {Member} member */
const calledOf = ({ word, character }) => (character.name.toLowerCase() === word ? character.name : word);

class Player {
  /** @param {Cast} cast @param {string} word */
  constructor(cast, word) {
    this.cast = cast;
    this.word = word;
    this.drawn = "";
    this.picture = h("img", { alt: "", hidden: true });
    this.name = h("strong");
    this.where = h("span.help");
    const link = (label, run) => makeButton("link", label, () => attempt(run));
    this.edit = link(t("Change"), () => cast.change(this.member));
    this.more = link(t("More"), () => this.menu());
    this.back = link(t("As described"), () => cast.put(this.word, null));
    this.element = h(
      "li.cast-card",
      { "data-word": word },
      h("div.cast-portrait", this.picture),
      h("div.cast-said", this.name, this.where, h("div.cast-tools", this.edit, this.back, this.more)),
    );
  }
  menu() {
    const { cast, member, word } = this,
      shown = cast.film.storyboard.engines?.references?.[word];
    openMenu(calledOf(member), [
      [t("From the shelf"), () => cast.swap(member)],
      [t("Keep on the shelf"), () => cast.keep(member)],
      [shown ? t("Do not show models the picture") : t("Show models a picture"), () => showPicture(cast.film, word)],
    ]);
  }
  /** @param {Member} member @param {string[]} order */
  show(member, order) {
    this.member = member;
    const { character } = member,
      who = calledOf(member),
      named = who === this.word && character.name ? `${character.name} (${who})` : who;
    say(this.name, named[0].toUpperCase() + named.slice(1));
    const places = member.scenes.map(id => order.indexOf(id) + 1).filter(Boolean);
    say(
      this.where,
      !places.length
        ? t("In no scene yet; write “{who}” into one.", { who })
        : places.length === 1
          ? t("In scene {n}", { n: places[0] })
          : t("In scenes {list}", { list: places.join(", ") }),
    );
    this.back.hidden = !member.changed;
    for (const button of [this.edit, this.back, this.more])
      button.setAttribute("aria-label", `${button.textContent}: ${who}`);
    const wanted = JSON.stringify(character);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    portrait(character, PORTRAIT_PX).then(
      shown => {
        if (this.drawn !== wanted) return;
        this.picture.src = shown.picture;
        this.picture.alt = t("Portrait of {who}", { who });
        this.picture.hidden = false;
      },
      () => {
        this.drawn = "";
      },
    );
  }
}

export class Cast {
  /** @param {any} film */
  constructor(film) {
    this.film = film;
    /** @type {Map<string, Player>} */
    this.players = new Map();
    this.list = h("ul.cast-list", { "aria-label": t("Cast") });
    this.nobody = h("p.help", t("People and animals of your scenes appear here."));
    this.element = h(
      "section.cast",
      { "aria-label": t("Cast") },
      h("div.board-head", h("h2", t("Cast"))),
      this.nobody,
      this.list,
      makeButton("link", t("Add a character from the shelf"), () => attempt(() => this.add())),
    );
  }
  /** @param {any} film */
  draw(film) {
    /** @type {Member[]} */
    const members = film.cast ?? [];
    const own = this.film.storyboard.cast ?? {},
      order = this.film.storyboard.scenes.map(scene => scene.id);
    for (const [word, player] of this.players)
      if (!members.some(one => one.word === word)) {
        player.element.remove();
        this.players.delete(word);
      }
    members.forEach((member, n) => {
      let player = this.players.get(member.word);
      if (!player) this.players.set(member.word, (player = new Player(this, member.word)));
      const kept = own[member.word];
      player.show(kept ? { ...member, ...kept, changed: true } : member, order);
      if (this.list.children[n] !== player.element)
        this.list.insertBefore(player.element, this.list.children[n] ?? null);
    });
    this.nobody.hidden = members.length > 0;
  }
  /** Change a member of the cast, or with null give them back what the words say. @param {string} word @param {any} character @param {string} artifact @param {boolean} now */
  put(word, character, artifact = "", now = true) {
    const cast = { ...(this.film.storyboard.cast ?? {}) };
    if (character) cast[word] = { character, artifact };
    else delete cast[word];
    this.film.storyboard.cast = cast;
    this.film.changed(later("Cast"), now);
  }
  /** @param {Member} member */
  change(member) {
    const editor = new CharacterEditor(shown => this.put(member.word, shown.character, "", false));
    const name = words(t("Name"), value => editor.call({ name: value.replaceAll("\n", " ") }), { most: 80 });
    const voice = select(t("Voice"), value => editor.call({ voice: value }));
    name.show(member.character.name);
    voice.show(member.character.voice, this.film.choices.voices);
    editor.show({ character: member.character });
    const box = dialog(
      t("How {who} looks", { who: calledOf(member) }),
      h("p.help", t("Its scenes are made again with the next render.")),
      h("div.cast-person", name.element, voice.element),
      editor.element,
      h(
        "div.buttons",
        makeButton("secondary", t("Done"), () => box.close()),
      ),
    );
    box.classList.add("cast-dialog");
    box.addEventListener("close", async () => {
      await editor.settled();
      this.film.save();
    });
  }
  /** @param {string} title */
  async chosen(title) {
    const card = await fromShelf(title, ["character"]);
    return card && { card, ...(await characterOf(card)) };
  }
  /** @param {Member} member */
  async swap(member) {
    const found = await this.chosen(t("Who plays {who}?", { who: calledOf(member) }));
    if (found) this.put(member.word, found.character, found.card.id);
  }
  async add() {
    const found = await this.chosen(t("A character for this film"));
    if (found) this.put(found.word, found.character, found.card.id);
  }
  /** @param {Member} member */
  async keep(member) {
    await make(
      "generate.character",
      {},
      { prompt: JSON.stringify(member.character), seed: member.character.seed },
      "Generate",
    );
    tell(t("{who} is being put on your shelf.", { who: member.character.name || member.word }));
  }
}

/** Where a character of the shelf can go in the film that is open: lines for "Send to". @param {any} film @param {any} card */
export function castPlaces(film, card) {
  if (!film.film || card.kind !== "character") return [];
  const title = film.storyboard.title || t("Untitled");
  return [
    {
      label: t("Film: into the cast of “{title}”", { title }),
      run: () =>
        attempt(async () => {
          const { character, word } = await characterOf(card);
          film.come();
          film.cast.put(word, character, card.id);
        }),
    },
  ];
}
