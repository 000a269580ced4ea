// @ts-check
// What the page asks the studio: requests, uploads, and its state again and again. The static edition has a file of this name that asks nobody.
import { t, translated } from "./say.js";

export const bus = new EventTarget();

/** The answer to a request; what a proxy says in place of a studio that is gone is none. @param {Promise<Response>} request */
export async function answered(request) {
  const answer = await request.catch(error => {
    throw error.name === "TimeoutError" ? new TypeError(error.message) : error;
  });
  if ([502, 503, 504].includes(answer.status) && !answer.headers.get("content-type")?.includes("json"))
    throw new TypeError("no answer");
  return answer;
}

/** Send something; without an answer it waits until the studio gives one, and is sent again. @template T @param {() => Promise<T>} send @returns {Promise<T>} */
export async function patiently(send) {
  for (let again = 2; ; again--) {
    try {
      return await send();
    } catch (error) {
      if (!again || !(error instanceof TypeError)) throw error;
    }
    await new Promise(done => {
      held.add(/** @type {() => void} */ (done));
      poll();
    });
  }
}

/** A request to the studio; a refusal arrives as an Error whose message is one sentence. @param {string} path @param {unknown} [body] @param {RequestInit} [options] @returns {Promise<any>} */
export async function ask(path, body, options = {}) {
  const reads = body === undefined && !options.method && !options.signal;
  const send = () =>
    answered(
      fetch(`studio/${path}`, {
        signal: reads ? AbortSignal.timeout(6 * PATIENCE) : undefined,
        method: body === undefined ? "GET" : "POST",
        headers: { "x-studio": "1", ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        ...options,
      }),
    );
  let answer, said;
  try {
    answer = await (reads || body !== undefined ? patiently(send) : send());
    said = await answer.json().catch(error => (answer.ok ? Promise.reject(error) : {})); // an answer that broke off is none
  } catch {
    throw new Error(t("The studio does not answer. Your work is safe."));
  }
  if (!answer.ok)
    throw Object.assign(new Error(t(said.problem) || t("The studio could not do that.")), {
      status: answer.status,
      said,
    });
  return said;
}

/** @param {string} path @param {unknown} [body] */
export const post = (path, body = {}) => ask(path, body);

/** Upload one file with its progress (0..1); resolves to the card of the artifact. @param {File} file @param {(share: number) => void} [progress] @returns {Promise<any>} */
export const upload = (file, kind = "", progress = () => {}) => patiently(() => sent(file, kind, progress));
/** @param {File} file @param {string} kind @param {(share: number) => void} progress @returns {Promise<any>} */
function sent(file, kind, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `studio/upload?name=${encodeURIComponent(file.name)}&kind=${encodeURIComponent(kind)}`);
    request.setRequestHeader("x-studio", "1");
    request.upload.onprogress = event => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new TypeError(t("The upload was interrupted. Try again.")));
    request.onload = () => {
      let said = /** @type {any} */ ({});
      try {
        said = JSON.parse(request.responseText);
      } catch {
        /* not ours */
      }
      request.status < 300
        ? resolve(said)
        : reject(new Error(t(said.problem) || t("The studio did not take this file.")));
      poll();
    };
    request.send(file);
  });
}

/** The newest weights of a job that learns, if they are others than those called `after`. @param {number} job @param {string} after @returns {Promise<{ bytes: ArrayBuffer, name: string } | null>} */
export async function weightsOf(job, after) {
  const answer = await fetch(`studio/lab/weights/${job}?after=${after}`).catch(() => null);
  return answer?.status === 200
    ? { bytes: await answer.arrayBuffer(), name: answer.headers.get("x-weights") ?? after }
    : null;
}

// the state of the studio, asked for again and again: half a second apart while something runs

export const state = /** @type {any} */ ({ jobs: [], shelf: "", private: false, away: false });
const RAW = ["id", "tab", "state", "artifact", "curves", "pipeline", "words", "thumbnail"]; // of a job: what the page compares, not what it says
const PATIENCE = 10000; // milliseconds until an answer counts as none
const held = /** @type {Set<() => void>} */ (new Set()); // what waits until the studio answers
let timer = /** @type {any} */ (0),
  asking = false,
  missed = false,
  silent = 0; // polls in a row without an answer

export async function poll() {
  clearTimeout(timer);
  if (asking) {
    missed = true;
    return;
  }
  asking = true;
  let fine = false;
  try {
    const before = state.away || state.shelf,
      found = await ask("state", undefined, { signal: AbortSignal.timeout(PATIENCE) });
    found.jobs = translated(found.jobs, RAW);
    Object.assign(state, found, { away: false });
    bus.dispatchEvent(new Event("state"));
    if (before !== found.shelf) bus.dispatchEvent(new Event("shelf"));
    silent = 0;
    fine = true;
  } catch (error) {
    silent = /** @type {any} */ (error).status < 500 ? 0 : silent + 1;
    state.away = silent > 1 || (silent === 1 && !navigator.onLine);
    if (state.away || !silent) bus.dispatchEvent(new Event("state"));
  }
  asking = false;
  if (!silent) {
    for (const done of held) done();
    held.clear();
  }
  const busy = fine && state.jobs.some(job => job.state === "running" || job.state === "queued");
  if (!document.hidden || held.size) timer = setTimeout(poll, missed ? 30 : silent === 1 || busy ? 400 : 2000);
  missed = false;
}
for (const change of ["visibilitychange", "online", "offline"]) addEventListener(change, poll);
