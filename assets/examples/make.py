"""The pictures that show what the studio does, made by the studio: `python -m assets.examples.make` from the project's folder.

examples/stylize.webp: a photograph, a painting and what comes of the two. looks/<style>.webp: every ready style on one photograph.
"""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageOps

from pipelines.media import load_image
from pipelines.models import ASSETS
from pipelines.settings import settings_of
from pipelines.stylize.gallery import gallery
from pipelines.stylize.painting import painting

PHOTO, PAINTING = "samples/bridge-at-night.jpg", "styles/hokusai-kazusa.jpg"


def rounded(picture: Image.Image, radius_px: int) -> Image.Image:
    mask = Image.new("L", (picture.width * 4, picture.height * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius_px * 4, fill=255)
    cut = picture.convert("RGBA")
    cut.putalpha(mask.resize(picture.size, Image.Resampling.LANCZOS))
    return cut


def example() -> None:
    photo, style = load_image(ASSETS / PHOTO), load_image(ASSETS / PAINTING)
    large = ImageOps.fit(painting(photo, style), (1280, 800), Image.Resampling.LANCZOS).convert("RGBA")
    for n, small in enumerate((photo, style)):
        inset = ImageOps.fit(small, (248, 168), Image.Resampling.LANCZOS)
        framed = Image.new("RGB", (264, 184), "#FBF8F3")
        framed.paste(inset, (8, 8))
        large.alpha_composite(rounded(framed, 14), (32 + n * 288, 800 - 32 - 184))
    large.convert("RGB").save(ASSETS / "examples" / "stylize.webp", quality=86, method=6)


def looks() -> None:
    photo = ImageOps.fit(load_image(ASSETS / "samples" / "bridge-at-night.jpg"), (528, 396), Image.Resampling.LANCZOS)
    for value in settings_of(gallery).setting("style").field.named():
        painted = gallery(photo, style=value).resize((264, 198), Image.Resampling.LANCZOS)
        painted.save(ASSETS / "looks" / f"{value}.webp", quality=80, method=6)


if __name__ == "__main__":
    example()
    looks()
