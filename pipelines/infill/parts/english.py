"""Is a text English? Told by function words of the commonest languages in Latin letters, and by words that English does not have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from pipelines.infill.parts.blanks import Blank
from pipelines.infill.parts.vocabulary import Vocabulary

ENGLISH_ONLY = (
    "The studio's own models write English only; in another language their words mean little. Please write in English."
)
LEAST = 3  # words that are needed to tell
STRANGE = 0.5  # share of words that English does not have, above which a text is in another language
SURE = 0.25  # share of English function words with which a text is English all the same (names, foreign dishes)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SENTENCE_END = re.compile(r"[.!?…]['\"”’)]*\s|\n")
ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "is",
        "was",
        "were",
        "are",
        "be",
        "been",
        "it",
        "its",
        "that",
        "this",
        "these",
        "those",
        "with",
        "for",
        "from",
        "by",
        "as",
        "not",
        "have",
        "has",
        "had",
        "he",
        "she",
        "they",
        "you",
        "we",
        "i",
        "his",
        "her",
        "their",
        "our",
        "your",
        "my",
        "at",
        "which",
        "who",
        "what",
        "when",
        "where",
        "there",
        "would",
        "could",
        "should",
        "will",
        "can",
        "if",
        "into",
        "than",
        "then",
        "about",
        "over",
        "after",
        "before",
        "because",
        "don't",
        "didn't",
        "doesn't",
        "isn't",
        "it's",
        "i'm",
    ]
)
BOTH = frozenset(
    "a an in on do no me so or us am i o e as hun men son dont pour die over sin van".split()  # noqa: SIM905
)  # words of English too
OTHERS: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) - ENGLISH - BOTH
    for language, words in {
        "German": "der die das den dem des ein eine einen einem einer eines und ist sind war waren nicht mit von zu zum zur im am auf für als auch "
        "sich es er sie wir ihr ich du mein meine sein seine ihre hat haben hatte wird werden wurde kann bei nach aus über wenn dass daß oder aber "
        "noch nur wie vor durch um keine kein jeden jeder diese dieser dieses",
        "French": "le la les un une des du de et est sont était étaient ne pas avec pour dans sur au aux par que qui ce cette ces il elle ils elles nous "
        "vous je tu mon ma mes son sa ses leur leurs ont avait être fait plus où mais ou comme quand dont en y se l'on c'est n'est d'un d'une qu'il qu'elle",
        "Spanish": "el la los las un una unos unas de del y es son era eran no con para por en al que quien este esta estos estas ese esa él ella ellos "
        "nosotros yo tú mi mis su sus se lo le les ha han había está están fue muy más pero como cuando donde todos todas sin sobre entre hay",
        "Italian": "il lo la i gli le un uno una di del della dei delle e è sono era erano non con per nel nella al alla da dal che chi questo questa lui "
        "lei noi voi io mio mia suo sua si ha hanno aveva più ma come quando dove anche molto sul sulla degli",
        "Portuguese": "o a os as um uma uns umas de do da dos das e é são era eram não com para por em no na nos nas que quem este esta esse essa ele ela "
        "eles nós eu meu minha seu sua se ao à há tem foi muito mais mas como quando onde também",
        "Dutch": "de het een en is zijn was waren niet met van voor op in aan te dat die dit deze hij zij ze wij we ik je jij mijn haar hun heeft hebben "
        "had wordt worden werd naar uit over als maar ook nog er om bij geen door",
        "Swedish, Danish or Norwegian": "och en ett den det som är var inte med av för på till i att han hon de vi jag du min sin har hade blir kan "
        "men om eller när där från og er ikke af til han hun det at jeg på et den som har ble med fra sig seg",
        "Polish": "i w na z do nie się jest są był była było to że o po za od dla jak ale czy ten ta te jego jej ich on ona oni ja ty my przez",
    }.items()
}


def is_foreign(text: str, known: Collection[str]) -> bool:
    """Whether a text is in another language than English; of fewer than LEAST words nothing is said, unless its letters are not Latin.

    `known` are the words of English.
    """
    letters = [c for c in text if c.isalpha()]
    if sum("LATIN" not in unicodedata.name(c, "LATIN") for c in letters) > STRANGE * len(letters):
        return len(letters) >= LEAST
    words = [word.lower().replace("’", "'") for word in WORD.findall(text.replace("_", " "))]
    if len(words) < LEAST:
        return False
    strange = sum(not _is_known(word, known) for word in words)
    english = sum(word in ENGLISH for word in words)
    other = max(sum(word in its for word in words) for its in OTHERS.values())
    if other > english and (other >= 2 or strange > STRANGE * len(words)):
        return strange > 0.25 * len(words)
    return strange > STRANGE * len(words) and english < SURE * len(words)


def _is_known(word: str, known: Collection[str]) -> bool:
    """Whether English has a word, with or without its accents, its possessive or what an apostrophe leaves out."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return any(part in known for part in (bare, bare.split("'")[0])) if bare.isascii() else False


def sentence_around(before: str, after: str) -> str:
    """The sentence that holds the place between two texts, without what is in the place."""
    ends = list(SENTENCE_END.finditer(before))
    begun = before[ends[-1].end() :] if ends else before
    end = SENTENCE_END.search(after)
    return f"{begun} {after[: end.end()] if end else after}"


def foreign_near(parts: Sequence[str | Blank], known: Collection[str], reach: int = 600) -> bool:
    """Whether a blank stands in another language than English: by its sentence, or by `reach` characters to each side where that is short."""
    for number, part in enumerate(parts):
        if isinstance(part, str):
            continue
        before = " ".join(one for one in parts[:number] if isinstance(one, str))
        after = " ".join(one for one in parts[number + 1 :] if isinstance(one, str))
        own = sentence_around(before[-2000:], after[:2000])
        near = own if len(WORD.findall(own)) > LEAST else f"{before[-reach:]} {after[:reach]}"
        if is_foreign(near, known):
            return True
    return False


def foreign_notes(parts: Sequence[str | Blank], vocabulary: Vocabulary) -> list[str]:
    """One sentence where a blank does not stand in English, and the network knows English only."""
    return [ENGLISH_ONLY] if vocabulary.known is not None and foreign_near(parts, vocabulary.known) else []
