"""What a pipeline opens names no other file: neither a playlist nor a track that stands elsewhere is followed."""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path

import av
import pytest

from pipelines.core.settings import Refusal
from pipelines.media import load_sound, load_video
from pipelines.media.containers import refuse
from tests.studio import fuzz
from tests.studio.fuzz import playlists


def elsewhere(data: bytes, other: Path) -> bytes:
    """An MP4 whose track says that its samples stand in `other` (QuickTime's data reference, type "url " without "self-contained")."""
    target = str(other).encode() + b"\0"
    entry = struct.pack(">I4sI", 12 + len(target), b"url ", 0) + target
    box = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    at = data.index(b"dref") - 4
    old = int.from_bytes(data[at : at + 4], "big")
    grown = len(box) - old
    changed = bytearray(data[:at] + box + data[at + old :])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):  # every box around it has grown
        place = data.index(name) - 4
        changed[place : place + 4] = (int.from_bytes(changed[place : place + 4], "big") + grown).to_bytes(4, "big")
    return bytes(changed)


def test_lists_in_disguise_are_refused_and_nobody_is_asked(tmp_path: Path, listener) -> None:
    port, heard = listener
    for name, data in playlists(port).items():
        path = tmp_path / "film.mp4"
        path.write_bytes(data)
        for load in (load_video, load_sound):
            with pytest.raises(Refusal, match=r"cannot be read|no moving pictures|no sound|No picture"):
                load(path)
        assert heard == [], name
    with socket.create_connection(("127.0.0.1", port)) as own:
        end = time.monotonic() + 120
        while not heard and time.monotonic() < end:
            time.sleep(0.01)
        assert heard == [own.getsockname()]  # whoever had come before would stand before us


def test_a_track_that_stands_elsewhere_is_not_followed(tmp_path: Path) -> None:
    good = fuzz.write_video(tmp_path / "good.mp4", "libx264")
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(elsewhere(good.read_bytes(), good))
    with av.open(str(bad), options={"use_absolute_path": "1", "enable_drefs": "1"}) as careless:
        assert (
            next(careless.decode(video=0)).width == fuzz.SIZE_PX[0]
        )  # FFmpeg that may follow it does: this test can fail
    follow = {"use_absolute_path": "1", "enable_drefs": "1"}
    with pytest.raises(PermissionError), av.open(str(bad), options=follow, io_open=refuse) as refusing:
        next(refusing.decode(video=0))  # even an FFmpeg that would follow has no way to open it


def test_ordinary_files_open(tmp_path: Path) -> None:
    path = fuzz.write_video(tmp_path / "film.mov", "libx264", sound="aac")
    assert load_video(path).frame_count == fuzz.FRAMES
    assert load_sound(path).rate_hz == fuzz.SOUND_RATE_HZ
