// @ts-check
// Small controls that the exhibits share.
import { h } from "./plane.js";

/**
 * A slider with its value beside its name. `moved` hears every move, `settled` the last one.
 * @param {string} label @param {number} low @param {number} high @param {number} step @param {() => void} moved @param {() => void} [settled]
 */
export function slider(label, low, high, step, moved, settled = () => {}) {
  const out = h("output", {}),
    show = (/** @type {number} */ v) => {
      input.value = String(v);
      out.textContent = input.value;
    };
  const input = h("input", {
    type: "range",
    min: low,
    max: high,
    step,
    "aria-label": label,
    oninput: () => {
      out.textContent = input.value;
      moved();
    },
    onchange: settled,
  });
  return {
    element: h("label", {}, h("span", {}, label, " ", out), input),
    get value() {
      return Number(input.value);
    },
    show,
  };
}
/** @param {string} label @param {[string, string][]} options @param {() => void} changed */
export function choice(label, options, changed) {
  const select = h(
    "select",
    { "aria-label": label, onchange: changed },
    options.map(([value, words]) => h("option", { value }, words)),
  );
  return {
    element: h("label", {}, h("span", {}, label), select),
    select,
    get value() {
      return select.value;
    },
    show: (/** @type {unknown} */ v) => {
      if (options.some(([value]) => value === v)) select.value = v;
    },
  };
}
/** @param {string} label @param {() => void} changed */
export function check(label, changed, on = true) {
  const box = h("input", { type: "checkbox", checked: on, onchange: changed });
  return {
    element: h("label.check", {}, box, label),
    box,
    get on() {
      return box.checked;
    },
  };
}
/** @param {string} words @param {() => unknown} does */
export const button = (words, does) => h("button.secondary", { type: "button", onclick: does }, words);
/** A number within bounds, or the usual one. @param {unknown} value @param {number} low @param {number} high @param {number} usual */
export const held = (value, low, high, usual) =>
  typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : usual;
/** @param {string[]} head @param {(string | number)[][]} rows @param {string} caption */
export const table = (head, rows, caption) =>
  h(
    "div.lab-scroll",
    { tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table.lab-table",
      {},
      h("caption.sr", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map(one => h("th", { scope: "col" }, one)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(row =>
          h(
            "tr",
            {},
            row.map(cell => h("td", {}, String(cell))),
          ),
        ),
      ),
    ),
  );
/** What a text of the studio says in detail. @param {ArrayBuffer} bytes */
export const detailOf = bytes => JSON.parse(new TextDecoder().decode(bytes));
/** Settings of data, as the pipelines take them. @param {import("./plane.js").Data} data */
export const dataSettings = data => ({ points: data.written, shape: data.shape === "own" ? "islands" : data.shape });
/** The points of settings that were delivered. @param {import("./plane.js").Data} data @param {any} settings */
export function useSettings(data, settings) {
  const own =
    typeof settings.points === "string"
      ? settings.points
          .split(/[\s,]+/)
          .map(Number)
          .filter(Number.isFinite)
      : [];
  data.use(own.length > 4 ? "own" : (settings.shape ?? "islands"), own.length > 4 ? own : null);
}
