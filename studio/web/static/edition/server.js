// @ts-check
// The static edition's place of the studio: networks of the playground learn in a worker of the browser, films lie beside the page, and nobody is asked.
import { LEARNS } from "./learn.js";
import { t } from "../say.js";

export const bus = new EventTarget();
export const state = /** @type {any} */ ({ jobs: [], shelf: "", private: false, away: false });
const { films } = JSON.parse(document.getElementById("edition")?.textContent ?? '{"films":[]}');

/** @typedef {{ id: number, worker: Worker, bytes: ArrayBuffer | null, name: number }} Work */
/** @type {Map<number, Work>} */
const works = new Map();
const WHOLE = () => new Error(t("This part needs the whole studio; see “Run the whole studio”."));

/** @param {string} path @param {any} [body] @returns {Promise<any>} */
export async function ask(path, body) {
  const [first, second = "", third = ""] = path.split("/");
  if (path === "make" && LEARNS[body?.pipeline]) return { job: begin(body) };
  if (first === "jobs" && third === "cancel") return cancel(Number(second));
  if (first === "artifacts" && works.has(Number(second)))
    return {
      id: second,
      url: URL.createObjectURL(new Blob([/** @type {ArrayBuffer} */ (works.get(Number(second))?.bytes)])),
      files: [],
    };
  if (path === "shelf")
    return {
      cards: films.map(one => ({ id: one.name, title: one.title, pipeline: "film.cut", made_with: t("Film") })),
    };
  if (first === "lab" && second === "chain") {
    const found = films.find(one => one.name === third);
    if (found) return found.chain;
  }
  throw WHOLE();
}
/** @param {string} path @param {unknown} [body] */
export const post = (path, body = {}) => ask(path, body);
/** @returns {Promise<any>} */
export const upload = async () => {
  throw WHOLE();
};
/** @param {Promise<Response>} request */
export const answered = request => request;
/** @template T @param {() => Promise<T>} send */
export const patiently = send => send();
export const poll = () => {
  bus.dispatchEvent(new Event("state"));
};

/** @param {{ pipeline: string, settings: any }} call */
function begin({ pipeline, settings }) {
  const id = works.size + 1,
    worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" }),
    work = { id, worker, bytes: /** @type {ArrayBuffer | null} */ (null), name: 0 };
  const job = {
    id,
    tab: "Lab",
    pipeline,
    state: "running",
    fraction: 0,
    label: t("Waiting to start"),
    curves: { loss: /** @type {number[][]} */ ([]) },
    artifact: String(id),
    problem: "",
  };
  works.set(id, work);
  state.jobs = [...state.jobs.filter(one => one.state === "running"), job];
  const failed = () => {
    job.state = "failed";
    job.problem = t("That did not work.");
    worker.terminate();
  };
  worker.onerror = failed;
  worker.onmessage = ({ data }) => {
    if (data.broken) {
      failed();
      return;
    }
    work.bytes = data.bytes;
    work.name++;
    job.fraction = data.step / data.total;
    job.label = t("Step {n} of {total}", { n: data.step, total: data.total });
    job.curves.loss.push([data.step, data.loss]);
    if (data.done) {
      job.state = "done";
      worker.terminate();
    }
  };
  worker.postMessage({ pipeline, settings });
  return id;
}
function cancel(id) {
  const job = state.jobs.find(one => one.id === id);
  works.get(id)?.worker.terminate();
  if (job?.state === "running") job.state = "cancelled";
  return {};
}
/** @param {number} job @param {string} after @returns {Promise<{ bytes: ArrayBuffer, name: string } | null>} */
export async function weightsOf(job, after) {
  const work = works.get(job);
  return work?.bytes && String(work.name) !== after ? { bytes: work.bytes, name: String(work.name) } : null;
}
