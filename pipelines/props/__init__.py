"""Props: the things that stories name, painted by code in the manner of the figures and of the backdrops.

How to use it::

    from pipelines.props import NOUNS, draw, find

    find("lighthouses")                    # "lighthouse"; None for a word that has no picture here
    prop = NOUNS["chest"]                  # .metres .seat .holds .held .grip .also
    rgba = draw("bicycle", 240, "red")     # uint8 [h,w,4], straight alpha, trimmed, longest side 240 px, deterministic
    rgba = draw("well", 240, light=light_of("sunset"))   # in an hour's light; None is a plain day, which the scene can tint

**Size.** `metres` is the storybook height of the picture, in the measure of `pipelines.scenes.things.HEIGHTS`.
**Use.** `seat`: the share of the height from the top where one sits or stands on it, or None. `holds`: things or people can be in it.
`held`: a person can hold it; then `grip` is where, as shares of the picture (from the left, from the top).
**Colours** are the colour words of `pipelines.scenes.words` ("red", "golden", "navy" ...); "" is the prop's own colour.
**Seeds** change what grows or lies by chance: leaves, puffs of smoke, spots. Things that are made look the same for every seed.

**A new prop** is one entry in the `PROPS` of a file here, with a painter of that file and its settings, or with a new short painter: a function
that puts shapes on a `Sketch`, far to near, in units of which about 100 make the whole thing, y up.

Parts: `sketch.py` shapes and colours; `parts.py` what many props share; `prop.py` a table entry; `picture.py` shapes to pixels; `names.py` words to
nouns; the other files hold the painters and their tables.
"""

from __future__ import annotations

from pipelines.props.catalogue import NOUNS
from pipelines.props.names import find
from pipelines.props.picture import draw, panes
from pipelines.props.prop import Prop

__all__ = ["NOUNS", "Prop", "draw", "find", "panes"]
