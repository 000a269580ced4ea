// @ts-check
// Elements of every page of the studio.

/** h("button.quiet", { onclick }, "Stop", child), or without attributes: an element; text is always text, never markup.
 * @param {string} tag @param {...any} parts @returns {any} */
export function h(tag, ...parts) {
  const [name = "", ...classes] = tag.split(".");
  const element = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  if (name === "button") element.setAttribute("type", "button");
  if (classes.length) element.setAttribute("class", classes.join(" "));
  const attributes = parts[0] && Object.getPrototypeOf(parts[0]) === Object.prototype ? parts.shift() : {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") /** @type {any} */ (element)[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...shown(parts));
  return element;
}
/** @param {any[]} children those that are false or null are none */
const shown = children => children.flat().filter(child => child !== null && child !== undefined && child !== false);
/** Put children in the place of what an element holds. @param {any} element @param {...any} children */
export const fill = (element, ...children) => element.replaceChildren(...shown(children));

/** A film of the studio's own, playing without a sound; its first picture waits for whoever wants less motion. @param {string} film @param {string} poster @param {string} alt */
export function playing(film, poster, alt) {
  const autoplay = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const parts = { controls: true, loop: true, autoplay, playsinline: true, preload: "metadata", "aria-label": alt };
  const video = h("video", { src: `studio/assets/${film}`, poster: `studio/assets/${poster}`, ...parts });
  video.muted = true;
  return video;
}

/** A button with what is done at a click. @param {string} look its classes, with dots @param {any} label @param {(event: any) => unknown} run @param {object} attributes @returns {any} */
export const button = (look, label, run, attributes = {}) =>
  h(look ? `button.${look}` : "button", { onclick: run, ...attributes }, label);

/** Write a text into an element, which is out of sight while it has none. @param {any} element */
export function say(element, text = "") {
  element.textContent = text;
  element.hidden = !text;
}
/** A list to choose from: values with their words. @param {object} attributes @param {any[][]} options @returns {any} */
export const select = (attributes, options) =>
  h(
    "select",
    attributes,
    options.map(([value, words]) => h("option", { value }, words)),
  );
/** What a field suggests that names it in `list`. @param {string} id @param {string[]} names @returns {any} */
export const suggesting = (id, names) =>
  h(
    "datalist",
    { id },
    names.map(value => h("option", { value })),
  );
/** @param {string} tag ul or ol with its classes @param {any[]} items @returns {any} */
export const list = (tag, items) =>
  h(
    tag,
    items.map(item => h("li", item)),
  );
/** Names with their values. @param {any[][]} rows @returns {any} */
export const facts = rows =>
  h(
    "dl.facts",
    rows.flatMap(([name, value]) => [h("dt", name), h("dd", String(value))]),
  );
