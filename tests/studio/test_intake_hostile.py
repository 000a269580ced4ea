"""Bombs, malformed files, lists in disguise and children that misbehave: one sentence each, nothing opened, nothing left."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from studio.intake import examiner as parent
from studio.intake.examiner import Intake, Limits, Refused
from studio.intake.formats import recognise
from tests.day import a_fifth_or_all
from tests.studio import fuzz
from tests.studio.fuzz import check_sentence, sentence_of

pytestmark = pytest.mark.slow

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="resource limits and /proc are Linux")


@pytest.fixture(scope="module")
def intake():
    with Intake(spares=2, at_once=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    return fuzz.valid_files(tmp_path_factory.mktemp("valid"))


# hostile files

UNREADY = ("ImportError", "ModuleNotFound", "Too many open files", "not permitted")

BOMBS = {
    "png": lambda: fuzz.png_bomb(30_000),
    "gif": fuzz.gif_bomb,
    "gif frame": fuzz.gif_frame_bomb,
    "webp": fuzz.webp_bomb,
    "tiff": lambda: fuzz.tiff_bomb(65_535, 65_535),
    "tiff side": lambda: fuzz.tiff_bomb(12_001, 1000),
    "tiff pixels": lambda: fuzz.tiff_bomb(11_000, 11_000),
    "png pixels": lambda: fuzz.png_bomb(11_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_for_what_its_head_claims(name, intake, tmp_path):
    """One that was unpacked would be refused as slow, or for its memory."""
    path = tmp_path / "bomb"
    path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < 200_000
    assert "make it smaller" in sentence_of(intake, path)


@a_fifth_or_all
def test_three_hundred_malformed_files_each_get_facts_or_one_sentence(choose, valid, intake, tmp_path, caplog):
    caplog.set_level("INFO", logger="studio.intake.examiner")
    cases = []
    data = {name: path.read_bytes() for name, path in valid.items()}
    for name in valid:
        others = [data[other] for other in valid if other != name]
        for what, spoiled in fuzz.malformed(name, data[name], others):
            path = tmp_path / f"case{len(cases)}{random.Random(len(cases)).choice(list(fuzz.EXTENSIONS.values()))}"
            path.write_bytes(spoiled)
            cases.append((name, what, path))
    assert len(cases) >= 300

    def judge(case: tuple[str, str, Path]) -> str:
        try:
            intake.examine(case[2])
            verdict = "found"
        except Refused as refused:
            check_sentence(str(refused), case[2])
            verdict = refused.reason
        return verdict

    verdicts = [judge(case) for case in choose(cases)]
    counts = {verdict: verdicts.count(verdict) for verdict in set(verdicts)}
    assert not any(sign in caplog.text for sign in UNREADY)
    share = len(verdicts) / len(cases)
    assert counts.get("damaged", 0) > 60 * share and counts.get("found", 0) > 30 * share, counts
    assert not counts.keys() & {"busy", "slow", "gone"}, counts


def test_a_new_interpreter_has_all_that_a_format_needs(valid, tmp_path, caplog, real_children):
    """It can import nothing once it is confined (`studio.intake.child.warm_up`)."""
    caplog.set_level("INFO", logger="studio.intake.examiner")
    with Intake(spares=0) as fresh:
        for name, whole in valid.items():
            path = tmp_path / f"half{whole.suffix}"
            path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
            with suppress(Refused):
                fresh.examine(path)
            assert not any(sign in caplog.text for sign in UNREADY), name


def playlists(port: int) -> dict[str, bytes]:
    url = f"http://127.0.0.1:{port}/secret.ts"
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".encode()
    concat = f"ffconcat version 1.0\nfile '{url}'\nfile /etc/passwd\n".encode()
    heads = {
        "ftyp": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
        "moov": b"\0\0\0\x08moov",
        "id3": b"ID3\4\0\0\0\0\0\0",
        "wave": b"RIFF\xff\0\0\0WAVE",
        "ebml": b"\x1a\x45\xdf\xa3\x84\x42\x82\x81w",
        "ogg": b"OggS\0\2",
        "flac": b"fLaC",
    }
    made = {"hls": hls, "concat": concat, "sdp": f"v=0\nm=video {port} RTP/AVP 96\nc=IN IP4 127.0.0.1\n".encode()}
    for name, head in heads.items():
        made |= {f"{name} + hls": head + b"\n" + hls, f"{name} + concat": head + b"\n" + concat}
    return made


def test_a_list_in_disguise_opens_nothing(intake, tmp_path, listener):
    port, heard = listener
    for name, data in playlists(port).items():
        path = tmp_path / "film.m3u8"
        path.write_bytes(data)
        text = sentence_of(intake, path)
        assert "root:" not in text, name
    time.sleep(0.3)  # for the listener's thread to note a visit
    assert heard == []


def test_the_listener_would_have_heard_a_careless_reader(tmp_path, listener):
    """The test above can fail: FFmpeg that is allowed to follow such a list comes to the listener."""
    import av

    port, heard = listener
    path = tmp_path / "film.m3u8"
    path.write_bytes(playlists(port)["hls"])
    careless = {"protocol_whitelist": "file,http,tcp", "allowed_extensions": "ALL", "extension_picky": "0"}
    with (
        pytest.raises((av.error.FFmpegError, OSError, ValueError)),
        av.open(str(path), format="hls", timeout=3, options=careless) as container,
    ):
        next(container.decode(video=0))
    deadline = time.monotonic() + 120
    while not heard and time.monotonic() < deadline:
        time.sleep(0.05)
    assert heard


@linux_only
def test_the_confined_child_can_open_write_and_connect_to_nothing(tmp_path):
    script = """if True:
        import os, socket, sys
        from studio.intake import child
        from studio.intake.confine import confine
        kept = open(sys.argv[1], "wb", buffering=0)
        child.warm_up()
        confine(1 << 30, 20)
        tries = {"open": lambda: open("/etc/hostname"), "connect": lambda: socket.socket(),
                 "write": lambda: kept.write(b"x"), "memory": lambda: bytearray(1 << 30), "list": lambda: os.listdir("/")}
        for name, attempt in tries.items():
            try:
                attempt()
            except (OSError, MemoryError) as problem:
                print(name, "MemoryError" if isinstance(problem, MemoryError) else "OSError")
    """
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "kept")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(parent.__file__).parents[2],
    )
    assert done.stdout.split() == [
        "open",
        "OSError",
        "connect",
        "OSError",
        "write",
        "OSError",
        "memory",
        "MemoryError",
        "list",
        "OSError",
    ]


@linux_only
def test_a_child_inherits_no_secrets(monkeypatch, real_children):
    monkeypatch.setenv("STUDIO_TOKEN", "hush")
    with Intake() as forking:
        for child in (parent._start(), forking._take()):
            try:
                assert b"hush" not in Path(f"/proc/{child.pid}/environ").read_bytes()
            finally:
                parent._end(child)


# children that misbehave


def stand_in(monkeypatch, script: str) -> None:
    """Children that run `script` after their request came."""
    start = f"import os, sys, time; sys.stdin.readline(); print('{{\"allow\": 1e9}}', flush=True); {script}"
    monkeypatch.setattr(
        parent,
        "_start",
        lambda: subprocess.Popen(
            [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ),
    )


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("time.sleep(60)", "took too long"),
        ("os.abort()", "cannot be opened safely"),
        ("sys.exit(3)", "cannot be opened safely"),
        ("print('Traceback (most recent call last)')", "cannot be opened safely"),
        ("print('[1]')", "cannot be opened safely"),
        ("print('x' * 9_000_000)", "cannot be opened safely"),
        ("print('{\"allow\": 1}\\n' * 9)", "cannot be opened safely"),
        ("print('{\"width\": 3}')", "cannot be opened safely"),
        ('print(\'{"refused": "<b>/root</b>"}\')', "damaged"),
        ('print(\'{"refused": "codec", "values": {"codec": "/etc. <b>\\\\n", "instead": [1]}}\')', "damaged"),
    ],
)
def test_whatever_a_child_does_the_visitor_reads_one_sentence(script, said, valid, monkeypatch):
    stand_in(monkeypatch, script)
    started = time.monotonic()
    with Intake(spares=0) as careful:
        assert said in sentence_of(careful, valid["mp4"], limits=Limits(seconds=0.5, longest_seconds=1.0))
    assert time.monotonic() - started < 50.0  # before the first script would have ended by itself


def test_a_spare_that_died_is_replaced(valid, real_children, monkeypatch):
    """Where children are not forked."""
    monkeypatch.setattr(parent, "FORKS", False)
    with Intake(spares=1) as fresh:
        fresh._spares[0].kill()
        fresh._spares[0].wait()
        assert fresh.examine(valid["png"]).width == 96


@linux_only
def test_the_process_that_forks_children_is_replaced_when_it_died(valid, real_children):
    with Intake() as fresh:
        assert not fresh._spares and fresh.examine(valid["png"]).width == 96
        first = fresh._nursery.process
        first.kill()
        first.wait()
        assert fresh.examine(valid["jpeg"]).media_type == "image/jpeg"
        assert fresh._nursery.process.pid != first.pid


def test_children_end_with_the_intake_and_with_the_studio(valid, real_children, monkeypatch):
    if parent.FORKS:
        with Intake() as forking:
            forking.examine(valid["png"])
            waiting = forking._nursery.child()
        assert forking._nursery.process.poll() is not None and waiting.wait(timeout=20) == -signal.SIGKILL
        with pytest.raises(Refused):
            forking._forked()
    monkeypatch.setattr(parent, "FORKS", False)
    with Intake(spares=2) as fresh:
        fresh.examine(valid["png"])
        spares = list(fresh._spares)
        assert len(spares) == 2
    assert all(spare.poll() is not None for spare in spares)
    with pytest.raises(RuntimeError):
        fresh.examine(valid["png"])
    orphan = parent._start()
    orphan.stdin.close()  # what the system does when the studio dies
    assert orphan.wait(timeout=20) == 0
    parent._end(orphan)


def test_too_many_at_once_wait_and_then_hear_so(valid, monkeypatch):
    stand_in(monkeypatch, "time.sleep(2)")
    with Intake(spares=0, at_once=1, wait_seconds=0.2) as busy, ThreadPoolExecutor(1) as pool:
        first = pool.submit(sentence_of, busy, valid["png"])
        time.sleep(0.5)
        assert "many files" in sentence_of(busy, valid["png"])
        first.result()


def test_one_call_without_an_intake(valid, real_children):
    assert parent.examine(valid["jpeg"]).media_type == "image/jpeg"


def test_recognition_never_fails_on_noise():
    chance = random.Random(1)
    for length in range(300):
        assert recognise(chance.randbytes(length))
