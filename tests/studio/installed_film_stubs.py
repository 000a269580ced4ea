"""Imported by worker processes of browser tests, so that they make films with stubs; a file named `hold` in the folder above their store holds every step up, or those that it names."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.studio import film_stubs


def wait(step: str) -> None:
    """Wait while a test holds the step up."""
    hold = Path(os.environ["STUDIO_HOME"]).parent / "hold"
    while hold.exists() and step in (hold.read_text() or step):
        time.sleep(0.05)


film_stubs.install()
film_stubs.HOOK.append(wait)
