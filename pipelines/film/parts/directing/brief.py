"""What a language model is told before it directs: the lines, the vocabulary that fits them, and the JSON schema of its answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.hub.chat import json_object
from pipelines.scenes.record import MOST_BYTES, MOST_PARTS, Actor, LeftOut, SceneRecord, Thing, from_json, schema

if TYPE_CHECKING:
    import numpy as np

VECTORS, STEPS = ASSETS / "words" / "director.npz", 127  # of a share in a vector of length 1
MOST_NOUNS = 160  # of the vocabulary in one question: a prompt stays short
OURS = (
    "version",
    "sentence",
    "setting_why",
    "notes",
    "plain_colour",
    "style",
    "speeches",
    "deeds",
    "order",
)  # what the model does not write
MOST = {"actors": 6, "things": 8, "relations": 10, "left_out": 6}  # in the answer for one line
TASK = """You are the director of a picture-book film. You get numbered lines of a story, in any language, and answer with one scene for each line, in their order, as JSON of the given schema.
Rules:
- "noun" is always one of the words of the schema, in English; "said" is the word of the line that it stands for, as written.
- Show who and what the line names, with its number, colour and size. Somebody stays in the following scenes until the story lets them go.
- Name the same person with the same "cast" in every scene.
- What cannot be drawn goes into "left_out", with a short reason. Never draw something else for it without a fitting noun.
- Each id is the noun with a number: "girl-1". "object" and the ends of a relation are ids of the same scene.
- Give a place, hour and weather where the story says or clearly implies them; else leave them empty.
- "act" is what somebody does, "object" to what. What is in somebody's hands is "held by" them; what they ride or sit on, they are "on"; where they are inside, they are "in"."""


def vocabulary_for(
    lines: Sequence[str], nouns: Sequence[str], figures: Sequence[str], most: int = MOST_NOUNS
) -> list[str]:
    """The nouns that fit the lines best by MiniLM, the plain figures of every story among them. Raises MissingModel."""
    import numpy as np

    from pipelines.core.models import load
    from pipelines.language.minilm import MINILM

    plain = [noun for noun in figures if noun in ("girl", "boy", "woman", "man", "grandmother", "grandfather", "baby")]
    if len(nouns) <= most:
        return sorted(nouns)
    words = list(dict.fromkeys(word.strip(".,;:!?“”\"'()").lower() for line in lines for word in line.split()))
    asked = [*lines, *(word for word in words if len(word) > 2)]
    with load(MINILM) as encoder:
        kept = kept_vectors()
        fresh = [noun for noun in nouns if noun not in kept]
        known = kept | (dict(zip(fresh, encoder.sentences(fresh))) if fresh else {})
        alike = np.stack([known[noun] for noun in nouns]) @ encoder.sentences(asked).T
    named = {noun for noun in nouns if any(f" {noun} " in f" {line.lower()} " for line in lines)}
    order = np.argsort(-alike.max(1), kind="stable")
    chosen = [*plain, *sorted(named), *(nouns[at] for at in order)]
    return sorted(dict.fromkeys(chosen).keys() - set(list(dict.fromkeys(chosen))[most:]))


@lru_cache(maxsize=1)
def kept_vectors() -> dict[str, np.ndarray]:
    """MiniLM's vectors of the vocabulary's nouns, from the file that `keep_vectors` writes."""
    import numpy as np

    with np.load(VECTORS) as file:
        return dict(zip(file["nouns"].tolist(), file["vectors"].astype(np.float32) / STEPS))


def keep_vectors() -> None:
    """Write the file of the nouns' vectors anew: some minutes, when the vocabulary has new nouns. Raises MissingModel."""
    import numpy as np

    from pipelines.core.models import load
    from pipelines.language.minilm import MINILM
    from pipelines.scenes.drawings import vocabulary

    nouns = sorted(set(vocabulary().nouns))
    with load(MINILM) as encoder:
        np.savez_compressed(VECTORS, nouns=nouns, vectors=np.rint(STEPS * encoder.sentences(nouns)).astype(np.int8))


def answer_schema(count: int, nouns: Sequence[str], acts: Sequence[str], moods: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of an answer: `count` scenes whose nouns, acts and moods are ones that the studio can draw."""
    scene = schema()
    parts = scene.pop("$defs")
    for name in OURS:
        scene["properties"].pop(name)
    for name in (Actor.__name__, Thing.__name__):
        for by_hand in ("why", "placed", "seeds"):
            parts[name]["properties"].pop(by_hand)
        parts[name]["properties"]["noun"] = {"enum": list(nouns)}
    parts[Actor.__name__]["properties"] |= {"act": {"enum": ["", *acts]}, "mood": {"enum": ["", *moods]}}
    parts["Relation"]["properties"].pop("why")
    for name, most in MOST.items():
        scene["properties"][name]["maxItems"] = most
    used = {
        name: part
        for name, part in parts.items()
        if name in (Actor.__name__, Thing.__name__, "Relation", LeftOut.__name__)
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["scenes"],
        "properties": {"scenes": {"type": "array", "items": scene, "minItems": count, "maxItems": count}},
        "$defs": used,
    }


def messages(lines: Sequence[str], known: Sequence[str] = (), mended: str = "") -> list[dict[str, str]]:
    """The question of one answer. `known` names who was met in scenes before; `mended` is what was wrong with an answer before."""
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    parts = [
        f"Who was met before: {', '.join(known)}." if known else "",
        numbered,
        mended and f"Your last answer was refused: {mended}",
    ]
    return [
        {"role": "system", "content": TASK},
        {"role": "user", "content": "\n\n".join(part for part in parts if part)},
    ]


def scenes_in(answer: str, lines: Sequence[str], nouns: Collection[str]) -> list[SceneRecord]:
    """The scenes of an answer, each with its line word for word and of nouns that the studio draws. Raises Refusal for what is no such answer."""
    scenes = json_object(answer, MOST_BYTES * len(lines)).get("scenes")
    if not isinstance(scenes, list) or len(scenes) != len(lines):
        raise Refusal(f"The director's answer must hold {len(lines)} scenes.")
    records = []
    for number, (scene, line) in enumerate(zip(scenes, lines), 1):
        if not isinstance(scene, dict):
            raise Refusal(f"Scene {number} of the director's answer is no scene.")
        kept = _own_ids({name: value for name, value in scene.items() if name not in OURS})
        try:
            record = from_json(json.dumps({**kept, "sentence": line}, ensure_ascii=False))
            if strange := [part.noun for part in record.parts if part.noun not in nouns]:
                raise Refusal(f"“{strange[0]}” is not one of the studio's nouns.")
            records.append(record)
        except Refusal as problem:
            raise Refusal(f"Scene {number} of the director's answer: {problem}") from None
    return records


def _own_ids(scene: Mapping[str, Any]) -> dict[str, Any]:
    """The scene with an id for each part, which no schema can ask for: of two with the same id the later one gets a number."""
    taken = set[str]()
    changed = dict(scene)
    for kind in ("actors", "things"):
        if isinstance(parts := scene.get(kind), list) and len(parts) <= MOST_PARTS:
            changed[kind] = [_with_own_id(part, taken) for part in parts]
    return changed


def _with_own_id(part: Any, taken: set[str]) -> Any:
    if not isinstance(part, dict) or not isinstance(id := part.get("id"), str):
        return part  # refused with the whole scene
    own, number = id, 1
    while own in taken:
        number += 1
        own = f"{id}-{number}"
    taken.add(own)
    return {**part, "id": own}
