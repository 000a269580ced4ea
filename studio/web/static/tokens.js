// The section “Access tokens” of the Help tab: make one, copy it while it is shown, revoke it; and signing out, with accounts.
import { ask, button, copy, day, fail, fill, h, post, t, tell } from "./core.js";

const dayOf = seconds => day(1000 * seconds);

class Tokens extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.name = h("input", {
      type: "text",
      id: "token-name",
      maxlength: 60,
      autocomplete: "off",
      placeholder: t("My script"),
    });
    this.days = h(
      "select",
      { id: "token-days" },
      ...[
        [7, t("a week")],
        [30, t("30 days")],
        [90, t("90 days")],
        [365, t("a year")],
      ].map(([days, words]) => h("option", { value: days, selected: days === 90 }, words)),
    );
    this.days.value = "90";
    this.made = h("div.token-made", { role: "status" });
    this.examples = h("div");
    this.programs();
    this.list = h("ul.tokens", { "aria-label": t("Your access tokens") });
    this.who = h("p.token-who", { hidden: true });
    this.append(
      h(
        "form.token-form",
        {
          onsubmit: event => {
            event.preventDefault();
            this.make();
          },
        },
        h("label", { for: "token-name" }, t("Name")),
        this.name,
        h("label", { for: "token-days" }, t("Good for")),
        this.days,
        h("button.secondary", { type: "submit" }, t("Make a token")),
      ),
      this.made,
      this.examples,
      this.list,
      this.who,
    );
    // asked for when the section comes into sight, so that opening the page costs no request
    new IntersectionObserver((seen, observer) => {
      if (seen.some(one => one.isIntersecting)) {
        observer.disconnect();
        this.look();
      }
    }).observe(this);
  }

  /** How programs begin, with the address of this studio and the token that was just made. */
  programs(token = "studio_…") {
    const row = ([name, text]) => {
      const filled = text.replaceAll("{url}", new URL(".", location.href).href).replaceAll("{token}", token);
      const take = button("secondary", t("Copy"), () => copy(filled), { "aria-label": `${t("Copy")}: ${name}` });
      return h("details", h("summary", name), h("pre", { tabindex: 0, "aria-label": name }, filled), take);
    };
    const examples = Object.entries(JSON.parse(this.dataset.examples));
    fill(this.examples, h("p.help", t("A program begins like this:")), examples.map(row));
  }

  async look() {
    const found = await ask("tokens").catch(fail);
    if (!found) return;
    this.list.replaceChildren(...found.tokens.map(one => this.row(one)));
    if (!found.tokens.length) this.list.append(h("li.help", t("You have no access token.")));
    this.who.hidden = !found.account && !found.hub;
    if (found.hub)
      fill(
        this.who,
        found.hub_name
          ? [
              t("You are signed in with Hugging Face as {name}. ", { name: found.hub_name }),
              button("link", t("Sign out"), () => this.leave("hub-sign-out")),
            ]
          : [
              h("a", { href: "studio/hub-sign-in" }, t("Sign in with Hugging Face")),
              " ",
              t("to have the same shelf on every browser."),
            ],
      );
    if (found.account)
      fill(
        this.who,
        t("You are signed in as {account}. ", { account: found.account }),
        button("link", t("Sign out"), () => this.leave("sign-out")),
        " ",
        button("link", t("Sign out everywhere"), () => this.leave("sign-out?everywhere")),
        found.administrator && h("a", { href: "studio/admin" }, t("Administration")),
      );
  }

  row(one) {
    const used = one.used ? t("last used {day}", { day: dayOf(one.used) }) : t("not used yet");
    return h(
      "li",
      h(
        "span",
        h("strong", one.name),
        t(" made {day}, {used}, good until {end}", { day: dayOf(one.made), used, end: dayOf(one.expires) }),
      ),
      button("secondary", t("Revoke"), () => this.revoke(one), {
        "aria-label": t("Revoke {name}", { name: one.name }),
      }),
    );
  }

  async make() {
    try {
      const made = await post("tokens", {
        name: this.name.value.trim() || t("My script"),
        days: Number(this.days.value),
      });
      const text = h("input.token-text", {
        type: "text",
        readonly: true,
        value: made.token,
        "aria-label": t("The new access token"),
        onfocus: () => text.select(),
      });
      this.made.replaceChildren(
        h("p", t("Copy it now. It is shown only once.")),
        text,
        button("secondary", t("Copy"), () => this.copy(text)),
        button("quiet", t("I have it"), () => {
          this.made.replaceChildren();
          this.programs();
          this.name.focus();
        }),
      );
      this.name.value = "";
      this.programs(made.token);
      text.focus();
      await this.look();
    } catch (error) {
      fail(error);
    }
  }

  async copy(text) {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      tell(t("Copied."));
    } catch {
      // no clipboard on plain http or in a frame: it is selected already
      tell(document.execCommand("copy") ? t("Copied.") : t("It is selected; copy it with your keyboard."));
    }
  }

  async revoke(one) {
    try {
      await post(`tokens/${one.id}/revoke`);
      this.made.replaceChildren();
      this.programs();
      tell(t("“{name}” is revoked.", { name: one.name }));
      await this.look();
      this.name.focus();
    } catch (error) {
      fail(error);
    }
  }

  async leave(path) {
    try {
      await post(path);
      location.reload();
    } catch (error) {
      fail(error);
    }
  }
}
customElements.define("studio-tokens", Tokens);
