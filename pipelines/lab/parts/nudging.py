"""The search for nudges behind the exhibit, and how noise takes them away again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent

if TYPE_CHECKING:
    from torch import Tensor

PURIFIED = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # noise levels of a drawing
GRAINS = (0, 2, 8)  # noise of a picture, in levels of 255
CLEANED = 8  # of the picture that is shown
THROUGH = 2  # sampling steps that the gradient passes
SIDE_PX = 256


def within(nudge: Tensor, of: Tensor, budget: float) -> Tensor:
    """A nudge cut to a share of the length of what it is added to."""
    import torch

    most = budget * of.norm()
    return nudge * torch.clamp(most / nudge.norm().clamp(min=1e-12), max=1.0)


def on_drawing(
    what: str, prompt: str, towards: str, budget: float, steps: int, seed: int, report: Report = silent
) -> tuple[dict[str, Image], dict[str, Any]]:
    """Nudge the noise or the words of a six-step drawing towards another word's drawing. Raises Refusal for an unknown word."""
    import torch

    from pipelines.diffusion import sampling
    from pipelines.drawing import network, words

    captions = [words.vocabulary().read(text).wish.caption for text in (prompt, towards)]
    own, other = network.encode_captions(captions)
    sigmas = network.few_sigmas()
    noise = sampling.noise((4, 64, 64), sampling.generators(seed, 1)).float()
    with load(network.DISTILLED) as painter:

        def sample_steps(x: Tensor, features: Tensor, stop: int = 6, first: int = 0) -> Tensor:
            """x at sigmas[first] after the steps first .. stop - 1; the clean guess of the last one."""
            conditions = network.conditions(features, network.FEW_GUIDANCE)
            ask = painter.one(conditions, guided=network.GUIDED)
            guess = x
            for i in range(first, stop):
                guess = ask(x, sigmas[i])
                x = guess + sigmas[i + 1] / sigmas[i] * (x - guess)
            return guess

        with torch.inference_mode():
            clean, target = (sample_steps(noise * sigmas[0], f) for f in (own, other))
        clean, target = clean.clone(), target.clone()
        nudged, curve = _search(
            what, noise, own, target, sample_steps, float(sigmas[0]), budget, steps, part(report, 0.1, 0.7)
        )
        new_noise, new_words = (nudged, own) if what == "noise" else (noise, nudged)
        with torch.inference_mode():
            drawing = sample_steps(new_noise * sigmas[0], new_words)
            purified = []
            for i, level in enumerate(PURIFIED):
                report(Progress(0.7 + 0.2 * i / len(PURIFIED), 1.0, f"Adding noise of level {level:g} and removing it"))
                step = min(range(6), key=lambda k: abs(float(sigmas[k]) - level))
                fresh = sampling.noise((4, 64, 64), sampling.generators(seed + 1, 1, i)).float()
                purified.append(sample_steps(drawing + sigmas[step] * fresh, own, first=step))
    report(Progress(0.92, 1.0, "Asking CLIP"))
    seen = [_paper(picture) for picture in (clean, drawing, target, *purified)]
    judged = judge(seen)
    moved = (nudged - (noise if what == "noise" else own)).float()
    details = {
        "length": round(float(moved.norm() / (noise if what == "noise" else own.float()).norm()), 4),
        "loss": curve,
        "reads": {"own": judged[1][0], "other": judged[1][1], "before": {"own": judged[0][0], "other": judged[0][1]}},
        "purified": [
            {"level": level, "own": judged[3 + i][0], "other": judged[3 + i][1], "changed": _apart(picture, clean)}
            for i, (level, picture) in enumerate(zip(PURIFIED, purified, strict=True))
        ],
        "statistics": {
            "mean": round(float(nudged.float().mean()), 4),
            "deviation": round(float(nudged.float().std()), 4),
        },
        "captions": captions,
    }
    best = max(range(len(PURIFIED)), key=lambda i: judged[3 + i][0] - judged[3 + i][1])
    details["best"] = PURIFIED[best]
    pictures = {
        "before": seen[0],
        "after": seen[1],
        "towards": seen[2],
        "nudge": _nudge_picture(moved, what),
        "purified": seen[3 + best],
    }
    return pictures, details


def _search(
    what: str,
    noise: Tensor,
    own: Tensor,
    target: Tensor,
    sampled: Any,
    top: float,
    budget: float,
    steps: int,
    report: Report,
) -> tuple[Tensor, list[float]]:
    """Projected gradient descent on the distance to the target's drawing; returns the nudged noise or features, and the losses."""
    import torch

    base = noise if what == "noise" else own.float()
    nudge, curve = torch.zeros_like(base), []
    rate = 2.5 * budget * float(base.norm()) / max(1, steps)
    for step in range(steps if budget else 0):
        with torch.enable_grad():
            nudge.requires_grad_(True)
            begun = kept_length(base + nudge, base) if what == "noise" else base + nudge
            guess = sampled(begun * top, own, THROUGH) if what == "noise" else sampled(noise * top, begun, THROUGH)
            loss = (guess - target).square().mean()
            (slope,) = torch.autograd.grad(loss, nudge)
        curve.append(round(float(loss.detach()), 5))
        nudge = within(nudge.detach() - rate * slope / slope.norm().clamp(min=1e-12), base, budget)
        report(Progress(step + 1, steps, "Looking for a nudge", numbers={"loss": curve[-1]}))
    with torch.inference_mode():
        found = kept_length(base + nudge, base) if what == "noise" and budget else base + nudge
    return found.clone(), curve


def kept_length(x: Tensor, like: Tensor) -> Tensor:
    """x at the length of another tensor, so that nudged noise is as strong as noise."""
    return x * (like.norm() / x.norm().clamp(min=1e-12))


def judge(pictures: list[Image]) -> list[tuple[float, float]]:
    """CLIP's likeness (cosine) of each picture to the first and to the third: what was asked for, and what it shall become."""
    import numpy as np

    from pipelines.detect.examine import CLIP

    mean = np.array((0.48145466, 0.4578275, 0.40821073), np.float32)
    deviation = np.array((0.26862954, 0.26130258, 0.27577711), np.float32)
    vectors = []
    with load(CLIP) as session:
        name = session.get_inputs()[0].name
        for one in pictures:
            large = np.asarray(one.resize((224, 224), PillowImage.Resampling.BICUBIC), np.float32) / 255
            vector = session.run(["image_embeds"], {name: ((large - mean) / deviation).transpose(2, 0, 1)[None]})[0][0]
            vectors.append(vector / np.linalg.norm(vector))
    return [(round(float(v @ vectors[0]), 4), round(float(v @ vectors[2]), 4)) for v in vectors]


def _paper(x: Tensor) -> Image:
    """The network's pixels [1,4,64,64] on paper."""
    from pipelines.drawing.network import calm_grain, on_paper
    from pipelines.nets.object_unet import from_pixels

    return on_paper(calm_grain(from_pixels(x.float())[0]), SIDE_PX)


def _apart(a: Tensor, b: Tensor) -> float:
    return round(float((a - b).abs().mean()) * 127.5, 2)


def _nudge_picture(moved: Tensor, what: str) -> Image:
    """The nudge, scaled so that its largest entry is white or black: of the noise three channels, of the words their tokens as rows."""
    import numpy as np

    values = moved[0, :3].permute(1, 2, 0).numpy() if what == "noise" else np.repeat(moved.numpy()[..., None], 3, 2)
    scaled = 127.5 + 127.5 * values / max(1e-9, float(np.abs(values).max()))
    return PillowImage.fromarray(scaled.round().astype(np.uint8)).resize(
        (SIDE_PX, SIDE_PX), PillowImage.Resampling.NEAREST
    )


# ---- a picture that Detect reads -------------------------------------------------------------------------------------


def on_picture(
    source: Image, levels: float, steps: int, report: Report = silent
) -> tuple[dict[str, Image], dict[str, Any]]:
    """Nudge a picture within +- levels of 255 so that the signal that decides in Detect says the opposite."""
    import numpy as np
    import torch

    from pipelines.detect.gradients import ratio_of
    from pipelines.detect.scores import deciding

    def says(x: Tensor) -> Tensor:
        return ratio_of(x.double() / 255)

    pixels = torch.from_numpy(np.array(crop_to_square(source))).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        before, limit = float(says(pixels)), deciding(None)[1]
    way = -1.0 if before > limit else 1.0
    nudged, curve = _push_pixels(pixels, lambda x: way * says(x), levels, steps, part(report, 0.1, 0.6))
    with torch.no_grad():
        after = float(says(nudged))
        curves = [_cleaned_reading(grain, pixels, nudged, says) for grain in GRAINS]
    pictures = {"before": as_picture(pixels), "after": as_picture(nudged)}
    details: dict[str, Any] = {
        "limit": limit,
        "before": round(before, 3),
        "after": round(after, 3),
        "most": round(float((nudged - pixels).abs().max()), 2),
        "loss": [round(before, 3), *(round(way * v, 3) for v in curve)],
        "purified": curves,
        "verdicts": {},
        "cleaned": CLEANED,
    }
    for i, (name, one) in enumerate(pictures.items()):
        report(Progress(0.7 + 0.12 * i, 1.0, "Asking Detect for its whole verdict"))
        details["verdicts"][name] = verdict_on(one)
    back = as_picture(clean_pixels(nudged, CLEANED))
    return pictures | {"nudge": as_picture((nudged - pixels) * 10 + 127.5), "purified": back}, details


def _push_pixels(
    pixels: Tensor, says: Callable[[Tensor], Tensor], levels: float, steps: int, report: Report
) -> tuple[Tensor, list[float]]:
    """Projected gradient ascent by the sign of the gradient (Madry et al. 2018, section 2.1), in whole levels at the end; and the values on the way."""
    import torch

    nudge, curve = torch.zeros_like(pixels), []
    for step in range(steps if levels else 0):
        with torch.enable_grad():
            nudge.requires_grad_(True)
            value = says(pixels + nudge)
            (slope,) = torch.autograd.grad(value, nudge)
        if step:
            curve.append(float(value.detach()))
            report(Progress(step, steps, "Looking for a nudge", numbers={"ratio": round(curve[-1], 3)}))
        moved = nudge.detach() + 2.5 * levels / steps * slope.float().sign()
        nudge = (pixels + moved.clamp(-levels, levels)).clamp(0, 255) - pixels
    made = (pixels + nudge).round()  # a file holds whole levels
    with torch.no_grad():
        return made, [*curve, float(says(made))]


def verdict_on(picture: Image) -> dict[str, Any]:
    """What the whole of Detect says of a picture: the verdict, its sentence, and each signal with what it adds."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pipelines.detect.examine import examine
    from pipelines.detect.scores import DECIDING
    from pipelines.media import Media

    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        picture.save(path)
        verdict = examine(Media(path, "image")).main.detail
    signals = [
        {"title": one["title"], "ratio": one["log_likelihood_ratio"], "applicable": one["applicable"]}
        for one in verdict["signals"]
    ]
    decides = next((one["title"] for one in verdict["signals"] if one["name"] == DECIDING), "")
    return {"verdict": verdict["verdict"], "sentence": verdict["sentence"], "signals": signals, "decides": decides}


def _cleaned_reading(grain: int, pixels: Tensor, made: Tensor, says: Any) -> dict[str, float]:
    """What is read after noise of so many levels is added and removed, from the nudged and from the plain picture, and what is lost."""
    clean, plain = clean_pixels(made, grain), clean_pixels(pixels, grain)
    error = float((plain - pixels).square().mean())
    return {
        "level": grain,
        "nudged": round(float(says(clean)), 3),
        "plain": round(float(says(plain)), 3),
        "changed": round(error**0.5, 2),
    }


def clean_pixels(pixels: Tensor, grain: int) -> Tensor:
    """Noise of so many levels added, then taken away by non-local means (Buades et al. 2005): [1,3,h,w]."""
    import cv2
    import numpy as np
    import torch

    if grain == 0:
        return pixels.clone()
    noise = np.random.default_rng(grain).normal(0, grain, pixels.shape[1:])
    noisy = (pixels[0].numpy() + noise).clip(0, 255).round().astype(np.uint8).transpose(1, 2, 0)
    calm = cv2.fastNlMeansDenoisingColored(np.ascontiguousarray(noisy), None, 0.9 * grain, 0.9 * grain, 5, 13)
    return torch.from_numpy(calm.transpose(2, 0, 1).astype(np.float32))[None]


def crop_to_square(picture: Image) -> Image:
    """The middle square of a picture at 256 pixels."""
    rgb = picture.convert("RGB")
    side = min(rgb.size)
    left, top = (rgb.width - side) // 2, (rgb.height - side) // 2
    return rgb.crop((left, top, left + side, top + side)).resize((SIDE_PX, SIDE_PX), PillowImage.Resampling.LANCZOS)


def as_picture(pixels: Tensor) -> Image:
    """Levels [1,3,h,w] as a picture."""
    return PillowImage.fromarray(pixels[0].clamp(0, 255).round().byte().permute(1, 2, 0).numpy())
