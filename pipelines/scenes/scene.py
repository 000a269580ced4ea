"""A scene as it is kept: backdrop planes and figures with all that is known of them; put together as layers, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.settings import Refusal
from pipelines.figures.pose import from_json
from pipelines.media import Layers
from pipelines.media.openraster import Document, Layer, read_document, write
from pipelines.painting.palette import Light
from pipelines.scenes.light import AFLOAT, SWIMMING, figure, light_at
from pipelines.scenes.relations import STAGES, Item
from pipelines.vision.oklab import main_colour, recolour

EDITION = 1
PLANE_Z = {"sky": 0.0, "far": 0.9, "middle": 1.0, "ground": 2.0, "near": 9.0, "weather": 10.0}
PARALLAX = {"sky": 0.02, "far": 0.10, "middle": 0.25, "ground": 0.55, "near": 1.15, "weather": 1.0}
SEATED = ("on", "in", "wearing", "held by")


@dataclass(frozen=True)
class Figure:
    """One drawing in a scene. Pixels: centre `x`, `feet`, `wide`, `tall` before `scale`. `paint` recolours it; `take` says which drawing."""

    id: str
    noun: str
    said: str
    style: str
    colour: str
    pose: str
    act: str
    seed: int
    habitat: str
    x: float
    feet: float
    wide: float
    tall: float
    depth: float
    z: float
    take: int = 0
    takes: tuple[int, ...] = (0,)
    scale: float = 1.0
    mirrored: bool = False
    seated: bool = False
    visible: bool = True
    paint: str = ""
    character: str = ""  # JSON of the rigged figure that it is; "" for a drawing
    play: str = ""  # the action that was chosen for it in the layer editor; "" leaves it to the prompt and to sentences
    face: str = ""  # and the expression
    holder: str = ""  # the figure in whose hands it is
    part: str = ""  # of the scene's record
    posed: str = ""  # its pose as JSON, where an act that it takes part in has set it

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom on the canvas."""
        wide, tall = self.wide * self.scale, self.tall * self.scale
        return self.x - wide / 2, self.feet - tall, self.x + wide / 2, self.feet

    @property
    def motion(self) -> dict[str, Any]:
        """What the Animate tab may do with it."""
        own = ("fly", "swim", "sail", "run", "walk", "jump", "drive", "fall")
        by_act = {"float": "bob", "dance": "sway", **{act: act for act in own}}
        by_home = {"air": "fly", "water": "sail", "depth": "swim", "sky": "drift"}
        move = (
            by_act.get(self.act)
            or by_home.get(self.habitat)
            or ("still" if self.act in ("sleep", "sit", "stand") else "breathe")
        )
        return {
            "move": move,
            "parallax": round(0.10 + 0.75 * self.depth, 3)
            if self.habitat == "ground"
            else {"sky": 0.03, "air": 0.3, "water": 0.25, "depth": 0.5}[self.habitat],
        }


@dataclass(frozen=True)
class Scene:
    """A picture in parts. `about` says how it came to be: prompt, place, hour, weather, seed, notes, and the scene's record (`scene`)."""

    width: int
    height: int
    planes: Mapping[str, Layer]
    figures: tuple[Figure, ...]
    drawings: Mapping[str, Image]  # by figure and take: "fox-1-t0"
    about: Mapping[str, Any] = field(default_factory=dict)

    def drawing_of(self, one: Figure) -> Image:
        """Return the drawing of a figure's chosen take."""
        return self.drawings[source_name(one.id, one.take)]

    def figure(self, name: str) -> Figure:
        """The figure of that id. Raises Refusal."""
        match = next((one for one in self.figures if one.id == name), None)
        if match is None:
            raise Refusal(
                f"There is no layer called {name!r}; this picture has {', '.join(one.id for one in self.figures) or 'none'}."
            )
        return match


def source_name(name: str, take: int) -> str:
    """Return the name of a layer's source file in one take."""
    return f"{name}-t{take}"


def figures_of(
    items: list[Item], asked: list[dict[str, Any]], seated: set[int], holders: Mapping[int, int] | None = None
) -> list[Figure]:
    """Laid-out items as figures; `asked` has noun, said, style, colour, pose, act and seeds of every thing, `holders` in whose hands one is."""
    figures, counts, names = [], dict[str, int](), dict[int, str]()
    for item in sorted(items, key=lambda one: (one.thing, one.member)):
        thing = asked[item.thing]
        stem = item.noun.replace(" ", "-").replace(":", "-")
        counts[stem] = counts.get(stem, 0) + 1
        names.setdefault(item.thing, f"{stem}-{counts[stem]}")
        figures.append(
            Figure(
                f"{stem}-{counts[stem]}",
                item.noun,
                thing["said"],
                "",
                thing["colour"],
                "",
                thing["act"],
                thing["seeds"][item.member],
                item.habitat,
                round(item.x, 2),
                round(item.feet, 2),
                round(item.wide, 2),
                round(item.tall, 2),
                round(item.depth, 4),
                round(item.z, 6),
                seated=item.thing in seated,
                mirrored=item.mirrored,
                character=thing.get("character", ""),
                face=thing.get("face", ""),
                part=thing.get("part", ""),
                posed=thing.get("posed", ""),
            )
        )
    held = [(holders or {}).get(item.thing) for item in sorted(items, key=lambda one: (one.thing, one.member))]
    return [one if by is None else replace(one, holder=names.get(by, "")) for one, by in zip(figures, held)]


def recolour_drawing(drawing: Image, colour: str) -> Image:
    """A drawing with its main colour turned to a colour word's, in OKLCh; shading stays. "" leaves it as it is."""
    if not colour:
        return drawing
    pixels = np.asarray(drawing.convert("RGBA"))
    hue, mean, share = main_colour(pixels)
    if share <= 0:
        return drawing
    changed = recolour(pixels[..., :3] / 255.0, hue, mean, colour)
    result = pixels.copy()
    result[..., :3] = np.clip(changed * 255 + 0.5, 0, 255).astype(np.uint8)
    return PillowImage.fromarray(result)


def lit_layers(scene: Scene, one: Figure, light: Light) -> tuple[Layer, Layer | None]:
    """A figure's layer in this light, and what lies under it."""
    return figure(
        recolour_drawing(scene.drawing_of(one), one.paint),
        one.box,
        light,
        noun=one.noun,
        habitat=one.habitat,
        depth=one.depth,
        mirrored=one.mirrored,
        seated=one.seated,
        sunk=SWIMMING if one.character and one.act == "swim" else AFLOAT,
    )


def document(scene: Scene) -> Document:
    """The scene as layers, bottom first, with studio.json's facts."""
    about = scene.about
    light = light_at(about["place"], about["hour"], about["weather"])
    stack: list[tuple[float, str, dict[str, Any], Layer]] = []
    for name, plane in scene.planes.items():
        stack.append((PLANE_Z[name], name, {"kind": "plane", "name": name, "parallax": PARALLAX[name]}, plane))
    for member in scene.figures:
        top, under = lit_layers(scene, member, light)
        for kind, z, layer in (("under", member.z - 1e-7, under), ("figure", member.z, top)):
            if layer is not None:
                facts = {"kind": kind, "name": member.id if kind == "figure" else layer.name, "figure": member.id}
                stack.append((z, member.id, facts, replace(layer, name=facts["name"], visible=member.visible)))
    stack.sort(key=lambda entry: (entry[0], entry[1]))
    listed = []
    for number, (_, _, named, layer) in enumerate(stack):
        size = {"x": layer.x, "y": layer.y, "width": layer.picture.width, "height": layer.picture.height}
        listed.append({**named, "file": f"data/{number:03d}.png", **size})
    layers, drawings = tuple(entry[3] for entry in stack), dict(sorted(scene.drawings.items()))
    return Document(scene.width, scene.height, layers, {**describe_scene(scene), "layers": listed}, drawings)


def describe_scene(scene: Scene) -> dict[str, Any]:
    """What studio.json says of a scene, without its layers."""
    stage = STAGES[scene.about["place"]]
    return {
        "edition": EDITION,
        "width": scene.width,
        "height": scene.height,
        "about": dict(scene.about),
        "stage": {
            "horizon": stage.horizon,
            "ground": list(stage.ground),
            "water": list(stage.water) if stage.water else None,
            "light_from_left": light_at(*(scene.about[name] for name in ("place", "hour", "weather"))).from_left,
        },
        "figures": [_facts_of_figure(member) for member in scene.figures],
    }


def _facts_of_figure(one: Figure) -> dict[str, Any]:
    """What studio.json says of a figure; what was not chosen is left out, so that pictures without choices stay the same bytes."""
    facts = {
        name: value
        for name, value in asdict(one).items()
        if value or name not in ("play", "face", "holder", "part", "posed")
    }
    return {**facts, "takes": list(one.takes), "anchor": [one.x, one.feet], "motion": one.motion}


def put_together(scene: Scene) -> Layers:
    """The picture and its archive; equal scenes give equal bytes."""
    picture, archive = write(document(scene))
    return Layers(picture, archive)


def taken_apart(archive: bytes) -> Scene:
    """The inverse of `put_together`. Raises Refusal for an archive that is not a scene of the studio."""
    archived = read_document(archive)
    facts = archived.facts
    if facts.get("edition") != EDITION or "figures" not in facts:
        raise Refusal("Storybook did not make these layers, so they cannot be rearranged.")
    try:
        planes = {
            entry["name"]: layer for entry, layer in zip(facts["layers"], archived.layers) if entry["kind"] == "plane"
        }
        figures = tuple(_figure(entry) for entry in facts["figures"])
        scene = Scene(archived.width, archived.height, planes, figures, archived.sources, facts["about"])
        for one in figures:
            scene.drawing_of(one)
        light_at(scene.about["place"], scene.about["hour"], scene.about["weather"])
        STAGES[scene.about["place"]]
    except (KeyError, TypeError, ValueError) as problem:
        raise Refusal("The description inside this OpenRaster file is damaged.") from problem
    return scene


def _figure(entry: Mapping[str, Any]) -> Figure:
    kept = {key: value for key, value in entry.items() if key not in ("anchor", "motion")}
    if kept.get("posed"):
        from_json(str(kept["posed"]))
    return Figure(**{**kept, "takes": tuple(kept["takes"])})
