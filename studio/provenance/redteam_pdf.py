"""The report of a red-team run as a PDF on A4 with a signed credential: what was attacked, within which budget, what came of it, how to run it again."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio import __version__
from studio.provenance.certificate import Certificate
from studio.provenance.report_pdf import CARRIES, escape_for_pdf, faces, picture_of, set_pages, styles
from studio.storage.artifacts import Artifact
from studio.storage.store import Store

FILE = "report.json"
SHEET_POINTS = 460.0
MOST_MEASURED = 60  # lines


def is_report(artifact: Artifact) -> bool:
    """Whether a result of the red team has a report beside it."""
    names = [str(file.get("name")) for file in artifact.facts.get("files", ())]
    return artifact.call is not None and artifact.call.pipeline.startswith("redteam.") and FILE in names


def report_of(artifact: Artifact) -> dict[str, Any]:
    """The report beside a result. Raises Refusal where it is gone or is none."""
    try:
        report = json.loads((beside(artifact.path) / FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise Refusal("The report of this result is gone; run the attack again.") from problem
    if not isinstance(report, dict) or report.get("kind") != "redteam":
        raise Refusal("This is not a report of the red team.")
    return report


def exported_redteam(store: Store, certificate: Certificate, artifact: Artifact, plain: Path, signed: Path) -> None:
    """Write the report to `plain` and its signed form to `signed`. Raises Refusal."""
    from studio.provenance.signing import Parent, Statement, sign

    shown = artifact.path if artifact.kind == "image" else store.thumbnail_path(artifact)
    plain.write_bytes(pdf(report_of(artifact), shown.read_bytes() if shown.is_file() else b"", artifact.created))
    record = {"id": artifact.id, "report": report_of(artifact)["said"]}
    parents = (Parent(artifact.path, artifact.title, "inputTo", artifact.media_type),)
    statement = Statement(
        f"Red team report on {artifact.title}", "application/pdf", True, record, parents, __version__, trained=False
    )
    sign(plain, signed, statement, certificate)


def rows(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a reviewer asks first, in words."""
    low, high = (100 * float(value) for value in report["interval_95"])
    tries = int(report["tries"])
    share = f" ({100 * int(report['succeeded']) / tries:.0f} %)" if tries else ""
    budget = ", ".join(f"{name} {value}" for name, value in report["budget"].items())
    lines = [
        ("Attack", str(report["attack"])),
        ("Target", str(report["target"])),
        ("Budget and settings", budget or "none"),
        ("Succeeded", f"{report['succeeded']} of {tries}{share}"),
        ("95 % interval (Clopper and Pearson)", f"{low:.0f} to {high:.0f} %"),
        ("Questions asked of the target", str(report["queries"]) if report["queries"] else ""),
        ("Run it again", str(report["command"])),
    ]
    return [(name, value) for name, value in lines if value]


def lines_of_measurements(value: Any, name: str = "") -> list[str]:
    """Nested values as lines: `attacks, strip, state: none`."""
    if isinstance(value, Mapping):
        return [
            line
            for key, held in value.items()
            for line in lines_of_measurements(held, f"{name}, {key}" if name else str(key))
        ]
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, bool)) or value is None else str(value)
    return [f"{name}: {text[:400]}"]


def pdf(report: Mapping[str, Any], picture: bytes, created: float) -> bytes:
    """The report on A4, unsigned; the same report and date give the same bytes."""
    from reportlab.platypus import Paragraph, Spacer

    named, strong = styles(), faces()[1]
    body, small, title, heading, accent = (named[name] for name in ("body", "small", "title", "heading", "accent"))
    flow: list[Any] = [Paragraph("Red team report", title), Paragraph(escape_for_pdf(report["label"]), accent)]
    flow += [Paragraph(escape_for_pdf(report["said"]), body), *picture_of(picture, SHEET_POINTS)]
    flow.append(Paragraph("What was done", heading))
    flow += [
        Paragraph(f"<font name='{strong}'>{escape_for_pdf(name)}:</font> {escape_for_pdf(value)}", body)
        for name, value in rows(report)
    ]
    lines = lines_of_measurements(report["measured"])
    if lines:
        flow.append(Paragraph("What was measured", heading))
        flow += [Paragraph(escape_for_pdf(line), small) for line in lines[:MOST_MEASURED]]
        if len(lines) > MOST_MEASURED:
            flow.append(Paragraph(f"{len(lines) - MOST_MEASURED} more lines are in report.json.", small))
    if report["models"]:
        flow.append(Paragraph("Models, by their SHA-256", heading))
        flow += [Paragraph(escape_for_pdf(f"{one['name']} {one['sha256']}"), small) for one in report["models"]]
    flow += [Spacer(1, 12), Paragraph(CARRIES, small)]
    buffer = io.BytesIO()
    set_pages(flow, buffer, "Red team report", created)
    return buffer.getvalue()
