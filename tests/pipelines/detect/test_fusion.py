"""Fusion: what is signed, what is gated, what is undecided; caps hold; nothing is ever called authentic."""

import math

import pytest

from pipelines.detect.parts import fusion
from pipelines.detect.parts.signals import VERDICTS, Examined, Gate, Judgement, Provenanced, Signal, silent_signal

RULES = {
    "intercept": -0.5,
    "signals": {
        "look": {"weight": 1.0, "cap": 4.0},
        "grain": {"weight": 0.5, "cap": 1.0},
        "ela": {"weight": 0.0, "cap": 0.0},
    },
    "likely_from": 0.9,
    "accuses": True,
    "why_not": "Too few recordings were at hand.",
}


@pytest.fixture(autouse=True)
def calibration(monkeypatch):
    def use(**changes):
        monkeypatch.setattr(fusion, "limits", lambda: {"image": RULES | changes})

    use()
    return use


def signal(name, ratio, quality=1.0):
    return Signal(name, name.title(), True, ratio, quality, f"{name} saw {ratio}.", "")


def examined(look=0.0, grain=0.0, gates=(), **qualities):
    return Examined((signal("look", look, qualities.get("look_quality", 1.0)), signal("grain", grain)), tuple(gates))


def test_ratios_are_weighed_by_quality_and_capped():
    assert fusion.log_odds("image", examined(2.0, 1.0).signals) == pytest.approx(-0.5 + 2.0 + 0.5)
    assert fusion.log_odds("image", examined(2.0, 1.0, look_quality=0.5).signals) == pytest.approx(-0.5 + 1.0 + 0.5)
    assert fusion.log_odds("image", examined(100.0, -100.0).signals) == pytest.approx(-0.5 + 4.0 - 1.0)


@pytest.mark.parametrize(
    ("look", "verdict"), [(4.0, "likely AI"), (-2.0, "cannot tell"), (-100.0, "cannot tell"), (1.0, "cannot tell")]
)
def test_looks_may_accuse_where_a_wild_test_supports_it_and_never_clear(look, verdict):
    found = fusion.fuse("image", examined(look))
    assert found.verdict == verdict
    assert found.what_would_change_this
    assert not {"score", "confidence"} & set(found.record())  # nobody is told a chance that does not hold in the wild


@pytest.mark.parametrize("kind", ["image", "video", "sound"])
def test_as_landed_no_kind_is_cleared_and_none_accuses_without_a_wild_test(kind, monkeypatch):
    monkeypatch.undo()
    rules = fusion.limits()[kind]
    assert "clear_to" not in rules and rules["wild"]
    assert rules["wild_supports"] or not rules["accuses"]
    names = [name for name, rule in rules["signals"].items() if rule["weight"]]
    for ratio in (-6.0, 0.0, 6.0):
        found = fusion.fuse(kind, Examined(tuple(signal(name, ratio) for name in names)))
        assert found.verdict in ("cannot tell", *(("likely AI",) if rules["accuses"] else ()))
    assert not any("no AI" in verdict or "authentic" in verdict for verdict in VERDICTS)


def test_one_signal_is_not_enough_and_a_weightless_one_does_not_count():
    only = Examined((signal("look", 9.0), signal("ela", 9.0), silent_signal("grain", "Grain", "too small")))
    assert fusion.fuse("image", only).verdict == "cannot tell"
    assert fusion.fuse("image", only).score is None


def test_where_nothing_may_accuse_what_is_only_shown_is_enough_to_say_why(monkeypatch):
    monkeypatch.setattr(fusion, "limits", lambda: {"video": RULES | {"accuses": False}})
    shown = Examined((signal("flow", 0.0), signal("flicker", 0.0)))
    assert fusion.fuse("video", shown).reasons == (RULES["why_not"],)
    assert "Too little can be measured" in fusion.fuse("video", Examined(shown.signals[:1])).reasons[0]


def test_a_closed_gate_says_what_would_open_it():
    found = fusion.fuse("image", examined(9.0, gates=[Gate("size", False, "It is 20 pixels wide.", "A larger copy.")]))
    assert found.verdict == "cannot tell"
    assert "It is 20 pixels wide." in found.reasons
    assert "A larger copy." in found.what_would_change_this


def test_where_the_bound_is_too_high_nobody_is_accused(calibration):
    calibration(accuses=False)
    found = fusion.fuse("image", examined(9.0))
    assert found.verdict == "cannot tell"
    assert RULES["why_not"] in found.reasons


def test_a_sound_may_be_called_ai_and_its_gates_still_forbid_it(monkeypatch):
    monkeypatch.setattr(fusion, "limits", lambda: {"sound": RULES})
    found = fusion.fuse("sound", examined(9.0))
    assert found.verdict == "likely AI"
    assert any("recorder" in change for change in found.what_would_change_this)
    silent = Gate("speech", False, "0.0 seconds of speech are heard.", "A part in which somebody speaks.")
    assert fusion.fuse("sound", examined(9.0, gates=[silent])).verdict == "cannot tell"


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
    assert fusion.fuse("image", examined(9.0), Provenanced(state)).verdict == verdict


@pytest.mark.parametrize(
    ("says", "verdict"),
    [("signed", "says AI (signed, unconfirmed)"), ("mark", "marked as AI"), ("unsigned", "says AI (unsigned)")],
)
def test_what_the_file_says_decides_whoever_says_it(says, verdict):
    said = Provenanced("none", ("It says so.",), 6.0, says)
    assert fusion.fuse("image", examined(-9.0), said).verdict == verdict
    weak = Provenanced("none", ("It names a program in passing.",), 1.5, says)
    assert fusion.fuse("image", examined(-9.0), weak).verdict == "cannot tell"


def test_a_mark_decides_without_signals_and_never_clears():
    marked = Provenanced("none", ("The studio's own mark was read.",), 8.0, "mark")
    closed = Examined((), (Gate("size", False, "Too small.", ""),))
    assert fusion.fuse("image", closed, marked).verdict == "marked as AI"
    assert fusion.fuse("image", examined(-9.0), marked).verdict == "marked as AI"


def test_records_are_plain_and_wrong_signals_are_refused():
    import json

    record = signal("look", 1.0).record() | fusion.fuse("image", examined(2.0)).record()
    assert json.loads(json.dumps(record)) == record
    with pytest.raises(ValueError):
        Signal("x", "X", False, 1.0, 1.0, "", "")
    with pytest.raises(ValueError):
        Signal("x", "X", True, math.nan, 1.0, "", "")
    with pytest.raises(ValueError):
        Judgement("authentic", None, (), ())
