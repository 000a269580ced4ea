"""`python -m studio words extract|check`: what the page says, collected from where it is written, and the catalogues compared with it.

In JavaScript t(), later() and tn() mark a text. In Python `_()` does, and what else is given to a visitor: refusals, progress, sentences of modules
that speak, what the page gets as data, and every literal that a catalogue has already. Babel's own extractors read neither f-strings with values nor a
t() inside another's values, so texts are found here, and Babel keeps the catalogues.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from studio.commands.catalogues import catalog_of, strays_in, write
from studio.words.catalogue import HOLE, languages
from studio.words.markup import texts_in

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "studio" / "web" / "static"
STRING = r'("(?:[^"\\\n]|\\.)*")'
CALL = re.compile(rf"(?<![.\w$])(?:t|later)\(\s*{STRING}")
PAIR = re.compile(rf"(?<![.\w$])tn\(\s*{STRING},\s*{STRING}")
COMMENT = re.compile(r"^[ \t]*(//|\*|/\*\*).*$", re.MULTILINE)
SAYING = [
    "_",
    "Busy",
    "DiskFull",
    "Full",
    "Lost",
    "NotYours",
    "Progress",
    "Refusal",
    "Stale",
    "TooMuch",
    "Wait",
    "signal",
]
SPANS = ("About {n}", "{low} to {high}")  # studio/storage/timing.py joins them
TIMES = [
    "a second",
    "About a second",
    *(f"{span} {unit}" for span in SPANS for unit in ("seconds", "minutes", "hours")),
]
SPEAKING = re.compile(r"studio/(web|film|engine|storage|intake|access|provenance)|pipelines/detect")
SILENT = re.compile(
    "pipelines/(core/plugins|nets/|props/(catalogue|drawings|svg_path)|figures/(kinds|acts)|scenes/places)"
    "|studio/(commands/|admin/|cluster/|__main__|perimeter/|engine/preload|provenance/(certificate|trust))"
    "|studio/storage/(copying|database|snapshots)"
)
SENTENCE = re.compile(r"^[A-Z“\"{]\W*\w[^<]*\s[^<]*\s[^<]*[.?!]$", re.DOTALL)
NOT_SAID = re.compile(r"^(SELECT|UPDATE|DELETE|INSERT|WHEN) |\bSTUDIO_[A-Z]")  # SQL, and what only an operator reads
NO_TEXTS = re.compile(
    "pipeline|name|value|sort|editor|over|picture|sound|default|known|given|offered|equations|symbol|papers|address|script|pipelines|slots|start|source|licence|use"
)
LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass
class Said:
    """What the page says: single texts, and pairs of one and many."""

    texts: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # of `texts`, those that are only suggested while somebody types

    def add(self, text: str) -> None:
        """Note a text of the page, unless it holds no words."""
        text = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", text)  # of a format string
        if text != "Afternoon Studio" and not NOT_SAID.search(text) and LETTERS.search(HOLE.sub("", text)):
            self.texts.add(text)


def said_by_the_page() -> Said:
    """Every text of the page, from its scripts, its HTML, the data that it gets, and what Python says to visitors."""
    page_texts = Said()
    for path in STATIC.rglob("*.js"):
        code = COMMENT.sub("", path.read_text("utf-8"))
        page_texts.pairs.update((json.loads(one), json.loads(many)) for one, many in PAIR.findall(code))
        for text in CALL.findall(code):
            page_texts.add(json.loads(text))
    forms, *rest = _data()
    pages = (*_written_pages(), *(path.read_text("utf-8") for path in STATIC.glob("*.html")))
    for text in (*TIMES, *_texts_of_data([forms, rest]), *(text for html in pages for text in texts_in(html))):
        page_texts.add(text)
    page_texts.names = {
        option["words"]
        for tab in forms.values()
        for method in tab
        for setting in method["settings"]
        if len(setting.get("options", ())) > 150  # the page suggests them while one is typed (static/form.js)
        for option in setting["options"][1:]
    }
    known = {key for name in languages() if name != "en" for message in catalog_of(name) for key in _keys(message)}
    for path in (*ROOT.glob("studio/**/*.py"), *ROOT.glob("pipelines/**/*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not SILENT.match(name):
            for text in texts_of_python(path.read_text("utf-8"), speaks=bool(SPEAKING.match(name)), known=known):
                page_texts.add(text)
    return page_texts


def _keys(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _written_pages() -> Iterator[str]:
    """HTML that is written in Python."""
    from studio.access import sign_in_page
    from studio.web import guide, shell
    from studio.web.tabs import board

    yield from (
        shell.HEADER.replace("LANGUAGES", ""),
        shell.tab_bar(board()),
        guide.page(board()),
        sign_in_page.page("/"),
    )


def _data() -> Iterator[Any]:
    """What the page gets as data and shows."""
    from pipelines.core.kinds import KINDS
    from pipelines.core.registry import cards
    from studio.film import describe, templates
    from studio.intake import reasons
    from studio.provenance.credential_faults import records
    from studio.web import controls, exhibits
    from studio.web.bundled import read_bundled
    from studio.web.specimens import specimens
    from studio.web.tabs import board

    yield json.loads(controls.forms_as_json(board(), everything=True))  # the first: said_by_the_page looks into it
    yield describe.choices()
    yield json.loads(exhibits.exhibits_as_json())
    yield [list(texts.values()) for texts in (reasons.REASONS, records()["sentences"], records()["meanings"])]
    yield [describe.example(path)["about"] for path in (ROOT / "assets" / "films").glob("*.json")]
    yield [entry["about"] for entry in templates.list_templates()]
    for tab in board().tabs:
        yield [tab.shown, tab.heading, *((slot.label, slot.help) for slot in tab.slots)]
        if tab.example:
            yield [tab.example.alt, tab.example.caption, tab.example.invitation]
            yield [start.title for start in tab.example.starts]
    yield [(card.about, card.caveat) for card in cards()]
    yield [kind.called for kind in KINDS.values()]
    yield [file.caption for group in ("styles", "samples") for file in read_bundled(group)]
    yield [(example["title"], example["label"]) for example in specimens()]


def _texts_of_data(value: Any) -> Iterator[str]:
    """Every text in something made of mappings and lists, but for what stands under a name of NO_TEXTS."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            skipped = NO_TEXTS.fullmatch(name) and (name == "start" or not isinstance(part, dict))
            yield from () if skipped else _texts_of_data(part)
    elif isinstance(value, list | tuple) or hasattr(value, "__next__"):
        for part in value:
            yield from _texts_of_data(part)


def texts_of_python(code: str, *, speaks: bool, known: Collection[str] = ()) -> Iterator[str]:
    """What a module says to visitors; `speaks`: every sentence but docstrings and the messages of a log."""
    tree = ast.parse(code)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if getattr(node.func.value, "id", "") in ("log", "logging", "parser"):
                skipped |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING:
            given = [*node.args, *(word.value for word in node.keywords if word.arg == "label")]
            yield from (text for part in given for text in _texts_of_node(part) if re.match(r"\W?[A-Z]|\{|“", text))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("</(p|h1)>", node.value):
            yield from (text for text in texts_in(node.value) if "{" not in text and text[0].isalnum())
        elif isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in skipped:
            yield from (text for text in _texts_of_node(node) if text in known or (speaks and SENTENCE.match(text)))


def _texts_of_node(node: ast.AST) -> Iterator[str]:
    """A text as it is written, with a hole for each value; both sides of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        holes: list[str] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                holes.append(_hole(part.value, holes))
        names = iter(holes)
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{next(names)}}}" for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from _texts_of_node(node.body)
        yield from _texts_of_node(node.orelse)


def _hole(node: ast.AST, taken: list[str]) -> str:
    names = [getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node)]
    name = next((name for name in names if name and name not in ("str", "len", "round", "join", "int")), "value")
    return name if name not in taken else f"{name}{len(taken) + 1}"


def update_catalog(language: str, said: Said) -> Catalog:
    """The catalogue with what the page says now: known translations are kept, what nothing says any more is left out."""
    old, new = catalog_of(language), Catalog(locale=language, project="Afternoon Studio", charset="utf-8", fuzzy=False)
    for text in said.texts:
        known = old.get(text)
        new.add(text, known.string if known and isinstance(known.string, str) else "")
    for one, many in said.pairs:
        known = old.get(one)
        forms = known.string if known and isinstance(known.string, tuple | list) else ("",) * new.num_plurals
        new.add((one, many), tuple(forms))
    return new


def problems_of(catalog: Catalog, said: Said) -> list[str]:
    """What is wrong in a catalogue: keys that nothing says, holes or tags that differ from the English."""
    problems = []
    for message in catalog:
        if not message.id:
            continue
        keys = _keys(message)
        if (keys[0] not in said.texts) if len(keys) == 1 else (keys not in said.pairs):
            problems.append(f"Nothing says {keys[0]!r} any more.")
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for text in filter(None, strings):
            if not any(set(HOLE.findall(text)) == set(HOLE.findall(key)) for key in keys):
                problems.append(f"The holes of {text!r} are not those of {keys[0]!r}.")
            if sorted(re.findall(r"<[^>]+>", text)) != sorted(re.findall(r"<[^>]+>", keys[0])):
                problems.append(f"The tags of {text!r} are not those of {keys[0]!r}.")
    return problems


def share(catalog: Catalog, said: Said) -> tuple[int, int]:
    """How many of the page's texts a catalogue translates, and how many there are."""
    done = sum(bool((known := catalog.get(text)) and known.string) for text in said.texts)
    done += sum(bool((known := catalog.get(one)) and known.string and all(known.string)) for one, _ in said.pairs)
    return done, len(said.texts) + len(said.pairs)


def run(asked: Any) -> int:
    """`extract` brings the catalogues up to date; `check` says how much is translated and what is wrong, and ends with 1 if something is."""
    page_texts, wrong = said_by_the_page(), 0
    print(
        f"en: {sum(len(HOLE.sub('', text).split()) for text in page_texts.texts - page_texts.names)} words, besides suggested names"
    )
    for language in [name for name in languages() if name != "en"]:
        if asked.what == "extract":
            write(update_catalog(language, page_texts), language)
        catalog = catalog_of(language)
        done, all_ = share(catalog, page_texts)
        print(f"{language}: {done} of {all_} translated ({100 * done / all_:.1f} %)")
        for problem in problems_of(catalog, page_texts) + strays_in(catalog, language):
            wrong += 1
            print(f"  {problem}")
    return 1 if wrong and asked.what == "check" else 0
