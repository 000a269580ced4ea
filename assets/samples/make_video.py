"""Makes pan.mp4, the sample video: a slow pan and zoom across one of the sample photographs, without sound.

    python assets/samples/make_video.py

A flat picture moved as a whole has no parallax, so the true motion between two frames is known at every pixel;
that makes the clip a fair test of flicker in restyled video too. Needs av, numpy, opencv and pillow.
"""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

HERE = Path(__file__).parent
PHOTO = HERE / "bridge-at-night.jpg"
VIDEO = HERE / "pan.mp4"
WIDTH_PX, HEIGHT_PX = 640, 360
RATE_HZ = 24
SECONDS = 6
# Where the camera looks at the start and at the end: centre x and y, and width, in pixels of the photograph.
START = np.array([390.0, 500.0, 760.0])
END = np.array([600.0, 265.0, 690.0])


def window_at(part):
    """The camera's centre and width when `part` (0 to 1) of the clip has passed; starts and stops gently."""
    eased = part * part * (3 - 2 * part)
    return START + (END - START) * eased


def frame_at(photo, part):
    """One frame of the clip, (HEIGHT_PX, WIDTH_PX, 3) uint8 RGB."""
    x, y, width = window_at(part)
    scale = width / WIDTH_PX
    to_photo = np.float32(
        [
            [scale, 0, x - scale * (WIDTH_PX - 1) / 2],
            [0, scale, y - scale * (HEIGHT_PX - 1) / 2],
        ]
    )
    return cv2.warpAffine(photo, to_photo, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)


def make_video(photo_path=PHOTO, video_path=VIDEO):
    """Writes the clip as H.264 in MP4, ready to play while it loads."""
    photo = np.asarray(Image.open(photo_path).convert("RGB"))
    count = RATE_HZ * SECONDS
    with av.open(str(video_path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=RATE_HZ, options={"crf": "20", "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.time_base = Fraction(1, RATE_HZ)
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(frame_at(photo, index / (count - 1)), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    make_video()
