"""How the detector's heads are fitted: whole sources apart, a direction in which copies differ is not used, what is landed scores as it was fitted."""

from pathlib import Path

import numpy as np
import pytest

from pipelines.detect.parts import heads
from training.detect import fit as detect
from training.detect import measurements
from training.detect.items import read
from training.detect.variants import ALL_VIEWS, fitted_views

pytestmark = pytest.mark.slow

WIDTH = 30
MADE, NUISANCE = 0, 1  # columns: what parts made from real, and what also differs between copies of one picture


@pytest.mark.parametrize(
    ("name", "label", "part", "group"),
    [
        ("wesnoth__train__drawing__004__0", 0, "fit", "wesnoth-004"),
        ("hedgewars__calibrate__drawing__004__1", 0, "calibrate", "hedgewars-004"),
        ("mate__test__photo__000__0", 0, "test", "mate-000"),
        ("gallery__train__opencv-train-photo-003-0__007", 1, "fit", "opencv-003"),
        ("gallery__calibrate__wand-calibrate-photo-001-0__002", 1, "calibrate", "wand-001"),
        ("esrgan-photo__test__mate-test-photo-001-0__002", 1, "test", "mate-001"),
        ("faces__train__none__002", 1, "test", "faces-002"),  # a generator that is never trained on
    ],
)
def test_a_picture_goes_where_its_whole_source_and_generator_go(name, label, part, group):
    item = read(Path(f"{name}__v2.npz"))
    assert (item.name, item.label, item.part, item.group, item.variant) == (name, label, part, group, 2)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "variants").mkdir()
    scores = {}
    for part, copies, views in (("train", 3, 2), ("calibrate", 1, 6)):
        for number in range(60):
            label = number % 2
            name = (
                f"gallery__{part}__a-{part}-photo-{number:03d}-0__{number:03d}"
                if label
                else f"a__{part}__photo__{number:03d}__0"
            )
            picture = rng.normal(0, 1, WIDTH)
            picture[[MADE, NUISANCE]] += 3 * label
            for copy in range(copies):
                clip = picture + 0.05 * rng.normal(0, 1, (views, WIDTH))
                clip[:, NUISANCE] += 2 * rng.normal(0, 1, views)
                np.savez(
                    tmp_path / "variants" / f"{name}__v{copy}.npz", clip=clip, spectrum=rng.normal(label, 1, (1, 34))
                )
                scores[f"{name}__v{copy}"] = rng.normal(label, 0.5, views).astype(np.float32)
    np.savez(tmp_path / "residual_scores.npz", **scores)
    return tmp_path


def test_a_picture_is_fitted_in_two_views_of_different_re_encodings_and_all_views_have_their_turn():
    seen = [fitted_views(f"a__train__photo__{number:03d}__0") for number in range(400)]
    assert all(len({form for form, _ in views}) == 2 for views in seen)
    assert {view for views in seen for view in views} == set(ALL_VIEWS)


def test_only_copies_in_the_same_view_say_how_copies_part():
    items = [
        read(Path(f"a__train__photo__{number:03d}__0__v{variant}.npz")) for number in range(500) for variant in range(2)
    ]
    rng = np.random.default_rng(0)
    values = np.repeat(rng.normal(0, 9, (500, 2)), 4, 0) + np.tile(
        [[0, 0], [5, 0]], (1000, 1)
    )  # pictures differ, and so do views
    values += rng.normal(0, 1, (2000, 2)) @ np.array([[1, 0.5], [0, 1]])
    expected = 2 * np.array([[1, 0.5], [0.5, 1.25]])
    assert measurements.Labelled(items).apart(
        np.repeat(np.arange(1000), 2), values, np.tile([0, 1], 1000)
    ) == pytest.approx(expected, abs=0.3)


def test_the_heads_part_made_from_real_by_what_copies_have_in_common(folder):
    data = measurements.Measured(folder)
    tensors = detect.fit_heads(data)
    assert tensors["clip.weight"][MADE] > 4 * abs(tensors["clip.weight"][NUISANCE])
    found = detect.ratios(data, tensors)
    hold = data.part == "calibrate"
    assert detect.auc(found["clip"][hold], data.label[hold]) > 0.95
    rules, intercept = detect.fuse(data, found)
    odds = detect.log_odds(rules, intercept, found)
    assert detect.auc(odds[hold], data.label[hold]) > 0.95
    assert {name for name, rule in rules.items() if rule["weight"]} <= set(measurements.HEADS)
    assert detect.choose_threshold(data, rules, intercept, found)["likely_from"] >= detect.LIKELY_FROM


def test_of_two_heads_that_tell_alike_the_one_whose_copies_part_weighs_less(folder):
    data, rng = measurements.Measured(folder), np.random.default_rng(2)
    told = {name: 2.0 * data.label - 1 + rng.normal(0, 1, len(data.label)) for name in measurements.HEADS}
    first = {item.name: place for place, item in reversed(list(enumerate(data.items)))}
    told["clip"] = told["clip"][[first[item.name] for item in data.items]]  # its copies do not part
    rules, _ = detect.fuse(data, told)
    assert rules["clip"]["weight"] > 1.5 * max(rules["residual"]["weight"], rules["spectrum"]["weight"])


def test_the_threshold_lets_as_few_people_above_it_as_the_bound_allows():
    highest = np.concatenate([np.linspace(-6, 2, 980), np.linspace(2.25, 3.5, 20)])
    likely_from, above = detect.threshold(highest)
    assert detect.bound(above, 1000) <= detect.FALSE < detect.bound(above + 1, 1000)
    assert (1 / (1 + np.exp(-highest)) >= likely_from).sum() == above
    assert detect.threshold(highest - 2)[0] == detect.LIKELY_FROM


def test_with_few_people_the_threshold_stands_above_them_all():
    likely_from, above = detect.threshold(np.linspace(-3, 3, 100))
    assert above == 0
    assert np.log(likely_from / (1 - likely_from)) == pytest.approx(3 + detect.MARGIN, abs=0.06)


def test_a_source_that_was_left_out_is_judged_by_what_others_have(folder):
    data = measurements.Measured(folder)
    found = detect.ratios(data, detect.fit_heads(data))
    apart = detect.not_fitted_on(data, found)
    fit = data.part == "fit"
    assert np.array_equal(apart[~fit], found["clip"][~fit])
    assert not np.allclose(apart[fit], found["clip"][fit])


def test_what_is_landed_scores_as_it_was_fitted(folder, monkeypatch):
    data = measurements.Measured(folder)
    tensors = detect.fit_heads(data)
    monkeypatch.setattr(heads, "tensors", lambda: tensors)
    rows = np.flatnonzero(data.owner["clip"] == 5)
    by_view = [heads.ratio("clip", data.values["clip"][row]) for row in rows]
    assert np.mean(by_view) == pytest.approx(detect.ratios(data, tensors)["clip"][5], abs=1e-4)


def test_a_wide_measurement_is_fitted_in_its_principal_directions(monkeypatch):
    monkeypatch.setattr(measurements, "DIRECTIONS", 4)
    rng = np.random.default_rng(1)
    z = rng.normal(0, 1, (50, 3)) @ rng.normal(0, 1, (3, 20))
    basis = measurements.directions(z)
    assert basis.shape == (20, 3)
    assert basis.T @ basis == pytest.approx(np.eye(3), abs=1e-5)
    assert (z @ basis) @ basis.T == pytest.approx(z, abs=1e-4)
