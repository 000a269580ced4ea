"""Props: the things that stories name, drawn as SVG files and painted in the manner of the figures and of the backdrops.

How to use it::

    from pipelines.props import NOUNS, draw, find

    find("lighthouses")                    # "lighthouse"; None for a word that has no picture here
    prop = NOUNS["chest"]                  # .metres .seat .holds .held .grip .also
    rgba = draw("bicycle", 240, "red")     # uint8 [h,w,4], straight alpha, trimmed, longest side 240 px, deterministic
    rgba = draw("well", 240, light=light_of("sunset"))   # in an hour's light; None is a plain day, which the scene can tint

**Size.** `metres` is the storybook height of the picture: towers are so low that who stands beside them can still be seen.
**Use.** `seat`: the share of the height from the top where one sits or stands on it, or None. `holds`: things or people can be in it.
`held`: a person can hold it; then `grip` is where, as shares of the picture (from the left, from the top).
**Colours** are the colour words of `pipelines.scenes.words` ("red", "golden", "navy" ...); "" is the prop's own colour.
**Seeds** change what grows or lies by chance: leaves, puffs of smoke, spots. Things that are made look the same for every seed.

**A new prop** is one file in `assets/things`: a drawing whose name is the noun, with its facts in `<metadata>` (`catalogue.Prop`). What a drawing may
hold stands in `drawings.py`. About 100 units make the whole thing; of two parts the later one lies in front.

Parts: `drawings.py`, `svg_path.py` a file to parts; `outlines.py` polygons; `growth.py` what chance decides; `tones.py` colours; `part.py` a part;
`catalogue.py` the facts of all things; `picture.py` parts to pixels; `names.py` words to nouns.
"""

from __future__ import annotations

from pipelines.props.catalogue import NOUNS, Grip, Prop, record
from pipelines.props.names import find
from pipelines.props.picture import box_of, draw, panes, shape_of

__all__ = ["NOUNS", "Grip", "Prop", "box_of", "draw", "find", "panes", "record", "shape_of"]
