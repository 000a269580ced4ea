"""The stream of a run: progress, result, problems, cancelling; and what model code may import."""

from __future__ import annotations

import ast
import re
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from pipelines.core import run
from pipelines.core.progress import Cancelled, Progress, part
from pipelines.core.run import Done, find, stream
from pipelines.core.settings import Refusal, settings_of
from tests import stubs

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = re.compile(r"\b(?:gradio|studio|pickle)\b")
PHOTO = Image.new("RGB", (8, 8), "red")


def test_stream_yields_progress_then_done(board):
    items = list(stream("stylize.slow", {"content": PHOTO, "steps": 5, "mode": "calm"}))
    assert isinstance(items[-1], Done) and items[-1].result.size == (8, 8)
    fractions = [item.fraction for item in items[:-1]]
    assert fractions == sorted(fractions) and len(fractions) >= 2
    assert items[0].numbers["loss"] > 0 and items[0].preview().size == (8, 8)


def test_problems_reach_the_listener(board):
    with pytest.raises(RuntimeError, match="secret"):
        list(stream("stylize.slow", {"content": PHOTO, "steps": 5, "mode": "fail"}))


def test_cancel_frees_the_listener_even_in_the_middle_of_a_step(board, monkeypatch):
    monkeypatch.setattr(stubs, "stuck_seconds", 30.0)
    stubs.RUNS.clear()
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(Cancelled):
        list(stream("stylize.slow", {"content": PHOTO, "steps": 3, "mode": "stuck"}, cancelled=stop.is_set))
    assert stubs.RUNS == ["slow"]  # the first step is not over
    stubs.WOKEN.set()
    while stubs.RUNS[-1] != "woke":
        time.sleep(0.01)
    stubs.WOKEN.clear()


def test_a_listener_that_leaves_stops_the_work(board):
    before = threading.active_count()
    items = stream("stylize.slow", {"content": PHOTO, "steps": 1000, "mode": "calm"})
    next(items)
    items.close()
    end = time.monotonic() + 120
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_cancelled_passes_through_except_exception():
    with pytest.raises(Cancelled):
        try:
            raise Cancelled
        except Exception:  # noqa: BLE001
            pytest.fail("Cancelled was swallowed")


def test_part_fills_its_stretch():
    seen: list[Progress] = []
    stage = part(seen.append, 0.5, 1.0, "second half")
    stage(Progress(0, 4))
    stage(Progress(4, 4, "end"))
    assert [(p.fraction, p.label) for p in seen] == [(0.5, "second half"), (1.0, "end")]


@pytest.mark.parametrize(
    "name", ["", "stylize", "stylize.", "stylize.nothing", "os.system", "stylize.__init__", "../x.y", "generate.a.b"]
)
def test_unknown_names_are_refused(name):
    with pytest.raises(Refusal, match="There is no pipeline"):
        find(name)


def test_every_pipeline_has_a_readable_signature():
    from pipelines.core.kinds import KINDS

    for name in run.names():
        form = settings_of(find(name))
        assert form.pipeline == name and form.summary.endswith("."), name
        assert KINDS[form.returns].suffix, name


def test_model_code_knows_neither_the_page_nor_the_studio():
    for path in (ROOT / "pipelines").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not FORBIDDEN.search(text):
            continue
        for node in ast.walk(ast.parse(text)):
            imported = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not {name.split(".")[0] for name in imported} & {"gradio", "studio", "pickle"}, path
