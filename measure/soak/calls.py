"""A thousand REST calls in a burst, by one session and by fifty, of a method that hardly does anything: the page answers, its memory stays."""

from __future__ import annotations

import time
from collections import Counter

import psutil

from measure.soak import health
from measure.soak.harness import Options, Server, Visitor, at_once, log_row, studio
from measure.soak.memory import sample
from measure.soak.rows import Row

CALLS, QUICK, SESSIONS = 1000, 200, 50
MOST_GROWTH_BYTES = 20_000_000
LONGEST_SECONDS = 120.0  # after which a burst that has not ended is a result of its own
STUBS = ("-m", "tests.browser.server")
PATH = "/gradio_api/call/stylize_wash"
VALUES = [None, None, 0.5, "", False, 1]  # a photo is missing, which the call says when it runs


def run(options: Options) -> list[Row]:
    count = options.count(CALLS, QUICK)
    with studio(options, entry=STUBS, REAL="0") as server:
        visitors = [Visitor(server, seconds=120).open() for _ in range(SESSIONS)]
        for _ in range(20):
            _called(visitors[-1])  # what is imported at the first call is no growth of the calls
        calm = health.ended(health.begin(server.url, 5.0))
        rows = [health.row("/studio/health before the bursts, p95 under 300 ms", calm)]
        rows += _burst(server, visitors[:1] * SESSIONS, count, "one session")
        rows += _burst(server, visitors, count, f"{SESSIONS} sessions")
        for visitor in visitors:
            visitor.http.close()
        return [*rows, log_row(server)]


def _burst(server: Server, visitors: list[Visitor], count: int, whose: str) -> list[Row]:
    before, worked = _page_bytes(server), _page_seconds(server)
    asking = health.begin(server.url, 15.0)
    time.sleep(2.0)  # its interpreter starts
    begun = time.monotonic()
    answers = at_once(SESSIONS, lambda n: [_called(visitors[n]) for _ in range(count // SESSIONS)])
    seconds, growth = time.monotonic() - begun, _page_bytes(server) - before
    worked = (_page_seconds(server) - worked) / count
    counts = Counter(said for answer in answers for said in (answer if isinstance(answer, list) else [repr(answer)]))
    told = ", ".join(f"{number} {said}" for said, number in counts.most_common(4))
    what = f"{count} REST calls at once by {whose}"
    return [
        Row(
            f"{what}: taken, or refused with a sentence",
            f"{told}; {seconds:.1f} s, {1000 * worked:.0f} ms of the page's processor each",
            set(counts) <= {"taken", "refused"} and seconds < LONGEST_SECONDS,
        ),
        health.row(f"{what}: /studio/health meanwhile, p95 under 300 ms", health.ended(asking)),
        Row(f"{what}: the page grows by at most 20 MB", f"{growth / 1e6:+.1f} MB", growth <= MOST_GROWTH_BYTES),
    ]


def _called(visitor: Visitor) -> str:
    answer = visitor.request("POST", PATH, json={"data": VALUES})
    if answer.status_code == 200:
        return "taken"
    return "refused" if answer.status_code in (429, 503) and "problem" in answer.json() else answer.text[:100]


def _page_seconds(server: Server) -> float:
    """Processor time of the page's process so far."""
    times = psutil.Process(server.pid).cpu_times()
    return times.user + times.system


def _page_bytes(server: Server) -> int:
    found = sample(server.pid, 0.0)
    assert found is not None, "the server is gone"
    return found.roles["page"]
