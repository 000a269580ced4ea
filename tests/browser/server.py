"""The real page on a port of its own, with stub methods beside the real ones of Stylize: started by the browser tests as a process.

With FILM=stubs films are made with stubs, with NARRATE=stubs Narrate hears and speaks without networks.
"""

from __future__ import annotations

import dataclasses
import os
import sys

from tests import stubs


def main() -> None:
    import studio.engine.workers
    import studio.web.tabs

    extra = stubs.install().tabs[0].methods
    preloaded = ["tests.installed_stubs"]
    if os.environ.get("FILM") == "stubs":
        from tests.studio import film_stubs

        preloaded.append("tests.studio.installed_film_stubs")
        film_stubs.install()
    if os.environ.get("NARRATE") == "stubs":
        preloaded.append("tests.installed_narrate_stubs")
    real = studio.web.tabs.board() if os.environ.get("REAL") == "1" else None

    def board():
        if real is None:
            return stubs.install()
        home = real.tab("Stylize")
        widened = dataclasses.replace(home, methods=(*home.methods, *extra))
        return dataclasses.replace(real, tabs=tuple(widened if tab is home else tab for tab in real.tabs))

    studio.web.tabs.board = board
    studio.engine.workers.PRELOADED = tuple(preloaded)
    import app

    app.main()


if __name__ == "__main__":
    sys.exit(main())
