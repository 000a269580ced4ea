// Detect's first screen: examples whose truth is known, many files at once, and a quiz in which the visitor and the model answer side by side.
import { ask, button, fail, h, post, t } from "./core.js";
import { hasMethod } from "./form.js";
import { capital, verify } from "./verdict.js";

const TRUTH = { real: t("Made without AI"), edited: t("Edited with AI"), made: t("Made with AI") };

export function detectWelcome() {
  const box = h(
    "div.detect-welcome",
    hasMethod("Detect", "detect.examine") &&
      h(
        "div.buttons",
        h("a.button", { href: "studio/newsroom" }, t("Many files at once")),
        button("secondary", t("Can you tell? A quiz"), () => quiz(box)),
      ),
  );
  const list = h("ul.specimens", { "aria-label": t("Examples") });
  box.append(h("h2", t("Try an example")), list);
  ask("specimens").then(
    found =>
      list.replaceChildren(
        ...found.specimens.map(one =>
          h(
            "li",
            h(
              "button",
              { onclick: event => examine(one, event.currentTarget) },
              h("img", { src: `studio/assets/${one.picture}`, alt: "", loading: "lazy", width: 320, height: 240 }),
              h("strong", t(one.title)),
              h("span.help", t(one.label)),
              h("span.badge", capital(t(one.verdict))),
            ),
          ),
        ),
      ),
    fail,
  );
  return box;
}

async function examine(one, button) {
  button.disabled = true;
  try {
    await verify((await post("adopt", { asset: one.asset })).id);
  } catch (error) {
    fail(error);
  }
  button.disabled = false;
}

/** One question after another; the studio deals them and keeps the answers until the visitor has given his. */
async function quiz(home) {
  const begun = await post("quiz").catch(fail);
  if (!begun) return;
  const stage = h("div.quiz", { role: "region", "aria-label": t("Quiz") });
  home.replaceChildren(stage);
  const next = number => {
    const name = t("Question {number} of {of}", { number: number + 1, of: begun.of });
    stage.replaceChildren(
      h("p.help", name),
      h("h2", t("Was AI used to make this?")),
      h("img", { src: `studio/quiz/${begun.id}/${number}/picture`, alt: t("The picture in question") }),
      buttons(answer => reveal(number, answer)),
    );
  };
  const reveal = async (number, answer) => {
    const asked = stage.querySelector(".buttons"),
      waits = h("p", { role: "status" }, t("The model is examining the picture"));
    asked.replaceWith(waits);
    const said = await post(`quiz/${begun.id}/${number}`, { ai: answer }).catch(error => {
      fail(error);
      waits.replaceWith(asked);
    });
    if (!said || !stage.isConnected) return;
    const model =
      t(said.model.problem) ||
      (said.model.verdict !== "likely AI"
        ? t(said.model.sentence)
        : said.truth !== "real"
          ? t("Likely AI: right.")
          : t("Likely AI: wrong."));
    waits.replaceWith(
      h(
        "div",
        h("p", h("strong", `${TRUTH[said.truth]}. `), t(said.about)),
        h(
          "div.answers",
          h("section", h("h3", t("You")), h("p", said.right ? t("Right.") : t("Wrong."))),
          h("section", h("h3", t("The model, from the picture only")), h("p", model)),
        ),
      ),
      h(
        "div.buttons",
        button("secondary", said.left ? t("Next") : t("Show the result"), () =>
          said.left ? next(number + 1) : over(home, stage, said.score),
        ),
      ),
    );
    stage.querySelector(".buttons button").focus();
  };
  next(0);
}
const buttons = answered =>
  h(
    "div.buttons",
    [
      [t("Yes, AI was used"), true],
      [t("No"), false],
    ].map(([words, answer]) => button("secondary", words, () => answered(answer))),
  );

function over(home, stage, score) {
  const right = t("You were right {you} times out of {asked}.", { you: score.you, asked: score.asked }),
    model = t("The model was right {model} times, wrong {wrong} times, and left {open} open.", {
      model: score.model,
      wrong: score.wrong,
      open: score.open,
    });
  stage.replaceChildren(
    h("h2", right),
    h("p", `${model} ${t("A model alone rarely knows. A signed file needs no guess.")}`),
    h(
      "div.buttons",
      button("secondary", t("Back"), () => home.replaceWith(detectWelcome())),
    ),
  );
}
