"""Methods stand in groups, and results go to the likeliest place first."""

from __future__ import annotations

import json

from studio.web.controls import described
from studio.web.sendto import RECORDS
from studio.web.tabs import board


def test_the_page_draws_groups_one_after_the_other_and_begins_with_the_first_method():
    for name, methods in json.loads(described(board())).items():
        groups = [one["group"] for one in methods]
        assert groups == sorted(groups, key=groups.index), name
        assert methods[0]["pipeline"] == board().tab(name).methods[0].pipeline


def test_the_likeliest_places_exist_and_come_with_a_rank():
    known = {one.pipeline for tab in board().tabs for one in tab.methods}
    for kind, usual in RECORDS["likely"].items():
        targets = board().targets(kind)
        ranks = {one["pipeline"]: one["rank"] for one in targets}
        assert [ranks[one] for one in usual if one in known] == [n for n, one in enumerate(usual) if one in known], kind
        assert all(one["label"].replace("Red team", "Red-team") == f"{one['tab']}: {one['short']}" for one in targets)
