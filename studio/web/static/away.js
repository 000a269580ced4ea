// @ts-check
// While the studio does not answer the page says so, and what Gradio would send waits: of a connection that is lost Gradio says "Error" and reloads the page.
import { answered, bus, h, patiently, state, t, tell } from "./core.js";

const GRADIO = /\/gradio_api\/(run|queue)\//;
const send = window.fetch.bind(window);
window.fetch = (what, options) =>
  GRADIO.test(what instanceof Request ? what.url : String(what))
    ? patiently(() => answered(send(what, options)))
    : send(what, options);

let said = null; // in the page while the studio does not answer
/** @type {Map<Element, Element>} */
const pressed = new Map(); // the main buttons that were pressed since the studio last answered, and what is said there

document.addEventListener(
  "click",
  event => {
    const button = /** @type {Element} */ (event.target).closest?.("button.make, .make button");
    if (!button || pressed.has(button)) return;
    pressed.set(button, h("p.help", { role: "status" }, t("This is sent when the studio answers.")));
    if (state.away) show();
  },
  true,
);

function show() {
  if (!said?.isConnected) said = tell(t("The studio does not answer. What you wrote is kept."), null, true);
  for (const [button, words] of pressed) (button.closest(".film-run") ?? button).before(words);
}

bus.addEventListener("state", () => {
  if (state.away) {
    show();
    return;
  }
  for (const words of pressed.values()) words.remove();
  pressed.clear();
  if (!said) return;
  said.remove();
  said = null;
  for (const picture of document.images)
    if (picture.complete && !picture.naturalWidth) picture.setAttribute("src", picture.src); // not loaded meanwhile
  tell(t("The studio answers again."));
});
