// Pictures in layers: shown, opened on the stage, and read for what their figures are called.
import { bus, button, h, poll, post, t } from "./core.js";
import { Stage } from "./stage.js";

const MOST_KEPT = 30; // changes that can be taken back

/** The files of a ZIP archive by name: stored ones as they are, deflated ones through the browser's own decompressor. */
export async function unzip(buffer) {
  const view = new DataView(buffer),
    bytes = new Uint8Array(buffer),
    files = new Map();
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error(t("This archive cannot be read."));
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    const method = view.getUint16(at + 10, true),
      size = view.getUint32(at + 20, true),
      long = view.getUint16(at + 28, true),
      start = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + long));
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    const raw = bytes.subarray(from, from + size);
    files.set(name, {
      blob: async type =>
        method === 0
          ? new Blob([raw], { type })
          : new Blob(
              [
                await new Response(
                  new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw")),
                ).arrayBuffer(),
              ],
              { type },
            ),
    });
    at += 46 + long + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

/** What the figures of a picture in layers are called, each name once; nothing for pictures that do not say. */
export async function figureNames(card) {
  const file = (card.files ?? []).find(one => one.name === "layers.ora");
  if (!file) return [];
  const described = (await unzip(await (await fetch(file.url)).arrayBuffer())).get("studio.json");
  const facts = described ? JSON.parse(await (await described.blob("application/json")).text()) : { figures: [] };
  return [...new Set((facts.figures ?? []).map(one => one.noun))];
}

/** A picture in layers: Storybook's own on a stage, any other as it is. */
export function layersViewer(card) {
  const picture = h("img.preview", { src: card.url, alt: card.title, width: card.width, height: card.height });
  const box = h("div.scene-box", picture);
  if (card.pipeline !== "generate.storybook") return [box];
  const open = button("secondary.to-stage", t("Change this scene"), () => {
    box.replaceChildren(new Stage(hostOf(card)).element);
    box.querySelector("button")?.focus();
  });
  picture.addEventListener("click", () => open.click());
  box.append(h("div.buttons", open));
  if (held(card).length) open.click();
  return [box];
}

/** The records of a picture's changes that were not painted yet; they outlive a reload. @param {any} card @returns {any[]} */
const held = card => JSON.parse(sessionStorage.getItem(`studio-stage-${card.id}`) ?? "[]");

function hostOf(card) {
  const key = `studio-stage-${card.id}`,
    past = held(card);
  const keep = () => {
    try {
      if (past.length) sessionStorage.setItem(key, JSON.stringify(past.slice(-MOST_KEPT)));
      else sessionStorage.removeItem(key);
    } catch {
      sessionStorage.removeItem(key);
    }
  };
  return {
    of: { artifact: card.id },
    scene: past.at(-1)?.scene ?? null,
    others: [],
    own: () => past.at(-1)?.own ?? null,
    keep: ({ scene, call }) => {
      past.push({ scene, own: call.inputs.thing ? { id: call.inputs.thing, name: call.settings.thing_name } : null });
      keep();
    },
    canGoBack: () => past.length > 0,
    back: async () => {
      past.pop();
      keep();
      return past.at(-1)?.scene ?? null;
    },
    make: async call => {
      await make("generate.storybook", call.inputs, call.settings, "Generate");
      past.length = 0;
      keep();
    },
  };
}

/** A call straight from the page: the same check and the same queue as a tab's own button. */
export async function make(pipeline, inputs, settings, tab) {
  const said = await post("make", { pipeline, inputs, settings, tab });
  bus.dispatchEvent(new CustomEvent("asked", { detail: { tab, job: said.job } }));
  poll();
  return said;
}
