"""Films to begin with: the shape of a lesson, a product, a birthday, a fable and a news clip, with words to be replaced."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.core.settings import Refusal


@dataclass(frozen=True)
class Template:
    """A storyboard with places for one's own words. `scenes` are pairs: what is seen, what is said."""

    name: str
    title: str
    about: str
    scenes: tuple[tuple[str, str], ...]
    mood: str = "calm"
    more: dict[str, Any] = field(default_factory=dict)

    def board(self) -> dict[str, Any]:
        """The storyboard, with ids and transitions."""
        scenes = [
            {
                "id": f"s{n}",
                "picture": {"prompt": seen},
                "line": said,
                "transition": {"kind": "crossfade", "seconds": 0.5},
            }
            for n, (seen, said) in enumerate(self.scenes, 1)
        ]
        return {"title": self.title, "mood": self.mood, "scenes": scenes, **self.more}


TEMPLATES = (
    Template(
        "lesson",
        "How Rain Is Made",
        "A lesson in four steps: a question, two causes, the answer.",
        (
            ("a cloud above the sea in the morning", "Where does the rain come from?"),
            ("the sun above the sea at noon", "The sun warms the sea, and some of the water rises into the air."),
            (
                "a big cloud above a mountain",
                "High up it is cold. The water becomes small drops, and the drops become a cloud.",
            ),
            ("a tree in a meadow, raining", "When the drops are heavy enough, they fall. That is rain."),
        ),
    ),
    Template(
        "product",
        "The Small Bicycle",
        "A product in four scenes: the problem, the thing, what it does, where to find it.",
        (
            ("a car in the city, raining", "The way to work is long, and nobody likes to wait."),
            (
                "a red bicycle in a meadow in the morning",
                "This is the small bicycle. It weighs nine kilograms and folds in ten seconds.",
            ),
            (
                "a bicycle beside a house at noon",
                "Carry it up the stairs, put it under your desk, and ride home past the cars.",
            ),
            ("a bicycle by the sea at sunset", "The small bicycle. Try it on Saturday in our shop."),
        ),
        "playful",
    ),
    Template(
        "birthday",
        "Happy Birthday, Ada",
        "A greeting with a name, a wish and a cake.",
        (
            ("three red balloons above a house in the morning", "Good morning, Ada! Today is your day."),
            ("a cat and a dog in a meadow", "Everybody has come to see you, and some of them have brought flowers."),
            ("a cake on a table", "We wish you a year with much sun, good friends and very much cake."),
        ),
        "playful",
    ),
    Template(
        "fable",
        "The Fox and the Moon",
        "A fable: a wish, a mistake, and what is learned from it.",
        (
            ("a red fox by the sea at night, the moon above the sea", "A fox saw the moon in the water and wanted it."),
            (
                "a fox beside a boat by the sea at night",
                "She took a boat and reached for it, and the moon broke into a thousand pieces.",
            ),
            (
                "a fox in a meadow at night, the moon above a tree",
                "When the water was still, it was whole again. So the fox sat down and looked at it.",
            ),
            (
                "a fox beside a tree in the morning",
                "Some things are yours only as long as you leave them where they are.",
            ),
        ),
    ),
    Template(
        "news",
        "The New Bridge",
        "A news clip that says that its pictures are drawn, and how to check it.",
        (
            (
                "a bridge in the city in the morning",
                "Good evening. The new bridge in the north of the city opens on Monday.",
            ),
            ("a car and a bicycle beside a bridge", "It has a lane for bicycles of its own. The work took two years."),
            (
                "a house by a river at sunset",
                "The pictures of this report are drawings made by a computer. Press Verify under the film to read its signature.",
            ),
        ),
        more={
            "titles": {"show": True, "text": "Drawn pictures, signed"},
            "subtitles": {"mode": "burnt", "style": "plain", "size": "medium"},
        },
    ),
)


def template(name: str) -> dict[str, Any]:
    """The storyboard of a template. Raises Refusal."""
    found = next((one for one in TEMPLATES if one.name == name), None)
    if found is None:
        raise Refusal("The studio has no such template.")
    return found.board()


def listed() -> list[dict[str, Any]]:
    """Every template as the first screen shows it."""
    return [{"name": one.name, "title": one.title, "about": one.about, "scenes": len(one.scenes)} for one in TEMPLATES]
