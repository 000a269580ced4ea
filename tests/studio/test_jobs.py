"""Jobs: run, fail, cancel, reorder, retry, survive a killed process; times learned; replay; a full disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image as PillowImage

from pipelines.core.settings import Refusal
from pipelines.media import load_image
from studio.engine.local_queue import LocalQueue
from studio.engine.runners import InProcess
from studio.engine.uploads import receive
from studio.provenance.credential import read_credential
from studio.storage.artifacts import Call, checked_call
from studio.storage.store import Store
from tests import stubs
from tests.cluster.servers import core
from tests.fixtures import put_picture, wait_for

ME, OTHER = "a" * 32, "b" * 32


def slow(studio, session=ME, steps=40, mode="calm", photo=None) -> Call:
    one = photo or put_picture(studio, session)
    return checked_call("stylize.slow", {"content": one.id}, {"steps": steps, "mode": mode}, lambda id: "image")


def wash(studio, session=ME, **settings) -> Call:
    one = put_picture(studio, session)
    return checked_call("stylize.wash", {"content": one.id}, settings, lambda id: "image")


@core
def test_a_job_becomes_a_signed_file_with_its_recipe(studio):
    studio.jobs.start()
    call = wash(studio, words="my secret words", seed=5)
    job = wait_for(studio, ME, studio.jobs.submit(ME, "Stylize", call).id)
    result = studio.store.artifact(ME, job.artifact_id)
    assert job.state == "done" and result.title == "my secret words"
    credential = read_credential(result.path, studio.certificate)
    assert (
        credential.state == "this studio" and credential.source_type == "algorithmicallyEnhanced"
    )  # no model had a part
    record = credential.record
    assert record["settings"]["words"] == "my secret words" and record["settings"]["seed"] == 5
    assert record["recipe"]["result"] == result.id and set(record["recipe"]["steps"]) == {
        result.id,
        call.inputs["content"],
    }
    assert [one.relationship for one in credential.ingredients] == ["parentOf"]
    assert len(studio.store.made_with_mark(int(result.id[:8], 16))) == 1


def test_transparency_reaches_the_slots_that_want_it(studio, tmp_path):
    drawing = PillowImage.new("RGBA", (40, 30), (200, 30, 30, 0))
    drawing.paste((30, 90, 200, 255), (10, 5, 30, 25))
    drawing.save(tmp_path / "drawing.png")
    upload = receive(studio.store, studio.intake, studio.certificate, ME, tmp_path / "drawing.png", "drawing.png")
    result = studio.jobs.run_now(
        ME, checked_call("stylize.glass", {"picture": upload.id, "over": upload.id}, {}, lambda id: "image")
    )
    assert stubs.RUNS[-1] == "glass RGBA RGB"
    alpha = load_image(result.path, alpha=True).getchannel("A")
    assert alpha.getpixel((0, 0)) == 0 and alpha.getpixel((20, 15)) == 255
    assert load_image(result.path).getpixel((0, 0)) == (255, 255, 255)


def test_private_text_stays_out_of_the_file(studio):
    call = wash(studio, words="my secret words")
    made = studio.jobs.run_now(ME, call, private=True)
    content = made.path.read_bytes()
    assert b"my secret words" not in content and b"photo 0" not in content
    assert made.call.settings["words"] == "my secret words"  # the shelf still knows
    told = studio.jobs.run_now(ME, wash(studio, words="said aloud"))
    again = Call("stylize.wash", {"content": told.id}, {**call.settings, "seed": 8})
    content = studio.jobs.run_now(ME, again, private=True).path.read_bytes()
    assert b"said aloud" in told.path.read_bytes() and b"said aloud" not in content  # nor in its parent's credential


@core
def test_the_same_call_is_not_done_twice(studio):
    call = wash(studio, seed=1)
    first, second = studio.jobs.run_now(ME, call), studio.jobs.run_now(ME, call)
    assert first == second and stubs.RUNS == ["wash"]


def test_replay_finds_identical_bytes(studio):
    call = wash(studio, seed=3)
    studio.jobs.run_now(ME, call)
    again = studio.jobs.run_now(ME, call, again=True)
    assert again.facts["replay"] == {"identical": True, "changed": []} and stubs.RUNS == ["wash", "wash"]


@pytest.mark.parametrize(
    ("mode", "said"), [("refuse", "This photo is too shy."), ("fail", "Something went wrong inside the studio")]
)
def test_a_failed_job_says_one_sentence_and_the_worker_goes_on(studio, mode, said):
    studio.jobs.start()
    failed = wait_for(studio, ME, studio.jobs.submit(ME, "Stylize", slow(studio, mode=mode)).id)
    assert failed.state == "failed" and failed.problem.startswith(said) and "/etc" not in failed.problem
    done = wait_for(studio, ME, studio.jobs.submit(ME, "Stylize", slow(studio, steps=1)).id)
    assert done.state == "done"


@pytest.mark.parametrize("mode", ["calm", "stuck"])
def test_cancel_frees_the_worker_and_touches_no_other_job(studio, mode, monkeypatch):
    monkeypatch.setattr(stubs, "stuck_seconds", 300.0)  # longer than anything below is waited for
    studio.jobs.start()
    running = studio.jobs.submit(ME, "Stylize", slow(studio, steps=900, mode=mode))
    waiting = studio.jobs.submit(ME, "Stylize", slow(studio, steps=1))
    wait_for(studio, ME, running.id, ("running",))
    time.sleep(0.2)
    studio.jobs.cancel(ME, running.id)
    try:
        assert wait_for(studio, ME, running.id).state == "cancelled"
        assert wait_for(studio, ME, waiting.id).state == "done"  # the worker did not wait for a stuck step
    finally:
        stubs.WOKEN.set()
        time.sleep(0.1)
        stubs.WOKEN.clear()


@core
def test_order_can_be_changed_and_only_by_its_owner(studio):
    photo = put_picture(studio, ME)
    ids = [studio.jobs.submit(ME, "Stylize", slow(studio, steps=n, photo=photo)).id for n in (1, 2, 3)]
    studio.jobs.move(ME, ids[2], -2)
    assert [job.id for job in studio.jobs.of(ME)] == [ids[2], ids[0], ids[1]]
    for act in (studio.jobs.cancel, studio.jobs.retry):
        with pytest.raises(Refusal):
            act(OTHER, ids[0])
    with pytest.raises(Refusal):
        studio.jobs.move(OTHER, ids[0], 1)
    studio.jobs.cancel(ME, ids[0])
    assert studio.jobs.job(ME, ids[0]).state == "cancelled" and studio.jobs.job(ME, ids[1]).state == "queued"
    assert studio.jobs.retry(ME, ids[0]).state == "queued"


def test_quick_work_does_not_wait_behind_heavy_work(studio, monkeypatch):
    monkeypatch.setattr("studio.engine.job_queue.QUICK_SECONDS", 600.0)  # a wash is quick on the busiest machine
    photo = put_picture(studio, ME)
    for seed in range(3):  # the studio learns that a wash is quick
        studio.jobs.run_now(ME, checked_call("stylize.wash", {"content": photo.id}, {"seed": seed}, lambda id: "image"))
    studio.jobs.start()
    heavy = studio.jobs.submit(ME, "Stylize", slow(studio, steps=900, mode="stuck", photo=photo))  # for over an hour
    wait_for(studio, ME, heavy.id, ("running",))
    quick = studio.jobs.submit(
        ME, "Stylize", checked_call("stylize.wash", {"content": photo.id}, {"seed": 9}, lambda id: "image")
    )
    assert quick.lane == "quick" and wait_for(studio, ME, quick.id).state == "done"
    assert studio.jobs.job(ME, heavy.id).state == "running"
    studio.jobs.cancel(ME, heavy.id)


def test_the_same_call_while_it_waits_is_the_same_job(studio):
    photo = put_picture(studio, ME)
    first = studio.jobs.submit(ME, "Stylize", slow(studio, steps=9, photo=photo))
    again = studio.jobs.submit(ME, "Detect", slow(studio, steps=9, photo=photo))
    assert again.id == first.id and again.joined and not first.joined
    others = [
        studio.jobs.submit(ME, "Stylize", slow(studio, steps=8, photo=photo)),  # another call
        studio.jobs.submit(ME, "Stylize", slow(studio, steps=9, photo=photo), private=True),  # another file in the end
        studio.jobs.submit(ME, "Film", slow(studio, steps=9, photo=photo), lane="film"),  # the film may cancel it
        studio.jobs.submit(OTHER, "Stylize", slow(studio, OTHER, steps=9)),  # another visitor's
    ]
    assert len({first.id, *(job.id for job in others)}) == 5 and not any(job.joined for job in others)
    studio.jobs.cancel(ME, first.id)
    assert studio.jobs.submit(ME, "Stylize", slow(studio, steps=9, photo=photo)).id > first.id


def test_a_waiting_job_is_taken_back_by_its_owner_only(studio):
    job = studio.jobs.submit(ME, "Stylize", slow(studio, steps=9))
    with pytest.raises(Refusal, match="not yours"):
        studio.jobs.take_back(OTHER, job.id)
    assert studio.jobs.job(ME, job.id).state == "queued"
    studio.jobs.take_back(ME, job.id)
    assert studio.jobs.job(ME, job.id).state == "cancelled"
    with pytest.raises(Refusal, match="has begun"):
        studio.jobs.take_back(ME, job.id)
    step = studio.jobs.submit(ME, "Film", slow(studio, steps=9), lane="film")
    with pytest.raises(Refusal):
        studio.jobs.take_back(ME, step.id)


def test_the_wait_stands_apart_from_the_work(studio):
    photo = put_picture(studio, ME)
    studio.jobs.run_now(ME, slow(studio, steps=1, photo=photo))
    studio.store.rows("UPDATE jobs SET seconds = 10, size = 1, device = 'cpu'")
    jobs = [
        studio.jobs.submit(ME, "Stylize", slow(studio, steps=steps, photo=photo), lane="heavy")
        for steps in (10, 20, 30)
    ]
    work = [studio.jobs.left(job) for job in jobs]
    assert all(work) and work[1] == pytest.approx(2 * work[0]) and work[2] == pytest.approx(3 * work[0])
    assert [studio.jobs.wait_of(job) for job in jobs] == pytest.approx([0, work[0], work[0] + work[1]])
    studio.jobs.move(ME, jobs[2].id, -2)
    assert [studio.jobs.wait_of(job) for job in jobs] == pytest.approx([work[2], work[2] + work[0], 0])


KILLED = """
import sys
from pathlib import Path
from tests import stubs
stubs.install()
from studio.studio import open_studio
studio = open_studio(Path(sys.argv[1]), spares=0)
studio.jobs.start()
print("started", flush=True)
import time
time.sleep(60)"""


def test_a_killed_server_resumes(tmp_path, studio):
    photo = put_picture(studio, ME)
    job = studio.jobs.submit(ME, "Stylize", slow(studio, steps=200, photo=photo))
    root = Path(__file__).resolve().parents[2]
    server = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(studio.store.home)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout.readline().strip() == "started"
        wait_for(studio, ME, job.id, ("running",))
        end = time.monotonic() + 120
        while studio.jobs.job(ME, job.id).fraction < 0.02 and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    assert studio.jobs.job(ME, job.id).state == "running"  # what the dead process left behind
    studio.store.sweep()
    studio.store.rows(
        "UPDATE jobs SET call = ? WHERE id = ?", json.dumps(slow(studio, steps=3, photo=photo).as_dict()), job.id
    )
    studio.jobs.start()
    assert wait_for(studio, ME, job.id).state == "done" and studio.jobs.job(ME, job.id).attempts == 2


@core
def test_stopping_puts_the_running_job_back(studio):
    studio.jobs.start()
    job = studio.jobs.submit(ME, "Stylize", slow(studio, steps=900))
    wait_for(studio, ME, job.id, ("running",))
    studio.jobs.stop()
    assert studio.jobs.job(ME, job.id).state == "queued"
    again = LocalQueue(Store(studio.store.home), InProcess())
    assert [one.id for one in again.of(ME)] == [job.id]
