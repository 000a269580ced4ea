"""What keeps a film from being rendered, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pipelines.core.settings import Refusal
from studio.film import engines
from studio.film.storyboard import MOST_SCENES, Scene, Storyboard

KindOf = Callable[[str], str | None]  # of a file by its id; None for what is not on the shelf


def problems(board: Storyboard, kind_of: KindOf) -> list[str]:
    """Everything that keeps the film from being rendered; empty when nothing does."""
    from pipelines.audio.voices import options
    from pipelines.stylize.parts.stylers import style_names

    voices, looks, sentences = options(), style_names(), list[str]()
    if not board.scenes:
        sentences.append("This film has no scenes yet; add one.")
    if len(board.scenes) > MOST_SCENES:
        sentences.append(f"This film has {len(board.scenes)} scenes; {MOST_SCENES} is the most.")
    sentences += _unknown_choices(board, voices, looks)
    if board.music.artifact is not None and kind_of(board.music.artifact) != "sound":
        sentences.append("The music is gone from your shelf; choose another.")
    sentences += _of_engines(board)
    for number, scene in enumerate(board.scenes, 1):
        sentences += _of_scene(scene, f"Scene {number}: ", kind_of, voices, looks)
    return sentences


def models_used(board: Storyboard) -> list[engines.Use]:
    """The hub models of a film."""
    return engines.models_used(board.engines, {s.id: (s.engines, s.picture.artifact is not None) for s in board.scenes})


def _of_engines(board: Storyboard) -> Iterable[str]:
    """Models that this studio does not know, and those that are not on this machine."""
    for number, scene in enumerate(board.scenes, 1):
        for slot in ("picture", "motion", "voice"):
            try:
                engines.chosen_for(board.engines, scene.engines, slot)
            except Refusal as problem:
                yield f"Scene {number}: {problem}"
    try:
        engines.engine("music", board.engines.music or "")
    except Refusal as problem:
        yield f"The film: {problem}"
    yield from (engines.missing(use) for use in models_used(board) if not use.present)


def _gone(what: str, value: str, where: str) -> str:
    return f"{where}the {what} “{value}” is gone; choose another."


def _unknown_choices(board: Storyboard, voices: Mapping[str, str], looks: Mapping[str, str]) -> Iterable[str]:
    from pipelines.compose.parts.moods import MOODS
    from pipelines.film.parts.lettering import SIZES, STYLES

    choices: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("mood", board.mood, MOODS),
        ("voice", board.voice, voices),
        ("look", board.look, {**looks, "": ""}),
        ("style of subtitles", board.subtitles.style, STYLES),
        ("size of subtitles", board.subtitles.size, SIZES),
    )
    return (_gone(what, value, "The film: ") for what, value, known in choices if value not in known)


def _of_scene(
    scene: Scene, where: str, kind_of: KindOf, voices: Mapping[str, str], looks: Mapping[str, str]
) -> Iterable[str]:
    from pipelines.core.kinds import called, fits

    if scene.look and scene.look not in looks:
        yield _gone("look", scene.look, where)
    if scene.voice and scene.voice not in voices:
        yield _gone("voice", scene.voice, where)
    if scene.picture.artifact is not None:
        kind = kind_of(scene.picture.artifact)
        if kind is None:
            yield f"{where}its picture is gone from your shelf; choose another."
        elif not fits(kind, "image") and kind != "video":
            yield f"{where}choose a picture or a video; this is {called(kind)}."
    elif not scene.picture.prompt and not (scene.record and scene.record.hand):
        yield f"{where}say what the picture shows, or choose one."
    if scene.thing and scene.picture.artifact is None and not fits(kind_of(scene.thing.artifact) or "", "image"):
        yield f"{where}your own thing “{scene.thing.name}” is gone from your shelf; “Let the words decide again” takes it out."
    if scene.sound and kind_of(scene.sound.artifact) != "sound":
        yield f"{where}its sound is gone from your shelf; choose another."
