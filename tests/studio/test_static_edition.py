"""The static edition as files: size, no absolute address, every file that a file names; networks that learn in JavaScript as in PyTorch; lessons."""

from __future__ import annotations

import base64
import importlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from pipelines.core.registry import find, names
from pipelines.core.settings import Refusal
from studio.commands import static_edition
from studio.web import lessons
from studio.web.exhibits import EXHIBITS
from studio.web.shipped import STATIC
from studio.web.tabs import board

LEARN = """
import { begun, packed } from "./edition/learn.js";
import { writeFileSync } from "node:fs";
const [pipeline, settings, out] = process.argv.slice(2), learning = begun(pipeline, JSON.parse(settings));
for (let n = 0; n < learning.total; n++) learning.step(n);
writeFileSync(out, new Uint8Array(packed(learning, {})));
"""
LEARNT = [
    ("lab.score", {"shape": "islands", "steps": 200, "seed": 0}),
    ("lab.poisson", {"shape": "ring", "dimensions": "4", "steps": 200, "seed": 0}),
    ("lab.flow", {"shape": "moons", "steps": 200, "seed": 0}),
    ("lab.flow", {"shape": "moons", "learning": "likelihood", "steps": 200, "seed": 0}),
    ("lab.contrast", {"shape": "islands", "penalty": 0.5, "steps": 200, "seed": 0}),
]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static") / "edition"
    static_edition.build(folder, "git clone somewhere && make run")
    return folder


def test_its_files(edition: Path):
    files = {path.relative_to(edition).as_posix(): path for path in edition.rglob("*") if path.is_file()}
    assert 5_000_000 < sum(path.stat().st_size for path in files.values()) < static_edition.MOST_BYTES
    page = files["index.html"].read_text("utf-8")
    assert "git clone somewhere && make run" in page
    for name in re.findall(r'(?:src|href)="([^"#]+)"', page):
        assert name in files, name
    named = {json.dumps(name) for name in files if name != "sw.js" and not name.endswith(static_edition.LATER)}
    worker = files["sw.js"].read_text("utf-8")
    assert all(name in worker for name in named)
    assert not any(f'{ending}"' in worker for ending in static_edition.LATER)
    # scripts import what is there; only the module that is replaced would ask the studio; nothing is fetched from elsewhere
    for name, path in files.items():
        if not name.endswith((".js", ".css")) or "/words/" in name:
            continue
        text = path.read_text("utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/)", text), name
        assert "fetch(`studio/" not in text, name
        for other in re.findall(r'(?:from|import) "(\.[^"]+)"', text):
            assert (path.parent / other).resolve().is_file(), (name, other)
        if name not in ("sw.js", "studio/static/server.js"):
            ours = STATIC.parents[2] / "assets" if name.startswith("studio/assets/") else STATIC
            own = ours / name.removeprefix("studio/static/").removeprefix("studio/assets/")
            assert text == own.read_text("utf-8"), f"{name} is not the page's own"


def test_the_chains_of_its_films(edition: Path):
    found = re.search(r'id="edition">(.+?)</script>', (edition / "index.html").read_text("utf-8"))
    assert found
    films = json.loads(found[1])["films"]
    assert [one["name"] for one in films] == ["fox", "ghost", "lighthouse", "penguin"]
    for one in films:
        parts = one["chain"]["parts"]
        assert {entry["id"] for part in parts.values() for entry in part["inputs"]} <= set(parts)
        assert {"cut", "music", "voice"} <= set(parts)
        assert any(part["models"] for part in parts.values())
        assert (edition / "studio" / "assets" / "films" / f"{one['name']}.mp4").is_file()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Refusal, match="holds other things"):
        static_edition.build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def in_node(edition: Path, folder: Path, script: str, *words: str) -> str:
    """What a script beside the edition's own prints in the node that came with Playwright."""
    for name in ("edition", "lab"):
        (folder / name).symlink_to(edition / "studio" / "static" / name)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "script.js").write_text(script)
    command = [compute_driver_executable()[0], "--preserve-symlinks", "script.js", *words]
    done = subprocess.run(command, cwd=folder, check=True, timeout=300, capture_output=True, text=True)
    return done.stdout


DRAW = """
import { Chance } from "./edition/chance.js";
const chance = new Chance(7), layer = new Chance(7).layer(11, 64);
console.log(JSON.stringify([[...chance.wholes(300, 700)], [...chance.shares(700)], [...chance.normals(1024)], [...chance.normals(601)], [...layer.weight], [...layer.bias]]));
"""


def test_random_numbers_are_those_of_pytorch(edition: Path, tmp_path: Path):
    import torch

    wholes, shares, normals, odd, weight, bias = json.loads(in_node(edition, tmp_path, DRAW))
    chance = torch.Generator().manual_seed(7)
    assert wholes == torch.randint(300, (700,), generator=chance).tolist()
    assert shares == torch.rand(700, generator=chance).tolist()
    for drawn in (normals, odd):
        assert torch.randn(len(drawn), generator=chance).numpy() == pytest.approx(np.array(drawn), abs=2e-6)
    torch.manual_seed(7)
    layer = torch.nn.Linear(11, 64)
    assert layer.weight.detach().numpy().ravel() == pytest.approx(np.array(weight), abs=3e-8)
    assert layer.bias.detach().numpy() == pytest.approx(np.array(bias), abs=1e-7)


VECTORS = """
import { summedByVectors } from "./edition/vectors.js";
const drawn = n => Float64Array.from({ length: n }, (_, i) => Math.sin(7919 * (i + n))), [sums, wide, count] = [6, 10, 12];
const sum = drawn(sums * wide), factor = drawn(count * sums), row = drawn(count * wide), slow = sum.slice();
for (let m = 0; m < sums; m++) for (let k = 0; k < count; k += 4) for (let i = 0; i < wide; i++) {
  const [a, b, c, d] = [0, 1, 2, 3].map(n => factor[(k + n) * sums + m] * row[(k + n) * wide + i]);
  slow[m * wide + i] += a + b + c + d;
}
const could = summedByVectors(sum, sums, factor, 1, sums, row, wide, count);
console.log(JSON.stringify([could, [...sum], [...slow], summedByVectors(sum, 5, factor, 1, sums, row, wide, count)]));
"""


def test_sums_by_vectors_have_the_bits_of_those_without(edition: Path, tmp_path: Path):
    could, sums, slow, odd = json.loads(in_node(edition, tmp_path, VECTORS))
    assert could and sums == slow and not odd


@pytest.fixture
def in_64_bits(monkeypatch: pytest.MonkeyPatch):
    """PyTorch calculates in 64 bits, with normal numbers rounded as in JavaScript: Adam turns the last bit of a slope near 0 into a whole step, which says nothing."""
    import torch

    from pipelines.lab.parts import denoising, networks, plane

    for method in names():  # whoever takes the class by its name has it before it is another
        if method.startswith("lab."):
            importlib.import_module(find(method).__module__)
    importlib.import_module("pipelines.lab.parts.flows")

    class Wide(networks.PlaneNet):
        def __init__(self, *sizes: int, **named: int) -> None:
            super().__init__(*sizes, **named)
            self.double()

    def wide(draw: Any) -> Any:
        return lambda *size, **named: draw(*size, **named).double()

    rand = torch.rand

    def normal(*size: Any, generator: Any = None) -> Any:
        shape = size[0] if len(size) == 1 else size
        u = rand(int(np.prod(shape)), generator=generator).double().numpy().reshape(-1, 2, 8)
        radius = np.sqrt(-2 * np.log(1 - u[:, 0])).astype(np.float32).astype(np.float64)
        angle = (2 * np.pi * u[:, 1]).astype(np.float32).astype(np.float64)
        drawn = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).astype(np.float32)
        return torch.from_numpy(drawn.astype(np.float64).reshape(tuple(shape)))

    data_of = plane.data_of
    monkeypatch.setattr(plane, "data_of", lambda points, shape: data_of(points, shape).astype(np.float64))
    monkeypatch.setattr(networks, "PlaneNet", Wide)
    monkeypatch.setattr(denoising, "PlaneNet", Wide)
    for name in ("rand", "zeros"):
        monkeypatch.setattr(torch, name, wide(getattr(torch, name)))
    monkeypatch.setattr(torch, "randn", normal)
    return networks.PlaneNet


@pytest.mark.parametrize(("pipeline", "settings"), LEARNT, ids=lambda value: value if isinstance(value, str) else "")
def test_networks_learn_in_javascript_as_in_pytorch(
    pipeline: str, settings: dict[str, Any], edition: Path, tmp_path: Path, in_64_bits: type
):
    """The same seed gives the same network after 200 steps: no weight differs by 1e-5."""
    from pipelines.media import load_network

    out = tmp_path / "weights.safetensors"
    in_node(edition, tmp_path, LEARN, pipeline, json.dumps(settings), str(out))
    here, there = find(pipeline)(**settings), load_network(out)
    assert here.tensors.keys() == there.tensors.keys()
    assert float(there.about.get("spread", 1)) == pytest.approx(float(here.about.get("spread", 1)))
    gaps = {name: float(np.abs(here.tensors[name] - there.tensors[name]).max()) for name in here.tensors}
    print(pipeline, max(gaps.values()))
    assert max(gaps.values()) < 1e-5, gaps
    other = find(pipeline)(**{**settings, "seed": 1}).tensors
    assert max(float(np.abs(other[name] - here.tensors[name]).max()) for name in other) > 0.1  # seeds matter


def test_lessons_are_whole():
    pages = lessons.pages(board())
    assert set(pages) == {"chapter.html", *(f"{one.name}.html" for one in EXHIBITS)}
    for one in EXHIBITS:
        page = pages[f"{one.name}.html"]
        assert page.count("Expected:") + page.count('class="answer"') >= 3
        assert "45 minutes" in page
        assert all(
            f"<h2>{part}</h2>" in page
            for part in ("Aim", "What to drag", "Three questions", "A common error", "Papers")
        )
        assert lessons._data()["lessons"][one.name]["error"] and one.papers
        assert "$" not in page
        states = re.findall(r"#/lab/(\w+)\?state=([\w-]+)", page)
        assert states
        for name, packed in states:
            state = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            assert name == one.name and set(one.start) <= set(state)


def test_every_link_of_a_lesson_leads_somewhere():
    """To a lesson, an exhibit, a tab with its method, a paper, or a file beside the pages."""
    tabs = board()
    pages = lessons.pages(tabs)
    methods = {f"{tab.name.lower()}/{one.pipeline.partition('.')[2]}" for tab in tabs.tabs for one in tab.methods}
    shown = {"lab", *(f"lab/{one.name}" for one in EXHIBITS)}
    for name, page in pages.items():
        links = re.findall(r'href="([^"]+)"', page)
        assert links, name
        for link in links:
            if place := re.fullmatch(r"\.\./\.\./#/([\w/-]+)(\?state=[\w-]+)?", link):
                assert place[1] in shown | methods, (name, link)
            else:
                known = link in pages or (STATIC / link.removeprefix("../static/")).is_file()
                assert known or re.fullmatch(r"https://[\w.-]+/[^\s]*", link), (name, link)


def test_the_chapter_is_complete():
    page = lessons.chapter(board())
    topics = (
        "Style transfer",
        "Face swapping",
        "Adversarial",
        "Score matching",
        "Poisson flow",
        "Neural ODEs",
        "Discrete diffusion",
        "PixelCNN",
        "VQ-VAE",
        "Text to image",
        "Music and voice",
    )
    rows = re.findall(r"<tr><th scope=\"row\">(.+?)</tr>", page)
    assert [any(topic in row for row in rows) for topic in topics] == [True] * len(rows)
    for topic, name, method in lessons._data()["topics"]:
        assert find(method), topic
        assert f'href="{name}.html"' in page and f'href="../../#/lab/{name}"' in page


def test_the_studio_shows_the_same_lessons():
    from fastapi import APIRouter, FastAPI
    from fastapi.testclient import TestClient

    app, routes = FastAPI(), APIRouter(prefix="/studio")
    lessons.add(routes, board())
    app.include_router(routes)
    client, pages = TestClient(app), lessons.pages(board())
    for name, page in pages.items():
        answer = client.get(f"/studio/lessons/{name}")
        assert answer.text == page
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    for name in ("score", "lessons.json", "..%2Flessons.json"):
        assert client.get(f"/studio/lessons/{name}").status_code == 404
