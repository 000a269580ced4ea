"""Words for the object model: which labels are things, what the styles and colours are called, how a caption is said."""

STYLES = {  # drawing set -> words for its style, the first is its name
    "fluent-emoji": ("soft 3d", "3d", "glossy 3d"),
    "fluent-emoji-flat": ("flat", "flat colours", "flat design"),
    "noto": ("cartoon", "cartoon drawing", "shaded cartoon"),
    "twemoji": ("sticker", "simple sticker", "bold sticker"),
}

# OKLCh targets: lightness, chroma, hue in degrees
COLOURS = {
    "red": (0.60, 0.20, 27), "orange": (0.73, 0.17, 58), "yellow": (0.87, 0.17, 98), "green": (0.64, 0.17, 145),
    "teal": (0.70, 0.11, 192), "blue": (0.60, 0.16, 255), "purple": (0.56, 0.18, 305), "pink": (0.77, 0.14, 355),
    "brown": (0.48, 0.08, 55), "black": (0.28, 0.01, 0), "white": (0.95, 0.01, 0), "grey": (0.65, 0.01, 0),
}

CORE_STYLES = ("soft 3d", "flat", "cartoon")

# What the first landed weights draw: what stories are told of. The others follow when the machine hours are there.
CORE = ["monkey", "dog", "wolf", "fox", "raccoon", "cat", "lion", "tiger", "horse", "unicorn", "zebra", "deer", "cow", "pig", "goat", "camel", "giraffe", "elephant", "rhinoceros", "hippopotamus", "mouse", "hamster", "rabbit", "hedgehog", "bat", "bear", "polar bear", "koala", "panda", "kangaroo", "rooster", "chick", "bird", "penguin", "eagle", "duck", "swan", "owl", "flamingo", "peacock", "parrot", "frog", "crocodile", "turtle", "snake", "dragon", "t-rex dinosaur", "whale", "dolphin", "fish", "tropical fish", "shark", "octopus", "spiral shell", "jellyfish", "crab", "lobster", "snail", "butterfly", "ant", "bee", "ladybug", "spider", "bouquet", "cherry blossom", "rose", "sunflower", "tulip", "potted plant", "pine tree", "tree", "palm tree", "cactus", "four leaf clover", "maple leaf", "mushroom", "grapes", "watermelon", "lemon", "banana", "pineapple", "apple", "green apple", "pear", "peach", "cherries", "strawberry", "coconut", "avocado", "carrot", "hot pepper", "broccoli", "bread", "croissant", "pretzel", "cheese wedge", "burger", "pizza", "egg", "ice cream cone", "doughnut", "cookie", "birthday cake", "cupcake", "lollipop", "honey pot", "coffee cup", "teapot", "glass of wine", "earth globe", "mountain", "volcano", "desert island", "house", "castle", "church", "tent", "fountain", "ferris wheel", "circus tent", "locomotive", "train", "bus", "ambulance", "fire truck", "police car", "taxi", "car", "delivery truck", "tractor", "race car", "motorcycle", "bicycle", "anchor", "sailboat", "canoe", "ship", "airplane", "parachute", "helicopter", "rocket", "ufo", "full moon", "crescent moon", "sun", "sun with face", "ringed planet", "star", "shooting star", "cloud", "cloud with rain", "rainbow", "umbrella", "lightning bolt", "snowflake", "snowman", "fire", "droplet", "wave", "halloween pumpkin", "christmas tree", "fireworks", "balloon", "gift", "trophy", "football", "basketball", "kite", "teddy bear", "crystal ball", "magic wand", "glasses", "t-shirt", "dress", "backpack", "shoe", "boot", "crown", "sun hat", "top hat", "ring", "gem stone", "bell", "guitar", "violin", "drum", "trumpet", "microphone", "headphones", "telephone", "laptop", "camera", "television", "magnifying glass", "candle", "light bulb", "book", "scroll", "envelope", "package", "mailbox", "treasure chest", "money bag", "coin", "pencil", "paintbrush", "artist palette", "scissors", "key", "padlock", "hammer", "axe", "bow and arrow", "shield", "crossed swords", "gear", "magnet", "ladder", "telescope", "hourglass", "alarm clock", "door", "bed", "chair", "broom", "bucket", "ghost", "alien", "robot", "skull", "baby", "boy", "girl", "man", "woman", "cook", "farmer", "astronaut", "firefighter", "police officer", "ninja", "prince", "princess", "santa claus", "superhero", "mage", "fairy", "vampire", "mermaid", "elf", "genie", "red heart"]

DROPPED_SUBGROUPS = {
    "face-smiling", "face-affection", "face-tongue", "face-hand", "face-neutral-skeptical", "face-sleepy", "face-unwell",
    "face-hat", "face-glasses", "face-concerned", "face-negative", "monkey-face", "emotion", "hand-fingers-open",
    "hand-fingers-partial", "hand-single-finger", "hand-fingers-closed", "hands", "hand-prop", "person", "person-gesture",
    "person-activity", "person-sport", "person-resting", "family", "person-symbol", "skin-tone", "hair-style", "transport-sign",
    "warning", "arrow", "religion", "zodiac", "av-symbol", "gender", "math", "punctuation", "currency", "other-symbol", "keycap",
    "alphanum", "geometric", "flag", "country-flag", "subdivision-flag", "cat-face", "sound", "heart",
}

KEPT_LABELS = {
    "skull", "smiling face with sunglasses", "cowboy hat face", "nerd face", "thinking face", "sleeping face", "crying face",
    "angry face", "grinning face", "smiling face with heart-eyes", "winking face", "smiling face with horns", "star-struck",
    "partying face", "red heart", "orange heart", "yellow heart", "green heart", "blue heart", "purple heart", "brown heart",
    "black heart", "white heart", "pink heart", "broken heart", "heart with ribbon", "heart with arrow", "love letter",
    "speech balloon", "thought balloon", "collision", "grinning cat", "see-no-evil monkey", "bell", "megaphone", "postal horn",
    "baby", "boy", "girl", "man", "woman", "old man", "old woman", "man: beard", "pregnant woman", "person with crown",
    "person in tuxedo", "woman dancing", "man dancing", "skier", "snowboarder", "person surfing", "person biking", "person running",
    "person walking", "person swimming", "footprints", "thumbs up", "waving hand", "raised fist", "red circle", "blue circle",
    "green circle", "yellow circle", "purple circle", "orange circle", "red square", "blue square", "green square", "yellow square",
    "red triangle pointed up", "chequered flag", "pirate flag", "recycling symbol", "peace symbol", "yin yang", "menorah",
    "people with bunny ears", "woman in lotus position",
}

DROPPED_LABELS = {
    "globe showing Americas", "globe showing Asia-Australia", "globe with meridians", "map of Japan", "Japanese post office",
    "bus stop", "motorway", "construction", "waxing crescent moon", "waxing gibbous moon", "waning gibbous moon",
    "waning crescent moon", "last quarter moon", "first quarter moon face", "last quarter moon face", "sun behind small cloud",
    "sun behind large cloud", "hourglass not done", "oncoming bus", "oncoming police car", "oncoming taxi", "umbrella on ground",
    "mahjong red dragon", "spade suit", "diamond suit", "club suit", "heart suit", "e-mail", "incoming envelope",
    "envelope with arrow", "outbox tray", "inbox tray", "closed mailbox with lowered flag", "open mailbox with raised flag",
    "open mailbox with lowered flag", "mobile phone with arrow", "low battery", "yen banknote", "euro banknote",
    "pound banknote", "chart increasing with yen", "locked with pen", "locked with key", "linked paperclips",
    "magnifying glass tilted right", "placard", "identification card", "elevator", "cigarette", "breast-feeding", "Mx Claus",
    "front-facing baby chick", "foggy", "fog", "optical disk", "computer disk", "broken chain", "link", "kaaba",
    "ballot box with ballot", "card file box", "tear-off calendar", "bookmark tabs", "page with curl", "level slider",
    "pregnant person", "pregnant man",
}

SHORT_NAMES = {  # label -> the name a visitor would type
    "lady beetle": "ladybug", "honeybee": "bee", "automobile": "car", "oncoming automobile": "car from the front",
    "deciduous tree": "tree", "evergreen tree": "pine tree", "passenger ship": "cruise ship", "sport utility vehicle": "jeep",
    "soccer ball": "football", "wrapped gift": "gift", "fire engine": "fire truck", "ear of corn": "corn", "hot beverage": "coffee cup",
    "wine glass": "glass of wine", "beer mug": "mug of beer", "red apple": "apple", "spouting whale": "spouting whale",
    "T-Rex": "t-rex dinosaur", "sauropod": "long-necked dinosaur", "hatching chick": "hatching chick", "wood": "wooden logs",
    "globe showing Europe-Africa": "earth globe", "snow-capped mountain": "snowy mountain", "sun behind cloud": "sun behind a cloud",
    "high voltage": "lightning bolt", "water wave": "wave", "man: beard": "man with a beard", "man’s shoe": "shoe",
    "woman’s boot": "boot", "woman’s hat": "sun hat", "woman’s sandal": "sandal", "woman’s clothes": "blouse",
    "running shirt": "running shirt", "sports medal": "medal", "flying saucer": "ufo", "hamburger": "burger",
    "french fries": "fries", "poultry leg": "chicken leg", "soft ice cream": "ice cream cone", "pool 8 ball": "billiard ball",
    "mountain cableway": "cable car", "classical building": "greek temple", "closed book": "book", "red triangle pointed up": "red triangle",
    "woman in lotus position": "woman meditating", "spider web": "cobweb", "baby chick": "chick", "light bulb": "light bulb",
    "locked": "padlock", "unlocked": "open padlock", "closed mailbox with raised flag": "mailbox", "twelve o’clock": "clock",
    "glowing star": "shining star", "hourglass done": "hourglass", "magnifying glass tilted left": "magnifying glass",
    "police car light": "siren", "collision": "explosion", "globe with meridians": "globe", "person with crown": "queen or king",
    "person in tuxedo": "groom", "hairy creature": "bigfoot", "wastebasket": "waste bin", "headphone": "headphones",
    "family: adult, adult, child": "family", "jack-o-lantern": "halloween pumpkin", "racing car": "race car",
}

EXTRA_WORDS = {
    "automobile": ("automobile",), "deciduous tree": ("oak tree",), "evergreen tree": ("fir tree", "spruce"),
    "soccer ball": ("soccer ball",), "bicycle": ("bike",), "motorcycle": ("motorbike",), "airplane": ("plane", "aeroplane"),
    "honeybee": ("honey bee",), "house": ("cottage", "home"), "wrapped gift": ("present", "gift box"), "lady beetle": ("ladybird",),
    "fire engine": ("fire engine",), "television": ("tv",), "sailboat": ("boat", "sailing boat"), "flying saucer": ("flying saucer",),
    "jack-o-lantern": ("pumpkin", "jack-o-lantern"), "rabbit": ("bunny",), "hamburger": ("hamburger", "cheeseburger"),
    "couch and lamp": ("sofa", "couch"), "eyes": ("pair of eyes",), "mobile phone": ("phone", "smartphone"), "ship": ("boat",),
}


def article(noun: str) -> str:
    """ "a fox", "an owl", "two hearts" stays as it is for plurals."""
    last = noun.split()[-1]
    if last.endswith("s") and not last.endswith(("ss", "us")):
        return noun
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def caption(noun: str, style: str, colour: str, pose: str, phrasing: int) -> str:
    """One way of several to say the same picture; empty words are left out."""
    named = " ".join(word for word in (pose if pose in ("small", "big") else "", colour, noun) if word)
    turned = f" {pose}" if pose and pose not in ("small", "big") else ""
    if not style:
        return (article(named) + turned, named + turned, f"a picture of {article(named)}{turned}")[phrasing % 3]
    return (
        f"{article(named)}{turned}, {style}", f"{named}{turned}, {style}", f"{article(named)}{turned} in {style} style",
        f"a {style} picture of {article(named)}{turned}", f"{style} {named}{turned}",
    )[phrasing % 5]


# Tags that are near a noun in meaning but do not name it.
DROPPED_WORDS = set(
    """rage anger face haunting pile evil break broken heartbroken pink brown explode hand fist curls mechanical hearing listening sound smell
    smells nosey anatomical cardiology breath breathe exhalation inhalation dentist lick kiss bite lip son bro old elderly health graduate
    justice office worker royal claus mrs superpower fairytale dead stroll run dance surf swim animal animals pet service equestrian pork
    two-hump grizzly arctic polar thanksgiving rex jelly ocean pearl insect malaria pest parasite cherry irish four-leaf empty green leafy
    stuffed canned cut hot roasted ball swirl fortune takeout shaved cream bday birthday bar infant newborn glass handle cork alcohol drink
    tropical tumbler liquid pour beverage cold earth world eruption mount island construction mortar wall derelict medicine store department
    national religion christian islam muslim hindu jew jewish judaism night city morning dusk springs slide barber railway high-speed bullet rail
    emergency delivery articulated kick board roller track oil fuel sign buoy motor departure departures arrival arrivals suspension cable bellhop
    alarm timer mantelpiece crescent sunny stars milky rain snow burn drop tanabata pine japanese carp reminder admission military award gold
    hoop sport field goal flag hole magic crystal game slot slots piece nesting arts theatre tie lab safety clothes cosmetics one-piece flat flats
    heel heels high-heeled ballet hair top score studio control electric electricity cinema film frames photo flash video vcr light open library
    novels news credit card mail black nib index round straight triangular file key weapon climb adhesive gene blood drugs sleep bathroom
    bath shave safety cleaning hygiene extinguish funeral symbol red orange yellow green circle blue purple yang yin heart health keys thong
    emergency cap prayer pool billed crops breakfast wheat fruit vegetable root meat white liberty statue garden forest giant monster worker
    curry rice cake box plant chess ride cycle limb knee ankle curling mobile drum sewing flag handgun gun revolver pistol""".split()  # noqa: SIM905
)
