"""What a verb asks of a body, and what verbs and adverbs show in a face: tables, and WordNet where they say nothing."""

from __future__ import annotations

from functools import lru_cache

from pipelines.language.lexicon import Table, Words
from pipelines.reading import wordnet as W

ACTION_OF = Table("verbs", "verbs", of="action")
SAYING = Words("verbs", "saying")
# verbs that take both who receives and what is given; and those besides them behind which "to" says whom
DITRANSITIVE = Words("verbs", "ditransitive")
ADDRESSED = Words("verbs", "addressed")
# verbs whose clause is not told as something that happens
UNREAL = Words("verbs", "unreal")
SENSING = Words("verbs", "sensing")
# verbs whose object is not there: it is wished for, looked for or gone
MISSING = Words("verbs", "missing")
GONE = Words("verbs", "gone")  # also what is somebody's own: "lost her cat"
OWNING = Words("verbs", "owning")  # says what belongs to whom; a team that has a striker need not come
AWAY_STATES = Words("verbs", "away states")  # "the cat was gone"
CAUSES = Words("verbs", "causes")  # "made Gretel cook": it happens all the same
TOUCHING = Words("verbs", "touching")
# verb -> part of a body -> action: shaking a head says no, shaking a hand greets
OF_PARTS = Table("verbs", "of parts")
STANDING_VERBS = Words("verbs", "standing verbs")
ANIMATE = Words("verbs", "animate")
# verbs that only one kind of animal does
ANIMAL_OF = Table("verbs", "animal of")
MOTION = frozenset(["walk", "run", "hop", "sneak", "jump", "swim", "fly", "climb", "ride"])
LEAVING = Words("verbs", "leaving")
ENDING = Words("verbs", "ending")

EXPRESSION_OF = Table("verbs", "expressions", turned=True)


@lru_cache(maxsize=4000)
def action_of(verb: str) -> str:
    """The action of a verb: from the table, else of what WordNet says it is a manner of; "" where nothing fits."""
    if verb in ACTION_OF:
        return ACTION_OF[verb]
    for one in W.senses(verb, "v")[:2]:
        for up, steps in W.chain(one.number):
            if steps <= 2:
                for word in W.sense(up).words:
                    if ACTION_OF.get(word) in MOTION and one.file != "verb.motion":
                        continue  # a bell "goes" too
                    if word in ACTION_OF and steps:
                        return ACTION_OF[word]
    return ""


def expression_of(words: tuple[str, ...]) -> str:
    """The first expression that one of the words shows, else ""."""
    return next((EXPRESSION_OF[word] for word in words if word in EXPRESSION_OF), "")
