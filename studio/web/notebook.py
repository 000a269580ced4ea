"""A Jupyter notebook that makes an exhibit's result again with the studio's own modules."""

from __future__ import annotations

import pprint
from collections.abc import Mapping
from typing import Any

from pipelines.core.registry import find
from pipelines.core.settings import settings_of
from studio.web.exhibits.exhibit import Exhibit

SAMPLES = {"photo": "samples/moose.jpg", "painting": "styles/hokusai-great-wave.jpg"}


def notebook(exhibit: Exhibit, pipeline: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook (nbformat 4.5) of one call, whose settings are checked already."""
    cells = [_text(f"# {exhibit.title}\n\n" + "\n\n".join(exhibit.about))]
    cells.append(_text("Run this in the folder of Afternoon Studio, with its environment. Papers: " + _papers(exhibit)))
    cells.append(_code(_call(pipeline, settings)))
    cells.append(_code(exhibit.reading))
    cells.append(_text("## What to try\n\n" + "\n".join(f"- {one}" for one in exhibit.tries)))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def _papers(exhibit: Exhibit) -> str:
    return ", ".join(f"[{name}]({address})" for name, address in exhibit.papers)


def _call(pipeline: str, settings: Mapping[str, Any]) -> str:
    """The call, with one of the studio's own samples in each slot that must have a file."""
    family = pipeline.partition(".")[0]
    function = find(pipeline)
    lines = [f"from pipelines.{family}.{function.__name__} import {function.__name__}"]
    slots = [slot for slot in settings_of(function).slots if not slot.optional]
    if any(slot.kind == "image" for slot in slots):
        lines += [
            "from pathlib import Path",
            "from pipelines.media import load_image",
            "# put the paths of your own pictures here",
        ]
    for slot in slots:
        if slot.kind == "network":
            lines += ["from pipelines.lab.flow import flow", f"{slot.name} = flow(seed=0)"]
        else:
            lines.append(f"{slot.name} = load_image(Path('assets/{SAMPLES.get(slot.name, SAMPLES['photo'])}'))")
    given = ", ".join([*(slot.name for slot in slots), "**settings"])
    lines += [f"settings = {pprint.pformat(dict(settings), width=110, sort_dicts=False)}"]
    lines += [f"result = {function.__name__}({given})"]
    return "\n".join(lines)


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "execution_count": None, "outputs": []}
