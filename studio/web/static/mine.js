// Your data: how much is kept, everything as one download, and Forget me. Stands at the end of the shelf.
import { ask, button, closing, dialog, fail, h, num, post, say, state, t, tn } from "./core.js";
import { shareList } from "./share.js";

class Mine extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.append(button("link", t("Your data"), () => this.open(), { "aria-haspopup": "dialog" }));
  }
  async open() {
    try {
      this.show(await ask("mine"));
    } catch (error) {
      fail(error);
    }
  }
  show(kept) {
    const days = kept.keep_days
      ? t(" Nothing is kept for longer than {count} after your last visit.", {
          count: tn("{n} day", "{n} days", kept.keep_days),
        })
      : "";
    const said = h("p.problem", { role: "alert", hidden: true });
    const typed = h("input", {
      type: "text",
      id: "forget-words",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => {
        sure.disabled = !meant();
      },
    });
    const meant = () => typed.value.trim().toLowerCase().split(/\s+/).join(" ") === kept.words;
    const sure = h("button.secondary", { type: "submit", disabled: true }, t("Forget me"));
    const form = h(
      "form.forget",
      {
        onsubmit: event => {
          event.preventDefault();
          if (meant()) this.forget(typed.value, sure, said, box);
        },
      },
      h("label", { for: "forget-words" }, t("Type “{words}” to confirm", { words: kept.words })),
      typed,
      sure,
    );
    const box = dialog(
      t("Your data"),
      h(
        "p",
        t("The studio keeps {count} and {count2} of yours, {amount} MB in all.{days}", {
          count: tn("{n} file", "{n} files", kept.files),
          count2: tn("{n} film", "{n} films", kept.films),
          amount: num(kept.bytes / 1e6, 1),
          days,
        }),
      ),
      h(
        "label.check",
        h("input", {
          type: "checkbox",
          checked: state.private,
          onchange: event => post("preference", { private: event.target.checked }).catch(fail),
        }),
        t("Do not write my texts and file names into the files I make"),
      ),
      h("p", closing("link", t("Your links"), shareList)),
      h("h3", t("Download everything")),
      h("p", t("One ZIP with your files, films and preferences, and how each was made.")),
      button("secondary", t("Download everything"), () => this.download(said)),
      h("h3", t("Forget me")),
      h("p", t("This deletes everything of yours from the studio at once and for good.")),
      form,
      said,
    );
  }
  async download(said) {
    try {
      const kept = await ask("mine");
      said.hidden = !kept.busy;
      said.textContent = kept.busy ? t("Your data is being downloaded already.") : "";
      if (kept.busy) return;
      const link = h("a", { href: "studio/mine/download", download: "" });
      document.body.append(link);
      link.click();
      link.remove();
    } catch (error) {
      say(said, error.message);
    }
  }
  async forget(words, sure, said, box) {
    sure.disabled = true;
    try {
      await post("mine/forget", { confirm: words });
    } catch (error) {
      sure.disabled = said.hidden = false;
      said.textContent = error.message;
      return;
    }
    box.close();
    localStorage.clear(); // what was typed into the tabs, and which film was open
    sessionStorage.clear();
    location.reload();
  }
}
customElements.define("studio-mine", Mine);
