"""A film of a drawn face with a pulse and blinks, the same film after a face swap, and what can be read from both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range
from pipelines.lab.parts.pictures import png
from pipelines.lab.swap import GROUND, PEOPLE, SWAP
from pipelines.media import Accompanied

if TYPE_CHECKING:
    import numpy as np

__all__ = ["SWAP", "signs"]
RATE_HZ, SECONDS = 15, 12
LIDS = (0.0, 0.35, 0.7, 1.0)  # how far the lids of the drawn faces are down
CLOSING, OPENING = 2, 4  # pictures that a blink takes: lids fall faster than they rise (Evinger et al. 1991)
BLOOD = (
    0.33,
    0.77,
    0.53,
)  # how much a pulse changes red, green and blue, as shares of the skin's own (de Haan & van Leest 2014)
EYE_ROWS, FOREHEAD_ROWS, CHEEK_ROWS = (28, 40), (18, 27), (40, 50)  # of a portrait of 64 pixels
NOISE = 1.0  # of the camera: levels of 255 that every pixel trembles by
TOLERANCE = 26  # levels from the colour of the skin


@pipeline(models=(SWAP,))
def signs(
    *,
    pulse: Annotated[int, Range(0, 120, 1, label="Pulse", help="Beats a minute of the filmed person; 0 is none.")] = 72,
    strength: Annotated[
        float, Range(0, 4, 0.1, label="Strength", help="Levels of 255 by which a beat changes the green of the skin.")
    ] = 1.5,
    blinks: Annotated[int, Range(0, 40, 1, label="Blinks a minute", help="Of the filmed person.")] = 20,
    report: Report = silent,
) -> Accompanied[Image]:
    """Film a drawn face for twelve seconds, swap it, and read blinks and pulse from both films.

    The pulse by POS and CHROM (Wang et al. 2017; de Haan & Jeanne 2013), blinks by the openness of the eyes over time (Soukupová & Čech 2016), which
    is measured here against the drawn open and closed face, because the drawings keep their eyes in one place. signs.json holds both
    series of both films, and how well the swapped face follows. Raises MissingModel.
    """
    import numpy as np

    report(Progress(0, 1, "Filming"))
    lids = lids_of(blinks)
    films = {"filmed": film_person(lids, pulse, strength)}
    report(Progress(0.3, 1, "Swapping every picture"))
    films["swapped"] = swap_film(films["filmed"])
    report(Progress(0.8, 1, "Looking at eyes and skin"))
    details: dict[str, Any] = {"rate_hz": RATE_HZ, "seconds": SECONDS, "asked": {"pulse": pulse, "blinks": blinks}}
    files, page = {}, PillowImage.new("RGB", (4 * 160, 160), (251, 248, 243))
    shown = (int(np.argmin(lids)), int(np.argmax(lids)))
    for i, (name, film) in enumerate(films.items()):
        details[name] = measure_film(film, 0 if name == "filmed" else 1)
        for k, at in enumerate(shown):
            tile = PillowImage.fromarray(film[at]).resize((160, 160), PillowImage.Resampling.BICUBIC)
            page.paste(tile, ((2 * i + k) * 160, 0))
            files[f"{name}-{k}.png"] = png(tile)
    return Accompanied(page, {**files, "signs.json": json.dumps(details).encode()})


def lids_of(blinks: int) -> np.ndarray:
    """How far the lids are down in each picture, 0..1 [n]: blinks spread over the film with chance between them."""
    import numpy as np

    lids, count = np.zeros(RATE_HZ * SECONDS), round(blinks * SECONDS / 60)
    generator = np.random.default_rng(5)
    course = [*np.linspace(0, 1, CLOSING + 1)[1:], *np.linspace(1, 0, OPENING + 1)[1:]]
    for k in range(count):
        begin = int((k + 0.2 + 0.5 * generator.random()) * len(lids) / count)
        for j, lid in enumerate(course):
            if begin + j < len(lids):
                lids[begin + j] = max(lids[begin + j], lid)
    return lids


def draw_person(person: int, lid: float) -> np.ndarray:
    """One of the two people with the lids so far down, uint8 [64,64,3]."""
    from pipelines.figures.portraits import Portrait, picture

    return picture(Portrait(PEOPLE[person], 96.0, "neutral", 1.0, ground=GROUND, lid=lid))


def skin_of(person: int) -> np.ndarray:
    """Where the open face has the colour of its skin: bool [64,64]."""
    import numpy as np

    return (np.abs(draw_person(person, 0.0) - np.array(colour_of(person))) < TOLERANCE).all(2)


def colour_of(person: int) -> list[float]:
    """Red, green and blue of the skin, 0..255."""
    return [float(int(PEOPLE[person].params["skin"][i : i + 2], 16)) for i in (1, 3, 5)]


def film_person(lids: np.ndarray, pulse: int, strength: float) -> np.ndarray:
    """The film uint8 [n,64,64,3]: lids as asked for, skin that changes with the pulse, a camera with noise."""
    import numpy as np

    faces = np.stack([draw_person(0, lid) for lid in LIDS]).astype(np.float64)
    signature = np.array(colour_of(0)) * BLOOD
    skin, generator = skin_of(0)[..., None] * signature / signature[1], np.random.default_rng(6)
    at = np.interp(lids, LIDS, range(len(LIDS)))
    low, share = np.floor(at).astype(int), (at % 1)[:, None, None, None]
    film = (1 - share) * faces[low] + share * faces[np.minimum(low + 1, len(LIDS) - 1)]
    beat = 2 * np.pi * pulse / 60 * np.arange(len(lids)) / RATE_HZ
    wave = strength * (np.sin(beat) + 0.3 * np.sin(2 * beat + 1))  # the second harmonic, as pulses have one
    film = film - wave[:, None, None, None] * skin + generator.normal(0, NOISE, film.shape)
    return film.round().clip(0, 255).astype(np.uint8)


def swap_film(film: np.ndarray) -> np.ndarray:
    """Every picture through the encoder and the other person's decoder."""
    import numpy as np
    import torch

    from pipelines.core.models import load

    pictures = torch.from_numpy(film.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
    with load(SWAP) as net, torch.inference_mode():
        made = torch.cat([net.decode(net.encode(part), 1) for part in pictures.split(32)])
    return ((made.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def measure_film(film: np.ndarray, person: int) -> dict[str, Any]:
    """Openness of the eyes, colours of forehead and cheeks, and what they say."""
    import numpy as np

    from pipelines.lab.parts.film_signs import read_signs

    rows = slice(*EYE_ROWS)
    closed = draw_person(person, 1.0)[rows].astype(np.float64)
    way = draw_person(person, 0.0)[rows] - closed
    eyes = ((film[:, rows] - closed) * way).sum((1, 2, 3)) / np.square(way).sum()
    skin, middle = skin_of(person), np.arange(64) < 32
    places = []
    for (top, bottom), side in ((FOREHEAD_ROWS, None), (CHEEK_ROWS, middle), (CHEEK_ROWS, ~middle)):
        mask = np.zeros((64, 64), bool)
        mask[top:bottom] = skin[top:bottom] if side is None else skin[top:bottom] & side
        places.append(mask)
    colours = np.stack([film[:, mask].mean(1) for mask in places], 1)
    blink, pulse = read_signs(eyes, colours, float(RATE_HZ))
    return {"blinks": blink, "pulse": pulse}
