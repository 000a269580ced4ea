"""How long things take: learned per second of media, said in words, and not said where it would mean nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from studio.storage.artifacts import Artifact, Call
from studio.storage.timing import Estimate, duration, estimate, measure_of, remaining, size_of
from tests import stubs  # noqa: F401  (its pipelines are installed by the fixture `board`)

PIPELINE = "stylize.wash"


def media(kind: str, **facts: object) -> Artifact:
    return Artifact("a", "s", kind, "", Path("a"), "", None, dict(facts))


def ran(studio, size: float, seconds: float, measure: str = "") -> None:
    studio.store.rows(
        "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, size, seconds, device, measure, created, ended)"
        " VALUES ('s','','{}','',?,'heavy',1,'done','{}',?,?,'cpu',?,?,?)",
        PIPELINE, size, seconds, measure, time.time(), time.time(),
    )  # fmt: skip


def test_a_video_counts_by_its_seconds_and_not_by_its_frames(board):
    call = Call(PIPELINE, {"content": "a"}, {})
    picture = size_of(call, {"content": media("image", width=1000, height=1000)})
    video = {"content": media("video", width=1000, height=1000, frames=768, seconds_long=32.0)}
    assert size_of(call, video) == pytest.approx(32 * picture)
    assert measure_of(video) == "time" and measure_of({"content": media("image", width=9, height=9)}) == ""
    assert size_of(call, {"content": media("sound", seconds_long=12.0)}) == pytest.approx(12.0)


def test_pictures_do_not_foretell_films(studio):
    """A 32 s film was once said to take "3.5 h to 9.3 h", because a picture took 12 s."""
    for _ in range(5):
        ran(studio, 1.1, 12.0)
    assert estimate(studio.store, PIPELINE, "cpu", 35.0, "time") is None
    for size, seconds in ((4.0, 14.0), (10.0, 21.0), (20.0, 30.0), (35.0, 45.0)):
        ran(studio, size, seconds, "time")
    learned = estimate(studio.store, PIPELINE, "cpu", 30.0, "time")
    assert 36 < learned.seconds < 44 and learned.words == "About 40 seconds"


def test_what_was_never_seen_nearly_as_large_is_not_estimated(studio):
    ran(studio, 1.0, 5.0)
    assert estimate(studio.store, PIPELINE, "cpu", 2.0).words == "About 10 seconds"
    assert estimate(studio.store, PIPELINE, "cpu", 400.0).words == ""


def test_words():
    assert Estimate(79.6, 75, 84, 9).words == "About 80 seconds"
    assert Estimate(60, 40, 80, 9).words == "40 to 80 seconds"
    assert Estimate(100, 60, 150, 9).words == "60 seconds to 2 minutes"
    assert Estimate(900, 100, 5000, 9).words == ""
    assert [duration(one) for one in (0.3, 7, 3600, 7200)] == ["a second", "7 seconds", "60 minutes", "2 hours"]


def test_time_left_is_not_guessed_from_the_first_moments():
    assert remaining(None, 3.0, 0.01) is None and remaining(None, 5.0, 0.03) is None
    assert remaining(10.0, 40.0, 0.02) is None  # it takes longer than was learned, and has shown nothing yet
    assert remaining(None, 10.0, 0.5) == 10.0
    assert remaining(100.0, 10.0, 0.5) == pytest.approx(50.0)
