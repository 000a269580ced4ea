"""A result in another format: converted, then signed again with the original as its parent and the same recipe inside.

Only a PSD with layers is not signed, because C2PA has no place in one; its XMP says whether a model or code made it.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import media
from pipelines.core.kinds import KINDS
from pipelines.core.settings import Refusal
from studio import __version__
from studio.provenance.certificate import Certificate
from studio.storage.artifacts import Artifact
from studio.storage.store import Store, plain_words, two_files

if TYPE_CHECKING:
    from studio.provenance.signing import Statement

LAYERED = ".psd"
REPORT = ".pdf"  # of a result of the red team
LONGEST_SECONDS = 30.0  # of a moving GIF or WebP
LONGEST_PX = 640


def formats_of(artifact: Artifact) -> tuple[str, ...]:
    """The endings in which this result can be exported."""
    from studio.provenance.redteam_pdf import is_report

    return (*KINDS[artifact.kind].exports, *((REPORT,) if is_report(artifact) else ()))


def export_result(
    store: Store, certificate: Certificate, artifact: Artifact, ending: str, language: str = "en"
) -> Path:
    """A new file under work/new, in the format of `ending`, a report in a language; whoever asked moves or removes it. Raises Refusal."""
    if ending not in formats_of(artifact):
        offered = ", ".join(formats_of(artifact)) or "no other format"
        raise Refusal(f"This is exported as {offered}, not as {ending or 'a file without an ending'}.")
    with two_files(store.new_file, ending) as (plain, signed), plain_words():
        if artifact.kind == "verdict":
            from studio.provenance.report import exported_report

            exported_report(store, certificate, artifact, plain, signed, language)
        elif ending == REPORT:
            from studio.provenance.redteam_pdf import exported_redteam

            exported_redteam(store, certificate, artifact, plain, signed)
        elif ending == LAYERED:
            signed.write_bytes(_psd_of(artifact, certificate))
        else:
            _convert(artifact, plain)
            _sign(artifact, plain, signed, certificate)
    return signed


def _convert(artifact: Artifact, path: Path) -> None:
    if artifact.kind == "sound":
        media.save_sound(media.load_sound(artifact.path), path)
    elif artifact.kind == "video":
        _moving(media.load_video(artifact.path), path)
    else:
        media.save_image(media.load_image(artifact.path, alpha=path.suffix == ".webp"), path)


def _psd_of(artifact: Artifact, certificate: Certificate) -> bytes:
    """The layers of a picture as PSD."""
    from pipelines.media.openraster import read_document
    from pipelines.media.photoshop import psd
    from studio.provenance.xmp import packet_of

    layers = media.load_layers(artifact.path)
    return psd(
        read_document(layers.archive), layers.picture, packet_of(_statement(artifact, LAYERED, certificate).source_type)
    )


def _moving(video: media.Video, path: Path) -> None:
    """A GIF or WebP that loops, at most 640 px wide and 15 frames a second."""
    import cv2
    from PIL import Image

    if video.seconds > LONGEST_SECONDS:
        raise Refusal(
            f"A moving {path.suffix[1:].upper()} is at most {LONGEST_SECONDS:.0f} s long; the MP4 is not limited."
        )
    scale = min(1.0, LONGEST_PX / max(video.width, video.height))
    size = max(2, round(video.width * scale)), max(2, round(video.height * scale))
    every = max(1, round(float(video.rate_hz) / 15))
    shown = video.frame_count // every + (video.frame_count % every > 0)
    pictures = (
        Image.fromarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA))
        for frame in itertools.islice(video.frames(), 0, shown * every, every)
    )
    first = next(pictures, None)
    if first is None:
        raise Refusal("This video has no pictures in it.")
    settings = {"quality": 80, "method": 2} if path.suffix == ".webp" else {"optimize": False}
    first.save(
        path,
        save_all=True,
        append_images=pictures,
        duration=_durations(shown, every / float(video.rate_hz), 10 if path.suffix == ".gif" else 1),
        loop=0,
        **settings,
    )


def _durations(count: int, seconds: float, step_ms: int) -> list[int]:
    """How long each picture is shown, in milliseconds: GIF counts in hundredths of a second, so they take turns to keep time."""
    ends = [round(1000 * seconds * number / step_ms) * step_ms for number in range(count + 1)]
    return [later - earlier for earlier, later in itertools.pairwise(ends)]


def _sign(artifact: Artifact, plain: Path, signed: Path, certificate: Certificate) -> None:
    from studio.provenance.signing import sign

    sign(plain, signed, _statement(artifact, plain.suffix, certificate), certificate)


def _statement(artifact: Artifact, ending: str, certificate: Certificate) -> Statement:
    """What the same result says of itself in another format."""
    from studio.provenance.signing import Parent, Statement, read_credential

    media_type = media.MEDIA_TYPES[ending]
    record = read_credential(artifact.path, certificate, artifact.media_type).record or {}
    made = artifact.call is not None and not artifact.call.inputs
    parent = Parent(artifact.path, artifact.title, "parentOf", artifact.media_type)
    trained = bool(artifact.facts.get("models"))
    return Statement(artifact.title, media_type, made, record, (parent,), __version__, trained=trained)
