"""A film handed over as one signed ZIP: the film, subtitles, stems, pictures, a timeline for editing programs, recipe, credits and licences."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import media
from pipelines.core.settings import Refusal
from pipelines.film.parts.shapes import RATE_HZ
from pipelines.media import Sound, beside, zips
from studio import __version__
from studio.film.credits import credit_lines, models_by_role
from studio.film.describe import file_stem
from studio.film.plan import Plan
from studio.film.storyboard import as_json
from studio.storage.artifacts import Artifact, recipe_of
from studio.storage.store import plain_words, two_files

if TYPE_CHECKING:
    from studio.film.library import Film, Films
    from studio.provenance.certificate import Certificate
    from studio.storage.store import Store

README = """{title}

{film}          the film, signed; its content credential lists everything it was made from
subtitles.srt, .vtt     subtitles, if the film has any
descriptions.vtt        what is seen, if the film is described; the film has it as a second sound track
stems/                  voice, music, ambience, effects and sounds, each as long as the film (48 kHz FLAC)
pictures/               the picture of every scene as it was filmed
scenes/                 every scene as moving pictures, title and credits too
{timeline}
recipe.json             how to make it again: every step with its settings and seeds
storyboard.json         the storyboard; python -m studio film storyboard.json out=film.mp4
credits.txt             who and what had a part in it, with licences"""

TIMELINE = {
    True: "timeline.otio           the cut as an OpenTimelineIO timeline; paths are relative to this folder",
    False: "(There is no timeline.otio: OpenTimelineIO has no version yet for the Python of this studio.)",
}


def films_of(store: Store) -> Films:
    """The films of a store in a process that serves no page, such as a worker."""
    from studio.access.audit import AuditLog
    from studio.access.tally import Tally
    from studio.engine.local_queue import LocalQueue
    from studio.engine.runners import InProcess
    from studio.film.library import Films
    from studio.provenance.certificate import certificate

    @dataclass
    class Parts:
        store: Store
        jobs: LocalQueue
        certificate: Certificate
        tally: Tally

    parts = Parts(
        store, LocalQueue(store, InProcess()), certificate(store.home / "identity"), Tally(AuditLog(store.home))
    )
    return Films(parts)


def handoff(store: Store, *, session: str, film: str, size: str) -> str:
    """The ZIP of a film as the path of a new file under work/new, made in a worker. Raises Refusal."""
    films = films_of(store)
    return str(pack_handoff(films, films.film(session, film), size))


def pack_handoff(films: Films, film: Film, size: str) -> Path:
    """The signed ZIP as a new file under work/new; whoever asked moves or removes it. Raises Refusal when the film is not rendered."""
    plan = films.plan(film, size)
    cut = films.store.artifact(film.session, plan.cut.artifact) if plan.cut and plan.cut.made else None
    if cut is None:
        raise Refusal("The film has changed; render it first.")
    with two_files(films.store.new_file, ".zip") as (plain, signed), plain_words():
        zips.write_archive(plain, _contents(films, film, plan, cut))
        _sign(films, film, cut, plain, signed)
    return signed


def _contents(films: Films, film: Film, plan: Plan, cut: Artifact) -> Iterable[tuple[str, bytes | Path]]:
    store, session = films.store, film.session
    name = f"{file_stem(film.title)}.mp4"
    files = {
        step.key: one for step in plan.steps.values() if (one := store.artifact(session, step.artifact)) is not None
    }
    otio = _timeline_library()
    yield "README.txt", README.format(title=film.title or "Untitled", film=name, timeline=TIMELINE[bool(otio)]).encode()
    yield name, cut.path
    second = film.board.subtitles.second or "none"
    for words in (
        "subtitles.srt",
        "subtitles.vtt",
        f"subtitles.{second}.srt",
        f"subtitles.{second}.vtt",
        "descriptions.vtt",
    ):
        if (path := beside(cut.path) / words).is_file():
            yield words, path
    for stem in ("voice", "music", "descriptions"):
        if stem in files:
            yield f"stems/{stem}.flac", _flac(films, media.load_sound(files[stem].path))
    for name, sounds in _sounds(films, plan, cut):
        yield f"stems/{name}.flac", _flac(films, sounds)
    for number, scene in enumerate(film.board.scenes, 1):
        shown = files.get(f"{scene.id}.look") or files.get(f"{scene.id}.picture")
        if shown is not None and shown.kind != "video":
            yield f"pictures/{number:02d}{shown.path.suffix}", shown.path
    for file, step in _segments(film, plan):
        yield file, files[step].path
    if otio is not None:
        yield "timeline.otio", _timeline(otio, film, plan, cut).encode()
    recipe = recipe_of(cut, lambda id: store.artifact(session, id))
    yield "recipe.json", _json(recipe)
    yield "storyboard.json", _json(as_json(film.board))
    yield "credits.txt", _credits(film, [one for key, one in files.items() if key != "cut"]).encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _flac(films: Films, sound: Sound) -> bytes:
    path = films.store.new_file(".flac")
    try:
        media.save_sound(sound, path)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _sounds_by_stem(plan: Plan, cut: Artifact) -> dict[str, list[int]]:
    """Which of the cut's sounds stand on which stem, by their numbers from 0: ambience, effects, or sounds that a visitor brought."""
    assert cut.call is not None
    kinds = {step.artifact: step.kind for step in plan.steps.values() if step.kind in ("ambience", "effects")}
    ids = [cut.call.inputs[place] for place in sorted(cut.call.inputs, key=len) if place.startswith("sounds.")]
    numbers: dict[str, list[int]] = {}
    for number, id in enumerate(ids):
        numbers.setdefault(kinds.get(id, "sounds"), []).append(number)
    return numbers


def _sounds(films: Films, plan: Plan, cut: Artifact) -> Iterable[tuple[str, Sound]]:
    """The sounds beside voice and music in their places, as the cut has them; a stem of which a file is gone is left out."""
    from pipelines.film.parts import mixing
    from pipelines.film.parts.shapes import SOUND_HZ

    assert cut.call is not None
    count, stems = round(plan.frames * SOUND_HZ / RATE_HZ), _sounds_by_stem(plan, cut)
    spots = mixing.read_places(cut.call.settings["places"], sum(map(len, stems.values())), count / SOUND_HZ)
    for name, numbers in stems.items():
        files = [films.store.artifact(cut.session, cut.call.inputs[f"sounds.{number + 1}"]) for number in numbers]
        if None in files:
            continue
        heard = [mixing.stereo(media.load_sound(file.path), count) for file in files if file]
        starts, levels = zip(*((spots[n][0], spots[n][1] if len(spots[n]) > 1 else 0.0) for n in numbers), strict=True)
        yield name, Sound(mixing.laid(heard, starts, levels, count), SOUND_HZ)


def _segments(film: Film, plan: Plan) -> list[tuple[str, str]]:
    """File name and step of everything that the cut is joined from, in order."""
    numbers = {scene.id: n for n, scene in enumerate(film.board.scenes, 1)}
    return [
        (f"scenes/{numbers[w.id]:02d}.mp4", f"{w.id}.segment") if w.id in numbers else (f"scenes/{w.id}.mp4", w.id)
        for w in plan.timeline
    ]


def _timeline_library() -> Any:
    """OpenTimelineIO, or None where it has no wheel for this Python (3.14)."""
    try:
        import opentimelineio
    except ModuleNotFoundError:
        return None
    return opentimelineio


def _timeline(otio: Any, film: Film, plan: Plan, cut: Artifact) -> str:
    """The cut as OpenTimelineIO (0.18): a track of scenes with transitions, a track for each stem, and markers for subtitles."""

    def time(frames: float) -> Any:
        return otio.opentime.RationalTime(frames, RATE_HZ)

    def span(start: float, frames: float) -> Any:
        return otio.opentime.TimeRange(time(start), time(frames))

    def clip(name: str, url: str, start: int, frames: int, available: int) -> Any:
        return otio.schema.Clip(name, otio.schema.ExternalReference(url, span(0, available)), span(start, frames))

    timeline = otio.schema.Timeline(film.title or "Untitled", metadata={"made_with": f"Afternoon Studio {__version__}"})
    pictures = otio.schema.Track("Pictures", kind=otio.schema.TrackKind.Video)
    for (file, _), where in zip(_segments(film, plan), plan.timeline, strict=True):
        before = where.begin // 2  # the cut lies in the middle of what a transition shares
        if where.begin:
            kind = (
                otio.schema.TransitionTypes.SMPTE_Dissolve
                if where.kind == "crossfade"
                else otio.schema.TransitionTypes.Custom
            )
            joined = otio.schema.Transition(
                where.kind, kind, time(before), time(where.begin - before), metadata={"kind": where.kind}
            )
            pictures.append(joined)
        shown = where.frames - before - (where.end - where.end // 2)
        pictures.append(clip(where.id, file, before, shown, where.frames))
    timeline.tracks.append(pictures)
    for stem in [name for name in ("voice", "music") if name in plan.steps] + [*_sounds_by_stem(plan, cut)]:
        track = otio.schema.Track(stem.capitalize(), kind=otio.schema.TrackKind.Audio)
        track.append(clip(stem, f"stems/{stem}.flac", 0, plan.frames, plan.frames))
        timeline.tracks.append(track)
    for cue in plan.cues:
        marker = otio.schema.Marker(
            cue.text, span(round(cue.start * RATE_HZ), max(1, round((cue.end - cue.start) * RATE_HZ)))
        )
        pictures.markers.append(marker)
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def _credits(film: Film, parts: list[Artifact]) -> str:
    lines = [film.title or "Untitled", "", *credit_lines(film.board, parts), "", "Models and licences", ""]
    seen = {str(model["name"]): model for part in parts for model in part.facts.get("models", [])}
    roles = models_by_role(parts)
    for name, model in seen.items():
        role = next((role for role, models in roles.items() if name in models), "")
        use = "commercial use allowed" if model.get("commercial", True) else "not for commercial use"
        caveat = f" {model['caveat']}" if model.get("caveat") else ""
        lines.append(f"{name} ({role.lower() or 'part'}): {model['licence']}, {use}.{caveat}")
    lines += ["", "Faces: Fraunces and Inter, SIL Open Font License 1.1."]
    return "\n".join(lines) + "\n"


def _sign(films: Films, film: Film, cut: Artifact, plain: Path, signed: Path) -> None:
    from studio.provenance.signing import Parent, Statement, read_credential, sign

    certificate = films.studio.certificate
    record = read_credential(cut.path, certificate, cut.media_type).record or {}
    parent = Parent(cut.path, cut.title, "componentOf", cut.media_type)
    title = f"{film.title or 'Untitled'}, handed over"
    sign(plain, signed, Statement(title, "application/zip", True, record, (parent,), __version__), certificate)
