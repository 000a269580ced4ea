"""A Space with ZeroGPU: the real `spaces` package in a process of its own, with a stand-in for the server that lends GPUs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from studio.engine import gpu_quota
from studio.storage.artifacts import Call
from tests.fixtures import put_picture

ROOT = Path(__file__).resolve().parents[2]
ME = "m" * 32
QUOTA = "You have exceeded your free ZeroGPU quota (60s requested vs. 12s left). Try again in 5:03:12. "


class Lender(ThreadingHTTPServer):
    """Schedules like the server of ZeroGPU: `refuse` answers of it say that the quota is used up."""

    def __init__(self, refuse: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.refuse = refuse
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Lender

    def do_POST(self) -> None:
        where = urlsplit(self.path)
        self.server.paths.append(where.path)
        answer: dict[str, object] = {}
        code = 200
        if where.path == "/schedule":
            self.server.asked.append({name: values[0] for name, values in parse_qs(where.query).items()})
            if self.server.refuse:
                self.server.refuse -= 1
                code, answer = 429, {"left": 12, "wait": 2}
            else:
                answer = {"idle": False, "nvidiaIndex": 0, "nvidiaUUID": "GPU-0", "allowToken": "allow-me"}
        body = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


# torch is hidden while `spaces` is imported: on this machine there is no CUDA for it to open in the lent process
SCRIPT = """
import json, sys, time
sys.modules["torch"] = None
import spaces
del sys.modules["torch"]
from pathlib import Path
from tests import stubs
stubs.install()
from studio.engine.runners import InProcess
from studio.engine.zerogpu import ZeroGPU
from studio.studio import open_studio
from studio.storage.artifacts import Call
from tests.fixtures import put_picture
ME = "m" * 32
studio = open_studio(Path(sys.argv[1]), ZeroGPU(InProcess()), spares=0)
photo = put_picture(studio, ME)
studio.jobs.start()
from gradio import Blocks
def made(pipeline, settings, token=""):
    job = studio.jobs.submit(ME, "Test", Call(pipeline, {"content": photo.id}, settings), token=token)
    seen = set()
    for _ in range(600):
        row = studio.jobs.job(ME, job.id)
        seen.add((row.state, row.label))
        if row.state in ("done", "failed"):
            break
        time.sleep(0.05)
    kept = studio.store.rows("SELECT state, problem, token, gpu_seconds, attempts, device FROM jobs WHERE id = ?", job.id)[0]
    return dict(kept) | {"labels": sorted(label for state, label in seen if state == "queued")}
out = [made(*words) for words in json.loads(sys.argv[2])]
studio.jobs.stop()
print("RESULT" + json.dumps(out), flush=True)
import multiprocessing, os
for lent in multiprocessing.active_children():
    lent.kill()  # they hold the pipes that the test reads
os._exit(0)"""


def run(lender: Lender, home: Path, *calls: tuple[object, ...]) -> list[dict[str, object]]:
    pytest.importorskip("spaces")
    home.mkdir()
    group = home.parent / "cgroup"
    group.write_text("0::/studio\n")
    words = {
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": f"http://127.0.0.1:{lender.server_port}",
        "ZEROGPU_PROC_SELF_CGROUP_PATH": str(group),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(home), json.dumps(calls)],
        cwd=ROOT,
        env=os.environ | words,
        capture_output=True,
        text=True,
        timeout=120,
    )
    line = next((one for one in done.stdout.splitlines() if one.startswith("RESULT")), None)
    assert line, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(line.removeprefix("RESULT"))


@pytest.mark.slow
def test_the_real_package_lends_by_the_call(tmp_path):
    """The visitor's pass and learned seconds reach the lender; a refusal's own sentence comes back; what needs no GPU asks nothing."""
    lender = Lender()
    first, again, refused, plain = run(
        lender,
        tmp_path / "home",
        ("stylize.lent", {"steps": 4}, "visitor-pass"),
        ("stylize.lent", {"steps": 5}, "newer-pass"),
        ("stylize.lent", {"mode": "refuse"}),
        ("stylize.wash", {}),
    )
    assert [job["state"] for job in (first, again, refused, plain)] == ["done", "done", "failed", "done"]
    assert refused["problem"] == "This photo is too shy."
    assert [job.get("token") for job in lender.asked] == ["visitor-pass", "newer-pass", "newer-pass"]
    assert lender.asked[0]["durationSeconds"] == "60" and 15 <= int(lender.asked[1]["durationSeconds"]) < 60
    assert first["gpu_seconds"] > 0.1 and first["device"] == "cuda" and plain["device"] == "cpu"
    assert not any(job["token"] for job in (first, again, refused, plain)), "a pass is erased when its job ends"
    assert {"/schedule", "/allow", "/release"} <= set(lender.paths)


@pytest.mark.slow
def test_a_job_waits_for_quota_and_goes_on(tmp_path):
    lender = Lender(refuse=1)
    [job] = run(lender, tmp_path / "home", ("stylize.lent", {"steps": 2}, "visitor-pass"))
    assert job["state"] == "done" and job["attempts"] == 1
    assert any(label.startswith("Waiting for GPU time") for label in job["labels"])


@pytest.mark.parametrize(
    ("title", "message", "has_pass", "wait"),
    [
        ("ZeroGPU quota exceeded", QUOTA, True, 5 * 3600 + 192),
        ("ZeroGPU quota exceeded", "… Try again in 1 day, 0:00:01. ", True, 86401),
        ("ZeroGPU quota exceeded", "You have exceeded your ZeroGPU runs limit. ", True, 600),
        ("ZeroGPU queue timeout", "No GPU was available after 60s. Retry later", True, 60),
        ("ZeroGPU pending credits exceeded", "You have too many …", True, 120),
    ],
)
def test_what_waiting_can_mend_waits(title, message, has_pass, wait):
    problem = gpu_quota.explain_refusal(title, message, has_pass=has_pass)
    assert isinstance(problem, gpu_quota.Later) and problem.until - time.time() == pytest.approx(wait, abs=5)


def test_seconds_are_learned_and_the_card_says_them(studio):
    call = Call("stylize.lent", {"content": put_picture(studio, ME).id}, {"steps": 4})
    assert gpu_quota.seconds_for(studio.store, call, 2.0) == 60
    for seconds in (10, 20):
        job = studio.jobs.submit(ME, "Test", call)
        studio.store.rows(
            "UPDATE jobs SET gpu_seconds = ?, size = 1, measure = '', state = 'done', ended = ? WHERE id = ?",
            seconds,
            time.time(),
            job.id,
        )
    assert gpu_quota.seconds_for(studio.store, call, 2.0) == 53
    assert gpu_quota.seconds_for(studio.store, call, 1e6) == gpu_quota.MOST_SECONDS
    said = gpu_quota.quota_words(studio.store, ME, call, 2.0)
    assert said.startswith("Asks for 53 seconds of GPU time") and "used 30 here" in said
    assert "used" not in gpu_quota.quota_words(studio.store, "o" * 32, call, 2.0), "nobody sees what another used"
    assert gpu_quota.quota_words(studio.store, ME, Call("stylize.wash", {}, {}), 2.0) == ""


def test_the_newest_pass_goes_to_those_that_wait_and_to_nobody_else(studio):
    photo, other = put_picture(studio, ME), put_picture(studio, "o" * 32)
    call = Call("stylize.lent", {"content": photo.id}, {"steps": 4})
    first = studio.jobs.submit(ME, "Test", call, token="old")
    foreign = studio.jobs.submit("o" * 32, "Test", Call("stylize.lent", {"content": other.id}, {}))
    studio.jobs.submit(ME, "Test", Call("stylize.lent", {"content": photo.id}, {"steps": 5}), token="new")
    washed = studio.jobs.submit(ME, "Test", Call("stylize.wash", {"content": photo.id}, {}), token="new")
    kept = {row["id"]: row["token"] for row in studio.store.rows("SELECT id, token FROM jobs")}
    assert kept[first.id] == "new" and kept[foreign.id] == "" and kept[washed.id] == ""
    studio.jobs.cancel(ME, first.id)
    assert studio.store.rows("SELECT token FROM jobs WHERE id = ?", first.id)[0]["token"] == ""
