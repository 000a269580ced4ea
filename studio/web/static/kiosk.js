// @ts-check
// A page at an exhibition or a stand (?kiosk=1): no files of one's own, and when nobody is there any more, everything is deleted and the page begins anew.
import { bus, button, dialog, fail, h, post, state, t, tn } from "./core.js";

const KEPT = "studio-kiosk"; // the address loses its query when the visitor goes on; the stand stays one
const query = new URLSearchParams(
  new URLSearchParams(location.search).has("kiosk") ? location.search : (sessionStorage.getItem(KEPT) ?? ""),
);
const LONG = Math.min(3600, Math.max(15, Number(query.get("idle")) || 120)),
  WARNING = Math.min(20, LONG / 2); // seconds

export function kiosk() {
  return query.get("kiosk") === "1";
}

let last = Date.now(),
  asking = null;
const here = () => {
  last = Date.now();
  if (asking) {
    asking.close();
    asking = null;
  }
};
const playing = () =>
  [...document.querySelectorAll("video, audio")].some(one => {
    const media = /** @type {HTMLMediaElement} */ (one);
    return !media.paused && !media.loop;
  });
const busy = () => state.jobs.some(job => job.state === "running" || job.state === "queued");

async function anew() {
  try {
    await post("mine/forget", { confirm: "forget me" });
  } catch {
    /* the next load begins anew all the same */
  }
  localStorage.clear();
  sessionStorage.clear();
  location.replace(`${location.pathname}?${query}`);
}

function look() {
  if (playing() || busy()) last = Math.max(last, Date.now() - 1000 * (LONG - WARNING) + 5000);
  const left = LONG - (Date.now() - last) / 1000;
  if (left <= 0) {
    clearInterval(timer);
    anew();
    return;
  }
  if (left > WARNING) return;
  const words = tn(
    "Everything here is deleted in {n} second.",
    "Everything here is deleted in {n} seconds.",
    Math.ceil(left),
  );
  if (!asking) {
    asking = dialog(
      t("Are you still there?"),
      h("p.kiosk-left", { role: "status" }, words),
      button("primary", t("I am still here"), here),
    );
    asking.addEventListener("close", () => {
      asking = null;
      last = Date.now();
    });
  } else asking.querySelector(".kiosk-left").textContent = words;
}
let timer = 0;
async function begin() {
  document.documentElement.classList.add("kiosk");
  sessionStorage.setItem(KEPT, query.toString());
  try {
    await post("kiosk");
  } catch (error) {
    document.documentElement.classList.remove("kiosk");
    sessionStorage.removeItem(KEPT);
    return fail(error);
  }
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(
      kind,
      () => {
        if (!asking) last = Date.now();
      },
      { passive: true },
    );
  timer = setInterval(look, 1000);
  bus.dispatchEvent(new Event("kiosk"));
}
if (kiosk()) begin();
