"""Every public function and class of the pipelines, and every public method of pipelines and studio, says what it does, in a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.sources import tree_of

ROOT = Path(__file__).resolve().parents[1]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
OF_TORCH = ("forward", "backward")
UNCHECKED = ("pipelines/reading", "pipelines/film/parts")  # their methods are not documented yet


def public(tree: ast.Module) -> Iterator[Definition]:
    """What stands at the top of a module under a public name."""
    return (node for node in tree.body if isinstance(node, Definition) and not node.name.startswith("_"))


def fault(node: Definition) -> str:
    """What is wrong with a docstring; empty when nothing is."""
    text = ast.get_docstring(node)
    if not text:
        return "has no docstring"
    first = " ".join(text.split("\n\n")[0].split())
    if not first.endswith((".", ":", "!", "?", ")")):
        return f"does not begin with a sentence: {first}"
    return f"says too little: {first}" if len(first.split()) < 2 else ""


def methods(one: ast.ClassDef) -> Iterator[Definition]:
    """The public methods and properties of a class."""
    return (
        node
        for node in one.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    )


def bases(one: ast.ClassDef) -> list[str]:
    """The last names of what a class derives from."""
    return [ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in one.bases]


def said_above(one: ast.ClassDef, name: str, classes: Mapping[str, list[ast.ClassDef]]) -> bool:
    """Whether a class from which this one derives documents the method."""
    above = [node for base in bases(one) for node in classes.get(base, []) if node is not one]
    return any(
        any(node.name == name and not fault(node) for node in methods(base)) or said_above(base, name, classes)
        for base in above
    )


def wrong_methods(trees: Iterable[tuple[str, ast.Module]]) -> list[str]:
    """Public methods without a sentence; an override, or what a protocol asks for, needs none of its own."""
    found = [(place, node) for place, tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    classes: dict[str, list[ast.ClassDef]] = {}
    for _, node in found:
        classes.setdefault(node.name, []).append(node)
    asked = {
        method.name for _, node in found if "Protocol" in bases(node) for method in methods(node) if not fault(method)
    }
    return [
        f"{place}:{method.lineno} {node.name}.{method.name} {fault(method)}"
        for place, node in found
        if not node.name.startswith("_")
        for method in methods(node)
        if fault(method) and method.name not in asked and method.name not in OF_TORCH
        if not said_above(node, method.name, classes)
    ]


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Place and syntax tree of every Python file of some folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), tree_of(path)


def test_faults_are_found():
    wrong = 'def a(): pass\ndef b():\n    "no stop"\ndef c():\n    "Word."\ndef d():\n    "Return a number."\ndef _e(): pass\n'
    found = [fault(node) for node in public(ast.parse(wrong))]
    assert [bool(one) for one in found] == [True, True, True, False]


def test_methods_without_a_sentence_are_found():
    above = 'class Base:\n    def a(self):\n        "Say a thing."\n    def b(self): ...\n'
    asked = 'class Asked(Protocol):\n    def c(self):\n        "Say a thing."\n'
    below = (
        "class Own(Base):\n    def a(self): ...\n    def c(self): ...\n    def d(self): ...\n    def _e(self): ...\n"
    )
    wrong = wrong_methods([("file", ast.parse(above + asked + below))])
    assert [one.split()[1] for one in wrong] == ["Base.b", "Own.d"]


def test_every_public_callable_of_the_pipelines_has_a_sentence():
    wrong = [
        f"{place}:{node.lineno} {node.name} {fault(node)}"
        for place, tree in trees("afternoon_studio", "pipelines")
        for node in public(tree)
        if fault(node)
    ]
    assert wrong == []


def test_every_public_method_of_pipelines_and_studio_has_a_sentence():
    checked = (
        (place, tree)
        for place, tree in trees("afternoon_studio", "pipelines", "studio")
        if not place.startswith(UNCHECKED)
    )
    assert wrong_methods(checked) == []
