"""FFmpeg on a file that a visitor brought: one opened file, few demuxers, and no way to open anything else.

A container or a playlist may name other files and addresses; FFmpeg as it comes would follow them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipelines.core.facts import uses

if TYPE_CHECKING:
    from av.container import InputContainer

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,wav,mp3,flac,ogg"  # as FFmpeg calls them


def refuse(*_: object) -> Any:
    """Given to FFmpeg as its way to open what a file names. Raises PermissionError, always."""
    raise PermissionError("a file may not name another")


@contextmanager
def open_container(source: Path | IO[bytes]) -> Iterator[InputContainer]:
    """The container at a path, or in a file that is open already, for reading. Raises av.error.FFmpegError for what is none of FORMATS, as for a damaged one."""
    import av

    uses("av")
    options = {"protocol_whitelist": "none", "format_whitelist": FORMATS}
    if not isinstance(source, Path):
        source.seek(0)
    with (
        source.open("rb") if isinstance(source, Path) else nullcontext(source) as file,
        av.open(file, "r", options=options, io_open=refuse, metadata_errors="replace") as container,
    ):
        yield container
