"""The studio's numbers in the text format of Prometheus, written by hand: a dozen lines of format need no further package.

What comes from the database (jobs, seconds, bytes) outlives a restart; what is counted in memory begins anew with the process.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Mapping
from typing import Any

import psutil

from studio import __version__
from studio.storage.job_totals import BUCKETS, LONGER, totals
from studio.studio import Studio

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, dict[str, str], float]


def text(studio: Studio) -> str:
    """All numbers, one family after the other."""
    return "".join((*_jobs(studio), *_numbers(studio)))


def family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> str:
    """One family of numbers: its help, its type, a line for each sample (suffix of the name, labels, value)."""
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    for suffix, labels, value in samples:
        told = ",".join(f'{key}="{_escape_label(said)}"' for key, said in labels.items())
        lines.append(f"{name}{suffix}{'{' + told + '}' if told else ''} {_number(value)}")
    return "\n".join(lines) + "\n"


def _escape_label(text: str) -> str:
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


def _numbers(studio: Studio) -> Iterable[str]:
    """Numbers without labels, and a few with: how long the queue is behind, who works on it, requests, room and this process.

    On several machines every server tells the same of the queue.
    """
    now, store, tally = time.time(), studio.store, studio.tally

    def count_of(sql: str, *values: float) -> float:
        return float(store.rows(f"SELECT {sql}", *values)[0][0] or 0)

    def by(label: str, counts: Mapping[Any, float]) -> list[Sample]:
        return [("", {label: str(name)}, float(count)) for name, count in sorted(counts.items())]

    oldest = count_of("MIN(created) FROM jobs WHERE state = 'queued' AND not_before <= ?", now)
    own = psutil.Process()
    children = own.children(recursive=True)
    resident = {"server": own.memory_info().rss, "children": sum(_resident(child) for child in children)}
    descriptors = own.num_fds() if hasattr(own, "num_fds") else own.num_handles()  # the second is Windows
    connections = [link for link in own.net_connections("tcp") if link.status == psutil.CONN_ESTABLISHED]
    refusals = [
        ("", {"status": str(status), "area": area}, float(n)) for (status, area), n in sorted(tally.refusals.items())
    ]
    waited = round(max(0.0, now - oldest), 1) if oldest else 0
    holders = count_of("COUNT(DISTINCT holder) FROM jobs WHERE state = 'running'")
    again = count_of("COUNT(*) FROM jobs WHERE attempts > 1 AND started > ?", now - 3600.0)
    free = shutil.disk_usage(store.home).free
    rows: tuple[tuple[str, str, str, float | list[Sample]], ...] = (
        ("oldest_waiting_seconds", "gauge", "How long the oldest waiting job waits.", waited),
        ("workers", "gauge", "Processes that hold a job (on one machine: the server itself).", holders),
        ("jobs_begun_again", "gauge", "Jobs of the last hour whose worker was lost.", again),
        ("answers_total", "counter", "Answers by status.", by("status", tally.answers)),
        ("refusals_total", "counter", "Requests that were refused.", refusals),
        ("events_total", "counter", "Events of the audit log that visitors cause.", by("event", tally.events)),
        ("uploads_total", "counter", "Uploads by outcome.", by("outcome", {"taken": 0, "refused": 0} | tally.uploads)),
        ("open_requests", "gauge", "Requests that are being answered.", tally.open_requests),
        ("kept_bytes", "gauge", "Bytes on all shelves.", count_of("SUM(bytes) FROM artifacts")),
        ("shelves", "gauge", "Sessions that keep something.", count_of("COUNT(DISTINCT session) FROM artifacts")),
        ("disk_free_bytes", "gauge", "Free bytes where the studio keeps everything.", free),
        (
            "resident_bytes",
            "gauge",
            "Resident memory of the server and of its child processes.",
            by("process", resident),
        ),
        ("child_processes", "gauge", "Child processes of the server.", len(children)),
        ("open_descriptors", "gauge", "Open files and sockets of the server.", descriptors),
        ("connections", "gauge", "Established TCP connections of the server.", len(connections)),
        ("uptime_seconds", "gauge", "Seconds since the server started.", round(now - tally.started, 3)),
        ("build_info", "gauge", "The version that runs.", [("", {"version": __version__}, 1)]),
    )
    for name, kind, about, value in rows:
        yield family(f"studio_{name}", kind, about, value if isinstance(value, list) else [("", {}, value)])


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:  # it has just ended
        return 0
