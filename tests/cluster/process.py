"""A worker or a page server without HTTP, with stub pipelines: python -m tests.cluster.process worker LANES | page.

The page drives films and hands jobs out; it makes none. `STUDIO_HOME`, `STUDIO_DATABASE` and `STUDIO_FILES` say what it belongs to.
"""

from __future__ import annotations

import signal
import sys
import threading

from studio.engine.runners import InProcess
from studio.studio import open_studio
from tests import stubs


def main() -> int:
    stubs.install()
    if sys.argv[1] == "worker":
        from studio.cluster.work import lanes_of, serve

        return serve(lanes_of(sys.argv[2]), runner=InProcess())
    studio = open_studio(runner=InProcess(), spares=0)
    studio.jobs.start([])
    studio.films.renders.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    print("This page drives films.", flush=True)
    while not stop.wait(1.0):
        studio.jobs.reconcile()
    studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
