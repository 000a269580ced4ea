// @ts-check
// The choice of a language in the masthead. The studio remembers it in a cookie; where a frame may keep none, the address says it.
import { onceThere } from "./core.js";
import { direction, language } from "./say.js";

function speak(chosen) {
  document.cookie = `studio-language=${chosen}; path=/; max-age=31536000; samesite=lax`;
  const url = new URL(location.href);
  if (document.cookie.includes(`studio-language=${chosen}`)) url.searchParams.delete("lang");
  else url.searchParams.set("lang", chosen);
  if (url.href === location.href) location.reload();
  else location.assign(url);
}

function show() {
  for (const list of document.querySelectorAll("select[data-language]")) {
    if (list instanceof HTMLSelectElement && [...list.options].some(one => one.value === language))
      list.value = language;
  }
}

/** Gradio writes the browser's language into the page when it starts. */
function mark() {
  const root = document.documentElement;
  if (root.lang !== language) root.lang = language;
  if (root.dir !== direction) root.dir = direction;
}

document.addEventListener("change", event => {
  if (event.target instanceof HTMLSelectElement && event.target.matches("[data-language]")) speak(event.target.value);
});
onceThere("select[data-language]", show);
new MutationObserver(mark).observe(document.documentElement, { attributes: true, attributeFilter: ["lang", "dir"] });
mark();
