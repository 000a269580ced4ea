"""The red team with a studio behind it: credentials of the visitor's own results only, and what Detect says of each attack."""

from __future__ import annotations

import json

import pytest

from pipelines.core.settings import Refusal
from pipelines.media import beside
from pipelines.redteam import credential as attack
from studio.engine.exports import export_result, formats_of
from studio.provenance import redteam_pdf
from studio.provenance.signing import read_credential
from studio.storage.artifacts import Call
from tests.studio.test_detect import ME, brought, make_result


@pytest.fixture
def result(studio):
    return make_result(studio)


def test_credentials_are_attacked_and_detect_says_what_it_finds(studio, result):
    result_file = studio.jobs.run_now(ME, Call("redteam.credential", {"media": result.id}, {}))
    report = json.loads((beside(result_file.path) / "report.json").read_text())
    rows = report["measured"]["attacks"]
    assert report["tries"] == 5 and set(rows) == set(attack.ATTACKS)
    assert {rows[name]["state"] for name in ("edit", "transplant")} == {"changed"}
    assert rows["resign"]["state"] == rows["cover"]["state"] == "unconfirmed"
    assert not any(rows[name]["fooled"] for name in ("none", "edit", "transplant"))
    assert report["label"].startswith("RED TEAM")
    assert formats_of(result_file)[-1] == ".pdf" and ".pdf" not in formats_of(result)
    signed = export_result(studio.store, studio.certificate, result_file, ".pdf")
    assert signed.read_bytes().startswith(b"%PDF")
    told = read_credential(signed, studio.certificate, "application/pdf")
    assert told.state == "this studio" and told.ingredients[0].title == result_file.title
    rows = dict(redteam_pdf.rows(redteam_pdf.report_of(result_file)))
    assert rows["Run it again"].startswith("python -m studio run redteam.credential") and "%" in rows["Succeeded"]
    assert "attacks, strip, state: none" in redteam_pdf.lines_of_measurements(report["measured"])
    with pytest.raises(Refusal, match=r"not as \.pdf"):
        export_result(studio.store, studio.certificate, result, ".pdf")


def test_only_the_visitors_own_results_are_attacked(studio, result):
    with pytest.raises(Refusal, match="made for you"):
        studio.jobs.run_now(ME, Call("redteam.credential", {"media": result.call.inputs["content"]}, {}))  # an upload
    stranger = brought(studio, result.path, "somebody else")  # the studio's file on another's shelf
    with pytest.raises(Refusal, match="made for you"):
        studio.jobs.run_now("somebody else", Call("redteam.credential", {"media": stranger.id}, {}))
