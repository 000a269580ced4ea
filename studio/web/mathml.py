"""Equations as MathML, which browsers draw themselves, from the few commands of TeX that the exhibits need.

`mathml(r"\\nabla_x \\log p_\\sigma(x) = \\frac{D(x,\\sigma) - x}{\\sigma^2}")`
"""

from __future__ import annotations

import html
import re

TOKEN = re.compile(r"\\[A-Za-z]+|\\[,;]|[A-Za-z]|\d+(?:\.\d+)?|\S")
GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "sigma": "σ",
    "phi": "φ",
    "psi": "ψ",
    "tau": "τ",
    "rho": "ρ",
    "ell": "ℓ",
}
SIGNS = {
    "nabla": "∇",
    "sum": "∑",
    "prod": "∏",
    "int": "∫",
    "partial": "∂",
    "infty": "∞",
    "cdot": "·",
    "times": "×",
    "le": "≤",
    "ge": "≥",
    "approx": "≈",
    "to": "→",
    "in": "∈",
    "sim": "∼",
    "propto": "∝",
    "mid": "∣",
    "ldots": "…",
    "lVert": "‖",
    "rVert": "‖",
    "top": "⊤",
    "circ": "∘",
    "pm": "±",
    "odot": "⊙",
    "ne": "≠",
    "lfloor": "⌊",
    "rceil": "⌉",
}
FUNCTIONS = ("log", "exp", "div", "tr", "det", "min", "max", "sin", "cos", "dom")
STACKED = ("∑", "∏")  # what stands under and over them


def mathml(source: str) -> str:
    """One equation as a <math> element. Raises ValueError for what the reader does not know."""
    tokens = TOKEN.findall(source)
    made, rest = _row(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"there is a bracket too many in {source!r}")
    return f'<math display="block" xmlns="http://www.w3.org/1998/Math/MathML"><mrow>{made}</mrow></math>'


def inline(source: str) -> str:
    """A symbol or a short equation within a line."""
    return mathml(source).replace(' display="block"', "")


def _row(tokens: list[str], at: int) -> tuple[str, int]:
    """Everything up to a closing brace or the end, with scripts attached to what stands before them."""
    made: list[str] = []
    while at < len(tokens) and tokens[at] != "}":
        base, at = _one(tokens, at)
        scripts: dict[str, str] = {}
        while at < len(tokens) and tokens[at] in "_^":
            sort = tokens[at]
            scripts[sort], at = _one(tokens, at + 1)
        made.append(_scripted(base, scripts))
    return "".join(made), at


def _scripted(base: str, scripts: dict[str, str]) -> str:
    stacked = any(f">{sign}<" in base for sign in STACKED)
    low, high, both = ("munder", "mover", "munderover") if stacked else ("msub", "msup", "msubsup")
    if not scripts:
        return base
    if len(scripts) == 2:
        return f"<{both}>{base}{scripts['_']}{scripts['^']}</{both}>"
    tag = low if "_" in scripts else high
    return f"<{tag}>{base}{next(iter(scripts.values()))}</{tag}>"


def _one(tokens: list[str], at: int) -> tuple[str, int]:
    """One thing: a group, a command or a sign."""
    if at >= len(tokens):
        raise ValueError("an equation ends too early")
    token = tokens[at]
    if token == "{":
        made, at = _row(tokens, at + 1)
        if at >= len(tokens):
            raise ValueError("a brace is not closed")
        return f"<mrow>{made}</mrow>", at + 1
    if token.startswith("\\"):
        return _command(token[1:], tokens, at + 1)
    if token.isalpha():
        return f"<mi>{token}</mi>", at + 1
    if token[0].isdigit():
        return f"<mn>{token}</mn>", at + 1
    sign = {"-": "−", "'": "′", "*": "∗"}.get(token, token)
    return f'<mo stretchy="false">{html.escape(sign)}</mo>', at + 1


def _command(name: str, tokens: list[str], at: int) -> tuple[str, int]:
    if name in (",", ";"):
        return '<mspace width="0.25em"/>', at
    if name == "frac":
        top, at = _one(tokens, at)
        bottom, at = _one(tokens, at)
        return f"<mfrac>{top}{bottom}</mfrac>", at
    if name in ("sqrt", "hat", "bar", "dot", "tilde"):
        inner, at = _one(tokens, at)
        if name == "sqrt":
            return f"<msqrt>{inner}</msqrt>", at
        sign = {"hat": "^", "bar": "¯", "dot": "˙", "tilde": "~"}[name]
        return f'<mover accent="true">{inner}<mo>{sign}</mo></mover>', at
    if name in ("text", "bf", "cal"):
        inner, at = _one(tokens, at)
        words = re.sub(r"<[^>]+>", "", inner)
        return (
            f"<mtext>{words}</mtext>"
            if name == "text"
            else f'<mi mathvariant="{"bold" if name == "bf" else "script"}">{words}</mi>'
        ), at
    if name in GREEK:
        return f"<mi>{GREEK[name]}</mi>", at
    if name in SIGNS:
        return f'<mo stretchy="false">{SIGNS[name]}</mo>', at
    if name in FUNCTIONS:
        return f"<mi>{name}</mi>", at
    raise ValueError(f"the equations know no \\{name}")
