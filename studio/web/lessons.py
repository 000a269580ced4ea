"""Lessons that a teacher prints, one an exhibit, and the chapter in one table: the exhibits' own texts and assets/lab/lessons.json in two templates.

The pages are the same in the studio (/studio/lessons/score.html) and in the static edition, and they are in English.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable
from functools import cache
from string import Template
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.access.route_guard import public, sentence
from studio.web.exhibits import EXHIBITS, Exhibit, exhibit
from studio.web.sendto import TabRegistry

POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


def add(routes: APIRouter, board: TabRegistry) -> None:
    """Add the route of the lessons to the studio's router."""
    made = cache(lambda: pages(board))

    async def lessons(request: Request) -> Response:
        page = made().get(request.path_params["name"])
        if page is None:
            return sentence(Refusal("There is no such lesson."), 404)
        return HTMLResponse(page, headers={"content-security-policy": POLICY})

    routes.add_api_route("/lessons/{name}", public(lessons), methods=["GET"])


def pages(board: TabRegistry) -> dict[str, str]:
    """All pages by their file names."""
    return {"chapter.html": chapter(board), **{f"{one.name}.html": lesson(one) for one in EXHIBITS}}


def lesson(shown: Exhibit) -> str:
    """One printable page: aim, plan, what to drag, three questions with answers, a common error, the papers."""
    texts, described, own = _data()["lessons"][shown.name], shown.described(), shown.question
    questions = [*texts["questions"], [own["text"], f"{own['answers'][own['right']]} {own['why']}"]]
    return _template("lesson.html").substitute(
        {name: _text(getattr(shown, name)) for name in ("title", "begin", "drag")},
        aim=_text(texts["aim"]),
        error=_text(texts["error"]),
        minutes=sum(minutes for minutes, _ in _data()["plan"]),
        plan=_each("<tr><td>{} min</td><td>{}</td></tr>", _data()["plan"]),
        tries=_each("<li>{}</li>", ((text,) for text in shown.tries)),
        about=_each("<p>{}</p>", ((text,) for text in shown.about)),
        states=_each(
            '<li><a href="{}">{}</a></li>', ((address(shown, state), name) for name, state in texts["states"])
        ),
        questions=_each('<li>{}<p class="answer">{}</p></li>', questions),
        equations="".join(f'<div class="equation">{equation}</div>' for equation in described["equations"]),
        words=_each("<dt>{}</dt><dd>{}</dd>", ((word["term"], word["means"]) for word in described["words"])),
        papers=_each('<li>{}: <a href="{}" rel="noreferrer">{}</a></li>', ((a, b, b) for a, b in shown.papers)),
    )


def chapter(board: TabRegistry) -> str:
    """The chapter in one table: each topic with its exhibit, its method in the studio and its lesson."""
    rows = []
    for topic, name, method in _data()["topics"]:
        home = board.home_of(method)
        tab, shown = (home.name.lower(), f"{home.shown}: ") if home else ("lab", "")
        place = f"#/lab/{name}" if tab == "lab" else f"#/{tab}/{method.partition('.')[2]}"
        rows.append(
            (topic, name, exhibit(name).title, place, shown + board.title_of(method), name, exhibit(name).title)
        )
    row = '<tr><th scope="row">{}</th><td><a href="../../#/lab/{}">{}</a></td><td><a href="../../{}">{}</a></td><td><a href="{}.html">{}</a></td></tr>'
    listed = ((shown.name, shown.title) for shown in EXHIBITS)
    return _template("chapter.html").substitute(
        rows=_each(row, rows), lessons=_each('<li><a href="{}.html">{}</a></li>', listed)
    )


def address(shown: Exhibit, state: dict[str, Any]) -> str:
    """The address that opens an exhibit in a state, seen from a lesson."""
    whole = json.dumps({**shown.start, **state}).encode()
    return f"../../#/lab/{shown.name}?state={base64.urlsafe_b64encode(whole).decode().rstrip('=')}"


@cache
def _data() -> dict[str, Any]:
    return dict(json.loads((ASSETS / "lab" / "lessons.json").read_text(encoding="utf-8")))


@cache
def _template(name: str) -> Template:
    return Template((ASSETS / "lab" / name).read_text(encoding="utf-8"))


def _text(words: object) -> str:
    return html.escape(str(words), quote=True)


def _each(form: str, rows: Iterable[Iterable[object]]) -> str:
    """Every row in a form with holes; what goes into a hole is text, never markup."""
    return "".join(form.format(*map(_text, row)) for row in rows)
