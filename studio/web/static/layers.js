// A picture in layers: choose one, drag it, scale, flip, reorder, draw again, recolour, take away, add by word; nothing is final before it is applied.
import { ask, bus, dialog, fail, h, later, poll, post, t, tell, tn } from "./core.js";
import { optionsOf } from "./form.js";
import { askedBefore } from "./strange_words.js";

const COLOURS = [later("red"), later("orange"), later("yellow"), later("green"), later("teal"), later("blue"), later("purple"), later("pink"), later("brown"), later("black"), later("white"), later("grey")];
const PLANES = { sky: 0, far: 0.9, middle: 1, ground: 2, near: 9, weather: 10 };

/** The files of a ZIP archive by name: stored ones as they are, deflated ones through the browser's own decompressor. */
export async function unzip(buffer) {
  const view = new DataView(buffer), bytes = new Uint8Array(buffer), files = new Map();
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error(t("This archive cannot be read."));
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    const method = view.getUint16(at + 10, true), size = view.getUint32(at + 20, true), long = view.getUint16(at + 28, true), start = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + long));
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    const raw = bytes.subarray(from, from + size);
    files.set(name, { blob: async type => method === 0 ? new Blob([raw], { type }) : new Blob([await new Response(new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer()], { type }) });
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

/** What a figure is called in the list: its own noun where one word of the prompt became several, with a number where that is the same. @param {any} one @param {any[]} all */
export function calledIn(one, all) {
  const name = (/** @type {any} */ other) => other.said && all.filter(another => another.said === other.said).length === 1 ? other.said : other.noun;
  const same = all.filter(other => name(other) === name(one));
  return same.length > 1 ? t("{what} {n}", { what: name(one), n: same.findIndex(other => other.id === one.id) + 1 }) : name(one);
}

export function layersViewer(card) {
  const picture = h("img.preview", { src: card.url, alt: card.title, width: card.width, height: card.height });
  const box = h("div.scene-box", {}, picture);
  const file = card.files.find(one => one.name === "layers.ora");
  if (file) open(card, file, box).catch(fail);
  return [box];
}

async function open(card, file, box) {
  const files = await unzip(await (await fetch(file.url)).arrayBuffer());
  const described = files.get("studio.json");
  if (!described) return;
  const facts = JSON.parse(await (await described.blob("application/json")).text());
  const urls = await Promise.all(facts.layers.map(async layer => URL.createObjectURL(await files.get(layer.file).blob("image/png"))));
  const editor = new Editor(card, facts, urls);
  box.replaceChildren(editor.element);
}

export class Editor {
  constructor(card, facts, urls) {
    this.card = card;
    this.facts = facts;
    this.edits = [];
    this.chosen = null;
    this.stage = h("div.scene", { style: `aspect-ratio: ${facts.width} / ${facts.height}; --ratio: ${facts.width / facts.height}`, role: "group", "aria-label": t("The picture in layers") });
    this.images = facts.layers.map((layer, n) => {
      const image = h(`img.layer.${layer.kind}`, { src: urls[n], alt: "", draggable: "false" });
      Object.assign(image.style, { left: `${100 * layer.x / facts.width}%`, top: `${100 * layer.y / facts.height}%`, width: `${100 * layer.width / facts.width}%` });
      image.addEventListener("load", () => URL.revokeObjectURL(urls[n]), { once: true });
      return image;
    });
    this.frame = h("div.layer-frame", { hidden: true });
    this.stage.append(...this.images, this.frame);
    this.list = h("div.layer-list", { role: "listbox", "aria-label": t("Layers"), tabindex: -1 });
    this.tools = h("div.layer-tools");
    this.word = h("input", { type: "text", placeholder: t("a small red bird"), "aria-label": t("Add by word"), maxlength: 80 });
    this.asked = h("div", {});
    const add = h("form.layer-add", { onsubmit: event => { event.preventDefault(); this.add(this.word.value.trim()); } }, this.word, h("button.secondary", {}, t("Add")), this.asked);
    this.bar = h("div.buttons.layer-bar");
    this.element = h(`div.scene-editor${facts.height > facts.width ? ".tall" : ""}`, {}, this.stage, h("div.layer-side", {}, this.list, this.tools, add, this.bar), this.notes());
    this.stage.addEventListener("pointerdown", event => this.press(event));
    this.element.addEventListener("keydown", event => this.key(event));
    this.draw();
  }
  notes() {
    const about = this.facts.about, said = [...(about.notes ?? [])];
    if (about.backdrop) said.push(t("The backdrop ({what}) is {backdrop}.", { what: [about.place, about.hour, about.weather !== "clear" && about.weather].filter(Boolean).map(one => t(one)).join(", "), backdrop: t(about.backdrop) }));
    return h("div.layer-notes", {}, said.map(note => h("p.help", {}, note)));
  }
  called(one) { return calledIn(one, this.facts.figures); }
  /** The figures as they stand after the edits that were not applied yet. */
  figures() {
    const found = new Map(this.facts.figures.map(one => [one.id, { ...one }]));
    for (const edit of this.edits) {
      const one = found.get(edit.layer);
      if (!one) continue;
      if (edit.act === "move") { one.z += ["ground", "water"].includes(one.habitat) && !one.seated ? (edit.y - one.feet) / this.facts.height : 0; one.x = edit.x; one.feet = edit.y; }
      else if (edit.act === "scale") one.scale = edit.factor;
      else if (edit.act === "flip") one.mirrored = !one.mirrored;
      else if (edit.act === "show") one.visible = edit.visible;
      else if (edit.act === "delete") found.delete(edit.layer);
      else if (edit.act === "order") {
        const levels = [...found.values()].filter(other => other.id !== one.id).map(other => other.z).sort((a, b) => a - b);
        if (!levels.length) continue;
        let place = levels.filter(level => level < one.z).length;
        place = { front: levels.length, back: 0, forward: Math.min(levels.length, place + 1), backward: Math.max(0, place - 1) }[edit.to];
        one.z = place === levels.length ? levels.at(-1) + 0.0005 : place === 0 ? levels[0] - 0.0005 : (levels[place - 1] + levels[place]) / 2;
      }
    }
    return found;
  }
  draw() {
    const now = this.figures(), base = new Map(this.facts.figures.map(one => [one.id, one])), places = this.places(now);
    this.facts.layers.forEach((layer, n) => {
      const image = this.images[n];
      image.style.zIndex = places.get(n);
      if (layer.kind === "plane") return;
      const one = now.get(layer.figure), was = base.get(layer.figure);
      image.hidden = !one || !one.visible;
      if (!one) return;
      const left = was.x - layer.x, foot = was.feet - layer.y;
      image.style.transformOrigin = `${100 * left / layer.width}% ${100 * foot / layer.height}%`;
      const zoom = one.scale / was.scale, turned = one.mirrored !== was.mirrored && layer.kind === "figure" ? -1 : 1;
      image.style.transform = `translate(${100 * (one.x - was.x) / layer.width}%, ${100 * (one.feet - was.feet) / layer.height}%) scale(${zoom * turned}, ${zoom})`;
    });
    const one = this.chosen && now.get(this.chosen);
    if (!one) this.chosen = null;
    this.frame.hidden = !one;
    if (one) {
      const wide = one.wide * one.scale, tall = one.tall * one.scale, { width, height } = this.facts;
      Object.assign(this.frame.style, { left: `${100 * (one.x - wide / 2) / width}%`, top: `${100 * (one.feet - tall) / height}%`, width: `${100 * wide / width}%`, height: `${100 * tall / height}%` });
    }
    this.drawList(now);
    this.drawTools(one);
    this.drawBar();
  }
  /** For each layer its place from the back: figures by their depth however little they differ, what lies under one just behind it. */
  places(now) {
    const depth = layer => layer.kind === "plane" ? [PLANES[layer.name], 0] : [now.get(layer.figure)?.z ?? 0, layer.kind === "under" ? 1 : 2];
    const order = this.facts.layers.map((layer, n) => [n, ...depth(layer)]).sort((a, b) => a[1] - b[1] || a[2] - b[2] || a[0] - b[0]);
    return new Map(order.map(([n], place) => [n, place + 1]));
  }
  /** "Draw again" from the same picture draws another each time: the next take that was not asked for yet. */
  nextTake(one) {
    const key = `studio-take-${this.card.id}-${one.id}`, next = 1 + Math.max(...one.takes, Number(sessionStorage.getItem(key) ?? 0));
    sessionStorage.setItem(key, next);
    return next;
  }
  drawList(now) {
    const held = this.list.contains(document.activeElement);
    this.list.replaceChildren(...[...now.values()].sort((a, b) => b.z - a.z).map(one => h("button.layer-row", { type: "button", role: "option", "aria-selected": String(one.id === this.chosen), "data-figure": one.id,
      onclick: () => this.choose(one.id === this.chosen ? null : one.id) }, this.called(one), one.visible ? null : h("small", {}, " hidden"))));
    if (!now.size) this.list.append(h("p.help", {}, t("The picture has only a background. Type a word to add something.")));
    if (held && this.chosen) this.list.querySelector(`[data-figure="${this.chosen}"]`)?.focus();
  }
  drawTools(one) {
    if (!one) { this.tools.replaceChildren(h("p.help", {}, t("Click a thing in the picture to change it. Drag it to move it."))); return; }
    const button = (words, run, label = words) => h("button", { type: "button", "aria-label": `${label}: ${this.called(one)}`, onclick: run }, words);
    const edit = made => () => this.edit({ layer: one.id, ...made });
    const takes = one.takes.length > 1 ? h("label.takes", {}, t("Take "), h("select", { "aria-label": t("Take"), onchange: event => this.send({ act: "reroll", layer: one.id, take: Number(event.target.value) }) },
      one.takes.map(take => h("option", { value: take, selected: take === one.take }, String(take + 1))))) : null;
    this.tools.replaceChildren(
      h("label.size", {}, t("Size"), h("input", { type: "range", min: 0.3, max: 3, step: 0.02, value: one.scale, "aria-label": t("Size of {said}", { said: this.called(one) }), oninput: event => this.edit({ act: "scale", layer: one.id, factor: Number(event.target.value) }, true) })),
      h("div.tool-row", {}, button(t("Flip"), edit({ act: "flip" })), button(t("Forward"), edit({ act: "order", to: "forward" })), button(t("Back"), edit({ act: "order", to: "backward" })),
        button(one.visible ? t("Hide") : t("Show"), edit({ act: "show", visible: !one.visible })), button(t("Draw again"), () => this.send({ act: "reroll", layer: one.id, take: this.nextTake(one) })), takes, button(t("Remove"), edit({ act: "delete" }))),
      one.character ? this.acting(one) : "",
      h("div.swatches", { role: "group", "aria-label": t("Colour") }, COLOURS.map(colour => h("button.swatch", { type: "button", "aria-label": t(colour), title: t(colour), "aria-pressed": String(one.paint === colour), style: `background: ${colour}`, onclick: () => this.send({ act: "recolour", layer: one.id, colour }) })),
        button(t("Own colours"), () => this.send({ act: "recolour", layer: one.id, colour: "" }))));
  }
  /** What somebody with a body does, and with which face: the picture shows it, and Animate plays it where no sentence says otherwise. */
  acting(one) {
    const said = this.called(one), wanted = { action: one.play ?? "", expression: one.face ?? "" };
    const list = (label, name, options) => h("label.size", {}, label, h("select", { "aria-label": `${label}: ${said}`, onchange: event => this.send({ act: "perform", layer: one.id, ...wanted, [name]: event.target.value }) },
      options.map(option => h("option", { value: option.value, selected: option.value === wanted[name] }, t(option.words)))));
    const actions = [{ value: "", words: t("as described") }, ...optionsOf("Generate", "generate.character", "action")];
    return h("div.tool-row.acting", {}, list(t("Does"), "action", actions), list(t("Face"), "expression", optionsOf("Generate", "generate.character", "expression")));
  }
  drawBar() {
    const count = this.edits.length;
    this.bar.replaceChildren(...[
      count ? h("button.secondary.apply", { type: "button", onclick: () => this.send() }, tn("Apply the change", "Apply {n} changes", count)) : null,
      count ? h("button.secondary", { type: "button", onclick: () => { this.edits.pop(); this.draw(); } }, t("Undo")) : this.card.parent ? h("button.secondary", { type: "button", onclick: () => bus.dispatchEvent(new CustomEvent("open", { detail: this.card.parent })) }, t("Undo")) : null].filter(Boolean));
  }
  choose(id) { this.chosen = id; this.draw(); }
  /** One more change; a slider that is still moving changes its last one. */
  edit(made, merge = false) {
    const last = this.edits.at(-1);
    if (merge && last && last.act === made.act && last.layer === made.layer) this.edits[this.edits.length - 1] = made;
    else this.edits.push(made);
    merge ? this.redraw() : this.draw();
  }
  redraw() { const tools = this.drawTools; this.drawTools = () => {}; this.draw(); this.drawTools = tools; }
  /** Add a thing by its words; what would be drawn as another word is asked first. */
  async add(words) {
    if (!words) return;
    const go = text => { this.asked.replaceChildren(); if (text.trim()) this.send({ act: "add", words: text.trim() }); };
    const question = await askedBefore(words, go);
    if (question) { this.asked.replaceChildren(question); question.querySelector("button")?.focus(); } else go(words);
  }
  async send(last = null) {
    try {
      const edits = last ? [...this.edits, last] : this.edits;
      await make("generate.rearrange", { layers: this.card.id }, { edits: JSON.stringify(edits) }, "Generate");
      tell(last?.act === "reroll" || last?.act === "add" || last?.act === "perform" ? t("The picture is being drawn.") : t("The picture is being put together."));
    } catch (error) { fail(error); }
  }
  at(event) {
    const box = this.stage.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * this.facts.width, (event.clientY - box.top) / box.height * this.facts.height];
  }
  press(event) {
    if (event.button) return;
    const [x, y] = this.at(event), now = this.figures();
    const hit = [...now.values()].filter(one => one.visible && Math.abs(x - one.x) <= one.wide * one.scale / 2 && y <= one.feet && y >= one.feet - one.tall * one.scale).sort((a, b) => b.z - a.z);
    const one = hit.find(each => each.id === this.chosen) ?? hit[0];
    if (!one) return this.choose(null);
    event.preventDefault();
    this.choose(one.id);
    this.stage.setPointerCapture(event.pointerId);
    let moved = false;
    const move = next => {
      const [nx, ny] = this.at(next);
      if (!moved && Math.hypot(nx - x, ny - y) < 3) return;
      const made = { act: "move", layer: one.id, x: Math.round(one.x + nx - x), y: Math.round(one.feet + ny - y) };
      if (moved) this.edits[this.edits.length - 1] = made; else this.edits.push(made);
      moved = true;
      this.redraw();
    };
    const up = () => { this.stage.removeEventListener("pointermove", move); this.stage.removeEventListener("pointerup", up); this.stage.removeEventListener("pointercancel", up); this.draw(); };
    this.stage.addEventListener("pointermove", move);
    this.stage.addEventListener("pointerup", up);
    this.stage.addEventListener("pointercancel", up);
  }
  key(event) {
    const one = this.chosen && this.figures().get(this.chosen);
    if (!one || event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 40 : 8, steps = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const wanted = steps[event.key] ? { act: "move", x: Math.round(one.x + steps[event.key][0]), y: Math.round(one.feet + steps[event.key][1]) }
      : event.key === "+" || event.key === "-" ? { act: "scale", factor: Math.min(6, Math.max(0.1, one.scale * (event.key === "+" ? 1.08 : 1 / 1.08))) }
      : event.key === "f" ? { act: "flip" } : event.key === "Delete" || event.key === "Backspace" ? { act: "delete" }
      : event.key === "PageUp" ? { act: "order", to: "forward" } : event.key === "PageDown" ? { act: "order", to: "backward" } : null;
    if (!wanted) return;
    event.preventDefault();
    event.stopPropagation();
    this.edit({ layer: one.id, ...wanted }, wanted.act === "move" || wanted.act === "scale");
    this.drawTools(this.figures().get(this.chosen));
  }
}

/** A call straight from the page: the same check and the same queue as a tab's own button. */
export async function make(pipeline, inputs, settings, tab) {
  const said = await post("make", { pipeline, inputs, settings, tab });
  bus.dispatchEvent(new CustomEvent("asked", { detail: { tab, job: said.job } }));
  poll();
  return said;
}
