"""Which of a scene's controls each model of the table takes: the drawing itself, masks, maps for a control network, pictures of who is shown.

The table is by the class of diffusers that opens a model, and by name where a model takes less than its class. No class of the table takes a prompt for each region, so figures get theirs one by
one, in their masks, where a model fills masks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.core.models import ModelCard
from pipelines.hub.preset import Preset
from pipelines.hub.presets import MOTION_CONTROLS, PICTURES


@dataclass(frozen=True)
class Takes:
    """What a model takes of a scene. `drawing`: "noised" begins from it as freely as is said, "shown" is shown it beside the words, "" not at all.

    `masks`: it paints single figures. `maps`: kinds of control networks that the table has for it. `references`: pictures of who is shown.
    """

    drawing: str = ""
    masks: bool = False
    maps: tuple[str, ...] = ()
    references: bool = False


SD = Takes("noised", True, ("depth", "pose", "segments", "edges"), True)
BY_CLASS: Mapping[str, Takes] = {
    "StableDiffusionPipeline": SD,
    "StableDiffusionXLPipeline": Takes("noised", True, ("depth", "pose"), True),
    "StableDiffusionInpaintPipeline": Takes(masks=True),
    "LatentConsistencyModelPipeline": Takes("noised"),
    "FluxPipeline": Takes("noised", True),
    "Flux2KleinPipeline": Takes("shown", references=True),
    "FluxKontextPipeline": Takes("shown"),
    "ZImagePipeline": Takes("noised", True),
    "QwenImagePipeline": Takes("noised", True),
    "QwenImageEditPlusPipeline": Takes("shown", references=True),
}
TURBO = Takes("noised", True)  # of Stable Diffusion 2, which no network of the table fits
NOTHING = Takes()
BY_KEY: Mapping[str, Takes] = {
    "sd-turbo": TURBO,
    "sd-turbo-tiny": TURBO,
    "sdxs": NOTHING,
}  # one step cannot begin midway
NETWORKS = {
    "depth": "depth",
    "pose": "pose",
    "segments": "segments",
    "edges": "hed",
}  # a control's name in the table of networks

FOLLOWED: Mapping[str, str] = {
    "WanVACEPipeline": "shades",
    "LTX2Pipeline": "lines",
    "LTX2ImageToVideoPipeline": "lines",
    "LTX2InContextPipeline": "lines",
    "WanAnimatePipeline": "skeletons",
}  # what a class of films follows of an acted clip: its frames in grey, their lines, or a skeleton and a face


def followed_by(kind: str) -> str:
    """What a class of films follows of a clip; "" where it goes from words and pictures alone."""
    return FOLLOWED.get(kind, "")


def control_for(kind: str) -> ModelCard | None:
    """The LoRA with which a class of films follows a clip; None where it needs none."""
    return MOTION_CONTROLS[0].card if followed_by(kind) == "lines" else None


def takes(preset: Preset, kind: str = "") -> Takes:
    """What a model takes; `kind` is the class that opened it, for one that is not of the table. Nothing for a class that is not known here."""
    return BY_KEY.get(preset.key) or BY_CLASS.get(kind or preset.made_by, NOTHING)


def list_steered() -> tuple[Preset, ...]:
    """The models of the table that take a scene's drawing."""
    return tuple(preset for preset in PICTURES if takes(preset).drawing)


def lacking(has: Takes, maps: Sequence[str], whole: bool, single: bool, shown: bool) -> str:
    """What of a wish a model does not take, as the end of a sentence; "" where it takes all."""
    if whole and not has.drawing:
        return "does not begin from a drawing"
    if single and not has.masks:
        return "does not paint single figures"
    if shown and not has.references:
        return "cannot be shown who is in the picture"
    strange = [one for one in maps if one not in has.maps]
    if not strange:
        return ""
    other = f"it follows {' and '.join(has.maps)}" if has.maps else "there is no control network for it here"
    return f"does not follow {' and '.join(strange)}; {other}"
