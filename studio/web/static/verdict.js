// What Detect found about a file: the verdict in one sentence, where it comes from as a tree, what the signals say, evidence one click deeper.
import { bus, day, deliver, download, fail, later, num, poll, post, state, t, translated } from "./core.js";
import { button, facts, h, list } from "./dom.js";
import { methodOf } from "./form.js";
import { enlargeable } from "./zoom.js";
import { asked, startButton } from "./panel.js";

const RAW = [
  "media",
  "verdict",
  "state",
  "relationship",
  "source_type",
  "media_type",
  "kind",
  "format",
  "method",
  "file",
  "artifact",
  "pipeline",
]; // what the page compares, not what it says

/** Open Detect with a file of the shelf and examine it. */
export async function verify(id, { open = true, pipeline = methodOf("Detect").pipeline } = {}) {
  try {
    const said = await post("make", { pipeline, inputs: { media: id }, settings: {}, tab: "Detect" });
    asked.set("Detect", said.job);
    if (open) deliver({ tab: "Detect", pipeline, slots: { media: id } });
    poll();
    return said.job;
  } catch (error) {
    fail(error);
  }
}
const ASIDE = "examined-again"; // the job, and the verdict that was put aside for it: it comes back unless another takes its place

async function again(card) {
  await post(`artifacts/${card.id}/delete`);
  const job = await verify(card.about, { open: false, pipeline: card.pipeline });
  if (job) sessionStorage.setItem(ASIDE, JSON.stringify({ job, verdict: card.id }));
  else await bringBack(card.id);
}
async function bringBack(id) {
  await post(`artifacts/${id}/undelete`);
  bus.dispatchEvent(new CustomEvent("open", { detail: id }));
}
bus.addEventListener("state", () => {
  const aside = JSON.parse(sessionStorage.getItem(ASIDE) ?? "null"),
    job = aside && state.jobs.find(one => one.id === aside.job);
  if (!job || job.state === "queued" || job.state === "running") return;
  sessionStorage.removeItem(ASIDE);
  if (job.state !== "done") bringBack(aside.verdict).catch(fail);
});
bus.addEventListener("verify", event => verify(event.detail));
bus.addEventListener("filled", event => {
  if (event.detail.tab !== "Detect") return;
  verify(event.detail.card.id, { open: false });
});

const TONE = {
  "AI-made (signed)": "made",
  "AI-edited (signed)": "made",
  "says AI (signed, unconfirmed)": "made",
  "says AI (unsigned)": "made",
  "marked as AI": "made",
  "likely AI": "made",
  "changed after signing": "broken",
  "credential damaged": "broken",
  "signed capture": "calm",
  "made by code (signed)": "calm",
};
const OUTDATED = t("An earlier version of the studio gave this verdict. Examine the file again.");
export const capital = words => words[0].toUpperCase() + words.slice(1);

export function verdictViewer(card) {
  const box = h(
    "article.verdict",
    { "aria-label": t("Verdict"), tabindex: 0 },
    h("p.help", { role: "status" }, t("Opening the verdict")),
  );
  fetch(card.url)
    .then(answer => answer.json())
    .then(raw => translated(raw, RAW))
    .then(found => box.replaceChildren(...sections(found, card)), fail);
  return box;
}

function sections(found, card) {
  const player = preview(found, card),
    evidence = Object.fromEntries(card.files.map(file => [file.name, file.url]));
  const signals = found.signals.filter(one => one.applicable),
    silent = found.signals.filter(one => !one.applicable);
  return [
    h(
      "header.verdict-head",
      player.frame,
      h(
        "div",
        h(`p.verdict-kind.${TONE[found.verdict] ?? "open"}`, capital(t(found.verdict))),
        h("h2", found.sentence),
        found.format === "afternoon-studio/verdict-1" && h("p.problem", OUTDATED),
        list("ul.reasons", found.reasons),
        downloads(card),
      ),
    ),
    found.chain &&
      section(
        t("How the verdict came about"),
        h(
          "ol.chain",
          found.chain.map(step =>
            h(
              "li",
              { "data-decides": String(step.decides) },
              h("strong", step.question),
              step.decides && h("span.badge", t("This decided it")),
              step.found.map(one => h("p.help", one)),
            ),
          ),
        ),
      ),
    section(t("Where it says it comes from"), ...origin(found.provenance, card)),
    found.method === "detect.examine" &&
      section(
        t("What the signals say"),
        ...(found.by_signals_alone ? [h("p.help", alone(found))] : []),
        ...signals.map(one => signal(one, evidence)),
        silent.length > 0 &&
          h(
            "details.silent",
            h("summary", t("{length} that could not be used here", { length: silent.length })),
            h(
              "ul.plain",
              silent.map(one => h("li", h("strong", one.title), ` ${one.finding}`)),
            ),
          ),
        found.gates.length > 0 &&
          h(
            "ul.gates",
            { "aria-label": t("What a verdict needs") },
            found.gates.map(gate => h("li", { "data-passed": String(gate.passed) }, gate.finding)),
          ),
      ),
    section(t("What would change this"), list("ul.reasons", found.what_would_change_this)),
    h("details.limits", h("summary", t("What this does not cover")), list("ul.reasons", limits(found))),
  ].filter(Boolean);
}
const section = (title, ...content) => h("section", h("h3", title), ...content.filter(Boolean));

function downloads(card) {
  const stem = card.file_name.replace(/\.[^.]+$/, ""),
    link = (ending, words) =>
      h("a.button", { href: `${card.url}/export/${ending}`, download: `${stem}.${ending}` }, words);
  return h(
    "div.buttons",
    link("pdf", t("PDF, signed")),
    link("zip", t("ZIP with evidence, signed")),
    download("button", card, "JSON"),
    card.about && button("secondary", t("Examine again"), () => again(card).catch(fail)),
    startButton(),
  );
}

function preview(found, card) {
  const url = card.about && `studio/media/${card.about}`,
    kind = found.media.kind;
  const small = h("img", { src: card.thumbnail, alt: found.media.name || t("What was examined") });
  let media = small;
  if (url && kind === "video")
    media = h("video", {
      src: url,
      controls: true,
      preload: "metadata",
      playsinline: true,
      "aria-label": found.media.name,
    });
  if (url && kind === "sound")
    media = h("audio", { src: url, controls: true, preload: "metadata", "aria-label": found.media.name });
  if (url && kind === "image")
    media = enlargeable(
      h("img", { src: url, alt: found.media.name || t("What was examined") }),
      found.media.name || t("What was examined"),
    );
  media.addEventListener("error", () => media.isConnected && media !== small && media.replaceWith(small), {
    once: true,
  });
  const about = [
    found.media.name,
    found.media.width && `${found.media.width} × ${found.media.height}`,
    found.media.seconds && `${num(found.media.seconds, 1)} s`,
  ]
    .filter(Boolean)
    .join(", ");
  return { media, frame: h("figure", media, h("figcaption.help", about)) };
}

const alone = found =>
  !found.signals.some(one => one.counts)
    ? t("Look for yourself; these add nothing to the verdict.")
    : t("By these alone the verdict would be: {verdict}.", { verdict: t(found.by_signals_alone.verdict) });

function limits(found) {
  const held = found.calibration ?? {},
    words = value =>
      Array.isArray(value)
        ? value.join(", ")
        : value !== null && typeof value === "object"
          ? Object.entries(value)
              .map(([name, one]) => `${name}: ${words(one)}`)
              .join("; ")
          : String(value);
  return [
    held.wild && t("In the wild: {wild}", { wild: t(held.wild) }),
    ...["trained_on", "not_covered"]
      .filter(name => held[name])
      .map(name => `${t(capital(name.replaceAll("_", " ")))}: ${words(held[name])}`),
    t("What a file looks like gives a likelihood, not a proof, and clears nothing."),
    t("Marks that need their maker's key (SynthID, Stable Signature and others) cannot be read here."),
    t("Nothing about this file was looked up or sent anywhere."),
  ].filter(Boolean);
}

// where it comes from

const STATES = {
  "this studio": t("Signed by this studio"),
  "known signer": t("Signed by a known signer"),
  "unrecognised signer": t("Signed by an unknown signer"),
  expired: t("Signed, certificate expired"),
  malformed: t("Signed, a statement is written wrongly"),
  unclear: t("Signed, not all of it can be checked"),
  broken: t("Changed after it was signed, or its credential is damaged"),
  none: t("No content credential"),
  unchecked: t("Not checked"),
};
const RELATION = { parentOf: t("made from"), componentOf: t("contains"), inputTo: t("used") };
const SOURCE = {
  trainedAlgorithmicMedia: t("made by a trained model"),
  compositeWithTrainedAlgorithmicMedia: t("edited with a trained model"),
  algorithmicMedia: t("made by a program"),
  algorithmicallyEnhanced: t("changed by a program"),
  digitalCapture: t("recorded by a device"),
};

function origin(provenance, card) {
  const parts = [];
  if (provenance.credential && provenance.credential.state !== "none")
    parts.push(
      h("ul.origin", { "aria-label": t("What it was made from") }, node(provenance.credential, true, card.thumbnail)),
    );
  else
    parts.push(
      h("p", provenance.credential ? t("It carries no content credential.") : t("No credential was checked.")),
      ...(provenance.credential?.problems ?? []).map(one => h("p.help", one)),
    );
  const lists = (provenance.credential?.checked_against ?? []).filter(one => one.as_of);
  if (lists.length && provenance.credential.state !== "none")
    parts.push(
      h(
        "p.help",
        t("Signers were looked up in: {lists}.", {
          lists: lists
            .map(one =>
              t(
                one.added
                  ? later("{name}, {n} authorities, added {date}")
                  : later("{name}, {n} authorities, as of {date}"),
                { name: one.name, n: one.authorities, date: day(one.as_of) },
              ),
            )
            .join("; "),
        }),
      ),
    );
  const rows = [
    ...provenance.marks.map(markRow),
    ...provenance.foreign_marks.map(one => [
      t("Mark of {whose}", { whose: one.whose }),
      `${one.method}, ${one.fits}. ${one.says}`,
    ]),
    ...provenance.inscriptions.map(one => [one.generator, `${one.where}: ${one.says}`]),
  ];
  if (provenance.registry)
    rows.unshift([
      t("Registry"),
      t("This very file was written by this studio with {pipeline}, {date}.", {
        pipeline: provenance.registry.pipeline,
        date: day(provenance.registry.created),
      }),
    ]);
  parts.push(rows.length ? facts(rows) : h("p.help", t("No invisible mark and no generator's metadata were found.")));
  return parts;
}
function markRow(one) {
  const when =
    one.start_seconds === undefined
      ? ""
      : t(" from {start} to {end} s", { start: num(one.start_seconds, 1), end: num(one.end_seconds, 1) });
  const known = one.registry
    ? t("made here with {pipeline}, {date}", { pipeline: one.registry.pipeline, date: day(one.registry.created) }) +
      (one.registry.title ? `: ${one.registry.title}` : "")
    : t("of an Afternoon Studio; this one's registry does not know it");
  return [
    t("Invisible mark {mark}", { mark: one.mark }),
    t("In the {where}{when}: {known}.", { where: one.where, when, known }),
  ];
}

function node(one, open, picture = null) {
  const shown = picture ?? (one.artifact && `studio/thumbnail/${one.artifact}`);
  const image = shown
    ? h("img", { src: shown, alt: "", loading: "lazy", width: 64, height: 64 })
    : h("span.blank", { "aria-hidden": "true" }, kindOf(one)[0].toUpperCase());
  const said = [
    one.source_type && (SOURCE[one.source_type] ?? one.source_type),
    one.made_with && t("with {method}", { method: one.made_with }),
    one.signer && one.state !== "this studio" && t("by {signer}", { signer: one.signer }),
  ]
    .filter(Boolean)
    .join(", ");
  const line = h(
    "div.node",
    { "data-state": one.state },
    image,
    h(
      "div",
      h(
        "p",
        one.relationship && h("span.help", `${RELATION[one.relationship] ?? one.relationship} `),
        h("strong", one.title ?? t("untitled")),
      ),
      h(
        "p.help",
        h(`span.badge${one.state === "broken" ? ".bad" : ""}`, STATES[one.state] ?? one.state),
        said && ` ${said}`,
      ),
      one.problems.map(problem => h("p.problem", problem)),
      meant(one),
    ),
  );
  image.addEventListener?.(
    "error",
    () => image.replaceWith(h("span.blank", { "aria-hidden": "true" }, kindOf(one)[0].toUpperCase())),
    { once: true },
  );
  return h("li", line, below(one.ingredients, open));
}
/** What the faults of a credential mean for whoever looks at the file. */
function meant(one) {
  const when = one.signed_at ? t("Signed {date}, as a timestamp shows.", { date: day(one.signed_at) }) : "";
  return [when, ...(one.means ?? [])].filter(Boolean).map(line => h("p.help", line));
}
const kindOf = one =>
  ({ image: t("picture"), video: t("video"), audio: t("sound") })[(one.media_type ?? "").split("/")[0]] ??
  t(one.kind ?? "file");

/** Few ingredients stand open; many (a film's) are put in groups by kind, each opened by a click; what is broken is never hidden. */
function below(parts, open) {
  if (!parts.length) return null;
  if (parts.length <= 6)
    return open || parts.some(troubled)
      ? h(
          "ul",
          parts.map(one => node(one, parts.length < 3)),
        )
      : h(
          "details",
          h("summary", t("Made from {length}", { length: parts.length })),
          h(
            "ul",
            parts.map(one => node(one, false)),
          ),
        );
  const groups = new Map();
  for (const one of parts) groups.set(kindOf(one), [...(groups.get(kindOf(one)) ?? []), one]);
  return h(
    "ul",
    [...groups].map(([kind, ones]) =>
      h(
        "li",
        h(
          "details",
          { open: ones.some(troubled) },
          h("summary", `${ones.length} × ${kind}`),
          h(
            "ul.many",
            ones.map(one => node(one, false)),
          ),
        ),
      ),
    ),
  );
}
const troubled = one => one.state === "broken" || one.ingredients.some(troubled);

// signals

function signal(one, evidence) {
  const shown = one.counts === false,
    strength = shown ? 0 : Math.max(-1, Math.min(1, (one.adds ?? one.log_likelihood_ratio * one.quality) / 3));
  const leans = shown
    ? t("shown only; it adds nothing to the verdict")
    : strength > 0.03
      ? t("leans to AI; not proof")
      : strength < -0.03
        ? t("leans away from AI; that clears nothing")
        : t("leans neither way");
  const pictures = one.evidence.filter(item => evidence[item.file]);
  return h(
    "details.signal",
    h(
      "summary",
      h("span.signal-title", one.title),
      shown
        ? h("span.help", t("shown only"))
        : h("span.lean", { style: `--lean: ${strength.toFixed(3)}`, role: "img", "aria-label": leans }),
      h("span.signal-finding", one.finding),
    ),
    h(
      "div.signal-body",
      h(
        "p.help",
        [
          one.source && t("It comes from the package {name}.", { name: one.source }),
          `${capital(leans)}.`,
          one.caveat,
          one.fitted === false && t("Its strength was set by hand, not measured."),
        ]
          .filter(Boolean)
          .join(" "),
      ),
      pictures.map(item => figure(item, evidence)),
      Object.keys(one.measured).length > 0 &&
        h(
          "dl.facts",
          Object.entries(one.measured).flatMap(([name, value]) => [
            h("dt", name.replaceAll("_", " ")),
            h("dd", String(value)),
          ]),
        ),
    ),
  );
}
const figure = (item, evidence) =>
  h(
    "figure",
    enlargeable(h("img", { src: evidence[item.file], alt: item.title, loading: "lazy" }), item.title),
    h("figcaption.help", `${item.title}. ${item.caption}`),
  );
