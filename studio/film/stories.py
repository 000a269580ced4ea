"""Reading and writing a story, in a worker: the parser takes 100 MB of memory, which the page's process does without."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from studio.film.storyboard import NEW_SOUND, as_json, storyboard_of

if TYPE_CHECKING:
    from studio.storage.store import Store
    from studio.studio import Studio


def write_storyboard(studio: Studio, text: str) -> str:
    """The storyboard of a story as JSON, with notes on what is drawn as something else and what cannot be drawn. A first line that is no sentence is its title. Raises Refusal."""
    heading = re.match(r"\s*#*([^\n.!?…]{1,80})\n\s*\n", text)
    read = studio.jobs.runner.run_in_worker(studio.store, "story", text=text[heading.end() :] if heading else text)
    board = as_json(
        storyboard_of(
            {"title": heading[1].strip() if heading else read["title"], "scenes": read["scenes"], **NEW_SOUND}
        )
    )
    return json.dumps(board | {"notes": read["notes"]}, ensure_ascii=False, indent=1)


def told_in_worker(store: Store, *, text: str, director: str = "rules") -> dict[str, Any]:
    """A story as a title, scenes and notes, read by our rules or by the administrator's language model. Raises Refusal, MissingModel."""
    if director == "model":
        from pipelines.film.parts.directing.director import direct_story as directed
        from pipelines.hub.chat import open_model

        with open_model() as model:
            return directed(text, model) | {"voice": voice_for(text)}
    from pipelines.film.parts.story import told

    return told(text)


def part_in_worker(store: Store, *, text: str, part: int, met: list[str]) -> dict[str, Any]:
    """One part of a story, read by the administrator's language model, and how many parts there are. Raises Refusal, MissingModel."""
    from pipelines.film.parts.directing.director import direct_part
    from pipelines.hub.chat import open_model

    with open_model() as model:
        return direct_part(text, part, model, met) | {"voice": voice_for(text)}


def written_in_worker(store: Store, *, text: str, ask: str) -> dict[str, Any]:
    """A story that the administrator's language model writes, and the model's name. Raises Refusal, MissingModel."""
    from pipelines.film.parts.directing.author import write
    from pipelines.hub.chat import name_model, open_model

    with open_model() as model:
        return {"text": write(text, ask, model), "by": (name_model() or {}).get("name", "")}


def translated_in_worker(store: Store, *, lines: list[str], language: str) -> dict[str, Any]:
    """The lines of a film in another language, by the administrator's language model. Raises Refusal, MissingModel."""
    from pipelines.film.parts.directing.author import translate
    from pipelines.hub.chat import open_model

    with open_model() as model:
        return {"lines": translate(lines, language, model)}


def voice_for(text: str) -> str:
    """The first voice that reads the language of a story; "" for English, which the usual voice reads, and for a language without one."""
    from pipelines.audio.voices import LANGUAGES, describe_voices
    from pipelines.narrate.parts.spelling import language_of

    language = language_of(text)
    return (
        "" if language == "en" else next((voice for voice in describe_voices() if LANGUAGES[voice[0]] == language), "")
    )


MOST_PICTURED, PICTURED_PX = 8, 96


def pictured(store: Store, *, words: list[str]) -> dict[str, str]:
    """Small pictures of words as WebP in data addresses, for a choice between them; words that no painter draws are left out."""
    import base64
    import io

    from pipelines.scenes import painted_things, performers

    result = {}
    for word in words[:MOST_PICTURED]:
        if performers.is_figure(word):
            picture = performers.place_character(performers.character_of(word), size_px=PICTURED_PX).picture
        elif word in painted_things.words():
            picture = painted_things.picture(word, PICTURED_PX, "", 0)
        else:
            continue
        buffer = io.BytesIO()
        picture.convert("RGBA").save(buffer, "WEBP", quality=82, method=2)
        result[word] = "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
    return result
