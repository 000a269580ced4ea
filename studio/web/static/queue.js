// The queue: what each of a visitor's jobs is about, how long it waits and works, and what can be done with it.
import { bus, button, deliver, dialog, fail, h, openTab, poll, post, state, t, times } from "./core.js";
import { bareMethod, homeOf } from "./form.js";
import { details } from "./panel.js";
import { addressOf } from "./place.js";

const WORDS = {
  running: t("running"),
  queued: t("waiting"),
  done: t("done"),
  failed: t("did not work"),
  cancelled: t("stopped"),
};
const CLEARED = "afternoon-studio-queue"; // the jobs that had ended when the list was cleared
const busy = job => job.state === "running" || job.state === "queued";

/** What can be done with a job, as [words, act]; an act closes the list where it leads elsewhere. */
function acts(job, close) {
  const send = verb => () => post(`jobs/${job.id}/${verb}`).then(poll, fail),
    home = homeOf(job.pipeline);
  const form = home && home !== "Detect" && job.tab !== "Film"; // Detect has nothing to set, and examines what is put into it
  const waiting = state.jobs.filter(one => one.state === "queued"),
    place = waiting.findIndex(one => one.id === job.id);
  const leaving = act => () => {
    close();
    act();
  };
  const open = leaving(() => deliver({ job: job.id })),
    change = () => post(`jobs/${job.id}/change`).then(open, fail).then(poll);
  return [
    job.state !== "done" && form && [t("Open"), open],
    job.tab === "Film" && [t("Open the film"), leaving(() => openTab("Film"))],
    job.state === "done" && !home && [t("Show the result"), leaving(() => details(job.artifact))],
    place > 0 && [t("Earlier"), send("earlier")],
    place >= 0 && place < waiting.length - 1 && [t("Later"), send("later")],
    place >= 0 && form && [t("Change"), change],
    busy(job) && [t("Stop"), send("cancel")],
    (job.state === "failed" || job.state === "cancelled") && job.tab !== "Film" && [t("Try again"), send("retry")],
  ].filter(Boolean);
}

class Row {
  constructor(job, close) {
    this.time = h("span");
    this.bar = job.state === "running" ? h("progress", { max: 1, "aria-label": job.title }) : null;
    const about = job.words ? `${job.title} (${job.words})` : job.title,
      home = homeOf(job.pipeline),
      thumbnail = job.state === "done" ? `studio/thumbnail/${job.artifact}` : job.thumbnail;
    const picture =
      thumbnail &&
      h("img.job-picture", { src: thumbnail, alt: "", width: 48, height: 48, onerror: () => picture.remove() });
    this.element = h(
      "div.job",
      { "data-state": job.state, "data-job": job.id },
      h(
        "div.job-head",
        picture,
        h(
          "div",
          h("strong", job.title),
          ` ${WORDS[job.state]}`,
          this.time,
          job.words && h("p.job-words", { title: job.words }, job.words),
          job.problem && h("p.help", job.problem),
        ),
      ),
      this.bar,
      h(
        "div.buttons",
        job.state === "done" &&
          home &&
          h(
            "a.job-link",
            {
              href: addressOf({ tab: home.toLowerCase(), method: bareMethod(job.pipeline), result: job.artifact }),
              onclick: close,
              "aria-label": `${t("Show the result")}: ${about}`,
            },
            t("Show the result"),
          ),
        acts(job, close).map(([words, act]) =>
          button("link", words, /** @type {any} */ (act), { "aria-label": `${words}: ${about}` }),
        ),
      ),
    );
    this.update(job);
  }
  update(job) {
    const said = times(job);
    this.time.textContent = said && `, ${said}`;
    if (this.bar) this.bar.value = job.fraction;
  }
}

/** The list, drawn anew only where a job is in another state or place: a press is not lost because the time went on. */
class Queue {
  constructor(close) {
    this.body = h("div.queue");
    this.close = close;
    this.rows = new Map();
    this.empty = h("p", t("The queue is empty."));
    this.stop = button("secondary", t("Stop all"), () =>
      Promise.all(state.jobs.filter(busy).map(job => post(`jobs/${job.id}/cancel`))).then(poll, fail),
    );
    this.clear = button("secondary", t("Clear the list"), () => {
      localStorage.setItem(CLEARED, JSON.stringify(state.jobs.filter(job => !busy(job)).map(job => job.id)));
      this.draw();
    });
    this.all = h("div.buttons", this.stop, this.clear);
    this.draw();
  }
  draw() {
    const cleared = JSON.parse(localStorage.getItem(CLEARED) ?? "[]"),
      jobs = state.jobs.filter(job => busy(job) || !cleared.includes(job.id));
    this.stop.hidden = !jobs.some(busy);
    this.clear.hidden = jobs.every(busy);
    const before = this.rows,
      waiting = state.jobs.filter(job => job.state === "queued").map(job => job.id);
    this.rows = new Map(
      jobs.map(job => {
        const key = `${job.id} ${job.state} ${waiting.indexOf(job.id) === 0} ${waiting.indexOf(job.id) === waiting.length - 1}`,
          row = before.get(key) ?? new Row(job, this.close);
        row.update(job);
        return [key, row];
      }),
    );
    const wanted = this.rows.size ? [...this.rows.values()].map(row => row.element) : [this.empty];
    if (wanted.length === this.body.children.length && wanted.every((one, n) => this.body.children[n] === one)) return;
    const focused = document.activeElement?.closest?.(".queue") && document.activeElement.getAttribute("aria-label");
    this.body.replaceChildren(...wanted);
    if (focused)
      /** @type {HTMLElement | undefined} */ (
        [...this.body.querySelectorAll("button, a")].find(one => one.getAttribute("aria-label") === focused)
      )?.focus();
  }
}
bus.addEventListener("queue", () => {
  const queue = new Queue(() => box.close()),
    draw = () => queue.draw(),
    box = dialog(t("Queue"), queue.all, queue.body);
  bus.addEventListener("state", draw);
  box.addEventListener("close", () => bus.removeEventListener("state", draw));
  poll();
});
bus.addEventListener("state", () => {
  const count = state.jobs.filter(busy).length;
  document.querySelectorAll("[data-count]").forEach(mark => {
    const badge = /** @type {HTMLElement} */ (mark);
    badge.textContent = String(count);
    badge.hidden = !count;
    /** @type {HTMLElement} */ (badge.parentElement).hidden = !state.jobs.length;
  });
});
