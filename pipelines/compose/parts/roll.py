"""A piano roll as a picture, in the studio's colours: the tune in accent, the others in ink, the louder the stronger."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from pipelines.compose.parts.music import Music
from pipelines.compose.parts.writing import chord_name

PAPER, INK, ACCENT = (251, 248, 243), (30, 27, 24), (217, 98, 43)
SIZE = (1280, 720)
ZOOM = 2


def _mix(a: tuple[int, int, int], b: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def roll(music: Music, seconds: float, title: str = "") -> Image.Image:
    """1280×720: time to the right, pitch upward, bars and chords along the foot."""
    width, height = SIZE[0] * ZOOM, SIZE[1] * ZOOM
    picture = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(picture)
    left, right, top, foot = 44 * ZOOM, 44 * ZOOM, 84 * ZOOM, 74 * ZOOM
    notes = [(part, n) for part in music.parts if part.kit is None for n in part.notes]
    low = min((n.pitch for _, n in notes), default=48) - 2
    high = max((n.pitch for _, n in notes), default=84) + 2
    row = (height - top - foot) / (high - low + 1)

    def x(tick: float) -> float:
        return left + (width - left - right) * min(1.0, music.seconds_at(tick) / seconds)

    def y(pitch: float) -> float:
        return height - foot - (pitch - low + 1) * row

    bars = music.form.bars
    every = max(1, bars // 24)
    for bar in range(bars + 1):
        heavy = (bar - music.form.intro) % 4 == 0
        if bar % every == 0 or heavy:
            at = x(bar * music.bar_ticks)
            draw.line(
                (at, top - 8 * ZOOM, at, height - foot + 6 * ZOOM), _mix(PAPER, INK, 0.16 if heavy else 0.07), ZOOM
            )
    for pitch in range(low, high + 1):
        if (pitch - music.tonic) % 12 == 0:
            draw.line((left, y(pitch) + row / 2, width - right, y(pitch) + row / 2), _mix(PAPER, INK, 0.06), ZOOM)
    leads = {p.key for p in music.parts[:1]}
    for lead in (False, True):
        for part, n in notes:
            if (part.key in leads) != lead:
                continue
            order = music.parts.index(part)
            strength = (0.2 + 0.45 * n.velocity / 127) * (1.0 if order < 2 else 0.78)
            colour = _mix(PAPER, ACCENT, 0.55 + 0.45 * n.velocity / 127) if lead else _mix(PAPER, INK, strength)
            x0, x1 = x(n.start) + ZOOM, max(x(n.start) + 4 * ZOOM, x(n.start + n.length) - ZOOM)
            tall = min(row * (0.86 if lead else 0.7), 13 * ZOOM)
            middle = y(n.pitch) + row / 2
            draw.rounded_rectangle((x0, middle - tall / 2, x1, middle + tall / 2), min(tall, x1 - x0) / 2.4, colour)
    _words(draw, music, x, left, top, width - right, height - foot, title)
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def _words(
    draw: ImageDraw.ImageDraw, music: Music, x: object, left: int, top: int, right: int, foot: int, title: str
) -> None:
    large, small = ImageFont.load_default(25 * ZOOM), ImageFont.load_default(13 * ZOOM)
    draw.text((left, top - 56 * ZOOM), title, INK, large)
    names = " · ".join(dict.fromkeys(p.name for p in music.parts if p.name))
    draw.text((right, top - 44 * ZOOM), names, _mix(PAPER, INK, 0.6), small, anchor="ra")
    last, shown = -1e9, ""
    for s in music.segments():
        at, name = x(s.start), chord_name(music, s.classes)  # type: ignore[operator]
        if name != shown and at - last > 38 * ZOOM:
            draw.text((at + 3 * ZOOM, foot + 16 * ZOOM), name, _mix(PAPER, INK, 0.62), small)
            last, shown = at, name
