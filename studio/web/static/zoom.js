// Any picture or video in full: click it or press Enter on it; wheel, pinch or keys zoom, dragging moves, "1:1" shows every pixel.
import { button, h, t, toggle } from "./core.js";

const MOST = 16;

/** Make a picture open in full when it is clicked or Enter is pressed on it. */
export function enlargeable(image, title, before = null) {
  Object.assign(image, { tabIndex: 0 });
  image.setAttribute("role", "button");
  image.setAttribute("aria-label", `Enlarge: ${title}`);
  image.dataset.enlarge = title;
  if (before) image.dataset.before = before;
  return image;
}
const show = image => enlarge({ url: image.src, title: image.dataset.enlarge, before: image.dataset.before ?? null });
document.addEventListener("click", event => {
  const image = event.target.closest?.("[data-enlarge]");
  if (image) show(image);
});
document.addEventListener("keydown", event => {
  if (
    (event.key !== "Enter" && event.key !== " ") ||
    event.ctrlKey ||
    event.metaKey ||
    !event.target.matches?.("[data-enlarge]")
  )
    return;
  event.preventDefault();
  show(event.target);
});

/** A window over the whole page with one picture or video in it. */
export function enlarge({ url, title, video = false, before = null }) {
  const box = h("dialog.zoom", { "aria-label": title });
  const close = button("quiet.close", "×", () => box.close(), { "aria-label": t("Close") });
  box.addEventListener("close", () => box.remove());
  if (video) {
    box.append(
      h("div.zoom-bar", h("strong", title), close),
      h(
        "div.zoom-stage",
        h("video", { src: url, controls: true, autoplay: true, loop: true, playsinline: true, "aria-label": title }),
      ),
    );
  } else {
    const view = new View(url, title, before);
    box.append(h("div.zoom-bar", h("strong", title), view.buttons, close), view.stage);
    box.addEventListener("keydown", event => view.key(event));
  }
  document.body.append(box);
  box.showModal();
  (box.querySelector(".zoom-stage") ?? close).focus();
  return box;
}

/** The stage: `scale` is screen pixels (CSS) per pixel of the picture, x and y where its left upper corner is. */
class View {
  constructor(url, title, before) {
    this.image = h("img", { src: url, alt: title, draggable: "false" });
    this.stage = h(
      "div.zoom-stage",
      {
        tabindex: 0,
        role: "group",
        "aria-label": t("Plus and minus zoom, the arrow keys move, 0 fits, 1 shows one to one"),
      },
      this.image,
    );
    this.said = h("span.zoom-said", { role: "status" });
    const tool = (words, run, label = words) => button("quiet", words, run, { "aria-label": label });
    this.compare = before && toggle("quiet", t("Before"), on => (this.image.src = on ? before : url));
    this.buttons = h(
      "span.zoom-buttons",
      this.compare,
      this.said,
      tool("−", () => this.zoom(1 / 1.25), t("Zoom out")),
      tool("+", () => this.zoom(1.25), t("Zoom in")),
      tool("1:1", () => this.to(1), t("One to one")),
      tool(t("Fit"), () => this.fit()),
    );
    this.pointers = new Map();
    this.image.addEventListener("load", () => {
      if (!this.scale) this.fit();
      else this.draw();
    });
    new ResizeObserver(() => this.fitted && this.fit()).observe(this.stage);
    this.stage.addEventListener(
      "wheel",
      event => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), this.at(event));
      },
      { passive: false },
    );
    this.stage.addEventListener("pointerdown", event => {
      this.stage.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.at(event));
    });
    this.stage.addEventListener("pointermove", event => this.move(event));
    for (const end of ["pointerup", "pointercancel"])
      this.stage.addEventListener(end, event => this.pointers.delete(event.pointerId));
    this.stage.addEventListener("dblclick", event =>
      Math.abs(this.scale - 1) < 1e-3 ? this.fit() : this.to(1, this.at(event)),
    );
  }
  get size() {
    return [this.image.naturalWidth || 1, this.image.naturalHeight || 1];
  }
  at(event) {
    const frame = this.stage.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }
  get middle() {
    return [this.stage.clientWidth / 2, this.stage.clientHeight / 2];
  }
  fit() {
    const [width, height] = this.size;
    this.scale = Math.min(this.stage.clientWidth / width, this.stage.clientHeight / height);
    [this.x, this.y] = [
      (this.stage.clientWidth - width * this.scale) / 2,
      (this.stage.clientHeight - height * this.scale) / 2,
    ];
    this.fitted = true;
    this.draw();
  }
  to(scale, at = this.middle) {
    this.zoom(scale / this.scale, at);
  }
  zoom(factor, [px, py] = this.middle) {
    const least = Math.min(1, this.stage.clientWidth / this.size[0], this.stage.clientHeight / this.size[1]) / 2;
    const scale = Math.min(MOST, Math.max(least, this.scale * factor)),
      ratio = scale / this.scale;
    [this.x, this.y, this.scale, this.fitted] = [px - (px - this.x) * ratio, py - (py - this.y) * ratio, scale, false];
    this.draw();
  }
  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.at(event),
      other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (other) {
      const apart = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      return this.zoom(apart(now) / Math.max(1, apart(before)), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
    }
    [this.x, this.y, this.fitted] = [this.x + now[0] - before[0], this.y + now[1] - before[1], false];
    this.draw();
  }
  key(event) {
    const step = 60,
      moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(1 / 1.25);
    else if (event.key === "0") this.fit();
    else if (event.key === "1") this.to(1);
    else if (moves[event.key]) {
      this.x += moves[event.key][0];
      this.y += moves[event.key][1];
      this.fitted = false;
      this.draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  draw() {
    const [width, height] = this.size;
    Object.assign(this.image.style, {
      width: `${width * this.scale}px`,
      height: `${height * this.scale}px`,
      transform: `translate(${this.x}px, ${this.y}px)`,
      imageRendering: this.scale >= 3 ? "pixelated" : "",
    });
    this.said.textContent = `${Math.round(100 * this.scale)} %`;
  }
}
