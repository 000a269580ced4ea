"""What may import what: folders form no cycle, families stay out of each other, and training is never needed to run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.sources import tree_of

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = ("film", "stylize", "generate", "animate", "infill", "narrate", "compose", "detect", "lab", "redteam")


@cache
def modules() -> dict[str, Path]:
    found = {}
    for top in ("pipelines", "studio", "training"):
        for path in (ROOT / top).rglob("*.py"):
            found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Modules of this project that a file imports at run time; what stands under `if TYPE_CHECKING` does not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                yield whole if whole in modules() else node.module
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        else:
            yield from imports_of(node)


def keys_of(node: ast.Dict) -> set[str]:
    """The words that a dictionary has as keys, or as words of a list ("a|b", "a, b") or a tuple under a key."""
    words = [part for key in (*node.keys, *node.values) if key is not None for part in ast.walk(key)]
    texts = [one.value for one in words if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return {word for text in texts for word in re.split(r"\s*[,|]\s*", text)}


def test_no_table_of_things_stands_in_code():
    things = {path.stem.replace("-", " ") for path in (ROOT / "assets" / "things").glob("*.svg")}
    assert len(things) > 500
    tables = {
        f"{name}:{node.lineno}": sorted(named)
        for name, path in modules().items()
        if not name.startswith("training")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Dict) and len(named := keys_of(node) & things) > 8
    }
    allowed = {"pipelines.animate.parts.holding", "pipelines.painting.palette"}
    found = {name: words for name, words in tables.items() if name.partition(":")[0] not in allowed}
    assert not found, f"Tables of nouns belong to assets/: {found}"


@cache
def imports() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(one for one in imports_of(tree_of(path)) if one in modules())
        for name, path in modules().items()
    }


def folder(module: str) -> str:
    """`studio.film.plan` and `studio.film.parts.x` lie in `studio.film`; a file at the top is a folder of its own."""
    return ".".join(module.split(".")[:2])


def folder_graph(top: str) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for name, used in imports().items():
        if name.startswith(top + "."):
            graph.setdefault(folder(name), set()).update(
                folder(one) for one in used if one.startswith(top + ".") and folder(one) != folder(name)
            )
    return graph


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """One cycle as the list of its folders; empty when there is none."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for neighbour in sorted(graph.get(node, ())):
            if cycle := walk(neighbour, [*path, node]):
                return cycle
        done.add(node)
        return []

    for node in sorted(graph):
        if cycle := walk(node, []):
            return cycle
    return []


def test_a_cycle_is_found():
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]
    assert cycle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_folders_of_the_studio_form_no_cycle():
    assert cycle_in(folder_graph("studio")) == []


def test_folders_of_the_pipelines_form_no_cycle():
    assert cycle_in(folder_graph("pipelines")) == []


def test_no_family_imports_the_parts_of_another():
    wrong = [
        (name, one)
        for name, used in imports().items()
        for one in used
        if name.startswith("pipelines.")
        and one.split(".")[1:2] != name.split(".")[1:2]
        and one.split(".")[1] in FAMILIES
        and ".parts" in one
    ]
    assert wrong == []


def test_nothing_that_runs_imports_the_training():
    assert [
        (name, one)
        for name, used in imports().items()
        for one in used
        if one.split(".")[0] == "training" and not name.startswith("training")
    ] == []


def test_pipelines_know_neither_the_studio_nor_gradio():
    for name, path in modules().items():
        if name.startswith(("pipelines", "training")):
            for node in ast.walk(tree_of(path)):
                names = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [one.name for one in node.names]
                    if isinstance(node, ast.Import)
                    else []
                )
                assert not [one for one in names if one.split(".")[0] in ("studio", "gradio")], name


def documented_order(top: str) -> dict[str, int]:
    """Folder to row of its table in docs/architecture.md."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page.split(f"### Folders of `{top}/`")[1].split("\n#")[0]
    rows = [line.split("|")[1] for line in table.split("\n") if line.startswith("| `")]
    return {name.strip("` /").removesuffix(".py"): row for row, cell in enumerate(rows) for name in cell.split(",")}


def test_the_documented_order_of_folders_is_true():
    for top in ("pipelines", "studio"):
        order, graph = documented_order(top), folder_graph(top)
        assert set(order) == {name.split(".")[1] for name in graph}
        for name, used in graph.items():
            higher = {one.split(".")[1] for one in used if order[one.split(".")[1]] >= order[name.split(".")[1]]}
            assert not higher, (name, higher)
