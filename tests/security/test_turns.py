"""One session cannot take all the places of work that is done while a request waits."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from pipelines.settings import Refusal
from studio.turns import Turns


def test_places_are_bounded_for_one_and_for_all_and_come_back():
    turns = Turns("export", total=3, each=1)
    with ExitStack() as held:
        held.enter_context(turns.of("ada"))
        with pytest.raises(Refusal, match="of yours"), turns.of("ada"):
            pass
        held.enter_context(turns.of("ben"))
        held.enter_context(turns.of("cleo"))
        with pytest.raises(Refusal, match="other visitors"), turns.of("dora"):
            pass
    for session in ("ada", "dora"):
        with pytest.raises(ZeroDivisionError), turns.of(session):
            raise ZeroDivisionError
    with turns.of("ada"):
        pass
