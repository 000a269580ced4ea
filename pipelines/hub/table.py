"""Every model of a hub that the studio lists: pictures, films, control networks, music, voices and text (assets/hub/models.json)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.hub import image_prompts, loading, opening, tiny_decoder
from pipelines.hub.preset import HALF, PLAIN, ROWS, SINGLE, Preset, card

FORBIDS = " (the licence forbids some uses)"
FILES = {
    "half": HALF,
    "plain": PLAIN,
    "single": SINGLE,
    "all": ("*.safetensors", "*.json", "*.txt", "*.model", "*.md", "!*/*.md"),
}
OPENERS: dict[str, Callable[[Path], Any]] = {
    "": opening.open_pipeline,
    "tiny decoder": tiny_decoder.open_tiny_decoder,
    "image prompt": image_prompts.open_image_prompt,
    "file": Path,
}
CARD = ("name", "repository", "gigabytes", "licence", "about")
MORE = ("commercial", "caveat")  # of a card


def _presets(group: str, kind: str) -> tuple[Preset, ...]:
    return tuple(_preset(row, kind) for row in ROWS[group])


def _preset(row: dict[str, Any], kind: str) -> Preset:
    files, how = row.get("files", "half"), row.get("opens", "")
    model_card = card(
        *(row[name] for name in CARD),
        files=FILES[files] if isinstance(files, str) else tuple(files),
        build=_opener(how),
        **{name: row[name] for name in MORE if name in row},
    )
    needs = (tiny_decoder.TAESD,) if how == "tiny decoder" else ()
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    known = {name: value for name, value in known.items() if name not in (*CARD, *MORE, "files", "opens")}
    return Preset(card=model_card, kind=kind, needs=needs, **known)


def _opener(how: str) -> Callable[[Path], Any]:
    """What opens a model: one of OPENERS, or the classes of a library (“transformers MODEL READER”, “diffusers PIPELINE”)."""
    match how.split():
        case ["transformers", model, reader]:
            return partial(loading.transformer, model=model, reader=reader)
        case ["diffusers", pipeline]:
            return partial(loading.diffusion, pipeline=pipeline)
    return OPENERS[how]


PICTURES = _presets("pictures", "picture")
LAYERED = _presets("layered", "layers")
VIDEOS = _presets("videos", "film")
INPAINT = tuple(preset for preset in VIDEOS if preset.key == "vace")
CONTROLS = _presets("controls", "control")
MOTION_CONTROLS = _presets("motion_controls", "control")
DECODERS = (Preset("taesd", tiny_decoder.TAESD, kind="decoder", begins=(), made_by="AutoencoderTiny", bytes_each=4),)
MUSIC = _presets("music", "music")
VOICES = _presets("voices", "voice")
TEXTS = _presets("texts", "text")
TABLE = (*PICTURES, *LAYERED, *VIDEOS, *CONTROLS, *MOTION_CONTROLS, *DECODERS, *MUSIC, *VOICES, *TEXTS)
