"""The two decoders of a face swap, on two people who are drawn: what is shared, and what each decoder adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range
from pipelines.figures.character import Character
from pipelines.lab.parts.pictures import png
from pipelines.media import Accompanied

__all__ = ["SWAP", "swap"]
FIRST = Character(
    "man",
    {
        "skin": "#f2c9a6",
        "hair": "short",
        "hair_colour": "#6b4428",
        "beard": "moustache",
        "top": "shirt",
        "top_colour": "#4a78b5",
        "eye_colour": "#4f3524",
    },
)
SECOND = Character(
    "woman",
    {
        "skin": "#a56d48",
        "hair": "curly",
        "hair_colour": "#33292b",
        "glasses": "round",
        "top": "sweater",
        "top_colour": "#c8483f",
        "eye_colour": "#4a6a45",
    },
)
PEOPLE = (FIRST, SECOND)
FACES = ("neutral", "happy", "sad", "angry", "surprised", "tired", "afraid")
WHO = {"first": "the first person", "second": "the second person"}
GROUND = "#b9c7cf"


def _build(path: Path) -> Any:
    from pipelines.nets import two_decoders

    return two_decoders.load(path)


SWAP = ModelCard(
    name="Two decoders of a face swap",
    source="builtin:weights/swap.safetensors",
    sha256="",
    licence="Apache-2.0 (trained here on pictures that this repository's code draws)",
    size_bytes=5_347_140,
    build=_build,
    about="Swaps the faces of two drawn people.",
)


@pipeline(models=(SWAP,))
def swap(
    *,
    who: Annotated[str, Choice(WHO, label="Whose face goes in", help="The person who is drawn and encoded.")] = "first",
    expression: Annotated[str, Choice({name: name for name in FACES}, help="The face that is made.")] = "happy",
    yaw: Annotated[float, Range(46, 134, 1, label="Turned", help="Degrees; 90 looks at you.")] = 100.0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw one of two people with an expression, and let both decoders give the face back.

    One encoder, two decoders (the method of the first "deepfakes"; Rössler et al. 2019, section 3.2). Left what goes in, then what its own decoder
    and the other person's decoder draw from the same 128 numbers; below, the other person drawn with the same pose and expression, to compare.
    swap.json says how far each is from that. Raises MissingModel.
    """
    import torch

    from pipelines.core.models import load
    from pipelines.drawing.face_network import as_picture, from_picture
    from pipelines.figures.portraits import Portrait, picture

    number = 0 if who == "first" else 1
    report(Progress(0, 1, "Drawing and encoding"))

    source, wanted = (
        PillowImage.fromarray(picture(Portrait(PEOPLE[person], yaw, expression, 1.0, ground=GROUND)))
        for person in (number, 1 - number)
    )
    with load(SWAP) as net, torch.inference_mode():
        code = net.encode(from_picture(source))
        own, other = (net.decode(code, person) for person in (number, 1 - number))
        again = net.decode(net.encode(other), number)
    target = from_picture(wanted)
    details = {
        "code": [round(float(v), 3) for v in code[0]],
        "levels_from_drawn": round(float((other - target).abs().mean()) * 127.5, 2),
        "levels_from_source": round(float((own - from_picture(source)).abs().mean()) * 127.5, 2),
    }
    pictures = {
        "source": source,
        "own": as_picture(own[0]),
        "swapped": as_picture(other[0]),
        "drawn": wanted,
        "back": as_picture(again[0]),
    }
    page = PillowImage.new("RGB", (3 * 256, 256), (251, 248, 243))
    for i, name in enumerate(("source", "own", "swapped")):
        page.paste(pictures[name].resize((256, 256), PillowImage.Resampling.BICUBIC), (256 * i, 0))
    return Accompanied(
        page,
        {
            **{f"{n}.png": png(p.resize((256, 256), PillowImage.Resampling.BICUBIC)) for n, p in pictures.items()},
            "swap.json": json.dumps(details).encode(),
        },
    )
