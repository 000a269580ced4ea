"""The cut: to the frame, to the sample, in sync, at its loudness, and the same bytes whether scenes were made now or before."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipelines.audio import mix
from pipelines.compose.parts import perform
from pipelines.core.settings import Refusal
from pipelines.film.bed import bed
from pipelines.film.card import card
from pipelines.film.cut import cut
from pipelines.film.dress import dress
from pipelines.film.parts import reel, transitions
from pipelines.film.parts import subtitles as titling
from pipelines.film.parts.mixing import fade_out, fit_bed, master_mix, stereo
from pipelines.film.parts.shapes import SOUND_HZ
from pipelines.film.parts.subtitles import Cue
from pipelines.film.voice import voice
from pipelines.media import Sound, Video, load_sound, load_video, open_container, save_video
from tests.pipelines.compose.test_music import piece
from tests.pipelines.film.clips import drifting, saved, tone

pytestmark = pytest.mark.slow

SAID = "1\n00:00:00,500 --> 00:00:01,500\nHello there.\n"
LENGTHS, SHARED = (48, 60, 40), (12, 8)


def dress_scene(folder: Path, number: int, **more) -> Video:
    begin, end = (0, *SHARED)[number], (*SHARED, 0)[number]
    wanted = {"frames": LENGTHS[number], "shorter_side": 90, "begin": begin, "end": end} | more
    return saved(dress(drifting(number, LENGTHS[number]), **wanted), folder / f"scene{number}.mp4")


@pytest.fixture(scope="module")
def scenes(tmp_path_factory) -> list[Video]:
    return [dress_scene(tmp_path_factory.mktemp("scenes"), number) for number in range(3)]


def film(scenes: list[Video], path: Path, **more):
    result = cut(scenes, **({"transitions": "crossfade 12; morph 8"} | more))
    save_video(result.main, path)
    return result


def test_a_film_is_as_long_as_its_scenes_less_what_they_share(scenes, tmp_path):
    total = sum(LENGTHS) - sum(SHARED)
    count = total * SOUND_HZ // 24
    result = film(scenes, tmp_path / "film.mp4", voice=tone(total / 24, 48_000))
    made = load_video(tmp_path / "film.mp4")
    frames = list(made.frames())
    assert result.main.frame_count == len(frames) == total and made.rate_hz == 24
    assert abs(len(load_sound(tmp_path / "film.mp4").samples) - count) <= 1024  # AAC comes in blocks
    told = json.loads(result.files["cut.json"])
    assert [one["start"] for one in told["scenes"]] == [0, 36, 88] and told["frames"] == total
    differences = [np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames)]
    assert min(frame.mean() for frame in frames) > 20, "a black frame"
    assert min(differences) > 0.3, "a frozen frame"


def test_what_no_transition_touches_is_copied_packet_by_packet(scenes, tmp_path):
    film(scenes, tmp_path / "film.mp4")
    made = reel.Strip.of(tmp_path / "film.mp4")
    first = reel.Strip.of(scenes[0].file)
    assert [d for _, d, _ in made.packets(0, 36)] == [d for _, d, _ in first.packets(0, 36)]
    second = reel.Strip.of(scenes[1].file)
    assert [d for _, d, _ in made.packets(48, 88)] == [d for _, d, _ in second.packets(12, 52)]


def test_scenes_made_anew_give_the_same_film(scenes, tmp_path):
    sound = tone(5, 48_000)
    film(scenes, tmp_path / "one.mp4", voice=sound, subtitles=SAID, track=True)
    again = [dress_scene(tmp_path, number) for number in range(3)]
    film(again, tmp_path / "two.mp4", voice=sound, subtitles=SAID, track=True)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("kind", ["crossfade", "wipe", "morph"])
def test_a_transition_leads_from_one_scene_to_the_other(kind):
    earlier = list(drifting(1, 9).frames())
    later = list(drifting(2, 9).frames())
    mix_ = transitions.mixer(kind, earlier, later)
    near = [np.abs(mix_(a, b, time).astype(int) - a).mean() for a, b, time in zip(earlier, later, np.linspace(0, 1, 9))]
    assert near[0] < 3 and near[-1] > 15 and all(b > a - 3 for a, b in itertools.pairwise(near))
    assert np.abs(mix_(earlier[-1], later[-1], 1.0).astype(int) - later[-1]).mean() < 3


def test_click_and_flash_are_heard_and_seen_together(tmp_path):
    at = 37

    def flashing():
        for index in range(96):
            yield np.full((90, 160, 3), 235 if index == at else 60 + index % 3, np.uint8)

    scene = saved(dress(Video(160, 90, Fraction(24), 96, flashing), frames=96, shorter_side=90), tmp_path / "scene.mp4")
    samples = np.random.default_rng(0).normal(0, 1e-4, (96 * 2000, 1)).astype(np.float32)
    samples[at * 2000 : at * 2000 + 480] += 0.8 * np.sin(np.arange(480) * 0.6)[:, None]
    film([scene], tmp_path / "film.mp4", voice=Sound(samples, SOUND_HZ), transitions="")
    light = np.array([frame.mean() for frame in load_video(tmp_path / "film.mp4").frames()])
    heard = load_sound(tmp_path / "film.mp4")
    energy = np.square(heard.samples.mean(1)[: 96 * 2000]).reshape(96, 2000).sum(1)
    offset = np.argmax(np.correlate(energy - energy.mean(), light - light.mean(), "full")) - (len(light) - 1)
    assert abs(offset) <= 1 and light.argmax() == at


def test_the_mix_is_at_its_loudness_and_under_its_peak(scenes, tmp_path):
    from scipy.signal import lfilter

    noise = np.random.default_rng(0).normal(0, 0.3, (128 * 2000, 2)) * np.linspace(0.1, 1, 128 * 2000)[:, None]
    music = Sound(lfilter([0.3], [1, -0.9], noise, axis=0).astype(np.float32), SOUND_HZ)  # as dark as music is
    spoken = tone(5.3, 48_000, level=0.02)
    film(scenes, tmp_path / "film.mp4", voice=spoken, music=music, sounds=[tone(1, 44_100)], places="1.5 -6")
    heard = load_sound(tmp_path / "film.mp4").samples
    assert mix.loudness(heard) == pytest.approx(-16, abs=1) and mix.true_peak_db(heard) <= -1


def test_subtitles_are_painted_and_written(scenes, tmp_path):
    painted = list(dress_scene(tmp_path, 0, subtitles=SAID, subtitle_style="box").frames())
    changed = [np.abs(a[60:].astype(int) - b[60:]).mean() > 4 for a, b in zip(scenes[0].frames(), painted)]
    assert changed[13:35] == [True] * 22 and not any(changed[:11]) and not any(changed[37:])
    again = saved(
        dress(scenes[0], frames=48, shorter_side=90, subtitles=SAID, subtitle_style="box"), tmp_path / "a.mp4"
    )
    assert all(np.abs(a.astype(int) - b).mean() < 2.5 for a, b in zip(again.frames(), painted, strict=True))
    result = film(scenes, tmp_path / "film.mp4", subtitles=SAID, track=True)
    assert b"00:00:00,500 --> 00:00:01,500\nHello there." in result.files["subtitles.srt"]
    assert result.files["subtitles.vtt"].startswith(b"WEBVTT\n\n00:00:00.500 --> ")
    with open_container(tmp_path / "film.mp4") as container:
        said = [bytes(packet)[2:] for packet in container.demux(subtitles=0) if packet.size > 2]
    assert [one[:12] for one in said] == [b"Hello there."]


@pytest.mark.parametrize("style", ["plain", "box", "story"])
def test_every_letter_has_a_face(style):
    from pipelines.film.parts.lettering import FACES, _has, subtitle

    face = "serif" if style == "story" else "sans"
    assert all(any(_has(face, n, sign) for n in range(len(FACES[face]))) for sign in "Ağřöñ’“…–éß")
    drawn = subtitle("Grüße, šťastné a ñandú", style, "medium", (320, 180))
    assert drawn.through.min() < 26 and drawn.y + len(drawn.colour) <= 180


def test_a_short_clip_goes_on_and_another_rate_is_kept_in_time(tmp_path):
    frames = list(dress(drifting(1, 30), frames=100, shorter_side=90).frames())
    assert len(frames) == 100 and min(np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames)) > 0.2
    fast = list(dress(drifting(1, 60, rate=60), frames=24, shorter_side=90).frames())
    source = list(drifting(1, 60).frames())
    assert len(fast) == 24 and np.array_equal(fast[0], source[0])
    assert np.abs(fast[20].astype(int) - source[50]).mean() < 3


def test_lines_lie_where_they_belong():
    track = voice([tone(1.0), tone(0.5, 48_000)], places="0.25; 2", frames=72)
    assert track.samples.shape == (72 * 2000, 1) and track.rate_hz == SOUND_HZ
    loud = np.abs(track.samples[:, 0]) > 0.02
    assert (
        not loud[:11_900].any()
        and loud[12_000:60_000].mean() > 0.8
        and not loud[61_000:95_900].any()
        and loud[96_000:120_000].mean() > 0.8
    )


@pytest.mark.parametrize("seconds", [1.3, 3.0, 9.0])
def test_music_of_any_length_becomes_a_bed(seconds):
    spoken = Sound(
        np.concatenate([np.zeros((48_000, 1)), tone(1, 48_000).samples, np.zeros((48_000, 1))]).astype(np.float32),
        SOUND_HZ,
    )
    made = bed(tone(seconds, 44_100), spoken, frames=72, duck=12).main
    assert made.samples.shape == (72 * 2000, 2)
    quiet = np.abs(made.samples[60_000:90_000]).mean() / np.abs(made.samples[5_000:30_000]).mean()
    assert 20 * np.log10(quiet) == pytest.approx(-12, abs=4)


@pytest.fixture(scope="module")
def score() -> np.ndarray:
    """Composed music of 8 s with its cadence."""
    return perform.render(piece(seconds=8.0)[0], 8 * SOUND_HZ, seed=3, loop=False, fade_s=0.35).mix


@pytest.mark.parametrize("seconds", [8, 12.5, 30, 77.25, 240])
def test_music_ends_with_its_film_and_is_not_begun_anew(score, seconds):
    count = round(seconds * SOUND_HZ)
    whole = np.concatenate([np.resize(score[: 5 * SOUND_HZ], (count - len(score), 2)), score])
    assert np.array_equal(fit_bed(whole, None, count, 0)[: -SOUND_HZ // 2], whole[: -SOUND_HZ // 2])
    for early in (0, 2 * SOUND_HZ, -3 * SOUND_HZ):  # it fits, ends before its film, or is cut off by its end
        fitted = fade_out(fit_bed(np.resize(whole, (count - early, 2)), None, count, 0), 0.5)
        assert np.abs(fitted).max() > 0.1 and np.sqrt(np.square(fitted[-SOUND_HZ // 20 :]).mean()) < 0.001


def test_of_hours_of_sound_only_what_is_heard_is_touched():
    hours = np.broadcast_to(np.float32(0.1), (3 * 3600 * 44_100, 1))
    assert stereo(Sound(hours, 44_100), 4800).shape == (4800, 2)
    assert bed(Sound(hours, 44_100), frames=48).main.samples.shape == (48 * 2000, 2)


def test_empty_lines_do_not_end_a_subtitle():
    cues = [Cue(0.0, 1.0, "One\n\nand\r\n \r\ntwo", "Ada"), Cue(1.0, 2.0, "1984\nThree")]
    assert [cue.text for cue in titling.read_srt(titling.srt(cues))] == ["Ada: One\nand\ntwo", "1984\nThree"]
    assert titling.vtt(cues).count("\n\n") == 2  # after the head and between the two


@pytest.mark.parametrize("kind", ["title", "credits"])
def test_words_come_up_on_a_card_that_stands(kind):
    picture = np.asarray(next(drifting(4, 1, size=(640, 360)).frames()))
    from PIL import Image

    lines = "\n".join(f"line {n}" for n in range(30)) if kind == "credits" else "by nobody"
    made = card(Image.fromarray(picture), kind=kind, heading="A Film", lines=lines, frames=48, shorter_side=360, end=12)
    frames = list(made.frames())
    assert made.closed == (0, 36) and len(frames) == 48
    assert np.abs(frames[9].astype(int) - frames[0]).max() > 50 and (frames[47] == frames[20]).all()
    bare = list(card(Image.fromarray(picture), kind=kind, heading="", frames=48, shorter_side=360).frames())
    assert np.abs(frames[30].astype(int) - bare[30]).max() > 100


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"transitions": "melt 12"}, "is not a transition"),
        ({"transitions": "crossfade"}, "is not a transition"),
        ({"transitions": "cut; cut; cut"}, "3 transitions for 3 scenes"),
        ({"transitions": "crossfade 50; cut"}, "shorter than its transitions"),
        ({"sounds": [tone(1)], "places": ""}, "1 sounds and 0 places"),
        ({"sounds": [tone(1)], "places": "900"}, "lies outside"),
        ({"subtitles": "hello"}, "not SubRip"),
    ],
)
def test_what_does_not_fit_is_said(scenes, change, said):
    with pytest.raises(Refusal, match=said):
        cut(scenes, **change)


def test_scenes_that_do_not_fit_together_are_said(scenes, tmp_path):
    other = saved(dress(drifting(1, 24), frames=24, shorter_side=180), tmp_path / "large.mp4")
    with pytest.raises(Refusal, match="different sizes"):
        cut([scenes[0], other])
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(scenes[0].file.read_bytes()[:900] + b"nothing")
    with pytest.raises(Refusal, match="cannot be read"):
        cut([scenes[0], replace(scenes[1], file=broken)])
    with pytest.raises(Refusal, match="take 60 frames"):
        dress(drifting(1, 24), frames=24, begin=30, end=30)


def test_memory_does_not_grow_with_length():
    """The frames of a cut and of a scene are made one at a time."""
    import tracemalloc

    def peak(frames: int) -> int:
        tracemalloc.start()
        for _ in dress(drifting(1, frames), frames=frames, shorter_side=90).frames():
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(400) < 1.5 * peak(60)


def test_given_lines_stay_where_they_fit_and_flow_anew_where_they_do_not():
    from pipelines.film.parts.lettering import Type

    kind = Type("sans", 24, 500)
    assert kind.fit_lines("Short one,\nand two.", 300) == ["Short one,", "and two."]
    lines = kind.fit_lines("High up in the mountains, in an old\ncastle, there lived a ghost.", 300)
    assert " ".join(lines) == "High up in the mountains, in an old castle, there lived a ghost."
    assert len(lines) == 3 and max(map(kind.width, lines)) <= 300


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0])
def test_a_mix_is_brought_to_the_loudness_asked_for(target):
    seconds = np.arange(4 * 48_000) / 48_000
    track = np.stack([0.1 * np.sin(2 * np.pi * 330 * seconds)] * 2, 1).astype(np.float32)
    assert mix.loudness(master_mix(track, target)) == pytest.approx(target, abs=0.5)
