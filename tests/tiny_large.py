"""The large models of the table in miniature: pipelines of the same classes with random weights, saved as safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from tests.tiny_diffusion import _qwen_text, flux, t5, vae


def _schedule(**more: Any) -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(**more)


def kontext(folder: Path) -> Path:
    """FLUX.1 Kontext: the same parts as FLUX.1, another class."""
    index = flux(folder) / "model_index.json"
    index.write_text(index.read_text().replace('"FluxPipeline"', '"FluxKontextPipeline"'))
    return folder


def _qwen(folder: Path, kind: str) -> Path:
    import diffusers

    torch.manual_seed(0)
    tokenizer, processor, encoder = _qwen_text()
    transformer = diffusers.QwenImageTransformer2DModel(
        patch_size=2,
        in_channels=16,
        out_channels=4,
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=3,
        joint_attention_dim=16,
        axes_dims_rope=(8, 4, 4),
    )
    autoencoder = diffusers.AutoencoderKLQwenImage(
        base_dim=24,
        z_dim=4,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        temperal_downsample=[False, True],
        latents_mean=[0.0] * 4,
        latents_std=[1.0] * 4,
    )
    more = {"processor": processor} if "Edit" in kind else {}
    getattr(diffusers, kind)(
        scheduler=_schedule(),
        vae=autoencoder,
        text_encoder=encoder,
        tokenizer=tokenizer,
        transformer=transformer,
        **more,
    ).save_pretrained(folder)
    return folder


def qwen_image(folder: Path) -> Path:
    return _qwen(folder, "QwenImagePipeline")


def qwen_image_edit(folder: Path) -> Path:
    return _qwen(folder, "QwenImageEditPlusPipeline")


def _qwen3(layers: int, kind: str) -> tuple[Any, Any]:
    """A tokenizer with a chat template, and a tiny Qwen3."""
    import transformers

    tokenizer, _, _ = _qwen_text()
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    config = transformers.Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )
    return tokenizer, getattr(transformers, kind)(config)


def flux2_klein(folder: Path) -> Path:
    """Its text vectors are three hidden layers (9, 18 and 27) side by side, so the tiny encoder has 28."""
    from diffusers import AutoencoderKLFlux2, Flux2KleinPipeline, Flux2Transformer2DModel

    torch.manual_seed(0)
    tokenizer, encoder = _qwen3(28, "Qwen3ForCausalLM")
    transformer = Flux2Transformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=48,
        timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )
    autoencoder = AutoencoderKLFlux2(
        block_out_channels=(8, 16),
        decoder_block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        norm_num_groups=4,
        layers_per_block=1,
        sample_size=32,
    )
    Flux2KleinPipeline(
        scheduler=_schedule(),
        vae=autoencoder,
        text_encoder=encoder,
        tokenizer=tokenizer,
        transformer=transformer,
        is_distilled=True,
    ).save_pretrained(folder)
    return folder


def z_image(folder: Path) -> Path:
    from diffusers import ZImagePipeline, ZImageTransformer2DModel

    torch.manual_seed(0)
    tokenizer, encoder = _qwen3(2, "Qwen3Model")
    transformer = ZImageTransformer2DModel(
        in_channels=4,
        dim=32,
        n_layers=1,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=16,
        axes_dims=[8, 4, 4],
        axes_lens=[256, 64, 64],
    )
    with torch.no_grad():  # made by torch.empty
        transformer.x_pad_token.normal_()
        transformer.cap_pad_token.normal_()
    ZImagePipeline(
        scheduler=_schedule(),
        vae=vae(4, shift_factor=0.1, scaling_factor=0.4),
        text_encoder=encoder,
        tokenizer=tokenizer,
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


# films


def _wan_autoencoder() -> Any:
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )


WAN: dict[str, Any] = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "text_dim": 32,
    "freq_dim": 32,
    "ffn_dim": 32,
    "num_layers": 2,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 32,
}


def _clip_vision() -> tuple[Any, Any]:
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    sides = {"height": 16, "width": 16}
    vision = CLIPVisionConfig(
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=16,
        intermediate_size=16,
        patch_size=8,
        projection_dim=8,
    )
    return CLIPImageProcessor(crop_size=sides, size=sides), CLIPVisionModel(vision)


def wan_flf(folder: Path) -> Path:
    """From a first to a last picture: latents, mask and picture side by side; 5 positions of the encoder for each picture."""
    from diffusers import WanImageToVideoPipeline, WanTransformer3DModel

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    reads, sees = _clip_vision()
    transformer = WanTransformer3DModel(
        **WAN, in_channels=36, out_channels=16, image_dim=8, added_kv_proj_dim=24, pos_embed_seq_len=2 * 5
    )
    WanImageToVideoPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=_wan_autoencoder(),
        scheduler=_schedule(shift=7.0),
        image_processor=reads,
        image_encoder=sees,
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


def vace(folder: Path) -> Path:
    from diffusers import WanVACEPipeline, WanVACETransformer3DModel

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    transformer = WanVACETransformer3DModel(
        **WAN, in_channels=16, out_channels=16, vace_layers=[0, 1], vace_in_channels=96
    )
    with torch.no_grad():  # so that what it is controlled by is seen at all
        transformer.vace_patch_embedding.weight.mul_(4)
        transformer.proj_out.weight.mul_(20)
        for block in transformer.vace_blocks:
            block.proj_out.weight.normal_(0, 0.5)
    WanVACEPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=_wan_autoencoder(),
        scheduler=_schedule(shift=7.0),
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


def wan_animate(folder: Path) -> Path:
    from diffusers import UniPCMultistepScheduler, WanAnimatePipeline, WanAnimateTransformer3DModel

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    reads, sees = _clip_vision()
    transformer = WanAnimateTransformer3DModel(
        **(WAN | {"num_layers": 1}),
        in_channels=36,
        latent_channels=16,
        out_channels=16,
        image_dim=8,
        added_kv_proj_dim=24,
        motion_encoder_size=16,
        motion_style_dim=8,
        motion_dim=4,
        motion_encoder_dim=16,
        face_encoder_hidden_dim=16,
        face_encoder_num_heads=2,
        inject_face_latents_blocks=1,
        motion_encoder_channel_sizes={str(side): 8 for side in (4, 8, 16, 32, 64, 128, 256, 512)},
    )
    WanAnimatePipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=_wan_autoencoder(),
        image_processor=reads,
        image_encoder=sees,
        transformer=transformer,
        scheduler=UniPCMultistepScheduler(flow_shift=3.0, use_flow_sigmas=True, prediction_type="flow_prediction"),
    ).save_pretrained(folder)
    return folder


def _cogvideo(folder: Path, kind: str, channels: int) -> Path:
    import diffusers

    torch.manual_seed(0)
    tokenizer, encoder = t5()
    transformer = diffusers.CogVideoXTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=channels,
        out_channels=4,
        time_embed_dim=4,
        text_embed_dim=32,
        num_layers=1,
        sample_width=8,
        sample_height=8,
        sample_frames=9,
        patch_size=2,
        temporal_compression_ratio=4,
        max_text_seq_length=16,
        use_rotary_positional_embeddings=True,
    )
    autoencoder = diffusers.AutoencoderKLCogVideoX(
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        temporal_compression_ratio=4,
        sample_height=64,
        sample_width=64,
    )
    getattr(diffusers, kind)(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=autoencoder,
        transformer=transformer,
        scheduler=diffusers.CogVideoXDDIMScheduler(),
    ).save_pretrained(folder)
    return folder


def cogvideox(folder: Path) -> Path:
    return _cogvideo(folder, "CogVideoXPipeline", 4)


def cogvideox_picture(folder: Path) -> Path:
    return _cogvideo(folder, "CogVideoXImageToVideoPipeline", 8)


def _hunyuan(folder: Path, kind: str) -> Path:
    import diffusers
    import transformers

    torch.manual_seed(0)
    tokenizer, _, _ = _qwen_text()
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    text = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 4,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "vocab_size": len(tokenizer),
    }
    rope = {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"}
    reader = transformers.Qwen2_5_VLTextModel(
        transformers.Qwen2_5_VLTextConfig(**text, rope_scaling=rope, rope_theta=1e6)
    )
    letters = transformers.T5EncoderModel(
        transformers.T5Config(vocab_size=384, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    )
    transformer = diffusers.HunyuanVideo15Transformer3DModel(
        in_channels=9,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=16,
        num_layers=1,
        num_refiner_layers=1,
        text_embed_dim=16,
        text_embed_2_dim=16,
        image_embed_dim=16,
        rope_axes_dim=(4, 6, 6),
        target_size=64,
        task_type="i2v" if "Image" in kind else "t2v",
    )
    autoencoder = diffusers.AutoencoderKLHunyuanVideo15(
        latent_channels=4, block_out_channels=(16, 16, 16, 16, 16), layers_per_block=1, spatial_compression_ratio=16
    )
    more: dict[str, Any] = {}
    if "Image" in kind:
        vision = transformers.SiglipVisionConfig(
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=16,
            patch_size=8,
        )
        sides = {"height": 16, "width": 16}
        more = {
            "image_encoder": transformers.SiglipVisionModel(vision),
            "feature_extractor": transformers.SiglipImageProcessor(size=sides),
        }
    getattr(diffusers, kind)(
        text_encoder=reader,
        tokenizer=tokenizer,
        transformer=transformer,
        vae=autoencoder,
        scheduler=_schedule(shift=5.0),
        text_encoder_2=letters,
        tokenizer_2=transformers.ByT5Tokenizer(),
        guider=diffusers.ClassifierFreeGuidance(guidance_scale=2.0),
        **more,
    ).save_pretrained(folder)
    return folder


def hunyuan15(folder: Path) -> Path:
    return _hunyuan(folder, "HunyuanVideo15Pipeline")


def hunyuan15_picture(folder: Path) -> Path:
    return _hunyuan(folder, "HunyuanVideo15ImageToVideoPipeline")


def _gemma() -> tuple[Any, Any]:
    import transformers
    from tokenizers import pre_tokenizers

    pieces = [
        ("<pad>", 0.0),
        ("<eos>", 0.0),
        ("<bos>", 0.0),
        ("<unk>", 0.0),
        *((c, -2.0) for c in sorted(pre_tokenizers.ByteLevel.alphabet())),
    ]
    tokenizer = transformers.GemmaTokenizer(vocab={piece: i for i, (piece, _) in enumerate(pieces)}, merges=[])
    text = {
        "vocab_size": 512,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
    }
    vision = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 16,
        "patch_size": 8,
    }
    config = transformers.Gemma3Config(
        text_config=text,
        vision_config=vision,
        mm_tokens_per_image=4,
        image_token_index=500,
        boi_token_index=501,
        eoi_token_index=502,
    )
    return tokenizer, transformers.Gemma3ForConditionalGeneration(config)


def ltx2(folder: Path) -> Path:
    """Picture and sound: two streams in one transformer, an autoencoder and a vocoder for what is heard."""
    import diffusers
    from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder

    torch.manual_seed(0)
    tokenizer, encoder = _gemma()
    transformer = diffusers.LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        caption_channels=16,
        rope_double_precision=False,
    )
    connectors = LTX2TextConnectors(
        caption_channels=16,
        text_proj_in_factor=3,
        video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=4,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=4,
        audio_connector_attention_head_dim=4,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
        connector_rope_base_seq_len=32,
        rope_double_precision=False,
    )
    autoencoder = diffusers.AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8,),
        decoder_block_out_channels=(8,),
        layers_per_block=(1,),
        decoder_layers_per_block=(1, 1),
        down_block_types=("LTX2VideoDownBlock3D",),
        spatio_temporal_scaling=(True,),
        decoder_spatio_temporal_scaling=(True,),
        decoder_inject_noise=(False, False),
        downsample_type=("spatial",),
        upsample_residual=(False,),
        upsample_factor=(1,),
    )
    heard = diffusers.AutoencoderKLLTX2Audio(
        base_channels=4, ch_mult=(1,), num_res_blocks=1, resolution=32, latent_channels=2, mel_bins=8
    )
    vocoder = LTX2Vocoder(
        in_channels=16,
        hidden_channels=32,
        upsample_kernel_sizes=[4, 4],
        upsample_factors=[2, 2],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
    )
    diffusers.LTX2Pipeline(
        scheduler=_schedule(use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05),
        vae=autoencoder,
        audio_vae=heard,
        text_encoder=encoder,
        tokenizer=tokenizer,
        connectors=connectors,
        transformer=transformer,
        vocoder=vocoder,
    ).save_pretrained(folder)
    return folder
