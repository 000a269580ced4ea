"""What can be wrong with a content credential, kept apart: changed content is another thing than an expired certificate or a malformed statement.

C2PA Technical Specification 2.2, section 15.2 "Returning validation results" (status codes) and 15.7 to 15.12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Fault = Literal["tampered", "damaged", "revoked", "expired", "unfit", "untrusted", "malformed", "undated"]

TAMPERED_CODES = (
    "assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "assertion.boxesHash.mismatch", "assertion.collectionHash.mismatch",
    "assertion.multiAssetHash.mismatch", "assertion.hashedURI.mismatch", "assertion.missing", "assertion.undeclared", "claimSignature.mismatch",
    "claimSignature.missing", "ingredient.manifest.mismatch", "ingredient.manifest.missing", "ingredient.claimSignature.mismatch",
    "ingredient.claimSignature.missing", "assertion.notRedacted", "assertion.selfRedacted",
)  # fmt: skip
EXPIRED_CODES = ("signingCredential.expired", "claimSignature.outsideValidity")
REVOKED_CODES = ("signingCredential.ocsp.revoked", "signingCredential.revoked")
# what is wrong in how a statement is written; the signature can hold all the same
MALFORMED_CODES = (
    "assertion.action.", "assertion.json.invalid", "assertion.cbor.invalid", "assertion.ingredient.malformed", "assertion.metadata.disallowed",
    "assertion.timestamp.malformed", "assertion.cloud-data.", "assertion.external-reference.", "assertion.multipleActions", "assertion.outsideManifest",
)  # fmt: skip
BOUND_CODES = ("assertion.dataHash.match", "assertion.bmffHash.match", "assertion.boxesHash.match", "assertion.collectionHash.match",
               "assertion.multiAssetHash.match")  # fmt: skip

_CHANGED = "The content was changed after it was signed."
SENTENCES = {
    "assertion.dataHash.mismatch": _CHANGED,
    "assertion.bmffHash.mismatch": _CHANGED,
    "assertion.boxesHash.mismatch": _CHANGED,
    "assertion.collectionHash.mismatch": _CHANGED,
    "assertion.multiAssetHash.mismatch": _CHANGED,
    "assertion.hashedURI.mismatch": "A statement inside the credential was changed after it was signed.",
    "assertion.missing": "A statement that the credential names is missing.",
    "assertion.undeclared": "A statement was added to the credential after it was signed.",
    "claimSignature.mismatch": "The signature does not fit the credential.",
    "claimSignature.missing": "The credential has no signature.",
    "claimSignature.outsideValidity": "It was signed outside the time for which the signer's certificate is valid.",
    "signingCredential.expired": "The signer's certificate has expired, and no timestamp shows that it was still valid when it signed.",
    "signingCredential.ocsp.revoked": "The signer's certificate was revoked: whoever issued it no longer vouches for it.",
    "signingCredential.revoked": "The signer's certificate was revoked: whoever issued it no longer vouches for it.",
    "signingCredential.invalid": "The signer's certificate is not fit for signing media.",
    "ingredient.manifest.mismatch": "An ingredient's credential was exchanged.",
    "ingredient.manifest.missing": "An ingredient's credential is missing.",
    "assertion.action.malformed": "One of its actions is not written as the standard asks; the signature over it holds.",
    "assertion.action.ingredientMismatch": "One of its actions names an ingredient that is not there; the signature over it holds.",
    "assertion.json.invalid": "One of its statements cannot be read; the signature over it holds.",
    "assertion.cbor.invalid": "One of its statements cannot be read; the signature over it holds.",
}
# what each fault means for whoever looks at the file
MEANINGS: Mapping[str, str] = {
    "tampered": "The file or its credential is not what was signed. Nothing that the credential says can be relied on.",
    "damaged": "What is left of the credential cannot be read. Nothing in it can be relied on.",
    "revoked": "The key may have been stolen. What it signed is only a claim.",
    "expired": "The file is as it was signed. Who signed it cannot be confirmed any more, since an expired key may have been used by somebody else.",
    "unfit": "The file is as it was signed. The certificate was not made for signing media, so the name in it is only a claim.",
    "untrusted": "The file is as it was signed. The signer is on no list that this studio holds, so the name in it is only a claim.",
    "malformed": "The file is as it was signed. The program that signed it wrote one of its statements wrongly; the others can be read.",
    "undated": "The time in it is the signer's own word. When the certificate expires, the signature can no longer be confirmed.",
}


def faults_of(failures: Sequence[Mapping[str, Any]], successes: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """The faults behind a validation's status codes, the gravest first.

    A failure that is none of the known ones counts as tampered unless the signature and the binding to the content were both found to hold.
    """
    codes = [str(entry.get("code")) for entry in failures]
    good = {str(entry.get("code")) for entry in successes}
    holds = "claimSignature.validated" in good and any(code in good for code in BOUND_CODES)
    found: set[Fault] = {_fault(code, holds) for code in codes}
    if not holds and found & {"expired", "unfit", "malformed"}:
        found.add("tampered")  # nobody checked whether the content is what was signed
    order: tuple[Fault, ...] = (
        "tampered",
        "damaged",
        "revoked",
        "expired",
        "unfit",
        "malformed",
        "untrusted",
        "undated",
    )
    return tuple(fault for fault in order if fault in found)


def _fault(code: str, holds: bool) -> Fault:
    if code in EXPIRED_CODES:
        return "expired"
    if code in REVOKED_CODES:
        return "revoked"
    if code == "signingCredential.untrusted":
        return "untrusted"
    if code.startswith("signingCredential."):
        return "unfit"
    if code in TAMPERED_CODES or not holds:
        return "tampered"
    return "malformed" if code.startswith(MALFORMED_CODES) else "tampered"


def sentences(entries: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Failures as sentences, each once. That a signer is unknown is no failure: it has a state of its own."""
    codes = [str(entry.get("code")) for entry in entries if entry.get("code") != "signingCredential.untrusted"]
    return tuple(dict.fromkeys(SENTENCES.get(code, f"The check “{code}” failed.") for code in codes))
