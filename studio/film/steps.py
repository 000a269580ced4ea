"""One step of a film: a call of an ordinary pipeline whose id says whether its result is there already; subtitles beside narrations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.aliases import settings_for_id
from pipelines.core.run import find
from pipelines.core.settings import Refusal, SeedField, canonical, check_settings, settings_of
from pipelines.media import beside
from studio.film.storyboard import Storyboard
from studio.storage import timing
from studio.storage.artifacts import Artifact, Call
from studio.storage.store import Store

if TYPE_CHECKING:
    from pipelines.narrate.parts.timing import TimedSentence

REROLLED = ("picture", "line", "motion", "music", "score")
LABELS = {
    "picture": "Picture",
    "look": "Look",
    "motion": "Motion",
    "line": "Narration",
    "description": "Description",
    "descriptions": "Descriptions in place",
    "segment": "Scene for the cut",
    "title": "Title",
    "credits": "Credits",
    "voice": "Voices in place",
    "music": "Music",
    "cut": "Cut",
    "portrait": "Portrait",
    "first": "First picture",
    "drawn": "Our drawing",
    "acted": "Our clip",
    "skeletons": "Skeletons",
    "face": "Face",
    "score": "Composed music",
    "ambience": "Ambience",
    "effects": "Effects",
}


@dataclass(frozen=True)
class Step:
    """One thing to be made. `artifact` is its id, known before it is made unless it waits to be `settled` by what comes before it."""

    key: str
    scene: str
    kind: str
    label: str
    call: Call | None
    settled: bool
    artifact: str = ""
    made: bool = False
    given: bool = False
    needs: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # of what was made, else what is to be expected
    problem: str = ""
    seconds: float | None = None  # that making it will take

    @property
    def base(self) -> str:
        """The id of the call without its seed."""
        return base_of(self.call) if self.call else ""


def seeds_of(call: Call) -> set[str]:
    """The settings of a call that are seeds."""
    return {
        setting.name for setting in settings_of(find(call.pipeline)).settings if isinstance(setting.field, SeedField)
    }


def base_of(call: Call) -> str:
    """What a call asks for but for its seed: takes of one step share it."""
    whole, seeds = settings_for_id(call.pipeline, call.settings), seeds_of(call)
    rest = {name: value for name, value in whole.items() if name not in seeds}
    return hashlib.sha256(canonical([call.pipeline, call.inputs, rest]).encode()).hexdigest()[:32]


class Steps:
    """The steps of one film in the order in which they can be made, each looked up on the visitor's shelf as it is added."""

    def __init__(self, store: Store, session: str, board: Storyboard, device: str, size: tuple[int, int]) -> None:
        self.store, self.session, self.board, self.device = store, session, board, device
        self.width, self.height = size
        self.numbers = {scene.id: number for number, scene in enumerate(board.scenes, 1)}
        self.steps: dict[str, Step] = {}
        self.found: dict[str, Artifact | None] = {}

    def artifact(self, id: str) -> Artifact | None:
        """Return what lies on the shelf under an id; None where its file is gone."""
        if id not in self.found:
            file = self.store.artifact(self.session, id)
            self.found[id] = file if file is not None and file.path.is_file() else None
        return self.found[id]

    def _name(self, key: str) -> tuple[str, str, str]:
        """Return a step's scene ("" for the whole film), its kind and its label."""
        scene, _, kind = key.rpartition(".")
        if scene not in self.numbers:
            return "", kind, LABELS[kind]
        return scene, kind, f"Scene {self.numbers[scene]}: {LABELS[kind].removeprefix('Scene ').lower()}"

    def add_given(self, key: str, id: str) -> Step:
        """Add a step for something that a visitor brought."""
        file = self.artifact(id)
        facts = {"kind": file.kind, **file.facts} if file else {"kind": "image"}
        problem = "" if file else "Its file is gone from your shelf."
        step = Step(key, *self._name(key), None, True, id, file is not None, True, facts=facts, problem=problem)
        self.steps[key] = step
        return step

    def add(
        self,
        key: str,
        pipeline: str,
        inputs: Mapping[str, Step | str],
        settings: Mapping[str, Any],
        *,
        label: str = "",
        facts: Mapping[str, Any] | None = None,
        needs: Iterable[str] = (),
    ) -> Step:
        """A step; `needs` are steps whose results its settings are made from, besides those in its slots."""
        before = dict.fromkeys([*(entry.key for entry in inputs.values() if isinstance(entry, Step)), *needs])
        scene, kind, usual = self._name(key)
        step = Step(key, scene, kind, label or usual, None, False, needs=tuple(before), facts=dict(facts or {}))
        form = settings_of(find(pipeline))
        try:
            ids = {place: entry if isinstance(entry, str) else entry.artifact for place, entry in inputs.items()}
            call = Call(form.pipeline, ids, check_settings(form, settings))
        except Refusal as problem:
            step = replace(step, problem=str(problem))
        else:
            step = replace(step, call=call)
            known = [self.steps[name] for name in before if name not in needs]
            if all(self.steps[name].made for name in needs) and all(
                s.artifact and (s.settled or s.given) for s in known
            ):
                step = self._looked_up(step, call)
        self.steps[key] = step
        return step

    def _looked_up(self, step: Step, call: Call) -> Step:
        """The step with its id, which is the approved take's while that one fits, and whether it is made."""
        chosen = self.board.chosen.get(step.key)
        take = chosen is not None and chosen.base == step.base and self.artifact(chosen.artifact) is not None
        step = replace(step, settled=True, artifact=chosen.artifact if chosen is not None and take else call.id)
        file = self.artifact(step.artifact)
        return step if file is None else replace(step, made=True, facts={"kind": file.kind, **file.facts})

    def seconds(self, step: Step) -> float | None:
        """How long it will take here, from past runs; what it is made from may not be there yet, but its size is known."""
        assert step.call is not None
        parents = {}
        for place, id in step.call.inputs.items():
            maker = next((s for s in self.steps.values() if s.artifact == id and id), None)
            file = self.artifact(id) if id else None
            facts = (
                maker.facts
                if maker
                else file.facts
                if file
                else {"width": self.width, "height": self.height, "frames": 1}
            )
            call = maker.call if maker else file.call if file else None
            parents[place] = Artifact(id, self.session, "", "", Path(), "", call, dict(facts))
        size, measure = timing.size_of(step.call, parents), timing.measure_of(parents, step.call)
        learned = timing.estimate(self.store, step.call.pipeline, self.device, size, measure)
        return learned.seconds if learned and learned.near else None


def sentences_beside(path: Path) -> list[TimedSentence] | None:
    """What is said in a narration, with the time of every word; None where no times lie beside it."""
    words = beside(path) / "words.json"
    try:
        return _sentences_in(words, words.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def notes_beside(path: Path) -> list[str]:
    """What the check after painting says of a picture; nothing of one that was not painted from our drawing."""
    told = beside(path) / "painted.json"
    try:
        return list(_notes_in(told, told.stat().st_mtime_ns))
    except (OSError, ValueError, KeyError, TypeError):
        return []


@lru_cache(maxsize=512)
def _notes_in(path: Path, changed: int) -> tuple[str, ...]:
    return tuple(str(note) for note in json.loads(path.read_text("utf-8"))["checks"]["notes"])


@lru_cache(maxsize=512)
def _sentences_in(words: Path, changed: int) -> list[TimedSentence]:
    from pipelines.narrate.parts.timing import TimedSentence, TimedWord

    script = json.loads(words.read_text("utf-8"))
    return [
        TimedSentence(
            sentence["text"],
            sentence.get("speaker") or "",
            "",
            sentence["start"],
            sentence["end"],
            tuple(TimedWord(w["text"], w.get("after", " "), "", w["start"], w["end"]) for w in sentence["words"]),
        )
        for sentence in script["sentences"]
    ]
