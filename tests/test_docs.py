"""What the documents name exists: make targets, files, modules, pipelines, settings of a deployment and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
TOPS = ("", "pipelines/", "studio/", "studio/web/", "studio/web/static/")  # a path may leave one of these out
CODE = re.compile(r"`([^`\n]{1,300})`")
FILE = r"[a-z_0-9-]{1,40}(?:/[A-Za-z_0-9.-]{1,60}){1,6}\.(?:py|json|js|md|sh|css|html|toml|yaml|yml)(?![\w])"
WRITTEN = ("bench/", "soak/", "heard/", "studio/static/law.html")  # by commands, by a run, and an address of the page
EXAMPLE = ("tests/pipelines/stylize/test_posterize.py", "stylize.posterize")  # the method of CONTRIBUTING.md


@cache
def texts() -> list[tuple[str, str]]:
    """Every piece of code of every page, with the page's name: between backticks, and the lines of blocks."""
    pieces = []
    for page in PAGES:
        whole = page.read_text("utf-8")
        lines = [line.strip() for line in whole.split("\n") if line.startswith(("    ", "python ", "make "))]
        pieces += [(page.relative_to(ROOT).as_posix(), text) for text in [*CODE.findall(whole), *lines]]
    return pieces


def find_named(pattern: str) -> Iterator[tuple[str, str]]:
    for page, text in texts():
        for one in re.findall(pattern, text):
            yield page, one


@cache
def all_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    from measure.eval.__main__ import EVALUATIONS

    evals = {f"eval-{name}" for name in EVALUATIONS}
    return {one for line in re.findall(r"^([a-z- ]+):", makefile, re.M) for one in line.split()} | evals


@cache
def all_settings() -> set[str]:
    places = [ROOT / "Makefile", ROOT / "Dockerfile", *(p for p in (ROOT / "deploy").rglob("*") if p.is_file())]
    for top in ("studio", "pipelines", "tests", "measure"):
        places += (ROOT / top).rglob("*.py")
    return {one for place in places for one in re.findall(r"STUDIO_[A-Z0-9_]+", place.read_text("utf-8", "replace"))}


def targets(one: str) -> bool:
    return one in all_targets()


def files(one: str) -> bool:
    return one.startswith(WRITTEN) or one in EXAMPLE or any((ROOT / top / one).exists() for top in TOPS)


def modules(one: str) -> bool:
    place = ROOT / one.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__main__.py").exists()


def pipelines(one: str) -> bool:
    from pipelines.core.registry import names

    return one in names() or one in EXAMPLE


def settings(one: str) -> bool:
    return one in all_settings()


@pytest.mark.parametrize(
    ("pattern", "exists"),
    [
        (r"(?:^|sudo |&& )make ([a-z][a-z_-]*)", targets),
        (FILE, files),
        (r"python -m ((?:pipelines|studio|measure|tests|training)[a-z_.0-9]*)", modules),
        (r"studio (?:run|pipelines) ([a-z]+\.[a-z]+)", pipelines),
        (r"STUDIO_[A-Z0-9_]+", settings),
    ],
    ids=["targets", "files", "modules", "pipelines", "settings"],
)
def test_what_documents_name_exists(pattern, exists):
    found = list(find_named(pattern))
    assert len(found) > 5
    assert [pair for pair in found if not exists(pair[1])] == []


def test_links_lead_to_files_and_headings():
    broken = []
    for page in PAGES:
        for link, heading in re.findall(r"\]\(([^)\s#]{0,200})(#[^)\s]{1,100})?\)", page.read_text("utf-8")):
            if link.startswith(("http", "mailto:")):
                continue
            aim = page.parent / link if link else page
            if not aim.exists() or (heading and heading[1:] not in headings(aim)):
                broken.append((page.relative_to(ROOT).as_posix(), link + heading))
    assert broken == []


def headings(page: Path) -> set[str]:
    """The names under which the headings of a page can be linked to, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_pages_are_short():
    """Trials and long tables belong in docs/notes/."""
    words = {page.name: len(page.read_text("utf-8").split()) for page in (ROOT / "docs").glob("*.md")}
    assert len(words) > 20
    assert {page: count for page, count in words.items() if count > 1200} == {}


def test_the_readme_is_short_and_names_few_settings():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.split()) <= 1000
    variables = set(re.findall(r"^\| `([A-Z_]+)`", readme, re.M)) | set(
        re.findall(r"(?:STUDIO|GRADIO)_[A-Z_]+", readme)
    )
    assert 0 < len(variables) <= 8
