"""A painted scene as a ComfyUI workflow in its API form, of ComfyUI's own nodes: the drawing, the maps and the masks that lie beside it, and the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("StableDiffusionPipeline", "StableDiffusionXLPipeline")  # that one checkpoint holds whole
NETWORKS = {"depth": "depth", "pose": "openpose", "segments": "seg", "edges": "softedge"}
Link = list[Any]  # the number of a node and which of its outputs


@dataclass
class Graph:
    """Nodes by their number, as ComfyUI's route /prompt takes them."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, kind: str, title: str, /, **inputs: Any) -> str:
        """Add a node and give its number."""
        number = str(len(self.nodes) + 1)
        self.nodes[number] = {"class_type": kind, "inputs": inputs, "_meta": {"title": title}}
        return number


@dataclass(frozen=True)
class Asked:
    """What a model was asked: its name, the first picture's file and size, the strength of maps, steps, guidance and seed."""

    model: str
    first: str
    size: tuple[int, int]
    free: float
    strength: float
    steps: int
    guidance: float
    seed: int


def workflow(asked: Asked, runs: Sequence[tuple[str, str]], maps: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The workflow. `runs` are words and the file of a mask ("" for the whole picture); `maps` are kinds of NETWORKS, whose files are KIND.png."""
    graph = Graph()
    checkpoint = graph.add(
        "CheckpointLoaderSimple",
        f"Choose the checkpoint of {asked.model}",
        ckpt_name=f"{asked.model.rpartition('/')[2]}.safetensors",
    )
    vae = [checkpoint, 2]
    opened = graph.add("LoadImage", "Upload this file of the studio", image=asked.first)
    latent: Link = [graph.add("VAEEncode", "Into latents", pixels=_scaled(graph, opened, asked.size), vae=vae), 0]
    negative = graph.add("CLIPTextEncode", "Not this", text="", clip=[checkpoint, 1])
    loaded = {kind: _map(graph, kind, asked.size) for kind in maps}
    for number, (words, mask) in enumerate(runs):
        told = graph.add("CLIPTextEncode", "What is painted", text=words, clip=[checkpoint, 1])
        positive, against = _held(graph, [told, 0], [negative, 0], loaded, asked.strength)
        if mask:
            inside = graph.add("LoadImageMask", "Upload this file of the studio", image=mask, channel="red")
            latent = [graph.add("SetLatentNoiseMask", "Only here", samples=latent, mask=[inside, 0]), 0]
        sampled = graph.add(
            "KSampler",
            f"Pass {number + 1}",
            model=[checkpoint, 0],
            positive=positive,
            negative=against,
            latent_image=latent,
            seed=asked.seed + number,
            steps=max(1, int(asked.steps * asked.free)),
            cfg=max(1.0, asked.guidance),
            sampler_name="euler",
            scheduler="normal",
            denoise=asked.free,
        )
        latent = [sampled, 0]
    decoded = graph.add("VAEDecode", "Out of latents", samples=latent, vae=vae)
    graph.add("SaveImage", "The picture", images=[decoded, 0], filename_prefix="afternoon-studio")
    return graph.nodes


def _scaled(graph: Graph, opened: str, size: tuple[int, int]) -> Link:
    scaled = graph.add(
        "ImageScale",
        "To the model's size",
        image=[opened, 0],
        upscale_method="lanczos",
        width=size[0],
        height=size[1],
        crop="disabled",
    )
    return [scaled, 0]


def _map(graph: Graph, kind: str, size: tuple[int, int]) -> tuple[Link, Link]:
    """A control network and the map that it follows."""
    network = graph.add(
        "ControlNetLoader", f"Choose a network for {kind}", control_net_name=f"control_{NETWORKS[kind]}.safetensors"
    )
    opened = graph.add("LoadImage", "Upload this file of the studio", image=f"{kind}.png")
    return [network, 0], _scaled(graph, opened, size)


def _held(
    graph: Graph, positive: Link, negative: Link, maps: Mapping[str, tuple[Link, Link]], strength: float
) -> tuple[Link, Link]:
    """The words held to each map in turn."""
    for kind, (network, picture) in maps.items():
        applied = graph.add(
            "ControlNetApplyAdvanced",
            f"Held to {kind}",
            positive=positive,
            negative=negative,
            control_net=network,
            image=picture,
            strength=strength,
            start_percent=0.0,
            end_percent=1.0,
        )
        positive, negative = [applied, 0], [applied, 1]
    return positive, negative
