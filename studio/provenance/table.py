"""Many verdicts as one table: CSV, JSON, and a PDF with a signed credential in which every file has its chain of reasons.

C2PA has no place in a CSV or JSON file, so only the PDF is signed.
"""

from __future__ import annotations

import csv
import io
import json
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio import __version__
from studio.provenance.certificate import Certificate
from studio.storage.artifacts import Artifact
from studio.storage.store import Store, two_files

FORMAT = "afternoon-studio/verdicts-1"
ENDINGS = (".csv", ".json", ".pdf")
MOST_ROWS = 1000
COLUMNS = (
    "file",
    "kind",
    "verdict",
    "sentence",
    "ratio",
    "signer",
    "marks",
    "metadata",
    "reasons",
    "size",
    "seconds",
    "sha256",
    "examined",
    "id",
)
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would run what begins with one of these
NOT_YOURS = "One of these verdicts is not on your shelf."


class NotOnShelf(Refusal):
    """A verdict of somebody else, or one that is gone."""

    status = 403


def own_verdicts(store: Store, session: str, ids: Sequence[str]) -> list[Artifact]:
    """The session's own verdicts in the order of their ids, each once, not opened yet. Raises Refusal for none, too many, or one that is not its own."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Refusal("Choose at least one verdict for the table.")
    if len(wanted) > MOST_ROWS:
        raise Refusal(f"A table holds at most {MOST_ROWS} files; make two of it.")
    artifacts = []
    for id in wanted:
        file = store.artifact(session, id)
        if file is None or file.kind != "verdict" or not file.path.is_file():
            raise NotOnShelf(NOT_YOURS)
        artifacts.append(file)
    return artifacts


def open_verdicts(artifacts: Sequence[Artifact]) -> Iterator[tuple[Artifact, dict[str, Any]]]:
    """Each verdict with its detail, one in memory at a time."""
    from pipelines.media import load_verdict

    for one in artifacts:
        yield one, dict(load_verdict(one.path).detail)


def row(artifact: Artifact, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """One file of the table, by COLUMNS."""
    about, origin = verdict["media"], verdict.get("provenance") or {}
    credential = origin.get("credential") or {}
    marks = [f"{mark['mark']} ({mark['where']})" for mark in origin.get("marks", ())]
    marks += [str(mark["whose"]) for mark in origin.get("foreign_marks", ())]
    return {
        "file": str(about.get("name") or artifact.title),
        "kind": about["kind"],
        "verdict": verdict["verdict"],
        "sentence": verdict["sentence"],
        "ratio": verdict.get("ratio") or "",
        "signer": str(credential.get("signer") or "") if credential.get("state") not in (None, "none") else "",
        "marks": "; ".join(marks),
        "metadata": "; ".join(str(said["generator"]) for said in origin.get("inscriptions", ())),
        "reasons": " ".join(verdict["reasons"]),
        "size": f"{about['width']} × {about['height']}" if about.get("width") else "",
        "seconds": round(about["seconds"], 2) if about.get("seconds") else "",
        "sha256": str(about.get("sha256", "")),
        "examined": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(artifact.created)),
        "id": artifact.id,
    }


def cell(value: object) -> str:
    """A value as a spreadsheet may safely open it: nothing whose first sign that is seen begins a formula, also a wide one, stays one."""
    text = str(value)
    signs = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign)[0] not in "CZ")
    return f"'{text}" if next(signs, "") in FORMULA or text.startswith(("\t", "\r", "\n")) else text


def as_csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The table as CSV (RFC 4180) in UTF-8, line by line, after the byte order mark that spreadsheets need."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield buffer.getvalue().encode("utf-8-sig")
    for record in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([cell(record[name]) for name in COLUMNS])
        yield buffer.getvalue().encode("utf-8", "replace")


def as_json(found: Iterable[tuple[Artifact, Mapping[str, Any]]]) -> Iterator[bytes]:
    """The table as JSON, row by row; each has its whole chain of reasons."""
    yield f'{{"format": "{FORMAT}", "program": "Afternoon Studio {__version__}", "rows": ['.encode()
    between = ""
    for one, verdict in found:
        told = row(one, verdict) | {"chain": verdict.get("chain", [])}
        yield f"{between}\n{json.dumps(told, ensure_ascii=False)}".encode("utf-8", "replace")
        between = ","
    yield b"\n]}\n"


def write_table(
    store: Store, certificate: Certificate, session: str, ids: Sequence[str], ending: str, language: str = "en"
) -> Path:
    """The table as a new file under work/new; the caller moves or removes it. Raises Refusal."""
    if ending not in ENDINGS:
        raise Refusal(f"A table is exported as {', '.join(ENDINGS)}, not as {ending[:20]}.")
    artifacts = own_verdicts(store, session, ids)
    with two_files(store.new_file, ending) as (plain, target):
        if ending == ".pdf":
            _signed_pdf(store, certificate, artifacts, plain, target, language)
        else:
            parts = (
                as_json(open_verdicts(artifacts))
                if ending == ".json"
                else as_csv(row(*pair) for pair in open_verdicts(artifacts))
            )
            with target.open("wb") as file:
                file.writelines(parts)
    return target


def _signed_pdf(
    store: Store, certificate: Certificate, artifacts: Sequence[Artifact], plain: Path, target: Path, language: str
) -> None:
    from studio.provenance.signing import Statement, sign
    from studio.provenance.spoken import speaker, spoken
    from studio.provenance.table_pdf import Section, pdf

    say = speaker(language, pdf=True)

    def sections() -> Iterator[Section]:
        for artifact, verdict in open_verdicts(artifacts):
            small, told = store.thumbnail_path(artifact), spoken(verdict, say)
            yield Section(row(artifact, told), told, small.read_bytes() if small.is_file() else b"")

    pdf(sections, plain, say)
    record = {"verdicts": [artifact.id for artifact in artifacts]}
    statement = Statement(
        f"Table of {len(artifacts)} verdicts", "application/pdf", True, record, (), __version__, trained=False
    )
    sign(plain, target, statement, certificate)


def table(store: Store, *, session: str, ids: Sequence[str], ending: str, language: str = "en") -> str:
    """A worker's task: the path of the table. Raises Refusal."""
    from studio.provenance.certificate import certificate

    return str(write_table(store, certificate(store.home / "identity"), session, ids, ending, language))
