"""The static edition as files: size, no absolute address, every file that a file names; networks that learn in JavaScript; lessons."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright._impl._driver import compute_driver_executable

from pipelines.core.settings import Refusal
from pipelines.lab.parts import exact, flows, networks, plane
from pipelines.media import Network, load_network
from studio.commands import static_edition
from studio.web import lessons
from studio.web.exhibits import EXHIBITS
from studio.web.shipped import STATIC
from studio.web.tabs import board

LEARN = """
import { LEARNS, packed } from "./edition/learn.js";
import { writeFileSync } from "node:fs";
const [pipeline, settings, out] = process.argv.slice(2), learning = LEARNS[pipeline](JSON.parse(settings)), losses = [];
for (let n = 0; n < learning.total; n++) losses.push(learning.step(n));
writeFileSync(out, new Uint8Array(packed(learning, {})));
console.log(JSON.stringify(losses));"""


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
    assert [film["name"] for film in films] == ["fox", "ghost", "lighthouse", "penguin"]
    for film in films:
        parts = film["chain"]["parts"]
        assert {entry["id"] for part in parts.values() for entry in part["inputs"]} <= set(parts)
        assert {"cut", "music", "voice"} <= set(parts)
        assert any(part["models"] for part in parts.values())
        assert (edition / "studio" / "assets" / "films" / f"{film['name']}.mp4").is_file()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Refusal, match="holds other things"):
        static_edition.build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def learnt(edition: Path, folder: Path, pipeline: str, **settings: Any) -> tuple[Network, np.ndarray]:
    """A network that learned in JavaScript, in the node that came with Playwright, and its loss step by step."""
    for name in ("edition", "lab"):
        (folder / name).symlink_to(edition / "studio" / "static" / name)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "script.js").write_text(LEARN)
    words = ["--preserve-symlinks", "script.js", pipeline, json.dumps(settings), "weights.safetensors"]
    command = [compute_driver_executable()[0], *words]
    done = subprocess.run(command, cwd=folder, check=True, timeout=300, capture_output=True, text=True)
    return load_network(folder / "weights.safetensors"), np.array(json.loads(done.stdout))


def test_a_score_learns_in_javascript(edition: Path, tmp_path: Path):
    shape, dimensions = "ring", "4"
    file, losses = learnt(edition, tmp_path, "lab.score", data=shape, dimensions=dimensions, steps=200)
    data, rng = plane.points_of_shape(shape), np.random.default_rng(1)
    x = (data + 0.6 * rng.normal(size=data.shape)).astype(np.float32)
    spread = float(file.about["spread"])
    assert spread == pytest.approx(float(data.std(ddof=1)), rel=1e-6) and losses[-40:].mean() < 0.95 * losses[0]
    denoiser = networks.precondition(networks.unpack_network(file, "denoiser"), spread, float(dimensions))
    gap = denoiser(torch.from_numpy(x), 0.6).detach().numpy() - exact.denoise_exactly(x, data, 0.6, float(dimensions))
    assert np.square(gap).mean() < 0.1 * np.square(x - exact.denoise_exactly(x, data, 0.6, float(dimensions))).mean()


@pytest.mark.parametrize(("learning", "near"), [("matching", 0.5), ("likelihood", 0.75)])
def test_a_flow_learns_in_javascript(edition: Path, tmp_path: Path, learning: str, near: float):
    file, losses = learnt(edition, tmp_path, "lab.flow", data="moons", learning=learning, steps=300)
    assert losses[-10:].mean() < 0.8 * losses[:5].mean()
    start, data = torch.randn(500, 2, generator=torch.Generator().manual_seed(0)), plane.points_of_shape("moons")
    cloud = flows.move_points(networks.unpack_network(file, "velocity"), start, 0.0, 1.0, 1e-3)[0].numpy()
    assert plane.sliced_wasserstein(cloud, data) < near * plane.sliced_wasserstein(start.numpy(), data)


def test_gan_vae_and_energy_learn_in_javascript(edition: Path, tmp_path: Path):
    """The critic's penalty too: with it the generator comes nearer to the islands than noise is."""
    file, _ = learnt(edition, tmp_path, "lab.contrast", data="islands", penalty=0.5, steps=400)
    z, data = torch.randn(400, 2, generator=torch.Generator().manual_seed(0)), plane.points_of_shape("islands")
    noise = plane.sliced_wasserstein(z.numpy(), data)
    for name in ("generator", "decoder"):
        made = networks.unpack_network(file, name)(z).detach().numpy()
        assert plane.sliced_wasserstein(made, data) < 0.7 * noise, name
    energy = networks.unpack_network(file, "energy")
    assert energy(torch.from_numpy(data)).mean() < energy(torch.tensor([[1.4, 1.4], [-1.4, 1.4]])).mean()


def test_lessons_are_whole():
    pages = lessons.pages(board())
    assert set(pages) == {"chapter.html", *(f"{one.name}.html" for one in EXHIBITS)}
    for exhibit in EXHIBITS:
        page = pages[f"{exhibit.name}.html"]
        states = re.findall(r"#/lab/(\w+)\?state=([\w-]+)", page)
        assert states and "$" not in page and "A common error" in page
        for name, packed in states:
            state = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            assert name == exhibit.name and set(exhibit.start) <= set(state)


def test_the_studio_shows_the_same_lessons():
    from fastapi import APIRouter, FastAPI
    from fastapi.testclient import TestClient

    app, routes = FastAPI(), APIRouter(prefix="/studio")
    lessons.add(routes, board())
    app.include_router(routes)
    client = TestClient(app)
    for name, page in lessons.pages(board()).items():
        answer = client.get(f"/studio/lessons/{name}")
        assert answer.text == page
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    for name in ("score", "lessons.json", "..%2Flessons.json"):
        assert client.get(f"/studio/lessons/{name}").status_code == 404
