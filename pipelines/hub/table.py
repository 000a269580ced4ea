"""Every model of a hub that the studio lists, in one table: pictures, films, control networks, music, voices and text.

Sizes, licences and memory are written from general knowledge. Once a model is fetched, its own card and its files say them
(`pipelines.hub.facts`), and `python -m studio models check` compares both. Commits stand in `pipelines.hub.pins`; a model that is not there is
fetched at its repository's newest version, and the check says so.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from pipelines.hub import image_prompts, loading, openvino_graphs, tiny_decoder
from pipelines.hub.preset import PLAIN, SINGLE, Preset, card

SAI = "Stability AI Community License"
TERMS = "Its licence asks for registration with Stability AI for commercial use."
FORBIDS = " (the licence forbids some uses)"
RAIL = f"CreativeML Open RAIL-M{FORBIDS}"
RAIL_PLUS = f"CreativeML Open RAIL++-M{FORBIDS}"
META: dict[str, Any] = {"commercial": False, "caveat": "Its licence does not allow commercial use."}
STABILITY: dict[str, Any] = {"commercial": False, "caveat": TERMS}
ALL = ("*.safetensors", "*.json", "*.txt", "*.model", "*.md", "!*/*.md")
OWN_CODE = "It needs code of its own, which runs only where the administrator lists its commit (STUDIO_REMOTE_CODE)."

PICTURES = (
    Preset("sd-turbo", card("SD-Turbo", "stabilityai/sd-turbo", 2.6, SAI, "One to four steps. Sauer et al. 2023.", **STABILITY), 4, "a second", 2, 0.0, made_by="StableDiffusionPipeline"),
    Preset("sd-turbo-tiny", card("SD-Turbo + TAESD", "stabilityai/sd-turbo", 2.6, SAI, "SD-Turbo for processors: TAESD makes the pixels. Sauer et al. 2023; Bohan 2023.", build=tiny_decoder.opened, **STABILITY), 4, "a second", 2, 0.0, made_by="StableDiffusionPipeline", needs=(tiny_decoder.TAESD,)),
    Preset("sdxs", card("SDXS-512 Dreamshaper", "IDKiro/sdxs-512-dreamshaper", 1.76, RAIL_PLUS, "One step and a tiny decoder, for processors; from words alone. Song et al. 2024.", files=PLAIN), 2, "a second", 1, 0.0, begins=("words",), made_by="StableDiffusionPipeline", bytes_each=4),
    Preset("sdxl-turbo", card("SDXL-Turbo", "stabilityai/sdxl-turbo", 6.9, SAI, "One to four steps. Sauer et al. 2023.", **STABILITY), 9, "a second", 2, 0.0, made_by="StableDiffusionXLPipeline"),
    Preset("lcm", card("LCM Dreamshaper", "SimianLuo/LCM_Dreamshaper_v7", 4.3, "MIT", "Four to eight steps. Luo et al. 2023.", files=PLAIN), 4, "seconds", 6, 8.0, (512, 512), made_by="LatentConsistencyModelPipeline", bytes_each=4),
    Preset("lcm-tiny", card("LCM Dreamshaper + TAESD", "SimianLuo/LCM_Dreamshaper_v7", 4.3, "MIT", "LCM Dreamshaper for processors: TAESD makes the pixels. Luo et al. 2023; Bohan 2023.", files=PLAIN, build=tiny_decoder.opened), 4, "seconds", 4, 8.0, (512, 512), made_by="LatentConsistencyModelPipeline", needs=(tiny_decoder.TAESD,), bytes_each=4),
    Preset("lcm-openvino", card("LCM Dreamshaper int8 + OpenVINO", "OpenVINO/LCM_Dreamshaper_v7-int8-ov", 0.99, "MIT", "LCM Dreamshaper for processors, in integers of 8 bits, through OpenVINO and TAESD. Luo et al. 2023; Bohan 2023.", files=openvino_graphs.FILES, build=openvino_graphs.opened, caveat="The safety checker beside it is not run; an administrator's filter of pictures is."), 2, "seconds", 4, 8.0, (512, 512), made_by="LatentConsistencyModelPipeline", needs=(tiny_decoder.TAESD,), bytes_each=4, package=openvino_graphs.PACKAGE),
    Preset("sd15", card("Stable Diffusion 1.5", "stable-diffusion-v1-5/stable-diffusion-v1-5", 2.7, RAIL, "Most LoRA files and control networks fit it. Rombach et al. 2022."), 4, "seconds", 25, 7.5, made_by="StableDiffusionPipeline"),
    Preset("sd15-inpainting", card("Stable Diffusion 1.5 inpainting", "stable-diffusion-v1-5/stable-diffusion-inpainting", 2.7, RAIL, "Fills what a mask leaves open. Rombach et al. 2022."), 4, "seconds", 25, 7.5, begins=("mask",), made_by="StableDiffusionInpaintPipeline"),
    Preset("sdxl", card("Stable Diffusion XL", "stabilityai/stable-diffusion-xl-base-1.0", 6.9, RAIL_PLUS, "Large pictures. Podell et al. 2023."), 10, "ten seconds", 30, 6.0, (1024, 1024), made_by="StableDiffusionXLPipeline"),
    Preset("flux-schnell", card("FLUX.1 schnell", "black-forest-labs/FLUX.1-schnell", 33.7, "Apache-2.0", "A flow-matching transformer of 12 billion numbers, four steps.", files=PLAIN), 34, "seconds", 4, 0.0, (1024, 1024), made_by="FluxPipeline"),
    Preset("flux2-klein", card("FLUX.2 klein 4B", "black-forest-labs/FLUX.2-klein-4B", 16.0, "Apache-2.0", "A small flow-matching transformer, four steps; it can keep a person or a thing from pictures that it is shown.", files=PLAIN), 14, "seconds", 4, 1.0, (1024, 1024), begins=("words", "picture", "references"), made_by="Flux2KleinPipeline"),
    Preset("flux-kontext", card("FLUX.1 Kontext dev", "black-forest-labs/FLUX.1-Kontext-dev", 33.7, "FLUX.1 [dev] Non-Commercial License", "Changes a picture as the words say. Black Forest Labs 2025.", files=PLAIN, commercial=False, caveat="Its licence does not allow commercial use of the model."), 34, "half a minute", 28, 2.5, (1024, 1024), begins=("picture",), made_by="FluxKontextPipeline"),
    Preset("z-image-turbo", card("Z-Image Turbo", "Tongyi-MAI/Z-Image-Turbo", 33.0, "Apache-2.0", "A single-stream transformer of 6 billion numbers, eight steps.", files=PLAIN), 21, "seconds", 9, 0.0, (1024, 1024), made_by="ZImagePipeline"),
    Preset("qwen-image", card("Qwen-Image", "Qwen/Qwen-Image", 57.7, "Apache-2.0", "A transformer of 20 billion numbers that can write in its pictures. Qwen team 2025.", files=PLAIN), 58, "half a minute", 30, 4.0, (1328, 1328), made_by="QwenImagePipeline"),
    Preset("qwen-image-edit", card("Qwen-Image-Edit 2509", "Qwen/Qwen-Image-Edit-2509", 57.7, "Apache-2.0", "Changes a picture as the words say, and keeps who is in it. Qwen team 2025.", files=PLAIN), 58, "half a minute", 30, 4.0, (1024, 1024), begins=("picture", "references"), made_by="QwenImageEditPlusPipeline"),
)  # fmt: skip
LAYERED = (
    Preset("qwen-image-layered", card("Qwen-Image-Layered", "Qwen/Qwen-Image-Layered", 57.7, "Apache-2.0", "Takes a picture apart into layers. Qwen team 2025.", files=PLAIN), 58, "a minute", 30, 4.0, (640, 640), begins=("picture",), kind="layers", made_by="QwenImageLayeredPipeline"),
)  # fmt: skip
VIDEOS = (
    Preset("animatediff", card("AnimateDiff", "guoyww/animatediff-motion-adapter-v1-5-2", 0.9, "Apache-2.0; with Stable Diffusion 1.5, " + RAIL, "Motion for Stable Diffusion 1.5, which it needs too. Guo et al. 2024.", files=SINGLE), 7, "half a minute", 25, 7.5, (512, 512), 16, 8, kind="film", made_by="MotionAdapter"),
    Preset("wan", card("Wan 2.1, 1.3B", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", 29.0, "Apache-2.0", "Five seconds at 480 lines. Wan team 2025.", files=PLAIN), 12, "minutes", 30, 5.0, (832, 480), 81, 16, ("words",), kind="film", made_by="WanPipeline"),
    Preset("wan22", card("Wan 2.2, 5B", "Wan-AI/Wan2.2-TI2V-5B-Diffusers", 34.0, "Apache-2.0", "Five seconds at 704 lines, from words or a picture. Wan team 2025.", files=PLAIN), 24, "minutes", 40, 5.0, (1280, 704), 121, 24, kind="film", made_by="WanPipeline"),
    Preset("wan-flf", card("Wan 2.1, first and last picture, 14B", "Wan-AI/Wan2.1-FLF2V-14B-720P-diffusers", 47.0, "Apache-2.0", "Films from a first picture to a last one. Wan team 2025.", files=PLAIN), 46, "many minutes", 40, 5.5, (1280, 720), 81, 16, ("picture", "last"), kind="film", made_by="WanImageToVideoPipeline"),
    Preset("ltx", card("LTX-Video", "Lightricks/LTX-Video", 28.0, "LTX-Video open weights licence", "Quick, from words or a picture. HaCohen et al. 2024.", files=PLAIN, caveat="Read its licence before commercial use: it depends on a company's size."), 14, "half a minute", 30, 3.0, (704, 480), 97, 24, ("words", "picture", "last"), kind="film", made_by="LTXPipeline"),
    Preset("ltx2", card("LTX-2", "Lightricks/LTX-2", 66.0, "LTX-2 Community License", "Picture and sound together, from words or a picture. Lightricks 2026.", files=PLAIN, caveat="Read its licence before commercial use: it depends on a company's size."), 64, "minutes", 30, 3.0, (768, 512), 121, 24, ("words", "picture", "movement"), kind="film", made_by="LTX2Pipeline", sounds=True),
    Preset("hunyuan15", card("HunyuanVideo 1.5", "hunyuanvideo-community/HunyuanVideo-1.5-480p_t2v", 42.0, "Tencent Hunyuan Community License", "A transformer of 8 billion numbers, from words. Tencent 2025.", files=PLAIN, caveat="Its licence does not hold in the European Union, the United Kingdom and South Korea."), 40, "minutes", 30, 6.0, (832, 480), 121, 24, ("words",), kind="film", made_by="HunyuanVideo15Pipeline"),
    Preset("hunyuan15-picture", card("HunyuanVideo 1.5 from a picture", "hunyuanvideo-community/HunyuanVideo-1.5-480p_i2v", 42.0, "Tencent Hunyuan Community License", "Sets one picture in motion. Tencent 2025.", files=PLAIN, caveat="Its licence does not hold in the European Union, the United Kingdom and South Korea."), 40, "minutes", 30, 6.0, (832, 480), 121, 24, ("picture",), kind="film", made_by="HunyuanVideo15ImageToVideoPipeline"),
    Preset("cogvideox", card("CogVideoX 2B", "THUDM/CogVideoX-2b", 13.8, "Apache-2.0", "Six seconds at 480 lines, from words. Yang et al. 2024.", files=PLAIN), 14, "minutes", 50, 6.0, (720, 480), 49, 8, ("words",), kind="film", made_by="CogVideoXPipeline"),
    Preset("cogvideox-picture", card("CogVideoX 5B from a picture", "THUDM/CogVideoX-5b-I2V", 21.4, "CogVideoX License", "Sets one picture in motion. Yang et al. 2024.", files=PLAIN, commercial=False, caveat="Its licence asks for registration for commercial use."), 22, "minutes", 50, 6.0, (720, 480), 49, 8, ("picture",), kind="film", made_by="CogVideoXImageToVideoPipeline"),
    Preset("wan-animate", card("Wan 2.2 Animate, 14B", "Wan-AI/Wan2.2-Animate-14B-Diffusers", 52.0, "Apache-2.0", "A person in a picture moves as a drawn skeleton in a video does. Wan team 2025.", files=PLAIN), 50, "many minutes", 20, 1.0, (1280, 720), 77, 16, ("picture", "movement"), kind="film", made_by="WanAnimatePipeline"),
    Preset("vace", card("Wan 2.1 VACE, 1.3B", "Wan-AI/Wan2.1-VACE-1.3B-diffusers", 19.0, "Apache-2.0", "Films along an acted clip, from a first picture to a last one, and fills a masked part of a film. Jiang et al. 2025.", files=PLAIN), 14, "minutes", 30, 5.0, (832, 480), 81, 16, ("words", "picture", "last", "movement", "mask"), kind="film", made_by="WanVACEPipeline"),
    Preset("svd", card("Stable Video Diffusion XT", "stabilityai/stable-video-diffusion-img2vid-xt", 4.5, SAI, "Sets one picture in motion. Blattmann et al. 2023.", **STABILITY), 14, "a minute", 25, 3.0, (1024, 576), 25, 7, ("picture",), kind="film", made_by="StableVideoDiffusionPipeline"),
)  # fmt: skip
INPAINT = (next(preset for preset in VIDEOS if preset.key == "vace"),)
CONTROLS = (
    Preset("sd/canny", card("ControlNet 1.1 Canny", "lllyasviel/control_v11p_sd15_canny", 0.7, RAIL, "Follows hard edges. Zhang et al. 2023.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sd/hed", card("ControlNet 1.1 soft edges", "lllyasviel/control_v11p_sd15_softedge", 0.7, RAIL, "Follows soft edges (HED). Zhang et al. 2023.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sdxl/canny", card("ControlNet Canny for SDXL", "diffusers/controlnet-canny-sdxl-1.0", 2.5, RAIL_PLUS, "Follows hard edges.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sd/depth", card("ControlNet 1.1 depth", "lllyasviel/control_v11f1p_sd15_depth", 0.7, RAIL, "Follows how near things are. Zhang et al. 2023.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sd/pose", card("ControlNet 1.1 pose", "lllyasviel/control_v11p_sd15_openpose", 0.7, RAIL, "Follows skeletons of people (OpenPose). Zhang et al. 2023.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sd/segments", card("ControlNet 1.1 segments", "lllyasviel/control_v11p_sd15_seg", 0.7, RAIL, "Follows what is where (classes of ADE20K). Zhang et al. 2023.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sdxl/depth", card("ControlNet depth for SDXL", "diffusers/controlnet-depth-sdxl-1.0", 2.5, RAIL_PLUS, "Follows how near things are.", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sdxl/pose", card("ControlNet pose for SDXL", "xinsir/controlnet-openpose-sdxl-1.0", 2.5, "Apache-2.0", "Follows skeletons of people (OpenPose).", files=SINGLE), kind="control", made_by="ControlNetModel"),
    Preset("sd/shown", card("IP-Adapter for 1.5", "h94/IP-Adapter", 2.6, "Apache-2.0", "Keeps who is shown in a picture. Ye et al. 2023.", files=("models/ip-adapter_sd15.safetensors", "models/image_encoder/config.json", "models/image_encoder/model.safetensors", "README.md"), build=image_prompts.opened), 3, kind="control", begins=("references",), made_by="CLIPVisionModelWithProjection"),
    Preset("sdxl/shown", card("IP-Adapter for SDXL", "h94/IP-Adapter", 4.4, "Apache-2.0", "Keeps who is shown in a picture, in SDXL. Ye et al. 2023.", files=("sdxl_models/ip-adapter_sdxl.safetensors", "sdxl_models/image_encoder/config.json", "sdxl_models/image_encoder/model.safetensors", "README.md"), build=image_prompts.opened), 5, kind="control", begins=("references",), made_by="CLIPVisionModelWithProjection"),
)  # fmt: skip
MOTION_CONTROLS = (
    Preset("ltx2/lines", card("LTX-2 control by lines", "Lightricks/LTX-2-19b-IC-LoRA-Canny-Control:ltx-2-19b-ic-lora-canny-control.safetensors", 0.65, "LTX-2 Community License", "A LoRA with which LTX-2 follows the lines of a clip. Lightricks 2026.", build=Path, caveat="Read its licence before commercial use: it depends on a company's size."), kind="control", begins=("movement",)),
)  # fmt: skip
DECODERS = (Preset("taesd", tiny_decoder.TAESD, kind="decoder", begins=(), made_by="AutoencoderTiny", bytes_each=4),)
MUSIC = (
    Preset("musicgen", card("MusicGen small", "facebook/musicgen-small", 2.4, "CC-BY-NC-4.0 (Meta)", "A language model over the codes of EnCodec, four codebooks at 50 frames a second. Copet et al. 2023; Défossez et al. 2022.", files=ALL, build=partial(loading.transformer, model="MusicgenForConditionalGeneration", reader="AutoProcessor"), **META), 8, "half a minute", 0, 3.0, kind="music", begins=("words",), made_by="MusicgenForConditionalGeneration"),
    Preset("stable-audio", card("Stable Audio Open 1.0", "stabilityai/stable-audio-open-1.0", 4.9, SAI, "Latent diffusion with a transformer, stereo at 44.1 kHz. Evans et al. 2024.", files=PLAIN, build=partial(loading.diffusion, pipeline="StableAudioPipeline"), **STABILITY), 8, "half a minute", 60, 7.0, kind="music", begins=("words",), made_by="StableAudioPipeline"),
    Preset("ace-step", card("ACE-Step 1.5 XL turbo", "ACE-Step/acestep-v15-xl-turbo-diffusers", 12.0, "MIT", "Songs with lyrics, stereo at 48 kHz, eight steps. ACE-Step team 2026.", files=PLAIN, build=partial(loading.diffusion, pipeline="AceStepPipeline")), 14, "seconds", 8, 1.0, kind="music", begins=("words", "lyrics"), made_by="AceStepPipeline"),
)  # fmt: skip
VOICES = (
    Preset("mms", card("MMS text to speech, English", "facebook/mms-tts-eng", 0.145, "CC-BY-NC-4.0 (Meta)", "Another way to speak: VITS, end to end, one voice. Kim et al. 2021; Pratap et al. 2023.", files=ALL, build=partial(loading.transformer, model="VitsModel", reader="VitsTokenizer"), commercial=False, caveat="Its licence does not allow commercial use. It tells no durations, so times of words are estimated."), 1, "a second", 0, 0.0, kind="voice", begins=("words",), made_by="VitsModel"),
    Preset("mms-german", card("MMS text to speech, German", "facebook/mms-tts-deu", 0.145, "CC-BY-NC-4.0 (Meta)", "A German voice, which Kokoro does not have: VITS, end to end. Kim et al. 2021; Pratap et al. 2023.", files=ALL, build=partial(loading.transformer, model="VitsModel", reader="VitsTokenizer"), commercial=False, caveat="Its licence does not allow commercial use. It tells no durations, so times of words are estimated."), 1, "a second", 0, 0.0, kind="voice", begins=("words",), made_by="VitsModel"),
)  # fmt: skip
MASKED = partial(loading.transformer, model="AutoModelForMaskedLM", reader="AutoTokenizer")
CANVAS = partial(loading.transformer, model="DiffusionGemmaForBlockDiffusion", reader="AutoTokenizer")
TEXTS = (
    Preset("answerdotai/ModernBERT-base", card("ModernBERT base", "answerdotai/ModernBERT-base", 0.6, "Apache-2.0", "A masked language model. Warner et al. 2024.", files=ALL, build=MASKED), 1.2, "a second", kind="text", begins=("words",), made_by="ModernBertForMaskedLM"),
    Preset("kuleshov-group/mdlm-owt", card("MDLM", "kuleshov-group/mdlm-owt", 0.68, "Apache-2.0", "Masked diffusion, trained on OpenWebText. Sahoo et al. 2024.", files=ALL, build=MASKED, caveat=OWN_CODE), 1.4, "a second", kind="text", begins=("words",)),
    Preset("GSAI-ML/LLaDA-8B-Base", card("LLaDA 8B", "GSAI-ML/LLaDA-8B-Base", 16.0, "MIT", "Masked diffusion of 8 billion numbers. Nie et al. 2025.", files=ALL, build=MASKED, caveat=OWN_CODE), 32, "seconds", kind="text", begins=("words",)),
    Preset("Dream-org/Dream-v0-Base-7B", card("Dream 7B", "Dream-org/Dream-v0-Base-7B", 15.0, "Apache-2.0", "Masked diffusion, begun from an autoregressive model. Ye et al. 2025.", files=ALL, build=MASKED, caveat=OWN_CODE), 30, "seconds", kind="text", begins=("words",)),
    Preset("inclusionAI/LLaDA2.1-mini", card("LLaDA 2.1 mini", "inclusionAI/LLaDA2.1-mini", 32.5, "Apache-2.0", "Masked diffusion in blocks of 32 pieces. Bie et al. 2025.", files=ALL, build=MASKED, caveat=OWN_CODE), 40, "seconds", kind="text", begins=("words",)),
    Preset("google/diffusiongemma-26B-A4B-it", card("DiffusionGemma 26B", "google/diffusiongemma-26B-A4B-it", 52.0, "as its page says", "Diffusion with uniform noise on a canvas of 256 pieces.", files=ALL, build=CANVAS), 60, "seconds", kind="text", begins=("words",), made_by="DiffusionGemmaForBlockDiffusion"),
)  # fmt: skip
TABLE = (*PICTURES, *LAYERED, *VIDEOS, *CONTROLS, *MOTION_CONTROLS, *DECODERS, *MUSIC, *VOICES, *TEXTS)
