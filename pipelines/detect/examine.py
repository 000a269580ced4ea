"""Examine a file: read its signature, measure its signals, and give a verdict, which may be "cannot tell"."""

from __future__ import annotations

from typing import Annotated

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input
from pipelines.detect.parts.clip import ADAPTER, CLIP
from pipelines.detect.parts.record import poster_of, verdict_as_json, with_pictures
from pipelines.detect.parts.signals import Examined, signals_of
from pipelines.detect.parts.wild_head import HEAD
from pipelines.detect.provenance import OpenedMedia, gather, open_media
from pipelines.media import Accompanied, Media, Verdict
from pipelines.vision.faces import YUNET

__all__ = ["ADAPTER", "CLIP", "HEAD", "YUNET", "examine"]


@pipeline(models=(ADAPTER, CLIP, HEAD, YUNET))
def examine(
    media: Annotated[Media, Input(label="File", help="A picture, a video or a sound.", samples=False)],
    *,
    report: Report = silent,
) -> Accompanied[Verdict]:
    """Examine a picture, a video or a sound, and give a verdict with its reasons and evidence (C2PA 2.2; docs/detect.md).

    Raises Refusal for a file that cannot be read or has no signals, MissingModel.
    """
    opened_media = open_media(media)
    traces = gather(media, opened_media, part(report, 0.0, 0.25))
    examined = look(media, opened_media, part(report, 0.25, 0.95))
    report(Progress(95, 100, "Weighing what was found"))
    verdict = verdict_as_json(traces, examined)
    files = with_pictures(verdict, examined)
    return Accompanied(Verdict(verdict), files, poster_of(opened_media))


def look(media: Media, opened_media: OpenedMedia, report: Report) -> Examined:
    """The signals of the file's kind."""
    if opened_media.picture is not None:
        from pipelines.detect.parts.picture import examine_image

        return examine_image(opened_media.picture, report=report)
    report(Progress(0, 1, "Listening" if opened_media.video is None else "Looking at frames"))
    kind, content = ("sound", opened_media.sound) if opened_media.video is None else ("video", opened_media.video)
    return Examined(tuple(run(content) for run in signals_of(kind)))
