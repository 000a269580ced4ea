// @ts-check
// Many files at once: each becomes a job of its own; the table grows row by row, survives a reload, and leaves as CSV, JSON, signed PDF or on paper.
import { button, h } from "./dom.js";
import { day, num, t, tn, translated } from "./say.js";

const AT_ONCE = 6; // jobs of this table that wait or run; the rest waits here, so that the queue is free for other work
const MOST = 1000;
const AT_A_TIME = 50; // rows that one message asks for
const KEPT = "studio-newsroom";
/** @type {Record<string, string>} */
const TONE = {
  "cannot tell": "open",
  "moderate support for AI": "open",
  "weak support for AI": "open",
  "weak support for a camera": "open",
  "signed capture": "calm",
  "made by code (signed)": "calm",
  "changed after signing": "broken",
  "credential damaged": "broken",
};

/**
 * A file of the table. `state`: waiting, sending, asked, done, failed.
 * @typedef {{ name: string, how: string, state: string, file?: File, media?: string, job?: number, id?: string, problem?: string, row?: any }} Entry
 */

/** @type {Entry[]} */
let entries = [];
let working = false;
let timer = 0;

/** @param {string} id @returns {any} */
const at = id => document.getElementById(id);

/** @param {string} path @param {any} [body] @returns {Promise<any>} */
async function ask(path, body) {
  const sent = body !== undefined;
  const answer = await fetch(path, {
    method: sent ? "POST" : "GET",
    headers: { "x-studio": "1", ...(sent ? { "content-type": "application/json" } : {}) },
    body: sent ? JSON.stringify(body) : undefined,
  }).catch(() => {
    throw new Error(t("The studio does not answer. Your work is safe."));
  });
  return told(answer);
}
/** @param {Response} answer */
async function told(answer) {
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok)
    throw Object.assign(new Error(t(said.problem) || t("The studio could not do that.")), { status: answer.status });
  return said;
}
const words = problem => (problem instanceof Error ? problem.message : String(problem));

function complain(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

// the work

/** @param {FileList | File[]} files */
function add(files) {
  complain("");
  const room = MOST - entries.length,
    chosen = [...files];
  if (chosen.length > room)
    complain(
      tn(
        "A table holds at most {most} files; {n} was left out.",
        "A table holds at most {most} files; {n} were left out.",
        chosen.length - Math.max(0, room),
        { most: MOST },
      ),
    );
  const how = /** @type {any} */ (document.querySelector("input[name=how]:checked")).value;
  for (const file of chosen.slice(0, Math.max(0, room))) entries.push({ name: file.name, how, state: "waiting", file });
  draw();
  work();
}

/** Sends the next files and asks for their verdicts, one after another, while there is room among the jobs. */
async function work() {
  if (working) return;
  working = true;
  for (let next = ready(); next; next = ready()) await begin(next);
  working = false;
  poll();
}
const ready = () =>
  outstanding() < AT_ONCE ? entries.find(one => one.state === "waiting" && (one.file || one.media)) : undefined;
const outstanding = () => entries.filter(one => one.state === "asked").length;

/** @param {Entry} one */
async function begin(one) {
  one.state = "sending";
  draw();
  try {
    if (!one.media && one.file) {
      const answer = await fetch(`upload?name=${encodeURIComponent(one.file.name)}`, {
        method: "POST",
        headers: { "x-studio": "1" },
        body: one.file,
      }).catch(() => {
        throw new Error(t("The upload was interrupted. Try again."));
      });
      one.media = (await told(answer)).id;
    }
    one.job = (await ask("make", { pipeline: one.how, inputs: { media: one.media }, settings: {}, tab: "Detect" })).job;
    one.state = "asked";
  } catch (problem) {
    one.state = "failed";
    one.problem = words(problem);
  }
  draw();
}

async function poll() {
  clearTimeout(timer);
  const open = entries.filter(one => one.state === "asked");
  if (!open.length) return;
  try {
    const jobs = new Map((await ask("state")).jobs.map(job => [job.id, job]));
    for (const one of open) {
      const job = jobs.get(one.job);
      if (job && (job.state === "queued" || job.state === "running")) continue;
      if (job?.state === "done") {
        one.id = job.artifact;
        one.state = "done";
      } else {
        one.state = "failed";
        one.problem = t(job?.problem) || t("This was stopped.");
      }
    }
    await fill();
  } catch (problem) {
    complain(words(problem));
  }
  draw();
  timer = window.setTimeout(poll, document.hidden ? 4000 : 800);
  work();
}

/** A row in the page's language; names of files, hashes and what is compared stay as they are. @param {any} row */
const said = row => (row ? translated(row, ["id", "file", "size", "sha256", "verdict", "seconds"]) : row);

/** The rows of verdicts that are not known yet; where a message for many fails, one by one. @param {Entry[]} lacking */
async function fill(lacking = entries.filter(one => one.id && !one.row)) {
  for (let begin = 0; begin < lacking.length; begin += AT_A_TIME) {
    const some = lacking.slice(begin, begin + AT_A_TIME);
    try {
      const { rows } = await ask(`newsroom/rows?ids=${some.map(one => one.id).join(",")}`);
      for (const one of some) one.row = said(rows.find(row => row.id === one.id));
    } catch (problem) {
      if (some.length === 1) Object.assign(some[0], { state: "failed", problem: words(problem), id: undefined });
      else for (const one of some) await fill([one]);
    }
  }
}

async function stop() {
  for (const one of entries) {
    if (one.state === "waiting") Object.assign(one, { state: "failed", problem: t("This was stopped.") });
    if (one.state === "asked") await ask(`jobs/${one.job}/cancel`, {}).catch(problem => complain(words(problem)));
  }
  draw();
  poll();
}

// the table

/** Rows as they were drawn, so that of a thousand only those are drawn again that changed. @type {WeakMap<Entry, { key: string, element: any }>} */
const lines = new WeakMap();
/** @param {Entry} one @param {number} number */
function line(one, number) {
  const key = JSON.stringify([number, one.name, one.state, one.problem, one.id, Boolean(one.row)]),
    known = lines.get(one);
  if (known?.key === key) return known.element;
  const element = drawnLine(one, number);
  lines.set(one, { key, element });
  return element;
}
/** @param {Entry} one @param {number} number */
function drawnLine(one, number) {
  const row = one.row;
  const name = h(
    "div.file",
    one.id ? h("img", { src: `thumbnail/${one.id}`, alt: "", loading: "lazy" }) : null,
    h(
      "div",
      h("strong", `${number + 1}. ${row?.file ?? one.name}`),
      row
        ? h(
            "div.soft",
            [row.size, row.seconds ? t("{seconds} s", { seconds: num(row.seconds, 1) }) : ""]
              .filter(Boolean)
              .join(", "),
          )
        : null,
    ),
  );
  const state =
    { waiting: t("Waiting"), sending: t("Sending"), asked: t("Being examined"), failed: one.problem ?? "" }[
      one.state
    ] ?? "";
  const again = one.state === "failed" && (one.file || one.media) ? button("", t("Try again"), () => retry(one)) : null;
  const cell = row
    ? [h(`span.verdict-kind.${TONE[row.verdict] ?? "made"}`, capital(t(row.verdict))), h("div", row.sentence)]
    : [h(`span${one.state === "failed" ? ".problem" : ".soft"}`, state), again];
  return h("tr", { "data-state": one.state }, h("td", name), h("td", cell), h("td", row ? why(row) : null));
}
/** @param {Entry} one */
function retry(one) {
  Object.assign(one, { state: "waiting", problem: undefined, job: undefined });
  draw();
  work();
}

/** The chain of reasons, one click away on the screen and laid open on paper. @param {any} row */
function why(row) {
  const decided = row.chain.find(step => step.decides);
  const short = decided ? decided.found[0] : t("Nothing that was found decides.");
  return h(
    "details",
    { "data-id": row.id, open: opened.has(row.id) },
    h("summary", short),
    h(
      "ol.chain",
      row.chain.map(step =>
        h(
          `li${step.decides ? ".decides" : ""}`,
          h("strong", step.question),
          step.decides ? h("span.hidden", ` ${t("This decided it.")}`) : null,
          step.found.map(found => h("span.found", found)),
        ),
      ),
    ),
    h(
      "p.soft",
      h("a.screen", { href: `../#/detect/examine/result/${row.id}` }, t("The whole report")),
      h("span", ` SHA-256 ${row.sha256.slice(0, 16)}…`),
    ),
  );
}
/** @type {Set<string>} */
const opened = new Set();
document.addEventListener(
  "toggle",
  event => {
    const id = /** @type {HTMLElement} */ (event.target).dataset?.id;
    if (id && !printing) /** @type {HTMLDetailsElement} */ (event.target).open ? opened.add(id) : opened.delete(id);
  },
  true,
);

/** How the table is sorted: by which column, and whether upwards (1) or downwards (-1). @type {{ by: "" | "file" | "verdict", way: number }} */
const order = { by: "", way: 1 };
/** The entries as they are shown and handed over, each with its number by which they were added. @returns {[Entry, number][]} */
function sorted() {
  const rows = entries.map((one, number) => /** @type {[Entry, number]} */ ([one, number]));
  const by = order.by,
    text = one => (by === "file" ? (one.row?.file ?? one.name) : (one.row?.verdict ?? "~"));
  return by
    ? rows.sort((a, b) => order.way * text(a[0]).localeCompare(text(b[0]), undefined, { numeric: true }) || a[1] - b[1])
    : rows;
}
/** First click upwards, second downwards, third as they were added. @param {"file" | "verdict"} by */
function sort(by) {
  if (order.by !== by) Object.assign(order, { by, way: 1 });
  else if (order.way === 1) order.way = -1;
  else Object.assign(order, { by: "", way: 1 });
  for (const head of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("th[data-sort]")))
    head.setAttribute(
      "aria-sort",
      head.dataset.sort !== order.by ? "none" : order.way === 1 ? "ascending" : "descending",
    );
  draw();
}

/** Hands the table over: its ids are sent, since a thousand do not fit into an address. @param {string} ending */
async function handOver(ending) {
  complain("");
  const ids = sorted()
    .filter(([one]) => one.row)
    .map(([one]) => one.id);
  try {
    const answer = await fetch(`newsroom/table.${ending}`, {
      method: "POST",
      headers: { "x-studio": "1", "content-type": "application/json" },
      body: JSON.stringify({ ids }),
    }).catch(() => {
      throw new Error(t("The studio does not answer. Your work is safe."));
    });
    if (!answer.ok) await told(answer);
    const link = h("a", {
      href: URL.createObjectURL(await answer.blob()),
      download: `verdicts-${new Date().toISOString().slice(0, 10)}.${ending}`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (problem) {
    complain(words(problem));
  }
}

let drawn = "";
function draw() {
  keep();
  const shown = sorted(),
    now = JSON.stringify(
      shown.map(([one, number]) => [number, one.name, one.state, one.problem, one.id, Boolean(one.row)]),
    );
  if (now === drawn) return;
  drawn = now;
  const done = entries.filter(one => one.row),
    failed = entries.filter(one => one.state === "failed").length,
    busy = entries.some(one => ["waiting", "sending", "asked"].includes(one.state));
  at("rows").replaceChildren(...shown.map(([one, number]) => line(one, number)));
  at("table").hidden = at("tools").hidden = !entries.length;
  at("stop").hidden = !busy;
  at("totals").textContent = entries.length
    ? [
        tn("{done} of {n} file has a verdict.", "{done} of {n} files have a verdict.", entries.length, {
          done: done.length,
        }),
        failed ? tn("{n} could not be examined.", "{n} could not be examined.", failed) : "",
        ...counted(done),
      ]
        .filter(Boolean)
        .join(" ")
    : "";
  at("printed").textContent = t("Examined by Afternoon Studio, {date}. No verdict says that a file is free of AI.", {
    date: day(new Date()),
  });
  for (const ending of ["csv", "json", "pdf"]) at(ending).disabled = !done.length;
}
/** @param {Entry[]} done */
function counted(done) {
  /** @type {Map<string, number>} */
  const many = new Map();
  for (const one of done) many.set(one.row.verdict, (many.get(one.row.verdict) ?? 0) + 1);
  return [...many].map(([verdict, count]) => `${capital(t(verdict))}: ${count}.`);
}
const capital = text => text[0].toUpperCase() + text.slice(1);

// after a reload

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(entries.map(({ file, row, ...rest }) => rest)));
}
async function restore() {
  try {
    entries = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    entries = [];
  }
  for (const one of entries) {
    if (one.state === "sending" || (one.state === "waiting" && !one.media))
      Object.assign(
        one,
        one.media
          ? { state: "waiting" }
          : { state: "failed", problem: t("The page was reloaded; choose this file again.") },
      );
  }
  await fill();
  draw();
  work();
  const kept = (await ask("newsroom/kept")).ids.filter(id => !entries.some(one => one.id === id));
  at("kept").hidden = !kept.length;
  at("kept").onclick = async () => {
    at("kept").hidden = true;
    entries.push(
      ...kept.slice(0, MOST - entries.length).map(id => ({ name: "", how: "detect.examine", state: "done", id })),
    );
    await fill();
    draw();
  };
}

let printing = false;
addEventListener("beforeprint", () => {
  printing = true;
  for (const one of document.querySelectorAll("#rows details")) /** @type {HTMLDetailsElement} */ (one).open = true;
});
addEventListener("afterprint", () => {
  for (const row of document.querySelectorAll("#rows details")) {
    const details = /** @type {HTMLDetailsElement} */ (row);
    details.open = opened.has(details.dataset.id ?? "");
  }
  setTimeout(() => {
    printing = false;
  });
});
at("files").addEventListener("change", () => {
  add(at("files").files);
  at("files").value = "";
});
for (const ending of ["csv", "json", "pdf"]) at(ending).addEventListener("click", () => handOver(ending));
for (const by of /** @type {("file" | "verdict")[]} */ (["file", "verdict"]))
  at(`sort-${by}`).addEventListener("click", () => sort(by));
at("print").addEventListener("click", () => window.print());
at("stop").addEventListener("click", stop);
at("clear").addEventListener("click", async () => {
  await stop();
  entries = [];
  opened.clear();
  draw();
  restore().catch(problem => complain(words(problem)));
});
addEventListener("dragover", event => {
  event.preventDefault();
  at("drop").classList.add("over");
});
addEventListener("dragleave", () => at("drop").classList.remove("over"));
addEventListener("drop", event => {
  event.preventDefault();
  at("drop").classList.remove("over");
  if (event.dataTransfer?.files.length) add(event.dataTransfer.files);
});
addEventListener("online", poll);
restore().catch(problem =>
  complain(
    /** @type {any} */ (problem).status === 403 ? t("Open the studio once in this browser first.") : words(problem),
  ),
);
