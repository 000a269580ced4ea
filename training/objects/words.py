"""Words for the object model: what the styles and colours are called, how a caption is said."""

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
