"""What a visitor sees, as hashes, so that two checkouts can be compared.

    python -m measure.goldens write FILE [--parts props kinds places stories pipelines] [--processes 2] [--missing]
    python -m measure.goldens compare FILE [--parts …] [--tolerance N]       exit status 1 when more than N things differ

FILE is JSON: the name of a thing and its SHA-256. Parts: every prop (in its own colour, in another one, at night), every kind of figure, every
place at every hour, the storyboard of every story, and what every embedded pipeline makes of small inputs with seed 1. What has no hash (a
model is not on this machine, an input would have to be made first, it takes minutes) is printed with its reason and left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from pipelines.core.registry import names
from pipelines.core.settings import Form, Range, Refusal, SeedField, Slot, Text

ROOT = Path(__file__).resolve().parents[1]
STORIES = ("stories", "stories_strangers", "stories_today")
SIDE_PX = 96
WIDE_PX, HIGH_PX = 160, 90
PICTURE_PX = 256
SEED = 1
BLANKS, PLAIN_WORDS = "Snow covered the ____ of the houses.", "The light turned gold."
TEXTS = {"prompt": "a red fox", "from_words": "a red fox", "to_words": "a house"}
LONG = frozenset(["stylize.train"])


class Left(Exception):
    """Something has no hash; the text is the reason."""


def hash_of(*values: Any) -> str:
    """The SHA-256 of arrays (with their shapes), bytes and texts."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(str(getattr(value, "shape", "")).encode())
        digest.update(
            value.tobytes() if hasattr(value, "tobytes") else value if isinstance(value, bytes) else value.encode()
        )
    return digest.hexdigest()


def prop_names() -> list[str]:
    from pipelines.props import NOUNS

    return list(NOUNS)


def prop(noun: str, side_px: int = SIDE_PX) -> str:
    """Hash a prop in its own colour, in another colour by another seed, and at night."""
    from pipelines.painting.palette import light_of
    from pipelines.props import draw, panes

    ways = draw(noun, side_px), draw(noun, side_px, "teal", SEED), draw(noun, side_px, light=light_of("night"))
    return hash_of(*ways, repr(panes(noun)))


def kind_names() -> list[str]:
    from pipelines.figures import everything

    return list(everything())


def kind(name: str) -> str:
    """Hash a figure that stands, half turned to the viewer."""
    from pipelines.figures import Character, act, draw

    who = Character(name)
    return hash_of(draw(who, act(who.figure, "stand", 0.0), SIDE_PX).rgba)


def place_names() -> list[str]:
    from pipelines.scenes.record import Hour
    from pipelines.scenes.settings import SEEDS

    return [f"{place}, {hour}" for place in SEEDS for hour in get_args(Hour)[1:]]


def place(name: str) -> str:
    """Hash all planes of a place at an hour."""
    from pipelines.scenes.backdrop import paint

    where, hour = name.split(", ")
    planes = paint(where, hour, "clear", WIDE_PX, HIGH_PX, SEED).planes
    return hash_of(*(part for called, plane in planes.items() for part in (called, plane)))


def told_stories() -> dict[str, str]:
    """Every story of the measurements, and the lines of every example film, by name."""
    stories = {}
    for file in STORIES:
        told = json.loads((ROOT / "measure" / "eval" / f"{file}.json").read_text("utf-8"))["stories"]
        stories.update({f"{file}: {one['title']}": " ".join(s["text"] for s in one["sentences"]) for one in told})
    for path in sorted((ROOT / "assets" / "films").glob("*.json")):
        scenes = json.loads(path.read_text("utf-8"))["scenes"]
        stories[f"film: {path.stem}"] = " ".join(scene["line"] for scene in scenes if scene.get("line"))
    return stories


def story(name: str) -> str:
    """Hash the storyboard that is made of a story."""
    from pipelines.film.parts.story import told

    return hash_of(json.dumps(told(told_stories()[name]), sort_keys=True, ensure_ascii=False))


def pipeline(name: str) -> str:
    """Hash the file that a pipeline writes when it is given small inputs, and those beside it. Raises Left."""
    from pipelines.core.kinds import KINDS
    from pipelines.core.run import find, stream
    from pipelines.core.settings import gather_slots, settings_of
    from pipelines.media import Accompanied, Layers

    if name in LONG:
        raise Left("it takes minutes")
    form = settings_of(find(name))
    given = {slot.name: stub(slot) for slot in form.slots if not slot.optional}
    places = {
        f"{slot.name}.1" if slot.many else slot.name: given[slot.name] for slot in form.slots if slot.name in given
    }
    hashes: list[str] = []

    def write_golden(result: Any, report: Any, facts: Any) -> None:
        main, files = (result.main, dict(result.files)) if isinstance(result, Accompanied) else (result, {})
        if isinstance(main, Layers):
            files["layers"] = main.archive
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / f"made{KINDS[form.returns].suffix}"
            KINDS[form.returns].write()(main, made)
            hashes.append(hash_of(made.read_bytes(), *(files[one] for one in sorted(files))))

    for _ in stream(name, gather_slots(form, places) | settings(form), finish=write_golden):
        pass
    return hashes[0]


def settings(form: Form) -> dict[str, Any]:
    """Seed 1, a text where one is asked for, and the least of what takes longer the more it is."""
    values: dict[str, Any] = {}
    for setting in form.settings:
        if isinstance(setting.field, SeedField):
            values[setting.name] = SEED
        elif isinstance(setting.field, Range) and setting.field.scales_time:
            values[setting.name] = setting.type(setting.field.low)
        elif (
            isinstance(setting.field, Text)
            and setting.default == ""
            and (setting.field.required or setting.name in TEXTS)
        ):
            values[setting.name] = TEXTS.get(setting.name) or (BLANKS if "infill" in form.pipeline else PLAIN_WORDS)
    return values


def stub(slot: Slot) -> Any:
    """A small picture, video or sound for a slot. Raises Left for a kind that would have to be made first."""
    import numpy as np
    from PIL import Image, ImageOps

    from pipelines.media import Sound, load_image, load_video

    samples = ROOT / "assets" / "samples"
    if slot.editor == "mask":
        white = Image.new("RGB", (PICTURE_PX // 2, PICTURE_PX), "white")
        return ImageOps.expand(white, (0, 0, PICTURE_PX // 2, 0), "black")
    if slot.kind in ("image", "media"):
        return load_image(samples / "raccoon.jpg").resize((PICTURE_PX, PICTURE_PX))
    if slot.kind == "video":
        return load_video(samples / "pan.mp4")
    if slot.kind == "sound":
        time = np.arange(24_000, dtype=np.float32) / 24_000
        return Sound((0.3 * np.sin(2 * np.pi * 220 * time))[:, None].astype(np.float32), 24_000)
    raise Left(f"its {slot.name} would have to be made first")


Keep = Callable[[Mapping[str, str]], None]
PARTS: Mapping[str, tuple[Callable[[], list[str]], Callable[[str], str]]] = {
    "props": (prop_names, prop),
    "kinds": (kind_names, kind),
    "places": (place_names, place),
    "stories": (lambda: list(told_stories()), story),
    "pipelines": (names, pipeline),
}


def golden(task: tuple[str, str]) -> tuple[str, str, str]:
    """Name a thing and give its hash, or "" and the reason why it has none."""
    part, name = task
    try:
        return f"{part}: {name}", PARTS[part][1](name), ""
    except (Refusal, Left) as reason:
        return f"{part}: {name}", "", str(reason)
    except Exception as problem:  # noqa: BLE001 - the other things are still made, and this one is missing then
        return f"{part}: {name}", "", f"it failed with {problem!r}"


def goldens(parts: list[str], processes: int, made_before: Mapping[str, str], keep: Keep) -> dict[str, str]:
    """The hashes of all things of some parts, made in processes of their own; `keep` hears of all hashes after each one."""
    wanted = [(part, name) for part in parts for name in PARTS[part][0]()]
    tasks = [(part, name) for part, name in wanted if f"{part}: {name}" not in made_before]
    hashes = dict(made_before)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for name, made, reason in pool.imap_unordered(golden, tasks):
            if made:
                hashes[name] = made
                keep(hashes)
            else:
                print(f"left out: {name}: {reason}", flush=True)
    return {f"{part}: {name}": hashes[f"{part}: {name}"] for part, name in wanted if f"{part}: {name}" in hashes}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What differs, is gone or is new, a line each."""
    words = {(True, False): "gone", (False, True): "new", (True, True): "differs"}
    return [
        f"{words[name in before, name in after]}: {name}"
        for name in [*before, *(name for name in after if name not in before)]
        if before.get(name) != after.get(name)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("write", "compare"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--parts", nargs="+", choices=tuple(PARTS), default=list(PARTS))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--tolerance", type=int, default=0, help="how many things may differ")
    parser.add_argument("--missing", action="store_true", help="write only what FILE has not yet")
    asked = parser.parse_args()

    def keep(hashes: Mapping[str, str]) -> None:
        asked.file.write_text(json.dumps(hashes, indent=1, ensure_ascii=False) + "\n", "utf-8")

    if asked.what == "write":
        had = json.loads(asked.file.read_text("utf-8")) if asked.missing and asked.file.exists() else {}
        keep(had | goldens(asked.parts, asked.processes, had, keep))
        return 0
    made = goldens(asked.parts, asked.processes, {}, lambda hashes: None)
    before = json.loads(asked.file.read_text("utf-8"))
    wanted = tuple(f"{part}: " for part in asked.parts)
    found = differences({name: one for name, one in before.items() if name.startswith(wanted)}, made)
    print(*found, f"{len(found)} of {len(made)} differ", sep="\n")
    return int(len(found) > asked.tolerance)


if __name__ == "__main__":
    sys.exit(main())
