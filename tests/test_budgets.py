"""The house only gets smaller: no number is above its budget, and a budget that rises has one dated reason."""

from __future__ import annotations

import re
import subprocess

import pytest

from measure import sizes


def test_no_number_is_above_its_budget():
    budgets, now = sizes.flatten(sizes.read_budgets()), sizes.flatten(sizes.measure(sizes.read_tree()))
    above = {name: (number, budgets.get(name, 0)) for name, number in now.items() if number > budgets.get(name, 0)}
    assert not above, (
        f"Above the budget (now, budget): {above}. Remove something, or see CONTRIBUTING.md on raising one row."
    )


def test_a_budget_rises_only_with_a_dated_reason_and_one_at_a_time():
    raised = sizes.read_budgets()["raised"]
    assert len(raised) <= 1 and all(re.match(r"20\d\d-\d\d-\d\d: \w", reason) for reason in raised)
    command = ["git", "log", "-2", "--format=%H", "--", "tests/budgets.toml"]
    commits = subprocess.run(command, cwd=sizes.ROOT, capture_output=True, text=True).stdout.split()
    if len(commits) < 2:
        pytest.skip("There is no earlier budget in the history here.")
    text = subprocess.check_output(["git", "show", f"{commits[1]}:tests/budgets.toml"], cwd=sizes.ROOT, text=True)
    before = sizes.read_budgets(text)
    now, earlier = sizes.flatten(sizes.read_budgets()), sizes.flatten(before)
    risen = {name for name, number in now.items() if number > earlier.get(name, number)}
    allowed = {row for rows in raised.values() for row in rows}
    assert risen <= allowed, f"Raised without a reason: {risen - allowed}"


def test_what_is_counted():
    text = '''
"""A module
of two lines."""
def read(word):
    """Read."""
    found = word
    if word in ("sea", "moon"):
        return 1


    return found == "sun"
'''
    counts = sizes.measure(
        {"pipelines/reading/words.py": text, "studio/web/static/a.js": "let a;\nlet b;\n", "docs/a.md": "Two words"}
    )
    assert counts["folders"]["pipelines/reading"] == {"lines": 8, "modules": 1}
    assert counts["folders"]["studio/web"] == {"lines": 2, "modules": 1}
    house = counts["house"]
    assert (
        house["compared_words_in_readers"],
        house["vague_names"],
        house["participle_functions"],
        house["words_of_docs"],
    ) == (3, 1, 1, 2)
    budgets = sizes.lower(
        counts, {"house": {"vague_names": 0}, "folders": {"pipelines/reading": {"lines": 9, "modules": 1}}}
    )
    assert budgets["house"]["vague_names"] == 0 and budgets["folders"]["pipelines/reading"]["lines"] == 8
