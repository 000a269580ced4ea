// Takes of a step side by side (make another, approve one), and the film's credential as a tree.
import { ask, bus, dialog, fail, h, later, post, seconds, state, t, withTime } from "./core.js";
import { tree } from "./panel.js";
import { enlargeable } from "./zoom.js";
import { makeButton, say } from "./film_parts.js";

const media = take =>
  take.kind === "video"
    ? h("video", { src: take.url, controls: true, loop: true, preload: "metadata", playsinline: true })
    : take.kind === "sound"
      ? h("audio", { src: take.url, controls: true, preload: "metadata" })
      : enlargeable(h("img", { src: take.url, alt: "" }), take.title || t("This take"));

/** Every take of one step; `film` is the page's element, which adopts what the studio answers. */
export function showTakes(film, step, where) {
  const title = t("Takes: {n} of {where}", { n: t(step.label).toLowerCase(), where });
  const grid = h("div.takes-grid"),
    said = h("p.problem", { role: "alert", hidden: true }),
    wait = h("p.help", { role: "status" });
  const again = makeButton("secondary", t("Make another take"), reroll);
  const stop = makeButton("link", t("Stop"), () => post(`jobs/${job}/cancel`).catch(fail), { hidden: true });
  const box = dialog(
    title,
    h("p.help", t("Approve a take; only what depends on it is made again.")),
    grid,
    said,
    h("div.buttons", again, stop, wait),
  );
  box.classList.add("wide");
  let job = null,
    drawn = "";
  const problem = error => {
    said.textContent = error.message;
    said.hidden = false;
  };

  async function load() {
    const { takes } = await ask(`films/${film.film.id}/takes/${step.key}?size=${film.size}`);
    const now = JSON.stringify(takes);
    if (now === drawn) return;
    drawn = now;
    grid.replaceChildren(
      ...takes.map((take, n) =>
        h(
          "figure.take",
          { "data-current": take.current || null },
          media(take),
          h(
            "figcaption",
            h("strong", take.current ? t("In the film") : t("Take {n}", { n: takes.length - n })),
            h(
              "span.help",
              take.fits ? t(" seed {seed}", { seed: take.seed ?? t("none") }) : t(" made before a change"),
            ),
          ),
          !take.current &&
            makeButton("secondary", t("Approve"), () => approve(take), {
              "aria-label": t("Approve take {n}", { n: takes.length - n }),
            }),
        ),
      ),
    );
    if (!takes.length) grid.replaceChildren(h("p", t("No take yet.")));
  }
  async function approve(take) {
    said.hidden = true;
    try {
      await film.flushed();
      film.heard(
        await post(`films/${film.film.id}/approve?size=${film.size}`, { step: step.key, artifact: take.artifact }),
      );
      await load();
    } catch (error) {
      problem(error);
    }
  }
  async function reroll() {
    said.hidden = true;
    again.disabled = true;
    try {
      await film.flushed();
      const answer = await post(`films/${film.film.id}/reroll`, { step: step.key, size: film.size });
      job = answer.job;
      film.heard(answer.film);
      stop.hidden = false;
      follow();
    } catch (error) {
      again.disabled = false;
      problem(error);
    }
  }
  function follow() {
    const found = state.jobs.find(one => one.id === job);
    if (!box.isConnected) return bus.removeEventListener("state", follow);
    bus.removeEventListener("state", follow);
    if (found && ["done", "failed", "cancelled"].includes(found.state)) {
      again.disabled = false;
      stop.hidden = true;
      say(wait, found.state === "done" ? t("Another take is here.") : found.state === "cancelled" ? t("Stopped.") : "");
      if (found.state === "failed") problem(new Error(t(found.problem ?? later("That take did not work."))));
      load().catch(problem);
      film.refresh();
      return;
    }
    say(
      wait,
      found?.state === "running"
        ? withTime(t(found.label || later("Being made")), found.seconds_left)
        : t("Waiting in the queue"),
    );
    bus.addEventListener("state", follow);
  }
  if (step.problem) problem(new Error(t(step.problem)));
  load().catch(problem);
}

/** Who signed the film, whether it is whole, and everything it was made from. */
export async function verify(id) {
  const body = h("div", { role: "status" }, h("p", t("Reading the credential…")));
  dialog(t("What this film was made from"), body).classList.add("wide");
  try {
    const found = await ask(`artifacts/${id}/credential`);
    body.replaceChildren(
      h("p.note", t(found.words), found.signer ? ` (${found.signer})` : ""),
      ...found.problems.map(one => h("p.problem", t(one))),
      tree(found) ?? h("p", t("The credential lists no ingredients.")),
    );
  } catch (error) {
    body.replaceChildren(h("p.problem", { role: "alert" }, error.message));
  }
}
