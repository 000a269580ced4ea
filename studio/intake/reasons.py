"""Why a file is not taken, as one sentence for the visitor: what the intake's child answers is a word of this table and a few numbers."""

from __future__ import annotations

from typing import Any

from pipelines.core.settings import Refusal
from pipelines.media.book import SENTENCES as BOOKS


class Refused(Refusal):
    """A file that is not taken; `reason` is one word for code."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


# What a child may answer instead of facts. {called}: FORMATS' word; the rest are numbers or short words.
REASONS = {
    "gone": "This file could not be read; choose it again.",
    "bytes": "This {called} is {size:,.0f} MB and the studio takes at most {most:,.0f} MB; make it smaller and choose it again.",
    "damaged": "This {called} is damaged or incomplete; save it again in another program and choose the new file.",
    "crashed": "This {called} is so damaged that it cannot be opened safely; save it again in another program and choose the new file.",
    "memory": "This {called} needs more memory than the studio gives to one file; save a smaller or simpler copy and choose that.",
    "slow": "This {called} took too long to open; save a smaller or simpler copy and choose that.",
    "busy": "The studio is checking many files just now; try again in a minute.",
    "pixels": "This {called} is {width:,.0f} × {height:,.0f} pixels and the studio takes at most {most:,.0f} megapixels; "
    "make it smaller and choose it again.",
    "giant": "This {called} claims more than the {most:,.0f} megapixels that the studio takes; make it smaller and choose it again.",
    "side": "This {called} is {width:,.0f} × {height:,.0f} pixels and the studio takes at most {most:,.0f} on a side; "
    "make it smaller and choose it again.",
    "long": "This {called} lasts more than {most:,.0f} seconds, the longest that the studio takes; cut it shorter and choose it again.",
    "frames": "This {called} has more than {most:,.0f} frames, the most that the studio takes; cut it shorter and choose it again.",
    "no_video": "This {called} has no moving picture inside; choose a video, or save its sound as WAV, MP3, FLAC or OGG.",
    "no_sound": "This {called} has no sound inside; choose another file.",
    "codec": "This {called} is packed with {codec}, which the studio cannot open; save it as an ordinary {instead} file.",
    "rate": "This {called} has {rate:,.0f} samples a second and the studio takes at most {most:,.0f}; save it at 48,000.",
    "layers_unreadable": "This OpenRaster file cannot be read; please save it again.",
    "layers_much": "This OpenRaster file unpacks to more than the studio takes; merge some layers and save it again.",
    "layers_pixels": "This OpenRaster file has a layer, or layers together, of more than {most:,.0f} megapixels; make it smaller and choose it again.",
    "project_unreadable": "This is not a project that the studio can read, or it is damaged.",
    "project_much": "This project has more files in it than the studio takes.",
    "project_packed": "This project was packed again by another program; choose the file that the studio gave you.",
    "character_foreign": "This JSON file is not a character that the studio can draw; choose one that Characters made.",
    "drawing_bytes": "This SVG drawing is larger than {most:,.0f} kB; simplify it and choose it again.",
    "drawing_unreadable": "This SVG drawing is damaged; save it again as plain SVG and choose the new file.",
    "drawing_entity": "This SVG drawing declares a document type or entities, which no drawing needs; save it as plain SVG and choose that.",
    "drawing_much": "This SVG drawing has too many parts, points or groups in groups; simplify it and choose it again.",
    "drawing_holds": "This SVG drawing holds {what}, which is not taken; make it plain shapes and choose it again.",
    "drawing_says": "This SVG drawing says {what}, which is not taken; save it as plain shapes with plain colours and choose it again.",
    "drawing_link": "This SVG drawing refers to something else; save it as plain shapes with plain colours, without links, gradients, clones and masks.",
    "drawing_number": "This SVG drawing has a number that is none, is not finite or is far too large; save it again and choose the new file.",
    "drawing_path": "This SVG drawing has a path or a transform that cannot be read; save it again as plain SVG and choose the new file.",
    "drawing_colour": "This SVG drawing has a colour that cannot be read; give its shapes plain colours and choose it again.",
    "drawing_style": "This SVG drawing has a style sheet that is not read; save it with its colours as attributes and choose that.",
    "drawing_empty": "This SVG drawing shows nothing; give its shapes a size and a fill or a stroke and choose it again.",
    "network_unreadable": "This is not a network file that the studio can read (safetensors).",
    "network_foreign": "This file is neither a network of the studio's Train tool nor a LoRA; no other networks can be used here.",
    "score_damaged": "This MIDI file is damaged; please save it again.",
    "score_events": "This MIDI file has more than {most:,.0f} notes and other events; cut it to the part that matters and choose it again.",
    "score_long": "This MIDI file lasts more than {most:,.0f} minutes; cut it to the part that matters and choose it again.",
    "text_bytes": "This text is larger than {most:,.0f} MB; cut it shorter and choose it again.",
    "text_unreadable": "This text cannot be read; please save it as UTF-8.",
    "text_foreign": "This JSON file is not a text of the studio.",
    "no_text": "There is no text in this file.",
    "channels": "This {called} has {channels:.0f} channels and the studio takes at most {most:.0f}; save it in stereo.",
    **BOOKS,
}


def refusal(reason: str, called: str = "file", **values: Any) -> Refused:
    """The sentence of a reason; a value that is not what the sentence needs makes it the plain one for damage."""
    try:
        sentence = REASONS[reason].format(called=called, **values)
    except (KeyError, ValueError, TypeError):
        reason, sentence = "damaged", REASONS["damaged"].format(called=called)
    return Refused(sentence, reason)


def plain_values(values: dict[str, Any]) -> dict[str, float | str]:
    """A child's values, made harmless: numbers, or short words of plain letters."""
    plain: dict[str, float | str] = {}
    for name, value in list(values.items())[:6]:
        if isinstance(value, int | float) and abs(value) < 1e15:
            plain[name] = value
        elif isinstance(value, str):
            plain[name] = "".join(
                letter for letter in value if letter.isascii() and (letter.isalnum() or letter in " ._-")
            )[:40]
    return plain
