"""REST and MCP: every pipeline as one typed endpoint, made from the same signature as its tab, through the same queue."""

from __future__ import annotations

import asyncio
import inspect
import shutil
from collections.abc import Callable
from typing import Any, Literal

import gradio as gr
from gradio.data_classes import FileData

from pipelines.core.run import find
from pipelines.core.settings import Choice, Form, Refusal, SeedField, Setting, settings_of
from studio.access import api_uploads
from studio.access.concurrency import CALLS
from studio.access.visitors import visitor_of
from studio.engine.job import Job
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, checked_call
from studio.studio import Studio
from studio.web import film_api as film_doors
from studio.web import verdicts_api
from studio.web.callers import Caller, caller_of, wait_for
from studio.web.controls import settings_from
from studio.web.sendto import TabRegistry


def open_doors(studio: Studio, board: TabRegistry) -> None:
    """Add an endpoint for each pipeline of each tab, and those of films, to the gr.Blocks that is open."""
    film_doors.open_doors(studio)
    verdicts_api.open_doors(studio)
    for tab in board.tabs:
        for method in tab.methods:
            form = settings_of(find(method.pipeline))
            name = method.pipeline.replace(".", "_")
            gr.api(
                endpoint(studio, form), api_name=name, api_description=describe_endpoint(form), **film_doors.UNQUEUED
            )


def describe_endpoint(form: Form) -> str:
    """What the endpoint does, for people and for language models: the docstring's first line, then every parameter."""
    lines = [form.summary, ""]
    lines += [f"{slot.name}: {slot.help or slot.label} ({slot.kind})" for slot in form.slots]
    lines += [f"{setting.name}: {getattr(setting.field, 'help', '') or setting.label}" for setting in form.settings]
    return "\n".join(lines)


def endpoint(studio: Studio, form: Form) -> Callable[..., Any]:
    """A function with the form's own parameters that runs one call through the queue and gives back its file."""
    parameters = [
        inspect.Parameter(
            slot.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=FileData | None if slot.optional else FileData,
            default=None if slot.optional else inspect.Parameter.empty,
        )
        for slot in form.slots
    ]
    parameters += [
        inspect.Parameter(
            setting.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=_type(setting),
            default=setting.default
            if setting.default or not isinstance(setting.field, Choice)
            else setting.field.named()[setting.default],
        )
        for setting in form.settings
    ]

    async def call(*values: Any) -> Any:
        *given, request = values
        named = dict(zip([parameter.name for parameter in parameters], given))
        try:
            return await _run(studio, form, named, request)
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    asks = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    ordered = [*(p for p in parameters if p.default is p.empty), *(p for p in parameters if p.default is not p.empty)]
    assert ordered == parameters, f"{form.pipeline}: optional inputs must follow the required ones"
    signature = inspect.Signature([*parameters, asks.replace(default=None)], return_annotation=FileData)
    call.__name__ = form.pipeline.replace(".", "_")
    call.__doc__ = describe_endpoint(form)
    call.__signature__ = signature  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()} | {"return": FileData}
    return call


def _type(setting: Setting) -> Any:
    if isinstance(setting.field, Choice):
        return Literal[tuple(setting.field.names())]
    if isinstance(setting.field, SeedField):
        return int
    return setting.type


async def _run(studio: Studio, form: Form, named: dict[str, Any], request: Any) -> dict[str, Any]:
    session, caller = visitor_of(request), caller_of(request)
    studio.waiting.check(session, caller.address)  # before anything is done for a call that could not wait
    settings = settings_from(form, {setting.name: named[setting.name] for setting in form.settings})
    with CALLS.of(session):
        job = await asyncio.to_thread(_submit_call, studio, form, named, settings, session, caller)

    def give_up() -> None:
        if not job.joined:  # else somebody at the page waits for it
            studio.jobs.cancel(session, job.id)

    result = await wait_for(
        studio,
        session,
        caller,
        lambda: _result_of(studio, session, job.id),
        give_up=give_up,
        late="This took too long and was stopped.",
    )
    return FileData(**await asyncio.to_thread(api_uploads.hand_over, session, result)).model_dump()


def _submit_call(
    studio: Studio, form: Form, named: dict[str, Any], settings: dict[str, Any], session: str, caller: Caller
) -> Job:
    inputs = {
        slot.name: put_on_shelf(studio, session, named[slot.name], slot.kind, caller.inline) for slot in form.slots
    }

    def kind_of(id: str) -> str | None:
        found = studio.store.artifact(session, id)
        return found.kind if found else None

    call = checked_call(form.pipeline, inputs, settings, kind_of)
    return studio.jobs.submit(session, "", call, address=caller.address)


def put_on_shelf(studio: Studio, session: str, given: Any, kind: str, inline: bool) -> str | None:
    """A file that the caller uploaded to this server, put on the caller's shelf; a path or an address from anywhere else is refused."""
    if given is None:
        return None
    path = api_uploads.find_upload(session, given, inline=inline)
    copy = studio.store.new_file(path.suffix[:12])
    shutil.copyfile(path, copy)
    return receive(studio.store, studio.intake, studio.certificate, session, copy, path.name, kinds=[kind]).id


def _result_of(studio: Studio, session: str, job_id: int) -> Artifact | None:
    """The result of a job once it is done; raises Refusal when there will be none."""
    job = studio.jobs.job(session, job_id)
    if job.state == "done":
        made = studio.store.artifact(session, job.artifact_id)
        if made is None:
            raise Refusal("The result was deleted before it arrived.")
        return made
    if job.state in ("failed", "cancelled"):
        raise Refusal(job.problem or "The job was cancelled.")
    return None
