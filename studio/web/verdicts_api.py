"""REST and MCP for many files at once: every file is examined by a job of its own, and the table of their verdicts comes back."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from functools import partial
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.data_classes import FileData

from pipelines.core.settings import Refusal
from pipelines.media import MEDIA_TYPES
from studio.access import api_uploads
from studio.access.concurrency import CALLS, EXPORTS
from studio.access.visitors import visitor_of
from studio.engine.job import Job
from studio.storage.artifacts import checked_call
from studio.storage.store import plain_words
from studio.studio import Studio
from studio.web.callers import Caller, caller_of, wait_for
from studio.web.film_api import UNQUEUED

MOST_FILES = 20  # in one call: what one message of uploads holds
ENDINGS = ("json", "csv", "pdf")


def open_doors(studio: Studio) -> None:
    """Add the endpoint to the gr.Blocks that is open."""

    async def detect_many(
        files: list[FileData],
        how: Literal["examine", "origin"] = "examine",
        format: Literal["json", "csv", "pdf"] = "json",
        request: gr.Request | None = None,
    ) -> FileData:
        """Examine many files at once; gives back one table of verdicts in which every file has its chain of reasons. No file is ever cleared.

        files: at most 20 pictures, videos or sounds that were uploaded to this server
        how: examine (origin and looks) or origin (signature, marks and metadata only, quick)
        format: json, csv or pdf (signed)
        """
        try:
            return FileData(**await table(studio, visitor_of(request), files, how, format, request))
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    gr.api(detect_many, api_name="detect_many", **UNQUEUED)


async def table(studio: Studio, session: str, files: list[Any], how: str, format: str, request: Any) -> dict[str, Any]:
    """Order the verdicts, wait for all, and hand over their table as Gradio hands over a file. Raises Refusal."""
    if how not in ("examine", "origin") or format not in ENDINGS:
        raise Refusal("Choose examine or origin, and json, csv or pdf.")
    if not isinstance(files, list) or not 0 < len(files) <= MOST_FILES:
        raise Refusal(f"Send 1 to {MOST_FILES} files in one call.")
    caller = caller_of(request)
    studio.waiting.check(session, caller.address)
    with CALLS.of(session):
        jobs = await asyncio.to_thread(_submit_jobs, studio, session, files, how, caller)

    ids = await wait_for(
        studio,
        session,
        caller,
        lambda: _verdict_ids(studio, session, jobs),
        give_up=lambda: _cancel(studio, session, jobs),
        late="This took too long and was stopped; finished steps are kept.",
    )
    words = {"session": session, "ids": ids, "ending": f".{format}"}
    work = partial(studio.jobs.runner.run_in_worker, studio.store, "verdicts", **words)
    return await asyncio.to_thread(_hand_over, session, Path(await EXPORTS.run(session, caller.address, work)))


def _submit_jobs(studio: Studio, session: str, files: list[Any], how: str, caller: Caller) -> list[Job]:
    """One job a file; when a file or the queue refuses, those that were ordered already are cancelled, and nothing is left waiting."""
    from studio.web.api import put_on_shelf

    pipeline, jobs = {"examine": "detect.examine", "origin": "detect.provenance"}[how], list[Job]()
    try:
        for given in files:
            media = put_on_shelf(studio, session, given, "media", caller.inline)

            def kind_of(id: str) -> str | None:
                found = studio.store.artifact(session, id)
                return found.kind if found else None

            call = checked_call(pipeline, {"media": media}, {}, kind_of)
            jobs.append(studio.jobs.submit(session, "", call, address=caller.address))
    except BaseException:
        _cancel(studio, session, jobs)
        raise
    return jobs


def _cancel(studio: Studio, session: str, jobs: list[Job]) -> None:
    """Stop what was ordered here; what waited or ran before, somebody at the page waits for."""
    for job in jobs:
        if not job.joined:
            studio.jobs.cancel(session, job.id)


def _verdict_ids(studio: Studio, session: str, jobs: list[Job]) -> list[str] | None:
    """The ids of all verdicts once every job has ended; raises Refusal when one of them failed."""
    rows = [studio.jobs.job(session, job.id) for job in jobs]
    for job in rows:
        if job.state in ("failed", "cancelled"):
            _cancel(studio, session, jobs)
            raise Refusal(job.problem or "A job was cancelled.")
    return [job.artifact_id for job in rows] if all(job.state == "done" for job in rows) else None


def _hand_over(session: str, path: Path) -> dict[str, Any]:
    """The table in the session's own folder, under a name that nobody can guess."""
    folder = api_uploads.folder_of(session) / f"made-{secrets.token_hex(16)}"
    target = folder / f"verdicts{path.suffix}"
    with plain_words():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)  # perhaps to another disk
    media_type = {".csv": "text/csv", ".json": "application/json"}.get(path.suffix) or MEDIA_TYPES[path.suffix]
    return {"path": str(target), "orig_name": target.name, "mime_type": media_type, "size": target.stat().st_size}
