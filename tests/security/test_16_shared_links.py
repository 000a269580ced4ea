"""A shared link shows one result and nothing else, to whoever has it, until it is revoked."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from studio.access.origins import Hosts
from studio.access.pace import Pace
from studio.film.parsing import storyboard_of
from studio.film.storyboard import as_json, with_files
from studio.storage.artifacts import Call
from studio.storage.forget import forget
from studio.storage.store import session_key
from tests.asgi import routes_app
from tests.fixtures import put
from tests.security.shelf import TOKEN

pytestmark = pytest.mark.slow

ME, OTHER = session_key("visitor:" + TOKEN), "b" * 32
OURS = {"x-studio": "1"}


@pytest.fixture
def app(studio, board):
    return routes_app(studio, board, hosts=Hosts(["testserver"]))


@pytest.fixture
def owner(app):
    with TestClient(app, cookies={"studio_session": TOKEN}, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def stranger(app):
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def result(studio):
    return made_by(studio, ME)


def made_by(studio, session, words="our <b>garden</b>"):
    photo = put(studio, session, 1)
    call = Call("stylize.wash", {"content": photo.id}, {"strength": 0.5, "words": words, "flip": False, "seed": 3})
    return studio.jobs.run_now(session, call)


def shared(owner, id, **more):
    answer = owner.post("/studio/shares", headers=OURS, json={"kind": "result", "id": id, **more})
    assert answer.status_code == 200, answer.text
    return "/" + answer.json()["path"]


def test_a_stranger_sees_the_result_with_its_recipe_and_nothing_runs(owner, stranger, result):
    path = shared(owner, result.id)
    page = stranger.get(path)
    assert page.status_code == 200 and "our &lt;b&gt;garden&lt;/b&gt;" in page.text and "<script" not in page.text
    assert 'property="og:image"' in page.text and "Signed by this studio" in page.text
    assert "?from=" in page.text and "noindex" in page.headers["x-robots-tag"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store" and "set-cookie" not in page.headers
    assert stranger.get(path + "/media").content == result.path.read_bytes()
    assert stranger.get(path + "/picture").status_code == 200
    assert stranger.get(path + "/captions").status_code == 404


def test_nothing_else_of_the_owner_can_be_reached(studio, owner, stranger, result):
    path = shared(owner, result.id)
    photo = result.call.inputs["content"]
    for other in (
        f"/studio/media/{result.id}",
        f"/studio/media/{photo}",
        f"/studio/thumbnail/{photo}",
        "/studio/shares",
    ):
        assert stranger.get(other).status_code == 403
    assert stranger.get(f"{path}/files/layers.ora").status_code == 404
    assert stranger.get(f"{path}/media/../../../media/{photo}").status_code in (403, 404)
    assert result.id not in stranger.get(path).text and ME not in stranger.get(path).text


def test_only_the_owner_makes_and_revokes_and_revoking_counts_at_once(studio, app, owner, stranger, result):
    path = shared(owner, result.id)
    token = path.rsplit("/", 1)[-1]
    assert len(token) == 43 and shared(owner, result.id) == path
    theirs = made_by(studio, OTHER, "their house")
    refused = owner.post("/studio/shares", headers=OURS, json={"kind": "result", "id": theirs.id})
    assert refused.status_code == 403
    assert stranger.post(f"/studio/shares/{token}/revoke", headers=OURS).status_code == 403
    assert owner.post(f"/studio/shares/{token}/revoke").status_code == 403  # no header: another site's page
    assert stranger.get(path).status_code == 200
    assert owner.post(f"/studio/shares/{token}/revoke", headers=OURS).status_code == 200
    for part in ("", "/media", "/picture", "/embed"):
        assert stranger.get(path + part).status_code == 404


def test_what_is_deleted_or_forgotten_is_not_shown(studio, owner, stranger, result):
    path = shared(owner, result.id)
    studio.store.delete(ME, result.id)
    assert stranger.get(path).status_code == 404
    studio.store.undelete(ME, result.id)
    assert stranger.get(path).status_code == 200
    forget(studio, ME, comes_back=False)
    assert stranger.get(path).status_code == 404
    assert not studio.store.rows("SELECT 1 FROM shares")


def test_uploads_cannot_be_handed_out(studio, owner):
    photo = put(studio, ME, 2)
    answer = owner.post("/studio/shares", headers=OURS, json={"kind": "result", "id": photo.id})
    assert answer.status_code == 400 and "not files that were uploaded" in answer.json()["problem"]


def test_without_the_recipe_no_words_are_shown_or_given(studio, owner, stranger, result):
    path = shared(owner, result.id, recipe=False)
    page = stranger.get(path).text
    assert "garden" not in page and "?from=" not in page and "Recipe" not in page
    token = path.rsplit("/", 1)[-1]
    taken = owner.post(f"/studio/shares/{token}/take", headers=OURS)
    assert taken.status_code == 400 and "without its recipe" in taken.json()["problem"]


def test_make_your_own_gives_settings_but_no_files(owner, result):
    token = shared(owner, result.id).rsplit("/", 1)[-1]
    taken = owner.post(f"/studio/shares/{token}/take", headers=OURS).json()
    assert taken["pipeline"] == "stylize.wash" and taken["settings"]["strength"] == 0.5 and "slots" not in taken


def test_a_storyboard_is_taken_without_its_makers_files():
    scene = {
        "id": "s1",
        "picture": {"artifact": "ab" * 8},
        "sound": {"artifact": "cd" * 8, "level_db": -8},
        "line": "Hm",
    }
    chosen = {"s1.line": {"artifact": "ab" * 8, "base": "cd" * 8}}
    board = {"title": "T", "scenes": [scene], "music": {"from": "shelf", "artifact": "ef" * 8}, "chosen": chosen}
    assert len(re.findall("(?:ab|cd|ef){8}", str(as_json(storyboard_of(board))))) == 5
    own = as_json(with_files(storyboard_of(board), {}))
    assert not re.search("(ab|cd|ef){8}", str(own)) and own["scenes"][0]["line"] == "Hm" and own["chosen"] == {}


def test_other_sites_open_the_page_but_frame_only_a_film(studio, owner, stranger, result):
    path = shared(owner, result.id)
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    frame = link | {"sec-fetch-dest": "iframe"}
    assert stranger.get(path, headers=link).status_code == 200
    assert stranger.get(path, headers=frame).status_code == 403
    assert stranger.get(path + "/media", headers=frame).status_code == 403
    embed = stranger.get(path + "/embed", headers=frame)  # a picture: nothing of it is shown
    assert embed.status_code == 404 and "x-frame-options" not in embed.headers and "<video" not in embed.text
    assert "x-frame-options" in stranger.get(path).headers


def test_a_film_is_embedded_under_a_policy_of_its_own(studio, owner, stranger, monkeypatch, result):
    path = shared(owner, result.id)
    studio.store.rows("UPDATE artifacts SET kind = 'video', media_type = 'video/mp4' WHERE id = ?", result.id)
    embed = stranger.get(path + "/embed")
    policy = embed.headers["content-security-policy"]
    assert embed.status_code == 200 and "<video" in embed.text and "frame-ancestors *" in policy
    assert "default-src 'none'" in policy and "script-src" not in policy and "<script" not in embed.text
    assert set(re.findall(r'(?:src|poster)="http://testserver([^"]+)"', embed.text)) == {
        path + "/media",
        path + "/picture",
    }


def test_guessing_is_slowed_down_and_sharing_can_be_turned_off(owner, stranger, result, monkeypatch):
    path = shared(owner, result.id)
    monkeypatch.setenv("STUDIO_SHARING", "0")
    assert stranger.get(path).status_code == 404
    assert owner.post("/studio/shares", headers=OURS, json={"kind": "result", "id": result.id}).status_code == 400
    monkeypatch.delenv("STUDIO_SHARING")
    said = [stranger.get(f"/studio/shared/{'A' * 42}{n % 10}").status_code for n in range(40)]
    assert said[0] == 404 and said[-1] == 429


def test_a_pace_counts_by_address_and_begins_anew():
    now = [0.0]
    pace = Pace(2, 60, lambda: now[0])
    assert [pace.take("a"), pace.take("a"), pace.take("a"), pace.take("b")] == [True, True, False, True]
    assert pace.full("a") and not pace.full("b")
    now[0] = 61.0
    assert not pace.full("a") and pace.take("a")
