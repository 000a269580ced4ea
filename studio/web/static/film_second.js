// Subtitles in a second language: the film's choice, a line for each scene, and a translation by the administrator's language model.
import { ask, h, later, t } from "./core.js";
import { select } from "./film_parts.js";

export class Second {
  /** @param {any} film the page of one film */
  constructor(film) {
    this.film = film;
    this.choice = select(t("Subtitles in a second language"), value => {
      film.storyboard.subtitles.second = value;
      film.changed(later("Subtitles"), true);
      this.show();
    });
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.translate = h("button.link", { onclick: () => this.ask() });
    this.help = h("p.help");
    this.element = h("div.second-subtitles", this.choice.element, this.help, this.translate, this.problem);
  }
  show() {
    const second = this.film.storyboard.subtitles.second ?? "",
      model = this.film.choices.director;
    this.choice.show(second, this.film.choices.second_subtitles);
    this.help.hidden = !second;
    this.help.textContent = model
      ? t("Correct the lines at each scene, under “Change”.")
      : t("Write its lines at each scene, under “Change”.");
    this.translate.hidden = !second || !model;
    if (model)
      this.translate.textContent = model.host
        ? t("Let {name} translate (sent to {host})", model)
        : t("Let {name} translate", model);
    for (const scene of this.film.querySelectorAll(".second-line")) scene.hidden = !second;
  }
  async ask() {
    const { storyboard } = this.film,
      scenes = [...storyboard.scenes];
    this.translate.disabled = true;
    this.problem.hidden = true;
    try {
      const { lines } = await ask("films/translate", {
        lines: scenes.map(one => one.line),
        language: storyboard.subtitles.second,
      });
      for (const [n, scene] of scenes.entries()) {
        const now = this.film.storyboard.scenes.find(one => one.id === scene.id);
        if (now && now.line === scene.line) now.also = lines[n]; // what was changed meanwhile is not written over
      }
      this.film.changed(later("Subtitles"), true);
    } catch (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
    }
    this.translate.disabled = false;
  }
}
