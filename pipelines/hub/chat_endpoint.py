"""A language model behind an address that speaks the OpenAI protocol (Ollama, llama.cpp's server, LM Studio, vLLM), named by the administrator."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.core.settings import Refusal

TIMEOUT_SECONDS = 180.0
LATE = "The director did not answer within {:.0f} seconds."
MOST_ANSWER_BYTES = 1_000_000
MOST_TOKENS = 8000


@dataclass(frozen=True)
class Endpoint:
    """Where to ask, which model, and the key that opens it."""

    url: str
    model: str
    key: str = ""

    @property
    def host(self) -> str:
        """The name of the machine that is asked."""
        return urlsplit(self.url).hostname or ""

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], seed: int = 0) -> str:
        """The text of one answer, decoded under the schema by the server. Raises Refusal with one sentence."""
        import httpx

        body = {
            "model": self.model,
            "messages": list(messages),
            "temperature": 0,
            "seed": seed,
            "max_tokens": MOST_TOKENS,
            "stream": False,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            },
        }
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
                _ended_in_time(client),
                client.stream("POST", f"{self.url}/chat/completions", json=body, headers=headers) as answer,
            ):
                if answer.status_code != 200:
                    raise Refusal(f"The director answered with an error ({answer.status_code}).")
                return _text(_read_body(answer))
        except httpx.TimeoutException:
            raise Refusal(LATE.format(TIMEOUT_SECONDS)) from None
        except httpx.HTTPError:
            raise Refusal("The director cannot be reached.") from None


@contextmanager
def _ended_in_time(client: Any) -> Iterator[None]:
    """The connections of a client are cut at the deadline, also where each piece of head or answer comes in time. Raises Refusal."""
    late = threading.Event()

    def cut_connection() -> None:
        late.set()
        client.close()

    timer = threading.Timer(TIMEOUT_SECONDS, cut_connection)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception:
        if late.is_set():
            raise Refusal(LATE.format(TIMEOUT_SECONDS)) from None
        raise
    finally:
        timer.cancel()


def _read_body(answer: Any) -> bytes:
    """The body, as far as an answer may be long. Raises Refusal."""
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_ANSWER_BYTES:
            raise Refusal("The director's answer is too long.")
    return bytes(body)


def _text(body: bytes) -> str:
    """The words of the first choice. Raises Refusal."""
    try:
        choice = json.loads(body)["choices"][0]
        text = choice["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise Refusal("The director does not speak the OpenAI protocol.") from None
    if not isinstance(text, str) or choice.get("finish_reason") == "length":
        raise Refusal("The director's answer was cut off.")
    return text


def endpoint() -> Endpoint | None:
    """The endpoint of STUDIO_DIRECTOR, STUDIO_DIRECTOR_MODEL and STUDIO_DIRECTOR_KEY_FILE; None where none is named. Raises Refusal."""
    url = os.environ.get("STUDIO_DIRECTOR", "").strip().rstrip("/")
    if not url.startswith(("http://", "https://")):
        return None
    model = os.environ.get("STUDIO_DIRECTOR_MODEL", "").strip()
    if not urlsplit(url).hostname or not model:
        raise Refusal("STUDIO_DIRECTOR is an address, so STUDIO_DIRECTOR_MODEL must name the model there.")
    file = os.environ.get("STUDIO_DIRECTOR_KEY_FILE", "").strip()
    try:
        key = Path(file).read_text("utf-8").strip() if file else ""
    except (OSError, ValueError):
        raise Refusal("The file of STUDIO_DIRECTOR_KEY_FILE cannot be read.") from None
    return Endpoint(url, model, key)
