// @ts-check
// The microphone as a file: recorded in the browser and handed over as WAV, so that it is checked like every other upload.
import { button, t } from "./core.js";

const LONGEST_S = 120,
  RATE_HZ = 48000;

/** Mono samples as a WAV file of 16 bits. @param {Float32Array} samples */
export function wav(samples) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const word = (at, text) => [...text].forEach((sign, n) => bytes.setUint8(at + n, sign.charCodeAt(0)));
  word(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  word(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, RATE_HZ, true);
  bytes.setUint32(28, 2 * RATE_HZ, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  word(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, n) => bytes.setInt16(44 + 2 * n, Math.round(32767 * Math.max(-1, Math.min(1, value))), true));
  return new File([bytes.buffer], "recording.wav", { type: "audio/wav" });
}

/** A button that records until it is pressed again, at most two minutes. @param {string} label @param {(file: File) => unknown} take @param {(error: Error) => void} failed */
export function recordButton(label, take, failed) {
  let recorder = /** @type {MediaRecorder | null} */ (null);
  const named = () => t("Record: {label}", { label });
  const start = async () => {
    if (recorder) {
      recorder.stop();
      return;
    }
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      failed(new Error(t("The microphone cannot be used; allow it in the browser.")));
      return;
    }
    const own = (recorder = new MediaRecorder(stream)),
      parts = /** @type {Blob[]} */ ([]),
      began = performance.now();
    const clock = window.setInterval(() => {
      const now = (performance.now() - began) / 1000;
      starter.textContent = t("Stop ({seconds} s)", { seconds: Math.floor(now) });
      if ((now >= LONGEST_S || !starter.isConnected) && own.state === "recording") own.stop();
    }, 200);
    starter.setAttribute("aria-label", t("Stop recording"));
    own.ondataavailable = event => parts.push(event.data);
    own.onstop = async () => {
      clearInterval(clock);
      recorder = null;
      for (const track of stream.getTracks()) track.stop();
      starter.textContent = t("Record");
      starter.setAttribute("aria-label", named());
      try {
        const heard = await new OfflineAudioContext(1, 1, RATE_HZ).decodeAudioData(await new Blob(parts).arrayBuffer());
        await take(wav(heard.getChannelData(0)));
      } catch {
        failed(new Error(t("Nothing was recorded; try again.")));
      }
    };
    own.start();
  };
  const starter = button("link", t("Record"), start, { "aria-label": named() });
  return starter;
}
