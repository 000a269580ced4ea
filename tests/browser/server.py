"""The real page on a port of its own, with two stub methods beside the real ones: started by the browser tests as a process."""

from __future__ import annotations

import dataclasses
import os
import sys

from tests import stubs


def main() -> None:
    import studio.tabs

    extra = stubs.install().tabs[0].methods
    real = studio.tabs.board() if os.environ.get("REAL") == "1" else None

    def board():
        if real is None:
            return stubs.install()
        first = real.tabs[0]
        return dataclasses.replace(
            real, tabs=(dataclasses.replace(first, methods=(*first.methods, *extra)), *real.tabs[1:])
        )

    studio.tabs.board = board
    import app

    app.main()


if __name__ == "__main__":
    sys.exit(main())
