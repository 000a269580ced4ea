"""What the words of a prompt can mean besides things: numbers, sizes, acts, relations, places, hours, weathers, styles; sizes of things."""

from __future__ import annotations

COUNTS = {
    "a": 1, "an": 1, "one": 1, "the": 1, "single": 1, "another": 1, "this": 1, "my": 1, "his": 1, "her": 1, "their": 1, "its": 1, "your": 1,
    "our": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "dozen": 12,
    "couple": 2, "pair": 2, "few": 3, "several": 4, "some": 3, "many": 5, "group": 4, "herd": 5, "flock": 5, "bunch": 4, "lots": 5, "crowd": 6,
    "row": 4, "family": 3, "pack": 4, "swarm": 6, "school": 5, "trio": 3, "twin": 2,
}  # fmt: skip
COLLECTIVE = {
    "couple",
    "pair",
    "group",
    "herd",
    "flock",
    "bunch",
    "lots",
    "crowd",
    "row",
    "family",
    "pack",
    "swarm",
    "school",
    "dozen",
    "trio",
}
DEFINITE = {"the", "my", "his", "her", "their", "its", "your", "our", "this"}
PLURAL_COUNT = 3  # "foxes", with no number said
MOST = 6

MEASURES = {
    "slice",
    "piece",
    "bit",
    "lot",
    "number",
    "kind",
    "sort",
    "armful",
    "handful",
    "bowlful",
    "basketful",
    "load",
    "pile",
    "heap",
    "stack",
    "line",
    "pot",
    "bowl",
    "plate",
}

IRREGULAR = {
    "mice": "mouse", "geese": "goose", "children": "child", "men": "man", "women": "woman", "wolves": "wolf", "leaves": "leaf", "knives": "knife",
    "people": "person", "oxen": "ox", "feet": "foot", "teeth": "tooth", "loaves": "loaf", "halves": "half", "elves": "elf", "shelves": "shelf",
    "fish": "fish", "fishes": "fish", "sheep": "sheep", "deer": "deer", "moose": "moose", "bison": "bison", "squid": "squid", "shrimp": "shrimp", "octopi": "octopus",
    "cacti": "cactus", "policemen": "policeman", "firemen": "fireman", "snowmen": "snowman", "fairies": "fairy", "thieves": "thief", "scarves": "scarf",
    "dice": "die", "lice": "louse", "calves": "calf", "buses": "bus", "octopuses": "octopus", "cactuses": "cactus", "walruses": "walrus", "hippopotamuses": "hippopotamus",
}  # fmt: skip

COLOUR_WORDS = {
    "red": "red", "crimson": "red", "scarlet": "red", "orange": "orange", "yellow": "yellow", "golden": "yellow", "green": "green", "teal": "teal",
    "turquoise": "teal", "cyan": "teal", "blue": "blue", "navy": "blue", "azure": "blue", "purple": "purple", "violet": "purple", "lilac": "purple",
    "pink": "pink", "rosy": "pink", "brown": "brown", "black": "black", "white": "white", "grey": "grey", "gray": "grey", "silver": "grey", "cream": "cream",
}  # fmt: skip

SIZES = {
    "tiny": "tiny", "little": "small", "small": "small", "wee": "tiny", "mini": "tiny", "miniature": "tiny", "big": "big", "large": "big", "tall": "big",
    "huge": "huge", "giant": "huge", "enormous": "huge", "gigantic": "huge", "great": "big", "massive": "huge",
}  # fmt: skip
SIZE_FACTOR = {"": 1.0, "tiny": 0.45, "small": 0.68, "big": 1.4, "huge": 2.0}

ACTS = {
    "fly": "flying flies flew hovering soaring gliding fly", "swim": "swimming swims diving swim", "float": "floating floats drifting drifts float",
    "sail": "sailing sails sail", "sit": "sitting sits sat seated perched perching sit", "sleep": "sleeping sleeps asleep napping dreaming resting rests lying lies sleep",
    "run": "running runs racing galloping rushing run", "walk": "walking walks strolling wandering marching hiking walk", "jump": "jumping jumps hopping hops leaping bouncing jump",
    "dance": "dancing dances dance", "stand": "standing stands stood parked waiting stand", "play": "playing plays play", "eat": "eating eats grazing eat",
    "drive": "driving drives riding rides drive", "shine": "shining shines glowing rising setting sparkling", "grow": "growing grows blooming blossoming",
    "look": "looking looks watching watches smiling smiles singing sings waving hiding hides reading laughing", "climb": "climbing climbs climb", "fall": "falling falls",
}  # fmt: skip
ACT_OF = {word: act for act, words in ACTS.items() for word in words.split()}

# phrase -> relation of what was said before it to what comes after it
RELATIONS = {
    "to the left of": "left of", "on the left of": "left of", "on the left side of": "left of", "at the left of": "left of", "left of": "left of",
    "to the right of": "right of", "on the right of": "right of", "on the right side of": "right of", "at the right of": "right of", "right of": "right of",
    "high above": "above", "up above": "above", "above": "above", "over": "above", "below": "below", "beneath": "under", "underneath": "under", "under": "under",
    "at the foot of": "under", "in the shade of": "under", "behind": "behind", "in back of": "behind", "in front of": "in front of", "before": "in front of",
    "on top of": "on", "on": "on", "onto": "on", "upon": "on", "atop": "on", "inside": "in", "inside of": "in", "in": "in", "into": "in", "within": "in",
    "next to": "beside", "beside": "beside", "near": "beside", "close to": "beside", "nearby": "beside", "by": "beside", "alongside": "beside", "at": "beside",
    "around": "beside", "with": "with", "holding": "with", "carrying": "with", "and": "and", "between": "between", "in between": "between", "from": "", "among": "beside",
    "towards": "beside", "toward": "beside", "against": "beside", "wearing": "wearing", "facing": "beside", "across from": "beside", "outside": "in front of", "chasing": "beside", "following": "beside", "beyond": "behind",
    "riding on": "on", "riding": "on", "through": "in", "along": "beside", "across": "in", "past": "beside", "of": "of",
}  # fmt: skip

# phrase -> where in the picture, whatever else is there
SPOTS = {
    "in the middle": "middle", "in the centre": "middle", "in the center": "middle", "on the left": "left", "at the left": "left", "to the left": "left",
    "on the left side": "left", "on the right": "right", "at the right": "right", "to the right": "right", "on the right side": "right", "in the distance": "far",
    "far away": "far", "far off": "far", "in the background": "far", "on the horizon": "far", "in the far distance": "far", "in the foreground": "near",
    "in the front": "near", "up close": "near", "close up": "near", "in the sky": "sky", "in the air": "sky", "up in the sky": "sky", "high in the sky": "sky",
    "overhead": "sky", "at the top": "sky", "in a row": "row", "in a line": "row", "in line": "row", "side by side": "row", "in rows": "row", "on the ground": "ground",
    "on the floor": "ground", "on the water": "water", "in the water": "water", "on the waves": "water",
}  # fmt: skip

# phrase -> place; a phrase of one word is a place wherever it stands, unless it names a thing that can be drawn
PLACES = {
    "meadow": "meadow field fields grass grassland hill hills hillside countryside farm garden park orchard lawn pasture prairie valley nature spring picnic",
    "forest": "forest woods woodland jungle rainforest wood grove clearing glade",
    "sea": "sea beach seaside ocean shore coast seashore lake river harbour harbor bay island lagoon pond waterside lakeside",
    "underwater": "underwater seabed reef",
    "snow": "snowfield arctic antarctica tundra north-pole iceberg glacier ice winter",
    "desert": "desert dunes dune sahara canyon oasis savanna savannah",
    "city": "city skyline downtown metropolis skyscrapers cityscape town",
    "street": "street road village alley lane square marketplace market sidewalk pavement",
    "room": "room bedroom kitchen indoors living-room library classroom nursery office attic study interior",
    "mountains": "mountains alps mountainside peaks cliffs highlands",
    "space": "space galaxy cosmos universe outer-space moon mars planet planets",
    "clouds": "clouds heaven",
}  # fmt: skip
PLACE_OF = {word.replace("-", " "): place for place, words in PLACES.items() for word in words.split()}
PLACE_PHRASES = {
    "under the sea": "underwater", "under the ocean": "underwater", "under water": "underwater", "under the water": "underwater", "under the waves": "underwater",
    "bottom of the sea": "underwater", "bottom of the ocean": "underwater", "coral reef": "underwater", "deep sea": "underwater", "ocean floor": "underwater",
    "in the snow": "snow", "on the snow": "snow", "through the snow": "snow", "north pole": "snow", "south pole": "snow", "on the ice": "snow",
    "on a mountain": "mountains", "in the mountain": "mountains", "on the mountain": "mountains", "in the mountains": "mountains", "snowy mountains": "mountains",
    "on the moon": "space", "outer space": "space", "on mars": "space", "among the stars": "space", "in the stars": "space", "living room": "room",
    "in the clouds": "clouds", "above the clouds": "clouds", "among the clouds": "clouds", "over the clouds": "clouds", "on a cloud": "clouds", "on the clouds": "clouds",
    "at home": "room", "in the house": "room", "in a house": "room", "in the school": "room", "in the grass": "meadow", "on the grass": "meadow", "in the garden": "meadow",
    "in the trees": "forest", "among the trees": "forest", "between the trees": "forest", "in the sea": "sea", "in the ocean": "sea", "at sea": "sea",
    "on a hill": "meadow", "on the hill": "meadow", "flower meadow": "meadow", "flower field": "meadow", "desert dunes": "desert", "sand dunes": "desert",
    "in the wild": "meadow", "on the farm": "meadow", "in the castle": "room", "on a desert island": "sea",
}  # fmt: skip
IN_WATER = {"in the sea", "in the ocean", "at sea"}

HOURS = {
    "day": "day daytime daylight noon midday afternoon sunny sunshine sunlit sunlight bright", "dawn": "dawn sunrise morning daybreak",
    "sunset": "sunset dusk evening twilight sundown", "night": "night nighttime midnight moonlight moonlit starry starlit nightfall starlight",
}  # fmt: skip
HOUR_OF = {word: hour for hour, words in HOURS.items() for word in words.split()} | {
    "golden hour": "sunset",
    "late afternoon": "sunset",
    "full of stars": "night",
}
WEATHER = {
    "rain": "rain rainy raining drizzle storm stormy rainfall wet thunderstorm", "snow": "snow snowy snowing snowfall blizzard wintry",
    "fog": "fog foggy mist misty hazy haze",
    "clear": "clear cloudless",
}  # fmt: skip
WEATHER_OF = {word: weather for weather, words in WEATHER.items() for word in words.split()}

STYLE_WORDS = {
    "soft 3d": ("soft 3d", "3d", "glossy 3d"), "flat": ("flat", "flat colours", "flat colors", "flat design"),
    "cartoon": ("cartoon drawing", "shaded cartoon", "cartoon"), "sticker": ("simple sticker", "bold sticker", "sticker"),
}  # fmt: skip
STYLE_OF = {words: style for style, said in STYLE_WORDS.items() for words in said}

# Adjectives, verbs and function words that say nothing which can be drawn.
SILENT = frozenset(
    ["is", "are", "was", "were", "be", "being", "been", "has", "have", "had", "do", "does", "there", "here", "it", "they", "them", "that", "which", "who", "where", "while", "when", "as", "so", "very", "really", "quite", "just", "also", "too", "only", "then", "to", "for", "of", "off", "up", "down", "out", "away", "all", "each", "every", "style", "picture", "painting", "illustration", "image", "scene", "drawing", "photo", "storybook", "book-illustration", "art", "of", "view", "beautiful", "cute", "happy", "sad", "funny", "friendly", "angry", "brave", "lovely", "pretty", "nice", "old", "young", "new", "ancient", "magical", "magic", "fluffy", "furry", "cosy", "cozy", "warm", "cold", "hot", "quiet", "peaceful", "calm", "lonely", "lost", "sleepy", "shiny", "dark", "light", "wild", "colourful", "colorful", "fresh", "sweet", "fat", "thin", "round", "long", "short", "high", "low", "deep", "soft", "gentle", "bright-eyed", "curious", "clever", "grumpy", "silly", "proud", "shy", "busy", "lazy", "hungry", "strange", "mysterious", "enchanted", "fairytale", "fairy-tale", "wooden", "stone", "open", "closed", "empty", "full", "rusty", "busy-looking", "standing-still", "together", "alone", "please", "draw", "paint", "make", "show", "me", "create", "generate", "us", "i", "we", "you", "he", "she", "some-kind", "kind", "sort", "side", "looking", "like", "made-up", "against", "background", "backdrop", "backgrounds", "behind-it", "day-time", "time", "hour", "surrounded", "covered", "filled", "made", "called", "named", "wearing-nothing", "its", "own", "not", "no", "without", "flowery", "grassy", "sandy", "leafy", "windy", "sunny-looking", "spring", "summer", "autumn", "winter-like", "season", "good", "big-eyed", "at", "dressed", "ripe", "juicy", "delicious", "fine", "smiling", "back", "head", "nose", "hand", "hands", "tail", "arm", "arms", "neck", "shoulder", "shoulders", "lap", "mouth", "beak", "paw", "paws", "face", "eyes", "top"]
)

# What visitors call things that the vocabulary has under another name; used where that name is in the vocabulary.
SYNONYMS = {
    "bunny": "rabbit", "hare": "rabbit", "kitten": "cat", "kitty": "cat", "puppy": "dog", "hound": "dog", "pup": "dog", "pony": "horse", "foal": "horse",
    "stallion": "horse", "lamb": "ewe", "sheep": "ewe", "piglet": "pig", "bull": "ox", "calf": "cow", "hen": "chicken", "duckling": "duck", "boat": "sailboat",
    "sailing boat": "sailboat", "yacht": "sailboat", "rowboat": "canoe", "plane": "airplane", "aeroplane": "airplane", "jet": "airplane", "automobile": "car",
    "bike": "bicycle", "motorbike": "motorcycle", "scooter": "motor scooter", "lorry": "delivery truck", "truck": "delivery truck", "fire engine": "fire truck",
    "engine": "locomotive", "steam train": "locomotive", "tram": "tram car", "moon": "full moon", "planet": "ringed planet", "saturn": "ringed planet",
    "spaceship": "rocket", "spacecraft": "rocket", "flying saucer": "ufo", "cottage": "house", "home": "house", "cabin": "hut", "shed": "hut", "palace": "castle",
    "fort": "castle", "fir": "pine tree", "fir tree": "pine tree", "pine": "pine tree", "spruce": "pine tree", "oak": "tree", "oak tree": "tree", "palm": "palm tree",
    "flower": "tulip", "daisy": "sunflower", "wizard": "mage", "witch": "mage", "sorcerer": "mage", "knight": "shield", "king": "prince", "queen": "princess",
    "policeman": "police officer", "fireman": "firefighter", "chef": "cook", "kid": "boy", "child": "girl", "person": "man", "lady": "woman", "grandmother": "old woman",
    "grandma": "old woman", "grandfather": "old man", "grandpa": "old man", "dinosaur": "long-necked dinosaur", "t-rex": "t-rex dinosaur", "tyrannosaurus": "t-rex dinosaur",
    "present": "gift", "gift box": "gift", "ball": "football", "soccer ball": "football", "pumpkin": "halloween pumpkin", "lantern": "red paper lantern",
    "tv": "television", "phone": "telephone", "mirror": "magnifying glass", "cup": "coffee cup", "mug": "coffee cup", "coffee": "coffee cup", "tea": "teapot",
    "cup of coffee": "coffee cup", "cup of tea": "coffee cup", "hamburger": "burger", "cheeseburger": "burger", "donut": "doughnut", "cake": "birthday cake",
    "ice cream": "ice cream cone", "cheese": "cheese wedge", "pancake": "pancakes", "grape": "grapes", "cherry": "cherries", "berry": "strawberry", "plant": "potted plant",
    "ladybird": "ladybug", "bug": "beetle", "worm": "snake", "crow": "bird", "robin": "bird", "sparrow": "bird", "seagull": "bird", "gull": "bird", "falcon": "eagle",
    "hawk": "eagle", "pigeon": "dove", "orca": "whale", "goldfish": "tropical fish", "clownfish": "tropical fish", "puffin": "penguin", "alligator": "crocodile",
    "tortoise": "turtle", "sea turtle": "turtle", "toad": "frog", "bear cub": "bear", "teddy": "teddy bear", "hat": "top hat", "umbrella": "umbrella", "sword": "dagger",
    "treasure": "treasure chest", "chest": "treasure chest", "diamond": "gem stone", "gem": "gem stone", "jewel": "gem stone", "heart": "red heart",
    "lightning": "lightning bolt", "campfire": "fire", "bonfire": "fire", "flame": "fire", "mountain": "mountain", "shell": "spiral shell", "seashell": "spiral shell",
    "hot air balloon": "balloon", "santa": "santa claus", "father christmas": "santa claus", "spaceman": "astronaut", "cosmonaut": "astronaut", "letter": "envelope",
    "parcel": "package", "temple": "japanese castle", "big wheel": "ferris wheel", "sofa": "chair", "armchair": "chair", "clock": "alarm clock", "lamp": "light bulb",
}  # fmt: skip
