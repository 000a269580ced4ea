"""What every method keeps, the studio's own and a plug-in's: `check("stylize.linocut", content="photo.jpg")` raises AssertionError where one does not."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from afternoon_studio.library import Library
from pipelines.core.plugins import HEAVY
from pipelines.core.progress import Cancelled, Progress
from pipelines.core.registry import declaration, find
from pipelines.core.run import Done, stream
from pipelines.core.settings import Refusal, check_settings, settings_of
from pipelines.media import load as opened

QUICK = "import sys; from pipelines.core.registry import find; find(sys.argv[1]); print(*sorted(set(sys.argv[2:]) & set(sys.modules)))"


def check(pipeline: str, **given: Any) -> None:
    """Check a method with one call that it must be able to make: paths for its slots, values for settings that are not to be the usual ones."""
    form = settings_of(find(pipeline))
    assert form.summary.endswith("."), "the first line of the docstring is a sentence for Help, REST and MCP"
    for setting in form.settings:
        assert setting.label, setting.name
    settings = {name: value for name, value in given.items() if name in form.defaults}
    check_settings(form, settings)
    _refuses_nonsense(pipeline)
    _is_read_without_heavy_libraries(pipeline)
    _reports_and_stops(pipeline, given)
    with tempfile.TemporaryDirectory() as folder:
        studio = Library(Path(folder))
        try:
            first = studio.run(pipeline, **given)
            again = studio.run(pipeline, again=True, **given)
        finally:
            studio.close()
        assert again.facts["replay"]["identical"], f"the same call gives the same bytes: {again.facts['replay']}"
        declared = declaration(find(pipeline))
        named = {card.name for card in (*declared.models, *declared.optional)}
        used = {model["name"] for model in first.facts.get("models", ())}
        assert declared.hub or used <= named, f"it loaded models that it does not declare: {sorted(used - named)}"


def _refuses_nonsense(pipeline: str) -> None:
    try:
        check_settings(settings_of(find(pipeline)), {"no such setting": 1})
    except Refusal:
        return
    raise AssertionError("a setting that it does not have is refused")


def _is_read_without_heavy_libraries(pipeline: str) -> None:
    """The page's process reads the signature and must stay small."""
    done = subprocess.run([sys.executable, "-c", QUICK, pipeline, *HEAVY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert not done.stdout.strip(), f"reading its signature imports {done.stdout.strip()}"


def _reports_and_stops(pipeline: str, given: dict[str, Any]) -> None:
    """A run says how far it is, and ends at a report when it is cancelled."""
    form = settings_of(find(pipeline))
    settings = check_settings(form, {name: value for name, value in given.items() if name in form.defaults})
    slots = {slot.name: None for slot in form.slots if slot.name not in given}
    for slot in form.slots:
        if slot.name in given:
            slots[slot.name] = opened(slot.kind, Path(given[slot.name]))
    heard: list[Progress] = []
    try:
        for item in stream(pipeline, slots | settings, cancelled=lambda: bool(heard)):
            if isinstance(item, Done):
                break  # it was quicker than its listener
            heard.append(item)
    except Cancelled:
        pass
    assert heard, "it reports at least once before it ends"
