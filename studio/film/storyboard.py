"""The storyboard of a film: plain JSON, brought into one shape; what is wrong with it in sentences."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.film.parts.shapes import FORMATS
from pipelines.film.parts.transitions import KINDS
from studio.film import cast

MOST_SCENES = 40
MOST_STORED = 200  # scenes that a board may hold, also those that make it too long to be rendered
LINE_CHARACTERS = 800  # about 55 seconds of speech
CHARACTERS_A_SECOND = 14.5
TEXT_CHARACTERS = 600
TOLD_CHARACTERS = 24_000  # of what was read of one scene, as JSON
MODES = {"burnt": "Burnt into the pictures", "track": "As a track", "off": "None"}
CAMERAS = {
    "auto": "As it suits",
    "right": "Slides to the right",
    "left": "Slides to the left",
    "in": "Pushes in",
    "out": "Pulls out",
    "still": "Still",
}
SHOTS = {
    "auto": "As it suits",
    "wide": "Wide",
    "medium": "Medium",
    "close": "Close",
    "over the shoulder": "Over the shoulder",
}
MUSIC = ("composed", "shelf", "none")
MOST_POINTS = 60  # of the music's gain
Board = dict[str, Any]


def empty(title: str = "") -> Board:
    """A film with nothing in it."""
    return normal({"title": title})


def normal(given: Any) -> Board:
    """A storyboard with every key, unknown ones dropped; scenes without an id get one. Raises Refusal for what cannot be read."""
    if not isinstance(given, Mapping):
        raise Refusal("This is not a storyboard.")
    scenes = given.get("scenes") or []
    if not isinstance(scenes, list):
        raise Refusal("The scenes of a storyboard are a list.")
    if len(scenes) > MOST_STORED:
        raise Refusal(f"This storyboard has {len(scenes)} scenes; {MOST_SCENES} is the most.")
    subtitles, titles = _part(given, "subtitles"), _part(given, "titles")
    board: Board = {
        "title": _text(given.get("title"), "The title", 120),
        "format": _one_of(given.get("format"), FORMATS, "16:9", "format"),
        "mood": _text(given.get("mood"), "The mood", 40) or "calm",
        "voice": _text(given.get("voice"), "The voice", 40) or "af_heart",
        "look": _text(given.get("look"), "The look", 80),
        "style": _text(given.get("style"), "The style", 40),
        "seed": int(_number(given.get("seed"), "The seed", 0, 2**31, 7)),
        "music": _music(given.get("music")),
        "subtitles": {
            "mode": _one_of(subtitles.get("mode"), MODES, "burnt", "subtitles"),
            "style": _text(subtitles.get("style"), "The style of the subtitles", 40) or "plain",
            "size": _text(subtitles.get("size"), "The size of the subtitles", 40) or "medium",
        },
        "titles": {
            "show": bool(titles.get("show", True)),
            "text": _text(titles.get("text"), "The line under the title", 200),
        },
        "described": bool(
            given.get("described", False)
        ),  # a second sound track on which the narrator says what is seen
        "credits": _credits(_part(given, "credits")),
        "cast": cast.normal(given.get("cast")),
        "scenes": [],
        "chosen": _chosen(given.get("chosen")),
    }
    taken: set[str] = set()
    for number, scene in enumerate(scenes, 1):
        made = _scene(scene, number, taken)
        taken.add(made["id"])
        board["scenes"].append(made)
    keys = {f"{scene['id']}.{kind}" for scene in board["scenes"] for kind in ("picture", "look", "motion", "line")} | {
        "music"
    }
    board["chosen"] = {key: value for key, value in board["chosen"].items() if key in keys}
    return board


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = given.get(name)
    return part if isinstance(part, Mapping) else {}


def _scene(given: Any, number: int, taken: set[str]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise Refusal(f"Scene {number} of this storyboard cannot be read.")
    called = f"Scene {number}"
    id = str(given.get("id") or "")
    if not re.fullmatch(r"[a-z0-9-]{1,24}", id) or id in taken:
        id = next(name for n in range(number, number + MOST_STORED + 1) if (name := f"s{n}") not in taken)
    motion, picture = _part(given, "motion"), _part(given, "picture")
    line = _text(given.get("line"), f"{called}: the narration", 10**9)
    if len(line) > LINE_CHARACTERS:
        raise Refusal(
            f"{called}: the narration has {len(line):,} characters, {_spoken(len(line))} of speech; a scene holds"
            f" {LINE_CHARACTERS}, so please split it into several scenes."
        )
    shown = {"artifact": _id(picture["artifact"], called)} if picture.get("artifact") else {
        "prompt": _text(picture.get("prompt"), f"{called}: the picture", TEXT_CHARACTERS)
    }  # fmt: skip
    seconds = given.get("seconds")
    sound = given.get("sound")
    transition = _part(given, "transition")
    return _with_told(given, line) | {
        "id": id,
        "picture": shown,
        "look": None if given.get("look") is None else _text(given["look"], f"{called}: the look", 80),
        "motion": {
            "text": _text(motion.get("text"), f"{called}: the motion", TEXT_CHARACTERS),
            "camera": _one_of(motion.get("camera"), CAMERAS, "auto", f"camera of scene {number}"),
            "shot": _one_of(motion.get("shot"), SHOTS, "auto", f"shot of scene {number}"),
            "energy": _number(motion.get("energy"), f"{called}: the energy", 0, 2, 1.0),
        },
        "line": line,
        "voice": _text(given.get("voice"), f"{called}: the voice", 40) or None,
        "sound": None if not isinstance(sound, Mapping) or not sound.get("artifact") else {
            "artifact": _id(sound["artifact"], called),
            "level_db": _number(sound.get("level_db"), f"{called}: the level of the sound", -40, 12, -8.0),
        },
        "seconds": None if seconds is None else _number(seconds, f"{called}: the length", 1, 60, 4.0),
        "transition": {
            "kind": _one_of(transition.get("kind"), KINDS, "crossfade", f"transition of scene {number}"),
            "seconds": _number(transition.get("seconds"), f"{called}: the transition", 0.25, 2, 0.5),
        },
    }  # fmt: skip


def _with_told(given: Mapping[str, Any], line: str) -> dict[str, Any]:
    """What the reader found in a scene's line, under `told`; left out where the line is another by now, or where there is none."""
    told = given.get("told")
    if not isinstance(told, Mapping) or told.get("line") != line:
        return {}
    try:
        written = json.dumps(told)
    except (TypeError, ValueError, RecursionError):
        return {}
    return {"told": json.loads(written)} if len(written) <= TOLD_CHARACTERS else {}


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


def _music(given: Any) -> dict[str, Any]:
    said = given if isinstance(given, Mapping) else {}
    kind = said.get("from") if said.get("from") in MUSIC else "composed"
    music = {"from": "shelf", "artifact": _id(said.get("artifact"), "The music")} if kind == "shelf" else {"from": kind}
    gain = _gain(said.get("gain"))
    return music | ({"gain": gain} if gain and kind != "none" else {})


def _gain(given: Any) -> list[list[float]]:
    """The gain of the music over time: points of seconds and dB in the order of time."""
    if not isinstance(given, list):
        return []
    points: dict[float, float] = {}
    for point in given[:MOST_POINTS]:
        if not isinstance(point, list) or len(point) != 2:
            raise Refusal("A point of the music's gain is a time in seconds and a level in dB.")
        seconds = _number(point[0], "A point of the music's gain, in seconds,", 0, 3600, 0)
        points[seconds] = _number(point[1], "A point of the music's gain, in dB,", -40, 12, 0)
    return [[seconds, points[seconds]] for seconds in sorted(points)]


def _credits(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"show": bool(said.get("show", True)), "text": _text(said.get("text"), "The credits", 1000)}


def _chosen(given: Any) -> dict[str, dict[str, str]]:
    """Approved takes by step: the artifact, and the base (everything but the seed) for which it was approved."""
    found: dict[str, dict[str, str]] = {}
    for key, value in given.items() if isinstance(given, Mapping) else ():
        if isinstance(value, Mapping) and re.fullmatch(r"[a-z0-9.-]{1,40}", str(key)) and len(found) < 4 * MOST_STORED:
            artifact, base = str(value.get("artifact", "")), str(value.get("base", ""))
            if re.fullmatch(r"[0-9a-f]{8,64}", artifact) and re.fullmatch(r"[0-9a-f]{8,64}", base):
                found[str(key)] = {"artifact": artifact, "base": base}
    return found


def look_of(board: Board, scene: Mapping[str, Any]) -> str:
    """The scene's own look, else the film's."""
    return str(board["look"] if scene["look"] is None else scene["look"])


def camera_of(scene: Mapping[str, Any]) -> str:
    """`auto` as one of the moves, the same wherever the scene stands."""
    camera = str(scene["motion"]["camera"])
    return camera if camera != "auto" else ("right", "in", "left", "out")[zlib.crc32(scene["id"].encode()) % 4]


def shot_of(scene: Mapping[str, Any]) -> str:
    """`auto` as the reader found that it suits; wide where nothing was read."""
    shot = str(scene["motion"]["shot"])
    read = str((scene.get("told") or {}).get("shot", ""))
    return shot if shot != "auto" else read if read in SHOTS and read != "auto" else "wide"


def seed_for(board: Board, words: str) -> int:
    """The seed of what is made from these words: the same wherever they stand, another for another seed of the film."""
    return (int(board["seed"]) * 1_000_003 + zlib.crc32(words.encode())) % 2**31


def problems(board: Board, kind_of: Callable[[str], str | None]) -> list[str]:
    """What keeps the film from being rendered, in sentences; empty when nothing does. `kind_of(id)` is None for what is not on the shelf."""
    from pipelines.audio.voices import options
    from pipelines.compose.parts.moods import MOODS
    from pipelines.core.settings import CALLED, fits
    from pipelines.film.parts.lettering import SIZES, STYLES
    from pipelines.generate.storybook import styles
    from pipelines.stylize.parts.stylers import style_names

    voices, looks, found = options(), style_names(), []

    def gone(what: str, value: str, where: str = "") -> None:
        found.append(
            f"{where or 'The film: '}the {what} “{value}” is not in this studio any more; please choose another."
        )

    if not board["scenes"]:
        found.append("This film has no scenes yet; please add one.")
    if len(board["scenes"]) > MOST_SCENES:
        found.append(f"This film has {len(board['scenes'])} scenes; {MOST_SCENES} is the most.")
    for what, value, known in (
        ("mood", board["mood"], MOODS), ("voice", board["voice"], voices), ("look", board["look"], looks | {"": ""}), ("style", board["style"], styles()),
        ("style of subtitles", board["subtitles"]["style"], STYLES), ("size of subtitles", board["subtitles"]["size"], SIZES),
    ):  # fmt: skip
        if value not in known:
            gone(what, value)
    if board["music"]["from"] == "shelf" and kind_of(board["music"]["artifact"]) != "sound":
        found.append("The music is not on your shelf any more; please choose another.")
    for number, scene in enumerate(board["scenes"], 1):
        where = f"Scene {number}: "
        if scene["look"] and scene["look"] not in looks:
            gone("look", scene["look"], where)
        if scene["voice"] and scene["voice"] not in voices:
            gone("voice", scene["voice"], where)
        if "artifact" in scene["picture"]:
            kind = kind_of(scene["picture"]["artifact"])
            if kind is None:
                found.append(f"{where}its picture is not on your shelf any more; please choose another.")
            elif not fits(kind, "image") and kind != "video":
                found.append(f"{where}the picture must be an image or a video, and this is {CALLED.get(kind, kind)}.")
        elif not scene["picture"]["prompt"]:
            found.append(f"{where}please say what the picture shows, or choose one.")
        if scene["sound"] and kind_of(scene["sound"]["artifact"]) != "sound":
            found.append(f"{where}its sound is not on your shelf any more; please choose another.")
    return found
