"""Writing the PixelCNN to assets/weights with its card: `--land` of `training.pixelcnn.train`, and for the blind one with `--blind`."""

import gzip
import io
from pathlib import Path

import numpy as np
import torch

from pipelines.nets.pixelcnn import PixelCNN, Shape
from training.landing import compute, halves, write_card, write_tensors
from training.objects.data import core, hold_out, prepare
from training.objects.export import attributed
from training.objects.words import CORE_STYLES, STYLES
from training.pixelcnn import data
from training.pixelcnn.train import bits
from training.run import read, weights_of


def averaged(folder: Path) -> tuple[PixelCNN, dict]:
    """The averaged network of a run, rounded to float16 as it is landed, and the run's facts."""
    saved = read(folder / "checkpoint.safetensors")
    facts, weights = saved.facts, {k: v.half().float() for k, v in saved.group("average").items()}
    net = PixelCNN(Shape.from_dict(facts["shape"]))
    net.load_state_dict(weights)
    return net.eval(), facts


def compressed(drawings: data.Drawings) -> dict[str, float]:
    """Mean bits a dimension that general compressors take for the drawings."""
    from PIL import Image

    sizes: dict[str, list[float]] = {"PNG": [], "WebP lossless": [], "gzip": []}
    for levels in drawings.levels:
        picture = Image.fromarray(np.ascontiguousarray(levels))
        for name, how in (
            ("PNG", {"format": "PNG", "optimize": True}),
            ("WebP lossless", {"format": "WEBP", "lossless": True, "quality": 100, "method": 6}),
        ):
            buffer = io.BytesIO()
            picture.save(buffer, **how)
            sizes[name].append(len(buffer.getvalue()))
        sizes["gzip"].append(len(gzip.compress(levels.tobytes(), 9, mtime=0)))
    return {name: round(float(np.mean(found)) * 8 / drawings.levels[0].size, 3) for name, found in sizes.items()}


def measured(net: PixelCNN, drawings: data.Drawings) -> dict[str, float]:
    """Bits a dimension of kept-back drawings, told the noun and the style, and told nothing."""
    return {
        "told": round(float(bits(net, drawings).mean()), 3),
        "told nothing": round(float(bits(net, drawings, told=False).mean()), 3),
        "drawings": len(drawings.levels),
    }


def export(folder: Path, assets: Path, cache: Path) -> None:
    """pixelcnn.safetensors and pixelcnn.json, or those of the blind network."""
    net, facts = averaged(folder)
    name = "pixelcnn-blind" if net.shape.blind else "pixelcnn"
    write_tensors(assets / f"{name}.safetensors", halves(weights_of(net)), shape=net.shape.as_dict())
    torch.set_num_threads(1)
    learned, held = data.load(cache)
    used = [*(key for key, words in STYLES.items() if words[0] in CORE_STYLES), "emojibase"]
    card = {
        "name": name,
        "what": "a PixelCNN of drawings of 32x32 pixels on white, conditioned on MiniLM's sentence vectors and a style"
        + (", one stack with the blind spot" if net.shape.blind else ", gated, two stacks"),
        **attributed(used),
        "drawings": len(learned.levels),
        "held_out": sorted(map(list, hold_out(core(prepare(cache)[0])))),
        "shape": net.shape.as_dict(),
        "parameters": sum(p.numel() for p in net.parameters()),
        "recipe": facts["recipe"],
        "command": "python -m training.pixelcnn.train --folder FOLDER --minutes MINUTES"
        + (" --blind" if net.shape.blind else ""),
        "pictures_seen": facts["pictures"],
        "steps": facts["step"],
        "compute": compute(facts["seconds"]),
        "result": {"bits per dimension, kept back": measured(net, held) | compressed(held)},
    }
    write_card(assets / f"{name}.json", card)
