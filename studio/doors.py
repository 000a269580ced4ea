"""REST and MCP: every pipeline as one typed endpoint, made from the same signature as its tab, through the same queue."""

from __future__ import annotations

import inspect
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.data_classes import FileData
from gradio.utils import get_upload_folder

from pipelines.run import find
from pipelines.settings import Choice, Form, Refusal, SeedField, Setting, settings_of
from studio import film_doors
from studio.address import address_of
from studio.artifacts import Artifact, checked_call
from studio.controls import settings_from
from studio.handoff import Board
from studio.studio import Studio
from studio.uploads import receive
from studio.visitors import visitor_of

WAIT_SECONDS = 3600.0


def open_doors(studio: Studio, board: Board) -> None:
    """Add an endpoint for each pipeline of each tab, and those of films, to the gr.Blocks that is open."""
    film_doors.open_doors(studio)
    for tab in board.tabs:
        for method in tab.methods:
            form = settings_of(find(method.pipeline))
            name = method.pipeline.replace(".", "_")
            gr.api(endpoint(studio, form), api_name=name, api_description=described(form), concurrency_limit=4)


def described(form: Form) -> str:
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
            setting.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_type(setting), default=setting.default
        )
        for setting in form.settings
    ]

    def call(*values: Any) -> Any:
        *given, request = values
        named = dict(zip([parameter.name for parameter in parameters], given))
        try:
            return _run(studio, form, named, visitor_of(request), address_of(request))
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    asks = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    ordered = [*(p for p in parameters if p.default is p.empty), *(p for p in parameters if p.default is not p.empty)]
    assert ordered == parameters, f"{form.pipeline}: optional inputs must follow the required ones"
    signature = inspect.Signature([*parameters, asks.replace(default=None)], return_annotation=FileData)
    call.__name__ = form.pipeline.replace(".", "_")
    call.__doc__ = described(form)
    call.__signature__ = signature  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()} | {"return": FileData}
    return call


def _type(setting: Setting) -> Any:
    if isinstance(setting.field, Choice):
        return Literal[tuple(setting.field.named())]
    if isinstance(setting.field, SeedField):
        return int
    return setting.type


def _run(studio: Studio, form: Form, named: dict[str, Any], session: str, address: str = "") -> dict[str, Any]:
    inputs = {slot.name: _taken(studio, session, named[slot.name], slot.kind) for slot in form.slots}
    settings = settings_from(form, {setting.name: named[setting.name] for setting in form.settings})

    def kind_of(id: str) -> str | None:
        found = studio.store.artifact(session, id)
        return found.kind if found else None

    call = checked_call(form.pipeline, inputs, settings, kind_of)
    job = studio.jobs.submit(session, "", call, address=address)
    made = _wait(studio, session, job.id)
    folder = Path(get_upload_folder()) / job.artifact_id
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / made.path.name
    shutil.copyfile(made.path, copy)
    return FileData(path=str(copy), orig_name=copy.name, mime_type=made.media_type, size=made.bytes).model_dump()


def _taken(studio: Studio, session: str, given: Any, kind: str) -> str | None:
    """An uploaded file of this server, put on the caller's shelf; a path or an address from anywhere else is refused."""
    if given is None:
        return None
    raw = given.get("path") if isinstance(given, dict) else getattr(given, "path", None)
    uploads = Path(get_upload_folder()).resolve()
    path = Path(str(raw or "")).resolve()
    if not raw or not path.is_relative_to(uploads) or not path.is_file():
        raise Refusal("Upload the file to this server first, then name the path that the upload gave back.")
    copy = studio.store.new_file(path.suffix[:12])
    shutil.copyfile(path, copy)
    return receive(studio.store, studio.intake, studio.certificate, session, copy, path.name, kinds=[kind]).id


def _wait(studio: Studio, session: str, job_id: int) -> Artifact:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        job = studio.jobs.job(session, job_id)
        if job.state == "done":
            made = studio.store.artifact(session, job.artifact_id)
            if made is not None:
                return made
            raise Refusal("The result was deleted before it could be handed over.")
        if job.state in ("failed", "cancelled"):
            raise Refusal(job.problem or "The job was cancelled.")
        time.sleep(0.05)
    studio.jobs.cancel(session, job_id)
    raise Refusal("This took longer than an hour and was stopped.")
