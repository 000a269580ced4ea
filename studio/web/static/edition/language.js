// The language of the static edition: the address asks for one, else the browser's first that there is. Its words stand before all other scripts.
(() => {
  const there = (document.documentElement.dataset.languages ?? "").split(" "),
    asked = new URLSearchParams(location.search).get("lang");
  const wanted =
    [asked, ...(asked ? [] : navigator.languages)]
      .map(one => (one ?? "").slice(0, 2))
      .find(one => one === "en" || there.includes(one)) ?? "en";
  if (wanted === "en") return;
  document.documentElement.lang = wanted;
  const script = document.createElement("script");
  script.src = `studio/words/${wanted}.js`;
  script.async = false;
  document.write(script.outerHTML);
})();
