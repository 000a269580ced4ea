"""Facts about things stand in the records of their drawings; few tables of nouns are left in code, and no new one may come."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelines
from pipelines.props.names import names

LARGE = 8  # entries; a table with more of them, most of them names of things, should be a fact of a record
LEFT = 4  # such tables; lower it when one goes


def entries(node: ast.expr) -> list[str]:
    """The words that a dict, set, list or tuple is of, by its keys or first members; or that a text with commas or bars lists."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [word.strip() for word in node.value.replace(",", "|").split("|")]
    members = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    first = [one.elts[0] if isinstance(one, ast.Tuple) and one.elts else one for one in members]
    return [str(one.value) if isinstance(one, ast.Constant) else "" for one in first]


def tables(source: str) -> Iterator[int]:
    """The lines where large tables of things begin."""
    for node in (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.expr)):
        words = entries(node)
        if len(words) > LARGE and 2 * sum(word in names() for word in words) > len(words):
            yield node.lineno


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (
            'HOT = {"stove": 1, "oven": 2, "lamp": 3, "candle": 4, "torch": 5, "sun": 6, "kettle": 7, "iron": 8, "fire": 9}',
            1,
        ),
        ('HOT = frozenset(["stove", "oven", "lamp", "candle", "torch", "sun", "kettle", "iron", "fire"])', 1),
        ('HOT = "stove|oven|lamp|candle|torch|sun|kettle|iron|fire"', 1),
        ('HOT = {"stove", "oven", "lamp"}', 0),
        ('WARM = {"run", "walk", "hop", "swim", "fly", "row", "climb", "dance", "oven"}', 0),
    ],
)
def test_tables_of_things_are_seen(source: str, found: int) -> None:
    assert len(list(tables(source))) == found


def test_no_table_of_things_is_added() -> None:
    root = Path(pipelines.__file__).parent
    found = [
        f"{path.relative_to(root)}:{line}"
        for path in sorted(root.rglob("*.py"))
        for line in tables(path.read_text("utf-8"))
    ]
    assert len(found) <= LEFT, (
        f"Facts about things belong into their drawings' records (pipelines/props/catalogue.py): {found}"
    )
