"""A small vocabulary and drawn shapes instead of the object model, for tests of scenes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.core.progress import Progress
from pipelines.generate import storybook
from pipelines.scenes import drawings
from pipelines.scenes.tokens import Vocabulary

NOUNS = (
    """
dog, wolf, fox, cat, lion, tiger, horse, unicorn, deer, cow, pig, camel, giraffe, elephant, mouse, rabbit,
hedgehog, bear, penguin, eagle, duck, swan, owl, parrot, frog, turtle, snake, dragon, whale, dolphin, fish, shark,
octopus, jellyfish, crab, snail, butterfly, bee, ladybug, rose, sunflower, tulip, tree, cactus, mushroom, apple,
banana, strawberry, bread, pizza, egg, house, castle, church, tent, mountain, volcano, train, bus, taxi, car,
tractor, bicycle, sailboat, ship, airplane, helicopter, rocket, ufo, sun, star, cloud, rainbow, umbrella, snowman,
fire, balloon, gift, football, kite, crown, bell, guitar, drum, camera, candle, book, key, chair, bed, door,
bucket, ghost, robot, alien, boy, girl, man, woman, astronaut, prince, princess, mage, fairy, mermaid, bird, polar
bear, t-rex dinosaur, tropical fish, pine tree, palm tree, green apple, hot pepper, cheese wedge, glass of wine,
full moon, crescent moon, top hat, sun hat, teddy bear, magic wand, treasure chest, red heart, birthday cake,
police officer, santa claus, potted plant, desert island, coffee cup, ice cream cone, race car, shooting star
""".replace("\n", " ")
    .strip()
    .split(", ")
)
SOUND_OF = {"lorry": ("car", 0.71), "wolfhound": ("dog", 0.83)}


def vocabulary() -> Vocabulary:
    return Vocabulary(NOUNS, {"rabbit": ["bunny"]})


def match(phrases):
    return {phrase: SOUND_OF.get(phrase) for phrase in phrases}


def draw(requests, size_px, report):
    """Rounds and boxes whose colour and proportions follow from the seed."""
    pictures = []
    for request in requests:
        report(Progress(0, 1, f"Drawing {request.noun}"))
        rng = np.random.default_rng(request.seed)
        wide, tall = (
            (size_px, int(size_px * rng.uniform(0.5, 1)))
            if rng.random() < 0.5
            else (int(size_px * rng.uniform(0.4, 1)), size_px)
        )
        y, x = np.mgrid[-1 : 1 : tall * 1j, -1 : 1 : wide * 1j]
        inside = (x * x + y * y <= 1) | ((abs(x) < 0.6) & (y > 0))
        pixels = np.zeros((tall, wide, 4), np.uint8)
        pixels[..., :3] = rng.integers(60, 230, 3)
        pixels[..., 3] = np.where(inside, 255, 0)
        pictures.append(Image.fromarray(pixels))
    return pictures


@pytest.fixture
def stubbed(monkeypatch):
    """Scenes that are drawn by `draw`; yields the list of requests."""
    asked = []

    def recording(requests, size_px, report):
        asked.extend(requests)
        return draw(requests, 96, report)

    monkeypatch.setattr(drawings, "vocabulary", vocabulary)
    monkeypatch.setattr(drawings, "draw", recording)
    return asked


@pytest.fixture
def small(monkeypatch, stubbed):
    monkeypatch.setitem(storybook.PIXELS, "landscape", (480, 270))
