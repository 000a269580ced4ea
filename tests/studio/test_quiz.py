"""The quiz keeps its answers: dealt by chance, one picture a question, nothing said before the answer, nobody else's quiz."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.web import quiz as module
from studio.web.quiz import QuizPicture, Quizzes, questions
from studio.web.shipped import asset_files
from tests.fixtures import run_async

PAIRS = tuple((QuizPicture(f"{n}a", "real", "a"), QuizPicture(f"{n}b", "made", "b")) for n in range(12))
HEADERS = {"x-studio": "1"}


def detector_answer(file: str) -> dict:
    return {"verdict": "likely AI" if file.endswith("b") else "cannot tell", "sentence": "", "reasons": []}


def answer_quiz(quizzes: Quizzes, *words):
    return run_async(quizzes.answer(*words))


def test_chance_deals_one_picture_of_each_question_and_the_first_answer_counts():
    quizzes = Quizzes(detector_answer, PAIRS)
    dealt = [quizzes.begin("me").dealt for _ in range(40)]
    assert all(len({picture.file[:-1] for picture in each}) == module.QUESTIONS for each in dealt)
    first = {picture.truth for each in dealt for picture in each}
    assert first == {"real", "made"} and len(set(dealt)) > 30
    quiz = quizzes.begin("me")
    truth = quiz.dealt[0].truth != "real"
    answer = answer_quiz(quizzes, "me", quiz.id, 0, not truth)
    assert not answer["right"] and answer["score"]["you"] == 0
    assert not answer_quiz(quizzes, "me", quiz.id, 0, truth)["right"]  # a second thought does not count
    for number in range(1, module.QUESTIONS):
        answer = answer_quiz(quizzes, "me", quiz.id, number, quiz.dealt[number].truth != "real")
    made = sum(picture.truth == "made" for picture in quiz.dealt)
    assert answer["left"] == 0
    assert answer["score"] == {"asked": 8, "you": 7, "model": made, "wrong": 0, "open": 8 - made}


def test_nothing_is_told_ahead_and_nothing_of_others():
    quizzes = Quizzes(detector_answer, PAIRS)
    mine, theirs = quizzes.begin("me"), quizzes.begin("you")
    quizzes.picture("me", mine.id, 0)
    strange = (("me", theirs.id, 0), ("you", mine.id, 0), ("new", mine.id, 0))
    for session, id, number in (("me", mine.id, 1), ("me", mine.id, -1), *strange):
        with pytest.raises(Refusal):
            quizzes.picture(session, id, number)
        with pytest.raises(Refusal):
            answer_quiz(quizzes, session, id, number, True)
    quizzes.begin("me")
    with pytest.raises(Refusal, match="is over"):
        quizzes.picture("me", mine.id, 0)


def test_a_stranger_costs_little(monkeypatch):
    monkeypatch.setattr(module, "MOST_SESSIONS", 50)
    counted, lock = [], threading.Lock()

    def look(file: str) -> dict:
        with lock:
            counted.append(file)
        return detector_answer(file)

    quizzes = Quizzes(look, PAIRS)
    for number in range(500):
        quizzes.begin(f"visitor {number}")
    quizzes._one.shutdown(wait=True)
    assert len(quizzes._held) == 50 and len(counted) == len(set(counted)) <= 24


def test_over_the_routes_nothing_gives_a_question_away(studio, client, monkeypatch):
    monkeypatch.setattr(
        studio.jobs.runner, "run_in_worker", lambda store, task, file: detector_answer(file), raising=False
    )
    quiz = client.post("/studio/quiz", headers=HEADERS, json={}).json()
    assert set(quiz) == {"id", "of"}
    shown = client.get(f"/studio/quiz/{quiz['id']}/0/picture")
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"
    assert not {"content-disposition", "etag", "last-modified"} & set(shown.headers)
    assert client.get(f"/studio/quiz/{quiz['id']}/1/picture").status_code == 400
    assert client.post(f"/studio/quiz/{quiz['id']}/0", headers=HEADERS, json={"ai": "perhaps"}).status_code == 400
    assert client.post(f"/studio/quiz/{quiz['id']}/0", json={"ai": True}).status_code == 403  # not from the page
    said = client.post(f"/studio/quiz/{quiz['id']}/0", headers=HEADERS, json={"ai": True}).json()
    assert said["truth"] in ("real", "edited", "made") and said["about"] and said["left"] == quiz["of"] - 1
    assert client.get("/studio/shelf").json()["cards"] == []  # nothing of it comes onto the shelf


def test_the_files_of_the_quiz_are_alike_and_are_served_nowhere_else():
    listed = questions()
    assert len(listed) >= module.QUESTIONS and not [name for name in asset_files() if "quiz" in name]
    for pair in listed:
        assert [one.truth == "real" for one in pair] == [True, False]
        for one in pair:
            content = (ASSETS / "quiz" / one.file).read_bytes()
            with Image.open(io.BytesIO(content)) as picture:
                assert picture.format == "JPEG" and all(name.startswith("jfif") for name in picture.info)
            assert b"c2pa" not in content and b"Exif" not in content
