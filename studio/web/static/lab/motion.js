// @ts-check
// One loop of animation for an exhibit: it rests while nobody sees it, starts by itself only where motion is welcome, and counts its frames.

export class Loop {
  /** @param {HTMLElement} element what must be visible @param {() => void} frame */
  constructor(element, frame) {
    this.element = element;
    this.frame = frame;
    this.running = false;
    this.gone = false;
    /** @type {number[]} */
    this.times = [];
    /** @type {number[]} milliseconds of work of the last frames */
    this.work = [];
    const theme = new MutationObserver(() => this.once());
    theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.theme = theme;
  }
  /** Frames a second over the last second of running. */
  get rate() {
    return this.times.length > 5
      ? (1000 * (this.times.length - 1)) / (this.times[this.times.length - 1] - this.times[0])
      : Number.NaN;
  }
  /** Milliseconds of work in a frame, the median of the last ones. */
  get busy() {
    return [...this.work].sort((a, b) => a - b)[this.work.length >> 1] ?? Number.NaN;
  }
  start() {
    if (this.running || this.gone) return;
    this.running = true;
    this.times = [];
    const tick = now => {
      if (!this.running) return;
      if (this.element.isConnected && this.element.offsetParent) {
        this.times.push(now);
        while (this.times[0] < now - 1000) this.times.shift();
        const began = performance.now();
        this.frame();
        this.work.push(performance.now() - began);
        if (this.work.length > 120) this.work.shift();
      } else this.times = [];
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
  /** Draw a single frame without running. */
  once() {
    if (!this.running && !this.gone)
      requestAnimationFrame(() => {
        if (!this.running && !this.gone && this.element.isConnected) this.frame();
      });
  }
  pause() {
    this.running = false;
    this.once();
  }
  stop() {
    this.running = false;
    this.gone = true;
    this.theme.disconnect();
  }
}
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
