"""Films by models of a hub: from words, or from a picture that is set in motion."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text
from pipelines.generate.diffusion import Files, Guide, LoraFile, Negative, OtherModel, Size, StepCount, Weights
from pipelines.hub import door, files, steering
from pipelines.hub import weights as smaller
from pipelines.hub.presets import MOTION_CONTROLS, OTHER, VIDEOS, gpu_gb, options
from pipelines.media import Accompanied, Sound, Video

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from pipelines.hub.opening import Opened
    from pipelines.hub.presets import Preset

__all__ = ["CARDS", "diffusion"]
CARDS = tuple(preset.card for preset in (*VIDEOS, *MOTION_CONTROLS))
STRENGTH = 0.8  # how much AnimateDiff may change a picture
HELD = {"shades": "its shapes and shades", "lines": "its lines alone"}


@pipeline(optional=(*CARDS, door.OPEN_NSFW), hub=True, gpu=gpu_gb(VIDEOS))
def diffusion(
    picture: Annotated[Image | None, Input(help="Without it, the film is made from words only.")] = None,
    lora: LoraFile = None,
    last: Annotated[
        Image | None,
        Input(label="Last picture", help="The film ends with it, where the model can.", samples=False),
    ] = None,
    movement: Annotated[
        Video | None,
        Input(
            label="Movement",
            help="A clip whose movement the film follows.",
        ),
    ] = None,
    face: Annotated[Video | None, Input(label="Face", help="A video of a face to follow.")] = None,
    *,
    prompt: Annotated[
        str,
        Text(
            label="What happens",
            placeholder="waves roll on to a beach at dusk",
            max_characters=1000,
            lines=2,
            receives=True,
        ),
    ] = "",
    model: Annotated[
        str,
        Choice(
            lambda: options(VIDEOS),
            help="It is downloaded once.",
        ),
    ] = "animatediff",
    seconds: Annotated[float, Range(0, 10, 0.1, help="0 uses the usual length for this model.", scales_time=True)] = 0,
    held: Annotated[str, Choice(HELD, label="Kept of the clip", more=True)] = "shades",
    negative: Negative = "",
    size: Size = "",
    steps: StepCount = 0,
    guidance: Guide = -1.0,
    loras: Files = "",
    weights: Weights = "",
    other: OtherModel = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Video]:
    """Make a film with a diffusion model of a hub.

    AnimateDiff (Guo et al. 2024), Wan VACE (Jiang et al. 2025) along an acted clip, LTX-Video (HaCohen et al. 2024), LTX-2 with its own sound, Wan (2025), HunyuanVideo 1.5, CogVideoX, Stable Video Diffusion (Blattmann et al. 2023) or any other
    film pipeline of diffusers. Weights are safetensors, a model's own code is never run. Raises Refusal with a sentence, MissingModel.
    """
    from pipelines.core.models import load
    from pipelines.hub import asking, canvas, presets

    preset = presets.chosen(VIDEOS, model, other)
    door.check_words(prompt)
    written = files.read_files(loras)
    worn = asking.loras_of(written, lora)
    _check(preset, prompt, picture, last)
    _check_movement(preset, movement, face)
    laid = canvas.laid(picture, None, "", canvas.read_size(size), preset.size, step_px=32)
    shot = Shot(
        preset,
        laid.picture,
        laid.size,
        prompt,
        negative,
        seconds,
        steps,
        guidance,
        seed,
        last.convert("RGB").resize(laid.size) if last is not None else None,
        movement,
        face,
        held,
    )
    report(Progress(0, 1, f"Opening {preset.card.name}"))
    with load(smaller.card_for(preset.card, weights, written.gguf)) as opened:
        if type(opened.model).__name__ == "MotionAdapter":
            painter = presets.other(written.models["painter"]) if "painter" in written.models else presets.SD15
            with load(painter) as painting, painting.lock:
                return _make_film(painting, _with_motion(painting, opened), shot, worn, report)
        with opened.lock:
            return _make_film(opened, opened.model, shot, worn, report)


def _check(preset: Preset, prompt: str, picture: Image | None, last: Image | None) -> None:
    """Raises Refusal where the model does not begin from what is given."""
    if not prompt.strip() and picture is None:
        raise Refusal("Say what happens, or add a picture.")
    if picture is None and "words" not in preset.begins:
        raise Refusal(f"{preset.card.name} sets a picture in motion; add one.")
    if picture is not None and "picture" not in preset.begins:
        raise Refusal(f"{preset.card.name} films from words alone; take the picture out.")
    if last is not None and picture is None:
        raise Refusal("A last picture needs a first one; add it.")
    if last is not None and preset.key != OTHER and "last" not in preset.begins:
        raise Refusal(f"{preset.card.name} takes no last picture; take it out.")


def _check_movement(preset: Preset, movement: Video | None, face: Video | None) -> None:
    """Raises Refusal where a model gets videos that it does not follow, or lacks those that it needs."""
    given = movement is not None or face is not None
    skeletons = steering.followed_by(preset.made_by) == "skeletons"
    if skeletons and (movement is None or face is None):
        raise Refusal(f"{preset.card.name} needs a picture, a movement and a face.")
    if given and preset.key != OTHER and "movement" not in preset.begins:
        raise Refusal(f"{preset.card.name} follows no movement; take the videos out.")


@dataclass(frozen=True)
class Shot:
    """The request for one film; sizes in pixels, `seconds` 0 for the model's usual length."""

    preset: Preset
    picture: Image | None
    size: tuple[int, int]
    prompt: str
    negative: str
    seconds: float
    steps: int
    guidance: float
    seed: int
    last: Image | None = None
    movement: Video | None = None
    face: Video | None = None
    held: str = "shades"


def _with_motion(painting: Opened, adapter: Opened) -> Any:
    """AnimateDiff from a Stable Diffusion pipeline and a motion adapter, with the schedule that the adapter was trained on. Raises Refusal."""
    from diffusers import AnimateDiffPipeline, DDIMScheduler

    from pipelines.hub import tasks

    if tasks.family(painting.model) != "sd":
        raise Refusal("AnimateDiff moves models of Stable Diffusion 1.5; choose such a painter.")
    timing = DDIMScheduler.from_config(
        painting.model.scheduler.config,
        beta_schedule="linear",
        clip_sample=False,
        timestep_spacing="linspace",
        steps_offset=1,
    )
    return tasks.rebuilt(painting.model, AnimateDiffPipeline, motion_adapter=adapter.model, scheduler=timing)


def _make_film(opened: Opened, pipe: Any, shot: Shot, worn: Any, report: Report) -> Accompanied[Video]:
    """One film, decoded into memory as bytes."""
    from pipelines.animate.parts import followed
    from pipelines.animate.parts.kept import kept_sound
    from pipelines.hub import asking, tasks

    pipe = tasks.for_film(
        pipe, picture=shot.picture is not None, last=shot.last is not None, clip=shot.movement is not None
    )
    frames = frame_count(pipe, shot.seconds, shot.preset)
    wishes = _wishes(pipe, shot, frames)
    wishes |= followed.wishes(pipe, shot, frames)
    worn = [*worn, *followed.loras(pipe, shot)]
    with asking.wearing(pipe, worn):
        given = asking.ask(
            opened,
            pipe,
            wishes,
            size=shot.size,
            report=report,
            label="Filming",
            frames=frames,
        )
    pictures = [picture.convert("RGB") for picture in given.frames[0]]
    if door.held_back(pictures):
        raise Refusal(door.HELD_BACK)

    def play_frames() -> Iterator[np.ndarray]:
        import numpy as np

        for picture in pictures:
            yield np.asarray(picture)

    width, height = pictures[0].size
    sound = own_sound(pipe, given)
    track = kept_sound(sound, play_frames) if sound is not None else None
    film = Video(width, height, Fraction(shot.preset.rate_hz), len(pictures), play_frames, sound=track)
    return Accompanied(film, {}, pictures[len(pictures) // 2])


def _wishes(pipe: Any, shot: Shot, frames: int) -> dict[str, Any]:
    """All that could be asked of a pipeline; what it does not know is left out later."""
    import math

    from pipelines.diffusion import sampling

    count, rate = shot.steps or shot.preset.steps, shot.preset.rate_hz
    scale = shot.preset.guidance if shot.guidance < 0 else shot.guidance
    again = type(pipe).__name__.endswith("VideoToVideoPipeline")
    wishes: dict[str, Any] = {
        "prompt": shot.prompt,
        "negative_prompt": shot.negative if shot.negative.strip() else None,
        "num_inference_steps": max(count, math.ceil(1 / STRENGTH)) if again else count,
        "guidance_scale": scale,
        "max_guidance_scale": scale,
        "num_frames": frames,
        "width": shot.size[0],
        "height": shot.size[1],
        "image": shot.picture,
        "last_image": shot.last,
        "video": None if shot.picture is None else [shot.picture] * frames,
        "strength": STRENGTH,
        "frame_rate": rate,
        "fps": rate,
        "motion_bucket_id": 127,
        "decode_chunk_size": 4,
        "generator": sampling.generators(shot.seed, 1)[0],
        "output_type": "pil",
    }
    if shot.last is not None and type(pipe).__name__ == "LTXConditionPipeline":
        from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

        ends = ((shot.picture, 0), (shot.last, frames - 1))
        held = [LTXVideoCondition(image=one, frame_index=at) for one, at in ends]
        wishes |= {"conditions": held, "image": None, "video": None}
    return wishes


def own_sound(pipe: Any, given: Any) -> Sound | None:
    """The sound that a model such as LTX-2 makes together with its pictures: [1, channels, samples] as Sound; None for a silent one."""
    heard = getattr(given, "audio", None)
    rate = getattr(getattr(getattr(pipe, "vocoder", None), "config", None), "output_sampling_rate", None)
    if heard is None or not rate:
        return None
    samples = heard[0].float().cpu().numpy()
    return Sound(samples.reshape(-1, samples.shape[-1]).T[:, :2].clip(-1, 1).astype("float32"), int(rate))


def frame_count(pipe: Any, seconds: float, preset: Preset) -> int:
    """Frames for a length, in the steps that the model's autoencoder takes (8k+1 or 4k+1), at most what a motion adapter knows. Raises Refusal."""
    wished = round(seconds * preset.rate_hz) if seconds else preset.frames
    step = getattr(pipe, "vae_temporal_compression_ratio", None) or getattr(pipe, "vae_scale_factor_temporal", None)
    if step:
        wished = max(1, round((wished - 1) / step)) * step + 1
    unet = getattr(pipe, "unet", None)
    most = unet.config.get("motion_max_seq_length") if unet is not None and hasattr(unet, "config") else None
    if most and wished > most:
        raise Refusal(f"This model films at most {most / preset.rate_hz:.1f} seconds; ask for less.")
    return max(2, wished)
