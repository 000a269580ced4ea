// A place to draw over a picture: masks, doodles, arrows, paths and points, by mouse, finger, pen or keys. Nothing changes before "Use it".
import { bus, button, dialog, h, say, t } from "./core.js";

const COLOURS = {
  "#1E1B18": t("black"),
  "#FFFFFF": t("white"),
  "#A11D12": t("dark red"),
  "#E06C1F": t("orange"),
  "#F2B632": t("yellow"),
  "#5B8C3E": t("green"),
  "#2F7FB8": t("blue"),
  "#7A4FA3": t("purple"),
  "#E58FB1": t("pink"),
  "#7B4B2A": t("brown"),
};
const LONGEST_PX = 1024,
  MOST = { arrows: 60, path: 40, points: 2, point: 1 },
  STEP = 0.02,
  TURNS = 12;
const HELP = {
  mask: t("Paint over it. Keys: arrows, Space paints, [ and ] change the size, Ctrl Z undoes."),
  doodle: t("Draw broad strokes. Keys: arrows, Space paints, [ and ] change the size, Ctrl Z undoes."),
  arrows: t("Drag in the direction of the movement. Keys: arrows, Space sets each end, Ctrl Z undoes."),
  path: t("Choose a figure, then draw the path of its feet. Keys: arrows, Space adds a point, Ctrl Z undoes."),
  points:
    "Set the place that is sharp first, then the one that is sharp last. Keys: arrows move the cross, Space sets a point.",
  point: t("Set the point. Keys: arrows, Space sets it."),
};
const round = value => Math.round(value * 1000) / 1000;
const pair = ([x, y]) => `${round(x)} ${round(y)}`;
const numbers = text => (text.match(/[-+]?\d*\.?\d+/g) ?? []).map(Number);
const pairs = list =>
  list.reduce((all, value, n) => (n % 2 ? all : [...all, [value, list[n + 1]]]), []).filter(([, y]) => y !== undefined);

/** What a text says, as marks; lines that say nothing of the kind are left out. */
export function marksOf(mode, text) {
  const lines = (text ?? "")
    .split(/[\n;]/)
    .map(line => line.trim())
    .filter(Boolean);
  if (mode === "path")
    return lines
      .map(line => ({ name: line.split(":")[0].trim(), points: pairs(numbers(line.split(":").slice(1).join(":"))) }))
      .filter(one => one.points.length > 1);
  const found = lines
    .map(line => ({ points: pairs(numbers(line)) }))
    .filter(one => one.points.length === (mode === "arrows" ? 2 : 1));
  return found.slice(0, MOST[mode]);
}
export function textOf(mode, marks) {
  return marks
    .filter(one => one.points.length > (mode === "arrows" || mode === "path" ? 1 : 0))
    .map(one => (mode === "path" ? `${one.name}: ` : "") + one.points.map(pair).join(" > "))
    .join("\n");
}
/** Fewer points along the same way: Ramer 1972, until at most TURNS are left. */
export function simpler(points, slack = 0.006) {
  const kept = (from, to) => {
    const [ax, ay] = points[from],
      [bx, by] = points[to],
      long = Math.hypot(bx - ax, by - ay) || 1e-9;
    let far = 0,
      at = -1;
    for (let n = from + 1; n < to; n++) {
      const away = Math.abs((bx - ax) * (ay - points[n][1]) - (ax - points[n][0]) * (by - ay)) / long;
      if (away > far) [far, at] = [away, n];
    }
    return far > slack ? [...kept(from, at), ...kept(at, to).slice(1)] : [points[from], points[to]];
  };
  if (points.length < 3) return points;
  const found = kept(0, points.length - 1);
  return found.length > TURNS ? simpler(points, slack * 1.5) : found;
}

class Painter extends HTMLElement {
  /** mode; picture {url, width, height} or null; names of figures for paths; marks, or the url of a mask to go on with. */
  begin({ mode, picture, names = [], marks = [], mask = null }) {
    Object.assign(this, {
      mode,
      names,
      gone: [],
      marks: marks.map(one => ({ ...one })),
      down: null,
      pen: false,
      at: [0.5, 0.5],
      size: mode === "doodle" ? 0.04 : 0.06,
      colour: Object.keys(COLOURS)[0],
      erase: false,
    });
    this.strokes = mode === "mask" || mode === "doodle";
    const scale = Math.min(1, LONGEST_PX / Math.max(picture?.width ?? 1, picture?.height ?? 1));
    this.wide = picture ? Math.max(1, Math.round(picture.width * scale)) : 768;
    this.tall = picture ? Math.max(1, Math.round(picture.height * scale)) : 768;
    this.canvas = h("canvas", {
      width: this.wide,
      height: this.tall,
      tabindex: 0,
      role: "application",
      "aria-label": t("Drawing area. {help}", { help: HELP[mode] }),
    });
    this.paint = Object.assign(document.createElement("canvas"), { width: this.wide, height: this.tall });
    this.stage = h(
      `div.paint-stage.${mode}`,
      { style: `aspect-ratio: ${this.wide} / ${this.tall}; --wide: ${this.wide / this.tall}` },
      picture && h("img", { src: picture.url, alt: "", draggable: "false" }),
      this.canvas,
    );
    this.said = h("p.help", { role: "status" }, HELP[mode]);
    this.replaceChildren(this.tools(), this.stage, this.said);
    this.listen();
    if (mask) this.load(mask);
    this.draw();
  }
  tools() {
    const tool = (words, run, attributes = {}) => button("secondary", words, run, attributes);
    const made = [
      (this.undoing = tool(t("Undo"), () => this.undo(), { "aria-keyshortcuts": "Control+Z" })),
      (this.redoing = tool(t("Redo"), () => this.redo())),
      tool(t("Clear"), () => this.clear()),
    ];
    if (this.strokes) {
      this.slider = h("input", {
        type: "range",
        min: 1,
        max: 30,
        step: 1,
        value: Math.round(100 * this.size),
        "aria-label": t("Brush size"),
        oninput: () => this.resize(Number(this.slider.value) / 100),
      });
      this.eraser = tool(t("Eraser"), () => this.rub(!this.erase), { "aria-pressed": "false" });
      made.push(h("label.paint-size", t("Brush"), this.slider), this.eraser);
      if (this.mode === "mask") made.push(tool(t("Invert"), () => this.keep({ invert: true })));
      else
        made.push(
          h(
            "div.paint-colours",
            { role: "radiogroup", "aria-label": t("Colour") },
            Object.entries(COLOURS).map(([colour, name]) =>
              h("input", {
                type: "radio",
                name: "paint-colour",
                value: colour,
                checked: colour === this.colour,
                style: `--colour: ${colour}`,
                "aria-label": name,
                title: name,
                onchange: () => {
                  this.colour = colour;
                  this.rub(false);
                },
              }),
            ),
          ),
        );
    }
    if (this.mode === "path") {
      this.who = this.names.length
        ? h(
            "select",
            { "aria-label": t("Whose way") },
            this.names.map(name => h("option", name)),
          )
        : h("input", { type: "text", "aria-label": t("Whose way"), placeholder: "fox", maxlength: 40 });
      made.push(h("label.paint-size", t("Whose way"), this.who));
    }
    return h("div.paint-tools", { role: "toolbar", "aria-label": t("Drawing tools") }, ...made);
  }
  listen() {
    const place = event => {
      const box = this.canvas.getBoundingClientRect();
      return [
        Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
        Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)),
      ];
    };
    this.canvas.addEventListener("pointerdown", event => {
      if (event.button || this.down) return;
      event.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.canvas.setPointerCapture(event.pointerId);
      this.pen = false;
      this.start(place(event));
    });
    this.canvas.addEventListener("pointermove", event => {
      this.at = place(event);
      if (!this.down) return this.draw();
      for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) this.go(place(one));
    });
    this.canvas.addEventListener("pointerup", () => this.end());
    this.canvas.addEventListener("pointercancel", () => {
      this.down = null;
      this.draw();
    });
    this.addEventListener("keydown", event => this.key(event));
  }
  start(place) {
    this.at = place;
    this.down = this.strokes
      ? { size: this.size, colour: this.colour, erase: this.erase, points: [place] }
      : { name: this.who?.value.trim() ?? "", points: [place] };
    this.draw();
  }
  go(place) {
    this.at = place;
    if (this.mode === "arrows") this.down.points[1] = place;
    else if (this.mode === "points" || this.mode === "point") this.down.points[0] = place;
    else this.down.points.push(place);
    this.draw();
  }
  end() {
    const made = this.down;
    this.down = null;
    if (!made) return;
    if (this.mode === "path") made.points = simpler(made.points);
    const long =
      made.points.length > 1
        ? Math.hypot(made.points.at(-1)[0] - made.points[0][0], made.points.at(-1)[1] - made.points[0][1])
        : 0;
    const wrong =
      this.mode === "arrows" && long < 0.01
        ? t("An arrow has no length; draw it again.")
        : this.mode === "path" && made.points.length < 2
          ? t("A way needs a length: draw it.")
          : this.mode === "path" && !made.name && t("Choose a figure first.");
    if (!wrong) return this.keep(made);
    this.say(wrong);
    this.draw();
  }
  /** A mark that is done. What was taken back cannot be had again after it. */
  keep(made) {
    this.gone = [];
    if (this.mode === "path") this.marks = this.marks.filter(one => one.name !== made.name);
    this.become([...this.marks, made].slice(this.strokes ? 0 : -MOST[this.mode]));
  }
  count() {
    const n = this.marks.length,
      what = { mask: "stroke", doodle: "stroke", arrows: "arrow", path: "way", points: "point", point: "point" }[
        this.mode
      ];
    return n ? `${n} ${what}${n > 1 ? "s" : ""}` : t("Nothing is drawn");
  }
  say(text) {
    this.said.textContent = text;
  }
  /** @param {any[]} marks what is drawn now */
  become(marks) {
    this.marks = marks;
    this.say(this.count());
    this.draw();
  }
  undo() {
    if (!this.marks.length) return;
    this.gone.push(this.marks.at(-1));
    this.become(this.marks.slice(0, -1));
  }
  redo() {
    if (this.gone.length) this.become([...this.marks, this.gone.pop()]);
  }
  clear() {
    if (this.strokes) return this.keep({ clear: true });
    this.gone = [...this.marks].reverse();
    this.become([]);
  }
  resize(size) {
    this.size = Math.min(0.3, Math.max(0.01, size));
    this.slider.value = Math.round(100 * this.size);
    this.draw();
  }
  rub(on) {
    this.erase = on;
    this.eraser.setAttribute("aria-pressed", String(on));
  }
  key(event) {
    const held = event.ctrlKey || event.metaKey,
      name = event.key.toLowerCase();
    if (held && name === "z") {
      event.preventDefault();
      return event.shiftKey ? this.redo() : this.undo();
    }
    if (held && name === "y") {
      event.preventDefault();
      return this.redo();
    }
    if (held || event.target !== this.canvas) return;
    const way = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] }[name];
    if (way) {
      event.preventDefault();
      const step = STEP * (event.shiftKey ? 0.2 : 1);
      const place = this.at.map((value, n) => Math.min(1, Math.max(0, value + way[n] * step)));
      if (this.pen && this.down) this.go(place);
      else {
        this.at = place;
        this.draw();
      }
    } else if (name === " " || name === "enter") {
      event.preventDefault();
      this.put();
    } else if (this.strokes && (name === "[" || name === "]")) this.resize(this.size + (name === "]" ? 0.01 : -0.01));
    else if (this.strokes && name === "e") this.rub(!this.erase);
    else if (name === "delete" || name === "backspace") {
      event.preventDefault();
      this.clear();
    }
  }
  /** The pen goes down or up where the cross is; a way grows by a point. */
  put() {
    if (this.mode === "path") {
      const name = this.who.value.trim(),
        before = this.marks.find(one => one.name === name),
        grows = this.growing === name && before;
      this.growing = name;
      if (!name) return this.say(t("Choose a figure first."));
      return this.keep({ name, points: [...(grows ? before.points : []), this.at] });
    }
    if (this.pen && this.down) {
      this.pen = false;
      this.end();
      this.draw();
      return;
    }
    this.start(this.at);
    if (this.mode === "points" || this.mode === "point") return this.end();
    this.pen = true;
    this.say(this.strokes ? t("Brush down") : t("First end set; move and press Space again"));
  }
  load(url) {
    const image = new Image();
    image.onload = () => {
      this.base = image;
      this.draw();
    };
    image.src = url;
  }

  // drawing

  strokesOn(context) {
    const { wide, tall } = this,
      short = Math.min(wide, tall);
    context.clearRect(0, 0, wide, tall);
    if (this.base) context.drawImage(this.base, 0, 0, wide, tall);
    if (this.base && this.mode === "mask") this.whiteOnly(context);
    for (const one of [...this.marks, ...(this.down ? [this.down] : [])]) {
      if (one.clear) {
        context.clearRect(0, 0, wide, tall);
        continue;
      }
      context.globalCompositeOperation = one.invert ? "xor" : one.erase ? "destination-out" : "source-over";
      context.fillStyle = context.strokeStyle = this.mode === "mask" ? "#FFFFFF" : one.colour;
      if (one.invert) context.fillRect(0, 0, wide, tall);
      else {
        Object.assign(context, { lineWidth: one.size * short, lineCap: "round", lineJoin: "round" });
        context.beginPath();
        one.points.forEach(([x, y], n) =>
          n ? context.lineTo(x * wide, y * tall) : context.moveTo(x * wide, y * tall),
        );
        if (one.points.length === 1) context.lineTo(one.points[0][0] * wide + 0.01, one.points[0][1] * tall);
        context.stroke();
      }
      context.globalCompositeOperation = "source-over";
    }
  }
  /** A mask that was made before comes as white on black: its brightness becomes how much is painted. */
  whiteOnly(context) {
    const data = context.getImageData(0, 0, this.wide, this.tall);
    for (let n = 0; n < data.data.length; n += 4) {
      data.data[n + 3] = data.data[n];
      data.data[n] = data.data[n + 1] = data.data[n + 2] = 255;
    }
    context.putImageData(data, 0, 0);
  }
  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.drawNow();
    });
  }
  drawNow() {
    const { wide, tall } = this,
      context = this.canvas.getContext("2d"),
      dark = getComputedStyle(document.body);
    context.clearRect(0, 0, wide, tall);
    const sun = dark.getPropertyValue("--low-sun").trim() || "#D9622B";
    if (this.strokes) {
      this.strokesOn(this.paint.getContext("2d", { willReadFrequently: true }));
      context.drawImage(this.paint, 0, 0);
      if (this.mode === "mask") {
        context.globalCompositeOperation = "source-in";
        context.globalAlpha = 0.62;
        context.fillStyle = sun;
        context.fillRect(0, 0, wide, tall);
        context.globalCompositeOperation = "source-over";
        context.globalAlpha = 1;
      }
    } else [...this.marks, ...(this.down ? [this.down] : [])].forEach((one, n) => this.mark(context, one, n, sun));
    this.cursor(context);
    this.undoing.disabled = !this.marks.length;
    this.redoing.disabled = !this.gone.length;
  }
  mark(context, one, n, sun) {
    const { wide, tall } = this,
      thick = Math.max(2, Math.min(wide, tall) / 140),
      points = one.points.map(([x, y]) => [x * wide, y * tall]);
    for (const [colour, width] of [
      ["#FFFFFF", 2.2 * thick],
      [sun, thick],
    ]) {
      Object.assign(context, {
        strokeStyle: colour,
        fillStyle: colour,
        lineWidth: width,
        lineCap: "round",
        lineJoin: "round",
      });
      context.beginPath();
      points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
      context.beginPath();
      context.arc(...points[0], 1.6 * thick + width / 2, 0, 7);
      context.fill();
      if (points.length > 1) {
        const [bx, by] = points.at(-1),
          [ax, ay] = points.at(-2),
          turn = Math.atan2(by - ay, bx - ax),
          long = 5 * thick;
        context.beginPath();
        for (const side of [2.6, -2.6]) {
          context.moveTo(bx, by);
          context.lineTo(bx + long * Math.cos(turn + side), by + long * Math.sin(turn + side));
        }
        context.stroke();
      }
    }
    const label = this.mode === "path" ? one.name : this.mode === "points" ? ["first", "last"][n] : "";
    if (label) {
      Object.assign(context, {
        font: `600 ${7 * thick}px Inter, sans-serif`,
        lineWidth: 1.6 * thick,
        strokeStyle: "#FFFFFF",
        fillStyle: "#1E1B18",
      });
      context.strokeText(label, points[0][0] + 5 * thick, points[0][1] - 4 * thick);
      context.fillText(label, points[0][0] + 5 * thick, points[0][1] - 4 * thick);
    }
  }
  cursor(context) {
    const [x, y] = [this.at[0] * this.wide, this.at[1] * this.tall],
      reach = this.strokes ? (this.size * Math.min(this.wide, this.tall)) / 2 : 10;
    for (const [colour, width] of [
      ["#FFFFFF", 3],
      ["#1E1B18", 1.2],
    ]) {
      Object.assign(context, { strokeStyle: colour, lineWidth: width });
      context.beginPath();
      if (this.strokes) context.arc(x, y, reach, 0, 7);
      else {
        context.moveTo(x - reach, y);
        context.lineTo(x + reach, y);
        context.moveTo(x, y - reach);
        context.lineTo(x, y + reach);
      }
      context.stroke();
    }
  }
  /** The mask in white on black, or the doodle on nothing, as a file. */
  async file() {
    this.strokesOn(this.paint.getContext("2d", { willReadFrequently: true }));
    const made = Object.assign(document.createElement("canvas"), { width: this.wide, height: this.tall }),
      context = made.getContext("2d");
    if (this.mode === "mask") {
      context.fillStyle = "#000000";
      context.fillRect(0, 0, this.wide, this.tall);
    }
    context.drawImage(this.paint, 0, 0);
    const blob = await new Promise(done => made.toBlob(done, "image/png"));
    return new File([blob], this.mode === "mask" ? "painted mask.png" : "doodle.png", { type: "image/png" });
  }
  get empty() {
    return !this.base && !this.marks.some(one => !one.clear);
  }
}
customElements.define("studio-painter", Painter);

/** Open the painter; resolves to a file (mask, doodle) or a text (the rest), or null when it was closed. */
export function paintOver(title, given) {
  return new Promise(resolve => {
    const painter = document.createElement("studio-painter");
    const use = button("primary", t("Use it"), async () => {
      if (painter.strokes && painter.empty) return painter.say(t("Nothing is drawn yet."));
      if (painter.down) painter.end();
      const made = painter.strokes ? await painter.file() : textOf(given.mode, painter.marks);
      resolve(made);
      box.close();
    });
    const box = dialog(
      title,
      painter,
      h(
        "div.buttons.paint-end",
        use,
        button("secondary", t("Cancel"), () => box.close()),
      ),
    );
    box.classList.add("painting");
    box.addEventListener("close", () => resolve(null));
    painter.begin(given);
    painter.canvas.focus();
  });
}

/** The slot beside an element in whose picture is drawn: its card, or an Error that says what to do. */
export function pictureFor(element, name) {
  const slot = document.querySelector(`studio-slot[tab="${element.getAttribute("tab")}"][name="${name}"]`),
    card = slot?.card;
  if (!card)
    throw new Error(
      t("Choose a picture under “{what}” first.", {
        what: slot?.getAttribute("label") ?? name,
      }),
    );
  return card;
}

/** What is wrong may be about the file of a slot: it is said until one is set. @param {any} element @param {any} error */
export function sayUntilSet(element, error) {
  say(element, error.message);
  bus.addEventListener("set", () => say(element), { once: true });
}

/** The picture of a video at a moment in seconds, to draw on. @param {{ url: string }} card @param {number} at */
export async function stillOf(card, at) {
  const video = Object.assign(document.createElement("video"), { muted: true, preload: "auto", src: card.url });
  const heard = name =>
    new Promise((done, fail) => {
      video.addEventListener(name, done, { once: true });
      video.addEventListener("error", () => fail(new Error(t("This video cannot be shown here."))), { once: true });
    });
  await heard("loadeddata");
  if (at > 0) {
    const found = heard("seeked");
    video.currentTime = Math.min(at, Math.max(0, video.duration - 0.02));
    await found;
  }
  const canvas = Object.assign(document.createElement("canvas"), {
    width: video.videoWidth,
    height: video.videoHeight,
  });
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
  video.removeAttribute("src");
  return { url: URL.createObjectURL(blob), width: canvas.width, height: canvas.height };
}
