"""What is said while somebody writes, under /studio/suggest and /studio/strange-words: nothing is kept, and each visitor has one at a time."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.settings import Refusal
from studio.access.concurrency import SUGGESTIONS
from studio.access.route_guard import guard_route, whole
from studio.studio import Studio

MOST_CHARACTERS = 40_000
MOST_BYTES = 200_000
MOST_PROMPT = 600


def add(routes: APIRouter, studio: Studio) -> None:
    """Add the route to the studio's router."""

    def suggest(session: str, request: Request) -> Any:
        asked = request.state.asked
        text = asked.get("text")
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            raise Refusal(f"Suggestions need a text of at most {MOST_CHARACTERS} characters.")
        at = asked.get("at")
        place = whole(str(at) if at is not None else None, "The place in the text", high=MOST_CHARACTERS)
        return studio.jobs.runner.run_in_worker(studio.store, "suggest", text=text, at=place)

    def unknown_words(session: str, request: Request) -> Any:
        asked = request.state.asked
        text, kind = asked.get("text"), asked.get("kind", "scene")
        if not isinstance(text, str) or len(text) > MOST_PROMPT or not isinstance(kind, str):
            raise Refusal(f"Words are looked up in a text of at most {MOST_PROMPT} characters.")
        return studio.jobs.runner.run_in_worker(studio.store, "strange", text=text, kind=kind[:20])

    routes.add_api_route(
        "/strange-words", guard_route(unknown_words, most_bytes=MOST_BYTES, costly=SUGGESTIONS), methods=["POST"]
    )
    routes.add_api_route("/suggest", guard_route(suggest, most_bytes=MOST_BYTES, costly=SUGGESTIONS), methods=["POST"])
