"""Hostile files: whatever a visitor uploads, a confined child reads it, and the answer is facts or one sentence."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.watermark import picture as mark
from studio.engine.uploads import receive
from studio.intake import answers, examiner
from studio.intake.drawings import read_drawing
from studio.intake.examiner import Intake, Limits, Refused, Trust
from studio.intake.pictures import Unfit
from studio.intake.reasons import plain_values, refusal
from studio.studio import open_studio
from tests import stubs
from tests.day import a_fifth_or_all, seed
from tests.security.values import CASES, bytes_of
from tests.studio import fuzz
from tests.studio.bombs import bombs
from tests.studio.fuzz import check_sentence, sentence_of

pytestmark = pytest.mark.slow

ME = "a" * 32
ROOT = Path(__file__).resolve().parents[2]
# a child is stopped after 9 s of its own; a busy machine starts it late
SLOWEST_SECONDS, MOST_GROWTH_BYTES, MUTANTS = 60.0, 200_000_000, 15
UNREADY = ("ImportError", "ModuleNotFound", "Too many open files", "not permitted")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="resource limits, seccomp and /proc are Linux")


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """One studio for all files."""
    stubs.install()
    opened = open_studio(tmp_path_factory.mktemp("studio") / "home", spares=0)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    return fuzz.valid_files(tmp_path_factory.mktemp("valid"))


def bring(studio, name, data):
    path = studio.store.new_file(".upload")
    path.write_bytes(data)
    return receive(studio.store, studio.intake, studio.certificate, ME, path, name)


def outcome(studio, name, data) -> str:
    """ "taken", or the one sentence that the visitor reads."""
    begun, before = time.monotonic(), psutil.Process().memory_info().rss
    try:
        one = bring(studio, name, data)
        answer = "taken"
        assert len(json.dumps(one.facts)) <= answers.MOST_FACTS and len(one.title) <= 80
        studio.store.delete(ME, one.id)
    except Refusal as problem:
        answer = str(problem)
        assert answer.endswith(".") and "\n" not in answer and len(answer) < 220, answer
        assert not any(word in answer for word in ("Traceback", "Error", "{", str(studio.store.home))), answer
    assert time.monotonic() - begun < SLOWEST_SECONDS, name
    assert psutil.Process().memory_info().rss - before < MOST_GROWTH_BYTES, name
    assert not list((studio.store.home / "work" / "new").iterdir()), name
    return answer


@a_fifth_or_all
def test_a_bomb_gets_facts_or_one_sentence(choose, warm):
    for name, data in choose(bombs().items()):
        answer = outcome(warm, name, data)
        if name.endswith((".ora", ".json", ".mid")) and name != "archives in archives.ora":
            assert answer != "taken", name
        if (
            name in CASES["bombs that claim a size"]
        ):  # one that was unpacked would be refused as slow, or for its memory
            assert "make it smaller" in answer, (name, answer)
        assert "crashed" not in answer, name


@a_fifth_or_all
@pytest.mark.parametrize("format", fuzz.ACCEPTED)
def test_mutants_get_facts_or_one_sentence(format, choose, warm, caplog):
    caplog.set_level("INFO", logger="studio.intake.examiner")
    mutants = choose(fuzz.mutants(format, seed(), MUTANTS))
    answers = [outcome(warm, f"file {n}{fuzz.ACCEPTED[format]}", data) for n, data in enumerate(mutants)]
    assert answers and (answers.count("taken") < MUTANTS or format == "txt")
    assert not any(sign in caplog.text for sign in UNREADY)


# drawings
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
BOX = '<rect width="9" height="9" fill="#c43"/>'
ENTITY = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def svg(body: str, before: str = "") -> bytes:
    return f"{before}{HEAD}{body}</svg>".encode()


DRAWINGS = {
    **{name: (bytes_of(drawing), says) for name, (drawing, says) in CASES["drawings"].items()},
    "entity in UTF-16": (svg("<title>&x;</title>", ENTITY).decode().encode("utf-16"), "damaged"),
    "no letters": (b"\x89PNG\r\n", "damaged"),
}


def test_a_hostile_drawing_gets_one_sentence() -> None:
    for name, (data, says) in DRAWINGS.items():
        with pytest.raises(Unfit) as problem:
            read_drawing(io.BytesIO(data), SimpleNamespace(thumbnail_px=64))
        sentence = str(refusal(problem.value.reason, "SVG drawing", **plain_values(problem.value.values)))
        check_sentence(sentence, Path("/home/of/it.upload"))
        assert says in sentence, name


def test_through_the_door_only_pixels_are_kept(warm) -> None:
    one = bring(warm, "lamp.svg", svg(f'{BOX}<path d="m1 1a3 3 0 013 3q1 1 2 0t2 0s1 1 1 2z" stroke="teal"/>'))
    picture = Image.open(one.path)
    assert (one.kind, one.media_type, picture.mode, max(picture.size)) == ("image", "image/png", "RGBA", 1024)
    assert b"svg" not in one.path.read_bytes() and not one.facts.get("files")
    warm.store.delete(ME, one.id)
    for name in ("billion laughs", "script"):
        with pytest.raises(Refusal, match=DRAWINGS[name][1]):
            bring(warm, "lamp.svg", DRAWINGS[name][0])


def test_what_programs_write_for_themselves_is_left_out_and_transforms_hold() -> None:
    body = (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata><style>.a,.b{fill:#00f}</style>'
        '<g transform="translate(5 5) rotate(90) scale(2 1)" inkscape:label="x" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape">'
        '<rect class="a" x="0" y="0" width="10" height="4"/></g>'
    )
    facts, png = read_drawing(io.BytesIO(svg(body)), SimpleNamespace(thumbnail_px=64))
    assert facts["height"] == 1024 and 190 < facts["width"] < 225  # 20 by 4, upright
    red, green, blue, _ = np.asarray(Image.open(io.BytesIO(png)))[512, facts["width"] // 2]
    assert blue > 150 > max(red, green)


# the child, and what the server leaves to it


def test_the_server_parses_nothing_of_an_upload(studio, monkeypatch):
    """Everything that could read a visitor's bytes here is made to fail; files of all sorts still come in."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the server's process read a visitor's file")

    import zipfile

    import c2pa
    import safetensors

    from pipelines import media
    from pipelines.detect.parts import inscriptions

    files = fuzz.accepted_files()
    for owner, name in (
        (zipfile, "ZipFile"),
        (c2pa.Reader, "try_create"),
        (safetensors, "safe_open"),
        (Image, "open"),
        (mark, "read_mark"),
        (media, "load_image"),
        (media, "load_words"),
        (media, "load_network"),
        (inscriptions, "said_in"),
    ):
        monkeypatch.setattr(owner, name, never)
    for format, ending in fuzz.ACCEPTED.items():
        assert bring(studio, f"a{ending}", files[format]).facts["uploaded"]


STEPS = "a fox, best quality\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"


def generated_files(folder: Path) -> list[tuple[Path, str]]:
    """Files that say which generator made them, each where another program writes it; with their kinds."""
    import av
    from PIL import PngImagePlugin

    exif, unicode, info = Image.Exif(), Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x0131] = "Midjourney"
    unicode.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + STEPS.encode("utf-16-be")
    info.add_text("parameters", STEPS)
    xmp = b'<x Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>'
    small, large = fuzz.picture(), fuzz.picture((2600, 1700))
    for name, shown, options in (
        ("a.png", small, {"pnginfo": info}),
        ("large.png", large, {"pnginfo": info}),
        ("a.jpg", small, {"exif": unicode}),
        ("a.webp", small, {"exif": exif, "xmp": xmp}),
        ("a.tif", small, {"software": "Midjourney"}),
        ("a.avif", small, {"exif": exif}),
    ):
        shown.save(folder / name, **options)
    with av.open(str(folder / "a.mp4"), "w", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata["comment"] = "Made with Suno"
        stream = out.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(12):
            out.mux(stream.encode(av.VideoFrame.from_image(small)))
        out.mux(stream.encode())
    return [(path, "video" if path.suffix == ".mp4" else "image") for path in sorted(folder.iterdir())]


def test_the_confined_child_sees_what_this_process_would(studio, tmp_path, real_children):
    """A module that is missing in there would be silence, not an error."""
    from pipelines.detect.parts.inscriptions import said_in

    folder = tmp_path / "files"
    folder.mkdir()
    for path, kind in generated_files(folder):
        told = said_in(path, kind)
        assert told, path.name
        expected = told[0].generator
        assert bring(studio, path.name, path.read_bytes()).facts["traces"]["says"] == expected, path.name


def test_a_mark_is_read_in_the_child(studio, real_children):
    pixels, file = np.asarray(fuzz.picture((512, 384))), io.BytesIO()
    Image.fromarray(mark.embed(pixels, 0x1234ABCD)).save(file, "PNG")
    assert bring(studio, "a.png", file.getvalue()).facts["traces"]["mark"] == "1234abcd"


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


@linux_only
def test_the_confined_child_can_do_nothing_but_read_and_answer(tmp_path):
    script = """if True:
        import os, signal, socket, subprocess, sys, threading
        from studio.intake import child
        from studio.intake.confine import confine
        kept = open(sys.argv[1], "wb", buffering=0)
        child.warm_up()
        os.set_inheritable(1, True)
        confine(1 << 30, 20)
        tries = {"open": lambda: open("/etc/hostname"), "connect": lambda: socket.socket(), "list": lambda: os.listdir("/"),
                 "write": lambda: kept.write(b"x"), "memory": lambda: bytearray(1 << 30), "fork": os.fork,
                 "kill": lambda: os.kill(os.getppid(), 0), "exec": lambda: os.execv("/bin/true", ["true"]),
                 "unlink": lambda: os.unlink("/tmp/none"), "chmod": lambda: os.chmod("/tmp", 0o777)}
        for name, attempt in tries.items():
            try:
                attempt()
                print(name, "done")
            except (OSError, MemoryError) as problem:
                print(name, "refused")
        threading.Thread(target=print, args=("thread", "done")).start()
    """
    command = [sys.executable, "-c", script, str(tmp_path / "kept")]
    words = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120).stdout.split()
    answers = dict(zip(words[::2], words[1::2], strict=True))
    assert {answers.pop(name) for name in ("open", "connect", "list", "write", "memory")} == {"refused"}
    if answers.get("kill") == "done":
        pytest.skip("this system has no seccomp filter")
    assert answers == dict.fromkeys(("fork", "kill", "exec", "unlink", "chmod"), "refused") | {"thread": "done"}


@linux_only
def test_a_child_inherits_no_secrets(monkeypatch, real_children):
    monkeypatch.setenv("STUDIO_TOKEN", "hush")
    with Intake() as forking:
        for child in (examiner._start(), forking._take()):
            try:
                assert b"hush" not in Path(f"/proc/{child.pid}/environ").read_bytes()
            finally:
                examiner._end(child)


# a child that misbehaves or was taken over


def stand_in(monkeypatch, script: str) -> None:
    """Children that run `script` after their request came."""
    command = [sys.executable, "-c", f"import os, sys, time; sys.stdin.readline()\n{script}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    monkeypatch.setattr(examiner, "_start", lambda: subprocess.Popen(command, **pipes))


def taken_over(monkeypatch, folder: Path, *lines: object) -> None:
    """Children that answer with these lines, whatever they are asked."""
    (folder / "lines").write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    stand_in(monkeypatch, f"print(open({str(folder / 'lines')!r}).read(), flush=True)")


def manifest(**more):
    return CASES["credential of a child"] | more


def nested_manifest(depth):
    one = manifest()
    for _ in range(depth):
        one = manifest(ingredients=[one])
    return one


FACTS = CASES["facts of a child"]


@pytest.mark.parametrize(
    ("credential", "facts"),
    [
        *((manifest(**credential), FACTS | facts) for credential, facts in CASES["nonsense of a child"]),
        (nested_manifest(200), FACTS),
        (manifest(ingredients=[manifest()] * 2000), FACTS),
        (manifest(state="this studio", record={"a": "x" * 300_000}), FACTS),
        (manifest(), "[" * 100_000),
        (manifest(), "9" * 10_000),
    ],
)
def test_nonsense_from_a_child_is_refused(credential, facts, valid, monkeypatch, tmp_path):
    taken_over(monkeypatch, tmp_path, {"allow": 0}, {"credential": credential}, facts)
    with Intake(spares=0) as careful, pytest.raises(Refused, match="too damaged to be opened"):
        careful.examine(valid["png"], trust=Trust(""))


def test_what_a_child_says_is_cut_and_cleaned(valid, monkeypatch, tmp_path):
    words = "a\u202eb\x00c\nd " * 1000
    credential = manifest(
        state="known signer",
        signer=words,
        title=words,
        problems=[words] * 90,
        actions=[{"name": words, "when": 5}] * 90,
        record={"a": 1},
    )
    taken_over(monkeypatch, tmp_path, {"allow": 0}, {"credential": credential}, FACTS | {"traces": {"says": words}})
    with Intake(spares=0) as careful:
        found = careful.examine(valid["png"], trust=Trust(""))
    kept = found.credential
    assert kept["record"] is None  # only what this studio signed has one
    assert len(kept["signer"]) <= 200 and len(kept["problems"]) <= 12 and len(kept["actions"]) <= 24
    assert all(one.isprintable() for one in (kept["signer"], kept["title"], *kept["problems"], found.traces["says"]))


def test_what_a_decoder_says_later_does_not_change_the_credential(valid, monkeypatch, tmp_path):
    forged = manifest(state="this studio", record={"pipeline": "x"})
    taken_over(monkeypatch, tmp_path, {"allow": 0}, {"credential": manifest()}, FACTS | {"credential": forged})
    with Intake(spares=0) as careful:
        assert careful.examine(valid["png"], trust=Trust("")).credential["state"] == "none"


def test_a_child_may_not_fill_the_disk(monkeypatch, tmp_path):
    stand_in(monkeypatch, "while True: print('{\"part\": \"' + 'A' * 400_000 + '\"}')")
    with Intake(spares=0) as careful, (tmp_path / "kept").open("wb") as kept, pytest.raises(Refused):
        careful.ask(tmp_path / "a", "layers", "file", keep=kept)
    assert (tmp_path / "kept").stat().st_size <= Limits().image_bytes


ALLOWED = "print('{\"allow\": 1e9}', flush=True); "


@pytest.mark.parametrize(("script", "said"), CASES["answers of a child"])
def test_whatever_a_child_does_the_visitor_reads_one_sentence(script, said, valid, monkeypatch):
    stand_in(monkeypatch, ALLOWED + script)
    started = time.monotonic()
    with Intake(spares=0) as careful:
        assert said in sentence_of(careful, valid["mp4"], limits=Limits(seconds=0.5, longest_seconds=1.0))
    assert time.monotonic() - started < 50.0  # before the first script would have ended by itself


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
    if examiner.FORKS:
        with Intake() as forking:
            forking.examine(valid["png"])
            waiting = forking._nursery.child()
        assert forking._nursery.process.poll() is not None and waiting.wait(timeout=20) == -signal.SIGKILL
        with pytest.raises(Refused):
            forking._fork_child()
    monkeypatch.setattr(examiner, "FORKS", False)
    with Intake(spares=2) as fresh:
        fresh.examine(valid["png"])
        spares = list(fresh._spares)
        assert len(spares) == 2
    assert all(spare.poll() is not None for spare in spares)
    with pytest.raises(RuntimeError):
        fresh.examine(valid["png"])
    orphan = examiner._start()
    orphan.stdin.close()  # what the system does when the studio dies
    assert orphan.wait(timeout=20) == 0
    examiner._end(orphan)


def test_too_many_at_once_wait_and_then_hear_so(valid, monkeypatch):
    stand_in(monkeypatch, ALLOWED + "time.sleep(2)")
    with Intake(spares=0, concurrency=1, wait_seconds=0.2) as busy, ThreadPoolExecutor(1) as pool:
        first = pool.submit(sentence_of, busy, valid["png"])
        time.sleep(0.5)
        assert "very busy" in sentence_of(busy, valid["png"])
        first.result()
