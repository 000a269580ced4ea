"""The specimens of Detect, made by the studio: `python -m assets.specimens.make` from the project's folder; names after it make only these.

They are signed by an identity that exists only while this runs: its authority goes to assets/trust, its key is thrown away. So a run that
makes some anew makes all signed ones anew.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.media import load_image
from studio.engine.exports import export_result
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, checked_call
from studio.studio import Studio, open_studio

HERE = ASSETS / "specimens"
ME = "specimens"
PHOTO_LICENCE = "assets/samples/LICENCE.md"
OURS = "Made by the studio; free to use as the studio itself"
SPOKEN = "Late in the afternoon, the light turned gold. Nobody ever said this sentence."


def photo(name: str, longest: int = 640) -> Image.Image:
    picture = load_image(ASSETS / name)
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture


def brought(studio: Studio, picture: Image.Image, title: str) -> Artifact:
    path = studio.store.new_file(".jpg")
    picture.save(path, "JPEG", quality=92)
    return receive(studio.store, studio.intake, studio.certificate, ME, path, f"{title}.jpg")


def made(studio: Studio, pipeline: str, inputs: dict[str, str | None], settings: dict[str, Any]) -> Artifact:
    call = checked_call(
        pipeline, inputs, settings, lambda id: found.kind if (found := studio.store.artifact(ME, id)) else None
    )
    return studio.jobs.run_now(ME, call)


def kept(studio: Studio, one: Artifact, name: str, ending: str) -> str:
    """The signed result as a file of its own, in another format if need be; its thumbnail beside it where it cannot be seen."""
    target = HERE / f"{name}{ending}"
    if one.path.suffix == ending:
        shutil.copyfile(one.path, target)
    else:
        shutil.move(export_result(studio.store, studio.certificate, one, ending), target)
    if ending in (".mp3", ".mp4"):
        with Image.open(studio.store.thumbnail_path(one)) as small:
            shown = Image.new("RGB", (320, 240), "#F4EFE7")
            picture = small.convert("RGB")
            picture.thumbnail((320, 240))
            shown.paste(picture, ((320 - picture.width) // 2, (240 - picture.height) // 2))
            shown.save(HERE / f"{name}.webp", quality=80)
    return f"specimens/{target.name}"


def with_old_credential(signed: Path, picture: Image.Image) -> bytes:
    """A JPEG of another content into which the credential of `signed` (its APP11 segments) was put back."""
    data, at, segments = signed.read_bytes(), 2, b""
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        segments += data[at : at + length] if data[at + 1] == 0xEB else b""
        at += length
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88)
    return held.getvalue()[:2] + segments + held.getvalue()[2:]


def make() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []

    def add(
        asset: str,
        title: str,
        label: str,
        truth: str,
        about: str,
        licence: str = OURS,
        picture: str = "",
    ) -> None:
        shown = {"asset": asset, "picture": picture or asset, "title": title, "label": label, "truth": truth}
        listed.append({**shown, "about": about, "licence": licence})

    with tempfile.TemporaryDirectory() as home:
        studio = open_studio(Path(home), spares=0)
        try:
            _make(studio, add)
            (ASSETS / "trust" / "afternoon-studio-specimens.pem").write_text(studio.certificate.anchor)
        finally:
            studio.close()
    return listed


def _make(studio: Studio, add: Any) -> None:
    for name, title in (("moose", "A moose"), ("coffee", "A cup of coffee")):
        asset = f"samples/{name}.jpg"
        photo(asset).save(HERE / f"photo-{name}.jpg", "JPEG", quality=88)
        about = "A photograph, made smaller and saved again; no machine had a part in its content."
        add(f"specimens/photo-{name}.jpg", title, "a photograph, unsigned", "real", about, PHOTO_LICENCE)
    moose, bridge = (brought(studio, photo(f"samples/{name}.jpg"), name) for name in ("moose", "bridge-at-night"))
    painted = made(studio, "stylize.gallery", {"content": bridge.id}, {"style": "autumn-oils"})
    add(
        kept(studio, painted, "stylised", ".jpg"),
        "Repainted photograph",
        "repainted by AI, signed",
        "edited",
        "A photograph repainted in a ready style by Stylize; signed, with the photograph as its ingredient.",
    )
    again = made(studio, "stylize.gallery", {"content": moose.id}, {"style": "soft-airbrush"})
    small = load_image(again.path).resize(
        (560, round(560 * again.facts["height"] / again.facts["width"])), Image.Resampling.LANCZOS
    )
    small.save(HERE / "saved-again.jpg", "JPEG", quality=85)
    add(
        "specimens/saved-again.jpg",
        "The same, saved again",
        "the signature is gone, the mark is not",
        "edited",
        "Repainted by Stylize, then made smaller and saved again: the credential is gone, the invisible mark is not.",
    )
    broken = load_image(HERE / "stylised.jpg")
    broken.paste(broken.crop((40, 40, 200, 160)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (300, 180))
    (HERE / "broken.jpg").write_bytes(with_old_credential(HERE / "stylised.jpg", broken))
    add(
        "specimens/broken.jpg",
        "Changed after signing",
        "signed, then changed",
        "edited",
        "The repainted photograph with a piece of it pasted elsewhere; its old credential was put back and does not fit.",
    )
    for name, title, prompt in (
        ("fox", "A fox by the sea", "a red fox beside a house by the sea at sunset"),
        ("snow", "A penguin in the snow", "a penguin under a big tree in the snow at night"),
    ):
        scene = made(studio, "generate.storybook", {}, {"prompt": prompt, "seed": 7})
        add(
            kept(studio, scene, f"scene-{name}", ".webp"),
            title,
            "painted from words, signed",
            "made",
            f"Painted by Generate from the words “{prompt}”.",
        )
    add("specimens/inpainted.jpg", "Something is missing", "one thing taken out, unsigned", "edited", _inpainted())
    voice = made(studio, "narrate.speak", {}, {"text": SPOKEN, "seed": 1})
    add(
        kept(studio, voice, "spoken", ".mp3"),
        "A voice",
        "spoken by AI, signed",
        "made",
        "Spoken by Narrate; nobody's voice.",
        picture="specimens/spoken.webp",
    )
    face = brought(studio, photo("styles/leonardo-mona-lisa.jpg", 512), "Mona Lisa")
    talking = made(
        studio,
        "animate.talk",
        {"picture": face.id, "sound": voice.id},
        {"longest_side": 384, "consent": True, "seed": 1},
    )
    add(
        kept(studio, talking, "talking", ".mp4"),
        "A painting talks",
        "moved by AI, signed",
        "made",
        "A painting of 1503 that speaks, by Animate; the label in the picture says so.",
        picture="specimens/talking.webp",
    )
    photo("samples/citrus.jpg", 20).save(HERE / "tiny.png")
    add(
        "specimens/tiny.png",
        "Twenty pixels",
        "a photograph, too small to examine",
        "real",
        "A photograph of which twenty pixels are left: nobody can tell.",
        PHOTO_LICENCE,
    )


def _inpainted() -> str:
    from pipelines.vision.inpainting import fill_hole

    picture = np.asarray(photo("samples/honey-bee.jpg"), np.float32) / 255
    height, width = picture.shape[:2]
    across, down = np.meshgrid(np.arange(width) / width, np.arange(height) / height)
    hole = ((across - 0.5) / 0.26) ** 2 + ((down - 0.5) / 0.3) ** 2 < 1
    filled = fill_hole(picture, hole)
    Image.fromarray((255 * np.asarray(filled).clip(0, 1)).round().astype(np.uint8)).save(
        HERE / "inpainted.jpg", "JPEG", quality=88
    )
    return "A photograph whose subject was taken out and filled in with what is around it; neither signed nor marked."


def examined(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each example with the verdict that Detect gives of it here, so that the page can say before what one can know."""
    with tempfile.TemporaryDirectory() as home:
        studio = open_studio(Path(home), spares=0)
        try:
            return [one | {"verdict": _verdict(studio, ASSETS / one["asset"])} for one in listed]
        finally:
            studio.close()


def _verdict(studio: Studio, file: Path) -> str:
    path = studio.store.new_file(file.suffix)
    path.write_bytes(file.read_bytes())
    brought_in = receive(studio.store, studio.intake, studio.certificate, ME, path, file.name)
    found = made(studio, "detect.examine", {"media": brought_in.id}, {})
    return str(json.loads(found.path.read_text("utf-8"))["verdict"])


def main() -> None:
    HERE.mkdir(exist_ok=True)
    path = HERE / "specimens.json"
    films = [row for row in json.loads(path.read_text("utf-8")) if row["asset"].startswith("specimens/face-")]
    listed = examined([*make(), *films])  # the films of faces are kept
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for path in sorted(HERE.iterdir()):
        print(f"{path.stat().st_size:8} {path.name}")


if __name__ == "__main__":
    main()
