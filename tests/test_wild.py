"""The wild test itself: its layout, its figures on made-up scores, and one whole run of the detector on a tiny folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from measure.eval import wild
from pipelines.core.models import ASSETS

pytestmark = pytest.mark.long


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two generators and two sources of three small pictures each, one of them without an ending."""
    rng = np.random.default_rng(0)
    for place in ("ai/dream", "ai/paint", "real/phone", "real/scans"):
        (tmp_path / place).mkdir(parents=True)
        for number in range(3):
            size = (64, 64) if number == 0 else (96, 64)
            picture = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
            picture.save(tmp_path / place / (f"{number}.png" if number else "0"), "PNG")
    (tmp_path / "real" / "phone" / "notes.txt").write_text("not a picture")
    return tmp_path


def stub(path: Path) -> dict:
    """A detector that knows this folder."""
    score = 0.9 if "/ai/" in str(path) else 0.1
    looks = "likely AI" if score > 0.8 else "cannot tell"
    return {"score": score, "looks": looks, "verdict": looks, "face": False}


def test_a_folder_is_read_and_a_run_goes_on_where_it_stopped(folder, tmp_path):
    keep, asked = tmp_path / "kept.json", []

    def count_asked(path):
        asked.append(path)
        return stub(path)

    seen = wild.run(folder, keep, count_asked)
    assert len(seen) == len(asked) == 12 and {one.group for one in seen} == {"dream", "paint", "phone", "scans"}
    assert len(wild.run(folder, keep, count_asked)) == len(asked) == 12


def test_the_tables_tell_groups(folder):
    lines = wild.tables(wild.run(folder, None, stub))
    told = {line.split("|")[1].strip(): line for line in lines if line.startswith("| ")}
    assert {"**all**", "generator dream", "source scans"} <= set(told)
    assert "| 6 of 6 | 0 of 6, bound 39.3% |" in told["**all**"]
    assert "1.000 (1.000 to 1.000)" in told["**all**"]


def one(made: bool, score: float | None, group: str, looks: str = "cannot tell") -> wild.Seen:
    return wild.Seen("a", made, group, score, looks, looks)


def test_found_at_a_share_of_false_ones_and_what_is_not_measurable_is_not_found():
    seen = [one(False, score, "phone") for score in np.linspace(0, 0.99, 100)]
    seen += [one(True, score, "dream") for score in (0.999, 0.985, 0.5)] + [one(True, None, "dream")]
    assert wild.found_at(seen, 0.01) == 0.5  # one false one is allowed: above 0.98
    assert wild.found_at(seen, 0.0) == 0.25


def test_intervals_come_from_whole_groups():
    """Within a group all are alike, so a thousand files of two groups say no more than two files."""
    rng = np.random.default_rng(1)
    scattered = [one(bool(i % 2), float(rng.normal(i % 2)), f"group{i}") for i in range(200)]
    grouped = [one(bool(i % 2), float(rng.normal(i % 2)), f"group{i % 4}") for i in range(200)]
    shifted = [one(x.made, (x.score or 0) + 2 * (x.group in ("group0", "group3")), x.group) for x in grouped]
    width = [high - low for _, low, high in (wild.interval(scattered, 300), wild.interval(shifted, 300))]
    assert width[1] > 2 * width[0]


def test_a_cleared_file_fails_the_run(folder, monkeypatch, capsys):
    def clearing(path):
        return stub(path) | {"looks": "no AI evidence found"}

    monkeypatch.setattr(wild, "judge_file", clearing)
    assert wild.main([str(folder)]) == 1
    assert "| 12 |" in capsys.readouterr().out


@pytest.mark.weights
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_the_real_detector_clears_nothing_and_reads_what_a_file_says(tmp_path, capsys):
    for place in ("ai/studio", "real/sample"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "ai/studio/fox.webp").write_bytes((ASSETS / "specimens" / "scene-fox.webp").read_bytes())
    with Image.open(ASSETS / "samples" / "coffee.jpg") as picture:
        picture.convert("RGB").resize((360, 270)).save(tmp_path / "real/sample/coffee.jpg", quality=90)
    keep = tmp_path / "kept.json"
    assert wild.main([str(tmp_path), "--keep", str(keep)]) == 0
    kept = json.loads(keep.read_text())
    # the specimen's credential is this studio's own and says that code painted it without a trained model
    assert kept["ai/studio/fox.webp"]["verdict"] == "made by code (signed)"
    assert kept["real/sample/coffee.jpg"]["verdict"] == "weak support for a camera"
    assert "| 1 of 1 |" in capsys.readouterr().out
