"""Afternoon Studio for Python programs.

    >>> from afternoon_studio import studio
    >>> picture = studio.generate.storybook("A red boat on a calm sea", seed=3)
    >>> picture.kind, len(picture.value.picture.size)
    ('layers', 2)
    >>> picture.save("boat.png").name, picture.save("boat.ora").name
    ('boat.png', 'boat.ora')

A result is the same signed file that the page and `python -m studio run` make, and it goes into the next method:

    >>> lines = studio.generate.edges(picture)
    >>> lines.save("lines.jpg").name
    'lines.jpg'

What cannot be used is refused with one sentence:

    >>> studio.generate.edges("nowhere.png")
    Traceback (most recent call last):
    pipelines.core.settings.Refusal: There is no file nowhere.png.

`dir(studio)` lists the families, `dir(studio.generate)` the methods, and `help(studio.generate.storybook)` the settings.
`afternoon_studio.client.Studio` asks a studio that runs elsewhere.
"""

from afternoon_studio.library import Family, Library, Method, Result

__all__ = ["Family", "Library", "Method", "Result", "studio"]
studio = Library()
