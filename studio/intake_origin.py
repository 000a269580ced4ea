"""The part of the intake's child that asks where a file comes from: its content credential, and what can be seen at a glance without one."""

from __future__ import annotations

import base64
import io
import json
from typing import IO, TYPE_CHECKING, Any

from studio.credential import Credential, read_opened
from studio.summaries import summary

if TYPE_CHECKING:
    from PIL.Image import Image

GLANCE_PIXELS = 4_000_000
NODES = (400, 150, 60, 25, 10, 4, 1)  # how many manifests are told; fewer where they say too much
MOST_TOLD = 120_000  # characters of JSON


def credential_of(file: IO[bytes], media_type: str, anchor: str, known: str) -> dict[str, Any]:
    """The verified credential as plain JSON values, short enough to be kept."""
    return told(read_opened(file, media_type, anchor, known))


def told(credential: Credential) -> dict[str, Any]:
    """A credential as JSON values of at most MOST_TOLD characters; what is left out is counted in an ingredient of its own."""
    for most in NODES:
        said = summary(credential, most)
        if len(json.dumps(said)) <= MOST_TOLD:
            return said
    lean = {**said, "record": None, "ingredients": [], "actions": said["actions"][:4]}
    return {**lean, "problems": [*said["problems"][:4], "It says more than the studio keeps; the rest was left out."]}


def traces(file: IO[bytes], kind: str, picture: Image | None, thumbnail: str) -> dict[str, str]:
    """A studio's invisible mark and a generator's metadata, for a file without a credential.

    Crops are not searched, and a large picture's thumbnail (WebP in base64) is enough; Detect looks at the whole file.
    """
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines import mark
    from pipelines.detect.inscriptions import CLEAR, said_in
    from pipelines.media import as_seen

    seen = {}
    if picture is not None:
        if picture.width * picture.height > GLANCE_PIXELS:
            picture = PillowImage.open(io.BytesIO(base64.b64decode(thumbnail)), formats=("WEBP",))
        reading = mark.read(np.asarray(as_seen(picture)), crops=False)
        if reading is not None:
            seen["mark"] = f"{reading.payload:08x}"
    said = next((one for one in said_in(file, kind) if one.ratio >= CLEAR), None)
    if said is not None:
        seen["says"] = said.generator
    return seen


def warm_up() -> None:
    """Runs everything once on a small picture: once confined, no module can be read."""
    import cv2
    import numpy as np
    from PIL import Image as PillowImage

    import pipelines.detect.inscriptions
    from pipelines import mark
    from pipelines.media import as_seen, load_image  # noqa: F401 - imports what it needs

    cv2.setNumThreads(1)
    small = PillowImage.new("RGB", (96, 64), (120, 90, 60))
    mark.read(np.asarray(as_seen(small)), crops=False)
    held = io.BytesIO()
    small.save(held, "PNG")
    pipelines.detect.inscriptions.said_in(held, "image")
    read_opened(held, "image/png", "")
