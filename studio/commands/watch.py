"""`watch`: every picture, video and sound that appears in a folder is examined; a line for each, and at the end one table, signed where it is a PDF.

What is kept in memory of a file is its name and the id of its verdict, so a folder may hold any number. A table holds at most MOST_ROWS of them.
"""

from __future__ import annotations

import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio.provenance import table
from studio.storage.artifacts import Artifact, Call
from studio.studio import Studio, open_studio

EVERY_SECONDS = 2.0
ENDINGS = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".webp",
        ".gif",
        ".tif",
        ".tiff",
        ".avif",
        ".mp4",
        ".mov",
        ".webm",
        ".avi",
        ".mkv",
        ".wav",
        ".mp3",
        ".flac",
        ".ogg",
        ".m4a",
    ]
)
Seen = dict[Path, tuple[int, int]]  # a file's size and time of change in nanoseconds


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m studio`."""
    words = commands.add_parser("watch", help="examine every file that appears in a folder")
    words.add_argument("folder", type=Path)
    words.add_argument("--origin", action="store_true", help="read only what each file says of itself: quick")
    words.add_argument("--once", action="store_true", help="examine what is there, and stop")
    words.add_argument(
        "--table", type=Path, help="write the verdicts to FILE.csv, FILE.json or FILE.pdf (signed) at the end"
    )


def candidates(folder: Path) -> Iterator[Path]:
    """Files of the folder itself by name; hidden ones, links and other kinds are passed over."""
    for path in sorted(folder.iterdir()):
        if (
            path.suffix.lower() in ENDINGS
            and not path.name.startswith(".")
            and not path.is_symlink()
            and path.is_file()
        ):
            yield path


def ready(folder: Path, before: Seen, done: Seen) -> list[Path]:
    """Files that are new or changed, and whole: they look as they did one look earlier (`before`, which is brought up to date)."""
    now: Seen = {}
    for path in candidates(folder):
        try:
            told = path.stat()
        except OSError:
            continue  # it went away between two steps
        now[path] = (told.st_size, told.st_mtime_ns)
    found = [path for path, look in now.items() if before.get(path) == look and done.get(path) != look]
    for path in [path for path in done if path not in now]:
        del done[path]
    before.clear()
    before.update(now)
    return found


def watch(asked: Namespace, take_in: Callable[[Studio, str, str], Artifact], session: str) -> int:
    """Run the command; `take_in` puts a file of this machine on the shelf of `session`. Raises Refusal."""
    if not asked.folder.is_dir():
        raise Refusal(f"There is no folder {asked.folder}.")
    if asked.table is not None and asked.table.suffix.lower() not in table.ENDINGS:
        raise Refusal(f"The table should end in {', '.join(table.ENDINGS)}.")
    studio = open_studio(spares=0)
    ids: list[str] = []
    try:
        look = "detect.provenance" if asked.origin else "detect.examine"
        for path in arriving(asked.folder, asked.once):
            if (id := _examined(studio, path, look, take_in, session)) is not None:
                ids.append(id)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    finally:
        try:
            if asked.table is not None and ids:
                _hand_over(studio, session, ids, asked.table)
        finally:
            studio.close()
    return 0


def arriving(folder: Path, once: bool) -> Iterator[Path]:
    """Each file as it becomes ready, until the command is stopped; `once`: only what is there already."""
    before: Seen = {}
    done: Seen = {}
    if once:
        yield from candidates(folder)
        return
    print(f"Watching {folder}. Stop with Ctrl C.", file=sys.stderr)
    while True:
        for path in ready(folder, before, done):
            done[path] = before[path]
            yield path
        time.sleep(EVERY_SECONDS)


def shown(path: Path) -> str:
    """A file's name as a terminal may print it: what is no plain sign (a colour, a line break, a bell) is a question mark."""
    return "".join(sign if sign.isprintable() else "?" for sign in path.name)


def _examined(
    studio: Studio, path: Path, look: str, take_in: Callable[[Studio, str, str], Artifact], session: str
) -> str | None:
    """The id of a file's verdict, after its line is printed; None where it could not be examined, which the line says."""
    try:
        media = take_in(studio, str(path), "media")
        made = studio.jobs.run_now(session, Call(look, {"media": media.id}, {}))
    except Refusal as problem:
        print(f"{shown(path)}: {problem}", flush=True)
        return None
    _, detail = next(table.opened([made]))
    print(f"{shown(path)}: {detail['verdict']}. {detail['sentence']}", flush=True)
    studio.store.delete(session, media.id)  # the folder has the file; its copy would only fill the disk
    return made.id


def _hand_over(studio: Studio, session: str, ids: list[str], target: Path) -> None:
    """Write the newest verdicts, as many as a table holds, to the target. Raises Refusal."""
    if len(ids) > table.MOST_ROWS:
        print(f"The table holds the newest {table.MOST_ROWS} of {len(ids)} files.", file=sys.stderr)
    made = table.written(studio.store, studio.certificate, session, ids[-table.MOST_ROWS :], target.suffix.lower())
    try:
        shutil.move(made, target)
    except OSError as problem:
        raise Refusal(f"The table could not be written to {target}: {problem.strerror}.") from None
    print(target)
