"""The measurements behind the picture signals, on pictures made so that the answer is known."""

import numpy as np
import pytest
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.detect.parts import canonical, clip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def photo():
    return Image.open(ASSETS / "samples" / "raccoon.jpg").convert("RGB").resize((768, 576), Image.Resampling.LANCZOS)


def test_the_canonical_form_has_one_size_and_never_grows(photo):
    assert min(canonical.re_encoded(photo).shape[:2]) == canonical.SHORT_PX
    assert canonical.re_encoded(photo.resize((300, 240))).shape[:2] == (240, 300)
    panorama = Image.new("RGB", (3000, 300))
    assert canonical.middle(panorama).size == (600, 300)


def test_a_view_may_be_mirrored(photo):
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[:, 128:] = 255
    plain, mirrored = clip.seen(pixels, 90), clip.seen(pixels, 90, mirrored=True)
    assert plain[0, 0, 100, 20] < 0 < plain[0, 0, 100, 200]
    assert np.array_equal(mirrored, plain[..., ::-1])
    assert clip.seen(np.asarray(photo)).shape == (1, 3, clip.SEEN_PX, clip.SEEN_PX)


def test_evidence_pictures_are_pictures(photo):
    pixels = canonical.re_encoded(photo)
    assert canonical.curve({"a": np.zeros(32)}, label_x="x", label_y="y").mode == "RGB"
    assert canonical.heat(np.eye(4), pixels, low=0, high=1).size == (pixels.shape[1], pixels.shape[0])
