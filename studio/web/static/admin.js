// The administrator's page: asks every three seconds; everything from the server is shown as text, never as markup.
import { button, h } from "./dom.js";
import { language, num, t, tn } from "./say.js";

const at = id => document.getElementById(id);
let token = "",
  timer = 0;

const row = (...cells) =>
  h(
    "tr",
    cells.map(cell => h("td", cell)),
  );
const megabytes = bytes => (bytes >= 1e9 ? `${num(bytes / 1e9, 1)} GB` : `${num(bytes / 1e6, 1)} MB`);
const minutes = seconds =>
  seconds < 90
    ? t("{seconds} s", { seconds: num(seconds) })
    : seconds < 5400
      ? t("{n} min", { n: num(seconds / 60) })
      : t("{n} h", { n: num(seconds / 3600, 1) });

async function ask(path, method = "GET") {
  const headers = { "x-studio": "1", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(path, { method, headers });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok)
    throw Object.assign(new Error(t(said.problem) || t("The studio could not do that.")), { status: answer.status });
  return said;
}

async function cancel(id, button) {
  button.disabled = true;
  try {
    await ask(`admin/jobs/${id}/cancel`, "POST");
    at("said").textContent = t("Job {id} was told to stop.", { id });
  } catch (error) {
    at("said").textContent = error.message;
  }
  look();
}

function jobRow(job) {
  const stop = button("", t("Cancel"), () => cancel(job.id, stop), {
    id: `cancel-${job.id}`,
    "aria-label": t("Cancel job {id}", { id: job.id }),
  });
  const state =
    job.state === "running" ? t("running, {percent} %", { percent: Math.round(100 * job.fraction) }) : t("waiting");
  return row(
    job.id,
    job.account ?? job.session,
    job.address,
    job.pipeline,
    state,
    job.lane,
    minutes(job.runs ?? job.waited),
    job.lane !== "inline" && stop,
  );
}

function show(found) {
  const focused = document.activeElement?.id; // a table that is drawn again must not lose the keyboard's place
  at("jobs").replaceChildren(...found.jobs.map(jobRow));
  if (focused && document.activeElement?.id !== focused) at(focused)?.focus();
  at("no-jobs").hidden = found.jobs.length > 0;
  at("sessions").replaceChildren(
    ...found.sessions.map(one =>
      row(
        one.account ?? one.session,
        one.things,
        megabytes(one.bytes),
        one.seen ? new Date(1000 * one.seen).toLocaleString(language) : "",
      ),
    ),
  );
  at("totals").textContent = [
    tn("{n} file on the shelves, {size}.", "{n} files on the shelves, {size}.", found.totals.things, {
      size: megabytes(found.totals.bytes),
    }),
    tn("{n} session.", "{n} sessions.", found.totals.sessions),
    t("{size} of the disk are free.", { size: megabytes(found.disk.free) }),
  ].join(" ");
  const log = at("audit"),
    below = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.textContent = found.audit.join("\n");
  if (below) log.scrollTop = log.scrollHeight;
}

async function look() {
  clearTimeout(timer);
  try {
    show(await ask("admin/overview"));
    at("content").hidden = false;
    at("token-form").hidden = at("problem").hidden = true;
  } catch (error) {
    const refused = error.status === 401 || error.status === 403;
    at("problem").hidden = refused && !token;
    at("problem").textContent = refused
      ? t("This token is not an administrator's.")
      : error.status
        ? error.message
        : t("The studio does not answer.");
    if (refused) {
      at("content").hidden = true;
      at("token-form").hidden = false;
      token = "";
      return; // until a token is given
    }
  }
  timer = setTimeout(look, document.hidden ? 15000 : 3000);
}

at("token-form").addEventListener("submit", event => {
  event.preventDefault();
  token = at("token").value.trim();
  at("token").value = "";
  look();
});
look();
