"""`python -m studio plugins`: the installed packages with methods and signals, and why one is not used."""

from __future__ import annotations

from typing import Any

from pipelines.core.plugins import plugins


def list_plugins(asked: Any) -> int:
    """Print every installed plug-in: version, licence, methods, signals, or the sentence that says why it is not used."""
    for one in plugins():
        print(f"{one.name} {one.version} ({one.licence})")
        print(f"  {one.problem or ', '.join([*one.pipelines, *(f'signal {look.__name__}' for look in one.signals)])}")
    if not plugins():
        print("No plug-in is installed; docs/plugins.md says how to write one.")
    return 0
