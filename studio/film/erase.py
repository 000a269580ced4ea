"""A film deleted for good with everything that was made for it alone: the end of the guided tour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from studio.film.project import files_held_by

if TYPE_CHECKING:
    from studio.film.library import Film, Films

TABLES = ("films", "film_versions", "film_places", "film_takes", "film_renders")


def erase(films: Films, film: Film, also: Any = None) -> int:
    """Delete a film, its versions, takes, renders and jobs, and the files that were made since it was and that no other film has among its takes.

    `also`: further files of the visitor's that came since, such as a copy to be examined. Gives back how many files went. Raises Refusal.
    """
    store, session = films.store, film.session
    further = also if isinstance(also, list) else []
    if len(further) > 50 or not all(isinstance(id, str) for id in further):
        raise Refusal("These are not files of the shelf.")
    films.renders.cancel(session, film.id)
    since = store.rows("SELECT created FROM films WHERE session = ? AND id = ?", session, film.id)[0]["created"]
    for job in store.rows("SELECT id FROM jobs WHERE session = ? AND tab = 'Film' AND created >= ?", session, since):
        films.studio.jobs.cancel(session, job["id"])
    ids = {file.id for file in files_held_by(films, film)}
    owned = store.rows(
        "SELECT artifact FROM film_takes WHERE session = ? AND film = ?"
        " UNION SELECT artifact FROM jobs WHERE session = ? AND tab = 'Film' AND created >= ?",
        session,
        film.id,
        session,
        since,
    )
    ids |= {row["artifact"] for row in owned}
    elsewhere = {
        row["artifact"]
        for row in store.rows("SELECT artifact FROM film_takes WHERE session = ? AND film != ?", session, film.id)
    }
    gone = 0
    for id in (ids - elsewhere) | set(further):
        if (file := store.artifact(session, id)) is not None and file.created >= since:
            store.remove_files(file)
            store.change("DELETE FROM artifacts WHERE session = ? AND id = ?", session, id)
            gone += 1
    for table in TABLES:
        store.change(
            f"DELETE FROM {table} WHERE session = ? AND {'id' if table == 'films' else 'film'} = ?", session, film.id
        )
    store.change(
        "DELETE FROM jobs WHERE session = ? AND tab = 'Film' AND created >= ? AND state NOT IN ('queued', 'running')",
        session,
        since,
    )
    store.recount()
    return gone
