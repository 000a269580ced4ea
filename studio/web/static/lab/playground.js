// @ts-check
// What the four exhibits in the plane share: data that are drawn, planes with marbles, a network that learns them, one loop of animation.
import { t } from "../core.js";
import { Exhibit, figure, h } from "./exhibit.js";
import { calm, Loop } from "./motion.js";
import { readTensors } from "./net.js";
import { Data, dataTools, Plane } from "./plane.js";

/** Others say `fresh` (other data, or another network), `frame`, `learnt`, and `finish` (all marbles at their ends at once). */
export class Playground extends Exhibit {
  /** @param {any} host @param {import("./lab.js").Record} about @param {string} learning what its button is called @param {string[]} learns controls that the pipeline takes @param {number} lessons */
  constructor(host, about, learning = t("Train the network"), learns = [], lessons = 1500) {
    super(host, about);
    this.learns = learns;
    this.lessons = lessons;
    this.data = new Data(about.start.shape);
    this.training = this.job(
      learning,
      () => ({ pipeline: about.pipelines[0], settings: this.settings() }),
      made => this.learnt(readTensors(made.bytes), true),
      { weights: bytes => this.learnt(readTensors(bytes), false) },
    );
    this.loop = new Loop(this.element, () => this.frame());
    this.data.addEventListener("change", () => {
      this.fresh();
      host.changed();
    });
  }
  learnt(_file, _last) {}
  fresh() {}
  frame() {}
  finish() {}
  get empty() {
    return this.data.points.length < 6;
  }
  dataTools() {
    return dataTools(this.data);
  }
  /** A plane with a line of words under it. */
  plane(label, drawn = true, side = 520) {
    const plane = new Plane(label, drawn ? this.data : null, side),
      said = h("p.lab-count");
    return { plane, said, element: figure(plane.canvas, said) };
  }
  settings() {
    return { data: this.data.setting, ...this.values(...this.learns), steps: this.lessons };
  }
  /** The marbles begin to move; for those who want no movement they are where they end. */
  run() {
    if (calm()) {
      this.finish();
      this.loop.once();
    } else this.loop.start();
  }
  state() {
    return { ...super.state(), ...this.data.state };
  }
  restored(state) {
    this.data.restore(state);
  }
  delivered(settings) {
    for (const key of this.learns) this.controls[key].show(settings[key], this.about.start[key]);
    this.data.take(String(settings.data));
    this.training.start();
  }
  stop() {
    super.stop();
    this.loop.stop();
  }
}
