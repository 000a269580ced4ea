"""Films: planned to the frame, made once, gone on with after a kill, changed with undo, handed over whole."""

from __future__ import annotations

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

import pytest

from pipelines.core.settings import Refusal
from pipelines.media import load_video
from studio.engine.runners import InProcess
from studio.film.describe import film as described
from studio.film.executors import render_here
from studio.film.library import NotYours, Stale
from studio.film.package import packed
from studio.film.storyboard import Picture, as_json, storyboard_of
from studio.provenance.credential import read
from studio.storage.faults import Unreachable
from studio.studio import open_studio
from tests.fixtures import run_async, until
from tests.studio import film_stubs as stubs
from tests.studio.film_stubs import HOOK, RUNS, story

pytestmark = pytest.mark.slow

WORDS = [len("The fox runs to the sea.") / 15, len("A boat waits there, and it is empty.") / 15]


@pytest.fixture
def studio(tmp_path, backend):
    with stubs.opened(tmp_path / "home") as opened:
        yield opened


def made(studio, **more):
    film = studio.films.create("ada", story(**more))
    return film, render_here(studio.films, film, "draft")


def test_a_film_is_as_long_as_its_narration_and_the_rules_say(studio):
    film, result = made(studio)
    spoken = [-(-round(seconds * 48_000) // 2000) for seconds in WORDS]  # frames, rounded up
    # title 84; crossfade 12 + breath 6 + speech + rest 12 + wipe 12; 12 + 6 + speech + 12; silent 96 with the credits' 12; credits 144
    expected = 84 + (12 + 6 + spoken[0] + 12 + 12) - 12 + (12 + 6 + spoken[1] + 12) - 12 + 96 + 144 - 12
    assert result.facts["frames"] == expected == sum(1 for _ in load_video(result.path).frames())
    plan = studio.films.plan(film, "draft")
    assert plan.frames == expected and not plan.stale and not plan.estimated
    first = next(where for where in plan.timeline if where.id == "a")
    assert plan.cues[0].start == pytest.approx((first.start + first.speech_at) / 24)
    assert [where.start for where in plan.timeline] == sorted(where.start for where in plan.timeline)


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


def test_the_first_scene_is_made_before_the_others(studio, monkeypatch):
    film = studio.films.create("ada", story())
    plan = studio.films.plan(film, "draft")
    assert [step.key for step in plan.ready()][:4] == ["a.line", "a.picture", "b.line", "b.picture"]
    studio.films.renders.begin(film, "draft")
    render = studio.films.renders._renders("state = 'running'")[0]
    monkeypatch.setattr(studio.jobs.runner, "parallel_jobs", lambda: 2)
    studio.films.renders.advance(render)  # nothing waits in the lane before the first scene can be played
    waiting = studio.store.rows("SELECT artifact FROM jobs WHERE lane = 'film'")
    assert {row["artifact"] for row in waiting} == {plan.steps[key].artifact for key in ("a.line", "a.picture")}


def test_nothing_is_made_twice_and_a_look_makes_only_what_hangs_on_it(studio):
    film, _ = made(studio)
    assert sorted(RUNS) == ["line"] * 2 + ["motion"] * 3 + ["music"] + ["picture"] * 3
    RUNS.clear()
    render_here(studio.films, film, "draft")
    assert RUNS == []
    first, second, third = film.board.scenes
    board = replace(film.board, scenes=(first, replace(second, look="autumn-oils"), third))
    changed = studio.films.edit("ada", film.id, board, version=film.version, what="Changed the look of scene 2")
    stale = {step.key for step in studio.films.plan(changed, "draft").stale}
    assert stale == {"b.look", "b.motion", "b.segment", "credits", "cut"}
    render_here(studio.films, changed, "draft")
    assert sorted(RUNS) == ["look", "motion"]
    full = {step.key for step in studio.films.plan(changed, "full").stale}
    assert full == {
        "a.motion",
        "a.segment",
        "b.motion",
        "b.segment",
        "c.motion",
        "c.segment",
        "title",
        "credits",
        "cut",
    }


def test_the_tree_names_every_picture_clip_voice_and_music(studio):
    film, result = made(studio)
    credential = read(result.path, studio.certificate)
    assert credential.state == "this studio" and not credential.tampered_ingredients

    def below(one):
        return [part.title for part in one.ingredients] + [title for part in one.ingredients for title in below(part)]

    titles = below(credential)
    for words in (
        "a fox",
        "a boat on the sea",
        "a house",
        "The fox runs to the sea.",
        "A boat waits there, and it is empty.",
        "Voices in their places",
    ):
        assert any(words in title for title in titles), (words, titles)
    plan = studio.films.plan(film, "draft")
    made_here = {model for step in plan.steps.values() for model in [step.call.pipeline]}
    assert {
        "generate.storybook",
        "animate.layers",
        "narrate.speak",
        "compose.fit",
        "film.card",
        "film.dress",
        "film.voice",
        "film.cut",
    } <= made_here
    shelf = {one.call.pipeline for one in studio.store.shelf("ada")}
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
for home in {homes!r}:
    stubs.RUNS.clear()
    studio = open_studio(Path(home), spares=0)
    film = studio.films.create("ada", stubs.story())
    made = render_here(studio.films, film, "draft")
    print(made.facts["payload_sha256"], len(stubs.RUNS))
    studio.close()
"""


def test_killed_and_gone_on_with_gives_the_bytes_of_an_uninterrupted_render(tmp_path):
    root = str(Path(__file__).resolve().parents[2])

    def run(kill: int, *homes: str) -> subprocess.CompletedProcess[str]:
        script = SCRIPT.format(root=root, homes=[str(tmp_path / home) for home in homes], kill=kill)
        return subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            cwd=root,
            timeout=480,
            env={**os.environ, "STUDIO_DEVICE": "cpu"},
        )

    assert run(5, "killed").returncode == -signal.SIGKILL
    both = run(0, "killed", "whole")
    assert both.returncode == 0, both.stderr[-2000:]
    again, rest, payload, count = both.stdout.split()
    assert payload == again and int(count) == 9 and int(rest) <= 6  # at least three of nine were kept


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
    film, _ = made(studio)
    before = films.plan(film, "draft").steps["a.picture"].artifact
    studio.jobs.start()
    job = films.reroll(film, "a.picture", "draft")
    until(lambda: studio.jobs.job("ada", job).state == "done")
    takes = films.takes(film, "a.picture", "draft")
    assert len(takes) == 2 and [one.current for one in takes] == [False, True] and all(one.fits for one in takes)
    chosen = films.approve(film, "a.picture", takes[0].artifact.id, "draft")
    plan = films.plan(chosen, "draft")
    assert plan.steps["a.picture"].artifact == takes[0].artifact.id != before
    assert {"a.motion", "a.segment", "title", "cut"} <= {step.key for step in plan.stale} and plan.steps[
        "b.motion"
    ].made
    first, *others = chosen.board.scenes
    board = replace(chosen.board, scenes=(replace(first, picture=Picture("two foxes")), *others))
    other = films.edit("ada", film.id, board)
    assert not films.plan(other, "draft").steps["a.picture"].made  # the choice was for another prompt
    assert films.plan(films.undo("ada", film.id, 2), "draft").steps["a.picture"].artifact == before
    with pytest.raises(Refusal, match="Only pictures"):
        films.reroll(film, "cut", "draft")
    with pytest.raises(Refusal, match="not on your shelf"):
        films.approve(film, "a.picture", "0" * 32, "draft")


# the driver


def _state(studio, film):
    return studio.films.renders.newest("ada", film.id).state


def test_a_render_goes_on_after_the_studio_stops_and_broken_ones_stop_nobody(studio, tmp_path):
    films = studio.films
    film = films.create("ada", story())
    gate = threading.Event()
    HOOK.append(lambda name: name == "music" and not gate.is_set() and time.sleep(0.2))
    studio.store.rows(
        "INSERT INTO film_renders (session, film, size, storyboard, state, started) VALUES ('eve', 'x', 'full', '{broken', 'running', 0)"
    )
    studio.store.rows(
        "INSERT INTO film_renders (session, film, size, storyboard, state, started) VALUES ('eve', 'y', 'vast', '{}', 'running', 0)"
    )
    studio.store.rows(
        "INSERT INTO film_renders (session, film, size, storyboard, state, started) VALUES ('eve', 'z', 'draft', '[1]', 'running', 0)"
    )
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
        found = planned(render)
        for row in [] if ended else studio.store.rows("SELECT * FROM jobs WHERE state = 'queued' ORDER BY id"):
            job = studio.jobs.job("ada", row["id"])
            studio.jobs.run_now("ada", job.call)
            studio.store.change("UPDATE jobs SET state = 'done' WHERE id = ?", row["id"])
            ended.append(row["artifact"])
        return found

    monkeypatch.setattr(films.renders, "_plan", plan)
    films.renders.advance(render)
    assert ended
    asked = [row["artifact"] for row in studio.store.rows("SELECT artifact FROM jobs WHERE lane = 'film'")]
    assert {one: asked.count(one) for one in ended} == dict.fromkeys(ended, 1)


def test_cancel_keeps_finished_steps(studio):
    films = studio.films
    film = films.create("ada", story())
    gate = threading.Event()
    HOOK.append(lambda name: name == "music" and gate.wait(300))
    studio.jobs.start()
    films.renders.start()
    films.renders.begin(film, "draft")
    until(lambda: RUNS.count("motion") == 3)
    running = described(films, film, "draft")["render"]
    assert running["state"] == "running" and 0 < running["fraction"] < 1
    films.renders.cancel("ada", film.id)
    gate.set()
    until(lambda: not studio.store.rows("SELECT 1 FROM jobs WHERE state IN ('queued', 'running')"))
    assert _state(studio, film) == "cancelled"
    assert films.plan(film, "draft").steps["a.motion"].made
    RUNS.clear()
    films.renders.begin(film, "draft")
    until(lambda: _state(studio, film) == "done")
    assert "picture" not in RUNS and RUNS.count("music") <= 1


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
    ):
        with pytest.raises(Refusal):
            films.edit("ada", film.id, wrong)
    assert films.film("ada", film.id).board == film.board
    assert films.create("ada", {"title": "Half a sign \ud83e"}).title == "Half a sign"
    with pytest.raises(Refusal, match="no scenes yet"):
        films.renders.begin(films.create("ada"), "draft")
    gone = films.create("ada", story(scenes=[{"picture": {"artifact": "ab" * 16}, "line": "Hello."}]))
    with pytest.raises(Refusal, match="Scene 1: its picture is not on your shelf any more"):
        films.renders.begin(gone, "draft")
    long = films.create("ada", story(scenes=[{"picture": {"prompt": "a fox"}, "seconds": 60} for _ in range(6)]))
    with pytest.raises(Refusal, match="minutes long; 5 minutes is the most"):
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
    assert listed["Odd"] == "The film: the look “no-such-style” is not in this studio any more; please choose another."
    assert described(films, odd, "draft")["problems"] == [listed["Odd"]]


def test_a_lost_file_is_made_again(studio):
    film, result = made(studio)
    clip = studio.films.plan(film, "draft").steps["b.motion"]
    for one in (studio.store.artifact("ada", clip.artifact), result):
        one.path.unlink()
        if studio.store.files is not None:  # the folder is a cache then
            studio.store.files.drop("ada", one.id)
    assert {step.key for step in studio.films.plan(film, "draft").stale} >= {"b.motion", "cut"}
    again = render_here(studio.films, film, "draft")
    assert again.facts["payload_sha256"] == result.facts["payload_sha256"] and again.path.is_file()


# handing over


def test_a_package_without_opentimelineio_is_whole_and_says_so(studio, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    film, _ = made(studio)
    with zipfile.ZipFile(packed(studio.films, film, "draft")) as archive:
        assert "timeline.otio" not in archive.namelist() and "a-test.mp4" in archive.namelist()
        assert "There is no timeline.otio" in archive.read("README.txt").decode()


def test_the_handoff_is_whole_and_signed(studio):
    import opentimelineio as otio

    film, result = made(studio)
    path = packed(studio.films, film, "draft")
    assert read(path, studio.certificate).state == "this studio"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        timeline = otio.adapters.read_from_string(archive.read("timeline.otio").decode(), "otio_json")
        assert archive.read("a-test.mp4") == result.path.read_bytes()
        assert (
            "Apache" in archive.read("credits.txt").decode()
            or "Made with Afternoon Studio" in archive.read("credits.txt").decode()
        )
        assert storyboard_of(json.loads(archive.read("storyboard.json"))) == film.board
        assert json.loads(archive.read("recipe.json"))["result"] == result.id
        assert "The fox runs to the sea." in archive.read("subtitles.srt").decode()
    assert {
        "stems/voice.flac",
        "stems/music.flac",
        "pictures/01.png",
        "scenes/title.mp4",
        "scenes/02.mp4",
        "scenes/credits.mp4",
    } <= names
    assert (
        timeline.video_tracks()[0].duration().value
        == timeline.audio_tracks()[0].duration().value
        == result.facts["frames"]
    )
    for clip in timeline.find_clips():
        assert clip.media_reference.target_url in names
    path.unlink()
    with pytest.raises(Refusal, match="render it first"):
        packed(studio.films, film, "full")


def test_the_command_renders_a_file(studio, tmp_path, capsys, monkeypatch):
    from studio.__main__ import SESSION, main

    studio.close()
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    file, out = tmp_path / "small.json", tmp_path / "small.mp4"
    file.write_text(json.dumps(story(scenes=story()["scenes"][:1])))
    assert main(["film", str(file), f"out={out}", "size=draft"]) == 0
    said = capsys.readouterr().out
    assert (
        "Scene 1: picture" in said and "s of 160 x 90" in said and out.is_file() and out.with_suffix(".srt").is_file()
    )
    assert main(["verify", str(out)]) == 0 and "componentOf" in capsys.readouterr().out
    assert main(["film", str(tmp_path / "none.json")]) == 1 and "There is no file" in capsys.readouterr().err
    file.write_text("{")
    assert main(["film", str(file)]) == 1 and "cannot be read as JSON" in capsys.readouterr().err
    file.write_text('{"scenes": []}')
    assert main(["film", str(file), f"out={out}"]) == 1 and "no scenes yet" in capsys.readouterr().err
    nowhere = tmp_path / "none" / "film.mp4"
    assert main(["film", str(file), f"out={nowhere}"]) == 1 and f"no folder {nowhere.parent}" in capsys.readouterr().err
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypmp42" + b"nothing" * 50)
    file.write_text('{"scenes": [{"picture": {"file": "broken.mp4"}}]}')
    assert main(["film", str(file), f"out={out}"]) == 1
    assert len(capsys.readouterr().err.strip().split("\n")) == 1 and SESSION
    studio.store.__init__(tmp_path / "home")  # the fixture closes it again


# the routes


def client_of(studio):
    from fastapi import APIRouter, FastAPI
    from starlette.testclient import TestClient

    from studio.web import film_routes

    app, routes = FastAPI(), APIRouter(prefix="/studio")
    film_routes.add(routes, studio.films)
    app.include_router(routes)
    return TestClient(app)


def test_the_routes_are_for_their_owner_and_say_what_is_wrong(studio):
    client = client_of(studio)
    ada, eve = ({"x-studio": "1", "cookie": f"studio_session={letter * 43}"} for letter in "ae")
    made = client.post("/studio/films", json={"storyboard": story()}, headers=ada).json()
    at = f"/studio/films/{made['id']}"
    assert made["plan"]["stale"] == made["plan"]["total"] and len(made["plan"]["scenes"]) == 3
    assert client.get("/studio/films/choices", headers=ada).json()["examples"][0]["name"] == "fox"
    for method, path in (
        ("get", at),
        ("get", f"{at}/state"),
        ("get", f"{at}/handoff"),
        ("get", f"{at}/takes/a.picture"),
    ):
        answer = getattr(client, method)(path, headers=eve)
        assert answer.status_code == 403 and answer.json()["problem"] == "This is not one of your films."
    for verb in ("undo", "render", "cancel", "delete", "undelete", "duplicate", "reroll", "approve"):
        assert client.post(f"{at}/{verb}", json={}, headers=eve).status_code == 403
    assert client.put(at, json={"storyboard": {}}, headers=eve).status_code == 403
    assert (
        client.put(at, json={"storyboard": story()}, headers={"cookie": ada["cookie"]}).status_code == 403
    )  # without x-studio
    changed = client.put(
        at, json={"version": 1, "storyboard": story(title="New"), "what": "Changed the title"}, headers=ada
    ).json()
    assert changed["version"] == 2 and changed["undo"] == "Changed the title"
    assert client.put(at, json={"version": 1, "storyboard": story()}, headers=ada).status_code == 409
    assert client.post(f"{at}/undo", json={}, headers=ada).json()["storyboard"]["title"] == "A Test"
    assert client.put(at, content=b"{" + b" " * 400_000, headers=ada).status_code == 413
    assert client.put(at, content=b"[" * 5000, headers=ada).json() == {"problem": "This request is damaged."}
    assert client.put(at, content=b'{"storyboard": {"title": "\\ud800"}}', headers=ada).json() == {
        "problem": "This request is damaged."
    }
    assert (
        client.get(f"{at}/handoff", headers=ada).json()["problem"]
        == "This film is not rendered as it is now; please render it first."
    )
    assert client.get(f"{at}?size=huge", headers=ada).json()["problem"] == "A film is rendered as full or draft."
    assert client.post(f"{at}/render", json={"size": "draft"}, headers=ada).json()["render"]["state"] == "running"
    assert client.post(f"{at}/cancel", json={}, headers=ada).json()["render"]["state"] == "cancelled"
    assert client.post(f"{at}/dance", json={}, headers=ada).status_code == 404
    assert (
        client.post("/studio/films", json={"example": "../x"}, headers=ada).json()["problem"]
        == "The studio has no such film."
    )
    assert (
        len(client.get("/studio/films", headers=ada).json()["films"]) == 1
        and client.get("/studio/films", headers=eve).json()["films"] == []
    )


def test_a_storyboard_through_rest_that_cannot_be_rendered_leaves_no_film(studio):
    from studio.web.film_api import rendered

    with pytest.raises(Refusal, match="no scenes yet"):
        run_async(rendered(studio, "ada", '{"scenes": []}', "draft"))
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


def test_a_described_film_makes_room_for_what_is_seen_and_says_it_on_a_second_track(studio):
    import av

    plain, _ = made(studio)
    film, result = made(studio, described=True)
    plan, before = studio.films.plan(film, "draft"), studio.films.plan(plain, "draft")
    told = [step for step in plan.steps.values() if step.kind == "description"]
    assert told and all(step.made for step in told) and "descriptions" in plan.steps
    assert plan.frames > before.frames
    for where in plan.timeline:
        if where.described and f"{where.id}.line" in plan.steps:
            assert (
                where.speech_at >= where.begin + where.described
            )  # the narrator has finished when the scene's own words begin
    with av.open(str(result.path)) as file:
        assert len(file.streams.audio) == 2
    with zipfile.ZipFile(packed(studio.films, film, "draft")) as archive:
        assert "descriptions.vtt" in archive.namelist() and "stems/descriptions.flac" in archive.namelist()
    assert "descriptions" not in before.steps
