"""The walk: one visitor uses every tab, one thing after another, with the calls that the page makes; each round has seeds of its own."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from measure.soak.harness import Refused, Visitor

STORY = "A fox and an owl live in a forest. The fox runs to the sea. A sailboat sails at night."


def score() -> bytes:
    """Four bars of quarter notes as a MIDI file of one track."""
    notes = b"".join(bytes((0, 0x90, note, 0x50, 0x60, 0x80, note, 0)) for note in (60, 62, 64, 65, 67, 65, 64, 62) * 2)
    track = notes + b"\0\xff\x2f\0"
    return b"MThd\0\0\0\6\0\0\0\1\0\x60" + b"MTrk" + len(track).to_bytes(4, "big") + track


@dataclass(frozen=True)
class Step:
    """One press of a button: a tab's call, whose `inputs` name things held from before; its result is held under `holds`."""

    pipeline: str
    inputs: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    holds: str = ""
    slow: bool = False


@dataclass(frozen=True)
class Made:
    """What came of one step: done, failed, refused or lost, in how many seconds, and the sentence if it has one."""

    what: str
    state: str
    seconds: float
    said: str = ""
    artifact: str = ""
    begun: float = 0.0  # time.monotonic()


STEPS = (
    Step("generate.storybook", settings={"prompt": "a fox by the sea and two birds at sunset"}, holds="story"),
    Step("generate.object", settings={"prompt": "a red fox"}, holds="drawing"),
    Step("generate.codes", settings={"prompt": "an owl"}),
    Step("generate.variations", {"drawing": "drawing"}, {"count": 2}, slow=True),
    Step("generate.faces", settings={"count": 4}, holds="faces"),
    Step("generate.cutout", {"picture": "portrait"}),
    Step("generate.edges", {"picture": "photo"}),
    Step("generate.enlarge", {"picture": "drawing"}, {"factor": "2"}, slow=True),
    Step("stylize.painting", {"content": "photo", "style": "painting"}, {"size": 1024}),
    Step("stylize.gallery", {"content": "photo"}, {"style": "primary-glow"}),
    Step("stylize.contact_sheet", {"content": "photo"}, {"side": 128}, slow=True),
    Step("stylize.gatys", {"content": "photo", "style": "painting"}, {"size": 256, "steps": 20}, slow=True),
    Step("stylize.video", {"video": "clip", "style": "painting"}, {"longest_side": 320}, slow=True),
    Step("animate.camera", {"picture": "photo"}, {"seconds": 1.0, "longest_side": 640}, holds="moving"),
    Step("animate.layers", {"picture": "story"}, {"motions": "The fox runs.", "seconds": 1.0, "longest_side": 640}),
    Step("animate.morph", {"first": "photo", "second": "portrait"}, {"seconds": 1.0, "longest_side": 320}),
    Step(
        "narrate.speak",
        settings={"text": "The light turned gold, and the fox sat down by the sea. Then she looked for a boat."},
        holds="voice",
    ),
    Step("animate.talk", {"picture": "portrait", "sound": "voice"}, {"consent": True, "longest_side": 320}, slow=True),
    Step("animate.interpolate", {"video": "moving"}, slow=True),
    Step("infill.diffuse", settings={"text": "Snow covered the ____ of the houses."}),
    Step("infill.compare", settings={"text": "The ____ sat by the sea.", "tries": 2}, slow=True),
    Step("infill.score", settings={"text": "The fox sat by the sea."}),
    Step("compose.song", settings={"mood": "calm", "seconds": 10.0}, holds="song"),
    Step("compose.vary", {"score": "score"}),
    Step("compose.hum", {"recording": "song"}, {"then": "continue"}),
    Step("compose.fit", {"voice": "voice"}, {"seconds": 10.0}),
    Step("detect.examine", {"media": "photo"}),
    Step("detect.examine", {"media": "moving"}, slow=True),
    Step("detect.provenance", {"media": "story"}),
    Step("lab.flow", settings={"steps": 300}),
    Step("lab.contrast", settings={"steps": 300}, slow=True),
    Step("lab.layers", {"photo": "photo", "painting": "painting"}, {"size": 96, "steps": 20}, slow=True),
    Step("lab.swap"),
    Step("lab.nudge", settings={"prompt": "a fox"}, slow=True),
    Step("lab.pixels", settings={"prompt": "a fox"}),
    Step("lab.order", settings={"text": "The old man walked [4 words] and sat down."}, slow=True),
    Step("redteam.mark", settings={"prompt": "a red apple"}),
    Step("redteam.noise", settings={"source": "a red apple", "target": "a blue fish", "steps": 3}),
    Step("redteam.detector", {"content": "photo"}, {"steps": 3}, slow=True),
    Step("redteam.text", settings={"text": "He went into the house and saw a ____ there.", "word": "knife"}, slow=True),
)


def picture(number: int, size: tuple[int, int] = (640, 480)) -> bytes:
    """A small PNG that no other number gives."""
    held = io.BytesIO()
    shade = Image.linear_gradient("L").resize(size).rotate(number % 360)
    made = Image.merge("RGB", (shade, shade.rotate(90), Image.new("L", size, number * 7 % 256)))
    made.putpixel((0, 0), (number % 256, number // 256 % 256, number // 65536 % 256))
    made.save(held, "PNG")
    return held.getvalue()


class Walk:
    """One visitor on the walk; `held` are the ids on the shelf that later steps are made from."""

    def __init__(self, visitor: Visitor, *, slow: bool = True, seconds_a_step: float = 600.0) -> None:
        self.visitor, self.slow, self.seconds_a_step = visitor, slow, seconds_a_step
        self.held: dict[str, str] = {}
        self.made: list[Made] = []

    def round(self, number: int, *, until: float = float("inf")) -> None:
        """All tabs once, or what can be done until a moment of time.monotonic()."""
        for work in self._works(number):
            if time.monotonic() >= until:
                return
            self.made.append(work())

    def _works(self, number: int) -> Iterator[Callable[[], Made]]:
        yield lambda: self._timed("upload", lambda: self._bring(number))
        for step in STEPS:
            if self.slow or not step.slow:
                yield lambda step=step: self._timed(step.pipeline, lambda: self._step(step, number))  # type: ignore[misc]
        yield lambda: self._timed("film draft", lambda: self._film(number))

    def _timed(self, what: str, work: Callable[[], tuple[str, str, str]]) -> Made:
        begun = time.monotonic()
        try:
            state, said, artifact = work()
        except Refused as problem:
            state, said, artifact = "refused" if problem.honest else "error", str(problem), ""
        except (LookupError, TimeoutError) as problem:
            state, said, artifact = "lost", str(problem), ""
        return Made(what, state, time.monotonic() - begun, said, artifact, begun)

    def _bring(self, number: int) -> tuple[str, str, str]:
        """A photograph of one's own, a score, and what comes with the studio."""
        self.held["photo"] = self.visitor.upload(picture(number), f"photo {number}.png", "image")["id"]
        self.held["score"] = self.visitor.upload(score(), "tune.mid", "score")["id"]
        for name, asset in (
            ("painting", "styles/hokusai-great-wave.jpg"),
            ("portrait", "samples/astronaut.jpg"),
            ("clip", "samples/pan.mp4"),
        ):
            self.held[name] = self.visitor.adopt(asset)
        return "done", "", self.held["photo"]

    def _step(self, step: Step, number: int) -> tuple[str, str, str]:
        missing = [name for name in step.inputs.values() if name not in self.held]
        if missing:
            return "skipped", f"there is no {missing[0]} yet", ""
        settings = dict(step.settings)
        if step.pipeline in SEEDED:
            settings["seed"] = 1000 + number
        inputs = {slot: self.held[name] for slot, name in step.inputs.items()}
        job = self.visitor.wait(self.visitor.make(step.pipeline, inputs, **settings), self.seconds_a_step)
        if step.holds and job["state"] == "done":
            self.held[step.holds] = job["artifact"]
        return job["state"], job["problem"] or "", job["artifact"]

    def _film(self, number: int) -> tuple[str, str, str]:
        film = self.visitor.film("fox", scenes=2, seed=1000 + number)
        self.visitor.render(film)
        found = self.visitor.rendered(film, self.seconds_a_step)
        return str(found["state"]), found["problem"] or "", found["artifact"] or ""


SEEDED = frozenset(
    (
        "generate.storybook",
        "generate.object",
        "generate.codes",
        "generate.variations",
        "generate.faces",
        "stylize.gatys",
        "narrate.speak",
        "infill.diffuse",
        "infill.compare",
        "infill.score",
        "compose.song",
        "compose.hum",
        "compose.vary",
        "compose.fit",
        "animate.layers",
        "animate.morph",
        "animate.talk",
    )
)


def told(made: list[Made]) -> str:
    """The states of all steps, counted, as one short text."""
    counts: dict[str, int] = {}
    for one in made:
        counts[one.state] = counts.get(one.state, 0) + 1
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))


def as_json(made: list[Made]) -> str:
    return json.dumps([[one.what, one.state, round(one.seconds, 1), one.said] for one in made], indent=1)
