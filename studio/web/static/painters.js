// A real picture model: its size and licence, how long a picture takes on this machine, and one button that fetches it.
import { ask, button, fail, h, num, post, seconds, t } from "./core.js";

/** @typedef {{ key: string, name: string, about: string, source: string, size_bytes: number, licence: string, forbids: boolean, commercial: boolean, caveat: string, present: boolean, drawing: boolean, seconds: number | null, runs: number, reason: { why?: string, needed?: number, has?: number } }} Painter */

const SOON = 700,
  LATER = 2500; // milliseconds until the next look: while something arrives, while the machine is measured
const LOOKS = 40; // at a machine that is measured
const gigabytes = bytes => num(bytes / 1e9, 1);

/** Why a model does not fit, in a sentence. @param {Painter["reason"]} reason */
function reasonOf({ why, needed = 0, has = 0 }) {
  const values = { needed: gigabytes(needed), has: gigabytes(has) };
  if (why === "gpu") return t("It needs {needed} GB on the GPU, which has {has} GB.", values);
  if (why === "memory") return t("It needs about {needed} GB of memory; a job may use {has} GB.", values);
  if (why === "disk") return t("It needs {needed} GB of the disk; {has} GB are free.", values);
  return why === "hub" ? t("This studio works without a model hub.") : "";
}

export class Painters {
  /** @param {string} verb what the button of a fetched model says @param {(one: Painter) => void} use what it does */
  constructor(verb, use) {
    this.verb = verb;
    this.use = use;
    this.looks = 0;
    this.found = null;
    this.body = h("div.painter-rows");
    this.said = h("p.problem", { role: "alert", hidden: true });
    this.element = h(
      "section.painters",
      { "aria-label": t("A real picture model"), hidden: true },
      h("h3", t("A real picture model")),
      this.body,
      this.said,
    );
    this.sentinel = h("div.painters-place", this.element);
    const seen = new IntersectionObserver(
      entries => {
        if (entries.some(one => one.isIntersecting)) {
          seen.disconnect();
          this.load();
        }
      },
      { rootMargin: "200px" },
    );
    seen.observe(this.sentinel);
  }
  async load() {
    const found = await ask("painters").catch(() => null);
    if (!found) return;
    this.found = found;
    this.draw();
    this.element.hidden = false;
    if (this.sentinel.isConnected && (found.fetching || (!found.measured && this.looks++ < LOOKS)))
      setTimeout(() => this.load(), found.fetching ? SOON : LATER);
  }
  /** @param {Record<string, string>} body */
  async change(body) {
    this.said.hidden = true;
    try {
      await post("models", body);
      this.looks = 0;
      await this.load();
    } catch (error) {
      fail(error);
    }
  }
  draw() {
    const { models, usual, problem } = this.found,
      first = models.find(one => one.key === usual),
      others = models.filter(one => one !== first);
    const open = this.body.querySelector("details")?.open ?? false;
    this.body.replaceChildren(
      this.row(first),
      h(
        "details",
        { open },
        h("summary", t("Other models ({n})", { n: others.length })),
        others.map(one => this.row(one)),
      ),
    );
    this.said.textContent = problem ? t(problem) : "";
    this.said.hidden = !problem;
  }
  /** @param {Painter} one */
  row(one) {
    const { may_fetch, fetching, sources, measured } = this.found,
      arriving = fetching && sources.includes(one.source),
      lack = reasonOf(one.reason);
    const use = one.commercial ? t("Commercial use allowed.") : t("Not for commercial use.");
    const time =
      one.seconds === null
        ? measured
          ? ""
          : t("The time of a picture is being measured.")
        : t("About {time} a picture on this machine.", { time: seconds(one.seconds) });
    return h(
      "div.painter",
      { "data-painter": one.key, "data-present": String(one.present) },
      h("p", h("strong", one.name), " ", t("{size} GB.", { size: gigabytes(one.size_bytes) }), " ", time),
      h(
        "p.help",
        one.licence,
        ". ",
        one.forbids && t("The licence forbids some uses."),
        " ",
        use,
        " ",
        one.caveat && t(one.caveat),
        " ",
        one.drawing ? t("It can begin from our drawing.") : t("It paints from words alone."),
      ),
      lack && h("p.help.lack", lack),
      arriving && this.arriving(one),
      !arriving &&
        h(
          "div.buttons",
          one.present &&
            button("secondary", this.verb, () => this.use(one), { "aria-label": `${this.verb}: ${one.name}` }),
          one.present &&
            may_fetch &&
            button("link", t("Remove from this machine"), () => this.change({ source: one.source, do: "remove" }), {
              "aria-label": t("Remove {name} from this machine", { name: one.name }),
            }),
          !one.present &&
            !lack &&
            (!may_fetch
              ? h("p.help", t("An administrator of this studio can fetch it."))
              : fetching
                ? h("p.help", t("Another model is being fetched."))
                : button("secondary", t("Fetch"), () => this.change({ source: one.source }), {
                    "aria-label": t("Fetch {name}", { name: one.name }),
                  })),
        ),
    );
  }
  /** @param {Painter} one */
  arriving(one) {
    const { done_bytes, total_bytes, bytes_a_second, seconds_left, fraction, may_fetch } = this.found;
    const values = {
      done: num(done_bytes / 1e6),
      total: num((total_bytes || one.size_bytes) / 1e6),
      speed: num(bytes_a_second / 1e6, 1),
      time: seconds(seconds_left),
    };
    return h(
      "div",
      { role: "status" },
      h("progress", { max: 1, value: fraction, "aria-label": t("Fetching {name}", { name: one.name }) }),
      h(
        "p.help",
        seconds_left === null
          ? t("{done} of {total} MB", values)
          : t("{done} of {total} MB, {speed} MB a second, about {time} left", values),
      ),
      may_fetch &&
        h(
          "div.buttons",
          button("secondary", t("Stop"), () => this.change({ do: "stop" })),
        ),
    );
  }
}
