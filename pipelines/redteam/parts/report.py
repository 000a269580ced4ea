"""What a run of the red team hands over: a labelled sheet of pictures, and a report as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from pipelines.core.models import ModelCard, sha256_of, where
from pipelines.core.registry import find
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

LABEL = "RED TEAM: made by an attack on purpose"
CELL_PX, GAP_PX, CAPTION_PX, LINE_PX, BAND_PX = 256, 12, 26, 18, 34
GROUND, INK, RED = (251, 248, 243), (52, 48, 42), (160, 40, 32)


@dataclass
class Finding:
    """One run: what was attacked, how, within which budget, and what came of it. All values are plain JSON."""

    attack: str
    target: str
    pipeline: str
    settings: Mapping[str, Any]
    succeeded: int
    tries: int
    said: str
    measured: Mapping[str, Any] = field(default_factory=dict)
    curve: Sequence[float] = ()
    curve_of: str = ""
    queries: int = 0
    models: Sequence[ModelCard] = ()


def interval(succeeded: int, tries: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of Clopper & Pearson (1934) for a share: it holds the true one at least so often."""
    from scipy.stats import beta

    if tries <= 0:
        return 0.0, 1.0
    rest = (1 - confidence) / 2
    low = 0.0 if succeeded == 0 else float(beta.ppf(rest, succeeded, tries - succeeded + 1))
    high = 1.0 if succeeded == tries else float(beta.ppf(1 - rest, succeeded + 1, tries - succeeded))
    return low, high


def report_as_json(finding: Finding) -> dict[str, Any]:
    """The report as plain JSON values, with the hashes of the models and the interval of the success."""
    low, high = interval(finding.succeeded, finding.tries)
    return {
        "kind": "redteam",
        "label": LABEL,
        "attack": finding.attack,
        "target": finding.target,
        "budget": dict(finding.settings),
        "tries": finding.tries,
        "succeeded": finding.succeeded,
        "interval_95": [round(low, 4), round(high, 4)],
        "said": finding.said,
        "measured": dict(finding.measured),
        "queries": finding.queries,
        "curve_of": finding.curve_of,
        "curve": [round(float(v), 6) for v in finding.curve],
        "models": [{"name": c.name, "source": c.source, "sha256": _hash(c)} for c in finding.models],
        "command": command(finding),
    }


def _hash(card: ModelCard) -> str:
    path = where(card)
    return sha256_of(path) if path is not None and path.is_file() else card.sha256


def command(finding: Finding) -> str:
    """The command that runs the same thing again, with FILE in place of what was attacked."""
    import shlex

    from pipelines.core.settings import settings_of

    name = f"redteam.{finding.pipeline}"
    slots = [f"{slot.name}=FILE" for slot in settings_of(find(name)).slots if not slot.optional]
    words = [f"{setting}={value}" for setting, value in finding.settings.items()]
    return shlex.join(["python", "-m", "studio", "run", name, *slots, *words, "out=redteam.png"])


def deliver_finding(pictures: Mapping[str, Image], finding: Finding) -> Accompanied[Image]:
    """The labelled sheet, with report.json beside it."""
    return Accompanied(sheet(pictures, finding), files_of(finding))


def files_of(finding: Finding) -> dict[str, bytes]:
    """The report as JSON; the studio makes a signed PDF of it (studio/provenance/redteam_pdf.py)."""
    return {"report.json": json.dumps(report_as_json(finding), indent=1, ensure_ascii=False).encode()}


def sheet(pictures: Mapping[str, Image], finding: Finding, columns: int = 0) -> Image:
    """Pictures in rows under the red team's label, the curve after them, and what was found in one sentence. 0 columns: 3, or 4 for many."""
    cells = {name: _cell(picture) for name, picture in pictures.items()}
    if len(finding.curve) > 1 and finding.curve_of:
        cells[finding.curve_of] = plot(finding.curve)
    columns = min(columns or (4 if len(cells) > 9 else 3), len(cells))
    rows = -(-len(cells) // columns)
    width = columns * (CELL_PX + GAP_PX) + GAP_PX
    font, small = ImageFont.load_default(15), ImageFont.load_default(13)
    lines = wrap_text(finding.said, small, width - 2 * GAP_PX)
    captions = [wrap_text(name, small, CELL_PX) for name in cells]
    caption_px = CAPTION_PX + LINE_PX * (max(map(len, captions)) - 1)
    height = BAND_PX + rows * (CELL_PX + caption_px + GAP_PX) + GAP_PX + LINE_PX * len(lines) + GAP_PX
    page = PillowImage.new("RGB", (width, height), GROUND)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, width, BAND_PX - 6), fill=RED)
    draw.text((GAP_PX, 5), LABEL, fill="white", font=font)
    for number, (caption, cell) in enumerate(zip(captions, cells.values(), strict=True)):
        x = GAP_PX + number % columns * (CELL_PX + GAP_PX)
        y = BAND_PX + number // columns * (CELL_PX + caption_px + GAP_PX)
        for row, line in enumerate(reversed(caption), 1):
            draw.text((x, y + caption_px - 4 - LINE_PX * row), line, fill=INK, font=small)
        page.paste(cell, (x + (CELL_PX - cell.width) // 2, y + caption_px + (CELL_PX - cell.height) // 2))
    for number, line in enumerate(lines):
        draw.text((GAP_PX, height - GAP_PX - LINE_PX * (len(lines) - number)), line, fill=INK, font=small)
    return page


def wrap_text(text: str, font: Any, width: int) -> list[str]:
    """A text in lines that fit; a word that is wider than a line is broken."""
    lines, line = [], ""
    for word in text.split():
        for piece in _fitting(word, font, width):
            longer = f"{line} {piece}".strip()
            if line and font.getlength(longer) > width:
                lines.append(line)
                longer = piece
            line = longer
    return [*lines, line] if line else lines


def _fitting(word: str, font: Any, width: int) -> list[str]:
    """A word in pieces that each fit into a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cell(picture: Image) -> Image:
    """A picture within a cell, small ones enlarged without inventing anything."""
    scale = CELL_PX / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    how = PillowImage.Resampling.NEAREST if scale >= 2 else PillowImage.Resampling.LANCZOS
    return picture.convert("RGB").resize(size, how)


def plot(values: Sequence[float], limit: float | None = None, along: str = "") -> Image:
    """A curve over its steps, with its lowest and highest value written beside it, and a line at `limit`; `along` says what the steps are."""
    picture = PillowImage.new("RGB", (CELL_PX, CELL_PX), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(12)
    shown = values if limit is None else (*values, limit)
    low, high = min(shown), max(shown)
    spread = (high - low) or 1.0
    left, right, top, bottom = 12, CELL_PX - 12, 26, CELL_PX - 30
    draw.line([(left, top), (left, bottom), (right, bottom)], fill=(170, 165, 155))
    count = max(1, len(values) - 1)
    places = [
        (left + i / count * (right - left), bottom - (v - low) / spread * (bottom - top)) for i, v in enumerate(values)
    ]
    draw.line(places, fill=RED, width=2)
    if limit is not None:
        at = bottom - (limit - low) / spread * (bottom - top)
        draw.line([(left, at), (right, at)], fill=(90, 110, 140), width=1)
        draw.text((right - 4, at - 14), "limit", fill=(90, 110, 140), font=font, anchor="ra")
    draw.text((left + 4, 8), f"highest {high:.4g}", fill=INK, font=font)
    draw.text(
        (left + 4, CELL_PX - 22), f"lowest {low:.4g}, {along or f'steps 0 to {len(values) - 1}'}", fill=INK, font=font
    )
    return picture


def difference(before: Image, after: Image, times: float = 10.0) -> Image:
    """The change of every value, `times` as large, about mid grey."""
    import numpy as np

    a, b = (np.asarray(one.convert("RGB"), np.float32) for one in (before, after))
    return PillowImage.fromarray((127.5 + times * (b - a)).clip(0, 255).round().astype(np.uint8))


def as_picture(pixels: Tensor) -> Image:
    """[1,3,h,w] in 0..1 as a picture, values rounded to 255 levels."""
    import numpy as np

    values = pixels[0].detach().permute(1, 2, 0).clamp(0, 1).cpu().numpy() * 255
    return PillowImage.fromarray(np.ascontiguousarray(values.round().astype(np.uint8)))


def as_tensor(picture: Image) -> Tensor:
    """A picture as float64 [1,3,h,w] in 0..1."""
    import numpy as np
    import torch

    pixels = np.array(picture.convert("RGB"))
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].double() / 255
