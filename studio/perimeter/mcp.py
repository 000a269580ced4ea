"""Which files the tools of Gradio's MCP server take: a data: address, or the path that an upload to this server gave back."""

from __future__ import annotations

import base64
import re
from typing import Any

from gradio.processing_utils import save_base64_to_cache
from gradio.utils import get_upload_folder
from gradio_client import handle_file

from pipelines.core.settings import Refusal

NO_ADDRESS = "Files come as data: or as the path that an upload to this server gave back, not as an address elsewhere."
DAMAGED = "This data: address cannot be read; send base64 with its media type before it."


def take_no_addresses(server: Any) -> None:
    """Instead of Gradio's own reading of file arguments, which fetches addresses and advises to send some."""
    server.convert_strings_to_filedata = _with_files


def _with_files(value: Any, places: list[list[str | int]]) -> Any:
    def walk(node: Any, path: list[str | int]) -> Any:
        if isinstance(node, dict):
            return {key: walk(one, [*path, key]) for key, one in node.items()}
        if isinstance(node, list):
            return [walk(one, [*path, number]) for number, one in enumerate(node)]
        return _file(node) if isinstance(node, str) and path in places else node

    return walk(value, [])


def _file(given: str) -> Any:
    if given.startswith("data:"):
        told, _, data = given.partition(",")
        try:
            readable = told.endswith(";base64") and bool(base64.b64decode(data, validate=True))
        except ValueError:
            readable = False
        if not readable or not re.fullmatch(r"data:[\w.+-]+/[\w.+-]+(?:;[\w.+=-]+)*", told):
            raise Refusal(DAMAGED)
        return handle_file(save_base64_to_cache(given, get_upload_folder()))
    if given.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", given):
        return {"path": given}  # whether the caller may use what lies there is asked by the endpoint
    raise Refusal(NO_ADDRESS)
