"""Routes of the Lab: the weights of a network while it learns, and what a result was made from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from pipelines.core.settings import Refusal
from studio.access.route_guard import guard_route, sentence, whole
from studio.storage.artifacts import Artifact
from studio.studio import Studio
from studio.web.sendto import TabRegistry

MOST_PARTS = 300  # of one chain


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add them to the studio's router."""

    def weights(session: str, request: Request) -> Response:
        """The newest weights that a running job of this visitor has written; 204 when there are none newer than `after`."""
        try:
            job = studio.jobs.job(session, whole(request.path_params["id"], "The job's number"))
        except Refusal as problem:
            return sentence(problem, 403)
        path = studio.store.home / "work" / "checkpoints" / job.session / job.artifact_id / "weights.safetensors"
        try:
            number = str(path.stat().st_mtime_ns)
        except OSError:
            return Response(status_code=204)
        if request.query_params.get("after") == number:
            return Response(status_code=204)
        return FileResponse(
            path, media_type="application/octet-stream", headers={"cache-control": "no-store", "x-weights": number}
        )

    def parts(session: str, request: Request) -> Any:
        try:
            return chain(studio, board, session, request.path_params["id"])
        except Refusal as problem:
            return sentence(problem, 403)

    routes.add_api_route("/lab/chain/{id}", guard_route(parts), methods=["GET"])
    routes.add_api_route("/lab/weights/{id}", guard_route(weights), methods=["GET"])


def chain(studio: Studio, board: TabRegistry, session: str, id: str) -> dict[str, Any]:
    """A result and everything that it was made from: method, seconds, models with licences. Raises Refusal for what is not the visitor's."""
    first = studio.store.artifact(session, id)
    if first is None:
        raise Refusal("This is not on your shelf.")
    parts: dict[str, Any] = {}
    waiting: list[Artifact] = [first]
    while waiting and len(parts) < MOST_PARTS:
        artifact = waiting.pop(0)
        if artifact.id in parts:
            continue
        inputs = dict(artifact.call.inputs) if artifact.call else {}
        inputs_here = {slot: studio.store.artifact(session, made) for slot, made in inputs.items()}
        parts[artifact.id] = {
            "title": artifact.title,
            "kind": artifact.kind,
            "method": board.title_of(artifact.call.pipeline) if artifact.call else None,
            "seconds": artifact.facts.get("seconds"),
            "models": [
                {key: str(model[key]) for key in ("name", "licence")} for model in artifact.facts.get("models", [])
            ],
            "inputs": [
                {"slot": slot, "id": inputs[slot], "present": found is not None} for slot, found in inputs_here.items()
            ],
        }
        waiting += [found for found in inputs_here.values() if found is not None]
    return {"result": first.id, "parts": parts, "more": bool(waiting)}
