"""Serve the page: environment -> runner -> page -> launch. `app.py` and the command `afternoon-studio` call `main`."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from studio import process

if TYPE_CHECKING:
    from gradio import Blocks

    from studio.perimeter.access_setup import AccessSetup
    from studio.studio import Studio
    from studio.web.sendto import TabRegistry

SETTLED_SECONDS = 5.0  # after the page is open, when nobody waits for the first answer


def lanes_of_page() -> list[str] | None:
    """STUDIO_LANES: which jobs this server makes itself (all; `none` where workers do it). Raises Refusal."""
    from studio.cluster.work import lanes_of

    given = os.environ.get("STUDIO_LANES", "").strip()
    return None if not given else [] if given == "none" else lanes_of(given)


def main() -> None:
    """Serve until a signal; what was running then goes back in the queue for the next start."""
    gc.disable()  # what is made before the page is open stays: looking for what could go took a fifth of the start
    process.environment()
    from pipelines.core.settings import Refusal
    from studio.storage import snapshots
    from studio.storage.store import home_folder

    os.umask(0o077)  # whatever is written from here on, in workers too, is this account's alone
    os.environ.setdefault("GRADIO_TEMP_DIR", str(home_folder() / "work" / "gradio"))  # before Gradio is imported
    importlib.import_module("studio.web.gradio_private")  # before anything else imports Gradio
    from studio.access import api_uploads, connections
    from studio.access.accounts import account_sessions, check_accounts
    from studio.engine.local_queue import server_lock
    from studio.engine.probing import probe_once
    from studio.engine.runners import server_runner
    from studio.perimeter import access_setup
    from studio.perimeter import application as perimeter
    from studio.studio import check_settings_of_deployment, open_studio
    from studio.web.shell import build
    from studio.web.tabs import board

    process.write_log()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        check_settings_of_deployment()
        check_accounts()
        studio, tabs = open_studio(runner=server_runner(home_folder())), board()
        lock = server_lock(studio.store)
        copies = snapshots.of(studio.store.home)
        studio.store.sweep(account_sessions())
        page = build(studio, tabs)
        page.queue(max_size=200, default_concurrency_limit=8)
        studio.jobs.start(lanes_of_page())
        studio.films.renders.start()
    except Refusal as problem:
        raise SystemExit(str(problem)) from None
    connections.raise_open_files()
    api_uploads.sweep()
    door = access_setup.AccessSetup(studio)
    _launch(page, studio, tabs, door)
    door.open()
    studio.jobs.runner.start()  # after the page is there, so that the two do not compete
    probe_once(studio.store, studio.jobs.runner)
    gc.freeze()
    gc.enable()
    print(" ".join((f"Afternoon Studio is open at {page.local_url}", *perimeter.names_said())), flush=True)
    _tidy_until_a_signal(studio)
    door.close()
    page.close(verbose=False)
    studio.close()
    if copies is not None:
        copies.close()
    lock.release()


def _launch(page: Blocks, studio: Studio, tabs: TabRegistry, door: AccessSetup) -> None:
    """Open the server behind the perimeter; returns when it answers."""
    from studio.perimeter import application as perimeter
    from studio.web.gradio_private import launch
    from studio.web.routes import router
    from studio.web.shell import head
    from studio.web.theme import theme

    on_space = bool(os.environ.get("SPACE_ID"))
    around, options = perimeter.application(
        studio, tabs, [*door.routes(), *router(studio, tabs, fetch_at_once=on_space).routes], door
    )
    launch(
        page,
        around,
        app_kwargs=options,
        server_name=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        server_port=int(os.environ.get("PORT", os.environ.get("GRADIO_SERVER_PORT", "7860"))),
        theme=theme(),
        head=head(tabs),
        max_file_size="500mb",
        enable_monitoring=False,
        run_history=False,
        ssr_mode=False,
        mcp_server=True,
        pwa=False,
        share=False,
        footer_links=["api"],
        favicon_path=str(Path(__file__).resolve().parents[1] / "web" / "static" / "sun.png"),
        quiet=True,
    )


def _tidy_until_a_signal(studio: Studio) -> None:
    """Wait for SIGINT or SIGTERM, and clean up every ten minutes; once, when the start is over, give back the memory that it left."""
    from studio.access import api_uploads
    from studio.engine import footprint

    stop = threading.Event()
    process.when_told_to_end(stop.set)
    if not stop.wait(SETTLED_SECONDS):
        gc.unfreeze()
        footprint.give_back()
        gc.freeze()
    while not stop.wait(600):
        try:
            studio.store.tidy()
            api_uploads.sweep()
        except Exception:
            logging.exception("the clean-up is left for later")
