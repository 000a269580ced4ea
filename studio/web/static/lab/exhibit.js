// @ts-check
// What every exhibit shares: the controls of its record, jobs with their progress, its state, tables and tiles.
import { ask, button, fail, h, num, poll, post, say, select, state, t, upload, weightsOf } from "../core.js";

export { button, h } from "../core.js";

/** A colour of the page. @param {string} name */
export const colour = name => getComputedStyle(document.body).getPropertyValue(name).trim();
/** A hex colour as numbers. @param {string} hex */
export const numbers = hex => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));
/** A number within bounds, or the usual one. @param {unknown} value @param {number} low @param {number} high @param {number} usual */
export const held = (value, low, high, usual) =>
  typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : usual;
/** A picture or a canvas with what is said under it. */
export const figure = (...parts) => h("figure.lab-figure", ...parts);
export const pair = (...parts) => h("div.lab-pair", ...parts);
export const help = words => h("p.help", words);
export const caption = words => h("figcaption.help", words);
/** A captioned picture. @param {string} url @param {string} name */
export const tile = (url, name) =>
  h("figure.lab-tile", h("img", { src: url, alt: name, width: 160, height: 160 }), h("figcaption", name));
/** Captioned pictures of a result's files. @param {string[][]} names @param {Record<string, string>} files */
export const tiles = (names, files) => names.map(([name, words]) => tile(files[`${name}.png`], words));

/** @param {string} title @param {string[]} head @param {(string | number)[][]} rows */
export const table = (title, head, rows) =>
  h(
    "div.lab-scroll",
    { tabindex: 0, role: "region", "aria-label": title },
    h(
      "table.lab-table",
      h("caption.sr", title),
      h("thead", h("tr", ...head.map(words => h("th", { scope: "col" }, words)))),
      h(
        "tbody",
        ...rows.map(([first, ...rest]) =>
          h("tr", h("th", { scope: "row" }, String(first)), ...rest.map(cell => h("td", String(cell)))),
        ),
      ),
    ),
  );

/** A picture of an address, ready to be drawn. @param {string} url */
export async function pictureOf(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** A button for a file of the visitor's own. `took` hears what it is called on the shelf. @param {"image" | "sound"} kind */
export function ownFile(kind, words, label, took) {
  const field = h("input", {
    type: "file",
    accept: kind === "image" ? "image/*" : "audio/*",
    hidden: true,
    "aria-label": label,
    onchange: async () => {
      const chosen = field.files[0];
      field.value = "";
      if (chosen) await upload(chosen, kind).then(card => took(card.id), fail);
    },
  });
  return h(
    "span",
    button("secondary", words, () => field.click()),
    field,
  );
}

/**
 * A control as assets/lab/exhibits.json records it: a choice, a slider, a tick or a line of text.
 * @typedef {{ label: string, words?: string, options?: Record<string, string>, low?: number, high?: number, step?: number, tick?: boolean, placeholder?: string, most?: number, rows?: number }} Control
 * @param {Control} record @param {(settled: boolean) => void} heard is told of every move, and at last with `true`
 */
export function control(record, heard) {
  const { label, options, low, high, step, tick, placeholder, most, rows } = record,
    out = h("output"),
    slides = low !== undefined,
    about = { "aria-label": label, onchange: () => heard(true) };
  const input = options
    ? select(about, Object.entries(options))
    : slides
      ? h("input", { ...about, type: "range", min: low, max: high, step, oninput: () => heard(false) })
      : tick
        ? h("input", { type: "checkbox", onchange: about.onchange })
        : h(rows ? "textarea" : "input", { ...about, type: rows ? null : "text", maxlength: most, rows, placeholder });
  input.addEventListener("input", () => {
    out.textContent = input.value;
  });
  return {
    input,
    element: tick
      ? h("label.check", input, label)
      : h(
          most > 200 ? "label.lab-long" : "label",
          h("span", record.words ?? label, slides && " ", slides && out),
          input,
        ),
    get value() {
      return slides ? Number(input.value) : tick ? input.checked : options ? input.value : input.value.trim();
    },
    /** @param {any} value what a link or a result says @param {any} usual */
    show(value, usual = undefined) {
      if (tick) input.checked = typeof value === "boolean" ? value : usual !== false;
      else if (slides) input.value = String(held(value, Number(input.min), Number(input.max), usual ?? low));
      else if (options) input.value = [...input.options].some(one => one.value === value) ? value : (usual ?? value);
      else input.value = String(value ?? usual ?? "").slice(0, most);
      out.textContent = input.value;
    },
  };
}

/**
 * A button that starts a job and shows how it goes.
 * @typedef {{ card: any, files: Record<string, string>, bytes: ArrayBuffer, said: any, picture: HTMLImageElement }} Made
 */
export class Job {
  /**
   * @param {string} words @param {() => any} call gives { pipeline, settings, inputs }, or a promise of it @param {(made: Made) => unknown} done
   * @param {{ json?: string, weights?: (bytes: ArrayBuffer) => void, preview?: (url: string) => void }} more the name of the file that says what a
   * picture is; without one the result's own bytes are read. Who hears of the newest weights while a network learns, and of pictures of the way.
   */
  constructor(words, call, done, { json, weights, preview } = {}) {
    this.words = words;
    this.call = call;
    this.done = done;
    this.json = json;
    this.weights = weights;
    this.preview = preview;
    this.running = this.stopped = false;
    this.id = 0;
    this.bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": words });
    this.said = h("p.help", { role: "status" });
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.curve = h(
      "svg:svg.curve",
      { viewBox: "0 0 100 30", preserveAspectRatio: "none", role: "img", "aria-label": t("Loss so far"), hidden: true },
      h("svg:polyline", { fill: "none" }),
    );
    this.button = button("primary", words, () => this.start());
    this.element = h("div.lab-maker", this.button, this.bar, this.curve, this.said, this.problem);
  }
  async start() {
    if (this.running) {
      this.stop();
      return;
    }
    this.running = true;
    this.stopped = false;
    this.id = this.bar.value = 0;
    this.problem.hidden = true;
    this.bar.hidden = false;
    this.button.textContent = t("Stop");
    const began = performance.now();
    try {
      await this.done(await this.result(await this.call()));
      this.said.textContent = t("Done in {seconds} s.", { seconds: num((performance.now() - began) / 1000, 1) });
    } catch (error) {
      this.said.textContent = "";
      say(this.problem, error.message);
    }
    this.running = false;
    this.bar.hidden = true;
    this.button.textContent = this.words;
  }
  /** @returns {Promise<any>} */
  async result({ pipeline, settings, inputs = {} }) {
    this.id = (await post("make", { pipeline, inputs, settings, tab: "Lab" })).job;
    poll();
    let newest = "";
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 220));
      if (this.stopped) throw new Error(t("Stopped."));
      const job = state.jobs.find(one => one.id === this.id);
      if (!job) continue;
      const found = this.weights && job.state === "running" && (await weightsOf(this.id, newest));
      if (found) {
        newest = found.name;
        this.weights(found.bytes);
      }
      this.heard(job);
      if (job.state === "failed") throw new Error(job.problem || t("That did not work."));
      if (job.state === "cancelled") throw new Error(t("Stopped."));
      if (job.state === "done") break;
    }
    const card = await ask(`artifacts/${state.jobs.find(one => one.id === this.id).artifact}`),
      files = Object.fromEntries(card.files.map(one => [one.name, one.url]));
    if (!this.json) return { card, files, bytes: await (await fetch(card.url)).arrayBuffer() };
    const said = await (await fetch(files[this.json])).json();
    return { card, files, said, picture: await pictureOf(card.url) };
  }
  /** How the job goes. @param {any} job */
  heard(job) {
    this.bar.value = job.fraction;
    this.said.textContent = job.state === "queued" ? t("Waiting to start") : job.label;
    if (job.preview && this.preview) this.preview(`studio/jobs/${job.id}/preview?n=${job.preview}`);
    const values = this.json ? [] : (job.curves?.loss ?? []).map(point => point[1]);
    if (values.length < 2) return;
    const low = Math.min(...values),
      high = Math.max(...values);
    const place = (value, n) =>
      `${(100 * n) / (values.length - 1)},${28 - (26 * (value - low)) / Math.max(1e-9, high - low)}`;
    this.curve.firstChild.setAttribute("points", values.map(place).join(" "));
    this.curve.removeAttribute("hidden");
  }
  stop() {
    this.stopped = true;
    if (this.running && this.id) post(`jobs/${this.id}/cancel`).then(poll, fail);
  }
}

/** An exhibit as the page of the Lab opens it. Others say what is seen and what is done: `moved`, `restored`, `begin`. */
export class Exhibit {
  /** @param {any} host @param {import("./lab.js").Record} about */
  constructor(host, about) {
    this.host = host;
    this.about = about;
    this.seed = 1;
    this.opened = this.gone = false;
    this.asked = false; // settings of a result were brought: they begin in the place of `begin`
    this.element = h("div.lab-exhibit");
    /** @type {Job[]} */
    this.jobs = [];
    /** @type {Record<string, ReturnType<typeof control>>} */
    this.controls = {};
    for (const [key, record] of Object.entries(about.controls))
      this.controls[key] = control(record, settled => {
        this.moved(key, settled);
        if (settled) host.changed();
      });
  }
  /** A control was moved, or let go. @param {string} _key @param {boolean} _settled */
  moved(_key, _settled) {}
  /** A state was opened. @param {any} _state */
  restored(_state) {}
  /** The exhibit is opened for the first time. */
  begin() {}
  /** @param {string} key @returns {any} */
  value(key) {
    return this.controls[key].value;
  }
  values(...keys) {
    return Object.fromEntries(keys.map(key => [key, this.value(key)]));
  }
  /** Controls by their names, and other parts, in a row. */
  tools(...parts) {
    return h("div.lab-tools", ...parts.map(part => (typeof part === "string" ? this.controls[part].element : part)));
  }
  /** @param {ConstructorParameters<typeof Job>} words */
  job(...words) {
    const job = new Job(...words);
    this.jobs.push(job);
    return job;
  }
  /** A button for another seed, after which a job runs again. @param {string} words @param {() => unknown} then */
  another(words, then) {
    return button("secondary", words, () => {
      this.seed++;
      this.host.changed();
      then();
    });
  }
  /** What the address carries. @returns {any} */
  state() {
    return { ...this.values(...Object.keys(this.controls)), seed: this.seed };
  }
  restore(state) {
    for (const [key, one] of Object.entries(this.controls)) one.show(state[key], this.about.start[key]);
    this.seed = held(Math.round(state.seed), 0, 1e6, 1);
    this.restored(state);
    if (!this.opened) setTimeout(() => this.gone || this.asked || this.begin(), 200);
    this.opened = true;
  }
  /** Settings of a result that is opened here again. @param {any} settings */
  delivered(settings) {
    this.restore({ ...this.state(), ...settings });
    this.jobs[0].start();
  }
  canvases() {
    return [...this.element.querySelectorAll("canvas:not(.lab-pad)")];
  }
  stop() {
    this.gone = true;
    for (const job of this.jobs) job.stop();
  }
}
