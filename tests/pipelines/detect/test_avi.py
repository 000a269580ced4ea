"""A Motion JPEG film in an AVI, as cameras write it, is opened, and its origin read."""

from pathlib import Path

from pipelines.detect.provenance import provenance
from pipelines.media import Media, load_video
from tests.studio.fuzz import FRAMES, write_video


def test_motion_jpeg_in_avi_opens(tmp_path: Path):
    path = write_video(tmp_path / "camera.avi", "mjpeg", sound="pcm_s16le", pix_fmt="yuvj420p")
    film = load_video(path)
    assert sum(1 for _ in film.frames()) == FRAMES
    told = provenance(Media(path, "video", "camera.avi"))
    assert told.main.detail["verdict"] == "cannot tell" and told.main.detail["media"]["seconds"] == 1.0
