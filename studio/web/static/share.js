// @ts-check
// Links to one result or film: made, copied and revoked by their owner; "Make your own from this" arrives as ?from=TOKEN.
import { ask, bus, button, deliver, dialog, fail, fill, h, openTab, post, say, t, tell, until } from "./core.js";

const absolute = path => new URL(path, location.href.split(/[?#]/)[0]).href;

/** A text to be copied, with its button. */
function copied(label, text) {
  const field = h("input", {
    type: "text",
    readonly: true,
    value: text,
    "aria-label": label,
    onfocus: event => event.target.select(),
  });
  const copy = button("secondary", t("Copy"), async () => {
    try {
      await navigator.clipboard.writeText(text);
      tell(t("Copied."));
    } catch {
      field.focus();
      field.select();
      tell(t("The text is selected; copy it with Ctrl C."));
    }
  });
  return h("div.copied", h("span.field-label", label), h("div.copied-line", field, copy));
}

const embedCode = share =>
  `<iframe src="${absolute(`${share.path}/embed`)}" width="${Math.min(960, share.width)}" height="${Math.round((Math.min(960, share.width) / share.width) * share.height) + 28}" style="border:0" allowfullscreen></iframe>`;

/** The dialog of a link to a result or a film. */
export async function share(kind, id, title) {
  const found = await ask("shares").catch(fail);
  if (!found) return;
  const body = h("div.sharing");
  const box = dialog(t("Share “{title}”", { title }), body);
  const held = found.shares.find(one => one.kind === kind && one.id === id) ?? null;
  const draw = (now, recipe) => {
    const said = h("p.problem", { role: "alert", hidden: true });
    const open = h("input", {
      type: "checkbox",
      id: "share-recipe",
      checked: recipe,
      "aria-describedby": "share-file",
      onchange: () => {
        explain();
        if (now) make();
      },
    });
    const file = h("p.help", { id: "share-file" });
    const explain = () => {
      file.textContent = open.checked
        ? t("The file itself may say how it was made.")
        : t("This copy does not say how it was made.");
    };
    const make = async () => {
      try {
        draw(await post("shares", { kind, id, recipe: open.checked }), open.checked);
      } catch (error) {
        say(said, error.message);
        if (now) {
          open.checked = now.recipe;
          explain();
        }
      }
    };
    explain();
    const choice = h("label.check", { for: "share-recipe" }, open, t("Show its texts and settings"));
    fill(
      body,
      h("p", t("Whoever has the link sees this only. You can revoke it at any time.")),
      choice,
      file,
      now
        ? [
            copied(t("Link"), absolute(now.path)),
            now.embeds && copied(t("Code for another page"), embedCode(now)),
            h(
              "div.buttons",
              h("a.button", { href: absolute(now.path), target: "_blank", rel: "noopener" }, t("Open the link")),
              button("secondary", t("Revoke the link"), () =>
                post(`shares/${now.token}/revoke`).then(() => {
                  draw(null, open.checked);
                  tell(t("The link was revoked."));
                }, fail),
              ),
            ),
          ]
        : [
            button("primary", t("Make a link"), make, { disabled: !found.on }),
            !found.on && h("p.help", t("The administrator has turned links off.")),
          ],
      said,
    );
  };
  draw(held, held ? held.recipe : true);
  return box;
}

/** Every link of the visitor, for the dialog “Your data”. */
export async function shareList() {
  const found = await ask("shares").catch(fail);
  if (!found) return;
  const list = h("ul.plain-list.share-list");
  const draw = shares =>
    list.replaceChildren(
      ...(shares.length
        ? shares.map(one =>
            h(
              "li",
              h("a", { href: absolute(one.path), target: "_blank", rel: "noopener" }, one.title),
              button(
                "link",
                t("Revoke"),
                () => post(`shares/${one.token}/revoke`).then(() => draw(shares.filter(other => other !== one)), fail),
                { "aria-label": t("Revoke the link to {title}", { title: one.title }) },
              ),
            ),
          )
        : [h("li", t("You share no links."))]),
    );
  draw(found.shares);
  dialog(t("Your links"), list);
}

/** Somebody opened “Make your own from this”. */
async function arrive(token) {
  if (!(await until(() => document.querySelector('#tabs [role="tab"]') && document.querySelector("studio-courier"))))
    return;
  history.replaceState(null, "", location.pathname + location.hash);
  try {
    const found = await post(`shares/${token}/take`);
    if (found.film) {
      openTab("Film");
      const film = /** @type {any} */ (document.querySelector("studio-film"));
      until(() => film?.choices, 1200).then(drawn => drawn && film.goTo(found.film));
      tell(t("This is a film of your own with the same storyboard."));
    } else {
      deliver(found);
      tell(t("The settings are ready. Add your own files."));
    }
  } catch (error) {
    fail(error);
  }
}
const from = new URLSearchParams(location.search).get("from");
if (from && /^[A-Za-z0-9_-]{43}$/.test(from)) arrive(from);
bus.addEventListener("share", event => share(.../** @type {CustomEvent} */ (event).detail));
