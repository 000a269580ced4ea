"""Two hours of mixed work: two visitors walk through every tab, upload, delete, cancel and render films; at rest points all is weighed.

Memory at rest may grow by less than 1 % an hour, by the line of least squares through the rest points after the first round (in which
models are loaded); everything that was taken is done, or ends with a sentence, and is still there.
"""

from __future__ import annotations

import random
import threading
import time

import httpx

from measure.soak.harness import Options, Refused, Server, Visitor, log_row, studio
from measure.soak.memory import Sampler, rest
from measure.soak.rows import Row, growth_an_hour
from measure.soak.shelves import half_files, running_rows
from measure.soak.walk import Walk, picture, told

FULL_SECONDS, QUICK_SECONDS = 7200.0, 45.0
MOST_GROWTH_PERCENT = 1.0
BAR_BYTES = 3_000_000_000
LEAST_POINTS = 4


def run(options: Options) -> list[Row]:
    seconds = options.seconds(FULL_SECONDS, QUICK_SECONDS)
    points: list[tuple[float, float]] = []
    lost: list[str] = []
    with (
        studio(options) as server,
        Visitor(server) as first,
        Visitor(server) as second,
        Sampler(lambda: server.pid) as sampler,
    ):
        walks = [Walk(first, slow=not options.quick), Walk(second, slow=False)]
        begun, number = time.monotonic(), 0
        end = begun + seconds
        while time.monotonic() < end:
            number += 1
            lost += _round(server, walks, number, end)
            points.append((time.monotonic() - begun, float(rest(server.pid, 5.0 if options.quick else 20.0))))
        made = [one for walk in walks for one in walk.made]
        wrong = [
            f"{one.what}: {one.state}: {one.said}"
            for one in made
            if one.state in ("failed", "error", "lost", "refused")
        ]
        gone = lost + _gone(walks) + half_files(server, first) + half_files(server, second)
        running = running_rows(server.home)
        peak = sampler.peak().pss
        return [
            _growth(points, seconds),
            Row(
                "the whole studio stays under 3 GB",
                f"peak {peak / 1e6:.0f} MB, at rest {points[-1][1] / 1e6:.0f} MB",
                peak < BAR_BYTES,
            ),
            Row(
                "everything that was asked for is made",
                f"{told(made)} in {number} rounds; {wrong[:4] or ''}",
                not wrong and bool(made),
            ),
            Row(
                "nothing is lost, no row stays running",
                f"{len(gone)} lost {gone[:3] or ''}, {running} rows running",
                not gone and not running,
            ),
            log_row(server),
        ]


def _growth(points: list[tuple[float, float]], seconds: float) -> Row:
    """Of the rest points after the first, in which models were loaded."""
    goal = f"memory at rest over {seconds / 60:.0f} min grows by less than {MOST_GROWTH_PERCENT:.0f} % an hour"
    counted = points[1:]
    shown = ", ".join(f"{size / 1e6:.0f}" for _, size in points[-8:])
    if len(counted) < LEAST_POINTS:
        return Row(goal, f"{len(points)} rest points ({shown} MB) are too few for a line", None)
    found = growth_an_hour(counted)
    return Row(
        goal, f"{found:+.2f} % an hour, {len(counted)} rest points, the last {shown} MB", found < MOST_GROWTH_PERCENT
    )


def _round(server: Server, walks: list[Walk], number: int, end: float) -> list[str]:
    """Both visitors at once, and a third who begins things and stops them; back when all of it has ended."""
    lost: list[str] = []
    threads = [
        threading.Thread(target=walk.round, args=(number * 10 + n,), kwargs={"until": end}, daemon=True)
        for n, walk in enumerate(walks)
    ]
    for thread in threads:
        thread.start()
    stranger = threading.Thread(target=_restless, args=(server, number, threads, lost), daemon=True)
    stranger.start()
    for thread in [*threads, stranger]:
        thread.join(3600)
    if any(thread.is_alive() for thread in threads):
        lost.append("a walk has not ended after an hour")
    return lost


def _restless(server: Server, number: int, walks: list[threading.Thread], lost: list[str]) -> None:
    """Uploads, deletes, begins and cancels while the others walk."""
    chance = random.Random(number)
    try:
        with Visitor(server) as visitor:
            while any(walk.is_alive() for walk in walks):
                photo = visitor.upload(picture(chance.randrange(2**24)), "photo.png", "image")["id"]
                job = visitor.make("animate.camera", {"picture": photo}, seconds=6.0, longest_side=640)
                time.sleep(chance.uniform(0.0, 6.0))
                visitor.post(f"jobs/{job}/cancel")
                ended = visitor.wait(job, 300)
                if ended["state"] not in ("cancelled", "done"):
                    lost.append(f"a cancelled job: {ended['state']}: {ended['problem']}")
                if ended["state"] == "done":
                    visitor.post(f"artifacts/{ended['artifact']}/delete")
                visitor.post(f"artifacts/{photo}/delete")
                time.sleep(chance.uniform(1.0, 8.0))
    except (Refused, httpx.HTTPError, LookupError, TimeoutError) as problem:
        lost.append(f"the restless visitor: {type(problem).__name__}: {problem}"[:200])


def _gone(walks: list[Walk]) -> list[str]:
    """Results that were done and cannot be had any more."""
    gone = []
    for walk in walks:
        for one in walk.made:
            if one.state == "done" and one.artifact:
                answer = walk.visitor.request("GET", f"/studio/thumbnail/{one.artifact}")
                if answer.status_code != 200:
                    gone.append(f"{one.what}: {answer.status_code}")
    return gone
