"""What a pipeline is asked to do: from the one that was opened, the one for words, a picture, a mask or a map, sharing its networks."""

from __future__ import annotations

import inspect
from typing import Any

from pipelines.core.settings import Refusal

FROM_A_PICTURE = {
    "LTXPipeline": "LTXImageToVideoPipeline",
    "WanPipeline": "WanImageToVideoPipeline",
    "AnimateDiffPipeline": "AnimateDiffVideoToVideoPipeline",
    "LTX2Pipeline": "LTX2ImageToVideoPipeline",
}
BESIDE_A_CLIP = {"LTX2Pipeline": "LTX2InContextPipeline"}
FROM_TWO_PICTURES = {"LTXPipeline": "LTXConditionPipeline"}
SHOWN = (
    "Flux2KleinPipeline",
    "Flux2Pipeline",
    "QwenImageEditPlusPipeline",
    "QwenImage21Pipeline",
)  # take several pictures in `image`


def for_picture(pipe: Any, *, picture: bool, mask: bool, control: Any = None, shown: bool = False) -> Any:
    """The pipeline for words alone, with a picture, or with a picture and a mask; with a control network where one is given.

    `shown`: it will be given pictures of who is in it. Raises Refusal.
    """
    import diffusers

    task, wish = (
        ("Inpainting", "fill a mask")
        if mask
        else ("Image2Image", "begin from a picture")
        if picture
        else ("Text2Image", "paint from words alone")
    )
    more = {} if control is None else {"controlnet": control}
    if not more and (_does(pipe, picture, mask) or (shown and type(pipe).__name__ in SHOWN and not mask)):
        return pipe
    maker = getattr(diffusers, f"AutoPipelineFor{task}")
    try:
        task_pipe = maker.from_pipe(pipe, **more)
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        wish = "follow a map" if more else wish
        raise Refusal(f"This model ({type(pipe).__name__}) cannot {wish}; choose another.") from problem
    if not _does(task_pipe, picture, mask):
        raise Refusal(f"This model ({type(pipe).__name__}) cannot {wish}; choose another.")
    task_pipe.set_progress_bar_config(disable=True)
    return task_pipe


def _does(pipe: Any, picture: bool, mask: bool) -> bool:
    """Whether the pipeline takes exactly what is given."""
    takes = inspect.signature(pipe.__call__).parameters
    control = "controlnet" in pipe.components
    name = type(pipe).__name__
    from_picture = "control_image" in takes if control else "image" in takes
    if control and "Img2Img" not in name and "Inpaint" not in name:
        from_picture = False
    needs_picture = (
        (from_picture and takes["image"].default is inspect.Parameter.empty) or "Img2Img" in name or "Inpaint" in name
    )
    return ("mask_image" in takes) == mask and from_picture >= picture and (picture or not needs_picture)


def for_film(pipe: Any, *, picture: bool, last: bool = False, clip: bool = False) -> Any:
    """The pipeline for words alone, with a first picture, with a first and a last one, or beside a clip that it follows. Raises Refusal."""
    import diffusers

    takes, name = inspect.signature(pipe.__call__).parameters, type(pipe).__name__
    if not {"num_frames", "video", "pose_video"} & set(takes):
        raise Refusal(f"This model ({name}) does not make films.")
    if clip and name in BESIDE_A_CLIP:
        return rebuilt(pipe, getattr(diffusers, BESIDE_A_CLIP[name]))
    if last:
        if name in FROM_TWO_PICTURES:
            return rebuilt(pipe, getattr(diffusers, FROM_TWO_PICTURES[name]))
        if ("last_image" in takes and not pipe.config.get("expand_timesteps")) or name == "WanVACEPipeline":
            return pipe
        raise Refusal(f"This model ({name}) takes no last picture; take it out.")
    if name == "WanVACEPipeline" or ("image" in takes or "video" in takes) == picture:
        return pipe
    if not picture:
        if takes["image"].default is inspect.Parameter.empty or "prompt" not in takes:
            raise Refusal("This model sets a picture in motion; add one.")
        return pipe
    if name not in FROM_A_PICTURE:
        raise Refusal(f"This model ({name}) films from words alone; take the picture out.")
    return rebuilt(pipe, getattr(diffusers, FROM_A_PICTURE[name]))


def for_references(pipe: Any) -> Any:
    """The pipeline, if it can be shown pictures of who or what is to be in its own. Raises Refusal."""
    if type(pipe).__name__ not in SHOWN and not worn_by(pipe):
        raise Refusal(
            f"This model ({type(pipe).__name__}) cannot be shown who is in the picture; take the references out."
        )
    return pipe


def worn_by(pipe: Any) -> bool:
    """Whether an image prompt (IP-Adapter, Ye et al. 2023) can be put on this pipeline."""
    return hasattr(pipe, "load_ip_adapter") and "ip_adapter_image" in inspect.signature(pipe.__call__).parameters


def rebuilt(pipe: Any, kind: Any, **more: Any) -> Any:
    """A pipeline of another class from the same networks and what else it wants."""
    known = {**dict(pipe.config), **pipe.components, **more}
    wanted = inspect.signature(kind.__init__).parameters
    made = kind(**{name: known[name] for name in wanted if name in known})
    made.set_progress_bar_config(disable=True)
    return made


def family(pipe: Any) -> str:
    """Which control networks fit: "sd", "sdxl" or "" for what has none listed here."""
    parts = pipe.components
    if parts.get("unet") is None:
        return ""
    return "sdxl" if parts.get("text_encoder_2") is not None else "sd"
