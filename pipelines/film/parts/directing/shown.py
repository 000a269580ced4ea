"""A scene record in English words, for the storyboard's fields. They are shown, and read again only when somebody edits them."""

from __future__ import annotations

from pipelines.film.parts.picturing import HOURS, WEATHERS, counted
from pipelines.scenes.record import SceneRecord
from pipelines.scenes.settings import PHRASES


def picture_words(scene: SceneRecord) -> str:
    """What is seen: "a girl, a red umbrella held by the girl, in a forest at night, in the rain"."""
    joined = {
        relation.subject: f"{relation.kind} the {scene.part(relation.object).noun}"
        for relation in scene.relations
        if relation.kind != "between"
    }
    parts = [
        " ".join(word for word in (counted(part), joined.get(part.id, "")) if word)
        for part in (*scene.actors, *scene.things)
    ]
    where = " ".join(word for word in (PHRASES.get(scene.place, ""), HOURS.get(scene.hour, "")) if word)
    text = " ".join(word for word in (", ".join(parts), where) if word)
    return ", ".join(word for word in (text, WEATHERS.get(scene.weather, "")) if word) or PHRASES["meadow"]


def motion_words(scene: SceneRecord) -> str:
    """What moves: "The girl: walk. The dog: run, happy."."""
    told = [(actor, ", ".join(word for word in (actor.act, actor.mood) if word)) for actor in scene.actors]
    return " ".join(f"The {actor.noun}: {words}." for actor, words in told if words)
