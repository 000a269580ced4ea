// A place of the page as an address and back: #/stylize/painting/result/ID, #/film/ID/scene/s1, #/help; ?shelf=words is what the shelf is searched for.

const FORMER = new Map([["infill", "write"]]); // tabs that were called something else: old addresses still lead to them

/** { tab, method, film, scene, result, shelf } of an address; nothing for one that is none. @returns {any} */
export function placeOf(hash = location.hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  if (!path.startsWith("/")) return null;
  const parts = path
    .slice(1)
    .split("/")
    .map(one => {
      try {
        return decodeURIComponent(one);
      } catch {
        return "";
      }
    });
  const [called, second, kind, third] = parts,
    tab = FORMER.get(called) ?? called,
    shelf = new URLSearchParams(query).get("shelf") ?? "";
  if (!/^[a-z-]+$/.test(tab ?? "")) return null;
  const known = /^[A-Za-z0-9_-]{1,128}$/,
    id = value => (known.test(value ?? "") ? value : null);
  const place = { tab, method: null, film: null, scene: null, result: null, shelf };
  if (tab === "film") return { ...place, film: id(second), scene: kind === "scene" ? id(third) : null };
  if (tab !== "lab") return { ...place, method: id(second), result: kind === "result" ? id(third) : null };
  const kept = new URLSearchParams(query).get("state") ?? "";
  return { ...place, method: id(second), state: /^[\w-]{1,60000}$/.test(kept) ? kept : null };
}

/** @param {any} place */
export function addressOf({ tab, method, film, scene, result, shelf, state }) {
  const parts = [
    tab,
    ...(film
      ? [film, ...(scene ? ["scene", scene] : [])]
      : method
        ? [method, ...(result ? ["result", result] : [])]
        : []),
  ];
  return `#/${parts.map(encodeURIComponent).join("/")}${shelf || state ? `?${new URLSearchParams({ ...(shelf ? { shelf } : {}), ...(state ? { state } : {}) })}` : ""}`;
}
