"""Small formulas of a few names, as the records of acts have them: "0.56 + 0.1 * sin(TURN * t / 1.2)". Nothing but arithmetic can be said in one."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from pipelines.figures.gaits import ease, value_at_keys

Formula = Callable[[Mapping[str, Any]], Any]
MOST = 400  # characters
TABLES = frozenset(
    ["p", "how", "near", "front", "facing", "girth", "upright", "up", "right", "hands"]
)  # parameters, numbers of the call, and those of `parts.py`
CONSTANTS = {"TURN": 2 * math.pi, "pi": math.pi}
OPERATORS = (
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.Pow),
    *(ast.Lt, ast.Gt, ast.USub, ast.UAdd, ast.Not),
)
NAMES = ast.Name("names", ast.Load())


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
    return _compile_formula(_parse_formula(text))


def formula_of_row(specs: Sequence[float | str]) -> Formula:
    """The function of names that gives numbers and formulas together."""
    parts = [_parse_formula(spec) if isinstance(spec, str) else ast.Constant(spec) for spec in specs]
    return _compile_formula(ast.Tuple(parts, ast.Load()))


def _compile_formula(checked: ast.expr) -> Formula:
    function = ast.parse("lambda names: 0", mode="eval")
    assert isinstance(function.body, ast.Lambda)
    function.body.body = checked
    code = compile(ast.fix_missing_locations(function), "<formula>", "eval")
    return FunctionType(next(const for const in code.co_consts if isinstance(const, CodeType)), {**CALLS})


def _parse_formula(text: str) -> ast.expr:
    if len(text) > MOST:
        raise ValueError(f"a formula of {len(text)} characters, {MOST} is the most")
    if text.isidentifier() and text not in CONSTANTS:
        return _entry(NAMES, text)  # a name may be a keyword, "raise"
    try:
        return _build_formula(ast.parse(text, mode="eval").body)
    except (SyntaxError, RecursionError):
        raise ValueError(f"{text[:60]!r} is no formula") from None


def _build_formula(node: ast.expr) -> ast.expr:
    """What a node says as an expression of `names`; only what is known gets through."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return ast.Constant(node.value)
    if isinstance(node, ast.Name):
        return ast.Constant(CONSTANTS[node.id]) if node.id in CONSTANTS else _entry(NAMES, node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in TABLES:
        return _entry(_entry(NAMES, node.value.id), node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
        return _entry(_build_formula(node.value), node.slice.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, OPERATORS):
        return ast.BinOp(_build_formula(node.left), node.op, _build_formula(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, OPERATORS):
        return ast.UnaryOp(node.op, _build_formula(node.operand))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], OPERATORS):
        return ast.Compare(_build_formula(node.left), node.ops, [_build_formula(node.comparators[0])])
    if isinstance(node, ast.BoolOp):
        either = ast.BoolOp(node.op, [_build_formula(value) for value in node.values])
        return ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), either))
    if isinstance(node, ast.IfExp):
        return ast.IfExp(_build_formula(node.test), _build_formula(node.body), _build_formula(node.orelse))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and not node.keywords:
        return ast.Call(ast.Name(node.func.id, ast.Load()), [_build_formula(part) for part in node.args], [])
    raise ValueError(f"{ast.unparse(node)[:60]!r} is no arithmetic")


def _entry(table: ast.expr, key: str | int) -> ast.Subscript:
    return ast.Subscript(table, ast.Constant(key), ast.Load())
