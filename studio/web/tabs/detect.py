"""Detect: is it real, how do we know, and how sure are we."""

from studio.web.sendto import Method, Tab

EXAMINE = Method(
    "detect.examine",
    "Examine",
    "Says whether AI was used to make a file, or that the file does not decide it. Nothing leaves this studio.",
    "Examine it",
)
ORIGIN = Method(
    "detect.provenance",
    "Origin only",
    "Reads only the signature, invisible marks and metadata, in a second.",
    "Read its origin",
)


def tab() -> Tab:
    """The tab."""
    return Tab("Detect", "Is it real?", (EXAMINE, ORIGIN))
