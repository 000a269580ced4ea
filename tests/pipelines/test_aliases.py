"""Recipes of earlier versions keep working: old names of pipelines, slots, settings and choices are understood."""

from __future__ import annotations

import pytest

from pipelines.core import aliases
from pipelines.core.registry import find, names
from pipelines.core.removed import MERGED as MERGED_WITH
from pipelines.core.settings import Choice, Refusal, Text, check_settings, settings_of
from studio.film.steps import base_of
from studio.storage.artifacts import Call, checked_call, without_private_text
from studio.web.describe import settings_in_words
from tests.fixtures import put_picture


def test_every_line_of_the_table_leads_to_something_that_there_is():
    known = set(names())
    for old, new in aliases.PIPELINES.items():
        assert new in known and old not in known
    for table, part in ((aliases.SLOTS, "slots"), (aliases.SETTINGS, "settings")):
        for pipeline, renamed in table.items():
            there = {one.name for one in getattr(settings_of(find(pipeline)), part)}
            assert set(renamed.values()) <= there and not there & set(renamed), pipeline
    for pipeline, settings in aliases.CHOICES.items():
        for setting, renamed in settings.items():
            field = settings_of(find(pipeline)).setting(setting).field
            assert isinstance(field, Choice) and not set(renamed) & set(field.named())
            assert set(renamed.values()) <= set(field.named())


def test_a_call_of_a_pipeline_that_is_gone_says_so_in_one_sentence():
    assert not set(aliases.GONE) & set(names())
    for pipeline, sentence in aliases.GONE.items():
        with pytest.raises(Refusal) as refusal:
            find(pipeline)
        assert str(refusal.value) == sentence


def test_what_was_taken_out_or_merged_is_not_there_and_its_usual_value_changes_nothing():
    for pipeline, gone in aliases.REMOVED.items():
        form = settings_of(find(pipeline))
        assert not set(gone) & set(form.defaults), pipeline
        usual = {name: one.usual for name, one in gone.items()}
        words = {s.name: "a fox ____" for s in form.settings if isinstance(s.field, Text) and s.field.required}
        assert check_settings(form, words | usual) == check_settings(form, words)
        assert not aliases.left_out(pipeline, usual)
        alone = [name for name, one in gone.items() if one.why != MERGED_WITH]
        assert list(aliases.left_out(pipeline, dict.fromkeys(gone, "another"))) == alone
        now, before = (Call(form.pipeline, {}, check_settings(form, words) | more) for more in ({}, usual))
        assert now.id == before.id and base_of(now) == base_of(before)
    assert set(aliases.MERGED) <= set(names())


@pytest.mark.parametrize(
    ("pipeline", "older", "now"),
    [
        ("generate.object", {"prompt": "a fox", "colour": "red", "seed": 1}, {"prompt": "red a fox", "seed": 1}),
        ("generate.complete", {"prompt": "a fox", "style": "flat"}, {"prompt": "a fox, flat"}),
        ("generate.faces", {"truncation": 3.0}, {"truncation": 1.5}),
        (
            "generate.character",
            {"hat": "beret", "changes": '{"top": "shirt"}'},
            {"changes": '{"hat": "beret", "top": "shirt"}'},
        ),
        ("compose.song", {"text": "calm", "metre": "3/4"}, {"text": "calm 3/4"}),
        ("compose.continue", {"bars": 2, "seconds": 16.0}, {"do": "continue", "bars": "2", "seconds": 16.0}),
        ("lab.flow", {"points": "", "shape": "ring"}, {"data": "ring"}),
        ("lab.score", {"points": "0,0 1,1 0,1", "shape": "islands"}, {"data": "0,0 1,1 0,1"}),
        ("lab.pixels", {"row": 2, "column": 3}, {"place": 67}),
        ("compose.sample", {"tempo": 120, "mood": "tense"}, {"text": "tense music, 120 bpm", "mood": "tense"}),
    ],
)
def test_a_merged_setting_of_an_older_recipe_is_said_with_what_is_left(pipeline, older, now):
    form = settings_of(find(pipeline))
    assert check_settings(form, older) == check_settings(form, now)


def test_a_card_says_what_an_older_recipe_had_that_is_gone():
    rows = settings_in_words(Call("infill.diffuse", {}, {"text": "a ____", "block": 4, "steps": 32}))
    assert [row["value"] for row in rows if "no longer" in row["value"]] == [
        "“block” is no longer a setting and was left out: no other value was measured to be better than the usual one."
    ]


def test_an_old_slot_of_a_kept_recipe_is_filled():
    kinds = {"a": "image", "b": "image"}
    old = checked_call("animate.loop", {"picture": "a", "mask": "b"}, {}, kinds.get)
    assert old == checked_call("animate.loop", {"picture": "a", "flowing": "b"}, {}, kinds.get)
    assert aliases.slots_of("animate.loop", {"mask": "b", "flowing": "c"}) == {"flowing": "c"}
    assert aliases.slots_of("film.cut", {"scenes.2": "x"}) == {"scenes.2": "x"}


@pytest.fixture
def rename_pipeline(monkeypatch, board):
    """The stub `stylize.wash` as if it had been called `stylize.rinse`, with a setting of another name."""
    monkeypatch.setitem(aliases.PIPELINES, "stylize.rinse", "stylize.wash")
    monkeypatch.setitem(aliases.SETTINGS, "stylize.wash", {"force": "strength"})
    monkeypatch.setitem(aliases.SLOTS, "stylize.wash", {"photo": "content"})
    find.cache_clear()
    yield
    find.cache_clear()


def test_an_old_recipe_is_run_again(studio, rename_pipeline):
    session = "a" * 32
    picture = put_picture(studio, session)
    call = checked_call("stylize.rinse", {"photo": picture.id}, {"force": 0.25}, lambda id: "image")
    assert (
        call.pipeline == "stylize.wash" and call.inputs == {"content": picture.id} and call.settings["strength"] == 0.25
    )
    kept = Call("stylize.rinse", {"photo": picture.id}, {"force": 0.25})  # a row of an earlier version, as it is
    made = studio.jobs.run_now(session, kept)
    assert made.kind == "image" and made.id == kept.id != call.id and made.path.is_file()


def test_words_under_an_old_name_stay_private(monkeypatch):
    monkeypatch.setitem(aliases.SETTINGS, "narrate.speak", {"words": "text"})
    shown = without_private_text(Call("narrate.speak", {}, {"words": "a secret"}))
    assert "a secret" not in str(shown)


def test_choices_are_renamed(monkeypatch):
    form = settings_of(find("generate.storybook"))
    setting = next(one for one in form.settings if isinstance(one.field, Choice))
    value = next(one for one in setting.field.named() if one != setting.default)
    monkeypatch.setitem(aliases.CHOICES, form.pipeline, {setting.name: {"an old choice": value}})
    assert check_settings(form, {"prompt": "a fox", setting.name: "an old choice"})[setting.name] == value


def test_what_was_asked_of_the_network_of_fine_traces_ends_in_a_sentence_or_goes_on():
    attack, exhibit = settings_of(find("redteam.detector")), settings_of(find("lab.nudge"))
    with pytest.raises(Refusal, match="no longer has the network of fine traces"):
        check_settings(attack, {"victim": "residual", "attack": "pgd"})
    assert check_settings(attack, {"victim": "deciding"}) == attack.defaults
    assert check_settings(exhibit, {"against": "traces", "what": "noise"}) == exhibit.defaults
