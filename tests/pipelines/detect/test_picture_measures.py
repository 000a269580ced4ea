"""The measurements behind the picture signals, on pictures made so that the answer is known."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from pipelines.core.models import ASSETS
from pipelines.detect.parts import canonical, clip, copies, jpeg, noise, picture_signals, spectrum

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def photo():
    return Image.open(ASSETS / "samples" / "raccoon.jpg").convert("RGB").resize((768, 576), Image.Resampling.LANCZOS)


def test_the_canonical_form_has_one_size_and_never_grows(photo):
    assert min(canonical.re_encoded(photo).shape[:2]) == canonical.SHORT_PX
    assert canonical.re_encoded(photo.resize((300, 240))).shape[:2] == (240, 300)
    panorama = Image.new("RGB", (3000, 300))
    assert canonical.middle(panorama).size == (600, 300)


def test_what_a_score_is_the_mean_of_is_the_same_for_a_large_copy_and_a_small_one():
    photo = Image.open(ASSETS / "samples" / "raccoon.jpg").convert("RGB").resize((640, 512), Image.Resampling.LANCZOS)
    large, small = canonical.variants(photo), canonical.variants(photo.resize((320, 256), Image.Resampling.LANCZOS))
    assert [form.size for form in large] == [form.size for form in small]
    assert [np.abs(np.asarray(a, int) - np.asarray(b, int)).max() for a, b in zip(large, small)] == [0, 0, 0]
    assert len({form.tobytes() for form in large}) == 3


def test_a_view_is_cut_then_mirrored(photo):
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[:, 128:] = 255
    plain, mirrored = (
        clip.seen(pixels, clip.AugmentedView(90)),
        clip.seen(pixels, clip.AugmentedView(90, mirrored=True)),
    )
    assert plain[0, 0, 100, 20] < 0 < plain[0, 0, 100, 200]
    assert np.array_equal(mirrored, plain[..., ::-1])
    right = clip.seen(pixels, clip.AugmentedView(90, cut=(0.5, 0.0, 0.0, 0.0)))
    assert right.shape == plain.shape and right[0, 0].min() > 0
    assert clip.seen(np.asarray(photo)).shape == (1, 3, clip.SEEN_PX, clip.SEEN_PX)


def test_no_two_views_of_a_picture_are_the_same_and_the_first_can_be_drawn_on():
    assert len({(form, how) for form, views in enumerate(clip.VIEWS) for how in views}) == sum(map(len, clip.VIEWS))
    first = clip.VIEWS[0][0]
    assert not first.mirrored and not any(first.cut)


def test_a_signal_is_told_by_what_it_adds_to_the_verdict(monkeypatch):
    rules = {"image": {"signals": {"clip": {"weight": 1.0}, "residual": {"weight": 0.1}}}}
    monkeypatch.setattr(picture_signals, "limits", lambda: rules)
    assert picture_signals.says("clip", 2.0) == "This is more like the made files that it was fitted on."
    assert picture_signals.says("residual", 2.0) == "This is as common in made as in recorded files."
    assert (
        picture_signals.says("residual", -6.0) == "This is a little more like the recorded files that it was fitted on."
    )


def test_a_part_with_another_history_is_a_ghost(photo):
    pixels = np.asarray(photo.crop((0, 0, 640, 512)))
    before = np.asarray(canonical.decoded(canonical.encoded(Image.fromarray(pixels), 66)))
    pasted = np.asarray(canonical.decoded(canonical.encoded(Image.fromarray(pixels), 97))).copy()
    pasted[160:352, 192:448] = before[160:352, 192:448]
    clean, found = jpeg.ghosts(np.asarray(canonical.decoded(canonical.encoded(photo, 97)))), jpeg.ghosts(pasted)
    assert found.contrast > clean.contrast
    assert found.quality == 66
    inside, outside = found.map[10:22, 12:28].mean(), np.median(found.map)
    assert inside < outside - 0.2


@pytest.mark.parametrize("first", [55, 65, 75])
def test_twice_saved_files_beat(photo, first):
    once = canonical.encoded(photo, 92)
    twice = canonical.encoded(canonical.decoded(canonical.encoded(photo, first)), 92)
    assert jpeg.quantisation(twice).beat > 1.5 * jpeg.quantisation(once).beat
    assert jpeg.quantisation(once).quality == pytest.approx(92, abs=2)
    assert jpeg.quantisation(b"\x89PNG") is None


def test_a_copied_part_is_found_and_a_plain_picture_has_none(photo):
    pixels = np.asarray(photo).copy()
    assert len(copies.measure(pixels).pairs) < copies.LEAST_MATCHES
    pixels[40:200, 520:720] = pixels[300:460, 120:320]
    found = copies.measure(pixels)
    assert len(found.pairs) >= copies.LEAST_MATCHES
    scale = found.seen.shape[1] / 768
    shift = np.abs(found.pairs[:, 1] - found.pairs[:, 0]).mean(0) / scale
    assert shift == pytest.approx([400, 260], abs=6)
    assert copies.drawing(found).size == (found.seen.shape[1], found.seen.shape[0])
    assert copies.measure(np.full((300, 300, 3), 90, np.uint8)) is None


def test_noise_is_measured_and_a_smoothed_patch_is_odd():
    rng = np.random.default_rng(0)
    grain = (128 + rng.normal(0, 6, (512, 640, 3))).clip(0, 255).astype(np.uint8)
    numbers, odd = noise.measure(grain)
    assert np.exp(numbers[0]) == pytest.approx(6 * np.sqrt(0.299**2 + 0.587**2 + 0.114**2), rel=0.12)
    assert numbers[3] == 0
    smoothed = Image.fromarray(grain)
    smoothed.paste(smoothed.filter(ImageFilter.GaussianBlur(2)).crop((192, 128, 448, 384)), (192, 128))
    patched, odd = noise.measure(np.asarray(smoothed))
    assert patched[1] > numbers[1] or patched[3] > 0
    assert odd[5:11, 7:13].mean() < odd[:3].mean() - 0.3
    assert noise.measure(np.zeros((64, 64, 3), np.uint8)) is None


def test_the_spectrum_falls_faster_when_blurred_and_a_grid_is_a_peak(photo):
    pixels = canonical.re_encoded(photo)
    blurred = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1.5)))
    assert spectrum.measure(blurred)[30] < spectrum.measure(pixels)[30] - 0.5
    y, x = np.indices(pixels.shape[:2])
    grid = (pixels + (3 * np.cos(2 * np.pi * (x + y) / 4))[..., None]).clip(0, 255).astype(np.uint8)
    assert spectrum.measure(grid)[32] > spectrum.measure(pixels)[32] + 0.3


def test_evidence_pictures_are_pictures(photo):
    pixels = canonical.re_encoded(photo)
    assert spectrum.plane(pixels).size == (512, 512)
    assert spectrum.picture(pixels, np.zeros(32)).mode == "RGB"
    assert canonical.heat(np.eye(4), pixels, low=0, high=1).size == (pixels.shape[1], pixels.shape[0])
    assert jpeg.error_levels(pixels).size == (pixels.shape[1], pixels.shape[0])
