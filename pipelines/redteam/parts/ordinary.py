"""Which words an attack may add to a prompt: ordinary ones, none that a visitor would not want to read."""

from __future__ import annotations

import os
import re

from pipelines.core.models import ASSETS
from pipelines.hub.door import WORD_FILTER, read_blocked_words

COMMONEST = 4000  # words of the training text of Infill, which has no slurs (training/infill/words.py)
LETTERS = re.compile(r"[a-z]{3,}")
UNPLEASANT = re.compile(
    r"\A(?:kill|murder|slaughter|execut|tortur|suicid|corpse|bloody|death|dead\Z|dying|poison|gun|guns|bomb|terror|weapon|shot\Z|shoot|sword|dagger|"
    r"sex|nude|naked|breast|virgin|lust|drunk|drug|slave|savage|cancer|disease|devil|hell\Z|damn|negro|jew|muslim|arab|"
    r"hitler|war\Z|wars\Z|wound|hang|victim|crime|criminal|abuse|assault|attack|enemy|enemies|hate|hatred)"
)


def ordinary() -> frozenset[str]:
    """Common whole words of three letters or more, without unpleasant ones and those of the administrator's list. Raises Refusal for a broken list."""
    rows = (ASSETS / "words" / "known.txt").read_text("utf8").splitlines()[:COMMONEST]
    listed = os.environ.get(WORD_FILTER, "").strip()
    withheld = set(read_blocked_words(listed)) if listed else set()
    words = (row.split()[0] for row in rows)
    return frozenset(
        one for one in words if LETTERS.fullmatch(one) and not UNPLEASANT.match(one) and one not in withheld
    )
