"""A storyboard read from JSON: the only place where its values are checked, each with a sentence that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines.audio.loudness import TARGETS
from pipelines.core.settings import Refusal
from pipelines.film.parts.shapes import FORMATS
from pipelines.film.parts.transitions import KINDS
from studio.film import cast
from studio.film.engines import NONE, engines_of
from studio.film.reading import reading_of, recorded_of
from studio.film.storyboard import (
    CAMERAS,
    CHARACTERS_A_SECOND,
    MODES,
    MUSIC,
    SECOND,
    SHOTS,
    Approved,
    Credits,
    Motion,
    Music,
    OwnThing,
    Picture,
    Scene,
    SceneSound,
    SceneTransition,
    Sounds,
    Storyboard,
    Subtitles,
    Titles,
)

MOST_SCENES = 40
MOST_STORED = 200  # scenes that a board may hold, also those that make it too long to be rendered
LINE_CHARACTERS = 800  # about 55 seconds of speech
TEXT_CHARACTERS = 600
MOST_POINTS = 60  # of the music's gain
MOST_HITS = 20


def storyboard_of(given: Any) -> Storyboard:
    """A storyboard from JSON, unknown keys dropped; scenes without an id get one. A Storyboard is given back as it is. Raises Refusal."""
    if isinstance(given, Storyboard):
        return given
    if not isinstance(given, Mapping):
        raise Refusal("This is not a storyboard.")
    scenes = given.get("scenes") or []
    if not isinstance(scenes, list):
        raise Refusal("The scenes of a storyboard are a list.")
    if len(scenes) > MOST_STORED:
        raise Refusal(f"This storyboard has {len(scenes)} scenes; {MOST_SCENES} is the most.")
    known = {
        "title": _text(given.get("title"), "The title", 120),
        "format": _one_of(given.get("format"), FORMATS, "16:9", "format"),
        "loudness": _one_of(given.get("loudness"), TARGETS, "-16", "loudness"),
        "mood": _text(given.get("mood"), "The mood", 40) or "calm",
        "voice": _text(given.get("voice"), "The voice", 40) or "af_heart",
        "look": _text(given.get("look"), "The look", 80),
        "style": _text(given.get("style"), "The style", 40),
    }
    seed = int(_number(given.get("seed"), "The seed", 0, 2**31, 7))
    music, subtitles = _music(given.get("music")), _subtitles(_part(given, "subtitles"))
    titles, credits = _part(given, "titles"), _part(given, "credits")
    shown = Titles(bool(titles.get("show", True)), _text(titles.get("text"), "The line under the title", 200))
    last = Credits(bool(credits.get("show", True)), _text(credits.get("text"), "The credits", 1000))
    members, chosen = cast.members_of(given.get("cast")), _chosen(given.get("chosen"))
    made: list[Scene] = []
    for number, scene in enumerate(scenes, 1):
        made.append(_scene(scene, number, {one.id for one in made}))
    keys = {f"{scene.id}.{kind}" for scene in made for kind in ("picture", "look", "motion", "line")} | {
        "music",
        "score",
    }
    return Storyboard(
        **known,
        seed=seed,
        music=music,
        sounds=_sounds(_part(given, "sounds")),
        subtitles=subtitles,
        titles=shown,
        described=bool(given.get("described", False)),
        credits=last,
        cast=members,
        scenes=tuple(made),
        chosen={key: one for key, one in chosen.items() if key in keys},
        engines=engines_of(given.get("engines"), "The film") or NONE,
        text_by=_text(given.get("text_by"), "Who wrote the text", 120),
    )


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = given.get(name)
    return part if isinstance(part, Mapping) else {}


def _scene(given: Any, number: int, taken: set[str]) -> Scene:
    if not isinstance(given, Mapping):
        raise Refusal(f"Scene {number} of this storyboard cannot be read.")
    called = f"Scene {number}"
    id = str(given.get("id") or "")
    if not re.fullmatch(r"[a-z0-9-]{1,24}", id) or id in taken:
        id = next(name for n in range(number, number + MOST_STORED + 1) if (name := f"s{n}") not in taken)
    line = check_line(given.get("line"), called)
    seconds, picture = given.get("seconds"), _picture(_part(given, "picture"), called)
    return Scene(
        id=id,
        picture=picture,
        look=None if given.get("look") is None else _text(given["look"], f"{called}: the look", 80),
        motion=_motion(_part(given, "motion"), number),
        line=line,
        voice=_text(given.get("voice"), f"{called}: the voice", 40) or None,
        sound=_sound(given.get("sound"), called),
        seconds=None if seconds is None else _number(seconds, f"{called}: the length", 1, 60, 4.0),
        transition=_transition(_part(given, "transition"), number),
        reading=reading_of(given.get("told"), line),
        engines=engines_of(given.get("engines"), called),
        record=recorded_of(given.get("record"), picture.prompt),
        thing=_thing(given.get("thing"), called),
        also=_text(given.get("also"), f"{called}: the second subtitles", LINE_CHARACTERS),
    )


def check_line(given: Any, called: str = "This scene") -> str:
    """The narration of a scene from JSON. Raises Refusal."""
    line = _text(given, f"{called}: the narration", 10**9)
    if len(line) > LINE_CHARACTERS:
        raise Refusal(
            f"{called}: the narration has {len(line):,} characters, {_spoken(len(line))} of speech; a scene holds"
            f" {LINE_CHARACTERS}, so please split it into several scenes."
        )
    return line


def _picture(given: Mapping[str, Any], called: str) -> Picture:
    if given.get("artifact"):
        return Picture(artifact=_id(given["artifact"], called))
    return Picture(_text(given.get("prompt"), f"{called}: the picture", TEXT_CHARACTERS))


def _motion(given: Mapping[str, Any], number: int) -> Motion:
    return Motion(
        text=_text(given.get("text"), f"Scene {number}: the motion", TEXT_CHARACTERS),
        camera=_one_of(given.get("camera"), CAMERAS, "auto", f"camera of scene {number}"),
        shot=_one_of(given.get("shot"), SHOTS, "auto", f"shot of scene {number}"),
        energy=_number(given.get("energy"), f"Scene {number}: the energy", 0, 2, 1.0),
    )


def _thing(given: Any, called: str) -> OwnThing | None:
    """A visitor's own thing in a scene."""
    if not isinstance(given, Mapping) or not given.get("artifact"):
        return None
    name = _text(given.get("name"), f"{called}: what the own thing is called", 40)
    if not name:
        raise Refusal(f"{called}: please say what your own thing is called.")
    return OwnThing(_id(given["artifact"], called), name)


def _sound(given: Any, called: str) -> SceneSound | None:
    if not isinstance(given, Mapping) or not given.get("artifact"):
        return None
    level_db = _number(given.get("level_db"), f"{called}: the level of the sound", -40, 12, -8.0)
    return SceneSound(_id(given["artifact"], called), level_db)


def _transition(given: Mapping[str, Any], number: int) -> SceneTransition:
    return SceneTransition(
        kind=_one_of(given.get("kind"), KINDS, "crossfade", f"transition of scene {number}"),
        seconds=_number(given.get("seconds"), f"Scene {number}: the transition", 0.25, 2, 0.5),
    )


def _subtitles(given: Mapping[str, Any]) -> Subtitles:
    return Subtitles(
        mode=_one_of(given.get("mode"), MODES, "burnt", "subtitles"),
        style=_text(given.get("style"), "The style of the subtitles", 40) or "plain",
        size=_text(given.get("size"), "The size of the subtitles", 40) or "medium",
        second=_one_of(given.get("second"), SECOND, "", "second subtitles"),
    )


def _music(given: Any) -> Music:
    part = given if isinstance(given, Mapping) else {}
    source = part.get("from") if part.get("from") in MUSIC else "composed"
    artifact = _id(part.get("artifact"), "The music") if source == "shelf" else None
    gain = _gain(part.get("gain"))
    under, pauses = (
        part.get("under"),
        _number(part.get("pauses"), "The music's distance to the voice in pauses, in dB,", 1, 24, 6.0),
    )
    return Music(
        str(source),
        artifact,
        gain if source != "none" else (),
        _hits(part.get("hits")) if source == "composed" else (),
        None if under is None else _number(under, "The music's distance to the voice, in dB,", 1, 24, 13.0),
        pauses,
    )


def _hits(given: Any) -> tuple[float, ...]:
    """Moments at which the music has an accent, in seconds, in the order of time."""
    hits = given if isinstance(given, list) else []
    if len(hits) > MOST_HITS:
        raise Refusal(f"This film has {len(hits)} hit points; {MOST_HITS} is the most.")
    return tuple(sorted({_number(hit, "A hit point of the music, in seconds,", 0, 3600, 0) for hit in hits}))


def _sounds(given: Mapping[str, Any]) -> Sounds:
    levels = (given.get("ambience"), given.get("effects"))
    ambience, effects = (
        None if level is None else _number(level, f"The level of the {name}, in dB,", -24, 12, 0)
        for name, level in zip(("ambience", "effects"), levels, strict=True)
    )
    return Sounds(ambience, effects)


def _gain(given: Any) -> tuple[tuple[float, float], ...]:
    """The gain of the music over time: points of seconds and dB in the order of time."""
    if not isinstance(given, list):
        return ()
    points: dict[float, float] = {}
    for point in given[:MOST_POINTS]:
        if not isinstance(point, list) or len(point) != 2:
            raise Refusal("A point of the music's gain is a time in seconds and a level in dB.")
        seconds = _number(point[0], "A point of the music's gain, in seconds,", 0, 3600, 0)
        points[seconds] = _number(point[1], "A point of the music's gain, in dB,", -40, 12, 0)
    return tuple((seconds, points[seconds]) for seconds in sorted(points))


def _chosen(given: Any) -> dict[str, Approved]:
    """Approved takes by step."""
    approveds: dict[str, Approved] = {}
    for key, value in given.items() if isinstance(given, Mapping) else ():
        if (
            isinstance(value, Mapping)
            and re.fullmatch(r"[a-z0-9.-]{1,40}", str(key))
            and len(approveds) < 4 * MOST_STORED
        ):
            artifact, base = str(value.get("artifact", "")), str(value.get("base", ""))
            if re.fullmatch(r"[0-9a-f]{8,64}", artifact) and re.fullmatch(r"[0-9a-f]{8,64}", base):
                approveds[str(key)] = Approved(artifact, base)
    return approveds


def _spoken(characters: int) -> str:
    seconds = characters / CHARACTERS_A_SECOND
    return (
        f"about {seconds / 3600:.1f} hours"
        if seconds > 5400
        else f"about {max(1, round(seconds / 60))} min"
        if seconds > 90
        else f"about {seconds:.0f} s"
    )


def _text(value: Any, called: str, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(f"{called} must be a text.")
    text = value.replace("\x00", "").encode("utf-8", "ignore").decode().strip()  # half a sign is none
    if len(text) > most:
        raise Refusal(f"{called} is {len(text):,} characters long; please keep it under {most:,}.")
    return text


def _number(value: Any, called: str, low: float, high: float, usual: float) -> float:
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise Refusal(f"{called} must be between {low:g} and {high:g}.")
    return value


def _one_of(value: Any, known: Mapping[str, str], usual: str, called: str) -> str:
    if value in (None, ""):
        return usual
    if not isinstance(value, str) or value not in known:
        raise Refusal(f"{str(value)[:40]!r} is no {called}; there is {', '.join(known)}.")
    return value


def _id(value: Any, called: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{8,64}", value):
        raise Refusal(f"{called} names a file that cannot be one of the shelf.")
    return value
