"""The storyboard of a film: its scenes and what holds for all of them, as frozen records that check themselves. `as_json` writes them."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field, replace
from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from pipelines.audio.loudness import TARGETS
from pipelines.core.settings import Refusal
from pipelines.film.parts.shapes import FORMATS
from pipelines.film.parts.subtitles import LANGUAGES
from pipelines.film.parts.transitions import KINDS
from studio.film.engines import NONE, Engines
from studio.film.fields import (
    CONFIG,
    FILE,
    Amount,
    Part,
    adapter,
    as_json,
    check_number,
    check_words,
    choice,
    number,
    shelf_file,
    words,
)
from studio.film.reading import Reading, Recorded, readable

__all__ = ["as_json", "storyboard_of"]

MOST_SCENES = 40
MOST_STORED = 200  # scenes that a board may hold, also those that make it too long to be rendered
LINE_CHARACTERS = 800  # about 55 seconds of speech
TEXT_CHARACTERS = 600
MOST_POINTS = 60  # of the music's gain
MOST_HITS = 20
MOST_CAST = 24
CHARACTERS_A_SECOND = 14.5  # of speech
WORD = re.compile(r"[^\W\d_](?:[\w '’-]{0,38}\w)?")  # of the cast
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
MUSIC = {"composed": ("artifact",), "shelf": ("hits",), "none": ("artifact", "gain", "hits")}  # what each is without
Yes = BeforeValidator(bool)


def _keep_with_file(given: Any) -> Any:
    return given if isinstance(given, Part) or (isinstance(given, Mapping) and given.get("artifact")) else None


OnlyWithFile = BeforeValidator(_keep_with_file)


@dataclass(frozen=True, config=CONFIG)
class Picture(Part):
    """What a scene shows: a description of what is to be drawn, or a file of the shelf."""

    prompt: Annotated[str, words("the picture", TEXT_CHARACTERS)] = ""
    artifact: Annotated[str | None, shelf_file("the picture")] = None

    @model_validator(mode="before")
    @classmethod
    def _drop_prompt(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and given.get("artifact"):
            return {"artifact": given["artifact"]}
        return given

    def left_out(self) -> set[str]:
        """A picture has either words or a file."""
        return {"prompt" if self.artifact else "artifact"}


@dataclass(frozen=True, config=CONFIG)
class Motion(Part):
    """How a scene moves. `energy` is 0 for still figures, 1 for usual ones, 2 for the liveliest."""

    text: Annotated[str, words("the motion", TEXT_CHARACTERS)] = ""
    camera: Annotated[str, choice("camera", CAMERAS)] = "auto"
    shot: Annotated[str, choice("shot", SHOTS)] = "auto"
    energy: Annotated[Amount, number("the energy", 0, 2)] = 1.0


@dataclass(frozen=True, config=CONFIG)
class SceneSound(Part):
    """A sound of the shelf that is heard from the beginning of a scene."""

    artifact: Annotated[str, shelf_file("the sound")]
    level_db: Annotated[Amount, number("the level of the sound", -40, 12)] = -8.0


@dataclass(frozen=True, config=CONFIG)
class OwnThing(Part):
    """A visitor's own thing in a scene: its picture on the shelf, and the noun by which the scene names it."""

    artifact: Annotated[str, shelf_file("the own thing")]
    name: Annotated[str, words("what the own thing is called", 40)] = ""

    def __post_init__(self) -> None:
        if not self.name:
            raise Refusal("{called}: say what your own thing is called.")


@dataclass(frozen=True, config=CONFIG)
class SceneTransition(Part):
    """How a scene follows the one before it."""

    kind: Annotated[str, choice("transition", KINDS)] = "crossfade"
    seconds: Annotated[Amount, number("the transition", 0.25, 2)] = 0.5


def check_line(given: Any, where: str = "This scene: ") -> str:
    """The narration of a scene from JSON. Raises Refusal."""
    line = check_words(given, f"{where}the narration", 10**9)
    if len(line) > LINE_CHARACTERS:
        raise Refusal(
            f"{where}the narration has {len(line):,} characters, {_spoken(len(line))} of speech; a scene holds {LINE_CHARACTERS}, so split it."
        )
    return line


def _spoken(characters: int) -> str:
    seconds = characters / CHARACTERS_A_SECOND
    if seconds > 5400:
        return f"about {seconds / 3600:.1f} hours"
    return f"about {max(1, round(seconds / 60))} min" if seconds > 90 else f"about {seconds:.0f} s"


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Scene(Part):
    """One scene. None stands for what the film says (`look`, `voice`), for nothing (`sound`, `reading`) and for as long as it needs (`seconds`).

    A new field is optional and sparse, so that older storyboards stay the same bytes.
    """

    BLANK = ("look",)
    SPARSE = ("reading", "engines", "record", "thing", "also")

    reading: Annotated[Reading | None, readable(None), Field(validation_alias="told", serialization_alias="told")] = (
        None
    )
    engines: Annotated[Engines | None, BeforeValidator(lambda given: given or None)] = None
    record: Annotated[Recorded | None, readable(None)] = None
    thing: Annotated[OwnThing | None, OnlyWithFile] = None
    also: Annotated[str, words("the second subtitles", LINE_CHARACTERS)] = (
        ""  # the line in the language of the second subtitles
    )
    id: str
    picture: Picture = Picture()
    look: Annotated[str | None, words("the look", 80)] = None
    motion: Motion = Motion()
    line: Annotated[str, PlainValidator(partial(check_line, where=""))] = ""
    voice: Annotated[str | None, words("the voice", 40)] = None
    sound: Annotated[SceneSound | None, OnlyWithFile] = None
    seconds: Annotated[Amount | None, number("the length", 1, 60)] = None
    transition: SceneTransition = SceneTransition()

    def __post_init__(self) -> None:
        """What belongs to words that were changed since goes; a scene that was staged by hand stays."""
        if self.reading is not None and self.reading.line != self.line:
            object.__setattr__(self, "reading", None)
        if (record := self.record) is not None and not record.hand and (record.prompt or None) != self.picture.prompt:
            object.__setattr__(self, "record", None)
        if self.engines == NONE:
            object.__setattr__(self, "engines", None)


@dataclass(frozen=True, config=CONFIG)
class Subtitles(Part):
    """Whether and how a film shows subtitles; `second` is the language of further ones, "" for none."""

    SPARSE = ("second",)

    mode: Annotated[str, choice("subtitles", MODES)] = "burnt"
    style: Annotated[str, words("The style of the subtitles", 40)] = "plain"
    size: Annotated[str, words("The size of the subtitles", 40)] = "medium"
    second: Annotated[str, choice("second subtitles", SECOND)] = ""


@dataclass(frozen=True, config=CONFIG)
class Titles(Part):
    """Whether a film begins with a title, and with which."""

    show: Annotated[bool, Yes] = True
    text: Annotated[str, words("The line under the title", 200)] = ""


@dataclass(frozen=True, config=CONFIG)
class Credits(Part):
    """Whether a film ends with credits, and with which."""

    show: Annotated[bool, Yes] = True
    text: Annotated[str, words("The credits", 1000)] = ""


def _check_gain(given: Any) -> tuple[tuple[float, float], ...]:
    """Points of seconds and dB in the order of time."""
    points: dict[float, float] = {}
    for point in given[:MOST_POINTS] if isinstance(given, (list, tuple)) else ():
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            raise Refusal("A point of the gain is a time in seconds and a level in dB.")
        seconds = check_number(point[0], "A point of the music's gain, in seconds,", 0, 3600)
        points[seconds] = check_number(point[1], "A point of the music's gain, in dB,", -40, 12)
    return tuple(sorted(points.items()))


def _check_hits(given: Any) -> tuple[float, ...]:
    """Moments at which the music has an accent, in seconds, in the order of time."""
    hits = given if isinstance(given, (list, tuple)) else ()
    if len(hits) > MOST_HITS:
        raise Refusal(f"This film has {len(hits)} loud beats; {MOST_HITS} is the most.")
    return tuple(sorted({check_number(hit, "A loud beat of the music, in seconds,", 0, 3600) for hit in hits}))


@dataclass(frozen=True, config=CONFIG)
class Music(Part):
    """`source` is one of MUSIC; `gain` are points of seconds and dB in the order of time, `hits` are seconds at which composed music has an accent.

    With `under` the music follows the voice: so many dB lower while somebody speaks, and `pauses` lower where nobody does. Older films have none.
    """

    SPARSE = ("artifact", "gain", "hits")

    source: Annotated[str, Field(validation_alias="from", serialization_alias="from")] = "composed"
    artifact: Annotated[str | None, shelf_file("The music")] = None
    gain: Annotated[tuple[tuple[Amount, Amount], ...], PlainValidator(_check_gain)] = ()
    hits: Annotated[tuple[Amount, ...], PlainValidator(_check_hits)] = ()
    under: Annotated[Amount | None, number("The music's distance to the voice, in dB,", 1, 24)] = None
    pauses: Annotated[Amount, number("The music's distance to the voice in pauses, in dB,", 1, 24)] = 6.0

    @model_validator(mode="before")
    @classmethod
    def _drop_of_other_sources(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        source = given.get("from")
        source = source if source in tuple(MUSIC) else "composed"
        return {name: value for name, value in given.items() if name not in MUSIC[source]} | {"from": source}

    def __post_init__(self) -> None:
        if self.source == "shelf" and self.artifact is None:
            raise Refusal("The music names no file of the shelf.")

    def left_out(self) -> set[str]:
        """Music that does not follow the voice has no distance to it."""
        return super().left_out() | ({"under", "pauses"} if self.under is None else set())


@dataclass(frozen=True, config=CONFIG)
class Sounds(Part):
    """The sounds of a film's places and of what happens, each with a level in dB over its usual one; None is off, as in older films."""

    ambience: Annotated[Amount | None, number("The level of the ambience, in dB,", -24, 12)] = None
    effects: Annotated[Amount | None, number("The level of the effects, in dB,", -24, 12)] = None


NEW_SOUND = {  # what a film that is begun has; a storyboard without these keys is one of before
    "music": {"from": "composed", "under": 13, "pauses": 6},
    "sounds": {"ambience": 0, "effects": 0},
}


def _character_of(given: Any) -> Any:
    from pipelines.figures import Character

    return given if isinstance(given, Character) else Character.from_json(json.dumps(given))


@dataclass(frozen=True, config=CONFIG)
class Member(Part):
    """A member of the cast whom the visitor changed; `artifact` is the file of the shelf that it came from, or ""."""

    character: Annotated[Any, PlainValidator(_character_of), PlainSerializer(lambda who: json.loads(who.to_json()))]
    artifact: Annotated[str, BeforeValidator(lambda id: id if FILE.fullmatch(str(id)) else "")] = ""


def _check_cast(given: Any) -> dict[str, Member]:
    """Members by the words of the pictures."""
    if not isinstance(given, Mapping):
        return {}
    if len(given) > MOST_CAST:
        raise Refusal(f"The cast of a film has at most {MOST_CAST} characters.")
    try:
        if not all(WORD.fullmatch(word) for word in given):
            raise Refusal("The cast of this storyboard cannot be read.")
        return {word.lower(): adapter(Member).validate_python(member) for word, member in given.items()}
    except (TypeError, ValueError, RecursionError):
        raise Refusal("The cast of this storyboard cannot be read.") from None


@dataclass(frozen=True, config=CONFIG)
class Approved(Part):
    """The take that was chosen for a step, and the base (everything but the seed) for which it was."""

    artifact: Annotated[str, shelf_file("the take")]
    base: Annotated[str, shelf_file("the take")]


def _check_chosen(given: Any) -> dict[str, Approved]:
    """Approved takes by step; what cannot be one is left out."""
    approved = dict[str, Approved]()
    for key, take in list(given.items())[: 4 * MOST_STORED] if isinstance(given, Mapping) else ():
        with suppress(ValidationError):
            approved[str(key)] = adapter(Approved).validate_python(take)
    return approved


def _number_scenes(given: Any) -> list[Any]:
    """Scenes with ids of their own: one that is missing, double or wrong is replaced."""
    if not isinstance(given, (list, tuple)):
        raise Refusal("The scenes of a storyboard are a list.")
    if len(given) > MOST_STORED:
        raise Refusal(f"This storyboard has {len(given)} scenes; {MOST_SCENES} is the most.")
    scenes, taken = list[Any](), set[str]()
    for place, scene in enumerate(given, 1):
        if isinstance(scene, Mapping):
            id = str(scene.get("id") or "")
            if not re.fullmatch(r"[a-z0-9-]{1,24}", id) or id in taken:
                id = next(name for n in range(place, place + MOST_STORED + 1) if (name := f"s{n}") not in taken)
            taken.add(id)
            scene = {**scene, "id": id}
        elif not isinstance(scene, Scene):
            raise Refusal(f"Scene {place} of this storyboard cannot be read.")
        scenes.append(scene)
    return scenes


@dataclass(frozen=True, config=CONFIG)
class Storyboard(Part):
    """A whole film. `described` adds a sound track on which the narrator says what is seen."""

    SPARSE = ("sounds", "loudness", "engines", "text_by")

    title: Annotated[str, words("The title", 120)] = ""
    format: Annotated[str, choice("format", FORMATS)] = "16:9"
    mood: Annotated[str, words("The mood", 40)] = "calm"
    voice: Annotated[str, words("The voice", 40)] = "af_heart"
    look: Annotated[str, words("The look", 80)] = ""
    seed: Annotated[int, PlainValidator(lambda seed: int(check_number(seed, "The seed", 0, 2**31)))] = 7
    music: Music = Music()
    subtitles: Subtitles = Subtitles()
    titles: Titles = Titles()
    described: Annotated[bool, Yes] = False
    credits: Credits = Credits()
    cast: Annotated[dict[str, Member], BeforeValidator(_check_cast)] = field(default_factory=dict)
    scenes: Annotated[tuple[Scene, ...], BeforeValidator(_number_scenes)] = ()
    chosen: Annotated[dict[str, Approved], BeforeValidator(_check_chosen)] = field(default_factory=dict)
    sounds: Sounds = Sounds()
    loudness: Annotated[str, choice("loudness", TARGETS)] = "-16"  # of the whole film
    engines: Engines = NONE
    text_by: Annotated[str, words("Who wrote the text", 120)] = ""  # the language model, "" where somebody did

    def __post_init__(self) -> None:
        """Takes of scenes that are gone go too."""
        kinds = ("picture", "look", "motion", "line")
        keys = {"music", "score", *(f"{scene.id}.{kind}" for scene in self.scenes for kind in kinds)}
        object.__setattr__(self, "chosen", {key: take for key, take in self.chosen.items() if key in keys})

    @property
    def prompts(self) -> tuple[str, ...]:
        """The description of each scene's picture, "" where it is a file."""
        return tuple(scene.picture.prompt for scene in self.scenes)


def storyboard_of(given: Any) -> Storyboard:
    """A storyboard from JSON, unknown keys dropped; scenes without an id get one. A Storyboard is given back as it is. Raises Refusal."""
    if not isinstance(given, (Mapping, Storyboard)):
        raise Refusal("This is not a storyboard.")
    try:
        board: Storyboard = adapter(Storyboard).validate_python(given)
        return board
    except ValidationError as problem:
        wrong = problem.errors(include_url=False, include_input=False)[0]
        place, sentence = wrong["loc"], str(wrong.get("ctx", {}).get("error", "This storyboard cannot be read."))
        of_scene = place[0] == "scenes" and len(place) > 1
        called = f"Scene {int(place[1]) + 1}" if of_scene else "The film"
        if "{called}" in sentence or not of_scene:
            raise Refusal(sentence.replace("{called}", called)) from None
        raise Refusal(f"{called}: {sentence}") from None


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
    shot = scene.motion.shot
    read = scene.record.scene.shot if scene.record else scene.reading.shot if scene.reading else ""
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

    def move_scene(scene: Scene) -> Scene:
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
        scenes=tuple(move_scene(scene) for scene in board.scenes),
        chosen={},
        engines=replace(
            board.engines,
            references={word: renamed[id] for word, id in board.engines.references.items() if id in renamed},
        ),
    )
