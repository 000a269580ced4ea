"""Credentials as they are in the wild: each fault made for real, told apart, and put in words that say what it means."""

from __future__ import annotations

import copy
import datetime
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.detect.parts.fusion import by_origin
from pipelines.detect.provenance import OriginEvidence, weigh
from studio.provenance import certificate as certificates
from studio.provenance.certificate import Certificate, certificate
from studio.provenance.credential import Credential, _credential, library_settings, read
from studio.provenance.credential_faults import GRAVEST_FIRST, MEANINGS, faults_of, meanings, sentences, table
from tests.fixtures import picture

pytestmark = pytest.mark.slow

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": VOCABULARY + "trainedAlgorithmicMedia"}
SHORT_LIFE_SECONDS = 6


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, Path]:
    """A signer who is on a list, and the list."""
    signer = certificate(tmp_path_factory.mktemp("signer"))
    folder = tmp_path_factory.mktemp("known")
    (folder / "signer.pem").write_text(signer.anchor)
    return signer, folder


def signed(path: Path, signer: Certificate, actions: list[dict[str, Any]], parent: Path | None = None) -> Path:
    """A PNG signed without the library's own check, so that a faulty manifest can be written at all."""
    import c2pa

    settings = library_settings(signer.anchor)
    settings["verify"]["verify_after_sign"] = False
    key = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, signer.chain.encode(), signer.key.encode(), None)
    context = c2pa.Context.from_dict(settings, signer=c2pa.Signer.from_info(key))
    manifest = {
        "claim_generator_info": [{"name": "test", "version": "1"}],
        "title": path.name,
        "format": "image/png",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": copy.deepcopy(actions)}}],
    }
    plain = io.BytesIO()
    picture(96, 64).save(plain, "PNG")
    plain.seek(0)
    with path.open("w+b") as target, c2pa.Builder(manifest, context=context) as builder:
        if parent is not None:
            described = {"title": parent.name, "relationship": "parentOf", "label": "parent0"}
            with parent.open("rb") as file:
                builder.add_ingredient(described, "image/png", file)
        builder.sign("image/png", plain, target)
    return path


def flipped(source: Path, target: Path) -> Path:
    """One bit of the picture itself changed."""
    content = bytearray(source.read_bytes())
    content[content.rindex(b"IDAT") + 40] ^= 1
    target.write_bytes(content)
    return target


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A picture signed by a known signer whose certificate ended since, with a malformed action and a made ingredient; and the signer's list."""
    folder = tmp_path_factory.mktemp("expired")
    patch = pytest.MonkeyPatch()
    patch.setattr(certificates, "LEAF_DAYS", SHORT_LIFE_SECONDS / 86400)
    signer = certificate(folder / "identity")
    patch.undo()
    (folder / "known").mkdir()
    (folder / "known" / "signer.pem").write_text(signer.anchor)
    inner = signed(folder / "inner.png", signer, [MADE])
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent0"]}}
    signed(folder / "chat.png", signer, [opened, {"action": "c2pa.opened"}], inner)
    from cryptography import x509

    ends = x509.load_pem_x509_certificates(signer.chain.encode())[0].not_valid_after_utc
    left = (ends - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    time.sleep(max(0.0, left) + 1.5)
    yield folder / "chat.png", folder / "known"


def told(found: Credential) -> dict[str, Any]:
    """As the studio's witness tells it to Detect."""
    return {
        "state": found.state,
        "signer": found.signer,
        "source_type": found.source_type,
        "problems": list(found.problems),
        "faults": list(found.faults),
        "means": list(meanings(found.faults)),
        "ingredients": [told(part) for part in found.ingredients],
    }


def verdict(found: Credential) -> tuple[str, str]:
    """The verdict by origin and its sentence."""
    weighed = weigh(OriginEvidence("image", {}, told(found), None))
    judged = by_origin(weighed)
    return judged.verdict if judged else "cannot tell", weighed.sentence


def test_a_whole_credential_of_a_known_signer_has_only_the_missing_timestamp(ours, known, tmp_path):
    signer, folder = known
    found = read(signed(tmp_path / "a.png", signer, [MADE]), ours, known_signers=folder)
    assert (found.state, found.faults, found.signed_at) == ("known signer", ("undated",), None)
    assert verdict(found) == ("AI-made (signed)", f"The file says that it was made by AI, signed by {signer.name}.")


def test_an_untrusted_signer_is_no_tampering(ours, known, tmp_path):
    found = read(signed(tmp_path / "a.png", known[0], [MADE]), ours)
    assert (found.state, found.faults) == ("unrecognised signer", ("untrusted", "undated"))
    judged, sentence = verdict(found)
    assert judged == "says AI (signed, unconfirmed)" and "does not know the signer" in sentence


def test_a_tampered_payload_is_changed_after_signing(ours, known, tmp_path):
    path = flipped(signed(tmp_path / "a.png", known[0], [MADE]), tmp_path / "b.png")
    found = read(path, ours, known_signers=known[1])
    assert found.state == "broken" and found.faults[0] == "tampered" and "expired" not in found.faults
    weighed = weigh(OriginEvidence("image", {}, told(found), None))
    assert verdict(found)[0] == "changed after signing"
    assert any("cannot be relied on now" in reason for reason in weighed.reasons)


def test_an_unreadable_credential_is_damaged_not_tampered(ours, known, tmp_path):
    path = signed(tmp_path / "a.png", known[0], [MADE])
    content = bytearray(path.read_bytes())
    at = content.index(b"c2pa.signature") + 30
    content[at : at + 60] = bytes(60)
    (tmp_path / "b.png").write_bytes(content)
    found = read(tmp_path / "b.png", ours, known_signers=known[1])
    assert found.state == "broken" and found.faults
    assert verdict(found)[0] in ("credential damaged", "changed after signing")


def test_a_malformed_action_leaves_the_signature_standing(ours, known, tmp_path):
    signer, folder = known
    path = signed(tmp_path / "a.png", signer, [MADE, {"action": "c2pa.translated"}])
    found = read(path, ours, known_signers=folder)
    assert (found.state, found.faults) == ("malformed", ("malformed", "undated"))
    assert "untrusted" in read(path, ours).faults
    assert verdict(found)[0] == "says AI (signed, unconfirmed)" and "written wrongly" in verdict(found)[1]
    assert read(flipped(path, tmp_path / "b.png"), ours, known_signers=folder).state == "broken"  # both: the graver one


def test_an_expired_certificate_with_a_malformed_action_and_a_made_ingredient(ours, expired, tmp_path):
    """As a real picture of a chat service was: the signer says AI, and nothing was changed."""
    path, folder = expired
    found = read(path, ours, known_signers=folder)
    assert found.state == "expired" and {"expired", "malformed", "undated"} <= set(found.faults)
    assert "tampered" not in found.faults and found.ingredients[0].source_type == "trainedAlgorithmicMedia"
    judged, sentence = verdict(found)
    assert judged == "says AI (signed, unconfirmed)"
    assert sentence == "Signed; the signer's certificate has expired or no longer counts; the signer says AI."
    assert read(flipped(path, tmp_path / "b.png"), ours, known_signers=folder).state == "broken"


def test_an_expired_certificate_never_counts_as_ours(expired):
    found = read(expired[0], certificate(expired[0].parent / "identity"))
    assert found.state == "expired" and found.record is None


def failed(*codes: str) -> list[dict[str, str]]:
    return [{"code": code} for code in codes]


HOLDS = failed("claimSignature.validated", "assertion.dataHash.match")


@pytest.mark.parametrize(
    ("failures", "successes", "faults"),
    [
        (failed("assertion.action.malformed"), HOLDS, ("malformed",)),
        (failed("assertion.action.malformed"), [], ("unchecked", "malformed")),  # nobody checked the signature
        (failed("signingCredential.expired"), HOLDS[:1], ("unchecked", "expired")),  # nor whether the content fits
        (failed("signingCredential.ocsp.revoked"), HOLDS, ("revoked",)),
        (failed("signingCredential.invalid"), HOLDS, ("unfit",)),
        (failed("something.new"), HOLDS, ("unknown",)),
        (failed("something.new"), [], ("unchecked", "unknown")),
        (failed("algorithm.unsupported"), HOLDS, ("unsupported",)),
        (failed("claim.malformed"), HOLDS, ("malformed",)),
        (failed("cawg.x509.credential.untrusted"), HOLDS, ("name",)),
        (failed("cawg.something.new"), HOLDS, ("name",)),
        (failed("assertion.missing"), HOLDS, ("damaged",)),
        (failed("timeStamp.untrusted"), HOLDS, ()),
        (failed("claimSignature.outsideValidity", "signingCredential.untrusted"), HOLDS, ("expired", "untrusted")),
        (failed("assertion.dataHash.mismatch", "signingCredential.expired"), HOLDS[:1], ("tampered", "expired")),
        ([], HOLDS, ()),
    ],
)
def test_status_codes_become_faults(failures, successes, faults):
    assert faults_of(failures, successes) == faults


def test_every_fault_says_what_it_means():
    assert set(MEANINGS) == set(GRAVEST_FIRST)
    assert all(len(meaning.split(". ")) >= 2 for meaning in MEANINGS.values())


def test_the_table_says_tampered_only_where_a_hash_or_a_signature_fails():
    assert {code.fault for code in table().values()} <= {*MEANINGS, "information", "holds"}
    failing = ("ismatch", "unknownBox", "incorrectFileCount", "missingPart", "incorrect", "unexpected_countersigner")
    tampered = {code for code, meaning in table().items() if meaning.fault == "tampered"}
    assert {"assertion.dataHash.mismatch", "claimSignature.mismatch"} <= tampered
    assert all(code.endswith(failing) for code in tampered)
    assert all(bool(code.sentence) is (code.fault not in ("information", "holds")) for code in table().values())


def test_no_code_is_shown_even_of_an_unknown_check():
    words = " ".join(sentences(failed(*table(), "something.new", "cawg.something.new")))
    assert not any(code in words for code in (*table(), "something.new", "cawg.something.new"))


def reported(source_type: str, *codes: str, state: str = "Invalid", trusted: bool = True) -> dict[str, Any]:
    """The library's report on a file whose signature and hashes hold and in which these codes failed."""
    good = [*HOLDS, *(failed("signingCredential.trusted") if trusted else [])]
    action = {"action": "c2pa.created", "digitalSourceType": VOCABULARY + source_type}
    manifest = {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}]}
    return {
        "active_manifest": "a",
        "manifests": {"a": {**manifest, "signature_info": {"common_name": "A signer"}}},
        "validation_state": state,
        "validation_results": {"activeManifest": {"success": good, "failure": failed(*codes)}},
    }


def test_a_chat_picture_whose_claim_is_malformed_was_not_changed():
    own = reported("trainedAlgorithmicMedia", "claim.malformed", "signingCredential.untrusted", trusted=False)
    found = _credential(own, reported("trainedAlgorithmicMedia", "claim.malformed"))
    assert (found.state, found.faults) == ("malformed", ("malformed", "undated"))
    assert verdict(found)[0] == "says AI (signed, unconfirmed)"


def test_a_capture_with_an_unconfirmed_name_is_still_a_signed_capture():
    name = "cawg.x509.credential.untrusted"
    own = reported("digitalCapture", name, "signingCredential.untrusted", trusted=False)
    found = _credential(own, reported("digitalCapture", name))
    assert (found.state, found.faults) == ("known signer", ("name", "undated"))
    assert verdict(found)[0] == "signed capture" and "is on no list" in " ".join(found.problems)
    assert _credential(own, None).state == "unrecognised signer"  # without the list nobody vouches for it
    changed = reported("digitalCapture", name, "assertion.dataHash.mismatch")
    assert _credential(own, changed).state == "unrecognised signer"


@pytest.mark.parametrize("codes", [("claim.malformed",), ("algorithm.unsupported",), ("something.new",), ()])
def test_what_could_not_be_checked_is_neither_changed_nor_as_it_was_signed(codes):
    store = reported("digitalCapture", *codes)
    store["validation_results"]["activeManifest"]["success"] = []
    found = _credential(store, store)
    assert found.state == "unclear" and "unchecked" in found.faults
    weighed = weigh(OriginEvidence("image", {}, told(found), None))
    words = " ".join((*weighed.reasons, *told(found)["means"], *found.problems))
    assert verdict(found)[0] == "cannot tell" and "as it was signed" not in words and "changed after" not in words


@pytest.mark.parametrize("code", [*table(), "something.new"])
def test_no_report_says_both_that_it_was_changed_and_that_it_was_not(code):
    """Each code beside a changed content, an expired certificate and alone."""
    for more in ((), ("assertion.dataHash.mismatch",), ("signingCredential.expired",)):
        found = _credential(reported("digitalCapture", code, *more), None)
        weighed = weigh(OriginEvidence("image", {}, told(found), None))
        words = " ".join((*weighed.reasons, *told(found)["means"], *found.problems))
        denied = any(part in words for part in ("is not what was signed", "was changed after", "be relied on"))
        held = any(part in words for part in ("as it was signed", "The content is as", "unchanged since"))
        assert not (denied and held), words
        assert code not in words
