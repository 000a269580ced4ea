"""`python -m studio words extract|check`: what the page says, collected from where it is written, and the catalogues compared with it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from studio.commands.catalogues import catalog_of, strays_in, write
from studio.words.catalogue import HOLE, languages
from studio.words.markup import texts_in

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "studio" / "web" / "static"
STRING = r'("(?:[^"\\\n]|\\.)*")'
CALL = re.compile(rf"(?<![.\w$])(?:t|later)\(\s*{STRING}")
PAIR = re.compile(rf"(?<![.\w$])tn\(\s*{STRING},\s*{STRING}")
TIMES = (  # of studio/storage/timing.py
    "a second",
    "About a second",
    "About {n} seconds",
    "About {n} minutes",
    "About {n} hours",
    "{low} to {high} seconds",
    "{low} to {high} minutes",
    "{low} to {high} hours",
)
LABELLED = (
    "studio/web/describe.py",
    "studio/film/describe.py",
    "studio/film/plan.py",
    "studio/film/steps.py",
    "studio/film/library.py",
)
LABEL = re.compile(r"[A-Z{][a-z}]+(:? [a-z{}]+)*:?")
CONSTANTS = (
    "STATES",
    "LABELS",
    "TITLES",
    "CAVEATS",
    "SENTENCES",
    "UNDECIDED",
    "UNDECIDED_BY_ORIGIN",
    "SIGNED",
    "CLAIMS",
    "RELATIONSHIPS",
    "VERDICTS",
    "CAVEAT",
    "CALLED",
    "LEANS",
    "NONE",
    "NOTES",
)
SAID_BY = {
    "Kind": 1,
    "signal": 0,
    "Refusal": 0,
    "NotYours": 0,
    "Stale": 0,
    "Busy": 0,
    "Lost": 0,
    "Full": 0,
    "Wait": 0,
    "TooMuch": 0,
    "DiskFull": 0,
    "Progress": 2,
}
SPEAKING = (
    "studio/web",
    "studio/film",
    "studio/engine",
    "studio/storage",
    "studio/intake",
    "studio/access",
    "studio/provenance",
    "pipelines/detect",
)
SILENT = (
    "pipelines/core/plugins.py",
    "studio/web/api_page.py",
    "studio/commands/",
    "studio/admin/",
    "studio/__main__.py",
    "studio/perimeter/",
)
SENTENCE = re.compile(r"^[A-Z“\"{]\W*\w.*[.?!]$", re.DOTALL)
NOT_SAID = re.compile(r"^(SELECT|UPDATE|DELETE|INSERT|WHEN) |\bSTUDIO_[A-Z]")  # SQL, and what only an operator reads
COMMENTS = ("//", "*", "/**")  # how a line of them begins in JavaScript
FINDING = re.compile(r"^[a-z{].{8,}\.$", re.DOTALL)  # what a signal of Detect found, after its name
LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass
class Said:
    """What the page says: single texts, and pairs of one and many, each with the file that it was found in."""

    texts: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, text: object, where: str) -> None:
        """Note a text of the page with the place where it stands, unless it holds no words."""
        if not isinstance(text, str) or text == "Afternoon Studio" or NOT_SAID.search(text):
            return
        text = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", text)  # of a format string
        if LETTERS.search(HOLE.sub("", text)):
            self.texts.setdefault(text, where)


def said_by_the_page() -> Said:
    """Every text of the page, from its scripts, its tabs and signatures, its HTML and the sentences of refusals and progress."""
    said = Said()
    _scripts(said)
    _tabs(said)
    _pages(said)
    _films(said)
    for text in TIMES:
        said.add(text, "studio/storage/timing.py")
    for path in sorted(ROOT.glob("studio/**/*.py")) + sorted(ROOT.glob("pipelines/**/*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(SILENT):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for text in (
            *sentences_of(tree, everything=name.startswith(SPEAKING) and not name.startswith("studio/web/tabs/")),
            *_constants(tree),
        ):
            said.add(text, name)
        if name.startswith("pipelines/detect"):
            said_of = [text for node in ast.walk(tree) for text in _findings(node)]
            for text in said_of:
                said.add(text, name)
        if name in LABELLED:
            for text in (text for node in ast.walk(tree) for text in _written(node) if LABEL.fullmatch(text)):
                said.add(text, name)
    return said


def _constants(tree: ast.AST) -> Iterator[str]:
    """Texts of the tables in which a module keeps what it says."""
    for node in ast.iter_child_nodes(tree):
        named = (
            node.targets[0]
            if isinstance(node, ast.Assign)
            else node.target
            if isinstance(node, ast.AnnAssign)
            else None
        )
        value = getattr(node, "value", None)
        if named is None or _name(named) not in CONSTANTS or value is None:
            continue
        try:
            yield from _texts(ast.literal_eval(value), ())
        except ValueError:
            continue


def _films(said: Said) -> None:
    """The choices of the Film tab, its examples, the exhibits of the Lab, and what status codes of credentials mean."""
    from studio.film import describe
    from studio.web import exhibits

    for text in _texts(describe.choices(), ("value", "picture")):
        said.add(text, "studio/film/describe.py")
    codes = json.loads((ROOT / "studio" / "provenance" / "status_codes.json").read_text("utf-8"))
    for text in codes["sentences"].values():
        said.add(text, "studio/provenance/status_codes.json")
    shown = ("name", "group", "equations", "symbol", "papers", "address", "script", "pipelines", "start")
    for text in _texts(json.loads(exhibits.described()), shown):
        said.add(text, "studio/web/exhibits")
    for path in sorted((ROOT / "assets" / "films").glob("*.json")):
        said.add(describe.example(path)["about"], "assets/films")


def _scripts(said: Said) -> None:
    for path in sorted(STATIC.rglob("*.js")):
        where = path.relative_to(ROOT).as_posix()
        code = "\n".join(
            line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith(COMMENTS)
        )
        for one, many in PAIR.findall(code):
            said.pairs.setdefault((json.loads(one), json.loads(many)), where)
        for text in CALL.findall(code):
            said.add(json.loads(text), where)


def _tabs(said: Said) -> None:
    """What is drawn from the board and the signatures of the methods."""
    from pipelines.core.models import ModelCard  # noqa: F401
    from pipelines.core.registry import cards
    from studio.web import controls
    from studio.web.bundled import bundled
    from studio.web.sendto import PARTS_OF_FILMS
    from studio.web.specimens import specimens
    from studio.web.tabs import board

    tabs = board()
    for tab in tabs.tabs:
        where = f"studio/web/tabs/{tab.name.lower()}.py"
        for text in (tab.shown, tab.heading, *_texts(tab.example)):
            said.add(text, where)
        for slot in tab.slots:
            said.add(slot.label, where)
            said.add(slot.help, where)
    forms = json.loads(controls.described(tabs, everything=True))
    for tab_name, methods in forms.items():
        for text in _texts(
            methods,
            (
                "pipeline",
                "name",
                "value",
                "sort",
                "editor",
                "over",
                "picture",
                "default",
                "slots",
                "known",
                "given",
                "offered",
            ),
        ):
            said.add(text, f"studio/web/tabs/{tab_name.lower()}.py")
    for text in PARTS_OF_FILMS.values():
        said.add(text, "studio/web/sendto.py")
    for card in cards():
        said.add(card.about, "models")
        said.add(card.caveat, "models")
    for group in ("styles", "samples"):
        for one in bundled(group):
            said.add(one.caption, "assets")
    for example in specimens():
        said.add(example["title"], "assets/specimens")
        said.add(example["label"], "assets/specimens")


def _texts(value: Any, skip: Sequence[str] = ("picture", "sound", "pipeline", "slots", "settings")) -> Iterator[str]:
    """Every text in something made of dicts, lists and dataclasses, but for what stands under the names in `skip`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from () if name in skip else _texts(one, skip if name != "hints" else ())
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one, skip)
    elif hasattr(value, "__dataclass_fields__"):
        yield from _texts({name: getattr(value, name) for name in value.__dataclass_fields__}, skip)


def _pages(said: Said) -> None:
    """HTML that is written in Python."""
    from studio.access import sign_in_page
    from studio.web import shell, workbench
    from studio.web.tabs import board, guide

    shown = (
        shell.HEADER.replace("LANGUAGES", "")
        + shell.tab_bar(board())
        + workbench.FOLD
        + guide.page(board())
        + sign_in_page.page("/")
    )
    for text in texts_in(shown):
        said.add(text, "pages")
    for path in sorted(STATIC.glob("*.html")):
        for text in texts_in(path.read_text("utf-8")):
            said.add(text, path.relative_to(ROOT).as_posix())
    for path in sorted((ROOT / "studio" / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.search(r"</(p|h1|h2|label)>", node.value)
            ):
                for text in texts_in(node.value):
                    if "{" not in text and not re.match(r"[\W]", text):
                        said.add(text, path.relative_to(ROOT).as_posix())


def sentences_of(tree: ast.AST, *, everything: bool) -> Iterator[str]:
    """What a module says to visitors: refusals and progress; of modules that speak, every sentence but docstrings and the messages of a log."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and _name(node.func.value) in ("log", "logging", "parser")
        ):
            skipped |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(one) for one in node.values if isinstance(one, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (place := SAID_BY.get(_name(node.func))) is not None:
            given = node.args[place : place + 1] + [word.value for word in node.keywords if word.arg == "label"]
            for one in given:
                yield from _written(one)
        elif everything and id(node) not in skipped and isinstance(node, ast.Constant | ast.JoinedStr):
            yield from (
                text for text in _written(node) if SENTENCE.match(text) and len(text.split()) > 2 and "<" not in text
            )


def _findings(node: ast.AST) -> Iterator[str]:
    """Of a module of Detect: findings, and the titles of evidence and questions."""
    if isinstance(node, ast.Assign | ast.Return | ast.IfExp):
        values = [node.value] if not isinstance(node, ast.IfExp) else [node.body, node.orelse]
        yield from (text for value in values if value for text in _written(value) if FINDING.match(text))
    if isinstance(node, ast.Call):
        if _name(node.func) in ("Evidence", "Step") and node.args:
            yield from _written(node.args[0])
        yield from (
            text for one in node.args for text in _written(one) if FINDING.match(text) and len(text.split()) > 3
        )


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _written(node: ast.AST) -> Iterator[str]:
    """A text as it is written, with a hole for each value; both sides of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        names: list[str] = []
        text = ""
        for one in node.values:
            if isinstance(one, ast.Constant):
                text += str(one.value)
            elif isinstance(one, ast.FormattedValue):
                names.append(_hole(one.value, names))
                text += f"{{{names[-1]}}}"
        yield text
    elif isinstance(node, ast.IfExp):
        yield from _written(node.body)
        yield from _written(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from ()


def _hole(node: ast.AST, taken: Sequence[str]) -> str:
    names = [
        one.attr if isinstance(one, ast.Attribute) else one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute | ast.Name)
    ]
    name = (
        re.sub(r"\W", "", next((one for one in names if one not in ("str", "len", "round", "join", "int")), "value"))
        or "value"
    )
    return name if name not in taken else f"{name}{len(taken) + 1}"


def updated(language: str, said: Said) -> Catalog:
    """The catalogue with what the page says now: known translations are kept, what nothing says any more is left out."""
    old, new = catalog_of(language), Catalog(locale=language, project="Afternoon Studio", charset="utf-8", fuzzy=False)
    for text in sorted(said.texts):
        known = old.get(text)
        new.add(
            text, known.string if known and isinstance(known.string, str) else "", locations=[(said.texts[text], 0)]
        )
    for one, many in sorted(said.pairs):
        known = old.get(one)
        forms = known.string if known and isinstance(known.string, tuple | list) else ("",) * new.num_plurals
        new.add((one, many), tuple(forms), locations=[(said.pairs[one, many], 0)])
    return new


def problems_of(catalog: Catalog, said: Said) -> list[str]:
    """What is wrong in a catalogue: keys that nothing says, holes or tags that differ from the English."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        keys: tuple[str, ...] = message.id if isinstance(message.id, tuple) else (str(message.id),)
        if (keys[0] not in said.texts) if len(keys) == 1 else (keys not in said.pairs):
            found.append(f"Nothing says {keys[0]!r} any more.")
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for text in (str(one or "") for one in strings):
            if (
                text
                and set(HOLE.findall(text)) != set(HOLE.findall(keys[-1]))
                and set(HOLE.findall(text)) != set(HOLE.findall(keys[0]))
            ):
                found.append(f"The holes of {text!r} are not those of {keys[0]!r}.")
            if text and sorted(re.findall(r"<[^>]+>", text)) != sorted(re.findall(r"<[^>]+>", keys[0])):
                found.append(f"The tags of {text!r} are not those of {keys[0]!r}.")
    return found


def share(catalog: Catalog, said: Said) -> tuple[int, int]:
    """How many of the page's texts a catalogue translates, and how many there are."""
    done = sum(bool((known := catalog.get(text)) and known.string) for text in said.texts)
    done += sum(bool((known := catalog.get(one)) and known.string and all(known.string)) for one, _ in said.pairs)
    return done, len(said.texts) + len(said.pairs)


def run(asked: Any) -> int:
    """`extract` brings the catalogues up to date; `check` says how much is translated and what is wrong, and ends with 1 if something is."""
    said, wrong = said_by_the_page(), 0
    for language in [name for name in languages() if name != "en"]:
        if asked.what == "extract":
            write(updated(language, said), language)
        catalog = catalog_of(language)
        done, all_ = share(catalog, said)
        print(f"{language}: {done} of {all_} translated ({100 * done / all_:.1f} %)")
        for problem in problems_of(catalog, said) + strays_in(catalog, language):
            wrong += 1
            print(f"  {problem}")
    return 1 if wrong and asked.what == "check" else 0
