// Editors for words: a script of speakers and lines, and a text with blanks. Both are a plain text underneath.
import { bus, button, h, suggesting, t } from "./core.js";
import { CharacterEditor } from "./character.js";
import { formOf, slotOf } from "./form.js";
import { figureNames } from "./layers.js";
import { suggestions } from "./suggesting.js";
import { marksOf, paintOver, pictureFor, sayUntilSet } from "./painter.js";

const DRAWN = new Set(["arrows", "path", "points", "point"]);

let serial = 0;
export const STYLES = [
  "slowly",
  "calmly",
  "quickly",
  "softly",
  "loudly",
  "gravely",
  "brightly",
  "warmly",
  "excitedly",
  "sadly",
  "angrily",
  "whispering",
]; // of pipelines/narrate/parts/script.py; a test compares
const spoken = (line, words) =>
  line.speaker ? `${line.speaker}${line.style ? ` (${line.style})` : ""}: ${words}` : words;
class Writing extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.id_ = `writing-${++serial}`;
    this.area = h("textarea", {
      id: this.id_,
      rows: this.getAttribute("lines"),
      placeholder: this.getAttribute("placeholder") ?? "",
      spellcheck: "true",
    });
    this.area.addEventListener("input", () => this.said());
    this.addEventListener("focusout", () => this.flush());
    bus.addEventListener("flush", () => this.flush());
    this.rows = h("div.lines", { hidden: true, role: "group", "aria-label": this.getAttribute("label") });
    const help = this.getAttribute("help");
    this.append(
      h("div.writing-head", h("label", { for: this.id_ }, this.getAttribute("label")), (this.side = h("span"))),
      this.area,
      this.rows,
      (this.tools = h("div.writing-tools")),
      ...(help ? [h("p.help", help)] : []),
    );
    if (DRAWN.has(this.getAttribute("editor"))) this.drawable();
    ({
      dialogue: () => this.dialogue(),
      blanks: () => this.blanks(),
      character: () => this.character(),
      sentence: () => this.sentence(),
    })[this.getAttribute("editor")]?.();
    this.receive(this.value ?? "");
  }
  receive(value) {
    this.value = value ?? "";
    if (!this.area) return;
    if (document.activeElement !== this.area || this.area.value !== this.value) this.area.value = this.value;
    if (!this.rows.hidden && !this.rows.contains(document.activeElement)) this.drawRows();
  }
  said() {
    this.value = this.area.value;
    clearTimeout(this.wait);
    this.pending = true;
    this.wait = setTimeout(() => this.flush(), 120);
  }
  flush() {
    if (!this.pending) return;
    this.pending = false;
    clearTimeout(this.wait);
    this.dispatchEvent(new CustomEvent("pick", { detail: this.value }));
  }
  /** Put text over what is selected, in a way that the browser's own undo takes back. */
  replace(text, selectAll = false) {
    this.area.focus();
    if (selectAll) this.area.select();
    if (!document.execCommand("insertText", false, text))
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.said();
  }

  // arrows, ways and points, drawn on the picture of a slot

  drawable() {
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.side.append(
      button("link", t("Draw on the picture"), () => this.sketch(), {
        "aria-label": t("Draw on the picture: {label}", { label: this.getAttribute("label") }),
      }),
    );
    this.area.after(this.problem);
  }
  async sketch() {
    this.problem.hidden = true;
    try {
      const mode = this.getAttribute("editor"),
        picture = pictureFor(this, this.getAttribute("over"));
      const names = mode === "path" ? await figureNames(picture) : [];
      const made = await paintOver(this.getAttribute("label"), {
        mode,
        picture,
        names,
        marks: marksOf(mode, this.area.value),
      });
      if (made === null) return;
      this.area.value = made;
      this.said();
    } catch (error) {
      sayUntilSet(this.problem, error);
    }
  }

  // how a character looks, changed by controls; the text underneath is the list of changes as JSON

  character() {
    const tab = this.getAttribute("tab");
    let about = "",
      base = {};
    this.editor = new CharacterEditor(
      (shown, changes) => {
        this.area.value = Object.keys(changes).length ? JSON.stringify(changes) : "";
        this.said();
      },
      { height: 240 },
    );
    const box = h("div.character-box", { hidden: true }, this.editor.element);
    const clear = button(
      "link",
      t("Undo all changes"),
      () => {
        this.area.value = "";
        this.said();
        this.editor.kind = "";
        this.editor.show(base);
      },
      { hidden: true },
    );
    const changes = () => {
      try {
        return JSON.parse(this.area.value || "{}");
      } catch {
        return {};
      }
    };
    /** Whom the words, the kind and the slot beside this field describe. */
    const look = async again => {
      const form = /** @type {any} */ (formOf(tab)),
        slot = /** @type {any} */ (slotOf(tab, "character")),
        card = slot?.card ?? null,
        kind = (form.get("kind") ?? "").replaceAll("_", " "),
        prompt = form.get("prompt") ?? "";
      const now = JSON.stringify([card?.id, kind, prompt]);
      clear.hidden = box.hidden || !this.area.value;
      if (box.hidden || (now === about && !again)) return;
      about = now;
      const file = card?.files?.find(one => one.name === "character.json");
      base = file ? { character: await (await fetch(file.url)).json() } : { prompt: `${kind} ${prompt}`.trim() };
      this.editor.show(base, changes());
    };
    const open = button(
      "link",
      t("Open the editor"),
      () => {
        box.hidden = !box.hidden;
        open.setAttribute("aria-expanded", String(!box.hidden));
        open.textContent = box.hidden ? t("Open the editor") : t("Close the editor");
        look(true);
      },
      { "aria-expanded": "false" },
    );
    this.area.hidden = true;
    this.side.append(clear, open);
    this.rows.before(box);
    for (const event of ["pick", "input"])
      document.addEventListener(event, () => setTimeout(look, 250), { capture: true });
  }

  // a script of several speakers

  dialogue() {
    this.side.append(
      (this.turn = button("link", t("Edit as a dialogue"), () => this.flip(), { "aria-pressed": "false" })),
    );
    const insert = text => () => this.replace(text);
    this.tools.append(
      button("", t("Pause"), insert("[pause 0.5s] ")),
      button("", t("Stress"), () => this.replace(`*${this.chosen() || "word"}*`)),
      button("", t("Say it as"), () => this.replace(`{${this.chosen() || "word"}|}`)),
    );
  }
  chosen() {
    return this.area.value.slice(this.area.selectionStart, this.area.selectionEnd);
  }
  flip() {
    const open = this.rows.hidden;
    this.rows.hidden = !open;
    this.area.hidden = this.tools.hidden = open;
    this.turn.textContent = open ? t("Edit as text") : t("Edit as a dialogue");
    this.turn.setAttribute("aria-pressed", String(open));
    if (open) this.drawRows();
  }
  drawRows() {
    const lines = this.value
      .split("\n")
      .filter(line => line.trim())
      .map(line => {
        const found = line.match(/^\s*([\p{L}\p{N}][\p{L}\p{N} .'’-]{0,30}?)\s*(?:\(([\p{L} ]{1,20})\))?\s*:\s+(.*)$/u);
        return found
          ? { speaker: found[1], style: found[2] ?? "", text: found[3] }
          : { speaker: "", style: "", text: line.trim() };
      });
    if (!lines.length) lines.push({ speaker: "", style: "", text: "" });
    const names = [...new Set(lines.map(line => line.speaker).filter(Boolean))];
    const list = suggesting(`${this.id_}-names`, names);
    const write = () => {
      this.area.value = lines
        .filter(line => line.text.trim() || line.speaker)
        .map(line => spoken(line, line.text))
        .join("\n");
      this.said();
    };
    const styles = line =>
      [...new Set(["", ...STYLES, line.style])].map(style =>
        h("option", { value: style, selected: style === line.style || null }, style || t("as usual")),
      );
    const rows = lines.map((line, n) =>
      h(
        "div.spoken",
        h("input", {
          type: "text",
          value: line.speaker,
          placeholder: t("Speaker"),
          "aria-label": t("Speaker of line {n}", { n: n + 1 }),
          list: list.id,
          maxlength: 31,
          oninput: event => {
            line.speaker = event.target.value.replace(/[:()]/g, "");
            write();
          },
        }),
        h(
          "select",
          {
            "aria-label": t("How line {n} is said", { n: n + 1 }),
            onchange: event => {
              line.style = event.target.value;
              line.speaker ||= "Narrator";
              write();
              this.drawRows();
            },
          },
          styles(line),
        ),
        button(
          "",
          "×",
          () => {
            lines.splice(n, 1);
            write();
            this.drawRows();
          },
          { "aria-label": t("Remove line {n}", { n: n + 1 }) },
        ),
        h("textarea", {
          value: line.text,
          placeholder: t("What is said"),
          "aria-label": t("Line {n}", { n: n + 1 }),
          rows: 2,
          oninput: event => {
            line.text = event.target.value.replaceAll("\n", " ");
            write();
          },
        }),
      ),
    );
    this.rows.replaceChildren(
      list,
      ...rows,
      button("link", t("Add a line"), () => {
        const before = lines.at(-2)?.speaker ?? "";
        lines.push({ speaker: before, style: "", text: "" });
        this.area.value = `${this.area.value}\n${before ? `${before}: ` : ""}`;
        this.value = this.area.value;
        this.appendRow(lines);
      }),
    );
  }
  appendRow(lines) {
    const text = lines.map(line => spoken(line, line.text || "…")).join("\n");
    this.area.value = this.value = text;
    this.said();
    this.drawRows();
    [...this.rows.querySelectorAll("textarea")].at(-1)?.select();
  }

  // a text with blanks

  blanks() {
    this.tools.append(
      button("", t("Blank the selection"), () => this.blank("____"), { title: "Alt+B" }),
      button("", t("As many words"), () =>
        this.blank(`[${Math.max(1, this.chosen().trim().split(/\s+/).filter(Boolean).length || 3)} words]`),
      ),
      button("", t("Any length"), () => this.blank("[…]")),
      button("", t("Lock"), () => this.lock(), { title: t("Locked words stay when the studio sets the blanks") }),
    );
    this.area.addEventListener("keydown", event => {
      if (event.altKey && event.code === "KeyB") {
        event.preventDefault();
        this.blank("____");
      }
    });
    this.area.after(
      suggestions(this.area, (start, end, word) => {
        this.area.setSelectionRange(start, end);
        this.replace(word);
      }),
    );
  }

  // one sentence of a text that is to be rewritten

  sentence() {
    this.tools.append(
      button("", t("Mark the sentence"), () => this.mark(), { title: "Alt+S" }),
      button("", t("Lock"), () => this.lock(), { title: t("Locked words stay when the sentence is rewritten") }),
    );
    this.area.addEventListener("keydown", event => {
      if (event.altKey && event.code === "KeyS") {
        event.preventDefault();
        this.mark();
      }
    });
  }
  /** Double brackets around the selection, or around the sentence at the cursor; those of before go. */
  mark() {
    const before = this.area.value.slice(0, this.area.selectionStart),
      picked = this.chosen();
    const without = words => words.replaceAll("[[", "").replaceAll("]]", "");
    const text = without(this.area.value);
    let start = without(before).length,
      end = start + without(picked).length;
    if (start === end) {
      start = Math.max(
        ...[". ", "! ", "? ", "\n"]
          .map(sign => text.lastIndexOf(sign, Math.max(0, start - 1)))
          .map(found => (found < 0 ? 0 : found + 1)),
      );
      const rest = text.slice(end).search(/[.!?]["”’']*(\s|$)|\n/);
      end = rest < 0 ? text.length : end + rest + (/[.!?]/.test(text[end + rest]) ? 1 : 0);
    }
    while (start < end && /\s/.test(text[start])) start++;
    while (end > start && /\s/.test(text[end - 1])) end--;
    if (start === end) return;
    this.replace(`${text.slice(0, start)}[[${text.slice(start, end)}]]${text.slice(end)}`, true);
  }
  /** Braces around the selection, or around the word at the cursor; a second press takes them away. */
  lock() {
    const { value } = this.area;
    let { selectionStart: start, selectionEnd: end } = this.area;
    if (start === end) {
      while (start && /[\p{L}\p{N}'’]/u.test(value[start - 1])) start--;
      while (end < value.length && /[\p{L}\p{N}'’]/u.test(value[end])) end++;
    }
    const open = value[start - 1] === "{" && value[end] === "}",
      words = value.slice(start, end);
    if (!words.trim()) return;
    this.area.setSelectionRange(open ? start - 1 : start, open ? end + 1 : end);
    this.replace(open ? words : `{${words.replace(/[{}\n]/g, " ")}}`);
  }
  blank(mark) {
    const { value } = this.area;
    let { selectionStart: start, selectionEnd: end } = this.area;
    while (start < end && /\s/.test(value[start])) start++;
    while (end > start && /\s/.test(value[end - 1])) end--;
    this.area.setSelectionRange(start, end);
    const before = start && !/\s/.test(value[start - 1]) && start === end ? " " : "",
      after = end < value.length && /[\p{L}\p{N}]/u.test(value[end]) ? " " : "";
    this.replace(before + mark + after);
  }
}
customElements.define("studio-writing", Writing);
