"""How alike somebody of the cast looks from scene to scene: a score between the pictures that show them, and which one stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.film import cast
from studio.film.plan import Plan
from studio.film.storyboard import Storyboard

if TYPE_CHECKING:
    import numpy as np

    from studio.film.library import Films

LEAST = 0.5  # of the matte, from where a pixel belongs to what stands out
DRIFTS = 0.06  # a picture that is less like the others than they are like one another, by so much
MARGIN = 0.08  # of a picture's sides, kept around what stands out
MOST_PICTURES = 60


def shown(board: Storyboard, plan: Plan, films: Films, session: str) -> dict[str, dict[str, str]]:
    """By word of the cast: by scene, the file of the picture that shows them, where at least two are made."""
    names, found = tuple(sorted(board.cast)), dict[str, dict[str, str]]()
    for scene in board.scenes[:MOST_PICTURES]:
        step = plan.steps.get(f"{scene.id}.picture")
        if step is None or not step.made or step.facts.get("kind") == "video" or not scene.picture.prompt:
            continue
        one = films.store.artifact(session, step.artifact)
        for word, _ in cast.shown_in(scene.picture.prompt, names) if one else ():
            assert one is not None
            found.setdefault(word, {})[scene.id] = str(one.path)
    return {word: scenes for word, scenes in found.items() if len(scenes) > 1}


def compared(store: Any, *, pictures: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """In a worker: by word of the cast the mean likeness, each scene's own, and the scenes that drift. Raises MissingModel.

    Likeness is the cosine of CLIP's vectors (Radford et al. 2021) of what stands out in two pictures (U²-Net's matte, Qin et al. 2020).
    """
    vectors = {path: _vector(Path(path)) for scenes in pictures.values() for path in scenes.values()}
    return {word: _scores([(id, vectors[path]) for id, path in scenes.items()]) for word, scenes in pictures.items()}


def _scores(found: Sequence[tuple[str, np.ndarray]]) -> dict[str, Any]:
    import numpy as np

    stacked = np.stack([vector for _, vector in found])
    alike = stacked @ stacked.T
    count = len(found)
    own = (alike.sum(1) - 1) / (count - 1)
    rest = [
        (alike.sum() - count - 2 * (alike[i].sum() - 1)) / ((count - 1) * (count - 2)) if count > 2 else 1.0
        for i in range(count)
    ]
    drifting = [
        id for (id, _), mine, others in zip(found, own, rest, strict=True) if count > 2 and others - mine > DRIFTS
    ]
    return {
        "alike": round(float(own.mean()), 3),
        "scenes": {id: round(float(mine), 3) for (id, _), mine in zip(found, own, strict=True)},
        "drifting": drifting,
    }


def _vector(path: Path) -> np.ndarray:
    """CLIP's vector of what stands out in a picture."""
    import numpy as np
    from PIL import Image

    from pipelines.redteam.parts.judge import vector
    from pipelines.vision.matte import salient

    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    rows, columns = np.nonzero(salient(np.asarray(picture)) > LEAST)
    if len(rows):
        dx, dy = round(MARGIN * picture.width), round(MARGIN * picture.height)
        box = (columns.min() - dx, rows.min() - dy, columns.max() + dx, rows.max() + dy)
        picture = picture.crop(
            (max(0, box[0]), max(0, box[1]), min(picture.width, box[2] + 1), min(picture.height, box[3] + 1))
        )
    return vector(picture)
