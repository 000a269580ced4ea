"""The quiz of Detect: was AI used to make this? Questions, answers and scores stay on the server until a visitor has answered.

Every question has two pictures, one with AI and one without, of which chance deals one; so neither a known photograph nor a file's name, size, metadata or place in
the list gives the answer away. The pictures are served under the number of the question only. All state is in memory: after a restart a visitor begins anew.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.access.route_guard import guard_route, whole
from studio.studio import Studio

MOST_SESSIONS = 2000  # quizzes that are remembered; the one that was used longest ago goes first
QUESTIONS = 8
OVER = "This quiz is over; begin another."
NOT_YET = "This question has not been asked yet."
HEADERS = {"cache-control": "no-store", "content-security-policy": "default-src 'none'; sandbox"}


@dataclass(frozen=True)
class QuizPicture:
    """One picture of a question: its file in assets/quiz, "real", "edited" or "made", and what is known about it."""

    file: str
    truth: str
    about: str


@dataclass
class Quiz:
    """One visitor's questions in order, and what was said of those that are answered."""

    id: str
    dealt: tuple[QuizPicture, ...]
    answers: list[dict[str, Any]] = field(default_factory=list)


@lru_cache(maxsize=1)
def questions() -> tuple[tuple[QuizPicture, ...], ...]:
    """All questions, each with its pictures; () where the studio has none."""
    listed = ASSETS / "quiz" / "quiz.json"
    if not listed.is_file():
        return ()
    return tuple(tuple(QuizPicture(**one) for one in pair) for pair in json.loads(listed.read_text("utf-8")))


class Quizzes:
    """The quiz of each session, and the detector's answers, each asked for once."""

    def __init__(self, look: Callable[[str], dict[str, Any]], asked: tuple[tuple[QuizPicture, ...], ...]) -> None:
        self._look, self._asked = look, asked
        self._held: OrderedDict[str, Quiz] = OrderedDict()
        self._looks: dict[str, Future[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._one = ThreadPoolExecutor(
            1, thread_name_prefix="quiz"
        )  # one picture at a time: visitors' own work goes on

    def begin(self, session: str) -> Quiz:
        """A new quiz, which takes the place of the session's old one. Raises Refusal where there are no questions."""
        if not self._asked:
            raise Refusal("This studio has no quiz.")
        chance = secrets.SystemRandom()
        dealt = tuple(chance.choice(pair) for pair in chance.sample(self._asked, min(QUESTIONS, len(self._asked))))
        quiz = Quiz(secrets.token_urlsafe(12), dealt)
        with self._lock:
            self._held[session] = quiz
            self._held.move_to_end(session)
            while len(self._held) > MOST_SESSIONS:
                self._held.popitem(last=False)
        self.look(dealt[0])
        return quiz

    def of(self, session: str, id: str) -> Quiz:
        """The session's own quiz. Raises Refusal for any other."""
        with self._lock:
            quiz = self._held.get(session)
            if quiz is None or not secrets.compare_digest(quiz.id.encode(), id.encode()):
                raise Refusal(OVER)
            self._held.move_to_end(session)
            return quiz

    def picture(self, session: str, id: str, number: int) -> QuizPicture:
        """The picture of a question that is asked or answered already. Raises Refusal."""
        quiz = self.of(session, id)
        if not 0 <= number < len(quiz.dealt) or number > len(quiz.answers):
            raise Refusal(NOT_YET)
        return quiz.dealt[number]

    def look(self, picture: QuizPicture) -> Future[dict[str, Any]]:
        """The detector's answer, which is being made or is there."""
        with self._lock:
            found = self._looks.get(picture.file)
            if found is None or (found.done() and found.exception()):  # what failed is tried again
                found = self._looks[picture.file] = self._one.submit(self._look, picture.file)
            return found

    async def answer(self, session: str, id: str, number: int, ai: bool) -> dict[str, Any]:
        """What is true of a question, once it is answered; the first answer counts. Raises Refusal."""
        picture, quiz = self.picture(session, id, number), self.of(session, id)
        look = self.look(picture)
        if number < len(quiz.answers):
            return quiz.answers[number]
        model: dict[str, Any]
        try:
            model = await asyncio.wrap_future(look)
        except Refusal as problem:
            model = {"problem": str(problem)}
        made = picture.truth != "real"
        outcome = {
            "number": number,
            "said": ai,
            "right": ai == made,
            "truth": picture.truth,
            "about": picture.about,
            "model": model,
        }
        with self._lock:
            if number == len(quiz.answers):  # two answers at once: the first one stands
                quiz.answers.append(outcome)
        if len(quiz.answers) < len(quiz.dealt):
            self.look(quiz.dealt[len(quiz.answers)])
        return quiz.answers[number] | {"left": len(quiz.dealt) - len(quiz.answers), "score": score(quiz)}


def score(quiz: Quiz) -> dict[str, int]:
    """How often the visitor and the detector were right, and how often the detector left it open."""
    likely = [answer["model"].get("verdict") == "likely AI" for answer in quiz.answers]
    return {
        "asked": len(quiz.answers),
        "you": sum(answer["right"] for answer in quiz.answers),
        "model": sum(tells and answer["truth"] != "real" for tells, answer in zip(likely, quiz.answers, strict=True)),
        "wrong": sum(tells and answer["truth"] == "real" for tells, answer in zip(likely, quiz.answers, strict=True)),
        "open": likely.count(False),
    }


def add(routes: APIRouter, studio: Studio) -> None:
    """Add the routes of the quiz to the studio's router."""

    def look(file: str) -> dict[str, Any]:
        return studio.jobs.runner.run_in_worker(studio.store, "quiz", file=file)

    quizzes = Quizzes(look, questions())

    def begin(session: str, request: Request) -> Any:
        quiz = quizzes.begin(session)
        return {"id": quiz.id, "of": len(quiz.dealt)}

    def picture(session: str, request: Request) -> Response:
        number = whole(request.path_params["number"], "The number of the question", high=1000)
        return Response(
            (ASSETS / "quiz" / quizzes.picture(session, request.path_params["id"], number).file).read_bytes(),
            media_type="image/jpeg",
            headers=HEADERS,
        )

    async def answer(session: str, request: Request) -> Any:
        ai = request.state.asked.get("ai")
        if not isinstance(ai, bool):
            raise Refusal("Answer with yes or no.")
        number = whole(request.path_params["number"], "The number of the question", high=1000)
        return await quizzes.answer(session, request.path_params["id"], number, ai)

    routes.add_api_route("/quiz", guard_route(begin), methods=["POST"])
    routes.add_api_route("/quiz/{id}/{number}/picture", guard_route(picture), methods=["GET"])
    routes.add_api_route("/quiz/{id}/{number}", guard_route(answer), methods=["POST"])
