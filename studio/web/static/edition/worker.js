// @ts-check
// A network learns here, beside the page, which stays free to draw.
import { LEARNS, packed } from "./learn.js";

const scope = /** @type {any} */ (globalThis);

scope.onmessage = (/** @type {MessageEvent} */ { data: { pipeline, settings } }) => {
  const learning = LEARNS[pipeline](settings),
    { total } = learning,
    every = Math.ceil(total / 30);
  let seen = 0;
  for (let n = 0; n < total; n++) {
    const loss = learning.step(n);
    if (!Number.isFinite(loss)) {
      scope.postMessage({ broken: true });
      return;
    }
    seen = n ? 0.98 * seen + 0.02 * loss : loss;
    if (n % every && n < total - 1) continue;
    const bytes = packed(learning, { steps: total, seed: settings.seed ?? 0, loss: seen.toFixed(5) });
    scope.postMessage({ step: n + 1, total, loss: seen, bytes, done: n === total - 1 }, [bytes]);
  }
};
