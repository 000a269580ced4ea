"""Models that a Space with lent GPUs holds from its start, so that no second of a GPU goes on importing, reading or compiling.

`STUDIO_SPACE_MODELS` names models of the table ("sd-turbo flux2-klein"). They are put on the device in the page's process, as the hub's guide asks
for it; the process that is lent a GPU is a copy of this one. `STUDIO_SPACE_BLOCKS` ("flux2-klein=owner/name") is the switch for blocks that
were compiled ahead of time: a repository of native code, which the administrator trusts by naming it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pipelines.core.hub_ids import parse
from pipelines.core.models import found_device, load
from pipelines.core.registry import declaration, find, names
from pipelines.core.settings import Refusal

log = logging.getLogger(__name__)
MODELS, BLOCKS, DEVICE = "STUDIO_SPACE_MODELS", "STUDIO_SPACE_BLOCKS", "STUDIO_DEVICE"


def hold(device: str = "cuda") -> ExitStack:
    """Import the pipelines that are lent a GPU and put the named models on the device; they stay until the stack is closed.

    A model that is not here, or does not open, is an error in the log, and the others are held.
    """
    for name in names():
        if declaration(find(name)).gpu:
            log.debug("%s is imported", name)
    exit_stack, blocks = ExitStack(), repositories_of_blocks()
    with _as_if_on(device):
        for key in os.environ.get(MODELS, "").split():
            try:
                _put_on_device(exit_stack, key, device, blocks.get(key, ""))
            except Refusal as problem:
                log.error("%s: %s", MODELS, problem)
    return exit_stack


def repositories_of_blocks() -> dict[str, str]:
    """By the key of a model the repository of its compiled blocks. Raises Refusal for what cannot be read."""
    result = {}
    for word in os.environ.get(BLOCKS, "").split():
        key, equals, repository = word.partition("=")
        if not equals:
            raise Refusal(f"{BLOCKS} is written as key=owner/name, with spaces between them.")
        result[key] = parse(repository).repository
    return result


def _put_on_device(exit_stack: ExitStack, key: str, device: str, blocks: str) -> None:
    """Open one model, fit its previews' colours while a processor can, and put it on the device. Raises Refusal."""
    from pipelines.hub import asking, weights
    from pipelines.hub.presets import TABLE

    preset = next((one for one in TABLE if one.key == key), None)
    if preset is None:
        raise Refusal(f"There is no model “{key[:80]}” in the table.")
    opened = exit_stack.enter_context(load(preset.card))
    asking.colours_of(opened, opened.model)
    opened.model.to(device)
    if blocks:
        import spaces

        for network in weights.denoisers(opened.model):
            spaces.aoti_blocks_load(network, blocks)
    log.info("%s is held on %s%s", preset.card.name, device, f", with blocks of {blocks}" if blocks else "")


@contextmanager
def _as_if_on(device: str) -> Iterator[None]:
    """What is opened in the block is opened for a device that this process is not lent."""
    before = os.environ.get(DEVICE)
    os.environ[DEVICE] = device
    found_device.cache_clear()
    try:
        yield
    finally:
        os.environ.pop(DEVICE)
        if before is not None:
            os.environ[DEVICE] = before
        found_device.cache_clear()
