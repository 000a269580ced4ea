"""What the command line and Python make alike: files of this machine into slots, one call through the queue's row, the result into a file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.core.kinds import KINDS
from pipelines.core.run import find
from pipelines.core.settings import Refusal, settings_of
from pipelines.media import beside
from studio.commands.admin import MACHINE_SESSION as SESSION
from studio.engine.exports import export_result, formats_of
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, Call, checked_call
from studio.studio import Studio

MOST_TIMINGS_BYTES = 20_000_000
COMPANY = {"sound": (".mid", ".musicxml"), "layers": (".ora",)}  # what may lie beside a result of a kind


def take_in(studio: Studio, path: str, kind: str) -> Artifact:
    """A file of this machine, examined and put on the command line's shelf."""
    source = Path(path)
    if not source.is_file():
        raise Refusal(f"There is no file {path}.")
    copy = studio.store.new_file(source.suffix[:12])
    shutil.copyfile(source, copy)
    taken = receive(
        studio.store,
        studio.intake,
        studio.certificate,
        SESSION,
        copy,
        source.name,
        kinds=[kind],
    )
    timings = source.with_name(f"{source.stem}.words.json")  # as the command line writes them next to speech
    if kind == "sound" and timings.is_file() and timings.stat().st_size < MOST_TIMINGS_BYTES:
        beside(taken.path).mkdir(exist_ok=True)
        shutil.copyfile(timings, beside(taken.path) / "words.json")
    return taken


def read_text(file: Path, most_bytes: int) -> str:
    """The text of a file, or of the standard input for -. Raises Refusal for one that is missing, too large or no text."""
    try:
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as stream:
            data = stream.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise Refusal(f"{file} is larger than {most_bytes // 1000} kB; please shorten it.")
        return data.replace(b"\0", b"\xff").decode("utf-8-sig")  # a zero byte is no text
    except FileNotFoundError:
        raise Refusal(f"There is no file {file}.") from None
    except OSError as problem:
        raise Refusal(f"{file} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise Refusal(f"{file} is no text in UTF-8; please save it as such.") from None


def kind_of(studio: Studio, id: str) -> str | None:
    """Return the kind of an artifact of the machine's own session, or None."""
    found = studio.store.artifact(SESSION, id)
    return found.kind if found else None


def call_of(studio: Studio, pipeline: str, given: Mapping[str, Any]) -> Call:
    """A checked call: paths and artifacts into slots, the rest into settings. Raises Refusal."""
    form, settings, slots = settings_of(find(pipeline)), dict(given), {}
    for slot in form.slots:
        for place in slot.places(set(settings)):
            held = settings.pop(place)
            slots[place] = held.id if isinstance(held, Artifact) else take_in(studio, str(held), slot.kind).id
    return checked_call(pipeline, slots, settings, lambda id: kind_of(studio, id))


def check_ending(pipeline: str, out: Path) -> None:
    """Raises Refusal, before anything is made, for an ending in which this pipeline writes nothing."""
    kind = settings_of(find(pipeline)).returns
    suffix, exports = KINDS[kind].suffix, KINDS[kind].exports
    endings = (suffix, *exports, *COMPANY.get(kind, ()))
    if out.suffix.lower() not in endings:
        raise Refusal(f"{pipeline} writes {suffix} files, so out should end in {' or '.join(endings)}.")


def write_out(studio: Studio, artifact: Artifact, target: Path) -> None:
    """Write a result to a path, in the format of its ending, with the files beside it. Raises Refusal."""
    company = {file["name"]: beside(artifact.path) / file["name"] for file in artifact.facts.get("files", ())}
    ending = target.suffix.lower()
    written = next((path for name, path in company.items() if name.endswith(ending)), None)
    try:
        if ending == artifact.path.suffix:
            shutil.copyfile(artifact.path, target)
        elif ending in formats_of(artifact):
            shutil.move(export_result(studio.store, studio.certificate, artifact, ending), target)
        elif written is not None:
            shutil.copyfile(written, target)
        else:
            raise Refusal(f"There is no {ending or 'unnamed'} file of this result.")
        for name, path in company.items():
            shutil.copyfile(path, target.with_name(f"{target.stem}.{name}"))
    except OSError as problem:
        raise Refusal(f"The result could not be written to {target}: {problem.strerror}.") from None
