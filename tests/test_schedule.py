"""The lists by which the tests are marked and put in order name files that are there; the longest begin first."""

from __future__ import annotations

from types import SimpleNamespace

from tests.conftest import (
    LONGEST,
    MARK_OF_THE_REST,
    ON_BOTH,
    QUICK,
    ROOT,
    SLOW,
    Schedule,
    has_nothing,
    pytest_collection_modifyitems,
)


def test_every_file_of_the_lists_is_there():
    assert not [path for path in (*LONGEST, *ON_BOTH, *SLOW) if not (ROOT / path).exists()]


def test_files_are_left_out_only_where_every_test_would_be():
    rest = f"not ({QUICK})"
    assert has_nothing("tests/browser/test_lab.py", QUICK) and not has_nothing("tests/browser/test_lab.py", rest)
    assert has_nothing("tests/test_schedule.py", rest) and not has_nothing("tests/test_schedule.py", QUICK)
    both = "tests/pipelines/generate/test_drawing.py"  # some of its tests need weights
    assert not has_nothing(both, QUICK) and not has_nothing(both, rest)
    assert not has_nothing("tests/browser/test_lab.py", "") and not has_nothing("tests/test_schedule.py", "weights")
    assert f"QUICK := {QUICK}\n" in (ROOT / "Makefile").read_text()
    helpers = [path for path in (ROOT / "tests").rglob("*.py") if not path.name.startswith("test_")]
    marking = [path.name for path in helpers if MARK_OF_THE_REST.search(path.read_text("utf-8"))]
    assert marking == ["conftest.py"]  # a mark that a file borrows would not be seen in its text


def test_files_with_a_chromium_and_long_files_begin_first():
    names = (
        "tests/test_docs.py::a",
        "tests/studio/test_film.py::a",
        "tests/browser/test_lab.py::a",
        "tests/browser/test_every_view.py::a",
    )
    items = [SimpleNamespace(nodeid=name, add_marker=lambda marker: None) for name in names]
    pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == [names[3], names[2], names[1], names[0]]


def test_a_schedule_says_who_ran_what_and_when():
    lines: list[str] = []
    schedule = Schedule()
    schedule.began = 100.0
    for start, stop in ((101.0, 102.0), (102.0, 107.0)):
        schedule.pytest_runtest_logreport(
            SimpleNamespace(worker_id="gw0", nodeid="tests/test_a.py::b", start=start, stop=stop)
        )
    schedule.pytest_terminal_summary(SimpleNamespace(section=lines.append, write_line=lines.append))
    assert lines[1].split() == ["gw0", "1", "to", "7", "s", "6", "s", "tests/test_a.py"]
