"""A credential as plain JSON values: what the intake's child tells, what is kept of an upload, what the page shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from studio.provenance.credential import Credential
from studio.storage.titles import clean_text

MOST_NODES = 400
MOST_DEPTH = 60
MOST_ACTIONS, MOST_PROBLEMS = 24, 12  # of one manifest
MOST_LINE = 200  # characters of a title, a signer, a problem


def summary(credential: Credential, most_nodes: int = MOST_NODES) -> dict[str, Any]:
    """What a shelf card and the details show of a credential; the record is there only when it is this studio's and whole.

    At most `most_nodes` manifests are told, those nearest to the file first; how many were left out stands in one more ingredient.
    """
    allowed = _nearest(credential, most_nodes)
    return {**_summary_of_manifest(credential, allowed), "record": credential.record}


def _nearest(credential: Credential, most: int) -> set[int]:
    """The manifests that are described, by identity, breadth first, so that a deep branch cannot hide a near one."""
    chosen, level, depth = {id(credential)}, [credential], 0
    while level and depth < MOST_DEPTH:
        level = [part for one in level for part in one.ingredients]
        level = level[: max(0, most - len(chosen))]
        chosen |= {id(part) for part in level}
        depth += 1
    return chosen


def _summary_of_manifest(credential: Credential, allowed: set[int]) -> dict[str, Any]:
    shown = [part for part in credential.ingredients if id(part) in allowed]
    ingredients = [
        {**_summary_of_manifest(part, allowed), "record": None, "relationship": _line(part.relationship, 40)}
        for part in shown
    ]
    if left_out := len(credential.ingredients) - len(shown):
        ingredients.append(
            _left_out(left_out, tuple(part for part in credential.ingredients if id(part) not in allowed))
        )
    return {
        "state": credential.state,
        "signer": _line(credential.signer),
        "title": _line(credential.title),
        "source_type": _line(credential.source_type, 80),
        "actions": [action_told(asdict(action)) for action in credential.actions[:MOST_ACTIONS]],
        "problems": [clean_text(problem, MOST_LINE) for problem in credential.problems[:MOST_PROBLEMS]],
        "ingredients": ingredients,
    }


def action_told(action: dict[str, Any]) -> dict[str, str | None]:
    """One action of a manifest with its three texts cut to their lengths."""
    return {name: _line(action.get(name), 80) for name in ("name", "when", "source_type")}


def _line(value: Any, most: int = MOST_LINE) -> str | None:
    return clean_text(value, most) or None


def _left_out(count: int, parts: tuple[Credential, ...]) -> dict[str, Any]:
    """An entry for ingredients that are not told one by one; it is broken when one of them is."""
    broken = any(part.state == "broken" or part.tampered_ingredients for part in parts)
    said = f"{count} more ingredient" + ("s" if count > 1 else "")
    return {
        "state": "broken" if broken else "none",
        "signer": None,
        "title": said,
        "source_type": None,
        "actions": [],
        "problems": ["One of them was changed after it was signed."] if broken else [],
        "ingredients": [],
        "record": None,
        "relationship": None,
    }
