"""Traces of jobs for OpenTelemetry, sent when OTEL_EXPORTER_OTLP_ENDPOINT is set: from the click to the kept result, as three spans.

`job` lasts from the order to the end, `wait` until a worker took it, `make` while it was made. They are sent as OTLP over HTTP in JSON
(OpenTelemetry protocol 1.x, "OTLP/HTTP", JSON encoding), which needs no package. Spans name the pipeline, the lane, the attempt and the outcome, and
neither visitors nor their words. A collector that does not answer costs spans, never a job.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import threading
import urllib.request
from typing import Any

from studio import __version__

log = logging.getLogger(__name__)
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
MOST_WAITING = 1000
TIMEOUT_SECONDS = 5.0
INTERNAL, SERVER, CONSUMER = 1, 2, 5  # kinds of spans
OK, ERROR = 1, 2


def endpoint() -> str:
    """Where traces go, or nothing."""
    base = os.environ.get(ENDPOINT, "").strip().rstrip("/")
    return f"{base}/v1/traces" if base.startswith(("http://", "https://")) else ""


class Traces:
    """Sends spans from a thread of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._waiting: queue.Queue[dict[str, Any]] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._work, name="traces", daemon=True).start()

    def ended(
        self,
        *,
        job: int,
        artifact: str,
        pipeline: str,
        lane: str,
        attempts: int,
        created: float,
        started: float | None,
        ended: float,
        state: str,
    ) -> None:
        """A job that is over (seconds since 1970)."""
        facts = {"studio.pipeline": pipeline, "studio.lane": lane, "studio.attempts": attempts, "studio.state": state}
        trace = hashlib.sha256(f"{job} {artifact} {created}".encode()).hexdigest()[:32]
        outcome = {"code": ERROR if state == "failed" else OK}
        whole = _span(trace, "job", "", SERVER, created, ended, facts, outcome)
        spans = [whole, _span(trace, "wait", whole["spanId"], INTERNAL, created, started or ended, facts, {})]
        if started is not None:
            spans.append(_span(trace, "make", whole["spanId"], CONSUMER, started, ended, facts, outcome))
        for span in spans:
            try:
                self._waiting.put_nowait(span)
            except queue.Full:
                return

    def _work(self) -> None:
        while True:
            spans = [self._waiting.get()]
            while not self._waiting.empty() and len(spans) < 200:
                spans.append(self._waiting.get())
            try:
                self.send(spans)
            except OSError as problem:
                log.info("%d spans were not taken: %s", len(spans), problem)

    def send(self, spans: list[dict[str, Any]]) -> None:
        """One message. Raises OSError."""
        resource = {"attributes": _attributes({"service.name": "afternoon-studio", "service.version": __version__})}
        message = {
            "resourceSpans": [
                {"resource": resource, "scopeSpans": [{"scope": {"name": "studio.jobs"}, "spans": spans}]}
            ]
        }
        request = urllib.request.Request(
            self.address, json.dumps(message).encode(), {"content-type": "application/json"}, method="POST"
        )
        urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS).close()


def _span(
    trace: str,
    name: str,
    parent: str,
    kind: int,
    begin: float,
    end: float,
    facts: dict[str, Any],
    status: dict[str, Any],
) -> dict[str, Any]:
    made = {
        "traceId": trace,
        "spanId": hashlib.sha256(f"{trace} {name}".encode()).hexdigest()[:16],
        "name": name,
        "kind": kind,
        "startTimeUnixNano": str(int(begin * 1e9)),
        "endTimeUnixNano": str(int(max(begin, end) * 1e9)),
        "attributes": _attributes(facts),
        "status": status,
    }
    return made | ({"parentSpanId": parent} if parent else {})


def _attributes(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": str(value)}}
        for key, value in facts.items()
    ]


def traces_from_environment() -> Traces | None:
    """None where no collector is named."""
    address = endpoint()
    return Traces(address) if address else None
