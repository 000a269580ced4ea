"""A pipeline's signature as Gradio controls: one function per kind of field, and what their values mean."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import gradio as gr

from pipelines.models import ASSETS
from pipelines.settings import SEED_LIMIT, Choice, Form, Range, SeedField, Setting, Slot, Text, Toggle

FEW = 3  # options that are laid open rather than put in a list
MANY = 6  # settings under "More" past which they can be searched

# The bridge between Gradio's value and our own element in the page: `pick` when the visitor chose, `watch` when Python did.
BRIDGE = """
const own = element.querySelector('[data-studio]');
customElements.whenDefined(own.localName).then(() => own.receive(props.value));
own.addEventListener('pick', event => { props.value = event.detail; trigger('input'); });
watch('value', () => customElements.whenDefined(own.localName).then(() => element.querySelector('[data-studio]').receive(props.value)));
"""


def slot(one: Slot, tab: str, *, visible: bool) -> gr.HTML:
    """A place to drop a file: its value is the artifact's card, or None."""
    gallery = "styles" if one.name.endswith("style") or one.name == "painting" else "samples"
    attributes = {
        "kind": one.kind,
        "label": one.label,
        "help": one.help,
        "gallery": gallery if one.kind == "image" and one.samples else "",
    }
    attributes |= {"name": one.name, "tab": tab, "optional": "yes" if one.optional else ""}
    return _own("studio-slot", attributes, None, visible=visible, elem_id=f"slot-{tab}-{one.name}".lower())


def control(setting: Setting, pipeline: str) -> gr.components.Component:
    """The control of one setting."""
    field = setting.field
    named: dict[str, Any] = {"label": setting.label, "elem_id": f"set-{pipeline}-{setting.name}".replace(".", "-")}
    info: dict[str, Any] = {"info": field.help or None}
    if isinstance(field, Range):
        step = field.step or (1 if setting.type is int else 0.01)
        return gr.Slider(field.low, field.high, value=setting.default, step=step, **named, **info)
    if isinstance(field, Choice):
        options = dict(field.named())
        if field.pictures:
            return picker(setting, field, options, named["elem_id"])
        pairs = [(words, value) for value, words in options.items()]
        if len(pairs) <= FEW:
            return gr.Radio(pairs, value=setting.default, **named, **info)
        return gr.Dropdown(pairs, value=setting.default, filterable=True, **named, **info)
    if isinstance(field, Text) and field.editor:
        attributes = {"label": setting.label, "help": field.help, "placeholder": field.placeholder}
        attributes |= {"editor": field.editor, "most": str(field.max_characters), "lines": str(field.lines)}
        return _own("studio-writing", attributes, setting.default, elem_id=named["elem_id"])
    if isinstance(field, Text):
        return gr.Textbox(
            value=setting.default,
            lines=field.lines,
            placeholder=field.placeholder,
            max_length=field.max_characters,
            **named,
            **info,
        )
    if isinstance(field, Toggle):
        return gr.Checkbox(value=setting.default, **named, **info)
    return gr.Number(
        value=None, precision=0, minimum=0, maximum=SEED_LIMIT - 1, placeholder="a new one each time", **named, **info
    )


def search() -> gr.HTML:
    """A field that leaves of the settings beside it only those whose label or explanation holds the words typed."""
    return gr.HTML("<studio-setting-search></studio-setting-search>", apply_default_css=False)


def picker(setting: Setting, field: Choice, options: Mapping[str, str], elem_id: str) -> gr.HTML:
    """Options chosen by their looks: a grid of pictures that behaves as radio buttons."""
    shown = [
        {
            "value": value,
            "words": words,
            "picture": picture if (ASSETS / (picture := field.pictures.format(value=value))).is_file() else "",
        }
        for value, words in options.items()
    ]
    attributes = {"label": setting.label, "help": field.help, "name": setting.name}
    return _own("studio-picker", attributes, setting.default, elem_id=elem_id, options=shown)


def _own(
    element: str, attributes: Mapping[str, str], value: Any, *, elem_id: str, visible: bool = True, **data: Any
) -> gr.HTML:
    """One of the page's own elements (studio/static) as a Gradio component that has a value."""
    import html
    import json

    attributes = {**attributes, "data-props": json.dumps(data) if data else ""}
    written = " ".join(f'{name}="{html.escape(str(text))}"' for name, text in attributes.items() if text)
    template = f"<{element} data-studio {written}></{element}>".replace("${", "&#36;{").replace("{{", "&#123;&#123;")
    return gr.HTML(
        value, html_template=template, js_on_load=BRIDGE, visible=visible, elem_id=elem_id, apply_default_css=False
    )


def settings_from(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the controls say, with a concrete seed where none was given."""
    given = dict(values)
    for setting in form.settings:
        if isinstance(setting.field, SeedField) and given.get(setting.name) in (None, ""):
            given[setting.name] = secrets.randbelow(SEED_LIMIT)
    return given
