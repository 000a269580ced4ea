"""What a film model follows of a clip that was acted here: its frames as a control (Wan VACE, LTX-2), or a skeleton and a face (Wan Animate)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard, load
from pipelines.core.settings import Refusal
from pipelines.hub import steering
from pipelines.hub.asking import Lora
from pipelines.media import Video

if TYPE_CHECKING:
    from pipelines.animate.diffusion import Shot

GREY, OPEN, KEPT = (128, 128, 128), 255, 0  # of Wan VACE: nothing is given here; paint this; keep this


def wishes(pipe: Any, shot: Shot, frames: int) -> dict[str, Any]:
    """What a pipeline is asked for besides words and size, so that it follows the shot's videos and pictures. Raises Refusal."""
    follows = steering.followed_by(type(pipe).__name__)
    if shot.movement is not None and not follows:
        raise Refusal(f"This model ({type(pipe).__name__}) follows no movement; take the videos out.")
    if shot.face is not None and follows != "skeletons":
        raise Refusal(f"This model ({type(pipe).__name__}) follows no face; take that video out.")
    if follows == "shades":
        return _vace(pipe, shot, frames)
    if follows == "lines" and shot.movement is not None:
        return _beside(pipe, shot, shot.movement, frames)
    return _settings_of_animate(pipe, shot, frames) if follows == "skeletons" else {}


def loras(pipe: Any, shot: Shot) -> list[Lora]:
    """The LoRA without which a model does not read the clip that is beside its own film. Raises MissingModel."""
    card: ModelCard | None = steering.control_for(type(pipe).__name__) if shot.movement is not None else None
    if card is None:
        return []
    with load(card) as path:
        return [Lora("control", path, 1.0)]


def fitting(pipe: Any, frames: int, *clips: Video, rate_hz: float) -> int:
    """How many frames of a model's rate all clips last, at most `frames`, in the steps of its autoencoder. Raises Refusal."""
    step = getattr(pipe, "vae_scale_factor_temporal", 0) or getattr(pipe, "vae_temporal_compression_ratio", 1)
    count = min(frames, *(round(clip.frame_count / float(clip.rate_hz) * rate_hz) for clip in clips))
    count = (count - 1) // step * step + 1
    if count < step + 1:
        raise Refusal(f"What is followed must last {(step + 1) / rate_hz:.2f} seconds.")
    return count


def pictures(clip: Video, count: int, rate_hz: float) -> list[Image]:
    """The frames of a clip at the times of a model's frames, so that it moves as fast as the clip does."""
    wanted = [min(clip.frame_count - 1, int(n / rate_hz * float(clip.rate_hz) + 1e-6)) for n in range(count)]
    images: dict[int, Image] = {}
    for number, frame in enumerate(clip.frames()):
        if number in wanted:
            images[number] = PillowImage.fromarray(frame)
        if number == wanted[-1]:
            break
    return [images[number] for number in wanted]


def guide(frame: Image, text: str, size: tuple[int, int]) -> Image:
    """One frame as a control: its shades of grey, or white lines on black; RGB of that size."""
    from pipelines.hub import canvas

    if text == "lines":
        return canvas.lines(frame, "canny", size)
    return frame.convert("L").convert("RGB").resize(size, PillowImage.Resampling.LANCZOS)


def _vace(pipe: Any, shot: Shot, frames: int) -> dict[str, Any]:
    """Control frames to be painted anew; the first and the last picture are kept where they are given."""
    rate = float(shot.preset.rate_hz)
    if shot.movement is not None:
        frames = fitting(pipe, frames, shot.movement, rate_hz=rate)
        shown = [guide(image, shot.held, shot.size) for image in pictures(shot.movement, frames, rate)]
    elif shot.picture is None:
        return {"video": None}
    else:
        shown = [PillowImage.new("RGB", shot.size, GREY)] * frames
    masks = [PillowImage.new("L", shot.size, OPEN)] * frames
    for place, picture in ((0, shot.picture), (frames - 1, shot.last)):
        if picture is not None:
            shown[place], masks[place] = picture, PillowImage.new("L", shot.size, KEPT)
    return {"video": shown, "mask": masks, "num_frames": frames}


def _beside(pipe: Any, shot: Shot, clip: Video, frames: int) -> dict[str, Any]:
    """LTX-2: the lines of the clip as a video beside its own, and the first picture at its place."""
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

    rate = float(shot.preset.rate_hz)
    frames = fitting(pipe, frames, clip, rate_hz=rate)
    lines = [guide(image, "lines", shot.size) for image in pictures(clip, frames, rate)]
    first = None if shot.picture is None else [LTX2VideoCondition(frames=shot.picture, index=0)]
    return {"reference_conditions": [LTX2ReferenceCondition(frames=lines)], "conditions": first, "num_frames": frames}


def _settings_of_animate(pipe: Any, shot: Shot, frames: int) -> dict[str, Any]:
    """Wan Animate: a drawn skeleton that moves, and a face."""
    if shot.movement is None or shot.face is None:
        raise Refusal("This model needs a picture, a movement and a face.")
    rate = float(shot.preset.rate_hz)
    count = fitting(pipe, frames, shot.movement, shot.face, rate_hz=rate)
    poses, face = (pictures(video, count, rate) for video in (shot.movement, shot.face))
    return {
        "pose_video": [pose.resize(shot.size) for pose in poses],
        "face_video": face,
        "mode": "animate",
        "segment_frame_length": count,
    }
