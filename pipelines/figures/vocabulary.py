"""The words that descriptions of characters are made of: those of `assets/figures/words.json`, of the records of people and of what they wear."""

from __future__ import annotations

import json
from functools import cache
from types import SimpleNamespace

from pipelines.figures.kinds import FOLDER, other_names, roles
from pipelines.figures.parts import shapes

WORN = {"hat": "hats", "top": "tops", "bottom": "bottoms", "shoes": "shoes", "wears": "wears"}


@cache
def vocabulary() -> SimpleNamespace:
    """Words by what they speak of, each with what it means; `same` are other names of kinds, `male` and `female` kinds and nouns, `worn` the parameter that a garment is said by, `filler` says nothing."""
    words = json.loads((FOLDER / "words.json").read_text("utf-8"))
    words["same"] = other_names() | words["same"]
    words["same"] |= {word.replace("'s", ""): kind for kind, role in roles().items() for word in role.words}
    garments = [(WORN[garment["on"]], name, garment) for name, garment in shapes("garments").items()]
    for slot, name, garment in [*garments, *(("hats", name, hat) for name, hat in shapes("hats").items())]:
        words[slot] |= dict.fromkeys(garment.get("words", ()), name)
    words["worn"] = {phrase: (key, value) for key, slot in WORN.items() for phrase, value in words[slot].items()}
    for name, sex in (("male", "m"), ("female", "f")):
        words[name] = {*words[name], *(kind for kind, role in roles().items() if role.sex == sex)}
    return SimpleNamespace(**words)
