"""The mark against its own promises, on pictures drawn here: what it survives, what it leaves alone, what it never claims."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipelines.watermark import picture as mark

pytestmark = pytest.mark.slow

PAYLOAD = 0xC0FFEE42


def landscape(seed: int, width: int = 640, height: int = 448) -> np.ndarray:
    """A picture with a photograph's 1/f spectrum, a calm sky and hard edges: height × width × 3, uint8."""
    generator = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]) + 1 / width
    phases = np.exp(2j * np.pi * generator.random(frequency.shape))
    planes = [np.fft.irfft2(phases * generator.uniform(0.8, 1.2) / frequency, (height, width)) for _ in range(3)]
    texture = np.stack(planes, -1) / np.std(planes)
    image = 120 + 40 * texture
    horizon = int(height * generator.uniform(0.2, 0.5))
    image[:horizon] = np.linspace([90, 130, 200], [190, 210, 235], horizon)[:, None] + 2 * texture[:horizon]
    image = np.clip(image, 0, 255).astype(np.uint8)
    cv2.circle(image, (width // 3, height // 2), height // 6, (210, 60, 40), -1)
    return image


def code_picture(image: np.ndarray, extension: str, quality: int) -> np.ndarray:
    flag = cv2.IMWRITE_JPEG_QUALITY if extension == ".jpg" else cv2.IMWRITE_WEBP_QUALITY
    decoded = cv2.imdecode(cv2.imencode(extension, image, [flag, quality])[1], cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


def resize_picture(image: np.ndarray, across: float, down: float, how: int = cv2.INTER_AREA) -> np.ndarray:
    return cv2.resize(image, None, fx=across, fy=down, interpolation=how)


def crop_picture(image: np.ndarray, top: float, left: float, bottom: float, right: float) -> np.ndarray:
    height, width = image.shape[:2]
    return image[int(height * top) : height - int(height * bottom), int(width * left) : width - int(width * right)]


CHANGES = {
    "nothing": lambda image: image,
    "JPEG 95": lambda image: code_picture(image, ".jpg", 95),
    "JPEG 80": lambda image: code_picture(image, ".jpg", 80),
    "JPEG 50": lambda image: code_picture(image, ".jpg", 50),
    "WebP 80": lambda image: code_picture(image, ".webp", 80),
    "a third": lambda image: resize_picture(image, 0.34, 0.34),
    "half, then JPEG 80": lambda image: code_picture(resize_picture(image, 0.5, 0.5), ".jpg", 80),
    "double": lambda image: resize_picture(image, 2, 2, cv2.INTER_CUBIC),
    "uneven": lambda image: resize_picture(image, 0.72, 0.69),
    "a screenshot": lambda image: code_picture(resize_picture(image, 0.83, 0.83, cv2.INTER_LINEAR), ".jpg", 85),
    "blur": lambda image: cv2.GaussianBlur(image, (0, 0), 1.5),
    "noise": lambda image: np.clip(image + np.random.default_rng(1).normal(0, 8, image.shape), 0, 255).astype(np.uint8),
    "brighter": lambda image: np.clip(image * 1.1 + 10, 0, 255).astype(np.uint8),
    "a tenth off the left": lambda image: crop_picture(image, 0, 0.1, 0, 0),
    "a tenth off the bottom, then JPEG 80": lambda image: code_picture(crop_picture(image, 0, 0, 0.1, 0), ".jpg", 80),
    "an uneven crop, then half": lambda image: resize_picture(crop_picture(image, 0.03, 0.08, 0.06, 0.01), 0.5, 0.5),
}


@pytest.fixture(scope="module")
def mark_landscapes() -> list[np.ndarray]:
    return [mark.embed(landscape(seed), PAYLOAD + seed) for seed in range(3)]


@pytest.mark.parametrize("change", CHANGES)
def test_survives(mark_landscapes: list[np.ndarray], change: str) -> None:
    for seed, image in enumerate(mark_landscapes):
        reading = mark.read_mark(CHANGES[change](image))
        assert reading is not None and reading.payload == PAYLOAD + seed
        assert 0 <= reading.confidence <= 1


@pytest.mark.parametrize("seed", range(3))
def test_invisible(seed: int) -> None:
    image = landscape(seed)
    difference = mark.embed(image, PAYLOAD).astype(float) - image
    assert 10 * np.log10(255**2 / np.mean(difference**2)) >= 38
    sky = difference[: image.shape[0] // 8]
    assert np.abs(sky).max() <= 4 and sky.std() < 1.2


def test_an_edge_between_flat_colours_hides_nothing() -> None:
    image = np.full((512, 512, 3), 200, np.uint8)
    image[:, 256:] = (40, 90, 160)
    difference = mark.embed(image, PAYLOAD).astype(float) - image
    assert np.abs(difference).max() <= 4 and difference.std() < 1


def test_the_code_never_changes() -> None:
    """Marks in the world must stay readable: the tile is fixed by hashes, so these numbers are fixed too."""
    tile = mark._tile(0x01234567)
    assert tile.shape == (64, 64)
    assert np.allclose([tile.mean(), tile.std()], [0, 1], atol=1e-5)
    assert np.allclose(tile[0, :4], [-0.98382, -0.47903, 0.11616, 1.29754], atol=1e-4)


@pytest.mark.parametrize("payload", [-1, 1 << 32])
def test_payload_outside_32_bits(payload: int) -> None:
    with pytest.raises(ValueError):
        mark.embed(landscape(5), payload)


def test_frames_share_a_residual_and_read_better_together() -> None:
    frames = [np.roll(landscape(6), shift, axis=1) for shift in range(0, 60, 10)]
    shared = mark.residual(frames[0], PAYLOAD)
    assert shared.dtype == np.float32 and shared.shape == (256, 256)
    harmed = [code_picture(mark.apply(frame, shared), ".jpg", 60) for frame in frames]
    reading, single = mark.read_frames(harmed), mark.read_mark(harmed[3])
    assert reading is not None and reading.payload == PAYLOAD
    assert single is None or reading.confidence > single.confidence


@pytest.mark.parametrize("size", [(64, 64), (64, 400), (1, 1), (3, 500), (65, 63)])
def test_small_and_odd_sizes(size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    marked = mark.embed(image, PAYLOAD)
    assert marked.shape == image.shape and marked.dtype == np.uint8
    reading = mark.read_mark(marked)
    assert reading is None or reading.payload == PAYLOAD


def test_a_flat_drawing_survives_jpeg() -> None:
    image = np.full((512, 512, 3), (250, 235, 200), np.uint8)
    image[:260] = (120, 180, 235)
    cv2.rectangle(image, (90, 200), (260, 420), (200, 60, 60), -1)
    reading = mark.read_mark(code_picture(mark.embed(image, PAYLOAD), ".jpg", 80))
    assert reading is not None and reading.payload == PAYLOAD


def test_nothing_is_found_where_nothing_is() -> None:
    generator = np.random.default_rng(2)
    unmarked = [landscape(seed) for seed in range(10, 12)]
    unmarked += [generator.integers(0, 256, (200, 300, 3), dtype=np.uint8) for _ in range(2)]
    assert all(mark.read_mark(image) is None for image in unmarked)


def test_false_alarms_are_bounded() -> None:
    """Strong words by chance are rarer than 1 in 2,000; nine tries and a 16-bit checksum: at most 9/2000/65536 = 7e-8."""
    generator = np.random.default_rng(3)
    count = len(mark._code().vertical)
    spectra = generator.normal(size=(4000, count)) + 1j * generator.normal(size=(4000, count))
    strong = sum(mark._decode_payload(spectrum)[1] >= mark.WORD_FLOOR for spectrum in spectra)
    assert strong <= 2


def test_24_megapixels_in_bounded_memory() -> None:
    import tracemalloc

    image = cv2.resize(landscape(7), (6000, 4000), interpolation=cv2.INTER_LINEAR)
    tracemalloc.start()
    marked = mark.embed(image, PAYLOAD)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 24_000_000  # 3 bytes a pixel are the result, 4 the residual
    reading = mark.read_mark(marked)
    assert reading is not None and reading.payload == PAYLOAD
