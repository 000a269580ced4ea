"""Signing in and out. A form gets a page, a program gets JSON with the fields that Gradio's own route had."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from pipelines.core.settings import Refusal
from studio.access.accounts import accounts, identity_of, secret_of
from studio.access.address import address_of
from studio.access.cookies import CookieAttributes, is_secure
from studio.access.route_guard import NOT_OUR_PAGE, public
from studio.access.sign_in_filter import cookie_of
from studio.access.sign_in_page import NEXT, page
from studio.access.sign_ins import BROWSER_COOKIE, BROWSER_SECONDS, COOKIE, IDLE_SECONDS, Wait
from studio.studio import Studio

MOST_FORM_BYTES = 20_000
FORM_SECONDS = 10.0
BY_LINK = "Use “Sign out” on the Help tab."
WRONG = "Name and password do not fit; try again."


def routes_of(studio: Studio, manner: CookieAttributes) -> APIRouter:
    """/login, /logout and /studio/sign-out; `manner` is how cookies are set."""
    routes = APIRouter()

    async def sign_in(request: Request) -> Response:
        return await _sign_in(studio, manner, request)

    async def form_of(request: Request) -> Response:
        if not accounts() or identity_of(request) is not None:
            return RedirectResponse(_up(request) + "./", status_code=303)
        return HTMLResponse(page("/", shown_at=request.url.path), headers={"cache-control": "no-store"})

    def leave(request: Request, everywhere: bool, answer: Response) -> Response:
        identity = identity_of(request)
        if identity is not None and identity.account and not identity.by_token:
            token = cookie_of(request.scope["headers"], COOKIE) or ""
            if everywhere:
                studio.sign_ins.end_all(identity.account)
            else:
                studio.sign_ins.end(token)
            studio.audit.write("sign-out", account=identity.account, address=address_of(request))
        answer.headers.append("set-cookie", manner.cookie(COOKIE, "", 0, is_secure(request.scope)))
        return answer

    async def sign_out_by_link(request: Request) -> Response:
        """A link signs nobody out: any page may hold one, and over plain http no browser says whose it was."""
        return JSONResponse({"problem": BY_LINK}, 405, {"allow": "POST", "cache-control": "no-store"})

    async def sign_out(request: Request) -> Response:
        if request.headers.get("x-studio") != "1":
            return JSONResponse({"problem": NOT_OUR_PAGE}, 403)
        return leave(request, "everywhere" in request.query_params, JSONResponse({"done": True}))

    for path in ("/login", "/login/"):
        routes.add_api_route(path, public(sign_in), methods=["POST"])
        routes.add_api_route(path, public(form_of), methods=["GET"])
    routes.add_api_route("/logout", public(sign_out_by_link), methods=["GET"])
    routes.add_api_route("/studio/sign-out", public(sign_out), methods=["POST"])
    return routes


async def _sign_in(studio: Studio, manner: CookieAttributes, request: Request) -> Response:
    if not accounts():
        return RedirectResponse(_up(request) + "./", status_code=303)
    try:
        form = await asyncio.wait_for(_form(request), FORM_SECONDS)
    except (Refusal, asyncio.TimeoutError):
        return JSONResponse({"problem": "This sign-in cannot be read.", "detail": "This sign-in cannot be read."}, 400)
    name, path = form["username"], form["next"] if form["next"] in NEXT else "/"
    address, browser = address_of(request), cookie_of(request.scope["headers"], BROWSER_COOKIE) or ""
    known_name = name if secret_of(name) is not None else None  # a password typed as a name stays out of the log
    try:
        right = await asyncio.to_thread(studio.sign_ins.check, name, form["password"], address, browser)
    except Wait as problem:
        studio.tally.note("sign-in refused", address=address, account=known_name, reason="too many failures")
        return _refuse(request, path, name, str(problem), 429, {"retry-after": str(problem.seconds)})
    if not right:
        studio.tally.note("sign-in refused", address=address, account=known_name, reason="wrong name or password")
        return _refuse(request, path, name, WRONG, 400, {})
    studio.audit.write("sign-in", account=name, address=address)
    to_page = RedirectResponse(_up(request) + NEXT[path], status_code=303)
    answer = to_page if _by_person(request) else JSONResponse({"success": True})
    if old := cookie_of(request.scope["headers"], COOKIE):
        studio.sign_ins.end(old)
    secure = is_secure(request.scope)
    answer.headers.append("set-cookie", manner.cookie(COOKIE, studio.sign_ins.begin(name), IDLE_SECONDS, secure))
    if not (browser and studio.sign_ins.knows_browser(browser, name)):
        token = studio.sign_ins.remember_browser(name)
        answer.headers.append("set-cookie", manner.cookie(BROWSER_COOKIE, token, BROWSER_SECONDS, secure))
    return answer


async def _form(request: Request) -> dict[str, str]:
    """The fields of the form. Raises Refusal when it is longer than a name and a password can be, or no form."""
    from starlette.exceptions import HTTPException

    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_FORM_BYTES:
        raise Refusal("This sign-in cannot be read.")
    try:
        form = await request.form(max_files=0, max_fields=8, max_part_size=MOST_FORM_BYTES)
    except (HTTPException, ValueError):
        raise Refusal("This sign-in cannot be read.") from None
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    return {
        "username": given.get("username", "").strip().encode("utf-8", "replace").decode(),
        "password": given.get("password", ""),
        "next": given.get("next", "/"),
    }


def _up(request: Request) -> str:
    return "../" if request.url.path.endswith("/") else ""


def _by_person(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _refuse(request: Request, path: str, name: str, problem: str, status: int, headers: dict[str, str]) -> Response:
    headers = {**headers, "cache-control": "no-store"}
    if _by_person(request):
        return HTMLResponse(page(path, problem, name, shown_at=request.url.path), status, headers)
    return JSONResponse({"problem": problem, "detail": problem}, status, headers)
