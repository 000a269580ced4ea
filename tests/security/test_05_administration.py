"""Finding 5 (the administrator's part) and the metrics: who may see and cancel everybody's jobs, and that no visitor's words are shown."""

from __future__ import annotations

import json
import re
import time

import pytest

from studio.access.tally import LINES_A_MINUTE, Tally, area_of
from studio.admin import metrics
from tests.fixtures import Clock, until
from tests.security.values import CASES
from tests.security.with_accounts import ADA, EVE, GRACE, browser, command, log_of, png, signed_in

pytestmark = pytest.mark.slow


def test_an_administrator_sees_and_cancels_what_others_make_and_never_their_words(closed):
    grace, ada = signed_in(closed, "grace", GRACE, "198.51.100.55"), signed_in(closed, "ada", ADA)
    photo = upload(grace, "a secret name.png")
    asked = {
        "pipeline": "stylize.wash",
        "inputs": {"content": photo},
        "settings": {"words": "my secret words", "seed": 3},
    }
    assert grace.post("studio/make", json=asked).status_code == 200
    running, waiting = (begin(grace, photo, steps) for steps in (900, 901))
    until(lambda: job_of(ada, running) and job_of(ada, running)["state"] == "running")
    seen = job_of(ada, running)
    assert [seen[name] for name in ("account", "pipeline", "lane", "address")] == [
        "grace",
        "stylize.slow",
        "heavy",
        "198.51.100.55",
    ]
    assert seen["runs"] >= 0 and job_of(ada, waiting)["state"] == "queued"
    for id in (waiting, running):
        assert ada.post(f"studio/admin/jobs/{id}/cancel").json() == {"done": True}
    until(lambda: states(grace)[running] == states(grace)[waiting] == "cancelled")
    text = ada.get("studio/admin/overview").text + ada.get("studio/metrics").text + log_of(closed)
    assert "secret" not in text and photo not in text
    events = [json.loads(line) for line in log_of(closed).splitlines() if "cancelled by administrator" in line]
    assert [event["job"] for event in events[-2:]] == [waiting, running] and events[-1]["by"] == "ada"
    refused = ada.post(f"studio/admin/jobs/{running}/cancel")
    assert refused.status_code == 400 and "has ended already" in refused.json()["problem"]
    assert ada.post(f"studio/admin/jobs/{10**30}/cancel").status_code == 400


def test_the_command_line_lists_and_cancels_in_the_running_server(closed):
    grace = signed_in(closed, "grace", GRACE)
    photo = upload(grace, "another secret.png")
    running, waiting = (begin(grace, photo, steps) for steps in (902, 903))
    until(lambda: states(grace)[running] == "running")
    listed = command(closed.home, "jobs").stdout
    assert f"{running:6} " in listed and "stylize.slow" in listed and "running" in listed and "secret" not in listed
    done = command(closed.home, "jobs", "cancel", str(waiting), str(running))
    assert (
        done.returncode == 0
        and f"Job {running} is cancelled." in done.stdout
        and f"Job {waiting} is cancelled." in done.stdout
    )
    assert states(grace)[running] == states(grace)[waiting] == "cancelled"
    assert log_of(closed).count('"by": "command line"') == 2
    wrong = command(closed.home, "jobs", "cancel", str(running), "0")
    assert wrong.returncode == 1 and "has ended already" in wrong.stderr and "There is no such job" in wrong.stderr


def test_deletions_are_logged(closed):
    eve = signed_in(closed, "eve", EVE)
    photo = upload(eve, "secret.png")
    eve.post(f"studio/artifacts/{photo}/delete")
    assert '"event": "deleted"' in log_of(closed)
    assert "secret.png" not in log_of(closed)


def test_the_metrics_are_in_the_format_of_prometheus(closed):
    ada = signed_in(closed, "ada", ADA)
    answer = ada.get("studio/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = parse_metrics(answer.text)
    names = "jobs uploads_total kept_bytes disk_free_bytes connections uptime_seconds build_info"
    assert {f"studio_{name}" for name in names.split()} <= set(samples)
    assert samples["studio_resident_bytes"]['{process="server"}'] > 1e7 and samples["studio_open_descriptors"][""] > 3
    before = samples.get("studio_refusals_total", {}).get('{status="401",area="config"}', 0)
    browser(closed).get("config")
    assert (
        parse_metrics(ada.get("studio/metrics").text)["studio_refusals_total"]['{status="401",area="config"}']
        == before + 1
    )


# the parts


def test_the_histogram_adds_up(studio):
    for seconds in (0.5, 3, 3, 700, 9999):
        studio.store.rows(
            "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, seconds, created)"
            " VALUES ('s', '', '{}', 'a', 'stylize.wash', 'quick', 0, 'done', '{}', ?, 0)",
            seconds,
        )
    samples = parse_metrics(metrics.text(studio))
    buckets = samples["studio_job_seconds_bucket"]
    counts = [value for labels, value in buckets.items() if 'family="stylize"' in labels]
    assert (
        counts == sorted(counts)
        and buckets['{family="stylize",le="1"}'] == 1
        and buckets['{family="stylize",le="5"}'] == 3
    )
    assert buckets['{family="stylize",le="+Inf"}'] == samples["studio_job_seconds_count"]['{family="stylize"}'] == 5
    assert samples["studio_jobs"]['{state="done",lane="quick"}'] == 5
    # as the clean-up and “Forget me” do: counters must not fall
    studio.store.rows("DELETE FROM jobs WHERE seconds > 1")
    studio.store.rows("UPDATE jobs SET session = '', call = '{}', artifact = ''")
    after = parse_metrics(metrics.text(studio))
    for name in ("studio_job_seconds_bucket", "studio_job_seconds_count", "studio_job_seconds_sum"):
        assert after[name] == samples[name], name


def parse_metrics(text: str) -> dict[str, dict[str, float]]:
    """The samples by name and labels; every line must be in the format."""
    samples: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if line.startswith(("# HELP ", "# TYPE ")):
            continue
        match = re.fullmatch(r'([a-z_]+)((?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})?) ([0-9.e+-]+)', line)
        assert match, line
        samples.setdefault(match[1], {})[match[2]] = float(match[3])
    return samples


def test_one_address_and_many_cannot_flood_the_log(studio):
    tally = Tally(studio.audit, clock := Clock())
    for number in range(5000):
        tally.note("refused", address="a", status=403)
        tally.note("refused", address=f"b{number}", status=403)
    lines = studio.audit.path.read_text().splitlines()
    assert sum('"address": "a"' in line for line in lines) == LINES_A_MINUTE and len(lines) < 600
    clock.now += 61
    tally.roll()
    counts = [json.loads(line) for line in studio.audit.path.read_text().splitlines()[len(lines) :]]
    assert {one["address"] for one in counts} == {"a", "others"} and next(
        one["count"] for one in counts if one["address"] == "a"
    ) == 4990
    assert tally.events["refused"] == 10_000


@pytest.mark.parametrize(("path", "area"), CASES["areas of paths"])
def test_an_area_never_holds_what_the_asker_wrote(path, area):
    assert area_of(path) == area


def upload(page, name: str) -> str:
    seed = int(time.time() * 1e6) % 10**6
    answer = page.post(f"studio/upload?name={name}&kind=image", content=png(seed))
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def begin(page, photo: str, steps: int) -> int:
    asked = {"pipeline": "stylize.slow", "inputs": {"content": photo}, "settings": {"steps": steps}}
    answer = page.post("studio/make", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["job"]


def job_of(admin, id: int):
    return next((job for job in admin.get("studio/admin/overview").json()["jobs"] if job["id"] == id), None)


def states(page) -> dict[int, str]:
    return {job["id"]: job["state"] for job in page.get("studio/state").json()["jobs"]}
