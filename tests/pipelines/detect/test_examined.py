"""The whole examination with the real weights: a photograph, a tiny picture, a sound."""

import numpy as np
import pytest
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.detect.parts import fusion
from pipelines.detect.parts.picture import examine_image
from pipelines.detect.parts.signals import Examined, signals_of
from pipelines.media import Sound, load_image

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def photo():
    return load_image(ASSETS / "samples" / "coffee.jpg")


@pytest.fixture(scope="module")
def of_photo(photo):
    return examine_image(photo)


def test_a_photograph_has_every_signal_and_is_not_accused(of_photo):
    names = [signal.name for signal in of_photo.signals]
    assert names == ["native"]
    assert all(signal.applicable for signal in of_photo.signals)
    assert [gate.name for gate in of_photo.gates] == ["size"]
    assert fusion.fuse("image", of_photo).verdict != "likely AI"


def test_a_tiny_picture_and_an_unlikely_one_get_no_verdict():
    tiny = fusion.fuse("image", examine_image(Image.new("RGB", (20, 20), "red")))
    assert (tiny.verdict, tiny.score) == ("cannot tell", None)
    small = examine_image(Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)))
    assert fusion.fuse("image", small).verdict == "cannot tell"
    assert any("larger copy" in change.lower() for change in fusion.fuse("image", small).what_would_change_this)


def hear(sound):
    return Examined(tuple(run(sound) for run in signals_of("sound")))


def test_a_sound_is_shown_where_its_spectrum_ends_and_never_judged_by_it():
    rng = np.random.default_rng(0)
    for samples in (np.zeros((80000, 1)), 0.1 * rng.normal(size=(160000, 2)), 0.1 * rng.normal(size=(300, 1))):
        examined = hear(Sound(samples.astype(np.float32), 16000))
        assert fusion.fuse("sound", examined).verdict == "cannot tell"
        assert [one.applicable for one in examined.signals] == [samples.shape == (160000, 2)]
    high = np.repeat(rng.normal(size=(40000, 1)), 4, axis=0)  # held samples: nothing above an eighth of the rate
    kept = hear(Sound((0.1 * np.apply_along_axis(smooth, 0, high)).astype(np.float32), 48000)).signals[0]
    assert kept.measured["edge_khz"] < 12 < kept.measured["possible_khz"] and "lower rate" in kept.finding


def smooth(line):
    """A line of samples without its upper three quarters."""
    spectrum = np.fft.rfft(line)
    spectrum[len(spectrum) // 4 :] = 0
    return np.fft.irfft(spectrum, len(line))
