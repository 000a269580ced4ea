"""A small picture of what each method makes, made by the method itself: `python -m assets.methods.make` from the project's folder.

methods/<pipeline>.webp, 160 x 120 pixels; name some pipelines after the command to make only those. Methods that need a model from a hub, and the training
of a style, have a drawn sign, and so have those that work on a text.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from pipelines.core.models import ASSETS
from pipelines.core.run import find
from pipelines.core.settings import settings_of
from pipelines.media import load_image
from pipelines.stylize.parts.stylers import style_names
from studio.engine.runners import InProcess
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, checked_call
from studio.studio import Studio, open_studio

ME, SIZE = "0" * 32, (160, 120)
SCENE = "a red fox beside a house by the sea at sunset"
TUNE: dict[str, Any] = {"mood": "calm", "seconds": 12, "seed": 3}


class Bench:
    """A studio in a folder that goes away; what is made once is not made again."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def file(self, asset: str) -> str:
        path = self.studio.store.new_file(Path(asset).suffix)
        shutil.copyfile(ASSETS / asset, path)
        return receive(self.studio.store, self.studio.intake, self.studio.certificate, ME, path, Path(asset).name).id

    def mask(self, asset: str, box: tuple[float, float, float, float]) -> str:
        """A mask of the size of a picture, white inside a box of shares (left, top, right, bottom)."""
        wide, high = Image.open(ASSETS / asset).size
        made = Image.new("L", (wide, high))
        ImageDraw.Draw(made).ellipse((box[0] * wide, box[1] * high, box[2] * wide, box[3] * high), fill=255)
        path = self.studio.store.new_file(".png")
        made.save(path)
        return receive(self.studio.store, self.studio.intake, self.studio.certificate, ME, path, "mask.png").id

    def make(self, pipeline: str, inputs: dict[str, str] | None = None, **settings: Any) -> Artifact:
        form = settings_of(find(pipeline))
        kind = lambda id: one.kind if (one := self.studio.store.artifact(ME, id)) else None  # noqa: E731
        return self.studio.jobs.run_now(
            ME,
            checked_call(
                pipeline,
                inputs or {},
                form.defaults | ({"seed": 7} if "seed" in form.defaults else {}) | settings,
                kind,
            ),
        )


def recipes(bench: Bench) -> dict[str, Callable[[], Artifact]]:
    """Each method with how its picture is made."""
    make, file = bench.make, bench.file
    photo, other = lambda: file("samples/bridge-at-night.jpg"), lambda: file("samples/moose.jpg")
    scene = lambda: make("generate.storybook", prompt=SCENE).id  # noqa: E731
    drawing = lambda: make("generate.object", prompt="a red apple", count=1).id  # noqa: E731
    moving, bee, boats = lambda: file("samples/pan.mp4"), "samples/honey-bee.jpg", "samples/nagasaki-boats.jpg"
    spoken = lambda: make("narrate.speak", text="Late in the afternoon, the light turned gold. The sea was calm.")  # noqa: E731
    person = lambda: make("generate.character", prompt="an old sailor with a blue hat", size=512).id  # noqa: E731
    score = lambda: _score(bench, make("compose.song", **TUNE))  # noqa: E731
    return {
        "generate.storybook": lambda: make("generate.storybook", prompt=SCENE),
        "generate.object": lambda: make("generate.object", prompt="a red apple"),
        "generate.codes": lambda: make("generate.codes", prompt="a yellow flower"),
        "generate.character": lambda: make("generate.character", prompt="an old sailor with a blue hat", size=512),
        "generate.complete": lambda: make("generate.complete", {"drawing": drawing()}, prompt="a red apple"),
        "generate.faces": lambda: make("generate.faces"),
        "generate.enlarge": lambda: make("generate.enlarge", {"picture": drawing()}),
        "generate.cutout": lambda: make("generate.cutout", {"picture": other()}),
        "generate.edges": lambda: make("generate.edges", {"picture": photo()}),
        "stylize.painting": lambda: make(
            "stylize.painting", {"content": photo(), "style": file("styles/hokusai-kazusa.jpg")}
        ),
        "stylize.gallery": lambda: make("stylize.gallery", {"content": photo()}, size=512),
        "stylize.contact_sheet": lambda: make("stylize.contact_sheet", {"content": photo()}),
        "stylize.gatys": lambda: make(
            "stylize.gatys", {"content": photo(), "style": file("styles/hokusai-kazusa.jpg")}, size=256, steps=60
        ),
        "generate.pixelcnn": lambda: make("generate.pixelcnn", prompt="a yellow flower", count=4),
        "generate.retouch": lambda: make(
            "generate.retouch", {"picture": file(bee), "mask": bench.mask(bee, (0.3, 0.3, 0.7, 0.7))}
        ),
        "animate.loop": lambda: make(
            "animate.loop",
            {"picture": file(boats), "flowing": bench.mask(boats, (0.0, 0.6, 1.0, 1.1))},
            seconds=2.0,
            longest_side=320,
        ),
        "animate.talk": lambda: make(
            "animate.talk", {"picture": person(), "sound": spoken().id}, consent=True, longest_side=320
        ),
        "animate.interpolate": lambda: make("animate.interpolate", {"video": moving()}),
        "animate.stabilise": lambda: make("animate.stabilise", {"video": moving()}),
        "animate.camera": lambda: make("animate.camera", {"picture": other()}, seconds=2.0),
        "animate.layers": lambda: make("animate.layers", {"picture": scene()}, seconds=2.0),
        "stylize.video": lambda: make(
            "stylize.video", {"video": moving()}, gallery_style=next(iter(style_names())), longest_side=320
        ),
        "animate.pace": lambda: make("animate.pace", {"video": file("samples/pan.mp4")}),
        "animate.morph": lambda: make("animate.morph", {"first": photo(), "second": other()}),
        "narrate.speak": lambda: make("narrate.speak", text="Late in the afternoon, the light turned gold."),
        "compose.song": lambda: make("compose.song", **TUNE),
        "compose.hum": lambda: make(
            "compose.hum", {"recording": make("compose.song", **TUNE, ensemble="harp").id}, ensemble="folk"
        ),
        "compose.vary": lambda: make("compose.vary", {"score": score()}),
        "compose.fit": lambda: make("compose.fit", {"voice": spoken().id}, seconds=12.0),
        "redteam.noise": lambda: make("redteam.noise", source="a red apple", target="a yellow flower"),
        "redteam.prompt": lambda: make("redteam.prompt", source="a red apple", target="a yellow flower", steps=5),
        "redteam.mark": lambda: make("redteam.mark", prompt="a red apple"),
        "redteam.detector": lambda: make("redteam.detector", {"content": photo()}, steps=5, consent=True),
        "detect.examine": lambda: make("detect.examine", {"media": photo()}),
        "detect.provenance": lambda: make("detect.provenance", {"media": photo()}),
        "redteam.credential": lambda: make("redteam.credential", {"media": drawing()}),
        "redteam.protect": lambda: make("redteam.protect", {"content": photo()}, steps=10),
        "redteam.swap": lambda: make("redteam.swap", steps=100),
        "redteam.erasure": lambda: make("redteam.erasure", steps=2),
        "animate.drag": lambda: make(
            "animate.drag",
            {
                "picture": bench.file("samples/moose.jpg"),
                "moving": bench.mask("samples/moose.jpg", (0.25, 0.2, 0.75, 0.95)),
            },
            arrows="0.5 0.5 > 0.6 0.45",
            seconds=1.0,
            longest_side=480,
        ),
        "animate.erase": lambda: make(
            "animate.erase", {"video": moving(), "gone": bench.mask("samples/moose.jpg", (0.3, 0.3, 0.5, 0.6))}
        ),
    }


def _score(bench: Bench, song: Artifact) -> str:
    """The MIDI file of a piece, as a file of the visitor's."""
    from pipelines.media import beside

    path = bench.studio.store.new_file(".mid")
    shutil.copyfile(next(beside(song.path).glob("*.mid")), path)
    studio = bench.studio
    return receive(studio.store, studio.intake, studio.certificate, ME, path, "piece.mid").id


SIGNS = (
    "generate.diffusion",
    "generate.layered",
    "generate.painted",
    "animate.diffusion",
    "compose.sample",
    "stylize.train",
)
INK, FAINT, SUN = "#655E55", "#B9AFA2", "#D9622B"
LINES: dict[str, tuple[tuple[tuple[int, int, str], ...], ...]] = {  # of a text, each as bars: from, to (of 100), colour
    "infill.diffuse": (((8, 48, INK), (54, 92, INK)), ((8, 30, INK), (36, 66, SUN), (72, 92, INK)), ((8, 60, INK),)),
    "infill.rewrite": (((8, 92, FAINT),), ((8, 92, FAINT),), ((8, 50, SUN),)),
    "narrate.transcribe": (
        tuple((x, x + 4, SUN) for x in range(8, 90, 8)),
        ((8, 34, INK), (40, 92, INK)),
        ((8, 52, INK), (58, 74, INK)),
    ),
    "narrate.book": (((8, 44, INK), (52, 92, INK)), ((8, 44, SUN), (52, 92, SUN)), ((8, 44, INK), (52, 78, INK))),
    "narrate.revoice": (
        tuple((x, x + 4, INK) for x in range(8, 90, 8)),
        ((8, 92, FAINT),),
        tuple((x, x + 4, SUN) for x in range(8, 90, 8)),
    ),
    "redteam.text": (
        ((8, 20, SUN), (24, 36, SUN), (42, 92, INK)),
        ((8, 58, INK), (64, 92, INK)),
        ((8, 36, INK), (42, 70, SUN)),
    ),
}


def text_sign(name: str) -> Image.Image:
    """What a method does with a text, as bars for its words: large enough to be read where a word is not. For Weigh a bar's height is how unexpected a word is."""
    wide, high = 640, 480
    made = Image.new("RGB", (wide, high), "#F4EFE7")
    draw = ImageDraw.Draw(made)
    if name == "infill.score":
        for n, share in enumerate((0.25, 0.4, 0.95, 0.3, 0.55)):
            left = 60 + 108 * n
            draw.rounded_rectangle((left, 390 - 320 * share, left + 80, 390), 14, fill=SUN if share > 0.9 else INK)
        draw.line((40, 420, 600, 420), fill=FAINT, width=14)
        return made
    for row, bars in enumerate(LINES[name]):
        for begin, end, colour in bars:
            top = 70 + 125 * row
            draw.rounded_rectangle((begin * wide / 100, top, end * wide / 100, top + 84), 20, fill=colour)
            if name == "infill.rewrite" and colour == FAINT:
                draw.line((begin * wide / 100, top + 42, end * wide / 100, top + 42), fill=INK, width=14)
    return made


def sign(name: str) -> Image.Image:
    """A drawn sign: for a model of a hub a cloud with an arrow and what comes out; for the training of a style a painting under a falling loss."""
    wide, high, ink, sun = 640, 480, "#655E55", "#D9622B"
    if name == "stylize.train":
        made = ImageOps.fit(load_image(ASSETS / "styles" / "hokusai-kazusa.jpg"), (wide, high))
        points = [(40 + 560 * n / 40, 60 + 340 * (1 - 0.9**n) + 14 * (-1) ** n * 0.93**n) for n in range(41)]
        draw = ImageDraw.Draw(made)
        draw.line(points, fill="#FBF8F3", width=26, joint="curve")
        draw.line(points, fill=sun, width=12, joint="curve")
        return made
    made = Image.new("RGB", (wide, high), "#F4EFE7")
    draw = ImageDraw.Draw(made)
    for box in ((170, 110, 330, 270), (260, 60, 440, 240), (360, 120, 500, 260)):
        draw.ellipse(box, fill="#E2DACE")
    draw.rounded_rectangle((180, 180, 490, 262), 40, fill="#E2DACE")
    draw.line((330, 190, 330, 300), fill=sun, width=16)
    draw.polygon(((295, 290), (365, 290), (330, 330)), fill=sun)
    if name == "compose.sample":
        for left in (280, 360):
            draw.ellipse((left - 30, 400, left + 12, 432), fill=ink)
            draw.line((left + 8, 350, left + 8, 416), fill=ink, width=8)
        draw.line((284, 352, 372, 352), fill=ink, width=14)
    elif name == "generate.layered":
        for shift in (-60, 0, 60):
            draw.rounded_rectangle(
                (255 + shift, 352 - shift // 4, 405 + shift, 442 - shift // 4), 10, fill="#F4EFE7", outline=ink, width=9
            )
    else:
        draw.rounded_rectangle((245, 345, 415, 445), 10, outline=ink, width=10)
        if name == "generate.painted":  # a figure stands in it
            draw.ellipse((308, 358, 340, 390), fill=sun)
            draw.rounded_rectangle((300, 388, 348, 440), 14, fill=sun)
        elif name == "generate.diffusion":
            draw.line((260, 430, 310, 380, 345, 415, 372, 392, 402, 430), fill=ink, width=9, joint="curve")
        else:
            draw.polygon(((312, 370), (312, 420), (356, 395)), fill=ink)
    return made


def saved(picture: Image.Image, name: str) -> None:
    """Write the small picture of a method."""
    small = ImageOps.fit(picture, SIZE, Image.Resampling.LANCZOS)
    small.save(ASSETS / "methods" / f"{name}.webp", quality=80, method=6)
    print(name, flush=True)


def main(names: Sequence[str] = ()) -> None:
    for name in SIGNS:
        if not names or name in names:
            saved(sign(name), name)
    for name in (*LINES, "infill.score"):
        if not names or name in names:
            saved(text_sign(name), name)
    home = Path(tempfile.mkdtemp())
    studio = open_studio(home, InProcess(), spares=0)
    try:
        for name, work in recipes(Bench(studio)).items():
            if names and name not in names:
                continue
            try:
                made = work()
            except Exception as problem:  # noqa: BLE001 one that does not work here leaves the others
                print(name, type(problem).__name__, problem)
                continue
            picture = load_image(studio.store.thumbnail_path(made))
            ground = Image.new("RGB", picture.size, "#F4EFE7")
            ground.paste(picture.convert("RGBA"), mask=picture.convert("RGBA").getchannel("A"))
            saved(ground, name)
    finally:
        studio.close()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
