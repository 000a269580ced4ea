"""Tiny pipelines of diffusers with random weights, made from configurations and saved as safetensors: what a hub would give, in miniature."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import torch


def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    letters = [*string.ascii_lowercase, *(c + "</w>" for c in string.ascii_lowercase), ",", ",</w>"]
    vocab = {piece: i for i, piece in enumerate([*letters, "<|startoftext|>", "<|endoftext|>"])}
    return CLIPTokenizer(vocab=vocab, merges=[], model_max_length=16)


def clip_text(kind: str = "CLIPTextModel") -> Any:
    import transformers

    config = transformers.CLIPTextConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        projection_dim=32,
        max_position_embeddings=16,
        bos_token_id=54,
        eos_token_id=55,
        pad_token_id=55,
        hidden_act="gelu",
    )
    return getattr(transformers, kind)(config)


def t5() -> tuple[Any, Any]:
    """A tokenizer of letters and an encoder."""
    from transformers import T5Config, T5EncoderModel, T5TokenizerFast

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0), *((c, -2.0) for c in string.ascii_lowercase)]
    encoder = T5EncoderModel(T5Config(vocab_size=32, d_model=32, d_kv=8, d_ff=37, num_layers=1, num_heads=4))
    return T5TokenizerFast(vocab=pieces, extra_ids=0, model_max_length=16), encoder


def vae(channels: int = 4, **more: Any) -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=[8, 16],
        in_channels=3,
        out_channels=3,
        latent_channels=channels,
        norm_num_groups=4,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        sample_size=32,
        **more,
    )


def unet(**more: Any) -> Any:
    from diffusers import UNet2DConditionModel

    shape: dict[str, Any] = {
        "block_out_channels": (16, 32),
        "layers_per_block": 1,
        "sample_size": 16,
        "in_channels": 4,
        "out_channels": 4,
        "norm_num_groups": 4,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "cross_attention_dim": 32,
        "attention_head_dim": 2,
    }
    return UNet2DConditionModel(**(shape | more))


SDXL = {
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "cross_attention_dim": 64,
    "projection_class_embeddings_input_dim": 80,
    "transformer_layers_per_block": 1,
}


def scheduler() -> Any:
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False
    )


def stable_diffusion(folder: Path, *, checker: bool = False) -> Path:
    from diffusers import StableDiffusionPipeline

    torch.manual_seed(0)
    safety, features = _checker() if checker else (None, None)
    StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        unet=unet(),
        scheduler=scheduler(),
        safety_checker=safety,
        feature_extractor=features,
        requires_safety_checker=checker,
    ).save_pretrained(folder)
    return folder


def tiny_decoder() -> Any:
    """It halves a side once, as the tiny autoencoder does."""
    from diffusers import AutoencoderTiny

    torch.manual_seed(4)
    return AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
    )


def taesd(folder: Path) -> Path:
    tiny_decoder().save_pretrained(folder)
    return folder


def one_step(folder: Path) -> Path:
    """A network without a middle block and a tiny decoder in one repository, as SDXS has."""
    from diffusers import StableDiffusionPipeline

    torch.manual_seed(5)
    StableDiffusionPipeline(
        vae=tiny_decoder(),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        unet=unet(mid_block_type=None),
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


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


def stable_diffusion_xl(folder: Path) -> Path:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    torch.manual_seed(0)
    StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip_text(),
        text_encoder_2=clip_text("CLIPTextModelWithProjection"),
        tokenizer=clip_tokenizer(),
        tokenizer_2=clip_tokenizer(),
        unet=unet(**SDXL),
        add_watermarker=False,
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            timestep_spacing="leading",
            steps_offset=1,
        ),
    ).save_pretrained(folder)
    return folder


def flux(folder: Path) -> Path:
    """A flow-matching transformer whose latents are packed two by two."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=False,
    )
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(4, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.1, scaling_factor=0.4),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        text_encoder_2=encoder,
        tokenizer_2=tokenizer,
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


def controlnet(folder: Path, **more: Any) -> Path:
    from diffusers import ControlNetModel

    torch.manual_seed(1)
    made = ControlNetModel(
        block_out_channels=(16, 32),
        layers_per_block=1,
        in_channels=4,
        norm_num_groups=4,
        cross_attention_dim=more.pop("cross_attention_dim", 32),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        conditioning_embedding_out_channels=(4, 8),
        attention_head_dim=2,
        **more,
    )
    with torch.no_grad():  # its last layers begin at zero, so that an untrained one changes nothing
        for block in [*made.controlnet_down_blocks, made.controlnet_mid_block]:
            block.weight.normal_(0, 0.5)
        made.controlnet_cond_embedding.conv_out.weight.normal_(0, 4)  # and so that the map is seen at all
    made.save_pretrained(folder)
    return folder


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
    network, key = unet(), 1
    for name, processor in network.attn_processors.items():
        if "attn2" in name:
            hidden = network.get_submodule(name.removesuffix(".processor")).to_q.out_features
            for part in ("to_k_ip", "to_v_ip"):
                tensors[f"ip_adapter.{key}.{part}.weight"] = torch.randn(hidden, 32)
            key += 2
        assert processor
    save_file(tensors, folder / "models" / "ip-adapter_tiny.safetensors")
    (folder / "config.json").write_text("{}")
    return folder


def _qwen_text() -> tuple[Any, Any, Any]:
    """A tokenizer of letters, a processor and a tiny Qwen2.5-VL."""
    from tokenizers import pre_tokenizers
    from transformers import (
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2Tokenizer,
        Qwen2VLImageProcessor,
        Qwen2VLProcessor,
        Qwen2VLVideoProcessor,
    )

    special = [
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        "<|vision_start|>",
        "<|vision_end|>",
        "<|image_pad|>",
        "<|video_pad|>",
        "<|vision_pad|>",
    ]
    vocab = {piece: i for i, piece in enumerate([*sorted(pre_tokenizers.ByteLevel.alphabet()), *special])}
    tokenizer = Qwen2Tokenizer(vocab=vocab, merges=[], extra_special_tokens=special)
    text = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "vocab_size": len(vocab),
        "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
        "rope_theta": 1000000.0,
    }
    config = Qwen2_5_VLConfig(
        text_config=text,
        vision_config={"depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16},
        vision_start_token_id=vocab["<|vision_start|>"],
        vision_end_token_id=vocab["<|vision_end|>"],
        image_token_id=vocab["<|image_pad|>"],
        video_token_id=vocab["<|video_pad|>"],
    )
    processor = Qwen2VLProcessor(Qwen2VLImageProcessor(), tokenizer, Qwen2VLVideoProcessor())
    return tokenizer, processor, Qwen2_5_VLForConditionalGeneration(config)


def qwen_layered(folder: Path) -> Path:
    """Takes a picture apart into layers; its autoencoder reads and writes RGBA."""
    from diffusers import (
        AutoencoderKLQwenImage,
        FlowMatchEulerDiscreteScheduler,
        QwenImageLayeredPipeline,
        QwenImageTransformer2DModel,
    )

    torch.manual_seed(0)
    tokenizer, processor, encoder = _qwen_text()
    transformer = QwenImageTransformer2DModel(
        patch_size=2,
        in_channels=32,
        out_channels=8,
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=3,
        joint_attention_dim=16,
        axes_dims_rope=(8, 4, 4),
        use_additional_t_cond=True,
        use_layer3d_rope=True,
    )
    autoencoder = AutoencoderKLQwenImage(
        base_dim=24,
        z_dim=8,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        temperal_downsample=[False, True],
        latents_mean=[0.0] * 8,
        latents_std=[1.0] * 8,
        input_channels=4,
    )
    QwenImageLayeredPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=autoencoder,
        text_encoder=encoder,
        tokenizer=tokenizer,
        processor=processor,
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


# LoRA files


def lora_diffusers(folder: Path, unet_file: Path) -> Path:
    """As diffusers writes them: peft's names under `unet.`."""
    from safetensors.torch import save_file

    tensors = {}
    for name, weight in _attention(unet_file):
        stem = f"unet.{name}"
        tensors[f"{stem}.lora_A.weight"] = _made(name, (2, weight.shape[1]))
        tensors[f"{stem}.lora_B.weight"] = _made(name + "b", (weight.shape[0], 2))
    path = folder / "diffusers.safetensors"
    save_file(tensors, path)
    return path


def lora_kohya(folder: Path, unet_file: Path) -> Path:
    """The same numbers as kohya's scripts write them, in half precision."""
    from safetensors.torch import save_file

    tensors = {}
    for name, weight in _attention(unet_file):
        stem = "lora_unet_" + name.replace(".", "_")
        tensors[f"{stem}.lora_down.weight"] = _made(name, (2, weight.shape[1])).bfloat16()
        tensors[f"{stem}.lora_up.weight"] = _made(name + "b", (weight.shape[0], 2)).bfloat16()
        tensors[f"{stem}.alpha"] = torch.tensor(2.0)
    path = folder / "kohya.safetensors"
    save_file(tensors, path)
    return path


def lora_flux(folder: Path, transformer_file: Path) -> Path:
    from safetensors.torch import save_file

    tensors = {}
    for name, weight in _attention(transformer_file):
        tensors[f"transformer.{name}.lora_A.weight"] = _made(name, (2, weight.shape[1]))
        tensors[f"transformer.{name}.lora_B.weight"] = _made(name + "b", (weight.shape[0], 2))
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


def _made(name: str, shape: tuple[int, int]) -> torch.Tensor:
    """Numbers that bfloat16 holds exactly."""
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    return torch.randn(shape, generator=generator).bfloat16().float()


# films


def motion_adapter(folder: Path) -> Path:
    from diffusers import MotionAdapter

    torch.manual_seed(2)
    MotionAdapter(
        block_out_channels=(16, 32),
        motion_layers_per_block=1,
        motion_norm_num_groups=4,
        motion_num_attention_heads=2,
        motion_mid_block_layers_per_block=1,
        motion_max_seq_length=16,
    ).save_pretrained(folder)
    return folder


def ltx(folder: Path) -> Path:
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=4,
        attention_head_dim=8,
        cross_attention_dim=32,
        num_layers=1,
        caption_channels=32,
    )
    autoencoder = AutoencoderKLLTXVideo(
        in_channels=3,
        out_channels=3,
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False,) * 5,
        upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4,
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    LTXPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=autoencoder,
        text_encoder=encoder,
        tokenizer=tokenizer,
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


def wan(folder: Path) -> Path:
    """The kind that films from words or from a picture (Wan 2.2, 5B)."""
    from diffusers import AutoencoderKLWan, FlowMatchEulerDiscreteScheduler, WanPipeline, WanTransformer3DModel

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=16,
        out_channels=16,
        text_dim=32,
        freq_dim=32,
        ffn_dim=32,
        num_layers=1,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
    )
    WanPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        transformer=transformer,
        expand_timesteps=True,
        vae=AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
    ).save_pretrained(folder)
    return folder


def stable_video(folder: Path) -> Path:
    from diffusers import AutoencoderKLTemporalDecoder, EulerDiscreteScheduler, StableVideoDiffusionPipeline
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    vision = CLIPVisionConfig(
        hidden_size=32,
        projection_dim=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        image_size=224,
        intermediate_size=37,
        patch_size=56,
    )
    StableVideoDiffusionPipeline(
        unet=_spatio_temporal(),
        image_encoder=CLIPVisionModelWithProjection(vision),
        feature_extractor=CLIPImageProcessor(crop_size=224, size=224),
        vae=AutoencoderKLTemporalDecoder(
            block_out_channels=[32, 64],
            latent_channels=4,
            down_block_types=["DownEncoderBlock2D"] * 2,
            layers_per_block=1,
        ),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            interpolation_type="linear",
            prediction_type="v_prediction",
            timestep_spacing="leading",
            timestep_type="continuous",
            use_karras_sigmas=True,
            sigma_min=0.002,
            sigma_max=700.0,
            steps_offset=1,
        ),
    ).save_pretrained(folder)
    return folder


def _spatio_temporal() -> Any:
    from diffusers import UNetSpatioTemporalConditionModel

    return UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=8,
        out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=32,
        num_attention_heads=8,
        projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
    )
