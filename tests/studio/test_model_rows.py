"""What the Models tab is told of a model: whether it is pinned to a version."""

from __future__ import annotations

from pipelines.hub.preset import PINS
from pipelines.hub.table import TABLE
from studio.web.model_routes import model_card


def test_a_model_of_a_hub_says_its_pinned_version_or_that_it_has_none():
    rows = {row["source"]: row for row in map(model_card, (preset.card for preset in TABLE)) if row["hub"]}
    assert {source for source, row in rows.items() if row["revision"]} == {
        source for source in rows if source.removeprefix("hub:").partition(":")[0] in PINS
    }
    assert rows["hub:stabilityai/sd-turbo"]["revision"] == PINS["stabilityai/sd-turbo"]
    assert any(not row["revision"] for row in rows.values())  # those that the page calls not pinned
