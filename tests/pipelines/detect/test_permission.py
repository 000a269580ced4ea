"""Who may be called AI by signals alone: only where the bound on false positives keeps the bar; and the limit of a sound stands above people."""

import json

import numpy as np
import pytest

from measure.eval import eval_detect
from pipelines.detect.parts import fusion
from training.detect import recordings
from training.detect import sound as detect_sound

pytestmark = pytest.mark.slow


@pytest.fixture
def calibration(tmp_path, monkeypatch):
    path = tmp_path / "weights" / "detect.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"image": {"accuses": True}, "sound": {"accuses": False, "wild_supports": True}}))
    monkeypatch.setattr("pipelines.core.models.ASSETS", tmp_path)
    yield lambda: json.loads(path.read_text())
    fusion.limits.cache_clear()


@pytest.mark.parametrize(("wrong", "of", "accuses"), [(0, 98, False), (0, 99, True), (1, 156, False), (1, 157, True)])
def test_a_kind_accuses_only_within_the_bar(calibration, wrong, of, accuses):
    eval_detect._permit("sound", wrong, of, "Too many.", {"likely_from": 0.95})
    held = calibration()
    assert held["sound"]["accuses"] is accuses
    assert held["sound"]["why_not"] == ("" if accuses else "Too many.")
    assert held["sound"]["false_positives"]["of"] == of
    assert held["sound"]["likely_from"] == 0.95
    assert held["image"] == {"accuses": True}


def test_without_a_wild_test_nobody_is_accused_however_good_the_figures_here_are(calibration):
    eval_detect._permit("sound", 0, 500, "Too many.", {"wild_supports": False})
    eval_detect._permit("sound", 0, 500, "Too many.", {})
    assert not calibration()["sound"]["accuses"] and calibration()["sound"]["why_not"] == "Too many."


def test_music_that_is_taken_for_a_voice_forbids_it(calibration):
    eval_detect._permit("sound", 0, 500, "Too many.", {}, "Two songs were taken for a voice.")
    assert not calibration()["sound"]["accuses"]
    assert calibration()["sound"]["why_not"] == "Two songs were taken for a voice."


def measured(high_person):
    """Thirty people and twelve voices that two numbers part; one person sounds like a voice."""
    rng = np.random.default_rng(0)
    names = [f"person{i}" for i in range(30)] + [f"voice{i}" for i in range(12)]
    groups = [name for name in names for _ in range(3)]
    y = np.array([int(name.startswith("voice")) for name in groups])
    x = rng.normal(0, 1, (len(y), 2)) + 4.0 * y[:, None]
    if high_person:
        x[[name == "person7" for name in groups]] = 9.0
    return x, y, groups, ["kokoro" if label else "people" for label in y]


@pytest.mark.parametrize("high_person", [False, True])
def test_people_are_judged_by_a_limit_that_never_met_them(monkeypatch, high_person):
    monkeypatch.setattr(detect_sound, "GROUPS", 3)
    monkeypatch.setattr(detect_sound, "measurements", lambda folder: measured(high_person))
    found = detect_sound.judge(None)
    assert detect_sound.accused(found) == (["person7"] if high_person else [])


def test_the_limit_stands_above_every_person_heard():
    score, y, groups = np.array([5.0, 5.0, -1.0, 9.0]), np.array([0, 0, 0, 1]), np.array(["a", "a", "b", "voice"])
    assert detect_sound.limit(score, y, groups) == 5.0 + detect_sound.MARGIN
    assert detect_sound.limit(score - 9.0, y, groups) == detect_sound.LEAST_LIMIT


def test_one_person_is_one_speaker_and_robots_are_left_out():
    import re

    pattern = recordings.PEOPLE["debian:hedgewars-data==1.0.2-13"][0]
    assert re.search(pattern, "Data/Sounds/voices/Pirate/Ow1.ogg")[1] == "Pirate"
    assert re.search(pattern, "Data/Sounds/voices/Robot/Ow1.ogg") is None
    assert re.search(pattern, "Data/Sounds/voices/Singer/Ow1.ogg") is None
