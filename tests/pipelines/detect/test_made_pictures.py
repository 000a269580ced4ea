"""What the detector is taught with: whose pictures machines work on, and which of two alike is kept."""

import pytest
from PIL import Image

from training.detect import fakes as detect_fakes
from training.detect import sources as detect_sources
from training.detect.sources import Source

pytestmark = pytest.mark.slow


@pytest.fixture
def sources(monkeypatch):
    """One source to make from, `late`, and one that stands alone, `early`."""
    rows = (
        Source("late", "npm:late==1", "MIT", "photo", "train", r"jpg$"),
        Source("early", "npm:early==1", "MIT", "photo", "train", r"jpg$", alone=True),
    )
    monkeypatch.setattr(detect_sources, "SOURCES", rows)


def test_of_two_twins_the_one_that_stands_alone_gives_way(tmp_path, sources):
    noise = Image.effect_noise((400, 320), 90).convert("RGB").resize((1200, 960))
    noise.save(tmp_path / "late__train__photo__000__0.png")
    noise.resize((600, 480)).save(tmp_path / "early__train__photo__000__0.png")
    Image.effect_noise((400, 320), 90).convert("RGB").resize((1200, 960)).save(
        tmp_path / "early__train__photo__001__0.png"
    )
    detect_sources._drop_twins(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        "early__train__photo__001__0.png",
        "late__train__photo__000__0.png",
    ]


def test_nothing_is_made_from_a_source_that_stands_alone(tmp_path, sources, monkeypatch):
    paths = [
        tmp_path / f"{name}__train__photo__{number:03d}__0.png" for name in ("early", "late") for number in range(4)
    ]
    for path in paths:
        Image.new("RGB", (700, 400)).save(path)
    monkeypatch.setattr(detect_sources, "masters", lambda folder: paths)
    monkeypatch.setattr(detect_fakes, "GENERATORS", {"gallery": (lambda rng, picture: picture, (12, 0, 0), True)})
    detect_fakes.make(tmp_path, [])
    made = sorted(path.name for path in (tmp_path / "fake").iterdir())
    assert len(made) == 12 and all(name.startswith("gallery__train__late-train-photo-") for name in made)
