"""What a fetched model says of itself, and where the studio's table differs: read off folders, never loaded."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from pipelines.hub import facts, presets
from pipelines.hub.preset import card
from studio.commands.presets import check

README = "---\nlicense: other\nlicense_name: tiny-terms\ntags:\n  - license\n---\n# A model\nlicense: mit\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / ("a" * 40)
    (made / "unet").mkdir(parents=True)
    save_file({"w": torch.zeros(1000, 10, dtype=torch.float16), "b": torch.zeros(7)}, made / "unet" / "x.safetensors")
    (made / "README.md").write_text(README)
    return made


def test_licence_numbers_bytes_and_commit_are_read(folder):
    found = facts.read(folder)
    assert (found.licence, found.numbers, found.commit) == ("tiny-terms", 10_007, "a" * 40)
    assert found.weight_bytes == (folder / "unet" / "x.safetensors").stat().st_size
    assert found.memory_gb == pytest.approx(10_007 * 2 / 1e9)
    assert facts.read(folder / "unet" / "x.safetensors").numbers == 10_007


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("---\nlicense: apache-2.0\n---\n", "Apache-2.0"),
        ("license: mit\n", ""),
        ('---\nlicense: "mit"\n', "MIT"),
        ("", ""),
        ("---\n" * 5, ""),
    ],
)
def test_only_the_block_at_the_top_of_a_card_counts(tmp_path, text, licence):
    path = tmp_path / "README.md"
    path.write_text(text)
    assert facts.licence_in(path) == licence


@pytest.mark.parametrize(
    "wrong", [b"", b"\xff" * 8, b"\x02" + bytes(7) + b"{}", b"\x10" + bytes(7) + b'{"w":{"shape":9}}']
)
def test_a_file_that_is_no_safetensors_holds_no_numbers(tmp_path, wrong):
    path = tmp_path / "x.safetensors"
    path.write_bytes(wrong)
    assert facts.numbers_in(path) == 0


@pytest.mark.slow
def test_the_check_says_what_differs(folder, monkeypatch):
    own = replace(presets.PICTURES[0], card=card("Tiny", "some/tiny", 2.6, "MIT", "A test."), memory_gb=1e-9)
    monkeypatch.setattr(facts, "where", lambda card: folder)
    lines, wrong = check([own, replace(own, made_by="NoSuchPipeline")])
    said = "\n".join(lines)
    assert (
        wrong == 2
        and "licence is MIT; the model's own card says tiny-terms" in said
        and "2.6 GB; the weights here" in said
    )
    assert "no NoSuchPipeline" in said and "aaaaaaaaaaaa" in said and "the weights alone take" in said
    monkeypatch.setattr(facts, "where", lambda card: None)
    assert check([own])[1] == 0
