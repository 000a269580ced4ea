"""What a film owes to whom: the models and styles that had a part in it, with their licences."""

from __future__ import annotations

from collections.abc import Iterable

from studio.film import spoken
from studio.film.storyboard import Storyboard
from studio.storage.artifacts import Artifact

ROLES = {
    "generate": "Drawn by",
    "stylize": "Painted by",
    "animate": "Moved by",
    "narrate": "Spoken by",
    "compose": "Music by",
    "film": "Music by",
}
# How the models that most films use are named to an audience; "" for a part of another. The hand-off's credits.txt names every file and licence.
CALLED = {
    "Kokoro-82M, 8 bits": "Kokoro-82M by hexgrad",
    "Voices of Kokoro": "",
    "Letters to sounds, English": "",
    "English pronunciation, American": "",
    "English pronunciation, American, rarer words": "",
    "English pronunciation, British": "",
    "English pronunciation, British, rarer words": "",
    "MiniLM-L6 sentence encoder": "",
    "WordNet 3.1": "",
    "spaCy English pipeline (en_core_web_sm 3.8)": "",
    "Given names of the United States": "",
    "Enlarger for drawings": "",
    "Codes: single drawings": "the studio's own network, after drawings of Google, Microsoft and Twitter",
}
PAINTED = "painted by code in Afternoon Studio"
MADE_WITH = "Made with Afternoon Studio"


def models_by_role(parts: Iterable[Artifact]) -> dict[str, dict[str, str]]:
    """Role to model names with their licences, in the order of ROLES; what has no model is left out."""
    roles: dict[str, dict[str, str]] = {role: {} for role in ROLES.values()}
    for part in parts:
        role = ROLES.get(part.call.pipeline.split(".")[0]) if part.call else None
        for model in part.facts.get("models", []) if role else ():
            licence = str(model["licence"]).split(" (")[0]  # who holds it is in the hand-off's credits.txt
            roles[str(role)].setdefault(str(model["name"]), licence)
    return {role: models for role, models in roles.items() if models}


def looks(parts: Iterable[Artifact]) -> list[str]:
    """Names of the styles in which scenes are painted."""
    from pipelines.stylize.parts.stylers import style_names

    names = style_names()
    chosen = [
        part.call.settings.get("style") or part.call.settings.get("gallery_style")
        for part in parts
        if part.call and part.call.pipeline.startswith("stylize.")
    ]
    return list(dict.fromkeys(names[look] for look in chosen if look in names))


def _cast(board: Storyboard, told: dict[str, str]) -> list[str]:
    """ "Anna: Heart", the narrator first."""
    from pipelines.audio.voices import describe_voices

    names = {voice: str(about["name"]) for voice, about in describe_voices().items()}
    listed = {"The narrator": board.voice, **{who: voice for who, voice in told.items() if voice != board.voice}}
    return [f"{who} – {names.get(voice, voice)}" for who, voice in listed.items()]


def credit_lines(board: Storyboard, parts: Iterable[Artifact]) -> list[str]:
    """The lines of a film's credits: the maker's own, who is in the film, then who made what with which licence. A line that ends with a colon is a heading."""
    parts = list(parts)
    lines = [line.strip() for line in board.credits.text.split("\n") if line.strip()]
    people = spoken.everybody(board).values()
    pictured = {one.word for one in people if one.label.lower() != one.word}  # whose picture has no line of its own
    if names := dict.fromkeys(one.label for one in people if one.label.lower() not in pictured):
        lines += ["With:", ", ".join(names)]
    if voices := spoken.voices(board):
        lines += ["Voices:", *_cast(board, voices)]
    if uploads := dict.fromkeys(part.title for part in parts if part.call is None):
        lines += ["With files of the maker:", ", ".join(uploads)[:300]]
    if any(part.call and part.call.pipeline == "generate.storybook" for part in parts):
        lines += ["Pictures and figures:", PAINTED]
    if painted := looks(parts):
        lines += ["Looks:", ", ".join(painted)]
    for role, models in models_by_role(parts).items():
        named = [CALLED.get(name, f"{name}, {licence}" if licence else name) for name, licence in models.items()]
        if named := [name for name in dict.fromkeys(named) if name]:
            lines += [f"{role}:", *named]
    return [*lines, f"{MADE_WITH}:"]
