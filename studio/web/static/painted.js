// What a model made of our drawing: our drawing, the painting and freer ones side by side; what the check after painting says; another seed, or freer, by one press.
import { ask, bus, button, fail, h, num, poll, post, t } from "./core.js";
import { enlargeable } from "./zoom.js";

const PAINTED = "generate.painted",
  FREER = 0.25,
  LOOKED = 8,
  SHOWN = 2; // of the shelf's newest paintings looked at; of them shown
/** How a result was made. @param {any} card */
const callOf = card => card.recipe?.steps?.[card.id] ?? null;
/** The picture that a model began from, where it lies beside its own. @param {any} card */
export const drawnUrl = card => card.files?.find(file => file.name === "drawn.png")?.url ?? null;

/** Other paintings of the same drawing, the nearest in freedom first. @param {any} card @param {any} call */
async function others(card, call) {
  const { cards } = await ask("shelf?kind=image"),
    found = cards.filter(one => one.pipeline === PAINTED && one.id !== card.id).slice(0, LOOKED);
  const known = await Promise.all(found.map(one => ask(`artifacts/${one.id}`).catch(() => null)));
  const same = known.filter(one => one && callOf(one)?.inputs.layers === call.inputs.layers);
  return same
    .sort(
      (a, b) =>
        Math.abs(callOf(a).settings.free - call.settings.free) - Math.abs(callOf(b).settings.free - call.settings.free),
    )
    .slice(0, SHOWN);
}

/** @param {any} card a result of `generate.painted` */
export function beside(card) {
  const call = callOf(card),
    drawn = drawnUrl(card),
    element = h("section.painted-beside", { "aria-label": t("Side by side") });
  if (!call || !drawn) return element;
  const figure = (url, words) =>
    h("figure.take", enlargeable(h("img", { src: url, alt: words }), words), h("figcaption", words));
  const free = one => t("Painted, {share} % free", { share: num(100 * callOf(one).settings.free) });
  const row = h("div.takes-grid", figure(drawn, t("Our drawing")), figure(card.url, free(card))),
    said = h("ul.plain", { role: "status" });
  const again = async settings => {
    try {
      const { job } = await post("make", { ...call, settings: { ...call.settings, ...settings } });
      bus.dispatchEvent(new CustomEvent("asked", { detail: { tab: "Generate", job } }));
      poll();
    } catch (error) {
      fail(error);
    }
  };
  element.append(
    h("h3", t("Side by side")),
    row,
    said,
    h(
      "div.buttons",
      call.settings.free < 1 &&
        button("secondary", t("Paint it freer"), () =>
          again({ free: Math.min(1, Math.round(100 * (call.settings.free + FREER)) / 100) }),
        ),
      button("secondary", t("Paint it with another seed"), () =>
        again({ seed: Math.floor(Math.random() * 4294967295) }),
      ),
    ),
  );
  others(card, call)
    .then(found =>
      row.replaceChildren(
        row.children[0],
        ...[card, ...found]
          .sort((a, b) => callOf(a).settings.free - callOf(b).settings.free)
          .map(one => figure(one.url, free(one))),
      ),
    )
    .catch(() => {});
  const facts = card.files.find(file => file.name === "painted.json");
  if (facts)
    ask(facts.url.replace(/^studio\//, ""))
      .then(found => said.replaceChildren(...found.checks.notes.map(note => h("li", t(note)))))
      .catch(() => {});
  return element;
}
