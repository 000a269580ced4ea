"""A clip as a moving GIF or WebP: every frame's worth of time, small, looping, signed with the film as its parent."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.media import Video, save_video
from studio.engine.exports import export_result
from studio.engine.runners import InProcess
from studio.provenance.credential import read_credential
from studio.storage.artifacts import Artifact
from studio.studio import open_studio


def clip(count: int = 30, rate: int = 30, size: tuple[int, int] = (1280, 720)) -> Video:
    """A bright bar that goes over a dark ground, a column a frame."""

    def frames():
        for index in range(count):
            frame = np.full((size[1], size[0], 3), 40, np.uint8)
            frame[:, index * size[0] // count :][:, : size[0] // count] = (220, 120, 40)
            yield frame

    return Video(*size, Fraction(rate), count, frames)


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_a_clip_becomes_a_moving_picture_that_is_signed(tmp_path, ending):
    save_video(clip(), tmp_path / "bar.mp4")
    studio = open_studio(tmp_path / "home", InProcess(), spares=0)
    try:
        clip_file = Artifact("ab" * 16, "ada", "video", "video/mp4", tmp_path / "bar.mp4", "A bar")
        path = export_result(studio.store, studio.certificate, clip_file, ending)
        with Image.open(path) as moving:
            assert moving.size == (640, 360) and moving.n_frames == 15 and moving.info["loop"] == 0
            places, spent = [], 0.0
            for number in range(moving.n_frames):
                moving.seek(number)
                moving.load()
                spent += moving.info["duration"]
                places.append(int(np.asarray(moving.convert("RGB"), int)[180, :, 0].argmax()))
        assert spent == pytest.approx(1000, abs=60)  # as long as the clip
        assert np.diff(places).min() > 10  # and the bar goes on in every one of its pictures
        found = read_credential(path, studio.certificate)
        assert found.ingredients and not found.problems
        with pytest.raises(Refusal, match=r"exported as \.gif, \.webp"):
            export_result(studio.store, studio.certificate, clip_file, ".avi")
    finally:
        studio.close()
