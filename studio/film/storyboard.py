"""The storyboard of a film: its scenes and what holds for all of them, as frozen records. `parsing.py` reads them from JSON, `as_json` writes them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.film.parts.subtitles import LANGUAGES
from studio.film.engines import NONE, Engines
from studio.film.reading import Reading, Recorded

if TYPE_CHECKING:
    from pipelines.figures import Character

CHARACTERS_A_SECOND = 14.5  # of speech
MODES = {"burnt": "Burnt into the pictures", "track": "As a track", "off": "None"}
SECOND = {"": "None", **{code: name for code, (name, _) in LANGUAGES.items()}}
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


@dataclass(frozen=True)
class Picture:
    """What a scene shows: a file of the shelf, or a description of what is to be drawn."""

    prompt: str = ""
    artifact: str | None = None


@dataclass(frozen=True)
class Motion:
    """How a scene moves. `energy` is 0 for still figures, 1 for usual ones, 2 for the liveliest."""

    text: str = ""
    camera: str = "auto"
    shot: str = "auto"
    energy: float = 1.0


@dataclass(frozen=True)
class SceneSound:
    """A sound of the shelf that is heard from the beginning of a scene."""

    artifact: str
    level_db: float = -8.0


@dataclass(frozen=True)
class OwnThing:
    """A visitor's own thing in a scene: its picture on the shelf, and the noun by which the scene names it."""

    artifact: str
    name: str


@dataclass(frozen=True)
class SceneTransition:
    """How a scene follows the one before it."""

    kind: str = "crossfade"
    seconds: float = 0.5


@dataclass(frozen=True)
class Scene:
    """One scene. None stands for what the film says (`look`, `voice`), for nothing (`sound`, `reading`) and for as long as it needs (`seconds`).

    A new field is optional, stands last, and is left out of the JSON where it is None, so that older storyboards stay the same bytes.
    """

    id: str
    picture: Picture = Picture()
    look: str | None = None
    motion: Motion = Motion()
    line: str = ""
    voice: str | None = None
    sound: SceneSound | None = None
    seconds: float | None = None
    transition: SceneTransition = SceneTransition()
    reading: Reading | None = None
    engines: Engines | None = None
    record: Recorded | None = None
    thing: OwnThing | None = None
    also: str = ""  # the line in the language of the second subtitles


@dataclass(frozen=True)
class Subtitles:
    """The record says whether and how a film shows subtitles; `second` is the language of further ones, "" for none."""

    mode: str = "burnt"
    style: str = "plain"
    size: str = "medium"
    second: str = ""


@dataclass(frozen=True)
class Titles:
    """The record says whether a film begins with a title, and with which."""

    show: bool = True
    text: str = ""


@dataclass(frozen=True)
class Credits:
    """The record says whether a film ends with credits, and with which."""

    show: bool = True
    text: str = ""


@dataclass(frozen=True)
class Music:
    """`source` is one of MUSIC; `gain` are points of seconds and dB in the order of time, `hits` are seconds at which composed music has an accent.

    With `under` the music follows the voice: so many dB lower while somebody speaks, and `pauses` lower where nobody does. Older films have none.
    """

    source: str = "composed"
    artifact: str | None = None
    gain: tuple[tuple[float, float], ...] = ()
    hits: tuple[float, ...] = ()
    under: float | None = None
    pauses: float = 6.0


@dataclass(frozen=True)
class Sounds:
    """The sounds of a film's places and of what happens, each with a level in dB over its usual one; None is off, as in older films."""

    ambience: float | None = None
    effects: float | None = None


NEW_SOUND = {  # what a film that is begun has; a storyboard without these keys is one of before
    "music": {"from": "composed", "under": 13, "pauses": 6},
    "sounds": {"ambience": 0, "effects": 0},
}


@dataclass(frozen=True)
class Member:
    """A member of the cast whom the visitor changed; `artifact` is the file of the shelf that it came from, or ""."""

    character: Character
    artifact: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the member as the storyboard stores it."""
        return {"character": json.loads(self.character.to_json()), "artifact": self.artifact}


@dataclass(frozen=True)
class Approved:
    """The take that was chosen for a step, and the base (everything but the seed) for which it was."""

    artifact: str
    base: str


@dataclass(frozen=True)
class Storyboard:
    """A whole film. `described` adds a sound track on which the narrator says what is seen."""

    title: str = ""
    format: str = "16:9"
    mood: str = "calm"
    voice: str = "af_heart"
    look: str = ""
    style: str = ""
    seed: int = 7
    music: Music = Music()
    sounds: Sounds = Sounds()
    subtitles: Subtitles = Subtitles()
    titles: Titles = Titles()
    described: bool = False
    loudness: str = "-16"  # of the whole film, one of pipelines.audio.mix.TARGETS
    credits: Credits = Credits()
    cast: Mapping[str, Member] = field(default_factory=dict)
    scenes: tuple[Scene, ...] = ()
    chosen: Mapping[str, Approved] = field(default_factory=dict)
    engines: Engines = NONE
    text_by: str = ""  # the language model that wrote the story, "" where somebody did

    @property
    def prompts(self) -> tuple[str, ...]:
        """The description of each scene's picture, "" where it is a file."""
        return tuple(scene.picture.prompt for scene in self.scenes)


def as_json(board: Storyboard) -> dict[str, Any]:
    """The storyboard as it is kept on disk and sent to the page; `parsing.storyboard_of` reads it back to an equal one."""
    subtitles, titles, credits = board.subtitles, board.titles, board.credits
    return {
        "title": board.title,
        "format": board.format,
        "mood": board.mood,
        "voice": board.voice,
        "look": board.look,
        "style": board.style,
        "seed": board.seed,
        "music": _music(board.music),
        "subtitles": {
            "mode": subtitles.mode,
            "style": subtitles.style,
            "size": subtitles.size,
            **({"second": subtitles.second} if subtitles.second else {}),
        },
        "titles": {"show": titles.show, "text": titles.text},
        "described": board.described,
        "credits": {"show": credits.show, "text": credits.text},
        "cast": {word: member.as_json() for word, member in board.cast.items()},
        "scenes": [scene_as_json(scene) for scene in board.scenes],
        "chosen": {key: {"artifact": one.artifact, "base": one.base} for key, one in board.chosen.items()},
        **({"sounds": asdict(board.sounds)} if board.sounds != Sounds() else {}),
        **({"loudness": board.loudness} if board.loudness != "-16" else {}),
        **({"engines": board.engines.as_json()} if board.engines != NONE else {}),
        **({"text_by": board.text_by} if board.text_by else {}),
    }


def _music(music: Music) -> dict[str, Any]:
    result: dict[str, Any] = {"from": music.source}
    if music.artifact is not None:
        result["artifact"] = music.artifact
    if music.gain:
        result["gain"] = [list(point) for point in music.gain]
    if music.hits:
        result["hits"] = list(music.hits)
    if music.under is not None:
        result |= {"under": music.under, "pauses": music.pauses}
    return result


def scene_as_json(scene: Scene) -> dict[str, Any]:
    """One scene as `as_json` has it."""
    picture, motion, sound = scene.picture, scene.motion, scene.sound
    told: dict[str, Any] = {"told": scene.reading.as_json()} if scene.reading is not None else {}
    if scene.engines is not None:
        told["engines"] = scene.engines.as_json()
    if scene.record is not None:
        told["record"] = scene.record.as_json()
    if scene.thing is not None:
        told["thing"] = {"artifact": scene.thing.artifact, "name": scene.thing.name}
    if scene.also:
        told["also"] = scene.also
    return told | {
        "id": scene.id,
        "picture": {"prompt": picture.prompt} if picture.artifact is None else {"artifact": picture.artifact},
        "look": scene.look,
        "motion": {"text": motion.text, "camera": motion.camera, "shot": motion.shot, "energy": motion.energy},
        "line": scene.line,
        "voice": scene.voice,
        "sound": None if sound is None else {"artifact": sound.artifact, "level_db": sound.level_db},
        "seconds": scene.seconds,
        "transition": {"kind": scene.transition.kind, "seconds": scene.transition.seconds},
    }


def look_of(board: Storyboard, scene: Scene) -> str:
    """The scene's own look, else the film's."""
    return board.look if scene.look is None else scene.look


def camera_of(scene: Scene) -> str:
    """`auto` as one of the moves, the same wherever the scene stands."""
    camera = scene.motion.camera
    return camera if camera != "auto" else ("right", "in", "left", "out")[zlib.crc32(scene.id.encode()) % 4]


def moved_by(scene: Scene) -> str:
    """The words by which a scene moves; "" where its picture's record says it, because nobody changed the words since."""
    if scene.record is not None and scene.picture.artifact is None and scene.motion.text == scene.record.motion:
        return ""
    return scene.motion.text or scene.line


def pictured_by(scene: Scene) -> str:
    """The words of a scene's picture; of one that was staged by hand those that it was staged from, whatever was written since."""
    return scene.record.prompt if scene.record is not None and scene.record.hand else scene.picture.prompt


def shot_of(scene: Scene) -> str:
    """`auto` as the reader found that it suits; wide where nothing was read."""
    shot, read = scene.motion.shot, scene.reading.shot if scene.reading else ""
    if scene.record is not None and scene.record.hand:
        read = scene.record.shot
    return shot if shot != "auto" else read if read in SHOTS and read != "auto" else "wide"


def seed_for(board: Storyboard, words: str) -> int:
    """The seed of what is made from these words: the same wherever they stand, another for another seed of the film."""
    return (board.seed * 1_000_003 + zlib.crc32(words.encode())) % 2**31


def files_of(board: Storyboard) -> list[str]:
    """The files of the shelf that scenes and music use, in the order of the film."""
    files = [scene.picture.artifact for scene in board.scenes]
    files += [one.artifact for scene in board.scenes for one in (scene.sound, scene.thing) if one]
    return [id for id in (*files, board.music.artifact, *board.engines.references.values()) if id]


def with_files(board: Storyboard, renamed: Mapping[str, str]) -> Storyboard:
    """The same film with other files of the shelf by their old ids; what has no new file is left out, and so are approved takes."""

    def moved(scene: Scene) -> Scene:
        picture, sound, thing = scene.picture, scene.sound, scene.thing
        if picture.artifact is not None:
            picture = Picture(artifact=renamed.get(picture.artifact))
        if sound is not None:
            sound = replace(sound, artifact=renamed[sound.artifact]) if sound.artifact in renamed else None
        if thing is not None:
            thing = replace(thing, artifact=renamed[thing.artifact]) if thing.artifact in renamed else None
        return replace(scene, picture=picture, sound=sound, thing=thing)

    music = board.music
    if music.artifact is not None:
        music = replace(music, artifact=renamed[music.artifact]) if music.artifact in renamed else Music()
    return replace(
        board,
        music=music,
        cast={word: replace(one, artifact="") for word, one in board.cast.items()},
        scenes=tuple(moved(scene) for scene in board.scenes),
        chosen={},
        engines=replace(
            board.engines,
            references={word: renamed[id] for word, id in board.engines.references.items() if id in renamed},
        ),
    )
