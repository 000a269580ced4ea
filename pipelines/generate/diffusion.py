"""Pictures by any text-to-image, image-to-image or inpainting model of a hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core import hub_ids as hub_id
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text
from pipelines.hub import canvas, door, files
from pipelines.hub.presets import CONTROLS, DECODERS, OTHER, PICTURES, Preset, gpu_gb, options
from pipelines.hub.weights import WEIGHTS, card_for
from pipelines.media import Accompanied, Network

if TYPE_CHECKING:
    from pipelines.core.models import ModelCard
    from pipelines.hub.opening import Opened

CARDS = tuple(preset.card for preset in (*PICTURES, *CONTROLS, *DECODERS))
SHOWN_STRENGTH = 0.6  # how closely Stable Diffusion keeps who is shown
MAPS = {"": "nothing", "canny": "its hard edges", "hed": "its soft edges", "user": "the map as it is"}
SIDES = {
    "": "nothing",
    "all": "all around",
    "left": "to the left",
    "right": "to the right",
    "up": "upwards",
    "down": "downwards",
}
Model = Annotated[
    str,
    Choice(
        lambda: options(PICTURES),
        help="It is downloaded once.",
    ),
]
OtherModel = Annotated[
    str,
    Text(
        label="Another model",
        help="Write owner/name or owner/name@revision of a model hub.",
        placeholder="owner/name",
        max_characters=1000,
        more=True,
        check=hub_id.check_id,
    ),
]
Negative = Annotated[
    str,
    Text(
        label="Not this",
        help="Things that the result should not show.",
        max_characters=1000,
        more=True,
    ),
]
StepCount = Annotated[int, Range(0, 100, 1, help="0 uses the usual number for this model.", more=True)]
Guide = Annotated[
    float,
    Range(-1, 20, 0.1, help="How closely the words are followed. -1: as usual.", more=True),
]
LoraFile = Annotated[Network | None, Input(label="LoRA", help="Adds a style; a .safetensors file.")]
Files = Annotated[
    str,
    Text(
        label="More files",
        help="One a line: a LoRA and its weight, a GGUF, or “control owner/name”.",
        placeholder="owner/name:ink.safetensors 0.8",
        lines=2,
        max_characters=4000,
        more=True,
        check=files.check_files,
    ),
]
Weights = Annotated[str, Choice(WEIGHTS, help="Smaller weights need less memory.", more=True)]
Size = Annotated[
    str,
    Text(
        label="Size",
        help="In pixels. Empty: the model's own size.",
        placeholder="768x512",
        max_characters=20,
        more=True,
        check=canvas.check_size,
    ),
]


@pipeline(optional=(*CARDS, door.OPEN_NSFW), hub=True, gpu=gpu_gb(PICTURES))
def diffusion(
    picture: Annotated[Image | None, Input(help="The picture to start from, or to fill in.")] = None,
    mask: Annotated[
        Image | None,
        Input(help="Paint white where something new should appear.", samples=False, editor="mask", over="picture"),
    ] = None,
    map: Annotated[Image | None, Input(label="Map", help="The new picture follows the lines of this one.")] = None,
    lora: LoraFile = None,
    reference: Annotated[
        Image | None,
        Input(label="Who is shown", help="A person or a thing to keep.", samples=False),
    ] = None,
    reference_2: Annotated[
        Image | None, Input(label="And who else", help="A second person or thing.", samples=False)
    ] = None,
    *,
    prompt: Annotated[
        str,
        Text(
            label="What to paint",
            placeholder="a lighthouse in a storm, oil painting",
            max_characters=1000,
            lines=2,
            receives=True,
        ),
    ] = "",
    model: Model = "sd-turbo",
    strength: Annotated[float, Range(0.05, 1, 0.05, help="How much the picture may change.")] = 0.7,
    grow: Annotated[str, Choice(SIDES, label="Grow the picture", help="Paints beyond the edges of the picture.")] = "",
    count: Annotated[int, Range(1, 4, 1, scales_time=True)] = 1,
    negative: Negative = "",
    size: Size = "",
    steps: StepCount = 0,
    guidance: Guide = -1.0,
    follow: Annotated[
        str,
        Choice(
            MAPS,
            label="Lines of the map",
            help="Which of them the result follows.",
            more=True,
        ),
    ] = "",
    follow_strength: Annotated[
        float, Range(0, 2, 0.05, help="How closely the result follows the map.", more=True)
    ] = 0.8,
    loras: Files = "",
    weights: Weights = "",
    other: OtherModel = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Paint with a diffusion model of a hub.

    Any pipeline of diffusers: from words (Rombach et al. 2022), from a picture (Meng et al. 2022), in a mask or beyond the edges; LoRA
    (Hu et al. 2022), ControlNet (Zhang et al. 2023), and pictures of who is shown (IP-Adapter, Ye et al. 2023, or models that take them). Weights are safetensors, a model's own code is never run; a safety checker is used
    where the model has one. Raises Refusal with a sentence, MissingModel where the model is not on this machine.
    """
    from pipelines.core.models import load
    from pipelines.hub import asking, presets, tasks

    preset = presets.chosen(PICTURES, model, other)
    door.check_words(prompt)
    written = files.read_files(loras)
    worn = asking.loras_of(written, lora)
    follow = (follow or "canny") if map is not None else ""
    shown = [image.convert("RGB") for image in (reference, reference_2) if image is not None]
    laid = canvas.laid(picture, mask, grow, canvas.read_size(size), preset.size)
    if not prompt.strip() and picture is None:
        raise Refusal("Say what to paint, or add a picture.")
    if picture is None and not shown and preset.begins and "words" not in preset.begins:
        raise Refusal(f"{preset.card.name} begins from a picture; add one.")
    if picture is not None and preset.begins == ("words",):
        raise Refusal(f"{preset.card.name} paints from words alone; take the picture out.")
    report(Progress(0, 1, f"Opening {preset.card.name}"))
    card, named = card_for(preset.card, weights, written.gguf), written.models
    with load(card) as opened, opened.lock, _control(opened, follow, named.get("control", "")) as control:
        pipe = tasks.for_picture(
            opened.model,
            picture=laid.picture is not None,
            mask=laid.mask is not None,
            control=control,
            shown=bool(shown),
        )
        wishes = wishes_for(pipe, preset, laid, prompt, negative, strength, steps, guidance)
        if control is not None and map is not None:
            lines = canvas.lines(map, follow, laid.size)
            wishes |= {"control_image" if "control_image" in _takes(pipe) else "image": lines}
            wishes["controlnet_conditioning_scale"] = follow_strength
        with showing(opened, pipe, shown, named.get("shown", "")) as kept, asking.wearing(pipe, worn):
            wishes |= kept if laid.picture is None or "image" not in kept else {"image": [laid.picture, *kept["image"]]}
            made = [_one(opened, pipe, wishes, laid, seed, i, count, report) for i in range(count)]
    return _sheet_of([image for image in made if image is not None], laid)


@contextmanager
def _control(opened: Opened, follow: str, written: str) -> Iterator[Any]:
    """A block with the control network that fits, or with None. Raises Refusal, MissingModel."""
    from pipelines.core.models import load

    if not follow:
        yield None
        return
    none = (
        "No ControlNet for this model and map is listed here; please name one under “More files”: control owner/name."
    )
    with load(fitting(opened, follow, written, none)) as network:
        yield network.model


def fitting(opened: Opened, what: str, written: str, none: str) -> ModelCard:
    """The card of the table's network for this model, or of the one that is written. Raises Refusal."""
    from pipelines.hub import presets, tasks

    key = f"{tasks.family(opened.model)}/{what}"
    usual = next((preset for preset in CONTROLS if preset.key == key), None)
    if written.strip():
        return presets.other(written)
    if usual is None:
        raise Refusal(none)
    return usual.card


@contextmanager
def showing(opened: Opened, pipe: Any, shown: list[Image], written: str) -> Iterator[dict[str, Any]]:
    """The wishes that show a model who is in the picture; an image prompt is on it for the block. Raises Refusal, MissingModel."""
    from pipelines.core.models import load
    from pipelines.hub import image_prompts, tasks

    if not shown:
        yield {}
        return
    tasks.for_references(pipe)
    if not tasks.worn_by(pipe):
        yield {"image": shown}
        return
    card = fitting(
        opened,
        "shown",
        written,
        "No IP-Adapter for this model is listed here; please name one under “More files”: shown owner/name.",
    )
    with (
        load(replace(card, build=image_prompts.open_image_prompt)) as prompt,
        image_prompts.use_image_prompt(pipe, prompt, SHOWN_STRENGTH),
    ):
        yield {"ip_adapter_image": [shown]}


def _takes(pipe: Any) -> Any:
    import inspect

    return inspect.signature(pipe.__call__).parameters


def wishes_for(
    pipe: Any,
    preset: Preset,
    laid: canvas.Canvas,
    prompt: str,
    negative: str,
    strength: float,
    steps: int,
    guidance: float,
) -> dict[str, Any]:
    """All that could be asked of a pipeline; what it does not know is left out later."""
    import math

    scale = preset.guidance if guidance < 0 else guidance
    takes = _takes(pipe)
    against = "true_cfg_scale" in takes and ("guidance_scale" not in takes or takes["guidance_scale"].default is None)
    unsaid = " " if against else None  # Qwen-Image is guided only against some words
    count = steps or preset.steps
    if laid.picture is not None and "strength" in takes:
        count = max(count, math.ceil(1 / strength))  # or a short run would take no step at all
    return {
        "prompt": prompt,
        "negative_prompt": (negative if negative.strip() else unsaid) if scale > 1 else None,
        "num_inference_steps": count,
        "guidance_scale": scale,
        "true_cfg_scale": scale if against else None,
        "strength": strength if laid.mask is None or not laid.grown else 1.0,
        "image": laid.picture,
        "mask_image": laid.mask,
        "width": laid.size[0],
        "height": laid.size[1],
        "max_area": laid.size[0] * laid.size[1],  # Kontext would paint a megapixel, whatever is asked
        "output_type": "pil",
    }


def _one(
    opened: Opened,
    pipe: Any,
    wishes: dict[str, Any],
    laid: canvas.Canvas,
    seed: int,
    i: int,
    count: int,
    report: Report,
) -> Image | None:
    """Picture i, from its own noise; None where the model's safety checker held it back."""
    from pipelines.diffusion import sampling
    from pipelines.hub import asking

    label = "Painting" if count == 1 else f"Painting {i + 1} of {count}"
    asked = {**wishes, "generator": sampling.generators(seed, 1, i)[0]}
    within = part(report, i / count, (i + 1) / count)
    given = asking.ask(opened, pipe, asked, size=laid.size, report=within, label=label)
    if any(getattr(given, "nsfw_content_detected", None) or []) or door.held_back(given.images):
        return None
    return given.images[0]


def _sheet_of(made: list[Image], laid: canvas.Canvas) -> Accompanied[Image]:
    from pipelines.generate.object import together

    if not made:
        raise Refusal("A safety filter held this back; try other words.")
    sheet = together([laid.put_back(one) for one in made], {})
    return Accompanied(sheet.main.convert("RGB"), sheet.files)


__all__ = ["CARDS", "OTHER", "diffusion"]
