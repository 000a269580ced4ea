"""What can be wrong with a content credential, kept apart: changed content is another thing than an expired certificate or a malformed statement.

C2PA Technical Specification 2.2, section 15.2 "Returning validation results"; CAWG Identity Assertion 1.2, section 7. `status_codes.json` maps every
code of both by hand: "tampered" only where a hash or a signature fails. A code that is not in it is unknown, and nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

# the gravest first
Fault = Literal[
    "tampered",
    "damaged",
    "unchecked",
    "revoked",
    "expired",
    "unfit",
    "malformed",
    "unsupported",
    "unknown",
    "untrusted",
    "name",
    "undated",
]
GRAVEST_FIRST: tuple[Fault, ...] = get_args(Fault)
BINDING_FAILS = ("tampered", "damaged", "unchecked")  # the content is not what was signed, or nobody could find out
NO_FAULT = ("information", "holds")
NAMES = "cawg."  # codes about a person or organisation whose name was added; the claim's own signature covers that statement too
TABLE = Path(__file__).with_name("status_codes.json")
BOUND_CODES = (
    "assertion.dataHash.match",
    "assertion.bmffHash.match",
    "assertion.boxesHash.match",
    "assertion.collectionHash.match",
    "assertion.multiAssetHash.match",
)


@lru_cache(maxsize=1)
def records() -> dict[str, Any]:
    """What TABLE holds: status codes, the sentences for them, and what each fault means for whoever looks at the file."""
    return dict(json.loads(TABLE.read_text("utf-8")))


@dataclass(frozen=True)
class Code:
    """What a status code stands for: a fault, or "information" or "holds" where nothing is wrong, and the sentence that says it."""

    fault: str
    sentence: str


@lru_cache(maxsize=1)
def table() -> Mapping[str, Code]:
    """Every known status code."""
    return {
        code: Code(fault, records()["sentences"][sentence[0]] if sentence else "")
        for code, (fault, *sentence) in records()["codes"].items()
    }


def meaning_of(code: str) -> Code:
    """What a status code stands for; one that is not in the table is unknown."""
    unknown = table()["general.error"]
    return table().get(code, unknown)


def faults_of(failures: Sequence[Mapping[str, Any]], successes: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """The faults behind a validation's status codes, the gravest first.

    Where something is wrong and the signature and the binding to the content were not both found to hold, the content is "unchecked".
    """
    good = {str(entry.get("code")) for entry in successes}
    holds = "claimSignature.validated" in good and any(code in good for code in BOUND_CODES)
    texts: set[str] = {_fault(str(entry.get("code"))) for entry in failures} - set(NO_FAULT)
    if not holds and texts - {"tampered", "damaged", "untrusted", "name"} and not texts & {"tampered", "damaged"}:
        texts.add("unchecked")
    return tuple(fault for fault in GRAVEST_FIRST if fault in texts)


def _fault(code: str) -> str:
    fault = meaning_of(code).fault
    return "name" if code.startswith(NAMES) and fault not in NO_FAULT else fault


def sentences(entries: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Failures as sentences, each once, without codes. That a signer is unknown is no failure: it has a state of its own."""
    codes = [str(entry.get("code")) for entry in entries if entry.get("code") != "signingCredential.untrusted"]
    return tuple(dict.fromkeys(text for code in codes if (text := meaning_of(code).sentence)))


def meanings(faults: Sequence[Fault]) -> tuple[str, ...]:
    """What the faults mean. That the file is as it was signed is never said beside a fault that denies it."""
    denying = [fault for fault in faults if fault in BINDING_FAILS]
    return tuple(records()["meanings"][fault] for fault in denying or faults)
