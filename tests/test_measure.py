"""The soak and the bench: their tables name what there is, and their arithmetic is true of numbers that are known."""

from __future__ import annotations

import httpx
import pytest

from measure.bench import __main__ as bench
from measure.loopback import Refused
from measure.soak import __main__ as soak
from pipelines.core.run import find
from pipelines.core.settings import settings_of


@pytest.mark.parametrize("name", bench.CALLS)
def test_a_call_of_the_bench_is_of_a_pipeline_and_finds_its_inputs(name):
    call, earlier = bench.CALLS[name], list(bench.CALLS)[: list(bench.CALLS).index(name)]
    form = settings_of(find(call.pipeline))
    assert {*call.settings, call.varies} - {""} <= set(form.defaults)
    assert {slot.name for slot in form.slots if not slot.optional} <= set(call.inputs) <= {s.name for s in form.slots}
    shelf = {"photo", "small", *bench.BROUGHT, *(bench.CALLS[other].keeps for other in earlier)}
    assert set(call.inputs.values()) <= shelf


def test_a_call_that_is_slower_by_the_clock_and_by_the_processor_is_over_the_bar():
    old, new = [(1.0, 1.0), (1.0, 1.0), (9.0, 9.0)], [(1.2, 1.2)] * 3
    line, missed = bench.compare("song", [old, new])
    assert missed and "1.20× (processor 1.20×)" in line and line.endswith("| MISSED |")
    assert not bench.compare("song", [old, [(1.2, 1.0)] * 3])[1]  # the machine did something else
    assert bench.compare("start", [[(4.5, 1.0)]])[1] and not bench.compare("start", [[(3.5, 1.0)]])[1]


def test_sides_are_taken_by_turns_and_the_cold_run_does_not_count(monkeypatch):
    turns = []

    class Server:
        def processor_seconds(self):
            return 0.0

    sides = [type("Side", (), {"name": name, "server": Server()})() for name in "AB"]
    monkeypatch.setitem(
        bench.MEASURES, "count", bench.Measure(lambda side, n: turns.append((side.name, n)) or float(n))
    )
    values = bench.measure("count", sides, 2)
    assert turns == [("B", 100), ("A", 100), ("A", 101), ("B", 101), ("B", 102), ("A", 102)]
    assert [[value for value, _ in side] for side in values] == [[101.0, 102.0]] * 2


def test_an_accident_that_loses_something_fails(monkeypatch):
    """A judge that sees nothing wrong must see it when a thing is lost, or a disturbance breaks off."""

    class Server:
        url, pid = "http://127.0.0.1:9", 1

        def log_text(self):
            return "Traceback (most recent call last):"

    trial = object.__new__(soak.Trial)
    trial.server, trial.wrong, trial.waits, trial.ends = Server(), [], [3.0], soak.Counter(done=1)
    monkeypatch.setattr(soak.Trial, "work", lambda self: None)
    monkeypatch.setattr(soak, "rest_sizes", lambda server: (1000, 5))
    monkeypatch.setattr(soak, "find_lost", lambda trial: ["upload 1 has changed"])

    def break_off(trial):
        raise TimeoutError("it hangs")

    what = soak.Disturbance(break_off, 1, "all goes on", 2.0, health=0.3)
    verdicts = {goal.split(":")[0]: passed for goal, _, passed in soak.judge(what, trial, 1)}
    assert verdicts.pop("memory grows by under 200 MB") and verdicts.pop("descriptors do not grow")
    assert len(verdicts) >= 4 and not any(verdicts.values())


@pytest.mark.parametrize(
    ("status", "text", "honest"),
    [
        (429, "You have 50 jobs waiting already; let some finish.", True),
        (500, "Internal Server Error", False),
        (500, "Something went wrong inside the studio.", False),
        (400, "sqlite3.OperationalError: database or disk is full", False),
        (400, "[Errno 28] No space left on device.", False),
        (400, "", False),
    ],
)
def test_only_a_sentence_and_a_fitting_status_are_an_honest_no(status, text, honest):
    assert Refused(httpx.Response(status, json={"problem": text})).honest is honest
