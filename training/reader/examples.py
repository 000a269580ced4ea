"""Stories with their scenes as examples: what the rules read of every line, beside what an illustrator would draw of it.

`python -m training.reader.examples --folder FOLDER` keeps the rules' reading in FOLDER/rules.jsonl; stories that stand there are not read again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal

HERE = Path(__file__).parent
PEOPLE = frozenset(["man", "woman", "boy", "girl", "child", "person", "baby", "grandfather", "grandmother"])
AGES: Mapping[str, Mapping[str, str]] = {
    "adult": {"f": "woman", "m": "man", "": "person"},
    "child": {"f": "girl", "m": "boy", "": "child"},
    "old": {"f": "grandmother", "m": "grandfather", "": "person"},
}
Reading = dict[str, Any]  # `place`, `hour`, `weather`, `cast`: what the rules make of a line


def stories(folder: str = "stories") -> list[dict[str, Any]]:
    """All English stories, each with the name of its file and whether it is set aside."""
    rows = []
    for path in sorted((HERE / folder).glob("*.jsonl")):
        for text in path.read_text("utf-8").splitlines():
            story = json.loads(text)
            digest = hashlib.md5(story["lines"][0]["text"].encode(), usedforsecurity=False).hexdigest()
            if "language" not in story:
                rows.append(story | {"file": path.stem, "key": digest, "aside": int(digest, 16) % 10 == 0})
    return rows


def classes() -> tuple[list[str], list[str]]:
    """The coarse places and the acts of all stories, by the alphabet."""
    scenes = [line["scene"] for story in stories() for line in story["lines"]]
    likes = {scene["like"] for scene in scenes if scene.get("like")}
    acts = {actor["act"] for scene in scenes for actor in scene.get("actors", []) if actor.get("act")}
    return sorted(likes), sorted(acts | {"stand"})


def rules_of(lines: list[str]) -> list[Reading]:
    """What the rules of today read of each line of a story; its cast is everybody who has been named by then."""
    from pipelines.film.parts.story import told

    try:
        scenes = told(" ".join(lines))["scenes"]
    except Refusal:
        scenes = []
    return [
        cast_of(next((scene for scene in scenes if line[:25] in scene["line"]), None), scenes, line) for line in lines
    ]


def cast_of(scene: Any, scenes: list[Any], line: str) -> Reading:
    """One line's reading: place, hour, weather, and whoever has been named, there or not."""
    if scene is None:
        return {"place": "", "hour": "", "weather": "", "cast": []}
    known: dict[str, Reading] = {}
    for earlier in scenes[: scenes.index(scene) + 1]:
        for entity in earlier["told"]["entities"]:
            if (
                entity["kind"] in ("person", "animal", "creature", "group")
                or entity["id"] in earlier["told"]["on_stage"]
            ):
                known[entity["id"]] = known.get(entity["id"], {}) | entity
    record, read_scene = scene["record"]["scene"], scene["told"]
    actors = list(record.get("actors", []))
    cast = []
    for id, entity in known.items():
        actor = next((actor for actor in actors if actor.get("said", "") == entity["said"]), None)
        if actor is not None:
            actors.remove(actor)
        verbs = [event["verb"] for event in read_scene["events"] if id in event.get("who", ()) and not event["negated"]]
        cast.append(
            {
                "id": id,
                "noun": entity["noun"],
                "name": entity.get("name", ""),
                "said": entity["said"],
                "sex": entity.get("gender", ""),
                "drawn": actor["noun"] if actor else entity["pictured_as"],
                "count": (actor or entity).get("count", 1),
                "there": actor is not None,
                "act": (actor or {}).get("act", ""),
                "verb": verbs[0] if verbs else "",
            }
        )
    for actor in actors:  # drawn, though it is no entity of its own
        told_of = {"id": actor["id"], "noun": actor["noun"], "name": "", "said": actor.get("said", ""), "sex": ""}
        cast.append(
            told_of
            | {
                "drawn": actor["noun"],
                "count": actor.get("count", 1),
                "there": True,
                "act": actor.get("act", ""),
                "verb": "",
            }
        )
    return {key: record.get(key, "") for key in ("place", "hour", "weather")} | {"cast": cast}


def kinds(actor: Mapping[str, Any]) -> set[str]:
    """The plain nouns that a figure counts as: its own, the last word of it, and the person of its age and sex."""
    words = [actor[key].lower() for key in ("noun", "drawn", "said") if actor.get(key)]
    nouns = {noun for text in words for noun in (text, text.split()[-1])}
    sex, age = actor.get("sex", ""), actor.get("age", "")
    if "drawn" not in actor and (age or sex or nouns & PEOPLE):
        nouns |= {AGES[age or "adult"][sex]} if sex else set(AGES[age or "adult"].values())
        nouns |= {AGES["adult"][sex]} if age == "old" else set()
    return nouns


def match_cast(
    cast: Sequence[Reading], actors: Sequence[Mapping[str, Any]], before: Mapping[str, str]
) -> dict[int, int]:
    """Which figure of the illustrator each of the rules' cast is, by its number; the same as in the line before where that fits."""

    def likeness(member: Reading, actor: Mapping[str, Any]) -> int:
        named = bool(actor.get("name")) and actor["name"].lower() in member["name"].lower()
        same = actor["id"].rstrip("0123456789") in (member["noun"], member["said"].lower(), member["name"].lower())
        return 8 * named + 4 * (before.get(member["id"]) == actor["id"]) + 2 * same + bool(kinds(member) & kinds(actor))

    pairs = [(likeness(m, a) + 0.5 * m["there"], i, j) for i, m in enumerate(cast) for j, a in enumerate(actors)]
    found: dict[int, int] = {}
    for score, i, j in sorted(pairs, key=lambda pair: -pair[0]):
        if score >= 1 and i not in found and j not in found.values():
            found[i] = j
    return found


def read_by_rules(told: Iterable[dict[str, Any]], path: Path) -> dict[str, list[Reading]]:
    """The rules' reading of each story by its key, read once and kept in a file."""
    known = dict(map(json.loads, path.read_text("utf-8").splitlines())) if path.exists() else {}
    with path.open("a", encoding="utf-8") as file:
        for story in told:
            if story["key"] not in known:
                known[story["key"]] = rules_of([line["text"] for line in story["lines"]])
                file.write(json.dumps([story["key"], known[story["key"]]], ensure_ascii=False) + "\n")
                file.flush()
    return known


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    read_by_rules(
        sorted(stories(), key=lambda story: (not story["aside"], len(story["lines"]))), folder / "rules.jsonl"
    )


if __name__ == "__main__":
    main()
