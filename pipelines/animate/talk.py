"""A face or a drawn character speaks a sound: a photograph is moved by its own mesh, a drawing gets mouth shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Annotated

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.animate.parts.drawn_mouth import DrawnMouth
from pipelines.animate.parts.kept import kept_sound
from pipelines.animate.parts.mouths import Liveliness, Mouth, MouthTrack, spoken, track_of_loudness, visemes_of
from pipelines.animate.parts.portrait import FacePose, Portrait
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text, Toggle
from pipelines.media import Accompanied, Sound, Video
from pipelines.media.clip import Exact, LongestSide, Rate, Shape, check_picture, frame_progress, frame_size
from pipelines.vision.faces import FACE_MESH, YUNET

__all__ = ["FACE_MESH", "YUNET", "talk"]
LONGEST_SECONDS = 300.0
KINDS = {"auto": "As it looks", "photograph": "A photographed face", "drawing": "A drawing"}
CONSENT = "The face is computer-made, or the person has agreed"
LABEL = "Made to speak with AI"
SURE = 0.8  # of a face: below this a picture is taken for a drawing


@pipeline(models=(FACE_MESH, YUNET))
def talk(
    picture: Annotated[
        Image, Input(samples=False, label="Face or drawing", help="One face from the front, or a drawn character.")
    ],
    sound: Annotated[
        Sound,
        Input(
            label="What it says",
            help="With speech from Narrate, the mouth follows each sound.",
        ),
    ],
    *,
    consent: Annotated[
        bool,
        Toggle(
            label=CONSENT,
            help="Never invent what somebody said.",
            page="law",
        ),
    ] = False,
    kind: Annotated[str, Choice(KINDS, label="What it is")] = "auto",
    point: Annotated[
        str,
        Text(
            label="Where the mouth is",
            help="If it is not found: x y.",
            placeholder="0.5 0.6",
            editor="point",
            over="picture",
            max_characters=100,
        ),
    ] = "",
    mouth_size: Annotated[
        float,
        Range(0.02, 0.5, 0.01, label="Width of a drawn mouth", help="As a fraction of the shorter side.", more=True),
    ] = 0.14,
    strength: Annotated[float, Range(0.3, 1.6, 0.05, label="Opening", help="How far the mouth opens.")] = 1.0,
    liveliness: Annotated[float, Range(0, 2, 0.05)] = 1.0,
    label: Annotated[
        bool, Toggle(label="Visible label", help="Writes “Made to speak with AI” into the picture.")
    ] = True,
    shape: Shape = "picture",
    longest_side: LongestSide = 960,
    exact: Exact = "",
    rate: Rate = 24,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Video]:
    """Make a computer-made or consenting face, or a drawn character, speak a recording.

    Visemes blended as in Cohen and Massaro 1993; a face's 468 points (Kartynnik et al. 2019) carry smooth fields that part its lips, the inside is
    painted, lids come down, the head sways. uint8 [h,w,3], even sides, as long as the sound, which goes with it; mouth.json has the
    track. Raises Refusal without consent, for no face and no point, for a sound that is empty or over five minutes; MissingModel.
    """
    check_picture(picture)
    if not 0.1 <= sound.seconds <= LONGEST_SECONDS:
        raise Refusal(f"The sound must last a tenth of a second to {LONGEST_SECONDS / 60:.0f} minutes.")
    place = point_of(point)
    size = frame_size(picture.width, picture.height, shape, longest_side, exact)
    report(Progress(0, 1, "Looking for the face"))
    speaker = _speaker(np.asarray(picture.convert("RGB")), size, kind, place, (mouth_size, strength), consent)
    visemes = visemes_of(sound.words)
    track = spoken(visemes, sound.seconds, rate) if visemes else track_of_loudness(sound.samples, sound.rate_hz)
    alive = Liveliness.of(track, sound.seconds, seed)
    count = max(1, round(sound.seconds * rate))
    marked = _Label(size) if label else None
    how = "" if track.known else " (mouth by loudness: no timings came with this sound)"

    def frame_at(index: int) -> np.ndarray:
        seconds = (index + 0.5) / rate
        x, y, angle = (liveliness * v for v in alive.sway(seconds))
        lids = alive.lids(seconds) if liveliness else 0.0
        frame = speaker(FacePose(track.at(seconds), lids, x, y, angle))
        return marked.on(frame) if marked else frame

    def frames() -> Iterator[np.ndarray]:
        for index in range(count):
            frame = frame_at(index)
            progress = frame_progress(index, count, frame)
            report(Progress(progress.done, progress.total, progress.label + how, progress.preview))
            yield frame

    video = Video(*size, Fraction(rate), count, frames, kept_sound(sound, frames))
    return Accompanied(video, {"mouth.json": _describe_mouth(track, visemes, rate, count)})


def point_of(text: str) -> tuple[float, float] | None:
    """The first point "x y" in parts of the picture, None for an empty text. Raises Refusal."""
    if not text.strip():
        return None
    numbers = [float(n) for n in re.findall(r"[-+]?\d*\.?\d+", text.splitlines()[0])]
    if len(numbers) != 2 or not all(0 <= n <= 1 for n in numbers):
        raise Refusal("The mouth is a point such as “0.5 0.6”.")
    return numbers[0], numbers[1]


def _speaker(
    pixels: np.ndarray,
    size: tuple[int, int],
    kind: str,
    place: tuple[float, float] | None,
    drawn: tuple[float, float],
    consent: bool,
) -> Callable[[FacePose], np.ndarray]:
    """What draws a frame for a pose. Raises Refusal without consent for a photographed face, and where no mouth can be found."""
    from pipelines.vision.faces import find_faces, mesh

    by_hand = kind == "drawing" or (kind == "auto" and place is not None)
    found = [] if by_hand and place is not None else find_faces(pixels, least_score=0.6)
    points = (
        mesh(pixels, found[0]) if found and not by_hand and (kind == "photograph" or found[0].score >= SURE) else None
    )
    if kind == "photograph" and points is None:
        raise Refusal("No face was found; use one from the front, or choose “A drawing”.")
    if points is not None:
        if not consent:
            raise Refusal(f"Tick “{CONSENT}” first.")
        return _photograph(pixels, size, points, drawn[1])
    if place is None and not found:
        raise Refusal("No face was found; put a point where the mouth is.")
    mouth_size, strength = drawn
    if place is None:
        five = found[0].five
        middle, half = five[3:].mean(0), float(np.hypot(*(five[4] - five[3]))) / 2
    else:
        height, width = pixels.shape[:2]
        middle, half = np.array(place) * (width, height) - 0.5, mouth_size * min(width, height) / 2
    return _drawing(pixels, size, (middle, half), strength)


def _photograph(
    pixels: np.ndarray, size: tuple[int, int], points: np.ndarray, strength: float
) -> Callable[[FacePose], np.ndarray]:
    """A face by its mesh points [468,3] in pixels of the picture."""
    piece, scale, corner = crop_to_size(pixels, size, points[:, :2].mean(0))
    moved = points.copy()
    moved[:, :2] = (points[:, :2] - corner) * scale
    moved[:, 2] *= scale
    return Portrait(piece, moved, strength).at


def _drawing(
    pixels: np.ndarray, size: tuple[int, int], place: tuple[np.ndarray, float], strength: float
) -> Callable[[FacePose], np.ndarray]:
    """A drawing with a mouth at a place: its middle (x, y) and half its width, in pixels of the picture."""
    middle, half = place
    piece, scale, corner = crop_to_size(pixels, size, middle)
    x, y = (middle - corner) * scale
    mouth = DrawnMouth.on(piece, (float(x), float(y)), max(2.0, half * scale))

    def at(pose: FacePose) -> np.ndarray:
        now = pose.mouth
        return mouth.at(Mouth(min(1.3, now.open * strength), now.wide, now.teeth, now.tongue))

    return at


def crop_to_size(pixels: np.ndarray, size: tuple[int, int], middle: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Cut to the proportions of `size` with `middle` inside and resized; also the scale, and the corner (x, y) that was cut at."""
    height, width = pixels.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    wide, tall = min(width, round(size[0] / scale)), min(height, round(size[1] / scale))
    left = int(np.clip(round(middle[0] - wide / 2), 0, width - wide))
    top = int(np.clip(round(middle[1] - tall / 2), 0, height - tall))
    cut = PillowImage.fromarray(pixels[top : top + tall, left : left + wide]).resize(
        size, PillowImage.Resampling.LANCZOS
    )
    return np.array(cut), scale, np.array([left, top], np.float32)


def _describe_mouth(track: MouthTrack, visemes: list[tuple[float, float, str]], rate: int, count: int) -> bytes:
    """What the mouth did: where its times came from, the shapes, and how far it was open in every frame."""
    opened = [round(track.at((i + 0.5) / rate).open, 3) for i in range(count)]
    times = "the voice's own" if track.known else "estimated from the loudness of the sound"
    return json.dumps({"times": times, "visemes": visemes, "rate_hz": rate, "open": opened}).encode()


class _Label:
    """A small line in a corner that says how the film was made."""

    def __init__(self, size: tuple[int, int]) -> None:
        from PIL import ImageDraw, ImageFont

        width, height = size
        font = ImageFont.load_default(max(10, round(min(size) / 34)))
        left, top, right, bottom = (
            round(v) for v in ImageDraw.Draw(PillowImage.new("L", (1, 1))).textbbox((0, 0), LABEL, font)
        )
        pad = max(3, round(min(size) / 110))
        wide, tall = min(width, right - left + 2 * pad), min(height, bottom - top + 2 * pad)
        plate = PillowImage.new("L", (wide, tall), 0)
        ImageDraw.Draw(plate).text((pad - left, pad - top), LABEL, 255, font)
        self.text = np.asarray(plate, np.float32)[..., None] / 255
        self.rows = (
            slice(height - tall - pad, height - pad) if tall + 2 * pad <= height else slice(height - tall, height)
        )
        self.columns = slice(pad, pad + wide) if wide + 2 * pad <= width else slice(0, wide)

    def on(self, frame: np.ndarray) -> np.ndarray:
        part = frame[self.rows, self.columns]
        dimmed = part * np.float32(0.45)
        text = self.text[:, : part.shape[1]]
        frame[self.rows, self.columns] = (dimmed + text * (245 - dimmed) + 0.5).astype(np.uint8)
        return frame
