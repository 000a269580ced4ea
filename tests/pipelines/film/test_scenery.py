"""Ambience and effects: made as the data say, without clicks, at the moments of the scene; and music that keeps its distance to a voice."""

from __future__ import annotations

import json
import math
from collections import defaultdict

import numpy as np
import pytest
from PIL import Image

from pipelines.animate.parts import moments
from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.deeds import Deed
from pipelines.animate.parts.rigged import Performer
from pipelines.animate.parts.told import Told, told_of
from pipelines.audio import mix, scenery
from pipelines.audio.ducking import speech
from pipelines.core.settings import Refusal
from pipelines.figures import ACTIONS
from pipelines.figures.gaits import gait_of, steps
from pipelines.film.ambience import ambience, sounds_of
from pipelines.film.bed import bed
from pipelines.film.parts import mixing
from pipelines.film.parts.shapes import SOUND_HZ
from pipelines.language.doings import STAYS, Doing
from pipelines.language.verbs import Act
from pipelines.media import Layers, Sound
from pipelines.media.openraster import Document, Layer, facts_of, write
from pipelines.scenes.performers import character_of
from pipelines.scenes.settings import SEEDS, family

KNOWN = scenery.scenery()
SOUNDS = KNOWN["sounds"]


@pytest.fixture
def short_loops(monkeypatch):
    monkeypatch.setattr(scenery, "LOOP_SECONDS", 3)


def test_a_loop_is_at_its_level_and_meets_its_beginning(short_loops):
    for name in (name for name, sound in SOUNDS.items() if "loop" in sound):
        made = scenery.loop(name)
        steps_taken = np.abs(np.diff(made, axis=0)).max(1)
        assert np.abs(made[0] - made[-1]).max() <= steps_taken.max(), name
        assert mix.loudness(np.concatenate([made, made])) == pytest.approx(SOUNDS[name]["level"], abs=2.5), name
        assert np.abs(made).max() < 0.5, name


def test_a_shot_begins_and_ends_in_silence_and_no_two_are_alike():
    for name in (name for name, sound in SOUNDS.items() if "shot" in sound):
        one, other = (scenery.shot(name, np.random.default_rng(seed), 1 + seed / 50) for seed in (0, 1))
        assert np.abs(one[[0, -1]]).max() < 0.02 * np.abs(one).max() < 0.02, name
        loudest = np.sqrt(np.square(np.pad(one, (0, -len(one) % 2400))).reshape(-1, 2400).mean(1).max())
        assert 20 * math.log10(loudest) == pytest.approx(SOUNDS[name]["level"], abs=0.1), name
        assert len(one) != len(other) or not np.array_equal(one, other), name


def test_every_word_of_the_data_leads_to_something():
    assert set(KNOWN["places"]) == {"", *map(family, SEEDS)} == {*KNOWN["ground"], *KNOWN["silent ground"]}
    named = {name for table in KNOWN["places"].values() for names in table.values() for name in names}
    named |= {name for table in KNOWN["weather"].values() for names in table.values() for name in names}
    named |= {*KNOWN["things"].values(), *KNOWN["steps"].values(), KNOWN["crowd"]["sound"], "hoof"}
    named |= {layer["of"] for sound in SOUNDS.values() for layer in sound.get("loop", ()) if "of" in layer}
    named |= {one.get("doors", one["sound"]) for one in KNOWN["acts"].values()} - {"step"}
    named |= {one["sound"] for one in (*KNOWN["acts"].values(), *KNOWN["calls"].values())} - {"step"}
    assert named | {"door shuts"} == set(SOUNDS)
    assert set(KNOWN["acts"]) <= set(ACTIONS) and {*KNOWN["ground"].values()} <= set(KNOWN["steps"])


def figure(noun: str, x: float, tall: float = 180.0) -> ActingFigure:
    return ActingFigure(
        (noun,), (x, 300.0), tall / 2, tall, "ground", "walk", False, 1.0, character=character_of(noun).to_json()
    )


def walking(about: dict, *, noun: str = "boy", gait: str = "walk") -> tuple[Cast, Told]:
    cast = Cast(640, 360, (), (figure(noun, 120.0),), about=about)
    doing = Doing(gait, way=Act(gait, "right"))
    deeds = (Deed(0.0, 1.0, doing),)
    return cast, Told([doing], [deeds], [Performer(cast, 0, deeds, 6.0, False, 1.0, None)], [])


@pytest.mark.parametrize(("noun", "gait"), [("boy", "walk"), ("boy", "run"), ("fox", "walk")])
def test_a_step_is_heard_when_the_foot_is_set_down(noun, gait):
    cast, told = walking({"place": "street"}, noun=noun, gait=gait)
    actor = told.actors[0]
    assert isinstance(actor, Performer)
    footsteps = [step for step in moments.find_moments(cast, told, 6.0) if step.sound.startswith("step")]
    body, own = actor.character.figure, gait_of(actor.character.figure, gait)
    down = defaultdict(list)
    for share in np.linspace(0, 1, 2401):  # every foot as it is drawn, 400 times a second
        at, _ = actor._measure_steps(gait, float(share))
        for foot, (_, height, _) in steps(body, gait, at)[1].items():
            down[foot].append(height == 0)
    landed = [n / 400 for feet in down.values() for n in range(1, 2401) if feet[n] and not feet[n - 1]]
    assert len(footsteps) >= 6 and len(own.phases) == len(down)
    for step in footsteps:
        assert min(abs(step.at_s - time) for time in landed) < 1 / 48, step  # half a frame of the film
    assert len(footsteps) >= 0.75 * len(landed)  # but for the first and last ones, which are slower than a step
    assert footsteps[0].pan < footsteps[-1].pan and {step.sound for step in footsteps} == {"step on stone"}


def test_the_ground_and_the_weather_say_how_a_step_sounds():
    for about, sound in (
        ({"place": "park"}, "step on gravel"),
        ({"place": "room"}, "step on a floor"),
        ({"place": "meadow", "weather": "snow"}, "step on snow"),
        ({"place": "room", "weather": "snow"}, "step on a floor"),
        ({"place": "space"}, ""),
    ):
        assert moments.step_of(about) == sound
    cast, told = walking({"place": "space"})
    assert not [one for one in moments.find_moments(cast, told, 6.0) if "step" in one.sound]


def test_what_is_done_is_heard_and_who_has_words_does_not_bark():
    cast = Cast(640, 360, (), (figure("dog", 120.0), figure("girl", 300.0)), about={"place": "meadow"})
    told = told_of(cast, "The girl jumps.", 5.0, False, 1.0)
    heard = moments.find_moments(cast, told, 5.0)
    assert [one.sound for one in heard].count("bark") == 1 and "step on grass" in {one.sound for one in heard}
    assert "bark" not in {one.sound for one in moments.find_moments(cast, told, 5.0, frozenset(["dog"]))}
    asleep = Told([None], [(Deed(0.0, 1.0, Doing("sleep", way=STAYS)),), ()], told.actors, [])
    assert "bark" not in {one.sound for one in moments.find_moments(cast, asleep, 5.0)}


def picture(**about) -> Layers:
    shown = Image.new("RGBA", (32, 18), (90, 120, 90, 255))
    facts = {"about": about, "figures": [{"noun": "campfire"}]} if about else {}
    return Layers(*write(Document(32, 18, (Layer("ground", shown),), facts)))


def test_place_hour_weather_and_things_say_what_is_heard():
    def tell_sounds(**about):
        return set(sounds_of(facts_of(picture(**about).archive)))

    assert tell_sounds(place="sea", hour="day") == {"waves", "gulls", "fire"}
    assert tell_sounds(place="meadow", hour="night") == {"breeze", "crickets", "fire"}
    assert tell_sounds(place="meadow", hour="dawn", weather="rain") == {"breeze", "rain", "fire"}
    assert tell_sounds(place="kitchen", weather="rain") == {"room", "rain outside", "fire"}
    assert tell_sounds(place="underwater", weather="rain") == {"underwater", "fire"}
    crowd = {"about": {"place": "hall"}, "figures": [{"noun": "girl", "character": "{}"}] * 5}
    assert "crowd" in sounds_of(crowd) and "crowd" not in sounds_of({**crowd, "figures": crowd["figures"][:4]})
    assert tell_sounds() == set()


def test_a_place_of_two_scenes_goes_on_between_them_and_the_next_begins(short_loops):
    sea, room = picture(place="sea", hour="night"), picture(place="plain")
    sound = ambience([sea, sea, room], places="0 4 0 0.5; 3.5 3 0.5 0; 6.5 3.5 0 0", frames=240)
    assert sound.samples.shape == (240 * 2000, 2) and sound.rate_hz == SOUND_HZ
    whole = ambience([sea], places="0 10 0 0", frames=240)
    same = slice(2 * SOUND_HZ, 6 * SOUND_HZ)  # through the transition at 3.5 s
    assert np.abs(sound.samples[same] - whole.samples[same]).max() < 1e-4
    assert np.abs(sound.samples[0]).max() == 0 and np.abs(sound.samples[-1]).max() < 1e-3
    after = sound.samples[round(6.7 * SOUND_HZ) : 8 * SOUND_HZ]
    fire = ambience([room], places="0 10 0 0", frames=240).samples[round(6.7 * SOUND_HZ) : 8 * SOUND_HZ]
    assert np.array_equal(after, fire)  # the waves are gone
    with pytest.raises(Refusal):
        ambience([sea], places="", frames=24)


def test_music_that_follows_a_voice_keeps_its_distance():
    rng = np.random.default_rng(0)
    spoken = np.zeros((20 * SOUND_HZ, 1), np.float32)
    for start in (3, 8, 13):
        spoken[start * SOUND_HZ : (start + 3) * SOUND_HZ] = 0.1 * rng.standard_normal((3 * SOUND_HZ, 1))
    drifting = np.linspace(0.06, 0.2, 20 * SOUND_HZ)[:, None]  # music that grows by 10 dB
    music = Sound((drifting * rng.standard_normal((20 * SOUND_HZ, 2))).astype(np.float32), SOUND_HZ)
    voice = Sound(spoken, SOUND_HZ)
    fitted = bed(music, voice, frames=480, duck=13, pauses=6)
    told = json.loads(fitted.files["levels.json"])
    said, heard = np.array(told["voice"]), np.array(told["music"])
    speaking = np.interp(
        (np.arange(len(heard)) + 2) / 10 * SOUND_HZ, np.arange(len(spoken)), speech(voice, len(spoken))
    )
    level = said[said > -40].mean()
    assert level - heard[speaking > 0.99].mean() == pytest.approx(13, abs=1.5)
    assert level - heard[(speaking < 0.01)].mean() == pytest.approx(6, abs=1.5)
    assert np.ptp(heard[[45, 95, 145]]) < 2  # in the middle of each line: evened out
    assert np.abs(fitted.main.samples).max() < 1
    nobody = bed(music, None, frames=480, pauses=6).main.samples
    assert np.array_equal(nobody, bed(music, None, frames=480).main.samples)


def test_a_pause_between_words_is_none_and_one_between_scenes_is():
    voice = np.zeros((10 * SOUND_HZ, 1), np.float32)
    for start, end in ((1, 3), (3.5, 5), (7, 9)):
        voice[round(start * SOUND_HZ) : round(end * SOUND_HZ)] = 0.1
    lower = speech(Sound(voice, SOUND_HZ), len(voice), **mixing.FOLLOWING)
    assert lower[round(3.25 * SOUND_HZ)] == pytest.approx(1) and lower[6 * SOUND_HZ] < 0.01


def test_calls_of_before_keep_their_ids():
    from pipelines.core.aliases import settings_for_id

    assert "pauses" not in settings_for_id("film.bed", {"frames": 24, "duck": 12.0, "pauses": 0.0})
    assert settings_for_id("film.bed", {"pauses": 6})["pauses"] == 6
