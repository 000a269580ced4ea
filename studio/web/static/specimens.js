// Detect's first screen: examples whose truth is known, and a quiz in which the visitor and the model answer side by side.
import { ask, bus, fail, h, poll, post, state } from "./core.js";
import { hasMethod } from "./form.js";
import { verify } from "./verdict.js";

const TRUTH = { real: "Made without AI", edited: "Edited with AI", made: "Made with AI" };

export function detectWelcome() {
  const box = h("div.detect-welcome", {}, h("h2", {}, "Drop a picture, a video or a sound"),
    h("p", {}, "The studio checks the signature first, then measures the file, then gives a verdict. The verdict can be “cannot tell”. Your file stays in this studio, and nothing is looked up online."),
    hasMethod("Detect", "detect.examine") && h("div.buttons", {}, h("button.secondary", { type: "button", onclick: () => quiz(box) }, "Can you tell? A quiz")));
  const list = h("ul.specimens", { "aria-label": "Examples" });
  box.append(h("h3", {}, "Or try an example: we know how each one was made"), list);
  ask("specimens").then(found => list.replaceChildren(...found.specimens.map(one => h("li", {}, h("button", { type: "button", onclick: event => examine(one, event.currentTarget) },
    h("img", { src: `studio/assets/${one.picture}`, alt: "", loading: "lazy", width: 320, height: 240 }), h("strong", {}, one.title), h("span.help", {}, one.label))))), fail);
  return box;
}

async function examine(one, button) {
  button.disabled = true;
  try { await verify((await post("adopt", { asset: one.asset })).id); } catch (error) { fail(error); }
  button.disabled = false;
}

/** Questions in any order; the model is asked at the same time as the visitor, and its answer is shown after his. */
async function quiz(home) {
  const found = await ask("specimens").catch(fail);
  if (!found) return;
  const questions = found.specimens.filter(one => one.quiz).sort(() => Math.random() - 0.5), stage = h("div.quiz", { role: "region", "aria-label": "Quiz" });
  const score = { you: 0, model: 0, abstained: 0, asked: 0 };
  home.replaceChildren(stage);
  const gone = () => { if (!stage.isConnected) { bus.removeEventListener("state", gone); veil(false); } };
  bus.addEventListener("state", gone);
  const next = async () => {
    const one = questions.shift();
    veil(Boolean(one));
    if (!one) return over(home, stage, score);
    stage.replaceChildren(h("p.help", {}, `${score.asked + 1} of ${score.asked + 1 + questions.length}`), h("h2", {}, "Was AI used to make this?"),
      h("img", { src: `studio/assets/${one.asset}`, alt: "The picture in question" }), buttons(answer => reveal(one, answer)));
    one.verdict = verdictOf(one);
    one.verdict.catch(() => {}); // said when the visitor has answered
  };
  const reveal = async (one, answer) => {
    stage.querySelector(".buttons").replaceWith(h("p", { role: "status" }, "The model is examining the picture"));
    const said = await one.verdict.catch(error => ({ problem: error.message }));
    veil(false);
    if (!stage.isConnected) return;
    const machine = one.truth !== "real", looks = said.by_signals_alone, tells = looks?.verdict === "likely AI" ? true : null;
    score.asked += 1;
    score.you += answer === machine;
    score.model += tells === machine;
    score.abstained += tells === null;
    stage.querySelector("[role=status]").replaceWith(h("div", {}, h("p", {}, h("strong", {}, `${TRUTH[one.truth]}. `), one.about), h("div.answers", {},
      h("section", {}, h("h3", {}, "You"), h("p", {}, answer === machine ? "Right." : "Wrong.")),
      h("section", {}, h("h3", {}, "The model, from the picture only"), h("p", {}, said.problem ?? (tells === null ? "Cannot tell." : tells === machine ? "Likely AI: right." : "Likely AI: wrong."))),
      h("section", {}, h("h3", {}, "The signature and the marks"), h("p", {}, said.problem ? "" : said.provenance.reasons.length ? said.sentence : "Nothing is signed or marked."))),
    h("div.buttons", {}, h("button.secondary", { type: "button", onclick: next }, questions.length ? "Next" : "Show the result"))));
    stage.querySelector(".buttons button").focus();
  };
  next();
}
/** While a question is open the shelf stays as it is: a new picture's name and badge there would give the answer away. */
function veil(on) {
  if (state.veiled === on) return;
  state.veiled = on;
  if (!on) bus.dispatchEvent(new Event("shelf"));
}
const buttons = answered => h("div.buttons", {}, [["Yes, AI was used", true], ["No", false]].map(([words, answer]) => h("button.secondary", { type: "button", onclick: () => answered(answer) }, words)));

function over(home, stage, score) {
  stage.replaceChildren(h("h2", {}, `You: ${score.you} of ${score.asked}. The model: ${score.model}, and ${score.abstained} left open.`),
    h("p", {}, "The model alone rarely knows: on pictures of 36 generators of today it could not tell made from recorded. A signed file needs no guess."),
    h("div.buttons", {}, h("button.secondary", { type: "button", onclick: () => home.replaceWith(detectWelcome()) }, "Back")));
}

/** The verdict on a specimen, made by a job of its own. */
async function verdictOf(one) {
  const card = await post("adopt", { asset: one.asset }), said = await post("make", { pipeline: "detect.examine", inputs: { media: card.id }, settings: {}, tab: "Quiz" });
  poll();
  const job = await new Promise((resolve, reject) => {
    const look = () => {
      const mine = state.jobs.find(job => job.id === said.job);
      if (!mine || mine.state === "running" || mine.state === "queued") return;
      bus.removeEventListener("state", look);
      mine.state === "done" ? resolve(mine) : reject(new Error(mine.problem ?? "The model was stopped."));
    };
    bus.addEventListener("state", look);
  });
  return (await fetch(`studio/media/${job.artifact}`)).json();
}
