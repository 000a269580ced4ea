"""Many files at once: the table's rows, its CSV, JSON and signed PDF, whose verdicts it takes, and the call of REST and MCP."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.provenance import table
from studio.provenance.signing import read_credential
from studio.storage.artifacts import Artifact, Call
from studio.web import verdicts_api
from tests.fixtures import picture, put_picture, run_async
from tests.security.test_06_forget_me import ME, OTHER
from tests.studio.test_doors import TOKEN, Request, upload_photo


def verdict(studio, session: str = ME, seed: int = 0) -> Artifact:
    photo = put_picture(studio, session, seed=seed, width=320, height=240)
    return studio.jobs.run_now(session, Call("detect.provenance", {"media": photo.id}, {}))


def test_the_table_leaves_as_csv_json_and_signed_pdf(studio, client):
    ids = [verdict(studio, seed=seed).id for seed in range(3)]
    said = client.get("/studio/newsroom/table.csv", params={"ids": ",".join(ids)})
    rows = list(csv.DictReader(io.StringIO(said.content.decode("utf-8-sig"))))
    assert said.status_code == 200 and [row["id"] for row in rows] == ids
    assert {row["verdict"] for row in rows} == {"cannot tell"} and all(len(row["sha256"]) == 64 for row in rows)
    told = client.get("/studio/newsroom/table.json", params={"ids": ",".join(ids)}).json()
    assert told["format"] == table.FORMAT and all(len(row["chain"]) >= 5 for row in told["rows"])
    shown = client.get("/studio/newsroom/rows", params={"ids": ",".join(ids)}).json()["rows"]
    assert [row["chain"] for row in shown] == [row["chain"] for row in told["rows"]]
    printed = client.get("/studio/newsroom/table.pdf", params={"ids": ",".join(ids)})
    path = studio.store.new_file(".pdf")
    path.write_bytes(printed.content)
    assert read_credential(path, studio.certificate).state == "this studio"
    path.write_bytes(printed.content.replace(b"/Creator", b"/Creatos", 1))
    assert read_credential(path, studio.certificate).state == "broken"
    assert client.get("/studio/newsroom/kept").json()["ids"][:3] == ids[::-1]
    left = [one for one in (studio.store.home / "work" / "new").iterdir() if one != path]
    assert not left  # what was handed over is removed


def test_nobody_gets_anothers_verdict_into_a_table(studio, client):
    mine, theirs, photo = verdict(studio), verdict(studio, OTHER, seed=5), put_picture(studio, ME, seed=9)
    many = ",".join(f"{n:x}" for n in range(table.MOST_ROWS + 1))
    for way in ("rows", "table.csv", "table.json", "table.pdf"):
        for wrong in (theirs.id, photo.id, "nothing"):
            answer = client.get(f"/studio/newsroom/{way}", params={"ids": f"{mine.id},{wrong}"})
            assert answer.status_code == 403 and "not on your shelf" in answer.json()["problem"]
        assert client.get(f"/studio/newsroom/{way}", params={"ids": ""}).status_code == 400
        assert "at most 1000" in client.get(f"/studio/newsroom/{way}", params={"ids": many}).json()["problem"]
    answer = client.get("/studio/newsroom/table.exe", params={"ids": mine.id})
    assert answer.status_code == 400 and ".csv, .json, .pdf" in answer.json()["problem"]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=cmd"])
def test_no_cell_of_the_csv_is_a_formula(name):
    row = dict.fromkeys(table.COLUMNS, "") | {"file": name}
    [_, back] = list(csv.reader(io.StringIO(b"".join(table.as_csv([row])).decode("utf-8-sig"), newline="")))
    assert back[0] == "'" + name


def test_many_ids_are_sent_as_a_message_and_only_by_the_page(studio, client):
    ids = [verdict(studio, seed=seed).id for seed in range(2)]
    sent = client.post("/studio/newsroom/table.csv", json={"ids": ids[::-1]}, headers={"x-studio": "1"})
    rows = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ids[::-1]
    assert client.post("/studio/newsroom/table.csv", json={"ids": ids}).status_code == 403
    for wrong in (7, [7], {"a": 1}):
        answer = client.post("/studio/newsroom/table.csv", json={"ids": wrong}, headers={"x-studio": "1"})
        assert answer.status_code == 400 and "by their ids" in answer.json()["problem"]


def most_memory(work) -> int:
    """The most bytes that Python held while `work` ran."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_table_of_many_takes_the_memory_of_one(studio, monkeypatch):
    artifact = verdict(studio)
    detail = json.loads(artifact.path.read_text())
    heavy = lambda found: ((artifact, dict(detail, chain=[{"x": "y" * 100_000}])) for _ in found)  # noqa: E731
    owned, opened = table.own_verdicts.__name__, table.open_verdicts.__name__
    monkeypatch.setattr(table, opened, heavy)
    held = []
    for count in (20, 400):
        monkeypatch.setattr(table, owned, lambda *_, count=count: [artifact] * count)
        held.append(
            most_memory(
                lambda: table.write_table(studio.store, studio.certificate, ME, [artifact.id], ".json").unlink()
            )
        )
    assert held[1] < held[0] + 1_000_000


@pytest.fixture
def photos(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    picture(80, 60, seed=0).save(tmp_path / "0.png")
    first = upload_photo(tmp_path / "0.png")
    picture(80, 60, seed=1).save(first.with_name("1.png"))
    return [first, first.with_name("1.png")]


def test_rest_examines_many_files_and_hands_over_one_table(studio, photos):
    studio.jobs.start()
    files = [{"path": str(path)} for path in photos]
    session = verdicts_api.visitor_of(Request(TOKEN))
    back = run_async(verdicts_api.table(studio, session, files, "origin", "json", Request(TOKEN)))
    told = json.loads(Path(back["path"]).read_text())
    assert [row["file"] for row in told["rows"]] == ["0", "1"] and back["orig_name"] == "verdicts.json"
    outside = [{"path": "/etc/passwd"}]
    for wrong, how, format in (
        (files * 11, "origin", "json"),
        ([], "origin", "json"),
        (files, "x", "json"),
        (files, "origin", "exe"),
        (outside, "origin", "csv"),
    ):
        with pytest.raises(Refusal):
            run_async(verdicts_api.table(studio, session, wrong, how, format, Request(TOKEN)))
    assert not [job for job in studio.jobs.of(session) if job.state in ("queued", "running")]
