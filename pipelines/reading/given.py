"""Titles, words for kin that stand as names, and given names that the card of names does not hold."""

from __future__ import annotations

import re
from functools import lru_cache

# a title -> the noun that it makes of who bears it, and the gender that it tells
TITLES: dict[str, tuple[str, str]] = {
    "mr": ("man", "m"), "mister": ("man", "m"), "mrs": ("woman", "f"), "ms": ("woman", "f"), "miss": ("woman", "f"), "madam": ("woman", "f"), "madame": ("woman", "f"),
    "sir": ("man", "m"), "lord": ("man", "m"), "lady": ("woman", "f"), "dr": ("doctor", ""), "doctor": ("doctor", ""), "prof": ("professor", ""),
    "professor": ("professor", ""), "capt": ("captain", ""), "captain": ("captain", ""), "king": ("king", "m"), "queen": ("queen", "f"), "prince": ("prince", "m"),
    "princess": ("princess", "f"), "emperor": ("emperor", "m"), "empress": ("empress", "f"), "aunt": ("aunt", "f"), "auntie": ("aunt", "f"), "uncle": ("uncle", "m"),
    "grandma": ("grandmother", "f"), "grandmother": ("grandmother", "f"), "granny": ("grandmother", "f"), "nana": ("grandmother", "f"), "grandpa": ("grandfather", "m"),
    "grandad": ("grandfather", "m"), "granddad": ("grandfather", "m"), "grandfather": ("grandfather", "m"), "officer": ("police officer", ""),
    "inspector": ("police officer", ""), "detective": ("detective", ""), "chef": ("cook", ""), "nurse": ("nurse", ""), "farmer": ("farmer", ""), "baker": ("baker", ""),
    "pirate": ("pirate", ""), "wizard": ("wizard", "m"), "witch": ("witch", "f"), "knight": ("knight", "m"), "coach": ("teacher", ""), "president": ("president", ""),
    "mayor": ("mayor", ""), "mother": ("mother", "f"), "father": ("father", "m"), "brother": ("brother", "m"), "sister": ("sister", "f"),
}  # fmt: skip
KIN = {
    "mum": "mother", "mummy": "mother", "mom": "mother", "mommy": "mother", "mama": "mother", "mamma": "mother", "ma": "mother", "dad": "father", "daddy": "father",
    "papa": "father", "pa": "father", "grandma": "grandmother", "granny": "grandmother", "nana": "grandmother", "gran": "grandmother", "grandpa": "grandfather",
    "grandad": "grandfather", "granddad": "grandfather", "gramps": "grandfather", "auntie": "aunt", "mother": "mother", "father": "father", "grandmother": "grandmother",
    "grandfather": "grandfather",
}  # fmt: skip
ELDERS = frozenset(
    [
        "mother",
        "father",
        "grandmother",
        "grandfather",
        "parent",
        "grandparent",
        "aunt",
        "uncle",
        "teacher",
        "schoolteacher",
        "babysitter",
        "nanny",
    ]
)
CHILDISH = frozenset(
    [
        "school",
        "schoolyard",
        "classroom",
        "class",
        "playground",
        "kindergarten",
        "nursery",
        "homework",
        "toy",
        "teddy",
        "kite",
        "doll",
        "swing",
        "sandcastle",
        "bedtime",
        "birthday",
        "teacher",
        "pupil",
        "pupils",
        "classmates",
        "math",
        "maths",
        "lesson",
        "lessons",
        "recess",
        "playtime",
        "blackboard",
        "sleepover",
        "comics",
        "lollipop",
    ]
)
_WOMEN = (
    "abby ada agatha aisha alba alma amelie amina amira anja annika anya asha astrid ava bella birgit bridget britta camille carla carmen charlotte chiara chloe clara clementine "
    "daisy dora edith elena elif elin ella elsa emilia emily emmy erika esme eva evie fatima fiona flora frida freya freja gina giulia greta gretel hana hanna heidi helga hilda ida ines inga "
    "ingrid iris isabel ivy jana jasmine joana jana kaya kirsten klara lara layla lea lena leila lila lili lily lina linnea lisa lotta lotte lottie luciana lucia lucy luna maja marta "
    "martina matilda maya meera mei mia mila milena millie mina mira nadia naomi nina nora noor olga olive paula petra pia poppy priya rania rosa rosalie rosie ruby sadie sakura salma sana "
    "selma sienna sigrid silvia sofia sofie sonja sophie svenja tara tess thea tilda tilly uma ursula vera viola willow yara yasmin yuki zara zoe zoey zuri"
)  # fmt: skip
_MEN = (
    "abdul ahmed akira albie alejandro alfie ali amir anders anton archie arjun arlo arthur axel bashir basil ben benji bjorn bob bruno carlos caspar cosmo dario diego dimitri dino "
    "elias emil emre enzo eric erik ernie ethan fabian felix fergus finn finley florian franz freddie fritz gustav hamish hans hansel harun harvey hassan henrik hiroshi hugo ibrahim igor ivan jakob jakub "
    "jamie jan jasper jim joe johan jonah jonas jonny jonty juan jurgen kaj karim kenji klaus kofi kurt kwame lars leif leo levi liam lorenz luca luka lukas magnus marco mateo matteo "
    "matthias max mehmet mikkel miguel milo miro mohamed moritz mo muhammad nico niels nikolai noah ola olaf oliver olli omar oscar oskar otis otto ozzie pablo paolo pavel pedro percy pete piotr rafael raj "
    "rashid ravi rex rico rolf rudi rufus sam samir sanjay sergio sven ted teddy theo theodore tim timmy tom tomas tommy toby tunde umar vikram viktor vincent wim yusuf zack zayn"
)  # fmt: skip


@lru_cache(maxsize=1)
def _genders() -> dict[str, str]:
    return dict.fromkeys(_WOMEN.split(), "f") | dict.fromkeys(_MEN.split(), "m")


def gender_of(name: str) -> str | None:
    """f or m for a name of our own list, None for any other."""
    return _genders().get(name.lower())


def plain(word: str) -> str:
    """A title without its stop, in small letters."""
    return word.lower().rstrip(".")


def core(name: str) -> frozenset[str]:
    """The words of a name without titles: "Queen Ada" and "Ada" share one."""
    words = frozenset(plain(word) for word in re.findall(r"[\w’'-]+", name))
    return frozenset(word for word in words if word not in TITLES) or words


def title_gender(name: str) -> str:
    """f or m where a title of the name says so."""
    return next((TITLES[word][1] for one in name.split() if (word := plain(one)) in TITLES and TITLES[word][1]), "")


def same_name(one: str, other: str) -> bool:
    """Whether two names can be one person's: "Mrs Green" is not "Mr Green", and "Ada" is "Queen Ada"."""
    mine, theirs = core(one), core(other)
    if not mine or not theirs or not (mine <= theirs or theirs <= mine):
        return False
    first, second = title_gender(one), title_gender(other)
    return not (first and second and first != second)
