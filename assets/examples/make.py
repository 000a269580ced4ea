"""The pieces that show what the studio does, made by the studio: `python -m assets.examples.make` from the project's folder.

examples/: for each tab a picture (and a sound) of what it makes; name some after the command to make only these: stylize, generate, animate,
narrate, compose, infill, redteam. looks/<style>.webp: every ready style on one photograph; `looks` makes them all, a style's name only its own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

from pipelines.core.models import ASSETS
from pipelines.core.settings import settings_of
from pipelines.media import load_image, save_sound
from pipelines.stylize.gallery import gallery
from pipelines.stylize.painting import painting

PHOTO, PAINTING = "samples/bridge-at-night.jpg", "styles/hokusai-kazusa.jpg"


def rounded(picture: Image.Image, radius_px: int) -> Image.Image:
    mask = Image.new("L", (picture.width * 4, picture.height * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius_px * 4, fill=255)
    cut = picture.convert("RGBA")
    cut.putalpha(mask.resize(picture.size, Image.Resampling.LANCZOS))
    return cut


def stylize() -> None:
    photo, style = load_image(ASSETS / PHOTO), load_image(ASSETS / PAINTING)
    large = ImageOps.fit(painting(photo, style), (1280, 800), Image.Resampling.LANCZOS).convert("RGBA")
    for n, small in enumerate((photo, style)):
        inset = ImageOps.fit(small, (248, 168), Image.Resampling.LANCZOS)
        framed = Image.new("RGB", (264, 184), "#FBF8F3")
        framed.paste(inset, (8, 8))
        large.alpha_composite(rounded(framed, 14), (32 + n * 288, 800 - 32 - 184))
    large.convert("RGB").save(ASSETS / "examples" / "stylize.webp", quality=86, method=6)


def paper() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (1280, 800), "#FBF8F3")
    return picture, ImageDraw.Draw(picture)


def display_face(size_px: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(str(ASSETS / "fonts" / "fraunces-latin-opsz-normal.woff2"), size_px)
    face.set_variation_by_axes([72, 420])
    return face


def generate() -> None:
    from pipelines.generate.storybook import storybook

    made = storybook(prompt="a red fox beside a house by the sea at sunset", seed=7)
    made.main.picture.save(ASSETS / "examples" / "generate.webp", quality=86, method=6)


def animate() -> None:
    """The first and the last frame of a camera that moves round, side by side."""
    from pipelines.animate.camera import camera

    video = camera(load_image(ASSETS / "samples" / "moose.jpg"), move="orbit", seconds=2)
    frames = list(video.frames())
    picture, _ = paper()
    for n, frame in enumerate((frames[len(frames) // 4], frames[3 * len(frames) // 4])):
        part = ImageOps.fit(Image.fromarray(frame), (624, 752), Image.Resampling.LANCZOS)
        picture.paste(rounded(part, 14), (8 + n * 640, 24), rounded(part, 14))
    picture.save(ASSETS / "examples" / "animate.webp", quality=86, method=6)


def narrate() -> None:
    from pipelines.narrate.speak import speak

    made = speak(text="Late in the afternoon, the light turned gold.", seed=1)
    assert made.poster is not None
    ImageOps.pad(made.poster.convert("RGB"), (1280, 800), Image.Resampling.LANCZOS, "#FBF8F3").save(
        ASSETS / "examples" / "narrate.webp", quality=86, method=6
    )
    save_sound(made.main, ASSETS / "examples" / "narrate.mp3")


def compose() -> None:
    from pipelines.compose.song import song

    made = song(mood="calm", ensemble="piano", seconds=20, seed=1)
    assert made.poster is not None
    ImageOps.pad(made.poster.convert("RGB"), (1280, 800), Image.Resampling.LANCZOS, "#FBF8F3").save(
        ASSETS / "examples" / "compose.webp", quality=86, method=6
    )
    save_sound(made.main, ASSETS / "examples" / "compose.mp3")


def infill() -> None:
    """A filled sentence: its blanks on a wash, with the number of the step in which each word was decided."""
    from pipelines.infill.diffuse import diffuse

    made = diffuse(text="The fox came out of the ____ and looked at the ____.", seed=1)
    picture, draw = paper()
    face, small = display_face(64), ImageFont.load_default(22)
    decided = {step["start"]: step["step"] for step in made.detail["steps"] if "piece" in step}
    blanks = [(blank["start"], blank["end"]) for blank in made.detail["blanks"]]
    x, y, at = 120, 260, 0
    for word in made.text.split(" "):
        wide = draw.textlength(word + " ", face)
        if x + wide > 1180:
            x, y = 120, y + 130
        filled = any(start <= at < end for start, end in blanks)
        if filled:
            box = (x - 10, y - 10, x + draw.textlength(word.rstrip(".,"), face) + 10, y + 82)
            draw.rounded_rectangle(box, 14, fill="#FBE9DE")
            step = decided.get(at)
            if step is not None:
                draw.text((x, y + 88), f"step {step}", fill="#B4491A", font=small)
        draw.text((x, y), word, fill="#1E1B18", font=face)
        x, at = x + wide, at + len(word) + 1
    picture.save(ASSETS / "examples" / "infill.webp", quality=90, method=6)


def redteam() -> None:
    """Seven of the attacks on the invisible mark of one drawing, as a sheet of the page's shape."""
    from pipelines.redteam import mark
    from pipelines.redteam.parts import report
    from pipelines.watermark import picture as marks

    marked = marks.embed(mark.drawn("a red apple", 7), mark.PAYLOAD)
    cells, gone = {"Marked": Image.fromarray(marked)}, []
    attacks = mark.attacks(0.5, 7)
    for name in ("jpeg", "resize", "crop", "screenshot", "average", "autoencoder", "diffusion"):
        found = marks.read(after := attacks[name](marked))
        read = found is not None and found.payload == mark.PAYLOAD
        gone += [] if read else [mark.TITLES[name].lower()]
        cells[f"{mark.TITLES[name]}: {'read' if read else 'gone'}"] = Image.fromarray(after)
    said = f"{len(gone)} of 7 attacks removed the invisible mark: {', '.join(gone) or 'none'}."
    sheet = report.sheet(cells, report.Finding("invisible mark", "", {}, len(gone), 7, said), columns=4)
    ground = Image.new("RGB", (1120, 700), report.GROUND)
    fitted = ImageOps.contain(sheet, ground.size, Image.Resampling.LANCZOS)
    ground.paste(fitted, ((ground.width - fitted.width) // 2, (ground.height - fitted.height) // 2))
    ground.save(ASSETS / "examples" / "redteam.webp", quality=86, method=6)


def looks(only: Sequence[str]) -> None:
    photo = ImageOps.fit(load_image(ASSETS / "samples" / "bridge-at-night.jpg"), (528, 396), Image.Resampling.LANCZOS)
    for value in only or settings_of(gallery).setting("style").field.named():
        painted = gallery(photo, style=value).resize((264, 198), Image.Resampling.LANCZOS)
        painted.save(ASSETS / "looks" / f"{value}.webp", quality=80, method=6)


if __name__ == "__main__":
    makers = {
        "stylize": stylize,
        "generate": generate,
        "animate": animate,
        "narrate": narrate,
        "compose": compose,
        "infill": infill,
        "redteam": redteam,
    }
    named = sys.argv[1:] or [*makers, "looks"]
    for name in named:
        if name in makers:
            makers[name]()
    if styles := [name for name in named if name not in makers]:
        looks([] if "looks" in styles else styles)
