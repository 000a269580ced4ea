"""Codes that are changed, rounding, and nudges that keep to their budget."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.lab.codes import codes, read_edits
from pipelines.lab.nudge import nudge
from pipelines.lab.parts import nudging


@pytest.mark.parametrize("text", ["64=1", "3=6000", "3", "3=x", "-1=5", "1=2=3"])
def test_edits_that_cannot_be_made_are_refused(text: str):
    with pytest.raises(Refusal):
        read_edits(text, 6000)


def test_a_nudge_is_cut_to_its_budget():
    torch.manual_seed(0)
    of, long = torch.randn(40), 9 * torch.randn(40)
    assert float(nudging.within(long, of, 0.1).norm()) == pytest.approx(0.1 * float(of.norm()), rel=1e-5)
    short = 1e-3 * long
    assert torch.equal(nudging.within(short, of, 0.9), short)
    assert float(nudging.kept_length(of + long, of).norm()) == pytest.approx(float(of.norm()), rel=1e-5)


@pytest.mark.weights
def test_a_changed_code_changes_its_neighbourhood_and_rounding_has_no_slope():
    said = json.loads(codes(edits="27=4012", place=27).files["codes.json"])
    assert said["after"][27] == 4012 and said["before"][27] != 4012
    assert max(said["changed"]) == max(said["changed"][i] for i in (18, 19, 20, 26, 27, 28, 34, 35, 36))
    assert any(said["rounding"]["passed"]) and said["rounding"]["true"].count(0.0) >= 4


@pytest.mark.weights
def test_a_picture_is_nudged_within_its_levels_and_not_at_all_without(monkeypatch):
    monkeypatch.setitem(nudge.__globals__, "STEPS", 2)
    said = json.loads(nudge(what="picture", levels=2.0, seed=1).files["nudge.json"])
    away = np.sign(said["limit"] - said["before"])
    assert 0 < said["most"] <= 2 and (said["after"] - said["before"]) * away > 0.5
    assert [one["level"] for one in said["purified"]] == list(nudging.GRAINS)
    assert all(one["sentence"] and one["decides"] == "At its own size" for one in said["verdicts"].values())
    pictures, still = nudging.on_picture(Image.new("RGB", (300, 260), "teal"), 0.0, 2)
    assert still["most"] == 0 and still["after"] == still["before"]
    assert pictures["before"].tobytes() == pictures["after"].tobytes()
