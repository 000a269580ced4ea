"""A shared link shows one result and nothing else, to whoever has it, until it is revoked."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from starlette.testclient import TestClient

from pipelines import media
from studio.access.origins import Hosts
from studio.film.storyboard import as_json, storyboard_of, with_files
from studio.provenance.signing import Statement, read_credential, sign
from studio.storage.artifacts import Artifact, Call
from studio.storage.forget import forget
from studio.storage.store import session_key
from tests.asgi import routes_app
from tests.fixtures import put_picture
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
    photo = put_picture(studio, session, 1)
    call = Call("stylize.wash", {"content": photo.id}, {"strength": 0.5, "words": words, "flip": False, "seed": 3})
    return studio.jobs.run_now(session, call)


def ask(owner, id, kind="result", **more):
    return owner.post("/studio/shares", headers=OURS, json={"kind": kind, "id": id, **more})


def share_result(owner, id, **more):
    answer = ask(owner, id, **more)
    assert answer.status_code == 200, answer.text
    return "/" + answer.json()["path"]


def at_link(owner, path, verb):
    """What the owner asks of a link: to revoke it, or to take what it shows."""
    return owner.post(f"/studio/shares/{path.rsplit('/', 1)[-1]}/{verb}", headers=OURS)


def test_a_stranger_sees_the_result_with_its_recipe_and_nothing_runs(owner, stranger, result):
    path = share_result(owner, result.id)
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
    path = share_result(owner, result.id)
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
    path = share_result(owner, result.id)
    assert len(path.rsplit("/", 1)[-1]) == 43 and share_result(owner, result.id) == path
    assert ask(owner, made_by(studio, OTHER, "their house").id).status_code == 403
    assert at_link(stranger, path, "revoke").status_code == 403
    assert stranger.get(path).status_code == 200
    assert at_link(owner, path, "revoke").status_code == 200
    for part in ("", "/media", "/picture", "/embed"):
        assert stranger.get(path + part).status_code == 404


def test_what_is_deleted_or_forgotten_is_not_shown(studio, owner, stranger, result):
    path = share_result(owner, result.id)
    studio.store.delete(ME, result.id)
    assert stranger.get(path).status_code == 404
    studio.store.undelete(ME, result.id)
    assert stranger.get(path).status_code == 200
    forget(studio, ME, comes_back=False)
    assert stranger.get(path).status_code == 404
    assert not studio.store.rows("SELECT 1 FROM shares")


def test_uploads_cannot_be_handed_out(studio, owner):
    answer = ask(owner, put_picture(studio, ME, 2).id)
    assert answer.status_code == 400 and "not uploads" in answer.json()["problem"]


def test_without_the_recipe_no_words_are_shown_or_given_and_with_it_settings_but_no_files(owner, stranger, result):
    path = share_result(owner, result.id, recipe=False)
    page = stranger.get(path).text
    assert "garden" not in page and "?from=" not in page and "Recipe" not in page
    taken = at_link(owner, path, "take")
    assert taken.status_code == 400 and "without its recipe" in taken.json()["problem"]
    taken = at_link(owner, share_result(owner, result.id, recipe=True), "take").json()
    assert taken["pipeline"] == "stylize.wash" and taken["settings"]["strength"] == 0.5 and "slots" not in taken


def copies(studio):
    return sorted(path.name for path in studio.store.home.glob("media/*/*.shared.*"))


def test_the_file_behind_a_link_without_the_recipe_does_not_say_how_it_was_made(
    studio, owner, stranger, result, tmp_path
):
    call = Call(
        "stylize.wash", {"content": result.id}, {"strength": 0.4375, "words": "a pond", "flip": False, "seed": 3}
    )
    pond = studio.jobs.run_now(ME, call)  # its parent's own credential has words too
    secrets = (b"a pond", b"garden", b"photo 1", b"0.4375", b"strength", pond.id.encode())
    original = pond.path.read_bytes()
    assert all(part_of_file in original for part_of_file in secrets)
    path = share_result(owner, pond.id, recipe=False)
    assert copies(studio) == [pond.shared_copy.name]  # before anybody asks for it
    handed = stranger.get(path + "/media")
    assert handed.status_code == 200 and not [
        part_of_file for part_of_file in secrets if part_of_file in handed.content
    ]
    assert stranger.get(path + "/picture").content == handed.content
    assert "but not how" in stranger.get(path).text
    (copy := tmp_path / "copy.png").write_bytes(handed.content)
    credential = read_credential(copy, studio.certificate)
    assert (credential.state, credential.record, credential.problems) == ("this studio", {}, ())
    assert credential.source_type == read_credential(pond.path, studio.certificate).source_type
    assert [(part.title, part.relationship, part.state) for part in credential.ingredients] == [
        ("image", "parentOf", "none")
    ]
    before, after = (np.asarray(media.load_image(part_of_file, alpha=True)) for part_of_file in (pond.path, copy))
    assert np.array_equal(before, after)  # the invisible mark with it
    assert pond.path.read_bytes() == original


@pytest.mark.parametrize(("kind", "ending"), [("video", ".mp4"), ("sound", ".wav")])
def test_the_copy_of_a_video_or_sound_keeps_what_is_seen_and_heard(studio, owner, stranger, tmp_path, kind, ending):
    rng, plain, signed = np.random.default_rng(1), tmp_path / f"plain{ending}", studio.store.new_file(ending)
    if kind == "video":
        frames = rng.integers(0, 255, (12, 48, 64, 3), np.uint8)
        media.save_video(media.Video(64, 48, Fraction(12), 12, lambda: iter(frames)), plain)
    else:
        media.save_sound(media.Sound(rng.uniform(-0.1, 0.1, (4800, 2)).astype("float32"), 24000), plain)
    call, media_type = Call("stylize.wash", {}, {"words": "our garden"}), media.MEDIA_TYPES[ending]
    sign(plain, signed, Statement("our garden", media_type, True, call.as_dict()), studio.certificate)
    artifact = studio.store.keep(
        Artifact(call.id, ME, kind, media_type, signed, "our garden", call), b"", files={"subtitles.vtt": b"WEBVTT\n"}
    )
    path = share_result(owner, artifact.id, recipe=False)
    (copy := tmp_path / f"copy{ending}").write_bytes(stranger.get(path + "/media").content)
    assert b"garden" in artifact.path.read_bytes() and b"garden" not in copy.read_bytes()
    assert read_credential(copy, studio.certificate).state == "this studio"
    before, after = (seen_or_heard(kind, one) for one in (artifact.path, copy))
    assert before.size and np.array_equal(before, after)
    assert stranger.get(path + "/captions").status_code == (200 if kind == "video" else 404)


def seen_or_heard(kind, path):
    return np.stack(list(media.load_video(path).frames())) if kind == "video" else media.load_sound(path).samples


def test_the_copy_goes_with_the_last_link_that_hands_it_out(studio, owner, result, monkeypatch):
    film = studio.films.create(ME, storyboard_of({"title": "T", "scenes": []}))
    monkeypatch.setattr(studio.films, "last", lambda film: {"full": result.id, "draft": None})
    as_film = share_result(owner, film.id, kind="film", recipe=False)
    as_result = share_result(owner, result.id, recipe=False)
    assert len(copies(studio)) == 1
    assert at_link(owner, as_film, "revoke").status_code == 200
    assert len(copies(studio)) == 1
    share_result(owner, result.id, recipe=True)
    assert copies(studio) == []
    assert share_result(owner, result.id, recipe=False) == as_result and len(copies(studio)) == 1
    at_link(owner, as_result, "revoke")
    assert copies(studio) == []


def test_the_copy_goes_with_its_original_and_with_forget_me(studio, owner, result):
    other = made_by(studio, ME, "another")
    for artifact in (result, other):
        share_result(owner, artifact.id, recipe=False)
    assert len(copies(studio)) == 2
    studio.store.delete(ME, other.id)
    studio.store.tidy(undo_seconds=0)
    assert copies(studio) == [result.shared_copy.name]
    forget(studio, ME, comes_back=True)
    assert copies(studio) == []


def test_a_link_of_before_gets_its_copy_at_the_first_request_and_a_guessed_one_nothing(studio, stranger, result):
    share = studio.shares.make(ME, "result", result.id, recipe=False, credential="this studio")
    for token in ("A" * 43, share.token[:-1], share.token[:-1] + "~", f"..%2f{share.token}"):
        assert stranger.get(f"/studio/shared/{token}/media").status_code == 404
    assert copies(studio) == []
    handed = stranger.get(f"/studio/shared/{share.token}/media")
    assert handed.status_code == 200 and b"garden" not in handed.content
    assert copies(studio) == [result.shared_copy.name]


def test_without_a_copy_there_is_no_link_and_never_the_original(studio, owner, stranger, result):
    before = studio.shares.make(ME, "result", result.id, recipe=False, credential="this studio")
    content = result.path.read_bytes()
    result.path.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])  # not what was signed
    for part in ("/media", "/picture"):
        handed = stranger.get(f"/studio/shared/{before.token}{part}")
        assert handed.status_code == 400 and "No copy without texts" in handed.json()["problem"]
    at_link(owner, before.token, "revoke")
    answer = ask(owner, result.id, recipe=False)
    assert answer.status_code == 400 and "No copy without texts" in answer.json()["problem"]
    assert not studio.shares.of(ME) and copies(studio) == []


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
    path = share_result(owner, result.id)
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    frame = link | {"sec-fetch-dest": "iframe"}
    assert stranger.get(path, headers=link).status_code == 200
    assert stranger.get(path, headers=frame).status_code == 403
    assert stranger.get(path + "/media", headers=frame).status_code == 403
    embed = stranger.get(path + "/embed", headers=frame)  # a picture: nothing of it is shown
    assert embed.status_code == 404 and "x-frame-options" not in embed.headers and "<video" not in embed.text
    assert "x-frame-options" in stranger.get(path).headers


def test_a_film_is_embedded_under_a_policy_of_its_own(studio, owner, stranger, monkeypatch, result):
    path = share_result(owner, result.id)
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
    path = share_result(owner, result.id)
    monkeypatch.setenv("STUDIO_SHARING", "0")
    assert stranger.get(path).status_code == 404
    assert ask(owner, result.id).status_code == 400
    monkeypatch.delenv("STUDIO_SHARING")
    said = [stranger.get(f"/studio/shared/{'A' * 42}{n % 10}").status_code for n in range(40)]
    assert said[0] == 404 and said[-1] == 429
