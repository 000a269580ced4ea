"""Films: planned to the frame, made once, gone on with after a kill, changed with undo, handed over whole."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import av
import pytest

from pipelines.core.settings import Refusal
from pipelines.film.parts import mixing
from pipelines.media import load_sound, load_video
from studio.engine.runners import InProcess
from studio.film.describe import film as described
from studio.film.executors import render_here
from studio.film.library import NotYours, Stale
from studio.film.package import pack_handoff
from studio.film.storyboard import NEW_SOUND, Music, Picture, Sounds, as_json, storyboard_of
from studio.provenance.credential import read_credential
from studio.storage.faults import Unreachable
from studio.studio import open_studio
from studio.web import film_routes
from tests.fixtures import run_async, until
from tests.studio import film_stubs as stubs
from tests.studio.film_stubs import ADA, EVE, HOOK, RUNS, client_of, story

pytestmark = pytest.mark.slow

WORDS = [len("The fox runs to the sea.") / 15, len("A boat waits there, and it is empty.") / 15]
SHORT = story()["scenes"][:1]


@pytest.fixture
def studio(tmp_path, backend):
    with stubs.open_studio_of_stubs(tmp_path / "home") as opened:
        yield opened


def cut_of(studio, film):
    plan = studio.films.plan(film, "draft")
    return plan, studio.store.artifact("ada", plan.cut.artifact)


def stale(studio, film, size="draft"):
    return {step.key for step in studio.films.plan(film, size).stale}


# planning


def test_a_film_is_as_long_as_its_narration_and_the_rules_say(plain):
    studio, film = plain
    spoken = [-(-round(seconds * 48_000) // 2000) for seconds in WORDS]  # frames, rounded up
    # title 84; crossfade 12 + breath 6 + speech + rest 12 + wipe 12; 12 + 6 + speech + 12; silent 96 with the credits' 12; a tenth of that
    scenes = 84 + (12 + 6 + spoken[0] + 12 + 12) - 12 + (12 + 6 + spoken[1] + 12) - 12 + 96
    expected = scenes + max(72, scenes // 10)
    plan, cut = cut_of(studio, film)
    assert cut.facts["frames"] == expected == sum(1 for _ in load_video(cut.path).frames())
    assert plan.frames == expected and not plan.stale and not plan.estimated
    first = next(where for where in plan.timeline if where.id == "a")
    assert plan.cues[0].start == pytest.approx((first.start + first.speech_at) / 24)
    brief = replace(film.board, scenes=film.board.scenes[2:])
    for text in ("", "By Ada"):  # 7.5 s
        short = studio.films.plan(film, "draft", replace(brief, credits=replace(brief.credits, text=text)))
        assert [where.id for where in short.timeline] == ["title", "c", "credits"][: 3 if text else 2]


def test_the_first_scene_is_made_before_the_others(studio, monkeypatch):
    film = studio.films.create("ada", story())
    plan = studio.films.plan(film, "draft")
    assert [step.key for step in plan.ready()][:4] == ["a.line", "a.picture", "b.line", "b.picture"]
    studio.films.renders.begin(film, "draft")
    render = studio.films.renders.newest("ada", film.id)
    monkeypatch.setattr(studio.jobs.runner, "parallel_jobs", lambda: 2)
    studio.films.renders.advance(render)  # nothing waits in the lane before the first scene can be played
    assert {row["artifact"] for row in studio.store.rows("SELECT artifact FROM jobs WHERE lane = 'film'")} == {
        plan.steps[key].artifact for key in ("a.line", "a.picture")
    }


def test_nothing_is_made_twice_and_a_look_makes_only_what_hangs_on_it(plain):
    studio, film = plain
    render_here(studio.films, film, "draft")
    assert RUNS == []
    first, second, third = film.board.scenes
    board = replace(film.board, scenes=(first, replace(second, look="autumn-oils"), third))
    assert stale(
        studio, studio.films.edit("ada", film.id, board, version=film.version, what="Changed the look of scene 2")
    ) == {"b.look", "b.motion", "b.segment", "credits", "cut"}
    clips = {f"{id}.{kind}" for id in "abc" for kind in ("motion", "segment")}
    assert stale(studio, film, "full") == clips | {"title", "credits", "cut"}


def test_a_change_of_the_sound_makes_the_sound_again_and_nothing_else(rich):
    studio, film = rich
    plan = studio.films.plan(film, "draft")
    assert {"ambience", "score", "a.effects", "c.effects"} <= set(plan.steps)
    assert plan.steps["music"].call.pipeline == "film.bed" and plan.steps["music"].call.settings["pauses"] == 6
    assert stale(
        studio, studio.films.edit("ada", film.id, replace(film.board, music=replace(film.board.music, under=9)))
    ) == {
        "music",
        "cut",
    }  # nothing is composed
    assert stale(studio, studio.films.edit("ada", film.id, replace(film.board, sounds=Sounds(-6, None)))) == {"cut"}
    hit = replace(film.board.music, hits=(3.0, 900.0))
    after = studio.films.plan(studio.films.edit("ada", film.id, replace(film.board, music=hit)), "draft")
    assert after.steps["score"].call.settings["hits"] == "3"  # the other lies behind the end
    assert {"score", "music"} <= {step.key for step in after.stale}


def test_a_described_film_makes_room_for_what_is_seen(rich):
    studio, film = rich
    plan, cut = cut_of(studio, film)
    bare = studio.films.plan(film, "draft", replace(film.board, described=False))
    assert plan.frames > bare.frames and "descriptions" in plan.steps and "descriptions" not in bare.steps
    seen = [where for where in plan.timeline if where.described and f"{where.id}.line" in plan.steps]
    assert seen and all(where.speech_at >= where.begin + where.described for where in seen)
    with av.open(str(cut.path)) as file:
        assert len(file.streams.audio) == 2


def test_the_tree_names_every_picture_clip_voice_and_music(plain):
    studio, film = plain
    _, cut = cut_of(studio, film)
    credential = read_credential(cut.path, studio.certificate)
    assert credential.state == "this studio" and not credential.tampered_ingredients

    def below(part):
        return [one.title for one in part.ingredients] + [title for one in part.ingredients for title in below(one)]

    titles = below(credential)
    lines = [scene.line for scene in film.board.scenes if scene.line]
    for words in ("a fox", "a boat on the sea", "a house", *lines, "Voices in their places"):
        assert any(words in title for title in titles), (words, titles)
    shelf = {file.call.pipeline for file in studio.store.shelf("ada")}
    assert "film.cut" in shelf and not any(name in shelf for name in ("film.dress", "film.voice", "film.card"))


SCRIPT = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.studio import film_stubs as stubs
stubs.install()
from studio.film.executors import render_here
from studio.studio import open_studio
if {kill}:
    stubs.HOOK.append(lambda name: len(stubs.RUNS) >= {kill} and os.kill(os.getpid(), signal.SIGKILL))
studio = open_studio(Path({home!r}), spares=0)
film = studio.films.create("ada", stubs.story())
made = render_here(studio.films, film, "draft")
print(made.facts["payload_sha256"], len(stubs.RUNS))
studio.close()"""


def test_killed_and_gone_on_with_gives_the_bytes_of_an_uninterrupted_render(plain, tmp_path):
    root = str(Path(__file__).resolve().parents[2])

    def run(kill: int) -> subprocess.CompletedProcess[str]:
        script = SCRIPT.format(root=root, home=str(tmp_path / "killed"), kill=kill)
        environment = {**os.environ, "STUDIO_DEVICE": "cpu"}
        command = [sys.executable, "-c", script]
        return subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=480, env=environment)

    assert run(5).returncode == -signal.SIGKILL
    resumed = run(0)
    assert resumed.returncode == 0, resumed.stderr[-2000:]
    payload, count = resumed.stdout.split()
    assert payload == cut_of(*plain)[1].facts["payload_sha256"] and int(count) <= 6  # at least three of nine were kept


# changing


def test_edits_are_undone_and_done_again(studio):
    films = studio.films
    film = films.create("ada", story())
    changed = films.edit("ada", film.id, replace(film.board, title="Another"), version=1, what="Changed the title")
    assert (changed.version, changed.title, changed.undo, changed.redo) == (2, "Another", "Changed the title", None)
    back = films.undo("ada", film.id)
    assert back.title == "A Test" and back.redo == "Changed the title" and back.undo is None
    assert films.undo("ada", film.id, -1).title == "Another"
    with pytest.raises(Stale):
        films.edit("ada", film.id, film.board, version=1)
    with pytest.raises(Refusal, match="nothing to do again"):
        films.undo("ada", film.id, -1)
    for number in range(120):
        changed = films.edit("ada", film.id, replace(film.board, title=f"Number {number}"))
    assert changed.undo and studio.store.rows("SELECT COUNT(*) FROM film_versions")[0][0] <= 102
    films.delete("ada", film.id)
    assert films.listed("ada") == []
    films.delete("ada", film.id, back=True)
    assert (
        films.listed("ada")[0]["title"] == "Number 119" and films.duplicate("ada", film.id).title == "Number 119 (copy)"
    )


def test_takes_are_made_compared_and_approved(studio):
    films = studio.films
    film = films.create("ada", story())
    before = films.plan(film, "draft").steps
    studio.jobs.run_now("ada", before["a.picture"].call)
    studio.jobs.start()
    job = films.reroll(film, "a.picture", "draft")
    until(lambda: studio.jobs.job("ada", job).state == "done")
    takes = films.takes(film, "a.picture", "draft")
    assert len(takes) == 2 and [take.current for take in takes] == [False, True] and all(take.fits for take in takes)
    chosen = films.approve(film, "a.picture", takes[0].artifact.id, "draft")
    steps = films.plan(chosen, "draft").steps
    assert steps["a.picture"].artifact == takes[0].artifact.id != before["a.picture"].artifact
    assert steps["b.picture"].artifact == before["b.picture"].artifact
    first, *others = chosen.board.scenes
    other = films.edit(
        "ada", film.id, replace(chosen.board, scenes=(replace(first, picture=Picture("two foxes")), *others))
    )
    assert not films.plan(other, "draft").steps["a.picture"].made  # the choice was for another prompt
    back = films.plan(films.undo("ada", film.id, 2), "draft").steps["a.picture"]
    assert back.artifact == before["a.picture"].artifact
    with pytest.raises(Refusal, match="Only pictures"):
        films.reroll(film, "cut", "draft")
    with pytest.raises(Refusal, match="take is gone"):
        films.approve(film, "a.picture", "0" * 32, "draft")


# the driver


def _state(studio, film):
    return studio.films.renders.newest("ada", film.id).state


def test_a_render_goes_on_after_the_studio_stops_and_broken_ones_stop_nobody(studio, tmp_path):
    films = studio.films
    film = films.create("ada", story(scenes=SHORT))
    gate = threading.Event()
    HOOK.append(lambda name: name == "music" and not gate.is_set() and time.sleep(0.2))
    sql = "INSERT INTO film_renders (session, film, size, storyboard, state, started) VALUES ('eve', ?, ?, ?, 'running', 0)"
    for broken in (("x", "full", "{broken"), ("y", "vast", "{}"), ("z", "draft", "[1]")):
        studio.store.rows(sql, *broken)
    films.renders.begin(film, "draft")
    studio.jobs.start()
    films.renders.start()
    until(lambda: RUNS.count("motion") >= 1)
    films.renders.stop()
    studio.jobs.stop()
    gate.set()
    again = open_studio(studio.store.home, InProcess(), spares=0)
    try:
        again.jobs.start()
        again.films.renders.start()
        until(lambda: again.films.renders.newest("ada", film.id).state == "done")
        shown = described(again.films, film, "draft")
        assert (
            shown["plan"]["cut"] == shown["render"]["artifact"] == shown["last"]["draft"]
            and shown["render"]["fraction"] == 1.0
        )
        states = [row["state"] for row in again.store.rows("SELECT state FROM film_renders WHERE session = 'eve'")]
        assert states == ["failed"] * 3
    finally:
        again.close()


def test_a_step_that_ends_while_the_film_is_looked_at_is_not_asked_for_again(studio, monkeypatch):
    films = studio.films
    film = films.create("ada", story())
    films.renders.begin(film, "draft")
    render = films.renders._renders("state = 'running'")[0]
    films.renders.advance(render)  # asks for the first steps
    planned, ended = films.renders._plan, []

    def plan(render):
        shown = planned(render)
        for row in [] if ended else studio.store.rows("SELECT * FROM jobs WHERE state = 'queued' ORDER BY id"):
            studio.jobs.run_now("ada", studio.jobs.job("ada", row["id"]).call)
            studio.store.change("UPDATE jobs SET state = 'done' WHERE id = ?", row["id"])
            ended.append(row["artifact"])
        return shown

    monkeypatch.setattr(films.renders, "_plan", plan)
    films.renders.advance(render)
    assert ended
    asked = [row["artifact"] for row in studio.store.rows("SELECT artifact FROM jobs WHERE lane = 'film'")]
    assert {one: asked.count(one) for one in ended} == dict.fromkeys(ended, 1)


def test_cancel_keeps_finished_steps(studio):
    films = studio.films
    film = films.create("ada", story(scenes=SHORT))
    gate = threading.Event()
    HOOK.append(lambda name: name == "music" and gate.wait(300))
    studio.jobs.start()
    films.renders.start()
    films.renders.begin(film, "draft")
    until(lambda: films.plan(film, "draft").steps["a.motion"].made)
    running = described(films, film, "draft")["render"]
    assert running["state"] == "running" and 0 < running["fraction"] < 1
    films.renders.cancel("ada", film.id)
    gate.set()
    until(lambda: not studio.store.rows("SELECT 1 FROM jobs WHERE state IN ('queued', 'running')"))
    assert _state(studio, film) == "cancelled" and films.plan(film, "draft").steps["a.motion"].made


def test_a_film_waits_for_a_database_or_files_that_do_not_answer(studio, monkeypatch):
    film = studio.films.create("ada", story())
    studio.films.renders.begin(film, "draft")
    render = studio.films.renders.newest("ada", film.id)
    monkeypatch.setattr(studio.jobs, "submit", lambda *given, **more: (_ for _ in ()).throw(Unreachable("gone")))
    studio.films.renders._look_at(render)
    assert studio.films.renders.newest("ada", film.id).state == "running"
    monkeypatch.setattr(
        studio.jobs, "submit", lambda *given, **more: (_ for _ in ()).throw(Refusal("The shelf is full."))
    )
    studio.films.renders._look_at(render)
    assert studio.films.renders.newest("ada", film.id).state == "failed"


def test_a_step_that_fails_says_why_and_the_rest_is_kept(studio):
    films = studio.films
    board = story()
    board["scenes"][1]["line"] = "Something unspeakable."
    film = films.create("ada", board)
    studio.jobs.start()
    films.renders.start()
    films.renders.begin(film, "draft")
    until(lambda: _state(studio, film) == "failed")
    assert described(films, film, "draft")["render"]["problem"] == "Scene 2: narration: This cannot be said."
    with pytest.raises(Refusal, match="Scene 2: narration: This cannot be said"):
        render_here(films, film, "draft")
    until(lambda: films.plan(film, "draft").steps["a.line"].made)  # it may still have been spoken when the other failed


# wrong input


def test_wrong_storyboards_get_one_sentence_and_lose_nothing(studio):
    films = studio.films
    film = films.create("ada", story())
    hours = {**as_json(film.board), "scenes": [{"line": "word " * 30_000, "picture": {"prompt": "a fox"}}]}
    with pytest.raises(
        Refusal, match=r"Scene 1: the narration has 1.9,\d+ characters, about 2\.9 hours of speech; a scene holds 800"
    ):
        films.edit("ada", film.id, hours)
    for wrong in (
        [],
        {"scenes": 3},
        {"scenes": [7]},
        {"scenes": [{"line": 5}]},
        {"seed": "x"},
        {"format": "4:3"},
        {"format": []},
        {"seed": 10**400},
        {"scenes": [{"picture": {"artifact": "../x"}}]},
        {"scenes": [{"thing": {"artifact": "ab" * 16}}]},
        {"scenes": [{"thing": {"artifact": "ab" * 16, "name": "x" * 41}}]},
    ):
        with pytest.raises(Refusal):
            films.edit("ada", film.id, wrong)
    assert films.film("ada", film.id).board == film.board
    assert films.create("ada", {"title": "Half a sign \ud83e"}).title == "Half a sign"
    with pytest.raises(Refusal, match="no scenes yet"):
        films.renders.begin(films.create("ada"), "draft")
    gone = films.create("ada", story(scenes=[{"picture": {"artifact": "ab" * 16}, "line": "Hello."}]))
    with pytest.raises(Refusal, match="Scene 1: its picture is gone from your shelf"):
        films.renders.begin(gone, "draft")
    long = films.create("ada", story(scenes=[{"picture": {"prompt": "a fox"}, "seconds": 60} for _ in range(6)]))
    with pytest.raises(Refusal, match="minutes long; 5 is the most"):
        films.renders.begin(long, "draft")
    with pytest.raises(NotYours):
        films.film("eve", film.id)


def test_a_style_that_is_gone_is_said_and_the_list_stays_whole(studio):
    films = studio.films
    films.create("ada", story())
    odd = films.create("ada", story(title="Odd", look="no-such-style"))
    studio.store.rows(
        "UPDATE film_versions SET storyboard = 'nonsense' WHERE film = ?", films.create("ada", story(title="Torn")).id
    )
    listed = {one["title"]: one["problem"] for one in films.listed("ada")}
    assert listed["A Test"] is None and "cannot be opened" in listed["Torn"]
    assert listed["Odd"] == "The film: the look “no-such-style” is gone; choose another."
    assert described(films, odd, "draft")["problems"] == [listed["Odd"]]


def test_a_lost_file_is_made_again(plain):
    studio, film = plain
    plan, cut = cut_of(studio, film)
    for file in (studio.store.artifact("ada", plan.steps["b.motion"].artifact), cut):
        file.path.unlink()
    assert stale(studio, film) >= {"b.motion", "cut"}
    again = render_here(studio.films, film, "draft")
    assert again.facts["payload_sha256"] == cut.facts["payload_sha256"] and again.path.is_file()


# handing over


def cues(content: bytes, form: str) -> list[tuple[float, str]]:
    """When each subtitle begins and its words, as FFmpeg's own reader has them."""
    with av.open(io.BytesIO(content), format=form) as file:
        packets = [packet for packet in file.demux() if packet.size]
        return [(float(packet.pts * packet.time_base), bytes(packet).decode()) for packet in packets]


def test_the_handoff_is_whole_and_signed_and_opens_elsewhere(rich, tmp_path, monkeypatch):
    """The timeline is read by OpenTimelineIO, subtitles by FFmpeg's reader, the film and every clip by PyAV."""
    otio = pytest.importorskip("opentimelineio")
    studio, film = rich
    plan, cut = cut_of(studio, film)
    path = pack_handoff(studio.films, film, "draft")
    assert read_credential(path, studio.certificate).state == "this studio"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        stems = {"voice", "music", "descriptions", "ambience", "effects"}
        assert names >= {f"stems/{name}.flac" for name in stems} and "stems/sounds.flac" not in names
        assert names >= {"pictures/01.png", "scenes/title.mp4", "scenes/02.mp4", "descriptions.vtt"}
        assert archive.read("a-test.mp4") == cut.path.read_bytes()
        assert "Made with Afternoon Studio" in archive.read("credits.txt").decode()
        assert storyboard_of(json.loads(archive.read("storyboard.json"))) == film.board
        assert json.loads(archive.read("recipe.json"))["result"] == cut.id
        for name in stems:
            (tmp_path / "stem.flac").write_bytes(archive.read(f"stems/{name}.flac"))
            assert len(mixing.stereo(load_sound(tmp_path / "stem.flac"))) == plan.frames * 2000, name
        with av.open(io.BytesIO(archive.read("a-test.mp4"))) as video:
            (picture,), sound = video.streams.video, video.streams.audio[0]
            assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
            assert picture.width * 16 == picture.height * 9 and picture.frames == plan.frames
            assert float(sound.duration * sound.time_base) == pytest.approx(picture.frames / 24, abs=0.05)
        timeline = otio.adapters.read_from_string(archive.read("timeline.otio").decode(), "otio_json")
        assert {track.name for track in timeline.tracks} == {"Pictures", "Voice", "Music", "Ambience", "Effects"}
        assert {track.duration().value for track in timeline.tracks} == {plan.frames}
        for clip in timeline.find_clips():
            available, shown = clip.media_reference.available_range, clip.source_range
            assert available.start_time <= shown.start_time
            assert shown.end_time_exclusive() <= available.end_time_exclusive()
            with av.open(io.BytesIO(archive.read(clip.media_reference.target_url))) as media:
                if media.streams.video:
                    assert media.streams.video[0].frames == available.duration.value
                else:
                    assert media.duration / 1e6 == pytest.approx(available.duration.to_seconds(), abs=0.05)
        said = cues(archive.read("subtitles.srt"), "srt")
        assert [start for start, _ in said] == [start for start, _ in cues(archive.read("subtitles.vtt"), "webvtt")]
        marked = timeline.video_tracks()[0].markers
        assert [words for _, words in said] == [marker.name for marker in marked] and len(said) >= 2
        for (start, _), marker in zip(said, marked, strict=True):
            assert start == pytest.approx(marker.marked_range.start_time.to_seconds(), abs=0.05)
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    with zipfile.ZipFile(pack_handoff(studio.films, film, "draft")) as archive:
        assert "timeline.otio" not in archive.namelist()
        assert "There is no timeline.otio" in archive.read("README.txt").decode()
    with pytest.raises(Refusal, match="render it first"):
        pack_handoff(studio.films, film, "full")


def test_the_command_renders_a_file(studio, tmp_path, capsys, monkeypatch):
    from studio.__main__ import SESSION, main

    studio.close()
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    file, out = tmp_path / "small.json", tmp_path / "small.mp4"
    file.write_text(json.dumps(story(scenes=SHORT)))
    assert main(["film", str(file), f"out={out}", "size=draft"]) == 0
    said = capsys.readouterr().out
    assert (
        "Scene 1: picture" in said and "s of 160 x 90" in said and out.is_file() and out.with_suffix(".srt").is_file()
    )
    assert main(["verify", str(out)]) == 0 and "componentOf" in capsys.readouterr().out
    assert main(["film", str(tmp_path / "none.json")]) == 1 == main(["read", str(tmp_path / "none.json")])
    assert capsys.readouterr().err.count("There is no file") == 2
    (tmp_path / "told.txt").write_text("The Sea\n\nA red fox runs to the sea.")
    assert main(["film", str(tmp_path / "told.txt"), f"out={out}", "size=draft", "--board", str(file)]) == 0
    assert [json.loads(file.read_text())[name] for name in ("title", "mood")] == ["The Sea", "calm"]
    file.write_text("{")
    assert main(["film", str(file)]) == 1 and "cannot be read as JSON" in capsys.readouterr().err
    file.write_text('{"scenes": []}')
    assert main(["film", str(file), f"out={out}"]) == 1 and "no scenes yet" in capsys.readouterr().err
    nowhere = tmp_path / "none" / "film.mp4"
    assert main(["film", str(file), f"out={nowhere}"]) == 1 and f"no folder {nowhere.parent}" in capsys.readouterr().err
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"nothing" * 50)
    file.write_text('{"scenes": [{"picture": {"file": "broken.mp4"}}]}')
    assert main(["film", str(file), f"out={out}"]) == 1
    assert len(capsys.readouterr().err.strip().split("\n")) == 1 and SESSION
    studio.store.__init__(tmp_path / "home")  # the fixture closes it again


# the routes


def test_the_routes_are_for_their_owner_and_say_what_is_wrong(studio):
    client = client_of(film_routes, studio.films)
    made = client.post("/studio/films", json={"storyboard": story()}, headers=ADA).json()
    at = f"/studio/films/{made['id']}"
    assert (
        made["plan"]["stale"] == made["plan"]["total"] and len(studio.store.rows("SELECT id FROM jobs")) == 3
    )  # pictures
    assert client.get("/studio/films/choices", headers=ADA).json()["examples"][0]["name"] == "fox"
    for method, path in (
        ("get", at),
        ("get", f"{at}/state"),
        ("get", f"{at}/handoff"),
        ("get", f"{at}/takes/a.picture"),
    ):
        answer = getattr(client, method)(path, headers=EVE)
        assert answer.status_code == 403 and answer.json()["problem"] == "This is not one of your films."
    for verb in ("undo", "render", "cancel", "delete", "undelete", "duplicate", "reroll", "approve"):
        assert client.post(f"{at}/{verb}", json={}, headers=EVE).status_code == 403
    assert client.put(at, json={"storyboard": {}}, headers=EVE).status_code == 403
    assert (
        client.put(at, json={"storyboard": story()}, headers={"cookie": ADA["cookie"]}).status_code == 403
    )  # without x-studio
    changed = client.put(
        at, json={"version": 1, "storyboard": story(title="New"), "what": "Changed the title"}, headers=ADA
    ).json()
    assert changed["version"] == 2 and changed["undo"] == "Changed the title"
    assert client.put(at, json={"version": 1, "storyboard": story()}, headers=ADA).status_code == 409
    assert client.post(f"{at}/undo", json={}, headers=ADA).json()["storyboard"]["title"] == "A Test"
    assert client.put(at, content=b"{" + b" " * 400_000, headers=ADA).status_code == 413
    assert client.put(at, content=b"[" * 5000, headers=ADA).json() == {"problem": "This request is damaged."}
    assert client.put(at, content=b'{"storyboard": {"title": "\\ud800"}}', headers=ADA).json() == {
        "problem": "This request is damaged."
    }
    assert client.get(f"{at}/handoff", headers=ADA).json()["problem"] == "The film has changed; render it first."
    assert client.get(f"{at}?size=huge", headers=ADA).json()["problem"] == "A film is rendered as full or draft."
    assert client.post(f"{at}/render", json={"size": "draft"}, headers=ADA).json()["render"]["state"] == "running"
    assert client.post(f"{at}/cancel", json={}, headers=ADA).json()["render"]["state"] == "cancelled"
    assert client.post(f"{at}/dance", json={}, headers=ADA).status_code == 404
    assert (
        client.post("/studio/films", json={"example": "../x"}, headers=ADA).json()["problem"]
        == "The studio has no such film."
    )
    assert (
        len(client.get("/studio/films", headers=ADA).json()["films"]) == 1
        and client.get("/studio/films", headers=EVE).json()["films"] == []
    )


def test_a_storyboard_through_rest_that_cannot_be_rendered_leaves_no_film(studio):
    from studio.web.film_api import render_film

    with pytest.raises(Refusal, match="no scenes yet"):
        run_async(render_film(studio, "ada", '{"scenes": []}', "draft"))
    assert studio.films.listed("ada") == []


def test_the_example_films_are_fit_to_be_rendered(studio):
    from studio.web.film_routes import example, examples

    assert [path.stem for path in examples()] == ["fox", "lighthouse", "ghost", "penguin"]
    for path in examples():
        film = studio.films.create("ada", example(path.stem))
        plan = studio.films.plan(film, "full")
        assert plan.problems == [] and film.board.scenes, path.stem
        assert film.board == storyboard_of(as_json(film.board))
        if path.stem == "fox":
            assert len(film.board.scenes) >= 5 and plan.frames >= 30 * 24 and (plan.width, plan.height) == (1280, 720)


def test_a_film_that_is_begun_on_the_page_has_its_sound_and_an_example_keeps_its_own(studio):
    client, headers = client_of(film_routes, studio.films), ADA

    def begin(**asked):
        return client.post("/studio/films?size=draft", json=asked, headers=headers).json()["storyboard"]

    begun = begin(storyboard={"title": "New"})
    assert begun["sounds"] == NEW_SOUND["sounds"] and begun["music"]["under"] == 13
    kept = begin(storyboard=as_json(storyboard_of(story())))
    assert "sounds" not in kept and "under" not in kept["music"] and "sounds" not in begin(example="fox")


# what a storyboard says of its sound


def test_a_storyboard_of_before_has_the_sound_of_before():
    board = storyboard_of(story())
    assert board.sounds == Sounds() and board.music == Music() and "sounds" not in as_json(board)
    assert as_json(board)["music"] == {"from": "composed"}
    new = storyboard_of(story(**NEW_SOUND))
    assert storyboard_of(as_json(new)) == new and new.music.under == 13 and new.sounds == Sounds(0, 0)
    assert as_json(replace(new, music=Music(hits=(2.5, 9))))["music"]["hits"] == [2.5, 9]
    drawn = storyboard_of(story(music={"from": "composed", "gain": [[9, -3], [2.5, -12], [9, 0]]}))
    assert as_json(drawn)["music"] == {"from": "composed", "gain": [[2.5, -12], [9, 0]]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sounds": {"ambience": 90}},
        {"sounds": {"effects": "loud"}},
        {"music": {"under": 0}},
        {"music": {"under": 12, "pauses": float("nan")}},
        {"music": {"hits": [-1]}},
        {"music": {"hits": ["soon"]}},
        {"music": {"hits": list(range(21))}},
        *({"music": {"gain": bad}} for bad in ([["1", 2]], [[1, 99]], [[1]], [[-1, 0]], [[True, 0]], ["x"])),
    ],
)
def test_what_no_sound_can_have_is_refused_in_a_sentence(wrong):
    with pytest.raises(Refusal, match=r"\.$"):
        storyboard_of(story(**wrong))
