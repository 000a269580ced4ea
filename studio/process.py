"""What every process of the studio begins with: the environment of its libraries, its log, and what a signal to end does."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from types import FrameType

LIBRARIES = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(2**26),
    "OPENCV_FOR_THREADS_NUM": "1",  # two wait for each other in small pictures: a tenth to a fifth of a film's processor time
    "OMP_WAIT_POLICY": "PASSIVE",  # torch's idle threads sleep: where two jobs share two cores, spinning took four times the work
}


def environment() -> None:
    """Settings of libraries, which read them when they are imported. What only a command may do is not done for visitors."""
    for name, value in LIBRARIES.items():
        os.environ.setdefault(name, value)
    os.environ.pop("STUDIO_COMMAND_LINE", None)  # what only `python -m studio` may do (pipelines.core.hub_ids)


class Lines(logging.Formatter):
    """Lines of which only the first of an entry begins at the margin, without control characters: a stranger's text forges none."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write one entry."""
        lines = super().format(record).splitlines()
        return "\n    ".join(
            "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line) for line in lines
        )


def write_log() -> None:
    """The log on standard error, as much of it as STUDIO_LOG says."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=os.environ.get("STUDIO_LOG", "INFO"), handlers=[handler])


def when_told_to_end(do: Callable[[], object] | None) -> None:
    """Do this at SIGINT and SIGTERM; None: nothing, as another process of the group decides when to stop."""

    def hear_signal(number: int, frame: FrameType | None) -> None:
        if do is not None:
            do()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN if do is None else hear_signal)
