"""Long sounds on disk: the same samples, files and mark as in memory, and not in memory."""

from __future__ import annotations

import io
import subprocess
import sys
import wave

import numpy as np
import pytest

from pipelines import media
from pipelines.media import disk_samples as tape
from pipelines.watermark import sound as mark_sound

pytestmark = pytest.mark.slow


def noise(seconds: float, rate_hz: int = 8000, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Restless noise: what a mark can hide in."""
    rng = np.random.default_rng(seed)
    swell = np.repeat(rng.uniform(0.05, 0.5, int(seconds * 8) + 1), rate_hz // 8)[: int(seconds * rate_hz), None]
    return (swell * rng.standard_normal((int(seconds * rate_hz), channels))).clip(-0.9, 0.9).astype(np.float32)


def test_what_is_long_is_a_map_of_a_file_without_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(tape, "IN_MEMORY_SECONDS", 2.0)
    assert not isinstance(tape.blank(16_000, 1, 8000), np.memmap)
    long = tape.blank(16_001, 2, 8000, tmp_path)
    assert isinstance(long, np.memmap) and long.shape == (16_001, 2) and not long.any()
    assert list(tmp_path.iterdir()) == []
    long[:, 1] = 0.5
    assert float(long.sum()) == 8000.5


@pytest.mark.parametrize("most", [0.5, 100.0])
def test_blocks_come_back_as_they_were(monkeypatch, most):
    monkeypatch.setattr(tape, "IN_MEMORY_SECONDS", most)
    given = noise(3, channels=2)
    back = tape.join_blocks((given[at : at + 777] for at in range(0, len(given), 777)), 8000)
    assert np.array_equal(back, given) and isinstance(back, np.memmap) == (most < 3)
    assert tape.join_blocks([], 8000).shape == (0, 1)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".mp3"])
def test_a_long_sound_is_written_and_read_as_a_short_one(tmp_path, monkeypatch, ending):
    sound = media.Sound(noise(5.3, 24_000, 2), 24_000)
    media.save_sound(sound, tmp_path / f"short{ending}")
    monkeypatch.setattr(tape, "IN_MEMORY_SECONDS", 1.0)
    on_disk = tape.blank(*sound.samples.shape, 24_000)
    on_disk[:] = sound.samples
    media.save_sound(media.Sound(on_disk, 24_000), tmp_path / f"long{ending}")
    assert (tmp_path / f"long{ending}").read_bytes() == (tmp_path / f"short{ending}").read_bytes()
    back = media.load_sound(tmp_path / f"long{ending}")
    assert isinstance(back.samples, np.memmap) and back.rate_hz == 24_000
    if ending != ".mp3":
        assert len(back.samples) == len(sound.samples) and np.abs(back.samples - sound.samples).max() < 3 / 32768


def test_a_wav_says_its_length_before_it_is_written(tmp_path):
    media.save_sound(media.Sound(noise(1.5), 8000), tmp_path / "a.wav")
    with wave.open(io.BytesIO((tmp_path / "a.wav").read_bytes())) as opened:
        assert opened.getnframes() == 12_000


def test_the_mark_of_a_long_sound_is_read_anywhere_and_has_no_seams(monkeypatch):
    monkeypatch.setattr(mark_sound, "STRETCH_BLOCKS", 3)
    given = noise(34, 16_000)
    marked = mark_sound.embed(given, 16_000, 0xBEEF0123)
    for start in (0, 7, 16, 22):
        found = mark_sound.read_mark(marked[start * 16_000 : (start + 11) * 16_000], 16_000)
        assert found is not None and found.payload == 0xBEEF0123
    off = np.abs(marked - given)[:, 0]
    block = round(3.04 * 16_000)
    usual = np.abs(np.diff(off)).max()
    for seam in (3 * block, 6 * block, 9 * block):
        near = np.abs(np.diff(off[seam - block - 8 : seam + 8])).max()
        assert near <= usual and off[seam - 4 : seam + 4].max() <= off.max()
    monkeypatch.setattr(mark_sound, "STRETCH_BLOCKS", 60)
    assert np.array_equal(mark_sound.embed(given[:block], 16_000, 5), mark_sound.embed(given[:block], 16_000, 5))


HEAVY = """
import resource, sys
import numpy as np
from pathlib import Path
from pipelines import media
from pipelines.media import disk_samples as tape
from pipelines.watermark import sound as mark_sound
tape.IN_MEMORY_SECONDS, mark_sound.STRETCH_BLOCKS = 60.0, int(sys.argv[2])
samples = tape.blank(16_000 * 480, 1, 16_000)
rng = np.random.default_rng(0)
for at in range(0, len(samples), 160_000):
    samples[at : at + 160_000, 0] = 0.1 * rng.standard_normal(160_000)
mark_sound.embed(np.array(samples[: 16_000 * 30]), 16_000, 1)  # libraries are loaded
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmData"))
resource.setrlimit(resource.RLIMIT_DATA, ((own << 10) + 100_000_000,) * 2)
media.save_sound(media.Sound(mark_sound.embed(samples, 16_000, 9), 16_000), Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
@pytest.mark.parametrize(("stretch", "fits"), [(10, True), (1000, False)])
def test_what_is_long_is_marked_and_written_in_little_memory(tmp_path, stretch, fits):
    """Eight minutes under a limit of 100 MB for what is not a file; all at once they would not fit."""
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, tmp_path / "long.wav", str(stretch)], capture_output=True, text=True
    )
    assert (done.returncode == 0) == fits, done.stderr[-500:]
    if fits:
        assert (tmp_path / "long.wav").stat().st_size == 44 + 2 * 16_000 * 480
    else:
        assert "MemoryError" in done.stderr or "emory" in done.stderr
