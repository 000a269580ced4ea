"""Links to one result or one film: their owner makes and revokes them; whoever has one sees that result and nothing else.

`/studio/shares` is the owner's. `/studio/shared/TOKEN` is open to whoever has the token: a page, its file, its picture, its captions and,
for a film or video, a player for other sites' pages. Only what was made here can be shared, so nobody can use the studio to hand out files.
A link without texts and settings hands out a copy of the file, whose credential does not hold them either.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio.access.address import address_of
from studio.access.concurrency import READING
from studio.access.cookies import is_secure
from studio.access.pace import Pace
from studio.access.route_guard import guard_route, public, sentence
from studio.engine.finalize import NO_COPY
from studio.engine.uploads import trust_of
from studio.film.library import Film
from studio.film.storyboard import with_files
from studio.storage import kiosk
from studio.storage.artifacts import Artifact
from studio.storage.shares import KINDS, Share
from studio.storage.titles import clean_file_name
from studio.studio import Studio
from studio.web import describe, share_page
from studio.web.sendto import TabRegistry

SHOWN = ("image", "layers", "video", "sound")
GONE = "This link leads nowhere: it was revoked, or what it showed was deleted."
OFF = "The administrator has turned links off."
NO_EMBED = "Only films and videos can be shown in another page."
NOT_YOURS = "This is not on your shelf."
MANY = "There are too many requests from your network; try again in a minute."
HEADERS = {
    "cache-control": "no-store",  # a link that is revoked shows nothing any more, at once
    "x-robots-tag": "noindex, nofollow, noarchive",
    "referrer-policy": "no-referrer",  # the address is the secret
}
FILE_POLICY = {"content-security-policy": "default-src 'none'; sandbox"}
PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp")
MOST_PREVIEW_BYTES = 4_000_000


@dataclass(frozen=True)
class Shown:
    """What a link shows now: the share, the file and, for a film, the film."""

    share: Share
    one: Artifact
    film: Film | None


class Copies:
    """The files that links without texts and settings hand out: each lies beside its original and goes with it."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._lock = threading.Lock()
        self._locks: WeakValueDictionary[Path, threading.Lock] = WeakValueDictionary()

    def of(self, artifact: Artifact, address: str) -> Path:
        """The copy of a result; a worker makes it where there is none yet. Raises Refusal."""
        path, store = artifact.shared_copy, self.studio.store
        if path.is_file():
            return path
        with self._lock:
            lock = self._locks.setdefault(path, threading.Lock())
        with READING.of(artifact.session, address), lock:
            if not path.is_file():
                copy = Path(
                    self.studio.jobs.runner.run_in_worker(store, "unsaid", session=artifact.session, id=artifact.id)
                )
                try:
                    copy.replace(path)
                except FileNotFoundError:  # its session was forgotten meanwhile
                    raise Refusal(NO_COPY) from None
                finally:
                    copy.unlink(missing_ok=True)
        return path

    def shown(self, shown: Shown, address: str) -> Path | None:
        """The file that a link hands out; None where the link was revoked meanwhile. Raises Refusal."""
        share = shown.share
        if share.recipe:
            return shown.one.path
        path = self.of(shown.one, address)
        if self.studio.shares.find(share.token) is None:
            self.drop_unused(share.session)
            return None
        return path

    def drop_unused(self, session: str) -> None:
        """Delete a session's copies that no link of it hands out any more."""
        links = [shown_of(self.studio, share.token) for share in self.studio.shares.of(session) if not share.recipe]
        used = {shown.one.shared_copy for shown in links if shown is not None}
        for path in (self.studio.store.home / "media" / session).glob("*.shared.*"):
            if path not in used:
                path.unlink(missing_ok=True)


def sharing() -> bool:
    """Whether visitors may make links: STUDIO_SHARING is not 0."""
    return os.environ.get("STUDIO_SHARING", "1") != "0"


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add all of them to the studio's router."""
    copies = Copies(studio)
    _owner_routes(routes, studio, board, copies)
    _open_routes(routes, studio, board, copies)


def _owner_routes(routes: APIRouter, studio: Studio, board: TabRegistry, copies: Copies) -> None:
    def list_shares(session: str, request: Request) -> Any:
        return {"shares": [_as_json(studio, one) for one in studio.shares.of(session)], "on": sharing()}

    def make(session: str, request: Request) -> Any:
        if not sharing():
            raise Refusal(OFF)
        kiosk.check_may(studio.store, session)
        asked = request.state.asked
        kind, target = str(asked.get("kind")), str(asked.get("id"))
        if kind not in KINDS:
            raise Refusal("A link shows a result or a film.")
        artifact = _result_of(studio, session, kind, target)
        if artifact is None:
            return sentence(Refusal(NOT_YOURS), 403)
        address, recipe = address_of(request), bool(asked.get("recipe", True))
        credential = _credential(studio, artifact)
        if not recipe:
            copies.of(artifact, address)
        share = studio.shares.make(session, kind, target, recipe=recipe, credential=credential)
        copies.drop_unused(session)
        studio.tally.note("shared", address=address, session=session[:8], kind=kind)
        return _as_json(studio, share)

    def revoke(session: str, request: Request) -> Any:
        if not studio.shares.revoke(session, request.path_params["token"]):
            return sentence(Refusal("This is not one of your links."), 403)
        copies.drop_unused(session)
        studio.tally.note("unshared", address=address_of(request), session=session[:8])
        return {"done": True}

    def take(session: str, request: Request) -> Any:
        """What a visitor begins with who makes their own from a link: settings for a tab, or a film of their own."""
        shown = shown_of(studio, request.path_params["token"])
        if shown is None:
            return sentence(Refusal(GONE), 404)
        if not shown.share.recipe:
            raise Refusal("Its owner shares this without its recipe.")
        if shown.film is not None:
            return {"film": studio.films.create(session, with_files(shown.film.board, {})).id}
        assert shown.one.call is not None
        home = board.home_of(shown.one.call.pipeline)
        if home is None:
            raise Refusal("This was made by a part of a film; open the film.")
        return {"tab": home.name, "pipeline": shown.one.call.pipeline, "settings": shown.one.call.settings}

    routes.add_api_route("/shares", guard_route(list_shares), methods=["GET"])
    routes.add_api_route("/shares", guard_route(make, costly=READING), methods=["POST"])
    routes.add_api_route("/shares/{token}/revoke", guard_route(revoke), methods=["POST"])
    routes.add_api_route("/shares/{token}/take", guard_route(take), methods=["POST"])


def _open_routes(routes: APIRouter, studio: Studio, board: TabRegistry, copies: Copies) -> None:
    asked, missed = Pace(600), Pace(30)  # a minute; a player asks for a film in pieces, a guesser misses

    def open_shown(answer: Callable[[Shown, Request], Response]) -> Any:
        async def handler(request: Request) -> Response:
            address = address_of(request)
            if missed.full(address) or not asked.take(address):
                return sentence(Refusal(MANY), 429)
            shown = await asyncio.to_thread(shown_of, studio, request.path_params["token"])
            if shown is None:
                missed.take(address)
                if "text/html" in request.headers.get("accept", ""):
                    embedded = request.url.path.endswith("/embed")
                    ancestors = "frame-ancestors *" if embedded else "frame-ancestors 'self'"
                    return _html(share_page.gone(GONE, "../../" if embedded else "../"), ancestors, 404)
                return sentence(Refusal(GONE), 404)
            return await asyncio.to_thread(answer, shown, request)

        return public(handler)

    def page(shown: Shown, request: Request) -> Response:
        return _html(share_page.page(view_of(board, shown, _origin(request))), "frame-ancestors 'self'")

    def embed(shown: Shown, request: Request) -> Response:
        if shown.one.kind != "video":
            return _html(share_page.gone(NO_EMBED, "../../"), "frame-ancestors *", 404)
        return _html(share_page.embed_page(view_of(board, shown, _origin(request))), "frame-ancestors *")

    def media(shown: Shown, request: Request) -> Response:
        path = copies.shown(shown, address_of(request))
        if path is None or not path.is_file():
            return sentence(Refusal(GONE), 404)
        how = "attachment" if "download" in request.query_params else "inline"
        name = clean_file_name(
            describe.card(board, shown.one)["file_name"] if shown.share.recipe else "", f"shared{shown.one.path.suffix}"
        )
        return FileResponse(
            path,
            media_type=shown.one.media_type,
            filename=name,
            content_disposition_type=how,
            headers=HEADERS | FILE_POLICY,
        )

    def picture(shown: Shown, request: Request) -> Response:
        whole = shown.one.media_type in PICTURE_TYPES and shown.one.bytes <= MOST_PREVIEW_BYTES
        path = copies.shown(shown, address_of(request)) if whole else studio.store.thumbnail_path(shown.one)
        kind = shown.one.media_type if whole else "image/webp"
        if path is None or not path.is_file():
            return sentence(Refusal(GONE), 404)
        return FileResponse(path, media_type=kind, headers=HEADERS | FILE_POLICY)

    def captions(shown: Shown, request: Request) -> Response:
        path = beside(shown.one.path) / "subtitles.vtt"
        if shown.one.kind != "video" or not path.is_file():
            return sentence(Refusal("This film has no subtitles."), 404)
        return FileResponse(path, media_type="text/vtt", headers=HEADERS | FILE_POLICY)

    for path, answer in (
        ("", page),
        ("/embed", embed),
        ("/media", media),
        ("/picture", picture),
        ("/captions", captions),
    ):
        routes.add_api_route(f"/shared/{{token}}{path}", open_shown(answer), methods=["GET", "HEAD"])


def shown_of(studio: Studio, token: str) -> Shown | None:
    """What a token shows at this moment; None where there is nothing, whatever the reason."""
    share = studio.shares.find(token)
    if share is None or not sharing() or studio.store.is_forgotten(share.session):
        return None
    try:
        one = _result_of(studio, share.session, share.kind, share.target)
        film = studio.films.film(share.session, share.target) if share.kind == "film" else None
    except Refusal:
        return None
    return Shown(share, one, film) if one is not None else None


def _result_of(studio: Studio, session: str, kind: str, target: str) -> Artifact | None:
    """The file behind a target; None where it is not this session's. Raises Refusal for what cannot be shared."""
    if kind == "film":
        last = studio.films.last(studio.films.film(session, target))
        id = last["full"] or last["draft"]
        if id is None:
            raise Refusal("Render the film first.")
        return studio.store.artifact(session, id)
    artifact = studio.store.artifact(session, target)
    if artifact is not None and (artifact.call is None or artifact.kind not in SHOWN):
        raise Refusal("Only what was made here can be shared, not uploads.")
    return artifact


def _credential(studio: Studio, one: Artifact) -> str:
    """What the file's own credential says, read from the file by the intake's child."""
    return str(studio.intake.credential(one.path, one.media_type, trust_of(studio.store, studio.certificate))["state"])


def view_of(board: TabRegistry, shown: Shown, origin: str) -> share_page.SharedItem:
    """Everything that the shared page says, in words."""
    artifact, share = shown.one, shown.share
    assert artifact.call is not None
    made_with = "Film" if shown.film else board.title_of(artifact.call.pipeline)
    title = (shown.film.title or "Untitled" if shown.film else artifact.title) if share.recipe else made_with
    rows = [
        (row["label"], str(row["value"])) for row in describe.settings_in_words(artifact.call) if row["value"] != ""
    ]
    if shown.film:
        rows = [
            (f"Scene {n}", scene.line or scene.picture.prompt or "A picture of its maker")
            for n, scene in enumerate(shown.film.board.scenes, 1)
        ]
    return share_page.SharedItem(
        token=share.token,
        origin=origin,
        title=title,
        made_with=made_with,
        kind=artifact.kind,
        media_type=artifact.media_type,
        width=artifact.facts.get("width") or 0,
        height=artifact.facts.get("height") or 0,
        seconds=artifact.facts.get("seconds_long") or 0.0,
        recipe=rows[:60] if share.recipe else [],
        open_recipe=share.recipe,
        credential=describe.STATES.get(share.credential, ""),
        models=[(str(model["name"]), str(model["licence"])) for model in artifact.facts.get("models", [])],
        captions=artifact.kind == "video" and (beside(artifact.path) / "subtitles.vtt").is_file(),
    )


def _as_json(studio: Studio, share: Share) -> dict[str, Any]:
    """A link as its owner sees it."""
    shown = shown_of(studio, share.token)
    title = (shown.film.title or "Untitled" if shown.film else shown.one.title) if shown else "Deleted"
    private = bool(studio.store.preferences(share.session).get("private"))
    return {
        "token": share.token,
        "path": f"studio/shared/{share.token}",
        "kind": share.kind,
        "id": share.target,
        "recipe": share.recipe,
        "title": title,
        "created": share.created,
        "shows": shown is not None,
        "embeds": shown is not None and shown.one.kind == "video",
        "width": (shown.one.facts.get("width") or 1280) if shown else 0,
        "height": (shown.one.facts.get("height") or 720) if shown else 0,
        "private": private,
    }


def _origin(request: Request) -> str:
    """The address of this studio as the visitor's browser knows it, with a slash at the end."""
    scheme = "https" if is_secure(request.scope, dict(request.scope["headers"])) else "http"
    host = request.headers.get("x-forwarded-host", request.headers.get("host", "")).split(",")[0].strip()
    return f"{scheme}://{host}{request.scope.get('root_path', '').rstrip('/')}/"


def _html(text: str, ancestors: str, status: int = 200) -> Response:
    return HTMLResponse(
        text,
        status,
        HEADERS
        | {
            "content-security-policy": f"default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; {ancestors}"
        },
    )
