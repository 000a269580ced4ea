"""Commits of repositories of the model hub that the table's models are fetched at.

No hub was within reach when this was written. Each commit is named with its repository by two or more public projects on GitHub, as the folder of a
fetched model or as their own pin, or stands in the address of the hub's own page that lists its files; what only one names is left out. `python -m studio models check` says which models are not pinned.
"""

from __future__ import annotations

PINS = {
    "stabilityai/sd-turbo": "b261bac6fd2cf515557d5d0707481eafa0485ec2",
    "IDKiro/sdxs-512-dreamshaper": "76f720262bb051da75666b22c902a78c8e16c763",
    "madebyollin/taesd": "614f76814bbe30edbe2e627ace1c2234c81a2c0e",
    "SimianLuo/LCM_Dreamshaper_v7": "a85df6a8bd976cdd08b4fd8f3b73f229c9e54df5",
    "OpenVINO/LCM_Dreamshaper_v7-int8-ov": "c5f8c2ddb9d74b015ba09c9708ce03b94494c976",
    "stabilityai/sdxl-turbo": "71153311d3dbb46851df1931d3ca6e939de83304",
    "stable-diffusion-v1-5/stable-diffusion-v1-5": "451f4fe16113bff5a5d2269ed5ad43b0592e9a14",
    "stabilityai/stable-diffusion-xl-base-1.0": "462165984030d82259a11f4367a4eed129e94a7b",
    "black-forest-labs/FLUX.1-schnell": "741f7c3ce8b383c54771c7003378a50191e9efe9",
    "black-forest-labs/FLUX.1-Kontext-dev": "af58063aa431f4d2bbc11ae46f57451d4416a170",
    "black-forest-labs/FLUX.2-klein-4B": "e7b7dc27f91deacad38e78976d1f2b499d76a294",
    "Tongyi-MAI/Z-Image-Turbo": "f332072aa78be7aecdf3ee76d5c247082da564a6",
    "Qwen/Qwen-Image": "75e0b4be04f60ec59a75f475837eced720f823b6",
    "Qwen/Qwen-Image-Edit-2509": "d3968ef930e841f4c73640fb8afa3b306a78167e",
    "guoyww/animatediff-motion-adapter-v1-5-2": "6167b88ffe39b4441fdf2113e77b99a6f56b7906",
    "Wan-AI/Wan2.1-T2V-1.3B-Diffusers": "0fad780a534b6463e45facd96134c9f345acfa5b",
    "Wan-AI/Wan2.2-TI2V-5B-Diffusers": "b8fff7315c768468a5333511427288870b2e9635",
    "THUDM/CogVideoX-2b": "1137dacfc2c9c012bed6a0793f4ecf2ca8e7ba01",
    "stabilityai/stable-video-diffusion-img2vid-xt": "9e43909513c6714f1bc78bcb44d96e733cd242aa",
    "lllyasviel/control_v11p_sd15_canny": "115a470d547982438f70198e353a921996e2e819",
    "lllyasviel/control_v11f1p_sd15_depth": "539f99181d33db39cf1af2e517cd8056785f0a87",
    "lllyasviel/control_v11p_sd15_openpose": "9ae9f970358db89e211b87c915f9535c6686d5ba",
    "lllyasviel/control_v11p_sd15_softedge": "b5bcad0c48e9b12f091968cf5eadbb89402d6bc9",
    "lllyasviel/control_v11p_sd15_seg": "210682041b41097834006a910b8773f423343900",
    "xinsir/controlnet-openpose-sdxl-1.0": "86d911d2a502fcf1cbfa54b22d9f0763eaa0261d",
    "diffusers/controlnet-depth-sdxl-1.0": "17bb97973f29801224cd66f192c5ffacf82648b4",
    "diffusers/controlnet-canny-sdxl-1.0": "eb115a19a10d14909256db740ed109532ab1483c",
    "h94/IP-Adapter": "018e402774aeeddd60609b4ecdb7e298259dc729",
    "facebook/musicgen-small": "4c8334b02c6ec4e8664a91979669a501ec497792",
    "answerdotai/ModernBERT-base": "8949b909ec900327062f0ebf497f51aef5e6f0c8",
}
