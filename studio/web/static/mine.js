// Your data: how much is kept, everything as one download, and Forget me. Stands at the end of the shelf.
import { ask, dialog, fail, h, post } from "./core.js";

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

class Mine extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.append(h("button.link", { type: "button", "aria-haspopup": "dialog", onclick: () => this.open() }, "Your data"));
  }
  async open() {
    try { this.show(await ask("mine")); } catch (error) { fail(error); }
  }
  show(kept) {
    const days = kept.keep_days ? ` Nothing is kept for longer than ${count(kept.keep_days, "day", "days")} after your last visit.` : "";
    const said = h("p.problem", { role: "alert", hidden: true });
    const typed = h("input", { type: "text", id: "forget-words", autocomplete: "off", spellcheck: "false", oninput: () => { sure.disabled = !meant(); } });
    const meant = () => typed.value.trim().toLowerCase().split(/\s+/).join(" ") === kept.words;
    const sure = h("button.secondary", { type: "submit", disabled: true }, "Forget me");
    const form = h("form.forget", { onsubmit: event => { event.preventDefault(); if (meant()) this.forget(typed.value, sure, said, box); } },
      h("label", { for: "forget-words" }, `Type “${kept.words}” to confirm`), typed, sure);
    const box = dialog("Your data",
      h("p", {}, `The studio keeps ${count(kept.files, "file", "files")} and ${count(kept.films, "film", "films")} of yours, ${(kept.bytes / 1e6).toFixed(1)} MB in all.${days}`),
      h("h3", {}, "Download everything"),
      h("p", {}, "One ZIP with every file, how each was made, your films with their storyboards, what you asked for, and your preferences."),
      h("button.secondary", { type: "button", onclick: () => this.download(said) }, "Download everything"),
      h("h3", {}, "Forget me"),
      h("p", {}, "This deletes your files, films, jobs, texts, preferences and access tokens from the studio at once and for good. What is running is stopped. Files that you have downloaded stay with you."),
      form, said);
  }
  async download(said) {
    try {
      const kept = await ask("mine");
      said.hidden = !kept.busy;
      said.textContent = kept.busy ? "Your data is being downloaded already; please wait until that is done." : "";
      if (kept.busy) return;
      const link = h("a", { href: "studio/mine/download", download: "" });
      document.body.append(link);
      link.click();
      link.remove();
    } catch (error) { said.hidden = false; said.textContent = error.message; }
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
