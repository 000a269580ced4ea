// @ts-check
// What a dropped file says of its origin, read in the browser by c2pa-rs as WebAssembly (assets/c2pa): nothing is sent anywhere, and nobody's list of trusted signers is asked.
import { h, t, tn } from "../core.js";

const MOST_BYTES = 200e6,
  BROKEN = /mismatch|invalid|malformed|missing|revoked|failure/i;
/** What a digital source type says of how a thing came about. */
const SOURCES = [
  [/trainedAlgorithmicMedia$/i, t("It says that AI made it or parts of it.")],
  [/algorithmic(Media|allyEnhanced)$/, t("It says that a program made or changed it, without AI.")],
  [/Capture$|negativeFilm$|positiveFilm$/, t("It says that a device recorded it.")],
];

/** @type {Promise<any> | undefined} */
let opened;
async function reader() {
  opened ??= import(new URL("../../assets/c2pa/c2pa.js", import.meta.url).href).then(module =>
    module.c({ wasmSrc: new URL("../../assets/c2pa/c2pa.wasm", import.meta.url).href }),
  );
  return (await opened).reader;
}

/** The sentences of a credential. @param {any} store @returns {string[]} */
function said(store) {
  const active = store.manifests?.[store.active_manifest] ?? {},
    found = store.validation_results?.activeManifest?.failure ?? store.validation_status ?? [];
  if (
    store.validation_state === "Invalid" ||
    found.some(one => BROKEN.test(one.code) && !one.code.startsWith("signingCredential."))
  )
    return [
      t("Changed after it was signed, or its credential is damaged"),
      t("Nothing that the credential says can be relied on."),
    ];
  const signer = active.signature_info?.common_name ?? active.signature_info?.issuer ?? t("a signer without a name");
  const sources = JSON.stringify(active.assertions ?? []).match(/digitalsourcetype\/\w+/gi) ?? [];
  const how = SOURCES.find(([form]) => sources.some(one => /** @type {RegExp} */ (form).test(one)))?.[1];
  return [
    t("Signed, and not changed since."),
    t("Who signed it is a claim: {signer}.", { signer }),
    how ? String(how) : "",
    active.ingredients?.length
      ? tn(
          "It names {n} file that it was made from.",
          "It names {n} files that it was made from.",
          active.ingredients.length,
        )
      : "",
  ].filter(Boolean);
}

/** Where a file is dropped or chosen, and what it says. */
export function originCheck() {
  const list = h("ul", { role: "status" }),
    input = h("input", {
      type: "file",
      accept: "image/*,video/mp4,audio/*",
      "aria-label": t("A file to check"),
      onchange: () => input.files[0] && check(input.files[0]),
    });
  const show = lines => list.replaceChildren(...lines.map(line => h("li", line)));
  const box = h(
    "div.edition-origin",
    {
      ondragover: event => event.preventDefault(),
      ondrop: event => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file) check(file);
      },
    },
    input,
    list,
  );
  async function check(/** @type {File} */ file) {
    if (file.size > MOST_BYTES) return show([t("This file is too large to be checked in a page.")]);
    show([t("Reading the credential")]);
    try {
      const found = await (await reader()).fromBlob(file.type, file);
      if (!found) return show([t("No content credential"), t("That clears nothing: most files have none.")]);
      try {
        show(said(await found.manifestStore()));
      } finally {
        await found.free();
      }
    } catch (error) {
      show([t("This file cannot be read: {why}", { why: /** @type {Error} */ (error).message ?? String(error) })]);
    }
  }
  return h(
    "section",
    { id: "origin" },
    h("h2", t("Is it signed?")),
    h("p", t("Drop a picture, a video or a sound here to read its credential. The file goes nowhere.")),
    box,
  );
}
