"""Finding 10: sign-ins are throttled by address and by account, passwords are compared in constant time, sign-ins end."""

from __future__ import annotations

import hashlib
import logging
import re

import pytest

from pipelines.core.settings import Refusal
from studio.access import passwords
from studio.access.accounts import accounts, admins, check_accounts
from studio.access.sign_ins import DAY_SECONDS, SignIns, Wait
from studio.access.throttle import Throttle
from tests.fixtures import Clock
from tests.security.values import CASES, bytes_of
from tests.security.with_accounts import ADA, EVE, GRACE, SIGNED_IN, browser, command, log_of, sign_in, signed_in

pytestmark = pytest.mark.slow


# over HTTP


def test_guessing_from_one_address_is_stopped_and_others_are_not_hindered(closed):
    guesser = browser(closed, "198.51.100.7")
    said = [sign_in(guesser, f"name{number}", "guess").status_code for number in range(12)]
    assert said[:5] == [400] * 5 and set(said[5:]) <= {400, 429} and said.count(429) >= 3
    refused = next(
        answer for answer in iter(lambda: sign_in(guesser, "ada", "guess"), None) if answer.status_code == 429
    )
    assert int(refused.headers["retry-after"]) >= 1 and "Too many sign-ins failed; wait" in refused.json()["problem"]
    assert sign_in(guesser, "ada", ADA).status_code == 429  # the right password must not be found out either
    assert sign_in(browser(closed, "203.0.113.1"), "ada", ADA).status_code == 200


def test_cookies_are_set_as_the_session_is_and_a_sign_in_outlives_a_restart(closed):
    client = browser(closed, "203.0.113.5")
    answer = sign_in(client, "eve", EVE)
    assert answer.json() == {"success": True}
    cookies = [line for line in answer.headers.get_list("set-cookie") if line.startswith("studio_")]
    assert any(line.startswith(SIGNED_IN) for line in cookies)
    assert all("HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line for line in cookies)
    secure = browser(closed, "203.0.113.6", **{"x-forwarded-proto": "https"})
    for line in sign_in(secure, "eve", EVE).headers.get_list("set-cookie"):
        assert line.endswith("SameSite=Lax; Secure")  # no other site may show this page
    closed.kill()
    closed.start()
    assert client.get("studio/state").status_code == 200


def test_signing_out_ends_the_sign_in_in_the_server(closed):
    client = signed_in(closed, "eve", EVE, "203.0.113.7")
    other = signed_in(closed, "eve", EVE, "203.0.113.8")
    copy = client.cookies[SIGNED_IN]
    assert client.get("logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    for headers in ({}, {"sec-fetch-site": "none"}, {"accept": "text/html"}, {"x-studio": "1"}):  # as over plain http
        by_link = client.get("logout", headers=headers, follow_redirects=False)
        assert by_link.status_code == 405 and "set-cookie" not in by_link.headers
    assert client.get("studio/state").status_code == 200
    assert client.post("studio/sign-out").json() == {"done": True}
    thief = browser(closed, cookie=f"{SIGNED_IN}={copy}")
    assert thief.get("studio/state").status_code == 401
    assert other.get("studio/state").status_code == 200
    assert other.post("studio/sign-out?everywhere").status_code == 200
    assert other.get("studio/state").status_code == 401


def test_a_person_gets_pages_and_lands_where_they_wanted(closed):
    person = browser(closed, "203.0.113.9", accept="text/html,*/*")
    page = person.get("")
    assert page.status_code == 200 and 'name="password"' in page.text and "<script" not in page.text
    wrong = person.post("login", data={"username": '"><b>', "password": "x", "next": "/"})
    assert wrong.status_code == 400 and "do not fit" in wrong.text and "<b>" not in wrong.text
    admin = person.get("studio/admin")
    assert admin.status_code == 401 and 'action="../login"' in admin.text
    right = person.post(
        "login", data={"username": "ada", "password": ADA, "next": "/studio/admin"}, follow_redirects=False
    )
    assert right.status_code == 303 and right.headers["location"] == "studio/admin"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = person.post(
            "login", data={"username": "ada", "password": ADA, "next": elsewhere}, follow_redirects=False
        )
        assert answer.headers["location"] == "./"


@pytest.mark.parametrize(("body", "kind"), CASES["forms of a sign-in"])
def test_a_damaged_form_gets_a_sentence(closed, body, kind):
    answer = browser(closed, "203.0.113.77").post("login", content=bytes_of(body), headers={"content-type": kind})
    assert answer.status_code in (400, 429) and answer.json()["problem"].endswith(".")


def test_the_audit_log_tells_of_sign_ins_and_holds_no_secret(closed):
    client = browser(closed, "203.0.113.99")
    sign_in(client, "my-password-typed-as-a-name", "another-password-of-mine")
    sign_in(client, "ada", "a-wrong-password-of-ada")
    signed_in(closed, "ada", ADA, "203.0.113.98").post("studio/sign-out")
    text = log_of(closed)
    assert '"event": "sign-in", "account": "ada", "address": "203.0.113.98"' in text
    assert (
        '"event": "sign-in refused", "address": "203.0.113.99", "account": "ada"' in text
        and '"event": "sign-out"' in text
    )
    for secret in (ADA, EVE, GRACE, "my-password-typed", "another-password", "a-wrong-password"):
        assert secret not in text
    database = (closed.home / "studio.sqlite").read_bytes() + (closed.home / "studio.sqlite-wal").read_bytes()
    assert ADA.encode() not in database and EVE.encode() not in database and client.cookies.get(SIGNED_IN) is None


# the parts


@pytest.fixture
def sign_ins(studio, monkeypatch):
    monkeypatch.setenv("STUDIO_ACCOUNTS", f"ada:{ADA},grace:{GRACE}")
    clock = Clock()
    found = SignIns(studio.store, clock)
    found.clock = clock
    return found


def test_a_sign_in_ends_when_idle_when_old_and_with_the_password(sign_ins, monkeypatch):
    clock = sign_ins.clock
    idle, used = sign_ins.begin("ada"), sign_ins.begin("ada")
    clock.now += 13 * DAY_SECONDS
    assert sign_ins.account_of(used) == "ada"
    clock.now += 2 * DAY_SECONDS
    assert sign_ins.account_of(idle) is None and sign_ins.account_of(used) == "ada"
    for _ in range(8):
        clock.now += 10 * DAY_SECONDS
        last = sign_ins.account_of(used)
    assert last is None  # ninety days in all
    token, other = sign_ins.begin("ada"), sign_ins.begin("grace")
    monkeypatch.setenv("STUDIO_ACCOUNTS", f"ada:a new password,grace:{GRACE}")
    assert sign_ins.account_of(token) is None and sign_ins.account_of(other) == "grace"
    monkeypatch.setenv("STUDIO_ACCOUNTS", f"ada:{ADA}")
    assert sign_ins.account_of(other) is None


def test_guessing_an_account_from_many_addresses_is_slowed_and_its_own_browser_is_not_locked_out(sign_ins):
    own = sign_ins.remember_browser("grace")
    with pytest.raises(Wait):
        for number in range(200):
            sign_ins.check("grace", "guess", f"198.51.100.{number}")
    with pytest.raises(Wait):
        sign_ins.check("grace", GRACE, "203.0.113.41", "A" * 43)
    assert sign_ins.check("grace", GRACE, "203.0.113.40", own)


def test_sign_ins_do_not_grow_without_end(sign_ins, studio):
    tokens = [sign_ins.begin("ada") for _ in range(30)]
    for _ in range(30):
        sign_ins.remember_browser("ada")
    assert sign_ins.account_of(tokens[0]) is None and sign_ins.account_of(tokens[-1]) == "ada"
    for table in ("sign_ins", "known_browsers"):
        assert studio.store.rows(f"SELECT COUNT(*) FROM {table}")[0][0] == 20


def test_only_hashes_of_cookies_are_kept(sign_ins, studio):
    secrets = [sign_ins.begin("ada"), sign_ins.remember_browser("ada")]
    kept = str(
        [tuple(row) for table in ("sign_ins", "known_browsers") for row in studio.store.rows(f"SELECT * FROM {table}")]
    )
    assert not any(secret in kept for secret in (*secrets, ADA))


def test_a_wrong_name_costs_the_same_work_as_a_wrong_password(sign_ins, monkeypatch):
    sign_ins.check("ada", ADA, "a"), sign_ins.check("nobody", "x", "a")  # both verifiers are made
    costs: list[tuple[int, int]] = []
    real = hashlib.scrypt

    def count_cost(password, *, n, r, **more):
        costs.append((n, r))
        return real(password, n=n, r=r, **more)

    monkeypatch.setattr(passwords.hashlib, "scrypt", count_cost)
    work = {}
    for name, word in (("ada", "wrong"), ("nobody", "wrong"), ("ada", ADA), ("", "")):
        costs.clear()
        sign_ins.check(name, word, "b" + name + word)
        work[name, word] = list(costs)
    assert len({str(one) for one in work.values()}) == 1 and len(work["nobody", "wrong"]) == 1


def test_signing_in_to_ones_own_account_gives_no_new_guesses_at_anothers(sign_ins):
    allowed = 0
    for _ in range(40):
        try:
            sign_ins.check("ada", "guess", "10.0.0.1")
            allowed += 1
            sign_ins.check("grace", GRACE, "10.0.0.1")
        except Wait:
            pass
    assert allowed <= 6


def test_a_hundred_tries_at_once_are_not_a_hundred_guesses(studio):
    from concurrent.futures import ThreadPoolExecutor

    throttle = Throttle(studio.store, Clock())
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: throttle.attempt("10.0.0.2", "ada"), range(100)))
    assert waits.count(0.0) == 5


def test_a_restart_gives_no_new_guesses(studio):
    clock = Clock()
    throttle = Throttle(studio.store, clock)
    for _ in range(5):
        assert throttle.attempt("10.0.0.4", "ada") == 0
    again = Throttle(studio.store, clock)
    assert again.attempt("10.0.0.4", "grace") == 1
    clock.now += 901
    assert Throttle(studio.store, clock).attempt("10.0.0.4", "grace") == 0


def test_waits_grow_end_and_never_lock_an_account_for_ever(studio):
    clock = Clock()
    throttle = Throttle(studio.store, clock)
    waits = []
    for _ in range(14):  # one address
        wait = throttle.attempt("10.0.0.3", "ada")
        while wait:
            waits.append(wait)
            clock.now += wait
            wait = throttle.attempt("10.0.0.3", "ada")
    assert waits[:4] == [1, 2, 4, 8] and max(waits) <= 900
    longest = 0.0
    for number in range(60):  # as many addresses as an attacker likes: the account never waits longer than a minute
        wait = throttle.attempt(f"10.1.0.{number}", "grace")
        longest = max(longest, wait)
        clock.now += wait
    assert 0 < longest <= 60
    clock.now += 901
    assert throttle.attempt("10.0.0.3", "ada") == 0


def test_the_throttle_holds_a_bounded_number_of_addresses(studio, monkeypatch):
    monkeypatch.setattr("studio.access.throttle.MOST_KEYS", 100)
    throttle = Throttle(studio.store, Clock())
    for number in range(400):
        throttle.attempt(f"10.2.{number // 250}.{number % 250}", f"name {number}")
    assert len(throttle._failures) <= 100


# what an administrator writes


def test_hashes_and_plain_passwords_and_a_file(monkeypatch, tmp_path):
    written = passwords.hash_password("pässwört with, a comma")
    (tmp_path / "who").write_text(f"# names\n\neve:se,cret:word\nmallory:{written}\r\n", encoding="utf-8")
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:secret")
    monkeypatch.setenv("STUDIO_ACCOUNTS_FILE", str(tmp_path / "who"))
    secrets = dict(accounts())
    assert secrets == {"ada": "secret", "eve": "se,cret:word", "mallory": written}
    assert passwords.matches(secrets["eve"], "se,cret:word") and not passwords.matches(secrets["eve"], "se")
    assert passwords.matches(secrets["mallory"], "pässwört with, a comma") and not passwords.matches(
        secrets["mallory"], written
    )
    assert passwords.matches(secrets["mallory"], "pa\u0308sswo\u0308rt with, a comma")  # composed the other way
    assert passwords.hash_password("x") != passwords.hash_password("x") and re.fullmatch(passwords.FORM, written)
    # while the server runs: nobody gets in who could not before, nobody is locked out
    (tmp_path / "who").write_text("damaged")
    assert dict(accounts()) == secrets


@pytest.mark.parametrize(("given", "said"), CASES["accounts"])
def test_what_cannot_be_meant_is_refused_at_start(monkeypatch, given, said):
    monkeypatch.setenv("STUDIO_ACCOUNTS", given)
    with pytest.raises(Refusal, match=re.escape(said)):
        check_accounts()


def test_short_passwords_are_warned_of_and_admins_need_an_account(monkeypatch, caplog):
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:seven77,grace:eight888")
    with caplog.at_level(logging.WARNING):
        check_accounts()
    assert [record for record in caplog.messages if "fewer than 8" in record] == [
        "The password of the account ada has fewer than 8 characters."
    ]
    assert "seven77" not in caplog.text
    monkeypatch.setenv("STUDIO_ADMINS", " ada, mallory ")
    assert admins() == {"ada", "mallory"}
    with pytest.raises(Refusal, match="mallory, who has no account"):
        check_accounts()


def test_a_missing_or_empty_file_of_accounts_leaves_no_door_open(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_ACCOUNTS_FILE", str(tmp_path / "missing"))
    with pytest.raises(Refusal, match="cannot be read"):
        check_accounts()
    (tmp_path / "empty").write_text("# nobody yet\n")
    monkeypatch.setenv("STUDIO_ACCOUNTS_FILE", str(tmp_path / "empty"))
    with pytest.raises(Refusal, match="names no account"):
        check_accounts()


def test_the_command_makes_a_hash(tmp_path):
    made = command(tmp_path, "password", given="correct horse\n")
    assert made.returncode == 0 and passwords.matches(made.stdout.strip(), "correct horse")
    empty = command(tmp_path, "password", given="\n")
    assert empty.returncode == 1 and "cannot be empty" in empty.stderr and not empty.stdout
