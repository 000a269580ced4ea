"""What is said while somebody writes, in a worker: words for a blank, words without a picture. Nothing is kept of it."""

from __future__ import annotations

from typing import Any

from studio.storage.store import Store

NOT_ENGLISH = "This is not in English, and only English is read here; write it in English."


def in_worker(store: Store, text: str, at: int) -> dict[str, Any]:
    """The task "suggest": a few words with their shares, or one sentence where the text is not English. Raises Refusal, MissingModel."""
    from pipelines.infill.parts.quick import language_note, words_for

    if note := language_note(text, at):
        return {"words": [], "note": note}
    return {"words": words_for(text, at)}


def is_foreign(text: str) -> bool:
    """Whether a prompt is surely in another language: it is not English, and has more small words of that language than of English."""
    from pipelines.narrate.parts.spelling import language_of
    from pipelines.reading.language import ALSO, SMALL, is_english

    english = sum(word in SMALL or word in ALSO for word in text.lower().split())
    return not is_english(text) and language_of(text, english) != "en"


def strange_in_worker(store: Store, text: str, kind: str) -> dict[str, Any]:
    """The task "strange": the words of a prompt that have no picture of their own, or of a wish that cannot be played. Raises Refusal, MissingModel."""
    if kind == "music":
        from pipelines.compose.parts import wishes

        return wishes.strange(text)
    if is_foreign(text):
        return {"substitutions": [], "unpictured": [], "note": NOT_ENGLISH}
    from pipelines.generate.parts.prompt_verbs import Dictionary, with_acts
    from pipelines.generate.parts.strange_words import strange_words
    from pipelines.reading import wordnet
    from pipelines.scenes import drawings

    if kind != "scene":
        return strange_words(text, kind, unseen=wordnet.unseen)
    known = drawings.vocabulary()
    match = Dictionary(known.nouns)
    return strange_words(text, kind, lambda prompt: with_acts(prompt, known)[0], match, wordnet.unseen)
