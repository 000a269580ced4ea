"""The source files of the project as syntax trees, each parsed once in a process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """Not to be changed: other tests read it too."""
    return ast.parse(path.read_text("utf-8"))
