"""How long files and functions are, at any commits: python -m tests.bench.sizes COMMIT [COMMIT …]."""

from __future__ import annotations

import ast
import io
import statistics
import subprocess
import sys
import tarfile
from collections.abc import Iterator

PACKAGES = ("pipelines", "studio", "training")


def sources(commit: str) -> Iterator[tuple[str, str]]:
    """The package and the text of every Python file of a commit."""
    packed = subprocess.run(["git", "archive", commit], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive.getmembers():
            package = member.name.partition("/")[0]
            file = archive.extractfile(member) if package in PACKAGES and member.name.endswith(".py") else None
            if file is not None:
                yield package, file.read().decode()


def functions_of(text: str) -> list[int]:
    """Lines of each function, those inside of others too."""
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def row(commit: str, package: str, texts: list[str]) -> str:
    files, functions = (
        [len(text.splitlines()) for text in texts],
        sorted(n for text in texts for n in functions_of(text)),
    )
    middle, high = statistics.median(functions), functions[int(0.95 * len(functions))]
    return (
        f"| {commit} | {package} | {len(files)} | {sum(n > 400 for n in files)} | {max(files)} | {len(functions)} |"
        f" {middle:g} / {high} / {functions[-1]} | {sum(n > 60 for n in functions)} |"
    )


def main(commits: list[str]) -> None:
    print(
        "| Commit | Package | Files | over 400 lines | longest | Functions | median / 95 % / longest | over 60 lines |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for commit in commits:
        found: dict[str, list[str]] = {}
        for package, text in sources(commit):
            found.setdefault(package, []).append(text)
        for package, texts in sorted(found.items()):
            print(row(commit, package, texts))


if __name__ == "__main__":
    main(sys.argv[1:] or ["HEAD"])
