// @ts-check
// The tune of a piece on a grid: notes are moved and muted, then go on as a MIDI file into the methods that take one.
import { button, deliver, dialog, h, say, t, upload } from "./core.js";

/** @typedef {{ start: number, length: number, pitch: number, muted: boolean }} Note in sixteenths of the piece
 * @typedef {{ metre: string, mood: string, style?: string, seconds: number, bars: number[], parts: { name: string, notes: number[][] }[] }} Score */

const WIDE = 9,
  TALL = 11,
  PER_QUARTER = 4;

/** Sixteenths in a bar. @param {Score} score */
const perBar = score => {
  const [over, under] = score.metre.split("/").map(Number);
  return (over * 16) / under;
};

/** The first part's notes on the grid of the bars, whatever the tempo does. @param {Score} score @returns {Note[]} */
export function gridded(score) {
  const edges = [
      ...score.bars,
      score.bars.length > 1 ? 2 * score.bars[score.bars.length - 1] - score.bars[score.bars.length - 2] : score.seconds,
    ],
    steps = perBar(score);
  const place = seconds => {
    let bar = edges.findIndex(edge => edge > seconds) - 1;
    if (bar < 0) bar = seconds < edges[0] ? 0 : edges.length - 2;
    return (bar + (seconds - edges[bar]) / (edges[bar + 1] - edges[bar])) * steps;
  };
  const notes = score.parts[0].notes.map(([start, length, pitch]) => {
    const at = Math.max(0, Math.round(place(start)));
    return { start: at, length: Math.max(1, Math.round(place(start + length)) - at), pitch, muted: false };
  });
  return notes.filter(note => !notes.some(other => other.start === note.start && other.pitch > note.pitch)); // what is set under the tune is not the tune
}

/** A number as MIDI writes lengths of time. @param {number} value @returns {number[]} */
const lasting = value => {
  const bytes = [value & 127];
  while ((value >>= 7)) bytes.unshift((value & 127) | 128);
  return bytes;
};

/** A MIDI file of one track with the notes that are not muted. @param {Score} score @param {Note[]} notes */
export function midiOf(score, notes) {
  const [over, under] = score.metre.split("/").map(Number),
    bars = score.bars,
    bar = bars.length > 1 ? (bars[bars.length - 1] - bars[0]) / (bars.length - 1) : score.seconds;
  const quarter = Math.round((bar / (perBar(score) / PER_QUARTER)) * 1e6);
  const events = notes
    .filter(note => !note.muted)
    .flatMap(({ start, length, pitch }) => [
      [start, 0x90, pitch, 90],
      [start + length, 0x80, pitch, 0],
    ])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const track = [
    0,
    255,
    81,
    3,
    (quarter >> 16) & 255,
    (quarter >> 8) & 255,
    quarter & 255,
    0,
    255,
    88,
    4,
    over,
    Math.log2(under),
    24,
    8,
  ];
  let now = 0;
  for (const [at, kind, pitch, velocity] of events) {
    track.push(...lasting((at - now) * 120), kind, pitch, velocity);
    now = at;
  }
  track.push(0, 255, 47, 0);
  const size = value => [(value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
  const head = [77, 84, 104, 100, 0, 0, 0, 6, 0, 0, 0, 1, 480 >> 8, 480 & 255, 77, 84, 114, 107];
  return new File([new Uint8Array([...head, ...size(track.length), ...track])], "tune.mid", { type: "audio/midi" });
}

/** A sheet on which the tune of a score is edited. @param {Score} score */
export function editTune(score) {
  const notes = gridded(score),
    steps = perBar(score),
    bars = Math.max(score.bars.length, Math.ceil(Math.max(...notes.map(note => note.start + note.length)) / steps));
  const pitches = notes.map(note => note.pitch),
    low = Math.min(...pitches) - 7,
    high = Math.max(...pitches) + 7;
  const width = bars * steps * WIDE,
    height = (high - low + 1) * TALL;
  const said = h("p.help", { role: "status" }),
    problem = h("p.problem", { role: "alert", hidden: true });
  const lines = Array.from({ length: bars + 1 }, (_, n) =>
    h("svg:line", { x1: n * steps * WIDE, x2: n * steps * WIDE, y1: 0, y2: height, stroke: "var(--hair)" }),
  );
  const names = Array.from({ length: bars }, (_, n) =>
    h("svg:text", { x: n * steps * WIDE + 3, y: 10, "font-size": 9, fill: "var(--soft)" }, String(n + 1)),
  );
  const paper = h(
    "svg:svg",
    {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": t("The tune of {part}", { part: score.parts[0].name }),
    },
    lines,
    names,
  );
  /** @param {Note} note */
  const tell = note => {
    said.textContent = note.muted
      ? t("Bar {bar}: muted", { bar: Math.floor(note.start / steps) + 1 })
      : t("Bar {bar}: pitch {pitch}", { bar: Math.floor(note.start / steps) + 1, pitch: note.pitch });
  };
  for (const note of notes) {
    const block = h("svg:rect", {
      rx: 3,
      height: TALL - 2,
      tabindex: 0,
      role: "button",
      style: "cursor: grab; touch-action: none",
    });
    const show = () => {
      const values = {
        x: note.start * WIDE,
        y: (high - note.pitch) * TALL + 1,
        width: note.length * WIDE - 1,
        fill: note.muted ? "none" : "var(--low-sun)",
        stroke: "var(--low-sun)",
        "aria-pressed": String(note.muted),
        "aria-label": t("Note {pitch} in bar {bar}", { pitch: note.pitch, bar: Math.floor(note.start / steps) + 1 }),
      };
      for (const [name, value] of Object.entries(values)) block.setAttribute(name, String(value));
    };
    const move = (across, up) => {
      note.start = Math.max(0, Math.min(bars * steps - note.length, note.start + across));
      note.pitch = Math.max(low, Math.min(high, note.pitch + up));
      show();
      tell(note);
    };
    const mute = () => {
      note.muted = !note.muted;
      show();
      tell(note);
    };
    block.addEventListener("pointerdown", event => {
      const from = { x: event.clientX, y: event.clientY, start: note.start, pitch: note.pitch };
      let moved = false;
      block.setPointerCapture(event.pointerId);
      const drag = now => {
        const across = Math.round((now.clientX - from.x) / WIDE),
          up = Math.round((from.y - now.clientY) / TALL);
        moved ||= across !== 0 || up !== 0;
        if (moved) move(from.start + across - note.start, from.pitch + up - note.pitch);
      };
      const end = () => {
        block.removeEventListener("pointermove", drag);
        if (!moved) mute();
      };
      block.addEventListener("pointermove", drag);
      block.addEventListener("pointerup", end, { once: true });
    });
    block.addEventListener("keydown", event => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (way) move(way[0], way[1]);
      else if (event.key === " " || event.key === "Enter" || event.key === "Delete") mute();
      else return;
      event.preventDefault();
    });
    show();
    paper.append(block);
  }
  const anew = h("input", { type: "text", maxlength: 80, placeholder: "3-4, 7", "aria-label": t("Bars written anew") });
  const send = async settings => {
    problem.hidden = true;
    try {
      const card = await upload(midiOf(score, notes), "score");
      box.close();
      deliver({
        tab: "Compose",
        pipeline: "compose.vary",
        slots: { score: card.id },
        settings: { mood: score.mood, style: score.style ?? "none", ...settings },
      });
    } catch (error) {
      say(problem, error.message);
    }
  };
  const box = dialog(
    t("The tune"),
    h("p.help", t("Drag a note, or press it to mute it.")),
    h(
      "div.roll-sheet",
      { tabindex: 0, role: "region", "aria-label": t("The tune in time"), style: "overflow: auto; max-height: 55vh" },
      paper,
    ),
    said,
    h(
      "label",
      { style: "display: flex; gap: 8px; align-items: center; margin: 8px 0" },
      h("span", t("Bars written anew")),
      anew,
    ),
    h(
      "div.buttons",
      button("secondary", t("Write these bars anew"), () =>
        send({ do: "vary", bars: anew.value.trim(), amount: anew.value.trim() ? 0 : 0.5 }),
      ),
      button("secondary", t("Play it with instruments"), () => send({ do: "vary", bars: "", amount: 0 })),
      button("secondary", t("Go on from here"), () => send({ do: "continue", bars: "" })),
    ),
    problem,
  );
  return box;
}
