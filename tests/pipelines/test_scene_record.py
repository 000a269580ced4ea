"""A scene as data goes to JSON and back, and a wrong one is refused with its place."""

from __future__ import annotations

import pytest

from pipelines.core.settings import Refusal
from pipelines.scenes.record import Actor, Relation, SceneRecord, Thing, from_json, schema, to_json


def test_a_scene_goes_to_json_and_back():
    scene = SceneRecord(
        place="meadow",
        actors=(Actor(id="girl-1", noun="girl", act="read", object="book-1"),),
        things=(Thing(id="book-1", noun="book", colour="red"),),
        relations=(Relation(kind="held by", subject="book-1", object="girl-1"),),
    )
    assert from_json(to_json(scene)) == scene
    assert to_json(SceneRecord()) == "{}"
    assert set(schema()["properties"]) == set(SceneRecord.model_fields)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Invalid JSON"),
        ("[]", "object"),
        ('{"place": "nowhere"}', "place"),
        ('{"actors": [{"id": "girl-1", "noun": "girl", "object": "book-1"}]}', "'book-1' is named"),
        ('{"things": [{"id": "a", "noun": "cup"}, {"id": "a", "noun": "cup"}]}', "same id"),
        ('{"things": [{"id": "A b", "noun": "cup"}]}', "things.0.id"),
        ('{"things": [{"id": "a", "noun": "cup", "count": NaN}]}', "things.0.count"),
        ('{"things": [{"id": "a", "noun": "cup", "count": "2"}]}', "things.0.count"),
        (
            '{"relations": [{"kind": "on", "subject": "a", "object": "a"}], "things": [{"id": "a", "noun": "cup"}]}',
            "itself",
        ),
        ('{"sentence": "' + "x" * 70_000 + '"}', "at most 60,000 bytes"),
        ('{"things": ' + "[" * 5000 + "]" * 5000 + "}", "no scene"),
    ],
)
def test_what_is_no_scene_is_refused_with_its_place(text: str, said: str):
    with pytest.raises(Refusal, match=said):
        from_json(text)
