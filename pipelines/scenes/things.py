"""How large things are beside each other in a story, where they live, and which place suits them when the prompt names none."""

from __future__ import annotations

# Storybook heights: real sizes drawn together, so that a mouse can still be seen beside a house.
HEIGHTS: dict[str, float] = {}
for _height, _nouns in {
    0.42: "ant, bee, ladybug, spider, coin, ring, key, strawberry, cherries, egg, pencil, droplet, snowflake, four leaf clover, shrimp",
    0.55: "mouse, hamster, chick, snail, butterfly, frog, apple, green apple, lemon, pear, peach, tangerine, banana, cookie, doughnut, cupcake, "
    "coffee cup, candle, light bulb, spiral shell, crab, hot pepper, avocado, lollipop, gem stone, magnifying glass, padlock, envelope, maple leaf, "
    "game die, yo-yo, medal, glasses, paintbrush, scissors, telephone, microphone, magnet, gear, bell, ice cream cone, carrot, fries, glass of wine",
    0.72: "hedgehog, bird, duck, turtle, bat, chipmunk, rabbit, tropical fish, blowfish, fish, squid, lobster, croissant, bread, pretzel, burger, pizza, "
    "cheese wedge, honey pot, teapot, coconut, pineapple, grapes, broccoli, corn, mushroom, rose, tulip, hibiscus, lotus, seedling, book, books, scroll, camera, "
    "crown, top hat, sun hat, shoe, boot, football, basketball, alarm clock, hourglass, trophy, money bag, crystal ball, magic wand, hammer, axe, dagger, "
    "headphones, radio, gift, package, bucket, basket, red heart, teddy bear, drum, trumpet, artist palette, newspaper, skull, red paper lantern, halloween pumpkin, watermelon",
    0.95: "cat, black cat, fox, raccoon, penguin, owl, rooster, chicken, turkey, parrot, eagle, dove, goose, poodle, monkey, koala, badger, otter, beaver, snake, "
    "lizard, octopus, jellyfish, potted plant, cactus, sunflower, bouquet, cherry blossom, treasure chest, laptop, television, backpack, t-shirt, guitar, violin, "
    "saxophone, telescope, microscope, umbrella, kite, balloon, birthday cake, lily, shield, bow and arrow, crossed swords, broom, mailbox, chair, anchor, fire",
    1.2: "dog, wolf, pig, goat, ram, ewe, sloth, kangaroo, swan, flamingo, peacock, seal, boar, baby, boy, girl, elf, fairy, kick scooter, snowman, ladder, dress, "
    "framed picture, door, fountain, bathtub, robot, alien, ghost",
    1.5: "lion, tiger, leopard, deer, panda, bear, polar bear, gorilla, donkey, llama, crocodile, shark, dolphin, man, woman, old man, old woman, cook, farmer, "
    "astronaut, firefighter, police officer, artist, pilot, singer, ninja, prince, princess, santa claus, superhero, mage, vampire, mermaid, genie, zombie, bicycle, "
    "motorcycle, motor scooter, bed, canoe, comet",
    1.8: "horse, unicorn, zebra, cow, ox, bison, moose, camel, rhinoceros, hippopotamus, carousel horse, car, taxi, police car, race car, jeep, tent, speedboat, satellite, parachute",
    2.3: "elephant, giraffe, mammoth, dragon, t-rex dinosaur, long-necked dinosaur, whale, spouting whale, delivery truck, pickup truck, tractor, ambulance, fire truck, "
    "bus, tram car, locomotive, train, sailboat, helicopter, ufo, rocket, christmas tree, hut",
    2.9: "house, house with garden, tree, palm tree, pine tree, school, hospital, circus tent, mosque, airplane, ship, cruise ship",
    3.5: "castle, japanese castle, church, factory, ferris wheel, desert island",
    4.2: "mountain, snowy mountain, volcano",
    1.35: "sun, sun with face, full moon, crescent moon, earth globe, ringed planet, cloud, cloud with rain, rainbow, star, shooting star, lightning bolt, fireworks, wave",
}.items():
    HEIGHTS.update({noun.strip(): _height for noun in _nouns.split(",")})

# of what has no painter
SKY = frozenset(
    ["sun with face", "crescent moon", "ringed planet", "shooting star", "cloud with rain", "lightning bolt", "fireworks", "snowflake"]
)  # fmt: skip
ALWAYS_FLY = frozenset(["butterfly", "bee", "parachute", "ufo", "bat"])
SWIM = frozenset(
    [
        "whale",
        "spouting whale",
        "dolphin",
        "shark",
        "fish",
        "tropical fish",
        "blowfish",
        "octopus",
        "jellyfish",
        "squid",
        "mermaid",
        "seal",
        "shrimp",
    ]
)
ON_WATER = frozenset(["sailboat", "ship", "canoe", "swan", "duck", "goose", "desert island", "wave"])
TALL_BEHIND = frozenset(
    """house|house with garden|castle|japanese castle|church|mosque|factory|school|hospital|ferris wheel|circus tent|mountain|snowy mountain|volcano|tree|pine tree|
    palm tree|christmas tree|desert island|fountain|tent|hut""".replace("\n    ", "").split("|")
)
HELD_OVER = frozenset(("umbrella", "parachute", "kite", "balloon"))
CONTAINERS = frozenset(
    [
        "bucket",
        "basket",
        "bathtub",
        "canoe",
        "sailboat",
        "ship",
        "speedboat",
        "car",
        "taxi",
        "jeep",
        "race car",
        "bus",
        "train",
        "locomotive",
        "coffee cup",
        "treasure chest",
        "gift",
        "bed",
        "boot",
        "package",
        "helicopter",
        "airplane",
        "rocket",
        "ufo",
        "balloon",
        "mailbox",
        "tractor",
    ]
)

WATERY = ("sea", "lake", "river")  # places with open water before the viewer
BRIDGES = frozenset(["bridge", "wooden bridge", "broken bridge"])  # stand in the water where there is some
INDOORS = frozenset(
    ["bed", "sofa", "armchair", "bathtub", "television", "fireplace", "stove", "wardrobe", "bookshelf", "cradle"]
)
SUITS = (
    ("underwater", frozenset(["fish", "tropical fish", "blowfish", "octopus", "jellyfish", "squid", "mermaid", "shark", "shrimp", "lobster"])),
    ("space", frozenset(["astronaut", "rocket", "ufo", "alien", "satellite", "ringed planet", "comet", "earth globe"])),
    ("sea", frozenset(["sailboat", "ship", "cruise ship", "speedboat", "canoe", "whale", "spouting whale", "dolphin", "seal", "anchor", "crab", "spiral shell", "palm tree", "desert island", "wave"])),
    ("river", BRIDGES),
    ("lake", frozenset(["swan", "mallard", "heron", "rowing boat", "beaver"])),
    ("snow", frozenset(["penguin", "polar bear", "snowman", "christmas tree", "santa claus", "snowflake"])),
    ("desert", frozenset(["camel", "cactus", "snake", "lizard"])),
    ("street", frozenset(["bus", "taxi", "car", "police car", "ambulance", "fire truck", "delivery truck", "motorcycle", "motor scooter", "bicycle", "tram car", "mailbox", "race car", "door"])),
    (
        "room",
        frozenset(
            """bed|chair|television|laptop|book|books|candle|teapot|coffee cup|alarm clock|telephone|teddy bear|framed picture|birthday cake|cupcake|cookie|bread|pizza|burger|
            glass of wine|guitar|violin|drum|trumpet|camera|light bulb|key|padlock|scissors|pencil|paintbrush|artist palette|hourglass|trophy|gift|potted plant|shoe|boot|dress|
            t-shirt|backpack|bathtub|broom|doughnut|croissant|headphones|microphone|microscope|glasses|ring|crown""".replace("\n            ", "").split("|")
        ),
    ),
    ("forest", frozenset(["bear", "wolf", "deer", "owl", "fox", "hedgehog", "mushroom", "pine tree", "fairy", "elf", "raccoon", "badger", "moose", "squirrel", "monkey", "gorilla", "tiger", "leopard", "sloth", "panda", "koala"])),
)  # fmt: skip


def height_of(noun: str) -> float:
    """Storybook height in metres; what is not listed is as tall as a cat."""
    if noun in HEIGHTS:
        return HEIGHTS[noun]
    from pipelines.scenes import painted_things, performers

    if (metres := painted_things.metres(noun)) is not None:
        return metres
    return performers.story_metres(noun) if performers.is_figure(noun) else 0.95


def tall_behind(noun: str) -> bool:
    """Whether others stand before it, not behind it: houses, trees, mountains."""
    from pipelines.scenes.painted_things import is_large

    return noun in TALL_BEHIND or is_large(noun)


def fixed(noun: str) -> bool:
    """Whether it stands where it is: houses and trees, but not ships and carriages."""
    from pipelines.scenes.painted_things import turned, where

    return tall_behind(noun) and not turned(noun) and where(noun) not in ("air", "water") and noun not in ON_WATER


def container(noun: str) -> bool:
    """Whether something can be in it."""
    from pipelines.scenes.painted_things import holds

    return noun in CONTAINERS or holds(noun)


def suited_place(nouns: list[str]) -> str:
    """The place that suits the first thing that has one; else a meadow."""
    outdoors = any(tall_behind(noun) for noun in nouns)  # no tower stands in a room
    if INDOORS & set(nouns) and not outdoors:
        return "room"
    for noun in nouns:
        for place, members in SUITS:
            if noun in members and not (place == "room" and outdoors):
                return place
    return "meadow"


def habitat(noun: str, act: str, spot: str, place: str, in_water: bool) -> str:
    """Where a thing is put: sky (heavenly bodies), air, water, depth (under water) or ground."""
    from pipelines.scenes.painted_things import where

    found = where(noun)
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
