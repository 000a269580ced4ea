"""What somebody of a scene says, changed by hand: word for word in the record, and between quotation marks in its sentence."""

from __future__ import annotations

import re

from pipelines.core.settings import Refusal
from pipelines.scenes.record import MOST_PARTS, SceneRecord, Speech

MOST = 400  # characters of one speech
MARKS = '“”„"‟«»'
# what only says who speaks, before and behind the words: `The fox said: “…”`, `“…” said the fox.`
BEFORE, BEHIND = re.compile(r"(?:^|(?<=[.!?] ))[^.!?,:]{1,60}[,:]\s*$"), re.compile(r"^\s*[a-z][^.!?,:]{1,60}[.!?]")


def set_speech(scene: SceneRecord, who: str, was: str, text: str) -> SceneRecord:
    """The scene in which somebody says `text` instead of what they said (`was`, "" for something more); "" takes it out. Raises Refusal."""
    words = " ".join(text.split())
    if any(mark in words for mark in MARKS) or not words.isprintable():
        raise Refusal("Leave out quotation marks.")
    if len(words) > MOST:
        raise Refusal(f"What somebody says has at most {MOST} letters; this has {len(words)}.")
    old = next((speech for speech in scene.speeches if speech.who == who and speech.text == was), None)
    if was and old is None:
        raise Refusal("This is not said any more; open the stage again.")
    words = _end_like(words, was)
    others = [speech for speech in scene.speeches if speech is not old]
    mine = Speech(who=who, text=words, to=old.to if old else "")
    speeches = [mine if speech is old else speech for speech in scene.speeches] if old and words else others
    speeches += [mine] if words and old is None else []
    if len(speeches) > MOST_PARTS:
        raise Refusal(f"A scene holds at most {MOST_PARTS} sayings.")
    return scene.model_copy(update={"speeches": tuple(speeches), "sentence": _line(scene.sentence, was, words)})


def _end_like(words: str, was: str) -> str:
    """Words that end as those did in whose place they stand, where these go on: `“Come,” said the fox.`"""
    if not words or not was.endswith(","):
        return words
    return words if words[-1] in ",!?…" else words.removesuffix(".") + ","


def _line(line: str, was: str, words: str) -> str:
    """The line with other words between its quotation marks; behind it where nothing was said, unless they stand in it already."""
    found = _quotation_of(was).search(line) if was else None
    if found is None:
        known = words and _quotation_of(words).search(line)
        return line if known or not words else f"{line} “{words}”".strip()
    before, behind = line[: found.start()], line[found.end() :]
    if words:
        return f"{before}“{words}”{behind}"
    if told := BEFORE.search(before):
        before = before[: told.start()]
    if told := BEHIND.match(behind):
        behind = behind[told.end() :]
    return f"{before.rstrip()} {behind.lstrip()}".strip()


def _quotation_of(text: str) -> re.Pattern[str]:
    """The text between quotation marks of any kind."""
    return re.compile(rf"[“\"„‘'«]\s*{re.escape(text)}\s*[”\"“’'»]")
