// Pictures in layers: shown, opened on the stage, and read for what their figures are called.
import { bus, button, closing, dialog, h, poll, post, state, t } from "./core.js";
import { methodOf } from "./form.js";
import { Stage } from "./stage.js";

const STORYBOOK = "generate.storybook";

/** The names of what stands in a picture of Storybook, each once; none for other pictures. */
export async function figureNames(card) {
  const file = (card.files ?? []).find(one => one.name === "scene.json");
  if (!file) return [];
  const { actors = [], things = [] } = await (await fetch(file.url)).json();
  return [...new Set([...actors, ...things].map(one => one.noun))];
}

/** A picture in layers: Storybook's own on a stage, any other as it is. */
export function layersViewer(card) {
  const picture = h("img.preview", { src: card.url, alt: card.title, width: card.width, height: card.height });
  const box = h("div.scene-box", picture);
  if (card.pipeline !== STORYBOOK) return [box];
  const open = button("secondary.to-stage", t("Change this scene"), () => {
    staged = new Staged(card);
    box.replaceChildren(staged.stage.element);
    box.querySelector("button")?.focus();
  });
  picture.addEventListener("click", () => open.click());
  box.append(h("div.buttons", open));
  if (isUnpainted(kept(keyOf(card.id)))) open.click();
  return [box];
}

const keyOf = id => `studio-stage-${id}`;
/** How a picture's scene was and is, step by step; it outlives a reload. @param {string} key @returns {any[]} */
const kept = key => JSON.parse(sessionStorage.getItem(key) ?? "[]");
const isUnpainted = steps => steps.length > 1 && !steps.at(-1).painted;
/** What the form says of the scene. */
const wordsNow = () =>
  JSON.stringify(/** @type {any} */ (document.querySelector('studio-form[tab="Generate"]'))?.value?.[STORYBOOK]);

/** The stage of a picture in the panel. Its changes go with the picture that is painted from them, where they can still be taken back. */
class Staged {
  constructor(card) {
    this.key = keyOf(card.id);
    this.steps = kept(this.key);
    this.words = wordsNow();
    this.stage = new Stage({
      of: { artifact: card.id },
      scene: this.steps.at(-1)?.scene ?? null,
      others: [],
      own: () => this.steps.at(-1)?.own ?? null,
      keep: ({ scene, call }, what, before) => {
        const { thing: id } = call.inputs;
        if (!this.steps.length) this.steps.push({ scene: before, own: null });
        this.steps.push({ scene, own: id ? { id, name: call.settings.thing_name } : null });
        this.write();
      },
      canGoBack: () => this.steps.length > 1,
      back: async () => {
        this.steps.pop();
        this.write();
        return this.steps.at(-1).scene;
      },
      make: call => this.paint(call),
    });
  }
  write() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.steps.slice(-31))); // 30 changes can be taken back
    } catch {
      sessionStorage.removeItem(this.key);
    }
  }
  async paint(call) {
    const step = this.steps.at(-1); // later changes are not in this painting
    const { job: id } = await make(STORYBOOK, call.inputs, call.settings, "Generate");
    const follow = () => {
      const job = state.jobs.find(one => one.id === id);
      if (job && !["running", "queued"].includes(job.state)) bus.removeEventListener("state", follow);
      if (job?.state !== "done") return;
      sessionStorage.removeItem(this.key);
      this.key = keyOf(job.artifact);
      if (step) step.painted = true;
      this.write();
    };
    bus.addEventListener("state", follow);
  }
}

/** The stage that was opened last. @type {Staged | null} */
let staged = null;
/** The button of the tab paints what was changed on the stage; it asks where the words were changed since. */
document.addEventListener(
  "click",
  event => {
    const press = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("#make-generate")),
      { stage, steps, words } = staged ?? {};
    if (!press || !stage?.element.isConnected || methodOf("Generate").pipeline !== STORYBOOK) return;
    const { turn } = stage;
    /** @type {any} */ (stage.element.querySelector(":focus"))?.blur(); // what is typed is a change too
    const changing = turn !== stage.turn || stage.element.getAttribute("aria-busy") === "true"; // still on its way
    if (!changing && !isUnpainted(steps)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (changing) return void stage.turn.then(() => stage.problem.hidden && press.click());
    if (words === wordsNow()) return void stage.paint();
    const anew = () => {
      staged = null;
      press.click();
    };
    dialog(
      t("What is to be painted?"),
      h("p", t("The stage has changes that are not painted yet. They stay with this picture.")),
      h(
        "div.buttons",
        closing("secondary", t("Paint this scene"), () => stage.paint()),
        closing("secondary", t("Paint the words anew"), anew),
      ),
    );
  },
  true,
);

/** A call straight from the page: the same check and the same queue as a tab's own button. */
export async function make(pipeline, inputs, settings, tab) {
  const said = await post("make", { pipeline, inputs, settings, tab });
  bus.dispatchEvent(new CustomEvent("asked", { detail: { tab, job: said.job } }));
  poll();
  return said;
}
