"""Face swapping as the first "deepfakes" did it, on drawn people or on two videos with the consent of both."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Toggle
from pipelines.lab.swap import SWAP
from pipelines.media import Accompanied, Video
from pipelines.redteam.parts.judge import CLIP
from pipelines.vision.faces import FACE_MESH, YUNET

if TYPE_CHECKING:
    import numpy as np

    from pipelines.redteam.parts.face_places import Place

__all__ = ["CLIP", "FACE_MESH", "SWAP", "YUNET", "swap"]
PEOPLE = {"drawn": "Two drawn people", "videos": "Two videos of people who have agreed"}
CONSENT_IN = "The person whose face is put in is computer-made or has agreed"
CONSENT_OUT = "The person in the other video is computer-made or has agreed"
LEAST_FACES, MOST_FACES = 16, 128  # of each person, to learn from
LONGEST_SECONDS, MOST_SIDE_PX, LEAST_FACE_PX = 60.0, 1920, 48


@dataclass(frozen=True)
class Material:
    """What a swap works on: faces uint8 [n,64,64,3] of both (the second's are put in), and the video whose face is replaced."""

    faces: tuple[np.ndarray, np.ndarray]
    video: Video
    places: list[Place | None]
    truth: Callable[[int], np.ndarray] | None = None  # the second person in the same pose, for drawn people


@pipeline(models=(SWAP, CLIP, FACE_MESH, YUNET))
def swap(
    video: Annotated[
        Video | None,
        Input(label="Video whose face is replaced", help="One person, up to a minute. Empty: drawn people."),
    ] = None,
    donor: Annotated[
        Video | None,
        Input(label="Video of the face that is put in", help="One person who looks about and speaks for 10 seconds."),
    ] = None,
    *,
    people: Annotated[str, Choice(PEOPLE, label="Whose faces", help="Drawn people need no consent.")] = "drawn",
    consent_in: Annotated[
        bool, Toggle(label=CONSENT_IN, help="Required for videos. Other faces are refused.", page="law")
    ] = False,
    consent_out: Annotated[bool, Toggle(label=CONSENT_OUT, help="Required for videos.", page="law")] = False,
    steps: Annotated[
        int,
        Range(20, 4000, 20, label="Training steps", help="400 show the likeness, 2,000 look better.", scales_time=True),
    ] = 400,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Video]:
    """Swaps the face in a video by one encoder and two decoders that are trained for it here.

    The method of the first "deepfakes" (Rössler et al. 2019, section 3.2): faces of both people, aligned by the face mesh, go warped through one
    encoder; each decoder learns one person; the other's decoder then draws the face. Colours follow Reinhard et al. 2001, the place of the face
    is smoothed over time. The label stays in every picture. The training goes on where it stopped. Raises Refusal without the consent of both,
    and for faces that it does not cover; MissingModel.
    """
    from pipelines.optim.checkpoints import Checkpoints
    from pipelines.redteam.parts import report as paper
    from pipelines.redteam.parts.swap_training import KEPT_EVERY, Training

    check(people, video, donor, consent_in, consent_out)
    material = (
        drawn_people(seed, part(report, 0.0, 0.2))
        if people == "drawn"
        else material_of_videos(video, donor, part(report, 0.0, 0.2))
    )
    with load(SWAP) as pair:
        training = Training(material.faces, steps, seed, pair)
    store = Checkpoints({"faces": digest(*material.faces), "settings": f"steps={steps} seed={seed}"})
    training.restore(*store.newest())
    curve: list[float] = []
    while training.step < steps:
        curve.append(training.descend())
        if training.step % KEPT_EVERY == 0 or training.step == steps:
            store.write(training.step, training.tensors())
        label = f"Learning both faces: step {training.step} of {steps}"
        numbers = {"distance": curve[-1]}
        report(Progress(0.2 + 0.6 * training.step / steps, 1.0, label, training.preview, numbers))
    net = training.net.eval().requires_grad_(False)
    swapped = replace_face(material, net, part(report, 0.85, 1.0))
    finding = make_finding(material, net, curve, {"people": people, "steps": steps, "seed": seed})
    pictures = {"What the networks learned": training.preview(), **compare_pictures(material, net)}
    sheet = io.BytesIO()
    paper.sheet(pictures, finding).save(sheet, "JPEG", quality=85)
    return Accompanied(swapped, {**paper.files_of(finding), "pictures.jpg": sheet.getvalue()})


def check(people: str, video: Video | None, donor: Video | None, consent_in: bool, consent_out: bool) -> None:
    """Raises Refusal unless there is what is needed, and the consent of both people."""
    given = [film for film in (video, donor) if film is not None]
    if people == "drawn":
        if given:
            raise Refusal("Drawn people need no videos; take them out.")
        return
    if len(given) < 2:
        raise Refusal("Give two videos: one whose face is replaced, and one of the new face.")
    for ticked, label in ((consent_in, CONSENT_IN), (consent_out, CONSENT_OUT)):
        if not ticked:
            raise Refusal(f"Tick “{label}” first: both people must agree.")
    for film in given:
        if film.seconds > LONGEST_SECONDS:
            raise Refusal(f"This video is {film.seconds:.0f} seconds long; cut it to {LONGEST_SECONDS:.0f}.")
        if max(film.width, film.height) > MOST_SIDE_PX:
            raise Refusal(f"This video is larger than {MOST_SIDE_PX} pixels.")


def digest(*faces: np.ndarray) -> str:
    """What tells one training from another: the SHA-256 of its faces."""
    made = hashlib.sha256()
    for one in faces:
        made.update(one.tobytes())
    return made.hexdigest()


def drawn_people(seed: int, report: Report = silent) -> Material:
    """Two people of the cast, drawn with known poses and expressions, and a video of the first. Seed 0 takes the studio's pair."""
    from pipelines.redteam.parts import swap_drawn

    return Material(*swap_drawn.material(seed, report))


def material_of_videos(video: Video | None, donor: Video | None, report: Report = silent) -> Material:
    """Both videos looked at: consent is checked face by face, faces are cut out. Raises Refusal."""
    import numpy as np

    from pipelines.redteam.parts import face_places, identity

    assert video is not None and donor is not None  # `check` asked for them
    faces: list[np.ndarray] = []
    places: list[Place | None] = []
    called = ("the video whose face is replaced", "the video of the face that is put in")
    for number, (film, name) in enumerate(zip((video, donor), called, strict=True)):
        stage = part(report, number / 2, (number + 1) / 2)
        person = identity.person_of(some_frames(film, identity.LOOKS), name)

        def tick(at: int, film: Video = film, stage: Report = stage) -> None:
            stage(Progress(at, film.frame_count + 1, "Following the face"))

        followed = face_places.smooth_places(
            face_places.track_face(film.frames(), float(film.rate_hz), person.check, tick)
        )
        cuts = list(cut_out(film, followed))
        if len(cuts) < LEAST_FACES:
            raise Refusal(f"A large face is seen in {len(cuts)} pictures of {name}; {LEAST_FACES} are needed.")
        faces.append(np.stack(cuts))
        places = followed if number == 0 else places
    return Material((faces[0], faces[1]), video, places)


def some_frames(video: Video, count: int) -> list[tuple[float, np.ndarray]]:
    """Frames spread over a video, with their seconds."""
    every = max(1, video.frame_count // count)
    rate = float(video.rate_hz)
    return [(i / rate, frame) for i, frame in enumerate(video.frames()) if i % every == every // 2][:count]


def cut_out(video: Video, places: list[Place | None]) -> Iterator[np.ndarray]:
    """At most MOST_FACES squares of the face, spread over the frames in which it is large enough."""
    import numpy as np

    from pipelines.redteam.parts.face_places import cut_face

    seen = [i for i, place in enumerate(places) if place is not None and np.ptp(place.outline[:, 0]) >= LEAST_FACE_PX]
    chosen = {seen[i * len(seen) // min(MOST_FACES, len(seen))] for i in range(min(MOST_FACES, len(seen)))}
    for number, frame in enumerate(video.frames()):
        place = places[number] if number < len(places) else None
        if number in chosen and place is not None:
            yield cut_face(frame, place)


def replace_face(material: Material, net: Any, report: Report = silent) -> Video:
    """The video with the second person's face, made frame by frame, the label in each."""
    from pipelines.media.clip import frame_progress

    video = material.video
    stamp = Stamp(video.width, video.height)

    def frames() -> Iterator[np.ndarray]:
        for number, frame in enumerate(video.frames()):
            place = material.places[number] if number < len(material.places) else None
            made = frame if place is None else one_replaced(frame, place, net)
            made = stamp.on(made.copy())
            report(frame_progress(number, video.frame_count, made))
            yield made

    return Video(video.width, video.height, Fraction(video.rate_hz), video.frame_count, frames, video.sound)


def one_replaced(frame: np.ndarray, place: Place, net: Any) -> np.ndarray:
    """One frame with the second person's face in its place."""
    from pipelines.redteam.parts import face_places
    from pipelines.redteam.parts.swap_training import swapped

    face, mask = face_places.cut_face(frame, place), face_places.mask_of(place)
    made = face_places.match_colours(swapped(net, face, 1), face.astype("float32"), mask)
    return face_places.paste_face(frame, made, mask, place)


def make_finding(material: Material, net: Any, curve: list[float], settings: dict[str, Any]) -> Any:
    """What came of it: for drawn people, how far the swapped face is from the second person drawn in the same pose."""
    from pipelines.redteam.parts import report as paper

    cards = (SWAP, CLIP, FACE_MESH, YUNET)
    measured: dict[str, Any] = {"faces": [len(one) for one in material.faces]}
    if material.truth is None:
        sentence = (
            "The face was swapped. The true picture is not known, so nothing was measured; ask Detect about the result."
        )
        return paper.Finding(
            "face swap",
            "two people with consent",
            "swap",
            settings,
            1,
            1,
            sentence,
            measured,
            curve,
            "Distance while learning",
            models=cards,
        )
    rows = distances(material, net)
    closer = sum(swapped < before for before, swapped in rows)
    before, after = (sum(row[i] for row in rows) / len(rows) for i in (0, 1))
    measured |= {"levels_before": round(before, 2), "levels_swapped": round(after, 2)}
    sentence = (
        f"Within the face, the swapped pictures are {after:.1f} levels of 255 from the second person drawn in the same pose; "
        f"the first person is {before:.1f} levels from them."
    )
    return paper.Finding(
        "face swap",
        "two drawn people",
        "swap",
        settings,
        closer,
        len(rows),
        sentence,
        measured,
        curve,
        "Distance while learning",
        models=cards,
    )


def distances(material: Material, net: Any) -> list[tuple[float, float]]:
    """For eight frames of drawn people: how far the first person, and the swapped face, are from the second in the same pose (levels of 255)."""
    import numpy as np

    from pipelines.redteam.parts import face_places
    from pipelines.redteam.parts.swap_training import swapped

    assert material.truth is not None
    rows = []
    for number, frame in chosen_frames(material, 8):
        place = material.places[number]
        assert place is not None
        mask = face_places.mask_of(place)[..., None]
        face, wanted = (face_places.cut_face(one, place).astype(np.float32) for one in (frame, material.truth(number)))
        made = swapped(net, face.astype(np.uint8), 1)
        rows.append(tuple(float((np.abs(one - wanted) * mask).sum() / (3 * mask.sum())) for one in (face, made)))
    return [(before, after) for before, after in rows]


def chosen_frames(material: Material, count: int) -> list[tuple[int, np.ndarray]]:
    """So many frames in which the face is seen, spread over the video."""
    seen = [i for i, place in enumerate(material.places) if place is not None]
    wanted = {seen[i * len(seen) // count] for i in range(count)} if seen else set()
    return [(i, frame) for i, frame in enumerate(material.video.frames()) if i in wanted]


def compare_pictures(material: Material, net: Any) -> dict[str, Image]:
    """Before and after in the middle of the video, and for drawn people what was to be drawn."""
    from PIL import Image as PillowImage

    shown = partial(PillowImage.fromarray)
    middle = chosen_frames(material, 3)
    if not middle:
        return {}
    number, frame = middle[len(middle) // 2]
    place = material.places[number]
    assert place is not None
    pictures = {"Before": shown(frame), "After": shown(one_replaced(frame, place, net))}
    if material.truth is not None:
        pictures["The second person in this pose"] = shown(material.truth(number))
    return pictures


class Stamp:
    """The label of the red team in a corner of every picture; there is no switch for it."""

    def __init__(self, width: int, height: int) -> None:
        import numpy as np
        from PIL import Image as PillowImage
        from PIL import ImageDraw, ImageFont

        from pipelines.redteam.parts.report import RED

        text, size = "RED TEAM: face swapped", max(9, round(min(width, height) / 24))
        font = ImageFont.load_default(size)
        pad = max(2, size // 3)
        wide, tall = min(width, round(font.getlength(text)) + 2 * pad), min(height, size + 2 * pad)
        plate = PillowImage.new("RGB", (wide, tall), RED)
        ImageDraw.Draw(plate).text((pad, pad), text, fill="white", font=font)
        self.plate = np.asarray(plate)

    def on(self, frame: np.ndarray) -> np.ndarray:
        """Writes into the frame and gives it back."""
        tall, wide = self.plate.shape[:2]
        frame[:tall, :wide] = self.plate[: frame.shape[0], : frame.shape[1]]
        return frame
