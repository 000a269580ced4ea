// The shelf (everything made or uploaded), the queue, and the list of models.
import { DRAWER, ask, bus, dialog, fail, h, poll, post, seconds, state, tell, toggleShelf } from "./core.js";
import { bareMethod, homeOf } from "./form.js";
import { badge, details, sendTo } from "./panel.js";
import { addressOf } from "./place.js";
import { EXAMINED, verify } from "./verdict.js";

function heart() {
  return h("svg:svg", { viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true" }, h("svg:path", { d: "M10 17 3.2 10.3a4.1 4.1 0 0 1 5.8-5.8l1 1 1-1a4.1 4.1 0 0 1 5.8 5.8z" }));
}

class Shelf extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.search = h("input", { type: "search", placeholder: "Search the shelf", "aria-label": "Search the shelf", oninput: () => { clearTimeout(this.wait); this.wait = setTimeout(() => this.load(), 200); } });
    this.kind = h("select", { "aria-label": "Show", onchange: () => this.load() },
      [["", "All"], ["image", "Pictures"], ["video", "Videos"], ["sound", "Sounds"], ["score", "Scores"], ["words", "Texts"], ["network", "Styles"], ["verdict", "Verdicts"]].map(([value, words]) => h("option", { value }, words)));
    this.hearts = h("button.quiet", { type: "button", "aria-pressed": "false", "aria-label": "Only favourites", onclick: () => {
      this.hearts.setAttribute("aria-pressed", String(this.hearts.getAttribute("aria-pressed") !== "true")); this.load(); } }, heart());
    this.list = h("ul.cards", { "aria-label": "Shelf" });
    this.private = h("input", { type: "checkbox", id: "private-text", onchange: () => post("preference", { private: this.private.checked }).catch(fail) });
    this.room = h("p.room");
    this.append(h("section", { "aria-label": "Shelf" },
      h("div.shelf-head", {}, h("h2", {}, "Shelf"), h("button.quiet.close", { type: "button", "aria-label": "Close the shelf", onclick: () => toggleShelf(false) }, "×")),
      h("div.shelf-tools", {}, this.search, this.kind, this.hearts), this.list,
      this.more = h("button.link", { type: "button", hidden: true, onclick: () => this.load(this.list.children.length) }, "Show more"),
      h("div.shelf-foot", {}, h("label.check", { for: "private-text" }, this.private, "Do not write my texts and file names into the files I make"), this.room, h("studio-mine"))));
    bus.addEventListener("shelf", () => this.load());
    bus.addEventListener("state", () => { this.private.checked = state.private; });
    this.load();
  }
  async load(offset = 0) {
    bus.dispatchEvent(new Event("shelf-search"));
    if (state.veiled) return;
    const query = new URLSearchParams({ words: this.search.value, kind: this.kind.value, offset });
    if (this.hearts.getAttribute("aria-pressed") === "true") query.set("favourites", "1");
    try {
      const found = await ask(`shelf?${query}`);
      const cards = found.cards.map(card => this.card(card));
      offset ? this.list.append(...cards) : this.list.replaceChildren(...cards);
      this.more.hidden = found.cards.length < 60;
      const filtered = this.search.value || this.kind.value || query.has("favourites");
      if (!this.list.children.length) this.list.append(h("li.empty", {}, filtered ? "Nothing on the shelf matches this search." : "Files that you make or upload appear here and stay here."));
      this.room.textContent = `${(found.bytes / 1e6).toFixed(0)} of ${(found.quota / 1e6).toFixed(0)} MB used`;
    } catch (error) { this.room.textContent = error.message; }
  }
  card(card) {
    const open = h("button.open", { type: "button", "aria-label": `Open ${card.title}`, draggable: "true", onclick: () => { bus.dispatchEvent(new CustomEvent("open", { detail: card.id })); if (DRAWER.matches) toggleShelf(false); } },
      h("img", { src: card.thumbnail, alt: "", loading: "lazy" }));
    open.addEventListener("dragstart", event => event.dataTransfer.setData("application/x-studio-artifact", card.id));
    const favourite = h("button.quiet", { type: "button", "aria-pressed": String(card.favourite), "aria-label": `Favourite: ${card.title}`, onclick: () => post(`artifacts/${card.id}/${card.favourite ? "unfavourite" : "favourite"}`).then(poll, fail) }, heart());
    const menu = h("button.quiet", { type: "button", "aria-label": `More for ${card.title}`, "aria-haspopup": "dialog", onclick: () => this.menu(card) }, "⋯");
    return h("li.card", { "data-id": card.id }, open, h("div.card-line", {}, h("span.card-title", { title: card.title }, card.title), favourite, menu), badge(card));
  }
  menu(card) {
    const line = (words, run) => h("button.line", { type: "button", onclick: () => { box.close(); run(); } }, words);
    const box = dialog(card.title, h("div.list", {}, line("Send to", () => sendTo(card)), ...(EXAMINED.includes(card.kind) ? [line("Verify", () => verify(card.id))] : []), line("Details, replay, compare", () => details(card.id)),
      h("a.line", { href: `${card.url}?download=${encodeURIComponent(card.file_name)}`, download: card.file_name }, "Download"),
      homeOf(card.pipeline) && h("a.line", { href: addressOf({ tab: homeOf(card.pipeline).toLowerCase(), method: bareMethod(card.pipeline), result: card.id }), target: "_blank", rel: "noopener" }, "Open in a new window"),
      line("Delete", () => this.remove(card))));
  }
  async remove(card) {
    try {
      await post(`artifacts/${card.id}/delete`);
      poll();
      tell(`${card.title} was deleted.`, { label: "Undo", run: () => post(`artifacts/${card.id}/undelete`).then(poll, fail) });
    } catch (error) { fail(error); }
  }
}
customElements.define("studio-shelf", Shelf);

// the queue

const WORDS = { running: "running", queued: "waiting", done: "done", failed: "did not work", cancelled: "stopped" };
function queueRows() {
  const act = (job, verb) => () => post(`jobs/${job.id}/${verb}`).then(poll, fail);
  const button = (words, job, verb) => h("button.link", { type: "button", onclick: act(job, verb), "aria-label": `${words}: ${job.title}` }, words);
  if (!state.jobs.length) return [h("p", {}, "The queue is empty.")];
  return state.jobs.map(job => h("div.job", { "data-state": job.state },
    h("div", {}, h("strong", {}, job.title), ` ${WORDS[job.state]}`, job.seconds_left ? `, about ${seconds(job.seconds_left)} left` : "", job.problem && h("p.help", {}, job.problem)),
    job.state === "running" && h("progress", { max: 1, value: job.fraction, "aria-label": job.title }),
    h("div.buttons", {}, job.state === "queued" && [button("Earlier", job, "earlier"), button("Later", job, "later")],
      (job.state === "queued" || job.state === "running") && button("Stop", job, "cancel"),
      (job.state === "failed" || job.state === "cancelled") && button("Try again", job, "retry"))));
}
bus.addEventListener("queue", () => {
  const body = h("div.queue", {}, queueRows());
  const refresh = () => {
    const focused = document.activeElement?.getAttribute?.("aria-label");
    body.replaceChildren(...queueRows());
    if (focused) [...body.querySelectorAll("button")].find(button => button.getAttribute("aria-label") === focused)?.focus();
  };
  bus.addEventListener("state", refresh);
  dialog("Queue", body).addEventListener("close", () => bus.removeEventListener("state", refresh));
  poll();
});
bus.addEventListener("state", () => {
  const busy = state.jobs.filter(job => job.state === "running" || job.state === "queued").length;
  document.querySelectorAll("[data-count]").forEach(mark => { mark.textContent = busy; mark.hidden = !busy; });
});

// models

class Models extends HTMLElement {
  connectedCallback() { this.load(); }
  async load() {
    const found = await ask("models").catch(error => ({ problem: error.message, cards: [] }));
    const missing = found.cards.filter(card => !card.present && card.fetchable);
    const size = missing.reduce((sum, card) => sum + card.size_bytes, 0);
    this.replaceChildren(
      found.problem ? h("p.problem", { role: "alert" }, found.problem) : "",
      found.fetching ? h("div.progress-line", { role: "status" }, found.label, h("progress", { max: 1, value: found.fraction, "aria-label": "Fetching models" }))
        : missing.length ? h("button.secondary", { type: "button", onclick: () => post("models").then(() => this.load(), fail) }, `Fetch what is missing (${(size / 1e6).toFixed(0)} MB)`) : "",
      h("ul.models", {}, found.cards.map(card => h("li", {},
        h("div", {}, h("strong", {}, card.name), h("span.badge", {}, card.present ? "here" : card.fetchable ? "not fetched" : "from a hub")),
        h("p", {}, card.about), h("p.help", {}, `${(card.size_bytes / 1e6).toFixed(1)} MB. ${card.licence}. ${card.commercial ? "Commercial use allowed." : "Not for commercial use."} ${card.caveat}`),
        h("code", {}, card.source)))));
    if (found.fetching) setTimeout(() => this.load(), 500);
  }
}
customElements.define("studio-models", Models);
