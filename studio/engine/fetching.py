"""Fetching models in a process of its own: some are converted with torch, which the page's process never loads.

The child (`python -m studio.engine.fetching`) reads sources as JSON and writes a line of JSON for each progress.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence

from pipelines.core.progress import Progress, Report
from pipelines.core.settings import Refusal

NO_END = "The download ended too early; start it again."
DISK = "The models could not be written; free some space and try again."


def apart(sources: Sequence[tuple[str, str]], report: Report) -> None:
    """Fetch models, each by source and revision, in a child process, which ends with this one. Raises Refusal."""
    words = [sys.executable, "-m", "studio.engine.fetching"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(list(sources)) + "\n")
            child.stdin.flush()  # left open: the child ends when it closes, so also when this process is killed
            ended = False
            for line in child.stdout:
                message = json.loads(line)
                if "problem" in message:
                    raise Refusal(message["problem"])
                ended = "done" in message
                if not ended:
                    report(Progress(message["at"], message["of"], message["label"]))
            if not ended:
                raise Refusal(NO_END)
        except Refusal:
            raise
        except (OSError, ValueError, KeyError):
            raise Refusal(NO_END) from None
        finally:
            child.kill()


def main() -> None:
    """The child: fetches what is written on its input, and ends when that closes."""
    from pipelines.core.fetching import fetch
    from pipelines.core.registry import cards
    from pipelines.hub import presets

    asked = [(str(source), str(revision)) for source, revision in json.loads(sys.stdin.readline())]

    def tell(**told: object) -> None:
        print(json.dumps(told), flush=True)

    def leave() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()
    known = [
        card for card in cards() if (card.source, card.revision) in asked
    ]  # two may want other files of one repository
    strange = [one for one in dict.fromkeys(asked) if not any((card.source, card.revision) == one for card in known)]
    try:
        named = [
            presets.other(source.removeprefix("hub:") + (f"@{revision}" if revision else ""))
            for source, revision in strange
        ]
        chosen = [*known, *named]
        fetch(chosen, lambda told: tell(at=told.done, of=told.total, label=told.label))
        tell(done=True)
    except Refusal as problem:
        tell(problem=str(problem))
    except OSError:
        tell(problem=DISK)


if __name__ == "__main__":
    main()
