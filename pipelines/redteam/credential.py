"""Attacks on the content credential of a picture that this studio made for the visitor, and what Detect says of each."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import sha256_of
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Refusal
from pipelines.media import Accompanied, Media, Witness, load_image, save_image

SIGNATURE, CHUNK = b"\x89PNG\r\n\x1a\n", b"caBX"  # the chunk of a credential in PNG: C2PA 2.2, appendix A.4
NOT_OURS = (
    "Credentials are attacked only on PNG pictures that this studio made for you; please choose one from your shelf."
)
BELIEVED = ("made", "edited", "captured", "coded")  # states in which Detect takes a signature's word
ATTACKS = {
    "none": "No attack",
    "strip": "Credential taken away",
    "edit": "Picture changed under its credential",
    "transplant": "Credential put into another picture",
    "resign": "Signed anew by a stranger, as a photograph",
    "cover": "Signed over by a stranger, the old credential inside",
}
SHORT = {
    "edit": "Picture changed",
    "transplant": "Put into another picture",
    "resign": "Signed anew",
    "cover": "Signed over",
}


@pipeline()
def credential(
    media: Annotated[
        Media, Input(label="Picture of the studio", help="A picture that this studio made for you.", samples=False)
    ],
    *,
    report: Report = silent,
) -> Accompanied[Image]:
    """Attacks the content credential of a picture that this studio made, in five ways, and shows what Detect says of each.

    Stripping, changing the pixels below it, transplanting it into another picture, and signing with another key (C2PA 2.2, section 15 for how
    each is to be found out). Nothing that was stripped or signed anew leaves the studio. Raises Refusal for a file that is not the visitor's own.
    """
    from pipelines.redteam.parts import report as paper

    witness = owner(media)
    rows: dict[str, dict[str, Any]] = {}
    pictures: dict[str, Image] = {}
    with tempfile.TemporaryDirectory(prefix="redteam-") as folder:
        for number, (name, attack) in enumerate(attacks(witness).items()):
            stage = part(report, number / len(ATTACKS), (number + 1) / len(ATTACKS), ATTACKS[name])
            stage(Progress(0, 1, ATTACKS[name]))
            changed = Path(folder) / f"{name}.png"
            attack(media.path, changed)
            rows[name] = judge_attack(name, Media(changed, "image", name, witness), stage)
            pictures[f"{SHORT.get(name, ATTACKS[name])}: {'passed' if rows[name]['fooled'] else 'found out'}"] = (
                load_image(changed)
            )
    tried = {name: row for name, row in rows.items() if name != "none"}
    fooled = [ATTACKS[name].lower() for name, row in tried.items() if row["fooled"]]
    sentence = (
        f"{len(fooled)} of {len(tried)} attacks deceived Detect{': ' + ', '.join(fooled) if fooled else ''}. "
        + " ".join(f"{ATTACKS[name]}: {row['said']}" for name, row in tried.items())
    )
    finding = paper.Finding(
        "content credential",
        "the credential of a picture of this studio",
        "credential",
        {},
        len(fooled),
        len(tried),
        sentence,
        {"attacks": rows},
    )
    pictures.pop(next(iter(pictures)))
    return paper.deliver_finding({"Signed by the studio": load_image(media.path), **pictures}, finding)


def owner(media: Media) -> Witness:
    """Who vouches for the file. Raises Refusal unless the registry knows these very bytes as a result on the visitor's own shelf."""
    if media.witness is None or media.kind != "image" or media.path.suffix.lower() != ".png":
        raise Refusal(NOT_OURS)
    known = media.witness.written(sha256_of(media.path))
    if known is None or not known.get("artifact"):
        raise Refusal(NOT_OURS)
    return media.witness


def attacks(witness: Witness) -> dict[str, Callable[[Path, Path], None]]:
    """Every attack as a function that reads a signed PNG and writes what became of it."""

    def copy_file(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes())

    def edit_picture(source: Path, target: Path) -> None:
        picture = load_image(source)
        width, height = picture.size
        box = round(0.4 * width), round(0.4 * height), round(0.6 * width), round(0.6 * height)
        picture.paste(picture.crop(box).transpose(PillowImage.Transpose.FLIP_LEFT_RIGHT), box[:2])
        with_credential(picture, credential_of(source), target)

    def transplant_credential(source: Path, target: Path) -> None:
        other = PillowImage.linear_gradient("L").convert("RGB").resize(load_image(source).size)
        with_credential(other, credential_of(source), target)

    def sign_again(source: Path, target: Path) -> None:
        bare = target.with_suffix(".bare.png")
        save_image(load_image(source), bare)
        witness.forged(bare, target, False)

    return {
        "none": copy_file,
        "strip": lambda source, target: save_image(load_image(source), target),
        "edit": edit_picture,
        "transplant": transplant_credential,
        "resign": sign_again,
        "cover": lambda source, target: witness.forged(source, target, True),
    }


def judge_attack(name: str, media: Media, report: Report = silent) -> dict[str, Any]:
    """What Detect says of the file's origin, and whether the attack had its way.

    Stripping and signing anew succeed where nothing is left that speaks for AI, or the stranger is believed; changing and transplanting where
    the old statement is still believed.
    """
    from pipelines.detect.provenance import gather, open_media, weigh

    weighed = weigh(gather(media, open_media(media), report))
    traces = weighed.state in ("made", "edited", "changed", "damaged") or weighed.suspicion > 0
    fooled = {
        "none": False,
        "strip": not traces,
        "edit": weighed.state in BELIEVED,
        "transplant": weighed.state in BELIEVED,
        "resign": weighed.state == "captured" or not traces,
        "cover": weighed.state == "captured" or not traces,
    }[name]
    said = " ".join(weighed.reasons[:2]) or "Nothing was found."
    return {"fooled": fooled, "state": weighed.state, "suspicion": weighed.suspicion, "said": said}


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Name and content of every chunk of a PNG. Raises Refusal where it is damaged."""
    if data[:8] != SIGNATURE:
        raise Refusal(NOT_OURS)
    pairs, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        pairs.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return pairs


def credential_of(path: Path) -> bytes:
    """The credential of a signed PNG. Raises Refusal where it has none."""
    found = next((content for name, content in chunks(path.read_bytes()) if name == CHUNK), None)
    if found is None:
        raise Refusal("This picture has no content credential; choose one that the studio signed.")
    return found


def with_credential(picture: Image, store: bytes, target: Path) -> None:
    """Writes a picture as PNG with a credential behind its header, whether it fits or not."""
    save_image(picture, target)
    parts = chunks(target.read_bytes())
    parts.insert(1, (CHUNK, store))
    made = [
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    ]
    target.write_bytes(SIGNATURE + b"".join(made))
