// What is wrong with a form is said once: at its field, which gets the focus, or above the button where it is about no single field. It goes when the value changes.
import { bus, h } from "./core.js";
import { slotOf } from "./form.js";

let serial = 0;
/** @type {Map<string, Element | null>} */
const told = new Map(); // tab -> the field that its problem is about, null for no single one

function clear(tab) {
  for (const said of document.querySelectorAll(`.fault[data-tab="${tab}"]`)) {
    const control = document.querySelector(`[aria-describedby~="${said.id}"]`);
    control?.removeAttribute("aria-invalid");
    control?.setAttribute(
      "aria-describedby",
      control
        .getAttribute("aria-describedby")
        .split(" ")
        .filter(id => id !== said.id)
        .join(" "),
    );
    said.remove();
  }
}

/** Open whatever the field is folded into. */
function unfold(place) {
  const more = place.closest(".more-body[hidden]");
  if (more) document.querySelector(`[aria-controls="${more.id}"]`)?.click();
  if (place.classList.contains("folded")) place.querySelector(".slot-buttons button")?.click();
}

export function point(tab, { pipeline, sort, name }, sentence) {
  const place =
    sort === "slot" ? slotOf(tab, name) : document.getElementById(`set-${pipeline}-${name}`.replaceAll(".", "-"));
  if (!place) return;
  told.set(tab, place);
  unfold(place);
  const control = place.querySelector("input, textarea, select") ?? place.querySelector("button"),
    said = h("p.problem.fault", { id: `fault-${++serial}`, role: "alert", "data-tab": tab }, sentence);
  if (!control) return place.append(said);
  const anchor =
    control.closest(".slot-box") ?? (control.matches("textarea, input[type=text]") ? control : place.lastElementChild);
  anchor.after(said);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute(
    "aria-describedby",
    [control.getAttribute("aria-describedby"), said.id].filter(Boolean).join(" "),
  );
  document.querySelector(`studio-notice[tab="${tab}"]`)?.replaceChildren(); // the field has the sentence now
  place.scrollIntoView({ block: "center" }); // "nearest" would leave it behind the bar that stays
  control.focus({ preventScroll: true });
}
for (const kind of ["input", "change", "pick"]) {
  document.addEventListener(
    kind,
    event => {
      const from = /** @type {Element} */ (event.target),
        set = from.closest?.("studio-slot, studio-form, studio-methods"),
        tab = set?.getAttribute("tab"),
        place = told.get(tab);
      if (!told.has(tab) || (place && set.localName !== "studio-methods" && !place.contains(from))) return;
      told.delete(tab);
      clear(tab);
      document.querySelector(`studio-notice[tab="${tab}"]`)?.replaceChildren();
    },
    true,
  );
}
document.addEventListener("input", event => {
  // in a sheet or an exhibit
  const sheet = /** @type {Element} */ (event.target).closest?.("dialog, .lab-exhibit");
  sheet?.querySelectorAll(".problem[role=alert]").forEach(
    /** @param {HTMLElement} said */ said => {
      said.hidden = true;
    },
  );
});

bus.addEventListener("asked", event => {
  const { tab, problem, field } = event.detail;
  clear(tab);
  told.delete(tab);
  if (problem) told.set(tab, null);
  if (problem && field) point(tab, field, problem);
});
