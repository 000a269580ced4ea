"""A thousand forged, stripped and stolen credentials: none counts as signed. Fifty flipped bytes in each of thirteen formats: all are found."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.media import MEDIA_TYPES
from studio.provenance import certificate as certificates
from studio.provenance.certificate import Certificate, certificate
from studio.provenance.signing import Parent, Statement, read_credential, sign
from tests.day import a_fifth_or_all
from tests.studio.test_provenance import MEDIA_TYPES as KINDS
from tests.studio.test_provenance import sign_file

pytestmark = pytest.mark.slow

EACH, FLIPS = 250, 50


def picture(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (40, 56, 3), dtype=np.uint8))


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory, identity: Certificate) -> dict[str, bytes]:
    """A signed picture in three formats."""
    folder = tmp_path_factory.mktemp("genuine")
    contents = {}
    for ending in ("png", "jpg", "webp"):
        picture(0).save(folder / f"a.{ending}")
        statement = Statement("ours", MEDIA_TYPES[f".{ending}"], True, {"pipeline": "stylize.wash"})
        sign(folder / f"a.{ending}", folder / f"signed.{ending}", statement, identity)
        contents[ending] = (folder / f"signed.{ending}").read_bytes()
        assert read_credential(folder / f"signed.{ending}", identity).state == "this studio"
    return contents


def encode_picture(image: Image.Image, ending: str) -> bytes:
    held = io.BytesIO()
    image.save(held, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[ending])
    return held.getvalue()


def credential_in(content: bytes, ending: str) -> bytes:
    """The bytes that carry the credential: caBX of PNG, APP11 of JPEG, the C2PA chunk of WebP."""
    if ending == "png":
        at = content.index(b"caBX") - 4
        return content[at : at + 12 + int.from_bytes(content[at : at + 4], "big")]
    if ending == "webp":
        at = content.index(b"C2PA")
        return content[at : at + 8 + int.from_bytes(content[at + 4 : at + 8], "little") // 2 * 2]
    segments, at = b"", 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        length = 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        segments += content[at : at + length] if content[at + 1] == 0xEB else b""
        at += length
    return segments


def with_credential(content: bytes, credential: bytes, ending: str) -> bytes:
    if ending == "png":
        return content[:33] + credential + content[33:]
    if ending == "jpg":
        return content[:2] + credential + content[2:]
    body = content[8:] + credential
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def judge(path: Path, content: bytes, identity: Certificate, known: Path) -> str:
    path.write_bytes(content)
    found = read_credential(path, identity, known_signers=known)
    assert found.record is None, path
    return found.state


@a_fifth_or_all
def test_a_thousand_forgeries(
    genuine: dict[str, bytes], identity: Certificate, choose: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "known"
    known.mkdir()
    (known / "someone.pem").write_text(certificate(tmp_path / "someone").anchor)
    states: dict[str, list[str]] = {"stripped": [], "stolen": [], "look-alike": [], "patched": []}
    chance = np.random.default_rng(2)
    endings, numbers = list(genuine), choose(range(EACH))
    for number in numbers:
        ending = endings[number % 3]
        path = tmp_path / f"case.{ending}"
        states["stripped"].append(
            judge(path, encode_picture(Image.open(io.BytesIO(genuine[ending])), ending), identity, known)
        )
        stolen = with_credential(
            encode_picture(picture(number + 1), ending), credential_in(genuine[ending], ending), ending
        )
        states["stolen"].append(judge(path, stolen, identity, known))
        states["patched"].append(judge(path, patch_credential(genuine[ending], ending, chance), identity, known))
    names = iter([identity.name.rsplit(" ", 1)[-1]] * 9)
    monkeypatch.setattr(certificates.secrets, "token_hex", lambda size: next(names, "ab" * size))
    alike = certificate(tmp_path / "alike")
    monkeypatch.undo()
    assert alike.name == identity.name and alike.serial != identity.serial
    for number in numbers:
        ending = endings[number % 3]
        plain, path = tmp_path / f"plain.{ending}", tmp_path / f"alike.{ending}"
        plain.write_bytes(encode_picture(picture(number), ending))
        parents = (Parent(_keep_genuine(tmp_path, genuine, ending), "ours"),) if number % 2 else ()
        sign(
            plain,
            path,
            Statement("ours", MEDIA_TYPES[f".{ending}"], not parents, {"pipeline": "stylize.wash"}, parents),
            alike,
        )
        states["look-alike"].append(judge(path, path.read_bytes(), identity, known))
    assert sum(map(len, states.values())) == 4 * len(numbers)
    believed = {
        kind: [state for state in found if state in ("this studio", "known signer")] for kind, found in states.items()
    }
    assert not any(believed.values()), {kind: len(found) for kind, found in believed.items()}
    assert set(states["stripped"]) == {"none"} and set(states["stolen"]) == {"broken"}
    assert set(states["look-alike"]) == {"unrecognised signer"} and set(states["patched"]) == {"broken"}


def _keep_genuine(folder: Path, genuine: dict[str, bytes], ending: str) -> Path:
    path = folder / f"genuine.{ending}"
    path.write_bytes(genuine[ending])
    return path


def patch_credential(content: bytes, ending: str, chance: np.random.Generator) -> bytes:
    """Another picture under the old credential, in which the forger wrote the right hash or changed what it says."""
    credential = bytearray(credential_in(content, ending))
    other = encode_picture(picture(int(chance.integers(1 << 30))), ending)
    at = credential.find(b"dhash")  # the hard binding: "hash" and a byte string of 32 in CBOR
    if at < 0:
        at = credential.find(b"hash\x58\x20") + 6
    credential[at : at + 32] = hashlib.sha256(other).digest()
    for word, lie in ((b"ours", b"mine"), (b"created", b"CREATED")):
        if chance.integers(2) and (place := bytes(credential).find(word)) >= 0:
            credential[place : place + len(lie)] = lie
    patched_bytes = bytes(credential)
    if ending == "png":
        import zlib

        patched_bytes = patched_bytes[:-4] + zlib.crc32(patched_bytes[4:-4]).to_bytes(4, "big")
    return with_credential(other, patched_bytes, ending)


# one flipped byte


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, identity: Certificate) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("outputs")
    return {kind: sign_file(folder, f"signed.{kind}", identity) for kind in KINDS}


@a_fifth_or_all
@pytest.mark.parametrize("ending", KINDS)
def test_any_flipped_byte_of_the_payload_is_found(
    outputs: dict[str, Path], identity: Certificate, ending: str, choose: Callable, tmp_path: Path
) -> None:
    content = outputs[ending].read_bytes()
    assert read_credential(outputs[ending], identity).state == "this studio"
    start = content.find(b"jumdc2pa") - 72
    spared = set(range(start, start + 4400)) if ending != "zip" else set()
    first = 32 if ending in ("mp4", "mov") else 0
    places = [place for place in range(first, len(content)) if place not in spared]
    if ending == "zip":
        places = list(range(40, 480))  # the archived file; headers that a ZIP no longer uses are no content
    path = tmp_path / f"changed.{ending}"
    for place in choose(np.random.default_rng(1).choice(places, FLIPS, replace=len(places) < FLIPS)):
        changed = bytearray(content)
        changed[place] ^= 1 << int(place) % 8
        path.write_bytes(changed)
        found = read_credential(path, identity)
        assert (found.state, found.record) == ("broken", None), (ending, place)
