"""The soak's own arithmetic and table: what they say must be true of numbers that are known."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

import pytest

from measure.soak.__main__ import PARTS, held, kept_table, left_of
from measure.soak.harness import Options, Refused, is_sentence
from measure.soak.memory import pss_of
from measure.soak.rows import Row, growth_an_hour, keep, percentile, slope, table


def test_percentiles_are_of_the_nearest_rank():
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 0.95) == 95.0
    assert percentile(values, 0.5) == 50.0
    assert percentile(values, 1.0) == 100.0
    assert percentile([7.0], 0.95) == 7.0
    with pytest.raises(ValueError):
        percentile([], 0.5)


def test_growth_is_per_cent_of_the_mean_in_an_hour():
    steady = [(600.0 * n, 2e9) for n in range(12)]
    assert growth_an_hour(steady) == 0.0
    growing = [(3600.0 * n, 1e9 + 1e7 * n) for n in range(3)]  # 10 MB an hour, of 1.01 GB in the mean
    assert growth_an_hour(growing) == pytest.approx(100 * 1e7 / 1.01e9)
    assert slope([(0.0, 3.0), (1.0, 1.0), (2.0, -1.0)]) == -2.0
    with pytest.raises(ValueError):
        slope([(5.0, 1.0), (5.0, 2.0)])


def test_the_table_keeps_one_line_a_row_and_names_what_failed():
    rows = {
        "visitors": [Row("nobody | nothing", "0 of 9\ntries", True), Row("p95", "400 ms", False)],
        "disk_full": [Row("full", "not here", None)],
    }
    lines = table(rows).splitlines()
    assert len(lines) == 5
    assert lines[2] == "| visitors | nobody \\| nothing | 0 of 9 tries | passed |"
    assert lines[3].endswith("| FAILED |") and lines[4].endswith("| skipped |")


def test_results_of_other_parts_stay(tmp_path):
    file = tmp_path / "soak" / "results.json"
    keep(file, "cancels", [Row("a", "b", True)], tmp_path, 1.0, quick=True)
    keep(file, "attacks", [Row("c", "d", False)], tmp_path, 2.0, quick=False)
    keep(file, "cancels", [Row("a", "e", False)], tmp_path, 3.0, quick=False)
    kept = json.loads(file.read_text())
    assert set(kept) == {"cancels", "attacks"}
    assert kept["cancels"]["rows"] == [{"goal": "a", "result": "e", "passed": False}]
    assert not list(file.parent.glob("*.part"))


def test_only_parts_without_a_full_run_are_left_and_the_table_says_which_were_quick(tmp_path):
    file = tmp_path / "results.json"
    keep(file, "cancels", [Row("a", "b", False)], tmp_path, 90.0, quick=True)
    keep(file, "attacks", [Row("c", "d", True)], tmp_path, 2.0, quick=False)
    assert left_of(("cancels", "attacks", "mixed"), held(file)) == ["cancels", "mixed"]
    assert held(tmp_path / "none") == {}
    attacks, cancels = kept_table(held(file)).splitlines()[2:]
    assert (
        attacks.startswith("| attacks (") and "quick" not in attacks and ", 2 min, quick) | a | b | FAILED |" in cancels
    )


@pytest.mark.parametrize(
    ("status", "text", "honest"),
    [
        (429, "You have 50 jobs waiting already; let some finish or cancel them first.", True),
        (500, "Internal Server Error", False),
        (500, "Something went wrong inside the studio; the log has the details.", False),
        (400, "sqlite3.OperationalError: database or disk is full", False),
        (400, "[Errno 28] No space left on device.", False),
        (400, "", False),
    ],
)
def test_only_a_sentence_and_a_fitting_status_are_an_honest_no(status, text, honest):
    assert Refused(status, text).honest is honest


def test_a_sentence_is_one_line_without_traces():
    assert is_sentence("The disk is full; delete something from the shelf, then try again.")
    assert (
        not is_sentence("ValueError: no.")
        and not is_sentence("Two\nlines.")
        and not is_sentence(None)
        and not is_sentence("See /tmp/x.")
    )


def test_every_part_can_be_imported_and_run():
    for part in PARTS:
        assert callable(importlib.import_module(f"measure.soak.{part}").run), part


def test_minutes_bound_what_lasts_and_quick_what_is_counted():
    assert Options(minutes=2).seconds(600, 20) == 120
    assert Options(quick=True).seconds(600, 20) == 20
    assert Options().count(30, 2) == 30 and Options(quick=True).count(30, 2) == 2


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells the proportional size")
def test_the_proportional_size_of_a_process_is_known():
    assert 1_000_000 < (pss_of(os.getpid()) or 0) < 20e9
