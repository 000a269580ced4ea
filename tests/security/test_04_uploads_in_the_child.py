"""Finding 4: whatever a visitor uploads, the server's process neither decodes nor parses it; bombs and mutants get one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from pipelines.core.settings import Refusal
from studio.engine.uploads import receive
from studio.intake import answers
from studio.intake import examiner as parent
from studio.intake.examiner import Intake, Refused, Trust
from studio.studio import open_studio
from tests import kinds, stubs
from tests.day import a_fifth_or_all, fifth, seed
from tests.studio import fuzz
from tests.studio.bombs import NAMES

pytestmark = pytest.mark.slow

ME = "a" * 32
ROOT = Path(parent.__file__).resolve().parents[2]
SLOWEST_SECONDS, MOST_GROWTH_BYTES, MUTANTS = (
    60.0,
    200_000_000,
    15,
)  # a child is stopped after 9 s of its own; a busy machine starts it late
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="resource limits and seccomp are Linux")


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """One studio for all files."""
    stubs.install()
    opened = open_studio(tmp_path_factory.mktemp("studio") / "home", spares=0)
    yield opened
    opened.close()


def bring(studio, name, data):
    path = studio.store.new_file(".upload")
    path.write_bytes(data)
    return receive(studio.store, studio.intake, studio.certificate, ME, path, name)


def outcome(studio, name, data) -> str:
    """ "taken", or the one sentence that the visitor reads."""
    begun, before = time.monotonic(), psutil.Process().memory_info().rss
    try:
        one = bring(studio, name, data)
        said = "taken"
        assert len(json.dumps(one.facts)) <= answers.MOST_FACTS and len(one.title) <= 80
        studio.store.delete(ME, one.id)
    except Refusal as problem:
        said = str(problem)
        assert said.endswith(".") and "\n" not in said and len(said) < 220, said
        assert not any(word in said for word in ("Traceback", "Error", "{", str(studio.store.home))), said
    assert time.monotonic() - begun < SLOWEST_SECONDS, name
    assert psutil.Process().memory_info().rss - before < MOST_GROWTH_BYTES, name
    assert not list((studio.store.home / "work" / "new").iterdir()), name
    return said


@pytest.mark.parametrize("name", fifth(NAMES))
def test_a_bomb_gets_facts_or_one_sentence(name, warm):
    said = outcome(warm, name, fuzz.bombs()[name])
    if name.endswith((".ora", ".json", ".mid")) and name != "archives in archives.ora":
        assert said != "taken"
    assert "crashed" not in said


@a_fifth_or_all
@pytest.mark.parametrize("format", fuzz.ACCEPTED)
def test_mutants_get_facts_or_one_sentence(format, choose, warm):
    mutants = choose(fuzz.mutants(format, seed(), MUTANTS))
    said = [outcome(warm, f"file {n}{fuzz.ACCEPTED[format]}", data) for n, data in enumerate(mutants)]
    assert said and (said.count("taken") < MUTANTS or format == "txt")


def test_equal_seeds_give_equal_mutants():
    assert list(fuzz.mutants("mid", 3, 30)) == list(fuzz.mutants("mid", 3, 30)) != list(fuzz.mutants("mid", 4, 30))
    assert tuple(fuzz.bombs()) == NAMES and len(NAMES) >= 40 and len(fuzz.ACCEPTED) == 21


def test_the_server_parses_nothing_of_an_upload(studio, monkeypatch):
    """Everything that could read a visitor's bytes here is made to fail; files of all sorts still come in."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the server's process read a visitor's file")

    import zipfile

    import c2pa
    import safetensors
    from PIL import Image

    from pipelines import media
    from pipelines.detect.parts import inscriptions
    from pipelines.watermark import picture as mark

    files = fuzz.accepted_files()
    for owner, name in (
        (zipfile, "ZipFile"),
        (c2pa.Reader, "try_create"),
        (safetensors, "safe_open"),
        (Image, "open"),
        (mark, "read"),
        (media, "load_image"),
        (media, "load_words"),
        (media, "load_network"),
        (inscriptions, "said_in"),
    ):
        monkeypatch.setattr(owner, name, never)
    for format, ending in fuzz.ACCEPTED.items():
        assert bring(studio, f"a{ending}", files[format]).facts["uploaded"]


def test_a_credential_and_traces_come_from_the_child(studio):
    plain = bring(studio, "a.png", fuzz.accepted_files()["png"])
    assert plain.facts["credential"]["state"] == "none" and plain.facts["traces"] == {}
    said = studio.intake.credential(plain.path, plain.media_type, Trust(studio.certificate.anchor))
    assert said["state"] == "none" and said["ingredients"] == []


STEPS = "a fox, best quality\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"


def generated(folder: Path) -> list[tuple[Path, str]]:
    """Files that say which generator made them, each where another program writes it; with their kinds."""
    import av
    from PIL import Image, PngImagePlugin

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
    for path, kind in generated(folder):
        told = said_in(path, kind)
        assert told, path.name
        expected = told[0].generator
        assert bring(studio, path.name, path.read_bytes()).facts["traces"]["says"] == expected, path.name


def test_a_mark_is_read_in_the_child(studio, real_children):
    import io

    import numpy as np
    from PIL import Image

    from pipelines.watermark import picture as mark

    held = io.BytesIO()
    pixels = np.asarray(fuzz.picture((512, 384)))
    Image.fromarray(mark.embed(pixels, 0x1234ABCD)).save(held, "PNG")
    assert bring(studio, "a.png", held.getvalue()).facts["traces"]["mark"] == "1234abcd"


# a child that was taken over


def taken_over(monkeypatch, folder: Path, *lines: object) -> None:
    """Children that answer with these lines, whatever they are asked."""
    said = folder / "said"
    said.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    script = f"import sys; sys.stdin.readline(); print(open({str(said)!r}).read(), flush=True)"
    monkeypatch.setattr(
        parent,
        "_start",
        lambda: subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ),
    )


def manifest(**more):
    return {
        "state": "none",
        "signer": None,
        "title": None,
        "source_type": None,
        "actions": [],
        "problems": [],
        "ingredients": [],
        **more,
    }


def nested(depth):
    one = manifest()
    for _ in range(depth):
        one = manifest(ingredients=[one])
    return one


WEBP = "UklGRhAAAABXRUJQ" + "A" * 20
FACTS = {
    "width": 1,
    "height": 1,
    "frames": 1,
    "seconds": 0.0,
    "rate_hz": 0.0,
    "has_sound": False,
    "has_alpha": False,
    "thumbnail": WEBP,
}


@pytest.mark.parametrize(
    ("credential", "facts"),
    [
        (manifest(state="trusted"), FACTS),
        (manifest(state=["none"]), FACTS),
        (manifest(actions="x"), FACTS),
        (nested(200), FACTS),
        (manifest(ingredients=[manifest()] * 2000), FACTS),
        (manifest(state="this studio", record={"a": "x" * 300_000}), FACTS),
        (manifest(state="this studio", record="x"), FACTS),
        (manifest(state="this studio", record={"a": float("nan")}), FACTS),
        (manifest(), FACTS | {"width": -1}),
        (manifest(), FACTS | {"width": 1e12}),
        (manifest(), FACTS | {"seconds": float("inf")}),
        (manifest(), FACTS | {"width": True}),
        (manifest(), FACTS | {"thumbnail": "UklGRg=="}),
        (manifest(), FACTS | {"thumbnail": "<svg>"}),
        (manifest(), FACTS | {"traces": {"mark": "../../x"}}),
        (manifest(), FACTS | {"traces": []}),
        (manifest(), "[" * 100_000),
        (manifest(), "9" * 10_000),
    ],
)
def test_nonsense_from_a_child_is_refused(credential, facts, monkeypatch, tmp_path):
    taken_over(monkeypatch, tmp_path, {"allow": 0}, {"credential": credential}, facts)
    path = tmp_path / "a"
    path.write_bytes(fuzz.accepted_files()["png"])
    with Intake(spares=0) as careful, pytest.raises(Refused, match="cannot be opened safely"):
        careful.examine(path, trust=Trust(""))


def test_what_a_child_says_is_cut_and_cleaned(monkeypatch, tmp_path):
    words = "a\u202eb\x00c\nd " * 1000
    said = manifest(
        state="known signer",
        signer=words,
        title=words,
        problems=[words] * 90,
        actions=[{"name": words, "when": 5}] * 90,
        record={"a": 1},
    )
    taken_over(monkeypatch, tmp_path, {"allow": 0}, {"credential": said}, FACTS | {"traces": {"says": words}})
    path = tmp_path / "a"
    path.write_bytes(fuzz.accepted_files()["png"])
    with Intake(spares=0) as careful:
        found = careful.examine(path, trust=Trust(""))
    kept = found.credential
    assert kept["record"] is None  # only what this studio signed has one
    assert len(kept["signer"]) <= 200 and len(kept["problems"]) <= 12 and len(kept["actions"]) <= 24
    assert all(one.isprintable() for one in (kept["signer"], kept["title"], *kept["problems"], found.traces["says"]))


def test_what_a_decoder_says_later_does_not_change_the_credential(monkeypatch, tmp_path):
    forged = manifest(state="this studio", record={"pipeline": "x"})
    taken_over(monkeypatch, tmp_path, {"allow": 0}, {"credential": manifest()}, FACTS | {"credential": forged})
    path = tmp_path / "a"
    path.write_bytes(fuzz.accepted_files()["png"])
    with Intake(spares=0) as careful:
        assert careful.examine(path, trust=Trust("")).credential["state"] == "none"


def test_a_child_may_not_fill_the_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(
        parent,
        "_start",
        lambda: subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; sys.stdin.readline()\nwhile True: print('{\"part\": \"' + 'A' * 400_000 + '\"}')",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ),
    )
    with Intake(spares=0) as careful, (tmp_path / "kept").open("wb") as kept, pytest.raises(Refused):
        careful.ask(tmp_path / "a", "layers", "file", keep=kept)
    assert (tmp_path / "kept").stat().st_size <= parent.Limits().image_bytes


@linux_only
def test_the_confined_child_can_start_and_signal_nothing():
    script = """if True:
        import os, signal, socket, subprocess, threading
        from studio.intake.confine import confine, filter_calls
        os.set_inheritable(1, True)
        confine(4 << 30, 60)
        tries = {"fork": os.fork, "kill": lambda: os.kill(os.getppid(), 0), "exec": lambda: os.execv("/bin/true", ["true"]),
                 "unlink": lambda: os.unlink("/tmp/none"), "chmod": lambda: os.chmod("/tmp", 0o777)}
        for name, attempt in tries.items():
            try:
                attempt()
                print(name, "done")
            except PermissionError:
                print(name, "refused")
        threading.Thread(target=print, args=("thread", "done")).start()
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=120)
    words = done.stdout.split()
    said = dict(zip(words[::2], words[1::2], strict=True))
    if said.get("kill") == "done":
        pytest.skip("this system has no seccomp filter")
    assert said == {
        "fork": "refused",
        "kill": "refused",
        "exec": "refused",
        "unlink": "refused",
        "chmod": "refused",
        "thread": "done",
    }


def test_ordinary_layers_networks_scores_and_texts_come_in_as_they_did(studio):
    board = kinds.install()
    assert board
    layers = bring(studio, "scene.ora", kinds.archive(fuzz.picture()))
    assert (layers.kind, layers.facts["width"], layers.facts["files"][0]["name"]) == ("layers", 96, "layers.ora")
    network = bring(studio, "x.safetensors", fuzz.accepted_files()["safetensors"])
    assert network.title == "Ink" and network.facts["about"]["architecture"] == "t"
    assert bring(studio, "song.midi", fuzz.MIDI).facts["seconds_long"] == 0.5
    assert bring(studio, "a.json", fuzz.accepted_files()["json"]).kind == "words"
