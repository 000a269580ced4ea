"""Every public function and class of the pipelines says what it does, in a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


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


def test_faults_are_found():
    wrong = 'def a(): pass\ndef b():\n    "no stop"\ndef c():\n    "Word."\ndef d():\n    "Return a number."\ndef _e(): pass\n'
    found = [fault(node) for node in public(ast.parse(wrong))]
    assert [bool(one) for one in found] == [True, True, True, False]


def test_every_public_callable_of_the_pipelines_has_a_sentence():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {fault(node)}"
        for path in sorted((ROOT / "pipelines").rglob("*.py"))
        for node in public(ast.parse(path.read_text("utf-8")))
        if fault(node)
    ]
    assert wrong == []
