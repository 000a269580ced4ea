"""A studio as a process of its own on loopback, and visitors who send what a browser sends; the soak and the bench use both.

The server is told that one proxy stands in front of it, so that each visitor has an address of their own in X-Forwarded-For.
"""

from __future__ import annotations

import io
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import psutil
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 240.0  # a busy machine starts slowly
ENDED = ("done", "failed", "cancelled")
OURS = ("STUDIO_", "GRADIO_", "SPACE_", "SPACES_", "PYTHONPATH")
STUBS = ("-m", "tests.browser.server")  # the page with a method that hardly does anything
BROWSER = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "accept": "*/*"}
NAVIGATION = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
_addresses = itertools.count(1)


def picture(number: int, size: tuple[int, int] = (640, 480)) -> bytes:
    """A small PNG of a ball before a gradient, that no other number gives."""
    shade = Image.linear_gradient("L").resize(size).rotate(number % 360)
    mixed = Image.merge("RGB", (shade, shade.rotate(90), Image.new("L", size, number * 7 % 256)))
    ImageDraw.Draw(mixed).ellipse([side * share for share in (0.3, 0.7) for side in size], fill=number % 2**24)
    data = io.BytesIO()
    mixed.save(data, "PNG")
    return data.getvalue()


def is_sentence(text: Any) -> bool:
    """Whether a text is one line in plain words: no trace, no path, no name of an exception."""
    wrong = ("Traceback", "Error:", "/work/", "/tmp/", "/home/", "Errno", "sqlite3.")
    plain = isinstance(text, str) and 8 < len(text) < 400 and "\n" not in text
    return plain and text.rstrip().endswith((".", "!", "?")) and not any(word in text for word in wrong)


def proportional_bytes(pid: int) -> int:
    """The size of a process in which a page shared by several counts in part (PSS); its resident size where that is not known."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return int(psutil.Process(pid).memory_info().rss)


class Server:
    """A checkout's studio as a process, with its folder under `folder`; the log stands beside it."""

    def __init__(
        self, folder: Path, root: Path = ROOT, *, entry: tuple[str, ...] = ("app.py",), **environment: str
    ) -> None:
        self.root, self.entry = root, entry
        self.home, self.log = folder / "home", folder / "server.log"
        self.descriptors = 0  # that the process may open; 0 for the system's own limit
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
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

    def start(self, path: str = "/studio/health") -> float:
        """Begin the process and wait until it answers; gives back the seconds that this took. Raises RuntimeError with the log's end."""
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.entry],
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=self._limit_descriptors if self.descriptors else None,
            )
        while time.monotonic() - begun < START_SECONDS and self.alive():
            if self.answers(path):
                return time.monotonic() - begun
            time.sleep(0.05)
        self.stop()
        raise RuntimeError("the server did not come up: " + self.log_text()[-3000:])

    def _limit_descriptors(self) -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

    def answers(self, path: str = "/studio/health", seconds: float = 5.0) -> bool:
        """Whether a page is given out."""
        try:
            headers = {"accept": "text/html" if path == "/" else "*/*"}
            return httpx.get(self.url + path, timeout=seconds, trust_env=False, headers=headers).status_code == 200
        except httpx.HTTPError:
            return False

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def processes(self, words: str = "") -> list[psutil.Process]:
        """The processes below the server, those whose command line or name holds `words`."""
        try:
            below = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        self.known |= {process.pid: process for process in below}
        return [process for process in below if words in describe(process)]

    def bytes(self) -> int:
        """The size of the server and all processes below it."""
        total = 0
        for pid in (self.pid, *(process.pid for process in self.processes())):
            try:
                total += proportional_bytes(pid)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return total

    def processor_seconds(self) -> float:
        """Processor time of the server and everything below it so far, the dead ones that were waited for included."""
        total = 0.0
        for process in (psutil.Process(self.pid), *self.processes()):
            try:
                total += sum(process.cpu_times()[:4])
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return total

    def stop(self) -> None:
        """Ask it to end, then make it; children that it left behind end too."""
        if self.process is None:
            return
        self.processes()
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
        """What the server wrote."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


def describe(process: psutil.Process) -> str:
    """A process's command line and name in one line; empty when it is gone."""
    try:
        return " ".join([*process.cmdline(), process.name()])
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


class Refused(Exception):
    """The studio said no; `sentence` is what it said."""

    def __init__(self, answer: httpx.Response) -> None:
        try:
            body = answer.json()
            text = body.get("problem") or body.get("detail") or body.get("error") or body
        except (ValueError, AttributeError):
            text = answer.text
        self.status, self.sentence = answer.status_code, str(text)[:400]
        super().__init__(f"{self.status}: {self.sentence}")

    @property
    def honest(self) -> bool:
        """Whether a visitor is told in one sentence what is the matter, and it is no error of the server."""
        return self.status in (400, 401, 403, 404, 409, 413, 429, 503, 507) and is_sentence(self.sentence)


class Visitor:
    """One browser: it loads the page first, keeps its cookie, and sends what the page's scripts send."""

    def __init__(self, server: Server, *, seconds: float = 60.0) -> None:
        number = next(_addresses)
        headers = {"x-forwarded-for": f"198.18.{number // 250 % 250}.{number % 250 + 1}", "user-agent": "Mozilla/5.0"}
        self.server = server
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=seconds, trust_env=False)

    def __enter__(self) -> Visitor:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self) -> Visitor:
        """Load the page, which begins the session. Raises Refused."""
        answer = self.http.get("/", headers=NAVIGATION | {"accept": "text/html,application/xhtml+xml"})
        if answer.status_code != 200:
            raise Refused(answer)
        return self

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request as the page's script does. Raises Refused, and httpx.HTTPError when no server answers."""
        origin = {} if method == "GET" else {"origin": self.server.url}
        answer = self.http.request(method, path, headers=BROWSER | {"x-studio": "1"} | origin, **more)
        if answer.status_code >= 300:
            raise Refused(answer)
        return answer

    def get(self, path: str) -> Any:
        """What a path of the studio says."""
        return self.send("GET", f"/studio/{path}").json()

    def post(self, path: str, body: Any = None) -> Any:
        """What a path of the studio answers to a body."""
        return self.send("POST", f"/studio/{path}", json=body if body is not None else {}).json()

    def upload(self, data: Any, name: str = "photo.png", kind: str = "image") -> str:
        """Upload bytes (or an iterator of them); gives back the id."""
        return str(self.send("POST", "/studio/upload", params={"name": name, "kind": kind}, content=data).json()["id"])

    def adopt(self, asset: str) -> str:
        """Put a file that comes with the studio on the shelf; gives back its id."""
        return str(self.post("adopt", {"asset": asset})["id"])

    def make(self, pipeline: str, inputs: dict[str, Any] | None = None, **settings: Any) -> int:
        """Ask for a call; gives back the job's number."""
        body = {"pipeline": pipeline, "inputs": inputs or {}, "settings": settings}
        return int(self.post("make", body | {"tab": pipeline.partition(".")[0].capitalize()})["job"])

    def job(self, number: int) -> dict[str, Any]:
        """A job. Raises LookupError when the studio does not know it."""
        for job in self.get("state")["jobs"]:
            if job["id"] == number:
                return dict(job)
        raise LookupError(f"job {number} is gone")

    def wait(self, number: int, seconds: float = 600.0, *, begun: bool = False) -> dict[str, Any]:
        """The job when it has ended, or has begun. Raises TimeoutError, LookupError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            job = self.job(number)
            if job["state"] in ENDED or (begun and job["state"] != "queued"):
                return job
            time.sleep(0.05)
        raise TimeoutError(f"job {number} has not {'begun' if begun else 'ended'} after {seconds:.0f} s")

    def media(self, artifact: str) -> bytes:
        """The bytes of a thing on the shelf."""
        return self.send("GET", f"/studio/media/{artifact}").content

    def film(self, scenes: int = 2, seed: int = 7) -> str:
        """Begin the draft of a film like an example; gives back its id."""
        film = self.post("films", {"example": "fox"})
        board = film["storyboard"] | {"seed": seed, "scenes": film["storyboard"]["scenes"][:scenes]}
        changed = {"storyboard": board, "version": film["version"], "what": "Shorter"}
        number = str(self.send("PUT", f"/studio/films/{film['id']}", json=changed).json()["id"])
        self.post(f"films/{number}/render", {"size": "draft"})
        return number

    def wait_for_film(self, film: str, seconds: float = 900.0) -> dict[str, Any]:
        """The newest render of a film when it has ended: state, problem, artifact. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            render = self.get(f"films/{film}/state?size=draft")["render"]
            if render and render["state"] != "running":
                return dict(render)
            time.sleep(0.5)
        raise TimeoutError(f"the film has not ended after {seconds:.0f} s")


def ask_health(url: str, line: Connection) -> None:
    """Ask ten times a second, as a process of its own, until the line says stop; sends seconds, infinite for no answer."""
    seconds = []
    with httpx.Client(timeout=10, trust_env=False) as client:
        while not line.poll(0.1):
            begun = time.monotonic()
            try:
                client.get(url + "/studio/health").raise_for_status()
                seconds.append(time.monotonic() - begun)
            except httpx.HTTPError:
                seconds.append(float("inf"))
    line.send(seconds)


def run_at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """`work(0)` to `work(count - 1)` in threads that begin together; their results, or the exceptions that they ended with."""
    results: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait(60)
            results[number] = work(number)
        except Exception as problem:  # noqa: BLE001 - the caller looks at each
            results[number] = problem

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
