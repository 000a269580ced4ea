"""What a verb asks of a body, and what verbs and adverbs show in a face: tables."""

from __future__ import annotations

from pipelines.language.lexicon import Table, Words

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


def action_of(verb: str) -> str:
    """The action of a verb by the table; "" for any other."""
    return ACTION_OF.get(verb, "")


def expression_of(words: tuple[str, ...]) -> str:
    """The first expression that one of the words shows, else ""."""
    return next((EXPRESSION_OF[word] for word in words if word in EXPRESSION_OF), "")
