"""A film's package opened by others: the timeline by OpenTimelineIO, the subtitles by FFmpeg's reader, the film and every clip by PyAV."""

from __future__ import annotations

import io
import zipfile

import av
import pytest

from studio.film.executors import render_here
from studio.film.library import Film
from studio.film.package import packed
from tests.fixtures import put
from tests.studio.film_stubs import story
from tests.studio.test_film import studio  # noqa: F401

pytestmark = pytest.mark.slow


def cues(content: bytes, form: str) -> list[tuple[float, str]]:
    """When each subtitle begins and its words, as FFmpeg's own reader has them."""
    with av.open(io.BytesIO(content), format=form) as file:
        packets = [packet for packet in file.demux() if packet.size]
        return [(float(packet.pts * packet.time_base), bytes(packet).decode()) for packet in packets]


@pytest.mark.parametrize(
    ("shape", "size", "pixels"),
    [("9:16", "draft", None), pytest.param("9:16", "full", (720, 1280), marks=pytest.mark.long)],
)
def test_a_package_with_another_picture_and_a_look_opens_elsewhere(studio, shape, size, pixels):  # noqa: F811
    otio = pytest.importorskip("opentimelineio")
    films, mine = studio.films, put(studio, "ada", seed=3, width=640, height=640)
    board = story(format=shape, credits={"show": False, "text": ""})
    board["scenes"][1] |= {"picture": {"artifact": mine.id}, "look": "autumn-oils"}
    film: Film = films.create("ada", board)
    cut = render_here(films, film, size)
    with zipfile.ZipFile(packed(films, film, size)) as archive:
        timeline = otio.adapters.read_from_string(archive.read("timeline.otio").decode(), "otio_json")
        (name,) = [name for name in archive.namelist() if name.endswith(".mp4") and "/" not in name]
        with av.open(io.BytesIO(archive.read(name))) as video:
            (picture,), (sound,) = video.streams.video, video.streams.audio
            assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
            wide, high = map(int, shape.split(":"))
            assert picture.width * high == picture.height * wide and picture.frames == cut.facts["frames"]
            assert pixels in (None, (picture.width, picture.height))
            assert float(sound.duration * sound.time_base) == pytest.approx(picture.frames / 24, abs=0.05)
        for clip in timeline.find_clips():
            available = clip.media_reference.available_range
            shown = clip.source_range
            assert (
                available.start_time <= shown.start_time
                and shown.end_time_exclusive() <= available.end_time_exclusive()
            )
            with av.open(io.BytesIO(archive.read(clip.media_reference.target_url))) as media:
                if media.streams.video:
                    assert media.streams.video[0].frames == available.duration.value
                else:
                    assert media.duration / 1e6 == pytest.approx(available.duration.to_seconds(), abs=0.05)
        read = cues(archive.read("subtitles.srt"), "srt")
        assert [start for start, _ in read] == [start for start, _ in cues(archive.read("subtitles.vtt"), "webvtt")]
        marked = timeline.video_tracks()[0].markers
        assert [words for _, words in read] == [marker.name for marker in marked] and len(read) >= 2
        for (start, _), marker in zip(read, marked, strict=True):
            assert start == pytest.approx(marker.marked_range.start_time.to_seconds(), abs=0.05)
