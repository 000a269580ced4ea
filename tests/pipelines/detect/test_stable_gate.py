"""What may be called AI must score so in every copy of the picture."""

import pytest

from pipelines.detect.parts.fusion import limits
from pipelines.detect.parts.picture import LOOKS, _stable_gate
from pipelines.detect.parts.picture_signals import CAVEATS, TITLES
from pipelines.detect.parts.signals import Signal

HIGH, LOW = 6.0, -6.0


@pytest.fixture(autouse=True)
def fused(monkeypatch):
    """All three looks decide together, as where no head for today's generators is landed."""
    rules = {"image": {name: value for name, value in limits()["image"].items() if name != "decided_by"}}
    monkeypatch.setattr("pipelines.detect.parts.fusion.limits", lambda: rules)
    monkeypatch.setattr("pipelines.detect.parts.picture.limits", lambda: rules)


def signals():
    return tuple(Signal(name, TITLES[name], True, HIGH, 1.0, "seen", CAVEATS[name]) for name in LOOKS)


def copies(*ratios):
    return [dict.fromkeys(LOOKS, ratio) for ratio in ratios]


@pytest.mark.parametrize(
    ("ratios", "passes"),
    [((HIGH, HIGH, HIGH), True), ((LOW, LOW, LOW), True), ((HIGH, LOW, HIGH), False), ((LOW, LOW, HIGH), False)],
)
def test_the_copies_must_agree(ratios, passes):
    assert _stable_gate(copies(*ratios), signals()).passed is passes


def test_a_copy_that_is_merely_undecided_stops_an_accusation_and_nothing_else():
    used = limits()["image"]["signals"]
    between = -limits()["image"]["intercept"] / sum(used[name]["weight"] for name in LOOKS)  # a chance of one half
    assert not _stable_gate(copies(HIGH, between, HIGH), signals()).passed
    assert _stable_gate(copies(LOW, between, LOW), signals()).passed
