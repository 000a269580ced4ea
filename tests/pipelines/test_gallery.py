"""stylize.gallery and the contact sheet: names, blends, networks of one's own, and the published graph."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.core.fetching import fetch
from pipelines.core.models import MissingModel, onnx_session
from pipelines.core.settings import Refusal
from pipelines.media import Network
from pipelines.stylize.contact_sheet import _laid_out, contact_sheet
from pipelines.stylize.gallery import MULTISTYLE, gallery
from pipelines.stylize.parts import stylers
from pipelines.stylize.parts.stylers import named_styles
from tests.fixtures import own_network, picture


def test_the_list_begins_with_the_26_styles_in_their_order():
    styles = list(named_styles().values())
    assert [style.index for style in styles[:26]] == list(range(26))
    assert all(style.card is not None for style in styles[26:])
    assert len({style.name for style in styles}) == len(styles)
    assert all(style.words for style in styles)


def test_trained_networks_join_the_list(tmp_path, monkeypatch):
    from safetensors.numpy import save_file

    assets = tmp_path / "assets"
    (assets / "styles").mkdir(parents=True)
    (assets / "weights").mkdir()
    (assets / "styles" / "multistyle26.json").write_text("[]")
    entry = '[{"slug": "mine", "name": "Mine", "words": "Rough.", "file": "assets/weights/style_mine.safetensors"}]'
    (assets / "styles" / "trained.json").write_text(entry)
    save_file(own_network().tensors, assets / "weights" / "style_mine.safetensors")
    monkeypatch.setattr(stylers, "ASSETS", assets)
    monkeypatch.setattr("pipelines.core.models.ASSETS", assets)
    by_list, by_hand = gallery(picture(), style="mine"), gallery(picture(), own_network(), style="mine")
    assert by_list.tobytes() == by_hand.tobytes()


def test_a_network_of_ones_own_paints_without_any_other_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIO_MODELS", str(tmp_path))
    painted = gallery(picture(50, 37), own_network())
    assert painted.size == (50, 37)
    assert painted.tobytes() != gallery(picture(50, 37), own_network(seed=1)).tobytes()


def test_a_network_that_does_not_paint_is_refused():
    with pytest.raises(Refusal, match="paints no pictures"):
        gallery(picture(), Network({"weight": np.zeros(3, np.float32)}, {}))


def test_names_stay_under_their_pictures():
    sheet = np.asarray(_laid_out([("A rather long style name", picture(40, 60))] * 7, 128)).astype(int)
    paper = np.abs(sheet - sheet[0, 0]).max(-1) < 8
    assert paper[0].all() and paper[-1].all() and paper[:, 0].all() and paper[:, -1].all()
    assert any(paper[:, x].all() for x in range(40, sheet.shape[1] - 40))  # a gap between columns stays free


# with the real weights


@pytest.mark.weights
def test_gallery_equals_the_published_graph():
    raw = replace(MULTISTYLE, convert=None)
    try:
        session = onnx_session(fetch([raw])[0])
    except MissingModel as missing:
        pytest.skip(f"the published graph cannot be had here: {missing}")
    photo = picture(96, 64)
    image = np.ascontiguousarray(np.asarray(photo, np.float32).transpose(2, 0, 1)[None] / 255)
    for style in list(named_styles().values())[:26:5]:
        weights = np.eye(26, dtype=np.float32)[style.index]
        expected = session.run(None, {"image": image, "style_weights": weights})[0][0].transpose(1, 2, 0) * 255
        assert np.abs(np.asarray(gallery(photo, style=style.slug)) - expected).max() <= 1.01


@pytest.mark.weights
def test_blends_run_from_one_style_to_the_other():
    photo = picture(96, 64)
    first, second = (np.asarray(gallery(photo, style=slug)).astype(int) for slug in ("ink-wash", "stained-glass"))
    blend = {
        w: np.asarray(gallery(photo, style="ink-wash", second_style="stained-glass", blend=w)) for w in (0, 0.2, 0.8, 1)
    }
    assert np.array_equal(blend[0], first)
    assert np.array_equal(blend[1], second)
    assert np.abs(blend[0.2] - first).mean() < np.abs(blend[0.8] - first).mean()


@pytest.mark.weights
def test_a_network_of_ones_own_mixes_with_the_list():
    photo = picture(48, 32)
    own, listed = np.asarray(gallery(photo, own_network())), np.asarray(gallery(photo, style="ink-wash"))
    both = np.asarray(gallery(photo, own_network(), second_style="ink-wash", blend=0.5))
    assert np.abs(both - (own.astype(float) + listed) / 2).max() <= 1


@pytest.mark.weights
def test_strength_nothing_and_odd_sizes():
    for size in ((1, 1), (5, 900), (33, 47)):
        photo = picture(*size)
        assert gallery(photo, strength=0).tobytes() == photo.tobytes()
        assert gallery(photo).size == size


@pytest.mark.weights
def test_contact_sheet_shows_photo_and_every_style():
    reports = []
    sheet = contact_sheet(picture(120, 90), report=reports.append)
    labels = {progress.label for progress in reports}
    assert {style.name for style in named_styles().values()} <= labels
    assert sheet.width > 4 * 120
