"""What was asked (Call) and what came of it (Artifact); a recipe is the walk from an artifact through its parents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.aliases import settings_for_id, slots_of, values_of
from pipelines.core.run import find
from pipelines.core.settings import Refusal, Text, canonical, check_settings, check_slots, settings_of
from studio.storage.titles import MOST_TITLE, clean_text

HIDDEN = "(left out by the maker)"


@dataclass(frozen=True)
class Call:
    """Everything that affects a result: inputs are artifact ids by slot, settings are complete, the seed is concrete."""

    pipeline: str
    inputs: dict[str, str]
    settings: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the call as JSON can hold it; its hash is the id."""
        return {"pipeline": self.pipeline, "inputs": self.inputs, "settings": self.settings}

    @classmethod
    def from_dict(cls, given: Any) -> Call:
        """Raises Refusal when it is not a call at all; `checked_call` judges the rest."""
        if not isinstance(given, dict) or not isinstance(given.get("pipeline"), str):
            raise Refusal("This is not a recipe of the studio.")
        inputs, settings = given.get("inputs") or {}, given.get("settings") or {}
        if not isinstance(inputs, dict) or not isinstance(settings, dict):
            raise Refusal("This recipe is damaged.")
        return cls(given["pipeline"], {str(k): str(v) for k, v in inputs.items()}, dict(settings))

    @property
    def id(self) -> str:
        """The hash of pipeline, inputs and settings: the artifact's id."""
        whole = self.as_dict() | {"settings": settings_for_id(self.pipeline, self.settings)}
        return hashlib.sha256(canonical(whole).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Artifact:
    """One thing on a shelf. `facts` = models with hashes, device, versions, seconds, sizes, from where it ran."""

    id: str
    session: str
    kind: str
    media_type: str
    path: Path
    title: str
    call: Call | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    created: float = 0.0
    favourite: bool = False
    bytes: int = 0

    @property
    def where(self) -> Path:
        """`path`, without bringing a file from afar that only has to be named."""
        return self.path

    @property
    def shared_copy(self) -> Path:
        """Where the copy lies that links without texts and settings hand out, if there is one."""
        return self.where.with_name(f"{self.where.stem}.shared{self.where.suffix}")


def checked_call(
    pipeline: str, inputs: Mapping[str, str | None], settings: Mapping[str, Any], kind_of: Callable[[str], str | None]
) -> Call:
    """A Call that can be run. `kind_of(artifact_id)` is None for what is not on the visitor's shelf. Raises Refusal."""
    form = settings_of(find(pipeline))
    kinds: dict[str, str | None] = {}
    inputs = slots_of(form.pipeline, inputs)
    for slot, artifact in inputs.items():
        kinds[slot] = kind_of(artifact) if artifact else None
        if artifact and kinds[slot] is None:
            raise Refusal("A file is no longer on your shelf; choose it again.")
    filled = check_slots(form, kinds)
    return Call(form.pipeline, {slot: str(inputs[slot]) for slot in filled}, check_settings(form, settings))


def without_private_text(call: Call) -> Call:
    """The same call with the visitor's own words left out, for embedding in files that leave the studio."""
    form = settings_of(find(call.pipeline))
    private = {setting.name for setting in form.settings if isinstance(setting.field, Text)}
    settings = values_of(form.pipeline, call.settings)
    return Call(call.pipeline, call.inputs, {k: HIDDEN if k in private and v else v for k, v in settings.items()})


def recipe_of(artifact: Artifact, parent: Callable[[str], Artifact | None], *, private: bool = False) -> dict[str, Any]:
    """How to make it again: the artifact's call and those of all its ancestors, by id; uploads are named by their hash."""
    steps: dict[str, Any] = {}
    waiting = [artifact]
    while waiting:
        step = waiting.pop()
        if step.id in steps:
            continue
        if step.call is None:
            steps[step.id] = {"kind": step.kind, "sha256": step.facts.get("payload_sha256", "")}
            if not private:
                steps[step.id]["title"] = step.title
            continue
        steps[step.id] = {"kind": step.kind, **(without_private_text(step.call) if private else step.call).as_dict()}
        waiting.extend(found for id in step.call.inputs.values() if (found := parent(id)))
    return {"result": artifact.id, "steps": steps}


def _is_said_by_person(field: Text, words: str) -> bool:
    """Whether a text is something that a person said, rather than what one of the page's editors wrote down."""
    if field.editor not in ("", "dialogue", "blanks"):
        return False
    if words[:1] not in ("[", "{"):
        return bool(words)
    try:
        return not isinstance(json.loads(words), (list, dict))
    except (ValueError, RecursionError):
        return True


def own_words(call: Call) -> str:
    """The visitor's own words in a call, in one line; empty where it has none."""
    for setting in settings_of(find(call.pipeline)).settings:
        words = " ".join(str(call.settings.get(setting.name) or "").split())
        own = words != " ".join(str(setting.default or "").split())
        if isinstance(setting.field, Text) and own and _is_said_by_person(setting.field, words):
            return words
    return ""


def title_of(call: Call, input_titles: Mapping[str, str]) -> str:
    """A short name for what a call makes: the visitor's own words, else what it was made from."""
    form = settings_of(find(call.pipeline))
    if words := own_words(call):
        return clean_text(words, MOST_TITLE) or form.summary
    names = [input_titles[slot.name] for slot in form.slots if slot.name in input_titles]
    return " × ".join(names)[:80] or form.summary
