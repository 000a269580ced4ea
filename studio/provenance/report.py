"""A verdict as a report: a page, a PDF, and a ZIP of both with the evidence; the PDF and the ZIP carry a signed credential.

C2PA has no place in a JSON or HTML file, so those two are signed as parts of the ZIP.
"""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.detect.parts.chain import STATES
from pipelines.media import beside, zips
from studio import __version__
from studio.provenance.certificate import Certificate
from studio.provenance.spoken import Say, day, english, speaker, spoken, translate_titles
from studio.storage.artifacts import Artifact
from studio.storage.store import Store

RELATIONSHIPS = {"parentOf": "made from", "componentOf": "contains", "inputTo": "used"}
TITLES = (  # headings, and the names of facts
    "Why",
    "How the verdict came about",
    "Where it says it comes from",
    "What the signals say",
    "What a verdict needs",
    "What would change this",
    "What this does not cover",
    "What was examined",
    "File",
    "Kind",
    "Size",
    "Length",
    "Examined on",
    "Trained on",
    "Not covered",
    "Why not",
    "this file",
    "untitled",
    "Report",
    "Verdict",
    "Signer, marks, metadata",
    "none",
)
LEANS = {
    "for": "This leans to AI; that is no proof.",
    "against": "This leans away from AI; that clears nothing.",
    "neither": "This leans neither way.",
}
SIGNED_FORMS = "The signed forms of this report are its PDF and its ZIP."
FORMATS = (".pdf", ".zip", ".html")


@dataclass(frozen=True)
class Report:
    """What goes into a report: the verdict's JSON, its evidence pictures by name, a small picture of what was examined."""

    verdict: Mapping[str, Any]
    pictures: Mapping[str, bytes]
    thumbnail: bytes
    title: str
    created: float = 0.0  # when the verdict was made, in seconds since 1970
    language: str = "en"
    say: Say = english

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Where the file says it comes from; empty where it says nothing."""
        return self.verdict.get("provenance") or {}

    def figures(self) -> list[tuple[str, str, str, bytes]]:
        """Evidence as (signal's title, evidence's title, caption, picture), in order."""
        figures = []
        for signal in self.verdict.get("signals", ()):
            for item in signal.get("evidence", ()):
                if item.get("file") in self.pictures:
                    figures.append(
                        (signal["title"], item["title"], item.get("caption", ""), self.pictures[item["file"]])
                    )
        return figures


def report_of(store: Store, artifact: Artifact, language: str = "en", *, pdf: bool = False) -> Report:
    """The report of a kept verdict, in a language where a PDF can show it. Raises Refusal when its file is gone or is none."""
    from pipelines.media import load_verdict

    names = [str(file["name"]) for file in artifact.facts.get("files", ())]
    folder = beside(artifact.path)
    pictures = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    small, say = store.thumbnail_path(artifact), speaker(language, pdf=pdf)
    verdict = dict(load_verdict(artifact.path).detail)
    if say is not english:
        verdict = spoken(verdict, say) | {"signals": translate_titles(spoken(verdict.get("signals", ()), say), say)}
    shown = small.read_bytes() if small.is_file() else b""
    return Report(
        verdict, pictures, shown, artifact.title, artifact.created, language if say is not english else "en", say
    )


def exported_report(
    store: Store, certificate: Certificate, file: Artifact, plain: Path, signed: Path, language: str = "en"
) -> None:
    """Write the report in the format that `plain` ends in, and its signed form to `signed`. Raises Refusal."""
    from studio.provenance.report_pdf import pdf
    from studio.provenance.signing import Parent, Statement, sign

    ending = plain.suffix
    if ending == ".html":
        signed.write_text(page(report_of(store, file, language)), "utf-8")
        return
    if ending == ".pdf":
        plain.write_bytes(pdf(report_of(store, file, language, pdf=True)))
    elif ending == ".zip":
        _pack_report(store, file, plain, language)
    else:
        raise Refusal("A report is a PDF, a ZIP or a page.")
    examined = store.artifact(file.session, file.call.inputs["media"]) if file.call else None
    parents = (Parent(examined.path, examined.title, "inputTo", examined.media_type),) if examined else ()
    media_type = {".pdf": "application/pdf", ".zip": "application/zip"}[ending]
    record = {
        "id": file.id,
        **(file.call.as_dict() if file.call else {}),
        "payload_sha256": file.facts.get("payload_sha256", ""),
    }
    statement = Statement(f"Report on {file.title}", media_type, True, record, parents, __version__, trained=False)
    sign(plain, signed, statement, certificate)


def _pack_report(store: Store, artifact: Artifact, path: Path, language: str) -> None:
    from studio.provenance.report_pdf import pdf

    report = report_of(store, artifact, language)
    texts: list[tuple[str, bytes | Path]] = [
        ("report.json", artifact.path),
        ("report.html", page(report, folder="evidence/").encode()),
        ("report.pdf", pdf(report_of(store, artifact, language, pdf=True))),
        ("examined.webp", report.thumbnail),
    ]
    zips.write_archive(path, [*texts, *((f"evidence/{name}", picture) for name, picture in report.pictures.items())])


# words that the page and the PDF share


def chain_lines(verdict: Mapping[str, Any], say: Say = english) -> list[str]:
    """The chain of reasons, a line a step; empty for verdicts of before it was written down."""
    return [
        f"{step['question']} {' '.join(step['found'])}{' ' + say('This decided it.') if step['decides'] else ''}"
        for step in verdict.get("chain", ())
    ]


def headline(verdict: Mapping[str, Any], say: Say = english) -> str:
    """The verdict in one line."""
    said = say(str(verdict["verdict"]))
    return f"{said[0].upper()}{said[1:]}"


def facts(report: Report) -> list[tuple[str, str]]:
    """What was examined, in rows."""
    about = report.verdict["media"]
    size = f"{about['width']} × {about['height']} px" if about.get("width") else ""
    length = f"{about['seconds']:.1f} s" if about.get("seconds") else ""
    clock = time.strftime("%H:%M UTC", time.gmtime(report.created))
    when = f"{day(report.created, report.language)}, {clock}" if report.created else ""
    rows = [
        ("File", str(about.get("name") or report.title)),
        ("Kind", f"{report.say(about['kind'])}, {about.get('format', '')}"),
        *(("Size", size), ("Length", length), ("Examined on", when)),
    ]
    return [*((report.say(name), value) for name, value in rows), ("SHA-256", str(about.get("sha256", "")))]


def tree_lines(credential: Mapping[str, Any] | None, depth: int = 0, say: Say = english) -> list[tuple[int, str]]:
    """The credential and everything below it as (depth, line)."""
    if not credential:
        return []
    signer = f" ({credential['signer']})" if credential.get("signer") else ""
    relation = say(RELATIONSHIPS.get(credential.get("relationship") or "", ""))
    title = credential.get("title") or say("this file" if depth == 0 else "untitled")
    state = say(STATES.get(credential["state"], credential["state"]))
    lines = [(depth, f"{relation} {title}: {state}{signer}".strip())]
    lines += [(depth + 1, problem) for problem in credential.get("problems", ())]
    lines += [(depth + 1, meaning) for meaning in credential.get("means", ())]
    for one in credential.get("ingredients", ()):
        lines += tree_lines(one, depth + 1, say)
    return lines


def list_lines(credential: Mapping[str, Any] | None) -> list[str]:
    """Against which lists of signers a credential was checked, and how old they are."""
    lists = (
        (credential or {}).get("checked_against", ()) if (credential or {}).get("state") not in (None, "none") else ()
    )
    return [
        f"Signers were looked up in {one['name']}, which was added on {one['as_of']} and has {one['authorities']} authorities."
        if one["added"]
        else f"Signers were looked up in {one['name']}, which has {one['authorities']} authorities as of {one['as_of']}."
        for one in lists
        if one.get("as_of")
    ]


def unsigned_lines(report: Report) -> list[str]:
    """Marks and metadata, a sentence each."""
    say = report.say
    lines = list_lines(report.provenance.get("credential"))
    count = len(lines)
    for mark in report.provenance.get("marks", ()):
        known = mark.get("registry") or {}
        lines.append(
            f"The invisible mark {mark['mark']} in the {mark['where']} says that it was made with {known['pipeline']}."
            if known
            else f"The invisible mark {mark['mark']} in the {mark['where']} is not in this studio's registry."
        )
    for mark in report.provenance.get("foreign_marks", ()):
        lines.append(f"It carries the invisible mark of {mark['whose']} ({mark['method']}, {mark['fits']}).")
    for said in report.provenance.get("inscriptions", ()):
        lines.append(f"{said['where']}: {said['generator']}: {said['says'][:200]}")
    if len(lines) == count:
        lines.append("Neither an invisible mark nor a generator's metadata was found.")
    return [say(line) for line in lines]


def signal_line(signal: Mapping[str, Any], say: Say = english) -> str:
    """What a signal found and how far it counts."""
    name = signal.get("source")
    comes = f" {say(f'It comes from the package {name}.')}" if name else ""
    if not signal["applicable"]:
        return f"{say('It was not used.')} {signal['finding']}{comes}"
    ratio = signal.get("adds", signal["log_likelihood_ratio"])
    leans = say(LEANS["for" if ratio > 0.1 else "against" if ratio < -0.1 else "neither"])
    if not signal.get("counts", True):  # verdicts of before it was written down lack it
        leans = say("It is shown only and adds nothing to the verdict.")
    return f"{signal['finding']} {leans} {signal['caveat']}{comes}"


def limits_of(verdict: Mapping[str, Any], say: Say = english) -> list[str]:
    """What the calibration says of itself, as sentences."""
    calibration = verdict.get("calibration") or {}
    lines = []
    for name in ("trained_on", "not_covered", "why_not"):
        value = calibration.get(name)
        if value:
            lines.append(f"{say(name.replace('_', ' ').capitalize())}: {count_in_words(value)}")
    if wild := calibration.get("wild"):
        lines.append(f"In the wild: {wild}")
    if wrong := calibration.get("false_positives"):
        lines.append(
            f"{wrong['wrong']} of {wrong['of']} {wrong.get('what', 'pictures of people')} that it had not learned scored high "
            f"enough to be called AI (at most {wrong['bound']:.1%})."
        )
    lines.append("A verdict from a file's looks is a likelihood, no proof; it clears nothing.")
    return [say(line) for line in lines]


def count_in_words(value: Any) -> str:
    """As `in_words`, but of long lists by name (the sources that were trained on) only how many there are."""
    if not isinstance(value, Mapping):
        return in_words(value)
    many = {
        name: f"{len(one)} sources" if isinstance(one, list) and len(one) > 4 else one for name, one in value.items()
    }
    return in_words(many)


def in_words(value: Any) -> str:
    """A calibration's fact (a text, a list, or lists by name) as words."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {in_words(one)}" for name, one in value.items())
    return value if isinstance(value, str) else ", ".join(str(one) for one in value)


# the page

STYLE = """body{font:16px/1.5 Inter,system-ui,sans-serif;color:#1E1B18;background:#FBF8F3;max-width:760px;margin:40px auto;padding:0 20px}
h1{font:500 30px/1.2 Fraunces,Georgia,serif}h2{font:500 20px/1.3 Fraunces,Georgia,serif;border-top:1px solid #E2DACE;padding-top:16px;margin-top:32px}
img{max-width:100%;border-radius:8px}dt{color:#655E55}dd{margin:0 0 8px;overflow-wrap:anywhere}small,figcaption{color:#655E55}li{margin:4px 0}"""


def page(report: Report, folder: str | None = None) -> str:
    """The report as one HTML file; pictures inside it, or in `folder` beside it."""
    import base64

    def address_image(name: str, data: bytes, kind: str = "png") -> str:
        return f"{folder}{name}" if folder else f"data:image/{kind};base64,{base64.b64encode(data).decode()}"

    say = report.say

    def heading(text: str) -> str:
        return f"<h2>{html.escape(say(text))}</h2>"

    def items(lines: list[str]) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in lines) + "</ul>"

    verdict, names = report.verdict, {data: name for name, data in report.pictures.items()}
    rows = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in facts(report) if value
    )
    tree = "".join(
        f"<li style='margin-left:{24 * depth}px'>{html.escape(line)}</li>"
        for depth, line in tree_lines(report.provenance.get("credential"), say=say)
    )
    signals = "".join(
        f"<dt>{html.escape(one['title'])}</dt><dd>{html.escape(signal_line(one, say))}</dd>"
        for one in verdict.get("signals", ())
    )
    figures = "".join(
        f"<figure><img alt='{html.escape(title)}' src='{address_image(names[data], data)}'><figcaption>{html.escape(f'{signal}: {title}. {caption}')}</figcaption></figure>"
        for signal, title, caption, data in report.figures()
    )
    small = (
        f"<img alt='{html.escape(say('What was examined'))}' src='{'examined.webp' if folder else address_image('', report.thumbnail, 'webp')}'>"
        if report.thumbnail
        else ""
    )
    steps = chain_lines(verdict, say)
    gates = [str(gate["finding"]) for gate in verdict.get("gates", ())]
    parts = [
        f"<h1>{html.escape(verdict['sentence'])}</h1><p><strong>{html.escape(headline(verdict, say))}</strong></p>{small}",
        heading("Why") + items(list(verdict["reasons"])),
        heading("How the verdict came about")
        + "<ol>"
        + "".join(f"<li>{html.escape(line)}</li>" for line in steps)
        + "</ol>"
        if steps
        else "",
        heading("Where it says it comes from") + "<ul>" + tree + "</ul>" + items(unsigned_lines(report)),
        heading("What the signals say") + f"<dl>{signals}</dl>{items(gates)}{figures}" if signals else "",
        heading("What would change this") + items(list(verdict["what_would_change_this"])),
        heading("What this does not cover") + items(limits_of(verdict, say)),
        heading("What was examined") + f"<dl>{rows}</dl>",
        f"<p><small>Afternoon Studio {html.escape(__version__)}. {html.escape(say(SIGNED_FORMS))}</small></p>",
    ]
    head = f"<!doctype html><html lang={report.language}><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{html.escape(say('Report'))}</title><style>{STYLE}</style>"
    return head + "".join(parts) + "</html>\n"
