"""Credentials: what is signed can be read back, what was changed is broken, what a stranger signed is never ours."""

from __future__ import annotations

import io
import multiprocessing
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.provenance.certificate import FILE_NAME, Certificate, CertificateError, certificate
from studio.provenance.signing import Parent, SigningError, Statement, can_carry, read_credential, sign, source_type_of
from studio.provenance.xmp import with_source_type
from tests.studio import fuzz

pytestmark = pytest.mark.slow

RECORD = {"call": {"pipeline": "stylize.painting", "settings": {"strength": 0.1, "seed": 2**63 + 5}}, "models": ["é"]}
MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "zip": "application/zip",
    "pdf": "application/pdf",
}


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("stranger"))


def picture() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8))


def write(path: Path) -> Path:
    """A small unsigned file of the kind that its name asks for."""
    if path.suffix in (".mp4", ".mov"):
        fuzz.write_video(path, "libx264", sound="aac" if path.suffix == ".mp4" else None, frames=4)
    elif path.suffix == ".wav":
        fuzz.write_wav(path, seconds=0.2)
    elif path.suffix in (".mp3", ".flac"):
        fuzz.write_sound(path, {".mp3": "libmp3lame", ".flac": "flac"}[path.suffix], seconds=0.4)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("score.txt", "do re mi " * 50)
    elif path.suffix == ".pdf":
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(str(path))
        for line in range(40):
            canvas.drawString(60, 780 - 18 * line, f"Line {line} of a report")
        canvas.save()
    else:
        picture().save(path)
    return path


def sign_file(folder: Path, name: str, identity: Certificate, *parents: Parent, **changed: object) -> Path:
    kind = name.rsplit(".", 1)[-1]
    source = write(folder / f"unsigned.{kind}")
    statement = Statement(name, MEDIA_TYPES[kind], not parents, RECORD, parents, "1.2.3")
    sign(source, folder / name, replace(statement, **changed), identity)  # type: ignore[arg-type]
    return folder / name


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, identity: Certificate) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("outputs")
    return {kind: sign_file(folder, f"result.{kind}", identity) for kind in MEDIA_TYPES}


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_every_format_reads_back(
    outputs: dict[str, Path], identity: Certificate, stranger: Certificate, kind: str
) -> None:
    credential = read_credential(outputs[kind], identity)
    assert (credential.state, credential.problems) == ("this studio", ())
    assert credential.signer == identity.name and credential.title == f"result.{kind}" and credential.record == RECORD
    assert [action.name for action in credential.actions] == ["c2pa.created"]
    assert credential.source_type == "trainedAlgorithmicMedia"
    elsewhere = read_credential(outputs[kind], stranger)
    assert elsewhere.state == "unrecognised signer" and elsewhere.record is None
    assert read_credential(outputs[kind].with_name(f"unsigned.{kind}"), identity).state == "none"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_changed_credential_never_says_something_else(
    outputs: dict[str, Path], identity: Certificate, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(outputs["png"].read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("changed") / "changed.png"
    path.write_bytes(content)
    found = read_credential(path, identity)
    assert found.state == "broken" or found == read_credential(outputs["png"], identity)


def test_an_edit_keeps_its_parents(tmp_path: Path, identity: Certificate) -> None:
    photo = write(tmp_path / "photo.jpg")
    style = sign_file(tmp_path, "style.png", identity)
    result = sign_file(
        tmp_path,
        "painted.png",
        identity,
        Parent(photo, "photo"),
        Parent(style, "style", "inputTo"),
        Parent(None, "a lost sketch", "componentOf", "video/webm"),
    )
    found = read_credential(result, identity)
    assert found.state == "this studio" and found.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert [action.name for action in found.actions] == ["c2pa.opened", "c2pa.edited", "c2pa.placed"]
    tree = {part.title: part for part in found.ingredients}
    assert {title: (part.relationship, part.state) for title, part in tree.items()} == {
        "photo": ("parentOf", "none"),
        "style": ("inputTo", "this studio"),
        "a lost sketch": ("componentOf", "none"),
    }
    assert tree["style"].record == RECORD and tree["style"].source_type == "trainedAlgorithmicMedia"
    again = read_credential(sign_file(tmp_path, "again.webp", identity, Parent(result, "painted")), identity)
    assert again.ingredients[0].ingredients[1].state == "this studio"


@pytest.mark.parametrize(
    ("generated", "trained", "expected"),
    [
        (True, True, "trainedAlgorithmicMedia"),
        (False, True, "compositeWithTrainedAlgorithmicMedia"),
        (True, False, "algorithmicMedia"),
        (False, False, "algorithmicallyEnhanced"),
    ],
)
def test_source_types(tmp_path: Path, identity: Certificate, generated: bool, trained: bool, expected: str) -> None:
    path = sign_file(tmp_path, "a.png", identity, generated=generated, trained=trained)
    assert read_credential(path, identity).source_type == expected == source_type_of(path.read_bytes())


def test_a_tampered_ingredient_is_found(tmp_path: Path, identity: Certificate) -> None:
    changed = bytearray(sign_file(tmp_path, "first.png", identity).read_bytes())
    changed[-200] ^= 1
    tampered = tmp_path / "tampered.png"
    tampered.write_bytes(changed)
    edited = sign_file(tmp_path, "edited.png", identity, Parent(tampered, "tampered"))
    found = read_credential(sign_file(tmp_path, "twice.png", identity, Parent(edited, "edited")), identity)
    assert found.state == "this studio" and found.ingredients[0].state == "this studio"
    assert [part.title for part in found.tampered_ingredients] == ["tampered"]
    assert found.tampered_ingredients[0].problems == ("The content was changed after it was signed.",)
    assert found.tampered_ingredients[0].record is None


def test_known_signers(tmp_path: Path, identity: Certificate, stranger: Certificate) -> None:
    anchors = tmp_path / "anchors"
    anchors.mkdir()
    (anchors / "stranger.pem").write_text(stranger.anchor)
    (anchors / "junk.pem").write_text("no certificate")
    camera = sign_file(tmp_path, "camera.jpg", stranger)
    edited = sign_file(tmp_path, "edited.png", identity, Parent(camera, "camera"))
    assert read_credential(camera, identity, known_signers=anchors).state == "known signer"
    assert read_credential(edited, identity, known_signers=anchors).ingredients[0].state == "known signer"
    assert read_credential(edited, identity).ingredients[0].state == "unrecognised signer"
    assert read_credential(edited, identity, known_signers=anchors).state == "this studio"


def test_a_stranger_cannot_vouch_for_our_signature(
    tmp_path: Path, identity: Certificate, stranger: Certificate
) -> None:
    ours = sign_file(tmp_path, "ours.png", identity)
    theirs = sign_file(tmp_path, "theirs.png", stranger, Parent(ours, "ours"))
    found = read_credential(theirs, identity)
    assert (found.state, found.ingredients[0].state) == ("unrecognised signer", "unrecognised signer")
    laundered = read_credential(sign_file(tmp_path, "laundered.png", identity, Parent(theirs, "theirs")), identity)
    assert laundered.ingredients[0].ingredients[0].state == "unrecognised signer"


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_xmp_touches_no_pixel_and_repeats_itself(tmp_path: Path, kind: str) -> None:
    content = write(tmp_path / f"a.{kind}").read_bytes()
    once = with_source_type(content, MEDIA_TYPES[kind], "trainedAlgorithmicMedia")
    assert once == with_source_type(content, MEDIA_TYPES[kind], "trainedAlgorithmicMedia")
    changed = with_source_type(once, MEDIA_TYPES[kind], "algorithmicMedia")
    assert source_type_of(changed) == "algorithmicMedia" and b"trainedAlgorithmicMedia" not in changed
    before, after = (np.asarray(Image.open(io.BytesIO(one)).convert("RGB")) for one in (content, changed))
    assert np.array_equal(before, after) and "DigitalSourceType" in str(Image.open(io.BytesIO(changed)).info["xmp"])


def test_failure_leaves_nothing_behind(tmp_path: Path, identity: Certificate) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    statement = Statement("bad", "image/png", True, {})
    with pytest.raises(SigningError):
        sign(tmp_path / "bad.png", tmp_path / "out.png", statement, identity)
    with pytest.raises(SigningError):
        sign(tmp_path / "bad.png", tmp_path / "out.webm", replace(statement, media_type="video/webm"), identity)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.png"]
    assert can_carry("image/png") and not can_carry("audio/ogg")


def test_the_identity_is_kept_private_and_the_same(tmp_path: Path) -> None:
    first = certificate(tmp_path / "new" / "folder")
    assert certificate(tmp_path / "new" / "folder") == first
    assert stat.S_IMODE((tmp_path / "new" / "folder" / FILE_NAME).stat().st_mode) == 0o600
    assert first.key not in repr(first)


def _serial(folder: Path) -> str:
    return certificate(folder).serial


def test_processes_that_start_at_once_share_an_identity(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        serials = pool.map(_serial, [tmp_path / str(number // 4) for number in range(24)], chunksize=1)
    assert all(len(set(serials[start : start + 4])) == 1 for start in range(0, 24, 4))
    assert len(list(tmp_path.glob("*/.signing-*"))) == 0


def test_a_damaged_identity_is_reported(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("nothing")
    with pytest.raises(CertificateError, match="damaged"):
        certificate(tmp_path)
