"""Tiny models with random weights, saved as safetensors: what a hub would give, in miniature. Their shapes stand in tiny_models.json."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

MODELS: dict[str, Any] = json.loads(Path(__file__).with_name("tiny_models.json").read_text("utf-8"))


def build(name: str, folder: Path, *, checker: bool = False, **more: Any) -> Path:
    """Save the model of that name; `checker`: with a safety checker, `more`: other arguments of a single network."""
    if name == "image_prompt":
        return image_prompt(folder)
    plan = MODELS[name]
    if "like" in plan:  # the same parts, opened by another class
        index = build(plan["like"], folder) / "model_index.json"
        index.write_text(json.dumps(json.loads(index.read_text("utf-8")) | {"_class_name": plan["kind"]}))
        return folder
    torch.manual_seed(plan["seed"])
    if "model" in plan:
        kind, shape = plan["model"]
        build_part([kind, shape | more]).save_pretrained(folder)
        return folder
    parts = {}
    if checker:
        parts["safety_checker"], parts["feature_extractor"] = _checker()
        parts["requires_safety_checker"] = True
    for part_name, what in plan["parts"].items():
        if part_name not in parts:
            parts[part_name] = build_part(what)
    class_of(plan["kind"])(**parts).save_pretrained(folder)
    return folder


def maker(name: str, **more: Any) -> Callable[[Path], Path]:
    """A function that saves the model of that name into a folder."""
    return partial(build, name, **more)


def part(name: str, which: str, **more: Any) -> Any:
    """One part of a model, with random weights."""
    what = MODELS[name]["parts"][which]
    return build_part([what[0], what[1] | more] if more else what)


def build_part(what: Any) -> Any:
    """A part as the JSON says it: [class, arguments], [class, its configuration], the name of a tokenizer, or a plain value."""
    if isinstance(what, str):
        return TOKENIZERS[what]()
    if not isinstance(what, list):
        return what
    kind, shape = what
    if isinstance(shape, list):
        return class_of(kind)(class_of(shape[0])(**shape[1]))
    network = class_of(kind)(**shape)
    with torch.no_grad():
        AFTER.get(kind, lambda network: None)(network)
    return network


def class_of(kind: str) -> Any:
    """The class of that name in diffusers or transformers."""
    import diffusers
    import transformers
    from diffusers.pipelines import ltx2

    return next(found for home in (diffusers, transformers, ltx2) if (found := getattr(home, kind, None)) is not None)


def _seen_map(network: Any) -> None:
    """Its last layers begin at zero, so that an untrained one changes nothing; and so that the map is seen at all."""
    for block in [*network.controlnet_down_blocks, network.controlnet_mid_block]:
        block.weight.normal_(0, 0.5)
    network.controlnet_cond_embedding.conv_out.weight.normal_(0, 4)


def _seen_control(network: Any) -> None:
    """So that what a film is controlled by is seen at all."""
    network.vace_patch_embedding.weight.mul_(4)
    network.proj_out.weight.mul_(20)
    for block in network.vace_blocks:
        block.proj_out.weight.normal_(0, 0.5)


def _filled_pads(network: Any) -> None:
    """They are made by torch.empty."""
    network.x_pad_token.normal_()
    network.cap_pad_token.normal_()


AFTER = {
    "ControlNetModel": _seen_map,
    "WanVACETransformer3DModel": _seen_control,
    "ZImageTransformer2DModel": _filled_pads,
}


# tokenizers of letters


def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    letters = [*string.ascii_lowercase, *(c + "</w>" for c in string.ascii_lowercase), ",", ",</w>"]
    vocab = {piece: i for i, piece in enumerate([*letters, "<|startoftext|>", "<|endoftext|>"])}
    return CLIPTokenizer(vocab=vocab, merges=[], model_max_length=16)


def _t5() -> Any:
    from transformers import T5TokenizerFast

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0), *((c, -2.0) for c in string.ascii_lowercase)]
    return T5TokenizerFast(vocab=pieces, extra_ids=0, model_max_length=16)


def _qwen(chat: bool = False) -> Any:
    from transformers import Qwen2Tokenizer

    marks = ("endoftext", "im_start", "im_end", "vision_start", "vision_end", "image_pad", "video_pad", "vision_pad")
    special = [f"<|{mark}|>" for mark in marks]
    vocab = {piece: i for i, piece in enumerate([*_bytes(), *special])}
    tokenizer = Qwen2Tokenizer(vocab=vocab, merges=[], extra_special_tokens=special)
    if chat:
        tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    return tokenizer


def _qwen_processor() -> Any:
    from transformers import Qwen2VLImageProcessor, Qwen2VLProcessor, Qwen2VLVideoProcessor

    return Qwen2VLProcessor(Qwen2VLImageProcessor(), _qwen(), Qwen2VLVideoProcessor())


def _gemma() -> Any:
    from transformers import GemmaTokenizer

    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", *_bytes()]
    return GemmaTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[])


def _bytes() -> list[str]:
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


TOKENIZERS: dict[str, Callable[[], Any]] = {
    "clip tokenizer": clip_tokenizer,
    "t5 tokenizer": _t5,
    "qwen tokenizer": _qwen,
    "qwen chat tokenizer": partial(_qwen, chat=True),
    "qwen processor": _qwen_processor,
    "gemma tokenizer": _gemma,
    "byte tokenizer": lambda: class_of("ByT5Tokenizer")(),
}


# what is put on a model


def _checker() -> tuple[Any, Any]:
    """A safety checker that finds everything unfit."""
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    vision = {
        "hidden_size": 32,
        "intermediate_size": 37,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "image_size": 30,
        "patch_size": 10,
    }
    text = {
        "hidden_size": 32,
        "intermediate_size": 37,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "vocab_size": 64,
    }
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, text_config=text, projection_dim=32))
    with torch.no_grad():
        checker.concept_embeds_weights.fill_(-2)
    return checker, CLIPImageProcessor(size={"shortest_edge": 30}, crop_size={"height": 30, "width": 30})


def image_prompt(folder: Path) -> Path:
    """An IP-Adapter for the tiny Stable Diffusion, with the encoder that reads its pictures."""
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(3)
    vision = CLIPVisionConfig(
        hidden_size=32,
        projection_dim=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        image_size=32,
        intermediate_size=37,
        patch_size=8,
    )
    CLIPVisionModelWithProjection(vision).save_pretrained(folder / "models" / "image_encoder")
    tensors = {
        "image_proj.proj.weight": torch.randn(4 * 32, 32),
        "image_proj.proj.bias": torch.randn(4 * 32),
        "image_proj.norm.weight": torch.ones(32),
        "image_proj.norm.bias": torch.zeros(32),
    }
    network, key = part("stable_diffusion", "unet"), 1
    for name, processor in network.attn_processors.items():
        if "attn2" in name:
            hidden = network.get_submodule(name.removesuffix(".processor")).to_q.out_features
            for way in ("to_k_ip", "to_v_ip"):
                tensors[f"ip_adapter.{key}.{way}.weight"] = torch.randn(hidden, 32)
            key += 2
        assert processor
    save_file(tensors, folder / "models" / "ip-adapter_tiny.safetensors")
    (folder / "config.json").write_text("{}")
    return folder


def lora_diffusers(folder: Path, unet_file: Path) -> Path:
    """As diffusers writes them: peft's names under `unet.`."""
    from safetensors.torch import save_file

    tensors = {}
    for name, weight in _attention(unet_file):
        stem = f"unet.{name}"
        tensors[f"{stem}.lora_A.weight"] = _numbers_of(name, (2, weight.shape[1]))
        tensors[f"{stem}.lora_B.weight"] = _numbers_of(name + "b", (weight.shape[0], 2))
    path = folder / "diffusers.safetensors"
    save_file(tensors, path)
    return path


def lora_kohya(folder: Path, unet_file: Path) -> Path:
    """The same numbers as kohya's scripts write them, in half precision."""
    from safetensors.torch import save_file

    tensors = {}
    for name, weight in _attention(unet_file):
        stem = "lora_unet_" + name.replace(".", "_")
        tensors[f"{stem}.lora_down.weight"] = _numbers_of(name, (2, weight.shape[1])).bfloat16()
        tensors[f"{stem}.lora_up.weight"] = _numbers_of(name + "b", (weight.shape[0], 2)).bfloat16()
        tensors[f"{stem}.alpha"] = torch.tensor(2.0)
    path = folder / "kohya.safetensors"
    save_file(tensors, path)
    return path


def lora_flux(folder: Path, transformer_file: Path) -> Path:
    from safetensors.torch import save_file

    tensors = {}
    for name, weight in _attention(transformer_file):
        tensors[f"transformer.{name}.lora_A.weight"] = _numbers_of(name, (2, weight.shape[1]))
        tensors[f"transformer.{name}.lora_B.weight"] = _numbers_of(name + "b", (weight.shape[0], 2))
    path = folder / "flux.safetensors"
    save_file(tensors, path)
    return path


def _attention(weights: Path) -> list[tuple[str, torch.Tensor]]:
    from safetensors.torch import load_file

    found = load_file(weights)
    return [
        (name.removesuffix(".weight"), w)
        for name, w in found.items()
        if name.endswith((".to_q.weight", ".to_v.weight"))
    ]


def _numbers_of(name: str, shape: tuple[int, int]) -> torch.Tensor:
    """Numbers that bfloat16 holds exactly."""
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    return torch.randn(shape, generator=generator).bfloat16().float()


def _difference(xl: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in xl.items() if plain.get(name) != value}


SDXL = _difference(*(MODELS[name]["parts"]["unet"][1] for name in ("stable_diffusion_xl", "stable_diffusion")))
