// @ts-check
// A film with everything in it as one file: downloaded from its menu, opened again on the first screen of the Film tab.
import { ask, bus, button, fail, h, poll, t, tell } from "./core.js";

/** The button that opens a project file; `open` gets the number of the new film. */
export function opener(open) {
  const file = h("input", {
    type: "file",
    accept: ".zip,application/zip",
    tabindex: -1,
    hidden: true,
    onchange: async () => {
      const [chosen] = file.files;
      file.value = "";
      if (!chosen) return;
      chooser.disabled = true;
      chooser.textContent = t("Opening the project…");
      try {
        await bring(chosen, open);
      } catch (error) {
        fail(error);
      }
      chooser.disabled = false;
      chooser.textContent = t("Open a project file");
    },
  });
  const chooser = button("link", t("Open a project file"), () => file.click());
  return h("span.project-opener", chooser, file);
}

async function bring(file, open) {
  const said = await ask("projects", undefined, { method: "POST", body: file });
  poll();
  await open(said.film);
  tell(
    said.exact
      ? t("The project is here with all its takes.")
      : t("This project comes from another studio; render it to see it."),
  );
  for (const problem of said.problems) tell(problem);
}

/** Lines for the menu of a film. */
export const projectLink = film =>
  h(
    "a.line",
    { href: `studio/films/${film.id}/project`, download: "", onclick: () => bus.dispatchEvent(new Event("flush")) },
    t("Download the project (one file with everything)"),
  );
