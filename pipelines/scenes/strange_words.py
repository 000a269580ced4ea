"""Words of a prompt that have no picture of their own, found before anything is drawn: what each is drawn as, and which words are near it."""

from __future__ import annotations

from typing import Any

from pipelines.core.settings import Refusal

KINDS = ("scene", "objects", "codes")
NEAREST = 4


def strange_words(prompt: str, kind: str = "scene") -> dict[str, list[dict[str, Any]]]:
    """What becomes of the strange words of a prompt: `substitutions` (word, drawn, nearest) and `unpictured` (word, nearest).

    `kind` is what reads the prompt: "scene" is Storybook, "objects" and "codes" are the two networks that draw one thing. Raises Refusal for
    another kind, MissingModel without the weights of MiniLM.
    """
    if kind not in KINDS:
        raise Refusal(f"There is no reader called {kind!r}; there are {', '.join(KINDS)}.")
    if not prompt.strip():
        return {"substitutions": [], "unpictured": []}
    return _of_scene(prompt) if kind == "scene" else _of_drawing(prompt, kind)


def _of_scene(prompt: str) -> dict[str, list[dict[str, Any]]]:
    from pipelines.scenes import drawings, performers
    from pipelines.scenes.prompt import read

    said, _ = performers.with_names(prompt, {})
    reading = read(performers.described(said).prompt or prompt, drawings.vocabulary(), drawings.nearest())
    drawn = [
        {"word": word, "drawn": noun, "nearest": _near(drawings.chosen(""), word)} for word, noun, _ in reading.matched
    ]
    return {
        "substitutions": drawn,
        "unpictured": [{"word": word, "nearest": _near(drawings.chosen(""), word)} for word in reading.unknown],
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
