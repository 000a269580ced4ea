"""What is signed in a file: `verify`, `recipe` and `trust` of the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio.provenance.credential import Credential, read_credential
from studio.provenance.trust import trusted_folders
from studio.studio import Studio, open_studio
from studio.web.describe import STATES


def credential_of(studio: Studio, path: Path) -> Credential:
    """Read the credential of a file. Raises Refusal where there is no file."""
    if not path.is_file():
        raise Refusal(f"There is no file {path}.")
    return read_credential(path, studio.certificate, known_signers=trusted_folders(studio.store.home))


def trust(asked: Any) -> int:
    """`trust`: a line for each list of known signers; `trust add` takes one in."""
    from studio.provenance.trust import add, lists
    from studio.storage.store import home_folder

    home = home_folder()
    if asked.what == "add":
        if asked.file is None:
            raise Refusal("Name the file: python -m studio trust add FILE.pem")
        add(home, asked.file)
    for signers in lists(home):
        ends = f", the first ends {signers.ends:%Y-%m-%d}" if signers.ends else ""
        whose = (
            f"added {signers.as_of}"
            if signers.added
            else "came with the studio" + (f", as of {signers.as_of}" if signers.as_of else "")
        )
        print(f"{signers.path.name}: {len(signers.names)} authorities ({whose}{ends})")
        for name in dict.fromkeys(signers.names):
            print(f"  {name}")
    return 0


def verify(asked: Any) -> int:
    """`verify`: exit 0 when this studio or a known signer signed it and nothing was changed since."""
    with closing(open_studio(spares=0)) as studio:
        credential = credential_of(studio, asked.file)
        print(*lines(credential), mark_line(studio, asked.file), sep="\n")
        whole = credential.state in ("this studio", "known signer") and not credential.tampered_ingredients
        return 0 if whole else 1


def lines(credential: Credential, indent: str = "") -> list[str]:
    """The credential and its ingredients as an indented tree."""
    signer = f" ({credential.signer})" if credential.signer else ""
    relation = f"{credential.relationship}: " if credential.relationship else ""
    texts = [f"{indent}{relation}{credential.title or 'untitled'}: {STATES[credential.state]}{signer}"]
    texts += [f"{indent}  {action.name} {action.source_type or ''}".rstrip() for action in credential.actions]
    texts += [f"{indent}  ! {problem}" for problem in credential.problems]
    for one in credential.ingredients:
        texts += lines(one, indent + "  ")
    return texts


def mark_line(studio: Studio, path: Path) -> str:
    """What the invisible marks in a picture, a video or a sound say."""
    import numpy as np

    from pipelines.detect.parts.own_marks import in_picture, in_sound, in_video
    from pipelines.detect.provenance import open_media
    from pipelines.media import load_media

    try:
        media = open_media(load_media(path))
    except Refusal:
        return "Invisible mark: only looked for in pictures, videos and sounds"
    found = [
        *(in_picture(np.asarray(media.picture)) if media.picture is not None else ()),
        *(in_video(media.video) if media.video is not None else ()),
        *(in_sound(media.sound) if media.sound is not None else ()),
    ]
    texts = []
    for one in found:
        rows = studio.store.made_with_mark(one.payload)
        known = f"made here with {rows[0]['pipeline']}" if rows else "not in this studio's registry"
        when = "" if one.start_seconds is None else f" from {one.start_seconds:.1f} to {one.end_seconds:.1f} s"
        texts.append(f"Invisible mark in the {one.where}{when}: {one.payload:08x}, {known}")
    return "\n".join(texts) or "Invisible mark: none found"


def recipe(asked: Any) -> int:
    """`recipe`: the signed record inside a file of this studio."""
    with closing(open_studio(spares=0)) as studio:
        credential = credential_of(studio, asked.file)
        if not credential.record:
            raise Refusal("This file carries no recipe of this studio, or was changed since it was signed.")
        print(json.dumps(credential.record, indent=1, ensure_ascii=False))
        return 0
