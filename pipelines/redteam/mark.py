"""Attacks on the invisible mark of pictures that the studio makes for the purpose."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Text
from pipelines.drawing import words
from pipelines.drawing.code_network import CODES
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import DISTILLED, OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

if TYPE_CHECKING:
    import numpy as np

__all__ = ["CODES", "DISTILLED", "ENLARGER", "MINILM", "OBJECTS", "mark"]
SIZE_PX = 512
PAYLOAD = 0x5EED0000  # of test marks: the picture is never handed over with it alone
TITLES = {
    "none": "No attack",
    "jpeg": "Saved as JPEG",
    "resize": "Made smaller and larger again",
    "crop": "Cropped",
    "screenshot": "Screenshot",
    "noise": "Noise added",
    "blur": "Smoothed",
    "average": "Mark estimated from many pictures and taken away",
    "autoencoder": "Through our autoencoder",
    "diffusion": "Purified by diffusion",
}


@pipeline(models=(OBJECTS, DISTILLED, MINILM, ENLARGER, CODES))
def mark(
    *,
    prompt: Annotated[
        str,
        Text(
            label="What to draw",
            help="The studio draws and marks this picture itself.",
            placeholder="a red apple",
            max_characters=200,
            required=True,
            suggests=words.names_of_engine,
        ),
    ],
    strength: Annotated[float, Range(0, 1, 0.05, help="How hard each attack is; 0 changes nothing.")] = 0.5,
    report: Report = silent,
) -> Accompanied[Image]:
    """Attacks the invisible mark of a picture that is drawn and marked for the purpose, in nine ways, and says which of them it survives.

    Re-encoding, scaling, cropping, a screenshot, noise, smoothing, averaging many pictures with the same mark (Kutter & Petitcolas 1999),
    regeneration by an autoencoder and by diffusion (Zhao et al. 2024). Takes no file. Raises Refusal, MissingModel.
    """
    from pipelines.redteam.parts import report as paper
    from pipelines.watermark import picture as marks

    caption = words.vocabulary().read(prompt).wish.caption
    clean = draw_caption(caption, part(report, 0.0, 0.3))
    marked = marks.embed(clean, PAYLOAD)
    rows: dict[str, dict[str, Any]] = {}
    pictures: dict[str, Image] = {"Marked": PillowImage.fromarray(marked)}
    for number, (name, attack) in enumerate(attacks(strength).items()):
        report(Progress(0.3 + 0.7 * number / len(TITLES), 1.0, TITLES[name]))
        after = attack(marked)
        found = marks.read_mark(after)
        rows[name] = {
            "survived": found is not None and found.payload == PAYLOAD,
            "confidence": round(found.confidence, 3) if found else 0.0,
            "psnr_db": round(psnr(marked, after), 1) if after.shape == marked.shape else None,
        }
        pictures[f"{TITLES[name]}: {'read' if rows[name]['survived'] else 'gone'}"] = PillowImage.fromarray(after)
    tried = [row for name, row in rows.items() if name != "none"]
    removed = sum(not row["survived"] for row in tried)
    sentence = f"{removed} of {len(tried)} attacks removed the invisible mark: {', '.join(TITLES[n].lower() for n, r in rows.items() if not r['survived']) or 'none'}."
    finding = paper.Finding(
        "invisible mark",
        "the studio's picture mark",
        "mark",
        {"prompt": prompt, "strength": strength},
        removed,
        len(tried),
        sentence,
        {"attacks": rows},
        models=(OBJECTS, DISTILLED, MINILM, ENLARGER, CODES),
    )
    return paper.deliver_finding(pictures, finding)


def draw_caption(caption: str, report: Report = silent) -> np.ndarray:
    """One drawing over paper, uint8 [512,512,3]."""
    import numpy as np

    from pipelines.drawing import network

    drawings = network.draw([caption], seed=0, how=network.Sampling("few"), report=report)
    (picture,) = network.finish_drawings(drawings, SIZE_PX)
    tint = tuple(round(255 * c) for c in network.PAPER)
    ground = PillowImage.new("RGBA", picture.size, (*tint, 255))
    return np.array(PillowImage.alpha_composite(ground, picture.convert("RGBA")).convert("RGB"))


def attacks(strength: float) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Every attack as a function of uint8 [h,w,3]; at strength 0 none changes a value."""
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "none": lambda x: x,
        "jpeg": lambda x: save_as_jpeg(x, round(95 - 75 * strength)),
        "resize": lambda x: reduce_and_enlarge(x, 1 - 0.8 * strength),
        "crop": lambda x: crop_sides(x, 0.5 * strength),
        "screenshot": lambda x: screenshot(x, strength),
        "noise": lambda x: add_noise(x, 32 * strength),
        "blur": lambda x: blur_picture(x, 4 * strength),
        "average": lambda x: averaged_away(x, strength),
        "autoencoder": lambda x: through_autoencoder(x, strength),
        "diffusion": lambda x: purify_picture(x, strength),
    }
    return changes if strength > 0 else dict.fromkeys(changes, lambda x: x)


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal to noise in decibels; 99 for the same picture."""
    import numpy as np

    error = float(np.mean((one.astype(np.float64) - other) ** 2))
    return 99.0 if error == 0 else min(99.0, 10 * float(np.log10(255**2 / error)))


def save_as_jpeg(x: np.ndarray, quality: int) -> np.ndarray:
    """Through JPEG with subsampled colours."""
    import numpy as np

    held = io.BytesIO()
    PillowImage.fromarray(x).save(held, "JPEG", quality=quality, subsampling=2)
    return np.array(PillowImage.open(io.BytesIO(held.getvalue())).convert("RGB"))


def reduce_and_enlarge(x: np.ndarray, scale: float) -> np.ndarray:
    """Made smaller by `scale` and as large as before again."""
    import numpy as np

    picture = PillowImage.fromarray(x)
    small = picture.resize([max(8, round(s * scale)) for s in picture.size], PillowImage.Resampling.LANCZOS)
    return np.array(small.resize(picture.size, PillowImage.Resampling.BICUBIC))


def crop_sides(x: np.ndarray, share: float) -> np.ndarray:
    """Without `share` of each side, off centre."""
    import numpy as np

    height, width = x.shape[:2]
    top, left = round(0.3 * share * height), round(0.6 * share * width)
    return np.ascontiguousarray(x[top : top + round((1 - share) * height), left : left + round((1 - share) * width)])


def screenshot(x: np.ndarray, strength: float) -> np.ndarray:
    """As another screen shows it: scaled unevenly, another gamma, saved as JPEG."""
    import numpy as np

    height, width = x.shape[:2]
    scale = 1 - 0.4 * strength
    shown = PillowImage.fromarray(x).resize((round(width * scale), round(height * scale * (1 - 0.02 * strength))))
    bent = 255 * (np.asarray(shown, np.float64) / 255) ** (1 + 0.2 * strength)
    return save_as_jpeg(bent.round().astype(np.uint8), round(92 - 30 * strength))


def add_noise(x: np.ndarray, levels: float) -> np.ndarray:
    """With Gaussian noise of so many grey levels."""
    import numpy as np

    made = np.random.default_rng(0).normal(0, levels, x.shape)
    return (x + made).clip(0, 255).round().astype(np.uint8)


def blur_picture(x: np.ndarray, sigma_px: float) -> np.ndarray:
    """Smoothed by a Gaussian."""
    import cv2
    import numpy as np

    return np.asarray(cv2.GaussianBlur(x, (0, 0), sigma_px))


def averaged_away(x: np.ndarray, strength: float, count: int = 20) -> np.ndarray:
    """The mark as `count` pictures with the same payload show it on average, taken away from this one.

    An attacker who gets several pictures with one mark needs no key. The studio gives every result its own payload, so this attack needs a
    visitor who marks the same payload often, which the studio does only for the scenes of one video.
    """
    import cv2
    import numpy as np

    from pipelines.watermark import picture as marks

    draw, total = np.random.default_rng(0), np.zeros((marks.CANONICAL_PX,) * 2)
    for _ in range(count):
        coarse = draw.uniform(60, 200, (6, 6, 3)).astype(np.float32)
        plain = (
            cv2.resize(coarse, (marks.CANONICAL_PX,) * 2, interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)
        )
        seen = marks.embed(plain, PAYLOAD).astype(np.float32).mean(2)
        total += seen - cv2.GaussianBlur(seen, (0, 0), 2.0)
    return marks.apply(x, (-2 * strength * total / count).astype(np.float32))


def through_autoencoder(x: np.ndarray, strength: float) -> np.ndarray:
    """Encoded to the codes of `generate.codes` and back at 64 pixels, mixed with the original by `strength`: 1 is the regeneration alone."""
    import numpy as np
    import torch

    with load(CODES) as scribe, torch.no_grad():
        regenerated = _at_64(x, lambda pixels: scribe.autoencoder.decode(scribe.autoencoder.encode(pixels)))
    mixed = (1 - strength) * x.astype(np.float32) + strength * regenerated
    return mixed.clip(0, 255).round().astype(np.uint8)


def purify_picture(x: np.ndarray, strength: float) -> np.ndarray:
    """Noise and back with the object network (DiffPure, Nie et al. 2022) at 64 pixels; only what 64 pixels hold is replaced."""
    import numpy as np

    from pipelines.drawing import network

    def through(pixels: Any) -> Any:
        import torch

        from pipelines.nets.object_unet import to_pixels

        level = network.strength_level(0.5 * strength)
        return to_pixels(network.redrawn(torch.clone(pixels), seed=0, how=network.Sampling("euler", 12), level=level))

    made = _at_64(x, through)
    return made.clip(0, 255).round().astype(np.uint8)


def _at_64(x: np.ndarray, network: Callable[[Any], Any]) -> np.ndarray:
    """A picture through a network of 64 opaque pixels a side: float32 [h,w,3]."""
    import cv2
    import numpy as np
    import torch

    small = cv2.resize(x, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
    pixels = torch.cat([torch.from_numpy(small).permute(2, 0, 1), torch.ones(1, 64, 64)])[None]
    made = (network(pixels)[0, :3].float().permute(1, 2, 0).numpy().clip(-1, 1) + 1) * 127.5
    return np.asarray(cv2.resize(made.astype(np.float32), x.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.float32)
