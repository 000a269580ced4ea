"""What there is on hubs (`pipelines.hub.table`) as choices of a form; and any other model by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from pipelines.hub.opening import open_pipeline
from pipelines.hub.preset import PLAIN, Preset
from pipelines.hub.table import CONTROLS, DECODERS, INPAINT, LAYERED, MOTION_CONTROLS, MUSIC, PICTURES, TABLE, VIDEOS

__all__ = [
    "CONTROLS",
    "DECODERS",
    "INPAINT",
    "LAYERED",
    "MOTION_CONTROLS",
    "MUSIC",
    "OTHER",
    "PICTURES",
    "SD15",
    "TABLE",
    "VIDEOS",
    "Preset",
    "chosen",
    "gpu_gb",
    "options",
    "other",
    "with_needs",
]
OTHER = "other"
UNKNOWN_GB = 40.0  # a model that is named by its id
SD15 = next(preset.card for preset in PICTURES if preset.key == "sd15")


def options(table: Sequence[Preset], other: bool = True) -> Mapping[str, str]:
    """A form's choices; `other`: any model by its id too."""
    return {preset.key: preset.words for preset in table} | ({OTHER: "Another, by its id"} if other else {})


def gpu_gb(table: Sequence[Preset]) -> Callable[[Mapping[str, object]], float]:
    """For `@pipeline(gpu=…)`: GB of memory that the model of the setting `model` wants; one that stands in no list, at most what half a lent card has."""
    unknown = min(UNKNOWN_GB, max(preset.memory_gb for preset in table))
    known = {preset.key: preset.memory_gb for preset in table}
    return lambda settings: known.get(str(settings.get("model")), unknown)


def chosen(table: Sequence[Preset], key: str, written: str, usual: Preset | None = None) -> Preset:
    """The preset of that key, or the model that was written. Raises Refusal."""
    if key != OTHER:
        return next(preset for preset in table if preset.key == key)
    usual = usual or table[0]
    return Preset(
        OTHER, other(written), 0, 25, 7.0, usual.size, usual.frames, usual.rate_hz, ("words", "picture", "mask")
    )


def with_needs(chosen: Sequence[ModelCard]) -> list[ModelCard]:
    """These models, and what a model of the table needs besides its own."""
    sources = {(card.source, card.revision) for card in chosen}
    needs = [need for preset in TABLE if (preset.card.source, preset.card.revision) in sources for need in preset.needs]
    return list(dict.fromkeys([*chosen, *needs]))


def other(written: str) -> ModelCard:
    """The card of a model named by a visitor: an id of the hub, or a folder that is allowed (pipelines.core.hub_ids). Raises Refusal."""
    written = written.strip()
    if not written:
        raise Refusal("Write the model's id, such as owner/name.")
    asked = hub_id.model(written)
    if isinstance(asked, Path):
        if not any((asked / name).is_file() for name in ("model_index.json", "config.json")):
            raise Refusal("That folder holds no model of diffusers.")
        return ModelCard(
            asked.name, f"file:{asked}", "", "as its makers say", 0, open_pipeline, about="A model of your own."
        )
    return ModelCard(
        str(asked),
        asked.source,
        "",
        "licence: see its page",
        0,
        open_pipeline,
        revision=asked.revision,
        about="A model of your choice.",
        files=PLAIN,
    )
