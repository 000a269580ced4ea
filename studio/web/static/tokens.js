// The section “Access tokens” of the Help tab: make one, copy it while it is shown, revoke it; and signing out, with accounts.
import { ask, fail, h, post, tell } from "./core.js";

const day = seconds => new Date(1000 * seconds).toLocaleDateString();

class Tokens extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.name = h("input", { type: "text", id: "token-name", maxlength: 60, autocomplete: "off", placeholder: "My script" });
    this.days = h("select", { id: "token-days" }, ...[[7, "a week"], [30, "30 days"], [90, "90 days"], [365, "a year"]].map(([days, words]) =>
      h("option", { value: days, selected: days === 90 }, words)));
    this.days.value = "90";
    this.made = h("div.token-made", { role: "status" });
    this.list = h("ul.tokens", { "aria-label": "Your access tokens" });
    this.who = h("p.token-who", { hidden: true });
    this.append(
      h("form.token-form", { onsubmit: event => { event.preventDefault(); this.make(); } },
        h("label", { for: "token-name" }, "Name"), this.name, h("label", { for: "token-days" }, "Good for"), this.days,
        h("button.secondary", { type: "submit" }, "Make a token")),
      this.made, this.list, this.who);
    // asked for when the section comes into sight, so that opening the page costs no request
    new IntersectionObserver((seen, observer) => { if (seen.some(one => one.isIntersecting)) { observer.disconnect(); this.look(); } }).observe(this);
  }

  async look() {
    const found = await ask("tokens").catch(fail);
    if (!found) return;
    this.list.replaceChildren(...found.tokens.map(one => this.row(one)));
    if (!found.tokens.length) this.list.append(h("li.help", {}, "You have no access token."));
    this.who.hidden = !found.account;
    if (found.account) this.who.replaceChildren(`You are signed in as ${found.account}. `,
      h("button.link", { type: "button", onclick: () => this.leave("sign-out") }, "Sign out"), " ",
      h("button.link", { type: "button", onclick: () => this.leave("sign-out?everywhere") }, "Sign out everywhere"),
      found.administrator && h("a", { href: "studio/admin" }, "Administration"));
  }

  row(one) {
    const used = one.used ? `last used ${day(one.used)}` : "not used yet";
    return h("li", {}, h("span", {}, h("strong", {}, one.name), ` made ${day(one.made)}, ${used}, good until ${day(one.expires)}`),
      h("button.secondary", { type: "button", "aria-label": `Revoke ${one.name}`, onclick: () => this.revoke(one) }, "Revoke"));
  }

  async make() {
    try {
      const made = await post("tokens", { name: this.name.value.trim() || "My script", days: Number(this.days.value) });
      const text = h("input.token-text", { type: "text", readonly: true, value: made.token, "aria-label": "The new access token", onfocus: () => text.select() });
      this.made.replaceChildren(h("p", {}, "Copy it now. It is shown only once."), text,
        h("button.secondary", { type: "button", onclick: () => this.copy(text) }, "Copy"),
        h("button.quiet", { type: "button", onclick: () => { this.made.replaceChildren(); this.name.focus(); } }, "I have it"));
      this.name.value = "";
      text.focus();
      await this.look();
    } catch (error) { fail(error); }
  }

  async copy(text) {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      tell("Copied.");
    } catch { // no clipboard on plain http or in a frame: it is selected already
      tell(document.execCommand("copy") ? "Copied." : "It is selected; copy it with your keyboard.");
    }
  }

  async revoke(one) {
    try {
      await post(`tokens/${one.id}/revoke`);
      this.made.replaceChildren();
      tell(`“${one.name}” is revoked.`);
      await this.look();
      this.name.focus();
    } catch (error) { fail(error); }
  }

  async leave(path) {
    try { await post(path); location.reload(); } catch (error) { fail(error); }
  }
}
customElements.define("studio-tokens", Tokens);
