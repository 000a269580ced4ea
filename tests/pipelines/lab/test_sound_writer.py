"""The network that continues a sound: the delay pattern, keys and values that are kept, a few steps of learning; and what the landed weights give."""

import json
import math

import numpy as np
import pytest
import torch

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.media import Sound
from pipelines.nets.sound_writer import Shape, SoundWriter, continued, delayed, drawn, undelayed

SMALL = Shape(width=16, layers=2, heads=2, inner=32, books=3, codes=11, table=8)


def net_of_chance(seed: int = 0) -> SoundWriter:
    """A network in which every layer does something: some matrices begin as nothing."""
    torch.manual_seed(seed)
    net = SoundWriter(SMALL)
    with torch.no_grad():
        for weights in net.parameters():
            weights.add_(0.3 * torch.randn_like(weights))
    return net.eval().requires_grad_(False)


def codes_of_chance(frames: int, seed: int = 1) -> torch.Tensor:
    return torch.randint(SMALL.codes, (2, SMALL.books, frames), generator=torch.Generator().manual_seed(seed))


def test_each_codebook_comes_a_step_after_the_one_before():
    codes = codes_of_chance(5)
    columns = delayed(codes, SMALL.codes)
    assert columns.shape == (2, 3, 7) and torch.equal(undelayed(columns), codes)
    assert columns[0, :, 0].tolist() == [int(codes[0, 0, 0]), 11, 11]
    assert columns[0, :, 3].tolist() == [int(codes[0, k, 3 - k]) for k in range(3)]


def test_kept_keys_and_values_give_the_logits_of_reading_everything_again():
    net, columns = net_of_chance(), delayed(codes_of_chance(12), SMALL.codes)
    whole, _ = net(columns)
    past, steps = None, []
    for first, last in ((0, 5), (5, 6), (6, 9), (9, 14)):  # one column at a time, or some
        logits, past = net(columns[..., first:last], past)
        steps.append(logits)
    assert past is not None and past[0][0].shape[2] == 14
    assert torch.allclose(torch.cat(steps, 2), whole, atol=1e-4)
    assert not torch.allclose(net(columns[..., 5:6])[0], whole[:, :, 5:6], atol=1e-2)  # without them it is another


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_sound_goes_on_alike_with_and_without_the_cache(temperature):
    given, told = codes_of_chance(6)[0], []
    made = [
        continued(
            net_of_chance(),
            given,
            8,
            temperature=temperature,
            chance=torch.Generator().manual_seed(3),
            cached=cached,
            step=lambda done, of: told.append((done, of)),
        )
        for cached in (True, False)
    ]
    assert torch.equal(made[0], made[1]) and made[0].shape == (3, 14)
    assert torch.equal(made[0][:, :6], given) and 0 <= int(made[0].min()) <= int(made[0].max()) < SMALL.codes
    assert told[:10] == [(n, 10) for n in range(1, 11)]  # the last codebook comes two steps after the first


def test_the_likeliest_continuation_is_what_reading_it_whole_finds_likeliest():
    net = net_of_chance(4)
    made = continued(net, codes_of_chance(6)[0], 8, temperature=0, chance=torch.Generator())
    assert torch.equal(net.logits(made[None])[0, :, 6:].argmax(-1), made[:, 6:])


def test_a_code_is_asked_for_from_the_codebooks_before_it_and_never_from_what_comes():
    net, codes = net_of_chance(), codes_of_chance(9)
    before = net.logits(codes)
    other = codes.clone()
    other[:, 1, 4] = (other[:, 1, 4] + 1) % SMALL.codes
    changed = (net.logits(other) - before).abs().amax((0, 3)) > 1e-5  # [books, frames]
    assert not changed[:, :4].any() and not changed[:2, 4].any() and changed[2, 4] and changed[0, 6]


def test_a_few_steps_learn_what_repeats():
    torch.manual_seed(0)
    net, codes = SoundWriter(SMALL), codes_of_chance(4).repeat(1, 1, 5)
    net.begin_from(torch.randn(3, 11, 4))
    adam = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(60):
        loss = net.loss(codes).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
    assert float(loss.detach()) < 0.3 * math.log(SMALL.codes)


def test_chance_chooses_among_the_likeliest_only():
    logits = torch.zeros(2, 50)
    logits[:, [7, 8]] = 5.0
    found = {int(n) for seed in range(20) for n in drawn(logits, 1.0, torch.Generator().manual_seed(seed), among=2)}
    assert found == {7, 8} and drawn(logits + 9 * torch.eye(50)[:2], 0.0, torch.Generator()).tolist() == [0, 1]


def test_what_is_too_short_is_one_sentence():
    from pipelines.lab.continued import continued as go_on

    with pytest.raises(Refusal, match="less than one second"):
        go_on(Sound(np.full((14_400, 1), 0.3, np.float32), 24_000))


@pytest.mark.weights
def test_a_sound_of_the_studio_goes_on():
    from pipelines.lab.continued import continued as go_on

    made = {cache: go_on(source="music", seconds=0.5, temperature=0.0, cache=cache) for cache in (True, False)}
    said = {cache: json.loads(one.files["codes.json"]) for cache, one in made.items()}
    assert said[True]["codes"] == said[False]["codes"] and (said[True]["cache"], said[False]["cache"]) == (True, False)
    assert (said[True]["given_frames"], said[True]["frames"], said[True]["steps"]) == (150, 188, 41)
    assert {"given.flac", "continued.flac", "whole.flac", "really.flac", "spectrum.png"} <= set(made[True].files)


def test_the_card_says_that_it_is_better_than_its_baselines():
    card = json.loads((ASSETS / "weights" / "sound-writer.json").read_text())
    assert (ASSETS / "weights" / "sound-writer.safetensors").stat().st_size <= 6_000_000
    for sort in ("notes", "piece", "voice"):
        network, unigram, repeat = (card["result"][sort][name] for name in ("network", "unigram", "repeat"))
        assert network["nats"][0] < min(unigram["nats"][0], repeat["nats"][0])
        assert network["right"][0] > max(unigram["right"][0], repeat["right"][0])
