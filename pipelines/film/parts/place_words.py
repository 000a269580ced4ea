"""Which backdrop a noun that means a place asks for, indoors and in the open."""

from __future__ import annotations

from pipelines.props import NOUNS

OUTDOORS = {
    noun: place
    for place, nouns in {
        "meadow": "circus|fair|courtyard|field|lawn|picnic|graveyard|stadium|pitch", "garden": "yard|backyard|garden|greenhouse|orchard|vegetable garden",
        "park": "park|zoo", "playground": "playground|sandpit|sandbox", "farm": "farm|farmyard|barnyard|vineyard|ranch", "village": "village|hamlet",
        "hill": "hill|hilltop|hillside", "cliff": "cliff|clifftop|headland", "jungle": "jungle|rainforest|rain forest",
        "forest": "campsite", "sea": "harbour|harbor|port|dock|pier", "lake": "pool|swimming pool|marsh", "river": "canal",
        "station": "station|railway station|train station|platform", "street": "square|market|stop|pavement|sidewalk", "city": "airport|rooftop", "space": "moon|crater",
        "desert": "pyramid|egypt", "snow": "greenland|lapland|arctic", "mountains": "alps|himalayas|everest",
    }.items()
    for noun in nouns.split("|")
}  # fmt: skip
# rooms that are rooms by their name, whoever is said to be there
INDOORS = {
    noun: place
    for place, nouns in {
        "room": "bathroom|living room|office|attic|cellar|basement|corridor|lift|elevator|library",
        "kitchen": "kitchen",
        "bedroom": "bedroom|nursery|dormitory|guest room",
        "classroom": "classroom|schoolroom|class|lesson",
        "hospital": "ward|sickroom|infirmary",
        "hall": "hall|ballroom|throne room|great hall",
    }.items()
    for noun in nouns.split("|")
}
# houses that one goes into: outside them is a street
BUILDINGS = {
    noun: place
    for place, nouns in {
        "room": "restaurant|cafe|café|gym|hotel",
        "classroom": "school|kindergarten|nursery school|primary school",
        "hospital": "hospital|clinic|surgery",
        "shop": "shop|store|supermarket|bakery|pharmacy|toyshop|toy shop|bookshop|grocery|bank|post office",
        "hall": "museum|cinema|theatre|theater|church|cathedral|town hall",
    }.items()
    for noun in nouns.split("|")
}
# whose place of work one goes to: "at the vet's", "to the dentist"
PRACTICES = {"vet": "hospital", "doctor": "hospital", "dentist": "hospital", "veterinarian": "hospital", "baker": "shop", "grocer": "shop", "greengrocer": "shop", "butcher": "shop"}  # fmt: skip
CAVES = frozenset(["cave", "cavern", "grotto", "den", "lair", "mine", "tunnel"])
# words without a record for things that stand in rooms
INDOOR_THINGS = {
    noun: place
    for place, nouns in {
        "room": "couch|carpet|bath|shelf|drawer",
        "kitchen": "refrigerator",
        "bedroom": "wardrobe",
        "classroom": "chalkboard",
    }.items()
    for noun in nouns.split("|")
}
# things that stand in rooms and nowhere else
FURNITURE = frozenset(["bed", "sofa", "couch", "oven", "cupboard", "wardrobe", "fridge", "refrigerator", "bathtub", "fireplace", "television", "carpet"])  # fmt: skip


def room_with(noun: str) -> str:
    """The room in which a thing stands; "" for what may be elsewhere."""
    return NOUNS[noun].room if noun in NOUNS else INDOOR_THINGS.get(noun, "")


def room_of(noun: str) -> str:
    """The backdrop inside a building or a room of that name."""
    from pipelines.reading import wordnet as W

    if noun in CAVES:
        return "cave"
    if place := BUILDINGS.get(noun, "") or INDOORS.get(noun, ""):
        return place
    return next((place for what, place in ROOM_KINDS if W.is_a(noun, what)), "room")


# kinds of buildings and rooms, by their hypernyms
ROOM_KINDS = (
    ("kitchen", "kitchen"), ("bedroom", "bedroom"), ("school", "classroom"), ("hospital", "hospital"), ("medical building", "hospital"), ("shop", "shop"),
    ("mercantile establishment", "shop"), ("castle", "hall"), ("palace", "hall"), ("fortress", "hall"), ("hall", "hall"), ("place of worship", "hall"),
)  # fmt: skip
