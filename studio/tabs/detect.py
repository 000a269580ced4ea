"""Detect: is it real, how do we know, and how sure are we."""

from studio.handoff import Method, Tab

TAB = Tab(
    "Detect",
    "Is it real?",
    (
        Method(
            "detect.provenance",
            "Origin only",
            "Signature and ingredients, registry, invisible marks, metadata; quick, and the picture itself is not judged.",
            "Read its origin",
        ),
    ),
)
