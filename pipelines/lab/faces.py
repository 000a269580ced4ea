"""Faces that nobody has: walk, mix by layer, truncate, add, and find a drawn portrait in the space of a small StyleGAN2."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Seed
from pipelines.drawing.face_network import LAYERS, PORTRAITS
from pipelines.lab.parts.pictures import png
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["PORTRAITS", "faces"]
SHOWN = {
    "grid": "mixing by layer",
    "walk": "a walk from one to the other",
    "truncation": "truncation",
    "direction": "adding a direction",
    "projection": "find my portrait",
    "noise": "what the noise does",
}
DIRECTIONS = {
    "smile": "smile",
    "turn": "turn of the head",
    "glasses": "glasses",
    "beard": "beard",
    "grey hair": "grey hair",
    "dark skin": "darker skin",
    "hat": "hat",
}
TILE = 160
STEPS = 80  # of the search for a portrait


@pipeline(models=(PORTRAITS,))
def faces(
    portrait: Annotated[
        Image | None, Input(label="Portrait", help="For “find my portrait”: a drawn face.", samples=False)
    ] = None,
    *,
    show: Annotated[str, Choice(SHOWN, help="What is done with the faces.")] = "grid",
    first: Annotated[int, Range(1, 999, 1, label="First face", help="The number of a face.")] = 3,
    second: Annotated[int, Range(1, 999, 1, label="Second face", help="The number of another face.")] = 12,
    direction: Annotated[str, Choice(DIRECTIONS, help="What is added to the first face's style.")] = "smile",
    amount: Annotated[float, Range(-2, 2, 0.1, help="How much of it is added.")] = 1.0,
    truncation: Annotated[
        float, Range(0, 1.5, 0.05, help="How far faces may lie from the mean face; 0 is the mean face.")
    ] = 0.8,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Play with the faces of a small StyleGAN2: mixing, a walk, truncation, arithmetic, projection, noise.

    Style mixing by layer and truncation (Karras et al. 2019, sections 3.1 and 2.2), arithmetic in w, projection into W+ (Abdal et al. 2019; Karras
    et al. 2020, section 5), noise for each layer. faces.json says what the picture shows, and of the result what Detect's spectrum sees: how
    its power falls with frequency beside that of drawn portraits. Raises MissingModel.
    """
    from pipelines.core.models import load
    from pipelines.drawing import face_network

    details: dict[str, Any] = {"show": show}
    with load(PORTRAITS) as artist:
        z = face_network.latents(seed, max(first, second))
        a, b = (face_network.styles_of(artist, z[n - 1 : n], truncation)[0] for n in (first, second))
        rows, names = _rows(artist, a, b, details, show, direction, amount, truncation, portrait, report)
    report(Progress(0.95, 1.0, "Looking at the spectrum"))
    tiles = [face_network.as_picture(one) for one in rows]
    details["names"] = names
    details["spectrum"] = {"made": spectrum(tiles), "drawn": spectrum(drawn_people(4))}
    columns = 4 if len(tiles) in (8, 16) else min(len(tiles), 7)
    page = PillowImage.new("RGB", (columns * TILE, -(-len(tiles) // columns) * TILE), (251, 248, 243))
    files = {}
    for i, tile in enumerate(tiles):
        large = tile.resize((TILE, TILE), PillowImage.Resampling.BICUBIC)
        page.paste(large, (i % columns * TILE, i // columns * TILE))
        files[f"{i + 1}.png"] = png(large)
    return Accompanied(page, {**files, "faces.json": json.dumps(details).encode()})


def _rows(
    artist: Any,
    a: Tensor,
    b: Tensor,
    details: dict[str, Any],
    show: str,
    direction: str,
    amount: float,
    truncation: float,
    portrait: Image | None,
    report: Report,
) -> tuple[Tensor, list[str]]:
    """The pictures [n,3,64,64] of what is asked for, and what each is."""
    import torch

    from pipelines.drawing import face_network

    if show == "grid":
        mixes = [face_network.mix_styles(a, b, range(k, LAYERS)) for k in range(LAYERS + 1)]
        names = [f"layers {k} to {LAYERS - 1} of the second" if k < LAYERS else "the first" for k in range(LAYERS + 1)]
        return artist.draw(torch.stack(mixes)), names
    if show == "walk":
        way_along = torch.linspace(0, 1, 8).tolist()
        return artist.draw(torch.stack([torch.lerp(a, b, s) for s in way_along])), [f"{s:.0%}" for s in way_along]
    if show == "truncation":
        mean = artist.generator.mean.expand(LAYERS, -1)
        far = mean + (a - mean) / max(truncation, 0.05)
        shares = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5]
        return artist.draw(torch.stack([torch.lerp(mean, far, s) for s in shares])), [f"{s:g}" for s in shares]
    if show == "direction":
        way = artist.directions[direction]
        shares = [round(amount * (k - 3.5) / 3.5, 2) for k in range(8)]
        return artist.draw(torch.stack([a + s * way for s in shares])), [f"{s:+g}" for s in shares]
    if show == "noise":
        kinds = [artist.draw(a[None], seed) for seed in range(6)]
        plain = artist.draw(a[None], noisy=False)
        spread = torch.cat(kinds).std(0, keepdim=True)
        details["noise_moves"] = round(float(spread.mean()) * 127.5, 2)
        grown = spread / spread.max().clamp(min=1e-6) * 2 - 1
        return torch.cat([plain, *kinds, grown]), ["no noise", *[f"noise {k + 1}" for k in range(6)], "where it moves"]
    target = face_network.from_picture(portrait if portrait is not None else drawn_people(1, 901)[0])
    w, curve = face_network.project(artist, target, STEPS, part(report, 0.1, 0.9))
    begin = artist.generator.spread(artist.encoder(target)[0])[0]
    details["curve"] = [round(v, 3) for v in curve]
    shown = torch.stack([begin, w, w + artist.directions["smile"], face_network.mix_styles(w, b, range(3, LAYERS))])
    names = [
        "the portrait",
        "where the encoder puts it",
        "after the search",
        "and smiling",
        "with the second's fine layers",
    ]
    return torch.cat([target, artist.draw(shown)]), names


def drawn_people(count: int, seed: int = 900) -> list[Image]:
    """Portraits painted by code, of seeds that no network was trained on."""
    from pipelines.figures.portraits import picture, portrait_of, somebody

    return [
        PillowImage.fromarray(picture(portrait_of(somebody(10**6 + seed + i), 10**6 + seed + i))) for i in range(count)
    ]


def spectrum(pictures: list[Image]) -> list[float]:
    """Mean power of the luma at each of 32 radial frequencies, in decibels under the first (Durall et al. 2020): [32]."""
    import numpy as np

    total = np.zeros(32)
    for picture in pictures:
        luma = np.asarray(picture.convert("L"), np.float64) - 128
        window = np.hanning(64)[:, None] * np.hanning(64)[None]
        power = np.abs(np.fft.fftshift(np.fft.fft2(luma * window))) ** 2
        ys, xs = np.mgrid[-32:32, -32:32]
        radius = np.hypot(ys, xs).astype(int)
        for r in range(32):
            total[r] += power[radius == r].mean()
    return [round(float(v), 2) for v in 10 * np.log10(total / total[0] + 1e-12)]
