// @ts-check
// Several things of the shelf at once: chosen by their boxes, then downloaded as one ZIP, deleted or worked on together. Names, and edits of one picture as a stack.
import { bus, button, dialog, fail, h, poll, post, say, t, tell, tn } from "./core.js";

const EDITS = ["generate.retouch", "generate.complete", "generate.enlarge", "generate.cutout"];

/** The bar over the shelf while things are chosen. */
export class Chosen {
  constructor(shelf) {
    this.shelf = shelf;
    this.ids = new Map(); // id -> card
    this.on = false;
    this.toggle = button("quiet", t("Choose"), () => this.turn(!this.on), { "aria-pressed": "false" });
    this.said = h("strong", { role: "status" });
    this.download = h("a.button.secondary", { download: "" }, t("Download ZIP"));
    this.remove = button("secondary", t("Delete"), () => this.delete());
    this.batch = button("secondary", t("Use together"), () =>
      bus.dispatchEvent(new CustomEvent("batch", { detail: [...this.ids.values()] })),
    );
    this.element = h(
      "div.chosen-bar",
      { hidden: true },
      this.said,
      h("div.buttons", this.download, this.batch, this.remove),
    );
  }
  turn(on) {
    this.on = on;
    this.ids.clear();
    this.toggle.setAttribute("aria-pressed", String(on));
    this.toggle.textContent = on ? t("Done") : t("Choose");
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (this.shelf.querySelectorAll(".choose input")))
      box.checked = false;
    this.shelf.classList.toggle("choosing", on);
    this.draw();
  }
  box(card) {
    const box = h("input", {
      type: "checkbox",
      "aria-label": t("Choose {title}", { title: card.title }),
      checked: this.ids.has(card.id),
      onchange: () => {
        if (box.checked) this.ids.set(card.id, card);
        else this.ids.delete(card.id);
        this.draw();
      },
    });
    return h("label.choose", box);
  }
  draw() {
    const { size } = this.ids;
    this.element.hidden = !this.on;
    this.said.textContent = tn("{n} file chosen", "{n} files chosen", size);
    for (const button of [this.remove, this.batch]) button.disabled = !size;
    if (size) this.download.setAttribute("href", `studio/shelf/download?ids=${[...this.ids.keys()].join(",")}`);
    else this.download.removeAttribute("href");
  }
  async delete() {
    const ids = [...this.ids.keys()];
    try {
      await post("shelf/delete", { ids });
      this.turn(false);
      poll();
      tell(tn("{n} file was deleted.", "{n} files were deleted.", ids.length), {
        label: t("Undo"),
        run: () => post("shelf/undelete", { ids }).then(poll, fail),
      });
    } catch (error) {
      fail(error);
    }
  }
}

/** Another name for one thing of the shelf. */
export function rename(card, then) {
  const said = h("p.problem", { role: "alert", hidden: true });
  const field = h("input", { type: "text", id: "new-name", value: card.title, maxlength: 80, autocomplete: "off" });
  const box = dialog(
    t("Rename"),
    h(
      "form.rename",
      {
        onsubmit: async event => {
          event.preventDefault();
          try {
            await post(`artifacts/${card.id}/rename`, { title: field.value });
            box.close();
            then();
          } catch (error) {
            say(said, error.message);
            field.focus();
          }
        },
      },
      h("label", { for: "new-name" }, t("Name")),
      field,
      said,
      h("button.primary", { type: "submit" }, t("Rename")),
    ),
  );
  field.select();
}

/** Edits of one picture lie on each other: the newest is seen, the others one click away. */
export function stack(list) {
  const cards = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".card[data-id]")]),
    known = new Map(cards.map(card => [card.dataset.id, card]));
  const root = card => {
    let one = card;
    for (let n = 0; n < 50 && EDITS.includes(one.dataset.pipeline) && known.has(one.dataset.parent); n++)
      one = known.get(one.dataset.parent);
    return one.dataset.id;
  };
  const stacks = new Map();
  for (const card of cards) {
    const id = root(card);
    stacks.set(id, [...(stacks.get(id) ?? []), card]);
  }
  for (const [top, ...rest] of stacks.values()) {
    top.querySelector(".stack-count")?.remove();
    top.classList.toggle("stack", rest.length > 0);
    if (!rest.length) {
      top.hidden = false;
      continue;
    }
    const show = open => {
      for (const card of rest) {
        card.hidden = !open;
        card.classList.toggle("under", open);
      }
      count.setAttribute("aria-expanded", String(open));
    };
    const count = button("stack-count", t("{n} versions", { n: rest.length + 1 }), () =>
      show(count.getAttribute("aria-expanded") !== "true"),
    );
    top.append(count);
    let after = top;
    for (const card of rest) {
      after.after(card);
      after = card;
    }
    show(false);
  }
}
