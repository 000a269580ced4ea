"""Small formulas of a few names, as the records of acts have them: "0.56 + 0.1 * sin(TURN * t / 1.2)". Nothing but arithmetic can be said in one."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pipelines.figures.gaits import ease, value_at_keys

Formula = Callable[[Mapping[str, Any]], Any]
MOST = 400  # characters
TABLES = frozenset(
    ["p", "how", "near", "front", "facing", "girth", "upright", "up", "right", "hands"]
)  # parameters, numbers of the call, and those of `parts.py`
CONSTANTS = {"TURN": 2 * math.pi, "pi": math.pi}
OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}


def _keys(value: float, *flat: float) -> float:
    return value_at_keys(value, list(zip(flat[::2], flat[1::2])))


CALLS: Mapping[str, Callable[..., Any]] = {
    "sin": math.sin,
    "cos": math.cos,
    "asin": math.asin,
    "sqrt": math.sqrt,
    "radians": math.radians,
    "degrees": math.degrees,
    "abs": abs,
    "min": min,
    "max": max,
    "floor": math.floor,
    "ease": ease,
    "keys": _keys,
}


@lru_cache(maxsize=4000)
def formula(text: str) -> Formula:
    """The function of names that a text says. Raises ValueError for anything but arithmetic with known functions."""
    if len(text) > MOST:
        raise ValueError(f"a formula of {len(text)} characters, {MOST} is the most")
    try:
        return _build_formula(ast.parse(text, mode="eval").body)
    except (SyntaxError, RecursionError):
        raise ValueError(f"{text[:60]!r} is no formula") from None


def _build_formula(node: ast.expr) -> Formula:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        value = node.value
        return lambda names: value
    if isinstance(node, ast.Name):
        name = node.id
        return (lambda names: CONSTANTS[name]) if name in CONSTANTS else (lambda names: names[name])
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in TABLES:
        table, key = node.value.id, node.attr
        return lambda names: names[table][key]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
        inner, place = _build_formula(node.value), node.slice.value
        return lambda names: inner(names)[place]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        act, left, right = OPERATORS[type(node.op)], _build_formula(node.left), _build_formula(node.right)
        return lambda names: act(left(names), right(names))
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        sign, inner = OPERATORS[type(node.op)], _build_formula(node.operand)
        return lambda names: sign(inner(names))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPERATORS:
        tells, left, right = (
            OPERATORS[type(node.ops[0])],
            _build_formula(node.left),
            _build_formula(node.comparators[0]),
        )
        return lambda names: tells(left(names), right(names))
    if isinstance(node, ast.BoolOp):
        both, sides = all if isinstance(node.op, ast.And) else any, [_build_formula(value) for value in node.values]
        return lambda names: both(side(names) for side in sides)
    if isinstance(node, ast.IfExp):
        test, then, other = _build_formula(node.test), _build_formula(node.body), _build_formula(node.orelse)
        return lambda names: then(names) if test(names) else other(names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and not node.keywords:
        call, parts = CALLS[node.func.id], [_build_formula(part) for part in node.args]
        return lambda names: call(*(part(names) for part in parts))
    raise ValueError(f"{ast.unparse(node)[:60]!r} is no arithmetic")
