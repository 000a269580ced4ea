"""Motion, occlusion, cuts and stylize.video, on synthetic scenes whose motion is known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.media import Video, load_video, save_video
from pipelines.stylize.video import video
from pipelines.vision.flow import MotionEstimator, temporal_error
from tests.fixtures import own_network, picture


def make_texture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Something with detail at several scales, as flow needs it."""
    rng = np.random.default_rng(seed)
    layers = []
    for cells in (6, 20, 60):
        noise = rng.uniform(0, 255, (cells, cells, 3)).astype(np.uint8)
        layers.append(np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC), np.float32))
    return np.mean(layers, axis=0).astype(np.uint8)


def clip(frames: list[np.ndarray], sound: Path | None = None) -> Video:
    height, width = frames[0].shape[:2]
    return Video(width, height, Fraction(24), len(frames), lambda: iter(frames), sound)


def pan(count: int = 5, step: int = 2, height: int = 64, width: int = 96) -> list[np.ndarray]:
    wide = make_texture(height, width + count * step)
    return [np.ascontiguousarray(wide[:, i * step : i * step + width]) for i in range(count)]


def test_a_video_whose_size_changes_on_the_way_keeps_that_of_its_first_picture(tmp_path):
    path, sizes = tmp_path / "odd.mkv", [(64, 48)] * 3 + [(32, 80)] * 3
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mjpeg", rate=24, width=64, height=48, pix_fmt="yuvj420p")
        for index, (width, height) in enumerate(sizes):
            coder = av.CodecContext.create("mjpeg", "w")
            coder.width, coder.height, coder.pix_fmt, coder.time_base = width, height, "yuvj420p", Fraction(1, 24)
            frame = av.VideoFrame.from_ndarray(make_texture(height, width), format="rgb24").reformat(format="yuvj420p")
            frame.pts = 0
            for packet in coder.encode(frame):
                packet.stream, packet.pts, packet.dts, packet.time_base = stream, index, index, Fraction(1, 24)
                out.mux(packet)
    assert [frame.shape for frame in load_video(path).frames()] == [(48, 64, 3)] * 6


def test_a_video_that_is_damaged_in_its_middle_is_one_sentence(tmp_path):
    path = tmp_path / "noise.mp4"
    save_video(clip(pan(30)), path)
    data = bytearray(path.read_bytes())
    start, rng = len(data) // 2, np.random.default_rng(0)
    for place in rng.integers(start, len(data), 60):
        data[place] = rng.integers(256)
    path.write_bytes(bytes(data))
    with pytest.raises(Refusal, match=r"damaged after \d+ pictures"):
        list(load_video(path).frames())


def test_uncovered_ground_is_not_trusted_and_the_rest_is():
    ground, square = make_texture(128, 160), make_texture(40, 40, seed=7) // 2 + 100
    frames = []
    for left in (60, 68):
        frame = ground.copy()
        frame[44:84, left : left + 40] = square
        frames.append(frame)
    motion = MotionEstimator().between(*frames)
    uncovered = motion.trust[46:82, 61:67]  # where the square was and is no more
    assert uncovered.mean() < 0.4
    assert motion.trust[:30].mean() > 0.97
    assert motion.trust[54:74, 78:98].mean() > 0.9
    assert np.abs(np.median(motion.backward[54:74, 78:98], (0, 1)) - (-8, 0)).max() < 0.5
    assert not motion.is_cut


def test_a_cut_is_seen_and_fast_motion_is_none():
    estimator = MotionEstimator()
    assert estimator.between(make_texture(96, 128), make_texture(96, 128, seed=3)).is_cut
    frames = pan(2, step=8)
    assert not estimator.between(*frames).is_cut
    darker = (frames[0] * 0.8).astype(np.uint8)
    assert not estimator.between(frames[0], darker).is_cut


def test_temporal_error_is_small_for_a_pan_and_large_for_noise():
    frames = pan(4)
    rng = np.random.default_rng(0)
    noisy = [np.clip(frame + rng.normal(0, 25, frame.shape), 0, 255).astype(np.uint8) for frame in frames]
    assert temporal_error(frames, frames) < 0.01
    assert temporal_error(noisy, frames) > 0.07
    assert temporal_error(frames[:1], frames[:1]) == 0
    with pytest.raises(ValueError):
        temporal_error(frames[:2], frames)


def test_nothing_bleeds_across_a_cut():
    before, after = pan(3), [255 - frame for frame in pan(3)[::-1]]
    network = own_network()
    joined = list(video(clip(before + after), network=network).frames())
    alone = list(video(clip(after), network=network).frames())
    assert all(np.array_equal(a, b) for a, b in zip(joined[3:], alone))


def test_smooth_video_flickers_less_and_anew_is_frame_by_frame():
    frames, network = pan(6, step=3), own_network()
    errors = {}
    for smoothness in (0.0, 0.7):
        errors[smoothness] = temporal_error(
            video(clip(frames), network=network, smoothness=smoothness).frames(), frames
        )
    assert errors[0.7] < 0.6 * errors[0.0]
    single = [next(video(clip([frame]), network=network, smoothness=0.0).frames()) for frame in frames]
    assert all(
        np.array_equal(a, b) for a, b in zip(video(clip(frames), network=network, smoothness=0.0).frames(), single)
    )


def test_frames_are_made_when_asked_for_and_read_one_at_a_time():
    read = []

    def frames():
        for index, frame in enumerate(pan(5)):
            read.append(index)
            yield frame

    painted = video(Video(96, 64, Fraction(24), 5, frames), network=own_network())
    assert read == []
    produced = painted.frames()
    next(produced)
    assert read == [0]
    next(produced)
    assert read == [0, 1]
    assert len(list(painted.frames())) == 5


def test_duration_sound_and_even_sides_are_kept(tmp_path):
    sound = tmp_path / "sound.mp4"
    source = clip([np.ascontiguousarray(frame[:63, :95]) for frame in pan(3)], sound)
    made = video(source, network=own_network())
    assert made.sound == sound
    assert (made.rate_hz, made.frame_count, made.seconds) == (source.rate_hz, 3, source.seconds)
    assert (made.height % 2, made.width % 2) == (0, 0)
    assert {frame.shape for frame in made.frames()} == {(made.height, made.width, 3)}
    small = video(clip([make_texture(240, 400)] * 2), network=own_network(), longest_side=256)
    assert (small.width, small.height) == (256, 154)


def test_sound_survives_the_way_to_a_file(tmp_path):

    source = tmp_path / "source.mp4"
    with av.open(str(source), "w") as out:
        tone = out.add_stream("aac", rate=48000)
        tone.layout = "mono"
        seen = out.add_stream("libx264", rate=24)
        seen.width, seen.height, seen.pix_fmt = 96, 64, "yuv420p"
        samples = (np.sin(np.arange(16000) * 0.05) * 0.5).astype(np.float32)[None]
        block = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        block.sample_rate = 48000
        out.mux(tone.encode(block))
        for frame in pan(8):
            out.mux(seen.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(seen.encode())
        out.mux(tone.encode())
    save_video(video(load_video(source), network=own_network()), tmp_path / "painted.mp4")
    again = load_video(tmp_path / "painted.mp4")
    assert again.sound is not None
    assert (again.width, again.height, again.frame_count) == (96, 64, 8)


def test_cancel_within_a_frame_and_progress_with_previews():
    seen = []

    def report(progress):
        seen.append(progress)
        if progress.done >= 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(video(clip(pan(5)), network=own_network(), report=report).frames())
    assert max(progress.done for progress in seen) == 2
    assert seen[0].label == "Frame 1 of 5"
    assert seen[-1].preview().size == (96, 64)
    assert "flicker" in seen[-1].numbers


def test_strength_nothing_is_the_video_itself_and_colours_can_be_kept():
    frames = pan(3)
    assert all(
        np.array_equal(a, b) for a, b in zip(video(clip(frames), network=own_network(), strength=0).frames(), frames)
    )
    kept = list(video(clip(frames), network=own_network(), keep_colours=True).frames())
    colours = [np.asarray(Image.fromarray(each).convert("YCbCr"))[..., 1:].astype(int) for each in (kept[2], frames[2])]
    assert np.abs(colours[0] - colours[1]).mean() < 4


# with the real weights


@pytest.mark.weights
@pytest.mark.parametrize("style", ["starry-dashes", "soft-airbrush", "painting"])
def test_temporal_error_is_at_most_six_tenths_of_frame_by_frame(style):
    sample = Path(__file__).parents[2] / "assets" / "samples" / "bridge-at-night.jpg"
    photo = np.asarray(Image.open(sample).convert("RGB").resize((360, 264), Image.Resampling.LANCZOS))
    frames = [np.ascontiguousarray(photo[i : i + 160, 3 * i : 3 * i + 240]) for i in range(6)]
    art = picture(256, 256, seed=9) if style == "painting" else None
    given = {"gallery_style": "none" if art else style}
    errors = [temporal_error(video(clip(frames), art, smoothness=s, **given).frames(), frames) for s in (0.7, 0.0)]
    assert errors[0] <= 0.6 * errors[1]
