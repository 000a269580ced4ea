"""The layers of a Storybook picture moved, scaled, flipped, reordered, drawn again, recoloured, deleted, or joined by others."""

from __future__ import annotations

from typing import Annotated

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Text
from pipelines.drawing.code_network import CODES
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.generate.object import TUNED
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied, Layers


@pipeline(optional=(ENLARGER, MINILM, CODES, OBJECTS, *TUNED))
def rearrange(
    layers: Annotated[Layers, Input(label="Storybook picture", help="A picture from Storybook, with its layers.")],
    *,
    edits: Annotated[
        str,
        Text(
            label="Edits",
            help="A JSON list, one object an edit: move (x, y), scale (factor), flip, order (to), show (visible), delete, recolour (colour), "
            "reroll (take), perform (action, expression), each with layer; add (words).",
            placeholder='[{"act": "flip", "layer": "fox-1"}]',
            lines=4,
            max_characters=20_000,
        ),
    ] = "",
    report: Report = silent,
) -> Accompanied[Layers]:
    """Apply edits to the layers of a Storybook picture and put it together again: light, shadows and reflections follow.

    No edits give the same bytes. What is drawn anew comes from our object model with a seed that follows from the layer's own and the
    take. RGB with layers.ora beside it. Raises Refusal for edits that cannot be made, MissingModel where something must be drawn without weights.
    """
    from pipelines.drawing.network import Sampling
    from pipelines.scenes import edits as changes
    from pipelines.scenes import scene

    report(Progress(0.0, 1.0, "Taking the layers apart"))
    wanted = changes.parse(edits)
    before = scene.taken_apart(layers.archive)
    after = changes.apply(before, wanted, Sampling(), part(report, 0.1, 0.9))
    report(Progress(0.9, 1.0, "Putting the layers together"))
    made = scene.put_together(after)
    return Accompanied(made, {"layers.ora": made.archive})
