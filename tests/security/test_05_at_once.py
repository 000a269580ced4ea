"""One session cannot take all the places of work that is done while a request waits."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from pipelines.core.settings import Refusal
from studio.engine.at_once import AtOnce


def test_places_are_bounded_for_one_and_for_all_and_come_back():
    places = AtOnce("export", total=3, each=1)
    with ExitStack() as held:
        held.enter_context(places.of("ada"))
        with pytest.raises(Refusal, match="of yours"), places.of("ada"):
            pass
        held.enter_context(places.of("ben"))
        held.enter_context(places.of("cleo"))
        with pytest.raises(Refusal, match="other visitors"), places.of("dora"):
            pass
    for session in ("ada", "dora"):
        with pytest.raises(ZeroDivisionError), places.of(session):
            raise ZeroDivisionError
    with places.of("ada"):
        pass
