"""Pages, enlargements and photographed screens, on pictures whose truth is known by construction."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pipelines.detect.parts import questions, recapture
from pipelines.detect.parts.fusion import is_decisive
from pipelines.detect.parts.signals import Observation, signal, signals_of
from pipelines.media import load_image
from tests.conftest import ROOT
from training.detect import questions as made_places


def photo(side: int = 640) -> Image.Image:
    picture = load_image(ROOT / "assets/samples/moose.jpg").convert("RGB")
    return picture.resize((side, round(side * picture.height / picture.width)), Image.Resampling.LANCZOS)


def noisy(seed: int = 0, size: tuple[int, int] = (480, 640)) -> np.ndarray:
    """A smooth ground with the noise of a camera everywhere, uint8 [h,w,3]."""
    rng = np.random.default_rng(seed)
    ground = np.asarray(
        Image.fromarray(rng.integers(60, 200, (12, 16, 3), np.uint8)).resize(size[::-1], Image.Resampling.BICUBIC),
        np.float64,
    )
    return (ground + rng.normal(0, 4, (*size, 1))).clip(0, 255).round().astype(np.uint8)


def test_a_page_is_found_and_the_picture_inside_it():
    picture = photo()
    page = Image.new("RGB", (picture.width + 90, picture.height + 130), (250, 250, 250))
    page.paste(picture, (40, 70))
    pixels = np.asarray(page)
    assert recapture.frame(pixels) == (40, 70, 40 + picture.width, 70 + picture.height)
    assert recapture.page(pixels) > 0.9 > 0.1 > recapture.page(np.asarray(picture))


def test_enlarging_and_a_screen_raise_their_scores_and_not_the_others():
    rng = np.random.default_rng(1)
    plain = Image.fromarray(noisy(size=(640, 640)))
    large, screen = made_places.enlarge_part(plain, rng), made_places.photograph_screen(plain, rng)
    assert recapture.enlarged(np.asarray(large)) > recapture.enlarged(np.asarray(plain)) + 2
    assert recapture.screen(np.asarray(screen)) > recapture.screen(np.asarray(plain)) + 2
    assert recapture.page(np.asarray(screen)) < 0.1 and recapture.page(np.asarray(large)) < 0.1


def test_every_question_has_its_words_and_measured_rates_and_weighs_nothing():
    asked = [run(np.asarray(photo())) for run in signals_of("picture")]
    assert [answer.name for answer in asked] == [*recapture.SCORES]
    for answer in asked:
        held = questions.facts()[answer.name]
        assert held["of"] >= 28 and held["wrong"] / held["of"] <= held["bound"] and str(held["of"]) in answer.caveat
        assert answer.log_likelihood_ratio == 0 and not is_decisive("image", answer)
        assert answer.measured["answer"] == float(answer.measured["score"] >= held["from"])


def test_a_signal_is_one_file(tmp_path, monkeypatch):
    """What `@signal` publishes in a file of the folder is shown with the others and weighs nothing."""
    from pipelines.detect import signals as folder
    from pipelines.detect.parts.picture import examine_image

    text = (
        "from pipelines.detect.parts.signals import Observation, signal\n\n"
        "@signal('Redness', 'Roses are red.', of='picture', rank=60)\n"
        "def redness(pixels):\n    return Observation('It is red.', {'red': float(pixels[..., 0].mean())})\n"
    )
    (tmp_path / "redness.py").write_text(text)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    monkeypatch.setattr("pipelines.detect.parts.wild_head.judge_picture", lambda picture: (_none(), ()))
    signals_of.cache_clear()
    try:
        shown = examine_image(Image.new("RGB", (300, 300), "red")).signals
    finally:
        signals_of.cache_clear()
    [one] = [one for one in shown if one.name == "redness"]
    assert one.title == "Redness" and one.measured["red"] == 255 and one.log_likelihood_ratio == 0
    assert not is_decisive("image", one) and [one.name for one in shown][-1] == "redness"


def _none():
    from pipelines.detect.parts.signals import silent_signal

    return silent_signal("native", "At its own size", "left out by a test")


def test_what_does_not_apply_is_said_and_more_is_added_to_the_caveat():
    @signal("Even", "Half of all are.", of="number")
    def even(number: int) -> Observation | str:
        """Say whether a number is even."""
        return (
            "It is no number."
            if number < 0
            else Observation("It is." if number % 2 == 0 else "It is not.", more="Sure.")
        )

    assert (even(2).finding, even(2).caveat, even(2).name) == ("It is.", "Half of all are. Sure.", "even")
    assert not even(-1).applicable and even(-1).finding == "It is no number." and even(-1).caveat == "Half of all are."
