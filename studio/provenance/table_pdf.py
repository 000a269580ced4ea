"""The table of many verdicts as a PDF on A4: an overview, then a section a file with its chain of reasons."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from typing import Any

from studio.provenance.report import chain_lines, limits_of
from studio.provenance.report_pdf import HAIR, INK, SOFT, SUN, faces, picture_of, written
from studio.provenance.spoken import Say, english

SIGNED = "This table carries a content credential (C2PA): one changed byte of it can be found out."


def pdf(
    rows: Sequence[Mapping[str, Any]],
    verdicts: Sequence[Mapping[str, Any]],
    pictures: Sequence[bytes],
    say: Say = english,
) -> bytes:
    """The overview and the chains, unsigned; `pictures` are thumbnails, b"" where there is none."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer

    plain, strong = faces()
    body = ParagraphStyle("body", fontName=plain, fontSize=9, leading=13, textColor=HexColor(INK), wordWrap="LTR")
    small = ParagraphStyle("small", parent=body, fontSize=8, leading=11, textColor=HexColor(SOFT), splitLongWords=1)
    title = ParagraphStyle("title", parent=body, fontName=strong, fontSize=20, leading=25, spaceAfter=6)
    heading = ParagraphStyle(
        "heading", parent=body, fontName=strong, fontSize=12, leading=16, spaceBefore=14, spaceAfter=3
    )
    accent = ParagraphStyle("accent", parent=body, fontName=strong, textColor=HexColor(SUN), spaceAfter=4)
    step = ParagraphStyle("step", parent=body, leftIndent=14, firstLineIndent=-14, spaceAfter=2)
    flow: list[Any] = [Paragraph(written(say(f"Files examined: {len(rows)}.")), title)]
    flow += [Paragraph(written(line), body) for line in counted(rows, say)]
    flow += [Spacer(1, 8), _overview(rows, small, strong, say)]
    for number, (one, verdict, picture) in enumerate(zip(rows, verdicts, pictures, strict=True), 1):
        head = [
            Paragraph(f"{number}. {written(one['file'])}", heading),
            Paragraph(written(one["sentence"]), accent),
            *picture_of(picture, 110.0),
        ]
        flow.append(KeepTogether(head))
        flow += [Paragraph(f"{n}. {written(line)}", step) for n, line in enumerate(chain_lines(verdict, say), 1)]
        facts = [
            say(one["kind"]),
            one["size"],
            f"{one['seconds']} s" if one["seconds"] else "",
            say(f"Examined at {one['examined']}."),
        ]
        flow.append(Paragraph(written(", ".join(fact for fact in facts if fact)), small))
        flow.append(Paragraph(written(f"SHA-256 {one['sha256']}"), small))
    flow.append(Paragraph(written(say("What this does not cover")), heading))
    kinds = {verdict["media"]["kind"]: verdict for verdict in verdicts}
    flow += [
        Paragraph(written(line), small) for line in dict.fromkeys(x for v in kinds.values() for x in limits_of(v, say))
    ]
    flow += [Spacer(1, 8), Paragraph(written(say(SIGNED)), small)]
    held = io.BytesIO()
    SimpleDocTemplate(
        held, pagesize=A4, leftMargin=48, rightMargin=48, topMargin=48, bottomMargin=48, author="Afternoon Studio",
        title=f"{len(rows)} files examined, {time.strftime('%d %B %Y', time.gmtime())}",
    ).build(flow)  # fmt: skip
    return held.getvalue()


def counted(rows: Sequence[Mapping[str, Any]], say: Say = english) -> list[str]:
    """How many files have which verdict, a line each, the most frequent first."""
    names = [str(one["verdict"]) for one in rows]
    return [
        f"{names.count(name)}: {say(name)}" for name in sorted(set(names), key=lambda name: (-names.count(name), name))
    ]


def _overview(rows: Sequence[Mapping[str, Any]], style: Any, strong: str, say: Say) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table, TableStyle

    head = [
        Paragraph(f"<font name='{strong}'>{written(say(name))}</font>", style)
        for name in ("", "File", "Verdict", "Signer, marks, metadata")
    ]
    lines = [head]
    for number, one in enumerate(rows, 1):
        said = ", ".join(str(one[name]) for name in ("signer", "marks", "metadata") if one[name]) or say("none")
        texts = (str(number), str(one["file"])[:120], say(str(one["verdict"])), said[:200])
        lines.append([Paragraph(written(text), style) for text in texts])
    made = Table(lines, colWidths=[24, 190, 125, 160], repeatRows=1)
    made.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(HAIR))])
    )
    return made
