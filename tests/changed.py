"""Print the test files that the files changed since a commit need: python -m tests.changed [COMMIT]."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app.py", "afternoon_studio", "pipelines", "studio", "training", "measure", "tests")
BEHIND_THE_PAGE = (".js", ".css", ".html", ".po")
BEHIND_EVERYTHING = ("requirements.txt", "requirements-dev.txt", "tests/conftest.py", "tests/fixtures.py")


def changed_since(commit: str) -> list[str]:
    """The paths that differ from a commit, those not committed yet too."""
    asked = (
        ["git", "diff", "--name-only", "--merge-base", commit],
        ["git", "ls-files", "--others", "--exclude-standard"],
    )
    answers = [
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout for command in asked
    ]
    return sorted({line for answer in answers for line in answer.splitlines()})


def imports_of(path: str, text: str) -> set[str]:
    """The modules that a file imports anywhere, by full name; `from a import b` may mean the module a.b."""
    names: set[str] = set()
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *filter(None, [node.module])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


@cache
def importers() -> dict[str, set[str]]:
    """For each Python file, the files that import it."""
    files = [
        path for name in PACKAGES for path in ((ROOT / name).rglob("*.py") if (ROOT / name).is_dir() else [ROOT / name])
    ]
    paths = [path.relative_to(ROOT).as_posix() for path in files]
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in paths}
    found: dict[str, set[str]] = {path: set() for path in paths}
    for path in paths:
        for module in imports_of(path, (ROOT / path).read_text("utf-8")) & modules.keys():
            found[modules[module]].add(path)
    return found


def tests_for(changed: list[str]) -> list[str]:
    """Test files that import a changed file, directly or through others, or that name a changed file that is no Python."""
    graph = importers()
    tests = {path for path in graph if Path(path).name.startswith("test_")}
    if set(changed) & set(BEHIND_EVERYTHING):
        return sorted(tests)
    reached, open_paths = set(), [path for path in changed if path in graph]
    while open_paths:
        path = open_paths.pop()
        if path not in reached:
            reached.add(path)
            open_paths.extend(graph[path])
    chosen = reached & tests
    for path in changed:
        if path.endswith(BEHIND_THE_PAGE):
            chosen |= {test for test in tests if test.startswith("tests/browser/")}
        elif path.endswith(".md"):
            chosen.add("tests/test_docs.py")
        if not path.endswith(".py"):
            chosen |= {test for test in tests if Path(path).name in (ROOT / test).read_text("utf-8")}
    return sorted(chosen)


if __name__ == "__main__":
    print(*tests_for(changed_since(sys.argv[1] if len(sys.argv) > 1 else "HEAD")), sep="\n")
