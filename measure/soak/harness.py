"""What all parts share: a studio as a process of its own, and visitors who behave as browsers do. Loopback only.

The server is told that one proxy stands in front of it (STUDIO_PROXIES=1), so that each visitor has an address of their own, as on a
real network: X-Forwarded-For names it.
"""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from measure.results import ROOT
from measure.soak.rows import Row

START_SECONDS = 240.0  # a busy machine starts slowly
ENDED = ("done", "failed", "cancelled")
OURS = ("STUDIO_", "GRADIO_", "SPACE_", "SPACES_", "PYTHONPATH")
TRACEBACK = "Traceback (most recent call last)"
_addresses = itertools.count(1)


@dataclass(frozen=True)
class Options:
    """How much of a part is run: all, as long as `minutes` says, or for less than a minute each (`quick`); and of which checkout."""

    quick: bool = False
    minutes: float | None = None
    root: Path = ROOT

    def count(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def seconds(self, full: float, quick: float) -> float:
        """How long something lasts that is bounded by time."""
        return self.minutes * 60 if self.minutes is not None else quick if self.quick else full


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A checkout's studio as a process, with its folder under `folder`; the log stands beside it."""

    def __init__(
        self,
        folder: Path,
        root: Path = ROOT,
        *,
        entry: tuple[str, ...] = ("app.py",),
        before: Callable[[], None] | None = None,
        **environment: str,
    ) -> None:
        self.folder, self.root, self.entry, self.before = folder, root, entry, before
        self.home, self.log, self.port = folder / "home", folder / "server.log", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(OURS) or name == "STUDIO_MODELS"
        }
        own = {"STUDIO_HOME": str(self.home), "PORT": str(self.port), "STUDIO_PROXIES": "1", "PYTHONUNBUFFERED": "1"}
        self.environment = kept | own | environment
        self.process: subprocess.Popen[bytes] | None = None
        self.known: dict[int, psutil.Process] = {}

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def launch(self) -> None:
        """Begin the process and come back at once."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.entry],
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=self.before,
            )

    def start(self, path: str = "/studio/health") -> float:
        """Begin the process and wait until it answers; gives back the seconds that this took. Raises RuntimeError with the log's end."""
        begun = time.monotonic()
        self.launch()
        while time.monotonic() - begun < START_SECONDS:
            if not self.alive():
                raise RuntimeError(
                    f"the server ended with {self.process.returncode if self.process else None}: {self.log_text()[-3000:]}"
                )
            if self.answers(path):
                return time.monotonic() - begun
            time.sleep(0.05)
        self.stop()
        raise RuntimeError("the server did not come up: " + self.log_text()[-3000:])

    def answers(self, path: str = "/studio/health", seconds: float = 5.0) -> bool:
        try:
            headers = {"accept": "text/html" if path == "/" else "*/*"}
            return httpx.get(self.url + path, timeout=seconds, trust_env=False, headers=headers).status_code == 200
        except httpx.HTTPError:
            return False

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def children(self, words: str = "") -> list[psutil.Process]:
        """The processes below the server, those whose command line or name holds `words`."""
        try:
            found = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        self.known |= {one.pid: one for one in found}
        return [one for one in found if words in described(one)]

    def kill(self) -> list[psutil.Process]:
        """SIGKILL to the server alone; gives back the children that it had."""
        assert self.process is not None
        had = self.children()
        self.process.kill()
        self.process.wait()
        return had

    def stop(self) -> None:
        """Ask it to end, then make it; children that it left behind end too."""
        if self.process is None:
            return
        self.children()
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for child in self.known.values():  # psutil compares start times, so that a number used again is not mistaken
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue

    def log_text(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def tracebacks(self) -> int:
        return self.log_text().count(TRACEBACK)

    def trouble(self) -> str:
        """The tracebacks of the log, counted, with the last line of the first."""
        _, *found = self.log_text().split(TRACEBACK)
        first = (
            next((line for line in found[0].splitlines()[1:] if line and not line.startswith((" ", "\t"))), "")
            if found
            else ""
        )
        return f"{len(found)} tracebacks" + (f", the first: {first[:200]}" if first else "")


def described(process: psutil.Process) -> str:
    """A process's command line and name in one line; empty when it is gone."""
    try:
        return " ".join([*process.cmdline(), process.name()])
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


@contextmanager
def studio(options: Options, *, entry: tuple[str, ...] = ("app.py",), **environment: str) -> Iterator[Server]:
    """A running studio in a folder of its own that goes with it."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Server(Path(folder), options.root, entry=entry, **environment) as server,
    ):
        yield server


def log_row(server: Server) -> Row:
    """A row: no traceback in the server's log."""
    return Row("no traceback in the server's log", server.trouble(), server.tracebacks() == 0)


class Refused(Exception):
    """The studio said no; `sentence` is what it said."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status, self.sentence = status, sentence

    @property
    def honest(self) -> bool:
        """Whether a visitor is told in one sentence what is the matter, and it is no error of the server."""
        return self.status in (400, 401, 403, 404, 409, 413, 429, 503, 507) and is_sentence(self.sentence)


def is_sentence(text: Any) -> bool:
    """One line in plain words: no trace, no path, no name of an exception."""
    wrong = ("Traceback", "Error:", "/work/", "/tmp/", "/home/", "Errno", "sqlite3.")
    return (
        isinstance(text, str)
        and 8 < len(text) < 400
        and "\n" not in text
        and text.rstrip().endswith((".", "!", "?"))
        and not any(word in text for word in wrong)
    )


class Visitor:
    """One browser: it loads the page first, keeps its cookie, and sends what the page's scripts send."""

    def __init__(self, server: Server, *, seconds: float = 60.0, address: str | None = None) -> None:
        number = next(_addresses)
        self.server, self.address = server, address or f"198.18.{number // 250 % 250}.{number % 250 + 1}"
        headers = {"x-forwarded-for": self.address, "user-agent": "Mozilla/5.0 (soak)"}
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=seconds, trust_env=False)

    def __enter__(self) -> Visitor:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self) -> Visitor:
        """Load the page, which begins the session. Raises Refused."""
        headers = {
            "accept": "text/html,application/xhtml+xml",
            "sec-fetch-site": "none",
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        }
        answer = self.http.get("/", headers=headers)
        if answer.status_code != 200:
            raise Refused(answer.status_code, _problem(answer))
        return self

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request as the page's script makes it; a server that is not there raises httpx.HTTPError."""
        own = {
            "x-studio": "1",
            "accept": "*/*",
            "sec-fetch-site": "same-origin",
            "sec-fetch-mode": "cors",
            "sec-fetch-dest": "empty",
        }
        if method != "GET":
            own["origin"] = self.server.url
        return self.http.request(method, path, headers=own | more.pop("headers", {}), **more)

    def said(self, answer: httpx.Response) -> Any:
        """What an answer says. Raises Refused when it is no."""
        if answer.status_code >= 300:
            raise Refused(answer.status_code, _problem(answer))
        return answer.json()

    def get(self, path: str) -> Any:
        return self.said(self.request("GET", f"/studio/{path}"))

    def post(self, path: str, body: Any = None) -> Any:
        return self.said(self.request("POST", f"/studio/{path}", json=body if body is not None else {}))

    def upload(self, data: Any, name: str, kind: str = "") -> dict[str, Any]:
        """Upload bytes (or an iterator of them); gives back the card. Raises Refused."""
        return dict(
            self.said(self.request("POST", "/studio/upload", params={"name": name, "kind": kind}, content=data))
        )

    def adopt(self, asset: str) -> str:
        """Put a picture that comes with the studio on the shelf; gives back its id."""
        return str(self.post("adopt", {"asset": asset})["id"])

    def make(self, pipeline: str, inputs: dict[str, Any] | None = None, *, tab: str = "", **settings: Any) -> int:
        """Ask for a call; gives back the job's number. Raises Refused."""
        body = {
            "pipeline": pipeline,
            "inputs": inputs or {},
            "settings": settings,
            "tab": tab or pipeline.partition(".")[0].capitalize(),
        }
        return int(self.post("make", body)["job"])

    def job(self, number: int) -> dict[str, Any] | None:
        return next((one for one in self.get("state")["jobs"] if one["id"] == number), None)

    def wait(self, number: int, seconds: float = 600.0, *, every: float = 0.2) -> dict[str, Any]:
        """The job when it has ended. Raises TimeoutError, and LookupError when the studio does not know it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.job(number)
            if found is None:
                raise LookupError(f"job {number} is gone")
            if found["state"] in ENDED:
                return found
            time.sleep(every)
        raise TimeoutError(f"job {number} has not ended after {seconds:.0f} s")

    def media(self, artifact: str) -> bytes:
        answer = self.request("GET", f"/studio/media/{artifact}")
        if answer.status_code != 200:
            raise Refused(answer.status_code, _problem(answer))
        return answer.content

    def film(self, example: str = "fox", *, scenes: int | None = None, seed: int = 7) -> str:
        """A new film like one of the examples, with its first scenes and another seed; gives back its id."""
        made = self.post("films", {"example": example})
        board = made["storyboard"] | {"seed": seed}
        board["scenes"] = board["scenes"][:scenes] if scenes else board["scenes"]
        changed = self.request(
            "PUT",
            f"/studio/films/{made['id']}",
            json={"storyboard": board, "version": made["version"], "what": "Shorter"},
        )
        return str(self.said(changed)["id"])

    def render(self, film: str, size: str = "draft") -> None:
        self.post(f"films/{film}/render", {"size": size})

    def render_state(self, film: str) -> dict[str, Any]:
        """The newest render of a film: state, problem, artifact."""
        return dict(
            self.get(f"films/{film}/state?size=draft")["render"] or {"state": "none", "problem": None, "artifact": None}
        )

    def rendered(self, film: str, seconds: float = 900.0) -> dict[str, Any]:
        """The render when it has ended. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.render_state(film)
            if found["state"] != "running":
                return found
            time.sleep(0.5)
        raise TimeoutError(f"the film has not ended after {seconds:.0f} s")


def _problem(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return answer.text[:200]
    if not isinstance(said, dict):
        return str(said)[:200]
    return str(said.get("problem") or said.get("detail") or said.get("error") or said)[:400]


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """`work(0)` to `work(count - 1)` in threads that begin together; their results, or the exceptions that they ended with."""
    results: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def one(number: int) -> None:
        try:
            gate.wait(60)
            results[number] = work(number)
        except Exception as problem:  # noqa: BLE001 - the caller looks at each
            results[number] = problem

    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
