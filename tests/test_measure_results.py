"""Where measurements are kept, and how several ways are measured by turns."""

import json

from measure import results, timing


def test_rows_are_gone_on_with_and_held_without_a_file(tmp_path):
    path = tmp_path / "rows.jsonl"
    results.Lines(path).add({"input": 1})
    lines = results.Lines(path)
    lines.add(["two", 2])
    assert results.Lines(path).rows == lines.rows == [{"input": 1}, ["two", 2]]
    held = results.Lines(None)
    held.add(3)
    assert held.rows == [3]


def test_a_part_is_kept_beside_those_of_earlier_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "ROOT", tmp_path)
    assert results.kept("speed") == {}
    results.in_parts("speed", {"a": lambda: 1, "b": lambda: 2}, [])
    results.in_parts("speed", {"a": lambda: 3, "b": lambda: 4}, ["b"])
    assert json.loads((tmp_path / "bench" / "speed.json").read_text()) == results.kept("speed") == {"a": 1, "b": 4}


def test_ways_are_taken_by_turns_and_the_first_round_does_not_count():
    asked = []
    found = timing.by_turns({"a": lambda n: asked.append(("a", n)), "b": lambda n: asked.append(("b", n))}, 2)
    assert asked == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert [len(times) for times in found.values()] == [2, 2]
