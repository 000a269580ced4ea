"""An attack on the noise that a model of a hub begins from (diffusers)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import device, load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Refusal, Seed, Text
from pipelines.generate.diffusion import Model, OtherModel
from pipelines.hub.presets import PICTURES, gpu_gb
from pipelines.media import Accompanied
from pipelines.redteam.detector import check_face
from pipelines.redteam.noise import Steps
from pipelines.redteam.parts.judge import CLIP
from pipelines.vision.faces import YUNET

if TYPE_CHECKING:
    from torch import Tensor

CARDS = tuple(preset.card for preset in PICTURES)
__all__ = ["CARDS", "CLIP", "YUNET", "latent"]
ONLY_UNET = (
    "This attack needs a model with a U-Net and an autoencoder, such as Stable Diffusion; please choose another."
)
NO_ROOM = "The gradient needs the whole model in the memory of the device; please choose a smaller one."


@pipeline(models=(CLIP, YUNET), optional=CARDS, hub=True, gpu=gpu_gb(PICTURES))
def latent(
    aim: Annotated[
        Image, Input(label="What the attack wants", help="A picture without faces that should be drawn instead.")
    ],
    *,
    prompt: Annotated[
        str, Text(label="What is asked for", placeholder="a red apple on a table", max_characters=300, required=True)
    ],
    model: Model = "sd-turbo",
    other: OtherModel = "",
    drawing_steps: Annotated[
        int,
        Range(1, 20, 1, help="Steps of the model's sampler; the gradient goes through all of them.", scales_time=True),
    ] = 4,
    guidance: Annotated[float, Range(1, 10, 0.1, help="How closely the model follows the words.", more=True)] = 1.0,
    side: Annotated[int, Range(32, 768, 8, label="Size", help="Of the square in pixels.", more=True)] = 512,
    degrees: Annotated[
        float,
        Range(
            0,
            90,
            1,
            label="Budget in degrees",
            help="How far the noise may turn away from where it was; 0 changes nothing.",
        ),
    ] = 30.0,
    steps: Steps = 20,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Attacks the noise of a model of a hub, so that the same words draw a chosen picture.

    The gradient goes through the whole of DDIM (Song et al. 2021, equation 12, without noise), every step computed again in the backward pass
    (Chen et al. 2016), and through the autoencoder. The noise keeps mean, spread and norm of each channel. CLIP judges, whose gradient is not
    used. Raises Refusal for faces and for models without a U-Net, MissingModel.
    """
    from pipelines.hub import presets
    from pipelines.hub.opening import placed
    from pipelines.redteam.noise import descended, statistics
    from pipelines.redteam.parts import judge
    from pipelines.redteam.parts import report as paper

    check_face(aim, False)
    preset = presets.chosen(PICTURES, model, other)
    report(Progress(0, 1, f"Opening {preset.card.name}"))
    with load(preset.card) as opened, opened.lock, placed(opened.model) as plan:
        if plan.offload != "none":
            raise Refusal(NO_ROOM)
        draw, shape = drawer(opened.model, prompt, guidance, drawing_steps, side)
        start = unit_noise(shape, seed)
        before = shown(draw, start)
        wanted = paper.as_tensor(aim.convert("RGB").resize((before.shape[3], before.shape[2]))).float()
        unit, curve = descended(draw, start, wanted, degrees, steps, part(report, 0.05, 0.9))
        after = shown(draw, unit) if degrees > 0 else before
    report(Progress(92, 100, "Asking the judge"))
    pictures = [paper.as_picture(one) for one in (before, after, wanted)]
    verdict = judge.judged(pictures[1], [pictures[0]], [pictures[2]])
    said = (
        f"“{prompt}” {'now looks more like' if verdict.succeeded else 'still does not look like'} the chosen picture to the judge "
        f"({verdict.like_target:.2f} against {verdict.like_source:.2f})."
    )
    settings = {
        "prompt": prompt,
        "model": model,
        "other": other,
        "drawing_steps": drawing_steps,
        "guidance": guidance,
        "side": side,
        "degrees": degrees,
        "steps": steps,
        "seed": seed,
    }
    finding = paper.Finding(
        "initial noise",
        preset.card.name,
        settings,
        int(verdict.succeeded),
        1,
        said,
        {**verdict.told(), **statistics(unit, start)},
        curve,
        "Distance to the target",
        steps + 1,
        (preset.card, CLIP),
        paper.command("latent", aim="FILE", **settings),
    )
    names = ("Before", "After", "What the attack wanted")
    difference = paper.difference(pictures[0], pictures[1])
    return paper.delivered(dict(zip(names, pictures, strict=True)) | {"Difference times 10": difference}, finding)


def unit_noise(shape: tuple[int, int, int], seed: int) -> Tensor:
    """Gaussian noise float32 [1,c,h,w] of a seed."""
    from pipelines.diffusion import sampling

    return sampling.noise(shape, sampling.generators(seed, 1)).float()


def shown(draw: Callable[[Tensor], Tensor], unit: Tensor) -> Tensor:
    """The drawing of a noise, without gradients."""
    import torch

    with torch.no_grad():
        return draw(unit)


def drawer(
    pipe: Any, prompt: str, guidance: float, steps: int, side: int
) -> tuple[Callable[[Tensor], Tensor], tuple[int, int, int]]:
    """A function from unit noise [1,c,h,w] to the picture [1,3,side,side] in 0..1 that can be differentiated, and the noise's shape.

    Raises Refusal for a pipeline that has no U-Net with plain text features.
    """
    import torch
    from diffusers import DDIMScheduler
    from torch.utils.checkpoint import checkpoint

    unet: Any = getattr(pipe, "unet", None)
    vae: Any = getattr(pipe, "vae", None)
    plain = (
        unet is not None and unet.config.in_channels == unet.config.out_channels and not unet.config.addition_embed_type
    )
    if not plain or vae is None or not hasattr(pipe, "encode_prompt"):
        raise Refusal(ONLY_UNET)
    for network in (unet, vae, pipe.text_encoder):
        network.requires_grad_(False)
    scheduler = DDIMScheduler.from_config(pipe.scheduler.config, clip_sample=False)
    scheduler.set_timesteps(steps)
    with torch.no_grad():
        told, untold = pipe.encode_prompt(prompt, device(), 1, True, negative_prompt="")[:2]

    def step(x: Tensor, moment: int) -> Tensor:
        if guidance == 1.0:
            said = unet(x, moment, encoder_hidden_states=told).sample
        else:
            both = unet(torch.cat([x, x]), moment, encoder_hidden_states=torch.cat([untold, told])).sample
            said = torch.lerp(both[:1], both[1:], guidance)
        return scheduler.step(said, moment, x).prev_sample

    def draw(unit: Tensor) -> Tensor:
        x = unit.to(device(), unet.dtype) * float(scheduler.init_noise_sigma)
        for moment in scheduler.timesteps.tolist():
            x = checkpoint(step, x, moment, use_reentrant=False)
        picture = checkpoint(lambda z: vae.decode(z / vae.config.scaling_factor).sample, x, use_reentrant=False)
        return (picture / 2 + 0.5).clamp(0, 1).to("cpu", unit.dtype)

    scale = 2 ** (len(vae.config.block_out_channels) - 1)
    return draw, (unet.config.in_channels, side // scale, side // scale)
