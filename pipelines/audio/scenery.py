"""Sounds of places and things, made by synthesis: what each is made of stands in `assets/sounds/scenery.json`.

A loop is a stretch that meets its own beginning: noise shaped in the frequency domain, grains (short decaying noise at random moments), and events
(calls in their places), all of them around a circle. A shot is one event: a gliding tone, a struck body (decaying modes), a puff or scattered grains.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from pipelines.audio import mix
from pipelines.core.models import ASSETS

RATE_HZ = mix.RATE_HZ
LOOP_SECONDS = 16
WIDTH = 0.6  # of a loop's noise: how much left and right differ
FARTHER_DB, PITCHES, SIDE = 9.0, 0.1, 0.8  # by how much the events of a loop differ in level, pitch and place
BLOCK = RATE_HZ // 20  # a shot is as loud as its loudest 50 ms
Layer = Mapping[str, Any]


@cache
def scenery() -> Mapping[str, Any]:
    """What every sound is made of, and which place, weather, thing, ground, act and animal has which."""
    return dict(json.loads((ASSETS / "sounds" / "scenery.json").read_text("utf-8")))


def loop(name: str) -> np.ndarray:
    """LOOP_SECONDS of a sound that goes on, float32 [n,2] at its loudness; the end goes over into the beginning."""
    sound, count = scenery()["sounds"][name], LOOP_SECONDS * RATE_HZ
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    track = np.sum([_gain(layer) * _LOOPS[layer["make"]](layer, count, rng) for layer in sound["loop"]], axis=0)
    twice = np.concatenate([track, track[: count // 2]])  # as it is heard where it comes again
    return np.asarray(track * 10 ** ((sound["level"] - mix.loudness(twice)) / 20), np.float32)


def shot(name: str, rng: np.random.Generator, pitch: float = 1.0) -> np.ndarray:
    """One event of a sound, float32 [n], at its level; each has chances of its own."""
    sound = scenery()["sounds"][name]
    made = [
        (round(layer.get("at", 0) * RATE_HZ), _gain(layer) * _unit(_SHOTS[layer["make"]](layer, rng, pitch)))
        for layer in sound["shot"]
    ]
    track = np.zeros(max(at + len(part) for at, part in made))
    for at, part in made:
        track[at : at + len(part)] += part
    return np.asarray(_unit(track) * 10 ** (sound["level"] / 20), np.float32)


def _gain(layer: Layer) -> float:
    return float(10 ** (layer.get("gain", 0.0) / 20))


def _unit(track: np.ndarray) -> np.ndarray:
    """Its loudest 50 ms have a mean square of 1."""
    blocks = np.square(np.pad(track, (0, -len(track) % BLOCK))).reshape(-1, BLOCK).mean(1)
    return track / np.sqrt(blocks.max() + 1e-20)


def _band(layer: Layer, count: int, rng: np.random.Generator) -> np.ndarray:
    """Noise of a band around a circle [count], its mean square 1; `tilt` in dB an octave."""
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    hz[0] = hz[1]
    size = (
        (hz / 1000) ** (layer.get("tilt", 0.0) / 6.02)
        / (1 + (layer["low"] / hz) ** 4)
        / (1 + (hz / layer["high"]) ** 6)
    )
    size[0] = 0
    noise = np.fft.irfft(size * np.exp(2j * np.pi * rng.random(len(hz))), count)
    return noise / noise.std()


def _swell(period_s: float, depth_db: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """A gain that wanders slowly around a circle, by about `depth_db`, none of it faster than `period_s`."""
    turns = np.zeros(count // 2 + 1, complex)
    most = max(2, round(count / RATE_HZ / period_s))
    turns[1 : most + 1] = np.exp(2j * np.pi * rng.random(most))
    wander = np.fft.irfft(turns, count)
    return np.asarray(10 ** (depth_db * 1.5 * np.tanh(wander / wander.std() / 1.5) / 20))


def _around(impulses: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Impulses [count] that each sound as the kernel does; what reaches over the end is heard at the beginning."""
    count = len(impulses)
    return np.asarray(np.fft.irfft(np.fft.rfft(impulses) * np.fft.rfft(kernel, count), count))


def _moments(every_s: float, count: int, rng: np.random.Generator, regular: bool = False) -> np.ndarray:
    """Samples at which something comes again and again around a circle, about `every_s` apart."""
    number = max(1, round(count / RATE_HZ / every_s))
    return ((np.arange(number) + (0 if regular else 0.7 * rng.random(number))) * count / number).astype(int)


def _noise(layer: Layer, count: int, rng: np.random.Generator) -> np.ndarray:
    """Noise of a band, left and right a little apart; it swells, comes in surges, or flutters as many voices do."""
    middle, side = _band(layer, count, rng), _band(layer, count, rng)
    gain = np.ones(count)
    if "swell" in layer:
        period_s, depth_db = layer["swell"]
        gain = _swell(period_s, depth_db, count, rng)
    if "surge" in layer:
        every, attack, decay = layer["surge"]
        impulses = np.zeros(count)
        moments = _moments(every, count, rng)
        impulses[moments] = 0.6 + 0.4 * rng.random(len(moments))
        gain = 0.06 + _around(impulses, _envelope(attack, decay))
    if "flutter" in layer:
        return _voices(layer, count, rng)
    return np.stack([middle + WIDTH * side, middle - WIDTH * side], 1) * gain[:, None]


def _voices(layer: Layer, count: int, rng: np.random.Generator) -> np.ndarray:
    """Several narrow bands in the place of a wide one, each coming and going as syllables do, each from its own side."""
    hertz, copies = layer["flutter"]
    track = np.zeros((count, 2))
    for centre in np.geomspace(1.2 * layer["low"], layer["high"] / 1.2, copies):
        own = _band({"low": centre / 1.2, "high": centre * 1.2, "tilt": 0}, count, rng)
        pan = rng.uniform(0.15, 0.85)
        heard = own * _swell(1 / hertz, 6.0, count, rng) * (centre / 1000) ** (layer.get("tilt", 0.0) / 6.02)
        track += heard[:, None] * (np.sqrt(1 - pan), np.sqrt(pan))
    return np.asarray(track / track.std())


def _grains(layer: Layer, count: int, rng: np.random.Generator) -> np.ndarray:
    """Grains at random moments, some louder than others by `spread` dB, each on one side more than on the other."""
    sides = []
    for _ in range(2):
        number = rng.poisson(layer["rate"] * count / RATE_HZ / 2)
        impulses = np.zeros(count)
        np.add.at(impulses, rng.integers(0, count, number), _sizes(layer["spread"], number, rng))
        sides.append(_around(impulses, _grain(layer, layer["decay"], rng)))
    both = np.stack([sides[0] + 0.35 * sides[1], sides[1] + 0.35 * sides[0]], 1)
    return np.asarray(both / both.std())


def _sizes(spread_db: float, number: int, rng: np.random.Generator) -> np.ndarray:
    """How large grains are: they differ by `spread_db`, none by more than twice that."""
    return np.asarray(10 ** (spread_db * np.clip(rng.standard_normal(number), -2, 2) / 20))


def _grain(layer: Layer, decay: float, rng: np.random.Generator) -> np.ndarray:
    count = max(64, round(7 * decay * RATE_HZ))
    return _band(layer, count, rng) * np.exp(-np.arange(count) / (decay * RATE_HZ))


def _events(layer: Layer, count: int, rng: np.random.Generator) -> np.ndarray:
    """Shots of another sound in their places, in groups, from near and far."""
    track = np.zeros((count, 2))
    for moment in _moments(layer["every"], count, rng, layer.get("regular", False)):
        steady = layer.get("regular", False)
        gain = 1.0 if steady else 10 ** (-FARTHER_DB * rng.random() / 20)
        pan = (1 + SIDE * rng.uniform(-1, 1)) / 2
        pitch = 1.0 if steady else 1 + PITCHES * rng.uniform(-1, 1)
        for number in range(rng.integers(layer["repeats"][0], layer["repeats"][1] + 1)):
            heard = shot(layer["of"], rng, pitch * (1 + 0.02 * rng.uniform(-1, 1)))
            at = round(moment + number * layer["gap"] * RATE_HZ) + np.arange(len(heard))
            track[at % count] += gain * heard[:, None] * (np.sqrt(1 - pan), np.sqrt(pan))
    return np.asarray(track / (track.std() + 1e-12))


def _envelope(attack: float, decay: float) -> np.ndarray:
    """A soft rise in `attack` seconds, then a decay whose tail ends in nothing."""
    rise, fall = max(2, round(attack * RATE_HZ)), max(2, round(5 * decay * RATE_HZ))
    down = np.exp(-np.arange(fall) / (decay * RATE_HZ)) * (1 - np.linspace(0, 1, fall) ** 4)
    return np.concatenate([np.sin(np.linspace(0, np.pi / 2, rise)) ** 2, down])


def _tone(layer: Layer, rng: np.random.Generator, pitch: float) -> np.ndarray:
    """A tone with harmonics that glides through the given frequencies; `breath` is the noise in it."""
    count = round(layer["seconds"] * RATE_HZ)
    share = np.linspace(0, 1, count)
    hz = pitch * np.interp(share, np.linspace(0, 1, len(layer["glide"])), layer["glide"])
    if "vibrato" in layer:
        rate, depth = layer["vibrato"]
        hz = hz * (1 + depth * np.sin(2 * np.pi * (rate * share * layer["seconds"] + rng.random())))
    turns = np.cumsum(hz) / RATE_HZ
    tone = sum(size * np.sin(2 * np.pi * n * turns) for n, size in enumerate(layer["harmonics"], 1))
    if "breath" in layer:
        around = {"low": 0.8 * hz.min(), "high": 3.5 * hz.max()}
        tone = tone / np.std(tone) + layer["breath"] * _band(around, count, rng)
    attack = layer.get("attack", 0.2 * layer["seconds"])
    return np.asarray(
        tone * np.clip(share * layer["seconds"] / attack, 0, 1) * np.clip((1 - share) / 0.35, 0, 1) ** 1.5
    )


def _struck(layer: Layer, rng: np.random.Generator, pitch: float) -> np.ndarray:
    """A body that is struck: its modes [Hz, seconds to a third, size] ring together."""
    count = round(7 * max(mode[1] for mode in layer["modes"]) * RATE_HZ)
    times = np.arange(count) / RATE_HZ
    ring = sum(
        size * (0.9 + 0.2 * rng.random()) * np.exp(-times / decay) * np.sin(2 * np.pi * hz * pitch * times)
        for hz, decay, size in layer["modes"]
    )
    return np.asarray(ring * np.clip((count - 1 - np.arange(count)) / (0.1 * count), 0, 1))


def _puff(layer: Layer, rng: np.random.Generator, pitch: float) -> np.ndarray:
    """Noise of a band that comes and goes."""
    shape = _envelope(layer["attack"], layer["decay"])
    return _band(layer, len(shape), rng) * shape


def _scatter(layer: Layer, rng: np.random.Generator, pitch: float) -> np.ndarray:
    """Grains, more of them while it is loud: what gives way in many small breaks."""
    shape, grain = _envelope(layer["attack"], layer["decay"]), _grain(layer, layer["grain"], rng)
    number = max(3, rng.poisson(layer["rate"] * len(shape) / RATE_HZ))
    impulses = np.zeros(len(shape) + len(grain))
    np.add.at(impulses, rng.choice(len(shape), number, p=shape / shape.sum()), _sizes(5.0, number, rng))
    return _around(impulses, grain)


_LOOPS = {"noise": _noise, "grains": _grains, "events": _events}
_SHOTS = {"tone": _tone, "struck": _struck, "puff": _puff, "scatter": _scatter}
