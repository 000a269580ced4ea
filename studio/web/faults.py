"""Which field of a form a call is refused for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.core.kinds import fits
from pipelines.core.settings import Form, Refusal, check_setting, relax_setting


def faulty_field(form: Form, kinds: Mapping[str, str | None], settings: Mapping[str, Any]) -> tuple[str, str] | None:
    """("slot" or "set", name) of the first field that cannot be used, None when the fault is not in one field.

    `kinds`: the kind of the file in each slot, None for an empty one; `settings`: what the visitor set, defaults left out.
    """
    for slot in form.slots:
        kind = kinds.get(slot.name)
        if (kind is None and not slot.optional) or (kind is not None and not fits(kind, slot.kind)):
            return "slot", slot.name
    for setting in form.settings:
        value = settings.get(setting.name, setting.default)
        if value is None:
            continue  # a seed that nobody set
        try:
            check_setting(relax_setting(setting, settings), value)
        except Refusal:
            return "set", setting.name
    return None
