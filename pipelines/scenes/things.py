"""How large things are beside each other in a story, where they live, and which place suits them when the prompt names none."""

from __future__ import annotations

from pipelines.props import NOUNS, record
from pipelines.scenes.painted_things import holds, is_large
from pipelines.scenes.painted_things import metres as painted_metres
from pipelines.scenes.settings import INSIDE

# Storybook heights of what has no painter and of figures: real sizes drawn together, so that a mouse can still be seen beside a house.
HEIGHTS: dict[str, float] = {}
for _height, _nouns in {
    0.42: "ant, bee, ladybug, spider, droplet, snowflake, four leaf clover",
    0.55: "mouse, hamster, chick, snail, butterfly, frog, green apple, peach, banana, cookie, doughnut, cupcake, coffee cup, light bulb, spiral shell, "
    "crab, hot pepper, avocado, lollipop, gem stone, magnifying glass, padlock, envelope, maple leaf, glasses, paintbrush, scissors, microphone, "
    "magnet, gear, ice cream cone, glass of wine",
    0.72: "hedgehog, bird, duck, turtle, bat, rabbit, tropical fish, fish, squid, lobster, croissant, pretzel, burger, pizza, cheese wedge, honey pot, "
    "coconut, pineapple, broccoli, camera, sun hat, boot, alarm clock, hourglass, trophy, money bag, crystal ball, magic wand, headphones, "
    "package, red heart, artist palette, skull, halloween pumpkin, watermelon",
    0.95: "cat, fox, raccoon, penguin, owl, rooster, turkey, parrot, eagle, dove, goose, monkey, koala, badger, beaver, snake, lizard, octopus, "
    "jellyfish, potted plant, cactus, cherry blossom, treasure chest, backpack, t-shirt, bow and arrow, crossed swords, fire",
    1.2: "dog, wolf, pig, goat, ram, kangaroo, swan, flamingo, peacock, baby, boy, girl, elf, fairy, snowman, fountain, robot, alien, ghost",
    1.5: "lion, tiger, leopard, deer, panda, bear, polar bear, donkey, crocodile, shark, dolphin, man, woman, old man, old woman, cook, farmer, "
    "astronaut, firefighter, police officer, ninja, prince, princess, santa claus, superhero, mage, vampire, mermaid, genie, motorcycle",
    1.8: "horse, unicorn, zebra, cow, moose, camel, rhinoceros, hippopotamus, taxi, race car, parachute",
    2.3: "elephant, giraffe, dragon, t-rex dinosaur, whale, delivery truck, fire truck, ufo",
    2.9: "pine tree, airplane",
    3.5: "ferris wheel, desert island",
    1.35: "sun with face, crescent moon, earth globe, ringed planet, cloud with rain, shooting star, lightning bolt, fireworks, wave",
}.items():
    HEIGHTS.update({noun.strip(): _height for noun in _nouns.split(",")})

# of what has no painter
SKY = frozenset(
    ["sun with face", "crescent moon", "ringed planet", "shooting star", "cloud with rain", "lightning bolt", "fireworks", "snowflake"]
)  # fmt: skip
ALWAYS_FLY = frozenset(["butterfly", "bee", "parachute", "ufo", "bat"])
SWIM = frozenset(["whale", "dolphin", "shark", "fish", "tropical fish", "octopus", "jellyfish", "squid", "mermaid"])
ON_WATER = frozenset(["sailboat", "ship", "canoe", "swan", "duck", "goose", "desert island", "wave"])
TALL_BEHIND = frozenset(
    ["christmas tree", "desert island", "ferris wheel", "fountain", "hut", "pine tree", "tent"]
)  # though they are not large
HELD_OVER = frozenset(("umbrella", "parachute", "kite", "balloon"))
CONTAINERS = frozenset(["boot", "coffee cup", "race car", "taxi", "treasure chest", "package", "ufo", "balloon"])

WATERY = ("sea", "lake", "river")  # places with open water before the viewer
BRIDGES = frozenset(["bridge", "wooden bridge", "broken bridge"])  # stand in the water where there is some
# the place that suits what has no painter
SUITS = {
    noun: place
    for place, nouns in {
        "underwater": "fish|jellyfish|lobster|mermaid|octopus|shark|squid|tropical fish",
        "space": "alien|astronaut|earth globe|ringed planet|ufo",
        "sea": "crab|desert island|dolphin|spiral shell|wave|whale",
        "lake": "beaver|heron|mallard|swan",
        "snow": "penguin|polar bear|santa claus|snowflake|snowman",
        "desert": "cactus|camel|lizard|snake",
        "street": "delivery truck|fire truck|motorcycle|race car|taxi",
        "room": "alarm clock|artist palette|backpack|boot|burger|camera|coffee cup|cookie|croissant|cupcake|doughnut|glass of wine|"
        "glasses|headphones|hourglass|light bulb|microphone|padlock|paintbrush|pizza|potted plant|scissors|t-shirt|trophy",
        "forest": "badger|bear|deer|elf|fairy|fox|hedgehog|koala|leopard|monkey|moose|owl|panda|pine tree|raccoon|squirrel|tiger|wolf",
    }.items()
    for noun in nouns.split("|")
}


def height_of(noun: str) -> float:
    """Storybook height in metres; what is not listed is as tall as a cat."""
    if noun in HEIGHTS:
        return HEIGHTS[noun]
    from pipelines.scenes import performers

    if (metres := painted_metres(noun)) is not None:
        return metres
    return performers.story_metres(noun) if performers.is_figure(noun) else 0.95


def tall_behind(noun: str) -> bool:
    """Whether others stand before it, not behind it: houses, trees, mountains."""
    return noun in TALL_BEHIND or is_large(noun)


def fixed(noun: str) -> bool:
    """Whether it stands where it is: houses and trees, but not ships and carriages."""
    known = record(noun)
    return tall_behind(noun) and not known.turned and known.where not in ("air", "water") and noun not in ON_WATER


def container(noun: str) -> bool:
    """Whether something can be in it."""
    return noun in CONTAINERS or holds(noun)


def suited_place(nouns: list[str]) -> str:
    """The place that suits the first thing that has one; else a meadow."""
    outdoors = any(tall_behind(noun) for noun in nouns)  # no tower stands in a room
    if any(record(noun).indoors for noun in nouns) and not outdoors:
        return "room"
    suited = [NOUNS[noun].suits if noun in NOUNS else SUITS.get(noun, "") for noun in nouns]
    return next((place for place in suited if place and not (place in INSIDE and outdoors)), "meadow")


def habitat(noun: str, act: str, spot: str, place: str, in_water: bool) -> str:
    """Where a thing is put: sky (heavenly bodies), air, water, depth (under water) or ground."""
    found = record(noun).where
    if noun in SKY or found == "sky":
        return "sky"
    if place == "underwater":
        swims = noun in SWIM or act in ("swim", "float") or noun in ON_WATER
        return "depth" if swims and noun != "anchor" else "ground"
    if spot == "sky" or act == "fly" or ((noun in ALWAYS_FLY or found == "air") and act not in ("sit", "stand")):
        return "air"
    if place in WATERY and noun in BRIDGES:
        return "water"
    if place in WATERY and (
        noun in SWIM or noun in ON_WATER or found == "water" or spot == "water" or in_water or act in ("swim", "sail")
    ):
        return "water"
    if place == "space" and noun in ("rocket", "ufo", "earth globe"):
        return "air"
    return "ground"
