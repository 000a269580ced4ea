// Scenes of a film that are made already, played one after another with their narration while the others are being made.
import { h, t } from "./core.js";

export class Rushes {
  constructor() {
    this.video = h("video", { controls: true, playsinline: true, "aria-label": t("Scenes that are ready") });
    this.voice = h("audio", { preload: "auto" });
    this.scenes = /** @type {any[]} */ ([]);
    this.playing = -1; // which of them is in the player
    this.ended = false;
    for (const name of ["play", "seeked", "timeupdate"]) this.video.addEventListener(name, () => this.speak());
    for (const name of ["pause", "waiting"]) this.video.addEventListener(name, () => this.voice.pause());
    this.video.addEventListener("ended", () => {
      this.ended = true;
      this.next();
    });
  }
  /** What can be played now: the scenes from the first to the first that is not there yet. `begin` plays at once. */
  show(scenes, begin) {
    const missing = scenes.findIndex(one => !one.clip);
    this.scenes = missing < 0 ? scenes : scenes.slice(0, missing);
    if (this.playing < 0 && this.scenes.length) this.open(0, begin);
    else if (this.ended) this.next();
  }
  /** How far the film is that lasts as long as its scenes. */
  get time() {
    return this.playing < 0 ? 0 : this.scenes[this.playing].start + this.video.currentTime;
  }
  jump(id) {
    const n = this.scenes.findIndex(one => one.id === id);
    if (n >= 0) this.open(n, !this.video.paused);
  }
  open(n, begin) {
    const scene = this.scenes[n];
    this.playing = n;
    this.ended = false;
    this.video.src = `studio/media/${scene.clip}`;
    if (scene.line) this.voice.src = `studio/media/${scene.line}`;
    else this.voice.removeAttribute("src");
    if (begin) this.video.play().catch(() => {});
  }
  next() {
    if (this.playing + 1 < this.scenes.length) this.open(this.playing + 1, true);
  }
  /** Keep the narration where the pictures are. */
  speak() {
    const scene = this.scenes[this.playing],
      at = this.video.currentTime - (scene?.line_at ?? 0);
    if (!scene?.line || this.video.paused || at < 0 || at >= (this.voice.duration || Infinity)) {
      if (!this.voice.paused) this.voice.pause();
      return;
    }
    if (Math.abs(this.voice.currentTime - at) > 0.25) this.voice.currentTime = at;
    if (this.voice.paused) this.voice.play().catch(() => {});
  }
  close() {
    this.video.pause();
    this.voice.pause();
  }
}
