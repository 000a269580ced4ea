// @ts-check
// The stage as a toy: people, animals and things of the studio's stories in its places, without a studio. It is made when it is first seen.
import { button, fail, h, t } from "../core.js";
import { save } from "../lab/keep.js";
import { Stage } from "../stage.js";

export function stageHere() {
  const element = h(
    "section",
    { id: "stage" },
    h("h2", t("The stage")),
    h(
      "p",
      t(
        "Put people, animals and things into a place: look for them, drag them, turn them. What somebody does, feels, wears and holds needs the whole studio, which then paints the scene.",
      ),
    ),
  );
  new IntersectionObserver((seen, watching) => {
    if (!seen.some(one => one.isIntersecting)) return;
    watching.disconnect();
    const stage = made();
    element.append(
      stage.element,
      h(
        "div.buttons",
        button("secondary", t("Save the picture"), () => keep(stage).catch(fail)),
      ),
    );
  }).observe(element);
  return element;
}
function made() {
  /** @type {any[]} */
  const before = [];
  let now = /** @type {any} */ ({ place: "meadow" });
  return new Stage({
    of: null,
    scene: now,
    others: [],
    own: () => null,
    canGoBack: () => before.length > 0,
    keep: answer => {
      before.push(now);
      now = answer.scene;
    },
    back: async () => (now = before.pop() ?? now),
  });
}
/** The layers over each other, as a PNG. @param {Stage} stage */
async function keep(stage) {
  const { width, height, layers } = /** @type {any} */ (stage.answer),
    canvas = h("canvas", { width, height }),
    images = [...stage.images.children];
  for (const [n, { x, y, width: wide, height: tall }] of layers.entries())
    canvas.getContext("2d").drawImage(images[n], x, y, wide, tall);
  save(await new Promise(resolve => canvas.toBlob(resolve, "image/png")), "stage.png");
}
