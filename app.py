"""Afternoon Studio in the browser: environment -> runner -> page -> launch."""

from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path
from types import FrameType

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**26))
STUDIO_TEMP = os.environ.get("STUDIO_HOME")
if STUDIO_TEMP:
    os.environ.setdefault("GRADIO_TEMP_DIR", str(Path(STUDIO_TEMP) / "work" / "gradio"))


def main() -> None:
    """Serve until a signal; what was running then goes back in the queue for the next start."""
    from starlette.middleware import Middleware

    from pipelines.settings import Refusal
    from studio import entrance
    from studio.accounts import check_accounts
    from studio.jobs import server_lock
    from studio.routes import router
    from studio.shell import build, head
    from studio.studio import open_studio
    from studio.tabs import board
    from studio.theme import theme
    from studio.visitors import Visitors

    logging.basicConfig(level=os.environ.get("STUDIO_LOG", "INFO"), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        check_accounts()
    except Refusal as problem:
        raise SystemExit(str(problem)) from None
    studio, tabs = open_studio(), board()
    try:
        lock = server_lock(studio.store)
    except Refusal as problem:
        raise SystemExit(str(problem)) from None
    studio.store.sweep()
    page = build(studio, tabs)
    page.queue(max_size=200, default_concurrency_limit=8)
    studio.jobs.start()
    studio.films.renders.start()
    on_space = bool(os.environ.get("SPACE_ID"))
    ancestors = os.environ.get("STUDIO_FRAME_ANCESTORS", "https://huggingface.co https://*.hf.space").split()
    door = entrance.Entrance(studio, framed=on_space or "STUDIO_FRAMED" in os.environ)
    guard = Middleware(Visitors, frame_ancestors=ancestors, framed=on_space or "STUDIO_FRAMED" in os.environ)
    page.launch(
        server_name=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        server_port=int(os.environ.get("PORT", os.environ.get("GRADIO_SERVER_PORT", "7860"))),
        app_kwargs={
            "routes": [*router(studio, tabs, fetch_at_once=on_space).routes, *door.routes()],
            "middleware": door.around(guard),
            "docs_url": None,
            "redoc_url": None,
        },
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
        favicon_path=str(Path(__file__).parent / "studio" / "static" / "sun.png"),
        prevent_thread_lock=True,
        quiet=True,
        _frontend=False,  # else a machine too busy to answer itself within three seconds does not start at all
    )
    door.open(page)
    print(f"Afternoon Studio is open at {page.local_url}", flush=True)
    stop = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, leave)
    while not stop.wait(600):
        studio.store.tidy()
    door.close()
    page.close(verbose=False)
    studio.close()
    lock.release()


if __name__ == "__main__":
    main()
