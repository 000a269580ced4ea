"""The queue: the page's state, what is heard and seen of a running job, cancelling, and calls of the page's editors."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from pipelines.core.run import find
from pipelines.core.settings import Refusal, settings_of
from studio.access.address import address_of
from studio.access.route_guard import guard_route, sentence, whole
from studio.engine.job import Job
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, Call, checked_call
from studio.studio import Studio
from studio.web import describe
from studio.web.controls import settings_from
from studio.web.sendto import TabRegistry
from studio.web.shelf_routes import is_private, kinds_on_shelf
from studio.web.workbench import check_models


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add the routes of the queue."""
    jobs = studio.jobs

    def state(session: str, request: Request) -> Any:
        """Everything the page must know to be true again after a reload: its jobs, and whether the shelf has changed."""
        studio.store.seen(session)
        counted = studio.store.rows(
            "SELECT COUNT(*) AS n, MAX(created) AS newest, SUM(favourite) AS hearts, MAX(deleted) AS gone, COUNT(*) - COUNT(deleted) AS here"
            " FROM artifacts WHERE session = ?",
            session,
        )[0]
        return {
            "jobs": [describe.job(studio, board, one) for one in jobs.of(session)],
            "shelf": "-".join(str(value) for value in tuple(counted)),
            "private": is_private(studio, session),
        }

    def piece(session: str, request: Request) -> Response:
        job = studio.jobs.job(session, whole(request.path_params["id"], "The job's number"))
        path = studio.jobs.piece(job, whole(request.path_params["number"], "The piece's number", high=100_000))
        if not path.is_file():
            return Response(status_code=204)
        return FileResponse(path, media_type="audio/wav", headers={"cache-control": "no-store"})

    def preview(session: str, request: Request) -> Response:
        job = studio.jobs.job(session, whole(request.path_params["id"], "The job's number"))
        live = studio.jobs.live_of(job)
        shown = live.preview if live else studio.jobs.half_made.get(job.id)
        return Response(shown, 200 if shown else 204, {"cache-control": "no-store"}, "image/webp")

    def preference(session: str, request: Request) -> Any:
        asked = request.state.asked
        if not isinstance(asked.get("private"), bool):
            raise Refusal("This preference is on or off.")
        studio.store.set_preference(session, "private", asked["private"])
        return {"done": True}

    routes.add_api_route("/state", guard_route(state), methods=["GET"])
    routes.add_api_route("/make", guard_route(partial(_make, studio, board)), methods=["POST"])
    routes.add_api_route("/preference", guard_route(preference), methods=["POST"])
    routes.add_api_route("/jobs/{id}/heard/{number}", guard_route(piece), methods=["GET"])
    routes.add_api_route("/jobs/{id}/preview", guard_route(preview), methods=["GET"])
    routes.add_api_route("/jobs/{id}/{verb}", guard_route(partial(_change, studio, board)), methods=["POST"])


def _change(studio: Studio, board: TabRegistry, session: str, request: Request) -> Any:
    jobs = studio.jobs
    id, verb = whole(request.path_params["id"], "The job's number"), request.path_params["verb"]
    if verb == "cancel":
        jobs.cancel(session, id)
    elif verb == "change":
        jobs.take_back(session, id)
    elif verb in ("retry", "voice"):
        call = describe.other_voice(jobs.job(session, id).call) if verb == "voice" else None
        return {"job": jobs.retry(session, id, call=call, address=address_of(request)).id}
    elif verb == "keep":
        return describe.card(board, _keep_half_made(studio, session, jobs.job(session, id), board))
    elif verb in ("earlier", "later"):
        jobs.move(session, id, -1 if verb == "earlier" else 1)
    else:
        return sentence(Refusal("There is no such thing to do."), 404)
    return {"done": True}


def _keep_half_made(studio: Studio, session: str, job: Job, board: TabRegistry) -> Artifact:
    """The picture at which a job was stopped, signed and on the shelf. Raises Refusal."""
    if (shown := studio.jobs.half_made.get(job.id)) is None:
        raise Refusal("There is no picture of this job any more; start it again.")
    preview = studio.store.new_file(".webp")
    preview.write_bytes(shown)
    work: dict[str, Any] = {"session": session, "call": job.call.as_dict(), "preview": str(preview)}
    try:
        signed = Path(studio.jobs.runner.run_in_worker(studio.store, "half made", **work))
    finally:
        preview.unlink(missing_ok=True)
    name = describe.what(job.call)["words"] or board.title_of(job.call.pipeline)
    return receive(studio.store, studio.intake, studio.certificate, session, signed, f"{name}.png")


def _make(studio: Studio, board: TabRegistry, session: str, request: Request) -> Any:
    """A call from one of the page's own editors; checked like a tab's button."""
    asked = request.state.asked
    call = Call.from_dict(asked)
    form = settings_of(find(call.pipeline))
    fresh = checked_call(
        call.pipeline, call.inputs, settings_from(form, call.settings), kinds_on_shelf(studio, session)
    )
    check_models(call.pipeline)
    home = board.home_of(call.pipeline)
    tab = str(asked.get("tab") or (home.name if home else ""))[:40]
    return {
        "job": studio.jobs.submit(
            session, tab, fresh, private=is_private(studio, session), address=address_of(request)
        ).id
    }
