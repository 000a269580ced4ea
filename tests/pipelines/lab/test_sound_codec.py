"""The codec of sounds: its shapes, its codebooks, a few steps of learning, Opus beside it; and what the landed weights give."""

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.audio.codec import RATE_HZ, through_opus
from pipelines.core.settings import Refusal
from pipelines.lab.codec import codec, picture, stretch
from pipelines.media import Sound
from pipelines.nets.sound_codec import ResidualQuantiser, Shape, SoundCodec

SMALL = Shape(channels=(8, 8, 8, 8), width=4, books=3, codes=16)


def tone(hz: float = 440.0, seconds: float = 1.0, rate: int = RATE_HZ) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


@torch.no_grad()
def test_every_length_comes_back_with_whole_frames():
    net = SoundCodec(SMALL)
    net(torch.randn(2, 3200), torch.full((2,), 3))  # its books begin with what they see
    net.eval()
    for samples in (320, 1000, 6400):
        codes = net.encode(torch.randn(2, samples))
        assert codes.shape == (2, 3, -(-samples // 320)) and 0 <= int(codes.min()) <= int(codes.max()) < 16
        assert net.decode(codes).shape == net.decode(codes[:, :1]).shape == (2, 320 * codes.shape[-1])


@torch.no_grad()
def test_each_codebook_describes_what_those_before_left():
    torch.manual_seed(0)
    quantiser = ResidualQuantiser(SMALL)
    z = torch.randn(4, 4, 50)
    for _ in range(40):
        quantiser(z, torch.full((4,), 3))
    quantiser.eval()
    codes = quantiser.numbers(z)
    errors = [float((quantiser.vectors(codes[:, :n]) - z).square().mean()) for n in (1, 2, 3)]
    assert errors[0] > 1.5 * errors[1] > 2 * errors[2]
    one, _ = quantiser(z, torch.tensor([1, 1, 3, 3]))
    assert torch.allclose(one[:2], quantiser.vectors(codes[:2, :1]), atol=1e-5)
    assert torch.allclose(one[2:], quantiser.vectors(codes[2:]), atol=1e-5)


def test_opus_comes_back_in_time_at_its_rate():
    source = tone(seconds=2.0) * np.linspace(0, 1, 2 * RATE_HZ, dtype=np.float32)
    made, bits = through_opus(source, 24_000)
    assert made.shape == source.shape and 20_000 < bits < 28_000
    assert float(np.corrcoef(made[2000:-2000], source[2000:-2000])[0, 1]) > 0.95


def test_silence_and_a_second_beyond_the_end_are_one_sentence():
    with pytest.raises(Refusal, match="silent"):
        stretch(Sound(np.zeros((48000, 1), np.float32), 48000), 0)
    with pytest.raises(Refusal, match="half a second"):
        stretch(Sound(tone(rate=48000)[:, None], 48000), 0.9)
    assert picture(torch.zeros(8, 300, dtype=torch.long), 1024).size == (600, 192)


@pytest.mark.weights
def test_more_codebooks_bring_the_sound_nearer():
    result = codec(source="music")
    said = json.loads(result.files["codes.json"])
    assert said["distances"][0] > said["distances"][3] > said["distances"][7] and len(said["codes"]) == 8
    assert 5_000 < said["opus"]["bits_a_second"] < 7_000
    assert {f"heard-{n}.flac" for n in range(1, 9)} | {"source.flac", "opus.flac", "added-8.flac"} <= set(result.files)
    assert Image.open(io.BytesIO(result.files["spectrum-8.png"])).size == (640, 192)
