"""What is pushed to a Space: the files that run, a README whose front matter the hub reads, the versions that ZeroGPU has, rules for large files.

`python -m studio.commands.space FOLDER` assembles it from the files that git tracks and checks it. It needs nothing but Python's standard library.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (
    "tests/",
    "measure/",
    "training/",
    ".github/",
    "requirements-dev.txt",
    "requirements-audit.txt",
    "Makefile",
    "Dockerfile",
    ".dockerignore",
)
LARGE_BYTES = 10_000_000  # a file over this must be stored by LFS or Xet
REPOSITORY_BYTES = 1_000_000_000
# as the hub's documentation of ZeroGPU of August 2026 lists them; torchvision is the one that goes with torch
SPACE_PYTHON = ("3.12.12", "3.10.13")
SPACE_VERSIONS = {"torch": "2.11.0", "torchvision": "0.26.0", "spaces": "0.51.3"}
FRONT = (
    "title emoji colorFrom colorTo sdk sdk_version python_version app_file license short_description"
    " thumbnail tags models preload_from_hub startup_duration_timeout header suggested_hardware hf_oauth"
    " pinned"
)
THUMBNAIL = "https://huggingface.co/spaces/{}/resolve/main/docs/stylize.png"


def list_tracked_files(root: Path) -> list[str]:
    """The files that git tracks, without those that a Space does not run."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout.decode()
    return [name for name in found.split("\0") if name and not name.startswith(LEFT_OUT)]


def front_matter(readme: str) -> dict[str, str | list[str]]:
    """The block at the top of the README: plain values and lists of plain values, which is all that it may hold here."""
    match = re.match(r"---\n(.*?)\n---\n", readme, re.S)
    fields: dict[str, str | list[str]] = {}
    name = ""
    for line in match[1].splitlines() if match else ():
        if line.startswith("  - "):
            held = fields[name]
            fields[name] = [*(held if isinstance(held, list) else []), line[4:].strip()]
        else:
            name, _, value = line.partition(":")
            fields[name] = value.strip().strip('"')
    return fields


def requirements(text: str) -> str:
    """The studio's requirements with the versions that ZeroGPU has, and `spaces`."""
    kept = [line for line in text.splitlines() if re.split(r"[<>=\[;]", line)[0].strip() not in SPACE_VERSIONS]
    return "\n".join([*kept, *(f"{name}=={version}" for name, version in SPACE_VERSIONS.items())]) + "\n"


def attributes(folder: Path, names: Sequence[str]) -> str:
    """One rule for each ending of a binary file: the hub takes no binary file that is not stored by LFS or Xet."""
    endings = {Path(n).suffix or Path(n).name for n in names if 0 in np.fromfile(folder / n, np.uint8, 8192)}
    return "".join(f"*{ending} filter=lfs diff=lfs merge=lfs -text\n" for ending in sorted(endings))


def assemble(root: Path, folder: Path, space: str = "") -> list[str]:
    """Put what is pushed to the Space `space` (owner/name) into an empty folder; the names of its files."""
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty; name a new folder.")
    names = list_tracked_files(root)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, folder / name)
    (folder / "requirements.txt").write_text(requirements((root / "requirements.txt").read_text()))
    (folder / ".gitattributes").write_text(attributes(folder, names))
    if space:  # the thumbnail must be a full address, which names the Space
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", space):
            raise SystemExit("Name the Space as owner/name.")
        readme = folder / "README.md"
        readme.write_text(readme.read_text().replace("\n---\n", f"\nthumbnail: {THUMBNAIL.format(space)}\n---\n", 1))
    return sorted({*names, ".gitattributes"})


def faults(folder: Path, names: Sequence[str]) -> list[str]:
    """What the hub would refuse or read wrongly, in sentences."""
    front, problems = front_matter((folder / "README.md").read_text()), []
    sizes = {name: (folder / name).stat().st_size for name in names}
    rules = (folder / ".gitattributes").read_text()
    if unknown := sorted(set(front) - set(FRONT.split())):
        problems.append(f"The front matter has fields that are not known: {', '.join(unknown)}.")
    if front.get("python_version") not in ("3.12", "3.10", *SPACE_PYTHON):
        problems.append("The front matter asks for a Python that ZeroGPU does not have.")
    if len(str(front.get("short_description", ""))) > 60:
        problems.append("The short description is longer than 60 characters.")
    pinned = re.search(r"^gradio(?:\[\w+\])?==(\S+)", (folder / "requirements.txt").read_text(), re.M)
    if not pinned or front.get("sdk_version") != pinned[1]:
        problems.append("The front matter and requirements.txt ask for different versions of Gradio.")
    for name in (str(front.get("app_file")), "packages.txt", "requirements.txt", "LICENSE"):
        if name not in names:
            problems.append(f"{name} is missing.")
    for name, size in sizes.items():
        if size > LARGE_BYTES and f"*{Path(name).suffix} " not in rules:
            problems.append(f"{name} has {size / 1e6:.0f} MB and is not stored by LFS or Xet.")
    if sum(sizes.values()) > REPOSITORY_BYTES:
        problems.append(f"All files together have {sum(sizes.values()) / 1e9:.1f} GB; a Space holds 1 GB.")
    return problems


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line and prepare the folder of a Space."""
    parser = argparse.ArgumentParser("python -m studio.commands.space", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="", help="owner/name of the Space, for the address of its thumbnail")
    given = parser.parse_args(words)
    names = assemble(ROOT, given.folder, given.name)
    total = sum((given.folder / name).stat().st_size for name in names)
    print(f"{len(names)} files, {total / 1e6:.0f} MB in {given.folder}")
    if found := faults(given.folder, names):
        print("\n".join(found))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
