"""Sizes of the house and their budget: python -m measure.sizes [COMMIT …] prints them, --lower lowers tests/budgets.toml to them.

A logical line of Python is a statement or a line of a docstring; one of JavaScript is a line as its formatter writes it.
"""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
BUDGETS = ROOT / "tests" / "budgets.toml"
FOLDERS = ("pipelines", "studio", "tests", "measure", "training")
READERS = ("pipelines/reading/", "pipelines/language/", "pipelines/scenes/", "pipelines/film/parts/")
VAGUE = frozenset(("one", "found", "said", "told", "made", "held"))  # names that do not say what a value is
PARTICIPLE = re.compile(
    r"_?([a-z]+(?<!se)(?<!de)(?<!spe)(?<!fe)ed|made|told|said|found|held|kept|shown|drawn|seen|known|taken|given|written|read|sent|put|cut|left|built|heard|met)"
)
Sizes = dict[str, Any]


def read_commit(commit: str) -> dict[str, str]:
    """The text of every file of Python, JavaScript and prose of a commit, by its path."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [member for member in archive.getmembers() if member.name.endswith((".py", ".js", ".md"))]
        return {member.name: archive.extractfile(member).read().decode() for member in members}  # type: ignore[union-attr]


def read_tree() -> dict[str, str]:
    """The same of the files that git knows, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.js", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]
    return {path: (ROOT / path).read_text("utf-8") for path in paths}


def length_of(node: ast.AST) -> int:
    """How many lines a node spans."""
    return (node.end_lineno or node.lineno) - node.lineno + 1  # type: ignore[attr-defined]


def count_logical_lines(tree: ast.AST) -> int:
    """Statements, and the lines of text in docstrings, wherever their quotes stand."""
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    values = [node.value for node in statements if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    texts = [str(value.value).strip() for value in values]
    return len(statements) - len(texts) + sum(sum(map(bool, map(str.strip, t.splitlines()))) or 1 for t in texts)


def count_compared_words(tree: ast.AST) -> int:
    """Literal words that something is compared with."""
    compared = (part for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in node.comparators)
    constants = (node.value for part in compared for node in ast.walk(part) if isinstance(node, ast.Constant))
    return sum(isinstance(value, str) and value.isalpha() for value in constants)


def count_vague_names(function: ast.AST) -> int:
    """Variables of a function whose name says nothing and that live longer than five lines."""
    lines: dict[str, list[int]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in VAGUE:
            lines.setdefault(node.id, []).append(node.lineno)
    return sum(max(numbers) - min(numbers) >= 5 for numbers in lines.values())


def count_settings(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Settings of a pipeline: its keyword-only parameters but the report of its progress."""
    return sum(argument.arg != "report" for argument in function.args.kwonlyargs)


def folder_of(path: str) -> str:
    """The folder that a file is counted in: one of the two upper levels."""
    return "/".join(path.split("/")[:-1][:2])


def measure(texts: Mapping[str, str]) -> Sizes:
    """Logical lines and modules by folder, and the counts of the whole house."""
    lines, modules, house = Counter[str](), Counter[str](), Counter[str]()
    for path, text in texts.items():
        if path.endswith(".md"):
            if path.startswith("docs/"):
                house["words_of_notes" if path.startswith("docs/notes/") else "words_of_docs"] += len(text.split())
            continue
        house["formatted_lines"] += text.count("\n")
        if not path.startswith(tuple(f"{folder}/" for folder in FOLDERS)):
            continue
        folder = folder_of(path)
        modules[folder] += 1
        house["files_over_400"] += text.count("\n") > 400
        if path.endswith(".js"):
            lines[folder] += text.count("\n")
            continue
        tree = ast.parse(text)
        lines[folder] += count_logical_lines(tree)
        house["fmt_skip"] += len(re.findall(r"#\s*fmt: (?:skip|off)\b", text))
        if path.startswith(READERS):
            house["compared_words_in_readers"] += count_compared_words(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if path.startswith("pipelines/") and any(
                    ast.unparse(decorator).startswith("pipeline(") for decorator in node.decorator_list
                ):
                    house["pipelines"] += 1
                    house["settings"] += count_settings(node)
                house["functions_over_60"] += length_of(node) > 60
                house["participle_functions"] += bool(PARTICIPLE.fullmatch(node.name))
                house["vague_names"] += count_vague_names(node)
    folders = {folder: {"lines": lines[folder], "modules": modules[folder]} for folder in sorted(modules)}
    return {"house": dict(sorted(house.items())), "folders": folders}


def read_budgets(text: str | None = None) -> Sizes:
    """The budgets, as `measure` returns sizes, and under `raised` the dated reason of a row that was raised."""
    return tomllib.loads(BUDGETS.read_text("utf-8") if text is None else text)


def flatten(sizes: Sizes) -> dict[str, int]:
    """Each number by its row's name, such as `pipelines/lab.lines`."""
    rows = {
        f"{folder}.{kind}": number for folder, counts in sizes["folders"].items() for kind, number in counts.items()
    }
    return dict(sizes["house"]) | rows


def lower(sizes: Sizes, budgets: Sizes) -> Sizes:
    """The budgets, each as low as the present number, which a row under `raised` may exceed; a folder that is gone has none, and a new one has its size."""
    raised = {row for rows in budgets.get("raised", {}).values() for row in rows}
    limits = {row: number for row, number in flatten(budgets).items() if row not in raised}
    house = {name: min(number, limits.get(name, number)) for name, number in sizes["house"].items()}
    folders = {
        folder: {kind: min(number, limits.get(f"{folder}.{kind}", number)) for kind, number in counts.items()}
        for folder, counts in sizes["folders"].items()
    }
    return {"house": house, "folders": folders, "raised": budgets.get("raised", {})}


def write_budgets(budgets: Sizes) -> None:
    """Write tests/budgets.toml."""
    raised = [f'"{reason}" = {json.dumps(rows, indent=4)}' for reason, rows in budgets["raised"].items()]
    house = [f"{name} = {number}" for name, number in budgets["house"].items()]
    folders = [
        f'"{name}" = {{ lines = {counts["lines"]}, modules = {counts["modules"]} }}'
        for name, counts in budgets["folders"].items()
    ]
    BUDGETS.write_text(
        "# How large the house may be. The numbers only fall: python -m measure.sizes --lower. Rows that must rise stand\n"
        "# under [raised] behind a date and a reason, one reason at a time (CONTRIBUTING.md).\n\n"
        + "\n".join(["[raised]", *raised, "", "[house]", *house, "", "[folders]", *folders, ""]),
        "utf-8",
    )


def format_table(columns: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """A table in Markdown: a row a number, a column a commit, and the change from the first to the last."""
    yield f"| Row | {' | '.join(columns)} | change |"
    yield "|---" * (len(columns) + 2) + "|"
    for name in sorted(set().union(*columns.values())):
        numbers = [column.get(name, 0) for column in columns.values()]
        yield f"| {name} | {' | '.join(map(str, numbers))} | {numbers[-1] - numbers[0]:+d} |"


def main(words: list[str]) -> None:
    sizes = measure(read_tree())
    if "--lower" in words:
        write_budgets(lower(sizes, read_budgets() if BUDGETS.exists() else {"house": {}, "folders": {}}))
    columns = {word: flatten(measure(read_commit(word))) for word in words if word != "--lower"}
    print(*format_table(columns | {"now": flatten(sizes)}), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
