"""Fetching a hub's model from a scripted hub on loopback: it goes on where it broke off, checks hashes and room, says what is wrong in one sentence, and is undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.core import hub_fetching
from pipelines.core.fetching import fetch
from pipelines.core.models import MissingModel, ModelCard, where
from tests import scripted_hub
from tests.hub_cache import COMMIT

WEIGHTS = os.urandom(400_000)
FILES = ("*.json", "*/*.safetensors", "!*.fp16.*")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from huggingface_hub import constants, file_download

    folder = tmp_path / "owner"
    (folder / "unet").mkdir(parents=True)
    (folder / "model_index.json").write_text("{}")
    (folder / "unet" / "weights.safetensors").write_bytes(WEIGHTS)
    (folder / "unet" / "weights.fp16.safetensors").write_bytes(b"not wanted")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1 << 16)
    monkeypatch.setattr(file_download.time, "sleep", lambda seconds: None)  # before it tries again
    monkeypatch.setattr(hub_fetching, "LARGE_BYTES", 100_000)
    with scripted_hub.serve_hub() as hub:
        hub.add("owner/name", COMMIT, folder)
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        )
        yield hub


@pytest.fixture
def card() -> ModelCard:
    return ModelCard("Tiny", "hub:owner/name", "", "MIT", len(WEIGHTS), Path, files=FILES, revision=COMMIT)


def test_a_model_arrives_with_the_files_that_its_card_wants_and_is_removed_again(hub, card):
    told = []
    (folder,) = fetch([card], told.append)
    assert (folder / "unet" / "weights.safetensors").read_bytes() == WEIGHTS and where(card) == folder
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "model_index.json",
        "weights.safetensors",
    ]
    hub_fetching.remove(card)
    assert where(card) is None and not hub_fetching.cache_of(hub_fetching.parse("owner/name")).exists()
    hub_fetching.remove(card)  # twice is once


def test_what_broke_off_goes_on_from_there(hub, card):
    hub.breaks_after, hub.breaks = 100_000, 1_000
    blobs = hub_fetching.cache_of(hub_fetching.parse("owner/name")) / "blobs"
    blobs.mkdir(parents=True)
    name = scripted_hub.etag_of("weights.safetensors", WEIGHTS)
    (blobs / (name + hub_fetching.PARTLY)).write_bytes(WEIGHTS[:150_000])  # of a fetch that was stopped
    arriving = hub_fetching.Arriving(blobs, {name: len(WEIGHTS)})
    assert arriving.done == 150_000 and arriving.total == len(WEIGHTS)
    fetch([card])
    ranges = [asked for path, asked in hub.asked if path.startswith("GET") and path.endswith("weights.safetensors")]
    assert ranges[0] == "bytes=150000-" and len(ranges) > 1  # and the library itself went on after the line was cut
    assert where(card) is not None and arriving.done == arriving.total


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lies": True}, "not what was promised"),
        ({"full": True}, "too busy"),
        ({"huge": True}, "it needs"),
        ({"breaks": 10_000}, "not fetched to the end; fetch it again"),
        ({"repositories": {}}, "refuses it"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_nothing_wrong_is_kept(hub, card, wrong, said):
    for name, value in wrong.items():
        setattr(hub, name, value)
    with pytest.raises(MissingModel, match=said) as caught:
        fetch([card])
    assert str(caught.value).count(". ") == 0 and where(card) is None
    home = hub_fetching.cache_of(hub_fetching.parse("owner/name"))
    assert not (home / "blobs" / scripted_hub.etag_of("weights.safetensors", WEIGHTS)).exists()


def test_after_a_lie_the_next_fetch_brings_the_right_files(hub, card, monkeypatch):
    monkeypatch.setattr(hub_fetching, "LARGE_BYTES", 10**9)  # all files by the library
    hub.lies = True
    with pytest.raises(MissingModel, match="not what was promised"):
        fetch([card])
    hub.lies = False
    (folder,) = fetch([card])
    assert (folder / "model_index.json").read_text() == "{}"
    assert (folder / "unet" / "weights.safetensors").read_bytes() == WEIGHTS


def test_without_a_network_and_with_hostile_hashes(hub, card, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(scripted_hub, "etag_of", lambda name, data: "../../outside")
    with pytest.raises(MissingModel, match="refuses it"):
        fetch([card])
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(MissingModel, match="cannot be reached"):
        fetch([card])
