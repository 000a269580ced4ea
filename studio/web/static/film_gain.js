// @ts-check
// The gain of the music over the film as a line with points: a click adds one, dragging and the arrow keys move it, Delete removes it.
import { h, t } from "./core.js";

const HIGH = 6,
  LOW = -24; // dB

export class Gain {
  constructor(timeline) {
    this.timeline = timeline;
    this.element = h("div.tl-gain", {
      role: "group",
      "aria-label": t("Gain of the music"),
      title: t("Click to add a point of the music's gain"),
      onpointerdown: event => {
        if (event.target === this.element || event.target.closest("svg")) this.add(event);
      },
    });
  }
  get music() {
    return this.timeline.film.storyboard.music ?? {};
  }
  get points() {
    return this.music.gain ?? [];
  }
  set(points) {
    this.music.gain = points
      .map(([at, level]) => [Math.round(at * 10) / 10, Math.round(level * 2) / 2])
      .sort((a, b) => a[0] - b[0]);
    this.timeline.change(t("Gain of the music"));
  }
  y(level) {
    return (100 * (HIGH - level)) / (HIGH - LOW);
  }
  of(event) {
    const box = this.element.getBoundingClientRect();
    return [
      Math.min(this.timeline.plan.seconds, this.timeline.at(event)),
      Math.max(LOW, Math.min(HIGH, HIGH - ((event.clientY - box.top) / box.height) * (HIGH - LOW))),
    ];
  }
  add(event) {
    event.preventDefault();
    if (this.music.from !== "none") this.set([...this.points, this.of(event)]);
  }
  draw() {
    const { zoom, plan } = this.timeline,
      { points } = this,
      width = Math.max(1, plan.seconds);
    const line = points.length
      ? [[0, points[0][1]], ...points, [width, points.at(-1)[1]]]
      : [
          [0, 0],
          [width, 0],
        ];
    this.element.replaceChildren(
      h(
        "svg:svg",
        {
          viewBox: `0 0 ${width} 100`,
          preserveAspectRatio: "none",
          style: `width: ${width * zoom}px`,
          "aria-hidden": "true",
        },
        h("svg:polyline", {
          points: line.map(([at, level]) => `${at},${this.y(level)}`).join(" "),
          "vector-effect": "non-scaling-stroke",
        }),
      ),
      ...points.map((point, n) => this.handle(point, n, zoom)),
    );
    return this.element;
  }
  handle([at, level], n, zoom) {
    return this.timeline.point("tl-point", {
      id: `gain-${n}`,
      name: t("Gain {level} dB at {at} s", { level, at }),
      style: `left: ${at * zoom}px; top: ${this.y(level)}%`,
      key: event => this.key(event, n),
      drag: button => {
        let now = [at, level];
        const move = next => {
          now = this.of(next);
          button.style.left = `${now[0] * zoom}px`;
          button.style.top = `${this.y(now[1])}%`;
        };
        return [move, () => this.set(this.points.with(n, now))];
      },
    });
  }
  key(event, n) {
    const moves = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-0.5, 0], ArrowRight: [0.5, 0] },
      move = moves[event.key],
      [at, level] = this.points[n];
    if (event.key === "Delete" || event.key === "Backspace") return this.set(this.points.toSpliced(n, 1));
    if (!move) return false;
    const later = Math.max(0, Math.min(this.timeline.plan.seconds, at + move[0])),
      louder = Math.max(LOW, Math.min(HIGH, level + move[1]));
    return this.set(this.points.with(n, [later, louder]));
  }
}
