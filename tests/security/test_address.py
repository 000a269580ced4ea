"""The address that limits are counted by."""

from __future__ import annotations

import pytest

from studio.access.address import address_of
from studio.access.audit import AuditLog


def scope(client: str, *forwarded: str) -> dict:
    return {"client": (client, 1), "headers": [(b"x-forwarded-for", one.encode()) for one in forwarded]}


def test_a_clients_own_header_is_not_believed(monkeypatch):
    monkeypatch.delenv("STUDIO_PROXIES", raising=False)
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert address_of(scope("10.0.0.9", "1.2.3.4")) == "10.0.0.9"


def test_only_what_the_trusted_proxy_wrote_counts(monkeypatch):
    monkeypatch.setenv("STUDIO_PROXIES", "1")
    assert address_of(scope("10.0.0.9", "6.6.6.6, 1.2.3.4")) == "1.2.3.4"
    assert address_of(scope("10.0.0.9", "6.6.6.6", "1.2.3.4")) == "1.2.3.4"
    assert address_of(scope("10.0.0.9")) == "10.0.0.9"


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("<script>", "unknown"),
        ("", "unknown"),
    ],
)
def test_addresses_have_one_short_form(given, counted):
    assert address_of(scope(given)) == counted


def test_the_audit_log_turns_over_and_keeps_four(tmp_path, monkeypatch):
    monkeypatch.setattr("studio.access.audit.MOST_BYTES", 300)
    log = AuditLog(tmp_path)
    for number in range(40):
        log.write("refused", session="s", reason="x" * 500, count=number)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["audit.log", "audit.log.1", "audit.log.2", "audit.log.3", "audit.log.4"]
    assert all(path.stat().st_size <= 300 for path in tmp_path.iterdir())
    with pytest.raises(ValueError, match="not an event"):
        log.write("prompt", text="secret")
