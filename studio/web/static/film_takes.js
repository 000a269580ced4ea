// Takes of a step side by side (make another, approve one), and the film's credential as a tree.
import { ask, dialog, fail, h, post, seconds, state, bus } from "./core.js";
import { tree } from "./panel.js";
import { enlargeable } from "./zoom.js";
import { say } from "./film_parts.js";

const media = take => take.kind === "video" ? h("video", { src: take.url, controls: true, loop: true, preload: "metadata", playsinline: true })
  : take.kind === "sound" ? h("audio", { src: take.url, controls: true, preload: "metadata" }) : enlargeable(h("img", { src: take.url, alt: "" }), take.title || "This take");

/** Every take of one step; `film` is the page's element, which adopts what the studio answers. */
export function showTakes(film, step, where) {
  const title = `Takes: ${step.label.toLowerCase()} of ${where}`;
  const grid = h("div.takes-grid"), said = h("p.problem", { role: "alert", hidden: true }), wait = h("p.help", { role: "status" });
  const again = h("button.secondary", { type: "button", onclick: reroll }, "Make another take");
  const stop = h("button.link", { type: "button", hidden: true, onclick: () => post(`jobs/${job}/cancel`).catch(fail) }, "Stop");
  const box = dialog(title, h("p.help", {}, "When you approve a take, only the steps that depend on it are made again. The other takes are kept."), grid, said, h("div.buttons", {}, again, stop, wait));
  box.classList.add("wide");
  let job = null, drawn = "";
  const problem = error => { said.textContent = error.message; said.hidden = false; };

  async function load() {
    const { takes } = await ask(`films/${film.film.id}/takes/${step.key}?size=${film.size}`);
    const now = JSON.stringify(takes);
    if (now === drawn) return;
    drawn = now;
    grid.replaceChildren(...takes.map((take, n) => h("figure.take", { "data-current": take.current || null }, media(take),
      h("figcaption", {}, h("strong", {}, take.current ? "In the film" : `Take ${takes.length - n}`), h("span.help", {}, take.fits ? ` seed ${take.seed ?? "none"}` : " made before a change")),
      !take.current && h("button.secondary", { type: "button", "aria-label": `Approve take ${takes.length - n}`, onclick: () => approve(take) }, "Approve"))));
    if (!takes.length) grid.replaceChildren(h("p", {}, "No take yet."));
  }
  async function approve(take) {
    said.hidden = true;
    try { await film.flushed(); film.adopt(await post(`films/${film.film.id}/approve?size=${film.size}`, { step: step.key, artifact: take.artifact })); await load(); } catch (error) { problem(error); }
  }
  async function reroll() {
    said.hidden = true;
    again.disabled = true;
    try {
      await film.flushed();
      const answer = await post(`films/${film.film.id}/reroll`, { step: step.key, size: film.size });
      job = answer.job;
      film.adopt(answer.film);
      stop.hidden = false;
      follow();
    } catch (error) { again.disabled = false; problem(error); }
  }
  function follow() {
    const found = state.jobs.find(one => one.id === job);
    if (!box.isConnected) return bus.removeEventListener("state", follow);
    bus.removeEventListener("state", follow);
    if (found && ["done", "failed", "cancelled"].includes(found.state)) {
      again.disabled = false;
      stop.hidden = true;
      say(wait, found.state === "done" ? "Another take is here." : found.state === "cancelled" ? "Stopped." : "");
      if (found.state === "failed") problem(new Error(found.problem ?? "That take did not work."));
      load().catch(problem);
      film.refresh();
      return;
    }
    say(wait, found?.state === "running" ? `${found.label || "Being made"}${found.seconds_left ? `, about ${seconds(found.seconds_left)} left` : ""}` : "Waiting in the queue");
    bus.addEventListener("state", follow);
  }
  if (step.problem) problem(new Error(step.problem));
  load().catch(problem);
}

/** Who signed the film, whether it is whole, and everything it was made from. */
export async function verify(id) {
  const body = h("div", { role: "status" }, h("p", {}, "Reading the credential…"));
  dialog("What this film was made from", body).classList.add("wide");
  try {
    const found = await ask(`artifacts/${id}/credential`);
    body.replaceChildren(h("p.note", {}, found.words, found.signer ? ` (${found.signer})` : ""), ...found.problems.map(one => h("p.problem", {}, one)),
      tree(found) ?? h("p", {}, "The credential lists no ingredients."));
  } catch (error) { body.replaceChildren(h("p.problem", { role: "alert" }, error.message)); }
}
