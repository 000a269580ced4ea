// @ts-check
// The guided tour (?tour=film): the real page, a real film of one scene, two minutes; by mouse or keyboard, left at any time, and nothing of it stays.
import { ask, button, currentTab, fail, h, num, openTab, post, t, tell, until, upload } from "./core.js";

const KEPT = "studio-tour"; // the tour's film, so that a reload in the middle leaves nothing behind
const still = matchMedia("(prefers-reduced-motion: reduce)");
const film = () => /** @type {any} */ (document.querySelector("studio-film"));
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

class Tour {
  constructor() {
    this.extra = []; // files that the tour brought
    this.place = -1;
    this.title = h("strong");
    this.words = h("p", { role: "status" });
    this.next = button("primary", t("Next"), () => this.act());
    this.leave = button("link", t("Leave the tour"), () => this.end());
    this.dots = h("span.tour-dots", { "aria-hidden": "true" });
    this.element = h(
      "section.tour",
      {
        role: "dialog",
        "aria-label": t("Guided tour"),
        onkeydown: event => {
          if (event.key === "Escape") {
            event.stopPropagation();
            this.end();
          }
        },
      },
      this.title,
      this.words,
      h("div.tour-line", this.dots, h("div.buttons", this.leave, this.next)),
    );
    document.body.append(this.element);
    this.steps = [
      {
        title: t("A film in two minutes"),
        words: t("This tour makes a real film: you change it, hear it and try to forge it. Nothing is kept."),
        button: t("Open the example film"),
        run: () => this.open(),
      },
      {
        title: t("One scene, in words"),
        words: t("Change a word of the line on top, or let the tour do it."),
        at: ".line-field textarea",
        button: t("Change the line"),
        run: () => this.change(),
      },
      {
        title: t("Make it"),
        words: t("The studio makes the scene. This takes about half a minute."),
        at: ".film-bar",
        button: t("Make a draft"),
        run: () => this.render(),
      },
      {
        title: t("Another look"),
        words: t("Each scene can be painted in another style."),
        at: ".scene-row",
        button: t("Give the scene another look"),
        run: () => this.restyle(),
      },
      {
        title: t("Hear it"),
        words: t("Play the film."),
        at: ".film-frame",
        button: t("Play the film"),
        run: () => this.play(),
      },
      {
        title: t("Is it real?"),
        words: t("The film is signed: its credential says that AI made it, and from what."),
        at: ".film-actions",
        button: t("Read its credential"),
        run: () => this.verify(),
      },
      {
        title: t("Forge it"),
        words: t("Now the tour changes a single byte of a copy."),
        at: ".film-actions",
        button: t("Change one byte"),
        run: () => this.forge(),
      },
      { title: t("Caught"), words: "", button: t("End the tour"), run: () => this.end() },
    ];
  }
  get step() {
    return this.steps[this.place];
  }
  show(place, words = "") {
    this.place = place;
    const { title, words: usual, button, at } = this.step;
    this.title.textContent = title;
    this.words.textContent = words || usual;
    this.next.textContent = button;
    this.next.disabled = false;
    this.dots.replaceChildren(...this.steps.map((_, n) => h(n === place ? "i.now" : "i")));
    this.point(at);
    this.next.focus({ preventScroll: true });
  }
  point(at) {
    document.querySelector(".tour-at")?.classList.remove("tour-at");
    const found = at && document.querySelector(at);
    if (!found) return;
    found.classList.add("tour-at");
    found.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  }
  async act() {
    this.next.disabled = true;
    const { place } = this;
    try {
      const said = /** @type {string | undefined} */ (await this.step.run());
      if (!this.over && this.place === place && place + 1 < this.steps.length) this.show(place + 1, said ?? "");
    } catch (error) {
      this.words.textContent = error.message;
      this.next.disabled = false;
    }
  }
  async open() {
    if (currentTab() !== "Film") openTab("Film");
    await customElements.whenDefined("studio-film");
    await until(() => film()?.choices, 1200);
    const { storyboard, id: whole } = await post("films?size=draft", { example: "fox" });
    await post(`films/${whole}/erase`);
    const [first] = storyboard.scenes;
    const scene = { ...first, transition: { kind: "cut", seconds: 0.5 } };
    const made = await post("films?size=draft", {
      storyboard: {
        ...storyboard,
        title: t("Guided tour"),
        scenes: [scene],
        titles: { show: false, text: "" },
        credits: { show: false, text: "" },
      },
    });
    this.film = made.id;
    sessionStorage.setItem(KEPT, JSON.stringify({ film: made.id, extra: [] }));
    film().size = "draft";
    await film().goTo(made.id);
    for (const card of film().board.cards.values()) card.open();
  }
  async change() {
    const scene = film().storyboard.scenes[0];
    if (scene.line === film().film.storyboard.scenes[0].line && film().edits === 0) {
      scene.line = scene.line.includes("little")
        ? scene.line.replace("little", "very little")
        : `${scene.line} It was a fine day.`;
      film().changed(t("Changed the line"), true);
    }
    await film().flushed();
  }
  /** Wait until the film is made; says how far it is meanwhile. */
  async made() {
    await film().start();
    if (!film().failed.hidden) throw new Error(film().failed.textContent);
    for (;;) {
      await wait(400);
      if (this.over) return;
      const now = film().film;
      if (now?.plan.cut && now.plan.stale === 0) break;
      if (["failed", "cancelled"].includes(now?.render?.state))
        throw new Error(now.render.problem ?? t("The render did not work."));
      this.words.textContent = now?.render?.label
        ? t("Being made: {label} ({percent} %)", {
            label: now.render.label,
            percent: Math.round(100 * (now.render.fraction ?? 0)),
          })
        : t("About to start");
    }
    this.point(".film-frame");
  }
  async render() {
    this.point(".film-frame");
    await this.made();
    return "";
  }
  async restyle() {
    const { looks } = film().choices,
      scene = film().storyboard.scenes[0];
    scene.look = looks.find(one => one.value !== (scene.look || film().storyboard.look))?.value ?? scene.look;
    film().changed(t("Changed the look"), true);
    await film().flushed();
    await this.made();
  }
  async play() {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector(".film-frame video"));
    video.currentTime = 0;
    await video.play().catch(() => {
      video.muted = true;
      return video.play().catch(() => {});
    });
    const long = Math.min(12, video.duration || 5);
    for (let n = 0; !video.ended && video.currentTime < long && n < 40 && !this.over; n++) await wait(400);
    video.pause();
  }
  get cut() {
    return film().film.plan.cut;
  }
  async verify() {
    const found = await ask(`artifacts/${this.cut}/credential`);
    const count = found.ingredients.length;
    return t("{words}. It names {n} ingredients. Now the tour changes a single byte of a copy.", {
      words: found.words,
      n: count,
    });
  }
  async forge() {
    const bytes = new Uint8Array(await (await fetch(`studio/media/${this.cut}`)).arrayBuffer());
    bytes[bytes.length - Math.floor(bytes.length / 3)] ^= 1;
    const card = await upload(new File([bytes], "one-byte-changed.mp4", { type: "video/mp4" }), "video");
    this.extra.push(card.id);
    sessionStorage.setItem(KEPT, JSON.stringify({ film: this.film, extra: this.extra }));
    const found = await ask(`artifacts/${card.id}/credential`);
    return t("{words}. One byte of {n} was enough.", {
      words: found.words,
      n: num(bytes.length),
    });
  }
  async end() {
    this.over = true;
    this.element.remove();
    document.querySelector(".tour-at")?.classList.remove("tour-at");
    if (film()?.film?.id === this.film) {
      film().waiting = false;
      await film().home();
    }
    try {
      await forget();
      tell(t("The tour is over, and nothing of it was kept."));
    } catch (error) {
      fail(error);
    }
    const query = new URLSearchParams(location.search);
    query.delete("tour");
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
  }
}

/** What a tour made goes, also one that a reload interrupted. */
async function forget() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept?.film) await post(`films/${kept.film}/erase`, { also: kept.extra });
}

export function startTour() {
  if (document.querySelector(".tour")) return;
  const tour = new Tour();
  tour.show(0);
}
async function begin() {
  if (!(await until(() => document.querySelector('#tabs [role="tab"]')))) return;
  await forget().catch(() => {});
  if (new URLSearchParams(location.search).get("tour") === "film") startTour();
}
begin();
document.addEventListener("click", event => {
  if (/** @type {Element} */ (event.target).closest?.("[data-tour]")) startTour();
});
