"""How the detector is fitted: whole sources apart, a direction in which copies differ is not used, what is landed measures as it was fitted."""

from pathlib import Path

import numpy as np
import pytest

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


def test_a_head_finds_what_parts_the_labels_and_leaves_what_copies_part_by():
    rng = np.random.default_rng(0)
    label = np.arange(400) % 2
    x = rng.normal(0, 1, (400, WIDTH))
    x[:, [MADE, NUISANCE]] += 2.0 * label[:, None]
    apart = np.zeros((WIDTH, WIDTH))
    apart[NUISANCE, NUISANCE] = 8.0
    w, b = detect.logistic(x, label, np.full(400, 1 / 400), detect.RIDGE, apart, 1.0)
    assert w[MADE] > 4 * abs(w[NUISANCE])
    assert detect.auc(x @ w + b, label) > 0.85


def test_a_bound_is_that_of_clopper_and_pearson():
    assert detect.bound(0, 149) <= 0.02 < detect.bound(0, 148)


def test_a_wide_measurement_is_fitted_in_its_principal_directions(monkeypatch):
    monkeypatch.setattr(measurements, "DIRECTIONS", 4)
    rng = np.random.default_rng(1)
    z = rng.normal(0, 1, (50, 3)) @ rng.normal(0, 1, (3, 20))
    basis = measurements.directions(z)
    assert basis.shape == (20, 3)
    assert basis.T @ basis == pytest.approx(np.eye(3), abs=1e-5)
    assert (z @ basis) @ basis.T == pytest.approx(z, abs=1e-4)
