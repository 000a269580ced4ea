"""A small picture of what each method makes, made by the method itself: `python -m assets.methods.make` from the project's folder.

methods/<pipeline>.webp, 160 x 120 pixels; name some pipelines after the command to make only those. Methods that need a model from a hub have none.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from pipelines.core.models import ASSETS
from pipelines.core.run import find
from pipelines.core.settings import settings_of
from pipelines.media import load_image
from studio.engine.runners import InProcess
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, checked_call
from studio.studio import Studio, open_studio

ME, SIZE = "0" * 32, (160, 120)
SCENE = "a red fox beside a house by the sea at sunset"
BLANKS = "The fox came out of the ____ and looked at the ____."
TUNE: dict[str, Any] = {"mood": "calm", "seconds": 12, "seed": 3}


class Bench:
    """A studio in a folder that goes away; what is made once is not made again."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def file(self, asset: str) -> str:
        path = self.studio.store.new_file(Path(asset).suffix)
        shutil.copyfile(ASSETS / asset, path)
        return receive(self.studio.store, self.studio.intake, self.studio.certificate, ME, path, Path(asset).name).id

    def make(self, pipeline: str, inputs: dict[str, str] | None = None, **settings: Any) -> Artifact:
        form = settings_of(find(pipeline))
        kind = lambda id: one.kind if (one := self.studio.store.artifact(ME, id)) else None  # noqa: E731
        return self.studio.jobs.run_now(ME, checked_call(pipeline, inputs or {}, form.defaults | ({"seed": 7} if "seed" in form.defaults else {}) | settings, kind))  # fmt: skip


def recipes(bench: Bench) -> dict[str, Callable[[], Artifact]]:
    """Each method with how its picture is made."""
    make, file = bench.make, bench.file
    photo, other = lambda: file("samples/bridge-at-night.jpg"), lambda: file("samples/moose.jpg")
    scene = lambda: make("generate.storybook", prompt=SCENE).id  # noqa: E731
    drawing = lambda: make("generate.object", prompt="a red apple", count=1).id  # noqa: E731
    return {
        "generate.storybook": lambda: make("generate.storybook", prompt=SCENE),
        "generate.object": lambda: make("generate.object", prompt="a red apple"),
        "generate.codes": lambda: make("generate.codes", prompt="a yellow flower"),
        "generate.variations": lambda: make("generate.variations", {"drawing": drawing()}),
        "generate.walk": lambda: make("generate.walk", prompt="a red apple", to="a yellow flower"),
        "generate.grid": lambda: make("generate.grid", prompt="a red apple"),
        "generate.character": lambda: make("generate.character", prompt="an old sailor with a blue hat", size=512),
        "generate.complete": lambda: make("generate.complete", {"drawing": drawing()}, prompt="a red apple"),
        "generate.sketch": lambda: make("generate.sketch", {"doodle": drawing()}, prompt="a red apple"),
        "generate.rearrange": lambda: make("generate.rearrange", {"layers": scene()}, edits="[]"),
        "generate.faces": lambda: make("generate.faces"),
        "generate.facewalk": lambda: make("generate.facewalk"),
        "generate.enlarge": lambda: make("generate.enlarge", {"picture": drawing()}),
        "generate.cutout": lambda: make("generate.cutout", {"picture": other()}),
        "generate.edges": lambda: make("generate.edges", {"picture": photo()}),
        "generate.likelihood": lambda: make("generate.likelihood", {"drawing": drawing()}),
        "generate.codebook": lambda: make("generate.codebook"),
        "stylize.painting": lambda: make("stylize.painting", {"content": photo(), "style": file("styles/hokusai-kazusa.jpg")}),
        "stylize.gallery": lambda: make("stylize.gallery", {"content": photo()}, size=512),
        "stylize.contact_sheet": lambda: make("stylize.contact_sheet", {"content": photo()}),
        "stylize.gatys": lambda: make("stylize.gatys", {"content": photo(), "style": file("styles/hokusai-kazusa.jpg")}, size=256, steps=60),
        "animate.camera": lambda: make("animate.camera", {"picture": other()}, seconds=2.0),
        "animate.layers": lambda: make("animate.layers", {"picture": scene()}, seconds=2.0),
        "stylize.video": lambda: make("stylize.video", {"video": file("samples/pan.mp4")}),
        "animate.pace": lambda: make("animate.pace", {"video": file("samples/pan.mp4")}),
        "animate.morph": lambda: make("animate.morph", {"first": photo(), "second": other()}),
        "infill.diffuse": lambda: make("infill.diffuse", text=BLANKS),
        "infill.compare": lambda: make("infill.compare", text=BLANKS),
        "infill.noise": lambda: make("infill.noise", text=BLANKS),
        "infill.score": lambda: make("infill.score", text="The fox looked at the sea."),
        "narrate.speak": lambda: make("narrate.speak", text="Late in the afternoon, the light turned gold."),
        "compose.song": lambda: make("compose.song", **TUNE),
        "detect.examine": lambda: make("detect.examine", {"media": photo()}),
        "detect.provenance": lambda: make("detect.provenance", {"media": photo()}),
    }  # fmt: skip


def main(names: Sequence[str] = ()) -> None:
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
            ImageOps.fit(ground, SIZE, Image.Resampling.LANCZOS).save(
                ASSETS / "methods" / f"{name}.webp", quality=80, method=6
            )
            print(name, flush=True)
    finally:
        studio.close()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
