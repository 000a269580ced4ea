// Texts made by Infill: blanks with their alternatives, the order in which words were decided, and how surprising each one is.
import { button, closing, copy, deliver, dialog, facts, fail, h, num, places, t, tell, toggle } from "./core.js";
import { make } from "./layers.js";
import { rewriteView } from "./rewriting.js";

/** A text on paper: drawn by what is known of it, else as plain paragraphs. */
export function wordsViewer(card) {
  const box = h("div.text-box");
  fetch(card.url)
    .then(answer => answer.text())
    .then(raw => {
      let found = null;
      if (card.media_type === "application/json")
        try {
          found = JSON.parse(raw);
        } catch {
          /* a plain text */
        }
      const draw =
        found && found.pauses
          ? heardView
          : found &&
            { fill: fillView, score: scoreView, rewrite: (made, of) => rewriteView(made, of, sendText) }[found.kind];
      box.replaceChildren(
        ...(draw ? draw(found, card) : [paper((found?.text ?? raw).split(/\n+/).map(line => h("p", line)))]),
      );
    }, fail);
  return box;
}
const paper = content => h("div.page-text", { tabindex: 0, role: "region", "aria-label": t("The text") }, content);
const signOf = asked => (asked === null || asked === undefined ? "[…]" : asked === 1 ? "____" : `[${asked} words]`);
const percent = value => (value >= 0.995 ? "99+ %" : value < 0.01 ? "< 1 %" : `${Math.round(100 * value)} %`);

function fillView(found, card) {
  const chosen = found.blanks.map(blank => blank.words),
    past = [];
  const steps = found.steps,
    last = Math.max(0, ...steps.map(step => step.step));
  let shown = last,
    heat = false;
  const page = h("div.page-text", { tabindex: 0, role: "region", "aria-label": t("The filled text") });
  const said = h("p.thought", { role: "status" });
  /** The text with something in the place of each blank. */
  const merged = wordsOf => {
    let made = "",
      at = 0;
    found.blanks.forEach((blank, n) => {
      made += found.text.slice(at, blank.start) + wordsOf(blank, n);
      at = blank.end;
    });
    return made + found.text.slice(at);
  };
  const text = () => merged((_, n) => chosen[n]);
  const choose = (n, words) => {
    past.push([...chosen]);
    chosen[n] = words;
    undo.hidden = false;
    draw();
  };
  const undo = button(
    "secondary",
    t("Undo"),
    () => {
      chosen.splice(0, chosen.length, ...past.pop());
      undo.hidden = !past.length;
      draw();
    },
    { hidden: true },
  );
  const edit = value => deliver({ tab: "Write", pipeline: "infill.diffuse", settings: { text: value } });
  /** The same settings on a text with other blanks, at once; the text goes to the editor too. */
  const again = value => {
    const made = card.recipe?.steps?.[card.id];
    edit(value);
    if (made?.pipeline === "infill.diffuse")
      make(
        made.pipeline,
        {},
        { ...made.settings, text: value, preset: "write", seed: Math.floor(Math.random() * 4294967295) },
        "Write",
      ).catch(fail);
  };

  function blankPart(blank, n) {
    const changed = chosen[n] !== blank.words;
    if (shown < last || heat) return [thinking(blank)];
    return [
      button(`blank${changed ? ".changed" : ""}`, chosen[n], () => alternatives(blank, n), {
        "aria-haspopup": "dialog",
        title: t("Other words for this"),
      }),
    ];
  }
  /** A blank as it stood after `shown` steps: decided pieces, and gaps. */
  function thinking(blank) {
    const mine = steps.filter(step => step.blank === blank.blank),
      held = new Map();
    for (const step of mine)
      if (step.step <= shown) step.masked_again ? held.delete(step.place) : held.set(step.place, step);
    const slots = [...new Set(mine.map(step => step.place))].sort((a, b) => a - b);
    return h(
      "span.deciding",
      slots.map(place => {
        const step = held.get(place),
          any = mine.find(one => one.place === place);
        if (!step)
          return h(
            "span.gap",
            { "aria-label": t("not decided yet") },
            "\u2007".repeat(Math.max(2, any.end - any.start)),
          );
        const final = mine.findLast(one => one.place === place),
          words = step === final ? found.text.slice(step.start, step.end) || step.piece : step.piece;
        const age = last > 1 ? (step.step - 1) / (last - 1) : 0;
        return h(
          `span.decided${step.step === shown && shown < last ? ".fresh" : ""}`,
          {
            style: heat ? `--age: ${age.toFixed(3)}` : "",
            class: heat ? "decided heated" : null,
            title: step.runner_up
              ? t("Step {n}: {sure} sure, else “{other}” {share}", {
                  n: step.step,
                  sure: percent(step.confidence),
                  other: step.runner_up,
                  share: percent(step.runner_up_confidence),
                })
              : t("Step {n}: {sure} sure", { n: step.step, sure: percent(step.confidence) }),
          },
          words,
        );
      }),
    );
  }
  function draw() {
    const parts = [];
    let at = 0;
    found.blanks.forEach((blank, n) => {
      parts.push(found.text.slice(at, blank.start), ...blankPart(blank, n));
      at = blank.end;
    });
    parts.push(found.text.slice(at));
    page.replaceChildren(...parts);
    const now = steps.filter(step => step.step === shown);
    said.textContent =
      shown === last && !heat
        ? ""
        : shown === 0
          ? t("Nothing is decided yet.")
          : now
              .map(step =>
                step.masked_again
                  ? t("The model changed a word again.")
                  : t("Step {n} of {last}: “{piece}”, {sure} sure{next}.", {
                      n: step.step,
                      last,
                      piece: step.piece,
                      sure: percent(step.confidence),
                      next: step.runner_up
                        ? t("; next best “{other}”, {share}", {
                            other: step.runner_up,
                            share: percent(step.runner_up_confidence),
                          })
                        : "",
                    }),
              )
              .join(" ");
  }
  function alternatives(blank, n) {
    const shareOf = one => one.share ?? one.probability,
      top = Math.max(...blank.alternatives.map(shareOf), 1e-9);
    dialog(
      t("Other words"),
      h(
        "div.list",
        blank.alternatives.map(one =>
          closing(
            "line.choice",
            [
              h("span", one.words),
              h("span.share", { style: `--share: ${(shareOf(one) / top).toFixed(3)}` }, percent(shareOf(one))),
            ],
            () => choose(n, one.words),
            { "aria-pressed": String(one.words === chosen[n]) },
          ),
        ),
      ),
      h(
        "div.buttons",
        closing("secondary", t("Fill this one again"), () => again(reopened(one => one === n))),
        found.blanks.length > 1 &&
          closing("secondary", t("Keep it, fill the others again"), () => again(reopened(one => one !== n))),
      ),
    );
  }
  /** The text with some blanks open again and everything else as it stands. */
  const reopened = open => merged((blank, n) => (open(n) ? signOf(blank.asked) : chosen[n]));
  const slider = h("input.seek", {
    type: "range",
    min: 0,
    max: last,
    step: 1,
    value: last,
    "aria-label": t("Step"),
    oninput: () => {
      shown = Number(slider.value);
      draw();
    },
  });
  const play = button("secondary", t("Replay the decisions"), () => {
    shown = 0;
    const next = () => {
      if (!page.isConnected) return;
      slider.value = shown;
      draw();
      if (shown++ < last) setTimeout(next, Math.min(900, 8000 / (last + 1)));
    };
    next();
  });
  const hot = toggle("secondary", t("Colour by order"), on => {
    heat = on;
    draw();
  });
  /** Where the selection stands in the text, in characters, without the spaces at its ends; null where there is none. */
  const selected = () => {
    const picked = getSelection();
    if (
      !picked.rangeCount ||
      picked.isCollapsed ||
      !page.contains(picked.anchorNode) ||
      !page.contains(picked.focusNode)
    )
      return null;
    const range = picked.getRangeAt(0),
      before = document.createRange();
    before.selectNodeContents(page);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.toString(),
      start = before.toString().length + words.length - words.trimStart().length;
    return words.trim() ? [start, start + words.trim().length] : null;
  };
  const fillSelection = () => {
    const place = shown === last && !heat ? selected() : null,
      whole = text();
    if (!place) return tell(t("Select a few words in the text first."));
    const count = Math.min(
      20,
      whole
        .slice(...place)
        .trim()
        .split(/\s+/).length,
    );
    again(whole.slice(0, place[0]) + signOf(count) + whole.slice(place[1]));
  };
  const others = (found.drafts ?? []).slice(1);
  draw();
  return [
    page,
    h(
      "div.writing-view",
      ...(found.notes ?? []).map(note => h("p.help", t(note))),
      steps.length ? h("div.transport", play, slider, hot) : null,
      said,
      h(
        "div.buttons",
        undo,
        button("secondary", t("Back to the editor"), () => edit(text())),
        button("secondary", t("Fill the selection again"), fillSelection),
        button("secondary", t("Send this wording to"), () => sendText(text(), card)),
        button("secondary", t("Copy"), () => copy(text())),
      ),
      others.length
        ? h(
            "details",
            h("summary", t("Other drafts ({length})", { length: others.length })),
            h(
              "ol.drafts",
              others.map(one =>
                h(
                  "li",
                  button("line", one.text, () => edit(one.text)),
                ),
              ),
            ),
          )
        : null,
    ),
  ];
}

/** What was heard in a recording, to be corrected here: the captions follow, deleted words can be cut out, or all is spoken again. */
function heardView(found) {
  const area = h("textarea.heard-text", {
    rows: Math.min(16, found.text.split("\n").length + 2),
    "aria-label": t("What was heard"),
  });
  area.value = found.text;
  const use = (label, pipeline, more = {}) =>
    button("secondary", label, () =>
      deliver({ tab: "Narrate", pipeline, settings: { correction: area.value, ...more } }),
    );
  return [
    area,
    h("p.help", t("Correct the text or delete words, then make it again.")),
    h(
      "div.buttons",
      use(t("Correct the captions"), "narrate.transcribe", { cut: false }),
      use(t("Cut out what I deleted"), "narrate.transcribe", { cut: true }),
      use(t("Let another voice say it"), "narrate.revoice"),
    ),
  ];
}

/** A wording that is not on the shelf goes to any setting that takes words. */
function sendText(text, card) {
  const targets = card.targets.filter(target => target.words),
    films = places.flatMap(place =>
      place({ ...card, kind: "words", text, title: text.length > 60 ? `${text.slice(0, 58)}…` : text }),
    );
  dialog(
    t("Send this wording to"),
    targets.length + films.length
      ? h(
          "div.list",
          films.map(one => closing("line", one.label, () => one.run())),
          targets.map(target =>
            closing("line", t(target.label), () =>
              deliver({ tab: target.tab, pipeline: target.pipeline, settings: { [target.words]: text } }),
            ),
          ),
        )
      : h("p", t("No tab accepts texts yet.")),
  );
}

function scoreView(found) {
  const page = h("div.page-text", {
    tabindex: 0,
    role: "region",
    "aria-label": t("The text, by how surprising each word is"),
  });
  let at = 0;
  for (const piece of found.pieces) {
    page.append(
      found.text.slice(at, piece.start),
      h(
        "span.surprise",
        {
          style: `--heat: ${Math.min(1, piece.bits / 14).toFixed(3)}`,
          tabindex: 0,
          title: t("{bits} bits. Expected: {expected}", {
            bits: num(piece.bits, 1),
            expected: piece.expected.map(one => `${one.words} ${percent(one.probability)}`).join(", "),
          }),
        },
        found.text.slice(piece.start, piece.end),
      ),
    );
    at = piece.end;
  }
  page.append(found.text.slice(at));
  const rows = [
    [t("Bits a character"), `${found.bits_a_character} ± ${found.standard_error}`],
    [t("Perplexity a word, at most"), String(found.perplexity_a_word)],
    [t("Length in characters"), found.characters],
    [t("Time"), `${num(found.cost.seconds, 1)} s`],
  ];
  return [
    page,
    h(
      "div.writing-view",
      h("p.help", t("Words in a stronger colour were less expected.")),
      facts(rows),
      ...(found.notes ?? []).map(note => h("p.help", t(note))),
    ),
  ];
}
