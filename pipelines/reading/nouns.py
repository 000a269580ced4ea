"""What kind of thing a noun names: a person, an animal, a place, a thing that can be seen, or nothing of these. From WordNet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipelines.core.models import load
from pipelines.reading import given
from pipelines.reading import wordnet as W
from pipelines.reading.cards import NAMES

BEINGS = frozenset(
    [
        "giant",
        "dwarf",
        "robot",
        "snowman",
        "scarecrow",
        "puppet",
        "genie",
        "mermaid",
        "angel",
        "devil",
        "monster",
        "alien",
        "unicorn",
        "dragon",
        "ghost",
        "cyborg",
        "android",
    ]
)
# where somebody can be; WordNet's own words for the kinds
PLACES = (
    "location", "structure", "geological_formation", "body_of_water", "way", "land", "vegetation", "community", "ground", "room", "country",
    "shore", "sky", "tract", "workplace", "settlement", "geographical_area", "meadow", "garden", "excavation", "wetland", "stream", "world", "shade",
)  # fmt: skip
NOT_SEEN = (
    "time",
    "feeling",
    "cognition",
    "communication",
    "act",
    "event",
    "attribute",
    "state",
    "motive",
    "quantity",
    "relation",
    "process",
    "top",
)
FIGURES = ("person", "animal")
OWN_KINDS = {
    "dark": "",
    "darkness": "",
    **dict.fromkeys(
        [
            "book",
            "letter",
            "map",
            "newspaper",
            "card",
            "painting",
            "ticket",
            "sign",
            "flag",
            "scroll",
            "gift",
            "present",
            "picture",
            "photograph",
            "diary",
            "poster",
            "stamp",
        ],
        "thing",
    ),
    "market": "place",
    "queen": "person",
    "crown": "thing",
    "tooth": "thing",
    "zoo": "place",
    "circus": "place",
    "fair": "place",
    "rock": "thing",
    "pizza": "thing",
    "tiger": "animal",
    "cow": "animal",
    "lap": "",
    "turn": "",
    "attention": "",
    "ice cream": "thing",
    "stairs": "thing",
    "stair": "thing",
    "elevator": "thing",
    "phone": "thing",
    "detective": "person",
    "wood": "place",
    "woods": "place",
    "home": "place",
    "town": "place",
    "city": "place",
    "mill": "place",
    "gold": "thing",
    "money": "thing",
    "treasure": "thing",
    "door": "thing",
    "window": "thing",
    "gate": "thing",
    "wall": "thing",
    "hole": "thing",
    "chimney": "thing",
    "sun": "thing",
    "water": "thing",
    "bell": "thing",
    "music": "",
    "way": "",
    "side": "",
    "place": "",
    "middle": "",
    "end": "",
    "top": "",
    "front": "",
    "back": "",
    "foot": "body",
    "kid": "person",
    "light": "thing",
    "food": "thing",
    "soup": "thing",
    "clothes": "thing",
    "corner": "thing",
    "floor": "place",
    "finish": "place",
    "snow": "thing",
    "ice": "thing",
    "nobody": "",
    "nothing": "",
    "world": "place",
    "bone": "thing",
    "feather": "thing",
    "egg": "thing",
    "skin": "thing",
    "wool": "thing",
    "game": "",
    "wind": "thing",
    "nest": "place",
    "yard": "place",
    "orchard": "place",
    "cave": "place",
    "pond": "place",
    "pool": "place",
    "race": "",
    "piece": "",
    "bed": "thing",
    "kitchen": "place",
    "pitcher": "thing",
    "crane": "animal",
    "swallow": "animal",
    "crumb": "thing",
    "star": "thing",
    "cheat": "person",
    "horn": "body",
    "breath": "",
    "dinner": "",
    "supper": "",
    "breakfast": "",
    "meal": "",
    "lunch": "",
    "others": "",
    "other": "",
    "cook": "person",
    "fly": "animal",
    "salt": "thing",
    "jack": "person",
    "kite": "thing",
    "turkey": "animal",
    "bat": "animal",
    "ray": "thing",
    "seal": "animal",
    "mole": "animal",
    "bug": "animal",
    "log": "thing",
    "help": "",
    "love": "",
    "dream": "",
    "storm": "thing",
    "rain": "thing",
    "chest": "thing",
    "bark": "",
    "ruler": "thing",
    "miller": "person",
    "hood": "thing",
    "screw": "thing",
    "knocker": "thing",
    "family": "person",
    "couple": "person",
    "crew": "person",
    "crowd": "person",
    "audience": "person",
    "team": "person",
    "cry": "",
    "song": "",
    "noise": "",
    "smell": "",
    "name": "",
    "voice": "",
    "word": "",
}  # fmt: skip  where WordNet's commonest sense is not the one of stories
FEMALE = frozenset(
    [
        "woman",
        "girl",
        "mother",
        "grandmother",
        "grandma",
        "granny",
        "mum",
        "mummy",
        "mom",
        "sister",
        "aunt",
        "daughter",
        "wife",
        "queen",
        "princess",
        "witch",
        "lady",
        "maid",
        "hen",
        "cow",
        "ewe",
        "mare",
        "niece",
        "goddess",
        "nun",
        "bride",
        "widow",
        "heroine",
        "lioness",
        "actress",
        "duchess",
        "empress",
        "fairy",
        "nurse",
        "waitress",
        "hostess",
        "mistress",
        "madam",
        "doe",
        "vixen",
        "goose",
        "milkmaid",
        "stepmother",
        "stepsister",
        "godmother",
        "mermaid",
        "dancer",
    ]
)
MALE = frozenset(
    [
        "man",
        "boy",
        "father",
        "grandfather",
        "grandpa",
        "dad",
        "daddy",
        "brother",
        "uncle",
        "son",
        "husband",
        "king",
        "prince",
        "wizard",
        "gentleman",
        "lord",
        "monk",
        "bull",
        "rooster",
        "cock",
        "ram",
        "stallion",
        "nephew",
        "god",
        "groom",
        "hero",
        "emperor",
        "duke",
        "knight",
        "fisherman",
        "stag",
        "stepfather",
        "grandson",
        "stepbrother",
        "godfather",
        "sir",
    ]
)
BOTH = frozenset(["child", "baby", "kid", "person", "friend", "cousin", "doctor", "teacher", "robot"])
MEASURES = frozenset(
    [
        "bunch",
        "piece",
        "pair",
        "bundle",
        "loaf",
        "grain",
        "cluster",
        "flock",
        "herd",
        "heap",
        "slice",
        "drop",
        "lot",
        "number",
        "group",
        "crowd",
        "kind",
        "sort",
        "bit",
        "pile",
        "row",
        "handful",
        "couple",
        "dozen",
        "swarm",
        "pack",
        "bowl",
        "plate",
        "spoonful",
        "lump",
        "sheet",
        "blade",
        "sip",
        "bite",
        "armful",
        "hundred",
        "thousand",
        "rest",
        "part",
    ]
)
COLLECTIVE = frozenset(
    [
        "bunch",
        "bundle",
        "cluster",
        "flock",
        "herd",
        "heap",
        "lot",
        "number",
        "group",
        "crowd",
        "pile",
        "row",
        "handful",
        "dozen",
        "swarm",
        "pack",
        "couple",
        "pair",
        "hundred",
        "thousand",
    ]
)
GATHERED = {
    "family": 3,
    "couple": 2,
    "crew": 3,
    "crowd": 4,
    "audience": 4,
    "team": 3,
}  # one word for several people: how many are shown
PAIRS = {"twin": 2, "parent": 2, "grandparent": 2, "spouse": 2}  # how many they are where no number is said
CONTAINERS = frozenset(["bowl", "plate", "sheet"])


@lru_cache(maxsize=4000)
def kind_of(noun: str, acts: bool = False) -> str:
    """person, animal, place, thing, body, or "" for what cannot be seen. `acts` says that it does something, as only the living do."""
    noun = noun.lower()
    if noun in OWN_KINDS:
        return OWN_KINDS[noun]
    if noun in BEINGS or noun in FEMALE or noun in MALE:
        return _living(noun)
    senses = [one for one in W.senses(noun) if not one.proper]
    if not senses:
        last = noun.split()[-1]
        return kind_of(last, acts) if last != noun else "thing"
    kinds = [_kind(one) for one in senses[:5]]
    first = kinds[0]
    if first == "person" and (beast := _beast(noun, senses)):  # WordNet's first tiger, whale and giraffe are people
        return beast
    if first == "person" and not acts and _made(senses):
        return "thing"
    if first == "food" or (acts and first not in FIGURES):
        most = senses[0].count
        living = [k for k, one in zip(kinds, senses) if k in FIGURES and most <= 10 * (one.count + 1)]
        if living and ((acts and living[0] in kinds[:2]) or (first == "food" and living[0] == "animal")):
            return living[0]
    if first == "":
        first = next((k for k, one in zip(kinds, senses) if k and 3 * one.count >= senses[0].count), "")
    return "thing" if first == "food" else first


def _beast(noun: str, senses: Sequence[W.Sense]) -> str:
    """ "animal" where a word for an animal is a person by its first sense only as a figure of speech: both are as seldom counted."""
    animal = next((one for one in senses[:5] if _kind(one) == "animal" and one.words[0].lower() == noun), None)
    return "animal" if animal is not None and senses[0].count <= animal.count + 1 else ""


def _made(senses: Sequence[W.Sense]) -> bool:
    """Whether a word for a person is as often one for a thing that is made: a stroller, a digger, a jumper."""
    made = next((one for one in senses[:4] if one.file == "artifact"), None)
    people = [one.count for one in senses if one.file == "person"]
    return made is not None and max(people) <= min(1, made.count + 1)


def _living(noun: str) -> str:
    kinds = [_kind(one) for one in W.senses(noun)[:6]]
    if kinds[:1] == ["animal"]:
        return "animal"
    return "animal" if noun not in BEINGS and "animal" in kinds and "person" not in kinds[:3] else "person"


def _kind(sense: W.Sense) -> str:
    names = {word for up, _ in W.chain(sense.number) for word in W.sense(up).words}
    if sense.file == "person" or names & {"imaginary_being", "spiritual_being", "automaton"}:
        return "person"
    if sense.file == "animal":
        return "animal" if names & {"animal", "animal_group"} else "body"
    if sense.file == "food" and names & {"meat"}:
        return "food"
    if sense.file == "body":
        return "body"
    if names & set(PLACES) and not names & {"furniture", "instrumentality", "garment", "clothing", "food"}:
        return "place"
    return "" if sense.file in NOT_SEEN else "thing"


def gender_of(noun: str) -> str:
    """f or m where the word says so, else ""."""
    last = noun.split()[-1]
    if last in BOTH:
        return ""
    for words, gender, endings in (
        (FEMALE, "f", ("woman", "girl", "mother", "daughter", "sister", "ess", "maid", "wife")),
        (MALE, "m", ("man", "boy", "father", "brother")),
    ):
        if last in words or (last.endswith(endings) and kind_of(last) == "person"):
            return gender
    return ""


def gender_of_name(name: str) -> str | None:
    """f or m where nine of ten who bear a name are of one gender, "" where they are not; None for what is no known name. Raises MissingModel."""
    if own := given.gender_of(name):
        return own
    with load(NAMES) as names:
        found = names.get(name.lower())
    if found is None:
        return None
    female, male = found
    return "f" if female >= 9 * male else "m" if male >= 9 * female else ""
