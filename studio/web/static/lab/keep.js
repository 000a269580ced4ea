// @ts-check
// What a visitor takes along from an exhibit: a picture, a short video.
import { t, tell } from "../core.js";

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** All canvases of an exhibit side by side. @param {HTMLCanvasElement[]} canvases */
function beside(canvases) {
  const gap = 16,
    made = document.createElement("canvas");
  made.width = canvases.reduce((sum, one) => sum + one.width, gap * (canvases.length - 1));
  made.height = Math.max(...canvases.map(one => one.height));
  const pen = /** @type {CanvasRenderingContext2D} */ (made.getContext("2d"));
  const draw = () => {
    pen.fillStyle = getComputedStyle(document.body).getPropertyValue("--paper").trim() || "#fff";
    pen.fillRect(0, 0, made.width, made.height);
    let x = 0;
    for (const one of canvases) {
      pen.drawImage(one, x, 0);
      x += one.width + gap;
    }
  };
  draw();
  return { made, draw };
}

/** @param {import("./lab.js").Shown} shown @param {import("./lab.js").Record} exhibit */
export async function savePicture(shown, exhibit) {
  const { made } = beside(shown.canvases());
  const blob = await new Promise(resolve => made.toBlob(resolve, "image/png"));
  save(/** @type {Blob} */ (blob), `lab-${exhibit.name}.png`);
}

/** @param {import("./lab.js").Shown} shown @param {import("./lab.js").Record} exhibit */
export async function saveVideo(shown, exhibit, milliseconds = 6000) {
  const { made, draw } = beside(shown.canvases());
  const type = ["video/webm;codecs=vp9", "video/webm", "video/mp4"].find(one =>
    window.MediaRecorder?.isTypeSupported(one),
  );
  if (!type || !made.captureStream)
    throw new Error(t("This browser cannot record a canvas; save the picture instead."));
  const recorder = new MediaRecorder(made.captureStream(30), { mimeType: type, videoBitsPerSecond: 4_000_000 });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  const ended = new Promise(resolve => {
    recorder.onstop = resolve;
  });
  recorder.start();
  tell(t("Recording for 6 seconds."));
  const timer = setInterval(draw, 33);
  setTimeout(() => {
    clearInterval(timer);
    recorder.stop();
  }, milliseconds);
  await ended;
  save(new Blob(parts, { type }), `lab-${exhibit.name}.${type.includes("mp4") ? "mp4" : "webm"}`);
}
