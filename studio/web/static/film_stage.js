// The stage of one scene of a film: every change is one of the film's own, so the film's undo takes it back.
import { dialog, later, t } from "./core.js";
import { Stage } from "./stage.js";

/** Who acts in the scene before, and is not in this one. @param {any} before @param {any} scene */
export function fromBefore(before, scene) {
  const here = new Set((scene.record?.scene?.actors ?? []).map(one => one.cast || one.said || one.noun));
  return (before?.record?.scene?.actors ?? [])
    .filter(one => !here.has(one.cast || one.said || one.noun))
    .map(({ noun, look, cast, said, size, colour, mood }) =>
      Object.fromEntries(Object.entries({ noun, look, cast, said, size, colour, mood }).filter(([, value]) => value)),
    );
}

/** Open a scene's stage over the page, once the studio knows the film as it is. @param {any} card */
export async function stageOf(card) {
  try {
    await card.film.flushed();
  } catch (error) {
    return card.problem(error);
  }
  const { film } = card,
    before = film.storyboard.scenes[card.place - 1];
  const shot = () => (card.scene.record?.hand ? (card.scene.record.shot ?? "") : (card.scene.told?.shot ?? ""));
  const stage = new Stage({
    of: { film: film.film.id, scene: card.id },
    scene: card.scene.record?.scene ?? null,
    others: fromBefore(before, card.scene),
    line: () => card.scene.line ?? "",
    latest: () => card.scene?.record?.scene ?? null,
    moves: () => Boolean(card.scene?.record) && (card.scene.motion?.text ?? "") !== card.scene.record.motion,
    own: () => (card.scene.thing ? { id: card.scene.thing.artifact, name: card.scene.thing.name } : null),
    keep: ({ scene, call, narration }, what) =>
      card.change(what || later("The stage"), one => {
        one.record = {
          prompt: one.record?.hand ? one.record.prompt : (one.picture?.prompt ?? ""),
          motion: one.motion?.text ?? "",
          scene,
          hand: true,
          shot: shot(),
        };
        const { thing } = call.inputs,
          name = call.settings.thing_name,
          there = thing && (scene.things ?? []).some(part => part.noun === name);
        one.thing = there ? { artifact: thing, name } : null;
        if (narration === one.line) return;
        one.line = narration;
        if (one.told) one.told.line = narration; // who is there was read all the same
      }),
    canGoBack: () => Boolean(card.scene?.record?.hand),
    back: async () => {
      await film.step("undo");
      return card.scene?.record?.scene ?? null;
    },
  });
  dialog(t("The stage of scene {n}", { n: card.place + 1 }), stage.element);
}
