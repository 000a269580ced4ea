"""Make one result, from the files on the shelf to the signed file on the shelf. It runs in a worker process, or here for the command line.

What is made is described by an `Order`, which is plain values, so it can cross to another process. `tell` hears how far the work is.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from PIL.Image import Image

from pipelines import media
from pipelines.core.aliases import slots_of
from pipelines.core.facts import Facts, recording
from pipelines.core.progress import Cancelled, Progress, Report
from pipelines.core.run import Done, find
from pipelines.core.settings import Refusal, check_settings, gather_slots, settings_of, slot_of
from studio.engine.finalize import Finished, finalize, mark_of, sign_half, without_record
from studio.provenance.certificate import certificate
from studio.provenance.lookup import StudioWitness
from studio.storage.artifacts import Artifact, Call, title_of
from studio.storage.store import Store

PREVIEWS_A_SECOND = 4  # at most,
PREVIEW_SHARE = 0.02  # and at most this share of the time goes into drawing them
PREVIEW_PX = 1024
CURVE_POINTS = 400


@dataclass(frozen=True)
class Order:
    """What is to be made, for whom. `again` makes what is on the shelf already and compares the two (Replay)."""

    session: str
    call: Call
    private: bool = False
    again: bool = False
    job: int = 0  # its row
    fence: int = 0  # which attempt at that row this is
    holder: str = ""  # the process whose attempt it is

    def as_dict(self) -> dict[str, Any]:
        """Return the order as JSON can hold it."""
        return asdict(self)

    @property
    def attempt(self) -> tuple[int, int, str]:
        """What `Store.keep` checks."""
        return self.job, self.fence, self.holder

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Order:
        """Read an order that `as_dict` made."""
        return cls(**{**given, "call": Call.from_dict(given["call"])})


@dataclass(frozen=True)
class Update:
    """One moment of the work, as plain values: `preview` is a WebP picture, when there is a new one."""

    fraction: float
    label: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    preview: bytes = b""


class Streaming(Protocol):
    """Runs a pipeline and streams Progress, then Done (`studio.engine.runners`)."""

    def device(self, pipeline: str = "") -> str:
        """Where torch runs for a pipeline."""

    def run(
        self,
        pipeline: str,
        arguments: Mapping[str, Any],
        *,
        cancelled: Callable[[], bool],
        workspace: Path | None,
        finish: Callable[..., Any],
    ) -> Iterator[Progress | Done]:
        """Run a pipeline: its Progress, then Done."""


class Curves:
    """The numbers of a run over its length; when a curve has too many points every second one goes."""

    def __init__(self) -> None:
        self.points: dict[str, list[tuple[float, float]]] = {}

    def add(self, fraction: float, numbers: Mapping[str, float]) -> None:
        """Add numbers at a share 0..1 of the run."""
        for name, value in numbers.items():
            curve = self.points.setdefault(name, [])
            curve.append((round(fraction, 5), float(value)))
            if len(curve) > CURVE_POINTS:
                del curve[1::2]


class Teller:
    """Turns a pipeline's Progress into Updates, some with a preview."""

    def __init__(self, tell: Callable[[Update], None]) -> None:
        self.tell, self.curves = tell, Curves()
        self.picture: Image | None = None
        self.next = 0.0  # when a preview may be drawn again

    def __call__(self, progress: Progress) -> None:
        now, preview = time.time(), b""
        self.curves.add(progress.fraction, progress.numbers)
        if progress.preview is not None and now >= self.next:
            self.picture = progress.preview()
            preview = media.thumbnail(self.picture, PREVIEW_PX)
            self.next = now + max(1 / PREVIEWS_A_SECOND, (time.time() - now) / PREVIEW_SHARE)
        self.tell(Update(progress.fraction, progress.label, progress.numbers, preview))


def make(
    runner: Streaming,
    store: Store,
    order: Order,
    *,
    cancelled: Callable[[], bool],
    tell: Callable[[Update], None],
    listen: Report | None = None,
) -> Artifact:
    """Run one call and keep its result. Raises Refusal, MissingModel, Cancelled, or what the pipeline raised."""
    call, started, teller = order.call, time.time(), Teller(tell)
    parents = inputs_of(store, order.session, call)
    teller(Progress(0, 1, "Opening the files"))
    form = settings_of(find(call.pipeline))
    settings = check_settings(form, call.settings)  # again: a row may be older than a rule
    with recording() as opening:
        arguments = gather_slots(form, open_inputs(store, order, parents)) | settings

    def finish(result: Any, report: Report, facts: Facts) -> Artifact:
        facts.add(opening)
        title = title_of(call, {slot: parent.title for slot, parent in parents.items()})
        finished = finalize(
            result,
            call,
            store.new_file,
            parents,
            lambda id: store.artifact(order.session, id),
            certificate(store.home / "identity"),
            run=facts,
            title=title,
            private=order.private,
            last_preview=teller.picture,
            report=report,
        )
        finished.facts["seconds"] = round(time.time() - started, 3)
        if teller.curves.points:
            finished.facts["curves"] = teller.curves.points
        return _keep_result(store, order, finished, title)

    stream = runner.run(
        call.pipeline,
        arguments,
        cancelled=cancelled,
        finish=finish,
        workspace=store.checkpoints(order.session, call.id),
    )
    for item in stream:
        if isinstance(item, Done):
            store.drop_checkpoints(order.session, call.id)
            results = item.result
            assert isinstance(results, Artifact)
            return results
        if cancelled():
            raise Cancelled
        if listen is not None:
            listen(item)
        teller(item)
    raise RuntimeError("the stream ended without a result")


def inputs_of(store: Store, session: str, call: Call) -> dict[str, Artifact]:
    """The files that a call is made from, by place. Raises Refusal when one is no longer on the shelf."""
    found = {slot: store.artifact(session, id) for slot, id in call.inputs.items()}
    if None in found.values():
        raise Refusal("A file is no longer on your shelf; choose it again.")
    return slots_of(
        settings_of(find(call.pipeline)).pipeline, {slot: one for slot, one in found.items() if one is not None}
    )


def open_inputs(store: Store, order: Order, parents: Mapping[str, Artifact]) -> dict[str, Any]:
    """The files as the media that a pipeline takes."""
    form, media_by_place = settings_of(find(order.call.pipeline)), {}
    for place, parent in parents.items():
        slot = form.slot(slot_of(place))
        media_by_place[place] = media.load(slot.kind, parent.path, alpha=slot.alpha)
        if isinstance(media_by_place[place], media.Media):
            witness = StudioWitness(store.home, order.session)
            media_by_place[place] = replace(media_by_place[place], name=parent.title, witness=witness)
    return media_by_place


def _keep_result(store: Store, order: Order, finished: Finished, title: str) -> Artifact:
    """The finished file on the shelf; for a replay the shelf's own file with the comparison added."""
    call = order.call
    present = store.artifact(order.session, call.id) if order.again else None
    try:
        if present is not None:
            return _compare_replay(store, order, present, finished)
        ending, kind = finished.path.suffix, settings_of(find(call.pipeline)).returns
        file = Artifact(
            call.id, order.session, kind, media.MEDIA_TYPES[ending], finished.path, title, call, finished.facts
        )
        return store.keep(file, finished.thumbnail, mark=mark_of(call.id), files=finished.files, attempt=order.attempt)
    finally:
        finished.path.unlink(missing_ok=True)


def _compare_replay(store: Store, order: Order, present: Artifact, finished: Finished) -> Artifact:
    """Replay: the new result against the one on the shelf, bit by bit before signing, else by PSNR; the shelf's one stays."""
    from studio.engine.replay import comparison

    store.add_fact(present, "replay", comparison(present, finished), attempt=order.attempt)
    kept = store.artifact(present.session, present.id)
    assert kept is not None
    return kept


# other work that is too heavy, or too close to a visitor's files, for the page's process


def export(store: Store, *, session: str, id: str, ending: str, language: str = "en") -> str:
    """A result of a session in another format; gives back the path of a new file under work/new. Raises Refusal."""
    from studio.engine.exports import export_result

    file = store.artifact(session, id)
    if file is None:
        raise Refusal("This is not on your shelf.")
    return str(export_result(store, certificate(store.home / "identity"), file, ending, language))


def unsaid(store: Store, *, session: str, id: str) -> str:
    """A copy of a result that does not say how it was made; gives back the path of a new file under work/new. Raises Refusal."""
    file = store.artifact(session, id)
    if file is None:
        raise Refusal("This is not on your shelf.")
    copy = store.new_file(file.where.suffix)
    without_record(file, lambda parent: store.artifact(session, parent), certificate(store.home / "identity"), copy)
    return str(copy)


def keep_half(store: Store, *, session: str, call: Mapping[str, Any], preview: str) -> str:
    """The picture at which a job was stopped, signed; gives back the path of a new file under work/new."""
    asked, ours = Call.from_dict(call), certificate(store.home / "identity")
    return str(sign_half(Path(preview), asked, store.new_file, inputs_of(store, session, asked), ours))


# Other work that a worker does, found by name so that the engine imports nothing that is built on it.
TASKS: Mapping[str, str] = {
    "export": "studio.engine.making:export",
    "figure": "studio.film.cast:try_on",
    "pictured": "studio.film.stories:pictured",
    "half made": "studio.engine.making:keep_half",
    "handoff": "studio.film.package:handoff",
    "project": "studio.film.project:project_file",
    "story": "studio.film.stories:told_in_worker",
    "story part": "studio.film.stories:part_in_worker",
    "write": "studio.film.stories:written_in_worker",
    "translate": "studio.film.stories:translated_in_worker",
    "probe": "studio.engine.probing:in_worker",
    "painter": "studio.engine.probing:painter_in_worker",
    "strange": "studio.engine.suggesting:strange_in_worker",
    "suggest": "studio.engine.suggesting:in_worker",
    "unsaid": "studio.engine.making:unsaid",
    "verdicts": "studio.provenance.table:table",
    "stage": "studio.engine.staging:stage_scene",
    "quiz": "studio.provenance.quiz_looks:examine_quiz_picture",
}


def task(name: str) -> Callable[..., Any]:
    """The function of one of TASKS."""
    module, _, function = TASKS[name].partition(":")
    return getattr(importlib.import_module(module), function)
