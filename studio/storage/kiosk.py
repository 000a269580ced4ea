"""Sessions at a stand: they bring no files, let few jobs wait, share no links and make no tokens, whatever their page asks for.

A session becomes one by `?kiosk=1`, which only a session without anything on its shelf can; with STUDIO_KIOSK=1 every session is one. It
stays one until it is forgotten, which the page does when nobody is there any more.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from studio.storage.store import Store

JOBS = 3  # that may wait of one stand, besides the steps of its film
NO_UPLOADS = "This stand takes no files of your own."
NOT_HERE = "This is not possible at this stand."
IN_USE = "Open the stand in a fresh browser profile; this one has work."


def is_kiosk(store: Store, session: str) -> bool:
    """Whether a session is one at a stand."""
    return os.environ.get("STUDIO_KIOSK") == "1" or store.preferences(session).get("kiosk") is True


def become(store: Store, session: str) -> None:
    """Make a session one at a stand. Raises Refusal where there is work that its reset would delete."""
    if is_kiosk(store, session):
        return
    if store.rows(
        "SELECT 1 FROM artifacts WHERE session = ? UNION ALL SELECT 1 FROM films WHERE session = ? LIMIT 1",
        session,
        session,
    ):
        raise Refusal(IN_USE)
    store.set_preference(session, "kiosk", True)


def check_may(store: Store, session: str, why: str = NOT_HERE) -> None:
    """Raises Refusal at a stand."""
    if is_kiosk(store, session):
        raise Refusal(why)
