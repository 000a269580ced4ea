// How alike somebody of the cast looks from scene to scene, and one click to paint a picture that stands out again.
import { ask, fail, h, num, poll, post, t, tell } from "./core.js";

/** @typedef {{ alike: number, scenes: Record<string, number>, drifting: string[] }} Score */

/** Paint the picture of scene number `n` with another seed, as a take. @param {any} film @param {string} id @param {number} n */
export async function paintAgain(film, id, n) {
  try {
    await post(`films/${film.film.id}/reroll`, { step: `${id}.picture`, size: film.size });
    tell(t("The picture of scene {n} is being painted again; compare the takes on its card.", { n }));
    poll();
  } catch (error) {
    fail(error);
  }
}

export class Likeness {
  /** @param {any} film */
  constructor(film) {
    this.film = film;
    this.said = h("div.likeness", { role: "status" });
    this.button = h("button.link", { type: "button", onclick: () => this.compare() }, t("Compare their pictures"));
    this.element = h("div", {}, this.button, this.said);
  }
  async compare() {
    this.button.disabled = true;
    try {
      await this.film.flushed();
      const { cast } = await ask(`films/${this.film.film.id}/likeness?size=${this.film.size}`);
      const found = Object.entries(cast);
      this.said.replaceChildren(
        ...(found.length
          ? found.map(([word, score]) => this.line(word, score))
          : [h("p.help", {}, t("Nobody is in two pictures that are made."))]),
      );
    } catch (error) {
      fail(error);
    }
    this.button.disabled = false;
  }
  /** @param {string} word @param {Score} score */
  line(word, score) {
    const order = this.film.storyboard.scenes.map(scene => scene.id),
      place = id => order.indexOf(id) + 1;
    const each = Object.entries(score.scenes)
      .map(([id, value]) => t("scene {n}: {score}", { n: place(id), score: num(value, 2) }))
      .join(", ");
    return h(
      "p.help",
      {},
      h("strong", {}, word),
      " ",
      t("alike: {score} of 1 ({each})", { score: num(score.alike, 2), each }),
      " ",
      score.drifting.map(id =>
        h(
          "button.link",
          { type: "button", onclick: () => paintAgain(this.film, id, place(id)) },
          t("Paint scene {n} again", { n: place(id) }),
        ),
      ),
    );
  }
}
