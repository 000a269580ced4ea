"""The signals of a picture put into words, with the pictures that show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipelines.detect.parts import canonical, clip, copies, heads, jpeg, noise, spectrum
from pipelines.detect.parts.fusion import limits
from pipelines.detect.parts.signals import Evidence, Signal, silent_signal

if TYPE_CHECKING:
    import numpy as np

TITLES = {
    "clip": "Overall look",
    "residual": "Fine traces",
    "spectrum": "Fall of detail",
    "noise": "Noise",
    "ghosts": "JPEG ghosts",
    "quantisation": "Twice saved",
    "copies": "Copied parts",
    "ela": "Error levels",
}
CAVEATS = {
    "clip": "It knows the generators of this studio and reconstructions of photographs; pictures by generators of today often look recorded to it, and drawings made.",
    "residual": "Fine traces are lost by blurring and hard saving, and filters of a camera can look like them.",
    "spectrum": "Sharpening, denoising and enlarging change the fall of detail as generators do.",
    "noise": "Portrait modes, night modes and hard saving remove noise too.",
    "ghosts": "A part saved before at another quality was put in or changed; that is editing, not proof of a generator.",
    "quantisation": "It says that the file was saved more than once, which most honest pictures of the web were.",
    "copies": "Windows, tiles and prints repeat by themselves.",
    "ela": "Shown because it is often asked for. It mostly shows edges and texture.",
}


def silent(name: str, reason: str) -> Signal:
    """The signal of that name, not applicable."""
    return silent_signal(name, TITLES[name], reason, CAVEATS[name])


LIKE_MADE = (
    "This is a little more like the made files that it was fitted on.",
    "This is more like the made files that it was fitted on.",
    "This is much more like the made files that it was fitted on.",
)
LIKE_RECORDED = (
    "This is a little more like the recorded files that it was fitted on.",
    "This is more like the recorded files that it was fitted on.",
    "This is much more like the recorded files that it was fitted on.",
)


def strength(ratio: float) -> str:
    """A ratio as a sentence, which says no more than that it holds for the files of the fit."""
    size = abs(ratio)
    if size < 0.4:
        return "This is as common in made as in recorded files."
    if ratio > 0:
        return LIKE_MADE[0 if size < 1.2 else 1 if size < 3 else 2]
    return LIKE_RECORDED[0 if size < 1.2 else 1 if size < 3 else 2]


def says(name: str, ratio: float) -> str:
    """What the ratio of a signal comes to in the verdict, by the weight that it has there, in words."""
    return strength(ratio * limits()["image"]["signals"].get(name, {}).get("weight", 1.0))


def looks(first: Mapping[str, Any], ratios: Mapping[str, list[float]]) -> tuple[Signal, ...]:
    """Overall look, fine traces and fall of detail: their ratios are means over three re-encodings."""
    return (_clip(first, ratios["clip"]), _residual(first, ratios["residual"]), _spectrum(first, ratios["spectrum"]))


def _mean(values: list[float]) -> float:
    import numpy as np

    return float(np.mean(values))


def _clip(first: Mapping[str, Any], values: list[float]) -> Signal:
    ratio = _mean(values)
    part = clip.part_of_patches(first["tokens"], heads.weights("clip"))
    part = part - float(part.mean()) + ratio
    picture = Evidence(
        "Where it looks made",
        clip.heat_map(first["shown"], part),
        "Red: parts that pull the score towards a generator.",
    )
    finding = f"The network looked at the whole picture. {says('clip', ratio)}"
    return Signal(
        "clip", TITLES["clip"], True, ratio, 1.0, finding, CAVEATS["clip"], (picture,), measured=_spread(values)
    )


def _residual(first: Mapping[str, Any], values: list[float]) -> Signal:
    ratio = _mean(values)
    places = first["places"]
    drawn = canonical.heat(places, first["shown"], low=0.5, high=max(4.0, float(places.max())))
    picture = Evidence(
        "Traces between the pixels", drawn, "Red: places whose finest texture is like that of generators."
    )
    finding = f"The finest texture was measured. {says('residual', ratio)}"
    return Signal(
        "residual",
        TITLES["residual"],
        True,
        ratio,
        1.0,
        finding,
        CAVEATS["residual"],
        (picture,),
        measured=_spread(values),
    )


def _spectrum(first: Mapping[str, Any], values: list[float]) -> Signal:
    if not values:
        return silent("spectrum", f"Both sides must have {spectrum.SQUARE_PX} pixels or more.")
    ratio = _mean(values)
    pictures = (
        Evidence(
            "Detail by fineness",
            spectrum.picture(first["canonical"], heads.tensors()["spectrum.usual"]),
            "Log power of rings of the spectrum.",
        ),
        Evidence(
            "Spectrum",
            spectrum.plane(first["canonical"]),
            "Coarse in the middle; a lattice of points is a trace of a grid.",
        ),
    )
    finding = f"How detail falls off towards the finest was measured. {says('spectrum', ratio)}"
    return Signal(
        "spectrum",
        TITLES["spectrum"],
        True,
        ratio,
        1.0,
        finding,
        CAVEATS["spectrum"],
        pictures,
        measured=_spread(values),
    )


def _spread(values: list[float]) -> dict[str, float]:
    return {"lowest_ratio": min(values), "highest_ratio": max(values)}


def still(pixels: np.ndarray, content: bytes | None) -> tuple[Signal, ...]:
    """Noise, JPEG ghosts, double quantisation, copied parts and error levels of uint8 [h,w,3]."""
    return (_noise(pixels), _ghosts(pixels), _quantisation(content), _copies(pixels), _ela(pixels))


def _noise(pixels: np.ndarray) -> Signal:
    import numpy as np

    found = noise.measure(pixels)
    if found is None:
        return silent("noise", "The picture is too small to measure noise.")
    numbers, odd = found
    ratio = heads.ratio("noise", numbers)
    measured = {
        "median_noise_grey_levels": float(np.exp(numbers[0])),
        "spread": float(numbers[1]),
        "share_without_noise": float(numbers[2]),
    }
    drawn = canonical.heat(np.abs(odd), pixels, low=0.4, high=2.0)
    picture = Evidence(
        "Noise that does not fit", drawn, "Red: noisier or smoother than brightness and texture explain."
    )
    finding = f"Its noise is {measured['median_noise_grey_levels']:.1f} grey levels in the middle. {strength(ratio)}"
    return Signal("noise", TITLES["noise"], True, ratio, 1.0, finding, CAVEATS["noise"], (picture,), measured=measured)


def _ghosts(pixels: np.ndarray) -> Signal:
    import numpy as np

    found = jpeg.ghosts(pixels)
    if found is None:
        return silent("ghosts", "The picture is too small to look for parts with another history.")
    ratio = heads.ratio("ghosts", np.array([found.contrast, found.share]))
    drawn = canonical.heat(found.map, jpeg.working(pixels), low=0.15, high=1.0)
    picture = Evidence(
        f"Change when saved at {found.quality}", drawn, "Pale parts change little: they may have been saved so before."
    )
    finding = (
        f"Saved again at quality {found.quality}, the picture parts in two."
        if found.contrast > 0.78
        else f"Saved again at quality {found.quality}, the picture does not part clearly in two."
    )
    finding = f"{finding} {strength(ratio)}"
    measured = {"contrast": found.contrast, "share_of_lesser_part": found.share, "quality": float(found.quality)}
    return Signal(
        "ghosts", TITLES["ghosts"], True, ratio, 1.0, finding, CAVEATS["ghosts"], (picture,), measured=measured
    )


def _quantisation(content: bytes | None) -> Signal:
    import numpy as np

    found = jpeg.quantisation(content)
    if found is None:
        return silent("quantisation", "The file is no JPEG of a usable size.")
    ratio = heads.ratio("quantisation", np.array([found.beat]))
    shown = canonical.curve({"coefficients": np.log1p(found.histogram)}, label_x="value", label_y="how often (log)")
    picture = Evidence("Coefficients of the file", shown, "Combs and gaps: it was saved before at another quality.")
    finding = (
        f"The file has a quality of about {found.quality:.0f} and was saved before at another quality."
        if found.beat > 0.9
        else f"The file has a quality of about {found.quality:.0f} and shows no earlier saving."
    )
    measured = {"quality": found.quality, "beat": found.beat}
    return Signal(
        "quantisation",
        TITLES["quantisation"],
        True,
        ratio,
        1.0,
        finding,
        CAVEATS["quantisation"],
        (picture,),
        measured=measured,
    )


def _copies(pixels: np.ndarray) -> Signal:
    import numpy as np

    found = copies.measure(pixels)
    if found is None:
        return silent("copies", "The picture has too little texture to find repeated parts.")
    same = len(found.pairs)
    ratio = heads.ratio("copies", np.array([np.log1p(same)]))
    pictures = (
        (Evidence("Repeated parts", copies.drawing(found), "Lines join places that are the same."),)
        if same >= copies.LEAST_MATCHES
        else ()
    )
    finding = f"{same} of {found.points} points repeat by one common shift." if same else "No part repeats another."
    measured = {"matches": float(same), "points": float(found.points)}
    return Signal("copies", TITLES["copies"], True, ratio, 1.0, finding, CAVEATS["copies"], pictures, measured=measured)


def _ela(pixels: np.ndarray) -> Signal:
    picture = Evidence("Error levels", jpeg.error_levels(pixels), "What one more saving at 90 changes, brightened.")
    return Signal(
        "ela", TITLES["ela"], True, 0.0, 0.0, "what one more saving at 90 changes.", CAVEATS["ela"], (picture,)
    )
