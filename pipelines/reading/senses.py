"""Which WordNet sense each picture shows, so that words are compared by meaning: the plate that is drawn is a dish, not a plate of armour.

A picture shows the commonest sense that can be seen as a figure, an artifact, food, a plant or a thing of nature. Where that is another than the
one that is drawn, SHOWN says which.
"""

from __future__ import annotations

from functools import lru_cache

from pipelines.reading import wordnet as W

SEEN = (
    "animal",
    "person",
    "artifact",
    "food",
    "plant",
    "object",
    "phenomenon",
    "body",
    "communication",
    "substance",
    "possession",
    "shape",
    "cognition",
)
# a noun of a picture, or of a story -> a word of the sense that is drawn, or its number from 1; "" where WordNet has no such sense
SHOWN: dict[str, str | int] = {
    "plate": 4, "tower": 1, "table": 2, "ring": 3, "glass": 2, "chest": 2, "net": 4, "bow": 4, "saw": 2, "rake": 3, "stool": 1, "barrel": "cask",
    "flag": 1, "torch": 1, "mill": 1, "carriage": "equipage", "kite": 3, "bat": 1, "train": 1, "alien": "extraterrestrial", "pirate": "buccaneer",
    "wizard": "sorcerer", "ghost": 3, "tiger": 2, "whale": 2, "badger": 2, "beaver": "Old_World_beaver", "ram": "tup", "fawn": 2, "turtle": 2, "dolphin": 2, "octopus": 2,
    "squid": 2, "lobster": 2, "duckling": 2, "raccoon": 2, "leopard": 2, "heron": 2, "ostrich": 2, "wasp": 2, "slug": 5, "queen": "queen_regnant",
    "giant": 2, "doll": 1, "cake": 3, "cookie": 1, "burger": 2, "basketball": 2, "football": 2, "television": 3, "star": 1, "stump": 1, "log": 1,
    "stone": 1, "rock": 1, "nut": 1, "corn": "edible_corn", "peach": 3, "pineapple": 2, "watermelon": 2, "banana": 2, "carrot": 3, "broccoli": 2,
    "crown": "diadem", "sign": "signboard", "picture": "painting", "map": 1, "letter": 1, "package": 2, "parcel": 1, "box": 1, "tub": 1, "spade": 2,
    "trophy": 2, "scroll": 2, "hammer": 2, "key": 1, "gear": 1, "boot": 1, "bouquet": 1, "wave": 1, "mouse": 1, "crab": 1, "church": 2, "school": 2,
    "fire": 3, "well": 1, "web": 1, "leaf": 1, "bush": 1, "volcano": 2, "bridge": 1, "fence": 1, "treasure": 1, "cage": 1, "dragon": 1, "shield": 2,
    "elf": 1, "monster": 1, "hunter": 1, "knight": 1, "captain": 4, "cook": 1, "nurse": 1, "moon": 1, "cap": 1, "ball": 1, "wheel": 1, "island": 1,
    "needle": 2, "drone": 4, "scooter": 2, "bolt": 2, "hood": 5, "jumper": "sweater", "ruler": 2, "screw": 2,
    "horse": 1, "egg": 1, "mermaid": 1, "gift": 1, "coin": 1, "orange": 1, "plum": 2, "pumpkin": 2, "turnip": 2, "jellyfish": 2, "hippo": 2, "hedgehog": 2,
    "microwave": 2, "toaster": 2, "radio": 2, "phone": "", "sponge": 1, "comb": 1, "iron": 4, "mug": 4, "sheet": 3, "branch": 2, "pen": 1, "chalk": 1,
    "paper": 1, "poster": 1, "stamp": 4, "plug": 5, "chess": 2, "notebook": 1, "magazine": 1, "calendar": 2, "tap": 3, "match": 1, "postcard": 1,
    "pepper": 2, "mango": 2, "onion": 3, "garlic": 2, "cucumber": 2, "lettuce": 3, "spinach": 2, "cereal": 3, "popcorn": 2, "chocolate": 2, "tart": 2,
    "hot dog": 2, "biscuit": 2, "salt": 2,
    "slide": 4, "sandbox": 2, "carousel": 2, "snowball": 4, "racket": 4, "puzzle": 2, "whistle": 3, "globe": 3, "swing": 2,
    "armour": 2, "thread": "", "glove": 2, "bracelet": 2, "pearl": 3, "ribbon": 4, "wool": 1,
    "medicine": 2, "seaweed": 1, "coral": 2, "nail": 2, "drill": 1, "chain": 5, "pipe": 2, "hose": 3, "paddle": 4, "arrow": 2, "cannon": 1, "van": 5,
    "caravan": 2, "tram": 3, "digger": 2,
    "magnet": 1, "bike": "bicycle", "dress": 1, "bench": 1, "drum": 1, "flute": 1, "rose": 1, "diamond": 1, "snowman": 1, "mushroom": 1, "rocket": 1, "submarine": 1, "wagon": 1, "sack": 1,
}  # fmt: skip


@lru_cache(maxsize=2000)
def shown_by(noun: str) -> W.Sense | None:
    """The sense that the picture of a noun shows; None where WordNet does not know the noun.

    A noun of two words that WordNet lacks ("cheese wedge", "town house") shows no sense.
    """
    senses = W.senses(noun)
    said = SHOWN.get(noun, 0)
    if isinstance(said, str):
        return next((one for one in senses if said in one.words), None)
    if said:
        return senses[said - 1] if said <= len(senses) else None
    return next((one for kind in ("figure", "thing") for one in senses if not one.proper and _fits(one, kind)), None)


def _fits(one: W.Sense, kind: str) -> bool:
    return one.file in (("animal",) if kind == "figure" else SEEN)


@lru_cache(maxsize=4)
def pictures_of(nouns: tuple[str, ...]) -> dict[int, str]:
    """Sense -> the noun whose picture shows it, the first where several do."""
    found: dict[int, str] = {}
    for noun in nouns:
        if (sense := shown_by(noun)) is not None:
            found.setdefault(sense.number, noun)
    return found


@lru_cache(maxsize=4000)
def meant_by(word: str, kind: str = "") -> tuple[W.Sense, ...]:
    """The senses that a word of a story can have there: those that can be seen, of the right kind, the commonest and what is hardly rarer."""
    if (
        word in SHOWN
        and (sense := shown_by(word)) is not None
        and (sense.file == kind or kind not in ("person", "animal"))
    ):
        return (sense,)
    senses = [
        one
        for one in W.senses(word)[:4]
        if not one.proper and one.file in SEEN and (one.file == kind or kind not in ("person", "animal"))
    ]
    if kind not in ("person", "animal"):
        senses = [one for one in senses if one.file not in ("person", "animal")] or senses
    eaten = any(one.file == "food" for one in senses)
    senses = [one for one in senses if not (eaten and f"{word}_tree" in one.words)]  # a mango is no tree
    most = max((one.count for one in senses), default=0)
    return tuple(one for one in senses[:2] if 3 * one.count >= most)
