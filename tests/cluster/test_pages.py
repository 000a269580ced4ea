"""Two page servers and a worker as processes: any server answers any visitor."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster.servers import Cluster, free_port
from tests.fixtures import picture

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]


class Page:
    """One server of a studio, and one visitor's way to it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port, self.log = free_port(), folder.with_suffix(".log")
        self.url = f"http://127.0.0.1:{self.port}"
        own = {
            "STUDIO_HOME": str(folder),
            "PORT": str(self.port),
            "STUDIO_LANES": "none",
            "STUDIO_PROXIES": "1",
            "STUDIO_PAGE_LOADS": "6",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "GRADIO_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.server"],
            cwd=ROOT,
            env=kept | environment | own,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def wait(self, seconds: float = 240.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            try:
                urllib.request.urlopen(self.url + "/studio/health", timeout=2)
                return
            except OSError:
                time.sleep(0.3)
        raise AssertionError(self.log.read_text()[-3000:])

    def ask(self, path: str, *, cookie: str = "", data: bytes | None = None, address: str = "9.9.9.9", **headers: str):
        request = urllib.request.Request(self.url + path, data=data, method="POST" if data is not None else "GET")
        request.add_header("x-forwarded-for", address)
        if data is not None:
            request.add_header("x-studio", "1")
        for name, value in {"cookie": cookie, **headers}.items():
            if value:
                request.add_header(name.replace("_", "-"), value)
        try:
            return urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as answer:
            return answer

    def load(self, address: str = "9.9.9.9"):
        return self.ask(
            "/",
            address=address,
            accept="text/html",
            sec_fetch_dest="document",
            sec_fetch_mode="navigate",
            sec_fetch_site="none",
        )


@pytest.fixture(scope="module")
def servers(postgres_server, s3_server, tmp_path_factory):
    """Two pages and a worker."""
    folder = tmp_path_factory.mktemp("pages")
    environment = Cluster.begin(postgres_server, s3_server).environment | {"STUDIO_LEASE_SECONDS": "10"}
    pages = [Page(folder / name, environment) for name in ("one", "two")]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.process", "worker", "quick,heavy"],
        cwd=ROOT,
        env={**os.environ, **environment, "STUDIO_HOME": str(folder / "worker")},
        stdout=subprocess.DEVNULL,
    )
    try:
        for page in pages:
            page.wait()
        yield pages
    finally:
        for process in (worker, *(page.process for page in pages)):
            process.kill()
            process.wait(10)


def cookie_of(answer) -> str:
    return next(one.split(";")[0] for one in answer.headers.get_all("set-cookie") if "studio" in one)


def test_a_visitor_goes_from_server_to_server(servers):
    one, two = servers
    cookie = cookie_of(one.load())
    held = io.BytesIO()
    picture(seed=5).save(held, "PNG")
    answer = two.ask(
        "/studio/upload?name=photo.png&kind=image",
        cookie=cookie,
        data=held.getvalue(),
        content_type="application/octet-stream",
        origin=two.url,
    )
    assert answer.status == 200, answer.read()
    photo = json.loads(answer.read())
    id = photo.get("id") or photo["artifact"]["id"]
    asked = {
        "tab": "Stylize",
        "pipeline": "stylize.slow",
        "inputs": {"content": id},
        "settings": {"steps": 12, "mode": "calm"},
    }
    answer = one.ask(
        "/studio/make", cookie=cookie, data=json.dumps(asked).encode(), content_type="application/json", origin=one.url
    )
    assert answer.status == 200, answer.read()
    job = json.loads(answer.read())
    seen, end = [], time.monotonic() + 90
    while time.monotonic() < end:
        state = json.loads((two if len(seen) % 2 else one).ask("/studio/state", cookie=cookie).read())["jobs"][0]
        seen.append(state)
        if state["state"] in ("done", "failed"):
            break
        time.sleep(0.2)
    assert seen[-1]["state"] == "done", (job, seen[-1])
    both = [page.ask(f"/studio/media/{seen[-1]['artifact']}", cookie=cookie).read() for page in servers]
    assert both[0] == both[1] and both[0][:4] == b"\x89PNG"
    stranger = cookie_of(two.load("8.8.8.8"))
    assert two.ask(f"/studio/media/{seen[-1]['artifact']}", cookie=stranger).status == 403
    assert one.ask(f"/studio/media/{seen[-1]['artifact']}", cookie=stranger).status == 403


def of_one_minute(servers, address: str) -> list[int]:
    """What the second server answers to an address that has used up its pace at the first."""
    one, two = servers
    with ThreadPoolExecutor(8) as at_once:
        statuses = [answer.status for answer in at_once.map(lambda _: one.load(address), range(16))]
    assert 200 in statuses and 429 in statuses, statuses
    statuses = []
    for _ in range(4):  # fewer than it lets in by itself; each server tells what it counted when it is asked again
        time.sleep(1.3)
        one.load(address)
        statuses.append(two.load(address).status)
    return statuses


def test_an_address_has_one_pace_for_all_servers(servers):
    for number in range(10):
        minute, statuses = time.time() // 60, of_one_minute(servers, f"7.7.7.{number}")
        if time.time() // 60 == minute:  # what is counted is counted by the minute
            break
    assert statuses[-1] == 429, statuses
