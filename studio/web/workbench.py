"""A tab that makes things: slots and controls at the left, the panel in the middle; a click becomes a job."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import gradio as gr

from pipelines.core.aliases import values_of
from pipelines.core.models import MissingModel, where
from pipelines.core.registry import declaration, find
from pipelines.core.settings import Form, Refusal, SeedField, check_setting, settings_of
from studio.access.address import address_of
from studio.access.visitors import visitor_of
from studio.engine.gpu_quota import pass_of
from studio.engine.runners import on_zerogpu
from studio.storage.artifacts import Artifact, Call, checked_call
from studio.storage.timing import estimate, measure_of, size_of
from studio.studio import Studio
from studio.web import controls, describe
from studio.web.faults import faulty_field
from studio.web.locale import words_of
from studio.web.sendto import Delivery, Tab, TabRegistry

log = logging.getLogger(__name__)
FOLD = '<button type="button" class="fold" data-fold aria-expanded="true">Settings</button>'  # on a narrow page
SAVE = "(state, ...values) => [Object.fromEntries(KEYS.map((key, n) => [key, values[n]]))]"


@dataclass
class Bench:
    """The components of one tab, by what they stand for."""

    tab: Tab
    item: gr.Tab
    method: gr.HTML  # its value: the pipeline, None for the first
    form: gr.HTML  # its value: {pipeline: {setting: value}}, defaults left out
    slots: dict[str, gr.HTML] = field(default_factory=dict)
    notice: gr.HTML | None = None
    saved: gr.BrowserState | None = None

    @property
    def inputs(self) -> list[Any]:
        """Everything a visitor can set here; its order is that of `keys`."""
        return [self.method, self.form, *self.slots.values()]

    @property
    def keys(self) -> list[str]:
        """Return the names under which a tab keeps its state."""
        return ["method", "settings", *(f"slot/{name}" for name in self.slots)]

    def pipeline(self, values: Mapping[Any, Any]) -> str:
        """The method that is chosen, or the first."""
        chosen = str(values[self.method] or "")
        return chosen if self.tab.method(chosen) else self.tab.methods[0].pipeline


def memory_of(tab: Tab) -> gr.BrowserState:
    """Where the browser keeps what is set in a tab; it must stand outside gr.Tabs, whose children are counted as tabs."""
    return gr.BrowserState(
        {}, storage_key=f"afternoon-studio-{(tab.former or tab.name).lower()}", secret="afternoon-studio"
    )


def _slots(tab: Tab, needed: Collection[str], *, optional: bool) -> dict[str, gr.HTML]:
    """Draw those slots of a tab that are optional, or those that are not."""
    return {
        one.name: controls.slot(one, tab.name, visible=one.name in needed)
        for one in [one for one in tab.slots if one.optional == optional]
    }


def build(tab: Tab, studio: Studio, saved: gr.BrowserState) -> Bench:
    """Lay out a tab inside the gr.Tabs that is open, and wire it."""
    first = tab.methods[0]
    with gr.Tab(tab.shown, id=tab.name, elem_id=f"tab-{tab.name.lower()}") as item, gr.Row(elem_classes="bench"):
        with gr.Column(elem_classes="controls", scale=0, min_width=336):
            gr.HTML(f"<h1>{tab.heading}</h1>{FOLD}", elem_classes="heading")
            method = controls.methods(tab)
            needed = {slot.name for slot in form_of(first.pipeline).slots}
            drawn = _slots(tab, needed, optional=False)
            form = controls.form(tab)
            drawn |= _slots(tab, needed, optional=True)  # what nobody must add comes after what is written and set
            bench = Bench(tab, item, method, form, drawn, saved=saved)
            with gr.Column(elem_classes="makebar", min_width=0):  # stays in sight
                bench.notice = controls.own("studio-notice", {"tab": tab.name}, elem_id=f"notice-{tab.name.lower()}")
                make = gr.Button(first.verb, variant="primary", elem_id=f"make-{tab.name.lower()}", elem_classes="make")
                expected = gr.HTML("<p>&nbsp;</p>", elem_classes="estimate", apply_default_css=False)
        with gr.Column(elem_classes="stage", min_width=320):
            example = html.escape(json.dumps(asdict(tab.example) if tab.example else None))
            gr.HTML(f'<studio-panel tab="{tab.name}" data-example="{example}"></studio-panel>', apply_default_css=False)
    _wire(bench, studio, make, expected)
    return bench


def form_of(pipeline: str) -> Form:
    """Return the form of a pipeline by its name."""
    return settings_of(find(pipeline))


def _wire(bench: Bench, studio: Studio, make: gr.Button, expected: gr.HTML) -> None:
    tab = bench.tab

    def submit(values: dict[Any, Any], request: gr.Request) -> dict[Any, Any]:
        try:
            return {bench.notice: {"job": _submit(bench, studio, values, request)}}
        except MissingModel as problem:
            return {bench.notice: {"problem": str(problem), "models": True}}
        except Refusal as problem:
            return {bench.notice: {"problem": str(problem), "field": _faulty(bench, studio, values, request)}}

    quiet: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
    verbs = json.dumps({method.pipeline: method.verb for method in tab.methods})
    bench.method.input(
        None,
        bench.method,
        make,
        js=f"chosen => (window.studioWords?.words ?? {{}})[({verbs})[chosen]] ?? ({verbs})[chosen]",
        **quiet,
    )
    # on a Space the pass to a lent GPU comes only with events that go through Gradio's queue
    make.click(submit, set(bench.inputs), bench.notice, **quiet | {"queue": on_zerogpu()})
    changes = [component.input for component in bench.inputs]
    keep = SAVE.replace("KEYS", str(bench.keys))
    gr.on(changes, None, [bench.saved, *bench.inputs], [bench.saved], js=keep, **quiet)

    def expect(values: dict[Any, Any], request: gr.Request) -> dict[Any, Any]:
        return {expected: f"<p>{html.escape(_translate(_expected_time(bench, studio, values, request), request))}</p>"}

    gr.on(changes, expect, set(bench.inputs), expected, trigger_mode="always_last", **quiet)


def _translate(text: str, request: gr.Request) -> str:
    """What Python writes into the page itself, in the visitor's language."""
    words = words_of(request)
    return words.say(text) if words else text


def _expected_time(bench: Bench, studio: Studio, values: Mapping[Any, Any], request: gr.Request) -> str:
    """How long the call as it is set now would take here, in words; empty while something is missing."""
    try:
        call, inputs = _call(bench, studio, values, visitor_of(request))
    except Refusal:
        return ""
    size, measure = size_of(call, inputs), measure_of(inputs, call)
    learned = estimate(studio.store, call.pipeline, studio.jobs.runner.device(call.pipeline), size, measure)
    lent = studio.jobs.runner.quota(studio.store, visitor_of(request), call, size, measure)
    return ". ".join(filter(None, (learned.words if learned else "", lent.rstrip("."))))


def _submit(bench: Bench, studio: Studio, values: Mapping[Any, Any], request: gr.Request) -> int:
    """One click: the controls become a Call, the Call a row."""
    session = visitor_of(request)
    call, _ = _call(bench, studio, values, session)
    check_models(call.pipeline)
    private = bool(studio.store.preferences(session).get("private"))
    return studio.jobs.submit(
        session, bench.tab.name, call, private=private, address=address_of(request), token=pass_of(request)
    ).id


def _call(bench: Bench, studio: Studio, values: Mapping[Any, Any], session: str) -> tuple[Call, dict[str, Artifact]]:
    """What the controls ask for, checked, and the files it would be made from. Raises Refusal."""
    pipeline = bench.pipeline(values)
    form = form_of(pipeline)
    slots = {slot.name: (values[bench.slots[slot.name]] or {}).get("id") for slot in form.slots}
    seeds = {
        one.name: None for one in form.settings if isinstance(one.field, SeedField)
    }  # untouched: a new one each time
    chosen = form.defaults | seeds | _settings(values[bench.form], pipeline)
    found = {id: one for id in slots.values() if id and (one := studio.store.artifact(session, id))}
    call = checked_call(
        pipeline, slots, controls.settings_from(form, chosen), lambda id: found[id].kind if id in found else None
    )
    return call, {slot: found[id] for slot, id in call.inputs.items()}


def _faulty(bench: Bench, studio: Studio, values: Mapping[Any, Any], request: gr.Request) -> dict[str, str] | None:
    """Which field a call is refused for, so that the page can say it there."""
    session, pipeline = visitor_of(request), bench.pipeline(values)
    form = form_of(pipeline)
    kinds = {}
    for slot in form.slots:
        held = studio.store.artifact(session, str((values[bench.slots[slot.name]] or {}).get("id")))
        kinds[slot.name] = held.kind if held else None
    found = faulty_field(form, kinds, _settings(values[bench.form], pipeline))
    return {"pipeline": pipeline, "sort": found[0], "name": found[1]} if found else None


def _settings(value: Any, pipeline: str) -> dict[str, Any]:
    """What the form's value says of one pipeline."""
    said = value.get(pipeline) if isinstance(value, dict) else None
    return dict(said) if isinstance(said, dict) else {}


def check_models(pipeline: str) -> None:
    """Say at once, not after a wait in the queue, that weights are missing."""
    for card in declaration(find(pipeline)).models:
        if not card.source.startswith("hub:") and where(card) is None:
            raise MissingModel(card)


def restore_values(
    bench: Bench, board: TabRegistry, studio: Studio, session: str, saved: Mapping[str, Any]
) -> dict[Any, Any]:
    """Updates that bring back what a visitor had set before a reload; what no longer fits is left at its default."""
    updates: dict[Any, Any] = {}
    if bench.tab.method(str(saved.get("method") or "")):
        updates[bench.method] = saved["method"]
    for name, component in bench.slots.items():
        held = saved.get(f"slot/{name}")
        found = studio.store.artifact(session, str(held.get("id"))) if isinstance(held, dict) else None
        if found is not None:
            updates[component] = describe.card(board, found)
    kept = {
        one.pipeline: _fitting(one.pipeline, _settings(saved.get("settings"), one.pipeline))
        for one in bench.tab.methods
    }
    if any(kept.values()):
        updates[bench.form] = {pipeline: settings for pipeline, settings in kept.items() if settings}
    return updates


def deliver_values(
    bench: Bench, board: TabRegistry, studio: Studio, session: str, delivery: Delivery, form: Any = None
) -> dict[Any, Any]:
    """Updates that put a hand-off into the tab, whose form's value is `form` so far."""
    updates: dict[Any, Any] = {}
    if delivery.pipeline and bench.tab.method(delivery.pipeline):
        updates[bench.method] = delivery.pipeline
    for name, id in delivery.slots.items():
        found = studio.store.artifact(session, id)
        if name in bench.slots and found is not None:
            updates[bench.slots[name]] = describe.card(board, found)
    if delivery.settings and bench.method in updates:
        pipeline = updates[bench.method]
        settings = _settings(form, pipeline) | _fitting(pipeline, delivery.settings)
        updates[bench.form] = (form if isinstance(form, dict) else {}) | {pipeline: settings}
    return updates


def _fitting(pipeline: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those settings that can have the value given, whatever the others are."""
    form, now = form_of(pipeline), values_of(pipeline, given)
    return {name: value for name, value in now.items() if value is not None and _fits(form, name, value)}


def _fits(form: Form, name: str, value: Any) -> bool:
    if name not in form.defaults:
        return False
    try:
        check_setting(form.setting(name), value)
    except Refusal:
        return False
    return True
