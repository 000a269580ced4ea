"""Credentials as they are in the wild: each fault made for real, told apart, and put in words that say what it means."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

import pytest

from pipelines.detect.parts.fusion import by_origin
from pipelines.detect.provenance import OriginEvidence, weigh
from studio.provenance.certificate import Certificate, certificate
from studio.provenance.credential import Credential, _credential, _date, library_settings, read_credential
from studio.provenance.credential_faults import faults_of, meanings, records, table
from tests.fixtures import picture

pytestmark = pytest.mark.slow

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": VOCABULARY + "trainedAlgorithmicMedia"}


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


def sign_faulty(path: Path, signer: Certificate, actions: list[dict[str, Any]]) -> Path:
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
        builder.sign("image/png", plain, target)
    return path


def flip_bit(source: Path, target: Path) -> Path:
    """One bit of the picture itself changed."""
    content = bytearray(source.read_bytes())
    content[content.rindex(b"IDAT") + 40] ^= 1
    target.write_bytes(content)
    return target


def witness_record(found: Credential) -> dict[str, Any]:
    """As the studio's witness tells it to Detect."""
    return {
        "state": found.state,
        "signer": found.signer,
        "source_type": found.source_type,
        "problems": list(found.problems),
        "faults": list(found.faults),
        "means": list(meanings(found.faults)),
        "ingredients": [witness_record(part) for part in found.ingredients],
    }


def verdict(found: Credential) -> tuple[str, str]:
    """The verdict by origin and its sentence."""
    weighed = weigh(OriginEvidence("image", {}, witness_record(found), None))
    judged = by_origin(weighed)
    return judged.verdict if judged else "cannot tell", weighed.sentence


def said_of(found: Credential) -> str:
    """All that a visitor reads of a credential."""
    weighed = weigh(OriginEvidence("image", {}, witness_record(found), None))
    return " ".join((*weighed.reasons, *witness_record(found)["means"], *found.problems))


@pytest.mark.parametrize(
    "actions",
    [
        [MADE],
        [MADE, {"action": "c2pa.converted"}],  # as OpenAI's files are built
        [MADE, {"action": "c2pa.edited", "digitalSourceType": VOCABULARY + "compositeSynthetic"}],  # as Google's are
        [MADE | {"softwareAgent": {"name": "Adobe Firefly"}}],  # as Adobe's are
    ],
)
def test_a_whole_credential_of_a_known_signer_has_only_the_missing_timestamp(ours, known, tmp_path, actions):
    signer, folder = known
    found = read_credential(sign_faulty(tmp_path / "a.png", signer, actions), ours, known_signers=folder)
    assert (found.state, found.faults, found.signed_at) == ("known signer", ("undated",), None)
    assert verdict(found) == ("AI-made (signed)", f"The file says that it was made by AI, signed by {signer.name}.")


def test_an_untrusted_signer_is_no_tampering(ours, known, tmp_path):
    found = read_credential(sign_faulty(tmp_path / "a.png", known[0], [MADE]), ours)
    assert (found.state, found.faults) == ("unrecognised signer", ("untrusted", "undated"))
    judged, sentence = verdict(found)
    assert judged == "says AI (signed, unconfirmed)" and "does not know the signer" in sentence


def test_a_tampered_payload_is_changed_after_signing(ours, known, tmp_path):
    found = read_credential(
        flip_bit(sign_faulty(tmp_path / "a.png", known[0], [MADE]), tmp_path / "b.png"), ours, known_signers=known[1]
    )
    assert found.state == "broken" and found.faults[0] == "tampered" and "expired" not in found.faults
    assert verdict(found)[0] == "changed after signing" and "said that AI made or edited it" in said_of(found)


def test_a_malformed_action_leaves_the_signature_standing(ours, known, tmp_path):
    signer, folder = known
    path = sign_faulty(tmp_path / "a.png", signer, [MADE, {"action": "c2pa.translated"}])
    found = read_credential(path, ours, known_signers=folder)
    assert (found.state, found.faults) == ("malformed", ("malformed", "undated"))
    assert "untrusted" in read_credential(path, ours).faults
    assert verdict(found)[0] == "says AI (signed, unconfirmed)" and "written wrongly" in verdict(found)[1]
    assert (
        read_credential(flip_bit(path, tmp_path / "b.png"), ours, known_signers=folder).state == "broken"
    )  # both: the graver one


def failures_of(*codes: str) -> list[dict[str, str]]:
    return [{"code": code} for code in codes]


HOLDS = failures_of("claimSignature.validated", "assertion.dataHash.match")


@pytest.mark.parametrize(
    ("failures", "successes", "faults"),
    [
        (failures_of("assertion.action.malformed"), HOLDS, ("malformed",)),
        (failures_of("assertion.action.malformed"), [], ("unchecked", "malformed")),  # nobody checked the signature
        (failures_of("signingCredential.expired"), HOLDS[:1], ("unchecked", "expired")),  # nor whether the content fits
        (failures_of("something.new"), HOLDS, ("unknown",)),
        (failures_of("algorithm.unsupported"), HOLDS, ("unsupported",)),
        (failures_of("cawg.something.new"), HOLDS, ("name",)),
        (failures_of("assertion.missing"), HOLDS, ("damaged",)),
        (failures_of("assertion.dataHash.mismatch", "signingCredential.expired"), HOLDS[:1], ("tampered", "expired")),
        ([], HOLDS, ()),
    ],
)
def test_status_codes_become_faults(failures, successes, faults):
    assert faults_of(failures, successes) == faults


def test_the_table_says_tampered_only_where_a_hash_or_a_signature_fails():
    assert {code.fault for code in table().values()} <= {*records()["meanings"], "information", "holds"}
    failing = ("ismatch", "unknownBox", "incorrectFileCount", "missingPart", "incorrect", "unexpected_countersigner")
    tampered = {code for code, meaning in table().items() if meaning.fault == "tampered"}
    assert {"assertion.dataHash.mismatch", "claimSignature.mismatch"} <= tampered
    assert all(code.endswith(failing) for code in tampered)
    assert all(bool(code.sentence) is (code.fault not in ("information", "holds")) for code in table().values())


def report_with(source_type: str, *codes: str, state: str = "Invalid", trusted: bool = True) -> dict[str, Any]:
    """The library's report on a file whose signature and hashes hold and in which these codes failed."""
    good = [*HOLDS, *(failures_of("signingCredential.trusted") if trusted else [])]
    action = {"action": "c2pa.created", "digitalSourceType": VOCABULARY + source_type}
    return {
        "active_manifest": "a",
        "manifests": {
            "a": {
                "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
                "signature_info": {"common_name": "A signer"},
            }
        },
        "validation_state": state,
        "validation_results": {"activeManifest": {"success": good, "failure": failures_of(*codes)}},
    }


@pytest.mark.parametrize(
    ("code", "state"), [("claim.malformed", "malformed"), ("signingCredential.expired", "expired")]
)
def test_a_chat_picture_that_is_badly_signed_or_expired_was_not_changed(code, state):
    own = report_with("trainedAlgorithmicMedia", code, "signingCredential.untrusted", trusted=False)
    found = _credential(own, report_with("trainedAlgorithmicMedia", code))
    assert (found.state, found.faults, found.record) == (state, (state, "undated"), None)
    assert verdict(found)[0] == "says AI (signed, unconfirmed)"


@pytest.mark.parametrize(
    ("unknown", "vouched", "state", "sentence"),
    [
        (False, False, "expired", "no timestamp shows"),
        (True, False, "expired", "timestamp by somebody unknown"),
        (True, True, "known signer", ""),
    ],
)
def test_an_expired_certificate_counts_where_a_known_authority_dated_it(unknown, vouched, state, sentence):
    codes = ("signingCredential.expired",)
    own = report_with("digitalCapture", *codes, "signingCredential.untrusted", trusted=False)
    listed, dated = report_with("digitalCapture", *codes), report_with("digitalCapture", *(() if vouched else codes))
    for report in (own, listed, dated):
        report["manifests"]["a"]["signature_info"]["time"] = "2026-04-27T14:31:41+00:00"
        untrusted = ["timeStamp.untrusted"] if unknown and not (report is dated and vouched) else []
        report["validation_results"]["activeManifest"]["informational"] = failures_of(*untrusted)
    found = _credential(*(_date(report, dated if unknown else None) for report in (own, listed)))
    assert found.state == state and sentence in " ".join(found.problems) and bool(sentence) is bool(found.problems)
    assert (found.signed_at is None) is (unknown and not vouched)
    assert _credential(_date(own, dated), None).state in (
        "expired",
        "unrecognised signer",
    )  # an authority of timestamps vouches for no signer


def test_a_capture_with_an_unconfirmed_name_is_still_a_signed_capture():
    name = "cawg.x509.credential.untrusted"
    own = report_with("digitalCapture", name, "signingCredential.untrusted", trusted=False)
    found = _credential(own, report_with("digitalCapture", name))
    assert (found.state, found.faults) == ("known signer", ("name", "undated"))
    assert verdict(found)[0] == "signed capture" and "cannot be confirmed" in " ".join(found.problems)
    assert _credential(own, None).state == "unrecognised signer"  # without the list nobody vouches for it
    assert (
        _credential(own, report_with("digitalCapture", name, "assertion.dataHash.mismatch")).state
        == "unrecognised signer"
    )


@pytest.mark.parametrize("codes", [("claim.malformed",), ("algorithm.unsupported",), ("something.new",), ()])
def test_what_could_not_be_checked_is_neither_changed_nor_as_it_was_signed(codes):
    store = report_with("digitalCapture", *codes)
    store["validation_results"]["activeManifest"]["success"] = []
    found = _credential(store, store)
    assert found.state == "unclear" and "unchecked" in found.faults
    words = said_of(found)
    assert verdict(found)[0] == "cannot tell" and "as it was signed" not in words and "changed after" not in words


@pytest.mark.parametrize("code", [*table(), "something.new"])
def test_no_report_says_both_that_it_was_changed_and_that_it_was_not(code):
    """Each code beside a changed content, an expired certificate and alone."""
    for more in ((), ("assertion.dataHash.mismatch",), ("signingCredential.expired",)):
        words = said_of(_credential(report_with("digitalCapture", code, *more), None))
        denied = any(part in words for part in ("is not what was signed", "was changed after", "be relied on"))
        held = any(part in words for part in ("as it was signed", "The content is as", "unchanged since"))
        assert not (denied and held), words
        assert code not in words
