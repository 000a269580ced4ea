"""The chain of reasons of a verdict: what was asked of a file, in order, what was found, and which answer decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATES = {
    "this studio": "Signed by this studio",
    "known signer": "Signed by a known signer",
    "unrecognised signer": "Signed by an unknown signer",
    "expired": "Signed, certificate expired",
    "malformed": "Signed, a statement is written wrongly",
    "unclear": "Signed, not all of it can be checked",
    "broken": "Changed after it was signed, or its credential is damaged",
    "none": "No content credential",
    "unchecked": "Not checked",
}
BY_SIGNATURE = (
    "AI-made (signed)",
    "AI-edited (signed)",
    "signed capture",
    "made by code (signed)",
    "says AI (signed, unconfirmed)",
    "changed after signing",
    "credential damaged",
)

NOBODY_CAN_TELL = "By these alone nobody can tell."

BY_LOOKS = ("likely AI", "moderate support for AI", "weak support for AI", "weak support for a camera")


@dataclass(frozen=True)
class Step:
    """One question, what was found in plain sentences, and whether the answer decided the verdict."""

    question: str
    found: tuple[str, ...]
    decides: bool = False

    def record(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"question": self.question, "found": list(self.found), "decides": self.decides}


def chain(verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps behind a verdict's JSON (`record.judged`), in the order in which they are taken."""
    name, origin = verdict["verdict"], verdict["provenance"]
    steps = [
        Step("Is it signed, and is it as it was signed?", _signature(origin), name in BY_SIGNATURE),
        Step("Does it carry an invisible mark?", _marks(origin), name == "marked as AI"),
        Step("What does its metadata say?", _metadata(origin), name == "says AI (unsigned)"),
    ]
    if verdict["method"] == "detect.examine":
        steps.append(Step("Can it be judged by its looks or its sound?", _gates(verdict)))
        steps.append(Step("What do its looks or its sound say?", _looks(verdict), name in BY_LOOKS))
    else:
        steps.append(
            Step("What do its looks or its sound say?", ("They were not measured: only its origin was read.",))
        )
    steps.append(Step("What follows?", (str(verdict["sentence"]),)))
    return [step.record() for step in steps]


def _signature(origin: Mapping[str, Any]) -> tuple[str, ...]:
    credential = origin.get("credential") or {"state": "unchecked"}
    sentences = [STATES.get(credential["state"], f"Its credential is {credential['state']}.")]
    if credential.get("signer") and credential["state"] != "this studio":
        sentences.append(f"The name in the certificate is {credential['signer']}.")
    sentences += [str(one) for one in (*credential.get("problems", ()), *credential.get("means", ()))]
    if origin.get("registry"):
        sentences.append(f"This studio wrote this very file, with {origin['registry']['pipeline']}.")
    return tuple(dict.fromkeys(sentences))


def _marks(origin: Mapping[str, Any]) -> tuple[str, ...]:
    sentences = []
    for mark in origin.get("marks", ()):
        known = mark.get("registry")
        whose = f"made here with {known['pipeline']}" if known else "not known to this studio's registry"
        sentences.append(f"The mark {mark['mark']} of an Afternoon Studio is in the {mark['where']}: {whose}.")
    for mark in origin.get("foreign_marks", ()):
        sentences.append(f"The mark of {mark['whose']} is in it ({mark['method']}, {mark['fits']}).")
    return tuple(sentences) or ("No mark that can be read here was found.",)


def _metadata(origin: Mapping[str, Any]) -> tuple[str, ...]:
    found = [f"{one['where']}: {one['generator']}: {one['says'][:200]}" for one in origin.get("inscriptions", ())]
    return tuple(found) or ("It holds nothing that generators write.",)


def _gates(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    if verdict["media"]["kind"] != "image":
        return ("No: what films and sounds look like is only shown.",)
    closed = [f"No: {gate['finding']}" for gate in verdict.get("gates", ()) if not gate["passed"]]
    return tuple(closed) or ("Yes: it is large enough.",)


def _looks(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    """What the deciding signal found, and what follows from the looks alone."""
    used = [signal for signal in verdict.get("signals", ()) if signal["applicable"] and signal.get("counts")]
    alone = verdict.get("by_signals_alone") or {}
    if not used:
        why = (verdict.get("calibration") or {}).get("why_not")
        return (str(why or "Nothing that may decide could be measured on it."), NOBODY_CAN_TELL)
    if alone.get("verdict", "cannot tell") == "cannot tell":
        return (f"{used[0]['title']}: {used[0]['finding']}", NOBODY_CAN_TELL)
    return (str(alone["sentence"]), *alone["reasons"])
