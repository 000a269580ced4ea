"""`python -m studio models check`: the table of hub models beside what the installed libraries have and what lies on the disk."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from pipelines.core.models import models_folder
from pipelines.hub.facts import compared, facts_of
from pipelines.hub.preset import KINDS, Preset


def known_class(name: str) -> str:
    """The library that has a class of this name: "diffusers", "transformers" or ""."""
    for library in ("diffusers", "transformers"):
        if getattr(importlib.import_module(library), name, None) is not None:
            return library
    return ""


def check(table: Sequence[Preset]) -> tuple[list[str], int]:
    """A line or more for each model, and how many differ from the table or cannot be opened by the installed libraries."""
    lines, wrong = [], 0
    for kind, title in KINDS.items():
        own = [preset for preset in table if preset.kind == kind]
        if own:
            lines.append(f"{title}:")
        for preset in own:
            found = facts_of(preset.card)
            faults = (
                []
                if not preset.made_by or known_class(preset.made_by)
                else [f"The installed libraries have no {preset.made_by}."]
            )
            state = "missing"
            if found is not None:
                faults += compared(preset.card, found, preset.memory_gb)
                state = f"here, {found.commit[:12] or 'no commit known'}, {found.weight_bytes / 1e9:.1f} GB, {found.licence or 'no licence said'}"
            lines.append(f"  {preset.key}: {preset.repository}, {preset.made_by or 'code of its own'}, {state}")
            lines += [f"    {fault}" for fault in faults]
            if preset.card.source.startswith("hub:") and not preset.card.revision:
                lines.append("    Its revision is not pinned.")
            wrong += bool(faults)
    return lines, wrong


def run() -> int:
    """Print the comparison; 1 where something differs."""
    from pipelines.hub.table import TABLE

    lines, wrong = check(TABLE)
    print("\n".join(lines))
    pinned = sum(bool(preset.card.revision) for preset in TABLE)
    print(f"{pinned} of {len(TABLE)} models are pinned to a commit.")
    print(
        f"{len(TABLE)} models in the table, {wrong} that differ or cannot be opened. Other weights lie in {models_folder()}."
    )
    return int(wrong > 0)
