// @ts-check
// The page of the static edition: its header, the films, the line that runs the whole studio, where one is in the address, and the worker that keeps it for offline.
import { bus, button, copy, h, language, t, tell } from "../core.js";
import { addressOf, placeOf } from "../place.js";
import { originCheck } from "./origin.js";

/** @type {{ films: { name: string, title: string, about: string }[], languages: Record<string, string>, line: string }} */
const edition = JSON.parse(document.getElementById("edition")?.textContent ?? "{}");
const header = /** @type {HTMLElement} */ (document.querySelector(".masthead")),
  below = /** @type {HTMLElement} */ (document.querySelector(".edition-below"));
const labElement = () => /** @type {any} */ (document.querySelector("studio-lab"));

/** What an exhibit cannot do without a server; the others are whole here. @type {Record<string, () => string>} */
const LIMITS = {
  style: () => t("Painting works here; the rest needs the whole studio."),
  ...Object.fromEntries(
    ["pixels", "codes", "sounds", "text", "faces", "nudge"].map(name => [
      name,
      () => t("This exhibit needs the whole studio."),
    ]),
  ),
  chain: () => t("A chain of your own needs the whole studio."),
};

function head() {
  const choice = h(
    "select",
    {
      "aria-label": t("Language"),
      onchange: () => {
        const at = new URL(location.href);
        at.searchParams.set("lang", choice.value);
        location.assign(at);
      },
    },
    Object.entries(edition.languages).map(([code, name]) => h("option", { value: code, lang: code }, name)),
  );
  choice.value = language;
  header.append(
    h(
      "a.brand",
      { href: "#/lab" },
      h("img", { src: "studio/static/icon.svg", alt: "", width: 30, height: 30 }),
      h("span", "Afternoon Studio"),
    ),
    h(
      "nav.edition-tools",
      { "aria-label": t("Pages") },
      h("a", { href: "#/lab" }, t("Exhibits")),
      h("a", { href: "#films" }, t("Films")),
      h("a", { href: "#origin" }, t("Is it signed?")),
      h("a", { href: "studio/lessons/chapter.html" }, t("Lessons")),
      h("a", { href: "#run" }, t("Run the whole studio")),
      choice,
      h("button.quiet", { "data-do": "dark" }, t("Use dark colours")),
    ),
  );
}
function foot() {
  const film = (/** @type {{ name: string, title: string, about: string }} */ one) =>
    h(
      "figure.edition-film",
      h("video", {
        src: `studio/assets/films/${one.name}.mp4`,
        poster: `studio/assets/films/${one.name}.webp`,
        controls: true,
        preload: "none",
        playsinline: true,
        "aria-label": one.title,
      }),
      h(
        "figcaption",
        h("strong", one.title),
        " ",
        h(
          "a",
          { href: `#/lab/chain?state=${btoa(JSON.stringify({ result: one.name })).replaceAll("=", "")}` },
          t("The chain of this film"),
        ),
      ),
    );
  below.append(
    h(
      "section",
      { id: "films" },
      h("h2", t("Films that the studio made")),
      h("div.edition-films", edition.films.map(film)),
      h("p.help", t("A film is kept for offline once it was played.")),
    ),
    originCheck(),
    h(
      "section",
      { id: "run" },
      h("h2", t("Run the whole studio")),
      h("p", t("This line, typed in the project’s folder, starts the whole studio:")),
      h(
        "div.edition-run",
        h("code", edition.line),
        button("", t("Copy the line"), () => copy(edition.line, t("The line is copied."), edition.line)),
      ),
    ),
  );
}
const WHOLE = () => tell(t("This part needs the whole studio; see “Run the whole studio”."));

/** The films stand under the list of exhibits; an exhibit says what it cannot do here. */
function seen() {
  const one = labElement()?.exhibit,
    page = document.querySelector(".lab-page .lab-head");
  below.hidden = Boolean(labElement()?.view);
  if (one && LIMITS[one.name] && page && !page.querySelector(".edition-limit"))
    page.append(h("p.note.edition-limit", LIMITS[one.name]()));
}
function reveal(id) {
  below.hidden = false;
  document.getElementById(id)?.scrollIntoView();
}
bus.addEventListener("place", () => {
  const { method, state } = labElement()?.place ?? {},
    address = addressOf(/** @type {any} */ ({ tab: "lab", method, shelf: "", state }));
  if (labElement() && address !== location.hash && !["#films", "#origin", "#run"].includes(location.hash))
    history.replaceState(null, "", address);
  seen();
});
addEventListener("hashchange", () => {
  const place = placeOf();
  if (place?.tab === "lab") labElement()?.go(place.method, place.state).then(seen);
  else if (place) {
    WHOLE();
    reveal("run");
  } else reveal(location.hash.slice(1));
});

head();
foot();
seen();
const away = placeOf();
if (away && away.tab !== "lab") {
  WHOLE();
  reveal("run");
}
navigator.serviceWorker
  ?.register("sw.js")
  .then(() => navigator.serviceWorker.ready)
  .then(
    () => {
      document.body.dataset.offline = "ready";
    },
    () => {},
  );
