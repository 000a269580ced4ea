"""The cut: scenes joined without encoding them again, voice, music and sounds mixed, subtitles beside and inside."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.audio.loudness import TARGETS
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Text, Toggle
from pipelines.film.parts import mixing, reel, tracks
from pipelines.film.parts import subtitles as titling
from pipelines.film.parts import transitions as joins
from pipelines.film.parts.shapes import LONGEST_SECONDS, SOUND_HZ
from pipelines.hub.chat import note_writer
from pipelines.media import Accompanied, Sound, Video, save_sound

if TYPE_CHECKING:
    from pipelines.film.parts.reel import Piece

DUCKED_DB = 12.0
POSTER_SECONDS = 1.5  # into the film


@pipeline()
def cut(
    scenes: Annotated[list[Video], Input(label="Scenes", help="Dressed for this film, in order.")],
    voice: Annotated[Sound | None, Input(label="Voice", help="As long as the film.")] = None,
    music: Annotated[Sound | None, Input(label="Music", help="As long as the film.")] = None,
    sounds: Annotated[list[Sound] | None, Input(label="Sounds", help="Of single scenes.")] = None,
    descriptions: Annotated[
        Sound | None, Input(label="Descriptions", help="What is seen, said by a narrator; as long as the film.")
    ] = None,
    *,
    title: Annotated[str, Text(label="Title", max_characters=200)] = "",
    transitions: Annotated[
        str,
        Text(
            label="Transitions",
            help="How each later scene begins: cut, crossfade 12, wipe 12, morph 12.",
            placeholder="cut; crossfade 12; wipe 12",
            max_characters=4000,
        ),
    ] = "",
    subtitles: Annotated[
        str, Text(label="Subtitles", help="SubRip text; written beside the film.", lines=4, max_characters=200_000)
    ] = "",
    track: Annotated[
        bool, Toggle(label="Subtitles as a track", help="Inside the film too, to be switched on in a player.")
    ] = False,
    also: Annotated[
        str,
        Text(
            label="Subtitles in a second language",
            help="SubRip text; a track inside the film, and written beside it.",
            lines=4,
            max_characters=200_000,
            more=True,
        ),
    ] = "",
    languages: Annotated[
        str,
        Text(
            label="Languages of the subtitles",
            help="Codes of both: es en.",
            placeholder="es en",
            max_characters=20,
            check=titling.check_languages,
            more=True,
        ),
    ] = "",
    places: Annotated[
        str,
        Text(
            label="Places of sounds",
            help="When each begins in seconds, and its level in dB.",
            placeholder="3.5 -8; 9",
            max_characters=4000,
        ),
    ] = "",
    described: Annotated[
        str,
        Text(
            label="What the descriptions say",
            help="SubRip text; written beside the film.",
            lines=4,
            max_characters=200_000,
            more=True,
        ),
    ] = "",
    gain: Annotated[
        str,
        Text(
            label="Gain of the music over time",
            help="Pairs of seconds and dB.",
            placeholder="0 0; 4 -12; 9 0",
            max_characters=4000,
        ),
    ] = "",
    loudness: Annotated[str, Choice(TARGETS, label="Loudness of the film")] = "-16",
    text_by: Annotated[
        str, Text(label="Story written by", help="The language model that wrote it.", max_characters=120)
    ] = "",
    report: Report = silent,
) -> Accompanied[Video]:
    """Join scenes into a film with voice, music, sounds and subtitles.

    Packets of the scenes are copied; only where a transition shares frames they are encoded anew. H.264 and AAC in MP4; the sound is as long
    as the pictures to the sample, -16 LUFS or as chosen (EBU R128), true peaks under -1 dBTP. Beside it: subtitles.srt, subtitles.vtt, cut.json with every
    scene's frames. A second language is one more track of subtitles. With descriptions the file has a second sound track on which they are heard over the film (W3C WCAG 2.2, 1.2.5), and
    descriptions.vtt stands beside it. Raises Refusal for scenes that were not dressed alike, and past five minutes.
    """
    if text_by:
        note_writer(text_by)
    strips = [reel.Strip.of(_file(scene)) for scene in scenes]
    shared = joins.read_transitions(transitions, len(strips))
    film = reel.pieces(strips, shared)
    frames, rate = sum(piece.frames for piece in film), strips[0].rate_hz
    if frames / rate > LONGEST_SECONDS:
        raise Refusal(
            f"The film would be {frames / rate / 60:.1f} minutes long; {LONGEST_SECONDS / 60:.0f} is the most."
        )
    count = round(frames * SOUND_HZ / rate)
    spots = mixing.read_places(places, len(sounds or []), count / SOUND_HZ)
    cues, second, described_cues = titling.read_srt(subtitles), titling.read_srt(also), titling.read_srt(described)
    titling.check_languages(languages)
    spoken_in, second_in = (*languages.split(), "", "")[:2]
    if second and not second_in:
        raise Refusal("Subtitles in a second language need both languages, such as “es en”.")
    curve = mixing.gain_curve(mixing.read_gain(gain, count / SOUND_HZ), count)

    def write(path: Path, listen: Report) -> Image:
        bed = mixing.stereo(music, count) if music is not None and curve is not None else None
        heard = Sound(bed * curve[: len(bed), None], SOUND_HZ) if bed is not None and curve is not None else music
        sound = _mix(voice, heard, sounds or [], spots, count, float(loudness), part(listen, 0.0, 0.3))
        tracks.write(
            path,
            film,
            sound,
            [one for one in ((spoken_in, cues if track else []), (second_in, second)) if one[1]],
            part(listen, 0.3, 1.0),
            _mix_descriptions(sound, descriptions, count, float(loudness)),
        )
        return _poster(film)

    def pictures() -> Iterator[np.ndarray]:
        return reel.pictures(film)

    video = Video(strips[0].width, strips[0].height, rate, frames, pictures, same_pictures=True, write=write)
    files = {"cut.json": _scenes_json(strips, shared, float(rate), frames)}
    if cues:
        files |= {"subtitles.srt": titling.srt(cues).encode(), "subtitles.vtt": titling.vtt(cues).encode()}
    if second:
        files |= {f"subtitles.{second_in}.srt": titling.srt(second).encode()}
        files |= {f"subtitles.{second_in}.vtt": titling.vtt(second).encode()}
    if described_cues:
        files["descriptions.vtt"] = titling.vtt(described_cues).encode()
    if descriptions is not None:
        files["descriptions.flac"] = _flac(descriptions)
    return Accompanied(video, files)


def _file(scene: Video) -> Path:
    if scene.file is None:
        raise Refusal("A scene of the cut must be a file; dress it first.")
    return scene.file


def _mix(
    voice: Sound | None,
    music: Sound | None,
    sounds: list[Sound],
    spots: list[tuple[float, ...]],
    count: int,
    target: float,
    report: Report,
) -> np.ndarray | None:
    """The mix [n,2] at 48 kHz; None when nothing is heard at all."""
    report(Progress(0, 3, "Mixing the sound"))
    track = np.zeros((count, 2), np.float32)
    for one, gain_db in ((voice, 0.0), (music, mixing.MUSIC_DB)):
        if one is not None:
            heard = mixing.stereo(one, count)
            track[: len(heard)] += heard * np.float32(10 ** (gain_db / 20))
    report(Progress(1, 3, "Mixing the sound"))
    levels = [spot[1] if len(spot) > 1 else 0.0 for spot in spots]
    if sounds:
        track += mixing.laid(
            [mixing.stereo(sound, count) for sound in sounds], [spot[0] for spot in spots], levels, count
        )
    report(Progress(2, 3, "Setting the loudness"))
    return mixing.master_mix(mixing.fade_out(track, 0.5), target) if track.any() else None


def _mix_descriptions(
    sound: np.ndarray | None, descriptions: Sound | None, count: int, target: float
) -> np.ndarray | None:
    """The film's sound with the descriptions over it [n,2]; while they speak, the film is 12 dB lower."""
    if descriptions is None:
        return None
    over = mixing.stereo(descriptions, count)
    track = (
        mixing.fit_bed(sound, descriptions, count, DUCKED_DB) if sound is not None else np.zeros((count, 2), np.float32)
    )
    track[: len(over)] += over[: len(track)]
    return mixing.master_mix(mixing.fade_out(track, 0.5), target) if track.any() else None


def _flac(sound: Sound) -> bytes:
    """A sound as FLAC, to be played beside the film where a player offers no second track."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "descriptions.flac"
        save_sound(sound, path)
        return path.read_bytes()


def _poster(film: list[Piece]) -> Image:
    wanted = round(POSTER_SECONDS * film[0].strip.rate_hz)
    return PillowImage.fromarray(deque(islice(reel.pictures(film), wanted + 1), maxlen=1)[0])


def _scenes_json(strips: list[reel.Strip], shared: list[joins.Transition], rate: float, frames: int) -> bytes:
    """Where each scene lies in the film, in frames."""
    at, scenes = 0, []
    for number, strip in enumerate(strips):
        begins = shared[number - 1] if number else joins.Transition()
        at -= begins.frames
        scenes.append({"start": at, "frames": strip.frames, "transition": begins.kind, "shared": begins.frames})
        at += strip.frames
    whole: dict[str, Any] = {"rate": rate, "frames": frames, "scenes": scenes}
    return (json.dumps(whole, separators=(",", ":")) + "\n").encode()
