"""A simulation of many visitors and workers: python -m measure.bench.simulate_cluster --visitors 10000 --workers 200 --hours 4.

Visitors come back after a pause (exponential), each time for a picture or for a film. A film's steps are those of six scenes, each step as a job
in the order that the plan allows; turns are those of `studio.engine.turns_sql`: the visitor with the fewest running, then who was served longest
ago. Step times are measured (`--steps`: a JSON file of seconds by step; without it the film of docs/film.md, 138 s of steps on one core).
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import statistics
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path

STEPS = {  # seconds; together 138 for six scenes, as docs/film.md measured; their shares are assumed
    "picture": 3.0,
    "line": 3.0,
    "motion": 10.0,
    "segment": 4.0,
    "music": 6.0,
    "title": 2.0,
    "cut": 10.0,
    "still": 8.0,
}
SCENES = 6
CLAIM_SECONDS = 0.01


@dataclass
class Film:
    """What of a film is still to be made."""

    began: float
    left: Counter[str] = field(default_factory=Counter)
    flying: int = 0


@dataclass
class Visitor:
    """A visitor's waiting steps: (seconds, kind, scene, film)."""

    waiting: deque[tuple[float, str, int, Film | None, float]] = field(default_factory=deque)
    running: int = 0
    served: float = 0.0


class Simulation:
    """Events in a heap; a worker takes the next visitor's oldest step."""

    def __init__(
        self, visitors: int, workers: int, pause_seconds: float, films: float, steps: dict[str, float], seed: int
    ) -> None:
        self.random, self.steps = random.Random(seed), steps
        self.visitors = [Visitor() for _ in range(visitors)]
        self.free, self.workers, self.pause, self.films = workers, workers, pause_seconds, films
        self.events: list[tuple[float, int, str, object]] = []
        self.line: list[tuple[int, float, int]] = []
        self.number, self.now, self.busy = 0, 0.0, 0.0
        self.waits: list[float] = []
        self.film_seconds: list[float] = []
        self.picture_seconds: list[float] = []
        self.longest_line = self.waiting = self.done = 0
        for n in range(visitors):
            self.at(self.random.expovariate(1 / pause_seconds), "comes", n)

    def at(self, when: float, what: str, about: object) -> None:
        self.number += 1
        heapq.heappush(self.events, (when, self.number, what, about))

    def run(self, until: float) -> None:
        while self.events and self.events[0][0] < until:
            self.now, _, what, about = heapq.heappop(self.events)
            if what == "comes":
                self.comes(about)  # type: ignore[arg-type]
            else:
                self.ends(*about)  # type: ignore[misc]
            self.hand_out()
            self.longest_line = max(self.longest_line, self.waiting)

    def comes(self, n: int) -> None:
        if self.random.random() >= self.films:
            self.want(n, "still", 0, None)
            return
        film = Film(self.now, Counter(scenes=SCENES, music=1))
        for scene in range(SCENES):
            self.want(n, "picture", scene, film)
            self.want(n, "line", scene, film)
        self.want(n, "title", 0, film)

    def want(self, n: int, kind: str, scene: int, film: Film | None) -> None:
        seconds = self.steps[kind] * self.random.uniform(0.7, 1.3)
        visitor = self.visitors[n]
        visitor.waiting.append((seconds, kind, scene, film, self.now))
        self.waiting += 1
        if film is not None:
            film.flying += 1
        if len(visitor.waiting) == 1:
            heapq.heappush(self.line, (visitor.running, max(visitor.served, self.now), n))

    def hand_out(self) -> None:
        while self.free and self.line:
            rank, since, n = heapq.heappop(self.line)
            visitor = self.visitors[n]
            if not visitor.waiting:
                continue
            if rank < visitor.running:  # since then another step of this visitor began
                heapq.heappush(self.line, (visitor.running, since, n))
                continue
            seconds, kind, scene, film, asked = visitor.waiting.popleft()
            self.waiting -= 1
            self.waits.append(self.now - asked)
            visitor.running += 1
            visitor.served = self.now
            self.free -= 1
            self.busy += seconds
            self.at(self.now + seconds + CLAIM_SECONDS, "ends", (n, kind, scene, film, asked))
            if visitor.waiting:
                heapq.heappush(self.line, (visitor.running, self.now, n))

    def ends(self, n: int, kind: str, scene: int, film: Film | None, asked: float) -> None:
        visitor = self.visitors[n]
        visitor.running -= 1
        self.free += 1
        self.done += 1
        if visitor.waiting:
            heapq.heappush(self.line, (visitor.running, visitor.served, n))
        if film is None:
            self.picture_seconds.append(self.now - asked)
            self.at(self.now + self.random.expovariate(1 / self.pause), "comes", n)
            return
        film.flying -= 1
        if kind in ("picture", "line"):
            film.left[f"parts {scene}"] += 1
            if film.left[f"parts {scene}"] == 2:
                self.want(n, "motion", scene, film)
        elif kind == "motion":
            self.want(n, "segment", scene, film)
        elif kind == "segment":
            film.left["scenes"] -= 1
        if film.left["scenes"] == 0 and film.left["music"] and film.flying == 0:
            film.left["music"] = 0
            self.want(n, "music", 0, film)
        elif kind == "music":
            self.want(n, "cut", 0, film)
        elif kind == "cut":
            self.film_seconds.append(self.now - film.began)
            self.at(self.now + self.random.expovariate(1 / self.pause), "comes", n)


def quantiles(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cut = statistics.quantiles(values, n=100)
    return {"median": round(cut[49], 1), "p95": round(cut[94], 1), "p99": round(cut[98], 1)}


def main() -> None:
    parser = argparse.ArgumentParser("python -m measure.bench.simulate_cluster", description=__doc__)
    parser.add_argument("--visitors", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--pause-minutes", type=float, default=30.0, help="of a visitor between two results")
    parser.add_argument("--films", type=float, default=0.2, help="share of the results that are films")
    parser.add_argument("--faster", type=float, default=1.0, help="how many times faster a worker is than one core")
    parser.add_argument("--price", type=float, default=0.0, help="of a worker's hour")
    parser.add_argument("--steps", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    steps = {**STEPS, **(json.loads(asked.steps.read_text()) if asked.steps else {})}
    steps = {name: seconds / asked.faster for name, seconds in steps.items()}
    one = Simulation(asked.visitors, asked.workers, 60 * asked.pause_minutes, asked.films, steps, asked.seed)
    one.run(3600 * asked.hours)
    film = (
        SCENES * sum(steps[name] for name in ("picture", "line", "motion", "segment"))
        + steps["music"]
        + steps["title"]
        + steps["cut"]
    )
    print(
        json.dumps(
            {
                "visitors": asked.visitors,
                "workers": asked.workers,
                "hours": asked.hours,
                "steps_done": one.done,
                "films": len(one.film_seconds),
                "busy": round(one.busy / (asked.workers * 3600 * asked.hours), 3),
                "longest_line": one.longest_line,
                "claims_per_second": round(one.done / (3600 * asked.hours), 1),
                "wait_of_a_step_seconds": quantiles(one.waits),
                "picture_seconds": quantiles(one.picture_seconds),
                "film_seconds": quantiles(one.film_seconds),
                "worker_seconds_per_film": round(film, 1),
                "cost_per_film": round(film / 3600 * asked.price, 5),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
