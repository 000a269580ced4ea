// The stage of one scene of a film: every change is one of the film's own, so the film's undo takes it back.
import { dialog, later, post, t } from "./core.js";
import { nameOf, Stage } from "./stage.js";

const actorsOf = scene => scene?.record?.scene?.actors ?? [];

/** Who acts in the scene before, and is not in this one. @param {any} before @param {any} scene */
export function fromBefore(before, scene) {
  const here = new Set(actorsOf(scene).map(nameOf));
  return actorsOf(before)
    .filter(one => !here.has(nameOf(one)))
    .map(({ noun, look, cast, said, size, colour, mood }) =>
      Object.fromEntries(Object.entries({ noun, look, cast, said, size, colour, mood }).filter(([, value]) => value)),
    );
}

/** Put what the stage answered into a scene. @param {any} scene @param {any} answer */
function putRecord(scene, answer) {
  scene.record = {
    prompt: scene.record?.hand ? scene.record.prompt : (scene.picture?.prompt ?? ""),
    motion: scene.motion?.text ?? "",
    scene: answer.scene,
    hand: true,
  };
  if (answer.narration === scene.line) return;
  scene.line = answer.narration;
  if (scene.told) scene.told.line = answer.narration; // who is there was read all the same
}

/** The same actor in the other scenes of a film: scene and actor, where only one goes by the name. */
const namesakes = (film, id, actor) =>
  film.storyboard.scenes
    .filter(scene => scene.id !== id && !scene.picture?.artifact)
    .map(scene => ({ scene, own: actorsOf(scene).filter(other => nameOf(other) === nameOf(actor)) }))
    .filter(({ own }) => own.length === 1);

/** Make a change that this scene has already in all scenes of an actor; all together are one step of undo. */
async function changeEverywhere(card, actor, change, what) {
  const { film } = card,
    answers = new Map(),
    mine = structuredClone(card.scene);
  for (const { scene, own } of namesakes(film, card.id, actor)) {
    const of = { film: film.film.id, scene: scene.id };
    const asked = { of, scene: scene.record.scene, change: { ...change, id: own[0].id }, line: scene.line ?? "" };
    answers.set(scene.id, await post("stage", asked));
  }
  await film.step("undo");
  card.change(what, one => {
    Object.assign(one, mine);
    for (const scene of film.storyboard.scenes) if (answers.has(scene.id)) putRecord(scene, answers.get(scene.id));
  });
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
  const stage = new Stage({
    of: { film: film.film.id, scene: card.id },
    scene: card.scene.record?.scene ?? null,
    others: fromBefore(before, card.scene),
    line: () => card.scene.line ?? "",
    latest: () => card.scene?.record?.scene ?? null,
    moves: () => Boolean(card.scene?.record) && (card.scene.motion?.text ?? "") !== card.scene.record.motion,
    own: () => (card.scene.thing ? { id: card.scene.thing.artifact, name: card.scene.thing.name } : null),
    keep: (answer, what) =>
      card.change(what || later("The stage"), one => {
        putRecord(one, answer);
        const { thing } = answer.call.inputs,
          name = answer.call.settings.thing_name,
          there = thing && (answer.scene.things ?? []).some(part => part.noun === name);
        one.thing = there ? { artifact: thing, name } : null;
      }),
    elsewhere: actor => namesakes(film, card.id, actor).length,
    everywhere: (actor, change, what) => changeEverywhere(card, actor, change, what),
    canGoBack: () => Boolean(card.scene?.record?.hand),
    back: async () => {
      await film.step("undo");
      return card.scene?.record?.scene ?? null;
    },
  });
  dialog(t("The stage of scene {n}", { n: card.place + 1 }), stage.element);
}
