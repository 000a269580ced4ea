"""A layered picture comes alive: its figures act as a sentence says, the backdrop moves in depth, rain and snow fall."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from pipelines.animate.parts.cast import Cast, cast_of, recast, storybook_cast
from pipelines.animate.parts.deeds import holds_of
from pipelines.animate.parts.framing import SHOTS
from pipelines.animate.parts.kept import fitted_sound, kept_sound
from pipelines.animate.parts.opening import openings_of
from pipelines.animate.parts.playing import Stagehand, left_by
from pipelines.animate.parts.rendering import FrameRenderer
from pipelines.animate.parts.rigged import Performer
from pipelines.animate.parts.skeletons import FACE_PX, SHOWS, face_at, skeletons_at, somebody
from pipelines.animate.parts.speaking import speaking_of
from pipelines.animate.parts.told import told_of
from pipelines.animate.parts.weather import WEATHERS
from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text, Toggle
from pipelines.language.doings import Doing
from pipelines.media import Layers, Sound, Video
from pipelines.media.clip import Exact, LongestSide, Rate, Seconds, Shape, frame_size, frames_in, make_video
from pipelines.media.openraster import Document
from pipelines.scenes.casting import FirstCharacter, SecondCharacter, ThirdCharacter

CAMERAS = {
    "still": "Still",
    "right": "Slides to the right",
    "left": "Slides to the left",
    "in": "Pushes in",
    "out": "Pulls out",
}

CAMERA_AMOUNT = 0.5
POSES_HZ = 12  # figures move "on twos", as drawn animation does: two frames of 24 a second show one pose


@pipeline()
def layers(
    picture: Annotated[Layers, Input(label="Picture with layers", help="From Storybook, or an OpenRaster file.")],
    voice: Annotated[
        Sound | None,
        Input(label="Voice", help="Speech from Narrate. The figures speak its lines."),
    ] = None,
    character: FirstCharacter = None,
    second: SecondCharacter = None,
    third: ThirdCharacter = None,
    *,
    motions: Annotated[
        str,
        Text(
            label="What happens",
            help="Say who does what.",
            placeholder="The fox runs to the sea. The bird flies away.",
            lines=3,
            receives=True,
        ),
    ] = "",
    seconds: Seconds = 5.0,
    camera: Annotated[str, Choice(CAMERAS, label="Camera")] = "right",
    shot: Annotated[str, Choice(SHOTS)] = "wide",
    energy: Annotated[float, Range(0, 2, 0.05)] = 1.0,
    weather: Annotated[str, Choice(WEATHERS, label="Rain or snow")] = "picture",
    loop: Annotated[bool, Toggle(help="Everything returns to its start.")] = False,
    paths: Annotated[
        str,
        Text(
            label="Paths",
            help="One a line: name: x y > x y.",
            placeholder="fox: 0.2 0.85 > 0.5 0.8 > 0.8 0.9",
            lines=3,
            editor="path",
            over="picture",
        ),
    ] = "",
    speakers: Annotated[
        str,
        Text(
            label="Who speaks",
            help="Who speaks for which speaker. Others narrate.",
            placeholder="Anna = girl; Ben = fox",
            max_characters=600,
        ),
    ] = "",
    voice_at: Annotated[
        float, Range(0, 60, 0.01, label="The voice begins at", help="In seconds of the video.", more=True)
    ] = 0.0,
    show: Annotated[
        str,
        Choice(SHOWS, help="For film models that follow a skeleton or a face.", more=True),
    ] = "",
    shape: Shape = "picture",
    longest_side: LongestSide = 1280,
    exact: Exact = "",
    rate: Rate = 24,
    seed: Seed = 0,
    report: Report = silent,
) -> Video:
    """Bring a layered picture to life: its figures walk, hop, fly, swim, dance as you write; the backdrop moves in depth.

    Motion by rules after Lasseter 1987, "Principles of traditional animation applied to 3D computer animation": squash and stretch, slow in and
    out, arcs; ways are Catmull-Rom curves, and things grow smaller towards the horizon. Layers of other programs drift by their order. uint8 [h,w,3],
    even sides. With a voice its speakers move their lips by its own times (`parts/speaking.py`), and the others look at them. Raises Refusal
    for an archive that is not OpenRaster, and for paths and speakers that cannot be read.
    """
    cast = recast(cast_of(picture.archive), (character, second, third))
    told = told_of(cast, motions, seconds, loop, energy, paths_of(paths, cast))
    actors, plays = told.actors, told.plays
    frame = frame_size(cast.width, cast.height, shape, longest_side, exact)
    count = frames_in(seconds, rate)
    stage = FrameRenderer(cast, actors, frame, camera, CAMERA_AMOUNT, seconds, loop, said_weather(cast, weather), seed)
    stage.holds = holds_of(told.deeds, cast.figures, seconds, left_by(plays))
    stage.openings = openings_of(cast, told.deeds, seconds, stage.light)
    stage.stagehand = Stagehand(cast, plays, actors, seconds, stage.light, frame[0]) if plays and stage.light else None
    speaking = speaking_of(voice, speakers, voice_at, rate, [figure.names for figure in cast.figures])
    if speaking is not None:
        for actor in actors:
            if isinstance(actor, Performer):
                actor.speaks(speaking, count, rate)
    stage.frame_shot(
        shot,
        _figures_in_shot(cast, told.doings, list(speaking.mouths) if speaking is not None else []),
        speaking.main if speaking is not None else None,
    )
    last = count if loop else max(1, count - 1)
    frames_a_pose = max(1, rate // POSES_HZ)  # where nothing else changes, one is shown again, read-only
    stage.pose = frames_a_pose / last
    if show:
        who = somebody(stage, speaking.main if speaking is not None else None)
        if show == "face":
            return make_video((FACE_PX, FACE_PX), rate, count, lambda index: face_at(stage, index / last, who), report)
        return make_video(frame, rate, count, lambda index: skeletons_at(stage, index / last), report)
    frame_at = lru_cache(maxsize=1)(lambda index: np.broadcast_to(stage.at(index / last), (*frame[::-1], 3)))
    video = make_video(frame, rate, count, lambda index: frame_at(index - index % frames_a_pose * stage.still), report)
    sound = kept_sound(fitted_sound(voice, voice_at, video.seconds), video.frames) if voice is not None else None
    return replace(video, sound=sound)


def frames_in_clip(facts: Mapping[str, Any], clip: Mapping[str, Any]) -> list[list[float]]:
    """What of a picture with this description is in the frame as a clip begins and as it ends: left, top, right and bottom in shares of it, as near as those stand whom the shot is about."""
    cast = storybook_cast(Document(facts["width"], facts["height"], ()), {**facts, "layers": ()})
    acts, frame = told_of(cast, clip["motions"], clip["seconds"], False, 1.0), (cast.width, cast.height)
    weather, speeches = said_weather(cast, "picture"), cast.record.speeches if cast.record else ()
    stage = FrameRenderer(cast, acts.actors, frame, clip["camera"], CAMERA_AMOUNT, clip["seconds"], False, weather, 0)
    lengths = [sum(len(said.text) for said in speeches if said.who == figure.part) for figure in cast.figures]
    talking = [n for n, length in enumerate(lengths) if length]
    about = _figures_in_shot(cast, acts.doings, talking)
    stage.frame_shot(clip["shot"], about, max(talking, key=lengths.__getitem__, default=None))
    return [stage.framed_box(about, time) for time in (0.0, 1.0)]


def _figures_in_shot(cast: Cast, doings: Sequence[Doing | None], talking: list[int]) -> list[int]:
    """Whom a near shot shows: who speaks and who acts with whom, else every figure with a body."""
    acting = [n for n, doing in enumerate(doings) if doing is not None and (cast.figures[n].character or not talking)]
    others = [
        n for number in acting if (one := doings[number]) is not None for n in (one.to, one.object) if n is not None
    ]
    everybody = [n for n, figure in enumerate(cast.figures) if figure.character]
    found = list(dict.fromkeys([*talking, *acting, *others])) or everybody
    if len(found) == 1 and talking and len(everybody) > 1:  # who speaks speaks to somebody
        found.append(
            min(
                (n for n in everybody if n not in found),
                key=lambda n: abs(cast.figures[n].feet[0] - cast.figures[found[0]].feet[0]),
            )
        )
    return found


def said_weather(cast: Cast, weather: str) -> str:
    """rain, snow or nothing: as chosen, else as the picture says."""
    from pipelines.scenes.settings import SHELTERED

    outside = cast.about.get("place") not in SHELTERED  # through a room's window it is seen, and falls not inside
    kind = str(cast.about.get("weather", "")) if weather == "picture" and outside else weather
    return kind if kind in ("rain", "snow") else ""


def paths_of(text: str, cast: Cast) -> dict[int, np.ndarray]:
    """Lines "name: x y > x y" -> number of the figure to places [n,2] in parts of the canvas. Raises Refusal."""
    paths = {}
    for line in filter(None, (part.strip() for part in text.replace(";", "\n").splitlines())):
        name, colon, rest = line.partition(":")
        numbers = [float(n) for n in re.findall(r"[-+]?\d*\.?\d+", rest)]
        if not colon or len(numbers) < 4 or len(numbers) % 2 or not all(-1 <= n <= 2 for n in numbers):
            raise Refusal(f"The path “{line[:40]}” must be like “fox: 0.2 0.8 > 0.7 0.8”.")
        who = [i for i, figure in enumerate(cast.figures) if name.strip().lower() in figure.names]
        if not who:
            some = ", ".join(figure.names[0] for figure in cast.figures[:6]) or "nothing that moves"
            raise Refusal(f"There is no {name.strip()[:30]!r} in this picture; it has {some}.")
        paths.update({number: np.array(numbers).reshape(-1, 2) for number in who})
    return paths
