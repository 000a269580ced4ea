// @ts-check
// One loop of animation for an exhibit: it rests while nobody sees it, and starts by itself only where motion is welcome.

export class Loop {
  /** @param {HTMLElement} element what must be visible @param {() => void} frame */
  constructor(element, frame) {
    this.element = element;
    this.frame = frame;
    this.running = this.gone = false;
    this.theme = new MutationObserver(() => this.once());
    this.theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }
  start() {
    if (this.running || this.gone) return;
    this.running = true;
    const tick = () => {
      if (!this.running) return;
      if (this.element.isConnected && this.element.offsetParent) this.frame();
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
