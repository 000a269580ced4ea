"""Detect: is it real, how do we know, and how sure are we."""

from studio.web.sendto import Method, Tab

EXAMINE = Method(
    "detect.examine",
    "Examine",
    "What is signed, marked or written into it, and what its looks lean to; mostly “cannot tell” where nothing is signed.",
    "Examine it",
)
ORIGIN = Method(
    "detect.provenance",
    "Origin only",
    "Signature and ingredients, registry, invisible marks, metadata; quick, and the picture itself is not judged.",
    "Read its origin",
)


def tab() -> Tab:
    """The tab; signals are offered only where they have been calibrated."""
    from pipelines.detect.parts.fusion import calibrated

    return Tab("Detect", "Is it real?", (EXAMINE, ORIGIN) if calibrated() else (ORIGIN,))
