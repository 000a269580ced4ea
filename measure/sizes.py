"""Lines by folder, and how long files and functions are, at any commits: python -m measure.sizes COMMIT [COMMIT …]."""

from __future__ import annotations

import ast
import io
import statistics
import subprocess
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator

PACKAGES = ("afternoon_studio", "pipelines", "studio", "training")
CODE = (".py", ".js", ".css")


def sources(commit: str) -> Iterator[tuple[str, str]]:
    """The path and the text of every code file of a commit."""
    packed = subprocess.run(["git", "archive", commit], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(CODE) else None
            if file is not None:
                yield member.name, file.read().decode()


def functions_of(text: str) -> list[int]:
    """Lines of each function, those inside of others too."""
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def lengths(commit: str, package: str, texts: list[str]) -> str:
    """A row: how many files and functions a package has, and how long they are."""
    files, functions = (
        [len(text.splitlines()) for text in texts],
        sorted(n for text in texts for n in functions_of(text)),
    )
    middle, high = statistics.median(functions), functions[int(0.95 * len(functions))]
    return (
        f"| {commit} | {package} | {len(files)} | {sum(n > 400 for n in files)} | {max(files)} | {len(functions)} |"
        f" {middle:g} / {high} / {functions[-1]} | {sum(n > 60 for n in functions)} |"
    )


def folder_of(path: str) -> str:
    """The folder that a file's lines are counted in: one of the two upper levels."""
    return "/".join(path.split("/")[:-1][:2]) or "."


def lines_by_folder(commits: list[str], texts: dict[str, dict[str, str]]) -> Iterator[str]:
    """A table of Python, JavaScript and CSS lines: a row a folder, a column a commit."""
    counts = {commit: Counter[str]() for commit in commits}
    for commit in commits:
        for path, text in texts[commit].items():
            folder = folder_of(path)
            counts[commit].update({name: len(text.splitlines()) for name in {folder, folder.partition("/")[0] + "/*"}})
    yield f"| Folder | {' | '.join(commits)} |" + (" change |" if len(commits) > 1 else "")
    yield "|---" * (len(commits) + 1 + (len(commits) > 1)) + "|"
    for name in sorted(set().union(*counts.values())):
        yield numbers(name, [counts[commit][name] for commit in commits])
    whole = [sum(n for name, n in counts[commit].items() if name.endswith("/*")) for commit in commits]
    yield numbers("**all**", whole)


def numbers(name: str, lines: list[int]) -> str:
    change = f" {lines[-1] - lines[0]:+d} |" if len(lines) > 1 else ""
    return f"| {name} | {' | '.join(map(str, lines))} |{change}"


def main(commits: list[str]) -> None:
    texts = {commit: dict(sources(commit)) for commit in commits}
    print(*lines_by_folder(commits, texts), sep="\n")
    print(
        "\n| Commit | Package | Files | over 400 lines | longest | Functions | median / 95 % / longest | over 60 lines |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for commit in commits:
        packages: dict[str, list[str]] = defaultdict(list)
        for path, text in texts[commit].items():
            package = path.partition("/")[0]
            if package in PACKAGES and path.endswith(".py"):
                packages[package].append(text)
        for package, package_texts in sorted(packages.items()):
            print(lengths(commit, package, package_texts))


if __name__ == "__main__":
    main(sys.argv[1:] or ["HEAD"])
