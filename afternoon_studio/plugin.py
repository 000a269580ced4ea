"""What a plug-in imports: publishing a method, its form, its models, its entry in a tab, and a signal of Detect (docs/plugins.md)."""

from pipelines.core.declared import pipeline
from pipelines.core.models import ModelCard, device, load, onnx_session
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text, Toggle
from pipelines.detect.parts.signals import Evidence, Observation, signal
from pipelines.media import Accompanied, Sound, Video
from studio.web.sendto import Method

Seen = Observation  # the name of earlier versions

__all__ = [
    "Accompanied",
    "Choice",
    "Evidence",
    "Input",
    "Method",
    "ModelCard",
    "Observation",
    "Progress",
    "Range",
    "Refusal",
    "Report",
    "Seed",
    "Seen",
    "Sound",
    "Text",
    "Toggle",
    "Video",
    "device",
    "load",
    "onnx_session",
    "pipeline",
    "signal",
    "silent",
]
