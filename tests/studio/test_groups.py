"""Methods in groups: each has one, what explains models stands together, and results go to the likeliest place first."""

from __future__ import annotations

from studio.web.groups import GROUPS, LIKELY, OTHERS, group_of
from studio.web.tabs import board


def test_every_method_of_a_tab_with_groups_stands_in_one():
    for tab in board().tabs:
        if tab.name in GROUPS:
            assert [one.pipeline for one in tab.methods if group_of(tab.name, one.pipeline) == OTHERS] == []


def test_the_likeliest_places_exist_and_come_with_a_rank():
    known = {one.pipeline for tab in board().tabs for one in tab.methods}
    for kind, usual in LIKELY.items():
        targets = board().targets(kind)
        ranks = {one["pipeline"]: one["rank"] for one in targets}
        assert [ranks[one] for one in usual if one in known] == [n for n, one in enumerate(usual) if one in known], kind
        assert all(one["label"].replace("Red team", "Red-team") == f"{one['tab']}: {one['short']}" for one in targets)
