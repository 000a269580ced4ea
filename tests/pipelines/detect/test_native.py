"""A picture at its own size: where the cuts lie, that nothing is scaled, and the head that is judged on unseen generators and sources."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pipelines.detect.parts import native, wild_head
from training.detect import weight
from training.detect import wild as detect_wild
from training.detect import wild_head as detect_wild_head
from training.detect.fit import auc, bound


def test_cuts_are_the_pixels_themselves_and_the_first_has_more_detail():
    rng = np.random.default_rng(0)
    pixels = np.full((600, 900, 3), 128, np.uint8)
    pixels[:, 450:] = rng.integers(0, 256, (600, 450, 3))
    (first, _), (second, _) = native.places(pixels)
    assert first > second
    left, top = native.places(pixels)[0]
    seen = native.cut_views(pixels)[0][0].transpose(1, 2, 0)
    deviation, mean = np.array(native.clip.DEVIATION), np.array(native.clip.MEAN)
    back = np.rint(255 * (seen * deviation + mean))
    assert np.array_equal(back, pixels[top : top + 224, left : left + 224])


@pytest.mark.parametrize("size", [(256, 256), (257, 900), (3000, 300)])
def test_cuts_lie_inside_pictures_of_every_shape(size):
    for left, top in native.places(np.zeros((size[1], size[0], 3), np.uint8)):
        assert 0 <= left <= size[0] - 224 and 0 <= top <= size[1] - 224


def test_a_huge_picture_is_read_in_its_middle_and_a_small_one_is_refused():
    assert native.middle(Image.new("RGB", (9000, 400))).size == (3072, 400)
    small = Image.new("RGB", (300, 200))
    with pytest.raises(ValueError, match="too small"):
        native.measure(small)
    assert not wild_head.judge_picture(small).applicable


def test_a_second_saving_is_scored_near_the_edge_of_a_band_only_and_the_weaker_score_counts(monkeypatch):
    monkeypatch.setattr(native, "measure", lambda picture: picture)
    picture, scores = Image.new("RGB", (300, 300)), iter([2.1, 1.4, 0.0, -1.2, 0.3, 4.0, 3.5])
    monkeypatch.setattr(wild_head, "ratio", lambda found: next(scores))
    signals = [wild_head.judge_picture(picture) for _ in range(4)]
    assert [signal.log_likelihood_ratio for signal in signals] == [1.4, 0.0, 0.0, 3.5]
    assert ["score_saved_again" in signal.measured for signal in signals] == [True, False, True, True]


def test_no_ratio_is_larger_than_the_pictures_bear():
    from pipelines.detect.scores import entropy

    label, group = np.repeat([1, 0], 100), np.arange(200).astype(str)
    inside = np.arange(200) < 40
    low, high = weight.band_interval(inside, label, group)
    assert weight.band_ratio(inside, label) == pytest.approx(0.4 * 101)  # as if one photograph more were in the band
    assert low == pytest.approx(0.4 / bound(0, 100)) and high <= weight.MOST
    assert weight.support(40.0, low, high) == "moderate support for AI" and weight.support(40.0, 0.9, 60.0) == ""
    assert (
        weight.support(0.3, 0.1, 0.8) == "weak support for a camera" and weight.support(300, 200, 400)[:8] == "moderate"
    )
    score = np.where(inside, 3.0, 0.0)
    best = weight.pav(score, label)
    assert np.all(np.diff(best[np.argsort(score, kind="stable")]) >= 0) and np.isfinite(best).all()
    seen = weight.Scores(score, label, group, label >= 0, label == 0, label * 0)
    assert entropy(best, label) < entropy(seen.log_ratios(), label) < entropy(0 * score, label) == pytest.approx(1)
    bands = weight.bands(seen)
    assert (bands[-1]["from"], bands[-1]["support"], bands[-1]["people"]) == (2.0, "moderate support for AI", 0)
    above, last = replace(seen, score=score + inside), {"from": weight.EDGES[-1], "people": 0}
    many = weight.Scores(*(np.tile(column, 4) for column in vars(above).values()))
    # none of 100 photographs may still be 3 %, which accuses nobody; none of 400 is under 1 %
    for pictures, support in ((above, "moderate support for AI"), (many, "likely AI")):
        assert weight.bands(pictures)[-1] | last | {"support": support} == weight.bands(pictures)[-1]
    found = inside & ((np.arange(200) % 2 == 0) | (np.arange(200) > 29))
    apart = replace(seen, test=np.arange(200) % 2)
    assert weight.least_ratio(found, seen)[0] == pytest.approx(0.25 * 101)
    # 5 of 50 in the test that bears the least
    assert weight.least_ratio(found, apart)[:2] == pytest.approx((0.1 * 51,) * 2)
    # only "all" and "with a face" have two sides
    assert weight.curves(seen).size == (2 * weight.PLOT_PX, 2 * weight.PLOT_PX)


# the head on made-up measurements


def data(strength: float, seed: int = 0) -> detect_wild_head.Data:
    """Six generators and eight sources of twelve pictures; every group has an offset of its own, and made ones share a direction."""
    rng = np.random.default_rng(seed)
    label, group, rows = [], [], []
    for index in range(14):
        offset = rng.normal(0, 1, 40)
        for _ in range(12):
            label.append(int(index < 6))
            group.append(f"group{index}")
            rows.append(offset + rng.normal(0, 1, 40) + strength * (index < 6) * np.eye(40)[0])
    return detect_wild_head.Data(np.array(rows, np.float32), np.array(label), np.array(group))


def test_what_all_generators_share_is_found_in_one_that_was_left_out():
    found = data(6.0)
    assert auc(detect_wild_head.held_out(found), found.label) > 0.9


def test_what_only_marks_a_group_is_not_taken_for_a_trace_of_generators():
    """Groups differ strongly and made from recorded not at all: a split by picture would find 1.0, a split by group must not."""
    areas = [auc(detect_wild_head.held_out(found), found.label) for found in (data(0.0, seed) for seed in range(8))]
    assert np.mean(areas) < 0.7


def test_the_threshold_keeps_the_bound_and_few_people_forbid_every_accusation():
    limit_of = detect_wild_head.threshold_of
    assert limit_of(np.linspace(0, 1, 96)) == float("inf")  # 96 pictures: even none wrong is a bound of 3 %
    score = np.linspace(0, 1000, 400)
    over = int((score >= limit_of(score)).sum())
    assert bound(over, 400) <= 0.02 < bound(over + 1, 400)


def test_no_repository_and_no_service_is_both_trained_on_and_tested():
    train, test, fresh = map(detect_wild.galleries, ("train", "test", "fresh"))
    assert train and test
    assert not {gallery.source for gallery in (*train, *test)} & {gallery.source for gallery in fresh}
    assert not {gallery.source for gallery in train} & {gallery.source for gallery in test}
    assert not {one.service for one in train if one.service} & {one.service for one in (*test, *fresh)}
    names = [gallery.name for gallery in (*train, *test, *fresh)]
    assert len(names) == len(set(names))
    assert all(
        len(gallery.commit) == 40 or not gallery.source.startswith("github:") for gallery in (*train, *test, *fresh)
    )
    assert all(gallery.paths or re.compile(gallery.wanted) for gallery in (*train, *test, *fresh))
    assert "none stated" not in {gallery.licence for gallery in train}  # who states no licence only judges


# what it decides
