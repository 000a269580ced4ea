"""What there is on hubs: one table type for pictures, films, control networks and motion; and any other model by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from pipelines.hub.opening import opened

PLAIN = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model", "*/*.safetensors", "!*.fp16.*", "!*non_ema*")
HALF = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model", "*/*.fp16.safetensors", "!*non_ema*")
SINGLE = ("config.json", "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.fp16.safetensors")
OTHER = "other"


@dataclass(frozen=True)
class Preset:
    """One model of a form's list: its card, the memory that it wants, how quick it is on a GPU, and how it likes to be asked."""

    key: str
    card: ModelCard
    memory_gb: float = 0.0  # of the device, with nothing offloaded
    speed: str = ""
    steps: int = 25
    guidance: float = 7.0
    size: tuple[int, int] = (512, 512)
    frames: int = 1
    rate_hz: int = 8
    begins: tuple[str, ...] = ("words", "picture")  # what a run can begin from

    @property
    def words(self) -> str:
        """One line for a form."""
        use = "commercial use" if self.card.commercial else "not commercial"
        return f"{self.card.name}: {self.card.size_bytes / 1e9:.1f} GB, {self.speed} on a GPU of {self.memory_gb:.0f} GB, {use}"


def _card(
    name: str,
    repository: str,
    gigabytes: float,
    licence: str,
    about: str,
    *,
    files: tuple[str, ...] = HALF,
    **more: object,
) -> ModelCard:
    return ModelCard(
        name=name,
        source=f"hub:{repository}",
        sha256="",
        licence=licence,
        size_bytes=round(gigabytes * 1e9),
        build=opened,
        about=about,
        files=files,
        **more,  # type: ignore[arg-type]
    )


RAIL = "CreativeML OpenRAIL-M (the licence forbids some uses)"
SAI = "Stability AI non-commercial research community licence"
TERMS = "Commercial use needs a membership of Stability AI."

PICTURES = (
    Preset(
        "sd-turbo",
        _card("SD-Turbo", "stabilityai/sd-turbo", 2.6, SAI, "One to four steps. Sauer et al. 2023.", commercial=False, caveat=TERMS),
        4, "a second", 2, 0.0,
    ),
    Preset(
        "sdxl-turbo",
        _card("SDXL-Turbo", "stabilityai/sdxl-turbo", 6.9, SAI, "One to four steps. Sauer et al. 2023.", commercial=False, caveat=TERMS),
        9, "a second", 2, 0.0,
    ),
    Preset(
        "lcm",
        _card("LCM Dreamshaper", "SimianLuo/LCM_Dreamshaper_v7", 4.3, "MIT", "Four to eight steps. Luo et al. 2023.", files=PLAIN),
        4, "seconds", 6, 8.0, (512, 512),
    ),
    Preset(
        "sd15",
        _card("Stable Diffusion 1.5", "stable-diffusion-v1-5/stable-diffusion-v1-5", 2.7, RAIL, "Most LoRA files and control networks fit it. Rombach et al. 2022."),
        4, "seconds", 25, 7.5,
    ),
    Preset(
        "sd15-inpainting",
        _card("Stable Diffusion 1.5 inpainting", "stable-diffusion-v1-5/stable-diffusion-inpainting", 2.7, RAIL, "Fills what a mask leaves open. Rombach et al. 2022."),
        4, "seconds", 25, 7.5, begins=("mask",),
    ),
    Preset(
        "sdxl",
        _card("Stable Diffusion XL", "stabilityai/stable-diffusion-xl-base-1.0", 6.9, "CreativeML Open RAIL++-M (the licence forbids some uses)", "Large pictures. Podell et al. 2023."),
        10, "ten seconds", 30, 6.0, (1024, 1024),
    ),
    Preset(
        "flux-schnell",
        _card("FLUX.1 schnell", "black-forest-labs/FLUX.1-schnell", 33.7, "Apache-2.0", "A flow-matching transformer of 12 billion numbers, four steps.", files=PLAIN),
        34, "seconds", 4, 0.0, (1024, 1024),
    ),
    Preset(
        "flux2-klein",
        _card("FLUX.2 klein 4B", "black-forest-labs/FLUX.2-klein-4B", 16.0, "Apache-2.0", "A small flow-matching transformer, four steps.", files=PLAIN),
        14, "seconds", 4, 1.0, (1024, 1024),
    ),
    Preset(
        "z-image-turbo",
        _card("Z-Image Turbo", "Tongyi-MAI/Z-Image-Turbo", 33.0, "Apache-2.0", "A single-stream transformer of 6 billion numbers, eight steps.", files=PLAIN),
        21, "seconds", 9, 0.0, (1024, 1024),
    ),
)  # fmt: skip
SD15 = next(preset.card for preset in PICTURES if preset.key == "sd15")
VIDEOS = (
    Preset(
        "animatediff",
        _card("AnimateDiff", "guoyww/animatediff-motion-adapter-v1-5-2", 0.9, "Apache-2.0; with Stable Diffusion 1.5, " + RAIL, "Motion for Stable Diffusion 1.5, which it needs too. Guo et al. 2024.", files=SINGLE),
        7, "half a minute", 25, 7.5, (512, 512), 16, 8,
    ),
    Preset(
        "wan",
        _card("Wan 2.1, 1.3B", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", 29.0, "Apache-2.0", "Five seconds at 480 lines. Wan team 2025.", files=PLAIN),
        12, "minutes", 30, 5.0, (832, 480), 81, 16, ("words",),
    ),
    Preset(
        "wan22",
        _card("Wan 2.2, 5B", "Wan-AI/Wan2.2-TI2V-5B-Diffusers", 34.0, "Apache-2.0", "Five seconds at 704 lines, from words or a picture. Wan team 2025.", files=PLAIN),
        24, "minutes", 40, 5.0, (1280, 704), 121, 24,
    ),
    Preset(
        "ltx",
        _card("LTX-Video", "Lightricks/LTX-Video", 28.0, "LTX-Video open weights licence", "Quick, from words or a picture. HaCohen et al. 2024.", files=PLAIN, caveat="Read its licence before commercial use: it depends on a company's size."),
        14, "half a minute", 30, 3.0, (704, 480), 97, 24,
    ),
    Preset(
        "svd",
        _card("Stable Video Diffusion XT", "stabilityai/stable-video-diffusion-img2vid-xt", 4.5, SAI, "Sets one picture in motion. Blattmann et al. 2023.", commercial=False, caveat=TERMS),
        14, "a minute", 25, 3.0, (1024, 576), 25, 7, ("picture",),
    ),
)  # fmt: skip
CONTROLS = (
    Preset("sd/canny", _card("ControlNet 1.1 Canny", "lllyasviel/control_v11p_sd15_canny", 0.7, RAIL, "Follows hard edges. Zhang et al. 2023.", files=SINGLE)),
    Preset("sd/hed", _card("ControlNet 1.1 soft edges", "lllyasviel/control_v11p_sd15_softedge", 0.7, RAIL, "Follows soft edges (HED). Zhang et al. 2023.", files=SINGLE)),
    Preset("sdxl/canny", _card("ControlNet Canny for SDXL", "diffusers/controlnet-canny-sdxl-1.0", 2.5, "CreativeML Open RAIL++-M", "Follows hard edges.", files=SINGLE)),
)  # fmt: skip


def options(table: Sequence[Preset]) -> Mapping[str, str]:
    """A form's choices."""
    return {preset.key: preset.words for preset in table} | {OTHER: "Another, by its id"}


def gpu_gb(table: Sequence[Preset]) -> Callable[[Mapping[str, object]], float]:
    """For `@pipeline(gpu=…)`: GB of memory that the model of the setting `model` wants; one that stands in no list, as much as the largest."""
    largest = max(preset.memory_gb for preset in table)
    known = {preset.key: preset.memory_gb for preset in table}
    return lambda settings: known.get(str(settings.get("model")), largest)


def chosen(table: Sequence[Preset], key: str, written: str, usual: Preset | None = None) -> Preset:
    """The preset of that key, or the model that was written. Raises Refusal."""
    if key != OTHER:
        return next(preset for preset in table if preset.key == key)
    usual = usual or table[0]
    return Preset(
        OTHER, other(written), 0, "", 25, 7.0, usual.size, usual.frames, usual.rate_hz, ("words", "picture", "mask")
    )


def other(written: str) -> ModelCard:
    """The card of a model named by a visitor: an id of the hub, or a folder that is allowed (pipelines.core.hub_ids). Raises Refusal."""
    written = written.strip()
    if not written:
        raise Refusal("Please write the model's id, such as owner/name.")
    asked = hub_id.model(written)
    if isinstance(asked, Path):
        if not any((asked / name).is_file() for name in ("model_index.json", "config.json")):
            raise Refusal("There is no model of diffusers in that folder; it needs a model_index.json.")
        return ModelCard(asked.name, f"file:{asked}", "", "as its makers say", 0, opened, about="A model of your own.")
    return ModelCard(
        str(asked),
        asked.source,
        "",
        "licence: see its page",
        0,
        opened,
        revision=asked.revision,
        about="A model of your choice.",
        files=PLAIN,
    )
