"""The studio's numbers in the text format of Prometheus, written by hand: a dozen lines of format need no further package.

What comes from the database (jobs, seconds, bytes) outlives a restart; what is counted in memory begins anew with the process.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable

import psutil

from studio import __version__
from studio.storage.job_totals import BUCKETS, LONGER, totals
from studio.studio import Studio

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, dict[str, str], float]


def text(studio: Studio) -> str:
    """All numbers, one family after the other."""
    return "".join((*_jobs(studio), *_requests(studio), *_room(studio), *_process(studio)))


def family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> str:
    """One family of numbers: its help, its type, a line for each sample (suffix of the name, labels, value)."""
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    for suffix, labels, value in samples:
        told = ",".join(f'{key}="{_escaped(said)}"' for key, said in labels.items())
        lines.append(f"{name}{suffix}{'{' + told + '}' if told else ''} {_number(value)}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _jobs(studio: Studio) -> Iterable[str]:
    rows = studio.store.rows("SELECT state, lane, COUNT(*) AS n FROM jobs GROUP BY state, lane")
    yield family(
        "studio_jobs",
        "gauge",
        "Jobs that are kept, by state and lane.",
        [("", {"state": row["state"], "lane": row["lane"]}, row["n"]) for row in rows],
    )
    yield from _queue(studio)
    samples: list[Sample] = []
    for name, buckets in sorted(totals(studio.store).items()):
        label, n = {"family": name}, 0
        for limit in BUCKETS:
            n += buckets.get(limit, (0, 0.0))[0]
            samples.append(("_bucket", {**label, "le": str(limit)}, n))
        n += buckets.get(LONGER, (0, 0.0))[0]
        samples += [
            ("_bucket", {**label, "le": "+Inf"}, n),
            ("_sum", label, sum(seconds for _, seconds in buckets.values())),
            ("_count", label, n),
        ]
    yield family(
        "studio_job_seconds", "histogram", "How long finished jobs took, those that are kept no more included.", samples
    )


def _queue(studio: Studio) -> Iterable[str]:
    """How long the queue is behind, and who works on it: on several machines every server tells the same of all."""
    now = time.time()
    oldest = studio.store.rows(
        "SELECT MIN(created) AS since FROM jobs WHERE state = 'queued' AND not_before <= ?", now
    )[0]["since"]
    waited = max(0.0, now - oldest) if oldest else 0.0
    yield family(
        "studio_oldest_waiting_seconds", "gauge", "How long the oldest waiting job waits.", [("", {}, round(waited, 1))]
    )
    workers = studio.store.rows("SELECT COUNT(DISTINCT holder) AS n FROM jobs WHERE state = 'running'")[0]["n"]
    yield family(
        "studio_workers", "gauge", "Processes that hold a job (on one machine: the server itself).", [("", {}, workers)]
    )
    again = studio.store.rows("SELECT COUNT(*) AS n FROM jobs WHERE attempts > 1 AND started > ?", now - 3600.0)[0]["n"]
    yield family("studio_jobs_begun_again", "gauge", "Jobs of the last hour whose worker was lost.", [("", {}, again)])


def _requests(studio: Studio) -> Iterable[str]:
    tally = studio.tally
    answers = [("", {"status": str(status)}, float(count)) for status, count in sorted(tally.answers.items())]
    yield family("studio_answers_total", "counter", "Answers by status.", answers)
    refusals = [
        ("", {"status": str(status), "area": area}, float(n)) for (status, area), n in sorted(tally.refusals.items())
    ]
    yield family("studio_refusals_total", "counter", "Requests that were refused.", refusals)
    events = [("", {"event": event}, float(count)) for event, count in sorted(tally.events.items())]
    yield family("studio_events_total", "counter", "Events of the audit log that visitors cause.", events)
    uploads = [("", {"outcome": name}, float(tally.uploads[name])) for name in ("taken", "refused")]
    yield family("studio_uploads_total", "counter", "Uploads by outcome.", uploads)
    yield family("studio_open_requests", "gauge", "Requests that are being answered.", [("", {}, tally.open_requests)])


def _room(studio: Studio) -> Iterable[str]:
    kept = studio.store.rows("SELECT COALESCE(SUM(bytes), 0) AS bytes, COUNT(DISTINCT session) AS n FROM artifacts")[0]
    yield family("studio_kept_bytes", "gauge", "Bytes on all shelves.", [("", {}, kept["bytes"])])
    yield family("studio_shelves", "gauge", "Sessions that keep something.", [("", {}, kept["n"])])
    free = shutil.disk_usage(studio.store.home).free
    yield family("studio_disk_free_bytes", "gauge", "Free bytes where the studio keeps everything.", [("", {}, free)])


def _process(studio: Studio) -> Iterable[str]:
    own = psutil.Process()
    children = own.children(recursive=True)
    samples: list[Sample] = [("", {"process": "server"}, own.memory_info().rss)]
    samples.append(("", {"process": "children"}, sum(_resident(child) for child in children)))
    yield family("studio_resident_bytes", "gauge", "Resident memory of the server and of its child processes.", samples)
    yield family("studio_child_processes", "gauge", "Child processes of the server.", [("", {}, len(children))])
    count = own.num_fds() if hasattr(own, "num_fds") else own.num_handles()  # the second is Windows
    yield family("studio_open_descriptors", "gauge", "Open files and sockets of the server.", [("", {}, count)])
    connections = [one for one in own.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
    yield family(
        "studio_connections", "gauge", "Established TCP connections of the server.", [("", {}, len(connections))]
    )
    up = time.time() - studio.tally.started
    yield family("studio_uptime_seconds", "gauge", "Seconds since the server started.", [("", {}, round(up, 3))])
    yield family("studio_build_info", "gauge", "The version that runs.", [("", {"version": __version__}, 1)])


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:  # it has just ended
        return 0
