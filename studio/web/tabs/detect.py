"""Detect: is it real, how do we know, and how sure are we."""

from studio.web.sendto import Method, Tab

EXAMINE = Method(
    "detect.examine",
    "Examine",
    "Checks the signature, measures the file, and gives a verdict. The verdict can be “cannot tell”.",
    "Examine it",
)
ORIGIN = Method(
    "detect.provenance",
    "Origin only",
    "Checks the signature, what the file was made from, invisible marks and metadata. Quick; it does not judge the picture itself.",
    "Read its origin",
)


def tab() -> Tab:
    """The tab."""
    return Tab("Detect", "Is it real?", (EXAMINE, ORIGIN))
