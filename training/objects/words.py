"""Words for the object model: which labels are things, what the styles and colours are called, how a caption is said."""

STYLES = {  # drawing set -> words for its style, the first is its name
    "fluent-emoji": ("soft 3d", "3d", "glossy 3d"),
    "fluent-emoji-flat": ("flat", "flat colours", "flat design"),
    "noto": ("cartoon", "cartoon drawing", "shaded cartoon"),
    "twemoji": ("sticker", "simple sticker", "bold sticker"),
}
# OKLCh targets: lightness, chroma, hue in degrees
COLOURS = {
    "red": (0.60, 0.20, 27),
    "orange": (0.73, 0.17, 58),
    "yellow": (0.87, 0.17, 98),
    "green": (0.64, 0.17, 145),
    "teal": (0.70, 0.11, 192),
    "blue": (0.60, 0.16, 255),
    "purple": (0.56, 0.18, 305),
    "pink": (0.77, 0.14, 355),
    "brown": (0.48, 0.08, 55),
    "black": (0.28, 0.01, 0),
    "white": (0.95, 0.01, 0),
    "grey": (0.65, 0.01, 0),
}
CORE_STYLES = ("soft 3d", "flat", "cartoon")


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
        f"{article(named)}{turned}, {style}",
        f"{named}{turned}, {style}",
        f"{article(named)}{turned} in {style} style",
        f"a {style} picture of {article(named)}{turned}",
        f"{style} {named}{turned}",
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
