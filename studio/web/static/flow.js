// A narrow page is one flow: the button stays in sight, the page goes to what is being made, the settings fold away.
import { bus } from "./core.js";

export const NARROW = matchMedia("(max-width: 56.25em)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const pageOf = tab => document.getElementById(`tab-${tab.toLowerCase()}`);

function fold(controls, folded) {
  controls?.classList.toggle("folded", folded);
  controls?.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(!folded));
}

bus.addEventListener("asked", event => {
  const { tab, job } = /** @type {CustomEvent} */ (event).detail,
    page = pageOf(tab ?? "");
  if (!page || !NARROW.matches) return;
  fold(page.querySelector(".controls"), Boolean(job));
  if (job)
    page.querySelector(".stage")?.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
});
bus.addEventListener("delivered", event => fold(pageOf(event.detail.tab)?.querySelector(".controls"), false));
document.addEventListener("click", event => {
  const button = event.target.closest?.("[data-fold]");
  if (button) fold(button.closest(".controls"), button.getAttribute("aria-expanded") === "true");
});
