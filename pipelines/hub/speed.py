"""Ways to run a hub model faster: which apply to it, what they gained when measured on this machine, and a run with them on.

Exact ways change a result by rounding only: networks with channels last in memory, and compiled blocks (torch.compile; Ansel et al. 2024)
whose compiled code is kept on the disk. Reusing steps, first-block caching after TeaCache (Liu et al. 2024), changes it visibly. `measured`
is a file for each model beside the weights, written by `python -m studio models measure`; only what gained there is on by itself.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.hub_ids import SPACE_SIGNS
from pipelines.core.models import ModelCard, models_folder
from pipelines.core.settings import Refusal
from pipelines.hub.preset import Preset

CACHE = "TORCHINDUCTOR_CACHE_DIR"
CACHE_GIVEN = os.environ.get(CACHE)  # by the administrator; torch sets its own later
CHANNELS, COMPILED, REUSED = "channels_last", "compiled", "first_block"
WAYS = {CHANNELS: "channels last in memory", COMPILED: "compiled blocks", REUSED: "reused steps"}
EXACT = (CHANNELS, COMPILED)
SPEEDS = {
    "": "Fastest with the same result, as measured on this machine",
    "plain": "Plain, not sped up",
    "reuse": "Also reuse steps that change little",
}
WEIGHTS = {
    "": "As they are",
    "float8": "Floats of 8 bits: half the memory",
    "int8": "Integers of 8 bits (torchao)",
}
GAIN = 1.03  # a way that is not so many times as fast as plain is left off
SAME_LEVELS = 2.0  # of 255, between a plain picture and one of an exact way
THRESHOLD = 0.08  # of the first block's change from one step to the next, below which the rest is reused
MOST_FILE_BYTES = 20_000
CONVOLVED = ("StableDiffusion", "LatentConsistency", "MotionAdapter")  # classes with a UNet
REUSING = (
    "FluxPipeline",
    "Flux2KleinPipeline",
    "QwenImagePipeline",
    "QwenImageEditPlusPipeline",
    "QwenImageLayeredPipeline",
    "WanPipeline",
    "WanImageToVideoPipeline",
    "WanVACEPipeline",
    "WanAnimatePipeline",
    "LTXPipeline",
    "LTX2Pipeline",
    "HunyuanVideo15Pipeline",
    "HunyuanVideo15ImageToVideoPipeline",
    "CogVideoXPipeline",
    "CogVideoXImageToVideoPipeline",
)


@dataclass(frozen=True)
class Measured:
    """Of one model on one machine: median seconds of a step, plainly and with each way alone; the largest difference of the pictures, of 255."""

    device: str
    versions: str
    size: tuple[int, int]
    seconds: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)

    def gain(self, way: str) -> float:
        """How many times as fast as plain; 0 where it was not measured."""
        plain, own = self.seconds.get("plain", 0.0), self.seconds.get(way, 0.0)
        return plain / own if plain > 0 and own > 0 else 0.0

    @property
    def ways(self) -> tuple[str, ...]:
        """The exact ways that gained here."""
        return tuple(way for way in EXACT if self.gain(way) >= GAIN and self.levels.get(way, 256.0) <= SAME_LEVELS)


def file_of(card: ModelCard) -> Path:
    """Where the measurement of a model is kept."""
    named = hashlib.sha256(f"{card.source}@{card.revision}".encode()).hexdigest()[:16]
    return models_folder() / "measured" / f"{named}.json"


def read(card: ModelCard) -> Measured | None:
    """The measurement of a model on this machine; None where there is none that can be read."""
    try:
        with file_of(card).open("rb") as file:
            stored = json.loads(file.read(MOST_FILE_BYTES))
        width, height = stored["size"]
        numbers = ({str(way): float(one) for way, one in stored[name].items()} for name in ("seconds", "levels"))
        return Measured(str(stored["device"]), str(stored["versions"]), (int(width), int(height)), *numbers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write(card: ModelCard, measured: Measured) -> None:
    """Keep what was measured for a model, beside the other measurements."""
    path = file_of(card)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(asdict(measured), indent=1))
    part.replace(path)


def chosen(card: ModelCard, speed: str) -> tuple[str, ...]:
    """The ways of a run: by itself what gained when measured here."""
    if speed == "plain":
        return ()
    measured = read(card)
    ways = measured.ways if measured is not None else ()
    if COMPILED in ways and not may_compile():
        ways = tuple(way for way in ways if way != COMPILED)
    return (*ways, REUSED) if speed == "reuse" else ways


def may_compile() -> bool:
    """A Space lends its GPU to processes that end with the call, and compiles nothing there."""
    return not any(os.environ.get(sign) for sign in SPACE_SIGNS)


# before a run, without torch


@dataclass(frozen=True)
class Line:
    """One way for one model: whether it applies, what was measured, whether a run would use it."""

    way: str
    applies: bool
    gain: float
    on: bool


def plan(preset: Preset, speed: str = "") -> list[Line]:
    """Every way for a preset, as a run with this setting would use it."""
    measured, ways = read(preset.card), chosen(preset.card, speed)
    gains = {way: measured.gain(way) if measured is not None else 0.0 for way in WAYS}
    return [Line(way, _applies(preset.made_by, way), gains[way], way in ways) for way in WAYS]


def _applies(made_by: str, way: str) -> bool:
    if way == CHANNELS:
        return made_by.startswith(CONVOLVED)
    return (way == COMPILED and may_compile()) or (way == REUSED and made_by in REUSING)


def words(preset: Preset, speed: str, weights: str) -> str:
    """What a visitor is told before a run."""
    measured, lines = read(preset.card), plan(preset, speed)
    on = [one for one in lines if one.on]
    said = []
    if on:
        names = " and ".join(WAYS[one.way] for one in on)
        gains = [one.gain for one in on if one.gain]
        measurement = (
            f", {max(gains):.1f} times as fast as plain when it was measured here" if gains else ", not measured here"
        )
        said.append(f"Runs with {names}{measurement}")
    elif speed == "plain":
        said.append("Runs plain")
    elif measured is None:
        said.append("Runs plain: no faster way was measured for this model on this machine")
    else:
        said.append("Runs plain: no way was faster when it was measured here")
    if weights:
        said.append(f"Weights: {WEIGHTS[weights].lower()}")
    return ". ".join(said)


# a run


def denoisers(pipe: Any) -> list[Any]:
    """The networks that are called at every step."""
    found = (getattr(pipe, name, None) for name in ("transformer", "transformer_2", "unet"))
    return [one for one in found if one is not None]


def can(pipe: Any, way: str) -> bool:
    """Whether an opened pipeline can be run that way."""
    networks = denoisers(pipe)
    if way == CHANNELS:
        return any(hasattr(one, "config") and type(one).__name__.startswith("UNet") for one in networks)
    if way == COMPILED:
        return any(getattr(one, "_repeated_blocks", None) for one in networks)
    marked = "cache_context" in inspect.unwrap(type(pipe).__call__).__code__.co_names
    return marked and bool(networks) and all(hasattr(one, "enable_cache") for one in networks)


@contextmanager
def on(pipe: Any, ways: Sequence[str], *, whole: bool = True) -> Iterator[None]:
    """The pipeline with these ways on for a block. `whole`: it lies on the device as a whole; else nothing is compiled. Raises Refusal."""
    if REUSED in ways and not can(pipe, REUSED):
        raise Refusal(f"This model ({type(pipe).__name__}) cannot reuse steps; please choose another speed.")
    undo: list[Callable[[], object]] = []
    try:
        for network in denoisers(pipe):
            if CHANNELS in ways and can(pipe, CHANNELS):
                undo.append(_laid(network))
            if COMPILED in ways and whole and getattr(network, "_repeated_blocks", None):
                undo.append(_compiled(network))
            if REUSED in ways:
                undo.append(_reusing(network))
        yield
    finally:
        for step in reversed(undo):
            step()


def _laid(network: Any) -> Callable[[], object]:
    """Four-dimensional weights with their channels last; gives back what undoes it."""
    import torch

    def put(format: Any) -> None:
        for one in network.parameters():
            if one.ndim == 4:
                one.data = one.data.contiguous(memory_format=format)

    put(torch.channels_last)
    return lambda: put(torch.contiguous_format)


def _compiled(network: Any) -> Callable[[], object]:
    """The repeated blocks compiled one by one; what was compiled stays with each block for the next run, and on the disk for the next process."""
    if CACHE_GIVEN is None:
        os.environ[CACHE] = str(models_folder() / "compiled")
    blocks = [one for one in network.modules() if type(one).__name__ in network._repeated_blocks]
    for block in blocks:
        kept = block.__dict__.get("_studio_compiled")
        if kept is not None:
            block._compiled_call_impl = kept
        else:
            block.compile()

    def undo() -> None:
        for block in blocks:
            block.__dict__["_studio_compiled"] = block._compiled_call_impl
            block._compiled_call_impl = None

    return undo


def _reusing(network: Any) -> Callable[[], object]:
    from diffusers import FirstBlockCacheConfig

    try:
        network.enable_cache(FirstBlockCacheConfig(threshold=THRESHOLD))
    except (ValueError, KeyError) as problem:
        raise Refusal(
            f"This model ({type(network).__name__}) cannot reuse steps; please choose another speed."
        ) from problem
    return network.disable_cache
