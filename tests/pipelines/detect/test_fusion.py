"""Fusion: what is signed, what is gated, what is undecided; caps hold; nothing is ever called authentic."""

import math

import pytest

from pipelines.detect.parts import fusion
from pipelines.detect.parts.chain import BY_LOOKS
from pipelines.detect.parts.signals import VERDICTS, Examined, Gate, Judgement, Provenanced, Signal, silent_signal

BANDS = [
    {"from": None, "support": "weak support for a camera", "ratio": 0.1, "low": 0.05, "high": 0.4, "faces": True},
    {"from": -1.0, "support": "", "ratio": 1.1, "low": 0.7, "high": 1.6, "faces": True},
    {"from": 1.0, "support": "weak support for AI", "ratio": 4.0, "low": 2.0, "high": 9.0, "faces": False},
    {"from": 2.0, "support": "moderate support for AI", "ratio": 20.0, "low": 8.0, "high": 50.0, "faces": True},
]
EVIDENCE = {
    "near": 0.5,
    "of": {"made": 100, "services": 20, "people": 90, "sources": 70},
    "bands": [band | {"made": 12, "people": 3} for band in BANDS],
}
RULES = {"decided_by": "look", "likely_from": 3.0, "accuses": True, "why_not": "Too few recordings were at hand."}
RULES |= {"evidence": EVIDENCE, "how_often_wrong": "Two of 200 were."}


@pytest.fixture(autouse=True)
def calibration(monkeypatch):
    def use(**changes):
        monkeypatch.setattr(fusion, "limits", lambda: {"image": RULES | changes})

    use()
    return use


def signal(name, ratio, **measured):
    return Signal(name, name.title(), True, ratio, 1.0, f"{name} saw {ratio}.", "", measured=measured)


def examine_with(look=0.0, grain=0.0, gates=(), face=0.0):
    return Examined((signal("look", look, face=face), signal("grain", grain)), tuple(gates))


def test_only_the_signal_that_decides_counts():
    assert fusion.log_odds("image", examine_with(2.0, 9.0).signals) == 2.0
    assert fusion.log_odds("image", (signal("grain", 9.0), silent_signal("look", "Look", "too small"))) is None
    assert fusion.is_decisive("image", signal("look", 0.0)) and not fusion.is_decisive("image", signal("grain", 9.0))


@pytest.mark.parametrize(
    ("look", "verdict", "sentence"),
    [
        (4.0, "likely AI", "probably made or edited by AI"),
        (
            2.0,
            "moderate support for AI",
            "AI pictures get a score like this about 20 times as often as photographs: moderate",
        ),
        (1.5, "weak support for AI", "about 4 times as often as photographs"),
        (0.0, "cannot tell", ""),
        (-9.0, "weak support for a camera", "about 10 times as often as AI pictures"),
    ],
)
def test_looks_may_accuse_where_a_wild_test_supports_it_and_never_clear(look, verdict, sentence):
    judgement = fusion.fuse("image", examine_with(look))
    assert judgement.verdict == verdict and sentence in judgement.sentence and bool(sentence) == bool(judgement.ratio)
    assert not sentence or any("12 of 100 AI pictures by 20 services" in reason for reason in judgement.reasons)
    assert look >= 0 or "clears nothing" in judgement.sentence
    assert judgement.what_would_change_this
    assert not {"score", "confidence"} & set(
        judgement.record()
    )  # nobody is told a chance that does not hold in the wild


def test_a_face_gets_no_step_that_was_not_shown_for_faces():
    verdicts = [fusion.fuse("image", examine_with(look, face=1.0)).verdict for look in (1.5, 2.5)]
    assert verdicts == ["cannot tell", "moderate support for AI"]


@pytest.mark.parametrize("kind", ["image", "video", "sound"])
def test_as_landed_no_kind_is_cleared_and_none_accuses_without_a_wild_test(kind, monkeypatch):
    monkeypatch.undo()
    rules = fusion.limits()[kind]
    assert "clear_to" not in rules and rules["wild"]
    assert rules["wild_supports"] or not rules["accuses"]
    assert rules["accuses"] or rules["why_not"]
    names = ["native", "edited", "bandwidth"]
    for ratio in (-6.0, 0.0, 6.0):
        found = fusion.fuse(kind, Examined(tuple(signal(name, ratio) for name in names)))
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
