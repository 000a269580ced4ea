"""A Storybook scene painted by a model of a hub that is told what the studio knows of it: the drawing, depth, poses, masks, and words for each figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from PIL import ImageFilter
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text, Toggle
from pipelines.generate.diffusion import OtherModel, Size, StepCount, fitting, showing, wishes_for
from pipelines.hub import door, steering
from pipelines.hub.presets import CONTROLS, DECODERS, gpu_gb, options
from pipelines.media import Accompanied, Layers
from pipelines.vision.matte import U2NETP

if TYPE_CHECKING:
    from pipelines.hub.opening import Opened
    from pipelines.hub.preset import Preset
    from pipelines.scenes.scene import Scene

CARDS = tuple(preset.card for preset in (*steering.list_steered(), *CONTROLS, *DECODERS))
FOLLOWS = {
    "": "nothing but the drawing",
    "depth": "depth: how near everything is",
    "pose": "poses of people",
    "segments": "what is where",
    "edges": "soft edges",
    "depth+pose": "depth and poses",
}
PASSES = {
    "": "the whole picture",
    "each": "the whole picture, then each figure",
    "figures": "figures only; the place stays",
}
RIM_PX = 12  # by which a figure's mask is wider than its drawing, in a picture of 512 pixels
SHOWN, FOLLOW_STRENGTH = 2, 0.8  # portraits that a model is shown; how closely it follows what it is held to


def _choices_by_model(choices: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By the key of each model, which of these choices it takes."""
    return {
        preset.key: tuple(
            choice
            for choice in choices
            if choice == ""
            or (choices is PASSES and steering.takes(preset).masks)
            or (choices is FOLLOWS and set(choice.split("+")) <= set(steering.takes(preset).maps))
        )
        for preset in steering.list_steered()
    }


@dataclass(frozen=True)
class Pass:
    """One run of the model: the whole picture, or a figure in its mask. `number` chooses its noise."""

    label: str
    prompt: str
    number: int
    mask: Image | None = None


@pipeline(optional=(*CARDS, door.OPEN_NSFW, U2NETP), hub=True, gpu=gpu_gb(steering.list_steered()))
def painted(
    layers: Annotated[Layers, Input(label="Storybook picture", help="A picture from Storybook, with its layers.")],
    before: Annotated[
        Image | None,
        Input(label="Painted before", help="To paint some figures of a picture again.", samples=False),
    ] = None,
    *,
    model: Annotated[
        str,
        Choice(
            lambda: options(steering.list_steered()),
            help="It is downloaded once.",
        ),
    ] = "sd-turbo",
    free: Annotated[
        float,
        Range(0, 1, 0.05, label="How much is new", help="0 keeps the drawing as it is; 1 paints everything anew."),
    ] = 0.5,
    passes: Annotated[
        str,
        Choice(
            PASSES,
            label="Paint",
            help="Each figure is painted by its own words.",
            given="model",
            offered=_choices_by_model(PASSES),
        ),
    ] = "",
    only: Annotated[
        str,
        Text(
            label="Only these figures",
            help="Names of layers. Nothing else is painted.",
            placeholder="fox-1, girl-1",
            max_characters=400,
        ),
    ] = "",
    follow: Annotated[
        str,
        Choice(
            FOLLOWS,
            label="What is kept",
            help="It is downloaded once.",
            given="model",
            offered=_choices_by_model(FOLLOWS),
        ),
    ] = "",
    portraits: Annotated[
        bool,
        Toggle(
            label="Show who is in it",
            help="The model sees up to two characters.",
            more=True,
        ),
    ] = False,
    prompts: Annotated[
        str,
        Text(
            label="What the model is told",
            help="Empty: written from the scene.",
            placeholder="picture: a fox beside a house by the sea, oil painting\nfox-1: a red fox with a green scarf",
            lines=4,
            max_characters=20_000,
        ),
    ] = "",
    again: Annotated[
        int,
        Range(
            0,
            2,
            1,
            label="Try other seeds",
            help="How often it may try again.",
            more=True,
        ),
    ] = 0,
    size: Size = "",
    steps: StepCount = 0,
    other: OtherModel = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Paint a Storybook scene with a diffusion model of a hub that follows our drawing.

    SDEdit (Meng et al. 2022) from the drawing; ControlNet (Zhang et al. 2023) by depth, poses, segments and edges that follow from the layers; figures
    one by one in their masks. What was told, followed and checked lies beside the picture. Raises Refusal with a sentence, MissingModel where the
    model is not on this machine.
    """
    from pipelines.generate.parts.painted_checks import check_painting
    from pipelines.hub import canvas, presets
    from pipelines.scenes import controls, regions, scene

    story = scene.taken_apart(layers.archive)
    words = regions.edit_prompts(regions.prompts(story), prompts)
    door.check_words(*words.values())
    drawn = controls.flatten_scene(story)
    if free == 0:
        return _keep_drawing(drawn, words)
    preset = presets.chosen(steering.list_steered(), model, other)
    maps = tuple(kind for kind in follow.split("+") if kind)
    laid = canvas.laid(before or drawn, None, "", canvas.read_size(size), preset.size)
    runs = _runs(story, words, passes, only, laid.size)
    guides = {kind: controls.control(story, kind).resize(laid.size) for kind in maps}
    shown = list(controls.portraits(story).values())[:SHOWN] if portraits else []
    report(Progress(0, 1, f"Opening {preset.card.name}"))
    how = {"free": free, "steps": steps, "seed": seed}
    best: tuple[Image, dict[str, Any], int] | None = None
    for attempt in range(again + 1):
        within = part(report, attempt / (again + 1), (attempt + 1) / (again + 1))
        made = _by_model(preset, laid.picture, runs, guides, shown, {**how, "seed": seed + attempt}, within)
        checks = check_painting(story, drawn, made)
        if best is None or len(checks["notes"]) < len(best[1]["notes"]):
            best = made, checks, attempt
        if not checks["notes"]:
            break
    assert best is not None
    how["seed"] = seed + best[2]
    facts = {
        "model": preset.card.name,
        "free": free,
        "painted": [run.label for run in runs],
        "seed": how["seed"],
        "tried": attempt + 1,
    }
    return _attach_files(best[0], drawn, words, guides, {**facts, "checks": best[1]})


def _runs(story: Scene, words: Mapping[str, str], passes: str, only: str, size: tuple[int, int]) -> list[Pass]:
    """The runs of the model in their order: the whole picture, then figures from the far ones on. Raises Refusal for a figure that is not there."""
    from pipelines.scenes import controls
    from pipelines.scenes.regions import WHOLE

    named = {word.strip() for word in only.split(",") if word.strip()}
    for name in named:
        story.figure(name)
    runs = [] if named or passes == "figures" else [Pass("Painting", words[WHOLE], 0)]
    if not named and not passes:
        return runs
    numbers = {one.id: 1 + number for number, one in enumerate(story.figures)}
    for name, mask in controls.masks(story).items():
        mask = mask.resize(size)
        if (named and name not in named) or not mask.getbbox():
            continue
        rim = max(1, round(RIM_PX * min(size) / 512))
        runs.append(
            Pass(f"Painting {name}", words[name], numbers[name], mask.filter(ImageFilter.MaxFilter(2 * rim + 1)))
        )
    if not runs:
        raise Refusal("None of these figures is in the picture; name others.")
    return runs


def _by_model(
    preset: Preset,
    picture: Any,
    runs: Sequence[Pass],
    guides: Mapping[str, Image],
    shown: list[Image],
    how: Mapping[str, Any],
    report: Report,
) -> Image:
    """All runs, each on what the one before gave. Raises Refusal for what it does not take, MissingModel."""
    from pipelines.core.models import load

    with load(preset.card) as opened, opened.lock, ExitStack() as stack:
        kind = type(opened.model).__name__
        masked = [run.mask is not None for run in runs]
        if said := steering.lacking(
            steering.takes(preset, kind), list(guides), not all(masked), any(masked), bool(shown)
        ):
            raise Refusal(f"{preset.card.name} ({kind}) {said}; choose another.")
        networks = [stack.enter_context(load(_network(opened, kind))).model for kind in guides]
        for place, run in enumerate(runs):
            within = part(report, place / len(runs), (place + 1) / len(runs))
            picture = _one(opened, preset, run, picture, networks, list(guides.values()), shown, how, within)
    return picture


def _network(opened: Opened, kind: str) -> Any:
    """The card of the control network for one kind of map. Raises Refusal."""
    return fitting(
        opened,
        steering.NETWORKS[kind],
        "",
        f"No control network for this model follows {kind} here; please choose another model.",
    )


def _one(
    opened: Opened,
    preset: Preset,
    run: Pass,
    picture: Image,
    networks: list[Any],
    guides: list[Image],
    shown: list[Image],
    how: Mapping[str, Any],
    report: Report,
) -> Image:
    """One run; in a mask only its inside changes. Raises Refusal where a filter holds it back."""
    from pipelines.diffusion import sampling
    from pipelines.hub import asking, tasks
    from pipelines.hub.canvas import Canvas

    laid = Canvas(picture.size, picture, run.mask)
    control = None if not networks else networks[0] if len(networks) == 1 else networks
    pipe = tasks.for_picture(opened.model, picture=True, mask=run.mask is not None, control=control, shown=bool(shown))
    wishes = wishes_for(pipe, preset, laid, run.prompt, "", how["free"], how["steps"], -1.0)
    if guides:
        wishes |= {"control_image": guides[0] if len(guides) == 1 else guides}
        wishes["controlnet_conditioning_scale"] = (
            FOLLOW_STRENGTH if len(guides) == 1 else [FOLLOW_STRENGTH] * len(guides)
        )
    with showing(opened, pipe, shown, "") as kept:
        wishes |= {"image": [picture, *kept["image"]]} if "image" in kept else kept
        wishes["generator"] = sampling.generators(how["seed"], 1, run.number)[0]
        given = asking.ask(opened, pipe, wishes, size=laid.size, report=report, label=run.label)
    if any(getattr(given, "nsfw_content_detected", None) or []) or door.held_back(given.images):
        raise Refusal("A safety filter held this back; try other words.")
    return laid.put_back(given.images[0])


def _keep_drawing(drawn: Image, told: Mapping[str, str]) -> Accompanied[Image]:
    """The drawing as it is, with what a model would have been told."""
    from pipelines.scenes import regions

    return Accompanied(drawn, {"prompts.txt": regions.as_text(told).encode()})


def _attach_files(
    made: Image,
    drawn: Image,
    told: Mapping[str, str],
    guides: Mapping[str, Image],
    facts: dict[str, Any],
) -> Accompanied[Image]:
    """The picture; beside it the drawing, the maps, the prompts and what was checked."""
    from pipelines.media.image import png
    from pipelines.scenes import regions

    files = {"drawn.png": png(drawn), **{f"{kind}.png": png(guide) for kind, guide in guides.items()}}
    files |= {
        "prompts.txt": regions.as_text(told).encode(),
        "painted.json": json.dumps(facts, ensure_ascii=False, indent=1).encode(),
    }
    return Accompanied(made, files)
