"""Who speaks in a film: words in quotation marks become lines of their speakers, each in a voice of their own; the narrator says the rest.

A scene's speakers are those that a hand chose on the stage, else those that the reader found (`told`). Where the line was changed after it was
read, the words around a quotation say who speaks, if they name somebody whom the film knows. A speaker keeps one voice over the whole film.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from pipelines.audio.voices import LANGUAGES, describe_voices
from pipelines.core.models import ASSETS
from pipelines.reading.quotes import QUOTED, SAID
from studio.film.reading import ReadEntity
from studio.film.storyboard import Scene, Storyboard

NARRATOR = "Narrator"
PAUSE_SECONDS = 0.18  # between lines of a conversation; twice that where the speaker changes
MOST_SPEAKERS = 12
FIRST_PERSON = "i"  # the noun of who tells the story
OLD = frozenset(["grandmother", "grandfather", "king", "wizard", "santa"])
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks: the name before their lines, the word by which the pictures show them (" 2" for the second of one word), whose voices suit."""

    label: str
    word: str = ""
    suits: str = "other"
    narrates: bool = False


@dataclass(frozen=True)
class Script:
    """A scene's line as a script for Narrate; `speakers` in the order in which they speak, without the narrator."""

    text: str
    cast: str
    speakers: tuple[Speaker, ...] = field(default=())


def parts(line: str) -> list[tuple[str, bool, str, str]]:
    """A line as stretches: words, whether they are spoken in it, and for a quotation what stands before and behind it."""
    stretches, at = list[tuple[str, bool, str, str]](), 0
    for match in QUOTED.finditer(line):
        before = line[at : match.start()]
        if before.strip(" ,;:—–-"):
            stretches.append((before.strip(), False, "", ""))
        group = next(part for part in match.groups() if part is not None)
        stretches.append(
            (
                group.strip(),
                True,
                line[max(0, match.start() - 80) : match.start()],
                line[match.end() : match.end() + 80],
            )
        )
        at = match.end()
    if line[at:].strip(" ,;:—–-."):
        stretches.append((line[at:].strip(" ,;:—–-"), False, "", ""))
    return stretches


def speakers_of(scene: Scene, board: Storyboard) -> list[Speaker | None]:
    """The speaker of each quotation of a scene's line, None where it is the narrator's."""
    known = {entity.id: entity for entity in scene.reading.entities} if scene.reading else {}
    read = scene.reading.speeches if scene.reading else ()
    staged = list(scene.record.speeches) if scene.record and scene.record.hand else []
    speakers: list[Speaker | None] = []
    last: Speaker | None = None
    for text, quoted, before, behind in parts(scene.line):
        if not quoted:
            continue
        if chosen := next((entry for entry in staged if entry[0] == text and entry[1]), None):
            staged.remove(chosen)
            last = _speaker_shown(chosen[1], scene, board)
            speakers.append(last)
            continue
        speech = next((entry for entry in read if entry.text == text), None)
        who = [known[id] for id in (speech.who if speech else ()) if id in known]
        if who:
            last = _speaker(who[0], board)
        elif speech is None:  # "It is lost," said the owl. "Somebody waits for it.": who has just spoken goes on
            last = _speaker_named(before, behind, board) or last
        else:
            last = None
        speakers.append(last)
    return speakers


def _speaker_shown(word: str, scene: Scene, board: Storyboard) -> Speaker:
    """Who is shown by a word in a scene: somebody whom the reader knows, there or elsewhere in the film, else whoever has that look."""
    read = [one for other in (scene, *board.scenes) for one in (other.reading.entities if other.reading else ())]
    known = (_speaker(one, board) for one in read if one.kind in ("person", "animal"))
    return next((one for one in known if one.word == word), Speaker(_label(word), word, _suits(word, word)))


def _speaker(entity: ReadEntity, board: Storyboard) -> Speaker:
    called = entity.called or entity.pictured_as
    ordinal, _, rest = called.partition(" ")
    word = f"{rest} {ORDINALS.index(ordinal) + 1}" if ordinal in ORDINALS and rest else called
    suits = _suits(entity.noun, called, entity.gender, entity.adjectives)
    return Speaker(
        _label(entity.name or f"{_order(entity, board)} {entity.noun}"),
        word,
        suits,
        narrates=entity.noun == FIRST_PERSON,
    )


def _order(entity: ReadEntity, board: Storyboard) -> str:
    """ "first" or "second" of several without names whom one word means, the same over the whole film; "" for the only one."""
    read = [other for scene in board.scenes for other in (scene.reading.entities if scene.reading else ())]
    alike = {other.id for other in read if other.noun == entity.noun and not other.name and other.count == 1}
    order = sorted(alike, key=lambda id: (len(id), id))
    place = order.index(entity.id) if entity.id in order else len(ORDINALS)
    return ORDINALS[place] if len(order) > 1 and place < len(ORDINALS) else ""


def _label(name: str) -> str:
    """A name as a script has it: at most three words, each with a capital."""
    words = re.findall(r"[\w’'-]+", name)[-3:]
    return " ".join(word[:1].upper() + word[1:] for word in words) or "Somebody"


def _suits(text: str, called: str, gender: str = "", adjectives: frozenset[str] = frozenset()) -> str:
    """Whose voices suit, by age and gender: `said` is the noun of the story, `called` the word of the pictures."""
    from pipelines.figures.vocabulary import vocabulary
    from pipelines.scenes.performers import kinds

    noun = called.removeprefix(f"{called.partition(' ')[0]} ") if called.partition(" ")[0] in ORDINALS else called
    kind = kinds().get(noun, noun.replace(" ", "_"))
    gender = gender or ("f" if kind in vocabulary().female else "m" if kind in vocabulary().male else "")
    words = adjectives | {noun, text}
    if not gender:
        return "other"
    if kind in OLD or words & {"old", "elderly", "ancient"}:
        return "old woman" if gender == "f" else "old man"
    if kind in ("girl", "boy", "baby") or words & {"little", "young", "small", "child", "baby"}:
        return "girl" if gender == "f" else "boy"
    return "woman" if gender == "f" else "man"


def _speaker_named(before: str, behind: str, board: Storyboard) -> Speaker | None:
    """Who the words around a quotation name: `said the fox`, `Anna asked`; None where they name nobody of the film."""
    known = everybody(board)
    words = "|".join(sorted((re.escape(word) for word in known), key=len, reverse=True))
    if not words:
        return None
    who = rf"(?:the |an? |my |our |her |his )?(?:[a-z]+ ){{0,2}}?({words})\b"
    for text, pattern in (
        (behind, rf"^[\s,]*(?:{SAID})\s+{who}"),
        (behind, rf"^[\s,]*{who}\s+(?:\w+ly\s+)?(?:{SAID})\b"),
        (before, rf"{who}\s+(?:\w+ly\s+)?(?:{SAID})\b[^.!?]{{0,40}}[,:]\s*$"),
    ):
        if match := re.search(pattern, text, re.IGNORECASE):
            return known[match[1].lower()]
    return None


def everybody(board: Storyboard) -> dict[str, Speaker]:
    """Everybody by the words that mean them: names and nouns of the reader, and figures of the pictures."""
    from studio.film import cast

    speakers: dict[str, Speaker] = {}
    for shown in cast.people(board).values():
        for figure in shown:
            label = _label(figure.name or figure.word)
            speakers.setdefault(figure.word, Speaker(label, figure.noun, _suits(figure.noun, figure.noun)))
    for scene in board.scenes:
        for one in scene.reading.entities if scene.reading else ():
            if one.kind in ("person", "animal"):
                for word in {(one.name or one.noun).lower(), one.noun.lower()}:
                    if word and word != FIRST_PERSON:
                        speakers[word] = _speaker(one, board)
    return speakers


def voices(board: Storyboard) -> dict[str, str]:
    """The voice of every speaker of a film by their name, always the same for the same people; no two share one while there are enough."""
    chosen: dict[str, str] = {}
    order = [
        speaker for scene in board.scenes if scene.line for speaker in speakers_of(scene, board) if speaker is not None
    ]
    own = {word: member.character.voice for word, member in board.cast.items()}
    for one in order:
        if one.narrates:
            chosen[one.label] = board.voice
        elif one.label not in chosen and (voice := own.get(one.label.lower()) or own.get(one.word)):
            chosen[one.label] = voice
    for one in sorted(order, key=lambda one: one.suits == "other"):  # whom any voice suits choose last
        if one.label in chosen:
            continue
        suits = _suiting(one.suits, board.voice)
        start = zlib.crc32(one.label.encode()) % 2  # the first two suit best
        turn = (*suits[start:], *suits[:start])
        taken = {board.voice, *chosen.values()}
        chosen[one.label] = next(
            (voice for voice in turn if voice not in taken), next((v for v in turn if v != board.voice), board.voice)
        )
    return chosen


@cache
def _suiting(suits: str, narrator: str) -> tuple[str, ...]:
    """Voices for a kind of speaker in the narrator's language, those that suit best first."""
    language = LANGUAGES.get(narrator[:1], "en")[:2]
    if language == "en":
        return tuple(json.loads((ASSETS / "voices" / "speakers.json").read_text("utf-8"))[suits])
    man = suits in ("boy", "man", "old man")
    alike = [voice for voice in describe_voices() if LANGUAGES[voice[0]] == language]
    return tuple(sorted(alike, key=lambda voice: (describe_voices()[voice]["gender"] == "man") != man))


def script_of(scene: Scene, board: Storyboard, voice: str) -> Script | None:
    """A scene's line as a script with the voices of its speakers; None where nobody but the narrator says anything."""
    line = scene.line
    who = speakers_of(scene, board) if QUOTED.search(line) else []
    if not any(who):
        return None
    lines, turn, feelings = list[str](), iter(who), _feelings(scene)
    for text, quoted, _, _ in parts(line):
        speaker = next(turn) if quoted else None
        label = speaker.label if speaker is not None else NARRATOR
        sentence = " ".join(text.split())
        style = feelings.get(speaker.word, "") if speaker is not None else ""
        opening = f"{label} ({style}): " if style else f"{label}: "
        if lines and lines[-1].startswith(opening):
            lines[-1] += f" {sentence}"
        else:
            lines.append(f"{opening}{sentence}")
    speakers = tuple({one.label: one for one in who if one is not None}.values())[:MOST_SPEAKERS]
    known = voices(board)
    cast = ", ".join(
        f"{name} = {given}" for name, given in ((NARRATOR, voice), *((one.label, known[one.label]) for one in speakers))
    )
    return Script("\n".join(lines), cast, speakers)


def _feelings(scene: Scene) -> dict[str, str]:
    """How those of a scene's record speak whose mood it names, by the word of the pictures (" 2" for the second of one word)."""
    from pipelines.narrate.parts.script import style_of_mood

    cast = scene.record.cast if scene.record else {}
    return {word: style for word, actor in cast.items() if (style := style_of_mood(actor.mood))}


def seen_speaking(script: Script, prompt: str, staged: Collection[str] = ()) -> str:
    """Which figures of a picture speak, as `animate.layers` takes it: those whom the picture's description shows, or who are `staged` in it."""
    from pipelines.scenes.performers import describe_figures, members

    plain = describe_figures(prompt).prompt.lower()
    shown = members(plain)
    entries = []
    for speaker in script.speakers:
        noun, _, number = speaker.word.rpartition(" ")
        noun, at = (noun, int(number)) if noun and number.isdecimal() else (speaker.word, 1)
        there = noun in shown and len(re.findall(rf"\b{re.escape(noun)}\b", plain)) >= at
        if speaker.word in staged if staged else there:
            entries.append(f"{speaker.label} = {speaker.word}")
    return "; ".join(entries)


def speakers_to_label(script: Script | None, seen: str) -> frozenset[str]:
    """Speakers whom subtitles name: all where several speak, and whoever is not in the picture."""
    if script is None:
        return frozenset()
    shown = {entry.partition(" = ")[0] for entry in seen.split("; ")}
    several = len(script.speakers) > 1
    return frozenset(speaker.label for speaker in script.speakers if several or speaker.label not in shown)
