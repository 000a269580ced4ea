// A slot takes one file: dropped, chosen, pasted, from the shelf or from the bundled pictures. A picker is a set of radio buttons with looks.
import { ask, bundled, bus, button, closing, dialog, fail, fill, h, post, say, t, upload } from "./core.js";
import { hintOf, methodOf } from "./form.js";
import { paintOver, pictureFor, sayUntilSet, stillOf } from "./painter.js";
import { accepted, called, fits } from "./kinds.js";
import { badge } from "./panel.js";
import { recordButton } from "./recording.js";

let serial = 0;

class Slot extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.id_ = `slot-input-${++serial}`;
    this.kind = this.getAttribute("kind");
    this.input = h("input", {
      type: "file",
      id: this.id_,
      accept: accepted(this.kind),
      onchange: () => this.take(this.input.files[0]),
    });
    this.well = h("label.well", { for: this.id_ });
    const optional = this.hasAttribute("optional");
    const name = this.getAttribute("label"),
      help = this.getAttribute("help");
    fill(
      this,
      h(
        "div.slot-head",
        h("span.slot-label", (this.called = h("span", name)), optional && h("small", ` ${t("optional")}`)),
        (this.buttons = h("span.slot-buttons")),
      ),
      h("div.slot-box", this.input, this.well),
      (this.origin = h("div.slot-origin")),
      (this.said = h("p.problem", { role: "alert", hidden: true })),
      (this.hint = h("p.help", { hidden: !help }, help)),
      this.strip(),
    );
    this.input.setAttribute("aria-label", t("{name}: choose {kind}", { name, kind: called(this.kind) }));
    this.addEventListener("dragover", event => {
      event.preventDefault();
      this.classList.add("over");
    });
    this.addEventListener("dragleave", () => this.classList.remove("over"));
    this.addEventListener("drop", event => this.dropped(event));
    this.classList.toggle("folded", optional); // what is optional takes one line until it is wanted
    const tab = this.getAttribute("tab"),
      needed = () => {
        this.hidden = !methodOf(tab).slots.includes(this.getAttribute("name"));
        if (!this.hidden) this.word(hintOf(tab, this.getAttribute("name")));
      };
    bus.addEventListener("method", event => event.detail.tab === tab && needed());
    needed();
    this.show(this.card ?? null);
  }
  /** What this slot is called and explained as by the method that is chosen: methods share slots of one name. */
  word(hint) {
    if (!hint || !this.hint) return;
    this.setAttribute("label", hint.label);
    this.called.textContent = hint.label;
    this.input.setAttribute("aria-label", t("{name}: choose {kind}", { name: hint.label, kind: called(this.kind) }));
    this.hint.textContent = hint.help;
    this.hint.hidden = !hint.help;
  }
  receive(value) {
    const before = this.card?.id;
    this.card = value || null;
    if (!this.well) return;
    this.show(this.card);
    if (this.card && this.card.id !== before) this.pick(this.card); // Python filled it: it is kept, and its time asked for
  }
  show(card) {
    this.classList.toggle("filled", Boolean(card));
    this.said.hidden = true;
    this.well.replaceChildren(
      card
        ? h("img", { src: card.thumbnail, alt: card.title, draggable: "false" })
        : h("span.invite", h("strong", t("Drop {kind}", { kind: called(this.kind) })), t(" or choose one")),
    );
    if (card) this.classList.remove("folded");
    const label = this.getAttribute("label"),
      unfold = () => {
        this.classList.remove("folded");
        this.show(null);
        this.input.focus();
      };
    fill(
      this.buttons,
      this.classList.contains("folded")
        ? button("link", t("Add"), unfold, { "aria-label": t("Add: {label}", { label }) })
        : [
            this.getAttribute("editor") &&
              button("link", card ? t("Paint on") : t("Paint"), () => this.paint(), {
                "aria-label": card ? t("Paint on: {label}", { label }) : t("Paint: {label}", { label }),
              }),
            this.kind === "sound" &&
              navigator.mediaDevices &&
              recordButton(
                label,
                file => this.take(file),
                error => this.problem(error),
              ),
            button("link", t("From shelf"), () => this.fromShelf()),
            card &&
              button("link", t("Remove"), () => this.pick(null), {
                "aria-label": t("Remove {title}", { title: card.title }),
              }),
          ],
    );
    fill(this.origin, card && badge(card));
    this.title = card?.title ?? "";
  }
  pick(card) {
    this.choice = {};
    this.card = card;
    this.show(card);
    this.dispatchEvent(new CustomEvent("pick", { detail: card }));
    bus.dispatchEvent(new Event("set"));
    if (card) bus.dispatchEvent(new CustomEvent("filled", { detail: { tab: this.getAttribute("tab"), card } }));
  }
  problem(error) {
    say(this.said, error.message);
  }
  async take(file) {
    if (!file) return;
    this.said.hidden = true;
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("Uploading") }),
      choice = (this.choice = {});
    this.well.replaceChildren(h("span.invite", t("Checking {name}", { name: file.name }), bar));
    try {
      const card = await upload(file, this.kind, done => {
        bar.value = done;
      });
      if (this.choice === choice) this.pick(card); // else something was chosen while this arrived; it is on the shelf
    } catch (error) {
      if (this.choice === choice) {
        this.show(this.card ?? null);
        this.problem(new Error(`${file.name}: ${error.message}`));
      }
    }
    if (this.input.files[0] === file) this.input.value = "";
  }
  /** Painted in the page: a mask over the picture of another slot, or a doodle on nothing. */
  async paint() {
    this.said.hidden = true;
    try {
      const mode = this.getAttribute("editor"),
        over = this.getAttribute("over"),
        card = over ? pictureFor(this, over) : null;
      const form = /** @type {any} */ (document.querySelector(`studio-form[tab="${this.getAttribute("tab")}"]`));
      const picture =
        card?.kind === "video" ? await stillOf(card, Number(form?.get(this.getAttribute("at")) ?? 0)) : card;
      const made = await paintOver(`${this.getAttribute("label")}`, { mode, picture, mask: this.card?.url ?? null });
      if (made) await this.take(made);
    } catch (error) {
      sayUntilSet(this.said, error);
    }
  }
  async dropped(event) {
    this.classList.remove("over");
    event.preventDefault();
    const id = event.dataTransfer.getData("application/x-studio-artifact");
    if (!id) return this.take(event.dataTransfer.files[0]);
    const choice = (this.choice = {}),
      card = await ask(`artifacts/${id}`).catch(fail);
    if (this.choice !== choice) return;
    this.show(this.card ?? null); // an upload that was under way is not waited for any more
    if (card && !fits(card.kind, this.kind))
      this.problem(
        new Error(t("{label} must be {kind}.", { label: this.getAttribute("label"), kind: called(this.kind) })),
      );
    else if (card) this.pick(card);
  }
  async fromShelf() {
    const { cards } = await ask(`shelf?kind=${this.kind}`).catch(error => {
      fail(error);
      return { cards: [] };
    });
    dialog(
      t("Choose {kind}", { kind: called(this.kind) }),
      cards.length
        ? h(
            "div.grid",
            cards.map(card =>
              closing(
                "tile",
                [h("img", { src: card.thumbnail, alt: "", loading: "lazy" }), h("span", card.title)],
                () => this.pick(card),
                { "aria-label": card.title },
              ),
            ),
          )
        : h("p", t("Nothing of this kind is on your shelf yet.")),
    );
  }
  strip() {
    const group = this.getAttribute("gallery");
    if (!group) return null;
    return h(
      "div.strip",
      { role: "group", "aria-label": group === "styles" ? t("Paintings") : t("Sample photographs") },
      bundled[group].map(one =>
        button(
          "",
          h("img", { src: `studio/assets/small/${one.asset}`, alt: "", loading: "lazy", width: 56, height: 56 }),
          () => this.adopt(one),
          { title: one.caption, "aria-label": one.caption },
        ),
      ),
    );
  }
  async adopt(one) {
    const choice = (this.choice = {});
    this.said.hidden = true;
    try {
      const card = await post("adopt", { asset: one.asset });
      if (this.choice === choice) this.pick(card);
    } catch (error) {
      if (this.choice === choice) {
        this.show(this.card ?? null);
        this.problem(error);
      }
    }
  }
}
customElements.define("studio-slot", Slot);

document.addEventListener("paste", event => {
  const file = [...(event.clipboardData?.files ?? [])][0];
  if (!file) return;
  const slots = [...document.querySelectorAll("studio-slot")].filter(
    slot =>
      slot.offsetParent &&
      (file.type.startsWith(slot.kind) || (slot.kind === "media" && /^(image|video|audio)\//.test(file.type))),
  );
  (slots.find(slot => !slot.card) ?? slots[0])?.take(file);
});

class Picker extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const { options } = JSON.parse(this.dataset.props),
      name = `picker-${++serial}`;
    this.append(
      h(
        "fieldset",
        h("legend", this.getAttribute("label")),
        this.getAttribute("help") && h("p.help", this.getAttribute("help")),
        h(
          "div.looks",
          options.map(one =>
            h(
              "label.look",
              { title: one.words },
              h("input", {
                type: "radio",
                name,
                value: one.value,
                onchange: () => this.dispatchEvent(new CustomEvent("pick", { detail: one.value })),
              }),
              one.picture
                ? h("img", { src: `studio/assets/${one.picture}`, alt: "", loading: "lazy", width: 88, height: 66 })
                : h("span.nolook"),
              h("span", one.words),
            ),
          ),
        ),
      ),
    );
    this.receive(this.value);
  }
  receive(value) {
    this.value = value;
    this.querySelectorAll("input").forEach(input => {
      input.checked = input.value === value;
    });
  }
}
customElements.define("studio-picker", Picker);
