"""Which labels of the drawing sets are things, which are left out, and what a visitor would type for them: labels.json."""

import json
from pathlib import Path

_LISTED = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
CORE: list[str] = _LISTED["core"]  # what the landed weights draw: what stories are told of
DROPPED_SUBGROUPS = set(_LISTED["dropped_subgroups"])
KEPT_LABELS = set(_LISTED["kept_labels"])
DROPPED_LABELS = set(_LISTED["dropped_labels"])
SHORT_NAMES: dict[str, str] = _LISTED["short_names"]  # label -> the name a visitor would type
EXTRA_WORDS: dict[str, list[str]] = _LISTED["extra_words"]
DROPPED_WORDS = set(_LISTED["dropped_words"])  # tags that are near a noun in meaning but do not name it
