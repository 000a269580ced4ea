"""How long things take: learned per second of media, said in words, and not said where it would mean nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.storage.artifacts import Artifact, Call
from studio.storage.timing import Estimate, estimate, keep_probed, measure_of, remaining, size_of
from studio.web import painters
from tests import stubs  # noqa: F401  (its pipelines are installed by the fixture `board`)

PIPELINE = "stylize.wash"


def media(kind: str, **facts: object) -> Artifact:
    return Artifact("a", "s", kind, "", Path("a"), "", None, dict(facts))


def ran(studio, size: float, seconds: float, measure: str = "", pipeline: str = PIPELINE) -> None:
    studio.store.rows(
        "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, size, seconds, device, measure, created, ended)"
        " VALUES ('s','','{}','',?,'heavy',1,'done','{}',?,?,'cpu',?,?,?)",
        *(pipeline, size, seconds, measure, time.time(), time.time()),
    )


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
    estimate_learned = estimate(studio.store, PIPELINE, "cpu", 30.0, "time")
    assert 36 < estimate_learned.seconds < 44 and estimate_learned.words == "About 40 seconds"


def move_scene(longest_side: int, actors: int, seconds: float = 3.0) -> tuple[float, str]:
    told = Call("generate.storybook", {}, {"scene": json.dumps({"actors": [{}] * actors})})
    picture = Artifact("a", "s", "layers", "", Path("a"), "", told, {"width": 1280, "height": 720})
    inputs = {"picture": picture, "voice": media("sound", seconds_long=seconds)}
    call = Call("animate.layers", dict.fromkeys(inputs, "a"), {"seconds": seconds, "longest_side": longest_side})
    return size_of(call, inputs), measure_of(inputs, call)


def test_the_scenes_of_a_draft_foretell_the_full_film(studio):
    """A film of which 60 s were told took 102. Clips of 3 s: figures, processor seconds in a draft and at full size."""
    clips = ((1, 1.76, 3.95), (2, 2.41, 4.26), (1, 2.46, 4.44), (2, 3.64, 5.82), (3, 5.7, 9.15), (1, 1.61, 3.73))
    for actors, draft, _ in clips:
        ran(studio, *(move_scene(640, actors)[0], draft), "length", "animate.layers")
    told = [estimate(studio.store, "animate.layers", "cpu", *move_scene(1280, actors)).seconds for actors, *_ in clips]
    assert sum(told) == pytest.approx(sum(full for *_, full in clips), rel=0.25)
    assert move_scene(640, 1, 6.0)[0] == pytest.approx(2 * move_scene(640, 1)[0])


def test_time_left_is_not_guessed_from_the_first_moments():
    assert remaining(None, 3.0, 0.01) is None is remaining(None, 5.0, 0.03)
    assert remaining(learned_estimate(10.0), 40.0, 0.02) is None  # longer than was learned, and has shown nothing yet
    at_half = remaining(None, 10.0, 0.5), remaining(None, 15.0, 0.5, heard=10.0)  # it said so five seconds ago
    assert at_half == (10.0, 5.0)


def learned_estimate(seconds: float, spread: float = 1.25, tenth: float = 0.0) -> Estimate:
    return Estimate(seconds, seconds / spread, seconds * spread, 5, True, tenth)


def test_what_was_learned_and_what_is_seen_count_by_how_sure_they_are():
    sure, unsure = (remaining(learned_estimate(100.0, spread), 4.0, 0.1) for spread in (1.05, 1.7))
    assert 90 < sure < 96 and 36 < unsure < 66  # the run alone would say 36
    assert remaining(learned_estimate(100.0, 1.05), 20.0, 0.99) < 1  # at the end the run itself knows


def test_a_run_that_reads_its_model_first_is_not_taken_for_a_slow_one():
    """A tenth of the steps is done after half of the time, as was seen before: nine tenths are then left of the steps, half of the time."""
    assert remaining(learned_estimate(100.0, 1.7, tenth=0.5), 50.0, 0.1) == pytest.approx(50.0)
    assert remaining(learned_estimate(100.0, 1.7), 50.0, 0.1) > 80


def test_before_the_first_run_shipped_figures_are_scaled_by_the_probe(studio, monkeypatch):
    known = {
        "probe_seconds": 0.01,
        "pipelines": {PIPELINE: [{"measure": "", "size": 1.0, "seconds": 5.0, "tenth": 0.2}]},
    }
    monkeypatch.setattr("studio.storage.timing.shipped_figures", lambda: known)
    assert estimate(studio.store, PIPELINE, "cpu", 2.0) is None  # the machine was not measured yet
    keep_probed(studio.store.home, 0.03)
    first = estimate(studio.store, PIPELINE, "cpu", 2.0)
    assert first.seconds == pytest.approx(30) and first.tenth == 0.2 and first.words == "About 30 seconds"
    assert estimate(studio.store, PIPELINE, "cuda", 2.0) is None is estimate(studio.store, PIPELINE, "cpu", 2.0, "time")
    ran(studio, 2.0, 7.0)  # the machine's own runs count from the first on
    assert estimate(studio.store, PIPELINE, "cpu", 2.0).seconds == pytest.approx(7)


def test_a_hub_model_is_timed_by_a_block_before_its_first_picture_and_by_itself_after(studio):
    """Runs of one model say nothing of another; a probe of another device or machine says nothing either."""
    from studio.storage.timing import Painter, keep_painter, painter_probed

    call = Call("generate.diffusion", {}, {"model": "sdxs"})
    assert measure_of({}, call) == "sdxs" and measure_of({}, Call(PIPELINE, {"content": "a"}, {})) == ""
    assert estimate(studio.store, "generate.diffusion", "cpu", 1.0, "sdxs") is None
    keep_painter(studio.store.home, Painter("cpu", 0, 0.5))
    guess = estimate(studio.store, "generate.diffusion", "cpu", 1.0, "sdxs")
    assert guess.runs == 0 and guess.seconds == pytest.approx(0.5 * 0.51 / 0.0538) and guess.words == "About 5 seconds"
    assert estimate(studio.store, "generate.diffusion", "cuda", 1.0, "sdxs") is None
    ran(studio, 1.0, 9.0, "sdxs", "generate.diffusion")
    assert estimate(studio.store, "generate.diffusion", "cpu", 1.0, "sdxs").seconds == pytest.approx(9.0)
    assert estimate(studio.store, "generate.diffusion", "cpu", 1.0, "sd-turbo-tiny").runs == 0
    rows = {one["key"]: one for one in painters.list_painters(studio.store, "cpu", may_fetch=True)["models"]}
    assert rows["sdxs"]["seconds"] == 9.0 and rows["sdxs"]["runs"] == 1 and not rows["sdxs"]["drawing"]
    keep_painter(studio.store.home, Painter("cuda", 8_000_000_000, 0.01))
    told = painters.list_painters(studio.store, "cpu", may_fetch=True)
    lacks = {one["key"]: one["reason"].get("why") for one in told["models"]}
    assert told["device"] == "cuda" and told["usual"] == "sd-turbo" and lacks["flux-schnell"] == "gpu"
    (studio.store.home / "painter.json").write_text(
        '{"machine": "another", "device": "cpu", "gpu_bytes": 0, "seconds": 1}'
    )
    assert painter_probed(studio.store.home) is None


def test_what_does_not_fit_is_shown_with_its_reason(studio, monkeypatch):

    monkeypatch.setenv("STUDIO_WORKER_MEMORY_MB", "3000")
    rows = {row["key"]: row["reason"] for row in painters.list_painters(studio.store, "cpu", may_fetch=True)["models"]}
    assert rows["sd-turbo-tiny"]["why"] == "memory" and rows["sdxs"].get("why") != "memory"
    assert "qwen-image" in rows and "sd15-inpainting" not in rows  # what begins from a mask is no painter from words
    monkeypatch.setattr(painters.shutil, "disk_usage", lambda folder: SimpleNamespace(free=1_000_000_000))
    rows = {row["key"]: row["reason"] for row in painters.list_painters(studio.store, "cpu", may_fetch=True)["models"]}
    assert rows["sdxs"] == {"why": "disk", "needed": 1_760_000_000, "has": 1_000_000_000}
    told = painters.list_painters(studio.store, "cpu", may_fetch=False)["models"]
    assert not any(row["reason"].get("why") == "disk" for row in told)  # is nothing that a stranger is told
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    rows = {row["key"]: row["reason"] for row in painters.list_painters(studio.store, "cpu", may_fetch=True)["models"]}
    assert rows["sdxs"] == {"why": "hub"}
