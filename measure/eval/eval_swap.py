"""Which signal of Detect notices a swapped face, and can the consent check tell people apart?

`python -m measure.eval.eval_swap signals [FILM…]`: every signal of a film on the labelled specimens of faces (or on films of your own), as they are and
saved hard (half as large, H.264 at CRF 36), as a table. `python -m measure.eval.eval_swap people FOLDER`: pictures of one face each; each is compared
with itself saved hard, darkened, mirrored, and with another face, and with all other people's. `… portraits FOLDER --most 3 --kept FILMS`: portraits of
people who do not exist are filmed, made to speak and swapped, and every signal of a film is noted.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assets.specimens.faces import LISTED
from measure import pages, results
from pipelines.animate.parts.mouths import Mouth
from pipelines.animate.parts.portrait import FacePose, Portrait
from pipelines.core.models import ASSETS
from pipelines.detect.parts.motion import examine_video
from pipelines.media import Video, load_sound, load_video, save_video
from pipelines.redteam.parts import identity
from pipelines.redteam.parts.face_places import faces_of


def signals_of(path: Path) -> dict[str, str]:
    """Each signal's ratio, or a dash where it says nothing."""
    video = load_video(path)
    found = examine_video(video, load_sound(path) if video.sound else None)
    return {one.title: f"{one.log_likelihood_ratio:+.2f}" if one.applicable else "–" for one in found.signals}


def saved_hard(path: Path, target: Path) -> None:
    """Half as large, CRF 36."""
    import cv2

    video = load_video(path)
    width, height = video.width // 4 * 2, video.height // 4 * 2

    def frames() -> Any:
        for frame in video.frames():
            yield cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)

    save_video(Video(width, height, video.rate_hz, video.frame_count, frames, video.sound), target, crf=36)


def signals(paths: list[Path]) -> str:
    """The table in Markdown: a row a signal, two columns a film."""
    columns: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            hard = Path(folder) / f"{number}.mp4"
            saved_hard(path, hard)
            columns[path.stem] = signals_of(path)
            columns[f"{path.stem}, saved hard"] = signals_of(hard)
    titles = list(dict.fromkeys(title for column in columns.values() for title in column))
    rows = [(title, *(column.get(title, "–") for column in columns.values())) for title in titles]
    return pages.table(("Signal", *columns), rows)


def brought_to_motion(folder: Path, most: int, steps: int, kept: Path) -> dict[str, list[Path]]:
    """Films of the first `most` portraits of a folder that hold one face: filmed, made to speak, and with the next portrait's face. Goes on where it stopped.

    The portraits must be of people who do not exist. Nothing is written but into `kept`.
    """
    from assets.specimens.faces import HERE, SECONDS, SIDE_PX, filmed
    from pipelines.animate.talk import talk
    from pipelines.media import Sound
    from pipelines.redteam.swap import swap

    voice = load_sound(HERE / "spoken.mp3")
    voice = Sound(voice.samples[: round(SECONDS / 2 * voice.rate_hz)], voice.rate_hz)
    made: dict[str, list[Path]] = {"filmed": [], "re-enacted": [], "swapped": []}
    for path in sorted(folder.glob("*.jpg")):
        picture = Image.open(path).convert("RGB").resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
        if len(made["filmed"]) >= most or len(list(faces_of(np.array(picture)))) != 1:
            continue
        still, spoken = (kept / f"{path.stem}-{name}.mp4" for name in ("filmed", "re-enacted"))
        if not still.exists():
            save_video(filmed(picture), still, crf=27)
        if not spoken.exists():
            spoke = talk(picture, voice, consent=True, kind="photograph", liveliness=1.6, longest_side=SIDE_PX, seed=0)
            save_video(spoke.main, spoken, crf=27)
        made["filmed"].append(still)
        made["re-enacted"].append(spoken)
    for number, spoken in enumerate(made["re-enacted"]):
        target, donor = spoken.with_name(f"{spoken.stem}-swapped.mp4"), made["re-enacted"][(number + 1) % most]
        if not target.exists():
            words = {"people": "videos", "consent_in": True, "consent_out": True, "steps": steps}
            save_video(swap(load_video(spoken), load_video(donor), **words).main, target, crf=27)
        made["swapped"].append(target)
    return made


def portraits(folder: Path, most: int, steps: int, kept: Path) -> str:
    """The middle and the range of every signal over the films of each kind, as a table in Markdown."""
    kept.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[dict[str, str]]] = {}
    for kind, films in brought_to_motion(folder, most, steps, kept).items():
        for film in films:
            noted = film.with_suffix(".json")
            if not noted.exists():
                noted.write_text(json.dumps(signals_of(film)))
            found.setdefault(kind, []).append(json.loads(noted.read_text()))
    titles = dict.fromkeys(title for rows in found.values() for row in rows for title in row)
    lines = [
        f"| Signal | {' | '.join(f'{kind} ({len(rows)})' for kind, rows in found.items())} |",
        "|---|" + "---|" * len(found),
    ]
    for title in titles:
        cells = []
        for rows in found.values():
            values = sorted(float(row[title]) for row in rows if row.get(title, "–") != "–")
            cells.append(f"{np.median(values):+.2f} ({values[0]:+.2f} to {values[-1]:+.2f})" if values else "–")
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def variants(picture: np.ndarray, points: np.ndarray) -> dict[str, np.ndarray]:
    """The same face, as files and light change it, and as it speaks with closed eyes and a tilted head."""
    held = io.BytesIO()
    small = Image.fromarray(picture).resize((picture.shape[1] // 3, picture.shape[0] // 3))
    small.save(held, "JPEG", quality=40)
    back = Image.open(io.BytesIO(held.getvalue())).convert("RGB").resize(picture.shape[1::-1])
    return {
        "saved hard at a third": np.array(back),
        "darker and warmer": (picture * np.array([0.75, 0.65, 0.55])).astype(np.uint8),
        "mirrored": np.ascontiguousarray(picture[:, ::-1]),
        "speaking, eyes closed, head tilted": Portrait(picture, points, 1.0).at(
            FacePose(Mouth(1.0, 0.5, 0.5), 1.0, angle=0.06)
        ),
    }


def people(folder: Path, most: int) -> str:
    """Likeness of the same and of different people, by percentiles, and how many of each pass the limit."""
    first: list[np.ndarray] = []
    same: dict[str, list[float]] = {}
    for path in sorted(folder.glob("*.jpg")):
        picture = np.array(Image.open(path).convert("RGB"))
        faces = list(faces_of(picture))
        if len(faces) != 1 or len(first) >= most:
            continue
        own = identity.vector(picture, faces[0][1])
        for name, other in variants(picture, faces[0][1]).items():
            seen = list(faces_of(other))
            if seen:
                same.setdefault(name, []).append(float(own @ identity.vector(other, seen[0][1])))
        first.append(own)
    base = np.stack(first)
    apart = (base @ base.T)[np.triu_indices(len(base), 1)]
    rows = []
    for name, values in {**same, "two people": list(apart)}.items():
        low, middle, high = np.percentile(values, [5, 50, 95])
        share = 100 * float(np.mean(np.array(values) >= identity.SAME_FROM))
        rows.append((name, f"{len(values)}", f"{low:.2f}", f"{middle:.2f}", f"{high:.2f}", f"{share:.0f} %"))
    return pages.table(("Pair", "Pairs", "5 %", "Middle", "95 %", "Taken for one person"), rows)


def write(name: str, table: str) -> None:
    """Print a table and put it into docs/notes/redteam.md."""
    print(table)
    pages.into(results.DOCS / "notes/redteam.md", {name: table})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.eval_swap", description=__doc__)
    parser.add_argument("what", choices=("signals", "people", "portraits"))
    parser.add_argument("paths", type=Path, nargs="*")
    parser.add_argument("--most", type=int, default=60, help="people that are compared")
    parser.add_argument("--steps", type=int, default=400, help="of the training of each swap of portraits")
    parser.add_argument("--kept", type=Path, help="where the films of portraits are kept, outside of the project")
    given = parser.parse_args()
    if given.what == "signals":
        write("swap-signals", signals(given.paths or [ASSETS / one["asset"] for one in LISTED]))
    elif given.what == "portraits":
        if given.kept is None:
            parser.error("portraits needs --kept FOLDER")
        print(portraits(given.paths[0], given.most, given.steps, given.kept))
    else:
        write("swap-people", people(given.paths[0], given.most))


if __name__ == "__main__":
    main()
