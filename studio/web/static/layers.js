// Pictures in layers: shown, opened on the stage, and read for what their figures are called.
import { bus, button, h, poll, post, t } from "./core.js";
import { Stage } from "./stage.js";

const MOST_KEPT = 30; // changes that can be taken back

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
  if (card.pipeline !== "generate.storybook") return [box];
  const open = button("secondary.to-stage", t("Change this scene"), () => {
    box.replaceChildren(new Stage(hostOf(card)).element);
    box.querySelector("button")?.focus();
  });
  picture.addEventListener("click", () => open.click());
  box.append(h("div.buttons", open));
  if (held(card).length) open.click();
  return [box];
}

/** The records of a picture's changes that were not painted yet; they outlive a reload. @param {any} card @returns {any[]} */
const held = card => JSON.parse(sessionStorage.getItem(`studio-stage-${card.id}`) ?? "[]");

function hostOf(card) {
  const key = `studio-stage-${card.id}`,
    past = held(card);
  const keep = () => {
    try {
      if (past.length) sessionStorage.setItem(key, JSON.stringify(past.slice(-MOST_KEPT)));
      else sessionStorage.removeItem(key);
    } catch {
      sessionStorage.removeItem(key);
    }
  };
  return {
    of: { artifact: card.id },
    scene: past.at(-1)?.scene ?? null,
    others: [],
    own: () => past.at(-1)?.own ?? null,
    keep: ({ scene, call }) => {
      past.push({ scene, own: call.inputs.thing ? { id: call.inputs.thing, name: call.settings.thing_name } : null });
      keep();
    },
    canGoBack: () => past.length > 0,
    back: async () => {
      past.pop();
      keep();
      return past.at(-1)?.scene ?? null;
    },
    make: async call => {
      await make("generate.storybook", call.inputs, call.settings, "Generate");
      past.length = 0;
      keep();
    },
  };
}

/** A call straight from the page: the same check and the same queue as a tab's own button. */
export async function make(pipeline, inputs, settings, tab) {
  const said = await post("make", { pipeline, inputs, settings, tab });
  bus.dispatchEvent(new CustomEvent("asked", { detail: { tab, job: said.job } }));
  poll();
  return said;
}
