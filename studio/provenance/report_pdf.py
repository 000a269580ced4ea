"""A verdict's report as a PDF, set with ReportLab (BSD) in the studio's own face (Inter, OFL)."""

from __future__ import annotations

import io
import time
from functools import lru_cache, partial
from html import escape
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS

if TYPE_CHECKING:
    from studio.provenance.report import Report

INK, SOFT, SUN, HAIR = "#1E1B18", "#655E55", "#B4491A", "#E2DACE"
MOST_FIGURES = 24
CARRIES = "This report carries a content credential (C2PA): any changed byte shows."
INSTEAD = str.maketrans({"„": "“", "œ": "oe", "Œ": "Oe", "ō": "o", "→": "›", "←": "‹"})  # letters that the face lacks
PICTURE_POINTS = 220.0


@lru_cache(maxsize=1)
def faces() -> tuple[str, str]:
    """The two weights of Inter, registered once."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("regular", "semibold"):
        pdfmetrics.registerFont(TTFont(f"Inter-{name}", str(ASSETS / "fonts" / f"inter-report-{name}.ttf")))
    return "Inter-regular", "Inter-semibold"


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """The letters that the face has."""
    from reportlab.pdfbase import pdfmetrics

    faces()
    return frozenset(pdfmetrics.getFont("Inter-regular").face.charToGlyph)


def escape_for_pdf(text: object) -> str:
    """A text as the face can show it (others become a middle dot), escaped for ReportLab's little markup."""
    return escape("".join(letter if ord(letter) in _letters() else "·" for letter in str(text).translate(INSTEAD)))


def styles(size: float = 9.5) -> dict[str, Any]:
    """The styles of a document's paragraphs by name; `size` is that of the letters in points."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    plain, strong = faces()
    ink, soft, sun = map(HexColor, (INK, SOFT, SUN))
    body = ParagraphStyle("body", fontName=plain, fontSize=size, leading=size + 4.5, textColor=ink, wordWrap="LTR")
    more: dict[str, dict[str, Any]] = {
        "small": {"fontSize": 8, "leading": 11, "textColor": soft, "splitLongWords": 1},
        "title": {"fontName": strong, "fontSize": 20, "leading": 25, "spaceAfter": 6},
        "heading": {"fontName": strong, "fontSize": 12, "leading": 16, "spaceBefore": 15, "spaceAfter": 4},
        "accent": {"fontName": strong, "fontSize": size + 1.5, "leading": 15, "textColor": sun, "spaceAfter": 8},
        "bulleted": {"leftIndent": 12, "spaceAfter": 2},
        "step": {"leftIndent": 14, "firstLineIndent": -14, "spaceAfter": 2},
    }
    return {"body": body, **{name: ParagraphStyle(name, parent=body, **values) for name, values in more.items()}}


def set_pages(flow: list[Any], target: Any, title: str, created: float = 0.0) -> None:
    """Write A4 pages to a file or a path. `created` is their own date, so that the same report has the same bytes whenever it is written."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    margins = {f"{side}Margin": 52 for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(target, pagesize=A4, title=title, author="Afternoon Studio", invariant=1, **margins)
    document.build(flow, onFirstPage=partial(_stamp_date, created))


def pdf(report: Report) -> bytes:
    """The report on A4, unsigned."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer

    from studio.provenance import report as words

    named, strong = styles(), faces()[1]
    body, small, heading, bulleted = (named[name] for name in ("body", "small", "heading", "bulleted"))
    verdict: Any = report.verdict
    say = report.say
    flow: list[Any] = [
        Paragraph(escape_for_pdf(verdict["sentence"]), named["title"]),
        Paragraph(escape_for_pdf(words.headline(verdict, say)), named["accent"]),
    ]
    flow += picture_of(report.thumbnail)

    def section(name: str, lines: list[str], style: ParagraphStyle = body, bullet: str | None = "•") -> None:
        if lines:
            flow.append(Paragraph(escape_for_pdf(say(name)), heading))
            flow.extend(Paragraph(escape_for_pdf(line), style, bulletText=bullet) for line in lines)

    section("Why", list(verdict["reasons"]), bulleted)
    steps = words.chain_lines(verdict, say)
    section("How the verdict came about", [f"{n}. {line}" for n, line in enumerate(steps, 1)], bulleted, None)
    tree = words.tree_lines(report.provenance.get("credential"), say=say)
    flow.append(Paragraph(escape_for_pdf(say("Where it says it comes from")), heading))
    for depth, line in tree:
        flow.append(
            Paragraph(escape_for_pdf(line), ParagraphStyle(f"tree{depth}", parent=body, leftIndent=14 * min(depth, 12)))
        )
    flow.extend(Paragraph(escape_for_pdf(line), bulleted, bulletText="•") for line in words.unsigned_lines(report))
    for signal in verdict.get("signals", ()):
        if signal is verdict["signals"][0]:
            flow.append(Paragraph(escape_for_pdf(say("What the signals say")), heading))
        flow.append(
            Paragraph(
                f"<font name='{strong}'>{escape_for_pdf(signal['title'])}</font> {escape_for_pdf(words.signal_line(signal, say))}",
                body,
            )
        )
        flow.append(Spacer(1, 3))
    section("What a verdict needs", [gate["finding"] for gate in verdict.get("gates", ())], bulleted)
    for signal_title, name, caption, data in report.figures()[:MOST_FIGURES]:
        flow += [
            *picture_of(data),
            Paragraph(escape_for_pdf(f"{signal_title}: {name}. {caption}"), small),
            Spacer(1, 8),
        ]
    section("What would change this", list(verdict["what_would_change_this"]), bulleted)
    section("What this does not cover", words.limits_of(verdict, say), bulleted)
    section("What was examined", [f"{name}: {value}" for name, value in words.facts(report) if value], small, None)
    flow.append(Spacer(1, 12))
    flow.append(Paragraph(escape_for_pdf(say(CARRIES)), small))
    buffer = io.BytesIO()
    set_pages(flow, buffer, f"Report on {report.title}", report.created)
    return buffer.getvalue()


def _stamp_date(created: float, canvas: Any, document: Any) -> None:
    from reportlab.lib.utils import TimeStamp

    if created:
        stamp = TimeStamp(1)
        stamp.t, stamp.lt = created, time.gmtime(created)
        stamp.YMDhms = tuple(stamp.lt)[:6]
        canvas._doc._timeStamp = stamp


def picture_of(data: bytes, most_points: float = PICTURE_POINTS) -> list[Any]:
    """A picture at a modest size, or nothing when there is none that reads."""
    from PIL import Image as PillowImage
    from reportlab.platypus import Image, Spacer

    if not data:
        return []
    try:
        with PillowImage.open(io.BytesIO(data), formats=("PNG", "WEBP", "JPEG")) as opened:
            picture = opened.convert("RGB")
    except (OSError, ValueError):
        return []
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=86)
    scale = min(most_points / picture.width, most_points / picture.height)
    shown = Image(buffer, picture.width * scale, picture.height * scale, hAlign="LEFT")
    return [Spacer(1, 4), shown, Spacer(1, 4)]
