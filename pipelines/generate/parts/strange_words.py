"""Words of a prompt that have no picture of their own, found before anything is drawn: what each is drawn as, and which words are near it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.scenes import words as unpictured
from pipelines.scenes.prompt import Match, read

KINDS = ("scene", "objects", "codes")
NEAREST = 4


def strange_words(
    prompt: str,
    kind: str = "scene",
    told: Callable[[str], str] | None = None,
    match: Match | None = None,
    unseen: Callable[[str], bool] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """What becomes of the strange words of a prompt: `substitutions` (word, drawn, nearest) and `unpictured` (word, nearest; for styles and abstract
    words also `sort` and what to write `instead`).

    `kind` is what reads the prompt: "scene" is Storybook, "objects" and "codes" are the two networks that draw one thing. `told` and `match`
    are how a scene's prompt is put and its strange words are found, as Storybook has them; `unseen` says of a word whether it means nothing that can be seen. Raises Refusal for
    another kind, MissingModel without the dictionary or, for one thing, the weights of MiniLM.
    """
    if kind not in KINDS:
        raise Refusal(f"There is no reader called {kind!r}; there are {', '.join(KINDS)}.")
    if not prompt.strip():
        return {"substitutions": [], "unpictured": []}
    plain = prompt
    for style in unpictured.styles_in(prompt):
        plain = re.sub(
            rf"(?:,\s*)?(?:\bin (?:an? |the )?)?\b{re.escape(style)}\b(?: of\b)?", " ", plain, flags=re.IGNORECASE
        )
    becomes: dict[str, list[dict[str, Any]]] = {"substitutions": [], "unpictured": []}
    if plain.strip(" ,."):
        becomes = _of_scene(plain, told, match) if kind == "scene" else _of_drawing(plain, kind)
    styles = [
        {"word": style, "sort": "style", "nearest": [], "instead": _styles(kind)}
        for style in unpictured.styles_in(prompt)
    ]
    return {
        "substitutions": becomes["substitutions"],
        "unpictured": styles
        + [
            _felt(one, kind, unseen)
            for one in becomes["unpictured"]
            if not (one["word"] in unpictured.CARRIERS and len(becomes["unpictured"]) > 1)
        ],  # of "the feeling of loneliness" loneliness is asked about,
    }


def _styles(kind: str) -> list[str]:
    """The styles that what reads the prompt can draw."""
    from pipelines.drawing import words

    return [] if kind == "scene" else list(words.vocabulary(kind).styles)


def _felt(result: dict[str, Any], kind: str, unseen: Callable[[str], bool] | None) -> dict[str, Any]:
    """A word without a picture; for an abstract one prompts that show it, instead of nouns that only sound like it."""
    head = str(result["word"]).rpartition(" of ")[2]
    if not (unpictured.is_felt(head) or (unseen is not None and unseen(head))):
        return result
    return result | {"sort": "abstract", "nearest": [], "instead": unpictured.shown_by(head) if kind == "scene" else []}


def _of_scene(prompt: str, told: Callable[[str], str] | None, match: Match | None) -> dict[str, list[dict[str, Any]]]:
    from pipelines.reading.pictured import pictures
    from pipelines.scenes import drawings, performers
    from pipelines.scenes.tokens import singular

    said, _ = performers.with_names(prompt, {})
    plain = performers.describe_figures(said).prompt or prompt
    reading = read(told(plain) if told else plain, drawings.vocabulary(), match)
    near = pictures(drawings.vocabulary().nouns).nearest
    return {
        "substitutions": [
            {"word": word, "drawn": noun, "nearest": list(dict.fromkeys([noun, *near(singular(word), NEAREST)]))}
            for word, noun, _ in reading.matched
        ],
        "unpictured": [{"word": word, "nearest": list(near(singular(word), NEAREST))} for word in reading.unknown],
    }


def _of_drawing(prompt: str, engine: str) -> dict[str, list[dict[str, Any]]]:
    from pipelines.drawing import words

    known = words.vocabulary(engine)
    try:
        reading = known.read(prompt)
    except Refusal:
        asked = " ".join(prompt.lower().split())
        return {"substitutions": [], "unpictured": [{"word": asked, "nearest": _near(engine, asked)}]}
    left = [{"word": word, "nearest": []} for word in reading.left_out]
    if reading.likeness == 1:
        return {"substitutions": [], "unpictured": left}
    found = {"word": reading.word, "drawn": reading.wish.noun, "nearest": _near(engine, reading.word)}
    return {"substitutions": [found], "unpictured": left}


def _near(engine: str, word: str) -> list[str]:
    from pipelines.drawing import words

    return [noun for noun, _ in words.vocabulary(engine).nearest(word, NEAREST)]
