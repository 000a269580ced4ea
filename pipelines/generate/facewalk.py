"""From face to face through all that lie between, as a video that ends where it began."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed
from pipelines.generate.parts.latent_faces import DCGAN, PORTRAITS, Network, Truncation
from pipelines.media import Accompanied, Video

if TYPE_CHECKING:
    import numpy as np

__all__ = ["DCGAN", "PORTRAITS", "facewalk"]
RATE_HZ = Fraction(24)


@pipeline(models=(PORTRAITS,), optional=(DCGAN,))
def facewalk(
    *,
    stops: Annotated[int, Range(2, 12, 1, scales_time=True, help="How many faces the video passes.")] = 5,
    seconds: Annotated[
        float,
        Range(
            0.5, 5, 0.1, label="Seconds a face", help="Time from one face to the next, in seconds.", scales_time=True
        ),
    ] = 1.5,
    network: Network = "portraits",
    truncation: Truncation = 0.8,
    size: Annotated[
        int, Range(128, 768, 64, help="Side of the video in pixels; the network draws 64.", more=True)
    ] = 512,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Video]:
    """Make a video that goes from face to face of people who do not exist.

    Our own StyleGAN2 (Karras et al. 2020), straight from w to w; or DCGAN, Radford et al. 2016, section 6.1, along the arc of White 2016. It rests a
    little at each face; the end is the beginning. A video, and strip.png with its faces. Raises MissingModel.
    """
    import numpy as np

    from pipelines.generate.faces import sheet
    from pipelines.generate.object import as_png
    from pipelines.generate.parts import latent_faces

    report(Progress(0, 1, "Drawing faces"))
    how = latent_faces.engine(network)
    z = how.points(seed, stops, truncation)
    shown = [latent_faces.enlarged(face, size) for face in how.faces(z)]
    leg = round(seconds * RATE_HZ)

    def frames() -> Iterator[np.ndarray]:
        for i in range(stops * leg):
            k, w = divmod(i / leg, 1)
            eased = w * w * (3 - 2 * w)
            point = how.between(z[int(k)], z[(int(k) + 1) % stops], eased)
            yield np.asarray(latent_faces.enlarged(how.faces(point[None])[0], size))

    strip = sheet([latent_faces.enlarged(face, 192) for face in shown], numbers=True)
    return Accompanied(Video(size, size, RATE_HZ, stops * leg, frames), {"strip.png": as_png(strip)}, shown[0])
