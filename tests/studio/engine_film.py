"""A film whose every slot is made by a tiny model of a hub, for one process: `python -m tests.studio.engine_film HOME CACHE`.

The layers that move are a stub; Storybook, hub pictures, hub films, the hub voice and hub music are the real pipelines.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.studio import film_stubs as stubs

LINES = ("The fox runs.", "A boat waits.", "")


def tiny_hub(cache: Path) -> None:
    """The models under their real names; made once, by whichever process comes first."""
    from tests import tiny_diffusion
    from tests.hub_cache import keep
    from tests.pipelines.compose import tiny

    if cache.exists():
        return
    made = cache.parent / "made"
    for repository, folder in (
        ("stabilityai/sd-turbo", tiny_diffusion.build("stable_diffusion", made / "sd")),
        ("Lightricks/LTX-Video", tiny_diffusion.build("ltx", made / "ltx")),
        ("Wan-AI/Wan2.1-VACE-1.3B-diffusers", tiny_diffusion.build("vace", made / "vace")),
        ("facebook/musicgen-small", tiny.musicgen(made / "musicgen")),
        ("facebook/mms-tts-eng", tiny_voice(made / "vits")),
    ):
        keep(cache, repository, folder, readme="---\nlicense: mit\n---\n")


def tiny_voice(folder: Path) -> Path:
    import torch
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    torch.manual_seed(0)
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(
        json.dumps({c: i for i, c in enumerate("<abcdefghijklmnopqrstuvwxyz '")} | {"<unk>": 29})
    )
    small: dict[str, Any] = {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "ffn_dim": 16,
        "flow_size": 16,
        "spectrogram_bins": 9,
        "upsample_initial_channel": 32,
        "upsample_rates": [4, 4],
        "upsample_kernel_sizes": [8, 8],
        "resblock_kernel_sizes": [3],
        "resblock_dilation_sizes": [[1, 3]],
        "prior_encoder_num_flows": 1,
        "prior_encoder_num_wavenet_layers": 1,
        "posterior_encoder_num_wavenet_layers": 1,
        "duration_predictor_num_flows": 1,
        "depth_separable_num_layers": 1,
        "wavenet_dilation_rate": 1,
    }
    VitsModel(VitsConfig(vocab_size=30, **small)).save_pretrained(folder)
    VitsTokenizer(str(folder / "vocab.json"), phonemize=False, is_uroman=False).save_pretrained(folder)
    return folder


def board(**engines: Any) -> dict[str, Any]:
    """Three scenes; every slot by a hub model, the second scene's picture is kept by Storybook and goes on from the first, the third's is freed from our drawing, and follows how it is acted here."""
    own = {"picture": "sd-turbo", "motion": "picture:ltx", "voice": "mms", "music": "musicgen"}
    return {
        "title": "Engines",
        "titles": {"show": False},
        "credits": {"show": False},
        "scenes": [
            {"id": "a", "picture": {"prompt": "a red fox"}, "line": LINES[0]},
            {
                "id": "b",
                "picture": {"prompt": "a boat on the sea"},
                "line": LINES[1],
                "engines": {"picture": "own", "motion": "ends:ltx", "goes_on": True},
            },
            {
                "id": "c",
                "picture": {"prompt": "a house"},
                "seconds": 1,
                "engines": {"voice": "own", "free": 0.6, "motion": "acted:vace"},
            },
        ],
        "engines": own | engines,
    }


def prepare(cache: Path) -> None:
    """Stubs for the studio's own pictures and their motion, tiny sizes, and the tiny hub in place of the real one."""
    from huggingface_hub import constants

    from pipelines.core.run import find
    from studio.film import engines

    os.environ["STUDIO_DEVICE"] = "cpu"
    for name in (
        "pipelines.generate.storybook",
        "pipelines.narrate.speak",
        "pipelines.compose.fit",
        "pipelines.stylize.layers",
    ):
        stubs.STUBS.pop(name, None)
    stubs.install()
    tiny_hub(cache)
    constants.HF_HUB_CACHE = str(cache)
    engines.LEAST_PX, engines.DRAFT_SCALE = 64, 0.1
    find.cache_clear()


def main(home: str, cache: str) -> None:
    prepare(Path(cache))
    from studio.film import describe
    from studio.film.executors import render_here
    from studio.studio import open_studio

    studio = open_studio(Path(home), spares=0)
    film = studio.films.create("ada", board())
    render_here(studio.films, film, "draft")
    plan = studio.films.plan(film, "draft")
    scenes = describe.film(studio.films, film, "draft")["plan"]["scenes"]
    print(
        json.dumps(
            {
                "checked": {scene["id"]: len(scene["checked"]) for scene in scenes},
                "models": sorted({model["name"] for step in plan.steps.values() for model in step.facts["models"]}),
                "steps": {key: step.call.pipeline for key, step in plan.steps.items() if step.call},
                "stale": [step.key for step in plan.stale],
            }
        )
    )
    studio.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
