"""Gradio without the stub files for editors, which it writes beside its own modules at every import: half of that import's time."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

MODULE, WRITER = "gradio.component_meta", "create_or_modify_pyi"


class _Silent(SourceFileLoader):
    """Loads the module and takes its writer away."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if not hasattr(module, WRITER):
            raise ImportError(f"{MODULE} has no {WRITER}: studio/perimeter/stubs.py is for another version of Gradio")
        setattr(module, WRITER, lambda component, name, events: None)


class _Finder:
    """Finds that one module, with the loader above."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == MODULE else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Silent(name, spec.origin)
        return spec


def leave_out() -> None:
    """Write no stub files; to be called before Gradio is imported."""
    sys.meta_path.insert(0, _Finder)
