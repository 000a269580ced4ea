"""Reading and writing scores, texts and verdicts."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.core.settings import Refusal
from pipelines.media.values import Score, Verdict, Words


def load_score(path: Path) -> Score:
    """A MIDI file as it is; what is in it is judged by who reads it. Raises Refusal when it is none."""
    data = path.read_bytes()
    if data[:4] != b"MThd":
        raise Refusal("This is not a MIDI file.")
    return Score(data)


def save_score(score: Score, path: Path) -> None:
    """Write the MIDI file as it is."""
    path.write_bytes(score.midi)


def load_words(path: Path) -> Words:
    """A text file, or the JSON that the studio writes for a text. Raises Refusal."""
    try:
        text = path.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as problem:
        raise Refusal("This text cannot be read; save it as UTF-8.") from problem
    if path.suffix.lower() == ".json":
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("text"), str):
            return Words(found.pop("text"), found)
        raise Refusal("This JSON file is not a text of the studio.")
    return Words(text)


def save_words(words: Words, path: Path) -> None:
    """Write the text and what is known of it as JSON."""
    path.write_text(json.dumps({"text": words.text, **words.detail}, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load_verdict(path: Path) -> Verdict:
    """A verdict as the studio writes it. Raises Refusal."""
    try:
        verdict = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError, OSError):
        verdict = None
    if not isinstance(verdict, dict) or not str(verdict.get("format", "")).startswith("afternoon-studio/verdict"):
        raise Refusal("This JSON file is not a verdict of the studio.")
    return Verdict(verdict)


def save_verdict(verdict: Verdict, path: Path) -> None:
    """Write it as JSON."""
    path.write_text(json.dumps(verdict.detail, ensure_ascii=False, indent=1) + "\n", "utf-8")
