"""A pipeline's signature as what the page draws: slots, methods and forms, and what their values mean."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

import gradio as gr

from pipelines.core.models import ASSETS
from pipelines.core.run import find
from pipelines.core.seeds import fresh_seed
from pipelines.core.settings import SEED_LIMIT, Choice, Form, Range, SeedField, Setting, Slot, Text, Toggle, settings_of
from studio.web.sendto import Tab, TabRegistry

# The bridge between Gradio's value and our own element in the page: `pick` when the visitor chose, `watch` when Python did.
BRIDGE = """
const own = element.querySelector('[data-studio]');
customElements.whenDefined(own.localName).then(() => own.receive(props.value));
own.addEventListener('pick', event => { props.value = event.detail; trigger('input'); });
watch('value', () => customElements.whenDefined(own.localName).then(() => element.querySelector('[data-studio]').receive(props.value)));
"""


def slot(slot_form: Slot, tab: str, *, visible: bool) -> gr.HTML:
    """A place to drop a file: its value is the artifact's card, or None."""
    gallery = "styles" if slot_form.name.endswith("style") or slot_form.name == "painting" else "samples"
    attributes = {
        "kind": slot_form.kind,
        "label": slot_form.label,
        "help": slot_form.help,
        "gallery": gallery if slot_form.kind == "image" and slot_form.samples else "",
    }
    attributes |= {"name": slot_form.name, "tab": tab, "optional": "yes" if slot_form.optional else ""}
    attributes |= {"editor": slot_form.editor, "over": slot_form.over, "at": slot_form.at}
    attributes |= {} if visible else {"hidden": "hidden"}
    return own("studio-slot", attributes, elem_id=f"slot-{tab}-{slot_form.name}".lower())


def methods(tab: Tab) -> gr.HTML:
    """The ways of working of a tab, as radio buttons: its value is the pipeline's name."""
    return own("studio-methods", {"tab": tab.name}, elem_id=f"methods-{tab.name}".lower(), visible=len(tab.methods) > 1)


def form(tab: Tab) -> gr.HTML:
    """All settings of all methods of a tab as one element: its value is {pipeline: {setting: value}}, defaults left out."""
    return own("studio-form", {"tab": tab.name}, elem_id=f"form-{tab.name}".lower())


def own(element: str, attributes: Mapping[str, str], *, elem_id: str, visible: bool = True) -> gr.HTML:
    """One of the page's own elements (studio/static) as a Gradio component that has a value."""
    said = " ".join(f'{name}="{html.escape(str(text))}"' for name, text in attributes.items() if text)
    template = f"<{element} data-studio {said}></{element}>".replace("${", "&#36;{").replace("{{", "&#123;&#123;")
    return html_component(template, elem_id=elem_id, visible=visible)


def html_component(template: str, *, elem_id: str, visible: bool = True) -> gr.HTML:
    """HTML with one of the page's own elements in it (`data-studio`) as a Gradio component that has a value."""
    return gr.HTML(
        None, html_template=template, js_on_load=BRIDGE, visible=visible, elem_id=elem_id, apply_default_css=False
    )


def forms_as_json(board: TabRegistry, *, everything: bool = False) -> str:
    """The methods and settings of every tab as JSON, from which the page draws its forms; `everything`: also those that offer no choice here."""
    tabs = {tab.name: _methods_by_group(tab, everything) for tab in board.benches}
    return json.dumps(tabs, ensure_ascii=False, separators=(",", ":"))


def _methods_by_group(tab: Tab, everything: bool) -> list[dict[str, Any]]:
    """The methods of a tab, those of one group together; inside a group in the tab's order."""
    order = list(dict.fromkeys(one.group for one in tab.methods))
    return sorted(
        [_method(tab, one.pipeline, everything) for one in tab.methods], key=lambda one: order.index(one["group"])
    )


def _method(tab: Tab, pipeline: str, everything: bool) -> dict[str, Any]:
    signature = settings_of(find(pipeline))
    method = tab.method(pipeline)
    assert method is not None
    pictures = sorted(one.name for one in (ASSETS / "methods").glob(f"{pipeline}.*"))  # a diagram ends in .paper.webp
    shut = set() if everything else _nothing_to_choose(signature)
    return {
        "pipeline": pipeline,
        "title": method.title,
        "blurb": method.blurb,
        "how": method.how,
        "verb": method.verb,
        "group": method.group,
        "picture": f"methods/{pictures[0]}" if pictures else "",
        "slots": [slot.name for slot in signature.slots],
        "hints": {slot.name: {"label": slot.label, "help": slot.help} for slot in signature.slots},
        "settings": [_setting(setting) for setting in signature.settings if setting.name not in shut],
    }


def _nothing_to_choose(form: Form) -> set[str]:
    """Settings that offer one thing only, such as who writes where no language model is named, and those that depend on them."""
    choices = {setting.name: setting.field for setting in form.settings if isinstance(setting.field, Choice)}
    single = {name for name, field in choices.items() if callable(field.options) and len(field.named()) == 1}
    return single | {name for name, field in choices.items() if field.given in single}


def _setting(setting: Setting) -> dict[str, Any]:
    """One setting: what it is called, what it takes, what it is when nobody touches it."""
    field = setting.field
    facts: dict[str, Any] = {
        "name": setting.name,
        "label": setting.label,
        "help": field.help,
        "default": setting.default,
    }
    facts["more"] = field.more
    if isinstance(field, Range):
        whole = setting.type is int
        step = field.step or (1 if whole else 0.01)
        return facts | {"sort": "range", "low": field.low, "high": field.high, "step": step, "whole": whole}
    if isinstance(field, Choice):
        options = [{"value": value, "words": words} | _look(field, value) for value, words in field.named().items()]
        if field.offered is not None:
            facts |= {"given": field.given, "offered": field.offered}
        return facts | {"sort": "looks" if field.pictures else "choice", "options": options}
    if isinstance(field, Text):
        text: dict[str, Any] = {"lines": field.lines, "placeholder": field.placeholder, "most": field.max_characters}
        if field.suggests and (known := list(field.suggests())):
            text["known"] = known
        return facts | text | {"sort": "text", "editor": field.editor, "over": field.over, "pictured": field.pictured}
    if isinstance(field, Toggle):
        return facts | {"sort": "toggle"} | ({"page": field.page} if field.page else {})
    return facts | {"sort": "seed", "default": None, "high": SEED_LIMIT - 1}


def _look(field: Choice, value: str) -> dict[str, str]:
    picture = field.pictures.format(value=value)
    return {"picture": picture} if picture and (ASSETS / picture).is_file() else {}


def settings_from(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the controls say, with a concrete seed where none was given."""
    given = dict(values)
    for setting in form.settings:
        if isinstance(setting.field, SeedField) and given.get(setting.name) in (None, ""):
            given[setting.name] = fresh_seed()
    return given
