"""Storyboards of every age are read and written back to the same bytes, and are planned as the same steps.

After a change that is meant, write the digests anew: python -m tests.studio.test_storyboard_golden > tests/studio/golden/storyboards_sha256.json
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.models import ASSETS
from pipelines.core.run import find
from pipelines.core.settings import canonical, settings_of
from studio.engine.runners import InProcess
from studio.film.plan import plan
from studio.film.steps import Step
from studio.film.storyboard import as_json, storyboard_of
from studio.film.templates import template, templates
from studio.studio import Studio, open_studio

FOLDER = Path(__file__).parent / "golden"
BOARDS = {
    **{f"old: {name}": board for name, board in json.loads((FOLDER / "storyboards.json").read_text("utf-8")).items()},
    **{f"film: {path.stem}": json.loads(path.read_text("utf-8")) for path in sorted((ASSETS / "films").glob("*.json"))},
    **{f"template: {name}": template(name) for name in templates()},
}


def sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def step_record(step: Step) -> list[Any]:
    """A step without the settings that are at their defaults, so that a pipeline may get new ones."""
    call = step.call
    if call is None:
        return [step.key, step.scene, step.label, step.needs, step.problem]
    defaults = settings_of(find(call.pipeline)).defaults
    asked = {name: value for name, value in call.settings.items() if value != defaults.get(name)}
    inputs = {place: bool(id) for place, id in call.inputs.items()}
    return [step.key, step.scene, step.label, step.needs, call.pipeline, inputs, asked, step.settled]


def digests(studio: Studio, given: Any) -> dict[str, str]:
    board = storyboard_of(given)
    sums = {"storyboard": sha256(json.dumps(as_json(board)))}
    for size in ("full", "draft"):
        made = plan(studio.store, "ada", board, size, "cpu")
        steps = [step_record(step) for step in made.steps.values()]
        sums[size] = sha256(canonical([steps, [vars(one) for one in made.timeline], made.problems, made.frames]))
    return sums


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    opened = open_studio(tmp_path_factory.mktemp("golden") / "home", InProcess(), spares=0)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", BOARDS)
def test_the_same_bytes_and_the_same_steps(studio, name):
    known = json.loads((FOLDER / "storyboards_sha256.json").read_text("utf-8"))
    assert digests(studio, BOARDS[name]) == known[name]


@pytest.mark.parametrize("name", BOARDS)
def test_what_is_written_is_read_back(name):
    board = storyboard_of(BOARDS[name])
    again = storyboard_of(json.loads(json.dumps(as_json(board))))
    assert again == board and json.dumps(as_json(again)) == json.dumps(as_json(board))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        opened = open_studio(Path(folder) / "home", InProcess(), spares=0)
        print(json.dumps({name: digests(opened, board) for name, board in BOARDS.items()}, indent=1))
        opened.close()
