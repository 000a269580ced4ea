// The film itself: the player with its subtitles, the line of scenes under it, what can be done with it; previews while it is made.
import { ask, bus, h, later, state, t, tn } from "./core.js";
import { badge, sendTo } from "./panel.js";
import { clock, long, makeButton, Marks, say } from "./film_parts.js";
import { Rushes } from "./film_rushes.js";
import { showTakes, verify } from "./film_takes.js";

/** Says what is seen, along with the film: a browser plays only the first sound track of a file. */
function narratorButton(video, url) {
  const narrator = h("audio", { src: url, preload: "none" });
  const button = makeButton(
    "secondary",
    t("Audio description"),
    () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      if (on && !video.paused) follow();
      else narrator.pause();
    },
    { "aria-pressed": "false" },
  );
  const follow = () => {
    if (button.getAttribute("aria-pressed") !== "true") return;
    narrator.currentTime = video.currentTime;
    narrator.playbackRate = video.playbackRate;
    narrator.muted = video.muted;
    narrator.play().catch(() => {});
  };
  for (const name of ["play", "seeked", "ratechange", "volumechange"])
    video.addEventListener(name, () => {
      if (!video.paused) follow();
    });
  for (const name of ["pause", "waiting", "ended"]) video.addEventListener(name, () => narrator.pause());
  return button;
}

export class Player {
  constructor(film) {
    this.film = film;
    this.frame = h("div.film-frame");
    this.line = h("ol.timeline", { "aria-label": t("Scenes in time") });
    this.head = h("span.playhead", { "aria-hidden": "true", hidden: true });
    this.marks = new Marks(t("Steps of the whole film"), step => showTakes(film, step, t("the film")));
    this.said = h("p.help.film-said", { role: "status" });
    this.actions = h("div.buttons.film-actions");
    this.element = h(
      "section.film-player",
      { "aria-label": t("The film") },
      this.frame,
      h("div.timeline-box", this.line, this.head),
      h("div.film-under", this.said, this.marks.element),
      this.actions,
    );
    this.shown = /** @type {string | null} */ (null); // a result, or the path of an example's film
    this.mode = /** @type {string | null | undefined} */ (null);
    this.rushes = /** @type {Rushes | null} */ (null); // the scenes that are there, until the film is
    this.begun = false; // whether the button for this film was pressed here
    this.blocks = [];
    bus.addEventListener("state", () => this.element.isConnected && this.preview());
  }
  show(film) {
    const { plan } = film,
      shape = `${plan.width} / ${plan.height}`;
    this.plan = plan;
    this.frame.style.setProperty("--shape", shape);
    this.frame.style.setProperty("--ratio", plan.width / plan.height);
    this.cut(plan.cut ?? film.last?.[plan.size] ?? film.last?.full ?? film.last?.draft ?? null, film);
    this.timeline(film);
    const music = plan.steps.some(step => step.kind === "score") ? "score" : "music"; // what is composed has takes, how it is fitted has none
    const own = plan.steps.filter(step => ["title", music, "ambience", "credits", "cut"].includes(step.kind));
    this.marks.show(own, t("the film"));
    say(this.said, this.words(film));
    this.preview();
  }
  words({ plan, storyboard, last }) {
    if (!storyboard.scenes.length) return "";
    const length = t(
      plan.estimated
        ? later("{scenes}, about {time}, {width} × {height}")
        : later("{scenes}, {time}, {width} × {height}"),
      {
        scenes: tn("{n} scene", "{n} scenes", storyboard.scenes.length),
        time: long(plan.seconds),
        width: plan.width,
        height: plan.height,
      },
    );
    if (plan.cut) return length;
    return last?.full || last?.draft
      ? t("{length}. The player shows the film before your last changes.", { length })
      : length;
  }
  /** Put a film into the frame; one that plays is not touched while it is the same. */
  cut(id, film) {
    const mode = film.storyboard.subtitles?.mode,
      ready = !id && film.finished && !["running", "queued"].includes(film.render?.state) ? film.finished : null;
    if ((id ?? ready) === this.shown && mode === this.mode) return;
    this.rushes?.close();
    this.rushes = null;
    [this.shown, this.mode] = [id ?? ready, mode];
    this.video = null;
    this.head.hidden = !this.shown;
    if (ready) return this.example(ready, film);
    if (!id) {
      this.still = h("img", { alt: "", hidden: true });
      this.frame.replaceChildren(this.still, (this.empty = h("p.film-empty")));
      this.actions.replaceChildren();
      return;
    }
    const subtitles = (language, label, name, shown = false) =>
      h("track", {
        kind: "captions",
        srclang: language,
        label,
        src: `studio/media/${id}/files/${name}.vtt`,
        default: shown,
      });
    const second = film.storyboard.subtitles?.second;
    this.play(
      film,
      { src: `studio/media/${id}` },
      subtitles("en", t("Subtitles"), "subtitles", mode === "track"),
      second && mode !== "off" && subtitles(second, t("Subtitles in the second language"), `subtitles.${second}`),
    );
    this.buttons(id);
  }
  /** The finished film of an example that is not changed yet; it comes with the studio. */
  example(path, film) {
    const source = `studio/assets/${path}`;
    this.play(film, { src: source, poster: source.replace(/mp4$/, "webp") });
    this.actions.replaceChildren(h("p.help", t("This is the finished example. Change anything in it.")));
  }
  /** Put a player into the frame, which moves the playhead. */
  play(film, from, ...tracks) {
    const name = film.storyboard.title || t("The film");
    this.video = h(
      "video",
      { ...from, controls: true, playsinline: true, preload: "metadata", "aria-label": name },
      ...tracks,
    );
    this.video.addEventListener("timeupdate", () => {
      this.move();
      this.film.timeline?.follow();
    });
    this.video.addEventListener("seeking", () => this.move());
    this.frame.replaceChildren(this.video);
  }
  async buttons(id) {
    const card = await ask(`artifacts/${id}`).catch(() => null);
    if (id !== this.shown || !card) return;
    const link = (words, file, own = "a.button.secondary") => h(own, { href: file.href, download: file.name }, words);
    const stem = card.file_name.replace(/\.[^.]+$/, ""),
      beside = ending => card.files.find(one => one.name.endsWith(ending));
    const told = beside("descriptions.flac"),
      words = beside("descriptions.vtt");
    if (words && this.video)
      this.video.append(
        h("track", { kind: "descriptions", srclang: "en", label: t("Audio description"), src: words.url }),
      );
    const detect = card.targets.find(target => target.tab === "Detect");
    const files = [".srt", ".vtt"].map(ending => [ending, beside(`subtitles${ending}`)]).filter(([, file]) => file);
    this.actions.replaceChildren(
      link(
        t("Download MP4"),
        { href: `${card.url}?download=${encodeURIComponent(card.file_name)}`, name: card.file_name },
        "a.button",
      ),
      ...files.map(([ending, file]) =>
        link(ending.slice(1).toUpperCase(), {
          href: `${file.url}?download=${encodeURIComponent(stem + ending)}`,
          name: stem + ending,
        }),
      ),
      ...(told ? [narratorButton(this.video, told.url)] : []),
      ...[
        h(
          "a.button.secondary",
          {
            href: `studio/films/${this.film.film.id}/handoff?size=${this.plan.size}`,
            download: "",
            title: t("The film with all its parts"),
            onclick: event => {
              if (!this.plan.cut) {
                event.preventDefault();
                this.film.problem(t("Render this version first."));
              }
            },
          },
          t("All parts (ZIP)"),
        ),
        makeButton("secondary", t("Verify"), () => verify(id)),
        detect &&
          makeButton("secondary", t("Send to Detect"), () =>
            bus.dispatchEvent(new CustomEvent("verify", { detail: card.id })),
          ),
        makeButton("secondary", t("Send to"), () => sendTo(card)),
        badge(card),
      ].filter(Boolean),
    );
  }
  /** While nothing can play yet, the frame shows what is being made, else the first picture. */
  preview() {
    if (this.video || !this.still) return;
    if (this.rushing()) return;
    const job = state.jobs.find(one => one.tab === "Film" && one.state === "running" && one.preview),
      plan = this.plan;
    const source = job
      ? `studio/jobs/${job.id}/preview?n=${job.preview}`
      : (plan.scenes.find(one => one.thumbnail)?.thumbnail ?? "");
    if (source && this.still.getAttribute("src") !== source) this.still.src = source;
    this.still.hidden = !source;
    const running = this.film.film.render && ["running", "queued"].includes(this.film.film.render.state);
    say(
      this.empty,
      !plan.scenes.length
        ? t("Add a scene to begin.")
        : running
          ? t("A preview appears here.")
          : t("Press “Make a draft” first."),
    );
    this.empty.classList.toggle("over", Boolean(source));
  }
  /** Play the scenes that are there; false while there is none. */
  rushing() {
    const { render } = this.film.film,
      first = this.plan.scenes[0]?.clip;
    if (this.rushes && !first) {
      this.rushes.close();
      this.rushes = null;
      this.frame.replaceChildren(this.still, this.empty);
    }
    if (!first || !(this.rushes || ["running", "queued"].includes(render?.state))) return false;
    if (!this.rushes) {
      this.rushes = new Rushes();
      this.rushes.video.addEventListener("timeupdate", () => this.move());
      this.frame.replaceChildren(this.rushes.video);
    }
    this.rushes.show(this.plan.scenes, this.begun && !matchMedia("(prefers-reduced-motion: reduce)").matches);
    return true;
  }
  timeline(film) {
    const { plan } = film,
      scenes = plan.scenes;
    const first = scenes[0]?.start ?? 0,
      end = scenes.length ? scenes.at(-1).start + scenes.at(-1).seconds : 0;
    const blocks = [
      ...(first > 0.05 && scenes.length ? [{ name: t("Title"), start: 0, seconds: first }] : []),
      ...scenes.map((one, n) => ({ name: t("Scene {n}", { n: n + 1 }), short: String(n + 1), ...one })),
      ...(scenes.length && plan.seconds - end > 0.2
        ? [{ name: t("Credits"), start: end, seconds: plan.seconds - end }]
        : []),
    ];
    while (this.line.children.length > blocks.length) this.line.lastChild.remove();
    while (this.line.children.length < blocks.length) {
      const n = this.line.children.length,
        button = makeButton("beat", [h("img", { alt: "", hidden: true }), h("span")], () => this.jump(this.blocks[n]));
      this.line.append(h("li", button));
    }
    this.blocks = blocks;
    blocks.forEach((block, n) => {
      const item = this.line.children[n],
        button = item.firstChild,
        [picture, word] = button.children;
      item.style.flexGrow = Math.max(1, block.seconds);
      button.classList.toggle("stale", Boolean(block.stale));
      picture.hidden = !block.thumbnail;
      if (block.thumbnail && picture.getAttribute("src") !== block.thumbnail) picture.src = block.thumbnail;
      say(word, block.short ?? block.name);
      button.setAttribute(
        "aria-label",
        t(
          block.stale ? later("{name}, from {start}, {time}, to be made again") : later("{name}, from {start}, {time}"),
          { name: block.name, start: clock(block.start), time: long(block.seconds) },
        ),
      );
    });
    this.move();
  }
  jump(block) {
    if (this.video) {
      this.video.currentTime = block.start + 0.02;
      this.move();
    } else this.rushes?.jump(block.id);
    if (block.id) this.film.reveal(block.id);
  }
  move() {
    const film = this.video ?? this.rushes?.video,
      at = this.rushes?.time ?? this.video?.currentTime ?? 0;
    const n = this.blocks.findLastIndex(block => block.start <= at + 1e-3);
    [...this.line.children].forEach((item, k) => {
      if (film && k === n) item.firstChild.setAttribute("aria-current", "true");
      else item.firstChild.removeAttribute("aria-current");
    });
    this.head.hidden = !film;
    if (!film || n < 0) return;
    const item = this.line.children[n],
      share = Math.min(1, (at - this.blocks[n].start) / this.blocks[n].seconds);
    this.head.style.left = `${item.offsetLeft + share * item.offsetWidth - this.line.scrollLeft}px`;
  }
}
