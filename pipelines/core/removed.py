"""Settings that were taken out: recipes of earlier versions may carry them, and are made without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Removed:
    """A setting that is gone: its usual value, with which nothing changes, and why it went."""

    usual: Any
    why: str


def _all(why: str, **usual: Any) -> dict[str, Removed]:
    return {name: Removed(value, why) for name, value in usual.items()}


BEST = "no other value was measured to be better than the usual one"
WORDS = "the words say it"
LOOKS = "the editor of looks sets it"
TWICE = "another method of the studio does it"
ENLARGE = "Enlarge makes it larger"
SEEDLESS = "one run shows what the attack does"
SEEDLESS_LAB = "every seed learns the same field"
MERGED = "it is said with another setting (merged.py)"
_diffusion = _all(BEST, sampler="dpm", steps=18, guidance=3.0)
_single = {**_all(WORDS, negative=""), **_all(ENLARGE, size=512)}
_hub = {
    **_all(MERGED, width=0, height=0, lora_weight=1.0, gguf=""),
    **_all("no faster way is measured for a machine", speed=""),
}
_filler = {**_all(BEST, steps=0), **_all("only the listed models fill a part of a film", other="")}
_codes = _all(BEST, top_k=200, guidance=2.0)

REMOVED: Mapping[str, Mapping[str, Removed]] = {
    "infill.diffuse": {
        **_all(BEST, sampler="confidence", steps=32, block=0, top_p=0.9, repetition=1.0, pull=1.5, choices=6),
        **_all("the second reader finds better words", energy=True),
        **_all("the network read both ways proposes better words", proposals="both_ways"),
        **_all("a network that finds lengths comes nearer to the writer's", lengths="found"),
        **_all("a result that depends on the machine's speed cannot be made again", at_most=0.0),
        **_all(MERGED, words=6),
        **_all(BEST, temperature=0.8, tries=8),
        **_all("words can be forbidden", picture_words=False),
        **_all("a word that must be there is written into the text", required=""),
        **_all("SmolLM2 reads along with every network", reader=""),
    },
    "infill.rewrite": _all("three wordings are offered", ways=3),
    "infill.score": {**_all("32 levels are exact enough", times=32), **_all("the same text has one score", seed=0)},
    "generate.storybook": {
        **_diffusion,
        **_all(BEST, dimensions=128.0),
        **_all(
            "figures and things are painted by code, in one style; what has no picture is left out", style="", engine=""
        ),
    },
    "generate.object": {**_diffusion, **_single, **_all(BEST, dimensions=128.0), **_all(MERGED, colour="")},
    "generate.codes": {**_codes, **_single, **_all(BEST, temperature=0.9), **_all(MERGED, colour="")},
    "generate.complete": {
        **_codes,
        **_single,
        **_all(BEST, temperature=0.9),
        **_all(MERGED, style="", colour=""),
    },
    "generate.pixelcnn": {
        **_all("the upper half of a doodle stays", rows=16),
        **_all(BEST, temperature=0.95),
        **_all(ENLARGE, size=512),
    },
    "generate.faces": {
        **_all("the network that drew faces like photographs is gone", network="portraits"),
        **_all("a sheet has numbers", numbers=True),
        **_all(ENLARGE, size=160),
    },
    "generate.enlarge": _all("Cut out does it", transparent=False),
    "generate.edges": _all(BEST, contrast=1.5),
    "generate.layered": {
        **_all("layers are 640 pixels wide; Enlarge makes them larger", side="640"),
        **_all("one model takes pictures apart", model="qwen-image-layered", other=""),
        **_all(BEST, steps=0),
    },
    "generate.diffusion": {
        **_hub,
        **_all(MERGED, control_model="", reference_model=""),
        **_all(BEST, sampler="", reference_strength=0.6),
    },
    "generate.painted": {**_all(MERGED, width=0, height=0), **_all(BEST, follow_strength=0.8, guidance=-1.0)},
    "animate.diffusion": {**_hub, **_all(MERGED, base=""), **_all(BEST, motion=127, strength=0.8)},
    "animate.drag": _filler,
    "animate.erase": _filler,
    "generate.character": {
        **_all(MERGED, hair="", hat=""),
        **_all(LOOKS, colour="", scarf="", build=0.0, head=0.0),
        **_all("the action is shown after one second", moment=1.0),
    },
    "animate.camera": _all("the amount says how far the camera goes", depth=1.0),
    "animate.layers": _all("the camera's way says it", camera_amount=0.5, easing="smooth"),
    "animate.morph": {**_all(BEST, drawings=17), **_all("a crossfade of a film does it", warp=1.0)},
    "animate.talk": {
        **_all("liveliness 0 keeps the lids still too", blinks=True),
        **_all("two mouths are never wanted", hide=True),
    },
    "animate.stabilise": _all(BEST, crop=0.12),
    "animate.pace": _all("frames in between are always calculated", smooth=True),
    "compose.vary": {
        **_all("the theme says it", tempo=0.0),
        **_all("a piece can repeat; one that goes on ends", loopable=False),
    },
    "compose.hum": {**_all(BEST, clean=True), **_all("the tune says it", tempo=0.0, metre="auto", key="auto")},
    "compose.sample": {
        **_all(MERGED, ensemble="auto", tempo=0.0, key="auto", metre="auto"),
        **_all(BEST, guidance=3.0, steps=0),
        **_all("a sound is no longer changed here", again_from=0.0, again_to=0.0, track=""),
    },
    "compose.song": {
        **_all(BEST, candidates=6),
        **_all("a piece ends with a cadence", ending="close"),
        **_all("a film sets it", loudness="-16"),
        **_all(MERGED, metre="auto"),
    },
    "compose.fit": {**_all(TWICE, with_voice=False), **_all("the mood says it", key="auto")},
    "stylize.gatys": {
        **_all(BEST, layers="classic", smoothness=0.2),
        **_all("the network of the hub is gone", extractor="vgg16"),
    },
    "stylize.layers": _all(BEST, brush=1.0, detail=0.6),
    **{f"stylize.{name}": _all(BEST, detail=0.6) for name in ("painting", "gallery")},
    "stylize.contact_sheet": _all("all pictures of a sheet are 240 pixels long", side=240),
    "stylize.train": _all("a style begins with the network of “Any painting” or with your own", begin="painter"),
    **{f"film.{step}": _all("a film has 24 frames a second", rate=24) for step in ("bed", "card", "dress", "voice")},
    "narrate.book": {
        **_all("titles of chapters are read", titles=True),
        **_all("a book is read with breaths and room tone", air=True),
    },
    "narrate.speak": {
        **_all("a mixed voice is written under “Voices of the speakers”", second_voice="none", blend=0.5),
        **_all(BEST, variation=0.3),
    },
    "film.cut": _all("the gain of the music over time says it", music_db=-5.0),
    "lab.contrast": _all(MERGED, points="", shape="islands"),
    "lab.score": {**_all(MERGED, points="", shape="islands"), **_all(SEEDLESS_LAB, seed=0)},
    "lab.flow": {**_all(MERGED, points="", shape="moons"), **_all(SEEDLESS_LAB, seed=0)},
    "lab.pixels": {
        **_all(MERGED, row=16, column=16),
        **_all("half of a doodle stays", rows=16),
        **_all(BEST, temperature=0.95),
    },
    "lab.layers": _all("small pictures show it as well", size=160, steps=80, seed=0),
    "lab.order": _all("six drafts show it", drafts=6),
    "lab.swap": _all("the expression is always whole", between=0.0, strength=1.0),
    "lab.signs": {**_all("one film shows it", who="first", seed=0), **_all(BEST, noise=1.0)},
    "lab.nudge": _all("eight steps find it", steps=8),
    "lab.faces": {**_all(BEST, steps=80), **_all("every layer is shown", from_layer=3)},
    "redteam.detector": {
        **_all("a change is measured by its largest value", norm="linf"),
        **_all("the budget says it", ladder=False),
        **_all(SEEDLESS, seed=0),
    },
    "redteam.protect": {**_all(BEST, way="whole", steps=40), **_all(SEEDLESS, seed=0)},
    **{f"redteam.{name}": {**_all(BEST, steps=15), **_all(SEEDLESS, seed=0)} for name in ("prompt", "erasure")},
    **{f"redteam.{name}": _all(SEEDLESS, seed=0) for name in ("mark", "text")},
    "redteam.swap": _all(BEST, begin="pair", strength=1.0),
}
