"""Traces reach a collector, without visitors' words; a collector that is away costs nothing."""

from __future__ import annotations

import http.server
import json
import threading
import time
from typing import ClassVar

from tests.fixtures import put, wait_for

ME = "a" * 32


class Collector(http.server.BaseHTTPRequestHandler):
    heard: ClassVar[list[tuple[str, dict]]] = []

    def do_POST(self):
        self.heard.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_job_is_a_trace_of_three_spans(tmp_path, board, monkeypatch):
    from studio.engine.runners import InProcess
    from studio.storage.artifacts import checked_call
    from studio.studio import open_studio

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    studio = open_studio(tmp_path / "home", InProcess(), spares=0)
    call = checked_call(
        "stylize.wash", {"content": put(studio, ME).id}, {"words": "my secret words"}, lambda id: "image"
    )
    studio.jobs.start()
    job = studio.jobs.submit(ME, "Stylize", call)
    assert wait_for(studio, ME, job.id).state == "done"
    end = time.monotonic() + 120
    spans: list[dict] = []
    while len(spans) < 3 and time.monotonic() < end:
        spans = [one for _, said in Collector.heard for one in said["resourceSpans"][0]["scopeSpans"][0]["spans"]]
        time.sleep(0.05)
    assert Collector.heard[0][0] == "/v1/traces" and [one["name"] for one in spans] == ["job", "wait", "make"]
    whole, wait, make = spans
    assert {one["traceId"] for one in spans} == {whole["traceId"]} and wait["parentSpanId"] == make[
        "parentSpanId"
    ] == whole["spanId"]
    assert int(whole["startTimeUnixNano"]) == int(wait["startTimeUnixNano"]) <= int(make["startTimeUnixNano"])
    assert "secret" not in json.dumps(Collector.heard) and ME not in json.dumps(Collector.heard)
    server.shutdown()
    server.server_close()
    again = checked_call("stylize.wash", {"content": put(studio, ME).id}, {"seed": 5}, lambda id: "image")
    job = studio.jobs.submit(ME, "Stylize", again)
    assert wait_for(studio, ME, job.id).state == "done"
    studio.close()
