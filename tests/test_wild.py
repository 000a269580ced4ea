"""The wild test itself: its layout, its changes, its figures on made-up scores, and one whole run of the detector on a tiny folder."""

from __future__ import annotations

import json
from dataclasses import replace
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


def stub(path: Path, kind: str) -> dict:
    """A detector that knows this folder, and that is blind after a JPEG."""
    with Image.open(path) as picture:
        size = picture.size
    made = "/ai/" in str(path)
    score = 0.5 if path.suffix == ".jpg" else 0.9 if made else 0.1
    looks = "likely AI" if score > 0.8 else "cannot tell"
    return {"score": score, "looks": looks, "verdict": looks, "gates_open": True, "width": size[0], "height": size[1]}


def test_a_folder_is_read_and_a_run_goes_on_where_it_stopped(folder, tmp_path):
    keep, asked = tmp_path / "kept.json", []

    def counted(path, kind):
        asked.append(path)
        return stub(path, kind)

    seen = wild.run(folder, keep, ("none", "jpeg70"), judge=counted)
    assert len(seen) == len(asked) == 24 and {one.group for one in seen} == {"dream", "paint", "phone", "scans"}
    assert len(wild.run(folder, keep, ("none", "jpeg70"), judge=counted)) == 24 and len(asked) == 24
    assert len(wild.run(folder, None, ("none",), most=1, judge=stub)) == 4
    assert {(one.width, one.height) for one in seen} == {(64, 64), (96, 64)}  # of the file as it came


def test_the_tables_tell_groups_sizes_shapes_and_changes(folder):
    lines = wild.tables(wild.run(folder, None, ("none", "half"), judge=stub))
    told = {line.split("|")[1].strip(): line for line in lines if line.startswith("| ")}
    assert {"**all**", "generator dream", "source scans", "short side under 512", "square", "not square"} <= set(told)
    assert "after half" in told and "| 6 of 6 | 0 of 6, bound 39.3% |" in told["**all**"]
    assert "1.000 (1.000 to 1.000)" in told["**all**"]


def one(made: bool, score: float | None, group: str, looks: str = "cannot tell") -> wild.Seen:
    return wild.Seen("a", made, group, "image", "none", score, looks, looks, True)


def test_found_at_a_share_of_false_ones_and_what_is_not_measurable_is_not_found():
    seen = [one(False, score, "phone") for score in np.linspace(0, 0.99, 100)]
    seen += [one(True, score, "dream") for score in (0.999, 0.985, 0.5)] + [one(True, None, "dream")]
    assert wild.found_at(seen, 0.01) == 0.5  # one false one is allowed: above 0.98
    assert wild.found_at(seen, 0.0) == 0.25


def test_a_verdict_that_a_saving_turns_is_counted_and_files_that_speak_are_left_out():
    seen = [one(True, 0.9, "g", "likely AI"), replace(one(True, 0.2, "g"), change="jpeg70")]
    seen += [replace(held, made=False, path="b") for held in (seen[1], seen[0])]
    seen[2], seen[3] = replace(seen[2], change="none"), replace(seen[3], change="jpeg70")
    assert list(wild.flips(seen)) == ["| jpeg70 | 1 of 1 (0 newly called AI) | 1 of 1 (1 newly called AI) |"]
    assert not wild.says_nothing(replace(seen[0], verdict="AI-made (signed)")) and wild.says_nothing(seen[0])


def test_intervals_come_from_whole_groups():
    """Within a group all are alike, so a thousand files of two groups say no more than two files."""
    rng = np.random.default_rng(1)
    scattered = [one(bool(i % 2), float(rng.normal(i % 2)), f"group{i}") for i in range(200)]
    grouped = [one(bool(i % 2), float(rng.normal(i % 2)), f"group{i % 4}") for i in range(200)]
    shifted = [one(x.made, (x.score or 0) + 2 * (x.group in ("group0", "group3")), x.group) for x in grouped]
    width = [high - low for _, low, high in (wild.interval(scattered, 300), wild.interval(shifted, 300))]
    assert width[1] > 2 * width[0]


def test_a_cleared_file_fails_the_run(folder, monkeypatch, capsys):
    def clearing(path, kind):
        return stub(path, kind) | {"looks": "no AI evidence found"}

    monkeypatch.setattr(wild, "judged", clearing)
    monkeypatch.setattr(wild.run, "__defaults__", (0, clearing))
    assert wild.main([str(folder), "--changes", "none"]) == 1
    assert "| 12 |" in capsys.readouterr().out


@pytest.mark.weights
def test_the_real_detector_clears_nothing_and_reads_what_a_file_says(tmp_path, capsys):
    for place in ("ai/studio", "real/sample"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "ai/studio/fox.webp").write_bytes((ASSETS / "specimens" / "scene-fox.webp").read_bytes())
    with Image.open(ASSETS / "samples" / "coffee.jpg") as picture:
        picture.convert("RGB").resize((360, 270)).save(tmp_path / "real/sample/coffee.jpg", quality=90)
    keep = tmp_path / "kept.json"
    assert wild.main([str(tmp_path), "--changes", "none", "--keep", str(keep)]) == 0
    kept = json.loads(keep.read_text())
    # the specimen's credential is this studio's own and says that code painted it without a trained model
    assert kept["ai/studio/fox.webp|none"]["verdict"] == "made by code (signed)"
    assert kept["real/sample/coffee.jpg|none"]["verdict"] == "cannot tell"
    assert "| 1 of 1 |" in capsys.readouterr().out
