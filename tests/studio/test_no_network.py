"""No network request is ever made for an upload: a process that is killed at the first internet socket takes files in and examines them.

The filter sits in the kernel (seccomp), so it holds for FFmpeg, OpenCV and the credential library as well as for Python.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux")

WATCH = """
import ctypes, os, platform, struct

def forbid_internet_sockets():
    # A classic BPF program: socket(AF_INET | AF_INET6, ...) kills the whole process, everything else is allowed.
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06
    program = [(load, 0, 0, 0), (equal, 0, 3, number), (load, 0, 0, 16), (equal, 2, 0, 2), (equal, 1, 0, 10),
               (give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x80000000)]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", code, true, false, value) for code, true, false, value in program))
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # no new privileges
    assert libc.prctl(22, 2, ctypes.byref(Program(len(program), ctypes.addressof(packed))), 0, 0) == 0, ctypes.get_errno()
"""
WORK = (
    WATCH
    + """
import sys
from pathlib import Path
home, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
from pipelines.core.settings import Refusal
from studio.storage.artifacts import Call
from studio.studio import open_studio
from studio.engine.uploads import receive
forbid_internet_sockets()  # before anything is started: the intake's children inherit it
studio = open_studio(home, spares=0)
for file in files:
    copy = studio.store.new_file(file.suffix)
    copy.write_bytes(file.read_bytes())
    try:
        one = receive(studio.store, studio.intake, studio.certificate, "me", copy, file.name)
        studio.jobs.run_now("me", Call("detect.provenance", {"media": one.id}, {}))
        print("taken", file.name, flush=True)
    except Refusal as problem:
        print("refused", file.name, problem, flush=True)
studio.close()"""
)


def run(script: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@linux_only
def test_the_watch_kills_at_an_internet_socket_and_only_there() -> None:
    allowed = run(
        WATCH + "import socket\nforbid_internet_sockets()\nsocket.socket(socket.AF_UNIX).close()\nprint('alive')"
    )
    assert allowed.stdout.strip() == "alive", allowed.stderr
    caught = run(WATCH + "import socket\nforbid_internet_sockets()\nsocket.socket(socket.AF_INET6, socket.SOCK_DGRAM)")
    assert caught.returncode == -signal.SIGSYS
    native = run(WATCH + "import av\nforbid_internet_sockets()\nav.open('http://127.0.0.1:9/a.mp4')")
    assert native.returncode == -signal.SIGSYS  # FFmpeg's own sockets are seen too


@linux_only
def test_no_upload_makes_a_request(tmp_path: Path) -> None:
    files = hostile_addresses(tmp_path)
    done = run(WORK, tmp_path / "home", *files)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr[-2000:])
    said = done.stdout.split("\n")
    assert sum(line.startswith("taken") for line in said) >= 5, done.stdout
    assert sum(line.startswith(("taken", "refused")) for line in said) == len(files)


def hostile_addresses(folder: Path) -> list[Path]:
    """Files that name addresses: a remote credential, a signed picture, playlists in disguise, an SVG, web addresses in metadata."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from studio.provenance.certificate import certificate
    from studio.provenance.signing import Statement, sign
    from studio.provenance.xmp import with_source_type
    from tests.fixtures import picture
    from tests.studio import fuzz

    address = "http://127.0.0.1:9/manifest.c2pa"
    picture().save(folder / "plain.png")
    packet = with_source_type((folder / "plain.png").read_bytes(), "image/png", "digitalCapture")
    new = f'<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{address}" '.encode()
    size = int.from_bytes(packet[33:37], "big")
    body = packet[37 : 41 + size].replace(b"<rdf:Description ", new)
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    (folder / "remote.png").write_bytes(packet[:33] + chunk + packet[45 + size :])
    files = [folder / "plain.png", folder / "remote.png"]
    sign(
        folder / "plain.png",
        folder / "signed.png",
        Statement("a", "image/png", True, {}),
        certificate(folder / "stranger"),
    )
    info = PngInfo()
    info.add_text("parameters", f"a fox <img src={address}>\nSteps: 20, Sampler: Euler a, Seed: 1, Model: {address}")
    picture().save(folder / "said.png", pnginfo=info)
    Image.open(folder / "plain.png").save(folder / "xmp.webp", xmp=f"<x:xmpmeta xmlns:x='{address}'/>".encode())
    files += [folder / name for name in ("signed.png", "said.png", "xmp.webp")]
    files += [fuzz.write_video(folder / "film.mp4", "libx264", sound="aac"), fuzz.write_wav(folder / "tone.wav")]
    for name, data in fuzz.playlists(9).items():
        files.append(folder / f"{name.replace(' ', '')}.mp4")
        files[-1].write_bytes(data)
    (folder / "drawing.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>')
    return [*files, folder / "drawing.svg"]
