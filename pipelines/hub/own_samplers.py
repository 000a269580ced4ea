"""Stable Diffusion drawn by the studio's own samplers: its network as a denoiser, any solver of `pipelines.diffusion.sampling`.

One score, many samplers (Song et al. 2021; Karras et al. 2022): how a network was trained does not say how it must be sampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PIL.Image import Image

from pipelines.core.progress import Progress, Report
from pipelines.core.settings import Refusal
from pipelines.hub import asking, previews
from pipelines.hub.opening import Opened, placed

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.diffusion.denoisers import Denoiser

SAMPLERS = {
    "": "The model's own",
    "dpm": "DPM-Solver++ (2M)",
    "heun": "Heun",
    "euler": "Euler",
    "ddim": "DDIM",
    "ddpm": "DDPM, with fresh noise",
}
ONLY = "The studio's own samplers draw with Stable Diffusion 1 and 2 from words alone; please choose the model's own sampler."


def check(pipe: Any, *, alone: bool) -> None:
    """Raises Refusal where the pipeline is of another kind, or where more than words is given (`alone` is False)."""
    if not alone or type(pipe).__name__ != "StableDiffusionPipeline" or not hasattr(pipe.scheduler, "alphas_cumprod"):
        raise Refusal(ONLY)


def paint(
    opened: Opened,
    pipe: Any,
    wishes: Mapping[str, Any],
    sampler: str,
    *,
    size: tuple[int, int],
    report: Report,
    label: str,
) -> Image | None:
    """One picture with a sampler of SAMPLERS; None where the model's safety checker held it back.

    `wishes` as a pipeline takes them: prompt, negative_prompt, guidance_scale, num_inference_steps, generator. Raises Refusal where the model cannot.
    """
    import torch

    from pipelines.diffusion import sampling

    steps = int(wishes["num_inference_steps"])
    report(Progress(0, steps, "Putting the model in place"))

    def told(progress: Progress) -> None:
        done = round(progress.done)
        report(Progress(done, steps, f"{label}: step {done} of {steps}", progress.preview))

    with opened.lock, placed(pipe), torch.inference_mode():
        try:
            sigmas = levels(pipe, steps)
            width, height = (side // pipe.vae_scale_factor for side in size)
            shape = (pipe.unet.config.in_channels, height, width)
            show = _shown(opened, pipe, size)
            z = sampling.sample(
                sampler, denoiser(pipe, wishes), shape, sigmas, [wishes["generator"]], report=told, show=show
            )
            return _decoded(pipe, z)
        except torch.cuda.OutOfMemoryError as problem:
            raise MemoryError from problem
        except (ValueError, RuntimeError, TypeError, AttributeError) as problem:
            raise Refusal(f"The model would not take this: {asking.first_line(problem)}") from problem


def levels(pipe: Any, steps: int) -> Tensor:
    """Noise levels [steps+1] as Karras et al. 2022, equation 5, from the highest to the lowest level that the network knows, then 0."""
    from pipelines.diffusion import denoisers, sampling

    known = denoisers.Timesteps(pipe.scheduler.alphas_cumprod.cpu()).sigmas
    return sampling.karras_sigmas(steps, float(known[0]), float(known[-1]))


def denoiser(pipe: Any, wishes: Mapping[str, Any]) -> Denoiser:
    """The network with the words in it, guided (Ho & Salimans 2022). x and x0 lie on the CPU in float64, as the solvers want them."""
    from pipelines.diffusion import denoisers

    guidance, device = float(wishes["guidance_scale"]), pipe._execution_device
    words, others = pipe.encode_prompt(
        wishes["prompt"], device, 1, guidance > 1, negative_prompt=wishes.get("negative_prompt")
    )

    def of(conditioning: Tensor) -> Denoiser:
        inner = denoisers.of_diffusers(pipe.unet, pipe.scheduler, encoder_hidden_states=conditioning)

        def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
            return inner(x.float().to(device), sigma).cpu().to(x.dtype)

        return denoise

    return denoisers.guided(of(words), of(others), guidance) if guidance > 1 else of(words)


def _shown(opened: Opened, pipe: Any, size: tuple[int, int]) -> Any:
    """How a preview is drawn from x0; None for an autoencoder that has no colours of its own."""
    colours = asking.colours_of(opened, pipe)
    if colours is None:
        return None

    def show(x0: Tensor) -> Image:
        frame = previews.frame_of(pipe, x0.float(), len(colours.weights), size, 1)
        assert frame is not None
        return colours.picture(frame)

    return show


def _decoded(pipe: Any, z: Tensor) -> Image | None:
    vae, device = pipe.vae, pipe._execution_device
    decoded = vae.decode(z.to(device, vae.dtype) / vae.config.scaling_factor, return_dict=False)[0]
    decoded, held_back = pipe.run_safety_checker(decoded, device, vae.dtype)
    if any(held_back or []):
        return None
    made: list[Image] = pipe.image_processor.postprocess(decoded, output_type="pil", do_denormalize=[True])
    return made[0]


__all__ = ["SAMPLERS", "check", "denoiser", "levels", "paint"]
