"""What was read of a scene in the words of the picture model and of the animation: who is drawn and how they differ, how things stand, who moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.language.verbs import ORDINALS
from pipelines.reading.actions import MOTION, action_of
from pipelines.scenes import words as SCENE
from pipelines.scenes.prompt import Thing

if TYPE_CHECKING:
    from pipelines.reading.told import Entity, Event, Sentence, Story, Where

MOST_MOTION = 600
NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PLACES = {
    "meadow": "in a meadow", "forest": "in a forest", "sea": "by the sea", "underwater": "under the sea", "snow": "in the snow",
    "desert": "in the desert", "city": "in the city", "street": "in a street", "room": "in a room", "mountains": "in the mountains",
    "space": "in space", "clouds": "in the clouds",
}  # fmt: skip
HOURS = {"dawn": "at dawn", "sunset": "at sunset", "night": "at night", "day": ""}
WEATHERS = {"rain": "in the rain", "snow": "snowing", "fog": "in the fog", "clear": ""}
ADVERBS = {
    "happy": "happily", "sad": "sadly", "angry": "angrily", "afraid": "fearfully", "surprised": "surprised", "tired": "wearily",
    "in_love": "lovingly",
}  # fmt: skip
BEFORE_NOUN = frozenset(["surprised"])  # faces without an adverb: "the surprised cat jumps"
# verb of a story -> the verb whose movement is nearest to it, of those that the animation knows
NEAREST_MOVE = {
    verb: known
    for known, verbs in {
        "walk": "cross approach step pass lead reach arrive depart advance hike visit stagger limp wade", "run": "hurry rush dart charge scurry scramble sprint speed zoom bolt",
        "jump": "leap spring pounce", "climb": "mount scale descend", "sneak": "hide crawl crouch tiptoe stalk", "dance": "spin whirl twirl sway swing skate celebrate",
        "fly": "hover float rise flap soar", "swim": "bathe splash float dive", "sit": "settle kneel perch squat", "lie": "relax recline curl", "sleep": "doze snore",
        "stand": "wake rise awake remain shiver tremble freeze", "wave": "clap applaud bow curtsey beckon salute signal thank", "point": "indicate aim choose show",
        "hug": "cuddle comfort marry cling stroke pat pet", "take": "grasp snatch pluck collect gather steal seize choose buy borrow harvest discover pick unwrap",
        "give": "lend share serve deliver return feed sell pay", "throw": "hurl fling kick hit strike shoot cast drop scatter sprinkle", "carry": "haul", "push": "shove roll press",
        "pull": "drag tug haul tow", "dig": "plant bury hoe shovel plough plow sow weed", "sweep": "clean wash scrub wipe polish dust mop rinse tidy",
        "cook": "boil fry roast brew prepare bake knead", "paint": "sketch colour color decorate", "write": "sign scribble note draw",
        "knock": "hammer nail chop build repair mend fix saw carve tap pound bang", "play": "strum practise practice perform juggle", "blow": "puff whistle",
        "look": "search explore inspect study examine peer peep peek glance gaze spy discover notice spot meet seek admire listen watch",
        "eat": "chew nibble gobble lick swallow devour taste", "drink": "gulp slurp", "cry": "sniff whimper sob mourn", "laugh": "grin smile chuckle cheer beam",
        "open": "unlock unwrap untie uncover", "close": "lock shut cover", "fall": "collapse trip stumble sink slide topple", "read": "leaf spell",
    }.items()
    for verb in verbs.split()
}  # fmt: skip
TOWARDS = {"cross": "across", "enter": "into", "leave": "from", "pass": "past"}
NEEDS_OBJECT = frozenset(["open", "close", "give", "throw", "carry", "push", "pull"])
# verbs whose object is what is where it is said: "put the phone on the table"
PUTTING = frozenset(
    [
        "put",
        "lay",
        "set",
        "place",
        "leave",
        "hang",
        "drop",
        "pour",
        "hide",
        "keep",
        "find",
        "see",
        "spot",
        "notice",
        "forget",
        "plant",
        "throw",
        "bury",
        "store",
    ]
)
# verbs whose "on", "in" and "under" say where who does it is
EATING = ("eat", "bite", "swallow", "devour", "chew", "munch", "nibble", "taste")
BEING = frozenset(
    [
        "meet",
        "sit",
        "stand",
        "lie",
        "sleep",
        "live",
        "be",
        "stay",
        "wait",
        "rest",
        "perch",
        "climb",
        "jump",
        "land",
        "hide",
        "dance",
        "swim",
        "float",
        "sail",
        "ride",
        "kneel",
        "nap",
        "wake",
        "camp",
        "balance",
        "curl",
        "crouch",
        "hang",
    ]
)
STANDING = ("on", "in", "under", "behind", "in front of", "beside", "above", "below")
# Actions of the body that make sense of an object too; others are not said of a verb that is only a manner of them.
WITH_OBJECT = frozenset(
    [
        "carry",
        "give",
        "take",
        "push",
        "pull",
        "throw",
        "eat",
        "drink",
        "read",
        "write",
        "hug",
        "open",
        "close",
        "look_at",
        "ride",
    ]
)
# How people of one picture word are told apart: (hair, a piece of clothing) by what the figure usually wears.
HAIR = ("brown hair", "black hair", "blonde hair", "brown hair", "ginger hair", "grey hair")
CLOTHES = ("red", "blue", "green", "purple", "white", "yellow")
WORN = {
    "girl": "dress",
    "woman": "dress",
    "boy": "shirt",
    "man": "shirt",
    "grandmother": "scarf",
    "grandfather": "scarf",
}


def looks_of(read: Story, drawn: Mapping[str, str]) -> dict[str, str]:
    """What tells apart people who are drawn by one word, the same in every scene: "with black hair and a blue dress"."""
    met: dict[str, list[str]] = {}
    for one in read.entities:
        noun = drawn.get(one.id, "")
        if noun in WORN and one.count == 1 and one.id not in met.setdefault(noun, []):
            met[noun].append(one.id)
    found = {}
    for noun, ids in met.items():
        for number, id in enumerate(ids if len(ids) > 1 else ()):
            hair, colour = HAIR[number % len(HAIR)], CLOTHES[number % len(CLOTHES)]
            found[id] = f"with {hair} and a {colour} {WORN[noun]}"
    return found


def prompt_of(
    read: Story, nouns: Mapping[str, str], events: Sequence[Event], place: str, sentences: Sequence[Sentence],
    looks: Mapping[str, str] | None = None, mounts: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The scene in words that the picture model knows: things, joined by how they stand to each other, place, hour, weather."""
    names = {id: _named(_thing(read.entity(id), noun), _role(read.entity(id), noun)) for id, noun in nouns.items()}
    joined = joined_by(read, events, nouns, mounts)
    worn = worn_in(read, events)
    for id, name in names.items():
        one, look = read.entity(id), (looks or {}).get(id, "") if id not in worn else ""
        clothes = read.entity(worn[id]) if id in worn else None
        hair = f"with {one.hair}" if one.hair and one.count == 1 else ""
        look = f"{hair} and {look.partition(' and ')[2]}" if hair and look else look or hair
        coat = f"in {_named(Thing(clothes.noun, clothes.said, 1, _colour(clothes), ''))}" if clothes else ""
        names[id] = " ".join(word for word in (name, look, coat) if word)
    seconds = {second for _, second in joined.values()}
    said = []
    for id, name in names.items():
        if id in joined:
            kind, second = joined[id]
            said.append(f"{name} {kind} {names[second]}")
        elif id not in seconds:
            said.append(name)
    last = sentences[-1] if sentences else None
    hour, weather = (last.hour, last.weather) if last else ("", "")
    where = " ".join(word for word in (PLACES.get(place, ""), HOURS.get(hour, "")) if word)
    whole = " ".join(word for word in (", ".join(said), where) if word)
    return ", ".join(word for word in (whole, WEATHERS.get(weather, "")) if word)


def worn_in(read: Story, events: Sequence[Event]) -> dict[str, str]:
    """Who wears what by the words of the scene, and can: "a girl in a yellow dress", "the king puts on an apron"."""
    found = {one.id: one.wears for one in read.entities if one.wears and _wearable(read, one.wears)}
    for event in events:
        if not event.real or event.negated or not event.who:
            continue
        put_on = event.verb in ("wear", "don") or (event.verb == "put" and event.said.endswith(" on"))
        clothes = [w.entity for w in event.where if w.relation == "in"] + (list(event.what) if put_on else [])
        for id in clothes:
            if read.entity(event.who[0]).figure and _wearable(read, id):
                found[event.who[0]] = id
        if event.verb in ("take", "lose", "remove", "drop", "throw") or event.said.endswith(" off"):
            found = {id: worn for id, worn in found.items() if worn not in event.what}
    return found


def _wearable(read: Story, id: str) -> bool:
    from pipelines.scenes.performers import WEARABLE

    return read.entity(id).noun in WEARABLE


def joined_by(
    read: Story, events: Sequence[Event], nouns: Mapping[str, str], mounts: Mapping[str, str] | None = None
) -> dict[str, tuple[str, str]]:
    """How what is drawn stands to one another: first -> (relation, second); each is in one pair only. Riders are on what they ride."""
    joined: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    on = [(rider, "on", host) for rider, host in (mounts or {}).items()]
    near = [
        (event.who[0], "beside", (*event.whom, *event.what)[0])
        for event in events
        if event.real and not event.negated and event.action in ("give", "hug") and event.who
        if (*event.whom, *event.what) and read.entity((*event.whom, *event.what)[0]).figure
    ]
    for first, kind, second in [*on, *_relations(read, events), *near]:
        if first in nouns and second in nouns and first != second and not {first, second} & taken:
            joined[first] = kind, second
            taken |= {first, second}
    return joined


def called_in(
    read: Story, nouns: Mapping[str, str], events: Sequence[Event], mounts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """How each is called in the words for the animation: by its noun, or "second girl" where the picture has several, in their order."""
    joined = joined_by(read, events, nouns, mounts)
    seconds = {second for _, second in joined.values()}
    order = [one for id in nouns if id not in seconds for one in ((id, joined[id][1]) if id in joined else (id,))]
    alike: dict[str, list[str]] = {}
    for id in order:
        alike.setdefault(nouns[id], []).append(id)
    found = dict(nouns)
    for noun, ids in alike.items():
        if len(ids) > 1:
            found |= {id: f"{ordinal} {noun}" for ordinal, id in zip(ORDINALS, ids)}
    return found


def _relations(read: Story, events: Sequence[Event]) -> list[tuple[str, str, str]]:
    from pipelines.scenes.words import RELATIONS

    found = []
    for event in events:
        if not event.real or event.negated or not event.who:
            continue
        if event.action == "ride" and event.what:
            found.append((event.who[0], "on", event.what[0]))
        for where in event.where:
            kind = RELATIONS.get(where.relation, "")
            if kind not in STANDING:
                continue
            if event.verb in ("drop", "throw", "pour") and read.entity(where.entity).figure:
                continue  # it falls on somebody and does not stay there
            if event.verb in PUTTING and event.what:
                found.append((event.what[0], kind, where.entity))
            elif (
                kind in ("beside", "behind", "in front of")
                or event.verb in BEING
                or event.action in ("sit", "lie", "sleep", "ride")
            ):
                found.append((event.who[0], kind, where.entity))
    return found


def _thing(one: Entity, noun: str) -> Thing:
    size = next((SCENE.SIZES[word] for word in one.adjectives if word in SCENE.SIZES), "")
    return Thing(noun, one.said, min(one.count, SCENE.MOST), _colour(one), size)


def _colour(one: Entity) -> str:
    return SCENE.COLOUR_WORDS.get(one.colour, "")


def _role(one: Entity, noun: str) -> str:
    """ "female" before a profession whose figure is a man, and the other way round; "" where the figure fits."""
    from pipelines.figures import everything
    from pipelines.figures.vocabulary import FEMALE
    from pipelines.scenes.performers import kinds

    kind = kinds().get(noun, "")
    table = everything().get(kind, {})
    if (
        one.kind != "person"
        or not one.gender
        or table.get("face") != "person"
        or kind in WORN
        or kind in ("baby", "king", "queen", "prince", "princess")
    ):
        return ""
    usual = "f" if kind in FEMALE or float(str(table.get("lash", 0))) > 0 else "m"
    return "" if usual == one.gender else {"f": "female", "m": "male"}[one.gender]


def _named(thing: Thing, role: str = "") -> str:
    words = " ".join(word for word in (thing.size, thing.colour, role, thing.noun) if word)
    if thing.count == 1:
        return words if _plural(thing.noun) else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    return f"{NUMBERS[min(thing.count, 12)]} {_several(words)}"


def _plural(noun: str) -> bool:
    return noun in (
        "glasses",
        "grapes",
        "cherries",
        "pancakes",
        "stairs",
        "books",
        "fries",
        "headphones",
        "scissors",
        "crossed swords",
    )


def _several(words: str) -> str:
    from pipelines.scenes.words import IRREGULAR

    head, _, last = words.rpartition(" ")
    irregular = next((many for many, one in IRREGULAR.items() if one == last), "")
    if irregular:
        return f"{head} {irregular}".strip()
    if last.endswith("ss"):
        return f"{words}es"
    if _plural(last) or last.endswith("s"):
        return words
    if last.endswith("y") and last[-2] not in "aeiou":
        return f"{words[:-1]}ies"
    return f"{words}{'es' if last.endswith(('x', 'ch', 'sh')) else 's'}"


def motion_of(
    read: Story, nouns: Mapping[str, str], events: Sequence[Event], faces: Mapping[str, str] | None = None,
    mounts: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """What moves, in words that the animation knows: who is drawn, how, the verb, what and whom with, and where to."""
    called = called_in(read, nouns, events, mounts)
    laughing = {id for event in events if event.action == "laugh" for id in event.who}
    said = [
        _moves(read, called, event, faces or {}, mounts or {})
        for event in events
        if event.real and not event.negated and not (event.action == "cry" and laughing & set(event.who))
    ]
    said = [one for one in said if one]
    return " ".join(said)[:MOST_MOTION].rpartition(".")[0] + "." if said else ""


def _moves(
    read: Story, nouns: Mapping[str, str], event: Event, faces: Mapping[str, str], mounts: Mapping[str, str]
) -> str:
    """One deed as a sentence; "" for what cannot be shown."""
    ridden = {mounts[id] for id in event.who if id in mounts}
    who = [id for id in event.who if id in nouns and id not in ridden]
    if event.verb == "land" and (flown := [id for id in event.what if id in nouns] or who):
        return f"{_listed([f'the {nouns[id]}' for id in flown]).capitalize()} {'flies' if len(flown) == 1 else 'fly'} down."
    verb = _shown_verb(read, nouns, event)
    if not who or not verb:
        return ""
    if event.action in MOTION and all(id in mounts for id in who):
        verb = "ride"
    face = next((ADVERBS[faces[id]] for id in event.who if faces.get(id) in ADVERBS), "")
    before = f"{face} " if face in BEFORE_NOUN else ""
    verb, things = _with_whom(nouns, event, verb)
    particle = event.said.partition(" ")[2]
    particle = "" if things.startswith(f"{particle} ") else particle  # "climbs down the rope"
    goal = ""
    if particle != "home":
        goal = next((_goal(read, nouns, w.relation, w.entity) for w in event.where if not _worn(read, w)), "")
    form = _third(verb) if len(who) == 1 else verb
    words = (
        _listed([f"the {before}{nouns[id]}" for id in who]).capitalize(),
        "" if before else face,
        form,
        things,
        particle,
        goal,
    )
    return " ".join(word for word in words if word) + "."


def _listed(names: Sequence[str]) -> str:
    """ "the fox, the crow and the hen", each once."""
    names = list(dict.fromkeys(names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _with_whom(nouns: Mapping[str, str], event: Event, verb: str) -> tuple[str, str]:
    """The verb with whom and what it is done with: "gives the king the apple", "waves at the tiger", "runs to the woman"."""
    placed = {where.entity for where in event.where}
    whom = [f"the {nouns[id]}" for id in event.whom if id in nouns and id not in placed]
    what = [f"the {nouns[id]}" for id in event.what if id in nouns]
    whom, what = [_listed(whom)] if whom else [], [_listed(what)] if what else []
    if event.action == "eat" and event.verb not in EATING and any(id in nouns for id in event.what):
        return "look", f"at {what[0]}"  # who is licked is not eaten
    if verb != event.verb and what and verb in ("walk", "run", "knock"):
        return verb, f"{TOWARDS.get(event.verb, 'on' if verb == 'knock' else 'to')} {what[0]}"
    if verb == "climb" and what and event.said.partition(" ")[2]:
        return verb, f"{event.said.partition(' ')[2]} {what[0]}"
    if verb == "drink" and what:
        return verb, f"from {what[0]}"  # what is drunk is drawn as what it is in
    if verb == "wave" and what and not whom:
        return verb, f"at {what[0]}"
    if verb in ("give", "throw") and not what and whom and verb == "give":
        return "walk", f"to {whom[0]}"  # what is given has no picture
    if not whom:
        return verb, f"at {what[0]}" if verb == "look" and what else " ".join(what)
    if not what and verb in ("bring", "carry", "fetch"):
        return "walk", f"to {whom[0]}"  # what is brought has no picture; nobody is carried for it
    if event.action in MOTION:
        return verb, " ".join((*what, "to", whom[0]))
    if verb in ("wave", "look", "laugh", "smile", "point", "stare", "gaze", "shout", "wait"):
        return verb, " ".join((*what, "at", whom[0]))
    return verb, " ".join((*whom, *what)) if what else f"to {whom[0]}"


def _worn(read: Story, where: Where) -> bool:
    """ "In a yellow dress" is no place."""
    from pipelines.reading import wordnet as W

    return where.relation == "in" and W.is_a(read.entity(where.entity).noun, "clothing")


def _goal(read: Story, nouns: Mapping[str, str], relation: str, id: str) -> str:
    noun = nouns.get(id, read.entity(id).noun)
    return "home" if noun == "home" else f"{relation} the {noun}"


def _shown_verb(read: Story, nouns: Mapping[str, str], event: Event) -> str:
    """The verb that the animation knows for a deed; "" where a body cannot show it: what is ordered, or what a thing does by itself."""
    from pipelines.language.doings import verb_of
    from pipelines.reading.actions import SAYING
    from pipelines.scenes.things import tall_behind

    own = verb_of(event.verb) or verb_of(event.said.partition(" ")[0])
    figures = any(read.entity(id).figure for id in event.who)
    if not figures and (event.said.endswith(" out") or any(tall_behind(nouns.get(id, "")) for id in event.who)):
        return ""  # a light goes out; houses stay where they are
    drawn = [id for id in (*event.what, *event.whom) if id in nouns]
    if event.action == "wave" and figures:
        return "wave"  # shakes a hand, says goodbye
    own = own or (verb_of(NEAREST_MOVE.get(event.verb, "")) if figures else "")
    built = [id for id in event.what if id in nouns and not read.entity(id).figure]
    if own == "knock" and event.verb != "knock" and not built:
        return ""  # who builds a snowman, or what has no picture, does not knock on it
    if figures and not drawn and NEEDS_OBJECT & {event.action, own}:
        return ""  # "opens his mouth", or what is given has no picture
    if own:
        return own if figures or action_of(own) not in ("look_at", "speak", "read", "write") else ""
    if not figures or (event.action == "talk" and event.verb not in SAYING):
        return ""
    if event.action == "speak" and (event.verb not in SAYING or any(not read.entity(id).figure for id in event.what)):
        return ""
    if (event.what and event.action not in WITH_OBJECT) or (not event.what and event.action in ("take", "give")):
        return ""
    return verb_of(event.action.partition("_")[0])


def _third(verb: str) -> str:
    """The third person of a plain verb."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}{'es' if verb.endswith(('s', 'x', 'ch', 'sh', 'o')) else 's'}"
