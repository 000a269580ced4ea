"""One session or one address cannot take all the places of work that is done while a request waits."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from pipelines.core.settings import Refusal
from studio.access.concurrency import AtOnce


def test_places_are_bounded_for_one_for_an_address_and_for_all_and_come_back():
    places = AtOnce("export", total=3, each=1)
    with ExitStack() as held:
        held.enter_context(places.of("ada"))
        held.enter_context(places.of("ben"))
        held.enter_context(places.of("cleo"))
        for session, reason in (("ada", "of yours"), ("dora", "other visitors")):
            with pytest.raises(Refusal, match=reason), places.of(session):
                pass
    for session in ("ada", "dora"):
        with pytest.raises(ZeroDivisionError), places.of(session):
            raise ZeroDivisionError
    halves = AtOnce("export", total=2, each=1)
    with halves.of("a", "192.0.2.1"), pytest.raises(Refusal, match="your network"), halves.of("b", "192.0.2.1"):
        pass
    with halves.of("a", "127.0.0.1"), halves.of("b", "127.0.0.1"):  # a laptop, or a proxy that nobody told of
        pass
    assert not halves._held and not halves._near
