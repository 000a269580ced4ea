// Sound as something to look at: a waveform with its playing position, words that light up, notes on a roll; and pieces heard while the rest is made.
import { ask, button, fail, h, t, toggle } from "./core.js";
import { editTune } from "./roll_editor.js";

const clock = value => `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}`;
const reading = element => getComputedStyle(document.body).getPropertyValue(element).trim();
const LONGEST_DRAWN = 900; // seconds: longer sounds are not decoded to draw them
let alone = null; // one sound at a time

/** Everything a sound is shown by, as elements for the canvas of the panel. */
export function soundViewer(card) {
  const audio = h("audio", { src: card.url, preload: "metadata", "aria-label": card.title });
  const file = name => card.files.find(one => one.name === name || one.name.endsWith(`.${name}`));
  const play = h("button.play", { "aria-label": t("Play") }, icon(false));
  const seek = h("input.seek", {
    type: "range",
    min: 0,
    max: card.seconds ?? 0,
    step: 0.01,
    value: 0,
    "aria-label": t("Position"),
  });
  const time = h("span.time", `0:00 / ${clock(card.seconds ?? 0)}`);
  const wave = h("canvas.wave", { "aria-hidden": "true" });
  const loop = toggle("secondary", t("Loop"), on => {
    audio.loop = on;
  });
  const box = h("div.player", audio, h("div.wave-box", wave), h("div.transport", play, seek, time, loop));
  const listeners = [];
  play.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  seek.addEventListener("input", () => {
    audio.currentTime = Number(seek.value);
  });
  wave.addEventListener("click", event => {
    audio.currentTime = (event.offsetX / wave.clientWidth) * (audio.duration || card.seconds || 0);
  });
  audio.addEventListener("play", () => {
    if (alone && alone !== audio) alone.pause();
    alone = audio;
    play.replaceChildren(icon(true));
    play.setAttribute("aria-label", "Pause");
    follow();
  });
  audio.addEventListener("pause", () => {
    play.replaceChildren(icon(false));
    play.setAttribute("aria-label", "Play");
  });
  const show = () => {
    seek.value = audio.currentTime;
    time.textContent = `${clock(audio.currentTime)} / ${clock(audio.duration || card.seconds || 0)}`;
    for (const listen of listeners) listen(audio.currentTime, audio.duration || card.seconds || 1);
  };
  const follow = () => {
    if (!box.isConnected) return audio.pause();
    show();
    if (!audio.paused) requestAnimationFrame(follow);
  };
  audio.addEventListener("timeupdate", show);
  audio.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(audio.duration)) seek.max = audio.duration;
    show();
  });
  if ((card.seconds ?? 0) <= LONGEST_DRAWN)
    drawWave(card, wave).then(listen => {
      if (listen) {
        listeners.push(listen);
        show();
      }
    });
  const add = ({ element, listen }) => {
    box.prepend(element);
    listeners.push(listen);
    show();
  };
  const read = (from, draw) =>
    from && ask(from.url.replace(/^studio\//, "")).then(found => add(draw(found, audio)), fail);
  read(file("score.json"), pianoRoll);
  read(file("words.json"), karaoke);
  const codes = file("codes.png");
  if (codes) add(codesPicture(codes.url, audio, card));
  const heard = listened.get(card.id);
  if (heard) {
    // go on where the pieces have come to
    listened.delete(card.id);
    if (heard.seconds < (card.seconds ?? 0) - 0.2) {
      audio.currentTime = heard.seconds;
      audio.play().catch(() => {});
    }
  }
  return [box];
}
function icon(playing) {
  return h(
    "svg:svg",
    { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" },
    h("svg:path", { d: playing ? "M6 4h4v16H6zM14 4h4v16h-4z" : "M7 4v16l13-8z" }),
  );
}

/** The pen of a canvas in the screen's own pixels; null while it is not shown. */
function sized(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(side => Math.round(side * devicePixelRatio));
  if (!width) return null;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return canvas.getContext("2d");
}

async function drawWave(card, canvas) {
  let peaks;
  try {
    const data = await (await fetch(card.url)).arrayBuffer();
    const decoder = new OfflineAudioContext(1, 1, 24000);
    const sound = (await decoder.decodeAudioData(data)).getChannelData(0);
    const bars = 240,
      each = Math.max(1, Math.floor(sound.length / bars));
    peaks = Array.from({ length: bars }, (_, n) => {
      let sum = 0,
        top = 0;
      for (let i = n * each; i < Math.min(sound.length, (n + 1) * each); i += 4) {
        const value = Math.abs(sound[i]);
        sum += value * value;
        if (value > top) top = value;
      }
      return 0.5 * top + 0.5 * Math.min(1, 3 * Math.sqrt((4 * sum) / each));
    });
  } catch {
    return null;
  }
  const top = Math.max(...peaks, 1e-4);
  return (now, whole) => {
    const pen = sized(canvas),
      ratio = devicePixelRatio;
    if (!pen) return;
    const step = canvas.width / peaks.length,
      done = now / whole;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const before = reading("--low-sun"),
      after = reading("--edge");
    peaks.forEach((peak, n) => {
      const tall = Math.max(2 * ratio, (peak / top) * canvas.height * 0.92);
      pen.fillStyle = n / peaks.length < done ? before : after;
      pen.fillRect(n * step + step * 0.2, (canvas.height - tall) / 2, Math.max(1, step * 0.6), tall);
    });
  };
}

/** Words that light up; a click on one goes there. */
function karaoke(found, audio) {
  const spans = [];
  const several = new Set(found.sentences.map(one => one.speaker)).size > 1;
  let speaker = null;
  const element = h(
    "div.karaoke",
    { tabindex: 0, role: "region", "aria-label": t("What is said") },
    found.sentences.map(sentence => {
      const named = several && sentence.speaker !== speaker ? h("strong.speaker", sentence.speaker) : null;
      speaker = sentence.speaker;
      return h(
        "p",
        named,
        sentence.words.flatMap(word => {
          const span = button(
            `word${word.guessed ? ".guessed" : ""}`,
            word.text,
            () => {
              audio.currentTime = word.start;
              audio.play();
            },
            {
              tabindex: -1,
              title: word.guessed
                ? t("Not in the dictionary: its sound is a guess. {word|sounds} says it otherwise.")
                : word.said
                  ? t("Said as: {said}", { said: word.said })
                  : null,
            },
          );
          spans.push([word.start, word.end, span]);
          return [span, word.after ?? " "];
        }),
      );
    }),
  );
  let last = null;
  return {
    element,
    listen: now => {
      let low = 0,
        high = spans.length - 1,
        at = -1;
      while (low <= high) {
        const middle = (low + high) >> 1;
        if (spans[middle][0] <= now) {
          at = middle;
          low = middle + 1;
        } else high = middle - 1;
      }
      const span = at >= 0 && now < spans[at][1] + 0.25 ? spans[at][2] : null;
      if (span === last) return;
      last?.classList.remove("now");
      span?.classList.add("now");
      for (let n = 0; n < spans.length; n++) spans[n][2].classList.toggle("said", n < at);
      if (span && !audio.paused) {
        const box = element.getBoundingClientRect(),
          place = span.getBoundingClientRect();
        if (place.bottom > box.bottom - 24 || place.top < box.top)
          element.scrollTop += place.top - box.top - box.height / 3;
      }
      last = span;
    },
  };
}

/** What a model wrote before it became sound: a row for each codebook, time to the right; a click goes there. */
function codesPicture(url, audio, card) {
  const image = h("img.codes", {
    src: url,
    alt: t("The codes of the sound"),
  });
  const line = h("i.codes-now", { "aria-hidden": "true" });
  const frame = h("div.codes-frame", image, line);
  frame.addEventListener("click", event => {
    audio.currentTime =
      ((event.clientX - frame.getBoundingClientRect().left) / frame.clientWidth) *
      (audio.duration || card.seconds || 0);
  });
  return {
    element: h("figure.codes-box", frame, h("figcaption.help", t("What the model wrote: each square is one number."))),
    listen: (now, whole) => {
      line.style.left = `${100 * Math.min(1, now / whole)}%`;
    },
  };
}

const PARTS = ["--low-sun", "--ink", "--soft", "--edge", "--sun"];
/** Notes of all parts over time, with the playing position; a click goes there. score: {seconds, bars, chords: [[start, name]], parts: [{name, notes: [[start, length, pitch, velocity]]}]} */
function pianoRoll(score, audio) {
  const notes = score.parts.flatMap((part, n) =>
    part.notes.map(([start, length, pitch]) => ({ start, end: start + length, pitch, part: n })),
  );
  if (!notes.length) return { element: h("div"), listen: () => {} };
  const low = Math.min(...notes.map(note => note.pitch)) - 2,
    high = Math.max(...notes.map(note => note.pitch)) + 2;
  const canvas = h("canvas.roll", {
    role: "img",
    "aria-label": t("Score of {parts}: {length} notes", {
      parts: score.parts.map(part => part.name).join(", "),
      length: notes.length,
    }),
  });
  const legend = h(
    "p.legend",
    score.parts.map((part, n) =>
      h("span", h("i", { style: `background: var(${PARTS[n % PARTS.length]})` }), part.name),
    ),
  );
  const edit =
    score.bars?.length &&
    score.metre &&
    score.parts[0].notes.length &&
    button("link", t("Edit the tune"), () => editTune(score));
  const element = h("div.roll-box", canvas, legend, edit);
  canvas.addEventListener("click", event => {
    audio.currentTime = (event.offsetX / canvas.clientWidth) * (audio.duration || score.seconds);
  });
  return {
    element,
    listen: (now, whole) => {
      const pen = sized(canvas),
        ratio = devicePixelRatio;
      if (!pen) return;
      const row = (canvas.height - 16 * ratio) / (high - low + 1); // the lowest rows are left to the names of the chords
      pen.clearRect(0, 0, canvas.width, canvas.height);
      const hair = reading("--hair"),
        colours = PARTS.map(reading);
      pen.fillStyle = hair;
      for (const bar of score.bars ?? []) pen.fillRect((bar / whole) * canvas.width, 0, 1, canvas.height);
      for (const note of notes) {
        const x = (note.start / whole) * canvas.width,
          y = (high - note.pitch) * row,
          wide = Math.max(2, ((note.end - note.start) / whole) * canvas.width - ratio);
        pen.globalAlpha = now >= note.start && now < note.end ? 1 : 0.62;
        pen.fillStyle = colours[note.part % colours.length];
        pen.beginPath();
        pen.roundRect(x, y + row * 0.08, wide, Math.max(2, row * 0.84), Math.min(4 * ratio, row / 2));
        pen.fill();
      }
      pen.globalAlpha = 1;
      pen.fillStyle = colours[2];
      pen.font = `${11 * ratio}px Inter, sans-serif`;
      let free = 0;
      for (const [at, name] of score.chords ?? []) {
        const x = (at / whole) * canvas.width + 3 * ratio;
        if (x < free) continue;
        pen.fillText(name, x, canvas.height - 4 * ratio);
        free = x + pen.measureText(name).width + 8 * ratio;
      }
      pen.fillStyle = colours[0];
      pen.fillRect((now / whole) * canvas.width, 0, 2 * ratio, canvas.height);
    },
  };
}

// pieces that can be heard while the rest is made

const listened = new Map(); // artifact -> { seconds } heard of it so far
let piece = null;

export class Pieces {
  constructor(job) {
    this.job = job;
    this.next = 1;
    this.seconds = 0;
    this.button = button("secondary", t("Mute"), () => this.toggle(), { hidden: true, "aria-pressed": "true" });
    this.audio = new Audio();
    this.audio.addEventListener("ended", () => {
      this.seconds += this.audio.duration || 0;
      this.note();
      this.next += 1;
      this.step();
    });
  }
  note() {
    listened.set(this.job.artifact, { seconds: this.seconds });
  }
  toggle() {
    this.audio.muted = !this.audio.muted;
    this.button.textContent = this.audio.muted ? t("Listen") : t("Mute");
    this.button.setAttribute("aria-pressed", String(!this.audio.muted));
  }
  update(job) {
    this.job = job;
    if (!job.heard) return;
    this.button.hidden = false;
    if (!this.busy) this.step();
  }
  step() {
    this.busy = this.next <= (this.job.heard ?? 0);
    if (!this.busy) return;
    this.audio.src = `studio/jobs/${this.job.id}/heard/${this.next}`;
    piece = this.audio;
    this.audio.play().catch(() => {
      this.busy = false;
    });
  }
  stop() {
    if (!this.audio.paused && !this.audio.muted) {
      this.seconds += this.audio.currentTime;
      this.note();
    } else if (this.audio.muted) listened.delete(this.job.artifact);
    this.audio.pause();
    this.next = Infinity;
    if (piece === this.audio) piece = null;
  }
}
