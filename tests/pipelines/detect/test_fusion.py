"""Fusion: what is signed, what is gated, what is undecided; caps hold; nothing is ever called authentic."""

import math
from pathlib import Path

import pytest

from pipelines.detect.parts import fusion
from pipelines.detect.parts.chain import BY_LOOKS
from pipelines.detect.parts.signals import VERDICTS, Examined, Gate, Judgement, Provenanced, Signal, silent_signal

BANDS = [
    {"from": None, "support": "weak support for a camera", "ratio": 0.1, "low": 0.05, "high": 0.4},
    {"from": -1.0, "support": "", "ratio": 1.1, "low": 0.7, "high": 1.6},
    {"from": 1.0, "support": "weak support for AI", "ratio": 4.0, "low": 2.0, "high": 9.0},
    {"from": 2.0, "support": "moderate support for AI", "ratio": 20.0, "low": 8.0, "high": 50.0},
    {"from": 3.0, "support": "likely AI", "ratio": 30.0, "low": 9.0, "high": 90.0},
]
BANDS = [band | {"made": 12, "people": 3} for band in BANDS]
ALL, FACE = (
    {"of": {"made": 100, "services": 20, "people": 90, "sources": 70}, "bands": some} for some in (BANDS, BANDS[:3])
)
RULES = {"decided_by": "look", "accuses": True, "why_not": "Too few.", "evidence": {"all": ALL, "face": FACE}}


@pytest.fixture(autouse=True)
def calibration(monkeypatch):
    monkeypatch.setattr(fusion, "limits", lambda: {"image": RULES})


def signal(name, ratio, **measured):
    return Signal(name, name.title(), True, ratio, 1.0, f"{name} saw {ratio}.", "", measured=measured)


def examine_with(look=0.0, grain=0.0, gates=(), face=0.0):
    return Examined((signal("look", look, face=face), signal("grain", grain)), tuple(gates))


def test_only_the_signal_that_decides_counts():
    assert fusion.log_odds("image", examine_with(2.0, 9.0).signals) == 2.0
    assert fusion.log_odds("image", (signal("grain", 9.0), silent_signal("look", "Look", "too small"))) is None
    assert fusion.is_decisive("image", signal("look", 0.0)) and not fusion.is_decisive("image", signal("grain", 9.0))


def test_a_face_is_judged_by_what_was_shown_for_faces():
    judgements = [fusion.fuse("image", examine_with(look, face=1.0)) for look in (1.5, 9.0)]
    assert [(one.verdict, one.ratio) for one in judgements] == [("weak support for AI", 4.0)] * 2
    assert all(fusion.ONLY_FACES in one.reasons for one in judgements)


@pytest.mark.parametrize("face", [0.0, 1.0])
@pytest.mark.parametrize("score", [-9.0, -1.1, 0.0, 1.1, 2.1, 9.0])
def test_as_landed_every_output_says_the_same_and_none_accuses_with_less_than_moderate_support(
    score, face, monkeypatch
):
    from pipelines.detect.parts.record import verdict_as_json
    from pipelines.detect.provenance import OriginEvidence
    from studio.provenance.report import chain_lines, headline
    from studio.provenance.table import row
    from studio.storage.artifacts import Artifact

    monkeypatch.undo()
    traces = OriginEvidence("image", {"kind": "image", "name": "a.png"}, None, None)
    verdict = verdict_as_json(traces, Examined((signal("native", score, face=face),)))
    band, of = fusion.find_band(score, face=bool(face)), fusion.evidence_of(bool(face))["of"]
    name, sentence, reasons = band["support"], verdict["sentence"], " ".join(verdict["reasons"])
    entry = row(Artifact("a", "me", "verdict", "application/json", Path("a.json"), "a"), verdict)
    assert entry["verdict"] == verdict["verdict"] == (name or "cannot tell")
    assert headline(verdict).lower() == entry["verdict"].lower()
    looks, follows = chain_lines(verdict)[-2:]
    assert (
        entry["sentence"] == sentence in follows
        and entry["reasons"] == reasons
        and entry["ratio"] == (name and band["ratio"])
    )
    assert not name or (
        f"{sentence} {reasons} This decided it." in looks and f"{band['made']} of {of['made']} AI" in reasons
    )
    assert ("moderate support" in sentence) == (name in ("likely AI", "moderate support for AI"))
    assert "moderate support" not in sentence or (band["ratio"] >= 10 and band["low"] >= 2)
    assert "camera" not in name or "clears nothing" in sentence


@pytest.mark.parametrize("kind", ["image", "video", "sound"])
def test_as_landed_no_kind_is_cleared_and_none_accuses_without_a_wild_test(kind, monkeypatch):
    monkeypatch.undo()
    rules = fusion.limits()[kind]
    assert "clear_to" not in rules and rules["wild"]
    assert rules["wild_supports"] or not rules["accuses"]
    assert rules["accuses"] or rules["why_not"]
    found = fusion.fuse(kind, Examined(tuple(signal(name, 6.0) for name in ("native", "edited", "bandwidth"))))
    assert found.verdict in ("cannot tell", *(BY_LOOKS if rules["accuses"] else ()))
    assert not any("no AI" in verdict or "authentic" in verdict for verdict in VERDICTS)


def test_where_nothing_may_accuse_what_is_shown_is_enough_to_say_why(monkeypatch):
    monkeypatch.setattr(fusion, "limits", lambda: {"video": {"accuses": False, "why_not": "In the wild it failed."}})
    shown = Examined((signal("edited", 9.0), signal("page", 9.0)))
    assert fusion.fuse("video", shown).reasons == ("In the wild it failed.",)
    assert fusion.fuse("video", shown).score is None
    silent = Examined((silent_signal("page", "Page", "too small"),))
    assert "Too little can be measured" in fusion.fuse("video", silent).reasons[0]


def test_a_closed_gate_says_what_would_open_it():
    found = fusion.fuse(
        "image", examine_with(9.0, gates=[Gate("size", False, "It is 20 pixels wide.", "A larger copy.")])
    )
    assert found.verdict == "cannot tell"
    assert "It is 20 pixels wide." in found.reasons
    assert "A larger copy." in found.what_would_change_this


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("made", "AI-made (signed)"),
        ("edited", "AI-edited (signed)"),
        ("captured", "signed capture"),
        ("coded", "made by code (signed)"),
        ("changed", "changed after signing"),
        ("damaged", "credential damaged"),
    ],
)
def test_what_is_signed_comes_first(state, verdict):
    assert fusion.fuse("image", examine_with(9.0), Provenanced(state)).verdict == verdict


@pytest.mark.parametrize(
    ("says", "verdict"),
    [("signed", "says AI (signed, unconfirmed)"), ("mark", "marked as AI"), ("unsigned", "says AI (unsigned)")],
)
def test_what_the_file_says_decides_whoever_says_it(says, verdict):
    said = Provenanced("none", ("It says so.",), 6.0, says)
    assert fusion.fuse("image", examine_with(-9.0), said).verdict == verdict
    weak = Provenanced("none", ("It names a program in passing.",), 1.5, says)
    assert fusion.fuse("image", examine_with(-9.0), weak).verdict == "cannot tell"


def test_records_are_plain_and_wrong_signals_are_refused():
    import json

    record = signal("look", 1.0).record() | fusion.fuse("image", examine_with(2.0)).record()
    assert json.loads(json.dumps(record)) == record
    with pytest.raises(ValueError):
        Signal("x", "X", False, 1.0, 1.0, "", "")
    with pytest.raises(ValueError):
        Signal("x", "X", True, math.nan, 1.0, "", "")
    with pytest.raises(ValueError):
        Judgement("authentic", None, (), ())
