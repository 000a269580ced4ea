"""The seed of a call that names none."""

from __future__ import annotations

import os
import secrets

from pipelines.core.settings import SEED_LIMIT, Refusal


def fresh_seed() -> int:
    """A seed for a call that names none: by chance, or always that of STUDIO_SEED, for a demonstration. Raises Refusal."""
    text = os.environ.get("STUDIO_SEED", "").strip()
    if not text:
        return secrets.randbelow(SEED_LIMIT)
    if not text.isdecimal() or int(text) >= SEED_LIMIT:
        raise Refusal(f"STUDIO_SEED is a whole number from 0 to {SEED_LIMIT - 1}.")
    return int(text)
