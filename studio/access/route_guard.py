"""What stands before every route: who asks, what was sent, and one plain sentence for whatever goes wrong.

What no handler expected becomes a 500 with a sentence and a line in the log, never a traceback.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from pipelines.core.models import MissingModel
from pipelines.core.settings import Refusal
from studio.access.accounts import by_token, identity_of
from studio.access.address import address_of
from studio.access.concurrency import AtOnce
from studio.access.messages import DAMAGED, read_json
from studio.access.visitors import MOST_BODY_BYTES, TooLong, TooSlow, visitor_of
from studio.storage.store import plain_words

log = logging.getLogger(__name__)
Handler = Callable[[str, Request], Any]
Limit = AtOnce | Callable[[Request], AtOnce | None] | None
MOST_ID = 2**63 - 1
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WENT_WRONG = "Something went wrong inside the studio."
NOT_OUR_PAGE = "This request did not come from the studio's page; a program sends an access token of the Help tab."
PAGE_ONLY = "This is done on the page, not with an access token."
ONLY_ADMINISTRATORS = "This is for administrators; sign in as one."
# apart from uploads and exports, which may hold theirs for long
_answering = ThreadPoolExecutor(16, thread_name_prefix="answer")


def sentence(problem: Exception | str, status: int = 400, **more: Any) -> JSONResponse:
    """An answer that says in one sentence why not."""
    return JSONResponse({"problem": _clean(str(problem)), **more}, status_code=status)


def guard_route(
    handler: Handler, *, most_bytes: int = MOST_BODY_BYTES, raw: bool = False, costly: Limit = None
) -> Callable[..., Any]:
    """A route from a handler of (session, request), which finds the message as `request.state.asked`.

    A plain function runs in a thread, and where it is `costly` in those of that limit; `raw` leaves the body to the handler.
    """

    async def guard(request: Request) -> Response:
        if request.method != "GET" and request.headers.get("x-studio") != "1" and not by_token(request):
            return sentence(NOT_OUR_PAGE, 403)
        try:
            session = visitor_of(request)
        except Refusal as problem:
            return sentence(problem, 403)
        answer = await _answer(request, lambda: _handle(handler, session, request, most_bytes, raw, costly))
        answer.headers.setdefault("cache-control", "private, no-store")
        return answer

    return guard


def by_the_page(handler: Handler, most_bytes: int = 4000) -> Callable[..., Any]:
    """The same for what only our own page may ask, not a program with an access token; no cache keeps the answer."""
    inner = guard_route(handler, most_bytes=most_bytes)

    async def guard(request: Request) -> Response:
        return fresh(sentence(PAGE_ONLY, 403) if by_token(request) else await inner(request))

    return guard


def for_administrators(handler: Callable[[Request], Any]) -> Callable[..., Any]:
    """A route from a handler of (request), for an administrator only; it runs in a thread, and no cache keeps the answer."""

    async def guard(request: Request) -> Response:
        found = identity_of(request)
        if found is None or not found.administrator:
            return sentence(ONLY_ADMINISTRATORS, 403)
        if request.method != "GET" and not found.by_token and request.headers.get("x-studio") != "1":
            return sentence(NOT_OUR_PAGE, 403)
        loop = asyncio.get_running_loop()
        return fresh(await _answer(request, lambda: loop.run_in_executor(_answering, handler, request)))

    return guard


def fresh(answer: Response) -> Response:
    """An answer that no cache keeps."""
    answer.headers["cache-control"] = "no-store"
    return answer


def public(handler: Callable[[Request], Any]) -> Callable[..., Any]:
    """A route that needs no session; whatever goes wrong becomes a sentence all the same."""

    async def guard(request: Request) -> Response:
        return await _answer(request, lambda: handler(request))

    return guard


async def _handle(handler: Handler, session: str, request: Request, most_bytes: int, raw: bool, costly: Limit) -> Any:
    request.state.asked = {}
    if request.method != "GET" and not raw:
        request.state.asked = await asked_of(request, most_bytes)
    if asyncio.iscoroutinefunction(handler):
        return await handler(session, request)
    limit = costly if isinstance(costly, AtOnce) or costly is None else costly(request)
    if limit is not None:
        work = partial(handler, session, request)
        return await limit.run(session, address_of(request), work, partial(_wait_until_gone, request))
    answer = await asyncio.get_running_loop().run_in_executor(_answering, handler, session, request)
    return await answer if asyncio.iscoroutine(answer) else answer


async def _wait_until_gone(request: Request) -> None:
    """Ends when the one who asks has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _answer(request: Request, work: Callable[[], Any]) -> Response:
    try:
        with plain_words():
            answer = await work()
        return answer if isinstance(answer, Response) else Response(plain_json(answer), media_type="application/json")
    except (TooLong, TooSlow):
        raise  # the middleware answers
    except MissingModel as problem:
        return sentence(problem, 409)
    except Refusal as problem:
        return sentence(problem, getattr(problem, "status", 400), **getattr(problem, "more", {}))
    except ClientDisconnect:
        return sentence("The upload broke off; try again.")
    except Exception:
        log.exception("%s %s met a surprise", request.method, in_one_line(request.url.path))
        return sentence(WENT_WRONG, 500)


async def asked_of(request: Request, most_bytes: int = MOST_BODY_BYTES) -> dict[str, Any]:
    """What the page sent, as JSON; nothing at all counts as {}. Raises Refusal when it is too long or cannot be read."""
    refusal = f"This is more than {most_bytes // 1000} kB; make it shorter."
    if whole(request.headers.get("content-length"), "The length of the message", high=10**15) > most_bytes:
        raise TooMuch(refusal)
    data = bytearray()
    async for block in request.stream():
        data += block
        if len(data) > most_bytes:
            raise TooMuch(refusal)
    asked = read_json(bytes(data) or b"{}")
    if not isinstance(asked, dict):
        raise Refusal(DAMAGED)
    return asked


class TooMuch(Refusal):
    """A message that is longer than what the route reads."""

    status = 413


def whole(given: str | None, called: str, *, low: int = 0, high: int = MOST_ID, usual: int = 0) -> int:
    """A whole number from an address or a header, `usual` when it is not there. Raises Refusal."""
    if given is None or given == "":
        return usual
    if len(given) > 20 or not given.lstrip("-").isascii() or not given.lstrip("-").isdigit():
        raise Refusal(f"{called} must be a whole number.")
    number = int(given) if given.count("-") <= 1 else low - 1
    if not low <= number <= high:
        raise Refusal(f"{called} must lie between {low} and {high}.")
    return number


def plain_json(value: Any) -> bytes:
    """JSON that every browser reads: half characters are escaped; a number that is not finite, as a loss may become, is null."""
    try:
        return json.dumps(value, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_finite(value), allow_nan=False).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _finite(held) for name, held in value.items()}
    return [_finite(held) for held in value] if isinstance(value, (list, tuple)) else value


def in_one_line(path: str) -> str:
    """A path as a log may hold it: no line break or other control character of a stranger's begins a line of its own."""
    return path[:200].encode("unicode_escape").decode("ascii")


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def close(routes: APIRouter) -> None:
    """Last of all: every other verb, and every other address under the router's, is answered with a sentence."""
    known: dict[str, set[str]] = {}
    for route in routes.routes:
        known.setdefault(getattr(route, "path", ""), set()).update(getattr(route, "methods", None) or ())

    def refusal(allowed: list[str]) -> Callable[..., Any]:
        async def answer_refusal(request: Request) -> Response:
            return JSONResponse(
                {"problem": "This address does not take such a request."}, 405, {"allow": ", ".join(allowed)}
            )

        return answer_refusal

    async def unknown(request: Request) -> Response:
        return sentence("The studio has no such page.", 404)

    for path, methods in known.items():
        rest = [method for method in METHODS if method not in methods]
        routes.add_api_route(
            path.removeprefix(routes.prefix), refusal(sorted(methods)), methods=rest, include_in_schema=False
        )
    routes.add_api_route("/{rest:path}", unknown, methods=list(METHODS), include_in_schema=False)
