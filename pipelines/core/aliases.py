"""Names that recipes, share links and kept rows of earlier versions carry, and what they are called now.

A renamed pipeline, slot, setting or choice gets a line here, and so does a setting that was taken out (`removed.py`) or merged
with another (`merged.py`). What is refused because it was unsafe stands in `settings.RETIRED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pipelines.core.merged import MERGED
from pipelines.core.removed import REMOVED

PIPELINES: dict[str, str] = {
    "generate.sketch": "generate.object",
    "compose.continue": "compose.vary",
    "lab.poisson": "lab.score",
}  # old name -> name
GONE: dict[str, str] = {
    "generate.codebook": "The picture of all codes is gone; the Lab shows the codes of a drawing (lab.codes).",
    "generate.facewalk": "Face walk is gone; draw two faces in Faces and let Animate's Morph go from one to the other.",
    "generate.grid": "The grid of settings is gone; draw each picture of it with generate.object.",
    "generate.likelihood": "Weighing a drawing is gone; the Lab shows likelihoods in the plane.",
    "generate.rearrange": "Rearrange is gone; change the picture's scene on the stage, or paint it again with generate.storybook.",
    "generate.variations": "Variations is gone; begin with the drawing in Drawings (generate.object) and say what it shows.",
    "generate.walk": "Walk is gone; Animate's Morph (animate.morph) goes from one thing to another, also from words.",
    "infill.compare": "The comparison with writing from left to right is gone; please fill the blanks with infill.diffuse.",
    "infill.noise": "Filling by noise is gone; the Lab shows in which order masked words are decided (lab.order).",
    "lab.balance": "Content against style is gone from the Lab; Stylize's Slow and fine (stylize.gatys) has its weight as a setting.",
    "lab.continued": "Continuing a sound in codes is gone; the Lab shows the codes themselves (lab.codec).",
    "lab.measure_flow": "Measuring a flow is gone; a flow of the Lab (lab.flow) says itself how likely its data are.",
    "lab.predictions": "The race of predictions is gone; draw with generate.codes, generate.pixelcnn and generate.object.",
    "lab.race": "The race of Poisson flow and diffusion is gone; train both with lab.score and its extra dimensions.",
    "redteam.codes": "The attack on codes is gone; please use redteam.prompt or redteam.noise.",
    "redteam.defence": "The duel of defences and attacks is gone; please use redteam.detector.",
    "redteam.latent": "The attack on the noise of a hub model is gone; please use redteam.noise.",
}  # pipeline that was taken out -> one sentence that says so and what to use
SLOTS: dict[str, dict[str, str]] = {
    "animate.loop": {"mask": "flowing"},
    "animate.erase": {"mask": "gone"},
}  # pipeline -> old slot -> slot
SETTINGS: dict[str, dict[str, str]] = {}  # pipeline -> old setting -> setting
ADDED: dict[str, dict[str, Any]] = {  # pipeline -> setting that came later -> the value with which nothing changes
    "animate.diffusion": {"held": "shades"},
    "animate.layers": {"show": ""},
    "film.bed": {"pauses": 0},
    "film.cut": {"also": "", "languages": ""},
    "generate.object": {"strength": 0.6},
    "lab.contrast": {"data": "islands"},
    "lab.flow": {"data": "moons"},
    "lab.pixels": {"place": 528},
    "lab.score": {"data": "islands", "dimensions": "inf"},
    "narrate.speak": {"air": False, "language": ""},
    "narrate.transcribe": {"speakers": "off"},
}
CHOICES: dict[str, dict[str, dict[str, str]]] = {
    "redteam.detector": {"attack": {"pgd": "apgd", "coarse": "apgd", "square": "apgd"}},
    "generate.painted": {"model": {"lcm-openvino": "lcm-tiny"}},
    "generate.diffusion": {"model": {"lcm-openvino": "lcm-tiny"}, "weights": {"int8": "float8"}},
    "animate.diffusion": {"weights": {"int8": "float8"}},
}  # pipeline -> setting -> old choice -> choice
Value = TypeVar("Value")


def pipeline_of(name: str) -> str:
    """The name of a pipeline today."""
    return PIPELINES.get(name, name)


def slots_of(pipeline: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """What lies at each place, such as `scenes.2`, under the names that the slots have now; a new name goes before an old one."""
    known = SLOTS.get(pipeline, {})
    return _rename_settings(given, {place: _place(place, known) for place in given})


def _place(place: str, known: Mapping[str, str]) -> str:
    name, dot, number = place.partition(".")
    return known.get(name, name) + dot + number


def values_of(pipeline: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under the names and with the choices that they have now, without those taken out; a new name goes before an old one."""
    if pipeline in MERGED:
        given = MERGED[pipeline](dict(given))
    gone = REMOVED.get(pipeline, {})
    given = {name: value for name, value in given.items() if name not in gone}
    known, choices = SETTINGS.get(pipeline, {}), CHOICES.get(pipeline, {})
    values = _rename_settings(given, {name: known.get(name, name) for name in given})
    for name, renamed in choices.items():
        if isinstance(value := values.get(name), str):
            values[name] = renamed.get(value, value)
    return values


def settings_for_id(pipeline: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with what was taken out at its usual value and without what came later while it changes nothing, so that the same call has the id that it had in earlier versions."""
    new = ADDED.get(pipeline, {})
    kept = {name: value for name, value in settings.items() if name not in new or value != new[name]}
    return {**{name: one.usual for name, one in REMOVED.get(pipeline, {}).items()}, **kept}


def left_out(pipeline: str, given: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each setting that was in use and is taken out now, by its old name."""
    if pipeline in MERGED:
        given = MERGED[pipeline](dict(given))
    gone = {name: one for name, one in REMOVED.get(pipeline, {}).items() if given.get(name, one.usual) != one.usual}
    return {name: f"“{name}” is no longer a setting and was left out: {one.why}." for name, one in gone.items()}


def _rename_settings(given: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, Value]:
    return {new: given[old] for old, new in names.items() if old == new or new not in given}
