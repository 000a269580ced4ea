// @ts-check
// The afternoon school: every exhibit in order, a question after each, a certificate at the end. The answers stay in this browser.
import { button, day, t } from "../core.js";
import { save } from "./keep.js";
import { h } from "./exhibit.js";

/** @typedef {import("./lab.js").Record} Exhibit @typedef {{ exhibits: Exhibit[] }} All @typedef {{ go: (name: string | null) => unknown }} Host */

const KEPT = "afternoon-studio-school";
/** @returns {Record<string, number>} */
function answers() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}
/** @param {All} all */
const solved = all => all.exhibits.filter(one => answers()[one.name] === one.question.right);

/** The question of an exhibit. @param {Host} host @param {Exhibit} one @param {All} all */
export function questionOf(host, one, all) {
  const { text, answers: offered, right, why } = one.question,
    said = h("p", { role: "status", hidden: true });
  const next = all.exhibits[all.exhibits.indexOf(one) + 1];
  const onward = h(
    "a.button",
    { href: next ? `#/lab/${next.name}` : "#/lab/certificate", hidden: true },
    next ? t("Next: {title}", { title: t(next.title) }) : t("To the certificate"),
  );
  const show = chosen => {
    said.hidden = false;
    said.className = chosen === right ? "note" : "problem";
    said.textContent = chosen === right ? `${t("Right.")} ${t(why)}` : t("Not quite. Try another answer.");
    onward.hidden = chosen !== right;
  };
  const choose = n => {
    localStorage.setItem(KEPT, JSON.stringify({ ...answers(), [one.name]: n }));
    show(n);
  };
  const before = answers()[one.name];
  if (before === right) show(right);
  return h(
    "fieldset.lab-question",
    h("legend", h("strong", t("A question: ")), t(text)),
    ...offered.map((words, n) =>
      h(
        "label",
        h("input", { type: "radio", name: `question-${one.name}`, checked: before === n, onchange: () => choose(n) }),
        h("span", t(words)),
      ),
    ),
    said,
    onward,
  );
}

/** The path through all exhibits. @param {Host} host @param {All} all */
export function schoolOf(host, all) {
  const done = new Set(solved(all).map(one => one.name)),
    next = all.exhibits.find(one => !done.has(one.name));
  return h(
    "div.lab-home.lab-school",
    h("p.lab-crumbs", h("a", { href: "#/lab" }, t("All exhibits"))),
    h("h1", t("Afternoon school")),
    h(
      "p.lab-lead",
      t("Try each exhibit, answer one question. You have answered {done} of {all}.", {
        done: done.size,
        all: all.exhibits.length,
      }),
    ),
    h("progress", { max: all.exhibits.length, value: done.size, "aria-label": t("Questions answered") }),
    h(
      "ol",
      all.exhibits.map(one =>
        h(
          "li",
          { "data-done": done.has(one.name) },
          h("a", { href: `#/lab/${one.name}` }, t(one.title)),
          " ",
          h("span.help", done.has(one.name) ? t("answered") : t("{minutes} minutes", { minutes: one.minutes })),
        ),
      ),
    ),
    h(
      "p.buttons",
      next
        ? h("a.button", { href: `#/lab/${next.name}` }, t("Go on with: {title}", { title: t(next.title) }))
        : h("a.button", { href: "#/lab/certificate" }, t("To the certificate")),
      button("secondary", t("Begin again"), () => {
        localStorage.removeItem(KEPT);
        host.go("school");
        location.reload();
      }),
    ),
  );
}

/** A page that nobody needs and everybody likes. @param {Host} host @param {All} all */
export function certificate(host, all) {
  const done = solved(all).length,
    name = h("input", { type: "text", maxlength: 60, autocomplete: "off", oninput: () => draw() });
  const canvas = h("canvas.lab-certificate", {
      width: 1200,
      height: 840,
      role: "img",
      "aria-label": t("A certificate of the afternoon school"),
    }),
    pen = canvas.getContext("2d");
  const draw = () => {
    pen.fillStyle = "#FBF8F3";
    pen.fillRect(0, 0, 1200, 840);
    pen.strokeStyle = "#D9622B";
    pen.lineWidth = 6;
    pen.strokeRect(36, 36, 1128, 768);
    pen.fillStyle = "#D9622B";
    pen.beginPath();
    pen.arc(600, 190, 62, Math.PI, 0);
    pen.fill();
    pen.fillStyle = "#1E1B18";
    pen.fillRect(470, 190, 260, 4);
    pen.textAlign = "center";
    const line = (font, y, text) => {
      pen.font = font;
      pen.fillText(text, 600, y, 1060);
    };
    line("500 60px Fraunces, Georgia, serif", 310, t("Afternoon school"));
    line("28px Inter, sans-serif", 370, t("of the Lab of Afternoon Studio"));
    line("500 52px Fraunces, Georgia, serif", 490, name.value.trim() || "…");
    line(
      "28px Inter, sans-serif",
      560,
      t("answered {done} of {all} questions about how generative models work", { done, all: all.exhibits.length }),
    );
    line("24px Inter, sans-serif", 610, day(Date.now()));
    line("22px Inter, sans-serif", 730, t("Nobody needs this certificate."));
  };
  draw();
  document.fonts?.ready.then(draw);
  const keep = () => canvas.toBlob(blob => save(blob, "afternoon-school.png"));
  return h(
    "div.lab-home",
    h("p.lab-crumbs", h("a", { href: "#/lab/school" }, t("Afternoon school"))),
    h("h1", t("Your certificate")),
    done < all.exhibits.length &&
      h("p.note", t("{n} questions are not answered yet.", { n: all.exhibits.length - done })),
    h(
      "div.lab-tools",
      h("label", h("span", t("Your name")), name),
      button("secondary", t("Save the certificate"), keep),
    ),
    canvas,
  );
}
