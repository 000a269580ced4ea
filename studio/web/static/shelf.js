// The shelf (everything made or uploaded) and the list of models.
import { Chosen, rename, stack } from "./chosen.js";
import {
  ask,
  bus,
  closing,
  dialog,
  download,
  DRAWER,
  fail,
  num,
  poll,
  post,
  t,
  tell,
  toggle,
  toggleShelf,
} from "./core.js";
import { button, h, select } from "./dom.js";
import { badge, canShare, details, sendTo } from "./panel.js";
import { addressOf } from "./place.js";
import { isExamined } from "./kinds.js";
import { verify } from "./verdict.js";

function heart() {
  return h(
    "svg:svg",
    { viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true" },
    h("svg:path", { d: "M10 17 3.2 10.3a4.1 4.1 0 0 1 5.8-5.8l1 1 1-1a4.1 4.1 0 0 1 5.8 5.8z" }),
  );
}

class Shelf extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.search = h("input", {
      type: "search",
      placeholder: t("Search"),
      "aria-label": t("Search the shelf"),
      oninput: () => {
        clearTimeout(this.wait);
        this.wait = setTimeout(() => this.load(), 200);
      },
    });
    this.kind = select({ "aria-label": t("Show"), onchange: () => this.load() }, [
      ["", t("All")],
      ["image", t("Pictures")],
      ["video", t("Videos")],
      ["sound", t("Sounds")],
      ["score", t("Scores")],
      ["words", t("Texts")],
      ["book", t("Books")],
      ["network", t("Styles")],
      ["verdict", t("Verdicts")],
      ["film", t("Films")],
    ]);
    this.hearts = toggle("quiet", heart(), () => this.load(), { "aria-label": t("Only favourites") });
    this.list = h("ul.cards", { "aria-label": t("Shelf") });
    this.room = h("p.room");
    this.append(
      h(
        "section",
        { "aria-label": t("Shelf") },
        h(
          "div.shelf-head",
          h("h2", t("Shelf")),
          (this.chosen = new Chosen(this)).toggle,
          button("quiet.close", "×", () => toggleShelf(false), { "aria-label": t("Close the shelf") }),
        ),
        h("div.shelf-tools", this.search, this.kind, this.hearts),
        this.chosen.element,
        this.list,
        (this.more = button("link", t("Show more"), () => this.load(this.list.children.length), { hidden: true })),
        h("div.shelf-foot", this.room, h("studio-mine")),
      ),
    );
    bus.addEventListener("shelf", () => this.load());
    this.load();
  }
  async load(offset = 0) {
    bus.dispatchEvent(new Event("shelf-search"));
    const query = new URLSearchParams({ words: this.search.value, kind: this.kind.value, offset });
    if (this.hearts.getAttribute("aria-pressed") === "true") query.set("favourites", "1");
    const look = (this.look = {}); // an answer that arrives after that of a later look is not shown
    if (this.kind.value === "film") return this.films(look);
    try {
      const found = await ask(`shelf?${query}`);
      if (this.look !== look) return;
      const cards = found.cards.map(card => this.card(card));
      offset ? this.list.append(...cards) : this.list.replaceChildren(...cards);
      stack(this.list);
      this.more.hidden = found.cards.length < 60;
      const filtered = this.search.value || this.kind.value || query.has("favourites");
      for (const tool of [this.search.parentElement, this.chosen.toggle, this.room])
        tool.hidden = !this.list.firstChild && !filtered;
      if (!this.list.firstChild)
        this.list.append(
          h(
            "li.empty",
            filtered ? t("Nothing on the shelf matches this search.") : t("Files that you make or upload stay here."),
          ),
        );
      this.room.textContent = t("{used} of {quota} MB used", {
        used: num(found.bytes / 1e6),
        quota: num(found.quota / 1e6),
      });
    } catch (error) {
      if (this.look === look) this.room.textContent = error.message;
    }
  }
  card(card) {
    const open = button(
      "open",
      h("img", { src: card.thumbnail, alt: "", loading: "lazy" }),
      () => {
        bus.dispatchEvent(new CustomEvent("open", { detail: card.id }));
        if (DRAWER.matches) toggleShelf(false);
      },
      { "aria-label": t("Open {title}", { title: card.title }), draggable: "true" },
    );
    open.addEventListener("dragstart", event => event.dataTransfer.setData("application/x-studio-artifact", card.id));
    const favourite = button(
      "quiet",
      heart(),
      () => post(`artifacts/${card.id}/${card.favourite ? "unfavourite" : "favourite"}`).then(poll, fail),
      { "aria-pressed": String(card.favourite), "aria-label": t("Favourite: {title}", { title: card.title }) },
    );
    const menu = button("quiet", "⋯", () => this.menu(card), {
      "aria-label": t("More for {title}", { title: card.title }),
      "aria-haspopup": "dialog",
    });
    return h(
      "li.card",
      { "data-id": card.id, "data-parent": card.parent, "data-pipeline": card.pipeline },
      this.chosen.box(card),
      open,
      h("div.card-line", h("span.card-title", { title: card.title }, card.title), favourite, menu),
      card.badge !== "this studio" && badge(card), // a tile says only what is not as usual
    );
  }
  /** Films as one thing each; they open in their tab. */
  async films(look) {
    const { films } = await ask("films").catch(error => {
      fail(error);
      return { films: [] };
    });
    if (this.look !== look) return;
    const words = this.search.value.toLowerCase(),
      found = films.filter(one => one.title.toLowerCase().includes(words));
    this.more.hidden = true;
    this.list.replaceChildren(
      ...(found.length
        ? found.map(one =>
            h(
              "li.card",
              h(
                "a.open",
                {
                  href: addressOf({ tab: "film", film: one.id }),
                  "aria-label": t("Open the film {title}", { title: one.title }),
                },
                one.thumbnail ? h("img", { src: one.thumbnail, alt: "", loading: "lazy" }) : h("span.nolook"),
              ),
              h("div.card-line", h("span.card-title", { title: one.title }, one.title)),
            ),
          )
        : [h("li.empty", t("There are no films yet."))]),
    );
  }
  menu(card) {
    const line = (words, run) => closing("line", words, run);
    dialog(
      card.title,
      h(
        "div.list",
        line(t("Send to"), () => sendTo(card)),
        isExamined(card.kind) ? line(t("Verify"), () => verify(card.id)) : null,
        line(t("Details, replay, compare"), () => details(card.id)),
        download("line", card),
        canShare(card) &&
          line(t("Share"), () =>
            bus.dispatchEvent(new CustomEvent("share", { detail: ["result", card.id, card.title] })),
          ),
        line(t("Rename"), () => rename(card, () => this.load())),
        line(t("Delete"), () => this.remove(card)),
      ),
    );
  }
  async remove(card) {
    try {
      await post(`artifacts/${card.id}/delete`);
      poll();
      tell(t("{title} was deleted.", { title: card.title }), {
        label: t("Undo"),
        run: () => post(`artifacts/${card.id}/undelete`).then(poll, fail),
      });
    } catch (error) {
      fail(error);
    }
  }
}
customElements.define("studio-shelf", Shelf);

// models

class Models extends HTMLElement {
  connectedCallback() {
    if (!this.firstChild) this.append(h("p.help", { role: "status" }, t("The list is being read …")));
    this.load();
  }
  async load() {
    const found = await ask("models").catch(error => ({ problem: error.message, cards: [], sources: [] }));
    const missing = found.cards.filter(card => !card.present && card.fetchable && !card.hub);
    const size = missing.reduce((sum, card) => sum + card.size_bytes, 0),
      start = body => post("models", body).then(() => this.load(), fail);
    const one = card =>
      !card.present &&
      card.fetchable &&
      found.may_fetch &&
      !found.fetching &&
      button("secondary.fetch", t("Fetch"), () => start({ source: card.source }), {
        "aria-label": t("Fetch {name}", { name: card.name }),
      });
    this.replaceChildren(
      found.problem
        ? h(
            "p.problem",
            { role: "alert" },
            t(found.problem),
            " ",
            found.may_fetch ? t("What has arrived is kept; fetch again to go on.") : "",
          )
        : "",
      found.fetching
        ? h(
            "div.progress-line",
            { role: "status" },
            t(found.label),
            h("progress", { max: 1, value: found.fraction, "aria-label": t("Fetching models") }),
          )
        : missing.length && found.may_fetch
          ? button("secondary", t("Fetch what is missing ({amount} MB)", { amount: num(size / 1e6) }), () => start({}))
          : missing.length
            ? h("p.help", t("Some models are missing. An administrator can fetch them here."))
            : "",
      h(
        "ul.models",
        found.cards.map(card =>
          h(
            "li",
            h(
              "div",
              h("strong", card.name),
              h(
                "span.badge",
                card.present
                  ? t("here")
                  : found.fetching && found.sources.includes(card.source)
                    ? t("being fetched")
                    : card.hub
                      ? t("from a hub")
                      : t("not fetched"),
              ),
              one(card),
            ),
            h("p", t(card.about)),
            h(
              "p.help",
              t("{amount} MB. {licence}. {what} {caveat}", {
                amount: num(card.size_bytes / 1e6, 1),
                licence: card.licence,
                what: card.commercial ? t("Commercial use allowed.") : t("Not for commercial use."),
                caveat: t(card.caveat),
              }),
            ),
            h("code", card.source),
            card.hub &&
              h(
                "p.help",
                card.revision
                  ? t("Pinned to version {commit}.", { commit: card.revision.slice(0, 12) })
                  : t("Not pinned: its newest version is fetched."),
              ),
          ),
        ),
      ),
    );
    if (found.fetching) setTimeout(() => this.load(), 500);
  }
}
customElements.define("studio-models", Models);
