"""Methods in groups, each with a small picture; and where a result is sent most often."""

from __future__ import annotations

from pipelines.core.models import ASSETS

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Generate": (
        ("Draw", ("storybook", "character", "object", "codes", "pixelcnn", "faces", "diffusion")),
        (
            "Edit",
            (
                "layered",
                "painted",
                "inpaint",
                "retouch",
                "complete",
                "enlarge",
                "cutout",
                "edges",
            ),
        ),
    ),
    "Stylize": (
        ("Paint", ("painting", "gallery", "contact_sheet", "gatys")),
        ("Film", ("video",)),
        ("Train", ("train",)),
    ),
    "Animate": (
        ("Move", ("camera", "layers", "loop", "drag", "morph", "talk", "diffusion")),
        ("Repair", ("erase", "interpolate", "pace", "stabilise")),
    ),
    "Write": (("Fill and reword", ("diffuse", "rewrite")), ("Understand", ("score",))),
    "Compose": (("Write", ("song", "hum", "sample")), ("Go on", ("vary",)), ("Fit", ("fit",))),
    "Red-team": (
        ("Generators", ("noise", "latent", "prompt", "erasure", "codes", "text")),
        ("Detectors", ("detector", "mark", "credential")),
        ("Faces", ("swap",)),
        ("Defences", ("defence", "protect")),
    ),
    "Detect": (("Judge", ("examine", "many")), ("Understand", ("provenance",))),
}
OTHERS = "More"
LIKELY = {  # by kind: where most people take it next
    "image": ("stylize.painting", "animate.camera", "generate.enlarge", "detect.examine"),
    "layers": ("animate.layers", "generate.painted", "stylize.painting"),
    "video": ("stylize.video", "animate.stabilise", "detect.examine"),
    "sound": ("animate.talk", "narrate.transcribe", "compose.fit", "detect.examine"),
    "words": ("narrate.speak", "infill.diffuse", "generate.storybook"),
    "score": ("compose.vary",),
    "book": ("narrate.book",),
    "network": ("stylize.gallery", "stylize.video"),
}


def group_of(tab: str, pipeline: str) -> str:
    """The group of a method in its tab; `More` for one that no group names."""
    bare = pipeline.rpartition(".")[2]
    return next((name for name, methods in GROUPS.get(tab, ()) if bare in methods), OTHERS)


def groups_in(tab: str, pipelines: list[str]) -> list[str]:
    """The groups of a tab that have methods, in their order."""
    named = [name for name, _ in GROUPS.get(tab, ())] + [OTHERS]
    held = {group_of(tab, one) for one in pipelines}
    return [name for name in named if name in held]


def picture_of(pipeline: str) -> str:
    """The small picture of a method under assets/; empty where there is none (assets/methods/make.py makes them)."""
    name = f"methods/{pipeline}.webp"
    return name if (ASSETS / name).is_file() else ""


def likeliest(kind: str, pipeline: str) -> int:
    """The place of a method among those where a result of this kind is most often sent, from 0; 99 for the others."""
    usual = LIKELY.get(kind, ())
    return usual.index(pipeline) if pipeline in usual else 99
