"""The language model that the administrator names (STUDIO_DIRECTOR): it reads stories, writes them when asked, and rewords sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pipelines.core.facts import Facts, note
from pipelines.core.models import ModelCard, load
from pipelines.core.settings import Refusal
from pipelines.hub.chat_endpoint import endpoint
from pipelines.hub.chat_local import local_card

NONE = "No language model is named here; the administrator can name one."


class Model(Protocol):
    """What answers a question under a schema."""

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], seed: int = 0) -> str:
        """Return the text of one answer. Raises Refusal."""
        ...


def name_model() -> dict[str, str] | None:
    """The model's name and the host that it is on ("" for this machine); None where the administrator names none. Raises Refusal."""
    if (there := endpoint()) is not None:
        return {"name": there.model, "host": there.host}
    card = local_card()
    return None if card is None else {"name": card.name, "host": ""}


@contextmanager
def open_model() -> Iterator[Model]:
    """The named model for a block; a result that is made in it says so. Raises Refusal, MissingModel."""
    if (there := endpoint()) is not None:
        note_writer(there.model)
        yield there
    elif (card := local_card()) is None:
        raise Refusal(NONE)
    else:
        with load(card) as model:
            yield model


def note_writer(name: str) -> None:
    """Note for what is being made that a language model wrote its words: it stands among the models of the result."""
    card = ModelCard(
        name, "elsewhere:", "", "as its makers say", 0, _not_here, caveat="A language model that wrote words of this."
    )
    note(Facts(models={name: card}))


def _not_here(path: Path) -> Any:
    raise Refusal("This model is not on this machine.")


def ask_model(
    model: Model, task: str, text: str, schema: Mapping[str, Any], *, seed: int = 0, most: int
) -> dict[str, Any]:
    """What a model answers to a task about a text, as a JSON object of at most `most` characters. Raises Refusal."""
    messages = [{"role": "system", "content": task}, {"role": "user", "content": text}]
    return json_object(model.ask(messages, schema, seed), most)


def json_object(answer: str, most: int) -> dict[str, Any]:
    """The JSON object that an answer of at most `most` characters is. Raises Refusal."""
    if len(answer) > most:
        raise Refusal("The director's answer is too long.")
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        raise Refusal("The director's answer is no JSON.") from None
    if not isinstance(value, dict):
        raise Refusal("The director's answer is not of the right form.")
    return value


def plain_text(given: Any, most: int) -> str:
    """A text of a model without control characters, one that a field may hold. Raises Refusal."""
    if not isinstance(given, str):
        raise Refusal("The director's answer is not of the right form.")
    kept = "".join(sign for sign in given.replace("\r\n", "\n") if sign == "\n" or sign.isprintable()).strip()
    if not kept:
        raise Refusal("The director's answer is empty.")
    if len(kept) > most:
        raise Refusal("The director's answer is too long.")
    return kept
