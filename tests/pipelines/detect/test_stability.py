"""How the stiffness of the look's head is settled: by pictures that calibrate, each as nine files, and the first penalty of which nearly all stay put."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from training.detect.stability import ENOUGH, all_nine, contents, moves, settled

from training.detect import measurements
from training.detect import stability as detect_stability

pytestmark = pytest.mark.slow

WIDTH, MADE, FILE = 20, 0, 1  # columns: both part made from real; FILE does so better, but a file moves it


def test_only_large_pictures_of_the_part_are_taken_half_of_them_made(tmp_path):
    for folder, names in {
        "real": [
            f"a__{part}__photo__{number:03d}__0" for part in ("train", "calibrate", "test") for number in range(5)
        ],
        "fake": [
            f"gallery__{part}__a-{part}-photo-{number:03d}-0__{number:03d}"
            for part in ("train", "calibrate", "test")
            for number in range(5)
        ]
        + [f"faces__train__none__{number:03d}" for number in range(3)],  # never trained on: held out
    }.items():
        (tmp_path / folder).mkdir()
        for name in names:
            Image.new("RGB", (600, 511 if name.endswith(("000__0", "__000")) else 512)).save(
                tmp_path / folder / f"{name}.png"
            )
    found = [path.stem for path in contents(tmp_path, "calibrate", 6)]
    assert [name.split("__")[0] for name in found] == ["a"] * 3 + ["gallery"] * 3
    assert all("__calibrate__" in name for name in found)
    assert len(contents(tmp_path, "calibrate", 100)) == 8  # those of 511 pixels stay out
    assert sum("faces" in path.stem for path in contents(tmp_path, "test", 100)) == 2


def test_a_content_is_nine_files_and_a_jpeg_keeps_its_bytes():
    copies = all_nine(Image.effect_noise((600, 520), 60).convert("RGB"))
    assert sorted({picture.size for picture, _ in copies}) == [(300, 260), (450, 390), (600, 520)]
    assert [content is not None for _, content in copies] == [False, True, False] * 3
    assert len({picture.tobytes() for picture, _ in copies}) == 9


def test_how_far_a_content_moves_is_its_highest_score_less_its_lowest():
    assert moves(["a", "b", "a", "b", "a"], np.array([0.2, 0.9, 0.5, 0.9, 0.1])) == pytest.approx({"a": 0.4, "b": 0.0})


def test_the_lowest_penalty_that_holds_enough_contents_is_settled_on():
    assert settled({1: 0.9, 2: ENOUGH - 0.001, 3: ENOUGH, 4: 1.0}) == 3
    assert settled({1: 0.9, 2: ENOUGH - 0.001}) is None


def test_each_part_measures_its_contents_once_and_what_is_missing_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(
        detect_stability,
        "measured",
        lambda picture, content, views, *, slow: {"clip": np.zeros((1, 4)), "size": np.array(picture.size)},
    )
    for number in range(3):
        (tmp_path / "real").mkdir(exist_ok=True)
        Image.new("RGB", (640, 520), (number, 90, 90)).save(
            tmp_path / "real" / f"a__calibrate__photo__{number:03d}__0.png"
        )
    assert detect_stability.missing(tmp_path) == 27
    detect_stability.measure(tmp_path, 0, 2)
    assert detect_stability.missing(tmp_path) == 9
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "stability" / "variants").iterdir()}
    detect_stability.measure(tmp_path, 1, 2)
    detect_stability.measure(tmp_path, 0, 2)
    assert detect_stability.missing(tmp_path) == 0
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())
    assert {item.variant for item in measurements.listed(tmp_path / "stability")} == set(range(9))


def _kept(folder: Path, part: str, count: int, copies: int) -> None:
    rng, scores = np.random.default_rng(count + copies), {}
    (folder / "variants").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        label = number % 2
        name = (
            f"gallery__{part}__a-{part}-photo-{number:03d}-0__{number:03d}"
            if label
            else f"a__{part}__photo__{number:03d}__0"
        )
        picture = rng.normal(0, 1, WIDTH)
        picture[[MADE, FILE]] += 1.5 * label, 4 * label
        for copy in range(copies):
            clip = np.repeat(picture[None], 2, 0)
            clip[:, FILE] += 1.5 * rng.normal()
            np.savez(folder / "variants" / f"{name}__v{copy}.npz", clip=clip, spectrum=rng.normal(0, 1, (1, 34)))
            scores[f"{name}__v{copy}"] = np.zeros(2, np.float32)
    kept = folder / "residual_landed.npz"
    np.savez(kept, **scores, **(dict(np.load(kept)) if kept.exists() else {}))


def test_a_stiffer_head_moves_less_between_copies(tmp_path):
    _kept(tmp_path, "train", 80, 3)
    _kept(tmp_path, "calibrate", 80, 1)
    _kept(tmp_path / "copies", "calibrate", 20, 5)
    data, copies = measurements.Measured(tmp_path, landed=True), measurements.Measured(tmp_path / "copies", landed=True)
    loose, stiff = (
        detect_stability.judged(data, copies, measurements.HEADS | {"clip": penalty}) for penalty in (0.0, 3.0)
    )
    assert len(loose[1]) == len(stiff[1]) == 20
    assert np.mean(list(stiff[1].values())) < 0.7 * np.mean(list(loose[1].values()))
    assert loose[0] > 0.8
