"""Titles, words for kin that stand as names, and given names that the card of names does not hold."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.language.lexicon import Table, Words

# a title -> the noun that it makes of who bears it, and the gender that it tells
TITLES = Table("nouns", "given titles")
KIN = Table("nouns", "given kin", turned=True)
ELDERS = Words("nouns", "given elders")
CHILDISH = Words("nouns", "given childish")
_WOMEN = (
    "abby ada agatha aisha alba alma amelie amina amira anja annika anya asha astrid ava bella birgit bridget britta camille carla carmen charlotte chiara chloe clara clementine "
    "daisy dora edith elena elif elin ella elsa emilia emily emmy erika esme eva evie fatima fiona flora frida freya freja gina giulia greta gretel hana hanna heidi helga hilda ida ines inga "
    "ingrid iris isabel ivy jana jasmine joana jana kaya kirsten klara lara layla lea lena leila lila lili lily lina linnea lisa lotta lotte lottie luciana lucia lucy luna maja marta "
    "martina matilda maya meera mei mia mila milena millie mina mira nadia naomi nina nora noor olga olive paula petra pia poppy priya rania rosa rosalie rosie ruby sadie sakura salma sana "
    "selma sienna sigrid silvia sofia sofie sonja sophie svenja tara tess thea tilda tilly uma ursula vera viola willow yara yasmin yuki zara zoe zoey zuri"
)
_MEN = (
    "abdul ahmed akira albie alejandro alfie ali amir anders anton archie arjun arlo arthur axel bashir basil ben benji bjorn bob bruno carlos caspar cosmo dario diego dimitri dino "
    "elias emil emre enzo eric erik ernie ethan fabian felix fergus finn finley florian franz freddie fritz gustav hamish hans hansel harun harvey hassan henrik hiroshi hugo ibrahim igor ivan jakob jakub "
    "jamie jan jasper jim joe johan jonah jonas jonny jonty juan jurgen kaj karim kenji klaus kofi kurt kwame lars leif leo levi liam lorenz luca luka lukas magnus marco mateo matteo "
    "matthias max mehmet mikkel miguel milo miro mohamed moritz mo muhammad nico niels nikolai noah ola olaf oliver olli omar oscar oskar otis otto ozzie pablo paolo pavel pedro percy pete piotr rafael raj "
    "rashid ravi rex rico rolf rudi rufus sam samir sanjay sergio sven ted teddy theo theodore tim timmy tom tomas tommy toby tunde umar vikram viktor vincent wim yusuf zack zayn"
)


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
    return next((TITLES[word][1] for part in name.split() if (word := plain(part)) in TITLES and TITLES[word][1]), "")


def same_name(text: str, other: str) -> bool:
    """Whether two names can be one person's: "Mrs Green" is not "Mr Green", and "Ada" is "Queen Ada"."""
    mine, theirs = core(text), core(other)
    if not mine or not theirs or not (mine <= theirs or theirs <= mine):
        return False
    first, second = title_gender(text), title_gender(other)
    return not (first and second and first != second)
