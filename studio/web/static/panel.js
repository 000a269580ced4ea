// The panel every tab shares: an invitation, the job that runs (preview, progress, time, Stop), or the result.
import { COMPARED, formOf, verbOf } from "./form.js";
import { Pieces, soundViewer } from "./player.js";
import { layersViewer } from "./layers.js";
import { wordsViewer } from "./words.js";
import { isExamined, isSeen, isShared, viewerOf } from "./kinds.js";
import { verdictViewer, verify } from "./verdict.js";
import { detectWelcome } from "./specimens.js";
import { enlarge, enlargeable } from "./zoom.js";
import { Painters } from "./painters.js";
import { beside, drawnUrl } from "./painted.js";
import {
  ask,
  bus,
  closing,
  deliver,
  dialog,
  download,
  fail,
  fill,
  num,
  places,
  playing,
  poll,
  post,
  shownName,
  state,
  t,
  tell,
  times,
  translated,
} from "./core.js";
import { button, facts, h } from "./dom.js";

const ASKED = "studio-asked";
export const asked = new Map(JSON.parse(sessionStorage.getItem(ASKED) ?? "[]")); // tab -> job the visitor asked for last
addEventListener("pagehide", () => sessionStorage.setItem(ASKED, JSON.stringify([...asked]))); // it may end in a reload

class Panel extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.tab = this.getAttribute("tab");
    this.shown = "";
    this.chosen = sessionStorage.getItem(`studio-open-${this.tab}`);
    bus.addEventListener("state", () => this.update());
    bus.addEventListener("open", event => {
      if (this.offsetParent) this.open(event.detail);
    });
    bus.addEventListener("start", () => {
      if (this.offsetParent) {
        this.open(null);
        this.scrollIntoView({ block: "nearest" });
      }
    });
    bus.addEventListener(
      "asked",
      event => event.detail.tab === this.tab && event.detail.job && asked.set(this.tab, event.detail.job),
    );
    bus.addEventListener(
      "stop",
      () => this.offsetParent && this.job && post(`jobs/${this.job.id}/cancel`).then(poll, fail),
    );
    this.update();
  }
  open(id) {
    this.chosen = id;
    id ? sessionStorage.setItem(`studio-open-${this.tab}`, id) : sessionStorage.removeItem(`studio-open-${this.tab}`);
    this.dismissed = this.job?.id;
    asked.delete(this.tab);
    this.shown = "";
    this.update();
  }
  /** The job to show: the one that runs, else the next in line; an ended one only while it is the one last asked for. */
  current() {
    const mine = state.jobs.filter(
      job => (job.tab === this.tab || job.id === asked.get(this.tab)) && job.id !== this.dismissed,
    );
    return (
      mine.find(job => job.state === "running") ??
      mine.find(job => job.state === "queued") ??
      mine.find(job => job.id === asked.get(this.tab))
    );
  }
  update() {
    this.classList.toggle("away", state.away);
    const job = (this.job = this.current());
    if (job && (job.state === "running" || job.state === "queued")) {
      asked.set(this.tab, job.id);
      return this.working(job);
    }
    if (job && job.state === "done") return this.open(job.artifact);
    if (job && (job.state === "failed" || job.half_made)) return this.ended(job);
    if (this.chosen) return this.result(this.chosen);
    this.invite();
  }
  /** The result that is shown, for the address; null where there is none. */
  get place() {
    return this.shown.startsWith("result-") ? this.shown.slice(7) : null;
  }
  get busy() {
    return this.shown.startsWith("job-");
  }
  become(kind, ...content) {
    this.card = null;
    setTimeout(() => bus.dispatchEvent(new Event("place")));
    this.shown = kind;
    this.pieces?.stop();
    this.pieces = null;
    fill(this, ...content);
  }

  invite() {
    const slot = `studio-slot.filled[tab="${this.tab}"]:not([hidden])`,
      given = /** @type {any} */ (document.querySelector(slot))?.card, // shown in place of the example
      kind = `invite-${given?.id ?? ""}`;
    if (this.shown === kind) return;
    if (given) return this.become(kind, h("div.canvas.sent", viewer(given)));
    if (this.tab === "Detect") return this.become(kind, detectWelcome());
    const example = translated(JSON.parse(this.dataset.example ?? "null"), [...COMPARED, "sound", "film", "settings"]);
    this.become(
      kind,
      h(
        "div.invitation",
        example
          ? [
              h(
                "figure",
                example.film
                  ? playing(example.film, example.picture, example.alt)
                  : h("img", { src: `studio/assets/${example.picture}`, alt: example.alt, width: 1280, height: 800 }),
                h("figcaption", example.caption),
              ),
              h("p", example.invitation),
              example.sound &&
                h("audio", {
                  src: `studio/assets/${example.sound}`,
                  controls: true,
                  preload: "none",
                  "aria-label": example.caption,
                }),
              h(
                "div.buttons",
                example.starts.map(start => button("secondary", start.title, event => this.begin(start, event.target))),
              ),
            ]
          : h("p", t("Your results appear here.")),
      ),
      this.tab === "Generate" && this.painters(),
    );
  }
  /** Real picture models; the page shows them beside the form of a hub model. */
  painters() {
    const pipeline = "generate.diffusion";
    return new Painters(t("Paint with it"), one => {
      deliver({ tab: this.tab, pipeline, settings: { model: one.key } });
      tell(t("{name} is chosen. Press “{verb}”.", { name: one.name, verb: verbOf(this.tab, pipeline) }));
    }).sentinel;
  }
  async begin(start, button) {
    button.disabled = true;
    try {
      const slots = {};
      for (const [slot, asset] of Object.entries(start.slots)) slots[slot] = (await post("adopt", { asset })).id;
      deliver({ tab: this.tab, pipeline: start.pipeline, slots, settings: start.settings });
      const told = tell(t("The example is ready. Press “{verb}”.", { verb: verbOf(this.tab, start.pipeline) }));
      bus.addEventListener("asked", () => told.remove(), { once: true });
    } catch (error) {
      fail(error);
    }
    button.disabled = false;
  }

  working(job) {
    if (this.shown !== `job-${job.id}`) {
      let pieces;
      this.preview = h("img.preview", { alt: t("What the picture looks like so far"), hidden: true });
      this.bar = h("progress", { max: 1, "aria-label": job.title });
      this.label = h("strong");
      this.left = h("span.left");
      this.curve = h("svg:svg.curve", {
        viewBox: "0 0 100 30",
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": t("Loss so far"),
        hidden: true,
      });
      this.stop = button("secondary", t("Stop"), () => {
        this.stop.disabled = true;
        post(`jobs/${job.id}/cancel`).then(poll, fail);
      });
      this.become(
        `job-${job.id}`,
        h(
          "div.working",
          h("div.canvas", this.preview, h("span.waiting", { "aria-hidden": "true" })),
          h(
            "div.progress-line",
            h("div", { role: "status" }, this.label, " ", this.left),
            h("div.buttons", (pieces = new Pieces(job)).button, this.stop),
          ),
          this.bar,
          this.curve,
        ),
      );
      this.pieces = pieces;
      this.previewNumber = 0;
    }
    this.label.textContent =
      job.state === "queued"
        ? job.later
          ? job.label
          : job.ahead
            ? t("{title}: number {n} in the queue", { title: job.title, n: job.ahead + 1 })
            : t("{title}: about to start", { title: job.title })
        : job.label || job.title;
    this.left.textContent = state.away ? t("the studio does not answer; trying again") : times(job);
    job.state === "queued" ? this.bar.removeAttribute("value") : (this.bar.value = job.fraction);
    if (job.preview && job.preview !== this.previewNumber) {
      this.previewNumber = job.preview;
      this.preview.src = `studio/jobs/${job.id}/preview?n=${job.preview}`;
      this.preview.hidden = false;
    }
    if (job.curves) drawCurves(this.curve, job.curves);
    this.pieces.update(job);
  }

  /** A job that failed, or was stopped with a picture half made. */
  ended(job) {
    if (this.shown === `ended-${job.id}`) return;
    const quoted = /“(.+?)”/.exec(job.problem ?? "")?.[1].toLowerCase(),
      fields = quoted
        ? /** @type {any[]} */ ([...formOf(this.tab).querySelectorAll("textarea, input[type=text]")])
        : [],
      mine = `[id^="set-${job.pipeline.replaceAll(".", "-")}-"]`,
      unread = formOf(this.tab).querySelector(`${mine} .strange-words:not([hidden]) .unread`),
      field = (fields.find(one => one.value.toLowerCase().includes(quoted)) ?? unread)?.closest(".setting");
    if (field) {
      // what is wrong stands at the field whose words it quotes, or of which nothing could be read
      const name = field.id.slice(`set-${job.pipeline}-`.length),
        at = { pipeline: job.pipeline, sort: "setting", name };
      bus.dispatchEvent(new CustomEvent("asked", { detail: { tab: this.tab, problem: job.problem, field: at } }));
      return this.open(this.chosen);
    }
    const half = job.half_made,
      send = verb => post(`jobs/${job.id}/${verb}`),
      again = said => {
        asked.set(this.tab, said.job);
        this.dismissed = job.id;
        poll();
        return said;
      };
    this.become(
      `ended-${job.id}`,
      h(
        "div.invitation",
        { role: "alert" },
        h("h2", half ? t("Stopped.") : t("That did not work")),
        half
          ? h("img.preview", { src: `studio/jobs/${job.id}/preview`, alt: t("What the picture looks like so far") })
          : h("p", job.problem ?? ""),
        h(
          "div.buttons",
          half && button("secondary", t("Keep it"), () => send("keep").then(card => this.open(card.id), fail)),
          job.voice &&
            button("secondary", t("Read it with {voice}", { voice: t(job.voice) }), () =>
              send("voice")
                .then(again)
                .then(said => deliver({ job: said.job }), fail),
            ),
          button("secondary", half ? t("Go on") : t("Try again"), () => send("retry").then(again, fail)),
          button("link", t("Dismiss"), () => this.open(this.chosen)),
        ),
      ),
    );
  }

  async result(id) {
    if (this.shown === `result-${id}`) return;
    this.shown = `result-${id}`;
    const look = (this.look = {}); // a result that is opened twice listens to the last answer: it may have been brought back in between
    this.pieces?.stop();
    this.pieces = null;
    let card = null;
    const passed = () => this.look !== look || this.shown !== `result-${id}`;
    try {
      card = await ask(`artifacts/${id}`);
    } catch (error) {
      if (!error.status || error.status === 429 || error.status >= 500) {
        if (!passed()) this.shown = "";
        return;
      }
    } // no answer this time: the next look asks again
    if (passed()) return;
    if (!card) return this.open(null);
    this.card = card;
    bus.dispatchEvent(new Event("place"));
    fill(
      this,
      card.kind === "verdict"
        ? h("div.result", viewer(card))
        : h("div.result", h("div.canvas", viewer(card)), actionsOf(card)),
      card.pipeline === "generate.painted" && beside(card),
    );
  }
}
customElements.define("studio-panel", Panel);

export function drawCurves(svg, curves) {
  svg.removeAttribute("hidden");
  svg.replaceChildren(
    ...Object.entries(curves)
      .slice(0, 3)
      .map(([name, points], n) => {
        const ys = points.map(point => Math.log(Math.max(point[1], 1e-12))),
          top = Math.max(...ys),
          low = Math.min(...ys);
        const line = points
          .map(
            (point, i) => `${(point[0] * 100).toFixed(2)},${(28 - (26 * (ys[i] - low)) / (top - low || 1)).toFixed(2)}`,
          )
          .join(" ");
        return h(
          "svg:polyline",
          { points: line, class: `line-${n}`, "vector-effect": "non-scaling-stroke" },
          h("svg:title", name),
        );
      }),
  );
}

/** What an artifact looks like at full size; a made picture can be compared with what it was made from. */
export function viewer(card) {
  return VIEWERS[viewerOf(card.kind)](card);
}

/** By the viewer that a kind names in pipelines/core/kinds.py. @type {Record<string, (card: any) => any[]>} */
const VIEWERS = {
  picture: card => pictureViewer(card),
  layers: card => layersViewer(card),
  video: card => [
    h("video", {
      src: card.url,
      controls: true,
      loop: true,
      playsinline: true,
      "aria-label": card.title,
      ...(card.width ? { class: "sized", style: `--ratio: ${card.width / card.height}` } : {}),
    }),
  ],
  sound: card => soundViewer(card),
  words: card => [wordsViewer(card)],
  verdict: card => [verdictViewer(card)],
  book: card => [h("img.preview", { src: card.thumbnail, alt: card.title })],
  network: card => [h("img.preview", { src: card.thumbnail, alt: t("The style {title}", { title: card.title }) })],
};

function pictureViewer(card) {
  const before = drawnUrl(card) ?? (card.parent ? `studio/media/${card.parent}` : null);
  const picture = enlargeable(
    h("img.preview", { src: card.url, alt: card.title, width: card.width, height: card.height }),
    card.title,
    before,
  );
  return before ? compared(card, picture, before) : [picture];
}

/** A picture over the one it was made from, and a slider under both; only where they have the same proportions. */
function compared(card, picture, source) {
  const before = h("img.before", { src: source, alt: t("Before") }),
    seam = h("span.seam", { "aria-hidden": "true" });
  const slider = h("input.compare-slider", {
    type: "range",
    min: 0,
    max: 100,
    value: 50,
    "aria-label": t("Compare with the picture it was made from"),
  });
  const frame = h(
    "div.compare",
    { style: `aspect-ratio: ${card.width} / ${card.height}; --ratio: ${card.width / card.height}; --cut: 50%` },
    picture,
    before,
    seam,
  );
  const alone = () => {
    for (const one of [before, seam, slider]) one.remove();
    delete picture.dataset.before;
  };
  slider.addEventListener("input", () => frame.style.setProperty("--cut", `${slider.value}%`));
  before.addEventListener("error", alone);
  before.addEventListener("load", () => {
    if (Math.abs((before.naturalWidth * card.height) / (before.naturalHeight * card.width) - 1) > 0.03) alone();
  });
  return [frame, slider];
}

export function actionsOf(card) {
  return h(
    "div.actions",
    h(
      "div.caption",
      h("strong", card.title),
      card.made_with && h("span", ` ${t(card.made_with)}`),
      badge(card),
      startButton(),
    ),
    h(
      "div.buttons",
      download("button", card),
      (card.exports.length > 0 || card.files.length > 0) && button("secondary", t("More files"), () => downloads(card)),
      button("secondary", t("Send to"), () => sendTo(card)),
      isExamined(card.kind) && button("secondary", t("Verify"), () => verify(card.id)),
      card.made_with && button("secondary", t("Replay"), () => replay(card, false)),
      isSeen(card.kind) &&
        button("secondary", t("Enlarge"), () =>
          enlarge({
            url: card.url,
            title: card.title,
            video: card.kind === "video",
            before: drawnUrl(card) ?? (card.kind === "image" && card.parent ? `studio/media/${card.parent}` : null),
          }),
        ),
      canShare(card) &&
        button("secondary", t("Share"), () =>
          bus.dispatchEvent(new CustomEvent("share", { detail: ["result", card.id, card.title] })),
        ),
      button("secondary", t("Details"), () => details(card.id)),
    ),
    card.replay && h("p.note.outcome", { role: "status" }, outcome(card.replay)),
  );
}

/** Only what was made here can be shared. */
export const canShare = card => Boolean(card.made_with) && isShared(card.kind);

/** Back to what the tab shows first: examples, specimens, the quiz. */
export const startButton = () => button("link", t("New"), () => bus.dispatchEvent(new Event("start")));
const outcome = replay =>
  replay.identical
    ? t("Made again: the result is identical, bit by bit.")
    : t("Made again: the result is different. {changed}", { changed: replay.changed.map(one => t(one)).join("; ") });

const bytes = count => (count < 1e5 ? `${Math.max(1, Math.round(count / 1e3))} kB` : `${num(count / 1e6, 1)} MB`);
/** Everything of a result that can be saved: other formats, and the files that came with it. */
export function downloads(card) {
  const stem = card.file_name.replace(/\.[^.]+$/, "");
  dialog(
    t("Files of {title}", { title: card.title }),
    h(
      "div.list",
      download("line", card, t("{ending}, the original", { ending: card.file_name.split(".").pop().toUpperCase() })),
      card.exports.map(ending =>
        h(
          "a.line",
          { href: `${card.url}/export/${ending.slice(1)}`, download: stem + ending },
          ending === ".psd"
            ? t("PSD with its layers, which carries no signature")
            : t("{ending}, converted and signed again", { ending: ending.slice(1).toUpperCase() }),
        ),
      ),
      card.files.map(file =>
        h(
          "a.line",
          {
            href: `${file.url}?download=${encodeURIComponent(`${stem}.${file.name}`)}`,
            download: `${stem}.${file.name}`,
          },
          `${file.name}, ${bytes(file.bytes)}`,
        ),
      ),
    ),
  );
}

const BADGES = {
  "this studio": t("signed"),
  "known signer": t("known signer"),
  "unrecognised signer": t("unknown signer"),
  expired: t("certificate expired"),
  malformed: t("signed, written wrongly"),
  unclear: t("signed, not all of it checked"),
  broken: t("changed after signing"),
  marked: t("carries a studio's mark"),
  "says AI": t("says it is made by AI"),
};
export function badge(card) {
  return BADGES[card.badge] ? h(`span.badge${card.badge === "broken" ? ".bad" : ""}`, BADGES[card.badge]) : null;
}

/** Where a result can go: at most seven likely places in plain words, and the rest by tab behind "More". */
export function sendTo(card) {
  const go = ({ tab, pipeline, words, slot }) => {
    deliver({ tab, pipeline, ...(words ? { words: { [words]: card.id } } : { slots: { [slot]: card.id } }) });
    sessionStorage.removeItem(`studio-open-${tab}`); // what was sent is shown, not what was made there before
    /** @type {any} */ (document.querySelector(`studio-panel[tab="${tab}"]`))?.open(null);
  };
  const line = (label, run) => closing("line", label, run);
  const films = places.flatMap(place => place(card)),
    rest = card.targets.filter(target => !target.likely);
  return dialog(
    t("Send {title} to", { title: card.title }),
    card.targets.length || films.length
      ? [
          h("div.list", [
            ...films.map(place => line(place.label, place.run)),
            ...card.targets.filter(target => target.likely).map(target => line(t(target.label), () => go(target))),
          ]),
          rest.length > 0 &&
            h(
              "details.send",
              h("summary", t("More …")),
              [...new Set(rest.map(target => target.tab))].flatMap(tab => [
                h("h3", shownName(tab)),
                h(
                  "div.list",
                  rest.filter(target => target.tab === tab).map(target => line(t(target.short), () => go(target))),
                ),
              ]),
            ),
        ]
      : h("p", t("No tab accepts this kind of file yet.")),
  );
}

export async function replay(card, newSeed) {
  try {
    const said = await post(
      `artifacts/${card.id}/replay`,
      newSeed ? { seed: Math.floor(Math.random() * 4294967295) } : {},
    );
    const tab = said.tab;
    tell(
      said.again
        ? t("This is being made again and will be compared.")
        : t("This is being made again with another seed."),
    );
    if (tab) asked.set(tab, said.job);
    if (said.again) followReplay(said.job, card);
    poll();
  } catch (error) {
    fail(error);
  }
}

/** Say how a replay ended, wherever the visitor is by then. */
function followReplay(id, card) {
  const look = async () => {
    const job = state.jobs.find(one => one.id === id);
    if (!job || job.state === "queued" || job.state === "running") return;
    bus.removeEventListener("state", look);
    if (job.state !== "done")
      return tell(
        job.state === "failed"
          ? t("“{title}” could not be made again. {problem}", { title: card.title, problem: job.problem ?? "" })
          : t("The replay was stopped."),
      );
    const found = await ask(`artifacts/${card.id}`).catch(() => null);
    if (found?.replay) tell(`“${card.title}”: ${outcome(found.replay)}`);
  };
  bus.addEventListener("state", look);
}

export async function details(id) {
  const card = await ask(`artifacts/${id}`).catch(fail);
  if (!card) return;
  const seeded = card.settings.some(setting => setting.seed);
  const curve =
    card.curves &&
    h("svg:svg.curve", {
      viewBox: "0 0 100 30",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": t("Loss curve"),
    });
  if (curve) drawCurves(curve, card.curves);
  const again = card.replay && outcome(card.replay);
  dialog(
    card.title,
    h(
      "div.buttons",
      download("button", card),
      closing("secondary", t("Send to"), () => sendTo(card)),
      card.restorable && closing("secondary", t("Restore settings"), () => deliver({ restore: card.id })),
      card.made_with && closing("secondary", t("Replay the same"), () => replay(card, false)),
      card.made_with && seeded && closing("secondary", t("Replay with a new seed"), () => replay(card, true)),
    ),
    again && h("p.note", again),
    curve,
    card.settings.length > 0 &&
      h(
        "section",
        h("h3", t(card.made_with)),
        facts(
          card.settings.map(setting => [
            t(setting.label),
            typeof setting.value === "string" && !setting.private ? t(setting.value) : setting.value,
          ]),
        ),
      ),
    card.parents.length > 0 &&
      h(
        "section",
        h("h3", t("Made from")),
        h(
          "div.grid",
          card.parents.map(parent =>
            parent.present
              ? closing(
                  "tile",
                  [h("img", { src: `studio/thumbnail/${parent.id}`, alt: "" }), h("span", parent.title)],
                  () => details(parent.id),
                )
              : h("span.tile", h("span", t("{slot}: gone", { slot: parent.slot }))),
          ),
        ),
      ),
    card.models.length > 0 &&
      h(
        "section",
        h("h3", t("Models")),
        h(
          "ul.plain",
          card.models.map(model =>
            h(
              "li",
              h("strong", model.name),
              ` ${model.licence}`,
              model.commercial ? "" : t(", not for commercial use"),
              h("code", ` ${model.sha256.slice(0, 16)}`),
              model.caveat && h("p.help", t(model.caveat)),
            ),
          ),
        ),
      ),
    card.credential &&
      h(
        "section",
        h("h3", t("Credential")),
        h("p", t(card.credential.words), card.credential.signer ? ` (${card.credential.signer})` : ""),
        tree(card.credential),
      ),
    h("section", h("h3", t("Facts")), facts(card.facts.map(fact => [t(fact.name), t(fact.value)]))),
    card.recipe && h("details", h("summary", t("Recipe")), h("pre", JSON.stringify(card.recipe, null, 1))),
  );
}
export function tree(credential) {
  return credential.ingredients.length
    ? h(
        "ul.tree",
        credential.ingredients.map(one => h("li", `${one.title ?? t("untitled")}: ${t(one.state)}`, tree(one))),
      )
    : null;
}
