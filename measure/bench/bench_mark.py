"""What the invisible mark survives, how visible and how fast it is, and how often it is seen where it is not.

    python measure/bench/bench_mark.py FOLDER [--longest 1024] [--unmarked 20000] [--baseline]
    python -m measure.bench.bench_mark --own 208 [--longest 768]

FOLDER holds pictures; each is used whole, or brought to --longest pixels. --unmarked also reads that many crops of them and
as many noises. --own: the studio's own pictures instead of a folder's, the samples and scenes in every ready style. --baseline measures blind-watermark 0.4.4 (if it is installed) the same way, as a 512×512 residual.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from pipelines.watermark import picture as mark

Change = Callable[[np.ndarray], np.ndarray]


def coded(extension: str, quality: int) -> Change:
    flag = cv2.IMWRITE_JPEG_QUALITY if extension == ".jpg" else cv2.IMWRITE_WEBP_QUALITY
    return lambda image: cv2.imdecode(cv2.imencode(extension, image, [flag, quality])[1], cv2.IMREAD_COLOR)


def resized(across: float, down: float | None = None, how: int = cv2.INTER_AREA) -> Change:
    return lambda image: cv2.resize(image, None, fx=across, fy=down or across, interpolation=how)


def cropped(top: float, left: float, bottom: float, right: float) -> Change:
    def change(image: np.ndarray) -> np.ndarray:
        height, width = image.shape[:2]
        return image[int(height * top) : height - int(height * bottom), int(width * left) : width - int(width * right)]

    return change


def noisy(image: np.ndarray) -> np.ndarray:
    return np.clip(image + np.random.default_rng(0).normal(0, 8, image.shape), 0, 255).astype(np.uint8)


def then(*changes: Change) -> Change:
    def change(image: np.ndarray) -> np.ndarray:
        for one in changes:
            image = one(image)
        return image

    return change


CHANGES: dict[str, Change] = {
    "nothing": lambda image: image,
    "JPEG 95": coded(".jpg", 95),
    "JPEG 80": coded(".jpg", 80),
    "JPEG 50": coded(".jpg", 50),
    "WebP 80": coded(".webp", 80),
    "WebP 50": coded(".webp", 50),
    "0.5×": resized(0.5),
    "0.34×": resized(0.34),
    "2×": resized(2, how=cv2.INTER_CUBIC),
    "0.5×, JPEG 80": then(resized(0.5), coded(".jpg", 80)),
    "0.34×, JPEG 80": then(resized(0.34), coded(".jpg", 80)),
    "2×, JPEG 80": then(resized(2, how=cv2.INTER_LINEAR), coded(".jpg", 80)),
    "0.72×0.69": resized(0.72, 0.69),
    "screenshot": then(resized(0.83, how=cv2.INTER_LINEAR), coded(".jpg", 85)),
    "blur 1.5 px": lambda image: cv2.GaussianBlur(image, (0, 0), 1.5),
    "noise 8 levels": noisy,
    "gamma 0.8": lambda image: (255 * (image / 255.0) ** 0.8).astype(np.uint8),
    "crop 10 % left": cropped(0, 0.1, 0, 0),
    "crop 10 % top": cropped(0.1, 0, 0, 0),
    "crop 5 % all round": cropped(0.05, 0.05, 0.05, 0.05),
    "crop 10 % all round": cropped(0.1, 0.1, 0.1, 0.1),
    "uneven crop, JPEG 80": then(cropped(0.03, 0.08, 0.06, 0.01), coded(".jpg", 80)),
}


class BlindWatermark:
    """blind-watermark 0.4.4 as a canonical residual: marked at 512×512, the difference enlarged and added."""

    def __init__(self) -> None:
        import blind_watermark

        blind_watermark.blind_watermark.bw_notes.close()
        self.library = blind_watermark.WaterMark

    def embed(self, image: np.ndarray, payload: int) -> np.ndarray:
        small = cv2.resize(image, (512, 512), interpolation=cv2.INTER_AREA)
        marker = self.library(password_img=1, password_wm=1)
        marker.read_img(img=small.astype(np.float32))
        marker.read_wm([bool(payload >> place & 1) for place in range(32)], mode="bit")
        difference = cv2.resize((marker.embed() - small).astype(np.float32), image.shape[1::-1])
        return np.clip(np.rint(image + difference), 0, 255).astype(np.uint8)

    def read(self, image: np.ndarray) -> int | None:
        small = cv2.resize(image, (512, 512), interpolation=cv2.INTER_AREA).astype(np.float32)
        bits = self.library(password_img=1, password_wm=1).extract(embed_img=small, wm_shape=32, mode="bit")
        return sum(int(bit > 0.5) << place for place, bit in enumerate(bits))


class Ours:
    def embed(self, image: np.ndarray, payload: int) -> np.ndarray:
        return mark.embed(image, payload)

    def read(self, image: np.ndarray) -> int | None:
        reading = mark.read(image)
        return reading.payload if reading else None


def pictures(folder: Path, longest: int | None) -> list[np.ndarray]:
    """Every picture of a folder that is at least 256 pixels wide or high, by name."""
    found = [cv2.imread(str(path), cv2.IMREAD_COLOR) for path in sorted(folder.rglob("*.*"))]
    kept = [np.ascontiguousarray(one[..., ::-1]) for one in found if one is not None and max(one.shape[:2]) >= 256]
    if longest is None:
        return kept
    scales = [longest / max(one.shape[:2]) for one in kept]
    how = [cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC for scale in scales]
    return [cv2.resize(one, None, fx=scale, fy=scale, interpolation=way) for one, scale, way in zip(kept, scales, how)]


def own_pictures(count: int, longest: int) -> Iterator[np.ndarray]:
    """Pictures that the studio made: its photographs and paintings repainted in every ready style, and scenes of Generate."""
    from pipelines.core.models import ASSETS
    from pipelines.generate.storybook import storybook
    from pipelines.media import load_image
    from pipelines.stylize.gallery import gallery
    from pipelines.stylize.parts.stylers import style_names

    prompts = (
        "a red fox by the sea at sunset",
        "a house in the snow at night",
        "two trees in a meadow",
        "a car in a town at noon",
    )
    for number in range(count // 26):
        yield np.asarray(storybook(prompt=prompts[number % 4], seed=number).main.picture)
    sources = sorted((ASSETS / "samples").glob("*.jpg")) + sorted((ASSETS / "styles").glob("*.jpg"))[:6]
    styles = list(style_names())
    for number in range(count - count // 26):
        photo = load_image(sources[number % len(sources)])
        photo.thumbnail((longest, longest))
        yield np.asarray(gallery(photo, style=styles[(number // len(sources) + 3 * number) % len(styles)]))


def survive(scheme: Ours | BlindWatermark, images: Iterable[np.ndarray]) -> None:
    """Print how many pictures are read with the right payload after each change, and the mark's visibility."""
    read, ratios, count = dict.fromkeys(CHANGES, 0), [], 0
    for number, image in enumerate(images):
        count += 1
        payload = 0x9E3779B1 * (number + 1) & 0xFFFFFFFF
        marked = scheme.embed(image, payload)
        ratios.append(10 * np.log10(255**2 / np.mean((marked.astype(np.float32) - image) ** 2)))
        for name, change in CHANGES.items():
            read[name] += scheme.read(change(marked)) == payload
    print(f"{count} pictures; PSNR median {np.median(ratios):.1f} dB, least {min(ratios):.1f} dB")
    for name, right in read.items():
        print(f"| {name} | {right}/{count} | {100 * right / count:.1f} % |", flush=True)


def best_seconds(call: Callable[[], object], times: int = 7) -> float:
    """The least processor time of several calls."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return min(spent)


def speed(scheme: Ours | BlindWatermark, image: np.ndarray) -> None:
    square = cv2.resize(image, (1024, 1024), interpolation=cv2.INTER_CUBIC)
    marked = scheme.embed(square, 1)
    print(f"1024×1024: embed {1e3 * best_seconds(lambda: scheme.embed(square, 1)):.0f} ms,", end=" ")
    print(f"read {1e3 * best_seconds(lambda: scheme.read(marked)):.0f} ms,", end=" ")
    print(f"read without a mark {1e3 * best_seconds(lambda: scheme.read(square), 3):.0f} ms")


def unmarked(images: list[np.ndarray], count: int) -> None:
    """False alarms, and the two independent chances that one needs: strong words in a try, and a fitting checksum."""
    generator = np.random.default_rng(0)
    mark.PILOT_FLOOR = mark.PILOT_FLOOR_SEARCHED = -np.inf  # every alignment is tried, so that more is counted
    shares, alarms, tries, strong, fitting, strongest = mark.KEPT_SHARES, 0, 0, 0, 0, 0.0
    for number in range(count):
        image = images[number % len(images)]
        height, width = (int(side * generator.uniform(0.3, 0.95)) for side in image.shape[:2])
        top, left = (int(generator.integers(0, limit)) for limit in (image.shape[0] - height, image.shape[1] - width))
        sample = image[top : top + height, left : left + width]
        if number % 4 == 3:
            sample = generator.integers(0, 256, sample.shape, dtype=np.uint8)
        mark.KEPT_SHARES = shares if number % 10 == 0 else shares[::7]  # the whole search only for every tenth
        for spectrum in mark._alignments(mark._whitened(mark._canonical_grey(sample))):
            payload, strength = mark._decoded(spectrum)
            tries, strongest = tries + 1, max(strongest, strength)
            strong += strength >= mark.WORD_FLOOR
            fitting += payload is not None
            alarms += payload is not None and strength >= mark.WORD_FLOOR
    rate = (strong + 3) / tries  # about the upper 95 % bound
    print(f"{count} unmarked: {alarms} alarms; {tries} tries, {strong} with strong words, {fitting} fitting checksums,")
    print(f"strongest {strongest:.2f}; bound for a reading {(1 + mark.CANDIDATES) * rate / 65536:.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--own", type=int, default=0)
    parser.add_argument("--longest", type=int)
    parser.add_argument("--unmarked", type=int, default=0)
    parser.add_argument("--baseline", action="store_true")
    options = parser.parse_args()
    if options.own:
        survive(Ours(), own_pictures(options.own, options.longest or 768))
        return
    images = pictures(options.folder, options.longest)
    scheme = BlindWatermark() if options.baseline else Ours()
    speed(scheme, images[0])
    survive(scheme, images)
    if options.unmarked:
        unmarked(images, options.unmarked)


if __name__ == "__main__":
    main()
