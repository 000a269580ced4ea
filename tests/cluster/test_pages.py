"""Two page servers and a worker as processes: any server answers any visitor."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import Server
from tests.cluster.servers import Cluster
from tests.fixtures import picture

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]


class Page(Server):
    """One server of a studio, and one visitor's way to it."""

    def ask(
        self, path: str, *, cookie: str = "", data: bytes | None = None, address: str = "9.9.9.9"
    ) -> httpx.Response:
        headers = {"x-forwarded-for": address, "cookie": cookie, "x-studio": "1", "origin": self.url.rstrip("/")}
        with httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False) as visitor:
            return visitor.request("GET" if data is None else "POST", path, content=data)

    def load(self, address: str = "9.9.9.9") -> httpx.Response:
        modes = {"accept": "text/html", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}
        headers = {**modes, "sec-fetch-site": "none", "x-forwarded-for": address}
        return httpx.get(self.url, headers=headers, timeout=60, trust_env=False)


@pytest.fixture(scope="module")
def servers(postgres_server, s3_server, tmp_path_factory):
    """Two pages and a worker."""
    folder = tmp_path_factory.mktemp("pages")
    environment = Cluster.begin(postgres_server, s3_server).environment | {"STUDIO_LEASE_SECONDS": "10"}
    own = {"STUDIO_LANES": "none", "STUDIO_PROXIES": "1", "STUDIO_PAGE_LOADS": "6"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.process", "worker", "quick,heavy"],
        cwd=ROOT,
        env={**os.environ, **environment, "STUDIO_HOME": str(folder / "worker")},
        stdout=subprocess.DEVNULL,
    )
    pages = []
    try:
        pages += [Page(folder / name, **environment, **own) for name in ("one", "two")]
        yield pages
    finally:
        worker.kill()
        worker.wait(10)
        for page in pages:
            page.kill()


def cookie_of(answer: httpx.Response) -> str:
    return next(line.split(";")[0] for line in answer.headers.get_list("set-cookie") if "studio" in line)


def test_a_visitor_goes_from_server_to_server(servers):
    first, two = servers
    cookie = cookie_of(first.load())
    file = io.BytesIO()
    picture(seed=5).save(file, "PNG")
    photo = two.ask("studio/upload?name=photo.png&kind=image", cookie=cookie, data=file.getvalue())
    assert photo.status_code == 200, photo.text
    settings = {"steps": 12, "mode": "calm"}
    asked = {
        "tab": "Stylize",
        "pipeline": "stylize.slow",
        "inputs": {"content": photo.json()["id"]},
        "settings": settings,
    }
    job = first.ask("studio/make", cookie=cookie, data=json.dumps(asked).encode())
    assert job.status_code == 200, job.text
    seen, end = [], time.monotonic() + 90
    while time.monotonic() < end:
        seen.append((two if len(seen) % 2 else first).ask("studio/state", cookie=cookie).json()["jobs"][0])
        if seen[-1]["state"] in ("done", "failed"):
            break
        time.sleep(0.2)
    assert seen[-1]["state"] == "done", seen[-1]
    path = f"studio/media/{seen[-1]['artifact']}"
    both = [page.ask(path, cookie=cookie).content for page in servers]
    assert both[0] == both[1] and both[0][:4] == b"\x89PNG"
    stranger = cookie_of(two.load("8.8.8.8"))
    assert [page.ask(path, cookie=stranger).status_code for page in servers] == [403, 403]


def of_one_minute(servers, address: str) -> list[int]:
    """What the second server answers to an address that has used up its pace at the first."""
    first, two = servers
    with ThreadPoolExecutor(8) as at_once:
        statuses = [answer.status_code for answer in at_once.map(lambda _: first.load(address), range(16))]
    assert 200 in statuses and 429 in statuses, statuses
    statuses = []
    for _ in range(4):  # fewer than it lets in by itself; each server tells what it counted when it is asked again
        time.sleep(1.3)
        first.load(address)
        statuses.append(two.load(address).status_code)
    return statuses


def test_an_address_has_one_pace_for_all_servers(servers):
    for number in range(10):
        minute, statuses = time.time() // 60, of_one_minute(servers, f"7.7.7.{number}")
        if time.time() // 60 == minute:  # what is counted is counted by the minute
            break
    assert statuses[-1] == 429, statuses
