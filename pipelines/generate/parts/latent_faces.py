"""Faces as points of a space of numbers, w of our own StyleGAN2 of drawn portraits (Karras et al. 2019): drawn, kept near the middle, added and taken away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.settings import Refusal
from pipelines.drawing.face_network import PORTRAITS

if TYPE_CHECKING:
    from torch import Tensor

MOST = 36  # faces on a sheet


def points(seed: int, count: int, truncation: float) -> Tensor:
    """w [n,128] of portraits 1..n of a seed, brought a share of the way to the mean (Karras et al. 2019, section 2.2). Raises MissingModel."""
    import torch

    from pipelines.drawing import face_network

    with load(PORTRAITS) as artist, torch.inference_mode():
        return artist.generator.styles(face_network.latents(seed, count), truncation).clone()


def faces(w: Tensor, side_px: int) -> list[Image]:
    """The portraits of w [n,128], enlarged from their 64 pixels; nothing is added to those. Raises MissingModel."""
    from pipelines.drawing import face_network

    with load(PORTRAITS) as artist:
        drawn = map(face_network.as_picture, artist.draw(artist.generator.spread(w)))
        return [face.resize((side_px, side_px), PillowImage.Resampling.BICUBIC) for face in drawn]


def add_faces(w: Tensor, groups: Sequence[tuple[int, tuple[int, ...]]]) -> Tensor:
    """The mean face and the signed differences of the groups' means from it: [128]."""
    with load(PORTRAITS) as artist:
        mean = artist.generator.mean
    total = mean.clone()
    for sign, numbers in groups:
        total = total + sign * (w[[n - 1 for n in numbers]].mean(0) - mean)
    return total


Sum = list[tuple[int, tuple[int, ...]]]


def read_sum(text: str) -> Sum:
    """ "3 - 7,8 + 12" as signed groups of face numbers: [(1, (3,)), (-1, (7, 8)), (1, (12,))]. Raises Refusal."""
    plain = text.replace("−", "-").replace("–", "-").strip()
    parts = re.findall(r"([+-]?)\s{0,9}(\d{1,6}(?:\s{0,9},\s{0,9}\d{1,6})*)\s{0,9}", plain)
    written = "".join(sign + numbers for sign, numbers in parts)
    signs = [sign for sign, _ in parts[1:]]
    if not parts or re.sub(r"\s", "", plain) != re.sub(r"\s", "", written) or "" in signs:
        raise Refusal("Write face numbers with + and -, for example 3 - 7 + 12.")
    if len(parts) > 8:
        raise Refusal("A sum has at most eight parts.")
    groups = [(-1 if sign == "-" else 1, tuple(int(n) for n in numbers.split(","))) for sign, numbers in parts]
    for _, numbers in groups:
        if not all(1 <= n <= MOST for n in numbers):
            raise Refusal(
                f"Faces are numbered from 1 to {MOST}; {next(n for n in numbers if not 1 <= n <= MOST)} is none."
            )
    return groups
