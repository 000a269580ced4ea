// @ts-check
// One method over many files of the shelf, with a ZIP and a table at the end.
import { ask, bus, button, dialog, fail, fill, h, poll, post, say, t, tell, tn } from "./core.js";
import { formOf, verbOf } from "./form.js";

/** Methods that take each of these files, with the slot. */
function methodsFor(cards) {
  const [first, ...rest] = cards.map(card => card.targets.filter(target => target.slot));
  const same = (one, other) => one.pipeline === other.pipeline && one.slot === other.slot;
  return (first ?? [])
    .filter(target => rest.every(others => others.some(other => same(target, other))))
    .sort((a, b) => a.rank - b.rank);
}

export function batch(cards) {
  const targets = methodsFor(cards);
  if (!targets.length) return tell(t("No method takes all of these files. Choose files of one kind."));
  const said = h("p.problem", { role: "alert", hidden: true }),
    about = h("p.help");
  const list = h(
    "select",
    { id: "batch-method", onchange: () => describe() },
    targets.map((target, n) => h("option", { value: n }, target.label)),
  );
  const begin = button("primary", t("Begin"), () => start());
  const box = dialog(
    tn("Use {n} file together", "Use {n} files together", cards.length),
    h("label", { for: "batch-method" }, t("Method")),
    list,
    about,
    said,
    begin,
  );
  const chosen = () => targets[Number(list.value)];
  const describe = () => {
    said.hidden = true;
    about.textContent = t("Runs once for each file, with these settings ({tab}).", { tab: chosen().tab });
  };
  async function start() {
    said.hidden = true;
    const { tab, pipeline, slot } = chosen(),
      inputs = {};
    for (const other of /** @type {NodeListOf<any>} */ (document.querySelectorAll(`studio-slot[tab="${tab}"]`))) {
      const name = other.getAttribute("name");
      if (name !== slot && other.card && targets.length && takes(tab, pipeline, name)) inputs[name] = other.card.id;
    }
    try {
      const made = await post("batches", {
        pipeline,
        slot,
        ids: cards.map(card => card.id),
        inputs,
        settings: /** @type {any} */ (formOf(tab))?.value?.[pipeline] ?? {},
      });
      poll();
      box.close();
      follow(made.id, verbOf(tab, pipeline));
    } catch (error) {
      say(said, error.message);
    }
  }
  describe();
  list.focus();
}
const forms = JSON.parse(document.getElementById("studio-forms").textContent);
const takes = (tab, pipeline, slot) => forms[tab]?.find(method => method.pipeline === pipeline)?.slots.includes(slot);

/** How far a batch is, and what came of it. */
export function follow(id, title) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": title }),
    words = h("p", { role: "status" }),
    problems = h("ul.plain"),
    buttons = h("div.buttons");
  const box = dialog(title || t("Many files"), words, bar, problems, buttons);
  const stop = button("secondary", t("Stop"), () => post(`batches/${id}/stop`).then(poll, fail));
  const look = async () => {
    if (!box.isConnected) return;
    const found = await ask(`batches/${id}`).catch(error => {
      if (error.status) fail(error);
      else setTimeout(look, 2000);
      return null;
    });
    if (!found) return;
    const done = found.items.filter(item => item.state === "done"),
      failed = found.items.filter(item => ["failed", "cancelled"].includes(item.state)),
      left = found.total - done.length - failed.length;
    bar.value = (done.length + failed.length) / found.total;
    words.textContent = left
      ? t("{done} of {total} are done.", { done: done.length, total: found.total })
      : failed.length
        ? t("{done} are done, {failed} did not work.", { done: done.length, failed: failed.length })
        : tn("{n} file is done.", "{n} files are done.", done.length);
    problems.replaceChildren(
      ...[...new Set(failed.map(item => item.problem).filter(Boolean))].slice(0, 5).map(problem => h("li", problem)),
    );
    const ids = done.map(item => item.artifact).join(",");
    fill(
      buttons,
      left
        ? stop
        : ids &&
            h("a.button", { href: `studio/shelf/download?ids=${ids}`, download: "" }, t("Download ZIP with a table")),
    );
    if (left) setTimeout(look, 1000);
  };
  look();
}
bus.addEventListener("batch", event => batch(/** @type {CustomEvent} */ (event).detail));
