"""What may be named as a model, checked in one place: an id of a hub, a folder or file of this machine where that is allowed, and which
repositories may bring code.

A hub id is `owner/name`, `owner/name@revision`, and `owner/name:file.safetensors` where a single file is meant. A local path counts only
from the command line and below the folders that the administrator lists (STUDIO_LOCAL_MODELS). Code of a repository runs only for the
commits that the administrator lists (STUDIO_REMOTE_CODE), and never on a Space.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.core.settings import Refusal

log = logging.getLogger(__name__)
COMMAND_LINE = (
    "STUDIO_COMMAND_LINE"  # set by `python -m studio` for itself and its own child processes; app.py removes it
)
LOCAL_MODELS = "STUDIO_LOCAL_MODELS"
REMOTE_CODE = "STUDIO_REMOTE_CODE"
SPACE_SIGNS = ("SPACE_ID", "SPACE_HOST", "SPACES_ZERO_GPU")
MOST_CHARACTERS = 300
MOST_PATH_CHARACTERS = 1000

PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
REVISION = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_])?"  # a branch, a tag or a commit; no refs/pr/7, which anybody can write
FILE = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,95}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,95}){0,4}"
ID = re.compile(rf"(?P<repository>{PART}/{PART})(?:@(?P<revision>{REVISION}))?(?::(?P<file>{FILE}))?")
COMMIT = re.compile(r"[0-9a-f]{40}")
LOOKS_LOCAL = re.compile(r"[/\\~.]|[A-Za-z]:|[a-z]{1,20}://")

FORM = "A model of the hub is written as owner/name or owner/name@revision, such as stabilityai/sd-turbo."
FILE_FORM = "A file of the hub is written as owner/name:file.safetensors."
NOT_LOCAL = (
    "A folder or file of this machine can only be named on the command line, or where this studio's administrator"
    " has listed it; please write owner/name of the hub instead."
)


@dataclass(frozen=True)
class HubId:
    """A repository of a hub, with the revision and the file that were named, if any."""

    repository: str
    revision: str = ""
    file: str = ""

    def __str__(self) -> str:
        return self.repository + (f"@{self.revision}" if self.revision else "") + (f":{self.file}" if self.file else "")

    @property
    def source(self) -> str:
        """As a model card names it."""
        return f"hub:{self.repository}" + (f":{self.file}" if self.file else "")


def parse(written: str, *, file: bool | None = False) -> HubId:
    """The hub id that is written. `file`: whether a file must (True), may (None) or must not (False) be named. Raises Refusal."""
    form = FILE_FORM if file else FORM
    match = ID.fullmatch(written) if len(written) <= MOST_CHARACTERS else None
    if match is None or ".." in written or "--" in match["repository"] or match["repository"].endswith(".git"):
        raise Refusal(form)
    hub_id = HubId(match["repository"], match["revision"] or "", match["file"] or "")
    if file is not None and file != bool(hub_id.file):
        raise Refusal(form)
    return hub_id


def model(written: str) -> HubId | Path:
    """The hub id or the allowed folder of this machine that is written. Raises Refusal."""
    return local(written) if looks_local(written) else parse(written)


def weights_file(written: str) -> HubId | Path:
    """The file in a hub's repository or the allowed file of this machine that is written. Raises Refusal."""
    return local(written) if looks_local(written) else parse(written, file=True)


def check_id(written: str) -> None:
    """The check of a form's field for a model. Raises Refusal."""
    model(written.strip())


# this machine


def looks_local(written: str) -> bool:
    """Whether a path of this machine, rather than a hub's id, is meant."""
    return bool(LOOKS_LOCAL.match(written)) or "\\" in written


def local(written: str) -> Path:
    """The path, if it may be used: any from the command line, else what lies below a listed folder. Raises Refusal.

    Names are compared before the disk is asked, so that nobody learns here what lies elsewhere.
    """
    if len(written) > MOST_PATH_CHARACTERS or not written.isprintable():
        raise Refusal(NOT_LOCAL)
    if from_command_line():
        path = Path(written).expanduser()
        if not path.is_absolute():
            raise Refusal("A folder or file of this machine begins with / or a drive.")
        return path
    path = Path(written)
    if not path.is_absolute() or ".." in path.parts or "~" in written:
        raise Refusal(NOT_LOCAL)
    for root in listed_folders():
        if _below(path, root):
            return _resolve_path(path, root)
    raise Refusal(NOT_LOCAL)


def _resolve_path(path: Path, root: Path) -> Path:
    """The real place of a path that is written below a listed folder; neither a link out of it nor a visitor's upload is followed."""
    try:
        real, home = path.resolve(strict=True), root.resolve(strict=True)
        uploads = [folder.resolve() for folder in _visitors_folders()]
    except (OSError, RuntimeError, ValueError):
        raise Refusal("The administrator has not listed that folder or file.") from None
    if not _below(real, home) or any(_below(real, folder) for folder in uploads):
        raise Refusal(NOT_LOCAL)
    return real


def _below(path: Path, root: Path) -> bool:
    return path.is_relative_to(root)


def listed_folders() -> list[Path]:
    """The folders of STUDIO_LOCAL_MODELS; one that is not written in full, or is the whole disk, is left out and logged."""
    folders = []
    for word in os.environ.get(LOCAL_MODELS, "").split(os.pathsep):
        folder = Path(word.strip())
        if not word.strip():
            continue
        if not folder.is_absolute() or ".." in folder.parts or folder == Path(folder.anchor):
            _warn(f"{LOCAL_MODELS}: {word.strip()!r} is ignored; write each folder in full, and not the whole disk.")
            continue
        folders.append(folder)
    return folders


def _visitors_folders() -> list[Path]:
    """Where files of visitors lie: nothing in there is ever a model of the administrator's."""
    from platformdirs import user_data_path

    home = os.environ.get("STUDIO_HOME")
    uploads = os.environ.get("GRADIO_TEMP_DIR")
    return [
        Path(home) if home else user_data_path("afternoon-studio"),
        Path(uploads) if uploads else Path(tempfile.gettempdir()) / "gradio",
    ]


@contextmanager
def command_line() -> Iterator[None]:
    """In this block the one who asks owns the machine's prompt: local paths are allowed here and in processes started meanwhile."""
    before = os.environ.get(COMMAND_LINE)
    os.environ[COMMAND_LINE] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(COMMAND_LINE, None)
        else:
            os.environ[COMMAND_LINE] = before


def from_command_line() -> bool:
    """Whether this process works for the command line."""
    return os.environ.get(COMMAND_LINE) == "1"


# code of a repository


def code_commit(asked: HubId) -> str:
    """The commit at which this repository may bring code, or "" where it may not: it must be listed, and no other revision asked for."""
    commit = allowed_code().get(asked.repository, "")
    return commit if asked.revision in ("", commit) else ""


def allowed_code() -> dict[str, str]:
    """Repository -> commit, from STUDIO_REMOTE_CODE; empty on a Space. What is not owner/name@<40 hex digits> is ignored and logged."""
    text = os.environ.get(REMOTE_CODE, "").strip()
    if not text:
        return {}
    if any(os.environ.get(sign) for sign in SPACE_SIGNS):
        _warn(f"{REMOTE_CODE} is ignored: on a Space no model's own code is ever run.")
        return {}
    allowed: dict[str, str] = {}
    for word in (part.strip() for part in text.split(",") if part.strip()):
        try:
            named = parse(word)
        except Refusal:
            named = HubId("")
        if not COMMIT.fullmatch(named.revision):
            _warn(f"{REMOTE_CODE}: {word!r} is ignored; write owner/name@ and the commit's 40 hexadecimal digits.")
        elif allowed.setdefault(named.repository, named.revision) != named.revision:
            _warn(f"{REMOTE_CODE}: {word!r} is ignored; {named.repository} is listed with another commit already.")
    return allowed


@lru_cache(maxsize=64)
def _warn(sentence: str) -> None:
    """Logged once for each sentence, for the settings are read at every call."""
    log.warning(sentence)
