"""The part of the intake's child that asks where a file comes from: its content credential, and what can be seen at a glance without one."""

from __future__ import annotations

import base64
import io
import json
from typing import IO, TYPE_CHECKING, Any

from studio.provenance.credential import Credential, read_opened, timestamp_authorities
from studio.provenance.credential_faults import table
from studio.provenance.summaries import summary

if TYPE_CHECKING:
    from PIL.Image import Image

GLANCE_PIXELS = 4_000_000
NODES = (400, 150, 60, 25, 10, 4, 1)  # how many manifests are told; fewer where they say too much
MOST_TOLD = 120_000  # characters of JSON


def credential_of(file: IO[bytes], media_type: str, anchor: str, known: str) -> dict[str, Any]:
    """The verified credential as plain JSON values, short enough to be kept."""
    return shorten_credential(read_opened(file, media_type, anchor, known))


def shorten_credential(credential: Credential) -> dict[str, Any]:
    """A credential as JSON values of at most MOST_TOLD characters; what is left out is counted in an ingredient of its own."""
    for most in NODES:
        said = summary(credential, most)
        if len(json.dumps(said)) <= MOST_TOLD:
            return said
    lean = {**said, "record": None, "ingredients": [], "actions": said["actions"][:4]}
    return {**lean, "problems": [*said["problems"][:4], "It says more; the rest was left out."]}


def traces(file: IO[bytes], kind: str, picture: Image | None, thumbnail: str) -> dict[str, str]:
    """A studio's invisible mark and a generator's metadata, for a file without a credential.

    Crops are not searched, and a large picture's thumbnail (WebP in base64) is enough; Detect looks at the whole file.
    """
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.detect.parts.inscriptions import CLEAR, said_in
    from pipelines.media import as_seen
    from pipelines.watermark import picture as mark

    seen = {}
    if picture is not None:
        if picture.width * picture.height > GLANCE_PIXELS:
            picture = PillowImage.open(io.BytesIO(base64.b64decode(thumbnail)), formats=("WEBP",))
        reading = mark.read_mark(np.asarray(as_seen(picture)), crops=False)
        if reading is not None:
            seen["mark"] = f"{reading.payload:08x}"
    said = next((one for one in said_in(file, kind) if one.ratio >= CLEAR), None)
    if said is not None:
        seen["says"] = said.generator
    return seen


def warm_up(sound: bytes) -> None:
    """Runs everything once, on a small picture with a mark and notes and on `sound` (a WAV): once confined, no module can be read."""
    import numpy as np
    from PIL import Image as PillowImage
    from PIL import ImageCms

    from pipelines.detect.parts.inscriptions import said_in
    from pipelines.media import as_seen
    from pipelines.watermark import picture as mark

    small = PillowImage.linear_gradient("L").resize((128, 96)).convert("RGB")
    small.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    mark.read_mark(mark.embed(np.asarray(as_seen(small)), 1), crops=False)
    notes = PillowImage.Exif()
    notes[0x010E], notes[0x9286] = "a description", b"ASCII\0\0\0a comment"
    held = io.BytesIO()
    small.save(held, "PNG", exif=notes)
    said_in(held, "image")
    said_in(io.BytesIO(sound), "sound")
    read_opened(held, "image/png", "")
    timestamp_authorities()
    table()
