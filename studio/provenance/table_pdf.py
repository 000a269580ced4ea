"""The table of many verdicts as a PDF on A4: an overview, then a section a file with its chain of reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.provenance.report import chain_lines, limits_of
from studio.provenance.report_pdf import HAIR, escape_for_pdf, faces, picture_of, set_pages, styles
from studio.provenance.spoken import Say, english

ROWS_AT_ONCE = 40  # of the overview, in one table
SIGNED = "This table carries a content credential (C2PA): any changed byte shows."


@dataclass(frozen=True)
class Section:
    """One file: its row, its verdict in the reader's language, and its thumbnail, b"" where there is none."""

    row: Mapping[str, Any]
    verdict: Mapping[str, Any]
    picture: bytes


class Flow(list[Any]):
    """What is still to be set, taken part by part from `parts` whenever nothing is left: the whole never stands in memory."""

    def __init__(self, parts: Iterable[list[Any]]) -> None:
        super().__init__()
        self._parts = iter(parts)

    def __len__(self) -> int:
        while not super().__len__():
            part = next(self._parts, None)
            if part is None:
                return 0
            self.extend(part)
        return super().__len__()


def pdf(sections: Callable[[], Iterator[Section]], target: Path, say: Say = english) -> None:
    """Write the overview and the chains, unsigned. `sections` is gone through twice: for the rows of the overview, and file by file."""
    kept = ("file", "kind", "verdict", "signer", "marks", "metadata")
    limits: dict[str, Mapping[str, Any]] = {}  # a verdict of each kind, for what it does not cover
    rows = []
    for section in sections():
        rows.append({name: str(section.row[name])[:200] for name in kept})
        told = {name: section.verdict.get(name) for name in ("calibration", "method", "media")}
        limits.setdefault(str(section.row["kind"]), told)
    title = f"{len(rows)} files examined, {time.strftime('%d %B %Y', time.gmtime())}"
    set_pages(Flow(_parts(rows, sections(), list(limits.values()), say)), str(target), title, time.time())


def _parts(
    rows: Sequence[Mapping[str, str]], sections: Iterator[Section], limits: Sequence[Mapping[str, Any]], say: Say
) -> Iterator[list[Any]]:
    from reportlab.platypus import Paragraph, Spacer

    how = styles(9)
    yield [
        Paragraph(escape_for_pdf(say(f"Files examined: {len(rows)}.")), how["title"]),
        *(Paragraph(escape_for_pdf(line), how["body"]) for line in count_verdicts(rows, say)),
        Spacer(1, 8),
    ]
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        yield [_overview(rows[begin : begin + ROWS_AT_ONCE], begin, how, say)]
    for number, section in enumerate(sections, 1):
        yield _section(number, section, how, say)
    lines = dict.fromkeys(line for verdict in limits for line in limits_of(verdict, say))
    yield [
        Paragraph(escape_for_pdf(say("What this does not cover")), how["heading"]),
        *(Paragraph(escape_for_pdf(line), how["small"]) for line in lines),
        Spacer(1, 8),
        Paragraph(escape_for_pdf(say(SIGNED)), how["small"]),
    ]


def _section(number: int, section: Section, how: Mapping[str, Any], say: Say) -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph

    row = section.row
    head = [
        Paragraph(f"{number}. {escape_for_pdf(row['file'])}", how["heading"]),
        Paragraph(escape_for_pdf(row["sentence"]), how["accent"]),
        *picture_of(section.picture, 110.0),
    ]
    chain = [
        Paragraph(f"{n}. {escape_for_pdf(line)}", how["step"])
        for n, line in enumerate(chain_lines(section.verdict, say), 1)
    ]
    seconds, when = f"{row['seconds']} s" if row["seconds"] else "", say(f"Examined at {row['examined']}.")
    facts = ", ".join(fact for fact in (say(row["kind"]), row["size"], seconds, when) if fact)
    last = [
        Paragraph(escape_for_pdf(facts), how["small"]),
        Paragraph(escape_for_pdf(f"SHA-256 {row['sha256']}"), how["small"]),
    ]
    return [KeepTogether(head), *chain, *last]


def count_verdicts(rows: Sequence[Mapping[str, Any]], say: Say = english) -> list[str]:
    """How many files have which verdict, a line each, the most frequent first."""
    names = [str(row["verdict"]) for row in rows]
    return [
        f"{names.count(name)}: {say(name)}" for name in sorted(set(names), key=lambda name: (-names.count(name), name))
    ]


def _overview(rows: Sequence[Mapping[str, Any]], begin: int, how: Mapping[str, Any], say: Say) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table, TableStyle

    style = how["small"]
    head = [
        Paragraph(f"<font name='{faces()[1]}'>{escape_for_pdf(say(name))}</font>", style)
        for name in ("", "File", "Verdict", "Signer, marks, metadata")
    ]
    lines = [head]
    for number, row in enumerate(rows, begin + 1):
        sentence = ", ".join(row[name] for name in ("signer", "marks", "metadata") if row[name]) or say("none")
        texts = (str(number), row["file"][:120], say(row["verdict"]), sentence[:200])
        lines.append([Paragraph(escape_for_pdf(text), style) for text in texts])
    table = Table(lines, colWidths=[30, 184, 125, 160], repeatRows=1)
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(HAIR))])
    )
    return table
