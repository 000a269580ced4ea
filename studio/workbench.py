"""A tab that makes things: slots and controls at the left, the panel in the middle; a click becomes a job."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import gradio as gr

from pipelines.models import MissingModel
from pipelines.run import find
from pipelines.settings import Form, Refusal, check_setting, settings_of
from studio import controls, describe
from studio.artifacts import Artifact, Call, checked_call
from studio.handoff import Board, Delivery, Tab
from studio.studio import Studio
from studio.timing import estimate, size_of
from studio.visitors import visitor_of

log = logging.getLogger(__name__)
SAVE = "(state, ...values) => [Object.fromEntries(KEYS.map((key, n) => [key, values[n]]))]"


@dataclass
class Bench:
    """The components of one tab, by what they stand for."""

    tab: Tab
    item: gr.Tab
    method: gr.Radio
    slots: dict[str, gr.HTML] = field(default_factory=dict)
    groups: dict[str, gr.Column] = field(default_factory=dict)
    settings: dict[tuple[str, str], Any] = field(default_factory=dict)  # (pipeline, setting)
    notice: gr.HTML | None = None
    saved: gr.BrowserState | None = None

    def form(self, pipeline: str) -> Form:
        return settings_of(find(pipeline))

    @property
    def inputs(self) -> list[Any]:
        """Everything a visitor can set here; its order is that of `keys`."""
        return [self.method, *self.slots.values(), *self.settings.values()]

    @property
    def keys(self) -> list[str]:
        names = [f"{pipeline}/{setting}" for pipeline, setting in self.settings]
        return ["method", *(f"slot/{name}" for name in self.slots), *names]

    def shown(self, pipeline: str) -> dict[Any, Any]:
        """Updates that show what a method needs and hide the rest."""
        needed = {slot.name for slot in self.form(pipeline).slots}
        updates: dict[Any, Any] = {column: gr.update(visible=name == pipeline) for name, column in self.groups.items()}
        return updates | {slot: gr.update(visible=name in needed) for name, slot in self.slots.items()}


def memory_of(tab: Tab) -> gr.BrowserState:
    """Where the browser keeps what is set in a tab; it must stand outside gr.Tabs, whose children are counted as tabs."""
    return gr.BrowserState({}, storage_key=f"afternoon-studio-{tab.name.lower()}", secret="afternoon-studio")


def build(tab: Tab, studio: Studio, saved: gr.BrowserState) -> Bench:
    """Lay out a tab inside the gr.Tabs that is open, and wire it."""
    first = tab.methods[0].pipeline
    with gr.Tab(tab.name, id=tab.name, elem_id=f"tab-{tab.name.lower()}") as item, gr.Row(elem_classes="bench"):
        with gr.Column(elem_classes="controls", scale=0, min_width=336):
            gr.HTML(f"<h1>{tab.heading}</h1>", elem_classes="heading")
            choices = [(method.title, method.pipeline) for method in tab.methods]
            method = gr.Radio(choices, value=first, label="How", elem_classes="methods", visible=len(choices) > 1)
            bench = Bench(tab, item, method)
            needed = {slot.name for slot in bench.form(first).slots}
            for slot in tab.slots:
                bench.slots[slot.name] = controls.slot(slot, tab.name, visible=slot.name in needed)
            for one in tab.methods:
                with gr.Column(visible=one.pipeline == first, elem_classes="settings") as column:
                    _draw_settings(bench, one.pipeline, one.blurb)
                bench.groups[one.pipeline] = column
            make = gr.Button(
                tab.methods[0].verb, variant="primary", elem_id=f"make-{tab.name.lower()}", elem_classes="make"
            )
            expected = gr.HTML("<p>&nbsp;</p>", elem_classes="estimate", apply_default_css=False)
            bench.notice = gr.HTML(
                None,
                html_template=f'<studio-notice data-studio tab="{tab.name}"></studio-notice>',
                js_on_load=controls.BRIDGE,
                apply_default_css=False,
                elem_id=f"notice-{tab.name.lower()}",
            )
        with gr.Column(elem_classes="stage", min_width=320):
            example = html.escape(json.dumps(asdict(tab.example) if tab.example else None))
            gr.HTML(f'<studio-panel tab="{tab.name}" data-example="{example}"></studio-panel>', apply_default_css=False)
    bench.saved = saved
    _wire(bench, studio, make, expected)
    return bench


def _draw_settings(bench: Bench, pipeline: str, blurb: str) -> None:
    form = bench.form(pipeline)
    gr.HTML(f"<p>{blurb}</p>", elem_classes="blurb")
    for setting in form.settings:
        if not setting.field.more:
            bench.settings[pipeline, setting.name] = controls.control(setting, pipeline)
    more = [setting for setting in form.settings if setting.field.more]
    if more:
        with gr.Accordion("More", open=False, elem_classes="more"):
            if len(more) > controls.MANY:
                controls.search()
            for setting in more:
                bench.settings[pipeline, setting.name] = controls.control(setting, pipeline)


def _wire(bench: Bench, studio: Studio, make: gr.Button, expected: gr.HTML) -> None:
    tab = bench.tab

    def choose(pipeline: str) -> dict[Any, Any]:
        verb = next(method.verb for method in tab.methods if method.pipeline == pipeline)
        return {**bench.shown(pipeline), make: gr.update(value=verb)}

    def submit(values: dict[Any, Any], request: gr.Request) -> dict[Any, Any]:
        try:
            return {bench.notice: {"job": _submit(bench, studio, values, request)}}
        except MissingModel as problem:
            return {bench.notice: {"problem": str(problem), "models": True}}
        except Refusal as problem:
            return {bench.notice: {"problem": str(problem)}}

    bench.method.change(
        choose,
        bench.method,
        [*bench.groups.values(), *bench.slots.values(), make],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    make.click(submit, set(bench.inputs), bench.notice, show_progress="hidden", queue=False, api_visibility="private")
    changes = [bench.method.change] + [slot.input for slot in bench.slots.values()]
    changes += [c.input if isinstance(c, gr.HTML) else c.change for c in bench.settings.values()]
    keep = SAVE.replace("KEYS", str(bench.keys))
    gr.on(
        changes,
        None,
        [bench.saved, *bench.inputs],
        [bench.saved],
        js=keep,
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )

    def expect(values: dict[Any, Any], request: gr.Request) -> dict[Any, Any]:
        return {expected: f"<p>{html.escape(_expected(bench, studio, values, request))}</p>"}

    gr.on(
        changes, expect, set(bench.inputs), expected, show_progress="hidden", queue=False, trigger_mode="always_last", api_visibility="private"
    )  # fmt: skip


def _expected(bench: Bench, studio: Studio, values: Mapping[Any, Any], request: gr.Request) -> str:
    """How long the call as it is set now would take here, in words; empty while something is missing."""
    try:
        call, inputs = _call(bench, studio, values, visitor_of(request))
    except Refusal:
        return ""
    learned = estimate(studio.store, call.pipeline, studio.jobs.runner.device(), size_of(call, inputs))
    return f"Takes {learned.words} here" if learned else "First time here: the time is not known yet"


def _submit(bench: Bench, studio: Studio, values: Mapping[Any, Any], request: gr.Request) -> int:
    """One click: the controls become a Call, the Call a row."""
    session = visitor_of(request)
    call, _ = _call(bench, studio, values, session)
    check_models(call.pipeline)
    private = bool(studio.store.preferences(session).get("private"))
    return studio.jobs.submit(session, bench.tab.name, call, private=private).id


def _call(bench: Bench, studio: Studio, values: Mapping[Any, Any], session: str) -> tuple[Call, dict[str, Artifact]]:
    """What the controls ask for, checked, and the files it would be made from. Raises Refusal."""
    pipeline = values[bench.method]
    form = bench.form(pipeline)
    slots = {slot.name: (values[bench.slots[slot.name]] or {}).get("id") for slot in form.slots}
    chosen = {name: values[component] for (owner, name), component in bench.settings.items() if owner == pipeline}

    found = {id: one for id in slots.values() if id and (one := studio.store.artifact(session, id))}
    call = checked_call(
        pipeline, slots, controls.settings_from(form, chosen), lambda id: found[id].kind if id in found else None
    )
    return call, {slot: found[id] for slot, id in call.inputs.items()}


def check_models(pipeline: str) -> None:
    """Say at once, not after a wait in the queue, that weights are missing."""
    import sys

    from pipelines.models import ModelCard, where

    module = sys.modules[find(pipeline).__module__]
    for card in vars(module).values():
        if isinstance(card, ModelCard) and not card.source.startswith("hub:") and where(card) is None:
            raise MissingModel(card)


def restored(bench: Bench, board: Board, studio: Studio, session: str, saved: Mapping[str, Any]) -> dict[Any, Any]:
    """Updates that bring back what a visitor had set before a reload; what no longer fits is left at its default."""
    updates: dict[Any, Any] = {}
    pipeline = saved.get("method")
    if pipeline and bench.tab.method(str(pipeline)):
        updates[bench.method] = pipeline
        updates |= bench.shown(str(pipeline))
    for name, component in bench.slots.items():
        held = saved.get(f"slot/{name}")
        found = studio.store.artifact(session, str(held.get("id"))) if isinstance(held, dict) else None
        if found is not None:
            updates[component] = _filled(updates.get(component), describe.card(board, found))
    for (owner, name), component in bench.settings.items():
        value = saved.get(f"{owner}/{name}")
        if value is not None and _fits(bench.form(owner), name, value):
            updates[component] = value
    return updates


def delivered(bench: Bench, board: Board, studio: Studio, session: str, delivery: Delivery) -> dict[Any, Any]:
    """Updates that put a hand-off into the tab."""
    updates: dict[Any, Any] = {}
    if delivery.pipeline and bench.tab.method(delivery.pipeline):
        updates[bench.method] = delivery.pipeline
        updates |= bench.shown(delivery.pipeline)
    for name, id in delivery.slots.items():
        found = studio.store.artifact(session, id)
        if name in bench.slots and found is not None:
            updates[bench.slots[name]] = _filled(updates.get(bench.slots[name]), describe.card(board, found))
    for name, value in (delivery.settings or {}).items():
        component = bench.settings.get((delivery.pipeline or "", name))
        if component is not None and _fits(bench.form(delivery.pipeline or ""), name, value):
            updates[component] = value
    return updates


def _filled(update: Any, card: Any) -> Any:
    return {**update, "value": card} if isinstance(update, dict) else card


def _fits(form: Form, name: str, value: Any) -> bool:
    """Whether a setting can have this value, whatever the others are."""
    if name not in form.defaults:
        return False
    try:
        check_setting(form.setting(name), value)
    except Refusal:
        return False
    return True
