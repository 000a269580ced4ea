"""Marks that other programs hide in pixels and that anyone can read: Stable Diffusion's dwtDct messages, NovelAI's alpha channel.

dwtDct is the method of the package invisible-watermark (Wang, 2021) with its defaults: one level of the Haar transform of the U channel, in every 4×4
block of the approximation the largest coefficient is quantised in steps of 36, its remainder above or below half a step being the bit. It
survives PNG and little else: after JPEG or any resizing it is gone. Marks that need their maker's network or key (SynthID, Stable Signature,
TrustMark, AudioSeal, Tree-Ring) cannot be read here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

STEP = 36.0
BLOCK = 4
LEAST_PIXELS = 256 * 256  # below this the encoder refuses
DEVIATIONS = 5.5  # of chance: one in 50 million
LEAST_TURNS = 8  # of every bit


def _bits(text: str) -> tuple[int, ...]:
    return tuple(int(bit) for byte in text.encode() for bit in f"{byte:08b}")


def _number(value: int, length: int) -> tuple[int, ...]:
    return tuple(int(bit) for bit in f"{value:0{length}b}")


# As their programs write them, in the bit order of the encoder.
MESSAGES: dict[str, tuple[int, ...]] = {
    "Stable Diffusion 1 (“StableDiffusionV1”)": _bits("StableDiffusionV1"),
    "Stable Diffusion 2 (“SDV2”)": _bits("SDV2"),
    "SDXL (diffusers and Stability's own code)": _number(0b101100111110110010010000011110111011000110011110, 48),
    "FLUX (Black Forest Labs' own code)": _number(0b001010101111111010000111100111001111010100101110, 48),
    "InvokeAI (“InvokeAI”)": _bits("InvokeAI"),
}


@dataclass(frozen=True)
class ForeignMark:
    """A foreign mark that was read: whose, in which way it is hidden, how many of its bits fit."""

    whose: str
    method: str
    fits: str
    says: str = ""

    def record(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"whose": self.whose, "method": self.method, "fits": self.fits, "says": self.says}


def scores(pixels: np.ndarray) -> np.ndarray:
    """What each 4×4 block says, 0 or 1, in the encoder's order, for uint8 RGB [height,width,3]."""
    import cv2
    import numpy as np

    height, width = (side // 4 * 4 for side in pixels.shape[:2])
    chroma = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2YUV)[:height, :width, 1].astype(np.float32)
    haar = (chroma[0::2, 0::2] + chroma[1::2, 0::2] + chroma[0::2, 1::2] + chroma[1::2, 1::2]) / 2  # the approximation
    rows, columns = haar.shape[0] // BLOCK, haar.shape[1] // BLOCK
    blocks = (
        haar[: rows * BLOCK, : columns * BLOCK]
        .reshape(rows, BLOCK, columns, BLOCK)
        .swapaxes(1, 2)
        .reshape(-1, BLOCK * BLOCK)
    )
    largest = np.abs(blocks[:, 1:]).max(axis=1, initial=0)
    return (largest % STEP > 0.5 * STEP).astype(np.float32)


def agreement(said: np.ndarray, message: tuple[int, ...]) -> tuple[float, int]:
    """How far the blocks say `message`, in deviations of chance, and how many of its bits are read right.

    The bits take turns over the blocks. The encoder often spoils its own block, so a bit is the mean of its blocks, and what counts is the
    correlation of these means with the message (Fisher's transformation), not that every bit is right.
    """
    import numpy as np

    length = len(message)
    turns = len(said) // length
    if turns < LEAST_TURNS:
        return 0.0, 0
    means = said[: turns * length].reshape(turns, length).mean(axis=0)
    bits = np.array(message, np.float32)
    if means.std() < 1e-6:
        return 0.0, 0
    correlation = float(np.corrcoef(means, bits)[0, 1])
    deviations = math.atanh(min(correlation, 0.999999)) * math.sqrt(length - 3)
    return deviations, int(((means > 0.5) == (bits > 0.5)).sum())


def read_foreign(picture: Image) -> list[ForeignMark]:
    """Every foreign mark that can be read in a picture (RGB or RGBA)."""
    import numpy as np

    marks = []
    if picture.width * picture.height >= LEAST_PIXELS:
        said = scores(np.asarray(picture.convert("RGB")))
        for whose, message in MESSAGES.items():
            deviations, right = agreement(said, message)
            if deviations >= DEVIATIONS:
                fits = f"{right} of {len(message)} bits, {deviations:.1f} deviations above chance"
                marks.append(ForeignMark(whose, "dwtDct", fits))
    hidden = stealthy(picture)
    return [*marks, hidden] if hidden else marks


# texts in the lowest bits (sd-webui-stealth-pnginfo; NovelAI's own)

SIGNATURES = {"alpha": (b"stealth_pnginfo", b"stealth_pngcomp"), "RGB": (b"stealth_rgbinfo", b"stealth_rgbcomp")}
MOST_TEXT_BYTES = 400_000


def stealthy(picture: Image) -> ForeignMark | None:
    """A text in the lowest bits of alpha or of the colours, column by column, behind its signature."""
    import numpy as np

    for channels, signatures in SIGNATURES.items():
        if channels == "alpha" and picture.mode != "RGBA":
            continue
        pixels = np.asarray(picture)[..., 3:4] if channels == "alpha" else np.asarray(picture.convert("RGB"))
        most = 8 * (MOST_TEXT_BYTES + 32)
        columns = -(-most // (pixels.shape[0] * pixels.shape[2]))
        bits = (pixels[:, :columns].swapaxes(0, 1).reshape(-1) & 1)[:most]
        content = np.packbits(bits).tobytes()
        for packed, signature in enumerate(signatures):
            if content.startswith(signature):
                says = _unpack_text(content[len(signature) :], bool(packed))
                whose = "NovelAI" if "novelai" in says.lower() else "a Stable Diffusion program"
                return ForeignMark(whose, f"text in the lowest bits of {channels}", "signature found", says[:400])
    return None


def _unpack_text(content: bytes, packed: bool) -> str:
    """The text behind its length in bits; "" when it does not read."""
    import zlib

    length = int.from_bytes(content[:4], "big") // 8
    body = content[4 : 4 + min(length, MOST_TEXT_BYTES)]
    if packed:
        try:
            body = zlib.decompressobj(31).decompress(body, MOST_TEXT_BYTES)
        except zlib.error:
            return ""
    return " ".join(body.decode("utf-8", "replace").split())
