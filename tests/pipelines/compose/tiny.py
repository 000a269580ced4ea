"""Tiny models of the two kinds, made from configurations with random weights: what a hub would give, in miniature."""

from pathlib import Path
from typing import Any


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "</s>", "<unk>", "calm", "music", "mood", "piano", "played", "by", "in", ","]
    inner = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=16
    )


def musicgen(folder: Path) -> Path:
    import torch
    from transformers import (
        EncodecConfig,
        EncodecFeatureExtractor,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        MusicgenProcessor,
        T5Config,
    )

    torch.manual_seed(0)
    text = T5Config(vocab_size=16, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    codec = EncodecConfig(
        target_bandwidths=[4.0],
        sampling_rate=16000,
        num_filters=4,
        hidden_size=16,
        codebook_size=64,
        codebook_dim=16,
        upsampling_ratios=[8, 8, 5],
        num_lstm_layers=1,
    )
    decoder = MusicgenDecoderConfig(
        vocab_size=64,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        ffn_dim=16,
        num_codebooks=4,
        pad_token_id=64,
        bos_token_id=64,
    )
    model = MusicgenForConditionalGeneration(
        MusicgenConfig(text_encoder=text.to_dict(), audio_encoder=codec.to_dict(), decoder=decoder.to_dict())
    )
    model.generation_config.decoder_start_token_id = 64
    model.generation_config.pad_token_id = 64
    model.generation_config.bos_token_id = 64
    model.generation_config.eos_token_id = None
    model.save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    EncodecFeatureExtractor(sampling_rate=16000).save_pretrained(folder)
    assert MusicgenProcessor
    return folder


def stable_audio(folder: Path) -> Path:
    import torch
    from diffusers import AutoencoderOobleck, EDMDPMSolverMultistepScheduler, StableAudioDiTModel, StableAudioPipeline
    from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(0)
    transformer = StableAudioDiTModel(
        sample_size=4,
        in_channels=3,
        num_layers=2,
        attention_head_dim=4,
        num_key_value_attention_heads=2,
        out_channels=3,
        cross_attention_dim=4,
        time_proj_dim=8,
        global_states_input_dim=8,
        cross_attention_input_dim=4,
    )
    vae = AutoencoderOobleck(
        encoder_hidden_size=6,
        downsampling_ratios=[1, 2],
        decoder_channels=3,
        decoder_input_channels=3,
        audio_channels=2,
        channel_multiples=[2, 4],
        sampling_rate=4,
    )
    text = T5EncoderModel(T5Config(vocab_size=16, d_model=4, d_kv=4, d_ff=8, num_layers=1, num_heads=2))
    pipeline = StableAudioPipeline(
        vae=vae,
        text_encoder=text,
        projection_model=StableAudioProjectionModel(text_encoder_dim=4, conditioning_dim=4, min_value=0, max_value=32),
        tokenizer=_tokenizer(),
        transformer=transformer,
        scheduler=EDMDPMSolverMultistepScheduler(
            solver_order=2, prediction_type="v_prediction", sigma_data=1.0, sigma_schedule="exponential"
        ),
    )
    pipeline.save_pretrained(folder)
    return folder


def ace_step(folder: Path, turbo: bool = True) -> Path:
    """Two layers, 48 samples a latent at 480 Hz; the checkpoint of few steps, or the base."""
    import torch
    from diffusers import (
        AceStepPipeline,
        AceStepTransformer1DModel,
        AutoencoderOobleck,
        FlowMatchEulerDiscreteScheduler,
    )
    from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(0)
    shape = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "sliding_window": 16,
    }
    transformer = AceStepTransformer1DModel(
        **shape,
        num_hidden_layers=2,
        in_channels=24,
        audio_acoustic_hidden_dim=8,
        patch_size=2,
        is_turbo=turbo,
        model_version="turbo" if turbo else "base",
    )
    encoder = AceStepConditionEncoder(
        **shape,
        text_hidden_dim=32,
        timbre_hidden_dim=8,
        num_lyric_encoder_hidden_layers=2,
        num_timbre_encoder_hidden_layers=2,
    )
    text = Qwen3Model(
        Qwen3Config(
            vocab_size=16,
            hidden_size=32,
            intermediate_size=32,
            num_hidden_layers=1,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=8,
        )
    )
    vae = AutoencoderOobleck(
        encoder_hidden_size=16,
        downsampling_ratios=[6, 8],
        decoder_channels=8,
        decoder_input_channels=8,
        audio_channels=2,
        channel_multiples=[1, 2],
        sampling_rate=480,
    )
    AceStepPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=_tokenizer(),
        transformer=transformer,
        condition_encoder=encoder,
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
    ).save_pretrained(folder)
    return folder
