"""The settings of a form as JSON schema."""

from __future__ import annotations

from typing import Any

from pipelines.core.settings import SEED_LIMIT, Choice, Form, Range, Setting, Text, Toggle


def json_schema(form: Form) -> dict[str, Any]:
    """The settings as JSON schema (draft 2020-12)."""
    properties: dict[str, Any] = {}
    for setting in form.settings:
        properties[setting.name] = {"title": setting.label, "default": setting.default, **_schema_of(setting)}
        if getattr(setting.field, "help", ""):
            properties[setting.name]["description"] = setting.field.help
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _schema_of(setting: Setting) -> dict[str, Any]:
    field = setting.field
    if isinstance(field, Range):
        return {"type": "integer" if setting.type is int else "number", "minimum": field.low, "maximum": field.high}
    if isinstance(field, Choice):
        return {"type": "string", "enum": field.names(), "default": setting.default or field.named().get("", "")}
    if isinstance(field, Text):
        return {"type": "string", "maxLength": field.max_characters}
    if isinstance(field, Toggle):
        return {"type": "boolean"}
    return {"type": "integer", "minimum": 0, "maximum": SEED_LIMIT - 1}
