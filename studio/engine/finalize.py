"""From a pipeline's result to a file that can leave the studio: invisible mark, encoding, hash, signature, thumbnail."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL.Image import Image

from pipelines import media
from pipelines.core.aliases import slots_of
from pipelines.core.facts import LIBRARIES, Facts
from pipelines.core.kinds import KINDS, fits
from pipelines.core.models import ModelCard, sha256_of, where
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import declaration
from pipelines.core.settings import Form, Refusal, settings_of, slot_of
from studio import __version__
from studio.provenance.certificate import Certificate
from studio.storage.artifacts import Artifact, Call, recipe_of, without_private_text
from studio.storage.store import two_files

if TYPE_CHECKING:
    import numpy as np

    from studio.provenance.signing import Parent, Relationship, Statement

MARKED_EVERY = 24  # video frames that share one residual of the invisible mark
NO_COPY = "No copy without texts and settings could be made."
ENCODERS = ("numpy", "PIL", "cv2")  # have a part in every result: marks, encoding, thumbnails


@dataclass
class Finished:
    """A result as a signed file under work/new, not yet on a shelf."""

    path: Path
    thumbnail: bytes
    facts: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def mark_of(artifact_id: str) -> int:
    """The 32 bits of the invisible mark: the beginning of the artifact's id."""
    return int(artifact_id[:8], 16)


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Of the studio, of Python, and of the libraries that had a part in the result."""
    found = {"studio": __version__, "python": platform.python_version()}
    known = {name: version_of_package(name) for package, name in LIBRARIES.items() if package in packages}
    return found | {name: one for name, one in known.items() if one}


@lru_cache(maxsize=64)
def version_of_package(name: str) -> str:
    """The version of a distribution, read once; "" where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def model_facts(cards: tuple[ModelCard, ...]) -> list[dict[str, Any]]:
    """What a result says about each model; a hub's single file is hashed here, a package's was checked when it arrived."""
    return [
        {
            "name": card.name,
            "sha256": card.sha256 or _hash_here(card),
            "licence": card.licence,
            "commercial": card.commercial,
            "caveat": card.caveat,
        }
        for card in cards
    ]


@lru_cache(maxsize=64)
def _hash_here(card: ModelCard) -> str:
    path = where(card)
    return sha256_of(path) if path is not None and path.is_file() else card.revision


class Marker:
    """Adds the invisible mark to the frames of a video: one residual for some frames, made again at each change of scene."""

    def __init__(self, payload: int) -> None:
        self.payload, self.count = payload, 0
        self.steps: list[np.ndarray] | None = None
        self.seen: np.ndarray | None = None

    def __call__(self, frame: np.ndarray) -> np.ndarray:
        from pipelines.watermark import picture as mark

        small = frame[::16, ::16].astype("float32")
        changed = self.seen is None or self.seen.shape != small.shape or abs(small - self.seen).mean() > 12
        if changed or self.count % MARKED_EVERY == 0:
            residual = mark.residual(frame, self.payload)
            self.steps, self.seen = mark.split_steps(mark.steps(residual, *frame.shape[1::-1])), small
        self.count += 1
        assert self.steps is not None
        return mark.stamp_steps(frame, self.steps)


Written = tuple[Image | None, dict[str, Any]]  # what the thumbnail is made of, and measurements


def write(kind: str, result: Any, path: Path, payload: int | None, report: Report) -> Written:
    """Encode a result, with the invisible mark in pictures, videos and sounds unless `payload` is None."""
    if kind in MARKED:
        return MARKED[kind](result, path, payload, report)
    KINDS[kind].write()(result, path)
    return None, MEASURED[kind](result) if kind in MEASURED else {}


def _write_picture(picture: Image, path: Path, payload: int | None, report: Report) -> Written:
    report(Progress(0, 3, "Marking"))
    marked = picture if payload is None else _add_mark(picture, payload)
    report(Progress(1, 3, "Writing"))
    media.save_image(marked, path)
    report(Progress(2, 3, "Writing"))
    return marked, {"width": marked.width, "height": marked.height}


def _write_picture_of(
    result: media.Layers | media.Character, path: Path, payload: int | None, report: Report
) -> Written:
    return _write_picture(result.picture, path, payload, report)


def _write_video(video: media.Video, path: Path, payload: int | None, report: Report) -> Written:
    poster = media.save_video(video, path, each=None if payload is None else Marker(payload), report=report)
    measured = {"width": poster.width, "height": poster.height, "seconds_long": round(video.seconds, 3)}
    return poster, {**measured, "frames": video.frame_count, "rate_hz": float(video.rate_hz)}


def _write_sound(sound: media.Sound, path: Path, payload: int | None, report: Report) -> Written:
    from pipelines.watermark import sound as mark_sound

    report(Progress(0, 3, "Marking"))
    samples = sound.samples
    if payload is not None:
        samples = mark_sound.embed(samples, sound.rate_hz, payload)
    report(Progress(1, 3, "Writing"))
    media.save_sound(media.Sound(samples, sound.rate_hz), path)
    return None, {"seconds_long": round(sound.seconds, 3), "rate_hz": sound.rate_hz, "has_sound": True}


MARKED: dict[str, Callable[[Any, Path, int | None, Report], Written]] = {
    "image": _write_picture,
    "layers": _write_picture_of,
    "character": _write_picture_of,
    "video": _write_video,
    "sound": _write_sound,
}
MEASURED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "words": lambda words: {"words": len(words.text.split()), "beginning": words.text[:200]},
    "verdict": lambda verdict: {"beginning": str(verdict.detail.get("verdict", ""))},
    "network": lambda network: {"about": network.about},
}


def carried_mark(result: Any, parents: Iterable[Artifact]) -> str | None:
    """The mark that a result has already, because it is put together from marked parents; a second one would make both unreadable.

    None: it has none yet. Several parents with marks: an empty string, for each part keeps its own.
    """
    if not (getattr(result, "same_pictures", False) or getattr(result, "same_sounds", False)):
        return None
    kind = "video" if isinstance(result, media.Video) else "sound"
    marks = {str(parent.facts["mark"]) for parent in parents if parent.kind == kind and parent.facts.get("mark")}
    if not marks and getattr(result, "write", None) is None:
        return None
    return marks.pop() if len(marks) == 1 else ""


def _add_mark(picture: Image, payload: int) -> Image:
    """The picture with the invisible mark; where it has transparency, that stays as it is."""
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.watermark import picture as mark

    marked = PillowImage.fromarray(mark.embed(np.asarray(picture.convert("RGB")), payload))
    if picture.mode == "RGBA":
        marked.putalpha(picture.getchannel("A"))
    return marked


def _unpack_result(result: Any) -> tuple[Any, Mapping[str, bytes], Image | None]:
    """A result, the files beside it, and its poster if it brings one."""
    files: dict[str, bytes] = {}
    poster = None
    if isinstance(result, media.Accompanied):
        files = {name.replace("/", "-"): data for name, data in result.files.items()}
        poster, result = result.poster, result.main
    if isinstance(result, media.Layers):
        files["layers.ora"] = result.archive
    if isinstance(result, media.Character):
        files[media.CHARACTER_FILE] = result.text.encode()
    return result, files, poster


def finalize(
    result: Any,
    call: Call,
    new_file: Callable[[str], Path],
    parents: dict[str, Artifact],
    ancestor: Callable[[str], Artifact | None],
    certificate: Certificate,
    *,
    run: Facts | None = None,
    title: str = "",
    private: bool = False,
    last_preview: Image | None = None,
    report: Report,
) -> Finished:
    """Mark, write, hash and sign one result. C2PA and IPTC say what it is; the recipe (words left out if `private`) goes inside."""
    from studio.provenance.signing import can_carry, sign

    form, run = settings_of(_function(call)), run or Facts()
    kind = form.returns
    result, files, poster = _unpack_result(result)
    with two_files(new_file, KINDS[kind].suffix) as (unsigned, signed):
        carried = carried_mark(result, parents.values())
        shown, facts = write(
            kind, result, unsigned, mark_of(call.id) if carried is None else None, part(report, 0.0, 0.95)
        )
        facts |= {"payload_sha256": sha256_of(unsigned), "models": model_facts(run.cards), "device": run.device}
        own = f"{mark_of(call.id):08x}" if kind in MARKED else ""
        facts |= {"versions": versions(run.packages | set(ENCODERS)), "mark": own if carried is None else carried}
        if files:
            facts["files"] = [{"name": name, "bytes": len(data)} for name, data in files.items()]
        artifact = Artifact(call.id, "", kind, media.MEDIA_TYPES[signed.suffix], signed, title, call)
        embedded = without_private_text(call) if private else call
        record = {
            "id": call.id,
            **embedded.as_dict(),
            **{name: facts[name] for name in ("payload_sha256", "models", "device", "versions")},
            "recipe": recipe_of(artifact, ancestor, private=private),
        }
        if can_carry(artifact.media_type):
            statement = _statement(form, artifact, record, parents, trained=bool(run.models), private=private)
            report(Progress(97, 100, "Signing"))
            sign(unsigned, signed, statement, certificate)
            facts["signed"] = True
        else:
            unsigned.replace(signed)
            facts["signed"] = False
        picture = poster or shown or last_preview
        small = media.thumbnail(picture) if picture else blank_thumbnail(kind, str(facts.get("beginning", "")))
        return Finished(signed, small, facts, files)


def _statement(
    form: Form,
    artifact: Artifact,
    record: dict[str, Any],
    parents: Mapping[str, Artifact | None],
    *,
    trained: bool,
    private: bool,
) -> Statement:
    """What is signed: what the file is, how it was made, and from what (None: it is gone); without a visitor's words if `private`."""
    from studio.provenance.signing import Statement

    main = next((s.name for s in form.slots if s.name in parents and not s.many and fits(artifact.kind, s.kind)), None)
    # what is put together from several has no one parent
    return Statement(
        title=form.summary if private else artifact.title or form.summary,
        media_type=artifact.media_type,
        generated=main is None,
        record=record,
        parents=tuple(
            _parent(
                parent,
                "parentOf" if place == main else "inputTo" if slot_of(place) == place else "componentOf",
                private,
            )
            for place, parent in parents.items()
        ),
        software_version=__version__,
        trained=trained or artifact.kind == "network",
    )


def _parent(artifact: Artifact | None, relationship: Relationship, private: bool) -> Parent:
    """One file from which a result was made; only its kind if `private`, since its own credential may hold words too."""
    from studio.provenance.signing import Parent

    if artifact is None:
        return Parent(None, "file", relationship)
    if private or artifact.media_type.split("/")[0] not in ("image", "video", "audio"):
        return Parent(None, artifact.kind if private else artifact.title, relationship, artifact.media_type)
    return Parent(artifact.path, artifact.title, relationship, artifact.media_type)


def without_record(
    artifact: Artifact, find_artifact: Callable[[str], Artifact | None], certificate: Certificate, copy: Path
) -> None:
    """Write a copy of a signed result that differs only in its credential, which does not say how it was made. Raises Refusal."""
    from studio.provenance.signing import SigningError, read_credential, sign

    assert artifact.call is not None
    form = settings_of(_function(artifact.call))
    parents = {place: find_artifact(id) for place, id in slots_of(form.pipeline, artifact.call.inputs).items()}
    statement = _statement(form, artifact, {}, parents, trained=bool(artifact.facts.get("models")), private=True)
    with suppress(SigningError, FileNotFoundError):
        if read_credential(artifact.path, certificate, artifact.media_type).state not in ("broken", "none"):
            sign(artifact.path, copy, statement, certificate)
            return
    raise Refusal(NO_COPY)


def sign_half(
    preview: Path,
    call: Call,
    new_file: Callable[[str], Path],
    parents: Mapping[str, Artifact],
    certificate: Certificate,
) -> Path:
    """The picture at which a call was stopped as a new file: marked and signed as what the call makes, without its recipe."""
    from PIL import Image as PillowImage

    from studio.provenance.signing import sign

    form = settings_of(_function(call))
    with two_files(new_file, ".png") as (plain, signed), PillowImage.open(preview) as picture:
        write("image", picture.convert("RGB"), plain, mark_of(call.id), silent)
        artifact = Artifact(call.id, "", "image", "image/png", signed, form.summary, call)
        trained = bool(declaration(_function(call)).models)
        sign(plain, signed, _statement(form, artifact, {}, parents, trained=trained, private=True), certificate)
        return signed


def _function(call: Call) -> Callable[..., Any]:
    from pipelines.core.run import find

    return find(call.pipeline)


def blank_thumbnail(kind: str, text: str = "") -> bytes:
    """For kinds that cannot be seen: paper with the kind's name, or the beginning of what it says."""
    from textwrap import wrap

    from PIL import Image as PillowImage
    from PIL import ImageDraw, ImageFont

    picture = PillowImage.new("RGB", (384, 384), "#F4EFE7")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(28)
    if text.strip():
        for row, line in enumerate(wrap(text, 22)[:8]):
            draw.text((32, 40 + 38 * row), line, fill="#1E1B18", font=font)
    else:
        draw.text((192, 192), kind, fill="#1E1B18", anchor="mm", font=font)
    return media.thumbnail(picture)
