"""The page: header, tabs, shelf; one listener for everything that is handed from one place to another."""

from __future__ import annotations

import html
import json
from typing import Any

import gradio as gr

from pipelines.core.kinds import for_the_page
from pipelines.core.run import find
from pipelines.core.settings import Refusal, check_setting, settings_of
from studio.access.route_guard import whole
from studio.access.visitors import visitor_of
from studio.engine.uploads import words_of
from studio.storage.artifacts import Artifact, Call
from studio.studio import Studio
from studio.web import api as doors
from studio.web import bundled, controls, describe, exhibits, guide, workbench
from studio.web.gradio_private import Page
from studio.web.sendto import Delivery, TabRegistry
from studio.web.shipped import modules
from studio.words.catalogue import languages

SCRIPTS = (
    "core.js",
    "tabs.js",
    "away.js",
    "form.js",
    "painter.js",
    "slot.js",
    "writing.js",
    "player.js",
    "words.js",
    "layers.js",
    "verdict.js",
    "specimens.js",
    "panel.js",
    "shelf.js",
    "queue.js",
    "film.js",
    "mine.js",
    "tokens.js",
    "faults.js",
    "flow.js",
    "zoom.js",
    "tongue.js",
    "address.js",
    "share.js",
    "kiosk.js",
    "tour.js",
    "batch.js",
    "lab/lab.js",
)
# In a frame of another site a private window denies storage outright; a page that then keeps its settings only in memory still works.
STORAGE = """<script>
for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name].length; } catch {
    const held = new Map();
    Object.defineProperty(window, name, { value: {
      getItem: key => held.has(key) ? held.get(key) : null, setItem: (key, value) => { held.set(key, String(value)); },
      removeItem: key => { held.delete(key); }, clear: () => held.clear(), key: n => [...held.keys()][n] ?? null, get length() { return held.size; } } });
  }
}
</script>"""
# Gradio's own buttons of the tabs, also before our style sheets are there, and its bar of pages, which shows one that is named as hidden
UNSEEN = "<style>#tabs > .tab-wrapper { visibility: hidden; } .nav-holder { display: none; }</style>"
SELECT = "name => ({ __type__: 'update', selected: name })"  # gr.Tabs(selected=name), without asking the server
QUIET: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
APART = ("Lab", "Red-team")  # tabs for who wants to know how it works
MODELS = """<div class='reading' role='region' aria-label='Models' tabindex='0'><h1>Models on this machine</h1>
<p>A missing model is downloaded once; after that it works offline.</p>
<studio-models></studio-models></div>"""
ABOUT = "Make in an afternoon what took a studio months."
HEADER = """
<header class="masthead">
  <div><a class="skip" href="#tabs" data-skip>Skip to the content</a></div>
  <a class="brand" href="./" aria-label="Afternoon Studio, start page">
    <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><circle cx="16" cy="17" r="8.5" class="sun"/><path d="M2 22.5h28" class="line"/>
    <path d="M6 27h20" class="line faint"/></svg><span>Afternoon Studio</span></a>
  <span class="tools">
    <button type="button" class="quiet" data-do="queue" aria-haspopup="dialog" hidden>Queue<span class="count" data-count hidden></span></button>
    <button type="button" class="quiet" data-do="shelf" aria-controls="shelf" aria-expanded="true">Shelf</button>
    <select class="quiet language" data-language aria-label="Language">LANGUAGES</select>
    <button type="button" class="quiet on-desks" data-tab="Help" disabled>Help</button>
    <button type="button" class="quiet more-tools" data-do="more" aria-label="More pages and settings" aria-controls="header-more" aria-expanded="false">…</button>
    <span class="header-more" id="header-more">
      <button type="button" class="quiet" data-tab="Models" disabled>Models</button>
      <button type="button" class="quiet on-phones" data-tab="Help" disabled>Help</button>
      <button type="button" class="quiet" data-do="dark">Use dark colours</button>
      <button type="button" class="quiet on-desks" data-do="keys" aria-haspopup="dialog">Keyboard shortcuts</button>
    </span>
  </span>
</header>
"""


def head(board: TabRegistry) -> str:
    """What goes into the page's head: our style sheet, scripts and the lists of bundled pictures and of what can be set; nothing from elsewhere."""
    tags = [STORAGE, UNSEEN, f'<meta name="description" content="{ABOUT}">']
    tags.append('<link rel="icon" href="studio/static/icon.svg" type="image/svg+xml">')
    for name, text in (
        ("title", "Afternoon Studio"),
        ("description", ABOUT),
        ("site_name", "Afternoon Studio"),
        ("type", "website"),
    ):
        tags.append(f'<meta property="og:{name}" content="{text}">')
    sheets = (
        "studio.css",
        "verdict.css",
        "film.css",
        "tokens.css",
        "cast.css",
        "stage.css",
        "page.css",
        "tools.css",
        "lab/lab.css",
        "words.css",
    )
    tags += [f'<link rel="stylesheet" href="studio/static/{name}">' for name in sheets]
    tags.append(f'<script type="application/json" id="studio-bundled">{bundled.bundled_as_json()}</script>')
    forms = controls.forms_as_json(board).replace("</", "<\\/")
    tags.append(f'<script type="application/json" id="studio-forms">{forms}</script>')
    kinds = json.dumps(for_the_page(), ensure_ascii=False).replace("</", "<\\/")
    tags.append(f'<script type="application/json" id="studio-kinds">{kinds}</script>')
    lab_data = exhibits.exhibits_as_json().replace("</", "<\\/")
    tags.append(f'<script type="application/json" id="studio-lab">{lab_data}</script>')
    tags += [f'<script type="module" src="studio/static/{name}"></script>' for name in SCRIPTS]
    # what they import is fetched with them, not when the first of them has run
    imported = [name for name in modules(SCRIPTS) if name not in SCRIPTS]
    tags += [f'<link rel="modulepreload" href="studio/static/{name}">' for name in imported]
    return "\n".join(tags)


def tab_bar(board: TabRegistry) -> str:
    """The tabs as the visitor sees them: what makes things first, the Lab and the Red team apart and smaller. Models and Help stand in the header."""
    tabs = [("Film", "Film"), *((tab.name, tab.shown) for tab in board.tabs)]
    drawn = {
        name: f'<button type="button" role="tab" data-tab="{name}" id="show-{name.lower()}" aria-controls="tab-{name.lower()}" aria-selected="false" '
        f'tabindex="-1" disabled>{html.escape(shown)}</button>'
        for name, shown in tabs
    }
    makers = "".join(one for name, one in drawn.items() if name not in APART)
    apart = "".join(drawn[name] for name in APART if name in drawn)
    return (
        f'<studio-tabs data-studio class="tabbar" role="tablist" aria-label="Tabs">{makers}'
        f'<span class="apart" role="none">{apart}</span></studio-tabs>'
    )


def _languages() -> str:
    """Each language by its own name, so it is not translated."""
    return "".join(
        f'<option value="{code}" lang="{code}">{html.escape(name)}</option>' for code, name in languages().items()
    )


def build(studio: Studio, board: TabRegistry) -> gr.Blocks:
    """The whole page as Gradio blocks; `app.py` launches it."""
    with Page(title="Afternoon Studio", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        gr.HTML(HEADER.replace("LANGUAGES", _languages()), apply_default_css=False, elem_id="masthead")
        courier = controls.own("studio-courier", {}, elem_id="courier")
        memories = [workbench.memory_of(tab) for tab in board.benches]
        with gr.Row(elem_classes="page", equal_height=False):
            with gr.Column(elem_classes="work", min_width=320):
                bar = controls.html_component(tab_bar(board), elem_id="tabbar")
                with gr.Tabs(elem_id="tabs") as tabs:  # its own buttons are out of sight
                    _plain_tab("Film", "<studio-film></studio-film>")
                    benches = [workbench.build(tab, studio, saved) for tab, saved in zip(board.benches, memories)]
                    _plain_tab("Lab", "<studio-lab></studio-lab>")
                    _plain_tab("Models", MODELS)
                    _plain_tab("Help", guide.page(board))
            with gr.Column(elem_classes="shelf-column", scale=0, min_width=280, elem_id="shelf"):
                gr.HTML("<studio-shelf></studio-shelf>", apply_default_css=False)
        bar.input(None, bar, tabs, js=SELECT, trigger_mode="multiple", **QUIET)
        _deliver(courier, benches, board, studio)
        _restore(page, benches, board, studio)
    with page.route(
        "Calls", "calls", show_in_navbar=False
    ):  # so that the page for browsers has none of their components
        doors.open_doors(studio, board)
    return page


def _plain_tab(name: str, content: str) -> None:
    """A tab of the page's own elements, which talk to the studio's routes."""
    with gr.Tab(name, id=name, elem_id=f"tab-{name.lower()}"):
        gr.HTML(content, apply_default_css=False)


def _deliver(courier: gr.HTML, benches: list[workbench.Bench], board: TabRegistry, studio: Studio) -> None:
    """One listener: what the page hands over (send to, restore) is put where it belongs; the page then opens its tab."""
    outputs = [courier, *(component for bench in benches for component in bench.inputs)]

    def deliver(values: dict[Any, Any], request: gr.Request) -> dict[Any, Any]:
        try:
            session = visitor_of(request)
            delivery, sentence = _read_message(values[courier] or {}, studio, board, session)
            bench = next((bench for bench in benches if bench.tab.name == delivery.tab), None)
            if bench is None:  # the Lab: its exhibit takes the settings itself
                return {
                    courier: {
                        "tab": delivery.tab,
                        "lab": {"pipeline": delivery.pipeline, "settings": delivery.settings or {}},
                    }
                }
            updates = workbench.deliver_values(bench, board, studio, session, delivery, values[bench.form])
            return {courier: {"said": sentence, "tab": delivery.tab}, **updates}
        except Refusal as problem:
            return {courier: {"problem": str(problem)}}

    held: set[Any] = {courier, *(bench.form for bench in benches)}
    courier.input(deliver, held, outputs, **QUIET)


def _read_message(message: dict[str, Any], studio: Studio, board: TabRegistry, session: str) -> tuple[Delivery, str]:
    """The page's message as a Delivery, and what to tell the visitor."""
    if message.get("restore"):
        found = studio.store.artifact(session, str(message["restore"]))
        if found is None:
            raise Refusal("That is no longer on your shelf.")
        return _again(describe.record_of(found)[0], studio, board, session)
    if message.get("job"):
        job = studio.jobs.job(session, whole(str(message["job"]), "The job's number"))
        return _again(job.call, studio, board, session)
    tab = board.tab(str(message.get("tab", "")))
    pipeline = str(message.get("pipeline") or "") or None
    slots = {str(slot): str(id) for slot, id in dict(message.get("slots") or {}).items()}
    if any(studio.store.artifact(session, id) is None for id in slots.values()):
        raise Refusal("That is no longer on your shelf.")
    settings = dict(message.get("settings") or {})
    for name, id in dict(message.get("words") or {}).items():  # a text goes into a setting, as what it says
        settings[str(name)] = words_of(studio.intake, _own(studio, session, str(id)))
    form = settings_of(find(pipeline)) if pipeline else None
    for setting in form.settings if form else ():
        if setting.name in settings:
            check_setting(setting, settings[setting.name])  # too long a text is said, not dropped
    return Delivery(tab.name, pipeline, slots, settings or None), ""


def _again(call: Call, studio: Studio, board: TabRegistry, session: str) -> tuple[Delivery, str]:
    """A call that was made before, back in its tab's form. Raises Refusal."""
    home = board.home_of(call.pipeline)
    if home is None:
        raise Refusal(f"This was made with {call.pipeline}, which is not here.")
    missing = [slot for slot, id in call.inputs.items() if studio.store.artifact(session, id) is None]
    said = "Its settings are back." + (f" Not on your shelf any more: {', '.join(missing)}." if missing else "")
    return Delivery(home.name, call.pipeline, call.inputs, call.settings), said


def _own(studio: Studio, session: str, id: str) -> Artifact:
    found = studio.store.artifact(session, id)
    if found is None:
        raise Refusal("That is no longer on your shelf.")
    return found


def _restore(page: gr.Blocks, benches: list[workbench.Bench], board: TabRegistry, studio: Studio) -> None:
    """After a reload every tab gets back what was set in it; the browser keeps it, the server checks it."""
    for bench in benches:

        def restore(saved: Any, request: gr.Request, bench: workbench.Bench = bench) -> dict[Any, Any]:
            try:
                kept = saved if isinstance(saved, dict) else {}
                return workbench.restore_values(bench, board, studio, visitor_of(request), kept) or {
                    bench.method: gr.skip()
                }
            except Refusal:
                return {bench.method: gr.skip()}

        page.load(restore, bench.saved, bench.inputs, **QUIET)
