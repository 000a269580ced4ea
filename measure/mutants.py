"""How many small faults in five core modules the tests notice: `python -m measure.soak mutants [COMMIT …]` prints killed and all mutants a module.

mutmut (BSD-3, pinned here and installed into a folder of its own) changes one expression at a time in a copy of the commit and runs the tests named
below; the tests of `make test-long` are left out, so a commit before and one after show whether `make test` lost protection.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

MUTMUT = "mutmut==3.8.1"
ROOT = Path(__file__).resolve().parents[1]
MODULES = {
    "pipelines/core/settings.py": ("tests/pipelines/test_settings.py",),
    "pipelines/core/registry.py": ("tests/pipelines/test_registry.py",),
    "studio/engine/local_queue.py": ("tests/studio/test_jobs.py", "-k", "not cluster"),
    "studio/access/visitors.py": ("tests/studio/test_visitors.py",),
    "studio/film/storyboard.py": ("tests/studio/test_film_words.py", "tests/studio/test_templates.py"),
}
NOT_COPIED = {".git", ".github", "setup.cfg", "mutants"}


def count_mutants(checkout: Path, library: Path, module: str) -> tuple[int, int]:
    """The mutants of a module that its tests kill, and all that they run into."""
    tests = [word for word in MODULES[module] if word.startswith("tests/")]
    chosen = [word for word in MODULES[module] if word not in tests] + ["-m", "not long and not slow"]
    copied = sorted(path.name for path in checkout.iterdir() if path.name not in NOT_COPIED)
    lists = {"also_copy": copied, "pytest_add_cli_args_test_selection": tests, "pytest_add_cli_args": chosen}
    lines = ["[mutmut]", f"source_paths={module}"]
    for name, words in lists.items():
        lines += [f"{name}=", *(f"    {word}" for word in words)]
    (checkout / "setup.cfg").write_text("\n".join(lines) + "\n", "utf-8")
    subprocess.run(["rm", "-rf", "mutants"], cwd=checkout, check=True)
    environment = os.environ | {"PYTHONPATH": str(library), "OMP_NUM_THREADS": "1"}
    for word in ("run", "export-cicd-stats"):
        command = [sys.executable, "-m", "mutmut", word]
        subprocess.run(command, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)
    counts = json.loads((checkout / "mutants" / "mutmut-cicd-stats.json").read_text("utf-8"))
    return counts["killed"] + counts["timeout"], counts["total"] - counts["no_tests"]


def main(commits: Sequence[str]) -> None:
    """Print the counts of each module for some commits."""
    print("| Commit | Module | Killed | Mutants that tests run into |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(library), MUTMUT], check=True)
        for commit in commits:
            checkout = Path(folder) / commit.replace("/", "-")
            subprocess.run(["git", "clone", "-q", str(ROOT), str(checkout)], check=True)
            subprocess.run(["git", "checkout", "-q", commit], cwd=checkout, check=True)
            for module in MODULES:
                try:
                    counts = "{} | {}".format(*count_mutants(checkout, library, module))
                except subprocess.CalledProcessError:
                    counts = "its tests do not run under mutmut |"
                print(f"| {commit} | {module} | {counts} |", flush=True)
